"""Fields given as CSV tables: organizations, who knows whom, issues, funders.

Any subset of the four may be given; what is not given, down to a blank cell, is drawn as in a
synthetic field. D is `dimensions`; axes are numbered from 1.

=================== =============================================================================
table               columns (*: must be there, and may not be blank)
=================== =============================================================================
organizations_table id*, name (free text, ignored), mission_1 ... mission_D (0..1; all axes or none),
                    style_1, style_2 (0..1), capacity (> 0), reserve (>= 0), readiness, openness,
                    leadership (0..1), join_threshold (as the parameter)
ties_table          source*, target*: source knows target, in the order of the file
issues_table        id*, place_1* ... place_D* (0..1), need (0..1; blank: 1)
funders_table       id*, place_1* ... place_D* (0..1), grant_budget (>= 0; blank: as the parameter)
=================== =============================================================================

Files are UTF-8 with a header and commas; spaces around a cell and empty lines do not matter. Errors
name file, line (of a row over several lines: the first), what was found and what is allowed.
"""

from __future__ import annotations

import csv
import math
import os
import re
import reprlib
import stat
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import FieldError, nearest
from coalsim.field.build import Given
from coalsim.field.model import Floats, Ints
from coalsim.parameters import Parameters, declarations

_CHUNK = 2_000  # rows held as text at a time: more than fit into a CPU's cache take longer
_REMEMBERED = 16  # files
_shown = reprlib.Repr()  # long cells are cut, so that an error stays a line
_shown.maxstring = 60


class Column(NamedTuple):
    """What the cells of a column may hold: text, or numbers from `low` to `high`."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    """Whether `low` itself is not allowed."""
    required: bool = False
    """Whether the column must be there, with no cell blank."""
    text: bool = False

    @property
    def allowed(self) -> str:
        """The allowed values, as people write them."""
        if self.text:
            return "any text that is not blank" if self.required else "any text"
        if math.isinf(self.low):
            return "any number"
        return f"{self.low:g}..{self.high:g}" if math.isfinite(self.high) else f"{'>' if self.above else '>='} {self.low:g}"


_KEY = Column(text=True, required=True)
_SHARE = Column(0, 1)
_PLACE = Column(0, 1, required=True)
_threshold = declarations()["join_threshold"]

ATTRIBUTES = {
    "style_1": _SHARE,
    "style_2": _SHARE,
    "capacity": Column(0, above=True),
    "reserve": Column(0),
    "readiness": _SHARE,
    "openness": _SHARE,
    "leadership": _SHARE,
    "join_threshold": Column(-math.inf if _threshold.low is None else _threshold.low, _threshold.high or math.inf),
}
"""The columns of organizations that hold one attribute each."""

TABLES = {
    "organizations_table": {"id": _KEY, "name": Column(text=True), "mission_#": _SHARE, **ATTRIBUTES},
    "ties_table": {"source": _KEY, "target": _KEY},
    "issues_table": {"id": _KEY, "place_#": _PLACE, "need": _SHARE},
    "funders_table": {"id": _KEY, "place_#": _PLACE, "grant_budget": Column(0)},
}
"""The columns of each table; ``#`` stands for the axes of the issue space."""

_LEAST_ROWS = {"organizations_table": 2}


class File(NamedTuple):
    """A file as it is now: parsed again only if one of these is different."""

    path: str
    absolute: str
    changed: int
    size: int

    def error(self, line: int, found: str, allowed: str) -> FieldError:
        """Return the error to raise for something found on a line."""
        return FieldError(f"{self.path}:{line}: {found}; allowed: {allowed}")


class Table(NamedTuple):
    """A parsed table: the line each row begins on, its cells by column (NaN: blank), its positions."""

    file: File
    line: Ints
    text: dict[str, tuple[str, ...]]
    number: dict[str, Floats]
    axes: Floats | None

    def refuse(self, wrong: NDArray[np.bool_], found: Callable[[int], str], allowed: str) -> None:
        """Raise the error of the first row that is wrong, if there is one."""
        if wrong.any():
            row = int(wrong.argmax())
            raise self.file.error(int(self.line[row]), found(row), allowed)


_NOTHING = Table(File("", "", 0, 0), np.empty(0, dtype=np.intp), {}, {}, None)


def read(p: Parameters) -> Given:
    """Return what the tables of a configuration give of a field.

    Organizations are numbered in the order of their table; without one there are `organizations`,
    with the ids 0 to N - 1. Files are parsed again only when they change; the arrays are shared by
    all callers and cannot be written to.

    Raises
    ------
    FieldError
        There is no table, or one cannot be read or holds what is not allowed.
    """
    paths = {table: p.get(table) for table in TABLES if p.get(table)}
    if not paths:
        raise FieldError(f"source = 'tables' without a table; allowed: at least one of {', '.join(TABLES)}")
    if "ties_table" in paths and p.field.acquaintances == "all":
        raise FieldError(
            f"{paths['ties_table']}: ties_table with acquaintances = 'all'; allowed: acquaintances = 'listed', or no ties_table"
        )
    files = {table: _file(path, table) for table, path in paths.items()}
    found = {table: _parse(file, table, p.field.dimensions) for table, file in files.items()}
    organizations, issues, funders = (found.get(f"{what}_table", _NOTHING) for what in ("organizations", "issues", "funders"))
    names = organizations.text.get("id", ())
    count = len(names) or p.field.organizations
    if "ties_table" in files:
        ties = _ties(found["ties_table"].file, files.get("organizations_table"), count, p.field.dimensions, p.field.acquaintances_max)
    return Given(
        count=count,
        mission=organizations.axes,
        attributes={name: organizations.number[name] for name in ATTRIBUTES if name in organizations.number},
        ties=ties if "ties_table" in files else None,
        issue=issues.axes,
        need=issues.number.get("need"),
        funder=funders.axes,
        grant_budget=funders.number.get("grant_budget"),
        names=names,
    )


def columns(table: str, dimensions: int) -> dict[str, Column]:
    """Return the columns a table may have in an issue space of `dimensions`."""
    axes = range(1, dimensions + 1)
    return {name.replace("#", str(k)): column for name, column in TABLES[table].items() for k in (axes if "#" in name else (0,))}


def _file(path: str, table: str) -> File:
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FieldError(f"{path}: no such file; allowed: a CSV file, or {table} = '' to draw") from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise FieldError(f"{path} is a folder; allowed: a CSV file")
    return File(path, os.path.abspath(path), status.st_mtime_ns, status.st_size)


def _unreadable(path: str, error: OSError) -> FieldError:
    return FieldError(f"{path} cannot be read: {error.strerror}; allowed: a CSV file")


@lru_cache(_REMEMBERED)
def _parse(file: File, table: str, dimensions: int) -> Table:
    """Read and check one table by itself."""
    try:
        with open(file.absolute, encoding="utf-8-sig", newline="") as text:
            return _table(file, table, dimensions, _rows(file, text))
    except UnicodeDecodeError:
        raise file.error(_undecodable(file), "not UTF-8 text", "UTF-8, with or without a byte order mark") from None
    except OSError as error:
        raise _unreadable(file.path, error) from None


def _undecodable(file: File) -> int:
    """Return the number of the first line that is not UTF-8."""
    with open(file.absolute, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def _rows(file: File, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins on, without empty lines."""
    reader, line = csv.reader(text, strict=True, skipinitialspace=True), 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise file.error(line, f"not a row of CSV ({error})", "cells separated by commas, quotes closed") from None


def _table(file: File, table: str, dimensions: int, rows: Iterator[tuple[int, list[str]]]) -> Table:
    known = columns(table, dimensions)
    top, header = next(rows, (1, []))
    _check_header(file, top, header, table, known)
    lines: list[int] = []
    text: dict[str, list[str]] = {name: [] for name in header if known[name] == _KEY}
    number: dict[str, list[Floats]] = {name: [] for name in header if not known[name].text}
    while chunk := list(islice(rows, _CHUNK)):
        here = [line for line, _ in chunk]
        for line, cells in chunk:
            if len(cells) != len(header):
                raise file.error(line, f"{len(cells)} cells", f"{len(header)} cells, as in the header")
        for name, column in zip(header, zip(*(cells for _, cells in chunk), strict=True), strict=True):
            if known[name].required and "" in column:
                raise file.error(here[column.index("")], f"column '{name}' is blank", known[name].allowed)
            if name in text:
                text[name] += column
            elif name in number:
                number[name].append(_numbers(file, here, name, column, known[name]))
        lines += here
    if len(lines) < (least := _LEAST_ROWS.get(table, 1)):
        raise file.error((lines or [top])[-1], f"rows below the header: {len(lines)}", f"at least {least}")
    values = {name: np.concatenate(parts) for name, parts in number.items()}
    positions = [values.pop(name) for name in known if name not in TABLES[table] and name in values]
    axes = np.stack(positions, axis=1) if positions else None
    for array in [*values.values(), *([] if axes is None else [axes])]:
        array.setflags(write=False)
    found = Table(file, np.array(lines), {name: tuple(cells) for name, cells in text.items()}, values, axes)
    _check_rows(found)
    return found


def _check_header(file: File, line: int, header: list[str], table: str, known: dict[str, Column]) -> None:
    if not header:
        raise file.error(line, "the file is empty", f"a header with some of {', '.join(known)}")
    axes = [name for name in known if name not in TABLES[table]]
    for place, name in enumerate(header):
        axis = re.fullmatch(r"(\w+)_(\d+)", name)
        if name in header[:place]:
            raise file.error(line, f"column {_shown.repr(name)} is there twice", "each column once")
        if axis and f"{axis[1]}_#" in TABLES[table] and int(axis[2]) > len(axes):
            raise file.error(line, f"column '{name}' is an axis beyond dimensions = {len(axes)}", f"{axes[0]} to {axes[-1]}")
        if name not in known:
            raise file.error(line, f"column {_shown.repr(name)} is unknown{nearest(name, known)}", ", ".join(known))
    for name in known:
        if name not in header and (known[name].required or (name in axes and set(axes) & set(header))):
            needed = "all axes or none" if not known[name].required else "a header with it"
            raise file.error(line, f"column '{name}' is missing", needed)


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


def _check_rows(table: Table) -> None:
    """Refuse ids given before and positions given in part."""
    if "id" in table.text:
        ids = table.text["id"]
        first = _first(ids)
        table.refuse(
            first < np.arange(len(ids)),
            lambda row: f"column 'id' = {_shown.repr(ids[row])} is there already, on line {table.line[first[row]]}",
            "each id once",
        )
    if table.axes is not None:
        blank = np.isnan(table.axes)
        blanks = blank.sum(axis=1)
        table.refuse(
            (blanks > 0) & (blanks < blank.shape[1]),
            lambda row: f"the mission is blank on axis {blank[row].argmax() + 1} but not on axis {blank[row].argmin() + 1}",
            "all axes of a row or none",
        )


def _first(keys: Iterable[Hashable]) -> Ints:
    """Return for each key the place where it is first seen."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(key, place) for place, key in enumerate(keys)], dtype=np.intp)


@lru_cache(_REMEMBERED)
def _ties(file: File, organizations: File | None, count: int, dimensions: int, room: int) -> tuple[Ints, Ints]:
    """Return the ties of a file as numbers of organizations, at most `room` of each source."""
    table = _parse(file, "ties_table", dimensions)
    names = _parse(organizations, "organizations_table", dimensions).text["id"] if organizations else map(str, range(count))
    number = {name: k for k, name in enumerate(names)}

    def cell(side: str, row: int) -> str:
        return f"column '{side}' = {_shown.repr(table.text[side][row])}"

    def numbers(side: str) -> Ints:
        found = np.array([number.get(name, -1) for name in table.text[side]], dtype=np.intp)
        ids = f"the ids in {organizations.path}" if organizations else f"0..{count - 1}"
        table.refuse(found < 0, lambda row: f"{cell(side, row)} is no organization", ids)
        found.setflags(write=False)
        return found

    source, target = numbers("source"), numbers("target")
    table.refuse(source == target, lambda row: f"{cell('target', row)} is its own source", "another organization")
    first = _first((source * count + target).tolist())
    table.refuse(
        first < np.arange(len(first)),
        lambda row: f"{cell('source', row)} has {cell('target', row)} already, on line {table.line[first[row]]}",
        "each tie once",
    )
    full = source == np.argmax(np.bincount(source) > room)
    table.refuse(
        full & (full.cumsum() > room),
        lambda row: f"{cell('source', row)} has tie {room + 1}",
        f"acquaintances_max = {room} ties of a source",
    )
    return source, target
