"""The partition of a sweep into blocks: the unit of work, of writing and of going on.

A block holds all the scenarios of one shape in a few replicates, so that fields and draws are made once for
all of them; many scenarios, or many runs of tiny fields, are cut as well, so that a block is about a second of
work. The partition is a function of the design alone, never of a measured rate, so that every machine and every
job of an array cuts alike; it is written into the manifest when a sweep begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coalsim.counts import MAX_BLOCKS
from coalsim.errors import ParameterError
from coalsim.parameters import Parameters
from coalsim.simulation import field_size, structure

BLOCK_ORGANIZATION_MONTHS = 2_000_000
"""Size of a block: about a second of work, so that little is lost and little is spent on bookkeeping."""

BLOCK_RUNS = 2_500
"""Runs of a block of that size, at most: of tiny fields it is the runs that take time, and not their organizations."""


@dataclass(frozen=True)
class WorkBlock:
    """Scenarios and the replicates ``first`` to ``last - 1`` of them.

    Attributes
    ----------
    number : place in the plan, from 0
    scenarios : scenario_ids, ascending
    first, last : replicates
    organization_months : organizations x months x runs
    """

    number: int
    scenarios: tuple[int, ...]
    first: int
    last: int
    organization_months: int

    @property
    def runs(self) -> int:
        """Scenarios x replicates."""
        return len(self.scenarios) * (self.last - self.first)

    def spec(self) -> list[Any]:
        """Return the block as plain values: ranges of scenario_ids, first, last, organization-months."""
        return [_ranges(self.scenarios), self.first, self.last, self.organization_months]

    @classmethod
    def from_spec(cls, number: int, spec: Sequence[Any]) -> WorkBlock:
        """Make a block from what `spec` returned."""
        ranges, first, last, size = spec
        return cls(number, _ids(tuple((low, high) for low, high in ranges)), first, last, size)


def plan(scenarios: Sequence[Parameters], ids: Iterable[int], first: int, last: int, size: int, number: int = 0) -> list[WorkBlock]:
    """Cut scenarios x replicates into blocks.

    Parameters
    ----------
    scenarios
        The parameters of all scenarios of the sweep.
    ids
        The scenarios wanted, by scenario_id.
    first, last
        The replicates wanted: ``first`` to ``last - 1``.
    size
        Organization-months of a block; a single run that is larger is a block of its own. A block has `BLOCK_RUNS` runs at most,
        or as many times more as `size` is larger than usual.
    number
        Number of the first block.

    Raises
    ------
    ParameterError
        There would be too many blocks.
    """
    groups: dict[tuple[Any, ...], list[int]] = {}
    for scenario_id in ids:
        groups.setdefault(structure(scenarios[scenario_id]), []).append(scenario_id)
    runs = max(BLOCK_RUNS, BLOCK_RUNS * size // BLOCK_ORGANIZATION_MONTHS)
    cuts = [_Cut.of(members, field_size(p) * p.simulation.months, size, runs) for members, p in _first_of(groups, scenarios)]
    count = number + sum(len(cut.chunks) * -(-(last - first) // cut.replicates) for cut in cuts)
    if count > MAX_BLOCKS:
        larger = size * -(-count // MAX_BLOCKS) * 2
        raise ParameterError(
            f"the sweep comes to {count:,} blocks; allowed: {MAX_BLOCKS:,} (block = {larger} would make fewer, larger ones)"
        )
    blocks: list[WorkBlock] = []
    for cut in cuts:
        for start in range(first, last, cut.replicates):
            stop = min(start + cut.replicates, last)
            for chunk in cut.chunks:
                blocks.append(WorkBlock(number + len(blocks), chunk, start, stop, cut.run * len(chunk) * (stop - start)))
    return blocks


@dataclass(frozen=True)
class _Cut:
    """How scenarios of one shape are cut: into chunks, and each of these into so many replicates at a time."""

    run: int
    chunks: tuple[tuple[int, ...], ...]
    replicates: int

    @classmethod
    def of(cls, members: Sequence[int], run: int, size: int, runs: int) -> _Cut:
        width = min(len(members), max(1, size // run), runs)
        replicates = max(1, min(size // (run * width), runs // width))
        return cls(run, tuple(tuple(members[place : place + width]) for place in range(0, len(members), width)), replicates)


def _first_of(groups: dict[tuple[Any, ...], list[int]], scenarios: Sequence[Parameters]) -> Iterator[tuple[list[int], Parameters]]:
    for members in groups.values():
        yield members, scenarios[members[0]]


@lru_cache(maxsize=4096)
def _ids(ranges: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Return the numbers in ranges; kept, as the blocks of one chunk have the same."""
    return tuple(i for low, high in ranges for i in range(low, high))


def _ranges(ids: Sequence[int]) -> list[list[int]]:
    """Return ascending numbers as half-open ranges."""
    found: list[list[int]] = []
    for i in ids:
        if found and found[-1][1] == i:
            found[-1][1] = i + 1
        else:
            found.append([i, i + 1])
    return found
