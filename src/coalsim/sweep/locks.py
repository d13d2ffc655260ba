"""Who may write into the folder of a sweep: one process with the whole of it, or several with a part each.

Locks are those of `filelock`: the operating system's, which are gone as soon as their holder is, however it ended; where it has
none, files that say whose they are. They are exclusive, so whoever wants the whole tries all parts', and whoever wants a part the
whole's, one at a time behind a gate.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import stat
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

with warnings.catch_warnings():
    # That the system has no locks of its own; files stand in for them.
    warnings.simplefilter("ignore")
    import filelock

from coalsim.errors import StoreError
from coalsim.sweep.manifest import now
from coalsim.tables.store import read_plain, write

# A lock that is a file's existence cannot share a name with one that is held on a file.
_SUFFIX = ".soft" if issubclass(filelock.FileLock, filelock.SoftFileLock) else ""
WHOLE, GATE = f"lock{_SUFFIX}", f"lock.manifest{_SUFFIX}"
_PART = re.compile(rf"lock\.\d+-of-\d+{re.escape(_SUFFIX)}")
FILES = re.compile(r"lock(\.manifest|\.\d+-of-\d+)?(\.soft|\.holder)?")
"""Names of the files that locks need."""

GATE_SECONDS = 900.0
"""How long to wait at the gate: whoever is within writes a manifest, or the summary of a large sweep."""

_TRIES, _PAUSE = 6, 0.1


class Locks:
    """The locks of a folder, which must be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def held(self, part: tuple[int, int] | None) -> Iterator[None]:
        """Hold the folder, or a part of the sweep; raise `StoreError` if another process does."""
        name = f"lock.{part[0]}-of-{part[1]}{_SUFFIX}" if part else WHOLE
        with self.gate():
            if part:
                self._take(WHOLE).release()
            lock = self._take(name)
            try:
                if not part:
                    for other in self._parts():
                        self._take(other).release()
            except BaseException:
                lock.release()
                raise
        signature = self.folder / f"{name}.holder"
        try:
            text = f"process {os.getpid()} on {platform.node()}, since {now()}"
            write(signature, lambda path: path.write_text(text, encoding="utf-8"))
            yield
        finally:
            with contextlib.suppress(OSError):
                signature.unlink(missing_ok=True)
            lock.release()

    @contextlib.contextmanager
    def gate(self) -> Iterator[None]:
        """Wait for the right to write the manifest and the summary: parts may begin and end at the same moment."""
        lock = self._lock(GATE)
        self._acquire(lock, GATE_SECONDS)
        try:
            yield
        finally:
            lock.release()

    def holder(self) -> str | None:
        """Return who holds the folder or a part at this moment, None if nobody does; nothing is changed."""
        for name in (WHOLE, *self._parts()):
            path = self.folder / name
            if not _plain(path):
                continue
            lock = self._lock(name)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    lock.acquire(timeout=0)
            except filelock.Timeout:
                return self._signature(name) or "another process"
            except OSError:  # a folder that may only be read: the lock cannot be tried
                if signed := self._signature(name):
                    return signed
            else:
                lock.release()
        return None

    def _parts(self) -> list[str]:
        return sorted(entry.name for entry in os.scandir(self.folder) if _PART.fullmatch(entry.name))

    def _signature(self, name: str) -> str | None:
        try:
            return read_plain(self.folder / f"{name}.holder", 1000).decode(errors="replace").strip()
        except (OSError, StoreError):
            return None

    def _take(self, name: str) -> filelock.BaseFileLock:
        """Take a lock that nobody has; `coalsim status` may have it for an instant."""
        lock = self._lock(name)
        for _ in range(_TRIES):
            if self._acquire(lock, 0):
                return lock
            time.sleep(_PAUSE)
        by = self._signature(name) or "another process"
        raise StoreError(f"{self.folder} is being written to by {by}; wait for it, or give another folder")

    def _acquire(self, lock: filelock.BaseFileLock, timeout: float) -> bool:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that the file system has no locks: existence of a file stands in
                lock.acquire(timeout=timeout)
        except filelock.Timeout:
            if timeout:
                raise StoreError(f"{self.folder} has been held by another process for {timeout:.0f} s; try again") from None
            return False
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be locked: {error.strerror or error}") from None
        return True

    def _lock(self, name: str) -> filelock.BaseFileLock:
        path = self.folder / name
        if not _plain(path, absent=True):
            raise StoreError(f"{path} is not a plain file, so the folder cannot be locked; remove it")
        if not _SUFFIX and os.path.lexists(path) and os.lstat(path).st_size:
            # A lock is held on an empty file, and taking it would empty this one.
            raise StoreError(f"{path} is no lock but a file with something in it; remove it, or give another folder")
        return filelock.FileLock(path)


def _plain(path: Path, absent: bool = False) -> bool:
    """Return whether a path is a plain file, and no link to one; `absent` if it is not there."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return absent and not os.path.lexists(path)
