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

from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

SETUP = -1
"""The month of draws made before the first."""

_BLOCK = 4  # doubles in a block of Philox4x64
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

    # Before the first month (entities: issue, funder, organization ...)
    issue_place: Stream
    funder_place: Stream
    attributes: Stream
    mission: Stream
    acquaintance: Stream  # one part for each acquaintance sought
    register: Stream
    # Every month
    environment: Stream  # the run itself
    challenge: Stream  # issue
    organization: Stream  # organization
    mapping: Stream  # organization
    referral: Stream  # convener
    invitation: Stream  # convener
    launch: Stream  # convener
    coalition: Stream  # convener


def streams(dimensions: int, homophily_draws: int = 4) -> Streams:
    """Return the streams for an issue space of `dimensions`."""
    axes = _axes(dimensions)
    return Streams(
        issue_place=Stream(0, axes),
        funder_place=Stream(1, axes),
        attributes=Stream(2, ("home", "style 0", "style 1", "capacity", "reserve", "readiness", "openness", "leadership")),
        mission=Stream(3, axes),
        acquaintance=Stream(4, tuple(f"met {k}" for k in range(homophily_draws))),
        register=Stream(5, ("revenue",)),
        environment=Stream(16, ("window", "recession")),
        challenge=Stream(17, ("occurs", *axes)),
        organization=Stream(18, ("noise", "mapping", "convene", "attention")),
        mapping=Stream(19, ("through a friend", "who", "of whom")),
        referral=Stream(20, ("occurs", "to a funder")),
        invitation=Stream(21, ("first", "second", "third")),
        launch=Stream(22, axes),
        coalition=Stream(23, ("retarget", "take on the next")),
    )


def normals(uniforms: Floats) -> Floats:
    """Return standard normals, one for each uniform, by the inverse of the distribution function."""
    return ndtri(np.maximum(uniforms, _SMALLEST))


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
        bits = Philox(key=np.array([seed, replicate], dtype=np.uint64))
        self._bits = bits
        self._generator = Generator(bits)
        self._state: Any = bits.state
        self._counter = self._state["state"]["counter"]

    def table(self, stream: Stream, month: int, entities: int, part: int = 0, out: Floats | None = None) -> Floats:
        """Return the draws of entities 0 to `entities` - 1, shape (entities, stream.width)."""
        out = np.empty((entities, stream.width)) if out is None else out
        self._seek(stream, month, 0, part)
        self._generator.random(out=out)
        return out

    def row(self, stream: Stream, month: int, entity: int, out: Floats) -> Floats:
        """Fill `out`, shape (stream.width,), with the draws of one entity."""
        self._seek(stream, month, entity * (stream.width // _BLOCK), 0)
        self._generator.random(out=out)
        return out

    def _seek(self, stream: Stream, month: int, block: int, part: int) -> None:
        counter = self._counter
        counter[0], counter[1], counter[2], counter[3] = block, stream.number, month + 1, part
        self._bits.state = self._state
