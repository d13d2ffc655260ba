"""The draws of a block of runs in one month, each made once and served to all scenarios of a replicate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coalsim.streams import Source, Stream, Streams, normals

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Rough costs in microseconds, to choose between drawing a replicate's whole table and single rows.
# The choice changes no draw.
_SEEK, _DRAW = 1.5, 0.005


class Draws:
    """Draws by stream and column, for the organizations, issues and runs of a block.

    Parameters
    ----------
    streams
        The streams of the issue space's dimensions.
    seed
        Seed of the experiment.
    replicates
        The replicate of each run.
    organizations, issues
        How many there are in a run.
    """

    def __init__(self, streams: Streams, seed: int, replicates: Sequence[int], organizations: int, issues: int) -> None:
        distinct, slots = np.unique(np.asarray(replicates, dtype=np.uint64), return_inverse=True)
        self._sources = [Source(seed, int(replicate)) for replicate in distinct]
        self._slot = slots  # of each run: the place of its replicate among the distinct ones
        self._shared = len(distinct) < len(slots)
        self._streams = streams
        self._organizations, self._issues = organizations, issues
        self._month = 0
        self._tables: dict[Stream, Floats] = {}
        self._drawn: set[Stream] = set()

    def begin(self, month: int) -> None:
        """Turn to another month."""
        self._month = month
        self._drawn.clear()

    def of_runs(self, column: str) -> Floats:
        """Return a column of the stream *environment*, shape (runs,)."""
        stream = self._streams.environment
        return self._table(stream, 1)[self._slot, 0, stream.columns.index(column)]

    def of_issues(self) -> Floats:
        """Return the stream *challenge*, shape (runs, issues, width)."""
        return self._table(self._streams.challenge, self._issues)[self._slot]

    def of_all(self, column: str, normal: bool = False) -> Floats:
        """Return a column of the stream *organization* (as standard normals), shape (runs * organizations,)."""
        stream = self._streams.organization
        drawn = self._table(stream, self._organizations)[:, :, stream.columns.index(column)]
        if normal:
            drawn = normals(drawn)
        return (drawn[self._slot] if self._shared else drawn).reshape(-1)

    def of(self, name: str, organizations: Ints) -> Floats:
        """Return the draws of some organizations from the stream `name`, shape (width, len(organizations))."""
        stream: Stream = getattr(self._streams, name)
        if len(organizations) == 0:
            return np.empty((stream.width, 0))
        run, number = np.divmod(organizations, self._organizations)
        slot = self._slot[run]
        if self._shared:
            wanted, back = np.unique(slot * self._organizations + number, return_inverse=True)
            drawn = self._some(stream, *np.divmod(wanted, self._organizations))
            return drawn[back].T
        return self._some(stream, slot, number).T

    def _some(self, stream: Stream, slots: Ints, numbers: Ints) -> Floats:
        """Draw some rows, singly or by the table, whichever is cheaper."""
        table_cost = (_SEEK + _DRAW * self._organizations * stream.width) * len(self._sources)
        if stream in self._drawn or table_cost < (_SEEK + _DRAW * stream.width) * len(slots):
            return self._table(stream, self._organizations)[slots, numbers]
        out = np.empty((len(slots), stream.width))
        for slot, number, row in zip(slots.tolist(), numbers.tolist(), out, strict=True):
            self._sources[slot].row(stream, self._month, number, row)
        return out

    def _table(self, stream: Stream, entities: int) -> Floats:
        """Return the table of a stream for all replicates, shape (replicates, entities, width)."""
        table = self._tables.get(stream)
        if table is None:
            table = self._tables[stream] = np.empty((len(self._sources), entities, stream.width))
        if stream not in self._drawn:
            self._drawn.add(stream)
            for source, out in zip(self._sources, table, strict=True):
                source.table(stream, self._month, entities, out=out)
        return table
