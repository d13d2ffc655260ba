"""`raw`: tables as people have them, whatever their columns: only the cells are read, nothing is known of what they mean.

What coalsim's own tables refuse is taken here and said: other marks between cells, Windows' letters, short rows.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from coalsim.errors import FieldError, shown
from coalsim.inputs import files
from coalsim.inputs.cells import clean
from coalsim.inputs.files import File

LARGEST = 300 * files.MEGABYTE
"""Bytes such a table may have: the largest register of a state has a tenth of that."""

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may stand between cells, and what it is called."""

_TITLES = 3
"""Rows in which a table is looked for below a title."""

_AS_FORMULA = re.compile(r'="([^"]*)"')
"""How spreadsheet programs write what is not to be taken for a number: ="05401"."""

_NEEDED = "a CSV file"
_WINDOWS = "cp1252"


@dataclass
class Raw:
    """A table as it was given.

    Attributes
    ----------
    file : its name, as errors call it
    header, rows : its cells, without the spaces around them; as many in each row as in the header
    lines : the line each row begins on
    said : what had to be assumed to read it, in sentences
    """

    file: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    said: list[str] = field(default_factory=list)


def raw(path: str | os.PathLike[str]) -> Raw:
    """Return the cells of a file.

    Raises
    ------
    FieldError
        It cannot be read, is no table, or has a row with more cells than the header.
    """
    file = files.find(path, _NEEDED, LARGEST, FieldError)
    said: list[str] = []
    _refuse_workbooks(file)
    try:
        text = files.text(file, _NEEDED, LARGEST)
    except FieldError as problem:
        try:
            with open(file.absolute, "rb") as whole:
                found = whole.read(LARGEST)
        except OSError:
            raise problem from None
        if found[:2] in (b"\xff\xfe", b"\xfe\xff"):
            try:
                text, said = found.decode("utf-16"), ["It was read as UTF-16."]
            except UnicodeDecodeError:
                raise file.error(1, "begins as UTF-16 and is none", "UTF-8; save it as CSV UTF-8") from None
        else:
            try:
                text = found.decode(_WINDOWS)
            except UnicodeDecodeError:
                raise files.not_utf8(file) from None
            said = ["It is not UTF-8 and was read as Windows-1252; look whether letters with accents are right."]
    made = of_text(file, text)
    made.said[:0] = said
    return made


def _refuse_workbooks(file: File) -> None:
    try:
        with open(file.absolute, "rb") as whole:
            begins = whole.read(8)
    except OSError:
        return  # said by whoever reads it
    if begins.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise file.error(1, "a workbook of a spreadsheet program", "a table as CSV (in the spreadsheet program: Save as, CSV UTF-8)")


def _mark(lines: Sequence[str]) -> str:
    """Return what stands between cells: of what is in the header, that which is in every row, most often."""
    first = lines[0] if lines else ""
    rows = lines[:6] if any(mark in first for mark in MARKS) else lines[1:6]  # a title has none
    return max(MARKS, key=lambda mark: (mark in first, min((line.count(mark) for line in rows), default=0), first.count(mark)))


def of_text(file: File | str, text: str) -> Raw:
    """Return the cells of a text that was a file; raise `FieldError` as `raw` does."""
    about = file if isinstance(file, File) else File(file, file, 0, len(text))
    if "\0" in text:
        raise about.error(text[: text.index("\0")].count("\n") + 1, "a NUL character", "text")
    text = text.lstrip("\ufeff")
    told = re.match(r"\s*sep=([,;\t|])\r?\n", text, re.IGNORECASE)  # a line that Excel writes and reads
    mark = told[1] if told else _mark([line for line in text.splitlines() if line.strip()])
    if told:
        text = "\n" + text[told.end() :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True, skipinitialspace=True)
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for row in reader:
            cells = [clean(told[1] if (told := _AS_FORMULA.fullmatch(cell)) else cell) for cell in row]
            if any(cells):
                lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise about.error(begins, f"not a row of a table ({problem})", "cells with the same mark between them, quotes closed") from None
    if not lines:
        raise about.error(1, "the table is empty", "a header, and a row for each organization")
    header = [" ".join(cell.split()) for cell in _trimmed(lines[0][1])]
    rows = []
    for number, (line, cells) in enumerate(lines[1:], 1):
        width = len(_trimmed(cells))
        if len(header) == 1 and width > 1 and number <= _TITLES:
            where = "in the row below" if number == 1 else f"on line {line}"
            else_ = "" if number == 1 else f"; or quotes around cells with {MARKS[mark]} in them"
            raise about.error(lines[0][0], f"one cell, and {width} {where}", f"the header; is this a title? remove it{else_}")
        if width > len(header):
            raise about.error(line, f"{width} cells", f"at most {len(header)} cells, as in the header")
        rows.append((cells + [""] * len(header))[: len(header)])
    _check_nameless(about, header, rows, [line for line, _ in lines[1:]])
    seen: set[str] = set()
    for name in header:
        if name and name.lower() in seen:
            raise about.error(lines[0][0], f"column '{name}' is there twice", "each column once")
        seen.add(name.lower())
    said = [] if mark == "," or not any(len(cells) > 1 for _, cells in lines) else [f"Its cells are separated by {MARKS[mark]}."]
    return Raw(about.path, header, rows, [line for line, _ in lines[1:]], said)


def _check_nameless(file: File, header: list[str], rows: list[list[str]], lines: list[int]) -> None:
    """Raise `FieldError` if there is something in a column without a name; one that is empty says nothing."""
    for place, name in enumerate(header):
        row = next((row for row, cells in enumerate(rows) if cells[place]), None) if not name else None
        if row is not None:
            found = f"cell {place + 1} = {shown(rows[row][place])} stands under no name (column {_letters(place)})"
            raise file.error(lines[row], found, "a name in the header for each column (leave row numbers out)")


def _letters(place: int) -> str:
    """Return what spreadsheet programs call a column."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _trimmed(cells: list[str]) -> list[str]:
    """Return cells without the empty ones at the end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
