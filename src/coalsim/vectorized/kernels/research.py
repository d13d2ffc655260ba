"""Mapping the field (step 4), compiled; see `coalsim.vectorized.mechanisms.research`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.acquaintance import learn
from coalsim.vectorized.kernels.compile import Kernel, compiled
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


@compiled
def _meeting(k0, k1, i, first, now, meets, mutuality, known, lists, coalition, lead, communicated):
    """Return which fellow member organization i comes to know, or nobody, and whether that one comes to know it in return."""
    number = 0
    while number < coalition.shape[0] and coalition[number, i] >= 0:
        number += 1
    if number == 0:
        return -1, False
    u = of_meeting(k0, k1, i - first, now, 0)
    c = coalition[int(u[2] * number), i]
    if not u[3] < meets * communicated[c]:
        return -1, False
    v = of_meeting(k0, k1, i - first, now, 1)
    asked = lead[c]
    if not (v[0] < 0.5 and asked >= 0 and asked != i):
        if known[i] == 0:
            return -1, False
        asked = lists[i, int(v[1] * known[i])]
    if known[asked] == 0:
        return -1, False
    met = lists[asked, int(v[2] * known[asked])]
    if met == i or not is_member(coalition, met, c):
        return -1, False
    return met, v[3] < mutuality


@Kernel
def _mapping(
    parameters, organizations, everybody, keys, source, now, drawn, paid,
    researching, reserve, capacity, known, lists, coalition, lead, communicated, heard,
):  # fmt: skip
    p = parameters.view(RECORD)
    places = lists.shape[1]
    hears = np.empty(organizations, np.int64)
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
        many = 0
        for i in range(first, first + organizations):
            me = i - first
            told = -1
            back = 0
            if drawn[of + i, 0] < (faster if researching[i] else usual) and (known[i] < places or forgetting):
                u = drawn[of + i, 2]
                j = int(u * (organizations - 1))
                told = first + j + (j >= me)
                if drawn[of + i, 1] < 0.5 and known[i] > 0:
                    friend = lists[i, int(u * known[i])]
                    if known[friend] > 0:
                        told = lists[friend, int(of_organization(k0, k1, me, now, 1)[0] * known[friend])]
                if mutuality > 0 and of_meeting(k0, k1, me, now, 0)[1] < mutuality:
                    back = 1
            met = -1
            if meets > 0:
                met, mutual = _meeting(k0, k1, i, first, now, meets, mutuality, known, lists, coalition, lead, communicated)
                if mutual:
                    back += 2
            if told >= 0 or met >= 0:
                hears[many] = i
                told_of[many] = told
                met_of[many] = met
                in_return[many] = back
                many += 1
        # Each list changes by what its organization hears, one after the other: what it is told, whom it meets, who heard of it.
        for z in range(many):
            i = hears[z]
            if told_of[z] >= 0 and learn(known, lists, coalition, forgetting, i, told_of[z]):
                heard[i] += researching[i]
                changed = True
            if met_of[z] >= 0 and learn(known, lists, coalition, forgetting, i, met_of[z]):
                changed = True
        if mutuality > 0:
            for z in range(many):
                if in_return[z] & 1 and learn(known, lists, coalition, forgetting, told_of[z], hears[z]):
                    changed = True
                if in_return[z] & 2 and learn(known, lists, coalition, forgetting, met_of[z], hears[z]):
                    changed = True
    return changed
