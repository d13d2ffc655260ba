"""Scenarios listed in a CSV table, a column a factor."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from coalsim.errors import ParameterError
from coalsim.parameters import find
from coalsim.sweep.design import Sweep


def read_points(path: Path, sweep: Sweep) -> list[dict[str, Any]]:
    """Return the scenarios of a CSV table, values of all factors of `sweep` in each row.

    Raises
    ------
    ParameterError
        The file cannot be read, or a column or value is not what the factors need.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(f"{path} is not a CSV table in UTF-8: {error}") from None
    factors = list(sweep.factors)
    points = []
    for line, row in enumerate(rows, start=2):
        if set(row) != set(factors):
            raise ParameterError(
                f"{path}: its columns are {', '.join(str(name) for name in row)}; the factors are needed: {', '.join(factors)}"
            )
        point = {name: _value(path, line, name, row[name]) for name in factors}
        try:
            sweep.base.replace(**{key: value for name in factors for key, value in sweep.factors[name].settings(point[name]).items()})
        except ParameterError as error:
            raise ParameterError(f"{path}, row {line}: {error}") from None
        points.append(point)
    return points


def _value(path: Path, line: int, name: str, text: str) -> Any:
    kind = declared.kind if (declared := find(name)) else "text"
    try:
        if kind == "number":
            return float(text)
        if kind == "whole number":
            return int(text)
    except ValueError:
        raise ParameterError(f"{path}, row {line}: {name} = {text!r}: a {kind} is needed") from None
    if kind == "true or false":
        if text not in ("true", "false"):
            raise ParameterError(f"{path}, row {line}: {name} = {text!r}: true or false is needed")
        return text == "true"
    if kind == "list of months":
        return tuple(int(month) for month in text.split())
    return text
