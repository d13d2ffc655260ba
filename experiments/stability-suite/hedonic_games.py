"""Random hedonic games, the fixtures of the literature, and the theorems about dynamics, put to the test."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from coalsim.games.notions import Notion
from coalsim.stability import (
    Game,
    Partition,
    additively_separable,
    better_response,
    core_sizes,
    from_preferences,
    merge_or_split,
    merge_split,
    nash_deviation,
    partition,
    stable_partitions,
    transferable,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_GAMES = 2000  # at once

# Players from 0. Preferences as in Bogomolnaia & Jackson (2002), names as they are customary.
FIXTURES = {
    "two's company": ("01 02 012 0", "12 01 012 1", "02 12 012 2"),
    "undesired guest": ("01 0 012 02", "01 1 012 12", "012 12 02 2"),
    "stalker": ("01 0", "1 01"),
}
STABLE: dict[tuple[str, Notion], tuple[str, ...]] = {
    ("two's company", "core"): (),
    ("two's company", "nash"): ("012",),
    ("two's company", "individual"): ("012",),
    ("undesired guest", "core"): ("01 2",),
    ("undesired guest", "nash"): (),
    ("undesired guest", "individual"): ("01 2",),
    ("undesired guest", "contractual"): ("0 12", "01 2", "012", "02 1"),
    ("stalker", "core"): ("0 1",),
    ("stalker", "nash"): (),
    ("stalker", "individual"): ("0 1",),
    ("stalker", "contractual"): ("0 1", "01"),
}
"""The stable partitions expected, by fixture and notion."""


def structure(text: str) -> Partition:
    """Return a partition written as "01 2"."""
    return partition([map(int, block) for block in text.split()])


def fixture(name: str) -> Game:
    """Return a fixture as a game."""
    return from_preferences([[{int(player) for player in coalition} for coalition in ranked.split()] for ranked in FIXTURES[name]])


def fixture_rows() -> list[dict[str, object]]:
    """Return, for each fixture and notion, the stable partitions expected and found."""
    rows: list[dict[str, object]] = []
    for (name, notion), expected in STABLE.items():
        found = stable_partitions(fixture(name), notion)
        rows.append(
            {
                "game": name,
                "notion": notion,
                "expected": _write([structure(text) for text in expected]),
                "found": _write(found),
                "agree": set(found) == {structure(text) for text in expected},
            }
        )
    return rows


def _write(structures: list[Partition]) -> str:
    written = [" | ".join("".join(map(str, sorted(coalition))) for coalition in structure) for structure in structures]
    return "; ".join(sorted(written)) or "none"


def all_games_of_three() -> Floats:
    """Return the utilities of all (4!)^3 = 13,824 games of three players, shape (games, 8, 3): ranks 0 (worst) to 3."""
    orders = np.array(list(permutations(range(4))), dtype=float)
    table = np.full((24, 24, 24, 8, 3), np.nan)
    for player in range(3):
        own = [mask for mask in range(8) if mask >> player & 1]
        shape = [1, 1, 1]
        shape[player] = 24
        for place, mask in enumerate(own):
            table[..., mask, player] = orders[:, place].reshape(shape)
    return table.reshape(-1, 8, 3)


def core_size_counts(n: int, games: int, rng: Generator) -> Ints:
    """Return how many of so many random games have 0, 1, 2, ... core partitions.

    Each player ranks the 2^(n - 1) coalitions it is in, all rankings equally likely.
    """
    member = (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool)
    counts = np.zeros(1, dtype=np.intp)
    for start in range(0, games, _GAMES):
        utilities = rng.random((min(_GAMES, games - start), 1 << n, n))
        found = np.bincount(core_sizes(np.where(member, utilities, np.nan), tolerance=0.0), minlength=len(counts))
        found[: len(counts)] += counts
        counts = found
    return counts


def symmetric_games(games: int, rng: Generator) -> tuple[float, float, int]:
    """Let players of random symmetric additively separable games move at random from random starts.

    Returns
    -------
    share that ended Nash stable; share in which the sum of utilities rose in every move; most moves made
    """
    ended, rose, longest = 0, 0, 0
    for _ in range(games):
        n = int(rng.integers(3, 10))
        half = np.triu(rng.integers(-5, 6, (n, n)), 1)
        game = additively_separable(half + half.T)
        start = _random_partition(n, rng)
        path = better_response(game, start, rng=rng)
        ended += path.stable and nash_deviation(game, path.partition) is None
        now, rising = start, True
        for step in path.steps:
            after = step.applied(now)
            rising &= game.payoffs(after).sum() > game.payoffs(now).sum()
            now = after
        rose += rising and now == path.partition
        longest = max(longest, len(path.steps))
    return ended / games, rose / games, longest


def share_with_nash(n: int, games: int, rng: Generator) -> float:
    """Return the share of random additively separable games, not symmetric, that have a Nash stable partition."""
    return sum(bool(stable_partitions(additively_separable(rng.integers(-5, 6, (n, n))), "nash")) for _ in range(games)) / games


def merges_and_splits(games: int, rng: Generator) -> tuple[float, float]:
    """Let coalitions of random games merge and split at random, from random starts.

    Half of the games have random worths. In the other half one partition P beats all: a coalition within
    a block of P is worth the square of its size, one across blocks less than its parts in P are.
    Then every coalition across blocks splits and any two within a block merge, so each order of steps ends with P;
    these are the conditions of Apt & Witzel for a unique outcome, here for the utilitarian order.

    Returns
    -------
    share of all games that ended stable against merges and splits; share of the second half that ended with P
    """
    stable, unique = 0, 0
    for number in range(games):
        n = int(rng.integers(3, 7))
        best = _random_partition(n, rng)
        if number % 2:
            game = transferable(n, np.append(0.0, rng.integers(0, 10, (1 << n) - 1)))
        else:
            game = transferable(n, [_worth_by(best, {i for i in range(n) if mask >> i & 1}) for mask in range(1 << n)])
        path = merge_split(game, _random_partition(n, rng), rng=rng)
        stable += path.stable and merge_or_split(game, path.partition) is None
        unique += number % 2 == 0 and path.partition == best
    return stable / games, unique / -(-games // 2)


def _worth_by(best: Partition, coalition: set[int]) -> float:
    parts = [len(block & coalition) for block in best if block & coalition]
    return sum(part**2 for part in parts) - 0.5 * (len(parts) > 1)


def _random_partition(n: int, rng: Generator) -> Partition:
    labels = rng.integers(0, n, n).tolist()
    return partition([[i for i in range(n) if labels[i] == label] for label in set(labels)])
