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
def _told(k0, k1, i, first, organizations, now, u, through, known, lists):
    """Return whom organization i is told of: a friend's friend, or anybody."""
    if through < 0.5 and known[i] > 0:
        friend = lists[i, int(u * known[i])]
        if known[friend] > 0:
            return lists[friend, int(of_organization(k0, k1, i - first, now, 1)[0] * known[friend])]
    j = int(u * (organizations - 1))
    return first + j + (j >= i - first)


@compiled
def _met(k0, k1, i, first, now, c, known, lists, coalition, lead):
    """Return which fellow member of c organization i comes to know, or nobody, and the draw of whether it comes to be known."""
    through_lead, who, of_whom, mutual = of_meeting(k0, k1, i - first, now, 1)
    asked = lead[c]
    if not (through_lead < 0.5 and asked >= 0 and asked != i):
        if known[i] == 0:
            return -1, mutual
        asked = lists[i, int(who * known[i])]
    if known[asked] == 0:
        return -1, mutual
    met = lists[asked, int(of_whom * known[asked])]
    return met if met != i and is_member(coalition, met, c) else -1, mutual


@compiled
def _who_meets(k0, k1, first, organizations, now, meets, coalition, communicated, who, of):
    """List who meets a fellow member, and in which coalition; return how many these are."""
    n = np.uint64(organizations)
    begin = np.uint64(first)
    members = np.uint64(0)
    for i in range(n):  # written down in any case, which spares a branch
        who[members] = first + i
        members += np.uint64(coalition[0, begin + i] >= 0)
    many = 0
    for m in range(members):
        i = who[m]
        number = 1
        while number < coalition.shape[0] and coalition[number, np.uint64(i)] >= 0:
            number += 1
        u = of_meeting(k0, k1, i - first, now, 0)
        c = coalition[np.uint64(u[2] * number), np.uint64(i)]
        who[many] = i
        of[many] = c
        many += u[3] < meets * communicated[np.uint64(c)]
    return many


@Kernel
def _mapping(
    parameters, organizations, everybody, keys, source, now, drawn, paid,
    researching, reserve, capacity, known, lists, coalition, lead, communicated, heard,
):  # fmt: skip
    p = parameters.view(RECORD)
    n = np.uint64(organizations)
    places = lists.shape[1]
    hears = np.empty(organizations + 1, np.int64)
    some = np.empty(organizations + 1, np.int64)
    of_ = np.empty(organizations + 1, np.int64)
    told_of = np.full(organizations, -1)
    met_of = np.full(organizations, -1)
    in_return = np.zeros(organizations, np.int8)
    changed = False
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        begin = np.uint64(first)
        of = np.uint64(source[run]) * n
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        cost = q.research_cost
        usual = q.mapping_rate
        faster = q.research_rate
        forgetting = q.forgetting != 0
        meets = q.fellow_rate
        mutuality = q.mutuality
        busy = np.uint64(0)
        for i in range(n):  # written down in any case, here and below, which spares a branch
            some[busy] = first + i
            busy += np.uint64(researching[begin + i])
        for z in range(busy):
            i = some[z]
            amount = min(reserve[i], cost * capacity[i])
            reserve[i] -= amount
            paid[run] += amount
        if everybody:
            continue
        # What is heard of depends on the lists as they are before anybody learns.
        asks = np.uint64(0)
        for i in range(n):
            some[asks] = first + i
            rate = faster if researching[begin + i] else usual
            asks += np.uint64((drawn[0, of + i] < rate) & ((known[begin + i] < places) | forgetting))
        for z in range(asks):
            i = some[z]
            me = i - first
            hears[z] = i
            through = drawn[1, of + np.uint64(me)]
            u = drawn[2, of + np.uint64(me)]
            told_of[me] = _told(k0, k1, i, first, organizations, now, u, through, known, lists)
            in_return[me] = mutuality > 0 and of_meeting(k0, k1, me, now, 0)[1] < mutuality
        many = np.int64(asks)
        if meets > 0:
            for z in range(_who_meets(k0, k1, first, organizations, now, meets, coalition, communicated, some, of_)):
                i = some[z]
                met, mutual = _met(k0, k1, i, first, now, of_[z], known, lists, coalition, lead)
                if met >= 0:
                    met_of[i - first] = met
                    in_return[i - first] += 2 * (mutual < mutuality)
            many = 0
            for i in range(n):
                hears[many] = first + i
                many += (told_of[i] >= 0) | (met_of[i] >= 0)
        # Each list changes by what its organization hears, one after the other: what it is told, whom it meets, who heard of it.
        for z in range(many):
            i = hears[z]
            told = told_of[i - first]
            met = met_of[i - first]
            if told >= 0 and learn(known, lists, coalition, forgetting, i, told):
                heard[i] += researching[i]
                changed = True
            if met >= 0 and learn(known, lists, coalition, forgetting, i, met):
                changed = True
        for z in range(many):
            i = hears[z]
            me = i - first
            if in_return[me] & 1 and learn(known, lists, coalition, forgetting, told_of[me], i):
                changed = True
            if in_return[me] & 2 and learn(known, lists, coalition, forgetting, met_of[me], i):
                changed = True
            told_of[me] = -1
            met_of[me] = -1
            in_return[me] = 0
    return changed
