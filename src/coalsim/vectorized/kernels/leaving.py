"""Who leaves, whose pledge is renewed, and who leads on (step 13), compiled; see `coalsim.vectorized.mechanisms.leaving`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.joining import mean_styles
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.means import affordable, committed
from coalsim.vectorized.kernels.members import release
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, chance_of_success, is_member, own, resonance
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def leaving(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let members go who are dissatisfied, drifted from the goal, exhausted, or cannot go on; coalitions find new leads."""
    exits = np.zeros(s.shape.runs)
    _leaving(kit, exits=exits)
    kit.book("exits", exits)
    if exits.any():
        s.members_changed()
    _succession(kit)


@Kernel
def _leaving(
    parameters, month, who, held, within, coalitions, count, members_from, coalitions_from, exits,
    coalition, joined, satisfaction, pledge, kept, cooldown, mission, goal, style, trust, fit, momentum, routines,
    lead, focal, reserve, reserve_cap, readiness, capacity,
):  # fmt: skip
    p = parameters.view(RECORD)
    slots = coalition.shape[0]
    styles = mean_styles(style, who, within, count)
    chances = np.empty(len(coalitions))
    rates = np.empty(len(coalitions))
    terms = np.empty(len(coalitions))
    nearest = np.empty(len(coalitions))
    bars = np.empty(len(coalitions))
    near = np.empty(len(cooldown) // len(p) * slots)
    leaving_ = np.empty(len(near) + 1, np.int64)
    goes = np.empty(slots, np.bool_)
    renewed = np.empty(slots)
    for run in range(len(p)):
        q = p[run]
        weight = q.resonance_weight
        memory = q.memory
        burden = q.burden
        exhaustion = q.exhaustion
        patience = q.convener_patience
        cools = int(q.cooldown)
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            chances[a] = chance_of_success(trust, fit, momentum, c)
            rates[a] = own(focal[c], q.focal_contribution_rate, q.contribution_rate)
            terms[a] = own(focal[c], q.focal_commitment_months, q.commitment_months)
            nearest[a] = own(focal[c], q.focal_admission, q.admission) - q.drift_tolerance
            bars[a] = q.exit_level * (1 - q.routine_effect * routines[c])
        begin = members_from[run]
        stop = members_from[run + 1]
        # Without a branch, so that roots and quotients of several members are on the way at once.
        for m in range(np.uint64(begin), np.uint64(stop)):
            i = np.uint64(who[m])
            a = np.uint64(within[m])
            slot = np.uint64(held[m])
            aligned = alignment(mission, i, goal, np.uint64(coalitions[a]))
            resonant = resonance(style, i, styles, a)
            payoff = aligned * (1 - weight + weight * resonant) * chances[a]
            payoff -= burden * rates[a] * pledge[slot, i] * (1 - reserve[i] / reserve_cap[i])
            satisfaction[slot, i] = memory * satisfaction[slot, i] + (1 - memory) * payoff
            near[m - np.uint64(begin)] = aligned
        if slots == 1 and q.renewal == 0:
            some = np.uint64(0)
            for m in range(np.uint64(begin), np.uint64(stop)):  # written down in any case, which spares a branch
                i = np.uint64(who[m])
                a = np.uint64(within[m])
                leaves = (satisfaction[0, i] < bars[a]) & (month - joined[0, i] >= terms[a])
                leaves |= (near[m - np.uint64(begin)] < nearest[a]) | (readiness[i] < exhaustion)
                leaving_[some] = m
                some += np.uint64(leaves)
            for z in range(some):
                i = who[leaving_[z]]
                a = within[leaving_[z]]
                if lead[coalitions[a]] != i or satisfaction[0, i] < patience * bars[a]:
                    release(coalition, joined, satisfaction, pledge, kept, i, 0)
                    exits[run] += 1
                    cooldown[i] = cools
            continue
        m = begin
        while m < stop:
            i = who[m]
            end = m
            while end < stop and who[end] == i:
                end += 1
            worst = -1  # the membership that an exhausted organization gives up
            if readiness[i] < exhaustion:
                worst_leads = False
                worst_value = 0.0
                for entry in range(m, end):
                    slot = held[entry]
                    value = satisfaction[slot, i]
                    leads = lead[coalitions[within[entry]]] == i
                    if worst < 0 or (worst_leads and not leads) or (worst_leads == leads and value < worst_value):
                        worst = slot
                        worst_leads = leads
                        worst_value = value
            some = False
            for entry in range(m, end):
                a = within[entry]
                slot = held[entry]
                value = satisfaction[slot, i]
                served = month - joined[slot, i]
                leaves = (value < bars[a]) & (served >= terms[a]) | (near[entry - begin] < nearest[a]) | (slot == worst)
                leads = False
                term = int(terms[a])
                due = q.renewal != 0 and served > 0 and term > 0 and served % term == 0
                if leaves | due:
                    leads = lead[coalitions[a]] == i
                    leaves = leaves and (not leads or value < patience * bars[a])
                renewed[slot] = pledge[slot, i]
                if due:
                    others = committed(coalition, pledge, focal, q.contribution_rate, q.focal_contribution_rate, i, slot)
                    promised = affordable(reserve[i], capacity[i], terms[a], rates[a], others, q.slack, q.see_through)
                    if not promised < q.pledge_floor:
                        renewed[slot] = promised
                    elif leads:
                        renewed[slot] = q.pledge_floor
                    else:
                        leaves = True
                    some = True
                goes[slot] = leaves
                some |= leaves
            if some:
                left = False
                for entry in range(m, end):
                    pledge[held[entry], i] = renewed[held[entry]]
                for entry in range(end - 1, m - 1, -1):
                    slot = held[entry]
                    if goes[slot]:
                        release(coalition, joined, satisfaction, pledge, kept, i, slot)
                        exits[run] += 1
                        left = True
                if left and coalition[0, i] < 0:
                    cooldown[i] = cools
            m = end


@Kernel
def _succession(
    parameters, who, held, within, coalitions, members_from, coalitions_from,
    coalition, joined, capacity, leadership, openness, lead, lead_lost, lead_leadership, lead_openness, lead_capacity,
):  # fmt: skip
    p = parameters.view(RECORD)
    for run in range(len(p)):
        without = False
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            if p[run].succession != 0 and lead[c] >= 0 and not is_member(coalition, lead[c], c):
                lead[c] = -1
                lead_lost[c] += 1
            without |= lead[c] < 0
        if not without:
            continue
        best = np.full(coalitions_from[run + 1] - coalitions_from[run], -1)
        since = np.empty(len(best), np.int64)
        for m in range(members_from[run], members_from[run + 1]):
            at = within[m] - coalitions_from[run]
            c = coalitions[within[m]]
            if lead[c] >= 0:
                continue
            i = who[m]
            months = joined[held[m], i]
            # Of those of longest standing the largest; of these the first.
            if best[at] < 0 or months < since[at] or (months == since[at] and capacity[i] > capacity[best[at]]):
                best[at] = i
                since[at] = months
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            i = best[a - coalitions_from[run]]
            if lead[c] < 0 and i >= 0:
                lead[c] = i
                lead_leadership[c] = leadership[i]
                lead_openness[c] = openness[i]
                lead_capacity[c] = capacity[i]
