"""A coalition of the willing at the right time: who is ready, who convenes, joins, launches, leaves.

Steps 2, 5, 7, 8 and 13.
"""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, alignment, cut, resonance
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.streams import normals
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.focal import focal_conveners
from coalsim.vectorized.state import NOBODY, Bools, Ints, Members, State, pieces
from coalsim.vectorized.values import Values


def readiness(s: State, p: Values, draws: Draws) -> None:
    """Move readiness towards what window, acquaintances and reserves make of base readiness."""
    window = s.spread(s.window > 0)
    target = s.base_readiness + p.window_effect * window + p.contagion * share_in_coalitions(s)
    target -= p.strain * (1 - s.reserve / s.reserve_cap)
    s.readiness = cut((1 - p.adaptation) * s.readiness + p.adaptation * target + p.noise * draws.of_all("noise", normal=True))


def share_in_coalitions(s: State) -> Floats:
    """Return the share of each organization's acquaintances now in a coalition; 0 if it knows nobody."""
    member = s.coalition >= 0
    if s.everybody_known:
        others = s.spread(s.by_run(member).sum(axis=1)) - member
        return others / (s.shape.organizations - 1)
    order, entries = s.by_length
    member = member.astype(np.uint16)
    count = np.zeros(s.shape.all, dtype=np.uint16)
    for known in entries:
        count[: len(known)] += member.take(known)
    share = np.empty(s.shape.all)
    share[order] = count
    share /= np.maximum(s.known, 1)
    return share


def intent(s: State, p: Values, draws: Draws) -> None:
    """Count cooldowns down, and let some of the ready set out to convene."""
    np.maximum(s.cooldown - 1, 0, out=s.cooldown)
    free = (s.coalition == NOBODY) & (s.cooldown == 0) & ~s.researching & ~s.running
    focal = focal_conveners(s, free)
    begins = free & (s.readiness >= p.launch_threshold)
    begins[focal] = False
    who = np.flatnonzero(begins)
    who = who[draws.of_some("convene", who) < p.at(who).convene_hazard]
    who = np.sort(np.concatenate([who, focal]))
    s.begin_initiatives(who)
    s.focal[focal] = True
    s.launches[who] = s.month + p.of(who, s.focal).research_months


def joining(s: State, p: Values, draws: Draws) -> None:
    """Let organizations that are ready enough join the best coalition they hear of, if it passes three tests."""
    considers = (s.coalition == NOBODY) & (s.cooldown == 0)
    considers &= (s.readiness >= s.join_threshold) | s.researching
    considers &= ~(s.focal & s.researching & np.logical_not(p.focal_may_join))
    who = np.flatnonzero(considers)
    who, coalition = candidates(s, p, draws, who)
    if len(who) == 0:
        return
    value, passes = judge(s, p, who, coalition)
    who, coalition, value = who[passes], coalition[passes], value[passes]
    order = np.lexsort((coalition, -value, who))
    who, coalition, value = who[order], coalition[order], value[order]
    first = np.append(True, who[1:] != who[:-1])[: len(who)]
    who, coalition, value = who[first], coalition[first], value[first]
    s.end_initiatives(who[s.researching[who]])
    s.enrol(who, coalition, value)
    s.book("joins", np.ones(len(who)), s.run_of(who))


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
            coalition = s.coalition[s.acquaintances[place[looking], who[looking]]]
            found = coalition >= 0
            organizations.append(who[looking[found]])
            coalitions.append(coalition[found])
    invitation = s.invitation[who]
    invited = invitation >= 0
    return np.concatenate([*organizations, who[invited]]), np.concatenate([*coalitions, invitation[invited]])


def _best_aligned(s: State, p: Values, who: Ints) -> tuple[list[Ints], list[Ints]]:
    """Return, where everybody is known, the running coalitions best aligned with each organization's mission."""
    coalitions = s.members.coalitions
    runs = s.run_of(coalitions)
    count = np.bincount(runs, minlength=s.shape.runs)
    first = np.cumsum(count) - count
    run = s.run_of(who)
    limit = np.minimum(p.at(who).attention, count[run])
    found_organizations, found_coalitions = [], []
    taken = np.zeros((len(who), count.max(initial=0)), dtype=bool)
    scores = np.full(taken.shape, -np.inf)
    for place in range(taken.shape[1]):
        here = np.flatnonzero(place < count[run])
        scores[here, place] = alignment(s.mission.take(who[here], axis=1), s.goal.take(coalitions[first[run[here]] + place], axis=1))
    for step in range(limit.max(initial=0)):
        looking = np.flatnonzero(step < limit)
        best = scores[looking].argmax(axis=1)
        scores[looking, best] = -np.inf
        found_organizations.append(who[looking])
        found_coalitions.append(coalitions[first[run[looking]] + best])
    return found_organizations, found_coalitions


def judge(s: State, p: Values, who: Ints, coalition: Ints) -> tuple[Floats, Bools]:
    """Return the value of each candidate to each organization, and whether it passes the three tests.

    Parameters
    ----------
    who, coalition : (pairs,) numbers
    """
    mine, theirs = p.at(who), p.of(coalition, s.focal)
    chance = chance_of_success(s.trust[coalition], s.fit[coalition], s.momentum[coalition])
    aligned = alignment(s.mission.take(who, axis=1), s.goal.take(coalition, axis=1))
    months, slack, rate = theirs.commitment_months, mine.slack, theirs.contribution_rate
    capacity = s.capacity[who]
    lasts = s.reserve[who] + months * slack * capacity >= mine.see_through * months * rate * capacity
    styles = mean_styles(s, s.members)
    resonant = resonance(s.style.take(who, axis=1), styles.take(np.searchsorted(s.members.coalitions, coalition), axis=1))
    weight = mine.resonance_weight
    value = aligned * (1 - weight + weight * resonant) * chance * s.need[s.issue[coalition]] - mine.cost_weight * rate
    return value, (aligned >= theirs.admission) & lasts & (chance >= mine.min_chance) & (value > mine.min_value)


def chance_of_success(trust: Floats, fit: Floats, momentum: Floats) -> Floats:
    """Return what trust, fit and recent progress suggest, the mean of the three."""
    return (trust + fit + np.minimum(momentum, 1)) / 3


def mean_styles(s: State, members: Members) -> Floats:
    """Return the mean style of the members of each running coalition, shape (2, coalitions)."""
    return np.stack([members.mean(style[members.who]) for style in s.style])


def launching(s: State, p: Values, draws: Draws) -> None:
    """Found the coalitions whose research is over."""
    who = np.flatnonzero(s.researching & (s.launches == s.month))
    if len(who) == 0:
        return
    mine = p.of(who, s.focal)
    issue, place = best_issue(s, s.mission.take(who, axis=1), who)
    shocks = normals(draws.of("launch", who)[: s.shape.dimensions])
    error = mine.blindness * shocks / np.sqrt(1 + s.heard[who])
    mission = s.mission.take(who, axis=1)
    goal = cut(mission + mine.goal_blend * s.openness[who] * (place + error - mission))
    s.researching[who] = False
    s.launched(who)
    s.issue[who], s.error[:, who], s.goal[:, who] = issue, error, goal
    s.trust[who], s.momentum[who], s.fit[who] = mine.initial_trust, mine.optimism, alignment(goal, place)
    s.enrol(who, who, mine.initial_satisfaction)


def best_issue(s: State, place: Floats, conveners: Ints) -> tuple[Ints, Floats]:
    """Return the issue with the largest need x alignment seen from `place`, and where it is."""
    best = np.empty(len(conveners), dtype=np.intp)
    for piece in pieces(len(conveners), s.shape.issues):
        issues = s.issues_of(conveners[piece])  # (Q, conveners)
        appeal = s.need[issues] * alignment(place[:, None, piece], s.place.take(issues, axis=1))
        best[piece] = issues[appeal.argmax(axis=0), np.arange(issues.shape[1])]
    return best, s.place.take(best, axis=1)


def leaving(s: State, p: Values, draws: Draws) -> None:
    """Let members go whose satisfaction fell, whose mission drifted from the goal, or who are exhausted."""
    m = s.members
    who, c = m.who, s.coalition[m.who]
    mine, theirs = p.at(who), p.of(c, s.focal)
    aligned = alignment(s.mission.take(who, axis=1), s.goal.take(c, axis=1))
    resonant = resonance(s.style.take(who, axis=1), mean_styles(s, m).take(m.slot, axis=1))
    chance = chance_of_success(s.trust[m.coalitions], s.fit[m.coalitions], s.momentum[m.coalitions])[m.slot]
    weight = mine.resonance_weight
    payoff = aligned * (1 - weight + weight * resonant) * chance
    payoff -= mine.burden * theirs.contribution_rate * (1 - s.reserve[who] / s.reserve_cap[who])
    satisfaction = mine.memory * s.satisfaction[who] + (1 - mine.memory) * payoff
    s.satisfaction[who] = satisfaction
    leaves = (satisfaction < mine.exit_level) & (s.month - s.joined[who] >= theirs.commitment_months)
    leaves |= aligned < theirs.admission - mine.drift_tolerance
    leaves |= s.readiness[who] < mine.exhaustion
    leaves &= (who != c) | (satisfaction < mine.convener_patience * mine.exit_level)
    gone = who[leaves]
    s.book("exits", np.ones(len(gone)), s.run_of(gone))
    s.release(gone, p.at(gone).cooldown)


WILLING = Mechanism(
    "willing",
    parameters=(
        process_sections.Readiness,
        process_sections.Intent,
        process_sections.Joining,
        process_sections.Launching,
        process_sections.Leaving,
    ),
    state=[
        variable("base_readiness", "organization", "Readiness when nothing happens.", start="base_readiness", docks=False),
        variable("readiness", "organization", "0 to 1; at the start as wide as given.", start="base_readiness"),
        variable("join_threshold", "organization", "Readiness from which it considers joining.", start="join_threshold"),
        variable("began", "initiative", "Month its research began.", dtype=int),
        variable("launches", "initiative", "Month its research is over.", dtype=int),
    ],
    steps=at(readiness, intent, joining, launching, leaving),
)
