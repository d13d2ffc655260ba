"""Sweeps over worlds, each in replicates of its own.

Scenarios of a sweep share their replicates, so that they can be compared in pairs. For a mean over worlds that is wrong: with four
replicates all worlds would have the same four fields and lucks, and an interval from the spread over worlds would leave out how much
these four matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from coalsim.errors import BlockError
from coalsim.sweep.executors import pool
from coalsim.sweep.identity import Prepared
from coalsim.sweep.plan import WorkBlock, plan
from coalsim.sweep.progress import Progress, Silent
from coalsim.sweep.runner import results_of
from coalsim.sweep.work import Failed, tasks
from coalsim.vectorized import compiling

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.design import Sweep
    from coalsim.sweep.results import Results


def run_apart(sweep: Sweep, by: str, workers: int = 1, progress: Callable[[], Progress] = Silent, compiled: bool | None = None) -> Results:
    """Simulate a sweep in memory, the scenarios of each world in replicates that no other world has.

    Parameters
    ----------
    sweep
        The sweep, with `replicates` of each world.
    by
        The factor whose levels are the worlds, in the order of the design: world w has the replicates from ``w * replicates`` on.
    workers
        Processes to compute with; results do not depend on it.
    progress
        Makes what is told how far it is.
    compiled
        As in `coalsim.simulate`.

    Returns
    -------
    Results
        ``replication`` counts from 0 within each world.

    Raises
    ------
    BlockError
        A block failed.
    """
    from coalsim.sweep.results import in_memory

    prepared = Prepared.of(sweep)
    scenarios, blocks = sweep.lazily(), list[WorkBlock]()
    for number, (_, of) in enumerate(sweep.frame.groupby(by, sort=False)):
        first = number * sweep.replicates
        blocks += plan(scenarios, of["scenario_id"], first, first + sweep.replicates, sweep.block, len(blocks))
    size = sum(block.organization_months for block in blocks)
    kernels = compiling.chosen(compiled, size)
    made = [replace(task, compiled=kernels) for task in tasks(sweep, blocks, prepared.files)]
    parts: dict[int, dict[str, pd.DataFrame]] = {}
    telling = progress()
    telling.begin(size, sum(block.runs for block in blocks), [])
    try:
        with pool(workers, None, len(made)) as executor:
            for task, result in results_of(executor, made, telling.note):
                if isinstance(result, Failed):
                    raise BlockError(f"block {task.block.number} failed: {result.error}\n{result.traceback}")
                telling.block(task, result)
                parts[task.block.number] = result.frames()
    finally:
        telling.end()
    for table in (table for part in parts.values() for table in part.values()):
        table["replication"] %= sweep.replicates
    return in_memory(sweep, [parts[number] for number in sorted(parts)])
