"""What of a configuration has no effect: given, but not used with the rest of it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache
from typing import Any

from coalsim.errors import ParameterError
from coalsim.parameters.model import Parameters, declarations

FILE_PARAMETERS = tuple(name for name, d in declarations().items() if d.unit == "file")
"""Parameters that name data files."""

_OF_REGISTERS = tuple(name for name, d in declarations().items() if d.section == "register")
OF_THE_INITIATIVE = tuple(name for name, d in declarations().items() if d.section == "focal" and name != "focal_launch_month")
"""Parameters of the focal initiative besides its launch."""
FIELD_TABLES = tuple(name for name in FILE_PARAMETERS if declarations()[name].section == "field")
"""Those that name the tables of a field."""


def without_effect(p: Parameters, among: Container[str] = declarations()) -> dict[str, str]:
    """Return what is not at its default, nor at its value in model 1, and has no effect: by name, why; `among` some parameters.

    Examples
    --------
    >>> without_effect(Parameters().replace(code_spread=0.5))
    {'code_spread': "needs source = 'register'; source is 'synthetic'"}
    """
    return {name: why for name, why in _idle(p).items() if name in among and p.get(name) not in _usual(name)}


def refuse_without_effect(scenarios: Iterable[Parameters], but: Container[str] = ()) -> None:
    """Raise `ParameterError` for what has no effect in any of the scenarios, `but` for some parameters.

    A sweep may vary a parameter that only some of its scenarios use; what none of them uses is a mistake, also if some
    of them have it at its default.
    """
    idle: dict[str, str] | None = None
    given: set[str] = set()
    for p in scenarios:
        here = _idle(p)
        idle = here if idle is None else {name: why for name, why in idle.items() if name in here}
        given |= {name for name in idle.keys() - given if p.get(name) not in _usual(name)}
        if not idle:
            return
    for name, why in (idle or {}).items():
        if name in given and name not in but:
            raise ParameterError(f"{name} {why}")


@cache
def _usual(name: str) -> tuple[Any, Any]:
    """Return the values of a parameter that may always stand somewhere: its default, and its value in model 1."""
    return declarations()[name].default, Parameters.model1().get(name)


def _idle(p: Parameters) -> dict[str, str]:
    """Return the parameters that have no effect, whether given or not, and why."""
    source = p.field.source
    idle: dict[str, str] = {}
    if source == "synthetic":
        idle |= dict.fromkeys(FIELD_TABLES, "needs source = 'tables' or source = 'register'; source is 'synthetic'")
    if source == "tables":
        idle |= {name: _SAID.format(f"{name}_table") for name in ("organizations", "issues", "funders") if p.get(f"{name}_table")}
    if not p.field.coalitions_table:
        idle.setdefault("memberships_table", "needs coalitions_table, the coalitions whose members it tells")
    elif p.simulation.burn_in:
        idle["burn_in"] = "must be 0 beside coalitions_table, whose coalitions set the field in motion"
    if source == "register":
        idle |= dict.fromkeys(("organizations", "funders", "mission_spread", "capacity_sigma"), _SAID.format("source = 'register'"))
        idle["issues"] = _SAID.format("issues_table" if p.field.issues_table else "organizations_per_issue")
        if p.field.issues_table:
            idle["organizations_per_issue"] = _SAID.format("issues_table")
        if p.field.funders_table:
            idle |= dict.fromkeys(("payout", "coalition_share"), _SAID.format("funders_table"))
    else:
        idle |= dict.fromkeys(_OF_REGISTERS, f"needs source = 'register'; source is '{source}'")
        if source == "tables" and p.field.organizations_table:
            del idle["cost_per_employee"]  # says what the capacities of the table are worth
    if p.focal.focal_launch_month is None:
        idle |= dict.fromkeys(OF_THE_INITIATIVE, "needs focal_launch_month, the month in which the initiative launches")
    return idle


_SAID = "has no effect beside {}, which says it"
