"""Partitions of players into coalitions, written as tuples of frozensets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coalsim.errors import ParameterError

Coalition = frozenset[int]
Partition = tuple[Coalition, ...]

ALONE: Coalition = frozenset()
"""The destination of a player that leaves for itself."""

EVERY_PARTITION = 12
"""Most players of whom every partition is listed (there are 4,213,597 of twelve)."""


def partition(blocks: Iterable[Iterable[int]]) -> Partition:
    """Return coalitions as a partition, in the order of their lowest players.

    Raises
    ------
    ParameterError
        The coalitions are not those of a partition of the players 0, 1, ... n - 1.

    Examples
    --------
    >>> partition([[2], [0, 1]]) == (frozenset({0, 1}), frozenset({2}))
    True
    """
    coalitions = [frozenset(block) for block in blocks]
    players = sorted(player for coalition in coalitions for player in coalition)
    if ALONE in coalitions or players != list(range(len(players))):
        raise ParameterError(f"{show(coalitions)} is no partition: each player 0, 1, ... must be in exactly one coalition")
    return tuple(sorted(coalitions, key=min))


def from_labels(labels: Sequence[int]) -> Partition:
    """Return the partition in which players with the same label are together.

    Examples
    --------
    >>> show(from_labels([7, 3, 7]))
    '{0, 2} {1}'
    """
    blocks: dict[int, list[int]] = {}
    for player, label in enumerate(labels):
        blocks.setdefault(label, []).append(player)
    return partition(blocks.values())


def to_labels(structure: Partition) -> list[int]:
    """Return each player's coalition as a number, that of its lowest player.

    Examples
    --------
    >>> to_labels(partition([[0, 2], [1]]))
    [0, 1, 0]
    """
    label = {player: min(coalition) for coalition in structure for player in coalition}
    return [label[player] for player in range(len(label))]


def singletons(size: int) -> Partition:
    """Return the partition in which everybody is alone."""
    return tuple(frozenset({player}) for player in range(size))


def partitions(size: int) -> Iterator[Partition]:
    """Yield every partition of `size` players, coarsest first (Bell numbers: 1, 2, 5, 15, 52, ...).

    Examples
    --------
    >>> [show(p) for p in partitions(3)]
    ['{0, 1, 2}', '{0, 1} {2}', '{0, 2} {1}', '{0} {1, 2}', '{0} {1} {2}']
    """
    if not 0 <= size <= EVERY_PARTITION:
        raise ParameterError(f"partitions of {size} players are too many to list; allowed: 0..{EVERY_PARTITION}")
    for blocks in _grow(size, 0, []):
        yield tuple(frozenset(block) for block in blocks)


def _grow(size: int, player: int, blocks: list[list[int]]) -> Iterator[list[list[int]]]:
    if player == size:
        yield blocks
        return
    for block in [*blocks]:
        block.append(player)
        yield from _grow(size, player + 1, blocks)
        block.pop()
    blocks.append([player])
    yield from _grow(size, player + 1, blocks)
    blocks.pop()


def split(coalition: Coalition, ways: int | None = None) -> Iterator[tuple[Coalition, ...]]:
    """Yield every way to split a coalition into two or more parts, or into 2 to `ways` parts.

    Raises
    ------
    ParameterError
        More than two parts are allowed, and the coalition has more than `EVERY_PARTITION` members.
    """
    players = sorted(coalition)
    if ways == 2:
        for rest in range(1, 1 << len(players) - 1):  # the first player stays in the first part
            second = frozenset(player for place, player in enumerate(players[1:]) if rest >> place & 1)
            yield coalition - second, second
        return
    for parts in partitions(len(players)):
        if 1 < len(parts) <= (ways or len(players)):
            yield tuple(frozenset(players[place] for place in part) for part in parts)


def show(coalitions: Iterable[Coalition]) -> str:
    """Return coalitions as text.

    Examples
    --------
    >>> show([frozenset({1, 0}), frozenset({2})])
    '{0, 1} {2}'
    """
    return " ".join("{" + ", ".join(map(str, sorted(coalition))) + "}" for coalition in coalitions)
