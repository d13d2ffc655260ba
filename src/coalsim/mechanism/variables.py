"""Variables of the state: each declared once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from coalsim.errors import ParameterError, nearest

if TYPE_CHECKING:
    from coalsim.field.model import Field
    from coalsim.parameters import Parameters

Kind = Literal["organization", "membership", "acquaintance", "initiative", "relation", "coalition", "issue", "funder", "run"]
"""What a variable is of. A membership is an organization's, by slot; initiative and coalition stand at their convener's
number; an acquaintance is a place in an organization's list, a relation an initiative's with a funder it has met."""

Event = Literal["launch", "release", "end", "never"]
"""When a variable goes back to its null: its coalition is launched, its membership or its initiative ends."""

_RESET: Mapping[str, Event] = MappingProxyType({"coalition": "launch", "membership": "release", "initiative": "end", "relation": "end"})
NO_MONTH = -1_000_000_000
"""The null of a month: no month is as early, not even that in which the longest research before the longest burn-in began."""

_NULLS: Mapping[type, Any] = MappingProxyType({int: -1, float: float("nan"), bool: False})

Start: TypeAlias = "str | Callable[[Field, Parameters], Any] | None"


@dataclass(frozen=True)
class Variable:
    """A variable of the state; see `variable`."""

    name: str
    of: Kind
    meaning: str
    dtype: type
    null: Any
    start: Start
    axes: str | int
    reset: Event
    docks: bool
    shown: str
    refers: str


def variable(
    name: str,
    of: Kind,
    meaning: str = "",
    *,
    dtype: type = float,
    null: Any = None,
    start: Start = None,
    axes: str | int = "",
    reset: Event | None = None,
    docks: bool = True,
    shown: str = "",
    refers: str = "",
) -> Variable:
    """Declare a variable of the state.

    Parameters
    ----------
    name
        Its name, an attribute of `coalsim.vectorized.state.State`, and of the agent in the Mesa engine.
    of
        Of what there is one value each.
    meaning
        One sentence, with unit and range.
    dtype
        float, int or bool.
    null
        Value of what does not exist, and before anything has happened; by default NaN, -1 (nobody, no month) or False.
    start
        Value before the first month: name of an attribute of `coalsim.field.Field`, or a function of a run's field and
        parameters that returns one value for each entity, entities first. By default all are null.
    axes
        "dimensions" if a value is a place in the issue space, or a number of components; these come first in the array.
    reset
        When it goes back to `null`: by default at the "launch" if it is a coalition's, at the "release" if it is a
        membership's, at the "end" if it is an initiative's or a relation's, otherwise "never".
    docks
        Whether both engines must agree on it after every month.
    shown
        Docking compares it only where this variable (yes or no, of the same) holds; by default, if it is a coalition's,
        where one is running.
    refers
        "organization" or "issue" if it is the number of one.

    Raises
    ------
    ParameterError
        An argument is not allowed.
    """
    check("variable", name, "of", of, get_args(Kind))
    check("variable", name, "reset", reset or "never", get_args(Event))
    if dtype not in _NULLS:
        raise ParameterError(f"variable '{name}': dtype = {dtype!r}; allowed: {', '.join(kind.__name__ for kind in _NULLS)}")
    if not name.isidentifier():
        raise ParameterError(f"variable '{name}': a name for an attribute is needed")
    null = _NULLS[dtype] if null is None else null
    if of == "coalition" and not shown and name != "running":
        shown = "running"
    return Variable(name, of, meaning, dtype, null, start, axes, reset or _RESET.get(of, "never"), docks, shown, refers)


def check(what: str, name: str, key: str, value: Any, allowed: Iterable[str]) -> None:
    """Raise `ParameterError` unless a value in the declaration of `name` is one of those that are allowed."""
    allowed = tuple(allowed)
    if value not in allowed:
        raise ParameterError(f"{what} '{name}': {key} {value!r} is unknown{nearest(str(value), allowed)}; allowed: {', '.join(allowed)}")
