"""How coalitions start: founders who are asked, goals as they are seen (step 8)."""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, alignment, cut
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.streams import normals
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.means import can_afford, committed
from coalsim.vectorized.mechanisms.progress import begin_goals, best_issue
from coalsim.vectorized.state import Bools, Ints, State, pieces
from coalsim.vectorized.values import Values


def launching(s: State, p: Values, draws: Draws) -> None:
    """Found the coalitions whose research is over, if there are enough to found them with."""
    who = np.flatnonzero(s.researching & (s.launches == s.month))
    if len(who) == 0:
        return
    mine = p.of(who, s.focal)
    issue, place = best_issue(s, s.mission.take(who, axis=1), who)
    shocks = normals(draws.of("launch", who)[: s.shape.dimensions])
    error = mine.blindness * shocks / np.sqrt(1 + s.heard[who])
    mission = s.mission.take(who, axis=1)
    goal = cut(mission + mine.goal_blend * s.openness[who] * (place + error - mission))
    if np.any(mine.founders > 0):
        needed = np.broadcast_to(mine.founders, who.shape)
        convener, willing = willing_of(s, p, who, goal)
        enough = (np.bincount(convener, minlength=len(who)) >= needed) | s.focal[who]
        s.end_initiatives(who[~enough])
        asks = (enough & (needed > 0))[convener]
        ask(s, willing[asks], who[convener[asks]], goal[:, convener[asks]])
        who, issue, place, error, goal = who[enough], issue[enough], place[:, enough], error[:, enough], goal[:, enough]
        mine = p.of(who, s.focal)
    start(s, p, who, error, goal)
    begin_goals(s, who, issue, place)
    drawn = (draws.of("coalition", who)[2] < mine.seed_share) | s.focal[who]
    s.seeded[who] = (mine.seed_grant > 0) & drawn
    s.enrol(who, who, mine.initial_satisfaction)


def start(s: State, p: Values, who: Ints, error: Floats, goal: Floats) -> None:
    """Begin coalitions, with the trust and the optimism of a start."""
    mine = p.at(who)
    s.researching[who] = False
    s.launched(who)
    s.error[:, who], s.goal[:, who] = error, goal
    s.trust[who], s.momentum[who] = mine.initial_trust, mine.optimism


def willing_of(s: State, p: Values, conveners: Ints, goal: Floats, common: bool = False) -> tuple[Ints, Ints]:
    """Return who would found a coalition with whom.

    Parameters
    ----------
    conveners : organizations
    goal : (D, conveners) where they would go
    common : whether everybody's terms count, even if an initiative is focal

    Returns
    -------
    convener : position in `conveners`, of each pair
    willing : organization, of each pair; the pairs are in no order that matters
    """
    found = [(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))]
    ready = s.has_room & (s.cooldown == 0) & ~s.researching & (s.readiness >= s.join_threshold)
    width = s.shape.organizations if s.everybody_known else s.shape.places
    for piece in pieces(len(conveners), width):
        here = conveners[piece]
        if s.everybody_known:
            known = s.run_of(here) * s.shape.organizations + np.arange(s.shape.organizations)[:, None]
            counts = known != here
        else:
            known = s.acquaintances.take(here, axis=1)
            counts = np.arange(s.shape.places)[:, None] < s.known[here]
        place, row = np.nonzero(counts & ready.take(known))
        who, convener = known[place, row], here[row]
        mine, theirs = p.at(who), p.at(convener) if common else p.of(convener, s.focal)
        passes: Bools = alignment(s.mission.take(who, axis=1), goal[:, piece].take(row, axis=1)) >= theirs.admission
        passes &= can_afford(s, who, mine, theirs, committed(s, p, who))
        found.append((row[passes] + piece.start, who[passes]))
    convener, willing = (np.concatenate(part) for part in zip(*found, strict=True))
    return convener, willing


def ask(s: State, willing: Ints, coalition: Ints, goal: Floats) -> None:
    """Note who is asked to found what, to be invited next month; of several an organization keeps the one best aligned with it."""
    aligned = alignment(s.mission.take(willing, axis=1), goal)
    best_last = np.lexsort((-coalition, aligned, willing))
    s.asked[willing[best_last]] = coalition[best_last]


def most_supported(s: State, p: Values, free: Bools, here: Ints) -> Ints:
    """Return, for each run, the free organization with most willing acquaintances, of several the readiest.

    Parameters
    ----------
    here : (runs, organizations) numbers
    """
    who = here[free[here]]
    convener, _ = willing_of(s, p, who, s.mission.take(who, axis=1), common=True)
    support = np.full(s.shape.all, -1)
    support[who] = np.bincount(convener, minlength=len(who))
    most = support[here].max(axis=1, keepdims=True)
    ready = np.where(free[here] & (support[here] == most), s.readiness[here], -np.inf)
    return here[np.arange(len(here)), ready.argmax(axis=1)]


FOUNDING = Mechanism(
    "founding",
    parameters=process_sections.Launching,
    state=[
        variable("asked", "organization", "Whose coalition it was asked to found this month.", dtype=int, refers="organization"),
        variable("seeded", "coalition", "Whether it receives a seed grant.", dtype=bool),
    ],
    steps=at(launching),
)
