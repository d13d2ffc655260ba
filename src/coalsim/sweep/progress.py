"""Telling how far a sweep is: a bar on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from coalsim.counts import so_many
from coalsim.sweep.work import Done, Failed, Task

if TYPE_CHECKING:
    from coalsim.sweep.entries import Entry


class Progress(Protocol):
    """What is told while a sweep runs."""

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Hear of the whole work in organization-months and runs, and what the ledger has already."""

    def note(self, text: str) -> None:
        """Hear of something that the user should know."""

    def block(self, task: Task, result: Done | Failed) -> None:
        """Hear that a block is in the folder."""

    def end(self) -> None:
        """Hear that no more will come."""


class Silent:
    """Says nothing."""

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def block(self, task: Task, result: Done | Failed) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Guarded:
    """Passes on to another what it hears, until that fails: a terminal that is gone costs what is shown, never what is computed."""

    def __init__(self, progress: Progress) -> None:
        self._progress: Progress = progress

    def _tell(self, what: Callable[[], None]) -> None:
        try:
            what()
        except (OSError, ValueError):  # a closed or full device; characters it does not have
            self._progress = Silent()

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Pass it on."""
        self._tell(lambda: self._progress.begin(work, runs, settled))

    def note(self, text: str) -> None:
        """Pass it on."""
        self._tell(lambda: self._progress.note(text))

    def block(self, task: Task, result: Done | Failed) -> None:
        """Pass it on."""
        self._tell(lambda: self._progress.block(task, result))

    def end(self) -> None:
        """Pass it on."""
        self._tell(lambda: self._progress.end())


class Counted:
    """Counts what is done; says it in lines, at most one every `every` seconds and one for each failure."""

    def __init__(self, every: float = 20.0) -> None:
        self.every = every
        self.work = self.runs = self.done = self.now = self.failures = 0
        self.started = self.last = time.perf_counter()

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Say how much there is and how much of it is done."""
        self.work, self.runs = work, runs
        self.done = sum(entry.runs for entry in settled)
        self.failures = sum(entry.error is not None for entry in settled)
        self.started = self.last = time.perf_counter()
        there = f", {self.done:,} done already" if self.done else ""
        self.say(f"{so_many(runs, 'run')}{there}" + (f", {so_many(self.failures, 'failed block')}" if self.failures else ""))

    def note(self, text: str) -> None:
        """Say it."""
        self.say(text)

    def block(self, task: Task, result: Done | Failed) -> None:
        """Count a block, and perhaps say how it goes."""
        if isinstance(result, Failed):
            self.failures += 1
            self.say(f"block {task.block.number} failed: {result.error}")
            return
        self.done += result.runs
        self.now += result.runs
        if time.perf_counter() - self.last >= self.every:
            self.last = time.perf_counter()
            self.say(f"{self.done:,} of {self.runs:,} runs, {self.pace()}")

    def end(self) -> None:
        """Say nothing more."""

    def pace(self) -> str:
        """Return rate, time left and failures."""
        seconds = max(time.perf_counter() - self.started, 1e-9)
        rate = self.now / seconds
        left = duration((self.runs - self.done) / rate) if rate else "unknown time"
        failed = f", {self.failures} failed blocks" if self.failures else ""
        return f"{rate:,.0f} runs/s, {left} left{failed}"

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr, flush=True)


class Bar(Counted):
    """A bar with rate, time left and failures (rich)."""

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Draw it."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Drawn

        self.drawn = Drawn(
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self.drawn.start()
        super().begin(work, runs, settled)
        self.bar = self.drawn.add_task("runs", total=runs, completed=self.done, pace="")

    def block(self, task: Task, result: Done | Failed) -> None:
        """Move it on."""
        self.last = time.perf_counter()
        super().block(task, result)
        self.drawn.update(self.bar, completed=self.done, pace=self.pace())

    def end(self) -> None:
        """Take it away."""
        self.drawn.stop()

    def say(self, text: str) -> None:
        """Print a line above it."""
        self.drawn.console.print(text, highlight=False, markup=False)


def reporter(quiet: bool) -> Progress:
    """Return what suits the place where error messages go: a bar, lines, or silence if `quiet`."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr is not None and sys.stderr.isatty() else Counted()


def duration(seconds: float) -> str:
    """Write a time span for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
