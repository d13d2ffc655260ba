"""Docking: compare the two engines, month by month.

Axtell, Axelrod, Epstein & Cohen 1996, *Aligning simulation models: a case study and results*. The
engines share parameters, draws and the initial field, not the submodels. Discrete state must be equal,
real-valued state within 1e-9 (of itself, where it is above 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.agents import CoalitionModel, Organization
from coalsim.counts import SEEDS, said, whole
from coalsim.errors import ParameterError
from coalsim.field import build
from coalsim.mechanism import Mechanism, Variable, together
from coalsim.parameters import Parameters
from coalsim.vectorized.core import Block
from coalsim.vectorized.state import NOBODY, State

TOLERANCE = 1e-9
"""Absolute, and relative for large numbers (a seed grant may be a billion)."""

Snapshot = dict[str, NDArray[Any]]


def docked(variables: Iterable[Variable]) -> list[Variable]:
    """Return the variables that both engines must agree on: whole numbers and yes or no first, which must be equal."""
    return sorted((v for v in variables if v.docks), key=lambda v: v.dtype is float)


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


def dock(
    p: Parameters,
    replicates: Sequence[int],
    seed: int = 1,
    months: int | None = None,
    mechanisms: Sequence[Mechanism] = (),
    organization_class: type[Organization] = Organization,
) -> Docking:
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
        How many months to compare, the burn-in included, 1 to those of the scenario; None compares all.
    mechanisms, organization_class
        Mechanisms besides the built-in ones, for the numpy engine, and organizations that do what they say, for the other.

    Raises
    ------
    ParameterError
        An argument is out of range or of the wrong type.

    Returns
    -------
    Docking
        The first difference (by month, then in the order of variables) of each run.
    """
    if not isinstance(p, Parameters):
        raise ParameterError(f"p = {said(p)}: Parameters are needed")
    given: Any = replicates
    if isinstance(given, str) or not len(given):
        raise ParameterError(f"replicates = {said(replicates)}: numbers >= 0 are needed, at least one")
    for replicate in replicates:
        whole("replicates", replicate, 0, SEEDS)
    whole("seed", seed, 0, SEEDS)
    if months is not None:
        whole("months", months, 1, p.simulation.burn_in + p.simulation.months)
    everything = p.simulation.burn_in + p.simulation.months
    months = everything if months is None else months
    own = together(mechanisms, [p])
    found = (difference(p, seed, replicate, months, own, organization_class) for replicate in replicates)
    return Docking(len(replicates), months, tuple(d for d in found if d is not None))


def difference(
    p: Parameters,
    seed: int,
    replicate: int,
    months: int,
    mechanisms: Sequence[Mechanism] = (),
    organization_class: type[Organization] = Organization,
) -> Difference | None:
    """Return the first difference between the engines in one run, or None."""
    block = Block([p], [build(p, seed, replicate)], [replicate], seed, mechanisms=mechanisms)
    model = CoalitionModel(p, seed, replicate, organization_class, mechanisms=mechanisms)
    declared = docked(block.state.variables.values())
    for _ in range(months):
        block.step()
        model.step()
        ours, theirs = snapshot(block.state), model.snapshot(declared)
        for variable, entity in unequal(ours, theirs):
            other = theirs[variable][entity] if variable in theirs else "nothing of that name"
            return Difference(replicate, block.state.month, variable, entity, ours[variable][entity], other)
    return None


def unequal(ours: Snapshot, theirs: Snapshot) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the variables in which two snapshots differ, with the first place at which they do."""
    for variable, mine in ours.items():
        if variable not in theirs:
            yield variable, (0,) * mine.ndim
            continue
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
    """Return the state of one run of a block: the variables declared to dock, in the form of `CoalitionModel.snapshot`.

    Organizations have a row each; so have coalitions and initiatives, in the row of their convener. Rows of others hold
    the variable's null.
    """
    return {v.name: _of_run(s, v, run) for v in docked(s.variables.values())}


def _of_run(s: State, v: Variable, run: int) -> NDArray[Any]:
    """Return a variable as it is in one run, entities first."""
    n, array = s.shape.organizations, getattr(s, v.name)
    here = slice(run * n, (run + 1) * n)
    if v.of in ("run", "funder"):
        return np.asarray(array[run]).T
    if v.of == "relation":
        return np.asarray(array[here])
    shown = array[..., run * s.shape.issues : (run + 1) * s.shape.issues] if v.of == "issue" else array[..., here]
    if v.refers:
        first = run * (s.shape.issues if v.refers == "issue" else n)
        shown = np.where(shown == NOBODY, NOBODY, shown - first)
    if v.shown:
        shown = np.where(getattr(s, v.shown)[here], shown, v.null)
    return np.asarray(shown.T)
