"""Who joins which coalition (step 7), compiled; see `coalsim.vectorized.mechanisms.joining`."""

from __future__ import annotations

import math

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.means import affordable, can_afford, committed
from coalsim.vectorized.kernels.members import enrol
from coalsim.vectorized.kernels.philox import of_meeting, of_organization
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, best_issue, chance_of_success, is_member, own, resonance
from coalsim.vectorized.mechanisms import joining as plain
from coalsim.vectorized.mechanisms.joining import NO_LIMIT
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def joining(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let organizations that are ready enough join the best coalition they hear of, if it passes three tests and has room."""
    if s.everybody_known:
        plain.joining(s, p, draws)
        return
    m = kit.members
    if len(m.coalitions) == 0:
        return
    joins = np.zeros(s.shape.runs)
    offers = dict(zip(("styles", "chances", "needs", "rooms"), _offers(kit, position=s._scratch), strict=True))
    found = _applying.in_parts(kit, position=s._scratch, **offers)
    # Of several parts, all of one run, one list.
    applied_from = np.array([0, sum(len(part[0]) for part in found)]) if len(found) > 1 else found[0][4]
    lists = [np.concatenate(columns) for columns in list(zip(*found, strict=True))[:4]] if len(found) > 1 else found[0][:4]
    given = dict(zip(("applicants", "chosen", "values", "pledges"), lists, strict=True))
    given_up = _enrolling(kit, joins=joins, position=s._scratch, rooms=offers["rooms"], applied_from=applied_from, **given)
    if joins.any():
        s.members_changed()
        s.end_initiatives(given_up)
    kit.book("joins", joins)


@compiled
def mean_styles(style, who, within, count):
    """Return the mean style of the members of each running coalition, shape (2, coalitions)."""
    mean = np.zeros((2, len(count)))
    for m in range(np.uint64(len(who))):
        a = np.uint64(within[m])
        mean[0, a] += style[0, np.uint64(who[m])]
        mean[1, a] += style[1, np.uint64(who[m])]
    for a in range(len(count)):
        mean[0, a] /= max(count[a], 1)
        mean[1, a] /= max(count[a], 1)
    return mean


@Kernel
def _offers(
    parameters, who, within, coalitions, count, coalitions_from, position, style, trust, fit, momentum, issue, need,
    lead_capacity, lead_leadership, staffed,
):  # fmt: skip
    """Return what coalitions have to offer: mean styles, chances of success, needs of their problems, and room."""
    p = parameters.view(RECORD)
    styles = mean_styles(style, who, within, count)
    chances = np.empty(len(coalitions))
    needs = np.empty(len(coalitions))
    rooms = np.empty(len(coalitions))
    for run in range(len(p)):
        q = p[run]
        limited = q.span < NO_LIMIT
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            position[c] = a
            chances[a] = chance_of_success(trust, fit, momentum, c)
            needs[a] = need[issue[0, c]]
            if issue[1, c] >= 0:
                needs[a] = (needs[a] + need[issue[1, c]]) / 2
            rooms[a] = np.inf
            if limited:
                staff = lead_capacity[c] * (1 + q.leadership_staff * (lead_leadership[c] - 0.5)) + staffed[c]
                rooms[a] = math.floor(q.min_members + q.span * staff) - count[a]
    return styles, chances, needs, rooms


@Kernel
def _applying(
    parameters, organizations, low, high, keys, source, now, coalitions_from, position, styles, chances, needs, rooms,
    coalition, pledge, cooldown, readiness, join_threshold, researching, focal, known, lists, invitation, mission, style,
    reserve, capacity, goal,
):  # fmt: skip
    """Return who applies, to which coalition, what that is worth to it, what it pledges; and where each run's applicants begin."""
    p = parameters.view(RECORD)
    n = np.uint64(organizations)
    slots = coalition.shape[0]
    last = np.uint64(slots - 1)
    ready = np.empty(high - low + 1, np.int64)
    most = len(p) * (high - low)
    applicants = np.empty(most, np.int64)
    chosen = np.empty(most, np.int64)
    values = np.empty(most)
    pledges = np.empty(most)
    applied_from = np.zeros(len(p) + 1, np.int64)
    many = 0
    for run in range(len(p)):
        applied_from[run] = many
        if coalitions_from[run] == coalitions_from[run + 1]:
            continue
        q = p[run]
        first = run * organizations
        begin = np.uint64(run) * n
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        attention = int(q.attention)
        may = q.focal_may_join != 0
        weight = q.resonance_weight
        able = np.uint64(0)
        for x in range(begin + np.uint64(low), begin + np.uint64(high)):  # written down in any case, which spares a branch
            ready[able] = x
            willing = (readiness[x] >= join_threshold[x]) | researching[x]
            able += np.uint64((coalition[last, x] < 0) & (cooldown[x] == 0) & willing)
        for z in range(able):
            i = ready[z]
            if focal[i] and researching[i] and not may:
                continue
            length = known[i]
            looks = min(attention, length)
            start = int(of_organization(k0, k1, i - first, now, 1)[2] * length) if looks > 0 else 0
            others = committed(coalition, pledge, focal, q.contribution_rate, q.focal_contribution_rate, i, -1)
            best = -1
            best_value = 0.0
            for look in range(looks + 1):
                seen = -1
                if look < looks:
                    at = start + look
                    seen = lists[i, at - length if at >= length else at]
                for slot in range(slots if look < looks else 1):
                    c = coalition[slot, seen] if look < looks else invitation[i]
                    if c < 0:
                        break
                    if c == best or is_member(coalition, i, c):
                        continue
                    a = position[c]
                    if not rooms[a] > 0 or not chances[a] >= q.min_chance:
                        continue
                    aligned = alignment(mission, i, goal, c)
                    if not aligned >= own(focal[c], q.focal_admission, q.admission):
                        continue
                    months = own(focal[c], q.focal_commitment_months, q.commitment_months)
                    rate = own(focal[c], q.focal_contribution_rate, q.contribution_rate)
                    if not can_afford(reserve[i], capacity[i], months, rate, others, q.slack, q.see_through, q.pledge_floor):
                        continue
                    promised = max(affordable(reserve[i], capacity[i], months, rate, others, q.slack, q.see_through), q.pledge_floor)
                    resonant = resonance(style, i, styles, a)
                    value = aligned * (1 - weight + weight * resonant) * chances[a] * needs[a]
                    value -= q.cost_weight * rate * promised
                    if value > q.min_value and (best < 0 or value > best_value or (value == best_value and c < best)):
                        best = c
                        best_value = value
                        pledges[many] = promised
            if best >= 0:
                applicants[many] = i
                chosen[many] = best
                values[many] = best_value
                many += 1
    applied_from[len(p)] = many
    return applicants[:many].copy(), chosen[:many].copy(), values[:many].copy(), pledges[:many].copy(), applied_from


@Kernel
def _enrolling(
    parameters, organizations, issues, keys, source, now, month, joins, position, rooms, applicants, chosen, values, pledges, applied_from,
    coalition, joined, satisfaction, pledge, kept, researching, mission, need, place, issue,
):  # fmt: skip
    """Let applicants join; where there is not room for all, lots are drawn. Return who gives up an initiative of its own."""
    p = parameters.view(RECORD)
    slots = coalition.shape[0]
    applied = np.zeros(len(rooms), np.int64)
    for z in range(len(chosen)):
        applied[position[chosen[z]]] += 1
    given_up = np.empty(len(applicants), np.int64)
    gave_up = 0
    for run in range(len(p)):
        first = run * organizations
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        for z in range(applied_from[run], applied_from[run + 1]):
            i = applicants[z]
            c = chosen[z]
            a = position[c]
            if applied[a] > rooms[a]:
                lot = of_meeting(k0, k1, i - first, now, 0)[0]
                before = 0
                for y in range(applied_from[run], applied_from[run + 1]):
                    if chosen[y] == c:
                        other = of_meeting(k0, k1, applicants[y] - first, now, 0)[0]
                        before += other < lot or (other == lot and y < z)
                if not before < rooms[a]:
                    continue
            enrol(coalition, joined, satisfaction, pledge, kept, i, c, month, values[z], pledges[z])
            joins[run] += 1
            if researching[i]:
                wants = best_issue(need, place, run * issues, issues, mission, i, -1)
                if coalition[slots - 1, i] >= 0 or issue[0, c] == wants or issue[1, c] == wants:
                    given_up[gave_up] = i
                    gave_up += 1
    return given_up[:gave_up].copy()
