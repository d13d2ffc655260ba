"""Read CSV files whole, so that every complaint names file and line.

Files are UTF-8 with a header and commas; spaces around a cell and empty lines do not matter. Errors are
`path:LINE: what was found; allowed: what is allowed`, LINE being the first of a row over several lines.
"""

from __future__ import annotations

import csv
import math
import os
import re
import reprlib
import stat
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import FieldError, nearest
from coalsim.field.model import Floats, Ints

_CHUNK = 2_000  # rows held as text at a time: more than fit into a CPU's cache take longer
_shown = reprlib.Repr()  # long cells are cut, so that an error stays a line
_shown.maxstring = 60


class Column(NamedTuple):
    """What a column may hold: text, or numbers from `low` (itself not allowed if `above`) to `high`; blank cells if `blank`.

    A column that is `needed` must be there; of those that are an `axis` (`name_1`, `name_2` ...) all must be there, or none.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    needed: bool = False
    blank: bool = True
    text: bool = False
    axis: bool = False

    @property
    def allowed(self) -> str:
        """The allowed values, as people write them."""
        if self.text:
            return "any text that is not blank"
        if math.isinf(self.low):
            return "any number or blank" if self.blank else "any number"
        return f"{self.low:g}..{self.high:g}" if math.isfinite(self.high) else f"{'>' if self.above else '>='} {self.low:g}"


KEY = Column(text=True, needed=True, blank=False)
"""A column of identifiers."""


class File(NamedTuple):
    """A file as it is now, the key under which to keep its contents: read again only if one of these is different."""

    path: str
    absolute: str
    changed: int
    size: int

    def error(self, line: int, found: str, allowed: str) -> FieldError:
        """Return the error to raise for something found on a line."""
        return FieldError(f"{self.path}:{line}: {found}; allowed: {allowed}")


class Table(NamedTuple):
    """A file that was read: the line each row begins on, its cells by column, numbers of axes apart (NaN: blank). Arrays are read-only."""

    file: File
    line: Ints
    text: dict[str, tuple[str, ...]]
    number: dict[str, Floats]
    axes: Floats | None

    def cell(self, column: str, row: int) -> str:
        """Return how an error calls a cell of text."""
        return f"column '{column}' = {_shown.repr(self.text[column][row])}"

    def refuse(self, wrong: NDArray[np.bool_], found: Callable[[int], str], allowed: str) -> None:
        """Raise the error of the first row that is wrong, if there is one."""
        if wrong.any():
            row = int(wrong.argmax())
            raise self.file.error(int(self.line[row]), found(row), allowed)

    def refuse_again(self, keys: Iterable[Hashable], found: Callable[[int], str], allowed: str) -> None:
        """Raise the error of the first row whose key a row before it has, if there is one."""
        seen: dict[Hashable, int] = {}
        first = np.array([seen.setdefault(key, row) for row, key in enumerate(keys)], dtype=np.intp)
        self.refuse(first < np.arange(len(first)), lambda row: f"{found(row)} already, on line {self.line[first[row]]}", allowed)


def find(path: str, instead: str = "") -> File:
    """Return the file at a path as it is now; raise `FieldError` if there is none. `instead`: what to do without."""
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FieldError(f"{path}: no such file; allowed: a CSV file{instead}") from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise FieldError(f"{path} is a folder; allowed: a CSV file")
    return File(path, os.path.abspath(path), status.st_mtime_ns, status.st_size)


def header(file: File) -> list[str]:
    """Return the names of the columns of a file, in lower case."""
    return [name.lower() for name in next(_rows(file), (1, []))[1]]


def read(file: File, columns: Mapping[str, Column | None], key: str = "", least: int = 0, loose: bool = False) -> Table:
    """Read and check a file; raise `FieldError` if it holds what is not allowed.

    Columns that are None may hold anything; if `loose`, so may those not in `columns` at all, and names are compared
    in lower case. In the column `key` no text may be there twice. There must be at `least` so many rows.
    """
    rows = _rows(file)
    top, names = next(rows, (1, []))
    names = [name.lower() for name in names] if loose else names
    _check_header(file, top, names, columns, loose)
    known = [(name, columns.get(name)) for name in names]
    lines: list[int] = []
    text: dict[str, list[str]] = {name: [] for name, column in known if column and column.text}
    number: dict[str, list[Floats]] = {name: [np.empty(0)] for name, column in known if column and not column.text}
    while chunk := list(islice(rows, _CHUNK)):
        here = [line for line, _ in chunk]
        for line, row in chunk:
            if len(row) != len(names):
                raise file.error(line, f"{len(row)} cells", f"{len(names)} cells, as in the header")
        for (name, column), cells in zip(known, zip(*(row for _, row in chunk), strict=True), strict=True):
            if column and not column.blank and "" in cells:
                raise file.error(here[cells.index("")], f"column '{name}' is blank", column.allowed)
            if name in text:
                text[name] += cells
            elif column:
                number[name].append(_numbers(file, here, name, cells, column))
        lines += here
    if len(lines) < least:
        raise file.error((lines or [top])[-1], f"rows below the header: {len(lines)}", f"at least {least}")
    values = {name: np.concatenate(parts) for name, parts in number.items()}
    places = [values.pop(name) for name, column in columns.items() if column and column.axis and name in values]
    axes = np.stack(places, axis=1) if places else None
    begins = np.array(lines, dtype=np.intp)
    for array in [begins, *values.values(), *([] if axes is None else [axes])]:
        array.setflags(write=False)
    table = Table(file, begins, {name: tuple(cells) for name, cells in text.items()}, values, axes)
    table.refuse_again(table.text.get(key, ()), lambda row: f"{table.cell(key, row)} is there", f"each {key} once")
    return table


def _rows(file: File) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins on, without empty lines."""
    line = 1
    try:
        with open(file.absolute, encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True, skipinitialspace=True)
            for cells in reader:
                if cells:
                    yield line, [cell.strip() for cell in cells]
                line = reader.line_num + 1
    except csv.Error as error:
        raise file.error(line, f"not a row of CSV ({error})", "cells separated by commas, quotes closed") from None
    except UnicodeDecodeError:
        raise file.error(_undecodable(file), "not UTF-8 text", "UTF-8, with or without a byte order mark") from None
    except OSError as error:
        raise _unreadable(file.path, error) from None


def _undecodable(file: File) -> int:
    """Return the number of the first line that is not UTF-8."""
    with open(file.absolute, "rb") as lines:
        return next((number for number, line in enumerate(lines, 1) if line.decode(errors="ignore").encode() != line), 1)


def _unreadable(path: str, error: OSError) -> FieldError:
    return FieldError(f"{path} cannot be read: {error.strerror}; allowed: a CSV file")


def _check_header(file: File, line: int, names: list[str], columns: Mapping[str, Column | None], loose: bool) -> None:
    if not names:
        raise file.error(line, "the file is empty", f"a header with some of {', '.join(columns)}")
    axes = [name for name, column in columns.items() if column and column.axis]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise file.error(line, f"column {_shown.repr(name)} is there twice", "each column once")
        if loose or name in columns:
            continue
        if axes and re.fullmatch(f"{axes[0][:-1]}[1-9][0-9]*", name):
            raise file.error(line, f"column {_shown.repr(name)} is an axis beyond dimensions = {len(axes)}", f"{axes[0]} to {axes[-1]}")
        raise file.error(line, f"column {_shown.repr(name)} is unknown{nearest(name, columns)}", ", ".join(columns))
    for name, column in columns.items():
        if column and name not in names and (column.needed or (column.axis and not set(axes).isdisjoint(names))):
            needed = f"a header with it{f', as dimensions = {len(axes)}' if column.axis else ''}" if column.needed else "all axes or none"
            raise file.error(line, f"column '{name}' is missing in {_shown.repr(','.join(names))}", needed)


def _numbers(file: File, lines: list[int], name: str, cells: tuple[str, ...], column: Column) -> Floats:
    """Return the numbers in some cells, NaN where they are blank."""
    values = np.array([_number(cell) for cell in cells])
    endless = np.isinf(values)
    wrong = endless | (values <= column.low if column.above else values < column.low) | (values > column.high)
    if wrong.any():
        row = int(wrong.argmax())
        what = "is not a finite number" if endless[row] else "is out of range"
        raise file.error(lines[row], f"column '{name}' = {_shown.repr(cells[row])} {what}", column.allowed)
    return values


def _number(cell: str) -> float:
    """Return a cell's number: NaN if it is blank, infinity if it holds no finite number."""
    if not cell:
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        return math.inf
    return value if math.isfinite(value) and "_" not in cell else math.inf
