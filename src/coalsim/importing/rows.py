"""Which rows of a table are organizations: not those of sums, remarks and people; and which rows are one organization."""

from __future__ import annotations

import re

from coalsim.errors import shown
from coalsim.importing import work
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import loose
from coalsim.importing.tables import Table
from coalsim.inputs.cells import present

SUMS = frozenset(
    {
        *("total", "totals", "grand total", "subtotal", "sub total", "sum", "mean", "average", "median", "overall", "all organizations"),
        *("total organizations", "total organisations", "total agencies", "total members", "total n", "total staff", "total budget"),
        *("summe", "gesamt", "gesamtsumme", "insgesamt", "mittelwert", "durchschnitt", "suma", "somme", "totaal", "totale"),
    }
)
"""What the name of a row says that adds up the others."""

_REMARK = re.compile(r"(?:notes?|remarks?|sources?|quellen?|anmerkung(?:en)?|legend|(?:last )?updated|as of)\s*:|\*", re.IGNORECASE)
"""How a line below a table begins that is about the table."""


def left_out(table: Table, notes: Notes) -> set[str]:
    """Leave out rows that are no organizations, and those without a name."""
    names = table.cells("name") if table.has("name") else table.cells("id")
    kinds = [cell.casefold() for cell in table.cells("type")]
    wrong = [row for row, kind in enumerate(kinds) if kind in work.NO_ORGANIZATIONS]
    remarks = [row for row, name in enumerate(names) if _REMARK.match(name) and sum(map(bool, table.rows[row])) == 1]
    heads = [row for row, cells in enumerate(table.rows) if cells == table.header]
    nameless = [row for row, name in enumerate(names) if not present(name)]
    sums = [row for row, name in enumerate(names) if loose(re.sub(r"[(\[].*?[)\]]|[0-9]+", " ", name)) in SUMS]
    if wrong:
        said = ", ".join(dict.fromkeys(table.cells("type")[row] for row in wrong))
        notes.assume(f"{table.file}: {len(wrong)} rows are left out, because they are no organizations ({said}).")
    if nameless:
        where = ", ".join(str(table.lines[row]) for row in nameless[:10])
        notes.assume(f"{table.file}: {len(nameless)} rows without a name are left out (line {where}).")
    if sums:
        where = ", ".join(f"line {table.lines[row]}: {names[row].strip()}" for row in sums[:10])
        notes.assume(f"{table.file}: rows that add up the others are left out ({where}).")
    if remarks:
        where = ", ".join(f"line {table.lines[row]}: {shown(names[row].strip())}" for row in remarks[:10])
        notes.assume(f"{table.file}: remarks are left out ({where}).")
    if heads:
        where = ", ".join(str(table.lines[row]) for row in heads[:10])
        notes.assume(f"{table.file}: {len(heads)} rows that say the header again are left out (line {where}).")
    gone = {loose(names[row]) for row in wrong}
    out = {*wrong, *nameless, *sums, *remarks, *heads}
    table.take([row for row in range(len(table.rows)) if row not in out])
    return gone


def groups_of(table: Table, notes: Notes) -> list[list[int]]:
    """Return the rows of each organization: one, unless a name is there several times and that is one organization."""
    if table.has("id"):
        return [[row] for row in range(len(table.rows))]
    by: dict[str, list[int]] = {}
    for row, name in enumerate(table.cells("name")):
        by.setdefault(loose(name), []).append(row)
    again = {name: rows for name, rows in by.items() if len(rows) > 1}
    if not again:
        return list(by.values())
    shown = [table.cells("name")[rows[0]] for rows in again.values()]
    lines = ", ".join(str(table.lines[row]) for row in next(iter(again.values())))
    ways = (("one", "answers are averaged, of other cells the first counts"), ("several", "they only have the same name"))
    more = f", and so are {len(shown) - 1} more" if shown[1:] else ""
    text = f"{table.file}: '{shown[0]}' is there several times (lines {lines}){more}: one organization?"
    answer = notes.ask(Question("same name", text, ways))
    if answer == "one":
        notes.assume(
            f"Rows with the same name are one organization ({len(again)} of them): answers are averaged, of other cells the first counts."
        )
        return list(by.values())
    if answer == "several":
        notes.assume(f"Organizations with the same name are several ({len(again)} names); their ids tell them apart.")
    return [[row] for row in range(len(table.rows))]
