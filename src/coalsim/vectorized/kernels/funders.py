"""Contact with funders (step 6), and grants (step 9), compiled; see `coalsim.vectorized.mechanisms.funders`."""

from __future__ import annotations

import numpy as np

from coalsim.mechanism import NO_MONTH
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.acquaintance import learn
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.philox import of_organization
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, cut, is_member, own
from coalsim.vectorized.mechanisms.funders import share
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def funders(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let initiatives old enough turn to funders, who get to know them and refer them on; founders are invited."""
    if _funders(kit, everybody=s.everybody_known):
        s.lists_changed()


@Kernel
def _funders(
    parameters, organizations, everybody, keys, source, now, month,
    asked, began, running, focal, funder_place, funders_met, funder, relation,
    lead, lead_openness, openness, mission, goal, known, lists, coalition, invitation, coalitions, coalitions_from,
):  # fmt: skip
    p = parameters.view(RECORD)
    n = np.uint64(organizations)
    interested = funder_place.shape[2]
    relations = funder.shape[1]
    initiatives = np.empty(organizations + 1, np.int64)
    aligned = np.empty(organizations)
    changed = False
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        begin = np.uint64(first)
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        any_asked = False
        some = np.uint64(0)
        for i in range(begin, begin + n):
            invitation[i] = -1
            any_asked |= asked[i] >= 0
            initiatives[some] = i  # written down in any case, which spares a branch
            some += np.uint64(began[i] > NO_MONTH)
        for i in range(first, first + organizations if any_asked else first):
            if asked[i] >= 0:
                _invite(coalition, mission, goal, invitation, aligned, first, i, asked[i])
                asked[i] = -1
        there = coalitions_from[run + 1] - coalitions_from[run]
        for z in range(some if interested > 0 else np.uint64(0)):
            c = initiatives[z]
            if month - began[c] < own(focal[c], q.focal_funder_month, q.funder_month):
                continue
            view = goal if running[c] else mission
            if funders_met[c] == 0:
                _meet(view, c, funder_place, run, funder, relation, funders_met)
            open_ = lead_openness[c] if running[c] else openness[c]
            warmth = (0.5 + open_) * q.relation_openness + (1 - q.relation_openness)
            rate = cut(q.relation_rate * warmth)
            for y in range(relations):
                if y < funders_met[c]:
                    relation[c, y] = cut(relation[c, y] + rate * (1 - relation[c, y]))
                else:
                    relation[c, y] = 0.0
            if not of_organization(k0, k1, c - first, now, 1)[3] < q.referral_rate:
                continue
            to_funder, one, two, three = of_organization(k0, k1, c - first, now, 2)
            if funders_met[c] < min(relations, interested) and to_funder < q.funder_referral:
                _meet(view, c, funder_place, run, funder, relation, funders_met)
            elif running[c]:
                best = -1
                most = -np.inf
                for pick in (one, two, three):
                    j = int(pick * (organizations - 1))
                    j = first + j + (j >= c - first)
                    near = alignment(mission, j, goal, c)
                    if near > most:
                        most = near
                        best = j
                _invite(coalition, mission, goal, invitation, aligned, first, best, c)
                if not everybody and lead[c] >= 0 and learn(known, lists, coalition, q.forgetting != 0, lead[c], best):
                    changed = True
            elif there > 0:
                _invite(coalition, mission, goal, invitation, aligned, first, c, coalitions[coalitions_from[run] + int(one * there)])
    return changed


@compiled
def _invite(coalition, mission, goal, invitation, aligned, first, i, c):
    """Invite organization i to coalition c, unless it is a member or invited to one better aligned with it (of equals the first)."""
    if is_member(coalition, i, c):
        return
    near = alignment(mission, i, goal, c)
    if invitation[i] < 0 or near > aligned[i - first] or (near == aligned[i - first] and c < invitation[i]):
        aligned[i - first] = near
        invitation[i] = c


@compiled
def _meet(view, c, funder_place, run, funder, relation, funders_met):
    """Acquaint an initiative with the funder best aligned that it does not know yet."""
    best = 0
    most = -np.inf
    for f in range(funder_place.shape[2]):
        new = True
        for y in range(funder.shape[1]):
            new = new and funder[c, y] != f
        if new:
            near = alignment(view, c, funder_place[run], f)
            if near > most:
                most = near
                best = f
    y = funders_met[c]
    funder[c, y] = best
    relation[c, y] = 0.0
    funders_met[c] = y + 1


def grants(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """In months of decision, let funders give what they have left to coalitions they find worthy."""
    left, account, c, place, judgment = _worthy(kit)
    if len(c) == 0:
        return
    runs, many = s.shape.runs, s.shape.funders
    part = np.repeat(np.broadcast_to(np.asarray(p.runs.grant_size, dtype=float), (runs,)), many)
    given, amount = share(left, part * s.grant_budget.reshape(-1), part == 0, account, judgment)
    c, place = c[given], place[given]
    s.grant[c, place] = amount[given]
    s.gave[c, place] = True
    s.grant_until[c, place] = s.month + p.at(c).grant_term


@Kernel
def _worthy(
    parameters, organizations, month, began, running, formed, trust, goal,
    funder_place, grant_budget, funders_met, funder, relation, grant, grant_until, coalitions, coalitions_from,
):  # fmt: skip
    p = parameters.view(RECORD)
    n = np.uint64(organizations)
    interested = funder_place.shape[2]
    relations = funder.shape[1]
    initiatives = np.empty(organizations + 1, np.int64)
    left = np.empty(len(p) * interested)
    found = 0
    for run in range(len(p)):
        for f in range(interested):
            left[run * interested + f] = 0.0
        deciding = interested > 0 and month % int(p[run].grant_cycle) == 0
        begin = np.uint64(run) * n
        some = np.uint64(0)
        for i in range(begin, begin + n):  # written down in any case, which spares a branch
            initiatives[some] = i
            some += np.uint64(began[i] > NO_MONTH)
        for z in range(some):
            c = initiatives[z]
            for y in range(relations):
                if NO_MONTH < grant_until[c, y] <= month:
                    grant[c, y] = 0.0
                if deciding and running[c] and funder[c, y] >= 0:
                    left[run * interested + funder[c, y]] += grant[c, y]
                    found += 1
        for f in range(interested):
            left[run * interested + f] = grant_budget[run, f] - left[run * interested + f]
    account = np.empty(found, np.int64)
    conveners = np.empty(found, np.int64)
    places = np.empty(found, np.int64)
    judgment = np.empty(found)
    many = 0
    if found > 0:
        for run in range(len(p)):
            q = p[run]
            if month % int(q.grant_cycle) != 0:
                continue
            weight = q.grant_trust
            for a in range(coalitions_from[run], coalitions_from[run + 1]):
                c = coalitions[a]
                if formed[c] == NO_MONTH:
                    continue
                for y in range(relations):
                    f = funder[c, y]
                    if f < 0 or grant_until[c, y] > month or not relation[c, y] >= q.relation_needed:
                        continue
                    judged = alignment(goal, c, funder_place[run], f) * (1 - weight + weight * trust[c]) * relation[c, y]
                    if judged >= q.grant_bar:
                        account[many] = run * interested + f
                        conveners[many] = c
                        places[many] = y
                        judgment[many] = judged
                        many += 1
    return left, account[:many].copy(), conveners[:many].copy(), places[:many].copy(), judgment[:many].copy()
