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

from coalsim.errors import FieldError
from coalsim.inputs import files
from coalsim.inputs.cells import clean
from coalsim.inputs.files import File

LARGEST = 300 * files.MEGABYTE
"""Bytes such a table may have: the largest register of a state has a tenth of that."""

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may stand between cells, and what it is called."""

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
            text, said = found.decode("utf-16", "replace"), ["It was read as UTF-16."]
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
    return max(MARKS, key=lambda mark: (mark in first, min((line.count(mark) for line in lines[:6]), default=0), first.count(mark)))


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
            cells = [clean(cell) for cell in row]
            if any(cells):
                lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise about.error(begins, f"not a row of a table ({problem})", "cells with the same mark between them, quotes closed") from None
    if not lines:
        raise about.error(1, "the table is empty", "a header, and a row for each organization")
    header = _trimmed(lines[0][1])
    rows = []
    for line, cells in lines[1:]:
        if len(header) == 1 and len(_trimmed(cells)) > 1 and line == lines[1][0]:
            raise about.error(
                lines[0][0], f"one cell, and {len(_trimmed(cells))} in the row below", "the header; is this a title? remove it"
            )
        if len(_trimmed(cells)) > len(header):
            raise about.error(line, f"{len(_trimmed(cells))} cells", f"at most {len(header)} cells, as in the header")
        rows.append((cells + [""] * len(header))[: len(header)])
    seen: set[str] = set()
    for name in header:
        if name and name.lower() in seen:
            raise about.error(lines[0][0], f"column '{name}' is there twice", "each column once")
        seen.add(name.lower())
    said = [] if mark == "," or not any(len(cells) > 1 for _, cells in lines) else [f"Its cells are separated by {MARKS[mark]}."]
    return Raw(about.path, header, rows, [line for line, _ in lines[1:]], said)


def _trimmed(cells: list[str]) -> list[str]:
    """Return cells without the empty ones at the end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
