"""Docking: compare the two engines, month by month.

Axtell, Axelrod, Epstein & Cohen 1996, *Aligning simulation models: a case study and results*. The
engines share parameters, draws and the initial field, not the submodels. Discrete state must be equal,
real-valued state within 1e-9 (of itself, where it is above 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.agents import CoalitionModel
from coalsim.core import Block
from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.state import NOBODY, State

TOLERANCE = 1e-9
"""Absolute, and relative for large numbers (a seed grant may be a billion)."""

Snapshot = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Difference:
    """The first difference found between the engines in a run."""

    replicate: int
    month: int
    variable: str
    entity: tuple[int, ...]
    numpy: Any
    mesa: Any

    def __str__(self) -> str:
        """Return the difference in one line."""
        where = f"[{', '.join(map(str, self.entity))}]" if self.entity else ""
        return f"replicate {self.replicate}, month {self.month}, {self.variable}{where}: numpy {self.numpy}, mesa {self.mesa}"


@dataclass(frozen=True)
class Docking:
    """What came of a comparison: how much was compared, and the first difference of each run that has one."""

    runs: int
    months: int
    differences: tuple[Difference, ...]


def dock(p: Parameters, replicates: Sequence[int], seed: int = 1, months: int | None = None) -> Docking:
    """Run both engines side by side and compare their whole state after every month.

    Parameters
    ----------
    p
        The scenario.
    replicates
        Numbers of the replicates.
    seed
        Seed of the experiment.
    months
        How many months to compare; None compares all.

    Returns
    -------
    Docking
        The first difference (by month, then in the order of variables) of each run.
    """
    months = p.simulation.months if months is None else min(months, p.simulation.months)
    found = (difference(p, seed, replicate, months) for replicate in replicates)
    return Docking(len(replicates), months, tuple(d for d in found if d is not None))


def difference(p: Parameters, seed: int, replicate: int, months: int) -> Difference | None:
    """Return the first difference between the engines in one run, or None."""
    block = Block([p], [build(p, seed, replicate)], [replicate], seed)
    model = CoalitionModel(p, seed, replicate)
    for month in range(months):
        block.step()
        model.step()
        ours, theirs = snapshot(block.state), model.snapshot()
        for variable, entity in unequal(ours, theirs):
            return Difference(replicate, month, variable, entity, ours[variable][entity], theirs[variable][entity])
    return None


def unequal(ours: Snapshot, theirs: Snapshot) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the variables in which two snapshots differ, with the first place at which they do."""
    for variable, mine in ours.items():
        other = theirs[variable]
        if other.ndim > mine.ndim:  # one engine has places for several memberships and goals, the other for one
            other = other[..., 0]
        if mine.shape != other.shape:
            raise ValueError(f"{variable} has shape {mine.shape} in one engine and {other.shape} in the other")
        if mine.dtype.kind == "f":
            same = np.isclose(mine, other.astype(float), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        else:
            same = mine == other
        if not same.all():
            yield variable, tuple(int(place) for place in np.argwhere(~same)[0])


def snapshot(s: State, run: int = 0) -> Snapshot:
    """Return the state of one run of a block, in the form of `CoalitionModel.snapshot`.

    Organizations have a row each; so have coalitions and initiatives, in the row of their convener. Rows
    of others hold -1, False or NaN.
    """
    n = s.shape.organizations
    here = slice(run * n, (run + 1) * n)
    issues = slice(run * s.shape.issues, (run + 1) * s.shape.issues)
    running = s.running[here]

    def numbered(x: NDArray[np.intp], first: int) -> NDArray[np.intp]:
        return np.where(x == NOBODY, NOBODY, x - first)

    def of_coalitions(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(running, x[..., here], np.nan).T

    met = s.funder[here]
    return {
        "coalition": numbered(s.coalition[here], run * n),
        "joined": s.joined[here],
        "cooldown": s.cooldown[here],
        "researching": s.researching[here],
        "heard": np.where(s.researching[here], s.heard[here], 0),
        "known": s.known[here],
        "acquaintances": s.acquaintances[:, here].T - run * n,
        "running": running,
        "issue": np.where(running, numbered(s.issue[here], run * s.shape.issues), NOBODY),
        "launch": np.where(running, s.launch[here], NOBODY),
        "formed": running & (s.formed[here] != NOBODY),
        "met": met,
        "window": s.window[run],
        "recession": s.recession[run],
        "readiness": s.readiness[here],
        "reserve": s.reserve[here],
        "satisfaction": s.satisfaction[here],
        "mission": s.mission[:, here].T,
        "goal": of_coalitions(s.goal),
        "error": of_coalitions(s.error),
        "trust": of_coalitions(s.trust),
        "fit": of_coalitions(s.fit),
        "progress": of_coalitions(s.progress),
        "momentum": of_coalitions(s.momentum),
        "relations": np.where(met == NOBODY, np.nan, s.relation[here]),
        "grants": s.grant[here],
        "place": s.place[:, issues].T,
        "need": s.need[issues],
    }
