"""A field of one's own, dropped on the page as tables: what was understood, what is assumed, what is wrong.

`understand` reads tables as `coalsim.field.tables` wants them, more leniently about headers. An importer of other tables takes its
place by having its form, `Importer`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coalsim.errors import CoalsimError, FieldError
from coalsim.field import build, tables
from coalsim.parameters import Parameters
from coalsim.view.simulating import known as _known

MOST_ROWS = 20_000

KINDS = tuple(tables.TABLES)
"""The tables of a field."""


@dataclass
class Table:
    """A table as it was dropped.

    Attributes
    ----------
    file : its name
    header, rows : its cells
    kind : which table of a field it is: a name in `coalsim.field.tables.TABLES`, or "" if it looks like none
    columns : for each column what it is taken for; "" for nothing
    """

    file: str
    header: list[str]
    rows: list[list[str]]
    kind: str = ""
    columns: list[str] = field(default_factory=list)


@dataclass
class Understood:
    """What came of tables.

    Attributes
    ----------
    tables : as they were dropped, with what each column was taken for
    notes : pairs of a kind (ok, assumed, wrong) and a sentence
    wrong : (table, row) of a row that is refused, numbered from 0; None if there is none
    clean : the tables as coalsim reads them, by file name
    settings : the parameters that make a field of them; None if they cannot be used
    """

    tables: list[Table]
    notes: list[tuple[str, str]] = field(default_factory=list)
    wrong: tuple[int, int] | None = None
    clean: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] | None = None


Importer = Callable[[Sequence[Table], Parameters, Path], Understood]
"""Reads tables, given the scenario they are for and a folder that clean tables may be written to."""


def parse(file: str, text: str) -> Table:
    """Return the cells of a file: commas, semicolons or tabs between them.

    Raises
    ------
    FieldError
        There is no header, or there are too many rows.
    """
    text = text.lstrip("\ufeff")
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark) if any(cell.strip() for cell in row)]
    if not lines:
        raise FieldError(f"{file}: the table is empty; allowed: a header and a row for each organization")
    if len(lines) > MOST_ROWS:
        raise FieldError(f"{file}: {len(lines) - 1:,} rows; allowed: up to {MOST_ROWS:,}")
    header, width = lines[0], len(lines[0])
    return Table(file, header, [(row + [""] * width)[:width] for row in lines[1:]])


def understand(given: Sequence[Table], base: Parameters, folder: Path) -> Understood:
    """Take tables for those of a field, say what was assumed, and check them as `coalsim run` would."""
    found = Understood(list(given))
    kinds: dict[str, int] = {}
    for place, table in enumerate(found.tables):
        _take(table)
        if not table.kind:
            found.notes.append(("wrong", f"{table.file}: no column was recognized; choose below what its columns are."))
        elif table.kind in kinds:
            other = found.tables[kinds[table.kind]].file
            found.notes.append(("wrong", f"{table.file} and {other} are both tables of {_plural(table.kind)}; drop one of them."))
        else:
            kinds[table.kind] = place
    if any(kind == "wrong" for kind, _ in found.notes) or not kinds:
        return found
    dimensions = _dimensions(found.tables, base)
    settings: dict[str, Any] = {"source": "tables", "dimensions": dimensions, **{name: "" for name in tables.TABLES}}
    for kind, place in kinds.items():
        table = found.tables[place]
        name = f"{_plural(kind)}.csv"
        text, notes = _clean(table, dimensions)
        found.clean[name] = text
        found.notes += notes
        (folder / name).write_text(text, encoding="utf-8")
        settings[kind] = str(folder / name)
    found.notes += _absent(kinds, base)
    try:
        built = build(base.replace(**settings), 0, 0)
    except CoalsimError as error:
        said = str(error).replace(f"{folder}/", "")
        found.notes.append(("wrong", said))
        found.wrong = _row(said, found, kinds)
        return found
    count = f"{built.size} organizations, {len(built.issue)} issues and {len(built.funder)} funders"
    found.notes.insert(0, ("ok", f"A field of {count} in an issue space of {dimensions} axes; capacity {_sum(built.capacity)} FTE in all."))
    found.settings = settings
    return found


def allowed(kind: str, dimensions: int = 3) -> list[str]:
    """Return the columns that a kind of table may have."""
    return list(tables.columns(kind, dimensions))


def _take(table: Table) -> None:
    """Find out which table it is and what its columns are, where that was not said."""
    if table.columns and table.kind:
        return
    names = [re.sub(r"\W+", "_", cell.strip().lower()).strip("_") for cell in table.header]
    fits = {kind: [name if name in allowed(kind, 12) else "" for name in names] for kind in tables.TABLES}
    table.kind = max(fits, key=lambda kind: sum(map(bool, fits[kind])))
    table.columns = fits[table.kind]
    if not any(table.columns):
        table.kind, table.columns = "organizations_table", ["" for _ in names]


def _dimensions(given: Sequence[Table], base: Parameters) -> int:
    """Return the number of axes that the tables have, or else that of the scenario."""
    axes = [int(name.rsplit("_", 1)[1]) for table in given for name in table.columns if name.startswith(("mission_", "place_"))]
    return max(axes, default=int(base.get("dimensions")))


def _clean(table: Table, dimensions: int) -> tuple[str, list[tuple[str, str]]]:
    """Return a table with known columns only, and what was assumed of it."""
    notes: list[tuple[str, str]] = []
    taken = [(name, place) for place, name in enumerate(table.columns) if name]
    rows = [[row[place] for _, place in taken] for row in table.rows]
    header = [name for name, _ in taken]
    known = tables.columns(table.kind, dimensions)
    said = ", ".join(f"{table.header[place]}" + (f" as {name}" if table.header[place] != name else "") for name, place in taken)
    notes.append(("ok", f"{table.file} was read as the table of {_plural(table.kind)}, {len(rows)} rows: {said or 'no column'}."))
    left = [table.header[place] for place, name in enumerate(table.columns) if not name]
    if left:
        notes.append(("assumed", f"Left out, because coalsim has no such column: {', '.join(left)}."))
    if "id" in known and "id" not in header and "name" in header:
        at = header.index("name")
        header.insert(0, "id")
        ids = _ids([row[at] for row in rows])
        rows = [[identifier, *row] for identifier, row in zip(ids, rows, strict=True)]
        notes.append(("assumed", "There was no column id; identifiers were made from the names."))
    missing = [name for name in known if name not in header and name not in ("id", "name", "source", "target")]
    if missing and table.kind == "organizations_table":
        notes.append(("assumed", f"Drawn anew in each replicate, because the table has no such column: {_axes(missing)}."))
    blanks = {name: sum(not row[place] for row in rows) for place, name in enumerate(header)}
    some = [f"{name} ({count})" for name, count in blanks.items() if count and name != "name"]
    if some:
        notes.append(("assumed", f"Blank cells are drawn too: {', '.join(some)}."))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue(), notes


def _axes(names: Sequence[str]) -> str:
    axes = [name for name in names if name.startswith("mission_")]
    rest = [name.replace("_", " ") for name in names if name not in axes]
    return ", ".join([*(["position in the issue space (mission_1 ...)"] if axes else []), *rest])


def _absent(kinds: dict[str, int], base: Parameters) -> list[tuple[str, str]]:
    said = {
        "organizations_table": f"No table of organizations: {base.get('organizations')} are drawn.",
        "ties_table": "No table of ties: who knows whom is drawn.",
        "issues_table": f"No table of issues: {base.get('issues')} are drawn.",
        "funders_table": f"No table of funders: {base.get('funders')} are drawn.",
    }
    return [("assumed", text) for kind, text in said.items() if kind not in kinds]


def _row(said: str, found: Understood, kinds: dict[str, int]) -> tuple[int, int] | None:
    """Return which table and row an error is about."""
    where = re.match(r"(\w+)\.csv:(\d+):", said)
    if where is None or f"{where[1]}_table" not in kinds:
        return None
    place = kinds[f"{where[1]}_table"]
    row = int(where[2]) - 2
    return (place, row) if 0 <= row < len(found.tables[place].rows) else None


def _ids(names: Sequence[str]) -> list[str]:
    """Return an identifier for each name, each once."""
    out: list[str] = []
    for number, name in enumerate(names, 1):
        stem = re.sub(r"\W+", "-", name.lower()).strip("-") or f"organization-{number}"
        identifier, again = stem, 2
        while identifier in out:
            identifier, again = f"{stem}-{again}", again + 1
        out.append(identifier)
    return out


def _plural(kind: str) -> str:
    return kind.removesuffix("_table")


def _sum(capacity: Any) -> str:
    return f"{_known(float(capacity.sum())) or 0:,.1f}"
