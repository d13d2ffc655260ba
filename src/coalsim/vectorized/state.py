"""The state of a block of runs: arrays over all organizations of all runs.

Organizations are numbered through the block: organization i of run k is ``k * N + i``. A coalition or
initiative is named by its convener, so its state stands at its convener's number. Places in the issue
space have their axes first: (D, ...).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.field.model import Field
from coalsim.parameters import Parameters

if TYPE_CHECKING:
    from coalsim.vectorized.ledger import Ledger
    from coalsim.vectorized.mechanisms.focal import FocalSchedule

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

    @property
    def all(self) -> int:
        """Organizations in the block."""
        return self.runs * self.organizations


class State:
    """Everything that changes, and what submodels read of what does not.

    Parameters
    ----------
    fields
        The initial field of each run, all of one shape.
    scenarios
        The parameters of each run.
    """

    def __init__(self, fields: Sequence[Field], scenarios: Sequence[Parameters]) -> None:
        organizations, dimensions, issues, funders, places = fields[0].shape
        first = scenarios[0]
        self.shape = shape = Shape(
            len(fields), organizations, dimensions, issues, funders, places, first.funding.funders_max, first.simulation.months
        )
        self.everybody_known = first.field.acquaintances == "all"
        self.month = -1
        n, runs, relations = shape.all, shape.runs, shape.relations

        # Organizations
        self.mission = _axes_first([f.mission for f in fields])
        self.style = _axes_first([f.style for f in fields])
        self.capacity = np.concatenate([f.capacity for f in fields])
        self.base_readiness = np.concatenate([f.base_readiness for f in fields])
        self.readiness = self.base_readiness.copy()
        self.openness = np.concatenate([f.openness for f in fields])
        self.leadership = np.concatenate([f.leadership for f in fields])
        self.join_threshold = np.concatenate([f.join_threshold for f in fields])
        slack = _by_organization([p.field.slack for p in scenarios], organizations)
        self.income = slack * self.capacity
        self.reserve_cap = _by_organization([p.field.reserve_cap for p in scenarios], organizations) * self.income
        self.reserve = np.concatenate([f.reserve for f in fields])
        self.known = np.concatenate([f.known for f in fields])
        self.acquaintances = self._lists(fields)  # (places, n); unused places hold the organization's own number
        self.coalition = np.full(n, NOBODY)  # the convener's number, or NOBODY
        self.joined = np.full(n, NOBODY)
        self.satisfaction = np.full(n, np.nan)
        self.cooldown = np.zeros(n, dtype=np.intp)

        # Initiatives, by convener
        self.researching = np.zeros(n, dtype=bool)
        self.began = np.full(n, NOBODY)  # month research began, NOBODY where there is no initiative
        self.launches = np.full(n, NOBODY)  # month research is over
        self.heard = np.zeros(n, dtype=np.intp)
        self.focal = np.zeros(n, dtype=bool)
        self.funders_met = np.zeros(n, dtype=np.intp)
        self.funder = np.full((n, relations), NOBODY)  # funders known, in the order met
        self.relation = np.zeros((n, relations))
        self.grant = np.zeros((n, relations))
        self.grant_until = np.full((n, relations), NOBODY)  # first month without the grant
        self.invitation = np.full(n, NOBODY)  # this month's, by the invited

        # Coalitions, by convener
        self.running = np.zeros(n, dtype=bool)
        self.issue = np.full(n, NOBODY)
        self.goal = np.full((dimensions, n), np.nan)
        self.error = np.full((dimensions, n), np.nan)
        self.launch = np.full(n, NOBODY)
        self.formed = np.full(n, NOBODY)  # month, NOBODY before
        self.trust, self.fit, self.progress, self.momentum, self.work, self.omega = (np.full(n, np.nan) for _ in range(6))
        # ... and their histories
        self.first_success = np.full(n, NOBODY)
        self.problems_solved, self.goals_added, self.goals_redefined, self.peak_size = (np.zeros(n, dtype=np.intp) for _ in range(4))
        self.contributed, self.granted, self.highest_progress = (np.zeros(n) for _ in range(3))

        # Issues (numbered through the block), funders, environment
        self.place = _axes_first([f.issue for f in fields])
        self.need = np.concatenate([f.need for f in fields])
        self.funder_place = np.stack([f.funder.T for f in fields])  # (runs, D, funders)
        self.grant_budget = np.stack([f.grant_budget for f in fields])
        self.window = np.zeros(runs, dtype=np.intp)  # months left, this one included
        self.recession = np.zeros(runs, dtype=np.intp)
        self.books: dict[str, Floats] = {}  # what runs received, paid and counted this month, by name, shape (runs,)
        self.ledger: Ledger
        self.focal_schedule: FocalSchedule
        self._scratch = np.empty(n, dtype=np.intp)

    def _lists(self, fields: Sequence[Field]) -> Ints:
        """Return the lists of acquaintances with organizations numbered through the block."""
        shape = self.shape
        lists = np.empty((shape.places, shape.all), dtype=np.intp)
        for run, f in enumerate(fields):
            first = run * shape.organizations
            lists[:, first : first + shape.organizations] = f.acquaintances.T + first
        return lists

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

    @cached_property
    def members(self) -> Members:
        """Who is in which coalition now."""
        return Members(self)

    def enrol(self, organizations: Ints, coalitions: Ints, satisfaction: Floats | float) -> None:
        """Make organizations members as of this month."""
        self.coalition[organizations] = coalitions
        self.joined[organizations] = self.month
        self.satisfaction[organizations] = satisfaction
        self.members_changed()

    def release(self, organizations: Ints, cooldown: Ints | int) -> None:
        """End memberships."""
        self.coalition[organizations] = NOBODY
        self.joined[organizations] = NOBODY
        self.satisfaction[organizations] = np.nan
        self.cooldown[organizations] = cooldown
        self.members_changed()

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

    def end_initiatives(self, conveners: Ints) -> None:
        """End initiatives: research, relations with funders, grants."""
        self.researching[conveners] = False
        self.began[conveners] = NOBODY
        self.focal[conveners] = False
        self.funders_met[conveners] = 0
        self.funder[conveners] = NOBODY
        self.relation[conveners] = 0.0
        self.grant[conveners] = 0.0
        self.grant_until[conveners] = NOBODY


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


def _axes_first(places: Sequence[Floats]) -> Floats:
    return np.ascontiguousarray(np.concatenate(places).T)


def _by_organization(values: Sequence[float], organizations: int) -> Floats:
    return np.repeat(np.array(values, dtype=float), organizations)
