"""The state of a block of runs: arrays over all organizations of all runs.

Organizations are numbered through the block: organization i of run k is ``k * N + i``. A coalition or
initiative is named by its convener, so its state stands at its convener's number. Places in the issue
space have their axes first: (D, ...). Which arrays there are is declared (`coalsim.mechanism.variable`): what all mechanisms
share in `coalsim.vectorized.ground`, the rest in the mechanism that brings it along.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.field.model import Field
from coalsim.mechanism import NO_MONTH, Event, Variable
from coalsim.parameters import Parameters
from coalsim.tables.outcomes import Columns
from coalsim.vectorized.members import Members

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

NOBODY = -1


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
        What is declared: each becomes an attribute, an array of the shape that `Shape.of` says. An organization's
        memberships stand in the order of their conveners, in the first of its slots.
    kept
        Variables of which a coalition's value is recorded when it ends.
    """

    def __init__(
        self, fields: Sequence[Field], scenarios: Sequence[Parameters], variables: Sequence[Variable], kept: Sequence[str] = ()
    ) -> None:
        organizations, dimensions, issues, funders, places = fields[0].shape
        first = scenarios[0]
        months = first.simulation.months
        relations, slots = first.funding.funders_max, first.joining.memberships_max
        self.shape = Shape(len(fields), organizations, dimensions, issues, funders, places, relations, months, slots)
        self.burn_in = first.simulation.burn_in
        self.everybody_known = first.field.acquaintances == "all"
        self.month = -1 - self.burn_in
        self.variables = {v.name: v for v in variables}
        for v in variables:
            array = np.full(self.shape.of(v), v.null, dtype=v.dtype) if v.start is None else self._start(v, fields, scenarios)
            setattr(self, v.name, array)
        self.books: dict[str, Floats] = {}  # what runs received, paid and counted this month, by name, shape (runs,)
        self.ended: list[Columns] = []  # what was recorded of coalitions when they ended
        self._kept = [self.variables[name] for name in kept]
        self._cleared: dict[Event, list[Variable]] = {}
        for v in variables:
            self._cleared.setdefault(v.reset, []).append(v)
        self._scratch = np.empty(self.shape.all, dtype=np.intp)
        self.clear_by: dict[Event, Callable[[Ints], None]] = {}
        self.members_of: Callable[[State], Members] = Members

    if TYPE_CHECKING:  # the attributes that are declared

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    bound = 0
    """How often an attribute was given an array: while it stays, each is the array it was."""

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value
        if isinstance(value, np.ndarray):
            self.__dict__["bound"] = self.bound + 1

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

    def tidy(self) -> None:
        """Have all arrays as kernels are compiled for: of the types declared, lists of acquaintances one behind the other."""
        for v in self.variables.values():
            array = getattr(self, v.name)
            turned = v.of == "acquaintance" and not v.axes
            want: NDArray[Any] = np.asarray(array, dtype=v.dtype, order="F" if turned else "C")
            if want is not array or not want.flags.writeable:
                setattr(self, v.name, want if want.flags.writeable else want.copy(order="K"))

    def cleared_by(self, event: Event, names: Collection[str], clear: Callable[[Ints], None]) -> None:
        """Have variables cleared at an event by a function of who is concerned."""
        self.clear_by[event] = clear
        self._cleared[event] = [v for v in self._cleared.get(event, ()) if v.name not in names]

    def clear(self, event: Event, who: Ints) -> None:
        """Give the variables of `who` their nulls that have them back at `event`."""
        if len(who) == 0:
            return
        if event in self.clear_by:
            self.clear_by[event](who)
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
        there = {"coalition": self.running, "initiative": self.began > NO_MONTH, "membership": self.coalition >= 0}.get(v.of)
        if there is None:
            by_run = values.reshape(self.shape.runs, -1)
            return np.asarray(by_run.sum(axis=1) / by_run.shape[1])
        run = self.run_of(np.nonzero(there)[-1])
        count = np.bincount(run, minlength=self.shape.runs)
        total = np.bincount(run, weights=values[there], minlength=self.shape.runs)
        return np.divide(total, count, out=np.full(self.shape.runs, np.nan), where=count > 0)

    @cached_property
    def members(self) -> Members:
        """Who is in which coalition now."""
        return self.members_of(self)

    def record(self, c: Ints, ending: Ints, size: Ints) -> None:
        """Record coalitions that end this month (or run on after the last), before they are cleared.

        Parameters
        ----------
        c : conveners
        ending : positions in `coalsim.tables.outcomes.ENDINGS`
        size : members
        """
        if len(c) == 0 or self.month < 0:
            return
        run = self.run_of(c)
        row: Columns = {"run": run, "convener": c - run * self.shape.organizations, "inherited": self.inherited[c]}
        row |= {"end": np.full(len(c), self.month), "ending": ending, "size": size, "members_end": size}
        row |= {"leadership": self.first_leadership[c], "active_share": self.active_share(c), "sources": self.gave[c].sum(axis=1)}
        row["funders_now"] = (self.grant_until[c] > self.month).sum(axis=1)
        row["kept_all_goals"] = (self.goals_dropped[c] == 0) & (self.goals_redefined[c] == 0)
        for v in self._kept:
            array = getattr(self, v.name)
            value = (array[0] if v.axes else array).take(c)  # of two goals the first
            within = {"organization": self.shape.organizations, "issue": self.shape.issues}.get(v.refers)
            row[v.name] = value if within is None else np.where(value == NOBODY, NOBODY, value % within)
        self.ended.append(row)

    def active_share(self, c: Ints) -> Floats:
        """Return the share of members that kept at least half of their last six months (or of those since they joined)."""
        return self.members.active_share(self, c)

    def launched(self, who: Ints) -> None:
        """Begin coalitions, with everything at its null, led by their conveners."""
        self.clear("launch", who)
        self.running[who] = True
        self.launch[who] = self.month
        self.inherited[who] = self.month < 0
        self.first_leadership[who] = self.leadership[who]
        self.led_by(who, who)

    def led_by(self, c: Ints, leads: Ints) -> None:
        """Have coalitions led by organizations, and note what these are."""
        self.lead[c] = leads
        self.lead_leadership[c] = self.leadership[leads]
        self.lead_openness[c] = self.openness[leads]
        self.lead_capacity[c] = self.capacity[leads]

    @property
    def member(self) -> Bools:
        """Which organizations are in any coalition, shape (runs * organizations,)."""
        return np.asarray(self.coalition[0] >= 0)

    @property
    def has_room(self) -> Bools:
        """Which organizations have room for another membership, shape (runs * organizations,)."""
        return np.asarray(self.coalition[-1] < 0)

    def is_member(self, organizations: Ints, coalitions: Ints) -> Bools:
        """Return, pair by pair, which organizations are members of which coalitions."""
        return np.asarray((self.coalition[:, organizations] == coalitions).any(axis=0))

    def enrol(
        self,
        organizations: Ints,
        coalitions: Ints,
        satisfaction: Floats | float,
        pledge: Floats | float = 1.0,
        joined: Ints | int | None = None,
        kept: int = 0,
    ) -> None:
        """Make organizations (each at most once) members, as of this month unless said otherwise."""
        slot = (self.coalition[:, organizations] < 0).argmax(axis=0)
        self.coalition[slot, organizations] = coalitions
        self.joined[slot, organizations] = self.month if joined is None else joined
        self.satisfaction[slot, organizations] = satisfaction
        self.pledge[slot, organizations] = pledge
        self.kept[slot, organizations] = kept
        self._pack(organizations)

    def release(self, organizations: Ints, slots: Ints, cooldown: Ints | float) -> None:
        """End memberships; who is then in no coalition cools down."""
        for v in self._cleared.get("release", ()):
            getattr(self, v.name)[..., slots, organizations] = v.null
        self._pack(organizations)
        alone = ~self.member[organizations]
        self.cooldown[organizations[alone]] = np.broadcast_to(cooldown, organizations.shape)[alone]

    def _pack(self, organizations: Ints) -> None:
        """Put memberships of organizations in the order of their conveners, those there are not behind."""
        if self.shape.slots > 1 and len(organizations):
            coalition = self.coalition[:, organizations]
            order = np.argsort(np.where(coalition < 0, self.shape.all, coalition), axis=0, kind="stable")
            for v in self.variables.values():
                if v.of == "membership":
                    array = getattr(self, v.name)
                    there = array[..., organizations]
                    array[..., organizations] = np.take_along_axis(there, np.broadcast_to(order, there.shape), axis=-2)
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
