"""How a statistic is declared: once, with name, unit, meaning, what it reads and what can be chosen about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coalsim.calibration.statistics.columns import ANY
from coalsim.calibration.statistics.seen import Seen, is_number
from coalsim.errors import ParameterError, nearest, shown

Function = Callable[..., float]
Options = Mapping[str, Any]
Range = tuple[float, float]


@dataclass(frozen=True)
class Option:
    """Something that a targets file can choose about a statistic.

    Attributes
    ----------
    kind : "number", "whole number", "numbers" (a list), "column" (of numbers), "table of conditions", or the texts that are allowed, as a
        tuple
    meaning : one sentence
    default : its value if the file is silent; `REQUIRED` if it must be given
    low, high : between which numbers are
    """

    kind: str | tuple[str, ...]
    meaning: str
    default: Any = None
    low: float = -math.inf
    high: float = math.inf

    def check(self, name: str, value: Any) -> Any:
        """Return a value that was given, or raise `ParameterError`."""
        if isinstance(self.kind, tuple):
            if value not in self.kind:
                raise ParameterError(f"{name} = {value!r} is unknown{nearest(str(value), self.kind)}; allowed: {', '.join(self.kind)}")
        elif self.kind == "numbers":
            if not isinstance(value, list | tuple) or not value or not all(map(is_number, value)):
                raise ParameterError(f"{name} = {shown(value)} is of the wrong type; a list of numbers is needed")
            if not all(self.low <= item <= self.high for item in value):
                raise ParameterError(f"{name} = {shown(value)}: numbers{self.allowed} are needed")
            return [float(item) for item in value]
        elif self.kind == "column":
            if not isinstance(value, str):
                raise ParameterError(f"{name} = {shown(value)} is of the wrong type; a text is needed")
        elif self.kind == "table of conditions":
            if not isinstance(value, Mapping):
                raise ParameterError(f"{name} = {shown(value)} is of the wrong type; a table of conditions is needed")
            if not value:
                raise ParameterError(f"{name} is empty; a condition is needed")
        else:
            if not is_number(value):
                raise ParameterError(f"{name} = {shown(value)} is of the wrong type; a {self.kind} is needed")
            whole = self.kind == "number" or (math.isfinite(value) and value == int(value))
            if not (whole and math.isfinite(value) and self.low <= value <= self.high):
                raise ParameterError(f"{name} = {value:g}: a {self.kind}{self.allowed} is needed")
            return float(value)
        return value

    @property
    def allowed(self) -> str:
        """What is allowed of numbers, for people; empty if all are."""
        if (self.low, self.high) == ANY:
            return ""
        return f" >= {self.low:g}" if math.isinf(self.high) else f" from {self.low:g} to {self.high:g}"


REQUIRED: Any = ...
"""The default of an option that has none."""


@dataclass(frozen=True)
class Statistic:
    """A number computed from the runs of a group.

    Attributes
    ----------
    name, unit, meaning : what it is
    function : from what was seen (`Seen`) and the options to the number; NaN where it has no value
    needs : columns it reads, by table
    options : what can be chosen about it
    possible : between which numbers it is, whatever happens in the runs; or a function from the options to that
    agree : says what is wrong with options that are allowed one by one; None if nothing is
    reach : from the options, the months that a coalition must be watched for it to have a value, and which option says so
    varying : options whose columns must differ among the rows for it to have a value
    logs : options whose columns must be above 0
    """

    name: str
    unit: str
    meaning: str
    function: Function
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    possible: Range | Callable[[Options], Range] = ANY
    agree: Callable[[Options], str | None] | None = None
    reach: Callable[[Options], tuple[float, str]] | None = None
    varying: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Travel to other processes by name, if it is in the library: what checks options need not be importable there."""
        return (_in_library, (self.name,)) if LIBRARY.get(self.name) is self else super().__reduce_ex__(protocol)

    def chosen(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all options, those that were given checked.

        Raises
        ------
        ParameterError
            One is unknown, missing, or not allowed, or they do not go together.
        """
        for name in given:
            if name not in self.options:
                known = ", ".join(self.options) or "none"
                raise ParameterError(f"'{name}' is no option of statistic '{self.name}'{nearest(name, self.options)}; options: {known}")
        out = {}
        for name, option in self.options.items():
            if name in given:
                out[name] = option.check(name, given[name])
            elif option.default is REQUIRED:
                raise ParameterError(f"statistic '{self.name}' needs {name}: {option.meaning}")
            else:
                out[name] = option.default
        if self.agree is not None and (wrong := self.agree(out)):
            raise ParameterError(wrong)
        return out

    def range(self, options: Options) -> Range:
        """Return between which numbers it is with these options."""
        return self.possible(options) if callable(self.possible) else self.possible

    def table(self, options: Options) -> str:
        """Return the table whose rows it takes."""
        return options.get("table") or next(iter(self.needs), "coalitions")

    def columns(self, options: Options) -> dict[str, str]:
        """Return the columns that are named by options, by option."""
        return {name: options[name] for name, option in self.options.items() if option.kind == "column" and options.get(name)}

    def conditions(self, options: Options) -> dict[str, Mapping[str, Any]]:
        """Return the tables of conditions, by option."""
        return {name: options[name] for name, option in self.options.items() if option.kind == "table of conditions" and options.get(name)}

    def reads(self, options: Mapping[str, Any]) -> dict[str, set[str]]:
        """Return the columns it reads with these options, by table."""
        found: dict[str, set[str]] = {table: set(columns) for table, columns in self.needs.items()}
        place = found.setdefault(self.table(options), set())
        place.update(self.columns(options).values())
        for where in self.conditions(options).values():
            place.update(where)
        return found


LIBRARY: dict[str, Statistic] = {}
"""The statistics that come with coalsim, by name."""


def _in_library(name: str) -> Statistic:
    return LIBRARY[name]


WHERE = Option("table of conditions", "Rows that are taken: {column = value}, or {column = {at_least = 1, below = 9}}.")


def statistic(
    name: str,
    unit: str,
    meaning: str,
    needs: Mapping[str, tuple[str, ...]] | None = None,
    *,
    possible: Range | Callable[[Options], Range] = ANY,
    agree: Callable[[Options], str | None] | None = None,
    reach: Callable[[Options], tuple[float, str]] | None = None,
    varying: tuple[str, ...] = (),
    logs: tuple[str, ...] = (),
    **options: Option,
) -> Callable[[Function], Function]:
    """Put a function into the library; arguments as the attributes of `Statistic`."""

    def declared(function: Function) -> Function:
        LIBRARY[name] = Statistic(name, unit, meaning, function, needs or {}, options, possible, agree, reach, varying, logs)
        return function

    return declared


def one_of(*choices: str, meaning: str, default: Any = REQUIRED) -> Option:
    """Return an option with a few choices."""
    return Option(choices, meaning, default)


__all__ = ["LIBRARY", "REQUIRED", "WHERE", "Function", "Option", "Options", "Range", "Seen", "Statistic", "one_of", "statistic"]
