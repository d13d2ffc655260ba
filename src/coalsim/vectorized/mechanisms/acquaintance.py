"""Who comes to know whom: lists that grow, in which the oldest entry may be forgotten (steps 4 and 6)."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.state import NOBODY, Bools, Ints, State
from coalsim.vectorized.values import Values


def learn_in_turn(s: State, p: Values, who: Ints, told: Ints, rank: Ints) -> Bools:
    """Let organizations learn of others, each of one after the other.

    Parameters
    ----------
    who, told : of each piece of news, who hears it and whom it is about
    rank : what an organization hears first has the lowest

    Returns
    -------
    numpy.ndarray
        Which pieces of news were new, and found room in a list.
    """
    learned = np.zeros(len(who), dtype=bool)
    order = np.lexsort((rank, who))
    ordered = who[order]
    turn = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    for now in range(turn.max(initial=-1) + 1):
        news = order[turn == now]
        learned[news] = learn(s, p, who[news], told[news])
    return learned


def learn(s: State, p: Values, who: Ints, told: Ints) -> Bools:
    """Put others at the end of the lists of organizations (each at most once), and return where that was news and there was room."""
    lists = s.acquaintances.take(who, axis=1)
    new = (told != who) & ~(lists == told).any(axis=0)
    room = s.known[who] < s.shape.places
    crowded = np.flatnonzero(new & ~room & np.broadcast_to(p.at(who).forgetting, new.shape).astype(bool))
    if len(crowded):
        room[crowded] = forget_oldest(s, who[crowded])
    new &= room
    who, told = who[new], told[new]
    s.acquaintances[s.known[who], who] = told
    s.known[who] += 1
    if len(who):
        s.lists_changed()
    return np.asarray(new)


def forget_oldest(s: State, who: Ints) -> Bools:
    """Strike from full lists the oldest entry that is no fellow member; return of which lists there is one."""
    places = s.shape.places
    if places == 0:
        return np.zeros(len(who), dtype=bool)
    lists = s.acquaintances.take(who, axis=1)
    fellow = np.zeros(lists.shape, dtype=bool)
    for mine in s.coalition:
        own = np.where(mine[who] >= 0, mine[who], NOBODY - 1)
        for theirs in s.coalition:
            fellow |= theirs.take(lists) == own
    oldest = (~fellow).argmax(axis=0)
    found = ~fellow.all(axis=0)
    who, lists, oldest = who[found], lists[:, found], oldest[found]
    place = np.arange(places)[:, None]
    moved = np.take_along_axis(lists, np.minimum(place + (place >= oldest), places - 1), axis=0)
    moved[-1] = who  # an unused place holds the organization's own number
    s.acquaintances[:, who] = moved
    s.known[who] -= 1
    return np.asarray(found)


def meetings(s: State, p: Values, draws: Draws) -> tuple[Ints, Ints]:
    """Return who meets which fellow member: somebody whom the lead of a coalition, or an acquaintance, knows."""
    if np.all(p.fellow_rate == 0) or not len(s.acquaintances):  # lists without places have nobody to name
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    who = np.flatnonzero(s.member)
    number = np.count_nonzero(s.coalition[:, who] >= 0, axis=0)
    c = s.coalition[(draws.of_meeting("which", who) * number).astype(np.intp), who]
    meets = draws.of_meeting("meets", who) < p.at(who).fellow_rate * s.communicated[c]
    who, c = who[meets], c[meets]
    lead = s.lead[c]
    through_lead = (draws.of_meeting("through the lead", who) < 0.5) & (lead >= 0) & (lead != who)
    known = s.known[who]
    asks = through_lead | (known > 0)
    who, c, lead, through_lead, known = who[asks], c[asks], lead[asks], through_lead[asks], known[asks]
    place = np.where(through_lead, 0, (draws.of_meeting("who", who) * known).astype(np.intp))
    asked = np.where(through_lead, lead, s.acquaintances[place, who])
    answers = s.known[asked] > 0
    who, c, asked = who[answers], c[answers], asked[answers]
    met = s.acquaintances[(draws.of_meeting("of whom", who) * s.known[asked]).astype(np.intp), asked]
    fellow = s.is_member(met, c) & (met != who)
    return who[fellow], met[fellow]
