"""Invest time and resources, and keep communicating: contributions, work, trust (step 10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalsim.geometry import Floats, alignment, cut
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.members import ALL_KEPT
from coalsim.vectorized.state import Ints, State
from coalsim.vectorized.values import Values


def investing(s: State, p: Values, draws: Draws) -> None:
    """Let members contribute, coalitions communicate and work, and trust follow."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c, who = m.coalitions, m.who
    theirs, run = p.of(c, s.focal), s.run_of(c)
    contributed = m.total(contributions(s, p))
    seeding = s.month - s.launch[c] - theirs.seed_month  # months since the first payment
    seeded = s.seeded[c] & (seeding >= 0) & (seeding < theirs.seed_months)
    granted = s.grant[c].sum(axis=1) + np.where(seeded, theirs.seed_grant, 0.0)
    resources = contributed + granted
    openness = m.mean(s.openness[who])
    needed = theirs.coordination * m.count + theirs.coordination_pairwise * (m.count * m.count)
    needed = needed * (1 + theirs.deliberation * (openness - 0.5))
    spent = np.minimum(theirs.communication_share * resources, needed)
    staff = 1 + theirs.leadership_staff * (s.lead_leadership[c] - 0.5)
    x = np.minimum(1.0, np.divide(spent * staff, needed, out=np.ones(len(c)), where=needed > 0))
    s.work[c], s.coalition_openness[c], s.communicated[c], s.staffed[c] = resources - spent, openness, x, granted
    discord = m.mean(1 - alignment(s.mission.take(who, axis=1), s.goal.take(m.convener, axis=1)))
    s.trust[c] = trust(theirs, s.trust[c], x, s.lead_leadership[c], m.mean(s.readiness[who]), discord, openness, keep(s, p, c))
    s.contributed[c] += contributed
    s.granted[c] += granted
    s.peak_size[c] = np.maximum(s.peak_size[c], m.count)
    for name, amounts in (("contributed", contributed), ("granted", granted), ("communication", spent), ("work", s.work[c])):
        s.book(name, amounts, run)


def contributions(s: State, p: Values) -> Floats:
    """Let members pay what they owe, less if dissatisfied, and never more than they have; return it by membership."""
    m = s.members
    who = m.who
    mine, theirs = p.at(who), p.of(m.convener, s.focal)
    pledged = theirs.contribution_rate * s.capacity[who] * m.of(s.pledge)
    owed = pledged * cut(m.of(s.satisfaction) / mine.full_satisfaction)
    all_owed = m.by_organization(owed)[who]
    share = np.divide(owed, all_owed, out=np.zeros(len(who)), where=all_owed > 0)
    paid = np.minimum(owed, s.reserve[who] * share)
    s.reserve = np.maximum(s.reserve - m.by_organization(paid), 0.0)
    m.put(s.kept, (m.of(s.kept) << 1 | (paid >= pledged / 2)) & ALL_KEPT)
    return paid


def keep(s: State, p: Values, c: Ints) -> Floats:
    """Return what their routines leave of coalitions' losses of trust, and of the exit level."""
    return np.asarray(1 - p.at(c).routine_effect * s.routines[c])


def trust(
    p: Any, tau: Floats, x: Floats, leadership: Floats, ready: Floats, discord: Floats, openness: Floats, kept: Floats | float = 1.0
) -> Floats:
    """Return next month's trust.

    Parameters
    ----------
    p : parameters of each coalition
    tau : trust
    x : share of the communication needed that took place
    leadership : of the lead
    ready : mean readiness of the members
    discord : mean of 1 - alignment of members with the goal
    openness : mean openness of the members
    kept : what routines leave of losses
    """
    learning = p.trust_learning * (1 + p.leadership_effect * (leadership - 0.5)) * (1 + p.readiness_effect * (ready - 0.5))
    decay = kept * p.trust_decay * (1 - x) * tau
    return cut(tau + learning * x * (1 - tau) - decay - kept * p.dispute * discord * (1 - openness * x) * tau)


INVESTING = Mechanism(
    "investing",
    parameters=process_sections.Investing,
    state=[
        variable("trust", "coalition", "0 to 1."),
        variable("coalition_openness", "coalition", "Mean openness of the members."),
        variable("work", "coalition", "Resources spent on the goals this month, FTE-months."),
        variable("communicated", "coalition", "Share of the communication needed that took place, 0 to 1.", null=0.0),
        variable("staffed", "coalition", "Grants and seed grant of the last step 10, FTE-months.", null=0.0),
        variable("routines", "coalition", "0 to 1.", null=0.0),
        variable("peak_size", "coalition", "Most members in any month.", dtype=int, null=0),
        variable("contributed", "coalition", "By its members since the launch, FTE-months.", null=0.0),
        variable("granted", "coalition", "By funders since the launch, FTE-months.", null=0.0),
    ],
    steps=at(investing),
)
