"""Invest time and resources, and keep communicating: contributions, work, trust (step 10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalsim.geometry import Floats, alignment, cut
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.state import Ints, State
from coalsim.vectorized.values import Values


def investing(s: State, p: Values, draws: Draws) -> None:
    """Let members contribute, coalitions communicate and work, and trust follow."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c, who = m.coalitions, m.who
    theirs, run = p.of(c, s.focal), s.run_of(c)
    paid = contribution(s, p, who)
    s.reserve[who] -= paid
    contributed = m.total(paid)
    seeded = s.month - s.launch[c] - theirs.seed_month  # months since the first payment
    granted = s.grant[c].sum(axis=1) + np.where((seeded >= 0) & (seeded < theirs.seed_months), theirs.seed_grant, 0.0)
    resources = contributed + granted
    needed = theirs.coordination * m.count + theirs.coordination_pairwise * (m.count * m.count)
    spent = np.minimum(theirs.communication_share * resources, needed)
    x = np.divide(spent, needed, out=np.ones(len(c)), where=needed > 0)
    s.work[c] = resources - spent
    s.omega[c] = m.mean(s.openness[who])
    discord = m.mean(1 - alignment(s.mission.take(who, axis=1), s.goal.take(s.coalition[who], axis=1)))
    s.trust[c] = trust(theirs, s.trust[c], x, s.leadership[c], m.mean(s.readiness[who]), discord, s.omega[c])
    s.contributed[c] += contributed
    s.granted[c] += granted
    s.peak_size[c] = np.maximum(s.peak_size[c], m.count)
    for name, amounts in (("contributed", contributed), ("granted", granted), ("communication", spent), ("work", s.work[c])):
        s.book(name, amounts, run)


def contribution(s: State, p: Values, who: Ints) -> Floats:
    """Return what each member pays: its promise, less if dissatisfied, and never more than it has."""
    mine, theirs = p.at(who), p.of(s.coalition[who], s.focal)
    return np.minimum(s.reserve[who], theirs.contribution_rate * s.capacity[who] * cut(s.satisfaction[who] / mine.full_satisfaction))


def trust(p: Any, tau: Floats, x: Floats, leadership: Floats, ready: Floats, discord: Floats, openness: Floats) -> Floats:
    """Return next month's trust.

    Parameters
    ----------
    p : parameters of each coalition
    tau : trust
    x : share of the communication needed that took place
    leadership : of the convener
    ready : mean readiness of the members
    discord : mean of 1 - alignment of members with the goal
    openness : mean openness of the members
    """
    learning = p.trust_learning * (1 + p.leadership_effect * (leadership - 0.5)) * (1 + p.readiness_effect * (ready - 0.5))
    return cut(tau + learning * x * (1 - tau) - p.trust_decay * (1 - x) * tau - p.dispute * discord * (1 - openness * x) * tau)


INVESTING = Mechanism(
    "investing",
    parameters=process_sections.Investing,
    state=[
        variable("trust", "coalition", "0 to 1."),
        variable("omega", "coalition", "Mean openness of the members."),
        variable("work", "coalition", "Resources spent on the goal this month, FTE-months."),
        variable("peak_size", "coalition", "Most members in any month.", dtype=int, null=0),
        variable("contributed", "coalition", "By its members since the launch, FTE-months.", null=0.0),
        variable("granted", "coalition", "By funders since the launch, FTE-months.", null=0.0),
    ],
    steps=at(investing),
)
