"""The game of Heyen & Lehtomaa (2021): actors, coalitions, who decides the common action, who must agree to a change.

States are coalition structures with at most one coalition of two or more; with three actors that is all of them. Indices: x and y
are states, p is the proposer, i an actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Game:
    """What a scenario fixes.

    Attributes
    ----------
    ideal : alpha, each actor's ideal level of the common action
    damage : m, marginal damage of each actor
    decides : ``power``, the strongest coalition if it holds half of all power, or ``weak``, the coalition with the highest ideal
    approval : ``unanimity`` or ``majority``
    power : share of power of each actor
    proposing : chance of each actor to be the proposer of a period
    discount : delta
    actors : their letters
    """

    ideal: tuple[float, ...] = (11.5, 4.0, 1.5)
    damage: tuple[float, ...] = (1.0, 1.0, 1.0)
    decides: str = "power"
    approval: str = "unanimity"
    power: tuple[float, ...] = (1 / 3, 1 / 3, 1 / 3)
    proposing: tuple[float, ...] = (1 / 3, 1 / 3, 1 / 3)
    discount: float = 0.99
    actors: str = "WTC"

    @cached_property
    def members(self) -> Bools:
        """Who is in the coalition of each state, shape (states, actors): none first, then by size, the last actors first."""
        count = len(self.actors)
        rows = [()] + [s for size in range(2, count + 1) for s in reversed(list(combinations(range(count), size)))]
        return np.array([[i in row for i in range(count)] for row in rows])

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Names of the states, such as ``(TC)``."""
        return tuple("(" + "".join(a for a, inside in zip(self.actors, row, strict=True) if inside) + ")" for row in self.members)

    @cached_property
    def level(self) -> Floats:
        """G, the level of the common action in each state."""
        return np.array([self._level(row) for row in self.members])

    @cached_property
    def payoff(self) -> Floats:
        """What a period is worth, u = m (alpha^2 - (alpha - G)^2), shape (states, actors)."""
        ideal = np.array(self.ideal)
        return np.array(self.damage) * (ideal**2 - (ideal - self.level[:, None]) ** 2)

    def _level(self, inside: Bools) -> float:
        coalitions = [np.flatnonzero(inside)] if inside.any() else []
        coalitions += [np.array([i]) for i in np.flatnonzero(~inside)]
        ideal, damage, power = np.array(self.ideal), np.array(self.damage), np.array(self.power)
        ideals = [float(np.average(ideal[c], weights=damage[c])) for c in coalitions]
        if self.decides == "weak":
            return max(ideals)
        strength = [power[c].sum() for c in coalitions]
        strongest = int(np.argmax(strength))
        return ideals[strongest] if strength[strongest] >= 0.5 * power.sum() - 1e-12 else 0.0

    def walkout(self, p: int, x: int) -> int:
        """Return the state that follows if an actor leaves its coalition (x itself if it is in none)."""
        rest = self.members[x].copy()
        rest[p] = False
        if rest.sum() < 2:
            rest[:] = False
        return int(np.flatnonzero((self.members == rest).all(axis=1))[0]) if self.members[x, p] else x

    def committee(self, p: int, x: int, y: int) -> tuple[Bools, bool]:
        """Return who votes when p proposes to go from x to y, and whether one acceptance is enough (else all are needed).

        The committee is empty for the status quo and for the proposer's walking out of its own coalition.
        """
        now, then, others = self.members[x], self.members[y], np.arange(len(self.actors)) != p
        if y in (x, self.walkout(p, x)):
            return np.zeros_like(others), False
        if self.approval == "unanimity":
            return (now | then) & others, False
        joiners = then & ~now & others
        if not joiners.any():
            return now & others, True
        return (joiners if not now[p] or then[p] else then), False

    @cached_property
    def committees(self) -> tuple[Bools, Bools]:
        """All committees: voters, shape (actors, states, states, actors), and where one is enough, shape (actors, states, states)."""
        n, s = len(self.actors), len(self.states)
        voters, one = np.zeros((n, s, s, n), dtype=bool), np.zeros((n, s, s), dtype=bool)
        for p, x, y in np.ndindex(n, s, s):
            voters[p, x, y], one[p, x, y] = self.committee(p, x, y)
        return voters, one


def passes(accepts: Bools, voters: Bools, one: Bools) -> Bools:
    """Return whether a committee (last axis: actors) lets a proposal pass."""
    return np.where(one, (accepts & voters).any(axis=-1), (accepts | ~voters).all(axis=-1))


SCENARIOS: dict[str, Game] = {
    "power-unanimity": Game(),
    "weak-unanimity": Game(decides="weak"),
    "power-unanimity-damages": Game(damage=(0.75, 1.25, 1.0)),
    "power-majority-damages": Game(damage=(0.75, 1.25, 1.0), approval="majority"),
}
