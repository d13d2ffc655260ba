"""Sweeps without a folder: whole, or over worlds that have replicates of their own.

Scenarios of a sweep share their replicates, so that they can be compared in pairs. For a mean over worlds that is wrong: with four
replicates all worlds would have the same four fields and lucks, and an interval from the spread over worlds would leave out how much
these four matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from coalsim.counts import MAX_RUNS_IN_MEMORY
from coalsim.errors import BlockError, ParameterError
from coalsim.sweep.described import in_files, runnable
from coalsim.sweep.executors import check_workers, pool
from coalsim.sweep.identity import Prepared
from coalsim.sweep.plan import WorkBlock, plan
from coalsim.sweep.progress import Progress, Silent
from coalsim.sweep.sharing import results_of
from coalsim.sweep.work import Failed, frames, tasks
from coalsim.tables.columns import REPLICATE, SCENARIO
from coalsim.vectorized import compiling

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.design import Sweep
    from coalsim.sweep.results import Results


def run_in_memory(sweep: Sweep, workers: int = 1, compiled: bool | None = None) -> Results:
    """Simulate a sweep without a folder; a block that fails raises `BlockError`."""
    from coalsim.sweep.results import in_memory

    return in_memory(sweep, frames_of(sweep, None, workers, compiled))


def run_apart(
    sweep: Sweep, by: str, workers: int = 1, compiled: bool | None = None, progress: Callable[[], Progress] | None = None
) -> Results:
    """Simulate a sweep in memory, the scenarios of each world in replicates that no other world has.

    Parameters
    ----------
    sweep
        The sweep, with `replicates` of each world.
    by
        The factor whose levels are the worlds, in the order of the design: world w has the replicates from ``w * replicates`` on.
    workers, compiled
        As in `Sweep.run`; results do not depend on them.
    progress
        Makes what is told how far it is; None tells nobody.

    Returns
    -------
    Results
        ``replication`` counts from 0 within each world.

    Raises
    ------
    ParameterError, BlockError
        As in `frames_of`.
    """
    from coalsim.sweep.results import in_memory

    def blocks(sweep: Sweep) -> list[WorkBlock]:
        scenarios, found = sweep.lazily(), list[WorkBlock]()
        for number, (_, of) in enumerate(sweep.frame.groupby(by, sort=False)):
            first = number * sweep.replicates
            found += plan(scenarios, of[SCENARIO], first, first + sweep.replicates, sweep.block, len(found))
        return found

    parts = frames_of(sweep, blocks, workers, compiled, progress)
    for table in (table for part in parts for table in part.values()):
        table[REPLICATE] %= sweep.replicates
    return in_memory(sweep, parts)


def frames_of(
    sweep: Sweep,
    blocks: Callable[[Sweep], list[WorkBlock]] | None,
    workers: int = 1,
    compiled: bool | None = None,
    progress: Callable[[], Progress] | None = None,
) -> list[dict[str, pd.DataFrame]]:
    """Return the tables of all blocks of a sweep, in their order, without a folder.

    Parameters
    ----------
    sweep
        The sweep.
    blocks
        Plans its blocks; None for the usual plan.
    workers, compiled
        As in `Sweep.run`.
    progress
        Makes what is told how far it is; None tells nobody.

    Raises
    ------
    ParameterError
        An argument is not allowed, or there are too many runs for memory.
    BlockError
        A block failed in a process, or while somebody was told.
    """
    check_workers(workers)
    if sweep.count * sweep.replicates > MAX_RUNS_IN_MEMORY:
        runs = f"{sweep.count:,} scenarios x {sweep.replicates:,} replicates"
        raise ParameterError(f"{runs} are too many for memory; allowed: {MAX_RUNS_IN_MEMORY:,} runs, and more in a folder")
    runnable(sweep.mechanisms, "this sweep")
    if workers != 1:
        in_files(sweep.mechanisms)
    prepared = Prepared.of(sweep)
    planned = prepared.blocks if blocks is None else blocks(sweep)
    size = sum(block.organization_months for block in planned)
    kernels = compiling.chosen(compiled, size)
    made = [replace(task, compiled=kernels) for task in tasks(sweep, planned, prepared.files)]
    if workers == 1 and progress is None:
        return [frames(task) for task in made]
    telling = Silent() if progress is None else progress()
    telling.begin(size, sum(block.runs for block in planned), [])
    found: dict[int, dict[str, pd.DataFrame]] = {}
    try:
        with pool(workers, None, len(made)) as executor:
            for task, result in results_of(executor, made, telling.note):
                if isinstance(result, Failed):
                    raise BlockError(f"block {task.block.number} failed: {result.error}\n{result.traceback}")
                telling.block(task, result)
                found[task.block.number] = result.frames()
    finally:
        telling.end()
    return [found[number] for number in sorted(found)]
