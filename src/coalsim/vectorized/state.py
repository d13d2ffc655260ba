"""The state of a block of runs: arrays over all organizations of all runs.

Organizations are numbered through the block: organization i of run k is ``k * N + i``. A coalition or
initiative is named by its convener, so its state stands at its convener's number. Places in the issue
space have their axes first: (D, ...). Which arrays there are is declared (`coalsim.mechanism.variable`), here what
all mechanisms share, in each mechanism what it brings along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.field.model import Field
from coalsim.mechanism import Event, Mechanism, Variable, variable
from coalsim.parameters import Parameters
from coalsim.tables.outcomes import Columns

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

NOBODY = -1

GROUND = Mechanism(
    "ground",
    state=[
        variable("mission", "organization", "Where it stands in the issue space.", start="mission", axes="dimensions"),
        variable("style", "organization", "How it works, in two dimensions.", start="style", axes=2, docks=False),
        variable("capacity", "organization", "Full-time equivalents.", start="capacity"),
        variable("openness", "organization", "To others' views and new goals, 0 to 1.", start="openness"),
        variable("leadership", "organization", "Skill as a convener, 0 to 1.", start="leadership"),
        variable("income", "organization", "FTE-months a month.", start=lambda f, p: p.field.slack * f.capacity),
        variable("reserve_cap", "organization", "FTE-months.", start=lambda f, p: p.field.reserve_cap * (p.field.slack * f.capacity)),
        variable("reserve", "organization", "FTE-months set aside.", start="reserve"),
        variable("cooldown", "organization", "Months until it may act again.", dtype=int, null=0),
        variable("coalition", "membership", "The convener's number, or nobody.", dtype=int, refers="organization"),
        variable("joined", "membership", "Month.", dtype=int),
        variable("satisfaction", "membership", "With the membership."),
        variable("running", "coalition", "Whether there is one.", dtype=bool),
        variable("launch", "coalition", "Month of the launch.", dtype=int),
        variable("place", "issue", "Where it is in the issue space.", start="issue", axes="dimensions"),
        variable("need", "issue", "What is left of it, 0 to 1.", start="need"),
    ],
)
"""What all mechanisms share: organizations with their means, memberships, coalitions, issues."""


@dataclass(frozen=True)
class Shape:
    """How many of everything there are; the same for all runs of a block."""

    runs: int
    organizations: int
    dimensions: int
    issues: int
    funders: int
    places: int
    relations: int
    months: int
    slots: int = 1

    @property
    def all(self) -> int:
        """Organizations in the block."""
        return self.runs * self.organizations

    def of(self, v: Variable) -> tuple[int, ...]:
        """Return the shape of a variable's array; that of a membership has the slots first."""
        axes = (self.dimensions,) if v.axes == "dimensions" else (int(v.axes),) if v.axes else ()
        if v.of == "membership":
            return (*axes, self.slots, self.all)
        if v.of == "acquaintance":
            return (*axes, self.places, self.all)
        if v.of == "relation":
            return (*axes, self.all, self.relations)
        if v.of == "funder":
            return (self.runs, *axes, self.funders)
        return (*axes, {"issue": self.runs * self.issues, "run": self.runs}.get(v.of, self.all))


class State:
    """Everything that changes, and what submodels read of what does not.

    Parameters
    ----------
    fields
        The initial field of each run, all of one shape.
    scenarios
        The parameters of each run.
    variables
        What is declared: each becomes an attribute, an array of the shape that `Shape.of` says. With one slot for
        memberships, theirs have the shape (runs * organizations,).
    kept
        Variables of which a coalition's value is recorded when it ends.
    """

    def __init__(
        self, fields: Sequence[Field], scenarios: Sequence[Parameters], variables: Sequence[Variable], kept: Sequence[str] = ()
    ) -> None:
        organizations, dimensions, issues, funders, places = fields[0].shape
        first = scenarios[0]
        months = first.simulation.months
        self.shape = Shape(len(fields), organizations, dimensions, issues, funders, places, first.funding.funders_max, months)
        self.everybody_known = first.field.acquaintances == "all"
        self.month = -1
        self.variables = {v.name: v for v in variables}
        for v in variables:
            array = np.full(self.shape.of(v), v.null, dtype=v.dtype) if v.start is None else self._start(v, fields, scenarios)
            setattr(self, v.name, array[..., 0, :] if v.of == "membership" and self.shape.slots == 1 else array)
        self.books: dict[str, Floats] = {}  # what runs received, paid and counted this month, by name, shape (runs,)
        self.ended: list[Columns] = []  # what was recorded of coalitions when they ended
        self._kept = [self.variables[name] for name in kept]
        self._cleared: dict[Event, list[Variable]] = {}
        for v in variables:
            self._cleared.setdefault(v.reset, []).append(v)
        self._scratch = np.empty(self.shape.all, dtype=np.intp)

    if TYPE_CHECKING:  # the attributes that are declared

        def __getattr__(self, name: str) -> NDArray[Any]: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def _start(self, v: Variable, fields: Sequence[Field], scenarios: Sequence[Parameters]) -> NDArray[Any]:
        """Return a variable's array before the first month."""
        start = v.start
        given: list[NDArray[Any]]
        if callable(start):
            given = [np.asarray(start(f, p), dtype=v.dtype) for f, p in zip(fields, scenarios, strict=True)]
        else:
            given = [np.asarray(getattr(f, str(start)), dtype=v.dtype) for f in fields]
        if v.refers == "organization":
            given = [numbers + run * self.shape.organizations for run, numbers in enumerate(given)]
        if v.of == "run":
            array = np.stack(given)
        elif v.of == "funder":
            array = np.stack([values.T for values in given])
        else:
            array = np.ascontiguousarray(np.concatenate(given).T)
        if callable(start) and array.shape != self.shape.of(v):
            found = "one value for each" if v.of == "run" else f"{given[0].shape} values in a run"
            raise ValueError(f"variable '{v.name}' of {v.of} starts with {found}; its array has the shape {self.shape.of(v)}")
        return array

    def clear(self, event: Event, who: Ints) -> None:
        """Give the variables of `who` their nulls that have them back at `event`."""
        for v in self._cleared.get(event, ()):
            array = getattr(self, v.name)
            if v.of == "relation":
                array[..., who, :] = v.null
            else:
                array[..., who] = v.null

    def begin_month(self) -> None:
        """Turn to the next month, with clean books."""
        self.month += 1
        self.books.clear()

    def by_run(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return values of organizations as seen by run, shape (runs, organizations)."""
        return x.reshape(self.shape.runs, self.shape.organizations)

    def run_of(self, organizations: Ints) -> Ints:
        """Return the runs of some organizations."""
        return organizations // self.shape.organizations

    def spread(self, by_run: NDArray[Any]) -> NDArray[Any]:
        """Return values of runs as seen by their organizations."""
        return np.repeat(by_run, self.shape.organizations)

    def issues_of(self, organizations: Ints) -> Ints:
        """Return the numbers of the issues in the runs of some organizations, shape (Q, len)."""
        return self.run_of(organizations) * self.shape.issues + np.arange(self.shape.issues)[:, None]

    def book(self, name: str, amounts: Floats, runs: Ints) -> None:
        """Add amounts of some organizations or coalitions to this month's books of their runs."""
        self.books[name] = self.books.get(name, 0.0) + np.bincount(runs, weights=amounts, minlength=self.shape.runs).astype(float)

    def mean_in_runs(self, name: str) -> Floats:
        """Return the mean of a variable over what it is of, shape (runs,); of coalitions and initiatives over those there are."""
        v, values = self.variables[name], getattr(self, name)
        if v.of == "run":
            return np.asarray(values, dtype=float)
        there = {"coalition": self.running, "initiative": self.began >= 0, "membership": self.coalition >= 0}.get(v.of)
        if there is None:
            by_run = values.reshape(self.shape.runs, -1)
            return np.asarray(by_run.sum(axis=1) / by_run.shape[1])
        run = self.run_of(np.flatnonzero(there))
        count = np.bincount(run, minlength=self.shape.runs)
        total = np.bincount(run, weights=values[there], minlength=self.shape.runs)
        return np.divide(total, count, out=np.full(self.shape.runs, np.nan), where=count > 0)

    @cached_property
    def members(self) -> Members:
        """Who is in which coalition now."""
        return Members(self)

    def record(self, c: Ints, ending: Ints, size: Ints) -> None:
        """Record coalitions that end this month (or run on after the last), before they are cleared.

        Parameters
        ----------
        c : conveners
        ending : positions in `coalsim.tables.outcomes.ENDINGS`
        size : members
        """
        if len(c) == 0:
            return
        row: Columns = {"run": self.run_of(c), "convener": c % self.shape.organizations}
        row |= {"end": np.full(len(c), self.month), "ending": ending, "size": size}
        for v in self._kept:
            value = getattr(self, v.name)[c]
            within = {"organization": self.shape.organizations, "issue": self.shape.issues}.get(v.refers)
            row[v.name] = value if within is None else np.where(value == NOBODY, NOBODY, value % within)
        self.ended.append(row)

    def launched(self, who: Ints) -> None:
        """Begin coalitions, with everything at its null."""
        self.clear("launch", who)
        self.running[who] = True
        self.launch[who] = self.month

    def enrol(self, organizations: Ints, coalitions: Ints, satisfaction: Floats | float) -> None:
        """Make organizations members as of this month."""
        self.coalition[organizations] = coalitions
        self.joined[organizations] = self.month
        self.satisfaction[organizations] = satisfaction
        self.members_changed()

    def release(self, organizations: Ints, cooldown: Ints | int) -> None:
        """End memberships."""
        self.clear("release", organizations)
        self.cooldown[organizations] = cooldown
        self.members_changed()

    def begin_initiatives(self, conveners: Ints) -> None:
        """Begin initiatives, with everything at its null but research."""
        self.clear("end", conveners)
        self.researching[conveners] = True
        self.began[conveners] = self.month

    def end_initiatives(self, conveners: Ints) -> None:
        """End initiatives: research, relations with funders, grants."""
        self.clear("end", conveners)

    @cached_property
    def by_length(self) -> tuple[Ints, list[Ints]]:
        """Organizations by falling length of their lists, and the entries of the lists, place by place.

        Those whose list has an entry in a place are then the first so many: no work is done for the others.

        Returns
        -------
        order : numbers of all organizations
        entries : for each place in use, whom the first so many of them know there
        """
        order = np.argsort(-self.known.astype(np.int16), kind="stable")
        longer = self.shape.all - np.cumsum(np.bincount(self.known, minlength=1))
        return order, [self.acquaintances[place].take(order[:many]) for place, many in enumerate(longer.tolist()) if many]

    def lists_changed(self) -> None:
        """Have `by_length` taken anew when next asked for."""
        self.__dict__.pop("by_length", None)

    def members_changed(self) -> None:
        """Have `members` taken anew when next asked for."""
        self.__dict__.pop("members", None)


def pieces(count: int, width: int) -> Iterator[slice]:
    """Cut `count` rows into slices of which tables `width` wide stay small (memory, and cache)."""
    rows = max(1, 200_000 // max(width, 1))
    for start in range(0, count, rows):
        yield slice(start, start + rows)


class Members:
    """Who is in which running coalition: one entry a member, in the order of organizations.

    Attributes
    ----------
    who : numbers of the members
    coalitions : conveners of the running coalitions, in order
    slot : position of each member's coalition in `coalitions`
    count : members of each coalition
    """

    def __init__(self, s: State) -> None:
        self.coalitions = np.flatnonzero(s.running)
        self.who = np.flatnonzero(s.coalition >= 0)
        scratch = s._scratch
        scratch[self.coalitions] = np.arange(len(self.coalitions))
        self.slot = scratch[s.coalition[self.who]]
        self.count = np.bincount(self.slot, minlength=len(self.coalitions))

    def total(self, x: Floats) -> Floats:
        """Sum a value of members over each coalition, in the order of organizations."""
        return np.bincount(self.slot, weights=x, minlength=len(self.coalitions)).astype(float, copy=False)

    def mean(self, x: Floats) -> Floats:
        """Average a value of members over each coalition; 0 where there is no member."""
        return self.total(x) / np.maximum(self.count, 1)
