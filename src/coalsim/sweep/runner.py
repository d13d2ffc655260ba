"""Doing a sweep: what is left of the plan goes to the workers, what comes back goes into the folder."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from coalsim.counts import said
from coalsim.designs.files import data_files
from coalsim.errors import BlockError, Interrupted, ParameterError, StoreError
from coalsim.sweep.described import in_files, runnable
from coalsim.sweep.design import Sweep
from coalsim.sweep.executors import Pool, check_workers, interruptible, pool
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.identity import Prepared, agree, begin, blocks_of, extend, larger, left, opened, same_code, same_inputs, write_design
from coalsim.sweep.manifest import Manifest, Stretch, inputs, now, software
from coalsim.sweep.memory import run_in_memory as run_in_memory
from coalsim.sweep.progress import Guarded, Progress, Silent
from coalsim.sweep.sharing import results_of
from coalsim.sweep.work import Done, Failed, tasks
from coalsim.vectorized import compiling

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

Finish = Callable[["Results"], None]
Opening = Callable[[int], contextlib.AbstractContextManager[Pool]]


def run(
    sweep: Sweep,
    folder: str | Path,
    *,
    name: str = "sweep",
    workers: int = 1,
    dask: str | None = None,
    part: tuple[int, int] | None = None,
    errors: Literal["stop", "record"] = "record",
    overwrite: bool = False,
    mixed: bool = False,
    compiled: bool | None = None,
    progress: Progress | None = None,
    finish: Finish | None = None,
) -> Results:
    """Begin a sweep in a folder, or go on with it; see `Sweep.run`.

    `name` goes into the manifest, `overwrite` begins anew where a sweep is, `mixed` lets another version of the code go on,
    `progress` is told what happens, `finish` writes what belongs to a sweep that is whole, while nobody else writes.
    """
    _check(part, errors, workers, dask)
    compiling.check(compiled)
    in_files(sweep.mechanisms)
    if overwrite and part is not None:
        raise ParameterError(
            "--overwrite with --part: each task would remove what the others have done; remove the folder, or give another"
        )
    store = SweepFolder(folder)
    new = overwrite or not store.exists
    # All that may be refused is looked at before anything is made or removed.
    if overwrite and store.members and not store.recognized():
        raise StoreError(f"{store} holds {', '.join(store.members)}, which no sweep wrote; nothing is overwritten, give another folder")
    if new:
        prepared = Prepared.of(sweep)
    else:
        agree(store, sweep)
        _resumable(store, mixed)
    with contextlib.ExitStack() as stack:
        connected = stack.enter_context(pool(workers, dask)) if new and dask is not None else None
        stack.enter_context(store.made())
        stack.enter_context(store.held(part))
        with store.beginning():
            if overwrite:
                store.clear()
            if store.exists:
                agree(store, sweep)
            else:
                begin(store, prepared if new else Prepared.of(sweep), name)
        _work(
            store, connected or (lambda blocks: pool(workers, dask, blocks)), part, errors, mixed, Guarded(progress or Silent()), compiled
        )
        return _finished(store, finish)


def proceed(
    folder: str | Path,
    *,
    workers: int = 1,
    dask: str | None = None,
    retry: bool = False,
    replicates: int | None = None,
    points: list[dict[str, Any]] | None = None,
    errors: Literal["stop", "record"] = "record",
    mixed: bool = False,
    progress: Progress | None = None,
    finish: Finish | None = None,
) -> Results:
    """Go on with the sweep of a folder, perhaps a larger one.

    Parameters
    ----------
    folder
        A folder with a sweep.
    workers, dask, errors, mixed, progress, finish
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
        There is no sweep, or it cannot be continued.
    """
    _check(None, errors, workers, dask)
    store = SweepFolder(folder)
    if not store.exists:
        raise StoreError(f"{folder}: no sweep is here")
    progress = Guarded(progress or Silent())
    manifest, sweep = _resumable(store, mixed)
    if replicates is not None or points is not None:
        larger(sweep, store, replicates, points)  # refused before anything is locked
    with contextlib.ExitStack() as stack:
        stack.enter_context(store.held())
        if replicates is not None or points is not None:
            manifest, sweep = opened(store)
            grown = larger(sweep, store, replicates, points)
            if grown.known:
                known, added = ("is" if count == 1 else "are" for count in (grown.known, grown.added))
                progress.note(f"{grown.known:,} of the scenarios {known} there already or given twice; {grown.added:,} {added} added")
            if grown.sweep.spec() != sweep.spec():
                extend(store, manifest, sweep, grown.sweep)
        if retry:
            for entry in store.entries():
                if entry.error is not None:
                    store.forget(entry.block)
        _work(store, lambda blocks: pool(workers, dask, blocks), None, errors, mixed, progress)
        return _finished(store, finish)


def _resumable(store: SweepFolder, mixed: bool) -> tuple[Manifest, Sweep]:
    """Return manifest and sweep of a folder from which the work can be continued; raise `StoreError` if it cannot."""
    manifest, sweep = opened(store)
    same_code(store, manifest, mixed)
    same_inputs(store, manifest, sweep)
    return manifest, sweep


def _finished(store: SweepFolder, finish: Finish | None) -> Results:
    """Return the results, when what belongs to a whole sweep has been written, by one process at a time."""
    from coalsim.sweep.results import open_results
    from coalsim.sweep.status import status

    results = open_results(store.path)
    if finish is not None:
        with store.beginning():
            found = status(store.path)
            if not found.left and not found.failed:
                finish(results)
    return results


def _work(
    store: SweepFolder,
    opening: Pool | Opening,
    part: tuple[int, int] | None,
    errors: Literal["stop", "record"],
    mixed: bool,
    progress: Progress,
    compiled: bool | None = None,
) -> None:
    """Compute what is left."""
    manifest, sweep = _resumable(store, mixed)
    runnable(sweep.mechanisms, store)
    store.make_members()
    if part is None:
        store.tidy()
        write_design(store, sweep)
    blocks = [block for block in blocks_of(manifest) if part is None or block.number % part[1] == part[0] - 1]
    todo, settled, notes = left(store, manifest, tasks(sweep, blocks, inputs(data_files(sweep.spec()))))
    progress.begin(sum(block.organization_months for block in blocks), sum(block.runs for block in blocks), settled)
    for note in notes:
        progress.note(note)
    kernels = bool(todo) and compiling.chosen(compiled, sum(task.block.organization_months for task in todo), progress.note)
    todo = [replace(task, compiled=kernels) for task in todo]
    began, start, cpu, count = now(), time.perf_counter(), 0.0, 0
    executor_name = "none"
    try:
        if todo:
            opened_pool = contextlib.nullcontext(opening) if isinstance(opening, Pool) else opening(len(todo))
            with interruptible(), opened_pool as executor:
                executor_name = executor.name
                for task, result in results_of(executor, todo, progress.note):
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
            f"stopped; {left_over} of {len(blocks)} blocks are left, what is done is kept; the same command continues"
        ) from None
    finally:
        progress.end()
        if count and store.here:
            stretch = Stretch(
                began=began,
                ended=now(),
                blocks=count,
                wall_seconds=round(time.perf_counter() - start, 3),
                cpu_seconds=round(cpu, 3),
                executor=executor_name,
                part=f"{part[0]}/{part[1]}" if part else None,
                code=software().code,
                compiled=kernels,
            )
            with store.beginning():
                latest = store.manifest()
                store.write_manifest(latest.model_copy(update={"stretches": [*latest.stretches, stretch]}))


def _check(part: tuple[int, int] | None, errors: str, workers: int, dask: str | None) -> None:
    if part is not None:
        numbers = isinstance(part, tuple | list) and len(part) == 2 and all(type(number) is int for number in part)
        if not (numbers and 1 <= part[0] <= part[1]):
            raise ParameterError(f"part = {said(part)}: (i, N) with 1 <= i <= N is needed")
    if errors not in ("stop", "record"):
        raise ParameterError(f"errors = {errors!r}; allowed: stop, record")
    check_workers(workers)
    if dask is not None:
        from coalsim.sweep.clusters import check_address

        check_address(dask)
