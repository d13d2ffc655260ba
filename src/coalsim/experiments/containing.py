"""An experiment ends nothing but itself: neither the command that runs it nor the experiments after it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from coalsim.experiments.targets import ExperimentError


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Run code of an experiment: what would end the program is an error of the experiment; it may not move us to another folder.

    Ctrl-C still ends all.

    Parameters
    ----------
    path
        The code, for the error.

    Raises
    ------
    ExperimentError
        The code calls `sys.exit` or `os._exit`, or raises something that is no `Exception`.
    """
    here = os.getcwd()
    try:
        with _noted_interrupts() as interrupts, _no_way_out():
            try:
                yield
            except BaseException as error:
                if isinstance(error, Exception) or (isinstance(error, KeyboardInterrupt) and interrupts):
                    raise
                what = f"sys.exit({error.code!r})" if isinstance(error, SystemExit) else type(error).__name__
                raise ExperimentError(f"{path} ends the program ({what}); it must return its results, or raise an Exception") from error
    finally:
        os.chdir(here)


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """Keep the signals with which somebody interrupts us, apart from what code raises by itself."""
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        if callable(before) and threading.current_thread() is threading.main_thread():
            noted.append(0)  # somebody else handles them; take every interrupt for one
        yield noted
        return

    def note(number: int, frame: Any) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _no_way_out() -> Iterator[None]:
    """Let `os._exit` raise in this process; forked workers end by it as they always do."""
    leave, here = os._exit, os.getpid()

    def refuse(status: int) -> NoReturn:
        if os.getpid() != here:
            leave(status)
        raise SystemExit(status)

    os._exit = refuse
    try:
        yield
    finally:
        os._exit = leave
