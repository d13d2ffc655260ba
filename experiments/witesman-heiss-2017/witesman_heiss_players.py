"""The players of Witesman & Heiss (2017): resources, objectives, teams, of all replicates at once.

Arrays have one row per replicate. Resources are bit masks (1, 2, 4, 8 for A, B, C, D). Objectives are numbers, 0 to 79, and 80 stands
for one that was dropped. They are numbered type by type, in the order in which CPython 2.7 lists a dictionary that has the names of
the types as keys (see `witesman_heiss_model.Rules.order`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PLAYERS, HELD = 16, 5
RESOURCES = (6, 6, 2, 2)  # players that hold A, B, C, D
TYPES = {"a1": 15, "a2": 15, "b1": 5, "b2": 5, "c1": 15, "c2": 15, "d1": 5, "d2": 5}

NONE = sum(TYPES.values())  # a dropped objective: no letter, no value, no type
_NUMBERED = ("a1", "a2", "b1", "b2", "c2", "c1", "d2", "d1")
_NAMES = [*(name for name in _NUMBERED for _ in range(TYPES[name])), "-"]
TYPE_OF = np.array([[*TYPES, "-"].index(name) for name in _NAMES])
LETTER_BIT = np.array([1, 1, 2, 2, 4, 4, 8, 8, 0])[TYPE_OF]
POINTS = np.array([20, 10, 20, 10, 20, 10, 20, 10, 0])[TYPE_OF]
HIGH = POINTS == 20


@dataclass
class Table:
    """The players of all replicates.

    Attributes
    ----------
    own : bit of the player's own resource, shape (replicates, 16)
    team : label of its team, 0 to 15, shape (replicates, 16)
    held : numbers of its objectives, shape (replicates, 16, 5)
    """

    own: Ints
    team: Ints
    held: Ints

    def rows(self, chosen: Ints) -> Table:
        """Return a copy of some replicates."""
        return Table(self.own[chosen], self.team[chosen], self.held[chosen])

    def put(self, chosen: Ints, other: Table) -> None:
        """Write some replicates back."""
        self.own[chosen], self.team[chosen], self.held[chosen] = other.own, other.team, other.held


def deal(replicates: int, rng: np.random.Generator) -> Table:
    """Deal a resource and five objectives to each player; everyone starts alone."""
    resources = np.repeat([1, 2, 4, 8], RESOURCES)
    own = resources[np.argsort(rng.random((replicates, PLAYERS)), axis=1)]
    held = np.argsort(rng.random((replicates, NONE)), axis=1).reshape(replicates, PLAYERS, HELD)
    return Table(own, np.tile(np.arange(PLAYERS), (replicates, 1)), held)


def team_resources(own: Ints, team: Ints) -> Ints:
    """Return what each player's team has together: bit masks, shape (replicates, 16)."""
    together = team[:, :, None] == team[:, None, :]
    return np.bitwise_or.reduce(np.where(together, own[:, None, :], 0), axis=2)


def points(held: Ints, resources: Ints) -> Ints:
    """Return the points of the objectives fulfilled by resources; the last axis of `held` is summed over."""
    return np.where(LETTER_BIT[held] & resources[..., None], POINTS[held], 0).sum(axis=-1)


def shares(table: Table) -> NDArray[np.float64]:
    """Return the share of each type's objectives that is fulfilled, dropped ones counting as not: shape (replicates, 8)."""
    fulfilled = (LETTER_BIT[table.held] & team_resources(table.own, table.team)[..., None]) > 0
    rows = np.broadcast_to(np.arange(len(table.held))[:, None, None], table.held.shape)
    counts = np.zeros((len(table.held), 9))
    np.add.at(counts, (rows[fulfilled], TYPE_OF[table.held[fulfilled]]), 1)
    return counts[:, :8] / np.array(list(TYPES.values()))
