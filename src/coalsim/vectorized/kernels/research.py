"""Mapping the field (step 4), compiled; see `coalsim.vectorized.mechanisms.research`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.acquaintance import learn
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.philox import of_meeting, of_organization
from coalsim.vectorized.kernels.reckoning import RECORD, is_member
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def mapping(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let organizations learn who is there, faster while they research, which costs; fellow members meet."""
    paid = np.zeros(s.shape.runs)
    if _mapping(kit, everybody=s.everybody_known, paid=paid):
        s.lists_changed()
    kit.book("researched", paid)


@Kernel
def _mapping(
    parameters, organizations, everybody, keys, source, now, drawn, paid,
    researching, reserve, capacity, known, lists, coalition, lead, communicated, heard,
):  # fmt: skip
    p = parameters.view(RECORD)
    places = lists.shape[1]
    slots = coalition.shape[0]
    told_of = np.empty(organizations, np.int64)
    met_of = np.empty(organizations, np.int64)
    in_return = np.empty(organizations, np.int8)
    changed = False
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        of = source[run] * organizations - first
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        cost = q.research_cost
        usual = q.mapping_rate
        faster = q.research_rate
        forgetting = q.forgetting != 0
        meets = q.fellow_rate
        mutuality = q.mutuality
        for i in range(first, first + organizations):
            if researching[i]:
                amount = min(reserve[i], cost * capacity[i])
                reserve[i] -= amount
                paid[run] += amount
        if everybody:
            continue
        # What is heard of depends on the lists as they are before anybody learns.
        for i in range(first, first + organizations):
            me = i - first
            told = -1
            if drawn[of + i, 0] < (faster if researching[i] else usual) and (known[i] < places or forgetting):
                u = drawn[of + i, 2]
                j = int(u * (organizations - 1))
                told = first + j + (j >= me)
                if drawn[of + i, 1] < 0.5 and known[i] > 0:
                    friend = lists[i, int(u * known[i])]
                    if known[friend] > 0:
                        told = lists[friend, int(of_organization(k0, k1, me, now, 1)[0] * known[friend])]
            told_of[me] = told
            met_of[me] = -1
            in_return[me] = 0
            if mutuality > 0 and told >= 0 and of_meeting(k0, k1, me, now, 0)[1] < mutuality:
                in_return[me] = 1
            if meets > 0 and coalition[0, i] >= 0:
                number = 0
                while number < slots and coalition[number, i] >= 0:
                    number += 1
                u = of_meeting(k0, k1, me, now, 0)
                c = coalition[int(u[2] * number), i]
                if not u[3] < meets * communicated[c]:
                    continue
                v = of_meeting(k0, k1, me, now, 1)
                asked = lead[c]
                if not (v[0] < 0.5 and asked >= 0 and asked != i):
                    if known[i] == 0:
                        continue
                    asked = lists[i, int(v[1] * known[i])]
                if known[asked] == 0:
                    continue
                met = lists[asked, int(v[2] * known[asked])]
                if met != i and is_member(coalition, met, c):
                    met_of[me] = met
                    if v[3] < mutuality:
                        in_return[me] += 2
        # Each list changes by what its organization hears, one after the other: what it is told, whom it meets, who heard of it.
        for i in range(first, first + organizations):
            me = i - first
            if told_of[me] >= 0 and learn(known, lists, coalition, forgetting, i, told_of[me]):
                heard[i] += researching[i]
                changed = True
            if met_of[me] >= 0 and learn(known, lists, coalition, forgetting, i, met_of[me]):
                changed = True
        for i in range(first, first + organizations):
            me = i - first
            if in_return[me] & 1 and learn(known, lists, coalition, forgetting, told_of[me], i):
                changed = True
            if in_return[me] & 2 and learn(known, lists, coalition, forgetting, met_of[me], i):
                changed = True
    return changed
