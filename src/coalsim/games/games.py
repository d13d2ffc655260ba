"""Games in which what a player gets depends on the members of its coalition only (hedonic games).

Drèze & Greenberg 1980, *Econometrica* 48:987. A game of transferable utility with a fixed rule of
sharing is one as well: what it pays each member of a coalition is a matter of that coalition alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coalsim.errors import ParameterError, nearest
from coalsim.games.partitions import Coalition, Partition, partition, show

Floats = NDArray[np.float64]
Sharing = Literal["equal", "shapley"]

TABLE = 16
"""Most players of a game whose utilities are tabulated: (2^n, n) numbers, 8 MB for 16."""

TOLERANCE = 1e-9
"""Utilities that differ by no more count as equal: shares are sums of fractions."""


class Game:
    """A hedonic game.

    Parameters
    ----------
    size
        Number of players, n; they are numbered from 0.
    utility
        What a player gets in a coalition it is a member of: u(player, coalition), a finite number.
    tolerance
        A player strictly prefers what is worth more by more than this.

    Raises
    ------
    ParameterError
        There is no player.

    Examples
    --------
    >>> game = Game(3, lambda player, coalition: len(coalition) - 2 * (player in coalition and 2 in coalition))
    >>> game.worth(0, {0, 1}), game.worth(0, {0, 1, 2})
    (2.0, 1.0)
    """

    def __init__(self, size: int, utility: Callable[[int, Coalition], float], tolerance: float = TOLERANCE) -> None:
        if size < 1:
            raise ParameterError(f"a game of {size} players: at least one is needed")
        self.size = size
        self.tolerance = tolerance
        self._utility = utility
        self._known: dict[tuple[int, Coalition], float] = {}

    def worth(self, player: int, coalition: Iterable[int]) -> float:
        """Return what `player` gets in `coalition`, of which it is a member."""
        key = player, coalition if isinstance(coalition, frozenset) else frozenset(coalition)
        found = self._known.get(key)
        if found is None:
            if player not in key[1] or not key[1] <= self.players:
                raise ParameterError(f"player {player} is no member of {show([key[1]])}, or there are only {self.size} players")
            found = self._known[key] = float(self._utility(*key))
            if not np.isfinite(found):
                raise ParameterError(f"the utility of player {player} in {show([key[1]])} is {found}; it must be a finite number")
        return found

    @cached_property
    def players(self) -> Coalition:
        """All players."""
        return frozenset(range(self.size))

    @cached_property
    def table(self) -> Floats:
        """Utilities by coalition and player, shape (2^n, n); row S holds the coalition whose members are the bits of S, NaN elsewhere.

        Raises
        ------
        ParameterError
            There are more than `TABLE` players.
        """
        if self.size > TABLE:
            raise ParameterError(f"{self.size} players are too many for an exact answer; allowed: up to {TABLE} (larger games are sampled)")
        table = np.full((1 << self.size, self.size), np.nan)
        for mask in range(1, len(table)):
            coalition = from_mask(mask)
            for player in coalition:
                table[mask, player] = self.worth(player, coalition)
        return table

    def checked(self, structure: Iterable[Iterable[int]]) -> Partition:
        """Return a partition of this game's players, or raise `ParameterError`."""
        found = partition(structure)
        if sum(map(len, found)) != self.size:
            raise ParameterError(f"{show(found)} is no partition of {self.size} players")
        return found

    def payoffs(self, structure: Iterable[Iterable[int]]) -> Floats:
        """Return what each player gets in a partition, shape (n,)."""
        payoff = np.empty(self.size)
        for coalition in self.checked(structure):
            for player in coalition:
                payoff[player] = self.worth(player, coalition)
        return payoff

    def prefers(self, one: float, other: float) -> bool:
        """Return whether utility `one` is strictly better than `other`."""
        return one > other + self.tolerance


def from_mask(mask: int) -> Coalition:
    """Return the players that are the bits of `mask`."""
    return frozenset(player for player in range(mask.bit_length()) if mask >> player & 1)


def to_mask(coalition: Iterable[int]) -> int:
    """Return the players as bits of a number."""
    return sum(1 << player for player in coalition)


def from_table(table: ArrayLike, tolerance: float = TOLERANCE) -> Game:
    """Return the game of a table of utilities by coalition and player, shape (2^n, n), as in `Game.table`."""
    values = np.asarray(table, dtype=float)
    size = values.shape[-1]
    if values.shape != (1 << size, size):
        raise ParameterError(f"a table of utilities has shape (2^n, n), not {values.shape}")
    return Game(size, lambda player, coalition: values[to_mask(coalition), player], tolerance)


def from_preferences(lists: Sequence[Sequence[Iterable[int]]]) -> Game:
    """Return the game of strict preference lists.

    Parameters
    ----------
    lists
        For each player the coalitions it accepts, the best first, itself included. To be alone comes
        last where a list leaves it out; coalitions not listed are worse than to be alone.

    Raises
    ------
    ParameterError
        A list has a coalition without its player, with unknown players, or twice.

    Examples
    --------
    >>> stalker = from_preferences([[{0, 1}, {0}], [{1}, {0, 1}]])
    >>> stalker.payoffs([{0}, {1}]).tolist()
    [0.0, 1.0]
    """
    ranks: list[dict[Coalition, float]] = []
    for player, ranked in enumerate(lists):
        coalitions = [frozenset(coalition) for coalition in ranked]
        alone = frozenset({player})
        if alone not in coalitions:
            coalitions.append(alone)
        for coalition in coalitions:
            if player not in coalition or max(coalition) >= len(lists) or min(coalition) < 0 or coalitions.count(coalition) > 1:
                raise ParameterError(
                    f"the list of player {player} has {show([coalition])}: without that player, with unknown ones, or twice"
                )
        ranks.append({coalition: float(len(coalitions) - place - 1) for place, coalition in enumerate(coalitions)})
    return Game(len(lists), lambda player, coalition: ranks[player].get(coalition, -1.0), tolerance=0.0)


def additively_separable(values: ArrayLike, tolerance: float = TOLERANCE) -> Game:
    """Return the game in which a player gets the sum of what the other members are worth to it.

    Bogomolnaia & Jackson 2002, *Games and Economic Behavior* 38:201.

    Parameters
    ----------
    values
        Shape (n, n): what column j is worth to row i; the diagonal counts for nothing.

    Examples
    --------
    >>> game = additively_separable([[0, 2, -1], [2, 0, 3], [-1, 3, 0]])
    >>> game.payoffs([{0, 1, 2}]).tolist()
    [1.0, 5.0, 2.0]
    """
    matrix = np.array(values, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise ParameterError(f"values of players to each other are a square of finite numbers, not of shape {matrix.shape}")
    np.fill_diagonal(matrix, 0.0)
    return Game(len(matrix), lambda player, coalition: matrix[player, sorted(coalition)].sum(), tolerance)


def transferable(
    size: int, worth: Callable[[Coalition], float] | ArrayLike, sharing: Sharing = "equal", tolerance: float = TOLERANCE
) -> Game:
    """Return the game of a characteristic function whose worth is shared by a fixed rule.

    Parameters
    ----------
    size
        Number of players, n.
    worth
        v(coalition), or 2^n numbers, those of the coalitions by the bits of their position; v of nobody is 0.
    sharing
        "equal": ``v(S)/|S|`` each; "shapley": the Shapley value of the game among the members of S.

    Raises
    ------
    ParameterError
        The rule is unknown, the worths are not 2^n, or Shapley values are asked for more than `TABLE` players.

    Examples
    --------
    >>> gloves = transferable(3, lambda s: min(len(s & {0, 1}), len(s & {2})), "shapley")
    >>> gloves.payoffs([{0, 1, 2}]).round(3).tolist()
    [0.167, 0.167, 0.667]
    """
    if sharing not in get_args(Sharing):
        raise ParameterError(
            f"sharing '{sharing}' is unknown{nearest(sharing, get_args(Sharing))}; allowed: {', '.join(get_args(Sharing))}"
        )
    if callable(worth):
        if sharing == "equal":
            return Game(size, lambda player, coalition: worth(coalition) / len(coalition), tolerance)
        if size > TABLE:
            raise ParameterError(f"Shapley values of {size} players are too many to compute; allowed: up to {TABLE}")
        values = np.array([0.0] + [worth(from_mask(mask)) for mask in range(1, 1 << size)])
    else:
        values = np.asarray(worth, dtype=float)
        if values.shape != (1 << size,):
            raise ParameterError(f"worths of {size} players are {1 << size} numbers, not of shape {values.shape}")
    table = shares(values[None], sharing)[0]
    return Game(size, lambda player, coalition: table[to_mask(coalition), player], tolerance)


def shares(worths: Floats, sharing: Sharing) -> Floats:
    """Return what members of each coalition get, in many games of transferable utility at once.

    Shapley values of all subgames follow from the potential P (Hart & Mas-Colell 1989, *Econometrica* 57:589):
    ``P(S) = (v(S) + sum of P(S without i) over i in S)/|S|``, and i gets P(S) - P(S without i).

    Parameters
    ----------
    worths
        Shape (games, 2^n): worth of the coalitions by the bits of their position.

    Returns
    -------
    shape (games, 2^n, n), NaN for who is no member
    """
    games, coalitions = worths.shape
    size = coalitions.bit_length() - 1
    masks = np.arange(coalitions)
    member = (masks[:, None] >> np.arange(size) & 1).astype(bool)
    count = member.sum(axis=1)
    if sharing == "equal":
        each = worths / np.maximum(count, 1)
        return np.where(member, each[:, :, None], np.nan)
    potential = np.zeros((games, coalitions))
    for members in range(1, size + 1):
        for mask in masks[count == members].tolist():
            without = [mask ^ (1 << player) for player in from_mask(mask)]
            potential[:, mask] = (worths[:, mask] + potential[:, without].sum(axis=1)) / members
    table = np.full((games, coalitions, size), np.nan)
    for player in range(size):
        own = masks[member[:, player]]
        table[:, own, player] = potential[:, own] - potential[:, own ^ (1 << player)]
    return table
