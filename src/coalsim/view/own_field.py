"""A field of one's own, dropped on the page as tables: `coalsim.importing`, with answers and mended cells from the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from coalsim.errors import CoalsimError, FieldError
from coalsim.importing import understand as importing
from coalsim.importing.clean import Understood as Imported
from coalsim.importing.meanings import KINDS as _KINDS
from coalsim.importing.tables import Table
from coalsim.importing.understanding import check, placed
from coalsim.inputs.raw import of_text
from coalsim.parameters import Parameters

__all__ = ["KINDS", "Importer", "Table", "Understood", "allowed", "parse", "understand"]

MOST_ROWS = 20_000

KINDS = tuple(_KINDS)
"""The kinds of tables there may be."""


@dataclass
class Understood:
    """What came of tables, for the page.

    Attributes
    ----------
    tables : as they were dropped, with what each column was taken for
    notes : pairs of a kind (ok, assumed, wrong) and a sentence
    questions : what is asked: ``about``, ``text``, ``answers`` (pairs of an answer and what it means), ``optional``
    wrong : (table, row) of a row that is refused, numbered from 0; None if there is none
    clean : the tables as coalsim reads them, by file name
    settings : the parameters that make a field of them; None if they cannot be used
    """

    tables: list[Table]
    notes: list[tuple[str, str]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    wrong: tuple[int, int] | None = None
    clean: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] | None = None


Importer = Callable[[Sequence[Table], Parameters, Path, Mapping[str, str]], Understood]
"""Reads tables, given the scenario they are for, a folder for clean tables, and answers."""


def parse(file: str, text: str) -> Table:
    """Return the cells of a file; raise `FieldError` if it is no table, or too long for the page."""
    given = of_text(file, text)
    if len(given.rows) > MOST_ROWS:
        raise FieldError(f"{file}: {len(given.rows):,} rows; allowed here: up to {MOST_ROWS:,} (coalsim new-field --from takes more)")
    return Table.of(given)


def understand(given: Sequence[Table], base: Parameters, folder: Path, answers: Mapping[str, str] | None = None) -> Understood:
    """Take tables for those of a field, say what was assumed, and check them as `coalsim run` would.

    Clean tables are kept in a folder of their own within `folder`: the field that is watched meanwhile may be another.
    """
    tables = [replace(table, rows=list(table.rows), lines=list(table.lines), columns=list(table.columns)) for table in given]
    found = Understood(list(given))
    try:
        read = importing(tables, base, answers or {})
        _taken(found, read)
        if read.settings is not None:
            own = _folder_of(read.clean, folder)
            summary = check(read, base, own)
            found.notes.insert(0, ("ok", summary))
            found.settings = placed(read.settings, own)
    except CoalsimError as error:
        _taken(found, Imported(tables))
        found.notes.append(("wrong", str(error)))
        found.wrong = _row(str(error), found.tables)
    return found


def allowed(kind: str, dimensions: int = 3) -> list[str]:
    """Return what the columns of a kind of table may mean."""
    axes = {"organizations_table": "mission", "issues_table": "place", "funders_table": "place"}
    names = [meaning.name for meaning in _KINDS[kind].meanings]
    return names + ([f"{axes[kind]}_{axis + 1}" for axis in range(dimensions)] if kind in axes else [])


def _taken(found: Understood, read: Imported) -> None:
    """Show what was understood beside the tables as they were dropped."""
    for table, other in zip(found.tables, read.tables, strict=True):
        table.kind = other.kind or "organizations_table"
        table.columns = [of or "" for of in other.columns] or [""] * len(table.header)
    found.notes = [(kind, re.sub(r" \(--map [^)]*\)", "", text)) for kind, text in read.notes]  # the page asks instead
    found.clean = dict(read.clean)
    found.questions = [
        {"about": of.about, "text": of.text, "answers": [list(pair) for pair in of.answers], "optional": of.optional}
        for of in read.questions
    ]


def _folder_of(clean: Mapping[str, str], folder: Path) -> Path:
    """Return the folder of clean tables, the same for the same tables, and see to it that it is there."""
    digest = blake2b(repr(sorted(clean.items())).encode(), digest_size=8).hexdigest()
    own = folder / digest
    own.mkdir(exist_ok=True)
    return own


def _row(said: str, tables: Sequence[Table]) -> tuple[int, int] | None:
    """Return which table and row an error is about."""
    for place, table in enumerate(tables):
        where = re.match(re.escape(table.file) + r":(\d+):", said)
        if where is not None and int(where[1]) in table.lines:
            return place, table.lines.index(int(where[1]))
    return None
