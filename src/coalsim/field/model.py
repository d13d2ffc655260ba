"""`Field`: one field of organizations, issues and funders as it is before the first month."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coalsim.inputs.cells import composed, ein
from coalsim.inputs.cells import identifier as as_id

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def given_or(value: Floats | None, drawn: Floats) -> Floats:
    """Return what is given, with `drawn` where nothing is (None, NaN)."""
    if value is None:
        return drawn
    missing = np.isnan(value)
    return np.where(missing, drawn, value) if missing.any() else value


@dataclass(frozen=True)
class Unit:
    """What one unit of capacity (one "FTE" of the model) is worth, for fields read from a register."""

    staff: float
    """Full-time employees seconded to collaboration for each unit of capacity."""
    dollars_per_month: float
    """What that costs a month."""


@dataclass(frozen=True)
class GivenCoalition:
    """A coalition that exists when the run begins.

    Attributes
    ----------
    convener : number of the organization that convened it, and leads it
    issue : number of the issue it works on; -1: that of the largest need x alignment with its convener's mission
    launch : month of its launch, <= 0
    trust : in [0, 1]; NaN: what is usual (`GIVEN_TRUST`)
    funders : numbers of the funders it knows, in the order given, at most `funders_max`
    members : (number, month joined) of each member, its convener included, by number
    """

    convener: int
    issue: int = -1
    launch: int = -1
    trust: float = math.nan
    funders: tuple[int, ...] = ()
    members: tuple[tuple[int, int], ...] = ()


def by_name(names: Sequence[str], called: Sequence[str], key: Callable[[str], str] = as_id) -> dict[str, int]:
    """Return the number of each organization by what it may be called: its id, or its name if no other is called so.

    Parameters
    ----------
    names
        Ids, by number.
    called
        Names for people, by number; "" where there is none. Empty if there are none at all.
    key
        What ids are compared by.
    """
    found: dict[str, int] = {}
    for number, name in enumerate(called):
        if name:
            found[plain(name)] = -1 if plain(name) in found else number
    return {name: number for name, number in found.items() if number >= 0} | {key(name): number for number, name in enumerate(names)}


@lru_cache(maxsize=4)
def _by_name(names: tuple[str, ...], called: tuple[str, ...]) -> dict[str, int]:
    """Return the same for the fields of all replicates, which have the same names."""
    return by_name(names, called)


def plain(name: str) -> str:
    """Return a name as names are compared: capitals and spaces do not matter."""
    return " ".join(composed(name).casefold().split())


GIVEN_TRUST = 0.6
"""Trust of a given coalition of which it is not known: the mean over running coalitions in model 1."""


@dataclass(frozen=True, eq=False)
class Field:
    """The initial state of a run: N organizations, Q issues, F funders in a D-dimensional issue space.

    Attributes
    ----------
    mission : (N, D), in [0, 1]
    style : (N, 2), in [0, 1]
    capacity : (N,), > 0, full-time equivalents
    reserve : (N,), >= 0, FTE-months
    base_readiness : (N,)
    openness : (N,), in [0, 1]
    leadership : (N,), in [0, 1]
    join_threshold : (N,)
    acquaintances : (N, K) numbers of others known, in the order of the list; unused places hold the
        organization's own number. K is 0 where everybody is known.
    known : (N,) lengths of the lists
    issue : (Q, D), in [0, 1]
    need : (Q,), in [0, 1]
    funder : (F, D), in [0, 1]
    grant_budget : (F,), FTE-months a month
    names : N identifiers of a given field, or an empty tuple (organizations are then 0 to N - 1)
    called : N names for people, "" where there is none; or an empty tuple
    unit : what a unit of capacity is worth, where known
    coalitions : those that exist when the run begins, in the order of their conveners' numbers
    """

    mission: Floats
    style: Floats
    capacity: Floats
    reserve: Floats
    base_readiness: Floats
    openness: Floats
    leadership: Floats
    join_threshold: Floats
    acquaintances: Ints
    known: Ints
    issue: Floats
    need: Floats
    funder: Floats
    grant_budget: Floats
    names: tuple[str, ...] = ()
    unit: Unit | None = None
    coalitions: tuple[GivenCoalition, ...] = ()
    called: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Number of organizations."""
        return len(self.capacity)

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """(organizations, dimensions, issues, funders, places in a list of acquaintances)."""
        return len(self.capacity), self.mission.shape[1], len(self.issue), len(self.funder), self.acquaintances.shape[1]

    def label(self, number: int) -> str:
        """Return what people call an organization: its name, or its id, or its number."""
        name = self.called[number] if self.called else ""
        return name or (self.names[number] if self.names else f"organization {number}")

    def number(self, identifier: str | int) -> int:
        """Return the number of the organization with an id, or with a name that no other has; raise KeyError if there is none."""
        if self.names:
            given, known = str(identifier), _by_name(self.names, self.called)
            try:
                for found in (as_id(given), ein(given), plain(given)):
                    if found in known:
                        return known[found]
            except ValueError:
                pass
            raise KeyError(identifier)
        try:
            number = int(identifier)
        except ValueError:
            raise KeyError(identifier) from None
        if not 0 <= number < self.size:
            raise KeyError(identifier)
        return number


@dataclass(frozen=True, eq=False)
class Given:
    """What is known of a field before anything is drawn; None and NaN stand for what is to be drawn.

    Attributes
    ----------
    count : number of organizations
    mission : (N, D), or None
    attributes : columns of length N by name (capacity, reserve, readiness, openness, leadership,
        join_threshold, style_1, style_2)
    ties : (source, target) numbers of organizations, in the order of the lists, or None
    issue, need : (Q, D) and (Q,), or None
    funder, grant_budget : (F, D) and (F,), or None
    names, called, unit, coalitions : as in `Field`
    """

    count: int
    mission: Floats | None = None
    attributes: dict[str, Floats] = field(default_factory=dict)
    ties: tuple[Ints, Ints] | None = None
    issue: Floats | None = None
    need: Floats | None = None
    funder: Floats | None = None
    grant_budget: Floats | None = None
    names: tuple[str, ...] = ()
    unit: Unit | None = None
    coalitions: tuple[GivenCoalition, ...] = ()
    called: tuple[str, ...] = ()
