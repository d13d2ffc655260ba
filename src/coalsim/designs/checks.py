"""What a design may not say, since it would have no effect, or another one than it seems to have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coalsim.counts import said
from coalsim.errors import ParameterError
from coalsim.tables.columns import REPLICATE, SCENARIO

if TYPE_CHECKING:
    from coalsim.designs.factors import Factor

_KEYS = (SCENARIO, REPLICATE)
"""Columns that every table has: no factor can be called so."""


def point_key(point: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two points share if they are one scenario: 30 and 30.0 are one value, lists of months are tuples."""
    return tuple((name, value_key(point[name])) for name in sorted(point))


def value_key(value: Any) -> Any:
    """Return what values of parameters are compared by: lists by their items, and true is not 1."""
    if isinstance(value, (list, tuple)):
        return tuple(value_key(item) for item in value)
    return (isinstance(value, bool), value) if isinstance(value, (int, float, str, type(None))) else repr(value)


def distinct(made: Factor) -> Factor:
    """Return a factor none of whose values comes twice; `ParameterError` if one does, as its runs would count twice."""
    seen: set[Any] = set()
    for value in () if isinstance(made.spec(), Mapping) else made.values:
        if value_key(value) in seen:
            raise ParameterError(f"[factors] {made.name}: {said(value)} is there twice; each value is needed once")
        seen.add(value_key(value))
    return made


def check_apart(factors: Mapping[str, Factor]) -> None:
    """Raise `ParameterError` if two factors set one parameter, alone or in groups: only the later would have an effect."""
    by: dict[str, str] = {}
    for name, kind in factors.items():
        for parameter in sorted(kind.sets):
            if parameter in by:
                raise ParameterError(
                    f"[factors] {by[parameter]} and {name} both set {parameter}; a parameter can be set by one factor only"
                )
            by[parameter] = name


def check_name(what: str, name: Any) -> None:
    """Refuse what cannot be the name of a column or stand in a table."""
    if not isinstance(name, str) or not name.strip():
        raise ParameterError(f"{what}: a name is needed, text that is not empty")
    if len(name) > 200:
        raise ParameterError(f"{what}: the name has {len(name)} characters; allowed: 200")
    if any(character in name for character in "\0\n\r\t") or any("\ud800" <= character <= "\udfff" for character in name):
        raise ParameterError(f"{what}: the name has line breaks or characters that cannot be written")
    if name in _KEYS:
        raise ParameterError(f"{what}: every table has a column of that name; another name is needed")


def check_distinct(points: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]] = (), design: str = "design") -> None:
    """Refuse a scenario that is listed twice, or listed beside a design that has it: its runs would count twice."""
    first: dict[tuple[Any, ...], int] = {}
    for number, point in enumerate(points):
        key = point_key(point)
        if key in first:
            raise ParameterError(f"point {number} is the same as point {first[key]}; each scenario is needed once")
        first[key] = number
    for point in others:
        if (key := point_key(point)) in first:
            raise ParameterError(f"point {first[key]} is a scenario of the {design} already; each scenario is needed once")


def check_fixed(fixed: Mapping[str, Any], factors: Mapping[str, Factor]) -> None:
    """Refuse a fixed value that every scenario replaces: it would have no effect."""
    for name, kind in factors.items():
        for parameter in sorted(kind.always & set(fixed)):
            raise ParameterError(f"[fixed] {parameter} = {said(fixed[parameter])} would have no effect: factor {name} sets it")
