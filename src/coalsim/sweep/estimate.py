"""What a sweep will cost: runs and blocks counted, time and disk from a timed sample."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from coalsim.counts import so_many
from coalsim.errors import BlockError
from coalsim.sweep.design import Sweep
from coalsim.sweep.identity import Prepared
from coalsim.sweep.plan import WorkBlock
from coalsim.sweep.progress import duration
from coalsim.sweep.work import Done, Failed, compute, tasks

SAMPLE_SECONDS = 3.0
SAMPLE_RUNS, SAMPLE_ORGANIZATION_MONTHS = 200, 500_000
"""Of a block so many runs are timed, or as many as have so many organization-months, or one."""


@dataclass(frozen=True)
class Estimate:
    """What a sweep will cost.

    Attributes
    ----------
    scenarios, replicates, runs, blocks : counts
    organization_months : the whole work
    seconds : of processor time, estimated
    bytes : of tables, estimated
    workers : over which the time is divided
    sampled : runs that were timed
    """

    scenarios: int
    replicates: int
    runs: int
    blocks: int
    organization_months: int
    seconds: float
    bytes: float
    workers: int
    sampled: int

    def lines(self, name: str) -> Iterator[str]:
        """Say it, a line at a time."""
        design = f"{so_many(self.scenarios, 'scenario')} x {so_many(self.replicates, 'replicate')}"
        yield f"{name}: {design} = {so_many(self.runs, 'run')} in {so_many(self.blocks, 'block')}"
        yield f"work: {self.organization_months / 1e6:,.1f} million organization-months"
        many = f" with {self.workers} workers" if self.workers > 1 else ""
        yield f"time: about {duration(self.seconds / self.workers)}{many} (from a sample of {so_many(self.sampled, 'run')})"
        yield f"disk: about {self.bytes / 1e6:,.1f} MB"


def estimate(sweep: Sweep, workers: int = 1) -> Estimate:
    """Plan a sweep and time a sample of its blocks.

    Parameters
    ----------
    sweep
        The design.
    workers
        Processes it is to run with.

    Raises
    ------
    BlockError
        The sample cannot be simulated.
    """
    prepared = Prepared.of(sweep)
    blocks, files = prepared.blocks, prepared.files
    work = sum(block.organization_months for block in blocks)
    rates: list[tuple[float, float]] = []
    sampled, error = 0, "no block"
    began = time.perf_counter()
    if blocks[0].organization_months // blocks[0].runs <= SAMPLE_ORGANIZATION_MONTHS:
        _timed(sweep, _some(blocks[0], 1), files)  # the first also pays for imports and tables read
    # From one end to the other of the plan, as long as it takes: blocks of other shapes cost differently.
    for block in _spread(blocks):
        found = [_timed(sweep, _some(block, runs), files) for runs in _sizes(block)]
        good = [made for made in found if isinstance(made, Done)]
        error = next((made.error for made in found if isinstance(made, Failed)), error)
        if good:
            seconds, size = _of_whole(block, good)
            rates.append((seconds / block.organization_months, size / block.organization_months))
            sampled += sum(made.runs for made in good)
        if time.perf_counter() - began > SAMPLE_SECONDS:
            break
    if not rates:
        raise BlockError(f"the sample failed: {error}")
    seconds, size = (sum(column) / len(rates) for column in zip(*rates, strict=True))
    runs = sum(block.runs for block in blocks)
    return Estimate(sweep.count, sweep.replicates, runs, len(blocks), work, seconds * work, size * work, workers, sampled)


def _spread(blocks: list[WorkBlock]) -> Iterator[WorkBlock]:
    """Yield blocks from all over the plan, each once."""
    step = next(step for step in (7919, 7927, 1) if len(blocks) % step)
    return (blocks[place * step % len(blocks)] for place in range(len(blocks)))


def _sizes(block: WorkBlock) -> tuple[int, ...]:
    """Return how many runs of a block to time: two numbers, as a part of its cost does not grow with them."""
    run = block.organization_months // block.runs
    many = max(1, min(SAMPLE_RUNS, block.runs, SAMPLE_ORGANIZATION_MONTHS // run))
    return (many // 4, many) if many >= 8 else (many,)


def _some(block: WorkBlock, runs: int) -> WorkBlock:
    """Return a part of a block with about so many runs: scenarios from all over it, in the first replicates."""
    scenarios = block.scenarios[:: -(-len(block.scenarios) // runs)]
    replicates = min(max(1, runs // len(scenarios)), block.last - block.first)
    size = block.organization_months // block.runs * len(scenarios) * replicates
    return replace(block, scenarios=scenarios, last=block.first + replicates, organization_months=size)


def _timed(sweep: Sweep, block: WorkBlock, files: dict[str, str]) -> Done | Failed:
    return compute(tasks(sweep, [block], files)[0])


def _of_whole(block: WorkBlock, made: list[Done]) -> tuple[float, float]:
    """Return seconds and bytes of a whole block from those of parts of it: what it costs anyhow, and what each run adds."""

    def whole(costs: list[float]) -> float:
        if len(made) == 1 or made[0].runs == made[1].runs:
            return costs[-1] * block.runs / made[-1].runs
        slope = max(0.0, costs[1] - costs[0]) / (made[1].runs - made[0].runs)
        return max(costs[1], costs[1] + slope * (block.runs - made[1].runs))

    sizes = [float(sum(len(content) for content in done.tables.values())) for done in made]
    return whole([done.cpu_seconds for done in made]), whole(sizes)
