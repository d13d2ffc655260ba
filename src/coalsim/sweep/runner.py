"""Doing a sweep: what is left of the plan goes to the workers, what comes back goes into the folder."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from coalsim.errors import BlockError, Interrupted, ParameterError, StoreError
from coalsim.sweep.described import in_files, runnable
from coalsim.sweep.design import Sweep
from coalsim.sweep.executors import Pool, pool
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.identity import agree, begin, blocks_of, extend, left, same_code, same_inputs, sweep_of
from coalsim.sweep.manifest import Stretch, data_files, inputs, now, software
from coalsim.sweep.plan import plan
from coalsim.sweep.progress import Progress, Silent
from coalsim.sweep.work import Done, Failed, Task, compute, frames, tasks

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

CRASHES = 2
"""Times that a block may take its worker down with it, alone, before it is recorded as failed."""


def run(
    sweep: Sweep,
    folder: Path,
    *,
    name: str = "sweep",
    workers: int = 1,
    dask: str | None = None,
    part: tuple[int, int] | None = None,
    errors: Literal["stop", "record"] = "record",
    overwrite: bool = False,
    mixed: bool = False,
    progress: Progress | None = None,
) -> Results:
    """Begin a sweep in a folder, or go on with it; see `Sweep.run`.

    `name` goes into the manifest, `overwrite` begins anew whatever is there, `mixed` lets another version of the
    code go on, `progress` is told what happens.
    """
    from coalsim.sweep.results import open_results

    _check(part, errors)
    in_files(sweep.mechanisms)
    store = SweepFolder(folder)
    store.make()
    with store.held(part):
        with store.beginning():
            if overwrite and part is None:
                store.clear()
            if store.exists:
                agree(store, sweep)
            else:
                begin(store, sweep, name)
        _work(store, workers, dask, part, errors, mixed, progress or Silent())
    return open_results(folder)


def proceed(
    folder: Path,
    *,
    workers: int = 1,
    dask: str | None = None,
    retry: bool = False,
    replicates: int | None = None,
    points: list[dict[str, Any]] | None = None,
    errors: Literal["stop", "record"] = "record",
    mixed: bool = False,
    progress: Progress | None = None,
) -> Results:
    """Go on with the sweep of a folder, perhaps a larger one.

    Parameters
    ----------
    folder
        A folder with a sweep.
    workers, dask, errors, mixed, progress
        As in `run`.
    retry
        Whether to compute blocks again that failed.
    replicates
        How many there are to be, at least as many as there are.
    points
        Scenarios to add, each the values of all factors. What is there already is not added again.

    Raises
    ------
    ParameterError
        The larger design is not allowed.
    StoreError
        There is no sweep, or it cannot be gone on with.
    """
    from coalsim.sweep.results import open_results

    store = SweepFolder(folder)
    if not store.exists:
        raise StoreError(f"{folder}: no sweep is here")
    with store.held():
        if replicates is not None or points:
            extend(store, replicates, points or [])
        if retry:
            for entry in store.entries():
                if entry.error is not None:
                    store.forget(entry.block)
        _work(store, workers, dask, None, errors, mixed, progress or Silent())
    return open_results(folder)


def run_in_memory(sweep: Sweep, workers: int = 1) -> Results:
    """Simulate a sweep without a folder; a block that fails raises `BlockError`."""
    from coalsim.sweep.results import in_memory

    blocks = plan(sweep.scenarios(), range(len(sweep.scenarios())), 0, sweep.replicates, sweep.block)
    runnable(sweep.mechanisms, "this sweep")
    made = tasks(sweep, blocks, inputs(data_files(sweep.spec())))
    if workers != 1:
        in_files(sweep.mechanisms)
    if workers == 1:
        return in_memory(sweep, [frames(task) for task in made])
    found: dict[int, Done] = {}
    with pool(workers, None) as executor:
        for task, result in _results(executor, made):
            if isinstance(result, Failed):
                raise BlockError(f"block {task.block.number} failed: {result.error}\n{result.traceback}")
            found[task.block.number] = result
    return in_memory(sweep, [found[number].frames() for number in sorted(found)])


def _work(
    store: SweepFolder,
    workers: int,
    dask: str | None,
    part: tuple[int, int] | None,
    errors: Literal["stop", "record"],
    mixed: bool,
    progress: Progress,
) -> None:
    """Compute what is left."""
    manifest = store.manifest()
    same_code(store, manifest, mixed)
    sweep = sweep_of(store, manifest)
    same_inputs(store, manifest, sweep)
    runnable(sweep.mechanisms, store)
    blocks = [block for block in blocks_of(manifest) if part is None or block.number % part[1] == part[0] - 1]
    todo, settled, notes = left(store, manifest, tasks(sweep, blocks, inputs(data_files(sweep.spec()))))
    progress.begin(sum(block.organization_months for block in blocks), sum(block.runs for block in blocks), settled)
    for note in notes:
        progress.note(note)
    began, start, cpu, count = now(), time.perf_counter(), 0.0, 0
    executor_name = "none"
    try:
        if todo:
            with _interruptible(), pool(workers, dask) as executor:
                executor_name = executor.name
                for task, result in _results(executor, todo):
                    store.record(task, result)
                    count += 1
                    cpu += result.cpu_seconds if isinstance(result, Done) else 0.0
                    progress.block(task, result)
                    if isinstance(result, Failed) and errors == "stop":
                        raise BlockError(
                            f"block {task.block.number} of {store} failed: {result.error} (`coalsim status {store}` has the traceback)"
                        )
    except KeyboardInterrupt:
        left_over = len(todo) - count
        raise Interrupted(
            f"stopped; {left_over} of {len(blocks)} blocks are left, what is done is kept: the same command goes on"
        ) from None
    finally:
        progress.end()
        if count:
            stretch = Stretch(
                began=began,
                ended=now(),
                blocks=count,
                wall_seconds=round(time.perf_counter() - start, 3),
                cpu_seconds=round(cpu, 3),
                executor=executor_name,
                part=f"{part[0]}/{part[1]}" if part else None,
                code=software().code,
            )
            with store.beginning():
                latest = store.manifest()
                store.write_manifest(latest.model_copy(update={"stretches": [*latest.stretches, stretch]}))


def _results(executor: Pool, todo: list[Task]) -> Iterator[tuple[Task, Done | Failed]]:
    """Yield each task with its result, in the order they come.

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
                under_way[executor.executor.submit(compute, task)] = task
            except BrokenExecutor:
                waiting.appendleft(task)
                if not under_way:
                    executor.renew()
                break
            if task.block.number in crashes:
                break
        finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
        broken: list[Task] = []
        for future in finished:
            task = under_way.pop(future)
            error = future.exception()
            if error is None:
                yield task, future.result()
            elif isinstance(error, BrokenExecutor):
                broken.append(task)
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


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM, which job schedulers send before they kill, end the sweep as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _check(part: tuple[int, int] | None, errors: str) -> None:
    if part is not None and not 1 <= part[0] <= part[1]:
        raise ParameterError(f"part {part[0]}/{part[1]}: i/N with 1 <= i <= N is needed")
    if errors not in ("stop", "record"):
        raise ParameterError(f"errors = {errors!r}; allowed: stop, record")
