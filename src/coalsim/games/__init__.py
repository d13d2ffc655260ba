"""Coalition games: players, what they get, partitions, notions of stability, dynamics. Nothing of a simulation is known here."""

from coalsim.games.blocking import Search, blocking_coalition, core_partitions, core_sizes, search_blocking
from coalsim.games.dynamics import Path, better_response, merge_split
from coalsim.games.games import Game, additively_separable, from_preferences, from_table, shares, transferable
from coalsim.games.moves import Move, contractual_deviation, individual_deviation, irrational, moves, nash_deviation
from coalsim.games.notions import deviation, is_stable, stable_partitions
from coalsim.games.partitions import Coalition, Partition, from_labels, partition, partitions, show, singletons, to_labels
from coalsim.games.rules import Change, changes, merge_or_split

__all__ = [
    "Change",
    "Coalition",
    "Game",
    "Move",
    "Partition",
    "Path",
    "Search",
    "additively_separable",
    "better_response",
    "blocking_coalition",
    "changes",
    "contractual_deviation",
    "core_partitions",
    "core_sizes",
    "deviation",
    "from_labels",
    "from_preferences",
    "from_table",
    "individual_deviation",
    "irrational",
    "is_stable",
    "merge_or_split",
    "merge_split",
    "moves",
    "nash_deviation",
    "partition",
    "partitions",
    "search_blocking",
    "shares",
    "show",
    "singletons",
    "stable_partitions",
    "to_labels",
    "transferable",
]
