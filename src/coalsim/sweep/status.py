"""How far a sweep is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coalsim.counts import so_many
from coalsim.sweep.entries import Entry
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.identity import opened
from coalsim.sweep.progress import duration


@dataclass(frozen=True)
class Status:
    """How far a sweep is.

    Attributes
    ----------
    folder : where it is
    name : of the sweep
    scenarios, runs, blocks : how many there are to be
    done : blocks that are in the folder
    runs_done : runs in them
    bytes : size of their tables
    cpu_seconds : what they took
    failed : the ledger's entries of blocks that failed
    holder : who works at it at this moment, None if nobody does
    rate : runs a second over the last blocks, 0 if unknown
    """

    folder: Path
    name: str
    scenarios: int
    runs: int
    blocks: int
    done: int
    runs_done: int
    bytes: int
    cpu_seconds: float
    failed: tuple[Entry, ...]
    holder: str | None
    rate: float

    @property
    def left(self) -> int:
        """Blocks that are neither done nor failed."""
        return self.blocks - self.done - len(self.failed)

    def lines(self) -> Iterator[str]:
        """Say it, a line at a time."""
        much = f"{so_many(self.scenarios, 'scenario')}, {so_many(self.runs, 'run')} in {so_many(self.blocks, 'block')}"
        yield f"{self.name} in {self.folder}: {much}"
        share = self.runs_done / self.runs
        cost = f"{self.bytes / 1e6:,.1f} MB, {duration(self.cpu_seconds)} of processor time"
        yield f"done: {so_many(self.runs_done, 'run')} ({share:.1%}), {so_many(self.done, 'block')}, {cost}"
        if self.holder:
            left = f", about {duration((self.runs - self.runs_done) / self.rate)} left" if self.rate and self.left else ""
            yield f"at work: {self.holder}{left}"
        elif self.left:
            yield f"left: {so_many(self.left, 'block')}, nobody is at work; `coalsim extend {self.folder}` continues"
        for entry in self.failed[:5]:
            yield f"block {entry.block} failed: {entry.error}"
            yield from (f"    {line}" for line in (entry.traceback or "").rstrip().splitlines()[-6:])
        if len(self.failed) > 5:
            yield f"and {len(self.failed) - 5} more"
        if self.failed:
            yield f"failed: {so_many(len(self.failed), 'block')}; `coalsim retry {self.folder}` computes them again"


def status(folder: str | Path) -> Status:
    """Read how far the sweep of a folder is; nothing is changed, also while it runs.

    Raises
    ------
    StoreError
        There is no sweep, or its manifest does not say what is there.
    """
    store = SweepFolder(Path(folder))
    manifest, _ = opened(store)
    entries = [entry for entry in store.entries() if entry.block < len(manifest.blocks)]
    done = [entry for entry in entries if entry.error is None]
    return Status(
        folder=store.path,
        name=manifest.name,
        scenarios=manifest.scenarios,
        runs=manifest.runs,
        blocks=len(manifest.blocks),
        done=len(done),
        runs_done=sum(entry.runs for entry in done),
        bytes=sum(size for entry in done for size, _ in entry.files.values()),
        cpu_seconds=sum(entry.cpu_seconds for entry in done),
        failed=tuple(entry for entry in entries if entry.error is not None),
        holder=store.holder(),
        rate=_rate(done),
    )


def warn_of_failures(folder: Path) -> None:
    """Log a warning if blocks of a sweep failed: whoever reads its results would not know that runs are missing."""
    failed = [entry for entry in SweepFolder(folder).entries() if entry.error is not None]
    if failed:
        first = " ".join((failed[0].error or "").split())
        said = "%d blocks of %s failed (block %d: %s); `coalsim status %s` says more"
        logging.getLogger("coalsim").warning(said, len(failed), folder, failed[0].block, first, folder)


def _rate(done: list[Entry]) -> float:
    """Return runs a second over the last minutes, by when blocks were finished."""
    from datetime import datetime

    last = sorted((datetime.fromisoformat(entry.finished), entry.runs) for entry in done)[-200:]
    seconds = (last[-1][0] - last[0][0]).total_seconds() if len(last) > 1 else 0.0
    return sum(runs for _, runs in last[1:]) / seconds if seconds else 0.0
