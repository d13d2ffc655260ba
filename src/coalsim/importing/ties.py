"""Who knows whom: rows of pairs, maps of connections, surveys of relations."""

from __future__ import annotations

import re
from collections.abc import Callable

from coalsim.errors import FieldError, nearest, shown
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import loose, several
from coalsim.importing.numbers import POINT, amount
from coalsim.importing.organizations import SEVERAL, UNCHOSEN, Organizations
from coalsim.importing.tables import Table
from coalsim.inputs.cells import composed, present

NEVER = frozenset({"never", "no contact", "none", "not at all", "no interaction", "0", "0.0"})
"""Answers about the frequency of contact that mean there is no tie."""

BOTH = frozenset({"mutual", "undirected", "both", "both ways", "two way", "two ways", "bidirectional", "bi directional", "reciprocal"})
ONE = frozenset({"directed", "one way", "unidirectional", "uni directional", "forward"})
"""Answers about the direction of a tie."""

FREQUENCIES = {
    word: number
    for number, words in enumerate(
        (
            ("once a year or less", "yearly", "annually", "rarely", "once a year", "a few times a year"),
            ("about once a quarter", "quarterly", "once a quarter", "sometimes", "occasionally"),
            ("about once a month", "monthly", "once a month", "regularly"),
            ("every week", "weekly", "once a week", "about once a week", "often", "frequently"),
            ("every day", "daily", "constantly"),
        ),
        1,
    )
    for word in words
}
"""Answers in words, from the rarest contact."""

_STRENGTHS = ("strength", "frequency", "trust", "value")

_OUT = "{file}: {out} ties to or from what was left out are left out too."

Tie = tuple[int, int]


def find(of: Organizations, name: str) -> int | None:
    """Return the number of the organization that is called so; None if it was left out on purpose.

    Raises
    ------
    LookupError
        There is none, or several.
    """
    for key in (composed(name).casefold(), loose(name)):
        if key in of.known:
            if of.known[key] == SEVERAL:
                raise LookupError("is the name of several organizations")
            return of.known[key] if of.known[key] != UNCHOSEN else None
    if loose(name) in of.gone:
        return None
    raise LookupError("is no organization")


def member(of: Organizations, name: str, notes: Notes, wrong: Callable[[str, str], FieldError], ask: bool = True) -> int | None:
    """Return the number of an organization that a table names; None if there is none of that name and that is so meant, or still asked."""
    try:
        return find(of, name)
    except LookupError as problem:
        answer = notes.answer(name)
        if answer is not None:
            if answer.lower() == "none":
                return None
            try:
                return find(of, answer)
            except LookupError:
                raise FieldError(
                    f"--map {name}={shown(answer)[1:-1]}: no organization{nearest(answer, of.names)}; allowed: a name or id, none"
                ) from None
        near = _near(name, of)
        if not ask:
            raise wrong(str(problem), "a name or id in the table of organizations") from None
        ways = (*([(near, "the same")] if near else []), ("none", "what is said of it is left out"))
        notes.ask(Question(name, f"{wrong(str(problem), '').args[0].split('; allowed')[0]}: which is it?", ways, free=True))
        return None


def _near(name: str, of: Organizations) -> str:
    found = nearest(name, of.names).split("'", 1)
    return found[1].rsplit("'", 1)[0] if len(found) > 1 else ""


def _is_never(cell: str) -> bool:
    """Return whether an answer about frequency says that there is no tie, with its number before it or without."""
    return re.sub(r"^\d+\s*[-\u2013:.)=]\s*(?=\D)", "", cell.casefold().strip()) in NEVER


def ties(table: Table, of: Organizations, notes: Notes) -> list[Tie]:
    """Return who knows whom in a table of ties, of each source the strongest first.

    Raises
    ------
    FieldError
        A cell cannot be used.
    """
    mutual = not table.has("target")
    sources, others = table.cells("source"), table.cells("target" if table.has("target") else "partner")
    place, there = table.places("source")[0], table.places("target" if table.has("target") else "partner")[0]
    ways = table.cells("direction")
    strength = _strengths(table)
    found: dict[Tie, float] = {}
    never = to_itself = out = 0
    alone: list[int] = []
    for row, (source, other) in enumerate(zip(sources, others, strict=True)):
        if any(_is_never(table.rows[row][at]) for at in table.places("frequency")):
            never += 1
            continue
        froms = [member(of, name, notes, table.refusing(row, place)) for name in several(source)]
        tos = [member(of, name, notes, table.refusing(row, there)) for name in several(other)]
        if not (froms and tos):
            alone.append(table.lines[row])
        way = " ".join(ways[row].casefold().replace("-", " ").split())
        if way and way not in BOTH and way not in ONE:
            raise table.wrong(row, table.places("direction")[0], "says no direction", "mutual (both ways), directed (one way) or blank")
        both = way in BOTH if way else mutual
        for a in froms:
            for b in tos:
                if a is None or b is None:
                    out += 1
                elif a == b:
                    to_itself += 1
                else:
                    for pair in ((a, b), (b, a)) if both else ((a, b),):
                        found[pair] = max(found.get(pair, -1.0), strength[row])
    if alone:
        where = ", ".join(map(str, alone[:10]))
        notes.assume(f"{table.file}: {len(alone)} rows with a name on one side only are left out (line {where}).")
    _say(table, mutual, never, to_itself, out, notes)
    return _ordered(found)


def listed(of: Organizations, notes: Notes, table: Table) -> list[Tie]:
    """Return the ties in the column of partners of a table of organizations."""
    place = table.places("partners")[0]
    found: dict[Tie, float] = {}
    out = 0
    for number, names in enumerate(of.partners):
        for name in names:
            other = member(of, name, notes, table.refusing(of.rows[number], place))
            if other is None:
                out += 1
            elif other != number:
                found[number, other] = found[other, number] = 1.0
    if out:
        notes.assume(_OUT.format(file=table.file, out=out))
    notes.assume(f"{table.file}: whoever is named in '{table.header[place]}' is taken to know who names it, and the other way round.")
    return _ordered(found)


def _ordered(found: dict[Tie, float]) -> list[Tie]:
    by: dict[int, list[tuple[float, int]]] = {}
    for (a, b), strength in found.items():
        by.setdefault(a, []).append((strength, b))
    return [(a, b) for a in sorted(by) for _, b in sorted(by[a], key=lambda one: -one[0])]


def _strengths(table: Table) -> list[float]:
    """Return how strong each tie is: the mean of its ratings, each as a share of the largest in its column."""
    columns: list[list[float]] = []
    for meaning in _STRENGTHS:
        for place in table.places(meaning):
            values = [_rating(table, row, place) for row in range(len(table.rows))]
            most = max(values, default=0.0)
            if most > 0:
                columns.append([value / most for value in values])
    return [sum(row) / len(row) for row in zip(*columns, strict=True)] if columns else [1.0] * len(table.rows)


def _rating(table: Table, row: int, place: int) -> float:
    cell = present(table.rows[row][place])
    text = cell.casefold()
    if text in FREQUENCIES:
        return float(FREQUENCIES[text])
    if not text or text in NEVER:
        return 0.0
    try:
        return float(amount(cell.split(" ")[0], {POINT})[0] or 0.0)
    except ValueError:
        raise table.wrong(row, place, "is no rating", "a number, or once a year, quarterly, monthly, weekly, daily, never") from None


def _say(table: Table, mutual: bool, never: int, to_itself: int, out: int, notes: Notes) -> None:
    if mutual and not table.has("direction"):
        notes.assume(f"{table.file}: a tie is taken to go both ways (--map 'COLUMN=target' if the named one need not know who names it).")
    rated = [table.header[place] for meaning in _STRENGTHS for place in table.places(meaning)]
    if rated:
        said = ", ".join(f"'{header}'" for header in rated)
        notes.assume(
            f"{table.file}: {said} only order whom an organization knows, the strongest first; "
            "the model has no trust between two organizations."
        )
    if never:
        notes.assume(f"{table.file}: {never} rows are left out, as there is no contact.")
    if to_itself:
        notes.assume(f"{table.file}: {to_itself} ties to oneself are left out.")
    if out:
        notes.assume(_OUT.format(file=table.file, out=out))
