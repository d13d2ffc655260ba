"""`understand`: tables as people have them, taken for a field; what is assumed is said, what is not sure is asked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coalsim.errors import FieldError
from coalsim.field import build
from coalsim.importing.asking import Notes
from coalsim.importing.clean import Understood, fill, plural
from coalsim.importing.filters import Only, zip5
from coalsim.importing.organizations import Organizations, organizations
from coalsim.importing.tables import Table, recognize
from coalsim.importing.ties import find
from coalsim.parameters import Parameters


def understand(
    given: Sequence[Table],
    base: Parameters,
    answers: Mapping[str, str] | None = None,
    choices: Sequence[Only] = (),
    convener: str = "",
    today: datetime.date | None = None,
) -> Understood:
    """Take tables for those of a field.

    Parameters
    ----------
    given
        Tables; rows that are not taken are taken out of them.
    base
        The scenario they are for.
    answers
        Right sides of ``--map`` by left sides: what columns mean, which words stand for what, who is who.
    choices
        Which organizations are taken.
    convener
        Name or id of the organization that convenes the initiative, if that is known.
    today
        What dates are counted from.

    Raises
    ------
    FieldError
        A table cannot be used.
    """
    notes = Notes(answers or {})
    found = Understood(list(given))
    kinds: dict[str, int] = {}
    for place, table in enumerate(found.tables):
        for said in table.said:
            notes.assume(f"{table.file}: {said}")
        recognize(table, notes)
        if table.kind in kinds:
            other = found.tables[kinds[table.kind]].file
            raise FieldError(f"{table.file} and {other} are both tables of {plural(table.kind)}; allowed: one of them")
        kinds[table.kind] = place
        _described(table, notes)
    of = {kind: found.tables[place] for kind, place in kinds.items()}
    if set(kinds) <= {"places_table"}:
        raise FieldError(f"{found.tables[0].file}: there is no table of organizations; allowed: one")
    people = None
    if "places_table" in of and (not any(choice.key == "county" for choice in choices) or "organizations_table" not in of):
        raise FieldError(f"{of['places_table'].file}: it tells counties for --only county=..., which is not there; allowed: both or none")
    if "organizations_table" not in of and "ties_table" not in of:
        for kind in ("coalitions_table", "memberships_table"):
            if kind in of:
                what = f"a table of {plural(kind)}, and none of organizations"
                raise FieldError(f"{of[kind].file}: {what}; allowed: a table with a row for each organization beside it")
    if "organizations_table" in of:
        counties = (
            dict(zip(map(zip5, of["places_table"].cells("zip")), of["places_table"].cells("county"), strict=True))
            if "places_table" in of
            else {}
        )
        people = organizations(of["organizations_table"], choices, counties, base, notes)
        found.convener = _convener(convener, people)
    elif choices or convener:
        raise FieldError("--only and --convener need a table of organizations; none was given")
    fill(found, of, kinds, people, base, today or datetime.date.today(), notes)
    found.notes, found.questions = notes.said, notes.questions
    found.unused = notes.unused
    if found.open:
        found.settings = None
    return found


def check(found: Understood, base: Parameters, folder: Path) -> str:
    """Write clean tables into a folder, build the field as `coalsim run` would, and return it in a sentence.

    Raises
    ------
    CoalsimError
        A cell cannot be used. The error names the table that was given.
    """
    assert found.settings is not None
    for name, text in found.clean.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    try:
        made = build(base.replace(**placed(found.settings, folder)), 0, 0)
    except FieldError as error:
        raise FieldError(_back(str(error), found, folder)) from None
    what = f"{made.size:,} organizations, {len(made.issue)} issue{'' if len(made.issue) == 1 else 's'} and {len(made.funder)} funders"
    sum_ = float(made.capacity.sum()) * (made.unit.staff if made.unit else 1.0)
    return f"A field of {what}; together they could put {sum_:,.0f} full-time employees into shared problems."


def placed(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return settings with the files in a folder."""
    return {name: str(folder / value) if name.endswith("_table") and value else value for name, value in settings.items()}


def _described(table: Table, notes: Notes) -> None:
    taken = [f"'{header}' is {of.replace('_', ' ')}" for header, of in zip(table.header, table.columns, strict=True) if of]
    left = [f"'{header}'" for header, of in zip(table.header, table.columns, strict=True) if not of and header]
    notes.ok(f"{table.file} is a table of {plural(table.kind)} with {len(table.rows):,} rows: {', '.join(taken) or 'no column is known'}.")
    if left:
        notes.assume(f"{table.file}: not used: {', '.join(left[:30])}{' and more' if len(left) > 30 else ''}.")


def _convener(name: str, people: Organizations) -> str:
    if not name:
        return ""
    try:
        number = find(people, name)
    except LookupError as error:
        from coalsim.errors import nearest

        raise FieldError(f"--convener {name}: it {error}{nearest(name, people.names)}; allowed: a name or id of the table") from None
    if number is None or people.funders[number]:
        what = "was left out (--only did not choose it, or it is no organization)" if number is None else "is a funder"
        raise FieldError(f"--convener {name}: it {what}; allowed: an organization of the field")
    return people.ids[number]


def _back(said: str, found: Understood, folder: Path) -> str:
    """Return an error about a clean table as one about the table that was given."""
    said = said.replace(f"{folder}/", "")
    where = re.match(r"([\w-]+\.csv):(\d+):", said)
    if where is None or where[1] not in found.origin:
        return said
    place, rows = found.origin[where[1]]
    row = int(where[2]) - 2
    if not 0 <= row < len(rows) or rows[row] < 0:
        return said
    table = found.tables[place]
    said = re.sub(r"column '(\w+)'", lambda column: _given_column(table, column), said[where.end() :])
    return f"{table.file}:{table.lines[rows[row]]}:{said}"


def _given_column(table: Table, column: re.Match[str]) -> str:
    """Return a column of a clean table as it is called in the table that was given, if it is one of that."""
    places = table.places(column[1])
    return f"column '{table.header[places[0]]}'" if len(places) == 1 else column[0]
