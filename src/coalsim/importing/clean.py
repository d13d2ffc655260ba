"""The clean tables that come of what was understood, and the parameters that make a field of them."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coalsim.errors import FieldError
from coalsim.importing.asking import AT_RANDOM, Notes, Question
from coalsim.importing.coalitions import COALITIONS, MEMBERSHIPS, coalitions
from coalsim.importing.organizations import Organizations
from coalsim.importing.tables import Table
from coalsim.importing.ties import Tie, listed, ties
from coalsim.parameters import Parameters
from coalsim.parameters.effect import FIELD_TABLES


@dataclass
class Understood:
    """What came of tables.

    Attributes
    ----------
    tables : as they were given, with what each column was taken for
    notes : pairs of a kind (ok, assumed) and a sentence
    questions : what has to be answered first; those that are optional need not
    clean : the tables as coalsim reads them, by file name
    origin : for each clean table the given one, and of each of its rows the row that it comes from
    settings : the parameters that make a field of them, files by name; None if questions are open
    convener : the id of who convenes; "" if that was not said
    unused : answers to what was not in question
    """

    tables: list[Table]
    notes: list[tuple[str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    clean: dict[str, str] = field(default_factory=dict)
    origin: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    settings: dict[str, Any] | None = None
    convener: str = ""
    unused: list[str] = field(default_factory=list)

    @property
    def open(self) -> list[Question]:
        """The questions that must be answered."""
        return [question for question in self.questions if not question.optional]


def fill(
    found: Understood,
    of: Mapping[str, Table],
    kinds: Mapping[str, int],
    people: Organizations | None,
    base: Parameters,
    today: datetime.date,
    notes: Notes,
) -> None:
    """Fill the clean tables and the settings."""
    register = people is not None and people.as_register
    settings: dict[str, Any] = {"source": "register" if register else "tables", "dimensions": _dimensions(found.tables, base)}
    settings |= dict.fromkeys((*FIELD_TABLES, "register_table"), "")
    pairs: list[Tie] = []
    ties_given = "ties_table" in of or (people is not None and any(people.partners))
    if people is not None:
        _people(found, people, kinds["organizations_table"], settings)
        if any(people.partners):
            pairs += listed(people, notes, of["organizations_table"])
    if "ties_table" in of:
        if people is None:
            people = _mentioned(of["ties_table"])
            _people(found, people, kinds["ties_table"], settings)
            notes.assume("There is no table of organizations: those named in ties are all there are.")
        pairs = list(dict.fromkeys([*pairs, *ties(of["ties_table"], people, notes)]))
    if people is not None and (pairs or (ties_given and not notes.waiting)):
        apart = [(a, b) for a, b in pairs if not (people.funders[a] or people.funders[b])]
        if len(apart) < len(pairs):
            notes.assume(f"{len(pairs) - len(apart)} ties to or from funders are left out: coalitions find funders by themselves.")
        if not apart:
            raise _none_left("tie", of, "ties_table", "partners")
        found.clean["ties.csv"] = written([("source", "target"), *((people.ids[a], people.ids[b]) for a, b in apart)])
        settings["ties_table"] = "ties.csv"
        most = max(Counter(a for a, _ in apart).values(), default=0)
        if most > base.get("acquaintances_max"):
            settings["acquaintances_max"] = most
            notes.assume(f"Somebody knows {most} others, so acquaintances_max is {most}.")
    for kind in ("issues_table", "funders_table"):
        if kind in of:
            _as_it_is(found, of[kind], kinds[kind], settings)
    _given(found, of, people, settings, base, today, notes)
    if "funders_table" in of:
        settings.pop("coalition_share", None)  # a share of what foundations of the register give
    if register and "funders_table" not in of and people is not None and not any(people.funders):
        _funders(found, settings, base, notes)
    _absent(settings, register, base, notes)
    found.settings = settings


def _people(found: Understood, people: Organizations, place: int, settings: dict[str, Any]) -> None:
    columns = {"id": people.ids}
    if any(people.names):
        columns["name"] = people.names
    found.clean["organizations.csv"] = written(
        [(*columns, *people.columns), *zip(*columns.values(), *people.columns.values(), strict=True)]
    )
    found.origin["organizations.csv"] = (place, people.rows)
    settings |= people.settings
    settings["register_table" if people.as_register else "organizations_table"] = "organizations.csv"
    rows = [
        (number, (people.ids[number], *cells))
        for number, cells in enumerate(zip(*people.survey.values(), strict=True))
        if not people.funders[number]
    ]
    told = [row for row in rows if any(row[1][1:])]
    if told:
        rows = told if len(told) > 1 else rows  # a table has two rows or more
        found.clean["survey.csv"] = written([("id", *people.survey), *(cells for _, cells in rows)])
        found.origin["survey.csv"] = (place, [people.rows[number] for number, _ in rows])
        settings["organizations_table"] = "survey.csv"


def _none_left(what: str, of: Mapping[str, Table], kind: str, column: str) -> FieldError:
    """Return the error about ties or coalitions of which none are in the field, so that what says them has no effect."""
    table = of[kind] if kind in of else of["organizations_table"]
    instead = f"no table of {plural(kind)}" if kind in of else f"--map '{table.header[table.places(column)[0]]}=none'"
    return FieldError(f"{table.file}: no {what} is left between organizations of the field; allowed: one or more, or {instead}")


def _mentioned(table: Table) -> Organizations:
    """Return the organizations that a table of ties names."""
    from coalsim.importing.cells import identifiers, loose, several

    other = "target" if table.has("target") else "partner"
    cells = [cell for pair in zip(table.cells("source"), table.cells(other), strict=True) for cell in pair]
    names = list({loose(name): name for cell in cells for name in several(cell)}.values())
    ids = identifiers(names)
    known = {loose(name): number for number, name in enumerate(names)}
    return Organizations(ids, names, False, funders=[False] * len(ids), rows=[0] * len(ids), known=known)


def _as_it_is(found: Understood, table: Table, place: int, settings: dict[str, Any]) -> None:
    taken = [(name, at) for at, name in enumerate(table.columns) if name]
    name = f"{plural(table.kind)}.csv"
    found.clean[name] = written([tuple(of for of, _ in taken), *(tuple(row[at] for _, at in taken) for row in table.rows)])
    found.origin[name] = (place, list(range(len(table.rows))))
    settings[table.kind] = name


def _given(
    found: Understood,
    of: Mapping[str, Table],
    people: Organizations | None,
    settings: dict[str, Any],
    base: Parameters,
    today: datetime.date,
    notes: Notes,
) -> None:
    """Write the coalitions that exist already."""
    there = of.get("organizations_table") if people is not None and any(people.coalitions) else None
    if people is None or not (there or "coalitions_table" in of or "memberships_table" in of):
        return
    rows, members, from_rows = coalitions(of.get("coalitions_table"), of.get("memberships_table"), there, people, today, notes)
    if not rows:
        if not notes.waiting:
            raise _none_left("coalition", of, "coalitions_table" if "coalitions_table" in of else "memberships_table", "coalitions")
        return
    found.clean["coalitions.csv"] = written([COALITIONS, *map(tuple, rows)])
    settings["coalitions_table"] = "coalitions.csv"
    if members:
        found.clean["memberships.csv"] = written([MEMBERSHIPS, *map(tuple, members)])
        settings["memberships_table"] = "memberships.csv"
    if base.get("burn_in"):
        settings["burn_in"] = 0
        notes.assume("The coalitions that exist set the field in motion: there is no burn-in (burn_in = 0).")
    if "coalitions_table" in of:
        table = of["coalitions_table"]
        at = {name: row for row, name in enumerate(table.cells("coalition"))}
        found.origin["coalitions.csv"] = (found.tables.index(table), [at.get(row[0], -1) for row in rows])
    if "memberships_table" in of:
        found.origin["memberships.csv"] = (found.tables.index(of["memberships_table"]), from_rows)
    notes.ok(f"{len(rows)} coalitions exist when the run begins, with {len(members)} memberships.")
    most = max(Counter(organization for _, organization, _ in members).values(), default=1)
    if most > base.get("memberships_max"):
        settings["memberships_max"] = most
        notes.assume(f"Somebody belongs to {most} coalitions, so memberships_max is {most}.")
    if any(not row[2] for row in rows):
        notes.assume("A coalition whose issue is not said works on the one that fits its convener's mission and need best.")


def _funders(found: Understood, settings: dict[str, Any], base: Parameters, notes: Notes) -> None:
    """Write funders where the table has none: a field without money would be the larger assumption."""
    dimensions = settings["dimensions"]
    rows = [("id", *(f"place_{axis + 1}" for axis in range(dimensions)))]
    for name, at in (("general fund", 0.5), ("fund on one side", 0.25), ("fund on the other side", 0.75)):
        rows.append((name, *(f"{at if axis == 0 else 0.5:g}" for axis in range(dimensions))))
    found.clean["funders.csv"] = written(rows)
    settings["funders_table"] = "funders.csv"
    notes.assume(
        "No organization is a funder. Three are assumed in the middle of the field and on both sides of it, of "
        f"{base.get('grant_budget'):g} times the mean capacity a month each: put yours into funders.csv, or a column 'funder' "
        "(yes or no) into the table."
    )


def _absent(settings: Mapping[str, Any], register: bool, base: Parameters, notes: Notes) -> None:
    if not settings["ties_table"]:
        notes.assume(f"Nothing says who knows whom: that is {AT_RANDOM}; the like-minded know each other more often.")
    if not settings["issues_table"]:
        said = (
            f"one for every {base.get('organizations_per_issue'):g} organizations, where most work"
            if register
            else f"{base.get('issues')} of them are {AT_RANDOM}"
        )
        notes.assume(f"No table of issues: {said}.")
    if not register and not settings["organizations_table"]:
        notes.assume(f"No table of organizations: {base.get('organizations')} are {AT_RANDOM}.")
    if not register and not settings["funders_table"]:
        notes.assume(f"No table of funders: {base.get('funders')} are {AT_RANDOM}.")


def _dimensions(given: Sequence[Table], base: Parameters) -> int:
    axes = [
        int(name.rsplit("_", 1)[1]) for table in given for name in table.columns if name and re.fullmatch(r"(mission|place)_[0-9]+", name)
    ]
    return max(axes, default=int(base.get("dimensions")))


def plural(kind: str) -> str:
    """Return what a kind of table is of."""
    return kind.removesuffix("_table")


def written(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
