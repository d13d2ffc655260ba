"""Who leaves, whose pledge is renewed, and who leads on (step 13)."""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, alignment, resonance
from coalsim.mechanism import Mechanism, at
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.investing import keep
from coalsim.vectorized.mechanisms.joining import chance_of_success, mean_styles
from coalsim.vectorized.mechanisms.means import affordable, committed
from coalsim.vectorized.state import NOBODY, Bools, State
from coalsim.vectorized.values import Values


def leaving(s: State, p: Values, draws: Draws) -> None:
    """Let members go who are dissatisfied, drifted from the goal, exhausted, or cannot go on; coalitions find new leads."""
    m = s.members
    who, c = m.who, m.convener
    mine, theirs = p.at(who), p.of(c, s.focal)
    satisfaction = take_stock(s, p)
    leads = s.lead[c] == who
    kept = keep(s, p, m.coalitions)[m.slot]
    aligned = alignment(s.mission.take(who, axis=1), s.goal.take(c, axis=1))
    leaves = (satisfaction < mine.exit_level * kept) & (s.month - m.of(s.joined) >= theirs.commitment_months)
    leaves |= aligned < theirs.admission - mine.drift_tolerance
    leaves |= (s.readiness[who] < mine.exhaustion) & least_satisfying(s, satisfaction, leads)
    leaves &= ~leads | (satisfaction < mine.convener_patience * (mine.exit_level * kept))
    leaves |= cannot_renew(s, p, leads)
    gone, place = who[leaves], m.place[leaves]
    s.book("exits", np.ones(len(gone)), s.run_of(gone))
    s.release(gone, place, p.at(gone).cooldown)
    succession(s, p)


def take_stock(s: State, p: Values) -> Floats:
    """Update satisfaction with each membership, and return it."""
    m = s.members
    who, c = m.who, m.convener
    mine, theirs = p.at(who), p.of(c, s.focal)
    aligned = alignment(s.mission.take(who, axis=1), s.goal.take(c, axis=1))
    resonant = resonance(s.style.take(who, axis=1), mean_styles(s, m).take(m.slot, axis=1))
    chance = chance_of_success(s.trust[m.coalitions], s.fit[m.coalitions], s.momentum[m.coalitions])[m.slot]
    weight = mine.resonance_weight
    payoff = aligned * (1 - weight + weight * resonant) * chance
    payoff -= mine.burden * theirs.contribution_rate * m.of(s.pledge) * (1 - s.reserve[who] / s.reserve_cap[who])
    satisfaction = mine.memory * m.of(s.satisfaction) + (1 - mine.memory) * payoff
    m.put(s.satisfaction, satisfaction)
    return np.asarray(satisfaction)


def least_satisfying(s: State, satisfaction: Floats, leads: Bools) -> Bools:
    """Return which memberships are the least satisfying of their organization; those in coalitions it leads count as more satisfying."""
    m = s.members
    if s.shape.slots == 1:
        return np.ones(len(m.who), dtype=bool)
    order = np.lexsort((m.convener, satisfaction, leads, m.who))
    first = np.append(True, m.who[order][1:] != m.who[order][:-1])[: len(order)]
    least = np.zeros(len(order), dtype=bool)
    least[order[first]] = True
    return least


def cannot_renew(s: State, p: Values, leads: Bools) -> Bools:
    """Renew pledges whose term is over, and return which memberships cannot be renewed, as means do not last."""
    m = s.members
    leaves = np.zeros(len(m.who), dtype=bool)
    if not np.any(p.renewal):
        return leaves
    term = np.broadcast_to(p.of(m.convener, s.focal).commitment_months, m.who.shape)
    served = s.month - m.of(s.joined)
    due = (served > 0) & (term > 0) & (served % np.maximum(term, 1) == 0)
    due = np.flatnonzero(due & np.broadcast_to(p.at(m.who).renewal, due.shape).astype(bool))
    if len(due) == 0:
        return leaves
    who, place = m.who[due], m.place[due]
    mine, theirs = p.at(who), p.of(m.convener[due], s.focal)
    pledge = affordable(s, who, mine, theirs, committed(s, p, who, place))
    short = pledge < mine.pledge_floor
    s.pledge[place, who] = np.where(short, np.where(leads[due], mine.pledge_floor, s.pledge[place, who]), pledge)
    leaves[due] = short & ~leads[due]
    return leaves


def succession(s: State, p: Values) -> None:
    """Let the members of longest standing lead coalitions that have lost their leads."""
    c = s.members.coalitions
    if np.any(p.succession):
        led = c[s.lead[c] >= 0]
        led = led[np.broadcast_to(p.at(led).succession, led.shape).astype(bool)]
        left = led[~s.is_member(s.lead[led], led)]
        s.lead[left] = NOBODY
        s.lead_lost[left] += 1
    if (s.lead[c] >= 0).all():
        return
    m = s.members
    entry = np.flatnonzero(s.lead[m.convener] < 0)
    who, convener = m.who[entry], m.convener[entry]
    order = np.lexsort((who, -s.capacity[who], m.of(s.joined)[entry], convener))
    first = order[np.append(True, convener[order][1:] != convener[order][:-1])[: len(order)]]
    s.led_by(convener[first], who[first])


LEAVING = Mechanism("leaving", parameters=process_sections.Leaving, steps=at(leaving))
