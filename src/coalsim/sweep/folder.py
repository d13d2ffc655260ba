"""The folder of a sweep: parts, ledger and lock. Every file appears whole or not at all.

::

    manifest.json         the design, the partition, the software
    design.parquet        one row per scenario
    outcomes/000012.parquet, coalitions/..., monthly/...    the tables of block 12
    ledger/000012.json    that block 12 is done, with sizes and digests of its parts, or why it failed
    lock                  held by the process that writes (`coalsim.sweep.locks`)

A block is done when its ledger entry is there: it is written last. A part without one is computed again. Nothing is read or
written through a link: a folder may come from a stranger.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.sweep.entries import MAX_ENTRY, Entry, read_entry, written
from coalsim.sweep.locks import FILES, Locks
from coalsim.sweep.manifest import Manifest, now, read_manifest
from coalsim.sweep.work import Done, Failed, Task, digest, parquet
from coalsim.tables.columns import ALWAYS, TABLES
from coalsim.tables.store import MANIFEST, making, read_plain, there, write

if TYPE_CHECKING:
    import pandas as pd

DESIGN = "design.parquet"
LEDGER = "ledger"
SUMMARY, FIGURE, REPORT = "summary.csv", "sweep.png", "report.html"

_MADE_LATER = {
    "figures": re.compile(r"(main_effects|heat_map|survival_[^/]*)\.png"),
    "export": re.compile(rf"(design|{'|'.join(TABLES)})\.(csv|parquet|nc)"),
}
"""What other commands write into a sweep's folder unless told where to: its results, which go when it goes."""

_NUMBERED = re.compile(r"\d{6,}\.(parquet|json)")
_PARTIAL = re.compile(r"\.(\d{6,}\.parquet\.|\d{6,}\.json\.|[0-9a-f]{16}\.)partial")


class SweepFolder:
    """Read and write access to a sweep's folder.

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._held: tuple[int, int] | None = None

    def __str__(self) -> str:
        return str(self.path)

    @cached_property
    def place(self) -> Path:
        """Where the folder is, whatever links its name goes through: names in the manifest are relative to that."""
        return Path(os.path.realpath(self.path))

    @property
    def exists(self) -> bool:
        """Whether a sweep is here, or what might be one."""
        return there(self.path / MANIFEST)

    def manifest(self) -> Manifest:
        """Read the manifest; raise `StoreError` if it is missing or damaged, or something here is a link."""
        self.check_members()
        return read_manifest(self.path / MANIFEST)

    def write_manifest(self, manifest: Manifest) -> None:
        """Put `manifest` in place."""
        # Blocks a line each, so that people can read the rest.
        blocks = ",\n".join("    " + json.dumps(block, separators=(",", ":")) for block in manifest.blocks)
        about = manifest.model_dump()
        text = json.dumps({**about, "blocks": "@"}, indent=2).replace('"@"', f"[\n{blocks}\n  ]", 1)
        write(self.path / MANIFEST, lambda path: path.write_text(text + "\n", encoding="utf-8"))

    def write_design(self, frame: pd.DataFrame) -> None:
        """Put the table of scenarios in place, unless it is there."""
        content = parquet(frame)
        with contextlib.suppress(OSError, StoreError):
            if read_plain(self.path / DESIGN, 2 * len(content)) == content:
                return
        write(self.path / DESIGN, lambda path: path.write_bytes(content))

    def part(self, table: str, block: int) -> Path:
        """Return where the part of a table stands."""
        return self.path / table / f"{block:06}.parquet"

    def entry_path(self, block: int) -> Path:
        """Return where the ledger's entry of a block stands."""
        return self.path / LEDGER / f"{block:06}.json"

    def check_members(self) -> None:
        """Raise `StoreError` if a file or folder of the sweep's is something else, as a link."""
        for name in (LEDGER, *TABLES):
            self._check(name, stat.S_ISDIR, "a folder")
        for name in (MANIFEST, DESIGN):
            self._check(name, stat.S_ISREG, "a plain file")

    def _check(self, name: str, suits: Any, needed: str) -> None:
        try:
            mode = os.lstat(self.path / name).st_mode
        except OSError:
            return
        if not suits(mode):
            found = "a link" if stat.S_ISLNK(mode) else "something else"
            raise StoreError(f"{self.path / name} is {found}; {needed} is needed in a sweep")

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        """Make the folder for what is done within; if that fails before a sweep has begun, leave nothing behind.

        Raises
        ------
        StoreError
            It cannot be made, or written to.
        """
        from coalsim.tables.store import prepare

        with making(self.path):
            before = set(os.listdir(self.path)) if self.path.is_dir() else set()
            try:
                prepare(self.path, overwrite=True)
                self.check_members()
                yield
            except BaseException:
                if not self.exists:
                    self._unmake(before)
                raise

    def make_members(self) -> None:
        """Make the folders of ledger and tables."""
        for name in (*ALWAYS, LEDGER):
            try:
                (self.path / name).mkdir(exist_ok=True)
            except OSError as error:
                raise StoreError(f"{self.path / name} cannot be made: {error.strerror}") from None

    def _unmake(self, before: set[str]) -> None:
        with contextlib.suppress(OSError):
            for name in sorted(set(os.listdir(self.path)) - before):
                if FILES.fullmatch(name):
                    (self.path / name).unlink(missing_ok=True)
                elif name in (*TABLES, LEDGER):
                    (self.path / name).rmdir()

    @property
    def members(self) -> list[str]:
        """What is here under names that a sweep uses, but for locks and folders: what a new one would replace, or remove later."""
        found = [name for name in (MANIFEST, DESIGN, SUMMARY, FIGURE, REPORT) if there(self.path / name)]
        patterns = dict.fromkeys((LEDGER, *TABLES), _NUMBERED) | _MADE_LATER
        return found + [f"{name}/{first.name}" for name, pattern in patterns.items() for first in self._own(name, pattern)[:1]]

    def recognized(self) -> bool:
        """Whether a sweep wrote what is here: it has a manifest of one, or a ledger."""
        try:
            read_manifest(self.path / MANIFEST)
        except StoreError:
            return next(self.entries(), None) is not None
        return True

    def clear(self) -> None:
        """Remove a sweep and what was made of it, and nothing else.

        What a kill leaves behind is a sweep still, with blocks to compute: the ledger goes first, the manifest last.
        """
        try:
            for name in (LEDGER, *TABLES):
                for path in self._own(name, _NUMBERED):
                    path.unlink(missing_ok=True)
            for name, made in _MADE_LATER.items():
                for path in self._own(name, made):
                    path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    (self.path / name).rmdir()
            for name in (SUMMARY, FIGURE, REPORT, DESIGN, MANIFEST):
                (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be cleared: {error.strerror}") from None

    def tidy(self) -> None:
        """Remove what killed processes left half written."""
        for name in (".", LEDGER, *TABLES):
            for path in self._own(name, _PARTIAL):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    def _own(self, name: str, pattern: re.Pattern[str]) -> list[Path]:
        folder = self.path / name
        if folder.is_symlink() and folder != self.path:
            return []
        try:
            return [folder / entry for entry in sorted(os.listdir(folder)) if pattern.fullmatch(entry)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StoreError(f"{folder} cannot be read: {error.strerror}") from None

    def record(self, task: Task, result: Done | Failed) -> None:
        """Write a block's parts, then its ledger entry."""
        number = task.block.number
        self._check_here()
        about: dict[str, Any] = {"block": number, "digest": task.digest, "worker": result.worker, "finished": now()}
        if isinstance(result, Done):
            for table, content in result.tables.items():
                self._check(table, stat.S_ISDIR, "a folder")
                try:
                    self.part(table, number).parent.mkdir(exist_ok=True)
                except OSError as error:
                    raise StoreError(f"{self.path / table} cannot be made: {error.strerror}") from None
                write(self.part(table, number), lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
            about["files"] = {table: [len(content), digest(content)] for table, content in result.tables.items()}
            about |= {"runs": result.runs, "seconds": round(result.seconds, 4), "cpu_seconds": round(result.cpu_seconds, 4)}
        else:
            about |= {"error": _text(result.error), "traceback": _text(result.traceback)}
        text = written(about)
        write(self.entry_path(number), lambda path: path.write_text(text, encoding="utf-8"))

    @property
    def here(self) -> bool:
        """Whether the folder is where it was when it was locked: neither moved nor removed, and no other in its place."""
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return self._held is None or (found.st_dev, found.st_ino) == self._held

    def _check_here(self) -> None:
        """Raise `StoreError` if it is not."""
        if not self.here:
            raise StoreError(
                f"{self.path} was moved or removed while the sweep ran; what is done is in its new place: `coalsim extend` continues there"
            )

    def forget(self, block: int) -> None:
        """Remove a block's ledger entry, so that it is computed again."""
        self.entry_path(block).unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """Read the ledger; an entry that cannot be read, or is not what was written, counts as none."""
        try:
            names = sorted(name for name in os.listdir(self.path / LEDGER) if _NUMBERED.fullmatch(name) and name.endswith(".json"))
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{self.path / LEDGER} cannot be read: {error.strerror}") from None
        for name in names:
            try:
                entry = read_entry(read_plain(self.path / LEDGER / name, MAX_ENTRY))
            except (OSError, StoreError):
                continue
            if entry is not None and self.entry_path(entry.block).name == name:
                yield entry

    def damage(self, entry: Entry) -> str | None:
        """Return what is wrong with the parts of a block that is done, None if nothing is."""
        for table, (size, content) in entry.files.items():
            path = self.part(table, entry.block)
            try:
                found = read_plain(path, max(2 * size, 1_000_000))
            except FileNotFoundError:
                return f"{path} is missing"
            except StoreError as error:
                return str(error)
            if len(found) != size:
                return f"{path} has {len(found)} bytes instead of {size}"
            if digest(found) != content:
                return f"{path} is not what was written (its digest differs)"
        return None

    @contextlib.contextmanager
    def held(self, part: tuple[int, int] | None = None) -> Iterator[None]:
        """Hold the folder against other writers; a part of a sweep only against the same part and whole sweeps.

        Raises
        ------
        StoreError
            Another process holds it.
        """
        with Locks(self.path).held(part):
            found = os.stat(self.path)
            self._held = found.st_dev, found.st_ino
            yield

    @contextlib.contextmanager
    def beginning(self) -> Iterator[None]:
        """Wait for the right to write manifest and summary: parts may begin and end at the same moment."""
        self._check_here()
        with Locks(self.path).gate():
            yield

    def holder(self) -> str | None:
        """Return who writes here at this moment, None if nobody does."""
        return Locks(self.path).holder()


def _text(said: str) -> str:
    """Return text that can be written: names of files may hold bytes that are no characters."""
    return said.encode("utf-8", "replace").decode("utf-8")
