"""What computes blocks: this process, a pool of processes, or Dask; all behind `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from coalsim.errors import ParameterError


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

    def renew(self) -> None:
        """Replace a broken executor."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._make()

    def stop(self) -> None:
        """End it without waiting for what is under way."""
        processes = list((getattr(self.executor, "_processes", None) or {}).values())
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


@contextlib.contextmanager
def pool(workers: int, dask: str | None) -> Iterator[Pool]:
    """Open what computes: Dask if an address is given, else a pool of processes, or this one if `workers` is 1.

    Raises
    ------
    ParameterError
        `workers` is out of range, Dask is not installed or its scheduler cannot be reached.
    """
    if workers < 1:
        raise ParameterError(f"workers = {workers} is out of range; allowed: >= 1")
    if dask is not None:
        with _dask(dask, workers) as found:
            yield found
        return
    # A block more than workers, so that none waits while the main process writes.
    found = Pool("this process", 1, InProcess) if workers == 1 else Pool(f"{workers} processes", workers + 1, lambda: _processes(workers))
    try:
        yield found
    finally:
        found.stop()


def _processes(workers: int) -> Executor:
    # A fork of a process with threads can deadlock, spawning imports everything for each worker: a server forks clean ones.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["coalsim.sweep.preload"])
    return ProcessPoolExecutor(workers, context, initializer=_begin)


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
def _dask(address: str, workers: int) -> Iterator[Pool]:
    try:
        import distributed
    except ImportError:
        raise ParameterError("--dask needs the package distributed: install coalsim[dask]") from None
    connect: Any = distributed.Client
    start: Any = distributed.LocalCluster
    with contextlib.ExitStack() as stack:
        try:
            if address == "local":
                cluster = stack.enter_context(start(n_workers=workers, threads_per_worker=1, dashboard_address=None))
                client = stack.enter_context(connect(cluster))
            else:
                client = stack.enter_context(connect(address, timeout=15))
                client.wait_for_workers(1, timeout=60)
        except (OSError, ValueError, TimeoutError) as error:
            raise ParameterError(f"--dask {address}: no scheduler with workers can be reached there ({error})") from None
        cores = sum(client.nthreads().values())
        # Scheduling takes milliseconds over a network: two blocks a core keep workers busy.
        yield Pool(f"Dask at {address}, {cores} cores", 2 * cores + 1, lambda: client.get_executor(pure=False, retries=2))
