"""What members get in the coalitions of a simulated run, and what they would get in others.

A month of a run leaves organizations and coalitions in some state. What an organization gets in a coalition
considered is the payoff of ODD step 13,

a (1 - `resonance_weight` + `resonance_weight` rho) (tau + fit + min(h, 1))/3 - `burden` `contribution_rate` (1 - b/B),

with alignment a and resonance rho computed again for the members considered, and goal, target, fit, trust
tau, momentum h and reserve b as they stand. To be alone is worth `exit_level`, also for a convener that is the
only member of its coalition. (Satisfaction, which decides in the model, is an exponential mean of these payoffs.)

A coalition considered is a set S of two or more organizations. Whose goal, trust and momentum has it?

* It *carries on* a running coalition if more than half of that coalition's members are in S. Only one group
  can be a majority, so no coalition is carried on twice. If S has majorities of several, it carries on the one of
  which it has most members (of equals, the one with the lower number): coalitions that merge keep one name.
* Otherwise it is *new*, convened by its most ready member (of equals, the lower number), as conveners are the
  ready ones (step 5), with the values at launch (step 8): the target of the largest need x alignment with the
  convener's mission, the goal blended from mission and target, trust `initial_trust`, momentum `optimism`. The problem
  is seen without error: the error at launch has mean 0, and nobody knows its own. It has everybody's
  `contribution_rate`.

So what S pays depends on S alone: the run's organizations play a hedonic game. Rules that are no payoffs
(admission, cooldown, commitment, convener's patience) bind nobody here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError
from coalsim.games.games import TABLE, Game, from_table
from coalsim.games.partitions import Partition, from_labels
from coalsim.geometry import alignment, cut, resonance
from coalsim.parameters import Parameters
from coalsim.vectorized.core import Block
from coalsim.vectorized.state import NOBODY

if TYPE_CHECKING:
    from coalsim.agents import CoalitionModel

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Standing:
    """A run after a month, as far as payoffs depend on it. N organizations, C running coalitions with members.

    A *carrier* is what a coalition considered has its goal from: numbers 0 to C - 1 are the running coalitions in
    the order of their conveners, C + i is a new one convened by organization i.

    Attributes
    ----------
    month : the month that was simulated last, -1 before the first
    conveners : (C,) their numbers, rising
    coalition : (N,) each organization's carrier, -1 outside coalitions
    satisfaction : (N,) NaN outside coalitions
    mission : (D, N)
    style : (2, N)
    readiness : (N,)
    weariness : (N,) `burden` (1 - b/B)
    goal : (D, C + N)
    chance : (C + N,) mean of trust, fit and min(momentum, 1)
    rate : (C + N,) `contribution_rate`
    resonance_weight, exit_level : parameters
    """

    month: int
    conveners: Ints
    coalition: Ints
    satisfaction: Floats
    mission: Floats
    style: Floats
    readiness: Floats
    weariness: Floats
    goal: Floats
    chance: Floats
    rate: Floats
    resonance_weight: float
    exit_level: float

    @classmethod
    def of_block(cls, block: Block, parameters: Parameters, run: int = 0) -> Standing:
        """Return the standing of one run of a block of the numpy engine, whose scenario is `parameters`.

        Raises
        ------
        ParameterError
            Organizations may be in several coalitions at once.
        """
        check_memberships(parameters)
        s = block.state
        n, q = s.shape.organizations, s.shape.issues
        here, issues = slice(run * n, (run + 1) * n), slice(run * q, (run + 1) * q)
        running = np.flatnonzero(s.running[here]) + run * n
        coalition = s.coalition[0, here]
        return _standing(
            parameters,
            month=s.month,
            coalition=np.where(coalition == NOBODY, NOBODY, coalition - run * n),
            conveners=running - run * n,
            satisfaction=s.satisfaction[0, here],
            mission=s.mission[:, here],
            style=s.style[:, here],
            readiness=s.readiness[here],
            openness=s.openness[here],
            emptiness=1 - s.reserve[here] / s.reserve_cap[here],
            goal=s.goal[:, running],
            state=np.stack([s.trust[running], s.fit[running], s.momentum[running]]),
            rate=np.broadcast_to(block.values.of(running, s.focal).contribution_rate, running.shape),
            place=s.place[:, issues],
            need=s.need[issues],
        )

    @classmethod
    def of_model(cls, model: CoalitionModel) -> Standing:
        """Return the standing of a Mesa model. Raises as `of_block` does."""
        check_memberships(model.parameters)
        organizations, running = model.organizations, model.running_coalitions
        dimensions = model.p.dimensions
        return _standing(
            model.parameters,
            month=model.month,
            coalition=np.array([o.convener for o in organizations]),
            conveners=np.array([c.number for c in running], dtype=np.intp),
            satisfaction=np.array([o.satisfaction for o in organizations]),
            mission=np.array([o.mission for o in organizations]).T,
            style=np.array([o.style for o in organizations]).T,
            readiness=np.array([o.readiness for o in organizations]),
            openness=np.array([o.openness for o in organizations]),
            emptiness=np.array([1 - o.reserve / o.reserve_cap for o in organizations]),
            goal=np.array([c.goal for c in running]).reshape(-1, dimensions).T,
            state=np.array([(c.trust, c.fit, c.momentum) for c in running]).reshape(-1, 3).T,
            rate=np.array([c.terms.contribution_rate for c in running], dtype=float),
            place=np.array([issue.place for issue in model.issues]).T,
            need=np.array([issue.need for issue in model.issues]),
        )

    @property
    def size(self) -> int:
        """Number of organizations, N."""
        return len(self.coalition)

    @property
    def partition(self) -> Partition:
        """The coalition structure: running coalitions, and everybody else alone."""
        outside = self.coalition == NOBODY
        return from_labels(np.where(outside, len(self.conveners) + np.arange(self.size), self.coalition).tolist())

    def payoff(self, who: Ints, carrier: Ints, style: Floats) -> Floats:
        """Return what organizations get under carriers, in coalitions of two or more of mean style `style` (2, ...)."""
        aligned = alignment(self.mission[:, who], self.goal[:, carrier])
        resonant = resonance(self.style[:, who], style)
        weight = self.resonance_weight
        return aligned * (1 - weight + weight * resonant) * self.chance[carrier] - self.weariness[who] * self.rate[carrier]

    def carriers(self, member: Bools) -> Ints:
        """Return the carrier of each of K coalitions considered, given as rows of a table (K, N) of members."""
        count = len(self.conveners)
        new = count + np.where(member, self.readiness, -np.inf).argmax(axis=1)
        if count == 0:
            return new
        inside = np.zeros((self.size, count))
        inside[np.flatnonzero(self.coalition >= 0), self.coalition[self.coalition >= 0]] = 1
        of_each = member.astype(float) @ inside  # members of each running coalition, exact whole numbers
        of_each[2 * of_each <= inside.sum(axis=0)] = 0
        return np.where(of_each.any(axis=1), of_each.argmax(axis=1), new)

    def worth(self, member: Bools) -> Floats:
        """Return what members of K coalitions considered get, shape (K, N), NaN for others; `member` as in `carriers`."""
        count = member.sum(axis=1)
        style = self.style @ member.T / np.maximum(count, 1)  # (2, K)
        row, who = np.nonzero(member)
        worth = np.full(member.shape, np.nan)
        got = self.payoff(who, self.carriers(member)[row], style[:, row])
        worth[row, who] = np.where(count[row] == 1, self.exit_level, got)
        return worth

    def game(self) -> Game:
        """Return the hedonic game that the organizations play; its answers are exact for up to `TABLE` of them."""
        if self.size <= TABLE:
            masks = np.arange(1 << self.size)
            return from_table(self.worth((masks[:, None] >> np.arange(self.size) & 1).astype(bool)))

        def utility(player: int, coalition: frozenset[int]) -> float:
            member = np.zeros((1, self.size), dtype=bool)
            member[0, list(coalition)] = True
            return float(self.worth(member)[0, player])

        return Game(self.size, utility)


def check_memberships(p: Parameters) -> None:
    """Raise a ParameterError unless organizations are in one coalition at most: only then coalitions are a partition."""
    most = p.joining.memberships_max
    if most > 1:
        raise ParameterError(f"[joining] memberships_max = {most}: stability is defined where nobody is in two coalitions; allowed: 1")


def _standing(
    p: Parameters,
    *,
    month: int,
    coalition: Ints,
    conveners: Ints,
    satisfaction: Floats,
    mission: Floats,
    style: Floats,
    readiness: Floats,
    openness: Floats,
    emptiness: Floats,
    goal: Floats,
    state: Floats,
    rate: Floats,
    place: Floats,
    need: Floats,
) -> Standing:
    """Return a standing, with what new coalitions would be like; `coalition` has conveners' numbers."""
    inhabited = np.isin(conveners, coalition)
    conveners = conveners[inhabited]
    appeal = need[:, None] * alignment(mission[:, None, :], place[:, :, None])  # (Q, N)
    target = place[:, appeal.argmax(axis=0)]
    new_goal = cut(mission + p.launching.goal_blend * openness * (target - mission))
    trust, fit, momentum = state[:, inhabited]
    launch = (p.launching.initial_trust + alignment(new_goal, target) + min(p.launching.optimism, 1)) / 3
    size = len(coalition)
    return Standing(
        month=month,
        conveners=conveners,
        coalition=np.where(coalition == NOBODY, NOBODY, np.searchsorted(conveners, coalition)),
        satisfaction=satisfaction.copy(),
        mission=mission.copy(),
        style=style.copy(),
        readiness=readiness.copy(),
        weariness=p.leaving.burden * emptiness,
        goal=np.concatenate([goal[:, inhabited], new_goal], axis=1),
        chance=np.concatenate([(trust + fit + np.minimum(momentum, 1)) / 3, launch]),
        rate=np.concatenate([rate[inhabited], np.full(size, p.investing.contribution_rate)]),
        resonance_weight=p.joining.resonance_weight,
        exit_level=p.leaving.exit_level,
    )
