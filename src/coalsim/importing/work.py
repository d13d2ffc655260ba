"""Fields of work: NTEE codes, or words that stand for them."""

from __future__ import annotations

from coalsim.errors import FieldError
from coalsim.importing.asking import AT_RANDOM, Notes, Question
from coalsim.importing.cells import several, work_code
from coalsim.importing.tables import Table
from coalsim.inputs.cells import ntee, present

NO_ORGANIZATIONS = frozenset(
    {
        *("person", "people", "individual", "individuals", "project", "projects", "program", "programs", "event"),
        *("events", "issue", "issues", "goal", "goals", "idea", "theme", "resource", "resources"),
        *("action", "place", "policy", "topic", "factor"),
    }
)
"""Types of elements in a map that are no organizations."""

FUNDERS = frozenset({"funder", "funders", "foundation", "foundations", "philanthropy", "donor", "grantmaker"})

NO_WORK = frozenset(
    {
        *("organization", "organizations", "organisation", "nonprofit", "non-profit", "npo", "ngo", "agency", "public"),
        *("private", "business", "company", "member", "partner", "coalition", "stakeholder", "group", "institution"),
    }
)
"""Words that say of nobody what it works on."""

Words = tuple[dict[str, str], dict[str, int]]
"""Words and the codes they stand for; words that stand for none, and how often they are there."""

MOST = 40
"""Words that are listed, at most."""


def codes(table: Table, notes: Notes) -> tuple[list[str], Words]:
    """Return the NTEE code of each row, "" where nothing says it, and the words that stood for codes, or did not.

    Raises
    ------
    FieldError
        A cell in a column of codes is none.
    """
    found = [""] * len(table.rows)
    for place in table.places("code"):
        for row, cells in enumerate(table.rows):
            try:
                found[row] = ntee(present(cells[place]))
            except ValueError:
                raise table.wrong(row, place, "is no NTEE code", "a letter, or a letter and digits, such as E32, or blank") from None
    told: dict[str, str] = {}
    unknown: dict[str, int] = {}
    words = [table.places("work"), table.places("type")]
    for row, cells in enumerate(table.rows):
        if found[row]:
            continue
        given = [part for places in words for place in places for part in several(cells[place]) if part.casefold() not in NO_WORK]
        for part in given:
            code = _code(part, notes)
            if code:
                told.setdefault(part, code)
                found[row] = code
                break
        else:
            for part in given:
                unknown[part] = unknown.get(part, 0) + 1
    return found, (told, unknown)


def _code(part: str, notes: Notes) -> str:
    answer = notes.answer(part)
    if answer is None:
        return work_code(part)
    if answer.lower() == "none":
        return ""
    code = work_code(answer)
    if not code:
        try:
            code = ntee(answer)
        except ValueError:
            raise FieldError(f"--map {part}={answer}: no field of work; allowed: an NTEE code, a word that is known, none") from None
    return code


def say(table: Table, found: list[str], words: Words, notes: Notes) -> None:
    """Say what was taken for which field of work, and ask about the rest."""
    told, unknown = words
    if told:
        listed = "; ".join(f"{word}: {code}" for word, code in sorted(told.items())[:MOST])
        more = f"; and {len(told) - MOST} more" if len(told) > MOST else ""
        notes.assume(f"Words for fields of work are taken as codes of the National Taxonomy of Exempt Entities: {listed}{more}.")
    for word, count in unknown.items():
        ways = (("housing", "a word that is known, or an NTEE code such as L20"), ("none", "its place is not known"))
        notes.ask(
            Question(word, f"{table.file}: which field of work is '{word}' ({count} of {len(found)} organizations)?", ways, True, True)
        )
    if table.has("code", "work", "type"):
        left = sum(not code for code in found)
        notes.assume(
            "How near organizations are to each other in what they want comes from their fields of work, with some scatter "
            "(code_spread) that is chosen at random for each replicate."
        )
        if left:
            which = "; ".join(f"'{word}'" for word in list(unknown)[:10])
            said = f" Not known: {which} (--map 'WORD=housing' says it)." if unknown else ""
            notes.assume(f"Of {left} of {len(found)} organizations the field of work is not known: what they want is {AT_RANDOM}.{said}")
    elif table.has("revenue", "staff"):
        notes.assume(f"Nothing says what organizations work on: what they want is {AT_RANDOM}.")
