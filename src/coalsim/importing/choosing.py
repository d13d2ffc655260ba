"""What is chosen of a table of organizations, and what follows for foundations, and for the names of those who are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from coalsim.field.register import gives_to_something
from coalsim.importing.asking import Notes
from coalsim.importing.filters import Only, choose, refuse_unmatched
from coalsim.importing.sizes import amounts
from coalsim.importing.tables import Table
from coalsim.parameters import declarations


@dataclass
class Chosen:
    """What came of choosing.

    Attributes
    ----------
    settings : parameters that follow
    out : the rows that were not chosen
    assets : what foundations have for the field, by ``id`` of their rows; empty if that is all they have
    """

    settings: dict[str, Any] = field(default_factory=dict)
    out: list[list[str]] = field(default_factory=list)
    assets: dict[int, float] = field(default_factory=dict)


def chosen(table: Table, choices: Sequence[Only], counties: Mapping[str, str], codes: list[str], gives: list[bool], notes: Notes) -> Chosen:
    """Take the rows that are chosen, of `codes` and `gives` too, and return what follows."""
    whole = list(table.rows)
    of_row = {id(row): code for row, code in zip(whole, codes, strict=True)}
    gives_of = {id(row): given for row, given in zip(whole, gives, strict=True)}
    by_code = [choice for choice in choices if choice.key == "code"]

    def take(these: Sequence[Only]) -> int:
        choose(table, these, counties, lambda row: gives_of[id(row)], lambda row: of_row[id(row)], notes)
        return sum(bool(of_row[id(row)]) and not gives_of[id(row)] for row in table.rows)

    refuse_unmatched(table, choices, counties, lambda row: of_row[id(row)])
    made = Chosen()
    there = take([choice for choice in choices if choice.key != "code"])
    if by_code:
        before = _assets(table, gives_of, notes)
        share = take(by_code) / there
        if any(gives_of[id(row)] for row in table.rows):
            if all(len(value) == 1 for value in by_code[0].values):
                groups = {value.upper() for value in by_code[0].values}
                made.assets = _shares(table, gives_of, of_row, groups, before, share, notes)
            else:
                made.settings["coalition_share"] = float(f"{declarations()['coalition_share'].default * share:.3g}")
                notes.assume(
                    f"Of organizations whose code is known {share:.1%} were chosen; foundations give the field that share of their grants."
                )
    kept = {id(row) for row in table.rows}
    made.out = [row for row in whole if id(row) not in kept]
    codes[:] = [of_row[id(row)] for row in table.rows]
    gives[:] = [gives_of[id(row)] for row in table.rows]
    return made


def _assets(table: Table, gives: Mapping[int, bool], notes: Notes) -> dict[int, float | None]:
    """Return the assets of foundations, by ``id`` of their rows; what has to be said of them is said of those that are kept."""
    if not table.has("assets"):
        return {}
    found = amounts(table, "assets", [[row] for row in range(len(table.rows))], Notes(notes.answers))
    return {id(row): value for row, value in zip(table.rows, found, strict=True) if gives[id(row)]}


def _shares(
    table: Table,
    gives: Mapping[int, bool],
    codes: Mapping[int, str],
    groups: set[str],
    assets: Mapping[int, float | None],
    share: float,
    notes: Notes,
) -> dict[int, float]:
    """Leave out foundations that give to other major groups, and return what the rest have for the field: the rule of registers."""
    specific = {row for row, code in codes.items() if gives[row] and gives_to_something(code)}
    kept = [place for place, row in enumerate(table.rows) if id(row) not in specific or codes[id(row)][0] in groups]
    others = len(table.rows) - len(kept)
    table.take(kept)
    stated = [value for value in assets.values() if value is not None]
    usual = median(stated) if stated else 0.0
    have = {row: max(usual if value is None else value, 0.0) * (1.0 if row in specific else share) for row, value in assets.items()}
    gets = (
        "a foundation whose code does not say what it gives to gives the field that share, and organizations.csv has that of its assets"
        if stated
        else "no assets of foundations are known, so each gives grant_budget"
    )
    notes.assume(
        f"Of organizations whose code is known {share:.1%} were chosen; {gets}. Foundations that give to others are left out: {others}."
    )
    return have if stated else {}
