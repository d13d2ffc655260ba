"""`snapshot`: the whole state of a model as arrays, to compare with another engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel

Snapshot = dict[str, NDArray[np.generic]]


def snapshot(model: CoalitionModel) -> Snapshot:
    """Return the state after a month.

    Organizations have a row each. So have coalitions, in the row of their convener, and relations with
    funders, also of initiatives still researching; rows of others hold -1, False or NaN.
    """
    return _organizations(model) | _coalitions(model) | _relations(model) | _surroundings(model)


def _organizations(model: CoalitionModel) -> Snapshot:
    organizations = model.organizations
    lists = [[other.number for other in o.acquaintances] for o in organizations]
    places = 0 if model.everybody_known else model.p.acquaintances_max
    return {
        "coalition": np.array([o.convener for o in organizations]),
        "joined": np.array([o.joined for o in organizations]),
        "readiness": np.array([o.readiness for o in organizations]),
        "reserve": np.array([o.reserve for o in organizations]),
        "satisfaction": np.array([o.satisfaction for o in organizations]),
        "mission": np.array([o.mission for o in organizations]),
        "cooldown": np.array([o.cooldown for o in organizations]),
        "researching": np.array([o.is_researching for o in organizations]),
        "heard": np.array([o.initiative.heard if o.initiative is not None and o.is_researching else 0 for o in organizations]),
        "known": np.array([len(known) for known in lists]),
        "acquaintances": np.array([known + [number] * (places - len(known)) for number, known in enumerate(lists)], dtype=np.int64).reshape(
            len(lists), places
        ),
    }


def _coalitions(model: CoalitionModel) -> Snapshot:
    count, dimensions = len(model.organizations), model.p.dimensions
    out = {
        "running": np.zeros(count, dtype=bool),
        "issue": np.full(count, -1),
        "goal": np.full((count, dimensions), np.nan),
        "error": np.full((count, dimensions), np.nan),
        "launch": np.full(count, -1),
        "formed": np.zeros(count, dtype=bool),
        "trust": np.full(count, np.nan),
        "fit": np.full(count, np.nan),
        "progress": np.full(count, np.nan),
        "momentum": np.full(count, np.nan),
    }
    for c in model.running_coalitions:
        row = (True, c.issue.number, c.goal, c.error, c.launch, c.formed is not None, c.trust, c.fit, c.progress, c.momentum)
        for column, value in zip(out.values(), row, strict=True):
            column[c.number] = value
    return dict(out)


def _relations(model: CoalitionModel) -> Snapshot:
    shape = (len(model.organizations), model.p.funders_max)
    strengths, met, grants = np.full(shape, np.nan), np.full(shape, -1), np.zeros(shape)
    for initiative in model.initiatives:
        for place, relation in enumerate(initiative.relations):
            at = initiative.convener.number, place
            strengths[at], met[at], grants[at] = relation.strength, relation.funder.number, relation.grant_in(model.month)
    return {"relations": strengths, "met": met, "grants": grants}


def _surroundings(model: CoalitionModel) -> Snapshot:
    return {
        "place": np.array([issue.place for issue in model.issues]),
        "need": np.array([issue.need for issue in model.issues]),
        "window": np.array(model.window.left),
        "recession": np.array(model.recession.left),
    }
