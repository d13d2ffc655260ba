"""How a statistic is declared: once, with name, unit, meaning, what it reads and what can be chosen about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from coalsim.calibration.statistics.seen import Seen
from coalsim.errors import ParameterError, nearest
from coalsim.tables.columns import TABLES

Function = Callable[..., float]


@dataclass(frozen=True)
class Option:
    """Something that a targets file can choose about a statistic.

    Attributes
    ----------
    kind : "number", "numbers" (a list), "text", "table of conditions", or the texts that are allowed, as a tuple
    meaning : one sentence
    default : its value if the file is silent; `REQUIRED` if it must be given
    """

    kind: str | tuple[str, ...]
    meaning: str
    default: Any = None

    def check(self, name: str, value: Any) -> Any:
        """Return a value that was given, or raise `ParameterError`."""
        if isinstance(self.kind, tuple):
            if value not in self.kind:
                raise ParameterError(f"{name} = {value!r} is unknown{nearest(str(value), self.kind)}; allowed: {', '.join(self.kind)}")
        elif self.kind == "number":
            if not _number(value):
                raise ParameterError(f"{name} = {value!r} is of the wrong type; a number is needed")
            return float(value)
        elif self.kind == "numbers":
            if not isinstance(value, list | tuple) or not value or not all(map(_number, value)):
                raise ParameterError(f"{name} = {value!r} is of the wrong type; a list of numbers is needed")
            return [float(item) for item in value]
        elif self.kind == "text":
            if not isinstance(value, str):
                raise ParameterError(f"{name} = {value!r} is of the wrong type; a text is needed")
        elif not isinstance(value, Mapping):
            raise ParameterError(f"{name} = {value!r} is of the wrong type; a table of conditions is needed")
        return value


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and value == value


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
    """

    name: str
    unit: str
    meaning: str
    function: Function
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)

    def chosen(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all options, those that were given checked.

        Raises
        ------
        ParameterError
            One is unknown, missing, or not allowed.
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
        return out

    def reads(self, options: Mapping[str, Any]) -> dict[str, set[str]]:
        """Return the columns it reads with these options, by table."""
        found: dict[str, set[str]] = {table: set(columns) for table, columns in self.needs.items()}
        table = options.get("table")
        place = table if table is not None else next(iter(found), "coalitions")
        found.setdefault(place, set()).update(options[name] for name in ("column", "per", "other") if options.get(name))
        found[place].update(options.get("where") or {})
        for name in ("against", "which"):
            found[place].update(options.get(name) or {})
        return found


LIBRARY: dict[str, Statistic] = {}
"""The statistics that come with coalsim, by name."""

WHERE = Option("table of conditions", "Rows that are taken: {column = value}, or {column = {at_least = 1, below = 9}}.")


def statistic(
    name: str, unit: str, meaning: str, needs: Mapping[str, tuple[str, ...]] | None = None, **options: Option
) -> Callable[[Function], Function]:
    """Put a function into the library."""

    def declared(function: Function) -> Function:
        LIBRARY[name] = Statistic(name, unit, meaning, function, needs or {}, options)
        return function

    return declared


OF_RUNS = ("organizations", "months", "setting", "resources")
"""Columns that `Seen` adds to tables."""


def check_columns(name: str, reads: Mapping[str, set[str]], extra: set[str]) -> None:
    """Raise `ParameterError` if a statistic reads what results do not have.

    Parameters
    ----------
    name
        Of the target, for the message.
    reads
        Columns by table.
    extra
        Names of parameters that are varied within the group: tables have a column for each.
    """
    for table, columns in reads.items():
        known = {column.name for column in TABLES[table]} | extra | set(OF_RUNS)
        for column in sorted(columns):
            if column not in known:
                raise ParameterError(
                    f"{name} table {table} has no column '{column}'{nearest(column, known)} (`coalsim columns` lists them)"
                )


def one_of(*choices: str, meaning: str, default: Any = REQUIRED) -> Option:
    """Return an option with a few choices."""
    return Option(choices, meaning, default)


__all__ = ["LIBRARY", "OF_RUNS", "REQUIRED", "WHERE", "Function", "Option", "Seen", "Statistic", "check_columns", "one_of", "statistic"]
