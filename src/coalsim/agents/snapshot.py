"""`snapshot`: the whole state of a model as arrays, to compare with another engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.agents.pursuit import MOST_TARGETS

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.model import CoalitionModel

Snapshot = dict[str, NDArray[np.generic]]


def snapshot(model: CoalitionModel) -> Snapshot:
    """Return the state after a month.

    Organizations have a row each. So have coalitions, in the row of their convener, and relations with
    funders, also of initiatives still researching; rows of others hold -1, False or NaN. Memberships have
    shape (N, `memberships_max`), in the order of coalitions' numbers; issue and progress of the goals of
    coalitions have shape (N, 2), in the order in which they were taken on. Places not used hold -1 or NaN.
    """
    return _organizations(model) | _traits(model) | _memberships(model) | _coalitions(model) | _relations(model) | _surroundings(model)


def _organizations(model: CoalitionModel) -> Snapshot:
    organizations = model.organizations
    lists = [[other.number for other in o.acquaintances] for o in organizations]
    places = 0 if model.everybody_known else model.p.acquaintances_max
    return {
        "readiness": np.array([o.readiness for o in organizations]),
        "reserve": np.array([o.reserve for o in organizations]),
        "mission": np.array([o.mission for o in organizations]),
        "cooldown": np.array([o.cooldown for o in organizations]),
        "researching": np.array([o.is_researching for o in organizations]),
        "heard": np.array([o.initiative.heard if o.initiative is not None and o.is_researching else 0 for o in organizations]),
        "asked": np.array([-1 if o.asked is None or o.asked not in model.running_coalitions else o.asked.number for o in organizations]),
        "known": np.array([len(known) for known in lists]),
        "acquaintances": np.array([known + [number] * (places - len(known)) for number, known in enumerate(lists)], dtype=np.int64).reshape(
            len(lists), places
        ),
    }


def _traits(model: CoalitionModel) -> Snapshot:
    """Return what changes only when an organization takes the place of another."""
    names = ("style", "capacity", "base_readiness", "openness", "leadership", "join_threshold")
    return {name: np.array([getattr(o, name) for o in model.organizations]) for name in names}


def _memberships(model: CoalitionModel) -> Snapshot:
    shape = (len(model.organizations), model.p.memberships_max)
    out: dict[str, NDArray[Any]] = {
        "coalition": np.full(shape, -1),
        "joined": np.full(shape, -1),
        "satisfaction": np.full(shape, np.nan),
        "pledge": np.full(shape, np.nan),
        "kept": np.full(shape, -1),
    }
    for organization in model.organizations:
        for place, m in enumerate(organization.memberships):
            _put(out, (organization.number, place), (m.coalition.number, m.joined, m.satisfaction, m.pledge, m.kept))
    return out


def _coalitions(model: CoalitionModel) -> Snapshot:
    count, dimensions = len(model.organizations), model.p.dimensions
    whole, real, yes_or_no = np.full(count, -1), np.full(count, np.nan), np.zeros(count, dtype=bool)
    out: dict[str, NDArray[Any]] = {
        "running": yes_or_no.copy(),
        "issue": np.full((count, MOST_TARGETS), -1),
        "progress": np.full((count, MOST_TARGETS), np.nan),
        "goal": np.full((count, dimensions), np.nan),
        "error": np.full((count, dimensions), np.nan),
        "launch": whole.copy(),
        "formed": yes_or_no.copy(),
        "seeded": yes_or_no.copy(),
        "trust": real.copy(),
        "fit": real.copy(),
        "momentum": real.copy(),
        "routines": real.copy(),
        "staffed": real.copy(),
        "communicated": real.copy(),
        "lead": whole.copy(),
        "lead_leadership": real.copy(),
        "lead_openness": real.copy(),
        "lead_capacity": real.copy(),
        "lead_lost": whole.copy(),
    }
    for coalition in model.running_coalitions:
        _put(out, coalition.number, _coalition(coalition))
    return out


def _coalition(c: Coalition) -> tuple[Any, ...]:
    unused = MOST_TARGETS - len(c.targets)
    return (
        True,
        [issue.number for issue in c.issues] + [-1] * unused,
        [target.progress for target in c.targets] + [np.nan] * unused,
        c.goal,
        c.error,
        c.launch,
        c.formed is not None,
        c.seeded,
        c.trust,
        c.fit,
        c.momentum,
        c.routines,
        c.grants,
        c.communicated,
        -1 if c.lead is None else c.lead.number,
        *c.noted,
        c.lead_lost,
    )


def _put(table: dict[str, NDArray[Any]], at: int | tuple[int, int], row: tuple[Any, ...]) -> None:
    """Write a row into columns, in their order."""
    for column, value in zip(table.values(), row, strict=True):
        column[at] = value


def _relations(model: CoalitionModel) -> Snapshot:
    shape = (len(model.organizations), model.p.funders_max)
    strengths, met, grants = np.full(shape, np.nan), np.full(shape, -1), np.zeros(shape)
    for initiative in model.initiatives:
        for place, relation in enumerate(initiative.relations):
            at = initiative.number, place
            strengths[at], met[at], grants[at] = relation.strength, relation.funder.number, relation.grant_in(model.month)
    return {"relations": strengths, "met": met, "grants": grants}


def _surroundings(model: CoalitionModel) -> Snapshot:
    return {
        "place": np.array([issue.place for issue in model.issues]),
        "need": np.array([issue.need for issue in model.issues]),
        "window": np.array(model.window.left),
        "recession": np.array(model.recession.left),
    }
