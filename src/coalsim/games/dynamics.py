"""Dynamics: players move, or coalitions merge and split, until nothing is left to gain or a limit is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from coalsim.errors import ParameterError
from coalsim.games.games import Game
from coalsim.games.moves import Consent, Move, moves
from coalsim.games.partitions import Partition, singletons
from coalsim.games.rules import Change, Order, changes

End = Literal["stable", "cycle", "limit"]


@dataclass(frozen=True)
class Path:
    """How a dynamic went.

    Attributes
    ----------
    partition : where it ended
    steps : the moves, or the merges and splits, in order
    end : "stable": no step is left; "cycle": without chance, a partition came back, so it would go on for ever;
        "limit": as many steps as allowed were made
    """

    partition: Partition
    steps: tuple[Move | Change, ...]
    end: End

    @property
    def stable(self) -> bool:
        """Whether it ended because no step is left."""
        return self.end == "stable"


def better_response(
    game: Game,
    start: Iterable[Iterable[int]] | None = None,
    consent: Consent = "nash",
    rng: np.random.Generator | None = None,
    limit: int = 10_000,
) -> Path:
    """Let single players move as long as one gains by it.

    In symmetric additively separable games this ends with a Nash stable partition, since every move raises
    the sum of utilities (Bogomolnaia & Jackson 2002). In others it may cycle.

    Parameters
    ----------
    start
        The first partition; by default everybody is alone.
    consent
        Whose agreement a move needs, as in `moves`.
    rng
        Draws one of all possible moves. Without it, the lowest player that gains makes its best move.
    limit
        Most moves.

    Examples
    --------
    >>> from coalsim.stability import additively_separable, from_preferences, show
    >>> show(better_response(additively_separable([[0, 2, -1], [2, 0, 3], [-1, 3, 0]])).partition)
    '{0, 1, 2}'
    >>> better_response(from_preferences([[{0, 1}, {0}], [{1}, {0, 1}]])).end
    'cycle'
    """

    def best(possible: Sequence[Move]) -> Move:
        return min(possible, key=lambda move: (move.player, -move.gain))

    return _follow(game, start, lambda structure: list(moves(game, structure, consent)), best, rng, limit)


def merge_split(
    game: Game,
    start: Iterable[Iterable[int]] | None = None,
    order: Order = "utilitarian",
    rng: np.random.Generator | None = None,
    limit: int = 10_000,
    ways: int | None = None,
) -> Path:
    """Let coalitions merge and split as long as the result is preferred (see `changes`).

    Every step is preferred to what was before in an order that is transitive, so it ends (Apt & Witzel 2009).

    Parameters
    ----------
    start
        The first partition; by default everybody is alone.
    order, ways
        As in `changes`.
    rng
        Draws one of all possible merges and splits. Without it, the one with the largest gain is made.
    limit
        Most steps.

    Examples
    --------
    >>> from coalsim.stability import show, transferable
    >>> game = transferable(4, lambda s: 3.0 if s in ({0, 1}, {2, 3}) else 0.0)
    >>> show(merge_split(game, [{0, 1, 2, 3}]).partition)
    '{0, 1} {2, 3}'
    """

    def best(possible: Sequence[Change]) -> Change:
        return max(possible, key=lambda change: change.gain)

    return _follow(game, start, lambda structure: list(changes(game, structure, order, ways)), best, rng, limit)


Step = TypeVar("Step", Move, Change)


def _follow(
    game: Game,
    start: Iterable[Iterable[int]] | None,
    possible: Callable[[Partition], Sequence[Step]],
    best: Callable[[Sequence[Step]], Step],
    rng: np.random.Generator | None,
    limit: int,
) -> Path:
    if limit < 0:
        raise ParameterError(f"limit = {limit} is out of range; allowed: >= 0")
    structure = singletons(game.size) if start is None else game.checked(start)
    steps: list[Move | Change] = []
    seen = {structure}
    while options := possible(structure):
        if len(steps) == limit:
            return Path(structure, tuple(steps), "limit")
        step = best(options) if rng is None else options[int(rng.integers(len(options)))]
        steps.append(step)
        structure = step.applied(structure)
        if rng is None and structure in seen:
            return Path(structure, tuple(steps), "cycle")
        seen.add(structure)
    return Path(structure, tuple(steps), "stable")
