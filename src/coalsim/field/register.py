"""Turn an IRS-style register of organizations into a field (ODD, *Fields from a register*).

A register is a CSV file with a line for each organization. Cells are read as in every table (`coalsim.inputs`),
so that the state files of the IRS's Exempt Organizations Business Master File can be read as they are.

=============================== ========= ==================================================================
column                          needed    meaning
=============================== ========= ==================================================================
ein or id                       yes       the identifier
name                            no        for people; accepted wherever an id is
ntee or ntee_cd                 yes       NTEE code (its first letter is the major group), or blank
revenue_amt                     yes       dollars a year; blank or 0: files no full return; below 0: unknown
asset_amt                       no        dollars; of foundations only: blank means the median of the others
in_2026_04 and the like         no        1: in the register at that date; others are left out
is_private_foundation           no        1: a funder, otherwise an organization
foundation_code or foundation   no        instead of is_private_foundation: 2, 3, 4 mean a funder
=============================== ========= ==================================================================

Amounts may carry a year (`revenue_amt_2026`); of several, and of several dates, the newest counts. A code
begins with the letter of a major group. Where no foundation states assets, budgets are `grant_budget`.

**Units.** An organization of n full-time employees (n = revenue / `cost_per_employee`) can put what n to the
power `capacity_exponent` employees do into collaboration: one of 1 employee 1, one of 100 10, a hospital of
30,000 170. Capacity is that number divided by its mean over the field; so the mean is `Unit.staff`, one unit
of capacity in employees, and that times the monthly cost of an employee is `Unit.dollars_per_month`.
"""

from __future__ import annotations

import math
import string
from functools import lru_cache
from statistics import median
from typing import NamedTuple

import numpy as np

from coalsim.errors import FieldError
from coalsim.field import tables
from coalsim.field.model import Floats, Given, Unit, given_or
from coalsim.field.placement import CODE_TABLE, CODES, Booleans, Positions, centres, code_table, positions, ranks
from coalsim.inputs import EIN, FLAG, NTEE, PROSE, WHOLE, Column, File, Sheet, declare
from coalsim.parameters import Parameters
from coalsim.streams import SETUP, Source, normals, streams

REGISTER = declare(
    Sheet(
        "register_table",
        {
            "ein": Column(EIN, needed=True, blank=False, dated=True, aliases=("id",)),
            "ntee": Column(NTEE, needed=True, aliases=("ntee_cd",), dated=True),
            "revenue_amt": Column(low=-1e15, high=1e15, needed=True, dated=True),
            "asset_amt": Column(low=-1e15, high=1e15, dated=True),
            "in": Column(FLAG, dated=True),
            "is_private_foundation": Column(FLAG, dated=True),
            "foundation_code": Column(WHOLE, low=0, high=99, aliases=("foundation",), dated=True),
            "name": Column(PROSE),
        },
        key="ein",
        others=True,
    )
)
"""What a register holds; other columns are not looked at."""

_FUNDERS = (2, 3, 4)
"""Foundation codes of private foundations."""

_UNSPECIFIC = "TZ"
"""Major groups that say that a foundation gives (T) or that nothing is known (Z), but not to what."""

_LOG_REVENUE = (0.0, 40.0)
"""Drawn revenues are kept between 1 dollar and 2e17, whatever the parameters."""


class Register(NamedTuple):
    """What a register says of the organizations and foundations that are taken into the field.

    The arrays are shared by all callers and cannot be written to.

    Attributes
    ----------
    ein, code : identifiers and NTEE codes (three characters or fewer) of the N organizations
    name : their names, "" where there is none; empty if there is no such column
    revenue : (N,) dollars a year; NaN where unknown
    files : (N,) whether a full return was filed
    foundation_ein : ids of the F foundations
    foundation_code : NTEE codes of the F foundations; blank where the code does not say what they give to
    assets : (F,) dollars whose payout goes to the field; NaN if the register states none of any foundation
    """

    ein: tuple[str, ...]
    code: tuple[str, ...]
    name: tuple[str, ...]
    revenue: Floats
    files: Booleans
    foundation_ein: tuple[str, ...]
    foundation_code: tuple[str, ...]
    assets: Floats


def read(p: Parameters, source: Source) -> Given:
    """Return the field of one replicate as far as a register gives it.

    Missions are drawn around the positions of NTEE codes and replaced, axis by axis, by their ranks.
    Unknown revenues are drawn: lognormal, lower by `nonfiler_shift` for who files no full return.
    Private foundations are funders, placed like organizations; those whose code does not say what they
    give to lie anywhere. Issues lie at the centres of clusters of missions. Tables that are named too
    (a survey of some of the organizations, ties, issues, funders) take the place of what the register says.

    Parameters
    ----------
    p
        Parameters; those of the section `register` count.
    source
        The draws of the replicate.

    Returns
    -------
    given
        With missions, capacities (mean 1), issues, funders, their grant budgets (FTE-months a month),
        the EINs as names, and the unit. Everything else is left to be drawn.

    Raises
    ------
    FieldError
        The register, the table of codes or another table cannot be used.
    """
    known, organizations, foundations = _placed(p)
    count, dimensions, s = len(known.ein), p.field.dimensions, streams(p.field.dimensions)
    issues = round(min(max(count / p.register_.organizations_per_issue, 1), count))
    told = tables.survey(p, known.ein, known.foundation_ein, issues, known.name)
    spread = p.register_.code_spread
    shocks = normals(source.table(s.mission, SETUP, count)[:, :dimensions])
    places = organizations.missions(spread, shocks)
    mission = given_or(told.mission, ranks(places, places))
    capacity, unit = _capacities(known, normals(source.table(s.register, SETUP, count)[:, 0]), p)
    issue, funder, budget = told.issue, told.funder, told.grant_budget
    if issue is None:
        issue = centres(mission, issues)
    if funder is None:
        shocks = normals(source.table(s.funder_place, SETUP, len(known.assets))[:, :dimensions])
        funder = ranks(foundations.missions(spread, shocks), places)
        budget = known.assets * p.register_.payout * p.register_.coalition_share / 12 / unit.dollars_per_month
    return Given(
        count,
        mission=mission,
        attributes={**told.attributes, "capacity": given_or(told.attributes.get("capacity"), capacity)},
        ties=told.ties,
        issue=issue,
        need=told.need,
        funder=funder,
        grant_budget=budget,
        names=known.ein,
        called=known.name,
        unit=unit,
        coalitions=told.coalitions,
    )


def contents(p: Parameters) -> Register:
    """Return what the register says, before anything is drawn; raise `FieldError` as `read` does."""
    groups = p.register_.major_groups
    for letter in groups:
        if letter not in string.ascii_uppercase:
            raise FieldError(f"[register] major_groups = '{groups}': '{letter}' is no NTEE major group; allowed: capital letters A to Z")
    if not p.register_.register_table:
        raise FieldError("source = 'register' without a register; allowed: register_table, a CSV file")
    return _contents(REGISTER.find(p.register_.register_table), groups)


@lru_cache(maxsize=8)
def _contents(file: File, groups: str) -> Register:
    table = REGISTER.read(file)
    count = len(table.line)
    ein, code, revenue = table.text["ein"], table.text["ntee"], table.number["revenue_amt"]
    wealth = table.number.get("asset_amt", np.full(count, math.nan))
    here = (table.number["in"] == 1).tolist() if "in" in table.number else [True] * count
    if "is_private_foundation" in table.number:
        gives = (table.number["is_private_foundation"] == 1).tolist()
    else:
        gives = np.isin(table.number.get("foundation_code", wealth * math.nan), _FUNDERS).tolist()
    foundations = [row for row, a, b in zip(zip(ein, code, wealth.tolist(), strict=True), here, gives, strict=True) if a and b]
    name = tuple(map(proper, table.text.get("name", ())))
    lines = zip(ein, code, revenue.tolist(), name or ein, strict=True)
    organizations = [line for line, a, b in zip(lines, here, gives, strict=True) if a and not b]
    taken = [line for line in organizations if not groups or (line[1] and line[1][0] in groups)]
    if len(taken) < 2:
        left = f"major_groups = '{groups}' leaves {len(taken)}" if groups else f"there are {len(taken)}"
        raise FieldError(f"{file.path}: {left} of {len(organizations)} organizations; allowed: at least 2")
    share = len(taken) / sum(bool(code) for _, code, _, _ in organizations) if groups else 1.0
    eins, codes, wealths = _foundations(foundations, groups, share)
    register = Register(
        ein=tuple(ein for ein, _, _, _ in taken),
        code=tuple(code for _, code, _, _ in taken),
        name=tuple(called for _, _, _, called in taken) if name else (),
        revenue=np.array([amount if amount > 0 else math.nan for _, _, amount, _ in taken]),
        files=np.array([amount != 0 and not math.isnan(amount) for _, _, amount, _ in taken]),
        foundation_ein=eins,
        foundation_code=codes,
        assets=wealths,
    )
    for array in (register.revenue, register.files, register.assets):
        array.setflags(write=False)
    return register


def proper(name: str) -> str:
    """Return a name as people write it: registers write theirs in capitals."""
    return name.title().replace("'S ", "'s ") if name.isupper() else name


def gives_to_something(code: str) -> bool:
    """Return whether the code of a foundation says what it gives to."""
    return code[:1].isalpha() and code[0] not in _UNSPECIFIC


def _foundations(foundations: list[tuple[str, str, float]], groups: str, share: float) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
    """Return EINs, codes and assets of the foundations that give to a field which is `share` of the whole.

    Foundations whose code says what they give to belong to the field if their code does. Of the others
    the field gets its share. Unknown assets are the median of those known.
    """
    stated = [assets for _, _, assets in foundations if not math.isnan(assets)]
    usual = median(stated) if stated else math.nan
    eins, codes, wealths = [], [], []
    for ein, code, assets in foundations:
        specific = gives_to_something(code)
        if specific and groups and code[0] not in groups:
            continue
        eins.append(ein)
        codes.append(code if specific else "")
        wealths.append((usual if math.isnan(assets) else max(assets, 0.0)) * (1.0 if specific else share))
    return tuple(eins), tuple(codes), np.array(wealths, dtype=float)


def _placed(p: Parameters) -> tuple[Register, Positions, Positions]:
    """Return the register and the positions of the codes of organizations and foundations."""
    known = contents(p)
    table = CODES.find(p.register_.code_table or CODE_TABLE)
    return known, *_positions(known.code, known.foundation_code, table, p.field.dimensions)


@lru_cache(maxsize=8)
def _positions(codes: tuple[str, ...], others: tuple[str, ...], table: File, dimensions: int) -> tuple[Positions, Positions]:
    return positions(codes, others, code_table(table, dimensions), dimensions)


def _capacities(known: Register, shocks: Floats, p: Parameters) -> tuple[Floats, Unit]:
    """Return capacities with mean 1, shape (N,), and what one of them is worth."""
    r = p.register_
    logs = np.where(known.files, r.revenue_log_mean, r.revenue_log_mean + r.nonfiler_shift) + r.revenue_log_sd * shocks
    drawn = np.minimum(np.maximum(logs, _LOG_REVENUE[0]), _LOG_REVENUE[1]).tolist()
    staff = [
        math.pow((math.exp(log) if math.isnan(revenue) else revenue) / r.cost_per_employee, r.capacity_exponent)
        for revenue, log in zip(known.revenue.tolist(), drawn, strict=True)
    ]
    mean = math.fsum(staff) / len(staff)
    return np.array(staff) / mean, Unit(staff=mean, dollars_per_month=mean * r.cost_per_employee / 12)
