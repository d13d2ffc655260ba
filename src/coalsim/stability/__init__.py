"""Is a coalition structure stable? Notions of stability, dynamics, and what they say of a simulated run."""

from coalsim.stability.blocking import Search, blocking_coalition, core_partitions, core_sizes, search_blocking
from coalsim.stability.dynamics import Path, better_response, merge_split
from coalsim.stability.games import Game, additively_separable, from_preferences, from_table, shares, transferable
from coalsim.stability.moves import Move, contractual_deviation, individual_deviation, irrational, moves, nash_deviation
from coalsim.stability.notions import deviation, is_stable, stable_partitions
from coalsim.stability.partitions import Coalition, Partition, from_labels, partition, partitions, show, singletons, to_labels
from coalsim.stability.rules import Change, changes, merge_or_split
from coalsim.stability.run import Blocking, RunStability, stability_of, stability_of_run
from coalsim.stability.standing import Standing

__all__ = [
    "Blocking",
    "Change",
    "Coalition",
    "Game",
    "Move",
    "Partition",
    "Path",
    "RunStability",
    "Search",
    "Standing",
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
    "stability_of",
    "stability_of_run",
    "stable_partitions",
    "to_labels",
    "transferable",
]
