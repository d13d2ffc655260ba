"""What a calibration says, as tables: how well targets are met, which parameters are pinned, which targets fight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.emulators import SQUEEZE, missed
from coalsim.calibration.matching import Matched
from coalsim.calibration.problem import Problem
from coalsim.calibration.sampling import Sampled, quantiles
from coalsim.calibration.targets import SURE
from coalsim.designs.factors import Range
from coalsim.parameters import declarations

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

INSIDE = 0.9
"""Probability of intervals."""
PINNED, FREE = 0.5, 0.85
"""Posterior over prior standard deviation below which a parameter is called pinned, above which free."""
APART = -0.3
"""Rank correlation of misses below which two targets are said to pull apart."""
PRIOR_POINTS = 2000


def fit_table(problem: Problem, matched: Matched, sampled: Sampled) -> pd.DataFrame:
    """Return how well targets are met, one row per target.

    ``target``, ``statistic``, ``group``, ``real``, ``accepted_low``, ``accepted_high``; ``fitted``; ``before``, the median over the prior;
    ``got``, the weighted median over the draws, with the interval ``low`` to ``high`` that holds 90 % of them; ``accepted_share`` of draws;
    ``met``, whether the median is accepted; ``chance``, the standard error of the statistic by the chance in the runs over the standard
    deviation that the real number is taken to have; ``without_value``, the share of all points simulated in waves; ``emulator``, the share
    of variance that the emulator explains (NaN if not fitted); ``source``.
    """
    import pandas as pd

    first = matched.waves[0]["points"]
    quality = iter(matched.emulators.quality)
    rows = []
    for place, target in enumerate(problem.targets):
        values = sampled.values[:, place]
        known = ~np.isnan(values)
        weights = sampled.weights[known]
        low, got, high = quantiles(values[known], weights, ((1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2))
        before = matched.values[:first, place]
        rows.append(
            {
                "target": target.name,
                "statistic": target.statistic.name,
                "group": target.group,
                "real": target.value,
                "accepted_low": target.low,
                "accepted_high": target.high,
                "fitted": target.weight > 0,
                "before": float(np.nanmedian(before)) if (~np.isnan(before)).any() else float("nan"),
                "got": got,
                "low": low,
                "high": high,
                "accepted_share": float(sampled.weights[target.met(values)].sum()),
                "met": bool(target.met(np.array([got]))[0]),
                "chance": float(sampled.noise[place]),
                "without_value": float(np.isnan(matched.values[:, place]).mean()),
                "emulator": float(next(quality)) if target.weight > 0 else float("nan"),
                "source": target.source,
            }
        )
    return pd.DataFrame(rows)


def widths_table(problem: Problem, sampled: Sampled) -> pd.DataFrame:
    """Return what is known of parameters before and after, one row per parameter.

    ``parameter``, ``unit``; ``prior`` in words; ``prior_low`` to ``prior_high`` and ``low`` to ``high`` hold 90 % of prior and posterior,
    ``median`` is the posterior's; ``width``, the standard deviation of the posterior over that of the prior, both on the scale on which the
    prior is even; ``verdict``: pinned, narrowed or free.
    """
    import pandas as pd

    ends = np.array([(1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2])
    rows = []
    for place, (name, kind) in enumerate(problem.priors.factors.items()):
        unit = sampled.units[:, place]
        mean = sampled.weights @ unit
        width = float(np.sqrt(12 * (sampled.weights @ (unit - mean) ** 2)))
        prior = [kind.at(float(u)) for u in ends]
        low, median, high = (kind.at(float(u)) for u in quantiles(unit, sampled.weights, tuple(ends)))
        rows.append(
            {
                "parameter": name,
                "unit": declarations()[name].unit,
                "prior": _words(kind),
                "prior_low": prior[0],
                "prior_high": prior[2],
                "median": median,
                "low": low,
                "high": high,
                "width": width,
                "verdict": "pinned" if width <= PINNED else "free" if width >= FREE else "narrowed",
            }
        )
    return pd.DataFrame(rows)


def pairs_table(problem: Problem, sampled: Sampled) -> pd.DataFrame:
    """Return how parameters hang together in the posterior, strongest first: ``parameter``, ``other``, ``correlation`` (weighted)."""
    import pandas as pd

    names = problem.priors.names
    off = sampled.units - sampled.weights @ sampled.units
    covariance = (off * sampled.weights[:, None]).T @ off
    sd = np.sqrt(np.diag(covariance))
    rows = [
        {"parameter": names[i], "other": names[j], "correlation": float(covariance[i, j] / (sd[i] * sd[j])) if sd[i] * sd[j] else 0.0}
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    table = pd.DataFrame(rows, columns=["parameter", "other", "correlation"])
    return table.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def fights_table(matched: Matched, seed: int = 1) -> pd.DataFrame:
    """Return which fitted targets fight each other, one row per pair, the worst first; by the emulators.

    ``target``, ``other``; ``alone`` and ``other_alone``, the least miss of each anywhere in the prior, 1 at the end of what is accepted;
    ``together``, the least possible larger miss of the two at one point; ``correlation`` of their misses (Spearman) over the region that is
    not ruled out; ``verdict``: "cannot both be met" if each can be but not both, "pull apart" if the correlation is below -.3 and nowhere
    both are met well (both misses under one half), else "".
    """
    import pandas as pd
    from scipy.stats import qmc, rankdata

    targets = matched.emulators.targets
    prior = np.asarray(qmc.LatinHypercube(matched.region.points.shape[1], rng=seed).random(PRIOR_POINTS))
    points = np.vstack([prior, matched.region.points, matched.units])
    off = _off(matched, points)
    inside = _off(matched, matched.region.points)
    ranks = np.column_stack([rankdata(column) for column in inside.T])
    rows = []
    for i in range(len(targets)):
        for j in range(i + 1, len(targets)):
            alone, other = float(off[:, i].min()), float(off[:, j].min())
            together = float(np.maximum(off[:, i], off[:, j]).min())
            moved = ranks[:, i].std() > 0 and ranks[:, j].std() > 0
            correlation = float(np.corrcoef(ranks[:, i], ranks[:, j])[0, 1]) if moved else 0.0
            if max(alone, other) <= 1 < together:
                verdict = "cannot both be met"
            else:
                verdict = "pull apart" if correlation < APART and together > 0.5 else ""
            row = {"target": targets[i].name, "other": targets[j].name, "alone": alone, "other_alone": other}
            rows.append({**row, "together": together, "correlation": correlation, "verdict": verdict})
    names = ["target", "other", "alone", "other_alone", "together", "correlation", "verdict"]
    table = pd.DataFrame(rows, columns=names)
    worse = table["together"] - np.maximum(table["alone"], table["other_alone"])
    return table.assign(_worse=worse).sort_values("_worse", ascending=False, kind="stable", ignore_index=True).drop(columns="_worse")


def draws_table(problem: Problem, sampled: Sampled) -> pd.DataFrame:
    """Return the draws, heaviest first as they came: ``draw``, ``weight``, ``distance`` and the parameters."""
    import pandas as pd

    values = [problem.priors.values(unit) for unit in sampled.units]
    about = {"draw": np.arange(len(values)), "weight": sampled.weights, "distance": sampled.distances}
    return pd.concat([pd.DataFrame(about), pd.DataFrame(values, columns=list(problem.priors.names))], axis=1)


def values_table(problem: Problem, sampled: Sampled) -> pd.DataFrame:
    """Return the statistics in the runs of each draw: ``draw`` and a column for each target."""
    import pandas as pd

    found = pd.DataFrame(sampled.values, columns=[target.name for target in problem.targets])
    found.insert(0, "draw", np.arange(len(found)))
    return found


def _off(matched: Matched, points: Floats) -> Floats:
    """Return the misses that emulators expect, 1 at the end of what is accepted."""
    u = missed(matched.emulators.targets, matched.emulators.predict(points).mean)
    return np.abs(SQUEEZE * np.sinh(u / SQUEEZE)) / SURE


def _words(kind: Any) -> str:
    if isinstance(kind, Range):
        return f"{kind.low:g} to {kind.high:g}{', logarithm even' if kind.log else ''}"
    return ", ".join(map(str, kind.values))
