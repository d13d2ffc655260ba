"""Contributions, work, trust (step 10), compiled; see `coalsim.vectorized.mechanisms.investing`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, cut, own, total
from coalsim.vectorized.members import ALL_KEPT
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def investing(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let members contribute, coalitions communicate and work, and trust follow."""
    if len(s.members.coalitions) == 0:
        return
    booked = np.zeros((4, s.shape.runs))
    _investing(kit, booked=booked)
    for name, amounts in zip(("contributed", "granted", "communication", "work"), booked, strict=True):
        kit.book(name, amounts)


@Kernel
def _investing(
    parameters, month, who, held, within, coalitions, count, members_from, coalitions_from, booked,
    capacity, pledge, satisfaction, reserve, kept, openness, readiness, mission, goal, focal,
    launch, seeded, grant, lead_leadership, routines,
    work, coalition_openness, communicated, staffed, trust, contributed, granted, peak_size,
):  # fmt: skip
    p = parameters.view(RECORD)
    relations = grant.shape[1]
    slots = pledge.shape[0]
    owed = np.empty(slots)
    pledged = np.empty(slots)
    rates = np.empty(len(coalitions))
    given = np.zeros(len(coalitions))
    opened = np.zeros(len(coalitions))
    discord = np.zeros(len(coalitions))
    ready = np.zeros(len(coalitions))
    for run in range(len(p)):
        q = p[run]
        full = q.full_satisfaction
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            rates[a] = own(focal[coalitions[a]], q.focal_contribution_rate, q.contribution_rate)
        m = members_from[run]
        if slots == 1:  # what it owes it owes to one, so that all it has may go there
            for m in range(np.uint64(members_from[run]), np.uint64(members_from[run + 1])):
                i = np.uint64(who[m])
                a = np.uint64(within[m])
                promised = rates[a] * capacity[i] * pledge[0, i]
                had = reserve[i]
                paid = min(promised * cut(satisfaction[0, i] / full), had)
                kept[0, i] = (kept[0, i] << 1 | (paid >= promised / 2)) & ALL_KEPT
                reserve[i] = max(had - paid, 0.0)
                given[a] += paid
                opened[a] += openness[i]
                discord[a] += 1 - alignment(mission, i, goal, np.uint64(coalitions[a]))
                ready[a] += readiness[i]
            m = members_from[run + 1]
        while m < members_from[run + 1]:
            i = who[m]
            end = m
            all_owed = 0.0
            while end < members_from[run + 1] and who[end] == i:
                slot = held[end]
                pledged[end - m] = rates[within[end]] * capacity[i] * pledge[slot, i]
                owed[end - m] = pledged[end - m] * cut(satisfaction[slot, i] / full)
                all_owed += owed[end - m]
                end += 1
            had = reserve[i]
            all_paid = 0.0
            for entry in range(m, end):
                a = within[entry]
                c = coalitions[a]
                share = owed[entry - m] / all_owed if all_owed > 0 else 0.0
                paid = min(owed[entry - m], had * share)
                all_paid += paid
                kept[held[entry], i] = (kept[held[entry], i] << 1 | (paid >= pledged[entry - m] / 2)) & ALL_KEPT
                given[a] += paid
                opened[a] += openness[i]
                discord[a] += 1 - alignment(mission, i, goal, c)
                ready[a] += readiness[i]
            reserve[i] = max(had - all_paid, 0.0)
            m = end
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            number = count[a]
            many = max(number, 1)
            supported = total(grant[c], 0, relations)
            seed = 0.0
            if seeded[c]:
                since = month - launch[c] - q.seed_month
                if since >= 0 and since < q.seed_months:
                    seed = own(focal[c], q.focal_seed_grant, q.seed_grant)
            supported = supported + seed
            resources = given[a] + supported
            open_ = opened[a] / many
            needed = q.coordination * number + q.coordination_pairwise * (number * number)
            needed = needed * (1 + q.deliberation * (open_ - 0.5))
            spent = min(own(focal[c], q.focal_communication_share, q.communication_share) * resources, needed)
            staff = 1 + q.leadership_staff * (lead_leadership[c] - 0.5)
            x = min(1.0, spent * staff / needed if needed > 0 else 1.0)
            works = resources - spent
            keeps = 1 - q.routine_effect * routines[c]
            tau = trust[c]
            learning = (
                q.trust_learning
                * (1 + q.leadership_effect * (lead_leadership[c] - 0.5))
                * (1 + q.readiness_effect * (ready[a] / many - 0.5))
            )
            decay = keeps * q.trust_decay * (1 - x) * tau
            quarrel = keeps * q.dispute * (discord[a] / many) * (1 - open_ * x) * tau
            trust[c] = cut(tau + learning * x * (1 - tau) - decay - quarrel)
            work[c] = works
            coalition_openness[c] = open_
            communicated[c] = x
            staffed[c] = supported
            contributed[c] += given[a]
            granted[c] += supported
            peak_size[c] = max(peak_size[c], number)
            booked[0, run] += given[a]
            booked[1, run] += supported
            booked[2, run] += spent
            booked[3, run] += works
