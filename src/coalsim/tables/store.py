"""Results in a folder: tables, parameters, manifest; every file appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import coalsim
from coalsim.errors import StoreError
from coalsim.spreadsheets import harmless_frame

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["parquet", "csv"]
MANIFEST = "manifest.json"

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def prepare(folder: Path, overwrite: bool) -> None:
    """Make `folder` ready to be written to, before anything is computed.

    Raises
    ------
    StoreError
        It cannot be written, or holds results already and `overwrite` is false.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"{folder} is not a folder; give --out a folder") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder} cannot be written: {_why(error)}") from None
    if there(folder / MANIFEST) and not overwrite:
        raise StoreError(f"{folder} holds results already; give another folder, or --overwrite")


@contextlib.contextmanager
def making(folder: Path) -> Iterator[None]:
    """Remove `folder` and its parents again if what is done within made them, and fails while they are empty."""
    made = [path for path in (folder, *folder.parents) if not there(path)]
    try:
        yield
    except BaseException:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


def there(path: Path) -> bool:
    """Return whether something has this name, a dangling link included.

    Raises
    ------
    StoreError
        That cannot be known: a folder above it cannot be read, or the name is impossible.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise StoreError(f"{_named(path)} cannot be read: {_why(error)}") from None
    return True


def read_plain(path: Path, limit: int) -> bytes:
    """Return what is in a plain file of at most `limit` bytes; links are not followed, and a pipe does not make one wait.

    Raises
    ------
    FileNotFoundError
        There is none.
    StoreError
        It is no plain file, larger, or cannot be read.
    """
    try:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise StoreError(f"{path} is a link; a file is needed there")
        flags = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise StoreError(f"{path} is not a plain file")
            if found.st_size > limit:
                raise StoreError(f"{path} has {found.st_size:,} bytes, which is too large; allowed: {limit:,}")
            return file.read()
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise StoreError(f"{_named(path)} cannot be read: {_why(error)}") from None


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame | None], form: Format) -> None:
    """Write each table that is not None as ``NAME.parquet`` or ``NAME.csv``."""
    for name, table in tables.items():
        if table is None:
            continue
        if form == "csv":
            write(folder / f"{name}.csv", lambda path, table=table: harmless_frame(table).to_csv(path, index=False, lineterminator="\n"))  # type: ignore[misc]
        else:
            write(folder / f"{name}.parquet", lambda path, table=table: table.to_parquet(path, index=False))  # type: ignore[misc]


PAGE = '<meta name="generator" content="coalsim">'
"""What stands at the head of each page of HTML that coalsim writes."""


def may_be_page(path: Path) -> None:
    """Refuse a file that is there and is no page of coalsim: what somebody else wrote is not replaced.

    Raises
    ------
    StoreError
        It is something else, or cannot be read.
    """
    if not there(path) or path.is_dir():
        return
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {_why(error)}") from None
    if PAGE.encode() not in head:
        raise StoreError(f"{path} is there already, and is no page that coalsim wrote; give another name, or remove it")


def write(path: Path, writer: Callable[[Path], Any]) -> None:
    """Have `writer` write a file beside `path`, then put it in its place.

    Raises
    ------
    StoreError
        The file cannot be written (full disk, no permission); what stood there before stays.
    """
    if not path.name:
        raise StoreError(f"{path} is a folder; the name of a file is needed")
    # A name that nobody can guess: two processes never share one, and no link can wait there for it.
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666))
        writer(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and not _impossible(path):
            raise
        raise StoreError(f"{_named(path)} cannot be written: {_why(error)}") from None
    finally:
        with contextlib.suppress(OSError, ValueError):
            partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a loss of power, where folders can be told to."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF):
            raise
    finally:
        os.close(number)


def _impossible(path: Path) -> bool:
    return "\0" in str(path)


def _named(path: Path) -> str:
    """Return a path for a message, on one line whatever is in it."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def write_manifest(folder: Path, **about: Any) -> None:
    """Write what was run, with what software, as ``manifest.json``: the last file written."""
    software = {name: version(name) for name in ("numpy", "scipy", "pandas", "mesa")}
    where = {"python": platform.python_version(), "machine": platform.machine()}
    text = json.dumps({"coalsim": coalsim.__version__, **where, "software": software, **about}, indent=2, default=str)
    write(folder / MANIFEST, lambda path: path.write_text(text + "\n", encoding="utf-8"))
