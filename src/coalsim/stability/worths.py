"""What members get in the coalitions of a simulated run, and what they would get in others.

A month of a run leaves organizations and coalitions in some state. What an organization gets in a coalition
considered is the payoff of ODD step 13,

a (1 - `resonance_weight` + `resonance_weight` rho) (tau + fit + min(h, 1))/3 - `burden` `contribution_rate` pi (1 - b/B),

with alignment a and resonance rho computed again for the members considered, and goal, target, fit, trust
tau, momentum h and reserve b as they stand. Who is a member has its pledge pi; who is not would pledge what its means
allow (step 7). To be alone is worth `exit_level`, also for a convener that is the
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

Where nobody may be in two coalitions, what S pays depends on S alone: the run's organizations play a hedonic game. Rules that are
no payoffs (admission, room, cooldown, commitment, convener's patience) bind nobody here.

Where organizations may be in several (`memberships_max`), coalitions overlap (Chalkiadakis, Elkind, Markakis, Polukarov & Jennings
2010, *Journal of Artificial Intelligence Research* 39, 179-216). Memberships are worth the sum of their payoffs, and one that
is not taken up is worth `exit_level`. Who goes somewhere else gives up one membership for it, that which pays least (of equals
one not taken up, then that with the lower number), and keeps the others. With one membership this is the hedonic game.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError
from coalsim.games.games import TABLE, Game, from_table
from coalsim.games.partitions import Partition, from_labels
from coalsim.geometry import alignment, resonance
from coalsim.vectorized.state import NOBODY

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Worths:
    """A run after a month, as far as payoffs depend on it. N organizations, C running coalitions with members.

    A *carrier* is what a coalition considered has its goal from: numbers 0 to C - 1 are the running coalitions in
    the order of their conveners, C + i is a new one convened by organization i.

    Attributes
    ----------
    month : the month that was simulated last, -1 before the first
    conveners : (C,) their numbers, rising
    coalition : (L, N) carrier of each of the memberships that organizations may have, -1 where not taken up; rising
    satisfaction, pledge : (L, N) of these memberships; NaN where not taken up
    mission : (D, N)
    style : (2, N)
    readiness : (N,)
    weariness : (N,) `burden` (1 - b/B)
    reserve, capacity : (N,) FTE-months, FTE
    goal : (D, C + N)
    chance : (C + N,) mean of trust, fit and min(momentum, 1)
    rate, term : (C + N,) `contribution_rate`, `commitment_months`
    resonance_weight, exit_level, slack, see_through, pledge_floor : parameters
    """

    month: int
    conveners: Ints
    coalition: Ints
    satisfaction: Floats
    pledge: Floats
    mission: Floats
    style: Floats
    readiness: Floats
    weariness: Floats
    reserve: Floats
    capacity: Floats
    goal: Floats
    chance: Floats
    rate: Floats
    term: Floats
    resonance_weight: float
    exit_level: float
    slack: float
    see_through: float
    pledge_floor: float

    @property
    def size(self) -> int:
        """Number of organizations, N."""
        return self.coalition.shape[1]

    @property
    def partition(self) -> Partition:
        """The coalition structure: running coalitions, and everybody else alone.

        Raises
        ------
        ParameterError
            Organizations may be in several coalitions at once.
        """
        self._check_partition()
        carrier = self.coalition[0]
        return from_labels(np.where(carrier == NOBODY, len(self.conveners) + np.arange(self.size), carrier).tolist())

    @cached_property
    def inside(self) -> Bools:
        """Who is a member of which running coalition, shape (N, C)."""
        slot, who = np.nonzero(self.coalition >= 0)
        inside = np.zeros((self.size, len(self.conveners)), dtype=bool)
        inside[who, self.coalition[slot, who]] = True
        return inside

    @cached_property
    def payoffs(self) -> Floats:
        """What each membership pays now, shape (L, N); one not taken up, or of a coalition without other members, `exit_level`."""
        count = self.inside.sum(axis=0)
        styles = self.style @ self.inside / np.maximum(count, 1)  # (2, C)
        slot, who = np.nonzero(self.coalition >= 0)
        carrier = self.coalition[slot, who]
        pays = np.full(self.coalition.shape, self.exit_level)
        got = self.payoff(who, carrier, styles[:, carrier], self.pledge[slot, who])
        pays[slot, who] = np.where(count[carrier] > 1, got, self.exit_level)
        return pays

    @cached_property
    def worst(self) -> Ints:
        """The membership that each organization gives up for another, (N,): that which pays least."""
        return self.payoffs.argmin(axis=0)

    @property
    def stake(self) -> Floats:
        """What that membership pays, (N,)."""
        return self.payoffs[self.worst, np.arange(self.size)]

    @property
    def given(self) -> Ints:
        """Its carrier, (N,); -1 if it is one not taken up."""
        return self.coalition[self.worst, np.arange(self.size)]

    def payoff(self, who: Ints, carrier: Ints, style: Floats, pledge: Floats) -> Floats:
        """Return what organizations get under carriers, in coalitions of two or more of mean style `style` (2, ...)."""
        aligned = alignment(self.mission[:, who], self.goal[:, carrier])
        resonant = resonance(self.style[:, who], style)
        weight = self.resonance_weight
        costs = self.weariness[who] * self.rate[carrier] * pledge
        return aligned * (1 - weight + weight * resonant) * self.chance[carrier] - costs

    def promised(self, who: Ints, carrier: Ints, gives_up: bool = True) -> Floats:
        """Return what newcomers would pledge under carriers: what their means allow, beside the memberships they keep (step 7)."""
        asked = self.see_through * self.term[carrier] * self.rate[carrier] * self.capacity[who]
        means = self.reserve[who] + self.term[carrier] * self.slack * self.capacity[who]
        left = means - self.see_through * self.term[carrier] * self._committed[int(gives_up)][who] * self.capacity[who]
        short = (left < asked) & (asked > 0)
        share = np.divide(left, asked, out=np.ones(np.broadcast(left, asked).shape), where=short)
        return np.maximum(share, self.pledge_floor)

    @cached_property
    def _committed(self) -> tuple[Floats, Floats]:
        """Pledge x contribution rate over all memberships, and over all but the one that would be given up, (N,) each."""
        rates = np.where(self.coalition >= 0, self.pledge * self.rate[self.coalition], 0.0)
        total = np.zeros(self.size)
        kept = np.zeros(self.size)
        for slot, rate in enumerate(rates):
            total += rate
            kept += np.where(self.worst == slot, 0.0, rate)
        return total, kept

    def carriers(self, member: Bools) -> Ints:
        """Return the carrier of each of K coalitions considered, given as rows of a table (K, N) of members."""
        count = len(self.conveners)
        new = count + np.where(member, self.readiness, -np.inf).argmax(axis=1)
        if count == 0:
            return new
        of_each = member.astype(float) @ self.inside.astype(float)  # members of each running coalition, exact whole numbers
        of_each[2 * of_each <= self.inside.sum(axis=0)] = 0
        return np.where(of_each.any(axis=1), of_each.argmax(axis=1), new)

    def worth(self, member: Bools) -> Floats:
        """Return what members of K coalitions considered get, shape (K, N), NaN for others; `member` as in `carriers`."""
        count = member.sum(axis=1)
        style = self.style @ member.T / np.maximum(count, 1)  # (2, K)
        row, who = np.nonzero(member)
        carrier = self.carriers(member)[row]
        slot, stays = self._slot(who, carrier)
        pledge = np.where(stays, self.pledge[slot, who], self.promised(who, carrier))
        worth = np.full(member.shape, np.nan)
        worth[row, who] = np.where(count[row] == 1, self.exit_level, self.payoff(who, carrier, style[:, row], pledge))
        return worth

    def now(self, member: Bools) -> Floats:
        """Return what members of K coalitions considered have to lose by them, shape (K, N), NaN for others.

        That is what they get in the coalition that is carried on, if they are its members; otherwise what they get for the membership
        that they would give up.
        """
        row, who = np.nonzero(member)
        slot, stays = self._slot(who, self.carriers(member)[row])
        lost = np.full(member.shape, np.nan)
        lost[row, who] = np.where(stays, self.payoffs[slot, who], self.stake[who])
        return lost

    def _slot(self, who: Ints, carrier: Ints) -> tuple[Ints, Bools]:
        """Return which membership of organizations is that under a carrier, and whether there is one."""
        same = self.coalition[:, who] == carrier
        return same.argmax(axis=0), same.any(axis=0)

    def game(self) -> Game:
        """Return the hedonic game that the organizations play; its answers are exact for up to `TABLE` of them.

        Raises
        ------
        ParameterError
            Organizations may be in several coalitions at once.
        """
        self._check_partition()
        if self.size <= TABLE:
            masks = np.arange(1 << self.size)
            return from_table(self.worth((masks[:, None] >> np.arange(self.size) & 1).astype(bool)))

        def utility(player: int, coalition: frozenset[int]) -> float:
            member = np.zeros((1, self.size), dtype=bool)
            member[0, list(coalition)] = True
            return float(self.worth(member)[0, player])

        return Game(self.size, utility)

    def _check_partition(self) -> None:
        if len(self.coalition) > 1:
            raise ParameterError(
                f"[joining] memberships_max = {len(self.coalition)}: coalitions are a partition, and organizations play a hedonic game, "
                "only where nobody is in two; allowed: 1"
            )
