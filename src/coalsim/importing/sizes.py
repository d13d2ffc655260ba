"""How large organizations are: revenue in dollars, as the rule of registers has it."""

from __future__ import annotations

import math

from coalsim.importing.asking import AT_RANDOM, Notes
from coalsim.importing.cells import amount
from coalsim.importing.tables import Table
from coalsim.parameters import Parameters


def revenues(table: Table, groups: list[list[int]], p: Parameters, notes: Notes) -> list[str]:
    """Return revenues in dollars a year; of who tells its staff, what so many employees cost."""
    cost, exponent = p.get("cost_per_employee"), p.get("capacity_exponent")
    revenue = amounts(table, "revenue", groups, notes)
    staff = amounts(table, "staff", groups, notes)
    capacity = amounts(table, "capacity", groups, notes)
    out = []
    for row, (dollars, people, fte) in enumerate(zip(revenue, staff, capacity, strict=True)):
        if fte is not None and fte > 0 and exponent > 0:
            people = math.pow(fte, 1 / exponent)
        if people is not None and people < 0:
            raise table.error(groups[row][0], f"staff = {people:g} is below 0", "0 or more, or blank")
        dollars = people * cost if people is not None else dollars
        out.append("" if dollars is None else f"{dollars:.12g}")
    rule = f"an organization of n employees can put what n to the power {exponent:g} do into collaboration"
    if table.has("staff"):
        notes.assume(f"Capacity comes from staff: {rule}; an employee is written as ${cost:,.0f} of revenue a year.")
        if table.has("revenue"):
            notes.assume("Where both staff and revenue are known, staff counts.")
    elif table.has("revenue"):
        notes.assume(f"Capacity comes from revenue: ${cost:,.0f} a year pay an employee, and {rule}.")
    none = sum(not cell or float(cell) <= 0 for cell in out)
    if none:
        notes.assume(
            f"Of {none} of {len(out)} organizations the size is not known, or 0: it is {AT_RANDOM}, like that of an "
            "organization which files no full tax return (small, as a rule)."
        )
    return out


def amounts(table: Table, meaning: str, groups: list[list[int]], notes: Notes) -> list[float | None]:
    """Return the amount of each organization in the column taken for something, None where there is none; say how cells were read."""
    places = table.places(meaning)
    if not places:
        return [None] * len(groups)
    out: list[float | None] = []
    ways: dict[str, int] = {}
    for rows in groups:
        found: float | None = None
        for row in rows:
            try:
                value, how = amount(table.rows[row][places[0]])
            except ValueError:
                raise table.wrong(row, places[0], "is not an amount", "a number, such as 12, 1,200 or $1.2M, or blank") from None
            if found is None and value is not None:
                found = value
                if how:
                    ways[how] = ways.get(how, 0) + 1
        out.append(found)
    for how, count in ways.items():
        notes.assume(f"{table.file}: in '{table.header[places[0]]}' {count} cells were read as {how}.")
    return out
