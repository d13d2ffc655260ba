"""Fields given as CSV tables: organizations, who knows whom, issues, funders.

Any subset of the four may be given; what is not given, down to a blank cell, is drawn as in a
synthetic field. D is `dimensions`; axes are numbered from 1.

=================== =============================================================================
table               columns (*: must be there, and may not be blank)
=================== =============================================================================
organizations_table id*, name (free text, ignored), mission_1 ... mission_D (0..1; all axes or none),
                    style_1, style_2 (0..1), capacity (> 0), reserve (>= 0), readiness, openness,
                    leadership (0..1), join_threshold (as the parameter)
ties_table          source*, target*: source knows target, in the order of the file
issues_table        id*, place_1* ... place_D* (0..1), need (0..1; blank: 1)
funders_table       id*, place_1* ... place_D* (0..1), grant_budget (>= 0; blank: as the parameter)
=================== =============================================================================

Files are UTF-8 with a header and commas; spaces around a cell and empty lines do not matter. Errors
name file, line (of a row over several lines: the first), what was found and what is allowed.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from coalsim.errors import FieldError
from coalsim.field import records
from coalsim.field.model import Given, Ints
from coalsim.field.records import KEY, Column, File, Table
from coalsim.parameters import Parameters, declarations

_REMEMBERED = 16  # files

_SHARE = Column(0, 1)
_PLACE = Column(0, 1, needed=True, blank=False, axis=True)
_threshold = declarations()["join_threshold"]

ATTRIBUTES = {
    "style_1": _SHARE,
    "style_2": _SHARE,
    "capacity": Column(0, above=True),
    "reserve": Column(0),
    "readiness": _SHARE,
    "openness": _SHARE,
    "leadership": _SHARE,
    "join_threshold": Column(-math.inf if _threshold.low is None else _threshold.low, _threshold.high or math.inf),
}
"""The columns of organizations that hold one attribute each."""

TABLES: dict[str, dict[str, Column | None]] = {
    "organizations_table": {"id": KEY, "name": None, "mission_#": _SHARE._replace(axis=True), **ATTRIBUTES},
    "ties_table": {"source": KEY, "target": KEY},
    "issues_table": {"id": KEY, "place_#": _PLACE, "need": _SHARE},
    "funders_table": {"id": KEY, "place_#": _PLACE, "grant_budget": Column(0)},
}
"""The columns of each table; ``#`` stands for the axes of the issue space."""

_LEAST_ROWS = {"organizations_table": 2}
_NOTHING = Table(File("", "", 0, 0), np.empty(0, dtype=np.intp), {}, {}, None)


def read(p: Parameters) -> Given:
    """Return what the tables of a configuration give of a field.

    Organizations are numbered in the order of their table; without one there are `organizations`,
    with the ids 0 to N - 1. Files are parsed again only when they change; the arrays are shared by
    all callers and cannot be written to.

    Raises
    ------
    FieldError
        There is no table, or one cannot be read or holds what is not allowed.
    """
    paths = {table: p.get(table) for table in TABLES if p.get(table)}
    if not paths:
        raise FieldError(f"source = 'tables' without a table; allowed: at least one of {', '.join(TABLES)}")
    if "ties_table" in paths and p.field.acquaintances == "all":
        raise FieldError(
            f"{paths['ties_table']}: ties_table with acquaintances = 'all'; allowed: acquaintances = 'listed', or no ties_table"
        )
    files = {table: records.find(path, f", or {table} = '' to draw") for table, path in paths.items()}
    found = {table: _parse(file, table, p.field.dimensions) for table, file in files.items()}
    organizations, issues, funders = (found.get(f"{what}_table", _NOTHING) for what in ("organizations", "issues", "funders"))
    names = organizations.text.get("id", ())
    count = len(names) or p.field.organizations
    if "ties_table" in files:
        ties = _ties(found["ties_table"].file, files.get("organizations_table"), count, p.field.dimensions, p.field.acquaintances_max)
    return Given(
        count=count,
        mission=organizations.axes,
        attributes={name: organizations.number[name] for name in ATTRIBUTES if name in organizations.number},
        ties=ties if "ties_table" in files else None,
        issue=issues.axes,
        need=issues.number.get("need"),
        funder=funders.axes,
        grant_budget=funders.number.get("grant_budget"),
        names=names,
    )


def columns(table: str, dimensions: int) -> dict[str, Column | None]:
    """Return the columns a table may have in an issue space of `dimensions`."""
    axes = range(1, dimensions + 1)
    return {name.replace("#", str(k)): column for name, column in TABLES[table].items() for k in (axes if "#" in name else (0,))}


@lru_cache(_REMEMBERED)
def _parse(file: File, table: str, dimensions: int) -> Table:
    """Read and check one table by itself."""
    found = records.read(file, columns(table, dimensions), key="id", least=_LEAST_ROWS.get(table, 1))
    if found.axes is not None:
        blank = np.isnan(found.axes)
        blanks = blank.sum(axis=1)
        found.refuse(
            (blanks > 0) & (blanks < blank.shape[1]),
            lambda row: f"the mission is blank on axis {blank[row].argmax() + 1} but not on axis {blank[row].argmin() + 1}",
            "all axes of a row or none",
        )
    return found


@lru_cache(_REMEMBERED)
def _ties(file: File, organizations: File | None, count: int, dimensions: int, room: int) -> tuple[Ints, Ints]:
    """Return the ties of a file as numbers of organizations, at most `room` of each source."""
    table = _parse(file, "ties_table", dimensions)
    names = _parse(organizations, "organizations_table", dimensions).text["id"] if organizations else map(str, range(count))
    number = {name: k for k, name in enumerate(names)}

    def numbers(side: str) -> Ints:
        found = np.array([number.get(name, -1) for name in table.text[side]], dtype=np.intp)
        ids = f"the ids in {organizations.path}" if organizations else f"0..{count - 1}"
        table.refuse(found < 0, lambda row: f"{table.cell(side, row)} is no organization", ids)
        found.setflags(write=False)
        return found

    source, target = numbers("source"), numbers("target")
    table.refuse(source == target, lambda row: f"{table.cell('target', row)} is its own source", "another organization")
    table.refuse_again(
        (source * count + target).tolist(),
        lambda row: f"{table.cell('source', row)} has {table.cell('target', row)}",
        "each tie once",
    )
    full = source == np.argmax(np.bincount(source) > room)
    table.refuse(
        full & (full.cumsum() > room),
        lambda row: f"{table.cell('source', row)} has tie {room + 1}",
        f"acquaintances_max = {room} ties of a source",
    )
    return source, target
