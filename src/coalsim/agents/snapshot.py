"""`snapshot`: the whole state of a model as arrays, to compare with another engine's.

Which variables there are is told from outside; here is where an agent has them: in the attribute of that name, or as
`CALLED` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.agents.pursuit import MOST_TARGETS
from coalsim.mechanism import Variable

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel

Snapshot = dict[str, NDArray[np.generic]]

CALLED: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "known": lambda organization: len(organization.acquaintances),
        "researching": lambda initiative: initiative.coalition is None,
        "funders_met": lambda initiative: len(initiative.relations),
        "relation": attrgetter("strength"),
        "grant": attrgetter("paid"),
        "grant_until": attrgetter("grant_ends"),
        "running": lambda coalition: True,
        "coalition_openness": attrgetter("openness"),
        "issue": lambda coalition: _two([issue.number for issue in coalition.issues], -1),
        "progress": lambda coalition: _two([target.progress for target in coalition.targets], 0.0),
        "first_third": lambda coalition: coalition.reached[0],
        "first_two_thirds": lambda coalition: coalition.reached[1],
        "first_success": lambda coalition: coalition.reached[2],
        "lead_leadership": attrgetter("noted.leadership"),
        "lead_openness": attrgetter("noted.openness"),
        "lead_capacity": attrgetter("noted.capacity"),
        "staffed": attrgetter("grants"),
        "asked": lambda organization: organization.asked if organization.asked in organization.model.running_coalitions else None,
        "problems_solved": attrgetter("successes"),
        "window": attrgetter("window.left"),
        "recession": attrgetter("recession.left"),
    }
)
"""Where an agent has a variable that it has no attribute of the same name for."""


def snapshot(model: CoalitionModel, variables: Iterable[Variable]) -> Snapshot:
    """Return the state after a month.

    Organizations have a row each. So have coalitions and initiatives, in the row of their convener, and initiatives'
    relations with funders; rows of others hold a variable's null. A variable that agents do not have is left out.
    """
    found: Snapshot = {}
    for v in variables:
        array: NDArray[Any] = np.full(_shape(model, v), v.null, dtype=v.dtype)
        try:
            for row, agent in _agents(model, v):
                array[row] = _plain(value(agent, v.name), v)
        except AttributeError:
            continue
        found[v.name] = array
    return found


def value(agent: Any, name: str) -> Any:
    """Return a variable of an agent."""
    return CALLED[name](agent) if name in CALLED else getattr(agent, name)


def _plain(given: Any, v: Variable) -> Any:
    """Return a value as numbers: of another agent its number, of nobody or nothing the null."""
    return v.null if given is None else getattr(given, "number", given)


def _agents(model: CoalitionModel, v: Variable) -> Iterator[tuple[Any, Any]]:
    """Yield where a value stands in the array, and whose it is."""
    if v.of == "organization":
        yield from enumerate(model.organizations)
    elif v.of == "membership":
        for organization in model.organizations:
            for place, membership in enumerate(organization.memberships):
                yield (organization.number, place), membership
    elif v.of == "initiative":
        for initiative in model.initiatives:
            if v.shown != "researching" or initiative.coalition is None:
                yield initiative.convener.number, initiative
    elif v.of == "coalition":
        for coalition in model.running_coalitions:
            yield coalition.number, coalition
    elif v.of == "relation":
        for initiative in model.initiatives:
            for place, relation in enumerate(initiative.relations):
                yield (initiative.convener.number, place), relation
    elif v.of == "acquaintance":
        # The list of an organization, filled up with itself.
        for organization in model.organizations if not model.everybody_known else ():
            known: list[Any] = organization.acquaintances
            for place in range(model.p.acquaintances_max):
                yield (organization.number, place), _Listed(known[place] if place < len(known) else organization)
    else:
        everything: Any = {"issue": model.issues, "funder": model.funders}.get(v.of)
        yield from [((), model)] if everything is None else enumerate(everything)


def _two(goals: list[Any], null: Any) -> list[Any]:
    return goals + [null] * (MOST_TARGETS - len(goals))


class _Listed:
    """A place in a list of acquaintances."""

    def __init__(self, known: Any) -> None:
        self.acquaintances = known


def _shape(model: CoalitionModel, v: Variable) -> tuple[int, ...]:
    count, axes = len(model.organizations), (model.p.dimensions,) if v.axes == "dimensions" else (int(v.axes),) if v.axes else ()
    if v.of == "acquaintance":
        return (count, 0 if model.everybody_known else model.p.acquaintances_max)
    if v.of == "relation":
        return (count, model.p.funders_max)
    if v.of == "membership":
        return (count, model.p.memberships_max, *axes)
    if v.of == "run":
        return axes
    return ({"issue": len(model.issues), "funder": len(model.funders)}.get(v.of, count), *axes)
