"""Fields given as CSV tables: organizations, who knows whom, issues, funders, coalitions that exist.

Any subset may be given; what is not given, down to a blank cell, is drawn as in a
synthetic field, or (`survey`) as a register has it. D is `dimensions`; axes are numbered from 1.

=================== =============================================================================
table               columns (*: must be there, and may not be blank)
=================== =============================================================================
organizations_table id*, name (for people; accepted wherever an id is), mission_1 ... mission_D (0..1; all axes or none),
                    style_1, style_2 (0..1), capacity (> 0), reserve (>= 0), readiness, openness,
                    leadership (0..1), join_threshold (as the parameter)
ties_table          source*, target*: source knows target, in the order of the file
issues_table        id*, place_1* ... place_D* (0..1), need (0..1; blank: 1)
funders_table       id*, place_1* ... place_D* (0..1), grant_budget (>= 0; blank: as the parameter)
coalitions_table,   in `coalsim.field.coalitions`
memberships_table
=================== =============================================================================

How cells are read is in `coalsim.inputs.cells`. Errors name file, line, what was found and what is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from coalsim.errors import FieldError
from coalsim.field.coalitions import Known, coalitions, numbers
from coalsim.field.model import Floats, Given, GivenCoalition, Ints
from coalsim.inputs import KEY, PROSE, SHEETS, Column, File, Sheet, Table, declare
from coalsim.inputs.cells import ein
from coalsim.parameters import Parameters, declarations
from coalsim.parameters.effect import FIELD_TABLES

_REMEMBERED = 16  # files

_SHARE = Column(low=0, high=1)
_PLACE = Column(low=0, high=1, needed=True, blank=False, axis=True)


def _as(name: str) -> Column:
    """Return a column with the range of a parameter."""
    declared = declarations()[name]
    return Column(low=-math.inf if declared.low is None else declared.low, high=math.inf if declared.high is None else declared.high)


ATTRIBUTES = {
    "style_1": _SHARE,
    "style_2": _SHARE,
    "capacity": Column(low=1e-6, high=1e9),
    "reserve": Column(low=0, high=1e12),
    "readiness": _SHARE,
    "openness": _SHARE,
    "leadership": _SHARE,
    "join_threshold": _as("join_threshold"),
}
"""The columns of organizations that hold one attribute each."""

for _sheet in (
    Sheet(
        "organizations_table",
        {"id": KEY, "name": Column(PROSE), "mission_#": Column(low=0, high=1, axis=True), **ATTRIBUTES},
        key="id",
        least=2,
    ),
    Sheet("ties_table", {"source": KEY, "target": KEY}),
    Sheet("issues_table", {"id": KEY, "place_#": _PLACE, "need": _SHARE}, key="id"),
    Sheet("funders_table", {"id": KEY, "place_#": _PLACE, "grant_budget": _as("grant_budget")}, key="id"),
):
    declare(_sheet)


def read(p: Parameters) -> Given:
    """Return what the tables of a configuration give of a field (source `tables`).

    Organizations are numbered in the order of their table; without one there are `organizations`,
    with the ids 0 to N - 1. Files are parsed again only when they change; the arrays are shared by
    all callers and cannot be written to.

    Raises
    ------
    FieldError
        There is no table, or one cannot be read or holds what is not allowed.
    """
    found = _found(p)
    if not found:
        raise FieldError(f"source = 'tables' without a table; allowed: at least one of {', '.join(FIELD_TABLES)}")
    organizations = found.get("organizations_table")
    others = _named(found, "issue", p.field.issues), _named(found, "funder", p.field.funders)
    if organizations is None:
        count = p.field.organizations
        return _given(p, found, Known((), count, f"0..{count - 1}"), others)
    names = organizations.text["id"]
    attributes = {name: organizations.number[name] for name in ATTRIBUTES if name in organizations.number}
    known = Known(names, len(names), f"the ids in {organizations.file.path}", called=organizations.text.get("name", ()))
    return _given(p, found, known, others, organizations.axes, attributes)


def survey(p: Parameters, eins: tuple[str, ...], funders: tuple[str, ...] = (), issues: int = 0, called: tuple[str, ...] = ()) -> Given:
    """Return what tables say of a field whose organizations are those of a register.

    Rows of the table of organizations are joined to the register by their ids, ties too. Attributes are NaN for
    organizations without a row, and where a cell is blank.

    Parameters
    ----------
    p
        Parameters that name the tables; any subset of them.
    eins
        The ids of the organizations that the register gives the field.
    funders
        The ids of the foundations that it gives the field; a table of funders takes their place.
    issues
        How many issues are put among the organizations; a table of issues takes their place.
    called
        Their names, which may stand for their ids; empty if they have none.

    Raises
    ------
    FieldError
        A table cannot be read, holds what is not allowed, or names an organization that is not in the field.
    """
    found = _found(p)
    groups = f" of major_groups = '{p.register_.major_groups}'" if p.register_.major_groups else ""
    known = Known(eins, len(eins), f"the organizations{groups} in {p.register_.register_table}", ein, called=called)
    organizations = found.get("organizations_table")
    others = _named(found, "issue", issues), _named(found, "funder", len(funders), funders, ein)
    if organizations is None:
        return _given(p, found, known, others)
    rows = _rows(organizations.file, p.field.dimensions, known)

    def spread(values: Floats) -> Floats:
        whole = np.full((known.count, *values.shape[1:]), math.nan)
        whole[rows] = values
        return whole

    mission = None if organizations.axes is None else spread(organizations.axes)
    return _given(p, found, known, others, mission, {name: spread(values) for name, values in organizations.number.items()})


def columns(table: str, dimensions: int) -> dict[str, Column]:
    """Return the columns a table may have in an issue space of `dimensions`."""
    return SHEETS[table].at(dimensions)


def _found(p: Parameters) -> dict[str, Table]:
    """Return the tables that a configuration names."""
    paths = {table: p.get(table) for table in FIELD_TABLES if p.get(table)}
    if "ties_table" in paths and p.field.acquaintances == "all":
        raise FieldError(
            f"{paths['ties_table']}: ties_table with acquaintances = 'all'; allowed: acquaintances = 'listed', or no ties_table"
        )
    files = {table: SHEETS[table].find(path, f", or {table} = '' to draw") for table, path in paths.items()}
    return {table: _parse(file, table, p.field.dimensions) for table, file in files.items()}


def _given(
    p: Parameters,
    found: dict[str, Table],
    known: Known,
    others: tuple[Known, Known],
    mission: Floats | None = None,
    attributes: dict[str, Floats] | None = None,
) -> Given:
    issues, funders = found.get("issues_table"), found.get("funders_table")
    ties = found.get("ties_table")
    return Given(
        count=known.count,
        mission=mission,
        attributes=attributes or {},
        ties=_ties(ties.file, known, p.field.acquaintances_max) if ties else None,
        issue=issues.axes if issues else None,
        need=issues.number.get("need") if issues else None,
        funder=funders.axes if funders else None,
        grant_budget=funders.number.get("grant_budget") if funders else None,
        names=known.names,
        called=known.called,
        coalitions=_coalitions(p, found, known, *others),
    )


def _named(found: dict[str, Table], what: str, count: int, names: tuple[str, ...] = (), key: Callable[[str], str] = str) -> Known:
    """Return the issues or funders that a table of coalitions may name."""
    table = found.get(f"{what}s_table")
    if table is not None:
        return Known(table.text["id"], len(table.text["id"]), f"the ids in {table.file.path}", what=what)
    where = "the foundations of the register" if names else f"0..{count - 1}" if count else f"none, as there are no {what}s"
    return Known(names, count, where, key, what)


def _coalitions(p: Parameters, found: dict[str, Table], known: Known, issues: Known, funders: Known) -> tuple[GivenCoalition, ...]:
    table, memberships = found.get("coalitions_table"), found.get("memberships_table")
    if table is None:
        return ()
    return coalitions(table, memberships, known, issues, funders, p.joining.memberships_max, p.funding.funders_max)


@lru_cache(_REMEMBERED)
def _parse(file: File, table: str, dimensions: int) -> Table:
    """Read and check one table by itself."""
    found = SHEETS[table].read(file, dimensions)
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
def _rows(file: File, dimensions: int, known: Known) -> Ints:
    """Return the organization that each row of a table of organizations is about."""
    table = _parse(file, "organizations_table", dimensions)
    rows = numbers(table, "id", known)
    table.refuse_again(rows.tolist(), lambda row: f"{table.cell('id', row)} is there", "each id once")
    return rows


@lru_cache(_REMEMBERED)
def _ties(file: File, known: Known, room: int) -> tuple[Ints, Ints]:
    """Return the ties of a file as numbers of organizations, at most `room` of each source."""
    table = _parse(file, "ties_table", 0)
    source, target = numbers(table, "source", known), numbers(table, "target", known)
    table.refuse(source == target, lambda row: f"{table.cell('target', row)} is its own source", "another organization")
    table.refuse_again(
        (source * known.count + target).tolist(),
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
