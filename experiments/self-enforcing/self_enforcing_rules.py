"""Agreements that nobody need enforce: three games of coalition formation, solved exactly (integers and fractions only)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# --- Barrett 1994: who joins an agreement to provide a public good ---


class Payoffs(NamedTuple):
    """Payoff of a member and of an outsider of a coalition."""

    member: Fraction
    outsider: Fraction


def public_good_payoffs(actors: int, members: int, benefit: Fraction = Fraction(1), cost: Fraction = Fraction(1)) -> Payoffs:
    """Return what members and outsiders of a coalition get.

    An actor who provides q pays cost/2 q^2, and all get benefit x the total. Members maximize their joint payoff, so each
    provides q = members x benefit / cost; an outsider provides benefit / cost.
    """
    inside, outside = members * benefit / cost, benefit / cost
    total = members * inside + (actors - members) * outside
    return Payoffs(benefit * total - cost / 2 * inside**2, benefit * total - cost / 2 * outside**2)


def stable_sizes(actors: int, benefit: Fraction = Fraction(1), cost: Fraction = Fraction(1)) -> tuple[int, ...]:
    """Return the sizes, from 2, at which no member gains by leaving and no outsider by joining.

    The stability of cartels of d'Aspremont et al. 1983, which Barrett applies: a tie moves nobody.
    """
    payoffs = {size: public_good_payoffs(actors, size, benefit, cost) for size in range(1, actors + 1)}

    def stays(size: int) -> bool:
        return payoffs[size].member >= payoffs[size - 1].outsider

    def nobody_joins(size: int) -> bool:
        return size == actors or payoffs[size].outsider >= payoffs[size + 1].member

    return tuple(size for size in range(2, actors + 1) if stays(size) and nobody_joins(size))


def share_of_gain(actors: int, members: int) -> Fraction:
    """Return what part of the gain of full cooperation over none a coalition brings, over all actors."""
    none, some, full = (_welfare(actors, size) for size in (1, members, actors))
    return (some - none) / (full - none)


def _welfare(actors: int, members: int) -> Fraction:
    member, outsider = public_good_payoffs(actors, members)
    return members * member + (actors - members) * outsider


# --- Acemoglu, Egorov & Sonin 2008: who can rule without being overthrown from within ---


class Rule(NamedTuple):
    """Coalitions as bit masks over the players."""

    self_enforcing: NDArray[np.int64]
    power: NDArray[np.int64]
    """Of every mask."""
    ruler: int
    """The coalition that ends up ruling when all start together."""


def ruling_coalition(powers: Sequence[int]) -> Rule:
    """Return which coalitions are self-enforcing, and which of them rules.

    A coalition is self-enforcing if none of its proper subsets with more than half of its power is. From one that is not, the
    least powerful such subset takes over. Powers must be generic: no two coalitions may have the same power (ties of
    disjoint or nested coalitions are what matters).

    Parameters
    ----------
    powers
        Positive integers, one a player; up to 15 players take a second.
    """
    power = np.zeros(1, np.int64)
    for own in powers:
        power = np.concatenate([power, power + own])
    enforcing = np.empty(len(power), np.int64)
    count, ruler = 0, 0
    for mask in np.argsort(power, kind="stable")[1:]:  # subsets have less power, so they come before
        known = enforcing[:count]
        winning = known[((known & ~mask) == 0) & (2 * power[known] > power[mask])]
        if not len(winning):
            enforcing[count] = mask
            count += 1
        if mask == len(power) - 1:
            ruler = int(winning[np.argmin(power[winning])]) if len(winning) else int(mask)
    return Rule(enforcing[:count], power, ruler)


def near_equal(players: int) -> list[int]:
    """Return generic powers that differ by less than one part in 16 million: 2^40 + 2^i."""
    return [2**40 + 2**i for i in range(players)]


def members(mask: int) -> int:
    """Return how many players a coalition has."""
    return int(mask).bit_count()


def self_enforcing_sizes(most: int) -> tuple[int, ...]:
    """Return the sizes up to `most` at which coalitions of players with near-equal, generic powers are self-enforcing.

    A subset of more than half of the players wins, and so does a half of them with more power than the other half; so a
    size is self-enforcing if none of the sizes from its half, rounded up, to itself less one is.
    """
    sizes: list[int] = []
    for size in range(1, most + 1):
        if not sizes or 2 * sizes[-1] < size:
            sizes.append(size)
    return tuple(sizes)


def ruling_size(players: int) -> int:
    """Return how many rule of players with near-equal, generic powers: the smallest self-enforcing winning coalition, or all."""
    sizes = self_enforcing_sizes(players)
    return players if sizes[-1] == players else next(size for size in sizes if 2 * size >= players)


# --- Ray & Vohra 2001: coalitions proposed one after another ---


def sequential_structures(most: int, smaller: bool = False) -> list[tuple[int, ...]]:
    """Return the coalitions, in the order in which they form, of 0, 1, ..., `most` actors.

    With the payoffs of `public_good_payoffs`, a member of a coalition of size s gets, but for the factor benefit^2/cost,
    s^2/2 + the sum of squares of the other coalitions' sizes. Those that formed before add the same whatever is
    proposed, so with m actors left the proposer takes the size s that maximizes s^2/2 + the sum of squares of the
    coalitions that will form of the m - s others.

    Parameters
    ----------
    smaller
        Break ties in favour of the smaller size, not of the larger.
    """
    squares = np.zeros(most + 1, np.int64)
    first = [0]
    for left in range(1, most + 1):
        size = np.arange(1, left + 1)
        worth = size**2 + 2 * squares[left - size]  # twice the payoff, an integer
        best = np.flatnonzero(worth == worth.max())
        chosen = int(size[best[0 if smaller else -1]])
        first.append(chosen)
        squares[left] = chosen**2 + squares[left - chosen]
    structures: list[tuple[int, ...]] = [()]
    structures += [()] * most
    for left in range(1, most + 1):
        structures[left] = (first[left], *structures[left - first[left]])
    return structures
