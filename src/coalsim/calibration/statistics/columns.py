"""What the columns of tables hold, and whether a condition on one can be met by some rows and missed by others."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coalsim.calibration.statistics.seen import BOUNDS
from coalsim.errors import ParameterError, nearest, shown
from coalsim.tables.columns import TABLES
from coalsim.tables.outcomes import ENDINGS

WORDS = {"ending": ENDINGS}
"""The words that columns of words hold."""

OF_RUNS = ("organizations", "months", "setting")
"""Whole numbers that `Seen` adds to every table."""
OF_COALITIONS = "resources"
"""The number that it adds to coalitions."""

ANY = (-math.inf, math.inf)


@dataclass(frozen=True)
class Held:
    """What a column holds.

    Attributes
    ----------
    kind : float (perhaps nothing in some rows), int, bool or str
    words : what a column of words can hold
    low, high : between which its numbers are
    """

    kind: type
    words: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf


def columns_of(table: str, varied: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Held]:
    """Return what the columns of a table hold.

    Parameters
    ----------
    table
        "outcomes", "coalitions" or "monthly".
    varied
        Values of the parameters that are varied within the group, by name: tables have a column for each, but for lists.
    """
    found = {column.name: _held(column.name, column.dtype, column.unit) for column in TABLES[table]}
    found |= {name: Held(int) for name in OF_RUNS} | ({OF_COALITIONS: Held(float)} if table == "coalitions" else {})
    for name, values in (varied or {}).items():
        if any(isinstance(value, tuple | list) for value in values):
            continue
        kinds = {type(value) for value in values}
        if kinds <= {str}:
            found[name] = Held(str, tuple(dict.fromkeys(values)))
        else:
            found[name] = Held(kinds.pop() if len(kinds) == 1 and kinds <= {int, bool} else float)
    return found


def range_of(table: str, column: str) -> tuple[float, float]:
    """Return between which numbers the values of a column are, whatever happens in a run."""
    held = columns_of(table).get(column, Held(float))
    return held.low, held.high


def _held(name: str, kind: type, unit: str) -> Held:
    bounded = kind is bool or unit == "share"
    return Held(kind, WORDS.get(name, ()), *((0.0, 1.0) if bounded else ANY))


def check_columns(name: str, reads: Mapping[str, set[str]], varied: Mapping[str, Sequence[Any]] | None = None) -> None:
    """Raise `ParameterError` if a statistic reads what results do not have.

    Parameters
    ----------
    name
        Of the target, for the message.
    reads
        Columns by table.
    varied
        As in `columns_of`.
    """
    for table, columns in reads.items():
        known = columns_of(table, varied)
        for column in sorted(columns):
            if column not in known:
                raise ParameterError(
                    f"{name} table {table} has no column '{column}'{nearest(column, known)} (`coalsim columns` lists them)"
                )


def check_numbers(columns: Mapping[str, str], held: Mapping[str, Held]) -> None:
    """Raise `ParameterError` if an option names a column of words where numbers are needed; `columns` by option."""
    for option, column in columns.items():
        if held[column].kind is str:
            raise ParameterError(f"{option} = '{column}': it holds words ({', '.join(held[column].words)}); a column of numbers is needed")


def check_conditions(option: str, where: Mapping[str, Any], held: Mapping[str, Held]) -> None:
    """Raise `ParameterError` if a condition cannot be met by what its column holds, or is met by all of it."""
    for column, condition in where.items():
        try:
            _check(condition, held[column])
        except ParameterError as error:
            raise ParameterError(f"{option}: {column}{error}") from None


def _check(condition: Any, held: Held) -> None:
    if held.kind is str:
        if not isinstance(condition, str):
            raise ParameterError(f" = {shown(condition)}: {_one_of(held.words)} is needed")
        if condition not in held.words:
            raise ParameterError(f" = '{condition}' is unknown{nearest(condition, held.words)}; allowed: {', '.join(held.words)}")
    elif held.kind is bool:
        if not isinstance(condition, bool):
            raise ParameterError(f" = {shown(condition)}: true or false is needed")
    elif isinstance(condition, Mapping):
        _check_bounds(condition, held)
    elif isinstance(condition, str | bool) or not math.isfinite(condition):
        raise ParameterError(f" = {shown(condition)}: a number, or a table of bounds, is needed")
    elif held.kind is int and condition != int(condition):
        raise ParameterError(f" = {condition:g}: the column holds whole numbers, so no row meets that")
    elif not held.low <= condition <= held.high:
        raise ParameterError(f" = {condition:g}: {held.low:g} to {held.high:g} is possible")


def _check_bounds(given: Mapping[str, Any], held: Held) -> None:
    if "known" in given and held.kind is int:
        raise ParameterError(": known has no effect: the column has a value in every row")
    bounds = {name: float(given[name]) for name in BOUNDS if name in given}
    if bounds and given.get("known") is False:
        raise ParameterError(": known = false and bounds: no row meets both")
    for one, other in (("at_least", "above"), ("at_most", "below")):
        if one in bounds and other in bounds:
            raise ParameterError(f": {one} and {other} are given; one of them is needed")
    lows, highs = _ends(bounds, ("at_least", "above")), _ends(bounds, ("at_most", "below"))
    low, high = max([*lows, held.low]), min([*highs, held.high])
    said = ", ".join(f"{name} = {bound:g}" for name, bound in bounds.items())
    if max([*lows, -math.inf]) > held.high or min([*highs, math.inf]) < held.low:
        raise ParameterError(f": {said}: {held.low:g} to {held.high:g} is possible")
    if held.kind is int:
        low = math.floor(low) + 1 if "above" in bounds else math.ceil(low) if math.isfinite(low) else low
        high = math.ceil(high) - 1 if "below" in bounds else math.floor(high) if math.isfinite(high) else high
    open_end = held.kind is not int and (low in _ends(bounds, ("above",)) or high in _ends(bounds, ("below",)))
    if low > high or (low == high and open_end):
        raise ParameterError(f": {said}: no number meets that")


def _ends(bounds: Mapping[str, float], names: Iterable[str]) -> list[float]:
    return [bounds[name] for name in names if name in bounds]


def _one_of(words: Collection[str]) -> str:
    return f"one of {', '.join(words)}"
