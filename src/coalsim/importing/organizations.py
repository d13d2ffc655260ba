"""The table of organizations: who there is, how large, at what they work, how they answered."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coalsim.errors import FieldError
from coalsim.importing import work
from coalsim.importing.asking import AT_RANDOM, Notes, Question
from coalsim.importing.cells import identifiers, loose, several
from coalsim.importing.choosing import chosen
from coalsim.importing.filters import Only, zip5
from coalsim.importing.meanings import AXES
from coalsim.importing.rows import groups_of, left_out
from coalsim.importing.scales import answers
from coalsim.importing.sizes import amounts, revenues
from coalsim.importing.tables import Table
from coalsim.inputs.cells import ein, flag, identifier, present
from coalsim.parameters import Parameters

REGISTER = ("code", "work", "type", "revenue", "staff", "assets", "foundation", "funder")
"""What makes a table a register: the rule of registers says where such organizations lie and how large they are."""

PLAIN = ("capacity", "reserve", "join_threshold", "style_1", "style_2")
"""What is taken as it is."""

SEVERAL, UNCHOSEN = -1, -2
"""What a name means that several organizations have, or one that was not chosen."""

ANSWERED = ("readiness", "openness", "leadership")
KEPT = ("zip", "city", "county", "state")


@dataclass
class Organizations:
    """What a table says of organizations.

    Attributes
    ----------
    ids, names : of each
    as_register : whether the rule of registers applies
    columns : other columns of the clean table, by name
    survey : what else is known of some, by column; of registers only
    partners, coalitions : names of others, of each
    funders : whether it is a funder, of each
    gone : names of what was left out, as `loose` writes them
    rows : which row each comes from
    known : numbers by everything that an organization is called; or `SEVERAL`, `UNCHOSEN`
    settings : parameters that follow from what was chosen
    """

    ids: list[str]
    names: list[str]
    as_register: bool
    columns: dict[str, list[str]] = field(default_factory=dict)
    survey: dict[str, list[str]] = field(default_factory=dict)
    partners: list[list[str]] = field(default_factory=list)
    coalitions: list[list[str]] = field(default_factory=list)
    funders: list[bool] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


def organizations(table: Table, choices: Sequence[Only], counties: Mapping[str, str], p: Parameters, notes: Notes) -> Organizations:
    """Return what a table says of organizations.

    Parameters
    ----------
    table
        Recognized already. Rows that are left out are taken out of it.
    choices, counties
        As for `filters.choose`.
    p
        Says what an employee costs, and how capacity grows with staff.
    notes
        Asked and told.

    Raises
    ------
    FieldError
        A cell cannot be used, or there are fewer than two organizations.
    """
    if not table.has("name", "id"):
        asked = [question.about for question in notes.questions if any(answer == "name" for answer, _ in question.answers)]
        head = next((header for header in (*asked, *table.header) if header in table.header and header), "")
        hint = f" --map '{head}=name'" if head else ""
        number = next((header for header in table.header if re.fullmatch(r"[$0-9.,%]+", header)), "")
        more = f", or a header: the first row, with '{number}' in it, is taken for one" if number else ""
        raise FieldError(f"{table.file}: no column is known to hold the names of organizations; allowed: say which, as in{hint}{more}")
    gone = left_out(table, notes)
    codes, words = work.codes(table, notes)
    gives = _funders(table, codes, notes)
    taken = chosen(table, choices, counties, codes, gives, notes)
    work.say(table, codes, words, notes)
    groups = groups_of(table, notes)
    members = sum(not gives[rows[0]] for rows in groups)
    if members < 2:
        besides = f" and {len(groups) - members} funders" if len(groups) > members else ""
        raise FieldError(f"{table.file}: organizations in the table: {members}{besides}; allowed: at least 2 that are no funders")
    first = [rows[0] for rows in groups]
    ids, names = _called(table, groups)
    as_register = table.has(*REGISTER)
    made = Organizations(ids, names, as_register, gone=gone, rows=first, funders=[gives[row] for row in first])
    made.settings |= taken.settings
    _sizes(table, groups, codes, made, taken.assets, p, notes)
    _answers(table, groups, made, notes)
    kept: dict[str, list[str]] = {}
    for name in KEPT:
        if table.has(name):
            cells = table.cells(name)
            kept[name] = [zip5(cells[row]) if name == "zip" else cells[row] for row in first]
    if kept:
        if as_register:
            made.columns |= kept  # a table of organizations has no such columns
        said = ", ".join(table.header[table.places(name)[0]] for name in kept)
        done = "kept in the table, without effect" if as_register else "left out of the table"
        notes.assume(f"Organizations have no place on a map in the model yet; {done}: {said}.")
    for meaning, of in (("partners", made.partners), ("coalitions", made.coalitions)):
        of += [[name for row in rows for name in several(table.cells(meaning)[row])] for rows in groups]
    _number(table, groups, taken.out, made)
    return made


def _funders(table: Table, codes: list[str], notes: Notes) -> list[bool]:
    gives = [False] * len(table.rows)
    for row, cell in enumerate(table.cells("foundation")):
        gives[row] |= cell.split(".")[0].lstrip("0") in ("2", "3", "4")
    for place in table.places("funder"):
        for row in range(len(table.rows)):
            value = flag(present(table.rows[row][place]))
            if math.isinf(value):
                raise table.wrong(row, place, "says neither yes nor no", "yes, no or blank")
            gives[row] |= value == 1
    for row, cell in enumerate(table.cells("type")):
        gives[row] |= cell.casefold() in work.FUNDERS
    open_ = [row for row, code in enumerate(codes) if code.startswith("T") and not gives[row]]
    if open_ and not table.has("foundation", "funder"):
        called = table.cells("name") if table.has("name") else table.cells("id")
        ways = (("funder", "they give grants, and are no members"), ("organization", "they may join and convene like others"))
        said = ", ".join(called[row] for row in open_[:3]) + (f" and {len(open_) - 3} more" if len(open_) > 3 else "")
        answer = notes.ask(Question("philanthropy", f"{table.file}: {said}: funders, or organizations like others?", ways))
        if answer == "funder":
            notes.assume(f"Who works in philanthropy is a funder: {said}.")
            for row in open_:
                gives[row] = True
        elif answer:
            notes.assume(f"Who works in philanthropy may join and convene like others: {said}.")
    return gives


def _called(table: Table, groups: list[list[int]]) -> tuple[list[str], list[str]]:
    first = [rows[0] for rows in groups]
    names = [" ".join(table.cells("name")[row].split()) for row in first] if table.has("name") else [""] * len(first)
    if not table.has("id"):
        return identifiers(names), names
    place = table.places("id")[0]
    read = _reader(table)
    ids: list[str] = []
    seen: dict[str, int] = {}
    for row in first:
        cell = present(table.rows[row][place])
        try:
            found = read(cell)
        except ValueError:
            raise table.wrong(row, place, "is an id of which digits are lost", "the whole id") from None
        if not found:
            raise table.wrong(row, place, "is blank", "an id for each organization")
        if found in seen:
            raise table.wrong(row, place, f"is there already, on line {table.lines[seen[found]]}", "each id once")
        seen[found] = row
        ids.append(found)
    return ids, names


def _sizes(
    table: Table, groups: list[list[int]], codes: list[str], made: Organizations, shares: Mapping[int, float], p: Parameters, notes: Notes
) -> None:
    """Fill the columns that say where organizations lie and how large they are."""
    first = made.rows
    for place, name in enumerate(table.columns):
        if name and AXES.fullmatch(name):
            (made.survey if made.as_register else made.columns)[name] = [table.rows[row][place] for row in first]
    for name in PLAIN:
        if table.has(name) and not (made.as_register and name == "capacity"):
            if made.as_register and name == "reserve":
                head = table.header[table.places(name)[0]]
                what = "reserve beside a field of work, staff or revenue cannot be used"
                raise FieldError(f"{table.file}: {what}; allowed: --map '{head}=none'")
            (made.survey if made.as_register else made.columns)[name] = [table.cells(name)[row] for row in first]
    if not made.as_register:
        return
    made.columns["ntee"] = [next((codes[row] for row in rows if codes[row]), "") for rows in groups]
    made.columns["revenue_amt"] = revenues(table, groups, p, notes)
    if table.has("staff"):
        made.columns["staff"] = [table.cells("staff")[row] for row in first]
    for name in ("work", "type"):
        if table.has(name):
            made.columns[name] = ["; ".join(filter(None, (table.rows[row][place] for place in table.places(name)))) for row in first]
    if any(made.funders):
        made.columns["is_private_foundation"] = ["1" if gives else "0" for gives in made.funders]
        assets = amounts(table, "assets", groups, notes)
        assets = [shares.get(id(table.rows[row]), value) for row, value in zip(first, assets, strict=True)]
        made.columns["asset_amt"] = ["" if value is None else f"{value:.12g}" for value in assets]


def _answers(table: Table, groups: list[list[int]], made: Organizations, notes: Notes) -> None:
    for name in ANSWERED:
        if not table.has(name):
            continue
        values = answers(table, name, notes)
        cells = []
        for rows in groups:
            known = [values[row] for row in rows if not math.isnan(values[row])]
            cells.append(f"{math.fsum(known) / len(known):.6g}" if known else "")
        (made.survey if made.as_register else made.columns)[name] = cells
        if blank := sum(not cell for cell in cells):
            notes.assume(f"{name.capitalize()} of {blank} of {len(cells)} organizations is not known: it is {AT_RANDOM}.")


def _reader(table: Table) -> Callable[[str], str]:
    """Return how ids are read: as those of a register, or as they are."""
    head = table.header[table.places("id")[0]]
    return ein if "ein" in head.lower() or table.has("code", "foundation", "subsection") else identifier


def _number(table: Table, groups: list[list[int]], out: list[list[str]], made: Organizations) -> None:
    """Note whom every name means: a label, before it a name, before it an id; `SEVERAL` if it may mean one or the other.

    Names of those who were not chosen mean `UNCHOSEN`: what others of the same name have is not theirs.
    """
    for meaning in ("alias", "name"):
        cells, places = table.cells(meaning), table.places(meaning)
        called = [(cells[rows[0]], number) for number, rows in enumerate(groups)]
        called += [(row[places[0]], UNCHOSEN) for row in out if places]
        meant: dict[str, int] = {}
        for name, number in called:
            if present(name):
                meant[loose(name)] = number if meant.get(loose(name), number) == number else SEVERAL
        made.known |= meant
    if table.has("id"):
        place, read = table.places("id")[0], _reader(table)
        for row in out:
            with contextlib.suppress(ValueError):
                made.known[read(present(row[place])).casefold()] = UNCHOSEN
    for number, own in enumerate(made.ids):
        if made.known.get(own.casefold()) != SEVERAL or table.has("id"):  # one made of a name that several have tells nobody apart
            made.known[own.casefold()] = number
