"""Dask as what computes blocks: a scheduler that is there, or one that is started."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

from coalsim.errors import ParameterError, WorkersError
from coalsim.sweep.executors import Pool, without_main


class DaskPool(Pool):
    """The workers of a Dask scheduler."""

    def __init__(self, address: str, client: Any) -> None:
        self._address, self._client = address, client
        cores = sum(client.nthreads().values())
        # Scheduling takes milliseconds over a network: two blocks a core keep workers busy.
        super().__init__(f"Dask at {address}, {cores} cores", 2 * cores + 1, self._executor)

    def _executor(self) -> Executor:
        return self._client.get_executor(pure=False, retries=2)

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have `fn` called by a worker; raise `WorkersError` if the scheduler is gone."""
        try:
            return super().submit(fn, *args)
        except Exception as error:
            raise self._gone() from error

    def trouble(self) -> str | None:
        """Return that no worker is left; raise `WorkersError` if the scheduler is gone."""
        if self._client.status != "running":
            raise self._gone()
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
        except Exception as error:
            raise self._gone() from error
        return None if workers else f"no worker is left at {self._address}; waiting for one (Ctrl-C stops, what is done is kept)"

    def stop(self) -> None:
        """Leave the cluster to whom it belongs."""
        with contextlib.suppress(Exception):
            self.executor.shutdown(wait=False, cancel_futures=True)

    def _gone(self) -> WorkersError:
        return WorkersError(f"the Dask scheduler at {self._address} is gone; what is done is kept; the same command continues")


def check_address(address: str) -> str:
    """Return the address of a scheduler; raise `ParameterError` if it cannot be one, or Dask is not installed."""
    if not (re.fullmatch(r"local(:\d{1,5})?", address) or re.fullmatch(r"([a-z]+://)?[^\s/]+:\d{1,5}", address)):
        raise ParameterError(
            f"--dask {address}: an address as tcp://host:8786 is needed, or local, or local:8787 with a dashboard at that port"
        )
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ParameterError("--dask needs the package distributed: install coalsim[dask]") from None
    return address


@contextlib.contextmanager
def cluster(address: str, workers: int) -> Iterator[DaskPool]:
    """Connect with the scheduler at an address, or start one: ``local``, or ``local:PORT`` with a dashboard at that port.

    Raises
    ------
    ParameterError
        Dask is not installed, or the scheduler cannot be reached.
    """
    check_address(address)
    import dask
    import distributed

    connect: Any = distributed.Client
    start: Any = distributed.LocalCluster
    with contextlib.ExitStack() as stack:
        # A scheduler that is gone is said in one line, by us.
        for talkative in ("distributed", "tornado"):
            stack.enter_context(_quiet(talkative))
        try:
            if address.startswith("local"):
                _, _, port = address.partition(":")
                # Neither the scheduler nor its workers open anything to look at, unless asked to.
                dashboard = {"dashboard_address": f"127.0.0.1:{port}" if port else None, "worker_dashboard_address": None}
                with without_main(), dask.config.set({"distributed.worker.http.routes": []} if not port else {}):
                    made = stack.enter_context(start(n_workers=workers, threads_per_worker=1, **dashboard))
                client = stack.enter_context(_closing(connect(made)))
            else:
                client = stack.enter_context(_closing(connect(address, timeout=15)))
                client.wait_for_workers(1, timeout=60)
        except (OSError, ValueError, TimeoutError) as error:
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ParameterError(f"--dask {address}: no scheduler with workers can be reached there ({why})") from None
        yield DaskPool(address, client)


@contextlib.contextmanager
def _closing(client: Any) -> Iterator[Any]:
    """Close a client whatever became of its scheduler."""
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=5)


@contextlib.contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Silence loggers, each of which may have a level of its own."""
    known = [logging.getLogger(other) for other in (name, *logging.root.manager.loggerDict) if other.split(".")[0] == name]
    before = [logger.level for logger in known]
    for logger in known:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(known, before, strict=True):
            logger.setLevel(level)
