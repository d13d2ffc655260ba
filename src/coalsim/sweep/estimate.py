"""What a sweep will cost: runs and blocks counted, time and disk from a timed sample."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from coalsim.errors import BlockError
from coalsim.sweep.design import Sweep
from coalsim.sweep.manifest import data_files, inputs
from coalsim.sweep.plan import WorkBlock, plan
from coalsim.sweep.progress import duration
from coalsim.sweep.work import Failed, compute, tasks

SAMPLE_SECONDS = 3.0


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
        yield f"{name}: {self.scenarios:,} scenarios x {self.replicates:,} replicates = {self.runs:,} runs in {self.blocks:,} blocks"
        yield f"work: {self.organization_months / 1e6:,.1f} million organization-months"
        many = f" with {self.workers} workers" if self.workers > 1 else ""
        yield f"time: about {duration(self.seconds / self.workers)}{many} (from a sample of {self.sampled:,} runs)"
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
    scenarios = sweep.scenarios()
    blocks = plan(scenarios, range(len(scenarios)), 0, sweep.replicates, sweep.block)
    work = sum(block.organization_months for block in blocks)
    found: list[tuple[float, float, int, int]] = []
    began = time.perf_counter()
    files = inputs(data_files(sweep.spec()))
    # From one end to the other of the plan, as long as it takes: blocks of other shapes cost differently.
    error = "no block"
    for block in sorted(blocks, key=lambda block: (block.number * 7919) % len(blocks)):
        result = compute(tasks(sweep, [_first(block)], files)[0])
        if isinstance(result, Failed):
            error = result.error
            continue
        share = block.organization_months * result.runs / block.runs
        found.append((share, result.cpu_seconds, sum(len(content) for content in result.tables.values()), result.runs))
        if time.perf_counter() - began > SAMPLE_SECONDS:
            break
    if not found:
        raise BlockError(f"the sample failed: {error}")
    # The first also pays for imports and tables read.
    measured, seconds, size, sampled = (sum(column) for column in zip(*found[len(found) > 1 :], strict=True))
    factor = work / measured
    runs = sum(block.runs for block in blocks)
    return Estimate(len(scenarios), sweep.replicates, runs, len(blocks), work, seconds * factor, size * factor, workers, sampled)


def _first(block: WorkBlock) -> WorkBlock:
    """Return the block, or if it is very large a single run of it."""
    return block if block.organization_months <= 4_000_000 else replace(block, scenarios=block.scenarios[:1], last=block.first + 1)
