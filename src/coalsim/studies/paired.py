"""Paired differences: what moving a factor does replicate by replicate, their means, and the one rule for their errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis import Designed, Tables
from coalsim.experiments.experiment import Value
from coalsim.tables.columns import REPLICATE, SCENARIO

if TYPE_CHECKING:
    import pandas as pd

RUN = [SCENARIO, REPLICATE]

SELDOM = ("censored", "focal_launched", "focal_formed", "focal_succeeded", "others_solved")
"""Outcomes that a run has or has not, or that seldom differ between runs."""


class Mean(NamedTuple):
    """The mean of differences over replicates, with its 95 % interval (normal) and standard error."""

    value: float
    low: float
    high: float
    se: float
    n: int


def gain(results: Tables, on: str, of: str, ends: tuple[Any, Any], **where: Any) -> NDArray[np.float64]:
    """Return what moving a factor does to an outcome, a difference per replicate.

    Parameters
    ----------
    results
        A sweep, in common replicates.
    on, of
        The outcome, and the factor that is moved.
    ends
        The values that it is moved from and to.
    where
        The values of all other factors.

    Returns
    -------
    array
        In the order of replicates, shape (replicates,); differences of two gains are taken entry by entry.
    """
    design = results.design
    for factor, value in where.items():
        design = design[design[factor] == value]
    runs = results.outcomes.merge(design, on=SCENARIO)
    table = runs.pivot(index=REPLICATE, columns=of, values=on).astype(float)
    first, last = ends
    return (table[last] - table[first]).to_numpy()


def mean_and_error(differences: NDArray[np.float64]) -> Mean:
    """Return the mean of differences over replicates."""
    n = len(differences)
    mean, se = float(np.mean(differences)), float(np.std(differences, ddof=1) / np.sqrt(n))
    return Mean(mean, mean - 1.96 * se, mean + 1.96 * se, se, n)


def standard_error(se: float, n: int, on: str) -> float:
    """Return the standard error of a mean of n differences in an outcome: the one rule for what never moved.

    Where no pair differed in something that seldom happens (`SELDOM`), the sample knows no spread; 1/n makes three errors the 3/n up to
    which a share may lie that was never seen in n cases (the rule of three: Hanley & Lippman-Hand 1983, JAMA 249:1743).
    """
    return 1 / n if se == 0 and on in SELDOM else float(se)


def mean_value(name: str, differences: NDArray[np.float64], on: str) -> Value:
    """Return the mean of differences in an outcome as a value."""
    found = mean_and_error(differences)
    return Value(name, found.value, standard_error(found.se, found.n, on))


def contrast(
    name: str, results: Tables, on: str, of: str, ends: tuple[Any, Any], one: Mapping[str, Any], other: Mapping[str, Any]
) -> Value:
    """Return as a value the gain (`gain`) where other factors are as in `one`, less that where they are as in `other`."""
    return mean_value(name, gain(results, on, of, ends, **one) - gain(results, on, of, ends, **other), on)


def with_others(results: Tables) -> Designed:
    """Return results with ``others_solved``: the problems that coalitions other than the focal one solved."""
    focal = results.coalitions[results.coalitions["focal"].astype(bool)]
    own = focal.groupby(RUN)["problems_solved"].sum().rename("own")
    outcomes = results.outcomes.join(own, on=RUN)
    others = outcomes["problems_solved"] - outcomes["own"].fillna(0)
    return Designed(results.design, outcomes.drop(columns="own").assign(others_solved=others), results.coalitions)


def restricted(results: Tables, design: pd.DataFrame) -> Designed:
    """Return the runs of some scenarios: those of a design, which may name them by other factors."""
    outcomes, coalitions = (table[table[SCENARIO].isin(design[SCENARIO])] for table in (results.outcomes, results.coalitions))
    return Designed(design, outcomes, coalitions)
