"""The notions of stability by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from coalsim.errors import ParameterError, nearest
from coalsim.games.blocking import blocking_coalition, core_partitions
from coalsim.games.games import Game
from coalsim.games.moves import Move, contractual_deviation, individual_deviation, irrational, nash_deviation
from coalsim.games.partitions import Coalition, Partition, partitions
from coalsim.games.rules import Change, merge_or_split

Notion = Literal["rational", "nash", "individual", "contractual", "core", "merge_split"]


def deviation(game: Game, structure: Iterable[Iterable[int]], notion: Notion) -> Move | Change | Coalition | None:
    """Return what speaks against the stability of a partition, or None if it is stable.

    Parameters
    ----------
    notion
        "rational": the coalition of a player that would rather be alone. "nash", "individual", "contractual":
        a `Move`. "core": a coalition that blocks. "merge_split": a `Change` that raises the sum of utilities.

    Raises
    ------
    ParameterError
        The notion is unknown, or the game too large for an exact answer.
    """
    if notion not in get_args(Notion):
        raise ParameterError(f"notion '{notion}' is unknown{nearest(notion, get_args(Notion))}; allowed: {', '.join(get_args(Notion))}")
    if notion == "rational":
        who = irrational(game, structure)
        return frozenset(who[:1]) if who else None
    if notion == "nash":
        return nash_deviation(game, structure)
    if notion == "individual":
        return individual_deviation(game, structure)
    if notion == "contractual":
        return contractual_deviation(game, structure)
    if notion == "core":
        return blocking_coalition(game, structure)
    return merge_or_split(game, structure)


def is_stable(game: Game, structure: Iterable[Iterable[int]], notion: Notion) -> bool:
    """Return whether a partition is stable; the notions are those of `deviation`.

    Examples
    --------
    >>> from coalsim.stability import from_preferences
    >>> stalker = from_preferences([[{0, 1}, {0}], [{1}, {0, 1}]])
    >>> [is_stable(stalker, [{0}, {1}], notion) for notion in ("core", "individual", "nash")]
    [True, True, False]
    """
    return deviation(game, structure, notion) is None


def stable_partitions(game: Game, notion: Notion) -> list[Partition]:
    """Return every stable partition of a small game (all are tried, but for the core), sorted.

    Examples
    --------
    >>> from coalsim.stability import from_preferences, show
    >>> stalker = from_preferences([[{0, 1}, {0}], [{1}, {0, 1}]])
    >>> [show(p) for p in stable_partitions(stalker, "contractual")]
    ['{0} {1}', '{0, 1}']
    """
    if notion == "core":
        return core_partitions(game)
    found = [structure for structure in partitions(game.size) if is_stable(game, structure, notion)]
    return sorted(found, key=lambda structure: [sorted(coalition) for coalition in structure])
