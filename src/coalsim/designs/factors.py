"""Factors: what a sweep varies, as lists of values, ranges, or named groups of settings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.counts import MAX_SCENARIOS, said
from coalsim.designs.checks import check_name
from coalsim.errors import ParameterError
from coalsim.inputs import beside, read_toml
from coalsim.parameters import find
from coalsim.parameters.model import canonical, declaration
from coalsim.parameters.toml import located


class _OfOne:
    """What sets one parameter."""

    name: str

    @property
    def sets(self) -> frozenset[str]:
        """The parameters it sets."""
        return frozenset((self.name,))

    @property
    def always(self) -> frozenset[str]:
        """The parameters that each of its values sets."""
        return self.sets

    def settings(self, value: Any) -> dict[str, Any]:
        """Return the parameters that `value` sets."""
        return {self.name: value}


class _Listed:
    """What has a list of values."""

    values: Any

    @property
    def count(self) -> int:
        """How many values a grid has of it."""
        return len(self.values)

    def at(self, place: float) -> Any:
        """Return the value at `place` of the unit interval: as many equal parts as values."""
        return self.values[min(int(place * len(self.values)), len(self.values) - 1)]


@dataclass(frozen=True)
class Values(_OfOne, _Listed):
    """A parameter that takes each of a list of values."""

    name: str
    values: tuple[Any, ...]

    def spec(self) -> Any:
        """Return the factor as a design file says it."""
        return list(self.values)


@dataclass(frozen=True)
class Range(_OfOne):
    """A parameter that takes any value from `low` to `high`: whole numbers if the parameter has them.

    `log` samples the logarithm evenly; `steps` is the number of values, evenly spaced, in a grid.
    """

    name: str
    low: float
    high: float
    log: bool = False
    steps: int | None = None

    @property
    def _whole(self) -> bool:
        return is_whole(self.name)

    def at(self, place: float) -> Any:
        """Return the value at `place` of the unit interval."""
        if self._whole:
            return min(int(self.low) + int(place * (self.high - self.low + 1)), int(self.high))
        if self.log:
            found = float(np.exp(np.log(self.low) + place * (np.log(self.high) - np.log(self.low))))
            return min(max(found, self.low), self.high)  # rounding would go beyond what is allowed
        return float(self.low + place * (self.high - self.low))

    @property
    def count(self) -> int:
        """How many values a grid has of it: as many as steps, or as there are whole numbers."""
        if self.steps is None:
            raise ParameterError(f"[factors] {self.name}: a grid needs a list of values, or steps")
        return min(self.steps, int(self.high - self.low) + 1) if self._whole else self.steps

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of a grid."""
        if self.steps is None:
            raise ParameterError(f"[factors] {self.name}: a grid needs a list of values, or steps")
        if self._whole and self.steps > self.high - self.low:
            return tuple(range(int(self.low), int(self.high) + 1))
        places = np.linspace(0, 1, self.steps)
        if self._whole:
            return tuple(dict.fromkeys(round(self.low + place * (self.high - self.low)) for place in places))
        return tuple(self.at(float(place)) for place in places)

    def spec(self) -> Any:
        """Return the factor as a design file says it."""
        spec: dict[str, Any] = {"low": self.low, "high": self.high}
        return spec | ({"log": True} if self.log else {}) | ({"steps": self.steps} if self.steps else {})


@dataclass(frozen=True)
class Groups(_Listed):
    """Settings of several parameters at once, chosen by a label: a field, a kind of environment.

    With `beneath`, a world that the other factors change: where they set one of its parameters too, they go before, on purpose.
    """

    name: str
    groups: Mapping[str, Mapping[str, Any]]
    beneath: bool = False

    @property
    def sets(self) -> frozenset[str]:
        """The parameters that any label sets, and no other factor may."""
        return frozenset() if self.beneath else frozenset(name for group in self.groups.values() for name in group)

    @property
    def always(self) -> frozenset[str]:
        """The parameters that each label sets."""
        return frozenset.intersection(*(frozenset(group) for group in self.groups.values()))

    @property
    def values(self) -> tuple[str, ...]:
        """The labels."""
        return tuple(self.groups)

    def settings(self, value: Any) -> dict[str, Any]:
        """Return the parameters that the label `value` sets."""
        if value not in self.groups:
            raise ParameterError(f"[factors] {self.name} = {value!r} is not among its labels: {', '.join(self.groups)}")
        return dict(self.groups[value])

    def spec(self) -> Any:
        """Return the factor as a design file says it, files replaced by what they say."""
        return {label: dict(group) for label, group in self.groups.items()}


Factor = Values | Range | Groups


def is_whole(name: str) -> bool:
    """Return whether a name is that of a parameter whose values are whole numbers."""
    declared = find(name)
    return declared is not None and declared.kind == "whole number"


_RANGE = {"low", "high", "log", "steps"}


def factor(name: str, given: Any, file: Path | None = None) -> Factor:
    """Read a factor from what a design says of it.

    Parameters
    ----------
    name
        A parameter, or for groups of settings any other name.
    given
        A sequence of values; a table with ``low``, ``high`` and perhaps ``log`` and ``steps``; or a table of
        labels, each with a table of settings or the name of a configuration file, whose settings it stands for.
    file
        File that says it, which file names are relative to; default: they are relative to the current folder.

    Raises
    ------
    ParameterError
        It is none of these, or names an unknown parameter.
    """
    if isinstance(given, Values | Range | Groups):
        return given
    check_name(f"[factors] {said(name)}", name)
    if isinstance(given, Mapping) and (not set(given) <= _RANGE or _labelled(name, given)):
        for label in given:
            check_name(f"[factors] {name}: label {said(label)}", label)
        return Groups(name, {label: _group(name, label, group, file) for label, group in given.items()})
    declared = declaration(name)
    if isinstance(given, Mapping):
        return _range(name, dict(given), declared.kind)
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise ParameterError(f"[factors] {name} = {said(given)}: a list of values, or a table with low and high, is needed")
    values = given if file is None else located({name: list(given)}, file)[name]
    return Values(name, tuple(canonical(name, value) for value in values))


def _labelled(name: str, given: Mapping[str, Any]) -> bool:
    """Return whether what might be a range has labels instead that are called as its ends: ``low`` and ``high`` settings."""
    return any(isinstance(value, Mapping) or (isinstance(value, str) and find(name) is None) for value in given.values())


def frozen(value: Any) -> Any:
    """Return a value as parameters have it: lists of months, which TOML and JSON know as lists, as tuples."""
    return tuple(value) if isinstance(value, list) else value


def _range(name: str, given: dict[str, Any], kind: str) -> Range:
    def wrong(found: str, needed: str) -> ParameterError:
        return ParameterError(f"[factors] {name}: {found}; {needed}")

    if kind not in ("number", "whole number"):
        raise wrong(f"a range is given, but its values are not numbers ({kind})", "a list of values is needed")
    for key in ("low", "high"):
        if type(given.get(key)) not in (int, float):
            raise wrong(f"{key} = {said(given.get(key))}", "a number is needed")
        if not _finite(given[key]):
            raise wrong(f"{key} = {said(given[key])}", "a finite number is needed")
    low, high, log, steps = given["low"], given["high"], given.get("log", False), given.get("steps")
    if kind == "whole number" and (low != int(low) or high != int(high)):
        raise wrong(f"low = {low}, high = {high}", "whole numbers are needed")
    if not low < high:
        raise wrong(f"low = {low}, high = {high}", "low must be below high")
    if type(log) is not bool:
        raise wrong(f"log = {said(log)}", "true or false is needed")
    if log and kind == "whole number":
        raise wrong("log = true", "the parameter has whole numbers, whose logarithms are not even; leave log out")
    if log and low <= 0:
        raise wrong(f"low = {low}", "with log = true, low must be above 0")
    if steps is not None and (type(steps) is not int or not 2 <= steps <= MAX_SCENARIOS):
        raise wrong(f"steps = {said(steps)}", f"a whole number >= 2 and <= {MAX_SCENARIOS:,} is needed")
    if steps is not None and kind == "number" and high - low < 8 * steps * math.ulp(max(abs(low), abs(high))):
        raise wrong(f"steps = {steps}", f"so many different numbers do not lie between {low} and {high}")
    return Range(name, low, high, log, steps)


def _finite(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _group(name: str, label: str, group: Any, file: Path | None) -> dict[str, Any]:
    if isinstance(group, str):
        from coalsim.parameters.toml import from_tables

        path = Path(group if file is None else beside(file, group, ParameterError))
        tables = read_toml(path)
        loaded = from_tables(tables, path)
        return {key: loaded.get(key) for section in tables.values() for key in section}
    if not isinstance(group, Mapping):
        allowed = "a table of settings or the name of a configuration file"
        raise ParameterError(f"[factors] {name}.{label} = {said(group)}: {allowed} is needed")
    for key in group:
        if find(key) is None:
            raise ParameterError(f"[factors] {name}.{label}: {_unknown(key)}")
    settings = group if file is None else located(group, file)
    return {key: canonical(key, value) for key, value in settings.items()}


def _unknown(key: str) -> str:
    try:
        declaration(key)
    except ParameterError as error:
        return str(error)
    raise AssertionError(f"{key} is known")


def place(sample: NDArray[np.float64], factors: Sequence[Factor]) -> list[dict[str, Any]]:
    """Return the factor values of each row of a sample of the unit cube, shape (scenarios, factors)."""
    return [{f.name: f.at(float(u)) for f, u in zip(factors, row, strict=True)} for row in sample]
