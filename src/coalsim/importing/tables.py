"""`Table`: a table as it was given, and what its columns are taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from coalsim.errors import FieldError, nearest, shown
from coalsim.importing.asking import Notes, Question
from coalsim.importing.headers import plain_header, scale_of
from coalsim.importing.meanings import AMOUNTS, AXES, KINDS, LEFT_OUT, Meaning, candidates
from coalsim.importing.numbers import MARKS
from coalsim.inputs.raw import Raw


@dataclass
class Table:
    """A table as it was given.

    Attributes
    ----------
    file : its name
    header, rows : its cells
    lines : the line each row begins on
    kind : which table it is, a name in `KINDS`; "" if that is not known yet
    columns : for each column what it is taken for; "" for nothing, None where that is not decided yet
    said : what had to be assumed to read it
    """

    file: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int] = field(default_factory=list)
    kind: str = ""
    columns: list[str | None] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, given: Raw) -> Table:
        """Return a table of which only the cells are known."""
        return cls(given.file, given.header, given.rows, given.lines, said=given.said)

    def places(self, meaning: str) -> list[int]:
        """Return the numbers of the columns that are taken for something."""
        return [place for place, of in enumerate(self.columns) if of == meaning]

    def has(self, *meanings: str) -> bool:
        """Return whether a column is taken for one of these."""
        return any(of in self.columns for of in meanings)

    def cells(self, meaning: str) -> list[str]:
        """Return the cells of the first column that is taken for something; empty ones if there is none."""
        found = self.places(meaning)
        return [row[found[0]] for row in self.rows] if found else [""] * len(self.rows)

    def error(self, row: int, found: str, allowed: str) -> FieldError:
        """Return the error about a row."""
        return FieldError(f"{self.file}:{self.lines[row]}: {found}; allowed: {allowed}")

    def wrong(self, row: int, place: int, what: str, allowed: str) -> FieldError:
        """Return the error about a cell."""
        return self.error(row, f"column '{self.header[place]}' = {shown(self.rows[row][place])} {what}", allowed)

    def refusing(self, row: int, place: int) -> Callable[[str, str], FieldError]:
        """Return what makes the errors about a cell."""
        return lambda what, allowed: self.wrong(row, place, what, allowed)

    def take(self, rows: Sequence[int]) -> None:
        """Keep some rows only."""
        self.rows, self.lines = [self.rows[row] for row in rows], [self.lines[row] for row in rows]


def recognize(table: Table, notes: Notes) -> None:
    """Find out which table it is and what its columns mean, where that was not said; ask where it is not sure.

    Raises
    ------
    FieldError
        A column is said to mean what none can, or two columns what only one may.
    """
    if not table.kind:
        table.kind = _kind(table)
    if len(table.columns) != len(table.header):
        table.columns = [None] * len(table.header)
    meanings = {meaning.name: meaning for meaning in KINDS[table.kind].meanings}
    said: set[str] = set()
    for place, header in enumerate(table.header):
        given = notes.answer(header) if header else None
        if given is not None and not _elsewhere(given, meanings):
            said.add(_said(header, given, meanings))
            table.columns[place] = _said(header, given, meanings)
        elif table.columns[place] is None:
            table.columns[place] = "" if not header else None
    for place, header in enumerate(table.header):
        if table.columns[place] is None:
            found, sure = candidates(table.kind, header)
            free = [name for name in found if meanings.get(name, LEFT_OUT).many or name not in table.columns]
            if sure and not free and _another(table, place, found[0], said):
                free = found  # two columns may be it, and hold other things: `_once` says so
            if sure:
                table.columns[place] = free[0] if free else ""
    for place, header in enumerate(table.header):
        if table.columns[place] is None:
            table.columns[place] = _asked(table, place, header, meanings, notes)
    _once(table, meanings)


def _kind(table: Table) -> str:
    """Return what kind of table it looks like most."""
    lower = [header.strip().lower() for header in table.header]
    if any(AXES.fullmatch(name) and name.startswith("place") for name in lower):
        name = table.file.lower()
        return "funders_table" if any("grant" in one for one in lower) or ("fund" in name and "need" not in lower) else "issues_table"
    if {plain_header(header) for header in table.header} <= {"zip", "zip_code", "zipcode", "zip5", "zcta", "county", "county_name"}:
        return "places_table"
    for kind in ("memberships_table", "coalitions_table", "ties_table"):
        found = _sure(kind, table.header)
        named = kind == "coalitions_table" and "name" in map(plain_header, table.header) and "convener" not in found
        if any(needed <= found for needed in KINDS[kind].needs) and not named and not _sure("organizations_table", table.header) & _TELLING:
            return kind  # a name and when it began, or a funder, may be an organization's
    return "organizations_table"


_TELLING = {"code", "work", "revenue", "staff", "zip", "readiness", "openness", "city", "county"}


def _sure(kind: str, header: Sequence[str]) -> set[str]:
    return {found[0] for name in header for found, sure in [candidates(kind, name)] if sure and found}


def _meant(given: str) -> str:
    return given.split(":")[0].strip().lower().replace(" ", "_").replace("-", "_")


def _elsewhere(given: str, meanings: dict[str, Meaning]) -> bool:
    """Return whether an answer is about a column of the same name in another kind of table."""
    name = _meant(given)
    return name not in meanings and any(name == meaning.name for of in KINDS.values() for meaning in of.meanings)


def _said(header: str, given: str, meanings: dict[str, Meaning]) -> str:
    """Return what a column is said to mean."""
    name = _meant(given)
    if name in ("", "none", "_", "left_out", "ignore"):
        if ":" in given:
            raise FieldError(f"--map {header}={shown(given)[1:-1]}: what is left out has no scale; allowed: --map '{header}=none'")
        return ""
    if name not in meanings and not AXES.fullmatch(name):
        raise FieldError(f"--map {header}={shown(given)[1:-1]}: no meaning{nearest(name, meanings)}; allowed: {', '.join(meanings)}, none")
    after = given.partition(":")[2].strip()
    wrong = ""
    if ":" in given and name in AMOUNTS and after.lower() not in MARKS:
        wrong = f"{name} has no scale, and this is no decimal mark; allowed: {name}, {name}:point, {name}:comma"
    elif ":" in given and name not in AMOUNTS and not (name in meanings and meanings[name].scaled):
        wrong = f"{name} has no scale, which is for answers; allowed: --map '{header}={name}'"
    elif ":" in given and name not in AMOUNTS and scale_of(after) is None:
        wrong = f"no scale; allowed: {name}:1-5, {name}:1-9, {name}:percent and the like"
    if wrong:
        raise FieldError(f"--map {header}={shown(given)[1:-1]}: {wrong}")
    return name


def _asked(table: Table, place: int, header: str, meanings: dict[str, Meaning], notes: Notes) -> str | None:
    found, _ = candidates(table.kind, header)
    free = [name for name in found if name in meanings and (meanings[name].many or name not in table.columns)]
    if not free or not any(row[place] for row in table.rows):
        return ""
    answers = (*((name, meanings[name].about) for name in free), (LEFT_OUT.name, LEFT_OUT.about))
    notes.ask(Question(header, f"{table.file}: what does the column '{header}' hold?", answers))
    return ""


def _another(table: Table, place: int, meaning: str, said: set[str]) -> bool:
    """Return whether a column says other things than the one that is taken for the same, which nobody said."""
    other = table.places(meaning)[0]
    return meaning not in said and any(row[place] and row[place] != row[other] for row in table.rows)


def _once(table: Table, meanings: dict[str, Meaning]) -> None:
    for name in dict.fromkeys(table.columns):
        if name and len(table.places(name)) > 1 and not (name in meanings and meanings[name].many):
            heads = [table.header[place] for place in table.places(name)]
            raise FieldError(
                f"{table.file}: the columns '{heads[0]}' and '{heads[1]}' are both taken for {name}; "
                f"allowed: one, so give --map '{heads[1]}=none' or --map '{heads[0]}=none'"
            )


def texts(table: Table, meaning: str) -> Iterator[tuple[int, str]]:
    """Yield rows and their cells of a meaning that are not blank."""
    from coalsim.inputs.cells import present

    for row, cell in enumerate(table.cells(meaning)):
        if present(cell):
            yield row, cell
