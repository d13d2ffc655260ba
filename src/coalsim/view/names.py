"""What organizations, issues and funders are called, for people."""

from __future__ import annotations

from dataclasses import dataclass

from coalsim.errors import CoalsimError
from coalsim.field import build
from coalsim.inputs import EIN, ID, PROSE, Column, Sheet
from coalsim.parameters import Parameters


@dataclass(frozen=True)
class Names:
    """Names of all entities, in the order of their numbers."""

    organizations: list[str]
    issues: list[str]
    funders: list[str]


def of(p: Parameters, organizations: int, issues: int, funders: int) -> Names:
    """Return what the entities of a scenario's field are called: as in its tables or, where these are silent, by their numbers."""
    ids = build(p, 0, 0).names if p.get("source") != "synthetic" else ()
    called = _organizations(p)
    return Names(
        [called.get(name) or name for name in ids] or [f"organization {number}" for number in range(organizations)],
        _ids(p, "issues_table") or [f"issue {number}" for number in range(issues)],
        _ids(p, "funders_table") or [f"funder {number}" for number in range(funders)],
    )


def _organizations(p: Parameters) -> dict[str, str]:
    """Return the names in the table of organizations, or in the register, by identifier."""
    source = p.get("source")
    path, key, kind = (p.get("register_table"), "ein", EIN) if source == "register" else (p.get("organizations_table"), "id", ID)
    if source == "synthetic" or not path:
        return {}
    columns = {key: Column(kind, needed=True, blank=False), "name": Column(PROSE, needed=True)}
    try:
        table = Sheet("names", columns, others=True).read(path)
    except CoalsimError:  # a table without names
        return {}
    names = (name.title() if name.isupper() else name for name in table.text["name"])
    return dict(zip(table.text[key], names, strict=True))


def _ids(p: Parameters, table: str) -> list[str]:
    if p.get("source") != "tables" or not p.get(table):
        return []
    columns = {"id": Column(ID, needed=True, blank=False)}
    return list(Sheet("identifiers", columns, others=True).read(p.get(table)).text["id"])
