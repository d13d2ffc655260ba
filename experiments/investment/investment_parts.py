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
