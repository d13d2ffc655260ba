"""Would a single player move? Individual rationality; Nash, individual and contractual individual stability.

Bogomolnaia & Jackson 2002, *Games and Economic Behavior* 38:201. A player may move to another coalition
of the partition, or be alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from coalsim.games.games import Game
from coalsim.games.partitions import ALONE, Coalition, Partition, partition, show

Consent = Literal["nash", "individual", "contractual"]


@dataclass(frozen=True)
class Move:
    """A player that gains by moving.

    Attributes
    ----------
    player : who moves
    origin : its coalition, itself included
    destination : whom it joins; empty if it would rather be alone
    gain : what it gains, in utility
    """

    player: int
    origin: Coalition
    destination: Coalition
    gain: float

    def __str__(self) -> str:
        """Return the move in one line."""
        to = f"to {show([self.destination])}" if self.destination else "to be alone"
        return f"player {self.player} moves from {show([self.origin])} {to} and gains {self.gain:.6g}"

    def applied(self, structure: Partition) -> Partition:
        """Return the partition after the move."""
        rest = [c for c in structure if c not in (self.origin, self.destination)]
        blocks = [self.origin - {self.player}, self.destination | {self.player}]
        return partition([*rest, *(block for block in blocks if block)])


def moves(game: Game, structure: Iterable[Iterable[int]], consent: Consent = "nash") -> Iterator[Move]:
    """Yield every move that its player strictly gains by and that those concerned agree to.

    Parameters
    ----------
    consent
        Whose agreement a move needs. "nash": nobody's. "individual": of those it joins, none of whom may lose.
        "contractual": of those it leaves as well.
    """
    coalitions = game.checked(structure)
    for player in range(game.size):
        origin = next(coalition for coalition in coalitions if player in coalition)
        now = game.worth(player, origin)
        for destination in (*coalitions, *([ALONE] if len(origin) > 1 else [])):
            if destination is origin:
                continue
            joined = destination | {player}
            gain = game.worth(player, joined) - now
            if gain <= game.tolerance:
                continue
            if consent != "nash" and _loses(game, destination, destination, joined):
                continue
            left = origin - {player}
            if consent == "contractual" and _loses(game, left, origin, left):
                continue
            yield Move(player, origin, destination, gain)


def _loses(game: Game, players: Coalition, before: Coalition, after: Coalition) -> bool:
    """Return whether any of some players prefers the coalition it was in."""
    return any(game.prefers(game.worth(player, before), game.worth(player, after)) for player in players)


def nash_deviation(game: Game, structure: Iterable[Iterable[int]]) -> Move | None:
    """Return a move that its player gains by, or None: the partition is Nash stable."""
    return next(moves(game, structure, "nash"), None)


def individual_deviation(game: Game, structure: Iterable[Iterable[int]]) -> Move | None:
    """Return a move that its player gains by and nobody it joins loses by, or None: individually stable."""
    return next(moves(game, structure, "individual"), None)


def contractual_deviation(game: Game, structure: Iterable[Iterable[int]]) -> Move | None:
    """Return a move that its player gains by and nobody it joins or leaves loses by, or None: contractually individually stable."""
    return next(moves(game, structure, "contractual"), None)


def irrational(game: Game, structure: Iterable[Iterable[int]]) -> list[int]:
    """Return the players that would rather be alone; the partition is individually rational if there are none."""
    return [
        player
        for coalition in game.checked(structure)
        for player in sorted(coalition)
        if game.prefers(game.worth(player, frozenset({player})), game.worth(player, coalition))
    ]
