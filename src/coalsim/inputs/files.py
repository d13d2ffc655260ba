"""Files that users name: where they are looked for, and what is refused before it is read.

One rule for every name in every file: it is relative to the folder of the file that names it (`beside`). What is
given on the command line or from Python is relative to the current folder, as everywhere.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from typing import NamedTuple

from coalsim.errors import CoalsimError, FieldError, shown

MEGABYTE = 1_000_000


class File(NamedTuple):
    """A file as it is now, the key under which to keep its contents: read again only if one of these is different."""

    path: str
    absolute: str
    changed: int
    size: int
    wrong: type[CoalsimError] = FieldError

    def error(self, line: int, found: str, allowed: str) -> CoalsimError:
        """Return the error to raise for something found on a line."""
        return self.wrong(f"{self.path}:{line}: {found}; allowed: {allowed}")


def beside(file: str | os.PathLike[str], name: str, error: type[CoalsimError] = FieldError) -> str:
    """Return the path of a file that `file` names: relative to the folder of `file`.

    The path is made short (``a/../b`` is ``b``) unless links lie on the way, where that would be another file.

    Raises
    ------
    CoalsimError
        The name holds a NUL character.
    """
    if "\0" in name:
        raise error(f"{os.fspath(file)}: the file name {shown(name)} holds a NUL character; allowed: a file name")
    joined = os.path.join(os.path.dirname(os.fspath(file)), name)
    plain = os.path.normpath(joined)
    if ".." in name.replace("\\", "/").split("/") and os.path.realpath(joined) != os.path.realpath(plain):
        return os.path.realpath(joined)
    return plain


def find(path: str | os.PathLike[str], needed: str, largest: int, error: type[CoalsimError] = FieldError, instead: str = "") -> File:
    """Return the file at a path as it is now, without opening it.

    Parameters
    ----------
    path
        Where it is.
    needed
        What is wanted there, such as "a CSV file".
    largest
        Bytes it may have.
    error
        Class of the errors about it.
    instead
        What to do without the file, for the error if there is none.

    Raises
    ------
    CoalsimError
        There is no such file; it is a folder, a device or a pipe, of which nobody knows where they end; or it is too large.
    """
    path = os.fspath(path)
    allowed = f"allowed: {needed}"
    try:
        path.encode("utf-8")
        status = os.stat(path)
    except UnicodeEncodeError:
        raise error(f"{path}: the name of the file is not UTF-8 text; {allowed} with a name in UTF-8") from None
    except ValueError:
        raise error(f"{shown(path)}: the file name holds a NUL character; {allowed}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise error(f"{path}: no such file{_spelled_otherwise(path)}; {allowed}{instead}") from None
    except OSError as problem:
        raise unreadable(path, problem, needed, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise error(f"{path} is a folder; {allowed}")
    if not stat.S_ISREG(status.st_mode):
        raise error(f"{path} is a device or a pipe; {allowed} of at most {size(largest)}")
    if status.st_size > largest:
        raise error(f"{path} is too large ({size(status.st_size)}); {allowed} of at most {size(largest)}")
    return File(path, os.path.abspath(path), status.st_mtime_ns, status.st_size, error)


def _spelled_otherwise(path: str) -> str:
    """Return a note if the file is there under a name that looks the same: accents are letters of their own, or not (NFD, NFC)."""
    folder, name = os.path.split(path)
    forms = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    there = any(form != name and os.path.lexists(os.path.join(folder, form)) for form in forms)
    return ", but one whose name has its accents composed differently" if there else ""


def text(file: File, needed: str, largest: int) -> str:
    """Return the whole text of a file, without a byte order mark.

    Raises
    ------
    CoalsimError
        It cannot be read, is longer than `largest` bytes or is not UTF-8.
    """
    try:
        with open(file.absolute, "rb") as bytes_:
            found = bytes_.read(largest + 1)
    except OSError as problem:
        raise unreadable(file.path, problem, needed, file.wrong) from None
    if len(found) > largest:
        raise file.wrong(f"{file.path} is too large; allowed: {needed} of at most {size(largest)}")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_utf8(file) from None


def not_utf8(file: File) -> CoalsimError:
    """Return the error about a file that is not UTF-8, naming its first such line."""
    with open(file.absolute, "rb") as lines:
        start = lines.read(4)
        lines.seek(0)
        wrong = next((number for number, line in enumerate(lines, 1) if line.decode(errors="ignore").encode() != line), 1)
    allowed = "UTF-8, with or without a byte order mark"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return file.error(1, "not UTF-8 text but UTF-16 (a spreadsheet's 'Unicode text')", f"{allowed}; save it as UTF-8")
    return file.error(wrong, "not UTF-8 text", allowed)


def unreadable(path: str, problem: OSError, needed: str, error: type[CoalsimError]) -> CoalsimError:
    """Return the error about a file that the system does not let us read."""
    return error(f"{path} cannot be read: {problem.strerror}; allowed: {needed}")


def size(count: int) -> str:
    """Return a number of bytes as people write it."""
    for unit, bytes_ in (("GB", 1000 * MEGABYTE), ("MB", MEGABYTE)):
        if count >= bytes_:
            return f"{count / bytes_:.3g} {unit}"
    return f"{count} bytes"
