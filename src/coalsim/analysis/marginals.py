"""Means of outcomes by level of a factor, or of two, with intervals: what the figures of a sweep show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from coalsim.analysis.inputs import Floats, Ints, array, check_factors, mean_of_known
from coalsim.designs.samplers import SAMPLED
from coalsim.errors import ParameterError, nearest
from coalsim.sweep.reading import column_of
from coalsim.sweep.results import Results
from coalsim.tables.columns import OUTCOMES, Column, names
from coalsim.tables.labels import value_labels

if TYPE_CHECKING:
    import pandas as pd

FEW = 8
"""Bins that many values of a factor are put into, at most."""

MANY = 40
"""Levels of a grid or list up to which they are shown one by one; of a sampled design it is `FEW`."""

BIN = 10
"""Scenarios a bin should have."""


@dataclass(frozen=True)
class Groups:
    """The levels of a factor, or bins of them, and which scenario is in which.

    Attributes
    ----------
    factor : its name
    labels : of each group, for people
    middle : the value each stands at on an axis of numbers (the mean of a bin); None if they are no numbers
    codes : group of each scenario, -1 if it is not shown
    binned : whether groups are bins
    """

    factor: str
    labels: tuple[str, ...]
    middle: Floats | None
    codes: Ints
    binned: bool


def groups(results: Results, factor: str, most: int | None = None) -> Groups:
    """Return the levels of a factor, or bins of about equally many scenarios if there are more than `most` (`FEW`, `MANY`).

    Of a grid to which points were added only the grid is shown: the levels of the points go with certain values of
    the other factors, not with all.

    Raises
    ------
    ParameterError
        There is no such factor.
    """
    check_factors(results.design, [factor])
    values = [point[factor] for point in results.sweep.scenario_values()]
    column = column_of(values)
    shown = shown_scenarios(results)
    if most is None:
        most = FEW if results.sweep.design in SAMPLED else MANY
    if column.dtype.kind not in "if":
        distinct = list(dict.fromkeys(column[shown].tolist()))
        codes = np.array([distinct.index(value) if value in distinct else -1 for value in column.tolist()], dtype=np.intp)
        return Groups(factor, tuple(_label(value) for value in distinct), None, np.where(shown, codes, -1), False)
    numbers = column.astype(float)
    known = shown & ~np.isnan(numbers)
    levels = np.unique(numbers[known])
    unset = shown & np.isnan(numbers)
    if len(levels) <= most:
        codes, labels, middle, binned = np.searchsorted(levels, numbers), value_labels(levels.tolist()), levels, False
    else:
        count = int(np.clip(known.sum() // BIN, 2, min(most, FEW)))
        inner = np.unique(np.quantile(numbers[known], np.linspace(0, 1, count + 1)[1:-1], method="inverted_cdf"))
        codes = np.searchsorted(inner, numbers, side="left")
        used = np.unique(codes[known])
        codes = np.searchsorted(used, codes)
        inside = [numbers[known & (codes == code)] for code in range(len(used))]
        ends = value_labels([end for of in inside for end in (float(of.min()), float(of.max()))])
        labels = [low if low == high else f"{low} to {high}" for low, high in zip(ends[::2], ends[1::2], strict=True)]
        middle, binned = np.array([of.mean() for of in inside]), True
    codes = np.where(known, codes, -1)
    if unset.any():
        # A level by itself, which has no place on an axis of numbers.
        return Groups(factor, ("not set", *labels), None, np.where(unset, 0, np.where(known, codes + 1, -1)), binned)
    return Groups(factor, tuple(labels), middle, codes.astype(np.intp), binned)


def means(results: Results, by: Sequence[Groups], outcomes: Sequence[str], confidence: float = 0.95) -> pd.DataFrame:
    """Return means of outcomes over the scenarios of each group, or of each combination of groups.

    Scenarios of a grid or list are those that were wanted, so the replicates alone are a sample: the outcome is averaged
    over scenarios within each replicate (where all meet the same fields, shocks and chances), and mean and interval are over
    these averages. Scenarios of a sampled design are a sample too: to the variance of the mean over replicates that of the
    mean over scenarios is added, with degrees of freedom after Satterthwaite 1946, *Biometrics Bulletin* 2, 110-114. With n scenarios
    crossed with R replicates, both drawn at random, and variances a of scenarios, b of replicates and e of the rest, the sum estimates
    (a + e/R)/n + (b + e/n)/R, which is the variance of the mean, a/n + b/R + e/nR, and e/nR besides: a little too much, the more
    so as a Latin hypercube or Sobol sequence spreads more evenly than chance. With one replicate, b cannot be told: the interval
    is that of the mean in this replicate.

    Returns
    -------
    DataFrame
        A row for each combination of groups that has a scenario, and each outcome: ``group`` (``group_2``), numbers of the
        groups; ``outcome``; ``mean``, ``low``, ``high``; ``scenarios``, ``replicates``, ``runs`` with a value.

    Raises
    ------
    ParameterError
        There is no such outcome.
    """
    import pandas as pd

    check_outcomes(outcomes, results.columns["outcomes"])
    values = array(results, outcomes)
    sampled = results.sweep.design in SAMPLED
    sizes = [len(of.labels) for of in by]
    rows = []
    for combination in np.ndindex(*sizes):
        mask = np.all([of.codes == code for of, code in zip(by, combination, strict=True)], axis=0)
        if not mask.any():
            continue
        keys = dict(zip(("group", "group_2"), combination, strict=False))
        for place, outcome in enumerate(outcomes):
            of = values[mask][:, :, place]
            mean, half = crossed_mean(of, sampled, confidence)
            counts = {"scenarios": int(mask.sum()), "replicates": of.shape[1], "runs": int((~np.isnan(of)).sum())}
            rows.append({**keys, "outcome": outcome, "mean": mean, "low": mean - half, "high": mean + half, **counts})
    return pd.DataFrame(rows)


def crossed_mean(values: Floats, sampled: bool, confidence: float = 0.95) -> tuple[float, float]:
    """Return the mean of values of shape (scenarios, replicates) and half its interval; see `means`.

    NaN are left out. The half width is NaN where there are too few replicates (and, if `sampled`, scenarios) to tell.
    """
    by_replicate, by_scenario = (mean[~np.isnan(mean)] for mean in (mean_of_known(values, 0), mean_of_known(values, 1)))
    if not len(by_replicate):
        return float("nan"), float("nan")
    mean = float(by_replicate.mean())
    terms = [by_replicate]
    if sampled:
        terms = [by_scenario] if len(by_replicate) == 1 else [by_replicate, by_scenario]
    if any(len(of) < 2 for of in terms):
        return mean, float("nan")
    variances = np.array([of.var(ddof=1) / len(of) for of in terms])
    freedom = np.array([len(of) - 1 for of in terms])
    total = variances.sum()
    if total == 0:
        return mean, 0.0
    degrees = total**2 / (variances**2 / freedom).sum()
    return mean, float(stdtrit(degrees, (1 + confidence) / 2) * np.sqrt(total))


def shown_scenarios(results: Results) -> NDArray[np.bool_]:
    """Return which scenarios means are taken of: all, but of a grid to which points were added those of the grid."""
    count, added = len(results.sweep.scenarios()), len(results.sweep.points)
    return np.arange(count) < count - (added if results.sweep.design == "grid" and added < count else 0)


def check_outcomes(outcomes: Sequence[str], columns: Sequence[Column] = OUTCOMES) -> None:
    """Raise `ParameterError` if one is not among the columns of the outcomes."""
    known = names(tuple(columns))
    for name in outcomes:
        if name not in known:
            raise ParameterError(f"'{name}' is not an outcome{nearest(name, known)}; `coalsim columns` lists them")


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
