"""How large organizations are: revenue in dollars, as the rule of registers has it."""

from __future__ import annotations

import math
import re

from coalsim.errors import FieldError
from coalsim.importing.asking import AT_RANDOM, Notes
from coalsim.importing.numbers import MARKS, POINT, Unclear, amount, has_times, marks, other_money
from coalsim.importing.tables import Table
from coalsim.parameters import Parameters


def revenues(table: Table, groups: list[list[int]], p: Parameters, notes: Notes) -> list[str]:
    """Return revenues in dollars a year; of who tells its staff, what so many employees cost."""
    cost, exponent = p.get("cost_per_employee"), p.get("capacity_exponent")
    revenue = amounts(table, "revenue", groups, notes)
    staff = amounts(table, "staff", groups, notes)
    capacity = amounts(table, "capacity", groups, notes)
    out = []
    for row, (dollars, people, fte) in enumerate(zip(revenue, staff, capacity, strict=True)):
        if fte is not None and fte <= 0:
            raise table.error(groups[row][0], f"capacity = {fte:g} is not above 0", "above 0, or blank")
        if fte is not None and exponent > 0:
            people = math.pow(fte, 1 / exponent)
        if people is not None and people < 0:
            raise table.error(groups[row][0], f"staff = {people:g} is below 0", "0 or more, or blank")
        dollars = people * cost if people is not None else dollars
        out.append("" if dollars is None else f"{dollars:.12g}")
    rule = f"an organization of n employees can put what n to the power {exponent:g} do into collaboration"
    if table.has("staff"):
        notes.assume(f"Capacity comes from staff: {rule}; an employee is written as ${cost:,.0f} of revenue a year.")
        if table.has("revenue"):
            notes.assume("Where both staff and revenue are known, staff counts.")
    elif table.has("revenue"):
        notes.assume(f"Capacity comes from revenue: ${cost:,.0f} a year pay an employee, and {rule}.")
    if table.has("capacity"):
        notes.assume(f"Where '{table.header[table.places('capacity')[0]]}' says a capacity, that counts before staff and revenue.")
    none = sum(not cell or float(cell) <= 0 for cell in out)
    if none:
        notes.assume(
            f"Of {none} of {len(out)} organizations the size is not known, or 0: it is {AT_RANDOM}, like that of an "
            "organization which files no full tax return (small, as a rule)."
        )
    return out


_TIMES = {
    1e3: re.compile(r"(?:in )?\$?(?:thousands?|000'?s?|'000s?|k)(?: of (?:us )?dollars| dollars| usd)?"),
    1e6: re.compile(r"(?:in )?\$?(?:millions?|mn|mm|m)(?: of (?:us )?dollars| dollars| usd)?"),
}
"""What a header says in brackets of how its numbers are to be multiplied."""

_PLAIN_UNITS = re.compile(
    r"(?:us ?)?\$|usd|(?:in )?(?:us )?dollars|ftes?|full[- ]time(?: equivalents?)?|paid|employees?|headcount|number|count|people|"
    r"(?:annual|per year|a year|yearly|latest)?,? ?(?:fy ?)?(?:(?:19|20)\d\d)?"
)
_MONEY = re.compile(r"\$|\b(?:dollars|usd)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(?:ftes?|full[- ]time|staff|employees?|people)\b", re.IGNORECASE)
DOLLARS = ("revenue", "assets")


def times(table: Table, place: int, meaning: str, notes: Notes) -> float:
    """Return what the numbers of a column of amounts are to be multiplied with, as its header says; say what was not understood."""
    header = table.header[place]
    factor = 1.0
    for said in re.findall(r"[(\[](.*?)[)\]]", header):
        text = " ".join(said.lower().split())
        found = next((number for number, words in _TIMES.items() if words.fullmatch(text)), None)
        if found is not None:
            factor *= found
            notes.assume(f"{table.file}: numbers in '{header}' are taken times {found:,.0f}.")
        elif not _PLAIN_UNITS.fullmatch(text):
            unit = "dollars" if meaning in DOLLARS else "employees in full-time work"
            notes.assume(f"{table.file}: '({said})' in '{header}' is not understood; its numbers are taken for {unit}.")
    return factor


def _check_unit(table: Table, row: int, place: int, meaning: str, factor: float) -> None:
    """Refuse money in a column of people, people in one of money, other money, and thousands in a column of thousands."""
    cell = table.rows[row][place]
    if meaning == "staff" and (_MONEY.search(cell) or other_money(cell)):
        raise table.wrong(row, place, "is money", "how many employees, such as 12 or 3.5")
    if other_money(cell):
        raise table.wrong(row, place, "is in other money", "dollars, such as 120000 or $1.2M")
    if meaning in DOLLARS and _PEOPLE.search(cell):
        raise table.wrong(row, place, "counts people", "dollars, such as 120000 or $1.2M")
    if factor != 1 and has_times(cell):
        raise table.wrong(row, place, f"says itself what it is times, and so does the header ({factor:,.0f})", "one of them")


def _mark(table: Table, place: int, meaning: str, notes: Notes) -> str:
    """Return the decimal mark that a column is said to have, "" if nothing was said."""
    header = table.header[place]
    said = (notes.answer(header) or "").partition(":")[2].strip().lower()
    if said not in MARKS:
        return ""
    if not any(mark in row[place] for row in table.rows for mark in MARKS.values()):
        what = f"--map {header}={meaning}:{said} has no effect, as no number in it has a point or a comma"
        raise FieldError(f"{table.file}: {what}; allowed: --map '{header}={meaning}'")
    return MARKS[said]


def read(table: Table, meaning: str, notes: Notes) -> list[tuple[float | None, str]]:
    """Return the amount in each row of the column taken for something, None where there is none, and how it had to be read.

    What three digits behind a point or a comma are, the whole column says.

    Raises
    ------
    FieldError
        A cell is no amount, or one that may mean two things.
    """
    places = table.places(meaning)
    if not places:
        return [(None, "")] * len(table.rows)
    place, header = places[0], table.header[places[0]]
    factor = times(table, place, meaning, notes) if meaning in (*DOLLARS, "staff") else 1.0
    stated, seen = _mark(table, place, meaning, notes), marks(row[place] for row in table.rows)
    if meaning in DOLLARS and seen == {POINT}:
        seen = frozenset()  # "1.2M" or "99.50" beside it does not make 250.000 so many dollars and no cents
    found: list[tuple[float | None, str]] = []
    for row, cells in enumerate(table.rows):
        _check_unit(table, row, place, meaning, factor)
        try:
            value, how = amount(cells[place], seen, stated)
        except Unclear as unclear:
            ways = f"--map '{header}={meaning}:comma' (a decimal comma) or --map '{header}={meaning}:point'"
            raise table.wrong(row, place, "may mean two things", f"{' or '.join(unclear.readings)}; or say {ways}") from None
        except ValueError:
            raise table.wrong(row, place, "is not an amount", "a number, such as 12, 1,200 or $1.2M, or blank") from None
        found.append((None if value is None else value * factor, how))
    return found


def amounts(table: Table, meaning: str, groups: list[list[int]], notes: Notes) -> list[float | None]:
    """Return the amount of each organization in the column taken for something, None where there is none; say how cells were read."""
    cells = read(table, meaning, notes)
    out: list[float | None] = []
    ways: dict[str, int] = {}
    for rows in groups:
        value, how = next((cells[row] for row in rows if cells[row][0] is not None), (None, ""))
        out.append(value)
        if how:
            ways[how] = ways.get(how, 0) + 1
    for how, count in ways.items():
        notes.assume(f"{table.file}: in '{table.header[table.places(meaning)[0]]}' {count} cells were read as {how}.")
    return out
