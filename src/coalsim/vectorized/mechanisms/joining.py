"""Who joins which coalition: three tests of a leader, and room for so many (step 7)."""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, alignment, resonance
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.means import affordable, can_afford, committed
from coalsim.vectorized.mechanisms.progress import best_issue
from coalsim.vectorized.members import Members
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Values

NO_LIMIT = 1e9
"""The null of `span`: any number of members can be kept together."""


def joining(s: State, p: Values, draws: Draws) -> None:
    """Let organizations that are ready enough join the best coalition they hear of, if it passes three tests and has room."""
    considers = s.has_room & (s.cooldown == 0)
    considers &= (s.readiness >= s.join_threshold) | s.researching
    considers &= ~(s.focal & s.researching & np.logical_not(p.focal_may_join))
    who, coalition = candidates(s, p, draws, np.flatnonzero(considers))
    room = room_left(s, p)
    if room is not None:
        free = room[np.searchsorted(s.members.coalitions, coalition)] > 0
        who, coalition = who[free], coalition[free]
    if len(who) == 0:
        return
    value, pledge, passes = judge(s, p, who, coalition)
    who, coalition, value, pledge = who[passes], coalition[passes], value[passes], pledge[passes]
    order = np.lexsort((coalition, -value, who))
    who, coalition, value, pledge = who[order], coalition[order], value[order], pledge[order]
    first = np.append(True, who[1:] != who[:-1])[: len(who)]
    who, coalition, value, pledge = who[first], coalition[first], value[first], pledge[first]
    if room is not None:
        taken = drawn_by_lot(room[np.searchsorted(s.members.coalitions, coalition)], coalition, draws.of_meeting("applicant", who))
        who, coalition, value, pledge = who[taken], coalition[taken], value[taken], pledge[taken]
    s.enrol(who, coalition, value, pledge)
    give_up_research(s, who, coalition)
    s.book("joins", np.ones(len(who)), s.run_of(who))


def give_up_research(s: State, who: Ints, coalition: Ints) -> None:
    """End the research of those who have no room left for a coalition of their own, or have joined one on the issue they would choose."""
    researching = s.researching[who]
    who, coalition = who[researching], coalition[researching]
    own, _ = best_issue(s, s.mission.take(who, axis=1), who)
    s.end_initiatives(who[~s.has_room[who] | (s.issue[:, coalition] == own).any(axis=0)])


def room_left(s: State, p: Values) -> Floats | None:
    """Return how many more members each running coalition can keep together; None where there is no limit to any."""
    if np.all(p.span >= NO_LIMIT):
        return None
    m = s.members
    c = m.coalitions
    mine = p.at(c)
    staff = s.lead_capacity[c] * (1 + mine.leadership_staff * (s.lead_leadership[c] - 0.5)) + s.staffed[c]
    room = np.floor(mine.min_members + mine.span * staff) - m.count
    return np.where(mine.span >= NO_LIMIT, np.inf, room)


def drawn_by_lot(room: Floats, coalition: Ints, lots: Floats) -> Bools:
    """Return who of those that apply is taken: as many as there is room for, those with the lowest lots.

    Parameters
    ----------
    room : of the coalition that each applies to
    coalition, lots : of each, in the order of organizations
    """
    order = np.lexsort((lots, coalition))
    ordered = coalition[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    taken = np.empty(len(order), dtype=bool)
    taken[order] = rank < room[order]
    return taken


def candidates(s: State, p: Values, draws: Draws, who: Ints) -> tuple[Ints, Ints]:
    """Return pairs (organization, coalition) of what those in `who` consider; a pair may come twice."""
    if s.everybody_known:
        organizations, coalitions = _best_aligned(s, p, who)
    else:
        known, attention = s.known[who], p.at(who).attention
        start = (draws.of_some("attention", who) * known).astype(np.intp)
        looks = np.minimum(attention, known)
        organizations, coalitions = [], []
        for step in range(looks.max(initial=0)):
            place = start + step
            place -= known * (place >= known)
            looking = np.flatnonzero(step < looks)
            seen = s.acquaintances[place[looking], who[looking]]
            for coalition in s.coalition:
                theirs = coalition[seen]
                found = theirs >= 0
                organizations.append(who[looking[found]])
                coalitions.append(theirs[found])
    invitation = s.invitation[who]
    invited = invitation >= 0
    pairs = np.concatenate([*organizations, who[invited]]), np.concatenate([*coalitions, invitation[invited]])
    if s.shape.slots == 1:  # who considers is in no coalition
        return pairs
    others = ~s.is_member(*pairs)
    return pairs[0][others], pairs[1][others]


def _best_aligned(s: State, p: Values, who: Ints) -> tuple[list[Ints], list[Ints]]:
    """Return, where everybody is known, the running coalitions best aligned with each organization's mission, its own left out."""
    coalitions = s.members.coalitions
    runs = s.run_of(coalitions)
    count = np.bincount(runs, minlength=s.shape.runs)
    first = np.cumsum(count) - count
    run = s.run_of(who)
    found_organizations, found_coalitions = [], []
    scores = np.full((len(who), count.max(initial=0)), -np.inf)
    for place in range(scores.shape[1]):
        here = np.flatnonzero(place < count[run])
        there = coalitions[first[run[here]] + place]
        aligned = alignment(s.mission.take(who[here], axis=1), s.goal.take(there, axis=1))
        scores[here, place] = np.where(s.is_member(who[here], there), -np.inf, aligned)
    limit = np.minimum(p.at(who).attention, np.count_nonzero(scores > -np.inf, axis=1))
    for step in range(limit.max(initial=0)):
        looking = np.flatnonzero(step < limit)
        best = scores[looking].argmax(axis=1)
        scores[looking, best] = -np.inf
        found_organizations.append(who[looking])
        found_coalitions.append(coalitions[first[run[looking]] + best])
    return found_organizations, found_coalitions


def judge(s: State, p: Values, who: Ints, coalition: Ints) -> tuple[Floats, Floats, Bools]:
    """Return the value of each candidate to each organization, what it could pledge, and whether it passes the three tests.

    Parameters
    ----------
    who, coalition : (pairs,) numbers
    """
    mine, theirs = p.at(who), p.of(coalition, s.focal)
    chance = chance_of_success(s.trust[coalition], s.fit[coalition], s.momentum[coalition])
    aligned = alignment(s.mission.take(who, axis=1), s.goal.take(coalition, axis=1))
    others = committed(s, p, who)
    lasts = can_afford(s, who, mine, theirs, others)
    pledge = np.maximum(affordable(s, who, mine, theirs, others), mine.pledge_floor)
    styles = mean_styles(s, s.members)
    resonant = resonance(s.style.take(who, axis=1), styles.take(np.searchsorted(s.members.coalitions, coalition), axis=1))
    weight = mine.resonance_weight
    value = aligned * (1 - weight + weight * resonant) * chance * mean_need(s, coalition)
    value -= mine.cost_weight * theirs.contribution_rate * pledge
    return value, pledge, (aligned >= theirs.admission) & lasts & (chance >= mine.min_chance) & (value > mine.min_value)


def mean_need(s: State, c: Ints) -> Floats:
    """Return the mean need of the issues of coalitions' goals."""
    first, second = s.issue[:, c]
    need = s.need[first]
    return np.where(second >= 0, (need + s.need[second]) / 2, need)


def chance_of_success(trust: Floats, fit: Floats, momentum: Floats) -> Floats:
    """Return what trust, fit and recent progress suggest, the mean of the three."""
    return (trust + fit + np.minimum(momentum, 1)) / 3


def mean_styles(s: State, members: Members) -> Floats:
    """Return the mean style of the members of each running coalition, shape (2, coalitions); 0 where there are none."""
    return np.stack([members.mean(style[members.who]) for style in s.style])


JOINING = Mechanism(
    "joining",
    parameters=process_sections.Joining,
    state=[variable("join_threshold", "organization", "Readiness from which it considers joining.", start="join_threshold")],
    steps=at(joining),
)
