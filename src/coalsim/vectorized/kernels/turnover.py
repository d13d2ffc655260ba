"""Organizations close, and new ones take their places (step 1), compiled; see `coalsim.vectorized.mechanisms.turnover`."""

from __future__ import annotations

import math

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.members import release
from coalsim.vectorized.kernels.philox import TURNOVER, normal, row
from coalsim.vectorized.kernels.reckoning import RECORD, cut
from coalsim.vectorized.mechanisms.turnover import MONTHS
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def turnover(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let organizations close, each replaced in its place by a newly drawn one that nobody knows and that knows nobody."""
    if not kit.closing:
        return
    closed = np.zeros(s.shape.runs)
    width = -(-(8 + s.shape.dimensions) // 4) * 4
    who, logs, shares = _close(kit, closes=kit.closes, width=width, number=closed)
    kit.book("closed", closed)
    if len(who) == 0:
        return
    s.members_changed()
    s.lists_changed()
    s.end_initiatives(who[s.researching[who]])
    mine = p.at(who)
    s.capacity[who] = [math.exp(x) for x in logs.tolist()]  # as the numpy engine has it, so that CPUs agree
    s.income[who] = mine.slack * s.capacity[who]
    s.reserve_cap[who] = mine.reserve_cap * s.income[who]
    s.reserve[who] = np.minimum(shares * 2 * mine.reserve_months * s.income[who], s.reserve_cap[who])


@Kernel
def _close(
    parameters, organizations, issues, keys, source, now, ndtri, closes, width, number,
    coalition, joined, satisfaction, pledge, kept, asked, running, lead, lead_lost, known, lists,
    place, mission, style, base_readiness, readiness, openness, leadership, join_threshold, cooldown,
):  # fmt: skip
    p = parameters.view(RECORD)
    places = lists.shape[1]
    closed = np.zeros(organizations, np.bool_)
    found = np.empty(len(cooldown), np.int64)
    logs = np.empty(len(cooldown))
    shares = np.empty(len(cooldown))
    u = np.empty(width)
    many = 0
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        rate = q.closure_rate / MONTHS
        of = source[run]
        since = many
        for i in range(organizations):
            closed[i] = closes[of * organizations + i] < rate
            if closed[i]:
                found[many] = first + i
                many += 1
        if many == since:
            continue
        number[run] = many - since
        for i in range(first, first + organizations):
            if running[i] and lead[i] >= 0 and closed[lead[i] - first]:
                lead[i] = -1
                lead_lost[i] += 1
            if places == 0:
                continue
            left = 0
            if not closed[i - first]:
                for k in range(known[i]):
                    j = lists[i, k]
                    if not closed[j - first]:
                        lists[i, left] = j
                        left += 1
            for k in range(left, known[i]):
                lists[i, k] = i
            known[i] = left
        k0 = keys[of, 0]
        k1 = keys[of, 1]
        for at_ in range(since, many):
            i = found[at_]
            for _ in range(coalition.shape[0]):
                release(coalition, joined, satisfaction, pledge, kept, i, 0)
            asked[i] = -1
            row(k0, k1, i - first, now, TURNOVER, u)
            issue = run * issues + int(u[0] * issues)
            for axis in range(place.shape[0]):
                mission[axis, i] = cut(place[axis, issue] + q.mission_spread * normal(ndtri, u[8 + axis]))
            style[0, i] = u[1]
            style[1, i] = u[2]
            logs[at_] = q.capacity_sigma * normal(ndtri, u[3]) - q.capacity_sigma * q.capacity_sigma / 2
            shares[at_] = u[4]
            base_readiness[i] = cut(q.readiness_mean + q.readiness_spread * normal(ndtri, u[5]))
            readiness[i] = base_readiness[i]
            openness[i] = cut(q.openness + q.openness_spread * normal(ndtri, u[6]))
            leadership[i] = u[7]
            join_threshold[i] = q.join_threshold
            cooldown[i] = 0
    return found[:many].copy(), logs[:many].copy(), shares[:many].copy()
