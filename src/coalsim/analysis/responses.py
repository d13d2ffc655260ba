"""Response curves and surfaces, and where their best point lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coalsim.analysis.inputs import (
    Floats,
    Ints,
    Levels,
    Tables,
    Within,
    apart,
    array,
    beside,
    cells,
    check_factors,
    crossed,
    levels,
    listed,
    mean_of_known,
    partition,
)
from coalsim.analysis.intervals import RESAMPLES, SEED, Method, check_confidence, interval, resamples
from coalsim.arguments import checked
from coalsim.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@checked
def response(
    results: Tables,
    over: str | Sequence[str],
    on: str | Sequence[str],
    confidence: float = 0.95,
    method: Method = "t",
    within: Within = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return means of outcomes over the levels of a factor (a curve) or of two (a surface).

    Outcomes are averaged over the other factors within each replicate; mean and interval are over replicates. The intervals are
    of the means by themselves: points share their replicates, so their differences are known better than their intervals suggest
    (`effect`).

    Parameters
    ----------
    results, on, confidence, method, within, seed
        As for `effect`.
    over
        Factor, or several.

    Returns
    -------
    DataFrame
        A row for each point and outcome: the factors of `within` and `over`, ``outcome``, ``mean``, ``low``, ``high``, ``sd`` over
        replicates, ``confidence``, ``n`` replicates, ``missing`` runs without a value (left out).

    Raises
    ------
    ParameterError
        A factor or outcome is unknown.
    """
    import pandas as pd

    outcomes = listed(on)
    rows = []
    for common, points in _points(results, over, outcomes, within):
        for values, of_point, missing in zip(points.values, points.of_replicates, points.missing, strict=True):
            for place, outcome in enumerate(outcomes):
                known = of_point[~np.isnan(of_point[:, place]), place]
                mean, low, high = interval(known, confidence, method, seed)
                rows.append(
                    {
                        **common,
                        **{beside(name): value for name, value in values.items()},
                        "outcome": outcome,
                        "mean": mean,
                        "low": low,
                        "high": high,
                        "sd": float(known.std(ddof=1)) if len(known) > 1 else np.nan,
                        "confidence": confidence,
                        "n": len(known),
                        "missing": int(missing[place]),
                    }
                )
    return pd.DataFrame(rows)


@checked
def optimum(
    results: Tables,
    over: str | Sequence[str],
    on: str | Sequence[str],
    largest: bool = True,
    confidence: float = 0.95,
    within: Within = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return at which levels an outcome is best, with an interval over bootstraps of replicates.

    Only levels that were tried can be best. The mean there is too good by the luck of having been chosen, the more so
    the flatter the curve. In each resample of replicates the best point is found again; where several tie,
    the interval takes in all of them, so that a factor without effect shows as the whole range.

    Parameters
    ----------
    results, on, within, seed
        As for `effect`.
    over
        Factor, or several, sought together.
    largest
        Whether more is better.
    confidence
        Confidence level.

    Returns
    -------
    DataFrame
        A row for each outcome and factor: the factors of `within`, ``outcome``, ``factor``; ``best``, its level at the best point;
        ``low``, ``high``: percentile interval of that level (the range tried, of one replicate); ``as_good_low``,
        ``as_good_high``: the range of levels among points whose paired difference from the best point is not told from 0;
        ``tried_low``, ``tried_high``: the range tried;
        ``at_edge``: whether the best is at its end, so that the optimum may lie beyond (never of labels, which have no order);
        ``share`` of resamples in which this point was best or tied for it; ``mean`` at the best point; ``confidence``, ``n``.

    Raises
    ------
    ParameterError
        A factor or outcome is unknown, or an outcome has no value at some point.
    """
    import pandas as pd

    check_confidence(confidence)
    outcomes = listed(on)
    rows = []
    for common, points in _points(results, over, outcomes, within):
        for place, outcome in enumerate(outcomes):
            found = _best(points.of_replicates[:, :, place], points.codes, 1 if largest else -1, confidence, seed)
            if found is None:
                raise ParameterError(f"{outcome} has no value at some point of {', '.join(listed(over))}, so no best point can be told")
            for axis, (name, of) in enumerate(points.levels.items()):
                tried = of.values[points.codes[:, axis].min()], of.values[points.codes[:, axis].max()]
                best = of.values[points.codes[found.point, axis]]
                rows.append(
                    {
                        **common,
                        "outcome": outcome,
                        "factor": name,
                        "best": best,
                        "low": of.values[found.low[axis]],
                        "high": of.values[found.high[axis]],
                        "as_good_low": of.values[points.codes[found.as_good, axis].min()],
                        "as_good_high": of.values[points.codes[found.as_good, axis].max()],
                        "tried_low": tried[0],
                        "tried_high": tried[1],
                        "at_edge": best in tried and all(isinstance(value, (int, float)) for value in of.values),
                        "share": found.share,
                        "mean": found.mean,
                        "confidence": confidence,
                        "n": points.of_replicates.shape[1],
                    }
                )
    return pd.DataFrame(rows)


class _Points(NamedTuple):
    """The points of a curve or surface: levels by factor, codes (points, factors), outcomes (points, replicates, outcomes)."""

    levels: dict[str, Levels]
    codes: Ints
    values: list[dict[str, Any]]
    of_replicates: Floats
    missing: Ints


class _Best(NamedTuple):
    """The best point: its number, intervals of its codes, points as good, how often it was best, the mean there."""

    point: int
    low: Ints
    high: Ints
    as_good: Ints
    share: float
    mean: float


def _points(results: Tables, over: str | Sequence[str], outcomes: list[str], within: Within) -> Iterator[tuple[dict[str, Any], _Points]]:
    names = check_factors(results.design, listed(over))
    if not names or set(names) & set(apart(within)):
        raise ParameterError(f"over = {names}: factors are needed that are not in within")
    values = array(results, outcomes)
    of = {name: levels(results.design, name) for name in names}
    codes = np.stack([found.codes for found in of.values()], axis=1)
    for common, mask in partition(results.design, within):
        points, point = np.unique(codes[mask], axis=0, return_inverse=True)
        point = point.reshape(-1).astype(np.intp)
        cell = cells(results.design[mask], without=[*names, *apart(within)])
        table, _ = crossed(values[mask], point, cell, len(points))
        missing = np.zeros((len(points), len(outcomes)), dtype=np.intp)
        np.add.at(missing, point, np.isnan(values[mask]).sum(axis=1))
        named = [{name: found.values[code] for (name, found), code in zip(of.items(), row, strict=True)} for row in points]
        yield common, _Points(of, points.astype(np.intp), named, mean_of_known(table, axis=1), missing)


def _best(values: Floats, codes: Ints, sign: int, confidence: float, seed: int) -> _Best | None:
    """Find the best of points with values of shape (points, replicates); None if a point has none."""
    means = sign * mean_of_known(values, axis=1)
    if np.isnan(means).any():
        return None
    point = int(np.argmax(means))
    if values.shape[1] < 2:
        return _Best(point, codes.min(axis=0), codes.max(axis=0), np.arange(len(codes), dtype=np.intp), np.nan, float(sign * means[point]))
    drawn = resamples(values.shape[1], RESAMPLES, seed)
    of_resamples = np.stack([sign * mean_of_known(row[drawn], axis=1) for row in values])
    # a resample may hold no value of a point; it cannot be best there
    of_resamples = np.where(np.isnan(of_resamples), -np.inf, of_resamples)
    first = of_resamples == of_resamples.max(axis=0)
    lowest = np.stack([np.where(first, axis[:, None], codes.max() + 1).min(axis=0) for axis in codes.T])
    highest = np.stack([np.where(first, axis[:, None], -1).max(axis=0) for axis in codes.T])
    tail = (1 - confidence) / 2
    differences = [interval(row - values[point], confidence) for row in values]
    as_good = [
        place for place, (mean, low, high) in enumerate(differences) if place == point or np.isnan(low) or low <= 0 <= high or mean == 0
    ]
    return _Best(
        point,
        np.quantile(lowest, tail, axis=1, method="inverted_cdf").astype(np.intp),
        np.quantile(highest, 1 - tail, axis=1, method="inverted_cdf").astype(np.intp),
        np.array(as_good, dtype=np.intp),
        float(first[point].mean()),
        float(sign * means[point]),
    )
