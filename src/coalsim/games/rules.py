"""Merge and split: stability against coalitions that merge or split.

Apt & Witzel 2009, "A generic approach to coalition formation", *International Game Theory Review* 11:347.
A merge of coalitions, or a split of one, is made if the collection after it is preferred to the one before.
Whatever the order of steps, they end; the partition they end with is stable against both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from coalsim.errors import ParameterError, nearest
from coalsim.games.games import Game
from coalsim.games.partitions import Partition, partition, show, split

Order = Literal["utilitarian", "pareto"]


@dataclass(frozen=True)
class Change:
    """A merge or a split that is preferred.

    Attributes
    ----------
    before, after : the coalitions concerned; one of the two is a single coalition
    gain : sum of what its players gain, in utility
    """

    before: Partition
    after: Partition
    gain: float

    def __str__(self) -> str:
        """Return the change in one line."""
        what = "merge into" if len(self.after) == 1 else "splits into"
        return f"{show(self.before)} {what} {show(self.after)}"

    def applied(self, structure: Partition) -> Partition:
        """Return the partition after the change."""
        return partition([*(coalition for coalition in structure if coalition not in self.before), *self.after])


def changes(game: Game, structure: Iterable[Iterable[int]], order: Order = "utilitarian", ways: int | None = None) -> Iterator[Change]:
    """Yield every merge, then every split, that is preferred.

    Parameters
    ----------
    order
        How collections of coalitions of the same players are compared. "utilitarian": by the sum of their
        utilities. "pareto": nobody loses and somebody gains.
    ways
        Most coalitions that merge, or parts that one splits into; None: any number, as in the paper. The
        work grows as 2^coalitions and as the Bell number of the largest coalition.

    Raises
    ------
    ParameterError
        The order is unknown, `ways` is below 2, or a coalition is too large to list its splits.
    """
    if order not in get_args(Order):
        raise ParameterError(f"order '{order}' is unknown{nearest(order, get_args(Order))}; allowed: {', '.join(get_args(Order))}")
    if ways is not None and ways < 2:
        raise ParameterError(f"ways = {ways} is out of range; allowed: >= 2")
    coalitions = game.checked(structure)
    for count in range(2, min(ways or len(coalitions), len(coalitions)) + 1):
        for parts in combinations(coalitions, count):
            yield from _preferred(game, parts, (frozenset().union(*parts),), order)
    for coalition in coalitions:
        for parts in split(coalition, ways):
            yield from _preferred(game, (coalition,), parts, order)


def _preferred(game: Game, before: Partition, after: Partition, order: Order) -> Iterator[Change]:
    then = {player: game.worth(player, coalition) for coalition in before for player in coalition}
    gains = [game.worth(player, coalition) - then[player] for coalition in after for player in coalition]
    better = sum(gains) > game.tolerance if order == "utilitarian" else max(gains) > game.tolerance and min(gains) >= -game.tolerance
    if better:
        yield Change(before, after, sum(gains))


def merge_or_split(game: Game, structure: Iterable[Iterable[int]], order: Order = "utilitarian", ways: int | None = None) -> Change | None:
    """Return a merge or split that is preferred (see `changes`), or None: the partition is stable against both."""
    return next(changes(game, structure, order, ways), None)
