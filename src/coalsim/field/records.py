"""Read CSV files of which only some columns matter, so that every complaint names file and line.

Files are UTF-8 with a header and commas; spaces around a value and empty lines do not matter. Columns
are compared in lower case and may carry a date: of `revenue_amt_2020` and `revenue_amt_2026` the newest counts.
"""

from __future__ import annotations

import csv
import math
import os
import re
import reprlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from coalsim.errors import FieldError

_shown = reprlib.Repr()  # long values are cut, so that an error stays a line
_shown.maxstring = 60


class Version(NamedTuple):
    """A file as it is now, the key under which its contents are kept: read again only if it changed."""

    path: str
    absolute: str
    changed: int
    size: int


class Record(NamedTuple):
    """A row of a table: the file and line it ends on, and its values by column."""

    path: str
    line: int
    values: dict[str, str]

    def number(self, column: str) -> float:
        """Return a finite number, NaN where there is a blank."""
        text = self.values[column]
        if not text:
            return math.nan
        try:
            value = float(text)
        except ValueError:
            value = math.inf
        if math.isfinite(value) and "_" not in text:
            return value
        raise self.error(f"column '{column}' = {_shown.repr(text)} is not a finite number", "a number or blank")

    def flag(self, column: str) -> bool:
        """Return whether there is a 1, not a 0 or a blank."""
        text = self.values[column]
        if text not in ("0", "1", ""):
            raise self.error(f"column '{column}' = {_shown.repr(text)}", "1, 0 or blank")
        return text == "1"

    def error(self, found: str, allowed: str) -> FieldError:
        """Return the error to raise for something found in the row."""
        return FieldError(f"{self.path}:{self.line}: {found}; allowed: {allowed}")


class Records:
    """The rows of a CSV file.

    Parameters
    ----------
    file
        The file, as `version` found it.
    key
        Names of the column that identifies a row: the first of them that there is.

    Raises
    ------
    FieldError
        The file is empty, not UTF-8 or not CSV; or, going through it, a row has more or fewer values than
        the header, or an identifier that is blank or was there before.
    """

    def __init__(self, file: Version, *key: str) -> None:
        self.path = file.path
        try:
            with Path(file.absolute).open(encoding="utf-8-sig", newline="") as text:
                reader = csv.reader(text, strict=True, skipinitialspace=True)
                rows = [(reader.line_num, [value.strip() for value in row]) for row in reader if row]
        except UnicodeDecodeError as error:
            raise FieldError(f"{self.path}: byte {error.object[error.start]:#04x} is not UTF-8 text; allowed: UTF-8") from None
        except csv.Error as error:
            raise FieldError(f"{self.path}:{reader.line_num}: not a row of CSV ({error}); allowed: values with commas between") from None
        except OSError as error:
            raise FieldError(f"{self.path} cannot be read: {error.strerror}; allowed: a CSV file") from None
        if not rows:
            raise FieldError(f"{self.path}: the file is empty; allowed: a header with {' or '.join(key)}, and rows")
        self.columns = [name.lower() for name in rows[0][1]]
        self._rows = rows[1:]
        for place, name in enumerate(self.columns):
            if name in self.columns[:place]:
                raise FieldError(f"{self.path}:{rows[0][0]}: column {_shown.repr(name)} is there twice; allowed: each column once")
        self.key = self.needed(*key)

    def __iter__(self) -> Iterator[Record]:
        """Go through the rows below the header."""
        first: dict[str, int] = {}
        for line, values in self._rows:
            record = Record(self.path, line, dict(zip(self.columns, values, strict=False)))
            if len(values) != len(self.columns):
                raise record.error(f"{len(values)} values", f"{len(self.columns)} values, as in the header")
            name = record.values[self.key]
            if not name:
                raise record.error(f"column '{self.key}' is blank", "an identifier")
            if first.setdefault(name, line) != line:
                raise record.error(f"column '{self.key}' = {_shown.repr(name)} is there already, on line {first[name]}", "each once")
            yield record

    def column(self, *names: str) -> str | None:
        """Return the column with the first of `names` that there is, or the newest that adds a date to one."""
        for name in names:
            if name in self.columns:
                return name
        dated = re.compile(f"(?:{'|'.join(names)})_([0-9]{{4}}(?:_[0-9]{{2}})?)")
        found = [(match[1], name) for name in self.columns if (match := dated.fullmatch(name))]
        return max(found)[1] if found else None

    def needed(self, *names: str) -> str:
        """Return the column as `column` does; raise `FieldError` if there is none."""
        found = self.column(*names)
        if found is None:
            raise FieldError(f"{self.path}: column '{names[0]}' is missing; found: {', '.join(self.columns)}")
        return found


def version(path: str) -> Version:
    """Return which version of a file is there now; raise `FieldError` if there is none."""
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FieldError(f"{path}: no such file; allowed: a CSV file") from None
    except OSError as error:
        raise FieldError(f"{path} cannot be read: {error.strerror}; allowed: a CSV file") from None
    if Path(path).is_dir():
        raise FieldError(f"{path} is a folder; allowed: a CSV file")
    return Version(path, os.path.abspath(path), status.st_mtime_ns, status.st_size)
