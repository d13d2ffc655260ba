"""Who is in which coalition, listed by a kernel; memberships that begin and end."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from coalsim.mechanism import NO_MONTH
from coalsim.vectorized.kernels.compile import compiled
from coalsim.vectorized.members import BITS, REMEMBERED, Members
from coalsim.vectorized.state import Floats, Ints

if TYPE_CHECKING:
    from coalsim.vectorized.state import State


class CompiledMembers(Members):
    """The same as `coalsim.vectorized.members.Members`, run by run; `held` and `within` are what kernels call `place` and `slot`.

    Attributes
    ----------
    members_from : (runs + 1,) the first membership of each run
    coalitions_from : (runs + 1,) the first running coalition of each run
    """

    def __init__(self, s: State) -> None:
        self._organizations = s.shape.all
        self._state = s
        listed = list_members(s.running, s.coalition, s.shape.runs, s._scratch)
        self.who, self.held, self.within, self.coalitions, self.count, self.members_from, self.coalitions_from = listed
        self.place, self.slot = self.held, self.within

    def active_share(self, s: State, c: Ints) -> Floats:
        """Return the share of the members of coalitions that kept at least half of their last months; see `State.active_share`."""
        chosen = np.searchsorted(self.coalitions, c)
        return active_share(chosen, s.month, s.joined, s.kept, self.who, self.place, self.slot, self.count, BITS)

    @cached_property
    def convener(self) -> Ints:  # type: ignore[override]
        """Coalition of each membership."""
        return self.coalitions[self.slot]

    @cached_property
    def _flat(self) -> Ints:  # type: ignore[override]
        return self.place * self._organizations + self.who


@compiled
def list_members(running, coalition, runs, position):
    """List running coalitions and memberships; see `coalsim.vectorized.members.Members`.

    Parameters
    ----------
    position : (runs * organizations,) of each coalition, where it is in the list; overwritten
    """
    slots, everybody = coalition.shape
    organizations = everybody // runs
    n = np.uint64(organizations)
    many = 0
    members = 0
    for i in range(np.uint64(everybody)):
        many += running[i]
    for slot in range(slots):
        for i in range(np.uint64(everybody)):
            members += coalition[slot, i] >= 0
    # One more than there are: every organization is written down, and stays if it is a member. That spares the branch.
    who = np.empty(members + 1, np.int64)
    held = np.zeros(members + 1, np.int64)
    within = np.empty(members + 1, np.int64)
    coalitions = np.empty(many + 1, np.int64)
    count = np.zeros(many + 1, np.int64)
    members_from = np.empty(runs + 1, np.int64)
    coalitions_from = np.empty(runs + 1, np.int64)
    at = np.uint64(0)
    m = np.uint64(0)
    for run in range(runs):
        coalitions_from[run] = at
        members_from[run] = m
        first = np.uint64(run) * n
        for c in range(first, first + n):
            coalitions[at] = c
            at += np.uint64(running[c])
        for a in range(np.uint64(coalitions_from[run]), at):
            position[np.uint64(coalitions[a])] = a
        if slots == 1:
            for i in range(first, first + n):
                c = coalition[0, i]
                who[m] = i
                within[m] = c
                m += np.uint64(c >= 0)
        else:
            for i in range(first, first + n):
                for slot in range(slots if coalition[0, i] >= 0 else 0):
                    c = coalition[slot, i]
                    who[m] = i
                    held[m] = slot
                    within[m] = c
                    m += np.uint64(c >= 0)
        for entry in range(np.uint64(members_from[run]), m):
            a = position[np.uint64(within[entry])]
            within[entry] = a
            count[np.uint64(a)] += 1
    coalitions_from[runs] = at
    members_from[runs] = m
    return who[:m], held[:m], within[:m], coalitions[:at], count[:at], members_from, coalitions_from


@compiled
def active_share(chosen, month, joined, kept, who, held, within, count, bits):
    """Return the share of the members of chosen coalitions that kept at least half of their last months; see `State.active_share`."""
    asked = np.zeros(len(count), np.bool_)
    for z in range(len(chosen)):
        asked[chosen[z]] = True
    active = np.zeros(len(count))
    for m in range(len(who)):
        if asked[within[m]]:
            months = min(month - joined[held[m], who[m]] + 1, REMEMBERED)
            active[within[m]] += 2 * bits[kept[held[m], who[m]] & ((1 << months) - 1)] >= months
    share = np.empty(len(chosen))
    for z in range(len(chosen)):
        share[z] = active[chosen[z]] / count[chosen[z]]
    return share


@compiled
def enrol(coalition, joined, satisfaction, pledge, kept, i, c, month, value, promised):
    """Make organization i a member of c, in the order of conveners."""
    slot = 0
    while coalition[slot, i] >= 0:
        slot += 1
    while slot > 0 and coalition[slot - 1, i] > c:
        coalition[slot, i] = coalition[slot - 1, i]
        joined[slot, i] = joined[slot - 1, i]
        satisfaction[slot, i] = satisfaction[slot - 1, i]
        pledge[slot, i] = pledge[slot - 1, i]
        kept[slot, i] = kept[slot - 1, i]
        slot -= 1
    coalition[slot, i] = c
    joined[slot, i] = month
    satisfaction[slot, i] = value
    pledge[slot, i] = promised
    kept[slot, i] = 0


@compiled
def release(coalition, joined, satisfaction, pledge, kept, i, slot):
    """End the membership of organization i in a slot; those behind move up."""
    last = coalition.shape[0] - 1
    while slot < last and coalition[slot + 1, i] >= 0:
        coalition[slot, i] = coalition[slot + 1, i]
        joined[slot, i] = joined[slot + 1, i]
        satisfaction[slot, i] = satisfaction[slot + 1, i]
        pledge[slot, i] = pledge[slot + 1, i]
        kept[slot, i] = kept[slot + 1, i]
        slot += 1
    coalition[slot, i] = -1
    joined[slot, i] = NO_MONTH
    satisfaction[slot, i] = np.nan
    pledge[slot, i] = np.nan
    kept[slot, i] = 0
