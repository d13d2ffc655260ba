"""Glove games, and the heuristic by which agents look for a coalition structure in the core; many games in parallel.

Coalitions are bit masks. Everything the publication does not show is decided here and said in the README.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from coalsim.games.games import TOLERANCE, Sharing
from coalsim.stability import shares

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_STRETCH = 50  # steps between two times at which games in the core are dropped

MOST_GLOVES = 3
"""Most gloves of a hand; how many an agent has is uniform from 0."""


def random_worths(games: int, n: int, rng: Generator) -> Floats:
    """Return what coalitions of random glove games are worth, shape (games, 2^n): the pairs of gloves their members have."""
    gloves = rng.integers(0, MOST_GLOVES + 1, (games, n, 2))
    member = np.arange(1 << n)[:, None] >> np.arange(n) & 1
    return (member @ gloves).min(axis=2).astype(float)


def steps_to_the_core(worths: Floats, sharing: Sharing, steps: int, rng: Generator) -> Ints:
    """Return after which step the structure of each game was in the core for the first time, -1 if it was not.

    A structure in the core is never left, since every accepted candidate blocks; so games are dropped once there.
    """
    reached = np.full(len(worths), -1)
    left = np.arange(len(worths))
    formation, made = Formation(worths, sharing), 0
    while True:
        there = formation.reached >= 0
        reached[left[there]] = formation.reached[there]
        left = left[~there]
        if made == steps or len(left) == 0:
            return reached
        formation = formation.part(~there)
        stretch = min(_STRETCH, steps - made)
        formation.run(range(made + 1, made + stretch + 1), rng)
        made += stretch


class Formation:
    """The heuristic at work in many games at once, from everybody alone.

    Parameters
    ----------
    worths
        Shape (games, 2^n).
    sharing
        How a coalition shares its worth: "equal" or "shapley".

    Attributes
    ----------
    table : (games, 2^n, n) what members of coalitions get
    own : (games, n) each agent's coalition
    payoff : (games, n)
    reached : (games,) the step after which the structure was in the core for the first time, -1 if it was not
    """

    def __init__(self, worths: Floats, sharing: Sharing) -> None:
        n = worths.shape[1].bit_length() - 1
        table = shares(worths, sharing)
        own = np.tile(1 << np.arange(n), (len(worths), 1))
        self._start(table, own)
        self.reached = np.where(self._in_core(self._rows), 0, -1)

    def _start(self, table: Floats, own: Ints) -> None:
        self.table, self.own = table, own
        self.games, coalitions, self.n = table.shape
        self._bits = 1 << np.arange(self.n)
        self._member = (np.arange(coalitions)[:, None] & self._bits) > 0
        self._rows = np.arange(self.games)
        self.payoff = table[self._rows[:, None], own, np.arange(self.n)]
        self.reached = np.full(self.games, -1)

    def part(self, games: Bools) -> Formation:
        """Return some of the games, none of which has reached the core, as they stand."""
        part = object.__new__(Formation)
        part._start(self.table[games], self.own[games])
        return part

    def run(self, steps: Iterable[int], rng: Generator) -> None:
        """Make the steps of these numbers, of six tests each."""
        for step in steps:
            changed = np.zeros(self.games, dtype=bool)
            for test in (self._merge, self._add, self._divide, self._remove, self._break_away, self._alone):
                changed |= self._consider(test(rng))
            where = np.flatnonzero(changed & (self.reached < 0))
            self.reached[where[self._in_core(where)]] = step

    def _consider(self, candidate: Ints) -> Bools:
        """Form the candidate coalitions (0: none) whose members all get more; return in which games."""
        inside = self._member[candidate]
        offer = self.table[self._rows, candidate]
        accepted = (candidate > 0) & ((offer > self.payoff + TOLERANCE) | ~inside).all(axis=1)
        where = np.flatnonzero(accepted)
        if len(where):
            own = np.where(inside[where], candidate[where, None], self.own[where] & ~candidate[where, None])
            self.own[where] = own
            self.payoff[where] = self.table[where[:, None], own, np.arange(self.n)]
        return accepted

    def _in_core(self, where: Ints) -> Bools:
        """Return in which of some games no coalition blocks."""
        gains = (self.table[where] > self.payoff[where][:, None, :] + TOLERANCE) | ~self._member
        return ~np.any(np.all(gains[:, 1:], axis=2), axis=1)

    def _two_coalitions(self, rng: Generator) -> tuple[Ints, Ints]:
        """Draw two different coalitions, all equally likely; the second is 0 if there is only one."""
        lowest = self.own & -self.own
        draw = np.where(lowest == self._bits, rng.random((self.games, self.n)), -1.0)
        one = draw.argmax(axis=1)
        draw[self._rows, one] = -1.0
        other = draw.argmax(axis=1)
        second = np.where(draw[self._rows, other] >= 0, self.own[self._rows, other], 0)
        return self.own[self._rows, one], second

    def _some_of(self, coalition: Ints, rng: Generator) -> Ints:
        """Draw a subset of each coalition: every member with probability 1/2."""
        return coalition & rng.integers(0, 1 << self.n, self.games)

    def _one_of(self, coalition: Ints, rng: Generator) -> Ints:
        """Draw a member of each coalition, as a mask; 0 of nobody."""
        draw = np.where(self._member[coalition], rng.random((self.games, self.n)), -1.0)
        return np.where(coalition > 0, self._bits[draw.argmax(axis=1)], 0)

    def _merge(self, rng: Generator) -> Ints:
        one, other = self._two_coalitions(rng)
        return np.where(other > 0, one | other, 0)

    def _add(self, rng: Generator) -> Ints:
        coalition, _ = self._two_coalitions(rng)
        outsider = self._one_of((1 << self.n) - 1 & ~coalition, rng)
        return np.where(outsider > 0, coalition | outsider, 0)

    def _divide(self, rng: Generator) -> Ints:
        coalition, _ = self._two_coalitions(rng)
        part = self._some_of(coalition, rng)
        return np.where(part == coalition, 0, part)

    def _remove(self, rng: Generator) -> Ints:
        coalition, _ = self._two_coalitions(rng)
        return coalition & ~self._one_of(coalition, rng)

    def _break_away(self, rng: Generator) -> Ints:
        return self._some_of(np.full(self.games, (1 << self.n) - 1), rng)

    def _alone(self, rng: Generator) -> Ints:
        return self._bits[rng.integers(0, self.n, self.games)]
