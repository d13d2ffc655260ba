"""Scenarios listed in a CSV table, a column for each factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from coalsim.designs.factors import Factor, Groups
from coalsim.errors import ParameterError, shown
from coalsim.inputs import FLAG, NUMBER, PROSE, WHOLE, Column, Sheet, Table, declare
from coalsim.inputs.cells import composed
from coalsim.inputs.files import MEGABYTE
from coalsim.parameters import Parameters, find
from coalsim.parameters.toml import located

POINTS = declare(Sheet("points", {}, error=ParameterError, largest=100 * MEGABYTE))
"""A table of scenarios; its columns are the factors of a sweep."""

_KINDS = {"number": NUMBER, "whole number": WHOLE, "true or false": FLAG}
_MAY_BE_BLANK = ("text", "list of months")  # no file, no months


def read_points(path: Path, factors: Mapping[str, Factor], base: Parameters) -> list[dict[str, Any]]:
    """Return the scenarios of a CSV table, values of all `factors` in each row, which `base` is to take; a repeated row is one scenario.

    Cells are read as in every table (docs/tables.md); files that cells name are looked for beside the table.

    Raises
    ------
    ParameterError
        The file cannot be read, or a column or value is not what the factors need.
    """
    table = replace(POINTS, columns={name: _column(name) for name in factors}).read(path)
    points: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    for row in range(len(table.line)):
        point = located({name: _value(table, factors, name, row) for name in factors}, path)
        try:
            base.replace(**{key: value for name in point for key, value in factors[name].settings(point[name]).items()})
        except ParameterError as error:
            raise ParameterError(f"{path}:{table.line[row]}: {error}") from None
        if (values := tuple(point.values())) not in seen:
            seen.add(values)
            points.append(point)
    return points


def _kind(name: str) -> str:
    declared = find(name)
    return declared.kind if declared else "label"


def _column(name: str) -> Column:
    kind = _kind(name)
    return Column(_KINDS.get(kind, PROSE), needed=True, blank=kind in _MAY_BE_BLANK)


def _value(table: Table, factors: Mapping[str, Factor], name: str, row: int) -> Any:
    kind = _kind(name)
    if name in table.number:
        value = float(table.number[name][row])
        return value if kind == "number" else bool(value) if kind == "true or false" else int(value)
    text = table.text[name][row]
    if kind == "list of months":
        months = text.split()
        if not all(month.isascii() and month.isdigit() and len(month) <= 6 for month in months):
            raise table.file.error(int(table.line[row]), table.cell(name, row), "months from 0 with spaces between them, such as 3 15")
        return tuple(int(month) for month in months)
    factor = factors[name]
    if isinstance(factor, Groups):
        known = {composed(label): label for label in factor.groups}
        if composed(text) not in known:
            raise table.file.error(int(table.line[row]), table.cell(name, row), ", ".join(map(shown, known)))
        return known[composed(text)]
    return text
