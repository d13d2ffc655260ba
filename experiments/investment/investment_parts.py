"""Numbers of the study of investment: channels of harm, contrasts, shifts of the optimum, endings of coalitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from coalsim.analysis import Designed
from coalsim.experiments import Value

CHANNELS = {
    "cannot see it through": {"see_through": 0.0},
    "not worth it": {"cost_weight": 0.0},
    "dissatisfied": {"burden": 0.0},
    "unready": {"strain": 0.0},
}
"""What a high contribution rate can do harm through, and the settings that switch it off.

The first two keep organizations from joining; of the other two, which work on members whose reserves run out, one lowers
satisfaction and the other readiness.
"""
RESAMPLES = 2000
KEYS = ["scenario_id", "replication"]


def gains(results: Any, on: str) -> dict[frozenset[str], np.ndarray[Any, Any]]:
    """Return, for every set of channels left on, what the higher contribution rate does to an outcome in each replicate."""
    runs = results.outcomes.merge(results.design, on="scenario_id")
    table = runs.pivot(index=["channels", "replication"], columns="contribution_rate", values=on)
    low, high = sorted(table.columns)
    found = (table[high] - table[low]).unstack("replication")
    return {frozenset() if key == "none" else frozenset(key.split("+")): row.to_numpy() for key, row in found.iterrows()}


def contrast(name: str, results: Any, on: str, more: str, of: str) -> Value:
    """Return the gain of moving `of` from low to high where `more` is high, less that where it is low, paired by replicate."""
    runs = results.outcomes.merge(results.design, on="scenario_id")
    table = runs.pivot(index="replication", columns=[more, of], values=on)
    (few, many), (low, high) = (sorted(table.columns.unique(level)) for level in (more, of))
    difference = (table[many, high] - table[many, low]) - (table[few, high] - table[few, low])
    return Value(name, float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(difference.count())))


def best_shift(name: str, results: Any, start: dict[str, Any], end: dict[str, Any], at: dict[str, Any]) -> Value:
    """Return how far the best contribution rate for impact moves, paired by replicate.

    The standard error has two parts: the spread over bootstraps of replicates, and the grid. Only rates that were tried can
    be best, so either end is known to the distance between rates there, which counts as a rounding error (distance / sqrt 12).
    """
    runs = results.outcomes.merge(results.design, on="scenario_id")

    def table(where: dict[str, Any]) -> pd.DataFrame:
        rows = runs[np.logical_and.reduce([runs[key] == value for key, value in (where | at).items()])]
        return rows.pivot(index="contribution_rate", columns="replication", values="impact")

    first, last = table(start), table(end)
    rates, size = first.index.to_numpy(), first.shape[1]

    def best(of: pd.DataFrame, drawn: np.ndarray[Any, Any]) -> Any:
        return of.to_numpy()[:, drawn].mean(axis=-1).argmax(axis=0)

    one, other = (best(of, np.arange(size)) for of in (first, last))
    drawn = np.random.Generator(np.random.PCG64(1)).integers(size, size=(RESAMPLES, size))
    spread = (rates[best(last, drawn)] - rates[best(first, drawn)]).var(ddof=1)
    distance = np.gradient(rates, np.arange(len(rates)))
    grid = (distance[one] ** 2 + distance[other] ** 2) / 12
    return Value(name, float(rates[other] - rates[one]), float(np.sqrt(spread + grid)))


def restricted(results: Any, factor: str, level: Any) -> Designed:
    """Return the runs in which a factor has a level."""
    design = results.design[results.design[factor] == level].drop(columns=factor)
    tables = (table[table["scenario_id"].isin(design["scenario_id"])] for table in (results.outcomes, results.coalitions))
    return Designed(design, *tables)


def with_endings(results: Any) -> Designed:
    """Return results with three outcomes more: shares of coalitions that dissolve, and the mean reserve.

    ``too_few`` and ``trust_lost`` are shares of the coalitions launched in a run (NaN if there was none), ``reserve`` is the mean over
    months of the organizations' mean reserve, as a share of its cap.
    """
    ending = results.coalitions["ending"].astype(str)
    shares = pd.DataFrame({name: ending == cause for name, cause in (("too_few", "too_few"), ("trust_lost", "trust"))})
    shares = shares.groupby([results.coalitions[key] for key in KEYS]).mean()
    reserve = results.monthly.groupby(KEYS)["reserve"].mean()
    outcomes = results.outcomes.merge(shares, on=KEYS, how="left").merge(reserve, on=KEYS, how="left")
    return Designed(results.design, outcomes, results.coalitions)


def with_others(results: Any) -> Designed:
    """Return results with ``others_solved``: the problems that others than the focal coalition solved."""
    focal = results.coalitions[results.coalitions["focal"].astype(bool)]
    own = focal.groupby(KEYS)["problems_solved"].sum().rename("own")
    outcomes = results.outcomes.merge(own, on=KEYS, how="left")
    others = outcomes["problems_solved"] - outcomes["own"].fillna(0)
    return Designed(results.design, outcomes.drop(columns="own").assign(others_solved=others), results.coalitions)
