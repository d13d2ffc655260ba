"""`Parameters`: one scenario's values, frozen, checked, addressed by names unique across sections."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from pydantic import ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from coalsim.errors import ParameterError, nearest, shown
from coalsim.parameters import field_sections, process_sections
from coalsim.parameters.declare import Declaration, Section, describe


class Parameters(Section):
    """The parameters of one scenario.

    Sections are the tables of a configuration file; names are unique across them, so values are read
    and replaced without naming a section.

    Examples
    --------
    >>> p = Parameters().replace(openness=0.7, effort=50)
    >>> p.get("effort")
    50.0
    >>> p.investing.contribution_rate
    0.08
    """

    model_config = ConfigDict(title="coalsim configuration")

    simulation: field_sections.Simulation = field_sections.Simulation()
    field: field_sections.FieldSection = field_sections.FieldSection()
    register_: field_sections.Register = field_sections.Register()
    environment: process_sections.Environment = process_sections.Environment()
    readiness: process_sections.Readiness = process_sections.Readiness()
    dialogue: process_sections.Dialogue = process_sections.Dialogue()
    mapping: process_sections.Mapping = process_sections.Mapping()
    intent: process_sections.Intent = process_sections.Intent()
    funding: process_sections.Funding = process_sections.Funding()
    joining: process_sections.Joining = process_sections.Joining()
    launching: process_sections.Launching = process_sections.Launching()
    investing: process_sections.Investing = process_sections.Investing()
    redefining: process_sections.Redefining = process_sections.Redefining()
    progress: process_sections.Progress = process_sections.Progress()
    leaving: process_sections.Leaving = process_sections.Leaving()
    ending: process_sections.Ending = process_sections.Ending()
    focal: process_sections.Focal = process_sections.Focal()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse combinations that no single range can exclude."""
        field, focal = self.field, self.focal
        if field.acquaintances == "listed" and field.initial_acquaintances > field.acquaintances_max:
            raise PydanticCustomError(
                "consistency",
                "initial_acquaintances = {have} does not fit into a list of acquaintances_max = {room}",
                {"have": field.initial_acquaintances, "room": field.acquaintances_max},
            )
        for name, months in (("window", self.environment.window_months), ("recession", self.environment.recession_months)):
            if any(month < 0 for month in months):
                raise PydanticCustomError(
                    "consistency", "{name}_months = {months}: months are numbered from 0", {"name": name, "months": list(months)}
                )
        if focal.focal_launch_month is not None:
            research = self.intent.research_months if focal.focal_research_months is None else focal.focal_research_months
            if focal.focal_launch_month < research:
                raise PydanticCustomError(
                    "consistency",
                    "focal_launch_month = {launch} is earlier than its research of {research} months allows",
                    {"launch": focal.focal_launch_month, "research": research},
                )
            if focal.focal_launch_month >= self.simulation.months:
                raise PydanticCustomError(
                    "consistency",
                    "focal_launch_month = {launch} is not within the run's months 0..{last}",
                    {"launch": focal.focal_launch_month, "last": self.simulation.months - 1},
                )
        return self

    def get(self, name: str) -> Any:
        """Return the value of the parameter `name`; raise `ParameterError` if there is none."""
        return getattr(getattr(self, _attribute(declaration(name).section)), name)

    def replace(self, **values: Any) -> Parameters:
        """Return a copy with other values, checked as a whole.

        Raises
        ------
        ParameterError
            A name is unknown, a value is of the wrong type or out of range.
        """
        return from_mapping(_regrouped(self, values))

    def without(self, *mechanisms: str) -> Parameters:
        """Return a copy in which the parameters of `mechanisms` have their null values."""
        nulls: dict[str, Any] = {}
        for mechanism in mechanisms:
            if mechanism not in MECHANISMS:
                known = ", ".join(MECHANISMS)
                raise ParameterError(f"mechanism '{mechanism}' is unknown{nearest(mechanism, MECHANISMS)}; known: {known}")
            nulls.update({d.name: d.null for d in declarations().values() if d.mechanism == mechanism})
        return self.replace(**nulls)

    def flat(self) -> dict[str, Any]:
        """Return all values by name, in the order of declaration."""
        return {name: self.get(name) for name in declarations()}

    def changed(self) -> dict[str, Any]:
        """Return the values that differ from the defaults, by name."""
        return {name: value for name, value in self.flat().items() if value != declarations()[name].default}


# The TOML table is called "register"; as an attribute that name belongs to a method of pydantic's base.
_ATTRIBUTES = {"register": "register_"}


def _attribute(section: str) -> str:
    return _ATTRIBUTES.get(section, section)


@cache
def sections() -> dict[str, type[Section]]:
    """Return the section classes by the name of their TOML table."""
    return {name.rstrip("_"): field.annotation for name, field in Parameters.model_fields.items()}  # type: ignore[misc]


@cache
def declarations() -> dict[str, Declaration]:
    """Return what is declared of every parameter, by name."""
    found: dict[str, Declaration] = {}
    for section, cls in sections().items():
        for name, field in cls.model_fields.items():
            if name in found:
                raise AssertionError(f"parameter {name} is declared twice")
            found[name] = describe(section, name, field)
    return found


def declaration(name: str) -> Declaration:
    """Return what is declared of `name`, or raise `ParameterError` naming the nearest known one."""
    try:
        return declarations()[name]
    except KeyError:
        raise ParameterError(f"parameter '{name}' is unknown{nearest(name, declarations())}") from None


def canonical(name: str, value: Any) -> Any:
    """Return a value of a parameter in the one form in which values are compared and kept: lists as tuples, ids as text.

    Of what is not a parameter, or not its kind of value, nothing is changed.
    """
    if isinstance(value, list):
        return tuple(value)
    declared = declarations().get(name)
    if declared is not None and declared.kind == "text or whole number" and type(value) is int:
        return str(value)
    return value


def from_mapping(tables: dict[str, Any]) -> Parameters:
    """Build `Parameters` from nested tables, turning every complaint into one line."""
    for section, values in tables.items():
        if section not in sections() and section in _OF_DESIGNS and not set(tables) & set(sections()):
            raise ParameterError("it is the design of a sweep (coalsim sweep); a configuration is needed")
        if section not in sections():
            if section in declarations():
                raise ParameterError(f"{section} stands outside a section; it belongs to [{declarations()[section].section}]")
            raise ParameterError(f"section [{section}] is unknown{nearest(section, sections())}")
        if not isinstance(values, dict):
            raise ParameterError(f"{section} = {shown(values)}: [{section}] is a section, a table of parameters")
        for name in values:
            if name not in sections()[section].model_fields:
                raise ParameterError(_unknown(section, name))
    try:
        return Parameters.model_validate({_attribute(section): values for section, values in tables.items()})
    except ValidationError as error:
        raise ParameterError(_one_line(error.errors()[0])) from None


_OF_DESIGNS = ("config", "design", "factors", "points", "fixed", "samples", "replicates")
"""What stands in designs of sweeps, and never in configurations."""


def _unknown(section: str, name: str) -> str:
    if name in declarations():
        return f"[{section}] {name} is out of place; it belongs to [{declarations()[name].section}]"
    known = [*sections()[section].model_fields, *declarations()]
    return f"[{section}] {name} is unknown{nearest(name, known)}"


def _one_line(error: ErrorDetails) -> str:
    """Say where, what was found, and what is allowed."""
    if error["type"] == "consistency":
        return error["msg"]
    section, name = str(error["loc"][0]).rstrip("_"), str(error["loc"][1])
    declared = declarations()[name]
    found = f"[{section}] {name} = {shown(error['input'])}"
    allowed = f"allowed: {declared.range}" if declared.range else ""
    if error["type"] in ("greater_than", "greater_than_equal", "less_than_equal", "literal_error", "finite_number"):
        return f"{found} is out of range; {allowed} ({declared.unit})"
    return f"{found} is of the wrong type; a {declared.kind} is needed" + (f", {allowed}" if allowed else "")


def _regrouped(base: Parameters, values: dict[str, Any]) -> dict[str, Any]:
    """Return `base` as nested tables with `values` put in by name."""
    tables = {section: getattr(base, _attribute(section)).model_dump(exclude_unset=False) for section in sections()}
    for name, value in values.items():
        tables[declaration(name).section][name] = value
    return tables


MECHANISMS: dict[str, tuple[str, ...]] = {}
"""Mechanisms that ``--without`` switches off, each with the parameters it sets to their null values."""
for _declared in declarations().values():
    if _declared.mechanism:
        MECHANISMS[_declared.mechanism] = (*MECHANISMS.get(_declared.mechanism, ()), _declared.name)
