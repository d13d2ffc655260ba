"""``--only``: which organizations of a large table are taken."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from coalsim.errors import FieldError, nearest, shown
from coalsim.importing.asking import Notes
from coalsim.importing.numbers import amount
from coalsim.importing.sizes import read
from coalsim.importing.tables import Table
from coalsim.inputs.cells import present

KEYS = {
    "subsection": "IRS subsections, such as 3",
    "city": "cities, as they are written",
    "zip": "ZIP codes or their beginnings",
    "county": "counties",
    "state": "states",
    "code": "NTEE codes or their beginnings, such as E,K31 or EFK",
    "revenue": "dollars a year, LOW..HIGH",
    "assets": "dollars, LOW..HIGH",
    "staff": "employees, LOW..HIGH",
}
"""What organizations may be chosen by, and how that is written."""

_RANGE = re.compile(r"(.*?)\.\.(.*)")


@dataclass(frozen=True)
class Only:
    """One choice: a key of `KEYS`, and what is allowed."""

    key: str
    text: str

    @property
    def values(self) -> list[str]:
        """The values, of a choice by values; letters together are several groups of codes, as in `major_groups`."""
        found = [value.strip() for value in self.text.split(",") if value.strip()]
        return [part for value in found for part in (value if self.key == "code" and value.isalpha() else (value,))]

    @property
    def ends(self) -> tuple[float, float]:
        """The ends, of a choice by size."""
        found = _RANGE.fullmatch(self.text.strip())
        try:
            assert found is not None
            low, high = (amount(end)[0] for end in found.groups())
            assert low is None or high is None or low <= high
        except (ValueError, AssertionError):
            raise FieldError(
                f"--only {self.key}={shown(self.text)[1:-1]}: no range; allowed: {KEYS[self.key]}, one end may be left out"
            ) from None
        return (-math.inf if low is None else low), (math.inf if high is None else high)


def only(given: Sequence[str]) -> list[Only]:
    """Return the choices of ``--only KEY=VALUES`` options; raise `FieldError` if one is none."""
    found: dict[str, Only] = {}
    for item in given:
        key, equals, text = item.partition("=")
        key = key.strip().lower()
        if not equals or key not in KEYS or not text.strip():
            allowed = "; ".join(f"{name} ({about})" for name, about in KEYS.items())
            raise FieldError(f"--only {shown(item)}: KEY=VALUES is needed{nearest(key, KEYS)}; allowed: {allowed}")
        if key in found:
            raise FieldError(f"--only {key} is given twice; allowed: once, with commas between values")
        found[key] = Only(key, text.strip())
    return list(found.values())


def choose(
    table: Table,
    choices: Sequence[Only],
    counties: Mapping[str, str],
    spared: Callable[[list[str]], bool],
    code: Callable[[list[str]], str],
    notes: Notes,
) -> None:
    """Keep the rows of a table that all choices allow.

    Parameters
    ----------
    table
        Of organizations.
    choices
        By what.
    counties
        Counties by ZIP code, for tables that have no column of them.
    spared
        Whether a row is not chosen by code and size: a foundation.
    code
        The NTEE code of a row.
    notes
        Told what was left.

    Raises
    ------
    FieldError
        A choice cannot be made for want of a column, or leaves fewer than two organizations.
    """
    if not choices:
        return
    there = len(table.rows)
    for choice in choices:
        allowed = _allowed(table, choice, counties, code, notes)
        by_work = choice.key in ("code", "revenue", "assets", "staff")
        kept = [row for row in range(len(table.rows)) if (by_work and spared(table.rows[row])) or allowed(row)]
        table.take(kept)
        left = sum(not spared(row) for row in table.rows)
        if left < 2:
            more = f" and {len(kept) - left} foundations" if len(kept) > left else ""
            leaves = f"leaves {left} of {there:,} organizations{more}"
            raise FieldError(f"{table.file}: --only {choice.key}={choice.text} {leaves}; allowed: at least 2 that are no foundation")
    said = ", ".join(f"{choice.key} {choice.text}" for choice in choices)
    notes.ok(f"Of {there:,} rows {len(table.rows):,} were chosen ({said}).")


def _allowed(
    table: Table, choice: Only, counties: Mapping[str, str], code: Callable[[list[str]], str], notes: Notes
) -> Callable[[int], bool]:
    """Return what says whether a row is allowed."""
    key = choice.key
    if not _holds(table, choice, counties):
        if _derived(table, choice):
            needed = "a column county, or --from with a table of the columns zip and county beside it"
            raise FieldError(f"{table.file}: --only county={choice.text}: nothing says in which county anybody is; allowed: {needed}")
        raise FieldError(f"{table.file}: --only {key}={choice.text}: no column holds it; allowed: a table with one, or --map COLUMN={key}")
    if key in ("revenue", "assets", "staff"):
        low, high = choice.ends

        values = [value for value, _ in read(table, key, notes)]

        def sized(row: int) -> bool:
            value = values[row]
            return value is not None and low <= value <= high

        return sized
    has = _having(table, choice, counties, code)
    wanted = [_written(key, value) for value in choice.values]
    return lambda row: has(table.rows[row], wanted)


def refuse_unmatched(table: Table, choices: Sequence[Only], counties: Mapping[str, str], code: Callable[[list[str]], str]) -> None:
    """Raise `FieldError` for a value that no row has: it has no effect, and may be misspelled."""
    for choice in choices:
        if choice.key in ("revenue", "assets", "staff") or not _holds(table, choice, counties):
            continue
        has = _having(table, choice, counties, code)
        for value in choice.values:
            if not any(has(row, [_written(choice.key, value)]) for row in table.rows):
                there = counties.values() if _derived(table, choice) else table.cells(choice.key) if choice.key in _NAMED else ()
                near = nearest(value.casefold(), sorted({cell.casefold() for cell in there if cell}))
                raise FieldError(f"{table.file}: --only {choice.key}={choice.text}: no row has '{value}'{near}; allowed: what some row has")


_NAMED = ("city", "county", "state")


def _derived(table: Table, choice: Only) -> bool:
    return choice.key == "county" and not table.has("county")


def _holds(table: Table, choice: Only, counties: Mapping[str, str]) -> bool:
    """Return whether something says of organizations what they are chosen by."""
    if _derived(table, choice):
        return bool(counties) and table.has("zip")
    return table.has(*(("code", "work", "type") if choice.key == "code" else (choice.key,)))


def _written(key: str, value: str) -> str:
    """Return a value that is wanted as cells are compared with it."""
    if key == "code":
        return value.upper()
    if key == "subsection":
        return value.lstrip("0")
    return value if key == "zip" else _plain(value)


def _having(
    table: Table, choice: Only, counties: Mapping[str, str], code: Callable[[list[str]], str]
) -> Callable[[list[str], Sequence[str]], bool]:
    """Return what says whether a row has one of some values."""
    key, derived = choice.key, _derived(table, choice)
    if key == "code":
        return lambda row, wanted: code(row).startswith(tuple(wanted))
    place = table.places("zip" if derived else key)[0]
    if key == "zip":
        return lambda row, wanted: zip5(row[place]).startswith(tuple(wanted))
    if key == "subsection":
        return lambda row, wanted: row[place].split(".")[0].lstrip("0") in wanted
    return lambda row, wanted: _plain(counties.get(zip5(row[place]), "") if derived else row[place]) in wanted


def zip5(cell: str) -> str:
    """Return the five digits of a ZIP code, of which spreadsheets lose the zeros in front."""
    head = present(cell).split("-")[0].split(".")[0]
    return head.zfill(5) if head.isdigit() else head


def _plain(name: str) -> str:
    return re.sub(r"\s+(county|parish)$", "", " ".join(present(name).casefold().split()))
