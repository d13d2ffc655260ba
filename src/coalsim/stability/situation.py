"""A run as it stands after a month, as far as what its members get depends on it: read from either engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coalsim.geometry import alignment, cut
from coalsim.moved import names
from coalsim.parameters import Parameters
from coalsim.stability.worths import Floats, Ints, Worths
from coalsim.vectorized.core import Block
from coalsim.vectorized.state import NOBODY

if TYPE_CHECKING:
    from coalsim.agents import CoalitionModel


@dataclass(frozen=True, eq=False)
class Situation(Worths):
    """A run after a month; its attributes are those of `coalsim.stability.worths.Worths`."""

    @classmethod
    def of_block(cls, block: Block, parameters: Parameters, run: int = 0) -> Situation:
        """Return the situation of one run of a block of the numpy engine, whose scenario is `parameters`."""
        s = block.state
        n, q = s.shape.organizations, s.shape.issues
        here, issues = slice(run * n, (run + 1) * n), slice(run * q, (run + 1) * q)
        running = np.flatnonzero(s.running[here]) + run * n
        coalition = s.coalition[:, here]
        terms = block.values.of(running, s.focal)
        return _situation(
            parameters,
            month=s.month,
            coalition=np.where(coalition == NOBODY, NOBODY, coalition - run * n),
            conveners=running - run * n,
            satisfaction=s.satisfaction[:, here],
            pledge=s.pledge[:, here],
            mission=s.mission[:, here],
            style=s.style[:, here],
            readiness=s.readiness[here],
            openness=s.openness[here],
            reserve=s.reserve[here],
            reserve_cap=s.reserve_cap[here],
            capacity=s.capacity[here],
            goal=s.goal[:, running],
            state=np.stack([s.trust[running], s.fit[running], s.momentum[running]]),
            rate=np.broadcast_to(terms.contribution_rate, running.shape),
            term=np.broadcast_to(terms.commitment_months, running.shape),
            place=s.place[:, issues],
            need=s.need[issues],
        )

    @classmethod
    def of_model(cls, model: CoalitionModel) -> Situation:
        """Return the situation of a Mesa model."""
        organizations, running = model.organizations, model.running_coalitions
        dimensions = model.p.dimensions
        shape = (model.parameters.joining.memberships_max, len(organizations))
        coalition, satisfaction, pledge = np.full(shape, NOBODY), np.full(shape, np.nan), np.full(shape, np.nan)
        for number, organization in enumerate(organizations):
            for slot, membership in enumerate(organization.memberships):
                at = slot, number
                coalition[at], satisfaction[at], pledge[at] = membership.coalition.number, membership.satisfaction, membership.pledge
        return _situation(
            model.parameters,
            month=model.month,
            coalition=coalition,
            conveners=np.array([c.number for c in running], dtype=np.intp),
            satisfaction=satisfaction,
            pledge=pledge,
            mission=np.array([o.mission for o in organizations]).T,
            style=np.array([o.style for o in organizations]).T,
            readiness=np.array([o.readiness for o in organizations]),
            openness=np.array([o.openness for o in organizations]),
            reserve=np.array([o.reserve for o in organizations]),
            reserve_cap=np.array([o.reserve_cap for o in organizations]),
            capacity=np.array([o.capacity for o in organizations]),
            goal=np.array([c.goal for c in running]).reshape(-1, dimensions).T,
            state=np.array([(c.trust, c.fit, c.momentum) for c in running]).reshape(-1, 3).T,
            rate=np.array([c.terms.contribution_rate for c in running], dtype=float),
            term=np.array([c.terms.commitment_months for c in running], dtype=float),
            place=np.array([issue.place for issue in model.issues]).T,
            need=np.array([issue.need for issue in model.issues]),
        )


def _situation(
    p: Parameters,
    *,
    month: int,
    coalition: Ints,
    conveners: Ints,
    satisfaction: Floats,
    pledge: Floats,
    mission: Floats,
    style: Floats,
    readiness: Floats,
    openness: Floats,
    reserve: Floats,
    reserve_cap: Floats,
    capacity: Floats,
    goal: Floats,
    state: Floats,
    rate: Floats,
    term: Floats,
    place: Floats,
    need: Floats,
) -> Situation:
    """Return a situation, with what new coalitions would be like; `coalition` has conveners' numbers."""
    inhabited = np.isin(conveners, coalition)
    conveners = conveners[inhabited]
    appeal = need[:, None] * alignment(mission[:, None, :], place[:, :, None])  # (Q, N)
    target = place[:, appeal.argmax(axis=0)]
    new_goal = cut(mission + p.launching.goal_blend * openness * (target - mission))
    trust, fit, momentum = state[:, inhabited]
    launch = (p.launching.initial_trust + alignment(new_goal, target) + min(p.launching.optimism, 1)) / 3
    size = coalition.shape[1]
    order = np.argsort(coalition, axis=0, kind="stable")  # no result depends on the order of memberships
    return Situation(
        month=month,
        conveners=conveners,
        coalition=np.take_along_axis(np.where(coalition == NOBODY, NOBODY, np.searchsorted(conveners, coalition)), order, axis=0),
        satisfaction=np.take_along_axis(satisfaction, order, axis=0),
        pledge=np.take_along_axis(pledge, order, axis=0),
        mission=mission.copy(),
        style=style.copy(),
        readiness=readiness.copy(),
        weariness=p.leaving.burden * (1 - reserve / reserve_cap),
        reserve=reserve.copy(),
        capacity=capacity.copy(),
        goal=np.concatenate([goal[:, inhabited], new_goal], axis=1),
        chance=np.concatenate([(trust + fit + np.minimum(momentum, 1)) / 3, launch]),
        rate=np.concatenate([rate[inhabited], np.full(size, p.investing.contribution_rate)]),
        term=np.concatenate([term[inhabited], np.full(size, float(p.joining.commitment_months))]),
        resonance_weight=p.joining.resonance_weight,
        exit_level=p.leaving.exit_level,
        slack=p.field.slack,
        see_through=p.joining.see_through,
        pledge_floor=p.joining.pledge_floor,
    )


__getattr__ = names(__name__, {"Standing": "coalsim.stability.Situation"})
