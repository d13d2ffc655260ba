"""CSV files, declared once and read by one reader: `Column`, `Sheet`, `Table`.

Files are UTF-8 with a header and commas; the order of columns, the case of their names, spaces around a cell and empty
lines do not matter. Errors are `path:LINE: what was found; allowed: what is allowed`, LINE being the first of a row.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import CoalsimError, FieldError, nearest, shown
from coalsim.inputs import files
from coalsim.inputs.cells import ID, NUMBER, Kind, clean, composed, present
from coalsim.inputs.files import File

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LARGEST = 1000 * files.MEGABYTE
"""Bytes a CSV file may have, unless its declaration says less."""

_CHUNK = 2_000  # rows held as text at a time: more than fit into a CPU's cache take longer
_LONGEST_LINE = 1_000_000  # characters: a file without line ends is not read to its end
_NEEDED = "a CSV file"


@dataclass(frozen=True)
class Column:
    """What a column may hold.

    Attributes
    ----------
    kind : how its cells are read (`coalsim.inputs.cells`); None: they are not looked at
    low, high : smallest and largest number
    needed : whether the column must be there
    blank : whether its cells may be blank
    axis : whether it is one of ``name_1`` to ``name_D``, of which all must be there, or none
    aliases : other names of the column; the first that is there counts
    dated : whether the name may carry a year, or a year and month; the newest counts
    """

    kind: Kind | None = NUMBER
    low: float = -math.inf
    high: float = math.inf
    needed: bool = False
    blank: bool = True
    axis: bool = False
    aliases: tuple[str, ...] = ()
    dated: bool = False

    @property
    def allowed(self) -> str:
        """The allowed values, as people write them."""
        assert self.kind is not None
        if math.isinf(self.low) and math.isinf(self.high):
            return f"{self.kind.allowed} or blank" if self.blank and self.kind.numeric else self.kind.allowed
        if math.isinf(self.high):
            return f">= {self.low:g}"
        return f"{self.low:g}..{self.high:g}"

    def place(self, name: str, header: list[str]) -> int | None:
        """Return the number of the column in a header; None if it is not there."""
        for wanted in (name, *self.aliases):
            if wanted in header:
                return header.index(wanted)
        if not self.dated:
            return None
        pattern = re.compile(f"(?:{'|'.join((name, *self.aliases))})_([0-9]{{4}}(?:_[0-9]{{2}})?)")
        found = [(match[1], place) for place, there in enumerate(header) if (match := pattern.fullmatch(there))]
        return max(found)[1] if found else None


KEY = Column(ID, needed=True, blank=False)
"""A column of identifiers."""


class Table(NamedTuple):
    """A file that was read: the line each row begins on, its cells by column, numbers of axes apart (NaN: blank). Arrays are read-only."""

    file: File
    line: Ints
    text: dict[str, tuple[str, ...]]
    number: dict[str, Floats]
    axes: Floats | None
    heading: dict[str, str]

    def rows(self) -> list[dict[str, str]]:
        """Return the texts of each row by column."""
        return [dict(zip(self.text, cells, strict=True)) for cells in zip(*self.text.values(), strict=True)]

    def cell(self, column: str, row: int) -> str:
        """Return how an error calls a cell of text."""
        return f"column '{self.heading[column]}' = {shown(self.text[column][row])}"

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


@dataclass(frozen=True)
class Sheet:
    """A kind of CSV file: its columns, and what else must hold.

    Attributes
    ----------
    name : what it is called
    columns : by name; a ``#`` in a name stands for the axes 1 to D
    key : column whose cells must all differ, if it is there
    least : rows there must be
    others : whether other columns may be there, which are not looked at
    error : class of the errors about such a file
    largest : bytes such a file may have
    """

    name: str
    columns: Mapping[str, Column]
    key: str = ""
    least: int = 1
    others: bool = False
    error: type[CoalsimError] = field(default=FieldError)
    largest: int = LARGEST

    def find(self, path: str | os.PathLike[str], instead: str = "") -> File:
        """Return the file at a path as it is now; raise `error` if it cannot be one. `instead`: what to do without."""
        return files.find(path, _NEEDED, self.largest, self.error, instead)

    def at(self, dimensions: int) -> dict[str, Column]:
        """Return the columns in an issue space of `dimensions`."""
        axes = range(1, dimensions + 1)
        return {name.replace("#", str(k)): column for name, column in self.columns.items() for k in (axes if "#" in name else (0,))}

    def read(self, file: File | str | os.PathLike[str], dimensions: int = 0) -> Table:
        """Read and check a file; raise `error` if it holds what is not allowed."""
        file = file if isinstance(file, File) else self.find(file)
        return _Reading(self, file, self.at(dimensions)).table()


SHEETS: dict[str, Sheet] = {}
"""Every kind of CSV file that the package reads, by name."""


def declare(sheet: Sheet) -> Sheet:
    """Enter a kind of CSV file into `SHEETS`."""
    assert sheet.name not in SHEETS, sheet.name
    SHEETS[sheet.name] = sheet
    return sheet


class _Reading:
    """The reading of one file."""

    def __init__(self, sheet: Sheet, file: File, columns: dict[str, Column]) -> None:
        self.sheet, self.file, self.columns = sheet, file, columns
        self.rows = _rows(file)
        self.top, header = next(self.rows, (1, []))
        self.header = [clean(name) for name in header]

    def table(self) -> Table:
        known = self.places
        lines: list[int] = []
        text: dict[str, list[str]] = {name: [] for name, column in known.values() if column.kind and not column.kind.numeric}
        number: dict[str, list[Floats]] = {name: [np.empty(0)] for name, column in known.values() if column.kind and column.kind.numeric}
        width = len(self.header)
        while chunk := list(islice(self.rows, _CHUNK)):
            here = [line for line, _ in chunk]
            for line, row in chunk:
                if len(row) != width:
                    cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                    raise self.file.error(line, cells, f"{width} cell{'s' * (width > 1)}, as in the header")
            for place, raw in enumerate(zip(*(row for _, row in chunk), strict=True)):
                if place not in known and self.header[place]:
                    continue
                column_cells = [clean(cell) for cell in raw]
                if place in known:
                    name, column = known[place]
                    if name in text:
                        text[name] += self.texts(here, place, column, column_cells)
                    elif name in number:
                        number[name].append(self.numbers(here, place, column, column_cells))
                else:
                    self.check_nameless(here, place, column_cells)
            lines += here
        if len(lines) < self.sheet.least:
            raise self.file.error((lines or [self.top])[-1], f"rows below the header: {len(lines)}", f"at least {self.sheet.least}")
        return self.finished(lines, text, {name: np.concatenate(parts) for name, parts in number.items()})

    def check_nameless(self, lines: list[int], place: int, cells: list[str]) -> None:
        row = next((row for row, cell in enumerate(cells) if cell), None)
        if row is not None:
            found = f"cell {place + 1} = {shown(cells[row])} stands under no name"
            raise self.file.error(lines[row], found, "a name in the header for each column (leave row numbers out)")

    def finished(self, lines: list[int], text: dict[str, list[str]], values: dict[str, Floats]) -> Table:
        places = [values.pop(name) for name, column in self.columns.items() if column.axis and name in values]
        axes = np.stack(places, axis=1) if places else None
        begins = np.array(lines, dtype=np.intp)
        for array in [begins, *values.values(), *([] if axes is None else [axes])]:
            array.setflags(write=False)
        heading = {name: self.header[place] for place, (name, _) in self.places.items()}
        table = Table(self.file, begins, {name: tuple(cells) for name, cells in text.items()}, values, axes, heading)
        key = self.sheet.key
        table.refuse_again(table.text.get(key, ()), lambda row: f"{table.cell(key, row)} is there", f"each {key} once")
        return table

    @cached_property
    def places(self) -> dict[int, tuple[str, Column]]:
        """The columns that are known, by their place in the header."""
        if not any(self.header):
            raise self.file.error(self.top, "the file is empty", f"a header with some of {', '.join(self.columns)}")
        fold = str.lower if len({name.lower() for name in self.columns}) == len(self.columns) else str
        header = [composed(fold(name)) for name in self.header]
        self.check_header(header)
        found: dict[int, tuple[str, Column]] = {}
        for name, column in self.columns.items():
            place = column.place(composed(fold(name)), header)
            if place is not None:
                found[place] = (name, column)
        self.check_known(found)
        return found

    def check_header(self, header: list[str]) -> None:
        if len(header) == 1 and (between := next((mark for mark in (";", "\t", "|") if mark in header[0]), "")):
            raise self.file.error(self.top, f"cells are separated by {shown(between)}", "commas")
        seen: set[str] = set()
        for name, folded in zip(self.header, header, strict=True):
            if folded in seen:
                raise self.file.error(self.top, f"column {shown(name)} is there twice", "each column once")
            seen |= {folded} - {""}

    def check_known(self, found: Mapping[int, tuple[str, Column]]) -> None:
        axes = [name for name, column in self.columns.items() if column.axis]
        for place, name in enumerate(self.header):
            if self.sheet.others or place in found or not name:
                continue
            if axes and re.fullmatch(f"{axes[0][:-1]}[1-9][0-9]*", name.lower()):
                what = f"column {shown(name)} is an axis beyond dimensions = {len(axes)}"
                raise self.file.error(self.top, what, f"{axes[0]} to {axes[-1]}")
            raise self.file.error(self.top, f"column {shown(name)} is unknown{nearest(name, self.columns)}", ", ".join(self.columns))
        there = {name for name, _ in found.values()}
        for name, column in self.columns.items():
            if name in there or not (column.needed or (column.axis and not there.isdisjoint(axes))):
                continue
            needed = f"a header with it{f', as dimensions = {len(axes)}' if column.axis else ''}" if column.needed else "all axes or none"
            raise self.file.error(self.top, f"column '{name}' is missing in {shown(','.join(self.header))}", needed)

    def texts(self, lines: list[int], place: int, column: Column, cells: list[str]) -> list[str]:
        """Return the texts in some cells, empty where they are blank."""
        assert column.kind is not None
        found: list[str] = []
        for row, given in enumerate(cells):
            cell = present(given) if column.kind.marks else given
            if not cell:
                if not column.blank:
                    raise self.blank(lines[row], place, column, given)
                found.append("")
                continue
            try:
                found.append(str(column.kind.read(cell)))
            except ValueError:
                raise self.wrong(lines[row], place, column, given, column.kind.wrong) from None
        return found

    def numbers(self, lines: list[int], place: int, column: Column, cells: list[str]) -> Floats:
        """Return the numbers in some cells, NaN where they are blank."""
        assert column.kind is not None
        read = column.kind.read
        values = np.array([read(present(cell)) for cell in cells], dtype=np.float64)
        if not column.blank and (blank := np.isnan(values)).any():
            row = int(blank.argmax())
            raise self.blank(lines[row], place, column, cells[row])
        endless = np.isinf(values)
        wrong = endless | (values < column.low) | (values > column.high)
        if wrong.any():
            row = int(wrong.argmax())
            raise self.wrong(lines[row], place, column, cells[row], column.kind.wrong if endless[row] else "is out of range")
        return values

    def blank(self, line: int, place: int, column: Column, cell: str) -> CoalsimError:
        mark = f" ({shown(cell)} stands for a missing value)" if cell else ""
        return self.file.error(line, f"column '{self.header[place]}' is blank{mark}", column.allowed)

    def wrong(self, line: int, place: int, column: Column, cell: str, what: str) -> CoalsimError:
        return self.file.error(line, f"column '{self.header[place]}' = {shown(cell)} {what}", column.allowed)


def _rows(file: File) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins on, without rows that are all empty."""
    line = 1
    try:
        with open(file.absolute, encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(_lines(file, text.readline), strict=True, skipinitialspace=True)
            for cells in reader:
                if any(map(clean, cells)):
                    yield line, cells
                line = reader.line_num + 1
    except csv.Error as problem:
        raise file.error(line, f"not a row of CSV ({problem})", "cells separated by commas, quotes closed") from None
    except UnicodeDecodeError:
        raise files.not_utf8(file) from None
    except OSError as problem:
        raise files.unreadable(file.path, problem, _NEEDED, file.wrong) from None


def _lines(file: File, readline: Callable[[int], str]) -> Iterator[str]:
    """Yield the lines of a text, none of them endless."""
    number = 0
    while line := readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise file.error(number, f"a line of {_LONGEST_LINE:,} characters or more", "shorter lines")
        if "\0" in line:
            raise file.error(number, "a NUL character: not text, or UTF-16 without its mark", "UTF-8, with or without a byte order mark")
        yield line
