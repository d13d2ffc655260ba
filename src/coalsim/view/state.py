"""`Month`: what is drawn and told of a month, read from either engine. The one place that knows how they keep their state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.mechanism import NO_MONTH

if TYPE_CHECKING:
    from coalsim.agents import CoalitionModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SERIES = ("coalitions", "members", "need", "trust")
"""What is charted by month: columns of the monthly table."""


@dataclass(frozen=True)
class Month:
    """The state after a month, with every entity under its number.

    Attributes
    ----------
    mission : (N, D)
    capacity : (N,), FTE
    readiness : (N,)
    reserve : (N,), as a share of its cap
    researching, resting : (N,) whether it researches a launch; whether it is cooling down
    memberships : (M, 2) pairs of an organization and the convener of a coalition it belongs to, each pair once, sorted
    running : conveners of the running coalitions, in order; the arrays from `launch` to `goal` have a row for each of them
    launch, issue, formed, focal, successes, trust, progress : (C,) each; of two goals those of the first
    goal : (C, D)
    grants : (G, 3) rows of convener, funder and FTE-months a month; 0 where it is only known
    acquaintances, asked : (N, K) numbers of those known (unused places: its own), and (N,) the convener that asked it to join; -1: none
    place, need : (Q, D) and (Q,)
    window, recession : whether there is one
    """

    mission: Floats
    capacity: Floats
    readiness: Floats
    reserve: Floats
    researching: NDArray[np.bool_]
    resting: NDArray[np.bool_]
    memberships: Ints
    running: Ints
    launch: Ints
    issue: Ints
    formed: NDArray[np.bool_]
    focal: NDArray[np.bool_]
    successes: Ints
    trust: Floats
    progress: Floats
    goal: Floats
    grants: Floats
    acquaintances: Ints
    asked: Ints
    place: Floats
    need: Floats
    window: bool
    recession: bool


def month(model: CoalitionModel) -> Month:
    """Return the state of a model after the month simulated last."""
    return of_snapshot(model.snapshot())


def of_snapshot(s: Mapping[str, NDArray[Any]]) -> Month:
    """Return the state that docks, of either engine, after a month."""
    running = np.flatnonzero(s["running"])
    return Month(
        mission=s["mission"],
        capacity=s["capacity"],
        readiness=s["readiness"],
        reserve=s["reserve"] / s["reserve_cap"],
        researching=s["researching"],
        resting=s["cooldown"] > 0,
        memberships=pairs(s["coalition"]),
        running=running,
        launch=s["launch"][running],
        issue=s["issue"][running][:, 0],
        formed=s["formed"][running] != NO_MONTH,
        focal=s["focal"][running],
        successes=s["problems_solved"][running],
        trust=s["trust"][running],
        progress=s["progress"][running][:, 0],
        goal=s["goal"][running],
        grants=_grants(s["funder"], s["grant"], s["running"]),
        acquaintances=s["acquaintances"],
        asked=s["asked"],
        place=s["place"],
        need=s["need"],
        window=bool(s["window"] > 0),
        recession=bool(s["recession"] > 0),
    )


def pairs(coalition: Ints) -> Ints:
    """Return memberships as pairs, from conveners by organization, (N,), or by organization and slot, (N, slots); -1: none."""
    slots = coalition.reshape(len(coalition), -1)
    who, slot = np.nonzero(slots >= 0)
    return np.unique(np.stack([who, slots[who, slot]], axis=1), axis=0)


def series(model: CoalitionModel) -> dict[str, float]:
    """Return what is charted, of the month simulated last."""
    collected = model.datacollector.model_vars
    return {name: float(collected[name][-1]) for name in SERIES}


def endings(model: CoalitionModel) -> dict[tuple[int, int], tuple[str, int]]:
    """Return how coalitions that are over ended, and how many problems they solved, by convener and month of launch."""
    return ended(model.recorder.coalition_columns())


def ended(table: Mapping[str, NDArray[Any]]) -> dict[tuple[int, int], tuple[str, int]]:
    """Return that of an engine's record of coalitions."""
    from coalsim.tables.outcomes import ENDINGS

    rows = zip(*(table[name].tolist() for name in ("convener", "launch", "ending", "problems_solved")), strict=True)
    return {(convener, launch): (ENDINGS[ending], solved) for convener, launch, ending, solved in rows if ENDINGS[ending] != "running"}


def _grants(met: Ints, grants: Floats, running: NDArray[np.bool_]) -> Floats:
    who, place = np.nonzero((met >= 0) & running[:, None])
    return np.stack([who.astype(float), met[who, place].astype(float), grants[who, place]], axis=1)
