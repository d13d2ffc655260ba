"""Coalitions that exist already, and who belongs to them."""

from __future__ import annotations

import datetime
import math
import re

from coalsim.errors import shown
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import several
from coalsim.importing.organizations import Organizations
from coalsim.importing.scales import answers
from coalsim.importing.tables import Table
from coalsim.importing.ties import member
from coalsim.inputs.cells import present

COALITIONS = ("coalition", "convener", "issue", "launch_month", "funders", "trust")
MEMBERSHIPS = ("coalition", "organization", "joined_month")

_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:[-/]([0-9]{1,2}))?(?:[-/][0-9]{1,2})?")

Rows = list[list[str]]


def coalitions(
    about: Table | None, belonging: Table | None, listed: Table | None, of: Organizations, today: datetime.date, notes: Notes
) -> tuple[Rows, Rows]:
    """Return the rows of the clean tables of coalitions and of memberships.

    Parameters
    ----------
    about, belonging
        Tables of coalitions and of memberships, if there are any.
    listed
        The table of organizations, if it has a column of coalitions.
    of
        The organizations.
    today
        What dates are counted from.
    notes
        Asked and told.

    Raises
    ------
    FieldError
        A cell cannot be used.
    """
    members: dict[str, dict[int, str]] = {}
    if listed is not None:
        for number, names in enumerate(of.coalitions):
            for name in names:
                members.setdefault(name, {})[number] = ""
    if belonging is not None:
        said: set[tuple[str, int | None]] = set()
        joined = _months(belonging, "joined_month", today, notes)
        place = belonging.places("organization")[0]
        for row, (coalition, name) in enumerate(zip(belonging.cells("coalition"), belonging.cells("organization"), strict=True)):
            who = member(of, name, notes, belonging.refusing(row, place))
            if not present(coalition):
                raise belonging.wrong(row, belonging.places("coalition")[0], "is blank", "the name of a coalition")
            if who is not None and (coalition, who) in said:
                raise belonging.wrong(row, place, f"belongs to '{coalition}' already, in an earlier row", "each membership once")
            said.add((coalition, who))
            if who is not None:
                members.setdefault(coalition, {})[who] = joined[row]
    rows = [] if about is None else _about(about, of, members, today, notes)
    known = {row[0] for row in rows}
    rows += [[name, _convener(name, members[name], of, notes), "", "", "", ""] for name in members if name not in known]
    return rows, [[name, of.ids[number], month] for name in members for number, month in sorted(members[name].items())]


def _about(table: Table, of: Organizations, members: dict[str, dict[int, str]], today: datetime.date, notes: Notes) -> Rows:
    launched, trust = _months(table, "launch_month", today, notes), answers(table, "trust", notes)
    rows: Rows = []
    seen: set[str] = set()
    for row, name in enumerate(table.cells("coalition")):
        if name in seen or not name:
            raise table.wrong(row, table.places("coalition")[0], "is there already" if name else "is blank", "each coalition once")
        seen.add(name)
        given = table.cells("convener")[row]
        if present(given):
            place = table.places("convener")[0]
            found = member(of, given, notes, table.refusing(row, place))
            convener = "" if found is None else of.ids[found]
            if found is not None:
                members.setdefault(name, {}).setdefault(found, launched[row])
        else:
            convener = _convener(name, members.get(name, {}), of, notes)
        funders = "|".join(several(table.cells("funders")[row]))
        trusted = "" if math.isnan(trust[row]) else f"{trust[row]:.6g}"
        rows.append([name, convener, table.cells("issue")[row], launched[row], funders, trusted])
    return rows


def _convener(name: str, members: dict[int, str], of: Organizations, notes: Notes) -> str:
    ways = tuple((of.names[number] or of.ids[number], "a member") for number in sorted(members))
    answer = notes.ask(Question(name, f"Who convenes '{name}'?", ways)) if ways else None
    return of.ids[next(number for number in members if answer in (of.names[number], of.ids[number]))] if answer else ""


def _months(table: Table, meaning: str, today: datetime.date, notes: Notes) -> list[str]:
    """Return months from today, 0 or below, of a column that holds months or dates."""
    found = []
    dates = 0
    for row, cell in enumerate(table.cells(meaning)):
        if not present(cell):
            found.append("")
            continue
        date = _DATE.fullmatch(cell)
        place = table.places(meaning)[0]
        if date is not None:
            dates += 1
            if not 1 <= int(date[2] or 1) <= 12:
                raise table.wrong(row, place, "is no month of a year", "01 to 12 after the year")
            months = (int(date[1]) - today.year) * 12 + int(date[2] or 1) - today.month
        else:
            try:
                if not float(cell).is_integer():  # nor is what is infinite
                    raise ValueError(cell)
                months = int(float(cell))
            except ValueError:
                raise table.wrong(
                    row, place, "is neither a month nor a date", "months from today (0 or below), 2019, 2019-05, or blank"
                ) from None
        if months > 0:
            raise table.wrong(
                row, place, "lies ahead", f"months from today (0 or below), or a date up to {shown(today.isoformat()[:7])[1:-1]}"
            )
        found.append(str(months))
    if dates:
        notes.assume(
            f"{table.file}: dates in '{table.header[table.places(meaning)[0]]}' are counted in months before {today:%Y-%m}; "
            "a year alone means its January."
        )
    return found
