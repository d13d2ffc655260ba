"""How many replicates are enough, from variances that were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtri, ndtri, stdtrit

from coalsim.analysis.effects import effect
from coalsim.analysis.inputs import Tables, Within, array, listed
from coalsim.analysis.intervals import check_confidence
from coalsim.arguments import checked
from coalsim.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_MOST = 10**9


@checked
def replicates_needed(
    results: Tables,
    on: str | Sequence[str],
    half_width: float | Mapping[str, float],
    of: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    within: Within = None,
) -> pd.DataFrame:
    """Return how many replicates bring an interval down to a half width.

    Parameters
    ----------
    results
        A pilot: design and outcomes of some replicates, 10 or more.
    on
        Outcome, or several.
    half_width
        Half the width wanted, in the outcome's unit; by outcome if they differ.
    of
        A factor: replicates for its paired effect, one row per level. Without: for the mean of a scenario, the noisiest
        and the median one.
    confidence
        Confidence level of the interval.
    within
        As for `effect`; only with `of`.

    Returns
    -------
    DataFrame
        ``outcome``, what is estimated (``quantity``, ``factor``, ``value``), ``half_width``, ``sd`` over replicates and
        how many it was measured on (``n``); ``needed``: the least number of replicates; ``at_most``: the same from the upper 95 %
        limit of the standard deviation, since a pilot may have been lucky; ``unpaired``: what each of the two levels would need
        in replicates of its own (NaN for means). Infinite beyond a billion, and NaN where the pilot did not vary, from which nothing
        follows.

    Raises
    ------
    ParameterError
        A name is unknown, a half width is not above 0 or of no outcome, or `within` is given without `of`.

    Notes
    -----
    The least n with t(n - 1) sd / sqrt(n) <= half width; the limit of the standard deviation is the chi-square one (Law 2015,
    *Simulation Modeling and Analysis*, 5th ed., section 9.4.1).
    """
    import pandas as pd

    check_confidence(confidence)
    outcomes = listed(on)
    wanted = {name: _half_width(half_width, name) for name in outcomes}
    if isinstance(half_width, Mapping) and (idle := [name for name in half_width if name not in outcomes]):
        raise ParameterError(f"half_width says something of {', '.join(map(str, idle))}, which is not among on = {', '.join(outcomes)}")
    if of is None and within is not None:
        raise ParameterError("within has no effect without of, the factor whose effect is wanted apart")
    rows: list[dict[str, Any]] = []
    if of is None:
        values = array(results, outcomes)
        for place, name in enumerate(outcomes):
            known = ~np.isnan(values[..., place])
            spread = np.array([v[k].std(ddof=1) if k.sum() > 1 else np.nan for v, k in zip(values[..., place], known, strict=True)])
            if np.isnan(spread).all():
                raise ParameterError(f"{name} has two values in no scenario, so no variance")
            order = np.argsort(spread)[: int((~np.isnan(spread)).sum())]
            for quantity, scenario in (("mean, noisiest scenario", order[-1]), ("mean, median scenario", order[(len(order) - 1) // 2])):
                row = _row(float(spread[scenario]), int(known[scenario].sum()), wanted[name], confidence)
                rows.append({"outcome": name, "quantity": quantity, "factor": "", "value": None, **row, "unpaired": np.nan})
    else:
        for _, found in effect(results, of, outcomes, confidence=confidence, within=within).iterrows():
            target = wanted[found["outcome"]]
            row = _row(float(np.sqrt(found["var_paired"])), int(found["n"]), target, confidence)
            apart = _needed(float(np.sqrt(found["var_unpaired"])), target, confidence)
            about = {"outcome": found["outcome"], "quantity": "paired effect", "factor": found["factor"], "value": found["value"]}
            rows.append({**about, **row, "unpaired": apart})
    return pd.DataFrame(rows)


def _half_width(given: float | Mapping[str, float], name: str) -> float:
    if isinstance(given, Mapping) and name not in given:
        raise ParameterError(f"half_width says nothing of {name}")
    half = float(given[name] if isinstance(given, Mapping) else given)
    if not half > 0:
        raise ParameterError(f"half_width = {half} of {name} is out of range; allowed: > 0")
    return half


def _row(sd: float, n: int, half: float, confidence: float) -> dict[str, Any]:
    # chdtri is the inverse of the upper tail: here the 5 % quantile of chi-square with n - 1 degrees of freedom
    upper = sd * np.sqrt((n - 1) / chdtri(n - 1, 0.95)) if n > 1 else np.nan
    return {"half_width": half, "sd": sd, "n": n, "needed": _needed(sd, half, confidence), "at_most": _needed(upper, half, confidence)}


def _needed(sd: float, half: float, confidence: float) -> float:
    """Return the least n >= 2 whose t interval is narrow enough; infinite beyond a billion; NaN of a standard deviation of 0 or NaN."""
    if not sd > 0:  # what did not vary in a pilot may still vary
        return float("nan")
    quantile = float(ndtri((1 + confidence) / 2))
    if sd > half * np.sqrt(_MOST) / quantile:
        return float("inf")
    n = max(2, int(np.ceil((quantile * sd / half) ** 2)))  # the normal quantile is the smaller, so this is a lower bound, short by a few
    while n < _MOST and stdtrit(n - 1, (1 + confidence) / 2) * sd / np.sqrt(n) > half:
        n += 1
    return float(n)
