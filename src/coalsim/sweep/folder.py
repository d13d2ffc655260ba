"""The folder of a sweep: parts, ledger and lock. Every file appears whole or not at all.

::

    manifest.json         the design, the partition, the software
    design.parquet        a row a scenario
    outcomes/000012.parquet, coalitions/..., monthly/...    the tables of block 12
    ledger/000012.json    that block 12 is done, with sizes and digests of its parts, or why it failed
    lock                  held by the process that writes

A block is done when its ledger entry is there: it is written last. A part without one is computed again.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.sweep.manifest import Manifest, now, read_manifest
from coalsim.sweep.work import TABLES, Done, Failed, Task, digest, parquet
from coalsim.tables.store import MANIFEST, write

if TYPE_CHECKING:
    from coalsim.sweep.design import Sweep

DESIGN = "design.parquet"


@dataclass(frozen=True)
class Entry:
    """What the ledger says of a block: its digest, and if it failed, why; otherwise its parts and their cost."""

    block: int
    digest: str
    files: dict[str, tuple[int, str]]
    runs: int
    seconds: float
    cpu_seconds: float
    worker: str
    finished: str
    error: str | None = None
    traceback: str | None = None


class SweepFolder:
    """Read and write access to a sweep's folder.

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def exists(self) -> bool:
        """Whether a sweep is here."""
        return (self.path / MANIFEST).exists()

    def manifest(self) -> Manifest:
        """Read the manifest; raise `StoreError` if it is missing or damaged."""
        return read_manifest(self.path / MANIFEST)

    def write_manifest(self, manifest: Manifest) -> None:
        """Put `manifest` in place."""
        # Blocks a line each, so that people can read the rest.
        blocks = ",\n".join("    " + json.dumps(block, separators=(",", ":")) for block in manifest.blocks)
        about = manifest.model_dump()
        text = json.dumps({**about, "blocks": "@"}, indent=2).replace('"@"', f"[\n{blocks}\n  ]", 1)
        write(self.path / MANIFEST, lambda path: path.write_text(text + "\n", encoding="utf-8"))

    def write_design(self, sweep: Sweep) -> None:
        """Put the table of scenarios in place."""
        content = parquet(sweep.frame)
        write(self.path / DESIGN, lambda path: path.write_bytes(content))

    def part(self, table: str, block: int) -> Path:
        """Return where the part of a table stands."""
        return self.path / table / f"{block:06}.parquet"

    def entry_path(self, block: int) -> Path:
        """Return where the ledger's entry of a block stands."""
        return self.path / "ledger" / f"{block:06}.json"

    def make(self) -> None:
        """Make the folder, and see that it can be written to; raise `StoreError` if not."""
        from coalsim.tables.store import prepare

        prepare(self.path, overwrite=True)
        for name in (*TABLES[:2], "ledger"):
            try:
                (self.path / name).mkdir(exist_ok=True)
            except OSError as error:
                raise StoreError(f"{self.path / name} cannot be made: {error.strerror}") from None

    def clear(self) -> None:
        """Remove a sweep: the manifest first, so that what a kill leaves behind is no sweep."""
        for name in (MANIFEST, DESIGN, "summary.csv", "sweep.png"):
            (self.path / name).unlink(missing_ok=True)
        for name in ("ledger", *TABLES):
            for path in sorted((self.path / name).glob("*.parquet" if name in TABLES else "*.json")):
                path.unlink()

    def record(self, task: Task, result: Done | Failed) -> None:
        """Write a block's parts, then its ledger entry."""
        number = task.block.number
        about: dict[str, Any] = {"block": number, "digest": task.digest, "worker": result.worker, "finished": now()}
        if isinstance(result, Done):
            for table, content in result.tables.items():
                self.part(table, number).parent.mkdir(exist_ok=True)
                write(self.part(table, number), lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
            about["files"] = {table: [len(content), digest(content)] for table, content in result.tables.items()}
            about |= {"runs": result.runs, "seconds": round(result.seconds, 4), "cpu_seconds": round(result.cpu_seconds, 4)}
        else:
            about |= {"error": result.error, "traceback": result.traceback}
        write(self.entry_path(number), lambda path: path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8"))

    def forget(self, block: int) -> None:
        """Remove a block's ledger entry, so that it is computed again."""
        self.entry_path(block).unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """Read the ledger; an entry that cannot be read counts as none."""
        try:
            names = sorted(
                entry.name for entry in os.scandir(self.path / "ledger") if entry.name.endswith(".json") and entry.name[0] != "."
            )
        except OSError as error:
            raise StoreError(f"{self.path / 'ledger'} cannot be read: {error.strerror}") from None
        for name in names:
            try:
                about = json.loads((self.path / "ledger" / name).read_bytes())
                files = {table: (int(size), str(content)) for table, (size, content) in about.pop("files", {}).items()}
                yield Entry(files=files, **{"runs": 0, "seconds": 0.0, "cpu_seconds": 0.0, **about})
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                continue

    def damage(self, entry: Entry) -> str | None:
        """Return what is wrong with the parts of a block that is done, None if nothing is."""
        for table, (size, content) in entry.files.items():
            path = self.part(table, entry.block)
            try:
                found = path.read_bytes()
            except OSError as error:
                return f"{path} cannot be read ({error.strerror})"
            if len(found) != size:
                return f"{path} has {len(found)} bytes instead of {size}"
            if digest(found) != content:
                return f"{path} is not what was written (its digest differs)"
        return None

    @contextlib.contextmanager
    def held(self, part: tuple[int, int] | None = None) -> Iterator[None]:
        """Hold the folder against other writers; a part of a sweep only against the same part and whole sweeps.

        The lock is the operating system's (``flock``): it is gone as soon as its holder is, however it ended.

        Raises
        ------
        StoreError
            Another process holds it.
        """
        with contextlib.ExitStack() as stack:
            whole = stack.enter_context(self._open("lock"))
            self._lock(whole, fcntl.LOCK_SH if part else fcntl.LOCK_EX)
            if part:
                whole.truncate(0)
                share = stack.enter_context(self._open(f"lock.{part[0]}-of-{part[1]}"))
                self._lock(share, fcntl.LOCK_EX)
                self._sign(share)
            else:
                self._sign(whole)
            yield

    @contextlib.contextmanager
    def beginning(self) -> Iterator[None]:
        """Wait for the right to write the manifest: parts may begin at the same moment."""
        with self._open("lock.manifest") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def holder(self) -> str | None:
        """Return who writes here at this moment, None if nobody does."""
        for path in sorted(self.path.glob("lock*")):
            if path.name == "lock.manifest":
                continue
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except OSError:
                    said = file.read().decode(errors="replace").strip()
                    return said or "another process"
        return None

    def _open(self, name: str) -> IO[bytes]:
        try:
            return open(self.path / name, "a+b")
        except OSError as error:
            raise StoreError(f"{self.path / name} cannot be opened: {error.strerror}") from None

    def _lock(self, file: IO[bytes], how: int) -> None:
        for attempt in range(5):
            try:
                fcntl.flock(file, how | fcntl.LOCK_NB)
                return
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise StoreError(f"{self.path} cannot be locked: {error.strerror}; a file system with locks is needed") from None
            if attempt < 4:
                time.sleep(0.1)  # `holder` locks for an instant
        by = self.holder() or "another process"
        raise StoreError(f"{self.path} is being written to by {by}; wait for it, or see `coalsim status {self.path}`")

    def _sign(self, file: IO[bytes]) -> None:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}, since {now()}".encode())
        file.flush()
