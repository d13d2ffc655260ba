"""The partition of a sweep into blocks: the unit of work, of writing and of going on.

A block holds all the scenarios of one shape in a few replicates, so that fields and draws are made once for
all of them. The partition is a function of the design alone, never of a measured rate, so that every machine
and every job of an array cuts alike; it is written into the manifest when a sweep begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coalsim.parameters import Parameters
from coalsim.simulation import field_size, structure

BLOCK_ORGANIZATION_MONTHS = 2_000_000
"""Size of a block: about a second of work, so that little is lost and little is spent on bookkeeping."""


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
        return cls(number, tuple(i for low, high in ranges for i in range(low, high)), first, last, size)


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
        Organization-months a block; a single run that is larger is a block of its own.
    number
        Number of the first block.
    """
    groups: dict[tuple[Any, ...], list[int]] = {}
    for scenario_id in ids:
        groups.setdefault(structure(scenarios[scenario_id]), []).append(scenario_id)
    blocks: list[WorkBlock] = []
    for members in groups.values():
        p = scenarios[members[0]]
        run = field_size(p) * p.simulation.months
        width = min(len(members), max(1, size // run))
        replicates = max(1, size // (run * width))
        for start in range(first, last, replicates):
            stop = min(start + replicates, last)
            for place in range(0, len(members), width):
                chunk = tuple(members[place : place + width])
                blocks.append(WorkBlock(number + len(blocks), chunk, start, stop, run * len(chunk) * (stop - start)))
    return blocks


def _ranges(ids: Sequence[int]) -> list[list[int]]:
    """Return ascending numbers as half-open ranges."""
    found: list[list[int]] = []
    for i in ids:
        if found and found[-1][1] == i:
            found[-1][1] = i + 1
        else:
            found.append([i, i + 1])
    return found
