"""Effects of factors: differences between levels, paired by replicate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.analysis.inputs import (
    Floats,
    Levels,
    Tables,
    Within,
    apart,
    array,
    cells,
    check_factors,
    crossed,
    factors,
    levels,
    listed,
    mean_of_known,
    partition,
)
from coalsim.analysis.intervals import SEED, Method, interval
from coalsim.arguments import checked
from coalsim.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@checked
def effect(
    results: Tables,
    of: str | Sequence[str],
    on: str | Sequence[str],
    baseline: Any = None,
    confidence: float = 0.95,
    method: Method = "t",
    within: Within = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return what moving a factor from its baseline does to outcomes, as paired differences.

    Scenarios that differ in the factor alone are paired within each replicate, where they met the same field,
    shocks and chances. The differences are averaged over the other factors, so that there is one a replicate;
    these are what mean, interval and variances are taken of. A pair in which an outcome has no value (a
    success rate where nothing formed) is dropped: such an effect is conditional on both runs having one.

    Parameters
    ----------
    results
        Design and outcomes.
    of
        Factor, or several, one after the other.
    on
        Outcome, or several.
    baseline
        Level that the others are compared with; default the lowest (of numbers), the first (of others), "not set" if
        there is that. With several factors give none.
    confidence
        Confidence level of each interval by itself.
    method
        "t" or "bootstrap" (BCa, of replicates).
    within
        Factors at whose levels the effect is wanted apart, or a mapping of factors to the levels to be used.
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        A row for each level compared and outcome:

        * the factors of `within`; ``factor``, ``value``, ``baseline``, ``outcome``;
        * ``mean_baseline``, ``mean``: of the runs that are paired, in the outcome's unit;
        * ``effect``, ``low``, ``high``, ``se``: mean difference, its interval and standard error; ``confidence`` is that of the interval;
        * ``n``: replicates it rests on; ``pairs``, ``dropped``: pairs of runs used, and dropped for want of a value;
        * ``var_paired``: variance of the difference over replicates; ``var_unpaired``: what it would be had the two levels
          been run in different replicates (the sum of their variances); ``saved`` = 1 - paired/unpaired: the share of runs that pairing
          saves at equal precision; ``correlation`` of the two levels over replicates.

    Raises
    ------
    ParameterError
        A factor or outcome is unknown, `baseline` is no level, or no two scenarios differ in the factor alone.

    Notes
    -----
    Common random numbers reduce the variance of a difference by twice the covariance: Law 2015, *Simulation Modeling and
    Analysis*, 5th ed., section 11.2.
    """
    import pandas as pd

    names, outcomes = check_factors(results.design, listed(of)), listed(on)
    if baseline is not None and len(names) > 1:
        raise ParameterError("a baseline is that of one factor; ask for the effect of one factor at a time")
    values = array(results, outcomes)
    rows = []
    for name in names:
        if name in apart(within):
            raise ParameterError(f"the effect of {name} within levels of {name} is none; leave it out of within")
        of_factor = levels(results.design, name)
        start = 0 if baseline is None else of_factor.code(baseline, name)
        for common, mask in partition(results.design, within):
            part = cells(results.design[mask], without=[name, *apart(within)])
            means, there = crossed(values[mask], of_factor.codes[mask], part, len(of_factor.values))
            for code in range(len(of_factor.values)):
                both = there[code] & there[start]
                if code == start or not both.any():
                    continue
                about = {**common, "factor": name, "value": of_factor.values[code], "baseline": of_factor.values[start]}
                for place, outcome in enumerate(outcomes):
                    compared = _compared(means[code, both, :, place], means[start, both, :, place], confidence, method, seed)
                    rows.append({**about, "outcome": outcome, **compared})
    if not rows:
        raise ParameterError(_why_none(results.design, names, within))
    return pd.DataFrame(rows)


def _compared(moved: Floats, base: Floats, confidence: float, method: Method, seed: int) -> dict[str, Any]:
    """Return the numbers of one effect from outcomes of shape (cells, replicates) at the level and at the baseline."""
    known = ~np.isnan(moved) & ~np.isnan(base)
    moved = mean_of_known(np.where(known, moved, np.nan), axis=0)
    base = mean_of_known(np.where(known, base, np.nan), axis=0)
    used = known.any(axis=0)
    moved, base = moved[used], base[used]
    n = len(base)
    mean, low, high = interval(moved - base, confidence, method, seed)
    paired, unpaired, correlation = _variances(moved, base)
    return {
        "mean_baseline": float(base.mean()) if n else np.nan,
        "mean": float(moved.mean()) if n else np.nan,
        "effect": mean,
        "low": low,
        "high": high,
        "se": float(np.sqrt(paired / n)) if n else np.nan,
        "confidence": confidence,
        "n": n,
        "pairs": int(known.sum()),
        "dropped": int((~known).sum()),
        "var_paired": paired,
        "var_unpaired": unpaired,
        "saved": 1 - paired / unpaired if unpaired > 0 else np.nan,
        "correlation": correlation,
    }


def _variances(moved: Floats, base: Floats) -> tuple[float, float, float]:
    """Return the variance of the paired difference, of an unpaired one, and the correlation; NaN where undefined."""
    if len(base) < 2:
        return np.nan, np.nan, np.nan
    paired = float((moved - base).var(ddof=1))
    of_moved, of_base = float(moved.var(ddof=1)), float(base.var(ddof=1))
    spread = np.sqrt(of_moved * of_base)
    correlation = (of_moved + of_base - paired) / (2 * spread) if spread > 0 else np.nan
    return paired, of_moved + of_base, float(correlation)


def _why_none(design: pd.DataFrame, names: Sequence[str], within: Within) -> str:
    """Say why no two scenarios differ in a factor alone."""
    (name, *_) = names
    if len(levels(design, name).values) < 2:
        return f"{name} has one level only; an effect needs two"
    others = [other for other in factors(design) if other not in (name, *apart(within))]
    moving = [other for other in others if _moves_with(levels(design, name), levels(design, other))]
    hint = f"; {', '.join(moving)} always moves with it: leave such a column out of the design" if moving else ""
    return f"no two scenarios differ in {name} alone{hint}"


def _moves_with(one: Levels, other: Levels) -> bool:
    """Return whether no value of `other` occurs with two values of `one`."""
    pairs = np.unique(np.stack([one.codes, other.codes]), axis=1)
    return len(np.unique(pairs[1])) == pairs.shape[1]
