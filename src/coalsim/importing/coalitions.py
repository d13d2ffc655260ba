"""Coalitions that exist already, and who belongs to them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from coalsim.errors import FieldError, shown
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import several
from coalsim.importing.organizations import Organizations
from coalsim.importing.scales import answers
from coalsim.importing.tables import Table
from coalsim.importing.ties import find, member
from coalsim.inputs.cells import present

COALITIONS = ("coalition", "convener", "issue", "launch_month", "funders", "trust")
MEMBERSHIPS = ("coalition", "organization", "joined_month")

_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:[-/]([0-9]{1,2}))?(?:[-/][0-9]{1,2})?")

Rows = list[list[str]]

Members = dict[str, dict[int, tuple[str, int]]]
"""Of each coalition its members: when each joined, and which row says so."""


@dataclass
class Left:
    """What is left out: memberships and grants of who was, memberships of funders, coalitions of which nobody is in the field."""

    memberships: int = 0
    funders: int = 0
    grants: int = 0
    coalitions: list[str] = field(default_factory=list)

    def say(self, notes: Notes) -> None:
        """Say it."""
        if self.memberships:
            notes.assume(f"Memberships of organizations that were left out are left out too: {self.memberships}.")
        if self.funders:
            notes.assume(f"Memberships of funders are left out, as funders are no members: {self.funders}.")
        if self.grants:
            notes.assume(f"Funders that were left out fund no coalition: {self.grants} times.")
        if self.coalitions:
            more = f" and {len(self.coalitions) - 10} more" if self.coalitions[10:] else ""
            notes.assume(f"Coalitions of which nobody is in the field are left out: {', '.join(self.coalitions[:10])}{more}.")


def coalitions(
    about: Table | None, belonging: Table | None, listed: Table | None, of: Organizations, today: datetime.date, notes: Notes
) -> tuple[Rows, Rows, list[int]]:
    """Return the rows of the clean tables of coalitions and of memberships, and which row each of the latter comes from; -1: none.

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
    members: Members = {}
    left = Left()
    if listed is not None:
        for number, names in enumerate(of.coalitions):
            for name in names:
                if of.funders[number]:
                    left.funders += 1
                else:
                    members.setdefault(name, {})[number] = ("", -1)
    if belonging is not None:
        _belonging(belonging, of, members, left, today, notes)
    rows = [] if about is None else _about(about, of, members, left, today, notes)
    known = {row[0] for row in rows}
    rows += [[name, _convener(name, members[name], of, notes), "", "", "", ""] for name in members if name not in known]
    convenes = {row[1]: row[0] for row in reversed(rows)}
    for name, convener, *_ in rows:
        if convener and name not in known and convenes[convener] != name:
            what = f"it convenes '{convenes[convener]}' already"
            raise FieldError(f"--map {name}={of.names[of.ids.index(convener)] or convener}: {what}; allowed: one coalition each")
    left.say(notes)
    there = [(name, number, *members[name][number]) for name in members for number in sorted(members[name])]
    return rows, [[name, of.ids[number], month] for name, number, month, _ in there], [row for *_, row in there]


def _belonging(table: Table, of: Organizations, members: Members, left: Left, today: datetime.date, notes: Notes) -> None:
    """Add the members that a table of memberships tells of."""
    said: set[tuple[str, int]] = set()
    joined = _months(table, "joined_month", today, notes)
    place = table.places("organization")[0]
    for row, (coalition, name) in enumerate(zip(table.cells("coalition"), table.cells("organization"), strict=True)):
        if not present(coalition):
            raise table.wrong(row, table.places("coalition")[0], "is blank", "the name of a coalition")
        who = member(of, name, notes, table.refusing(row, place))
        if who is None:
            left.memberships += 1
        elif (coalition, who) in said:
            raise table.wrong(row, place, f"belongs to '{coalition}' already, in an earlier row", "each membership once")
        elif of.funders[who]:
            left.funders += 1
        else:
            said.add((coalition, who))
            members.setdefault(coalition, {})[who] = (joined[row], row)


def _about(table: Table, of: Organizations, members: Members, left: Left, today: datetime.date, notes: Notes) -> Rows:
    launched, trust = _months(table, "launch_month", today, notes), answers(table, "trust", notes)
    rows: Rows = []
    seen: set[str] = set()
    for row, name in enumerate(table.cells("coalition")):
        if name in seen or not name:
            raise table.wrong(row, table.places("coalition")[0], "is there already" if name else "is blank", "each coalition once")
        seen.add(name)
        given = table.cells("convener")[row]
        found = None
        if present(given):
            place = table.places("convener")[0]
            found = member(of, given, notes, table.refusing(row, place))
            if found is not None and of.funders[found]:
                raise table.wrong(row, place, "is a funder", "an organization, which may convene, or blank")
        if found is not None:
            convener = of.ids[found]
            members.setdefault(name, {}).setdefault(found, (launched[row], -1))
        elif name in members:
            convener = _convener(name, members[name], of, notes)
        elif present(given):
            left.coalitions.append(name)  # nobody of it is in the field
            continue
        else:
            raise table.error(row, f"nobody is said to convene '{name}', or to belong to it", "a convener, or members")
        trusted = "" if math.isnan(trust[row]) else f"{trust[row]:.6g}"
        rows.append([name, convener, table.cells("issue")[row], launched[row], _funders(table, row, of, left), trusted])
    return rows


def _funders(table: Table, row: int, of: Organizations, left: Left) -> str:
    """Return the funders of a coalition, without those that were left out; others may stand in a table of funders."""
    kept = []
    for name in several(table.cells("funders")[row]):
        try:
            out = find(of, name) is None
        except LookupError:
            out = False
        if out:
            left.grants += 1
        else:
            kept.append(name)
    return "|".join(kept)


def _convener(name: str, members: Mapping[int, object], of: Organizations, notes: Notes) -> str:
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
