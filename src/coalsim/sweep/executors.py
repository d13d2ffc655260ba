"""What computes blocks: this process, a pool of processes, or Dask; all behind `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from coalsim.counts import whole
from coalsim.errors import WorkersError

MAX_WORKERS = 61 if sys.platform == "win32" else 4096
"""Windows can wait for no more processes; elsewhere, a number that can only be a mistake."""


ENDING = 5.0
"""Seconds that the end of killed processes is waited for."""


class InProcess(Executor):
    """Computes at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call `fn` and return a future that is done."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Pool:
    """Makes executors of one kind, again if one breaks.

    Attributes
    ----------
    name : what to call it in the manifest
    width : blocks to have under way at a time
    """

    def __init__(self, name: str, width: int, make: Callable[[], Executor]) -> None:
        self.name, self.width, self._make = name, width, make
        self.executor = make()

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have `fn` called by a worker; raise `BrokenExecutor` if no worker can take it, until the pool is renewed."""
        try:
            with _undisturbed() if isinstance(self.executor, ProcessPoolExecutor) else contextlib.nullcontext():
                return self.executor.submit(fn, *args)
        except (OSError, EOFError) as error:
            # Submitting starts processes, and what starts them (a server of processes) can be killed as well as they.
            raise BrokenExecutor(str(error)) from error

    def trouble(self) -> str | None:
        """Return what keeps blocks from being computed at the moment; raise `WorkersError` if they never will be."""
        return None

    def renew(self) -> None:
        """Replace a broken executor; raise `WorkersError` if another cannot work either."""
        error: Exception | None = None
        for patience in (0.0, 0.1, 0.5, 2.0):
            time.sleep(patience)
            self.executor.shutdown(wait=False, cancel_futures=True)
            self.executor = self._make()
            error = self._idle()
            if error is None:
                return
        raise _unable(error)

    def begin(self) -> None:
        """Have a worker do nothing: if it cannot even that, no block is to blame; raise `WorkersError` then."""
        if self._idle() is not None:
            self.renew()

    def _idle(self) -> Exception | None:
        try:
            self.submit(os.getpid).result()
        except (BrokenExecutor, OSError, ImportError) as error:
            return error
        return None

    def stop(self) -> None:
        """End it without waiting for what is under way."""
        processes = list((getattr(self.executor, "_processes", None) or {}).values())
        manager = getattr(self.executor, "_executor_manager_thread", None)
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        if manager is not None:  # at its end the interpreter wakes this thread by a pipe, and fails if it is just closing it
            manager.join(timeout=ENDING)


def check_workers(workers: Any) -> int:
    """Return a number of workers; raise `ParameterError` if it is none."""
    return whole("workers", workers, 1, MAX_WORKERS)


@contextlib.contextmanager
def pool(workers: int, dask: str | None, blocks: int | None = None) -> Iterator[Pool]:
    """Open what computes: Dask if an address is given, else a pool of processes, or this one if `workers` is 1.

    Parameters
    ----------
    workers
        How many processes.
    dask
        Address of a scheduler, or "local".
    blocks
        How many blocks there are: no more processes than these are started.

    Raises
    ------
    ParameterError
        `workers` is out of range, Dask is not installed or its scheduler cannot be reached.
    WorkersError
        No process can be started.
    """
    check_workers(workers)
    if dask is not None:
        from coalsim.sweep.clusters import cluster

        with cluster(dask, workers) as cluster_pool:
            yield cluster_pool
        return
    workers = min(workers, blocks or workers)
    # A block more than workers, so that none waits while the main process writes.
    found = Pool("this process", 1, InProcess) if workers == 1 else Pool(f"{workers} processes", workers + 1, lambda: _processes(workers))
    try:
        if workers > 1:
            found.begin()
        yield found
    finally:
        found.stop()


def _unable(error: Exception | None) -> WorkersError:
    return WorkersError(f"no worker process can be started ({error}); what is done is kept; without `workers`, one process computes")


def _processes(workers: int) -> Executor:
    try:
        context = _context()
        return ProcessPoolExecutor(workers, context, initializer=_begin)
    except (OSError, ImportError, ValueError, NotImplementedError) as error:
        raise WorkersError(f"this system starts no worker processes ({error}); compute with one process") from None


def _context() -> Any:
    """Return how processes are started.

    A fork of a process with threads can deadlock, spawning imports everything for each worker: a server forks clean ones, where
    there is such a thing and the user has not chosen to spawn.
    """
    server = "forkserver" in multiprocessing.get_all_start_methods() and hasattr(os, "fork")
    if not server or multiprocessing.get_start_method(allow_none=True) == "spawn":
        return _Spawning()
    context = _Serving()
    context.set_forkserver_preload(["coalsim.sweep.preload"])
    return context


@contextlib.contextmanager
def without_main() -> Iterator[None]:
    """Hide the main module from processes that are started within.

    A worker would import it again, and so run a script without ``if __name__ == "__main__":`` from its beginning, or look for a
    file of that name where the script came from standard input. Workers need only coalsim.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _Spawned(multiprocessing.context.SpawnProcess):
    """A spawned process that does not import the main module."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        with without_main():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class _Spawning(multiprocessing.context.SpawnContext):
    """Starts such processes."""

    Process = _Spawned


if hasattr(multiprocessing.context, "ForkServerContext"):

    class _Served(multiprocessing.context.ForkServerProcess):
        """A process forked from the server that does not import the main module."""

        @staticmethod
        def _Popen(process_obj: Any) -> Any:
            with without_main():
                return multiprocessing.context.ForkServerProcess._Popen(process_obj)

    class _Serving(multiprocessing.context.ForkServerContext):
        """Starts such processes."""

        Process = _Served


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the main process's affair, and without that there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Have Ctrl-C and SIGTERM wait while processes are started, and Ctrl-C kept from what is started.

    A process that was started and is not known yet would not be ended, and would complain of what is gone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, frame: came.append(number)) for number in (signal.SIGINT, signal.SIGTERM)}
    masks = hasattr(signal, "pthread_sigmask")  # what is started inherits the mask
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if came:
            signal.raise_signal(came[0])


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM, which job schedulers send before they kill, end what is done within, as Ctrl-C does."""
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
