"""`Parameters`: one scenario's values, frozen, checked, addressed by names unique across sections."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn, Self

from pydantic import ConfigDict, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from coalsim.errors import ParameterError, nearest, shown
from coalsim.parameters import field_sections, process_sections
from coalsim.parameters.declare import Declaration, Section, describe
from coalsim.parameters.own import own_declaration, own_names, own_sections


class Parameters(Section):
    """The parameters of one scenario.

    Sections are the tables of a configuration file; names are unique across them, so values are read
    and replaced without naming a section.

    Examples
    --------
    >>> p = Parameters().replace(openness=0.7, effort=50)
    >>> p.get("effort")
    50.0
    >>> p.investing.contribution_rate == p.get("contribution_rate")
    True
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

    _own: dict[str, Section] = PrivateAttr(default_factory=dict)  # sections of mechanisms that are not at their defaults

    @model_validator(mode="before")
    @classmethod
    def _sections(cls, given: Any) -> Any:
        """Say how parameters are changed to whoever gives them by name, which is no way to make them."""
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ParameterError(f"Parameters takes sections, and {name!r} is none; allowed: Parameters().replace({name}=...)")
        return given

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

    def __iter__(self) -> NoReturn:
        """Be one value, also for a `mesa.batch_run`, which would take pydantic's models apart into sections."""
        raise TypeError("Parameters are one value, the scenario; `flat()` gives the values of all parameters by name")

    def get(self, name: str) -> Any:
        """Return the value of the parameter `name`; raise `ParameterError` if there is none."""
        section = _attributes().get(name)
        if section is not None:
            return getattr(getattr(self, section), name)
        declared = declaration(name)
        own = self._own.get(declared.section)
        return declared.default if own is None else getattr(own, name, declared.default)

    @classmethod
    def model1(cls) -> Parameters:
        """Return the parameters of model 1: the first design, every mechanism of model 2 at its null value.

        A configuration or a design says so with ``model = 1``.
        """
        return _model1()

    @property
    def own(self) -> dict[str, dict[str, Any]]:
        """The parameters of mechanisms of one's own that are not at their defaults, by mechanism."""
        return {name: section.model_dump() for name, section in self._own.items()}

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
            if mechanism in own_sections():
                own = (declaration(name) for name in own_sections()[mechanism].model_fields)
                found = {d.name: d.null for d in own if d.null is not None}
                if not found:
                    raise ParameterError(f"mechanism '{mechanism}' declares no null value; leave it out instead")
                nulls.update(found)
                continue
            if mechanism not in MECHANISMS:
                known = (*MECHANISMS, *own_sections())
                raise ParameterError(f"mechanism '{mechanism}' is unknown{nearest(mechanism, known)}; known: {', '.join(known)}")
            nulls.update({d.name: d.null for d in declarations().values() if d.mechanism == mechanism})
        return self.replace(**nulls)

    def flat(self) -> dict[str, Any]:
        """Return all values by name, in the order of declaration."""
        own = (name for section in self.own.values() for name in section)
        return {name: self.get(name) for name in (*declarations(), *own)}

    def changed(self, since: Parameters | None = None) -> dict[str, Any]:
        """Return the values that differ from the defaults, or from those of another scenario, by name.

        What is kept says how it differs from `model1`, which never changes, and not from the defaults, which may.
        """
        before = {} if since is None else since.flat()
        return {name: value for name, value in self.flat().items() if value != before.get(name, declaration(name).default)}


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
            found[name] = describe(section, name, field, cls.shapes)
    return found


@cache
def _attributes() -> dict[str, str]:
    """Return the attribute that holds the section of every parameter, by the parameter's name."""
    return {name: _attribute(declared.section) for name, declared in declarations().items()}


def declaration(name: str) -> Declaration:
    """Return what is declared of `name`, or raise `ParameterError` naming the nearest known one."""
    found = find(name)
    if found is None:
        raise ParameterError(f"parameter '{name}' is unknown{nearest(name, (*declarations(), *own_names()))}")
    return found


def find(name: str) -> Declaration | None:
    """Return what is declared of `name`, by the model or a mechanism; None if there is no such parameter."""
    return declarations().get(name) or own_declaration(name)


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


MODELS = (1, 2)
"""Models whose values configurations may begin with; the last is the default."""


@cache
def _model1() -> Parameters:
    text = (files("coalsim.parameters") / "data" / "model1.toml").read_text(encoding="utf-8")
    return from_mapping(tomllib.loads(text))


def of_model(model: object) -> Parameters:
    """Return the values that ``model = 1`` or ``model = 2`` in a file stands for; raise `ParameterError` if it is another."""
    if type(model) is not int or model not in MODELS:
        raise ParameterError(f"model = {shown(model)}; allowed: {', '.join(map(str, MODELS))}")
    return Parameters.model1() if model == 1 else Parameters()


def from_mapping(tables: dict[str, Any]) -> Parameters:
    """Build `Parameters` from nested tables, turning every complaint into one line.

    What is left out has its default, or with ``model = 1`` beside the tables its value in model 1.
    """
    known = {**sections(), **own_sections()}
    begun = of_model(tables["model"]) if "model" in tables else None
    tables = {section: values for section, values in tables.items() if section != "model"}
    for section, values in tables.items():
        if section not in known and section in _OF_DESIGNS and not set(tables) & set(known):
            raise ParameterError("it is the design of a sweep (coalsim sweep); a configuration is needed")
        if section not in known:
            if section in declarations():
                raise ParameterError(f"{section} stands outside a section; it belongs to [{declarations()[section].section}]")
            raise ParameterError(f"section [{section}] is unknown{nearest(section, known)}")
        if isinstance(values, Section):
            continue
        if not isinstance(values, dict):
            raise ParameterError(f"{section} = {shown(values)}: [{section}] is a section, a table of parameters")
        fields = known[section].model_fields
        for name in values:
            if name not in fields:
                raise ParameterError(_unknown(section, name))
    if begun is not None:
        tables |= {name: getattr(begun, _attribute(name)).model_dump() | dict(tables.get(name, {})) for name in sections()}
    try:
        found = Parameters.model_validate({_attribute(section): values for section, values in tables.items() if section in sections()})
    except ValidationError as error:
        raise ParameterError(_one_line(error.errors()[0])) from None
    for section, cls in own_sections().items():
        if section in tables:
            try:
                made = cls.model_validate(tables[section])
            except ValidationError as error:
                first = error.errors()[0]
                raise ParameterError(_one_line({**first, "loc": (section, *first["loc"])})) from None
            if made != cls():
                found._own[section] = made
    return found


_OF_DESIGNS = ("config", "design", "factors", "points", "fixed", "samples", "replicates")
"""What stands in designs of sweeps, and never in configurations."""


def _unknown(section: str, name: str) -> str:
    if (declared := find(name)) is not None:
        return f"[{section}] {name} is out of place; it belongs to [{declared.section}]"
    known = [*{**sections(), **own_sections()}[section].model_fields, *declarations()]
    return f"[{section}] {name} is unknown{nearest(name, known)}"


def _one_line(error: ErrorDetails) -> str:
    """Say where, what was found, and what is allowed."""
    if error["type"] == "consistency":
        return error["msg"]
    section, name = str(error["loc"][0]).rstrip("_"), str(error["loc"][1])
    declared = declaration(name)
    found = f"[{section}] {name} = {shown(error['input'])}"
    allowed = f"allowed: {declared.range}" if declared.range else ""
    if error["type"] in ("greater_than", "greater_than_equal", "less_than_equal", "literal_error", "finite_number"):
        return f"{found} is out of range; {allowed} ({declared.unit})"
    return f"{found} is of the wrong type; a {declared.kind} is needed" + (f", {allowed}" if allowed else "")


def _regrouped(base: Parameters, values: dict[str, Any]) -> dict[str, Any]:
    """Return `base` as nested tables with `values` put in by name.

    Sections without any of them stay what they are: frozen and checked already, they are shared, not copied.
    """
    tables: dict[str, Any] = {section: getattr(base, _attribute(section)) for section in sections()}
    tables |= {section: dict(own) for section, own in base.own.items()}
    for name, value in values.items():
        section = declaration(name).section
        if isinstance(tables.setdefault(section, {}), Section):
            tables[section] = tables[section].model_dump()
        tables[section][name] = value
    return tables


MECHANISMS: dict[str, tuple[str, ...]] = {}
"""Mechanisms that ``--without`` switches off, each with the parameters it sets to their null values."""
for _declared in declarations().values():
    if _declared.mechanism:
        MECHANISMS[_declared.mechanism] = (*MECHANISMS.get(_declared.mechanism, ()), _declared.name)
