"""Blocks shared out among workers, and their results as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from typing import Any

from coalsim.errors import WorkersError
from coalsim.sweep.executors import Pool
from coalsim.sweep.work import Done, Failed, Task, compute

PATIENCE = 5.0
"""Seconds without a finished block after which it is asked whether there still is somebody who computes."""

CRASHES = 2
"""Times that a block may take its worker down with it, alone, before it is recorded as failed."""


def results_of(executor: Pool, todo: list[Task], note: Callable[[str], None] = lambda text: None) -> Iterator[tuple[Task, Done | Failed]]:
    """Yield each task with its result, in the order they come; `note` is told what keeps them from coming.

    If a worker dies, the pool is renewed, and the blocks under way are tried again one at a time, so that the
    one at fault is found out; it fails after `CRASHES` deaths, the others do not suffer.
    """
    waiting, suspects = deque(todo), deque[Task]()
    under_way: dict[Future[Any], Task] = {}
    crashes: dict[int, int] = {}
    while waiting or suspects or under_way:
        while (suspects and not under_way) or (not suspects and waiting and len(under_way) < executor.width):
            task = suspects.popleft() if suspects else waiting.popleft()
            try:
                under_way[executor.submit(compute, task)] = task
            except BrokenExecutor:
                waiting.appendleft(task)
                if under_way:
                    break
                executor.renew()
                continue
            if task.block.number in crashes:
                break
        finished = _some(executor, under_way, note)
        broken: list[Task] = []
        for future in finished:
            task = under_way.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            if error is None:
                yield task, future.result()
            elif isinstance(error, BrokenExecutor):
                broken.append(task)
            elif isinstance(error, CancelledError):
                executor.trouble()
                raise WorkersError("the workers dropped a block; what is done is kept; the same command continues")
            else:
                # Dask: the worker died, as often as it allows, or the task could not travel.
                yield task, Failed(f"{type(error).__name__}: {error}", "", "unknown")
        if broken:
            wait(under_way)
            for future, task in under_way.items():
                if future.exception() is None:
                    yield task, future.result()
                else:
                    broken.append(task)
            under_way.clear()
            executor.renew()
            if len(broken) == 1:
                number = broken[0].block.number
                crashes[number] = crashes.get(number, 0) + 1
                if crashes[number] >= CRASHES:
                    yield broken.pop(), Failed("its worker died (killed, or out of memory)", "", "unknown")
            for task in broken:
                crashes.setdefault(task.block.number, 0)
            suspects.extend(broken)


def _some(executor: Pool, under_way: Iterable[Future[Any]], note: Callable[[str], None]) -> set[Future[Any]]:
    """Wait until a block is finished; say once what it is that keeps one waiting."""
    said = None
    while True:
        finished, _ = wait(under_way, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        if finished:
            return finished
        trouble = executor.trouble()
        if trouble != said and trouble is not None:
            note(trouble)
        said = trouble
