"""The draws of a block of runs in one month, each made once and served to all scenarios of a replicate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coalsim.streams import SETUP, YEAR, Source, Stream, Streams, counter, normals, sources, tables

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
    organizations, issues, months
        How many there are in a run.
    own
        Streams of mechanisms, each with what it has a row for (`coalsim.mechanism.DRAWN`).
    memberships
        How many an organization can have.
    """

    def __init__(
        self,
        streams: Streams,
        seed: int,
        replicates: Sequence[int],
        organizations: int,
        issues: int,
        months: int,
        own: Sequence[tuple[str, Stream]] = (),
        memberships: int = 1,
    ) -> None:
        distinct, slots = np.unique(np.asarray(replicates, dtype=np.uint64), return_inverse=True)
        self._sources = sources(seed, distinct.tolist())
        self._slot = slots  # of each run: the place of its replicate among the distinct ones
        self._shared = not np.array_equal(slots, np.arange(len(slots)))
        self._streams = streams
        self._organizations, self._issues = organizations, issues
        environment = streams.environment
        self._environment = tables(self._sources, environment, SETUP, months)
        self._month = 0
        self._closure: Floats | None = None
        # Where a column is: what there is a row for, the stream, and which of its columns.
        columns = [("organization", streams.organization), *own]
        self._columns = {name: (of, stream, place) for of, stream in columns for place, name in enumerate(stream.columns)}
        self._memberships = memberships
        self._tables: dict[Stream, Floats] = {}
        self._drawn: set[Stream] = set()

    def begin(self, month: int) -> None:
        """Turn to another month, counted from the first of the burn-in."""
        self._month = month
        self._drawn.clear()

    @property
    def month(self) -> int:
        """The month, counted from the first of the burn-in."""
        return self._month

    @property
    def keys(self) -> NDArray[np.uint64]:
        """Seed and replicate of each distinct replicate, shape (replicates, 2)."""
        return np.array([source.key for source in self._sources], dtype=np.uint64)

    @property
    def sources(self) -> list[Source]:
        """The source of each run's draws; runs of one replicate share one."""
        return [self._sources[slot] for slot in self._slot.tolist()]

    @property
    def slots(self) -> Ints:
        """The place of each run's replicate among the distinct ones, shape (runs,)."""
        return self._slot

    def of_runs(self, column: str) -> Floats:
        """Return a column of the stream *environment*, shape (runs,)."""
        return self._environment[self._slot, self._month, self._streams.environment.columns.index(column)]

    def environment(self, columns: Sequence[str]) -> Floats:
        """Return columns of the stream *environment*, shape (columns, months with the burn-in, replicates)."""
        places = [self._streams.environment.columns.index(column) for column in columns]
        return np.ascontiguousarray(self._environment[:, :, places].T)

    def of_issues(self) -> Floats:
        """Return this month's draws of the stream *challenge*, shape (runs, issues, 1 + D ...)."""
        year, month = divmod(self._month, YEAR)
        stream = self._streams.challenge
        if month == 0:
            self._challenge = self._fill(stream, year, np.empty((len(self._sources), self._issues, stream.width)))
        width = stream.width // YEAR
        return self._challenge[self._slot, :, month * width : (month + 1) * width]

    def of_closures(self) -> Floats:
        """Return this month's draws of the stream *closure*, shape (runs * organizations,)."""
        year, month = divmod(self._month, YEAR)
        if month == 0 or self._closure is None:
            stream = self._streams.closure
            self._closure = self._fill(stream, year, np.empty((len(self._sources), self._organizations, stream.width)))
        return self._closure[self._slot, :, month].reshape(-1)

    def of_all(self, column: str, normal: bool = False) -> Floats:
        """Return a column of the stream *organization*, or of a mechanism's own (as standard normals).

        Shape (runs * organizations,); of a stream for issues (runs * issues,), for runs (runs,), for memberships as `State`
        has them.
        """
        drawn = self._column(column)
        if normal:
            drawn = normals(drawn)
        drawn = drawn[self._slot] if self._shared else drawn
        if drawn.ndim == 3 and self._memberships > 1:
            return np.moveaxis(drawn, 1, 0).reshape(self._memberships, -1)
        return drawn.reshape(-1)

    def of_some(self, column: str, organizations: Ints) -> Floats:
        """Return a column of the stream *organization*, or of a mechanism's own for organizations, for some of them only."""
        run, number = np.divmod(organizations, self._organizations)
        return self._column(column)[self._slot[run], number]

    def of(self, name: str, organizations: Ints) -> Floats:
        """Return the draws of some organizations from the stream `name`, shape (width, len(organizations))."""
        stream: Stream = getattr(self._streams, name)
        run, number = np.divmod(organizations, self._organizations)
        if not self._shared:
            return self._some(stream, run, number).T
        wanted, back = np.unique(self._slot[run] * self._organizations + number, return_inverse=True)
        return self._some(stream, *np.divmod(wanted, self._organizations))[back].T

    def of_meeting(self, column: str, organizations: Ints) -> Floats:
        """Return a column of the stream *meeting* for some organizations."""
        stream = self._streams.meeting
        run, number = np.divmod(organizations, self._organizations)
        return self._table(stream, self._organizations)[self._slot[run], number, stream.columns.index(column)]

    def _column(self, column: str) -> Floats:
        """Return a column, shape (replicates, organizations), or what else there is a row for."""
        try:
            of, stream, place = self._columns[column]
        except KeyError:
            raise KeyError(f"there is no draw '{column}'; draws: {', '.join(self._columns)}") from None
        if of == "membership":
            return self._of_slots(stream)[:, :, :, place]
        entities = {"organization": self._organizations, "issue": self._issues, "run": 1}[of]
        return self._table(stream, entities)[:, :, place]

    def _of_slots(self, stream: Stream) -> Floats:
        """Return the table of a stream with a row for each slot, shape (replicates, slots, organizations, width)."""
        if stream not in self._drawn:
            self._drawn.add(stream)
            shape = (len(self._sources), self._memberships, self._organizations, stream.width)
            table = self._tables[stream] = np.empty(shape)
            for slot in range(self._memberships):
                self._fill(stream, self._month, table[:, slot], slot)
        return self._tables[stream]

    def _some(self, stream: Stream, slots: Ints, numbers: Ints) -> Floats:
        """Draw some rows, singly or by the table, whichever is cheaper."""
        table_cost = (_SEEK + _DRAW * self._organizations * stream.width) * len(self._sources)
        if stream in self._drawn or table_cost < (_SEEK + _DRAW * stream.width) * len(slots):
            return self._table(stream, self._organizations)[slots, numbers]
        out = np.empty((len(slots), stream.width))
        for slot, number, row in zip(slots.tolist(), numbers.tolist(), out, strict=True):
            self._sources[slot].draw(counter(stream, self._month, number), row)
        return out

    def _table(self, stream: Stream, entities: int) -> Floats:
        """Return the table of a stream for all replicates, shape (replicates, entities, width)."""
        table = self._tables.get(stream)
        if table is None:
            table = self._tables[stream] = np.empty((len(self._sources), entities, stream.width))
        if stream not in self._drawn:
            self._drawn.add(stream)
            self._fill(stream, self._month, table)
        return table

    def _fill(self, stream: Stream, month: int, table: Floats, part: int = 0) -> Floats:
        start = counter(stream, month, part=part)
        for source, out in zip(self._sources, table, strict=True):
            source.draw(start, out)
        return table
