"""Randomness: every draw is a function of (seed, replicate, month, stream, entity) and nothing else.

numpy's counter-based Philox gives this. The key is (seed, replicate). A *stream* is a table of
uniforms with a row per entity and a fixed number of columns; its 256-bit counter starts at
``(block, stream, month + 1, part)``. Philox makes four doubles a block, and rows are a whole number
of blocks wide, so the row of entity i starts at block ``i * width / 4``:

* the same run has the same draws wherever it is computed (a);
* scenarios of one replicate share theirs: common random numbers (b);
* one more entity adds a row and changes no other (c);
* a table, or a few of its rows, is drawn once for all the scenarios of a block that need it (d).

Salmon, Moraes, Dror & Shaw 2011, *Parallel random numbers: as easy as 1, 2, 3* (the generator).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

SETUP = -1
"""The month of draws made before the first."""

YEAR = 12
"""Months whose challenges stand in one row."""

_BLOCK = 4  # doubles in a block of Philox4x64
_OWN = 2**60  # numbers of streams from here on are made of names
_SMALLEST = 2.0**-53  # the least positive uniform; zero itself has no normal


class Stream(NamedTuple):
    """A table of uniforms: its number, and the meaning of its columns (an entity's draws)."""

    number: int
    columns: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns of a row, padded to a whole number of Philox blocks."""
        return -(-len(self.columns) // _BLOCK) * _BLOCK


def _axes(dimensions: int) -> tuple[str, ...]:
    return tuple(f"axis {axis}" for axis in range(dimensions))


class Streams(NamedTuple):
    """All streams of a field of given dimensions; the entity of each is in its comment."""

    # Before the first month (entities: issue, funder, organization, month)
    issue_place: Stream
    funder_place: Stream
    attributes: Stream
    mission: Stream
    acquaintance: Stream  # one part for each acquaintance sought
    register: Stream
    environment: Stream  # month (of the run)
    # Every year
    challenge: Stream  # issue; twelve months side by side
    closure: Stream  # organization; twelve months side by side
    # Every month
    organization: Stream  # organization
    launch: Stream  # convener
    coalition: Stream  # convener
    meeting: Stream  # organization
    turnover: Stream  # organization: the attributes of the one that takes its place


_MAPPING = ("mapping", "through a friend", "who", "of whom")
_REFERRAL = ("referral", "to a funder", "first", "second", "third")
_ATTRIBUTES = ("home", "style 0", "style 1", "capacity", "reserve", "readiness", "openness", "leadership")
_MEETING = ("applicant", "mutual", "which", "meets", "through the lead", "who", "of whom", "met is mutual")


def _padded(*columns: str) -> tuple[str, ...]:
    """Return columns filled up to a whole number of Philox blocks."""
    return columns + ("unused",) * (-len(columns) % _BLOCK)


@cache
def streams(dimensions: int, homophily_draws: int = 4) -> Streams:
    """Return the streams for an issue space of `dimensions`."""
    axes = _axes(dimensions)
    return Streams(
        issue_place=Stream(0, axes),
        funder_place=Stream(1, axes),
        attributes=Stream(2, _ATTRIBUTES),
        mission=Stream(3, axes),
        acquaintance=Stream(4, tuple(f"met {k}" for k in range(homophily_draws))),
        register=Stream(5, ("revenue",)),
        environment=Stream(6, ("window", "recession")),
        challenge=Stream(16, tuple(f"{what} in month {month}" for month in range(YEAR) for what in _padded("occurs", *axes))),
        organization=Stream(17, ("noise", *_MAPPING, "convene", "attention", *_REFERRAL)),
        launch=Stream(19, axes),
        coalition=Stream(20, ("retarget", "take on the next", "seeded", "add")),
        closure=Stream(24, tuple(f"closes in month {month}" for month in range(YEAR))),
        turnover=Stream(26, (*_ATTRIBUTES, *axes)),
        meeting=Stream(25, _MEETING),
    )


def normals(uniforms: Floats) -> Floats:
    """Return standard normals, one for each uniform, by the inverse of the distribution function."""
    return ndtri(np.maximum(uniforms, _SMALLEST))


def own_stream(name: str, columns: tuple[str, ...]) -> Stream:
    """Return the stream of a mechanism: numbered by its name, so that it is the same whatever others there are."""
    digest = blake2b(name.encode(), digest_size=7).digest()
    return Stream(_OWN + int.from_bytes(digest), columns)


class Source:
    """The draws of one replicate.

    Parameters
    ----------
    seed
        Seed of the experiment, 0 to 2**64 - 1.
    replicate
        Number of the replicate, 0 to 2**64 - 1.
    """

    def __init__(self, seed: int, replicate: int) -> None:
        self.key = (seed, replicate)
        self._bits = Philox(key=np.array(self.key, dtype=np.uint64))
        self._random = Generator(self._bits).random
        self._state: Any = self._bits.state

    def sibling(self, replicate: int) -> Source:
        """Return the draws of another replicate, to be made in the same thread: the two share a generator, which is dear to make."""
        other = Source.__new__(Source)
        other.key = (self.key[0], replicate)
        other._bits, other._random = self._bits, self._random
        other._state = {**self._state, "state": {"key": np.array(other.key, dtype=np.uint64)}}
        return other

    def table(self, stream: Stream, month: int, entities: int, part: int = 0) -> Floats:
        """Return the draws of entities 0 to `entities` - 1, shape (entities, stream.width)."""
        return self.draw(counter(stream, month, part=part), np.empty((entities, stream.width)))

    def row(self, stream: Stream, month: int, entity: int) -> Floats:
        """Return the draws of one entity, shape (stream.width,)."""
        return self.draw(counter(stream, month, entity), np.empty(stream.width))

    def draw(self, start: NDArray[np.uint64], out: Floats) -> Floats:
        """Fill `out` with the draws from the counter `start` on."""
        self._state["state"]["counter"] = start
        self._bits.state = self._state
        self._random(out=out)
        return out


def sources(seed: int, replicates: Sequence[int]) -> list[Source]:
    """Return the draws of replicates, to be made in one thread."""
    first, *rest = replicates
    source = Source(seed, first)
    return [source, *(source.sibling(replicate) for replicate in rest)]


def tables(of: Sequence[Source], stream: Stream, month: int, entities: int, part: int = 0) -> Floats:
    """Return the draws of entities 0 to `entities` - 1 of replicates, shape (len(of), entities, stream.width)."""
    start = counter(stream, month, part=part)
    found = np.empty((len(of), entities, stream.width))
    for source, table in zip(of, found, strict=True):
        source.draw(start, table)
    return found


def counter(stream: Stream, month: int, entity: int = 0, part: int = 0) -> NDArray[np.uint64]:
    """Return the counter at which the draws of an entity begin: (block, stream, month + 1, part)."""
    return np.array((entity * (stream.width // _BLOCK), stream.number, month + 1, part), dtype=np.uint64)
