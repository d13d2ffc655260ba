"""What organizations, issues and funders are called, for people."""

from __future__ import annotations

from dataclasses import dataclass

from coalsim.field import build
from coalsim.inputs import ID, Column, Sheet
from coalsim.parameters import Parameters


@dataclass(frozen=True)
class Names:
    """Names of all entities, in the order of their numbers."""

    organizations: list[str]
    issues: list[str]
    funders: list[str]


def of(p: Parameters, organizations: int, issues: int, funders: int) -> Names:
    """Return what the entities of a scenario's field are called: as in its tables or, where these are silent, by their numbers."""
    field = build(p, 0, 0) if p.get("source") != "synthetic" else None
    return Names(
        [f"organization {number}" if field is None else field.label(number) for number in range(organizations)],
        _ids(p, "issues_table") or [f"issue {number}" for number in range(issues)],
        _ids(p, "funders_table") or [f"funder {number}" for number in range(funders)],
    )


def _ids(p: Parameters, table: str) -> list[str]:
    if p.get("source") == "synthetic" or not p.get(table):
        return []
    columns = {"id": Column(ID, needed=True, blank=False)}
    return list(Sheet("identifiers", columns, others=True).read(p.get(table)).text["id"])


def capital(text: str) -> str:
    """Return text as a sentence begins."""
    return text[:1].upper() + text[1:]


def ordinal(number: int) -> str:
    """Return first, second ... 21st."""
    words = ("first", "second", "third", "fourth", "fifth")
    if 1 <= number <= len(words):
        return words[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
