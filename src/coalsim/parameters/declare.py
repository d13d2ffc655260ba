"""How a parameter is declared: one call gives default, unit, range, meaning, null value and evidence.

Everything users see about a parameter (default configuration, schema, ``coalsim params``, the table
in the ODD) is generated from these declarations.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from coalsim.moved import renamed

Shapes = Literal["", "field", "block"]
Evidence = Literal["empirical", "judgment", "arbitrary"]

NEVER = 1_000_000
"""A number of months no run reaches: the null value of waiting times."""

ENDLESS = 1e18
"""The longest mean wait, and the largest effort: what ends by it never does. Finite, as infinity is no number of JSON."""


Months = Annotated[tuple[int, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
"""A list of months: a TOML array, kept as a tuple so that it cannot change."""


class Section(BaseModel):
    """A frozen group of parameters: one table of the TOML configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    shapes: ClassVar[Shapes] = ""
    """What its parameters shape that do not say otherwise; see `parameter`."""


class Declaration(NamedTuple):
    """What is declared of one parameter."""

    name: str
    section: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    open_low: bool
    choices: tuple[str, ...]
    kind: str
    meaning: str
    null: Any
    mechanism: str
    evidence: Evidence
    plausible: tuple[float, float] | None
    shapes: Shapes

    @property
    def range(self) -> str:
        """The allowed values, as people write them: ``0..1``, ``> 0``, ``synthetic | tables``."""
        if self.choices:
            return " | ".join(self.choices)
        if self.low is None and self.high is None:
            return ""
        if self.low is None:
            return f"<= {_plain(self.high)}"
        if self.high is None:
            return f"{'>' if self.open_low else '>='} {_plain(self.low)}"
        if self.open_low:
            return f"> {_plain(self.low)} and <= {_plain(self.high)}"
        return f"{_plain(self.low)}..{_plain(self.high)}"


def _plain(value: float | None) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@renamed(standing="evidence")
def parameter(
    default: Any,
    unit: str,
    meaning: str,
    low: float | None = None,
    high: float | None = None,
    *,
    above: float | None = None,
    null: Any = None,
    mechanism: str = "",
    evidence: Evidence = "judgment",
    plausible: tuple[float, float] | None = None,
    shapes: Shapes = "",
) -> Any:
    """Declare a parameter of a `Section`.

    Parameters
    ----------
    default
        Value when a configuration is silent.
    unit
        Unit ("share", "month", "FTE-month" ...); "1" for a pure number.
    meaning
        One sentence, as printed by ``coalsim params``.
    low, high
        Smallest and largest value allowed, both included.
    above
        Instead of `low`: a bound that is itself not allowed.
    null
        Value at which the mechanism is switched off; None where there is no such value.
    mechanism
        Name under which ``--without`` sets the parameter to `null`.
    evidence
        "empirical" (estimated from data), "judgment" (order of magnitude argued for),
        "arbitrary" (a modelling choice without evidence).
    plausible
        Range over which sensitivity is studied; narrower than what is allowed.
    shapes
        "field" if the field at the start depends on it, "block" if the shapes of arrays do as well: runs that differ in it
        are then never in one block.
    """
    extra = {
        "unit": unit,
        "null": null,
        "mechanism": mechanism,
        "evidence": evidence,
        "plausible": list(plausible) if plausible else None,
    } | ({"shapes": shapes} if shapes else {})
    bounds: dict[str, Any] = {"ge": low, "gt": above, "le": high}
    return Field(
        default,
        description=meaning,
        json_schema_extra=extra,
        **{k: v for k, v in bounds.items() if v is not None},
    )


def describe(section: str, name: str, field: FieldInfo, shapes: Shapes = "") -> Declaration:
    """Read a declaration back from a pydantic field of a section that shapes `shapes`."""
    extra: Any = field.json_schema_extra
    low = high = None
    open_low = False
    for item in field.metadata:
        if getattr(item, "ge", None) is not None:
            low = item.ge
        if getattr(item, "gt", None) is not None:
            low, open_low = item.gt, True
        if getattr(item, "le", None) is not None:
            high = item.le
    kind, choices = _kind(field.annotation)
    plausible = extra["plausible"]
    return Declaration(
        name=name,
        section=section,
        default=field.default,
        unit=extra["unit"],
        low=low,
        high=high,
        open_low=open_low,
        choices=choices,
        kind=kind,
        meaning=field.description or "",
        null=extra["null"],
        mechanism=extra["mechanism"],
        evidence=extra["evidence"],
        plausible=tuple(plausible) if plausible else None,
        shapes=extra.get("shapes", shapes),
    )


def _kind(annotation: Any) -> tuple[str, tuple[str, ...]]:
    """Name the type of a field as a user would, with its choices if it has any."""
    text = str(annotation)
    if "Literal" in text:
        return "choice", tuple(annotation.__args__)
    if annotation is bool or text.startswith("bool"):
        return "true or false", ()
    if "tuple" in text:
        return "list of months", ()
    if "float" in text:
        return "number", ()
    if text == "str | int":
        return "text or whole number", ()
    if "int" in text:
        return "whole number", ()
    return "text", ()
