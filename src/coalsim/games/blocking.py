"""The core: partitions that no coalition blocks, that is, leaves because all its members gain.

All members must gain strictly (Bogomolnaia & Jackson 2002; sometimes called the weak core). Small games are
answered exactly, large ones by a search that proves nothing when it finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError
from coalsim.games.games import TOLERANCE, Floats, Game, from_mask, to_mask
from coalsim.games.partitions import EVERY_PARTITION, Coalition, Partition, partition, partitions, show

_BITS = 64


def blocking_coalition(game: Game, structure: Iterable[Iterable[int]]) -> Coalition | None:
    """Return the smallest blocking coalition (of several, the one with the lower players), or None: the partition is in the core.

    Raises
    ------
    ParameterError
        The game has too many players for an exact answer; see `search_blocking`.

    Examples
    --------
    >>> from coalsim.stability import from_preferences
    >>> game = from_preferences([[{0, 1}, {0}], [{0, 1}, {1}]])
    >>> sorted(blocking_coalition(game, [{0}, {1}]))
    [0, 1]
    """
    table = game.table
    blocks = np.flatnonzero(_gains(table, game.payoffs(structure), game.tolerance))
    found = [from_mask(int(mask)) for mask in blocks]
    return min(found, key=lambda coalition: (len(coalition), sorted(coalition)), default=None)


def _gains(tables: Floats, payoffs: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Return which coalitions make all their members better off, shape (..., 2^n)."""
    blocks = np.all((tables > payoffs[..., None, :] + tolerance) | np.isnan(tables), axis=-1)
    return np.asarray(blocks & (np.arange(blocks.shape[-1]) > 0))


@dataclass(frozen=True)
class Search:
    """What came of a search for a blocking coalition.

    Attributes
    ----------
    found : a blocking coalition, or None
    samples : how many random coalitions were tried
    """

    found: Coalition | None
    samples: int

    def __str__(self) -> str:
        """Return the result in one line; nothing found is no proof of stability."""
        tried = f"{self.samples} sample{'s' * (self.samples != 1)}"
        return f"not found in {tried}" if self.found is None else f"{show([self.found])} blocks (sample {self.samples})"


def search_blocking(game: Game, structure: Iterable[Iterable[int]], samples: int = 1000, seed: int = 1) -> Search:
    """Look for a blocking coalition among single players and random coalitions.

    A random coalition (of uniform size) loses the members that would not gain, all at once, until all that
    are left gain or nobody is left.

    Parameters
    ----------
    samples
        Random coalitions to try, >= 1.
    seed
        Seed of their draws.

    Returns
    -------
    Search
        With a coalition that blocks (checked, not guessed), or nothing found, which proves nothing.
    """
    if samples < 1:
        raise ParameterError(f"samples = {samples} is out of range; allowed: >= 1")
    payoff = game.payoffs(structure)
    for player in range(game.size):
        alone = frozenset({player})
        if game.prefers(game.worth(player, alone), payoff[player]):
            return Search(alone, 0)
    rng = np.random.default_rng(seed)
    for sample in range(1, samples + 1):
        size = int(rng.integers(2, game.size + 1)) if game.size > 1 else 1
        drawn = frozenset(rng.permutation(game.size)[:size].tolist())
        while drawn:
            gaining = frozenset(player for player in drawn if game.prefers(game.worth(player, drawn), payoff[player]))
            if gaining == drawn:
                return Search(drawn, sample)
            drawn = gaining
    return Search(None, samples)


def core_partitions(game: Game) -> list[Partition]:
    """Return all partitions in the core, in the order of their coalitions.

    Partitions are put together coalition by coalition, and one is given up as soon as a coalition of players
    already placed blocks it. Only coalitions in which nobody would rather be alone can be part of a
    core partition. Fast where preferences disagree (13 players with random preferences: a moment); where most
    coalitions are welcome to all, the work grows as the number of partitions.

    Examples
    --------
    >>> from coalsim.stability import from_preferences, show
    >>> guest = from_preferences([[{0, 1}, {0}, {0, 1, 2}, {0, 2}], [{0, 1}, {1}, {0, 1, 2}, {1, 2}], [{0, 1, 2}, {1, 2}, {0, 2}, {2}]])
    >>> [show(p) for p in core_partitions(guest)]
    ['{0, 1} {2}']
    """
    return sorted(_core(game), key=lambda structure: [sorted(coalition) for coalition in structure])


def _core(game: Game) -> Iterator[Partition]:
    table = game.table
    alone = table[1 << np.arange(game.size), np.arange(game.size)]
    welcome = ((table >= alone - game.tolerance) | np.isnan(table)).all(axis=1)
    welcome[0] = False
    masks = np.flatnonzero(welcome)
    worth = table[masks]  # only these can be in a core partition, and only these can block one
    open_to = {int(mask): _as_bits(_may_block(worth, own, game.tolerance)) for mask, own in zip(masks, worth, strict=True)}
    starting = [[int(mask) for mask in masks if mask & -mask == 1 << player] for player in range(game.size)]
    within: dict[int, int] = {}

    def extend(placed: int, chosen: list[int], candidates: int) -> Iterator[Partition]:
        if placed == (1 << game.size) - 1:
            yield partition(from_mask(mask) for mask in chosen)
            return
        first = (~placed & placed + 1).bit_length() - 1
        for mask in starting[first]:
            if mask & placed:
                continue
            now = placed | mask
            if now not in within:
                within[now] = _as_bits((masks & ~now) == 0)
            left = candidates & open_to[mask]
            if not left & within[now]:  # no coalition of players already placed blocks
                yield from extend(now, [*chosen, mask], left)

    yield from extend(0, [], (1 << len(masks)) - 1)


def _may_block(worth: Floats, own: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Return which coalitions may block once a coalition is placed that pays `own`: those whose members in it gain."""
    return np.asarray(np.all((worth > own + tolerance) | np.isnan(worth) | np.isnan(own), axis=1))


def _as_bits(flags: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def core_sizes(tables: Floats, tolerance: float = TOLERANCE) -> NDArray[np.intp]:
    """Return how many partitions are in the core, for many games at once.

    Every partition of every game is checked: a blocking coalition is one that no member's coalition rules
    out, so the sets of coalitions that the parts leave open, as bits, are intersected.

    Parameters
    ----------
    tables
        Utilities of the games, shape (games, 2^n, n), as in `Game.table`; n up to 8 is practical.

    Returns
    -------
    shape (games,)
    """
    games, coalitions, size = tables.shape
    if coalitions != 1 << size or size > EVERY_PARTITION:
        raise ParameterError(f"tables of utilities have shape (games, 2^n, n), n <= {EVERY_PARTITION}, not {tables.shape}")
    words = -(-coalitions // _BITS)
    open_to = np.zeros((coalitions, words, games), dtype=np.uint64)
    member = ~np.isnan(tables[0]) if games else np.zeros((coalitions, size), dtype=bool)
    columns = np.ascontiguousarray(tables.transpose(1, 2, 0))  # (2^n, n, games)
    for own in range(1, coalitions):
        for other in range(1, coalitions):
            shared = np.flatnonzero(member[own] & member[other])
            gain = np.ones(games, dtype=bool)
            for player in shared:
                gain &= columns[other, player] > columns[own, player] + tolerance
            open_to[own, other // _BITS] |= gain.astype(np.uint64) << np.uint64(other % _BITS)
    count = np.zeros(games, dtype=np.intp)
    for structure in partitions(size):
        left = np.bitwise_and.reduce(open_to[[to_mask(coalition) for coalition in structure]], axis=0)
        count += ~left.any(axis=0)
    return count
