"""Cells of people's tables: answers on scales, words for a field of work, names of organizations."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from coalsim.inputs import KEY, NTEE, Column, Sheet, declare
from coalsim.inputs.cells import composed, present

WORDS_TABLE = Path(__file__).parent / "data" / "words.csv"
"""Words for fields of work and the codes they stand for."""

WORDS = declare(Sheet("words_table", {"word": KEY, "code": Column(NTEE, needed=True, blank=False)}, key="word"))

SAID = {
    **dict(zip(("strongly disagree", "disagree", "neutral", "agree", "strongly agree"), range(1, 6), strict=True)),
    **dict(zip(("very low", "low", "medium", "high", "very high"), range(1, 6), strict=True)),
    **{"neither": 3, "neither agree nor disagree": 3, "moderate": 3, "neutral/no opinion": 3, "neutral, no opinion": 3},
}
"""Answers in words, from 1 to 5."""

STAGE_NAMES = {
    name: number
    for number, names in enumerate(
        (
            ("no awareness",),
            ("denial", "resistance", "denial/resistance", "denial / resistance"),
            ("vague awareness",),
            ("preplanning", "pre-planning"),
            ("preparation",),
            ("initiation",),
            ("stabilization", "stabilisation"),
            ("confirmation", "expansion", "confirmation/expansion", "confirmation / expansion"),
            ("high level of community ownership", "community ownership", "professionalization"),
        ),
        1,
    )
    for name in names
}
"""The stages of the Community Readiness Model (Tri-Ethnic Center), 1 to 9."""


def work_code(text: str) -> str:
    """Return the NTEE code of a field of work in words; "" if no word of it is known.

    Of several words the longest counts, of equals the first.

    Examples
    --------
    >>> work_code("Food pantry"), work_code("Housing & shelters"), work_code("E32"), work_code("zzz")
    ('K31', 'L', 'E32', '')
    """
    if re.fullmatch(r"[A-Z][0-9]{2}[0-9A-Z]?", text.strip()):
        return text.strip()[:3]
    words = [_single(word) for word in re.findall(r"[a-z]+", text.lower())]
    known, longest = _words()
    for size in range(min(longest, len(words)), 0, -1):
        found = [" ".join(words[first : first + size]) for first in range(len(words) - size + 1)]
        hits = [phrase for phrase in found if phrase in known]
        if hits:
            return known[max(hits, key=len)]
    return ""


@lru_cache
def _words() -> tuple[dict[str, str], int]:
    table = WORDS.read(WORDS_TABLE)
    known = {
        " ".join(_single(part) for part in re.findall(r"[a-z]+", word)): code
        for word, code in zip(table.text["word"], table.text["code"], strict=True)
    }
    return known, max(len(phrase.split()) for phrase in known)


def _single(word: str) -> str:
    """Return a word in the singular, as far as that matters for comparing."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


_COMMON = frozenset({"the", "inc", "incorporated", "llc", "ltd", "corp", "corporation", "of", "and", "co"})


def loose(name: str) -> str:
    """Return a name as names are compared: without capitals, marks, articles and legal forms."""
    words = re.findall(r"\w+", composed(name).casefold().replace("'", "").replace("’", "").replace("&", " and "))
    return " ".join([word for word in words if word not in _COMMON] or words)


def several(cell: str) -> list[str]:
    """Return the names in a cell that holds several, separated by ``|`` or ``;``."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[|;\n]", cell) if present(part.strip())))


def identifiers(names: list[str]) -> list[str]:
    """Return an id for each name, each once: ``food-bank``, ``food-bank-2``."""
    out: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        stem = re.sub(r"[^\w]+", "-", composed(name).casefold()).strip("-_")[:60] or f"organization-{number}"
        if stem.isdigit():
            stem = f"organization-{stem}"
        identifier, again = stem, 2
        while identifier in out:
            identifier, again = f"{stem}-{again}", again + 1
        out[identifier] = None
    return list(out)
