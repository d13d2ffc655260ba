"""Coalitions that exist when the run begins, given as two CSV tables (ODD, *Given coalitions*).

================= =================================================================================
table             columns (*: must be there, and may not be blank)
================= =================================================================================
coalitions_table  coalition* (its id), name (free text, ignored), convener*, issue, launch_month
                  (..0), trust (0..1), funders (ids, with | between them)
memberships_table coalition*, organization*, joined_month (..0)
================= =================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from coalsim.errors import nearest
from coalsim.field.model import GivenCoalition, Ints, by_name, plain
from coalsim.inputs import ID, KEY, TEXT, WHOLE, Column, Sheet, Table, declare

_SUGGEST = 5_000  # ids among which the nearest is looked for
_LONGEST = 12_000  # months, as long as a run may be
_MONTH = Column(WHOLE, low=-_LONGEST, high=0)

declare(
    Sheet(
        "coalitions_table",
        {
            "coalition": Column(ID, needed=True, blank=False, aliases=("id",)),
            "name": Column(None),
            "convener": KEY,
            "issue": Column(ID),
            "launch_month": Column(WHOLE, low=-_LONGEST, high=0, aliases=("launch",)),
            "trust": Column(low=0, high=1),
            "funders": Column(TEXT),
        },
        key="coalition",
    )
)
declare(Sheet("memberships_table", {"coalition": KEY, "organization": KEY, "joined_month": _MONTH}))


@dataclass(frozen=True)
class Known:
    """What rows of tables are about: organizations, issues, funders or coalitions.

    Attributes
    ----------
    names : their ids, in order; empty if they are 0 to `count` - 1
    count : how many
    where : where errors say that the ids stand
    key : what ids are compared by
    what : what one of them is called
    called : their names for people, which may stand for their ids; "" where there is none, or empty
    """

    names: tuple[str, ...]
    count: int
    where: str
    key: Callable[[str], str] = str
    what: str = "organization"
    called: tuple[str, ...] = ()
    index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = self.names or tuple(map(str, range(self.count)))
        object.__setattr__(self, "index", by_name(names, self.called, self.key))

    def number(self, cell: str) -> int:
        """Return the number of what has an id; -1 if there is none."""
        return self.index.get(self.key(cell), self.index.get(plain(cell), -1))

    def unknown(self, cell: str) -> str:
        """Return what an error says of an id that there is not."""
        return f"is no {self.what}{nearest(cell, self.names) if len(self.names) <= _SUGGEST else ''}"


def numbers(table: Table, column: str, known: Known) -> Ints:
    """Return the numbers of what a column names; -1 where a cell is blank.

    Raises
    ------
    FieldError
        A cell names what there is not.
    """
    cells = table.text[column]
    found = np.array([known.number(cell) if cell else -1 for cell in cells], dtype=np.intp)
    wrong = (found < 0) & np.array([bool(cell) for cell in cells])
    table.refuse(wrong, lambda row: f"{table.cell(column, row)} {known.unknown(cells[row])}", known.where)
    found.setflags(write=False)
    return found


def coalitions(
    table: Table, memberships: Table | None, organizations: Known, issues: Known, funders: Known, most: int, funders_most: int
) -> tuple[GivenCoalition, ...]:
    """Return the coalitions that two tables tell of, in the order of their conveners.

    Parameters
    ----------
    table, memberships
        The tables; without the second the conveners are alone.
    organizations, issues, funders
        What ids may name.
    most, funders_most
        Memberships an organization may have, and funders a coalition may know (`memberships_max`, `funders_max`).

    Raises
    ------
    FieldError
        An id names nothing; an organization convenes two, is in one twice or in too many, or joined before the launch.
    """
    conveners = numbers(table, "convener", organizations)
    table.refuse_again(conveners.tolist(), lambda row: f"{table.cell('convener', row)} convenes", "one coalition each")
    count = len(conveners)
    issue = numbers(table, "issue", issues) if "issue" in table.text else np.full(count, -1)
    money = _funders(table, funders, funders_most)
    joined: list[dict[int, float]] = [{} for _ in range(count)]
    said = table.number.get("launch_month", np.full(count, math.nan)).tolist()
    if memberships is not None:
        known = Known(table.text["coalition"], count, f"the coalitions in {table.file.path}", what="coalition")
        _join(memberships, known, organizations, joined, said)
    trust = table.number.get("trust", np.full(count, math.nan)).tolist()
    found = []
    for number in np.argsort(conveners, kind="stable").tolist():
        convener, members = int(conveners[number]), joined[number]
        months = [month for month in members.values() if not math.isnan(month)]
        launch = int(min(months, default=-1.0) if math.isnan(said[number]) else said[number])
        members.setdefault(convener, float(launch))
        found.append(
            GivenCoalition(
                convener,
                issue=int(issue[number]),
                launch=launch,
                trust=trust[number],
                funders=money[number],
                members=tuple((who, launch if math.isnan(month) else int(month)) for who, month in sorted(members.items())),
            )
        )
    _not_in_too_many(table, memberships, conveners, joined, organizations, most)
    return tuple(found)


def _funders(table: Table, known: Known, most: int) -> list[tuple[int, ...]]:
    """Return the funders of each coalition, in the order in which they are written."""
    found = []
    for row, cell in enumerate(table.text.get("funders", ("",) * len(table.line))):
        ids = [part.strip() for part in cell.split("|")] if cell else []
        for place, one in enumerate(ids):
            wrong = f"names {known.unknown(one).removeprefix('is ')}" if known.number(one) < 0 else ""
            wrong = "names one funder twice" if one in ids[:place] else wrong
            if wrong:
                where = f"{known.where}, each once, with | between them"
                raise table.file.error(int(table.line[row]), f"{table.cell('funders', row)} {wrong}", where)
        if len(ids) > most:
            what = f"{table.cell('funders', row)} names {len(ids)}"
            raise table.file.error(int(table.line[row]), what, f"funders_max = {most} funders of a coalition")
        found.append(tuple(known.number(one) for one in ids))
    return found


def _join(table: Table, known: Known, organizations: Known, joined: list[dict[int, float]], launch: list[float]) -> None:
    """Enter the members of each coalition, with the month in which each joined (NaN: with the launch)."""
    which, who = numbers(table, "coalition", known), numbers(table, "organization", organizations)
    pairs = list(zip(which.tolist(), who.tolist(), strict=True))
    table.refuse_again(
        pairs, lambda row: f"{table.cell('organization', row)} is a member of {known.names[which[row]]}", "each membership once"
    )
    months = table.number.get("joined_month", np.full(len(pairs), math.nan))
    for row, ((coalition, organization), month) in enumerate(zip(pairs, months.tolist(), strict=True)):
        if month < launch[coalition]:
            what = f"column 'joined_month' = {month:.0f} is before the launch of {known.names[coalition]}"
            raise table.file.error(int(table.line[row]), what, f"{launch[coalition]:.0f}..0")
        joined[coalition][organization] = month


def _not_in_too_many(
    table: Table, memberships: Table | None, conveners: Ints, joined: list[dict[int, float]], organizations: Known, most: int
) -> None:
    """Raise the error of an organization that is in more coalitions than it may be, its own among them."""
    number = np.zeros(organizations.count, dtype=np.intp)
    for members in joined:
        number[list(members)] += 1
    where = memberships or table
    who = numbers(where, "organization" if memberships is not None else "convener", organizations)
    own = np.isin(who, conveners)
    where.refuse(
        number[who] > most,
        lambda row: f"{where.cell('organization', row)} is in {number[who[row]]} coalitions{', its own among them' if own[row] else ''}",
        f"memberships_max = {most} of each organization",
    )
