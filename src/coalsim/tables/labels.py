"""Names with units, and values as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from coalsim.parameters import find
from coalsim.tables.columns import OUTCOMES
from coalsim.tables.summary import number

_PLAIN = ("1", "-", "")


def outcome_label(name: str, difference: bool = False) -> str:
    """Return an outcome with its unit: ``impact (share)``; of a difference, ``impact (difference, share)``."""
    units = {column.name: column.unit for column in OUTCOMES}
    return _with_unit(name, units.get(name, ""), "difference" if difference else "")


def factor_label(name: str) -> str:
    """Return a factor with its unit, if it is a parameter that has one."""
    declared = find(name)
    return _with_unit(name, declared.unit if declared else "", "")


def value_label(value: Any) -> str:
    """Return a level as people write it, be it Python's or numpy's."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or value != value:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        text = number(float(value))
        return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    if isinstance(value, tuple):
        return ", ".join(value_label(item) for item in value) or "none"
    return str(value)


def value_labels(values: Sequence[Any]) -> list[str]:
    """Return levels as people write them, with as many digits as it takes to tell different ones apart."""
    return list(map(labeller(values), values))


def labeller(values: Iterable[Any]) -> Callable[[Any], str]:
    """Return what writes each of some levels as people do, with as many digits as it takes to tell different ones apart."""
    distinct = list(dict.fromkeys(None if value is None or value != value else value for value in values))
    labels = {value: value_label(value) for value in distinct}
    for digits in range(4, 18):
        if len(set(labels.values())) == len(distinct):
            break
        labels = {value: f"{value:.{digits}g}" if isinstance(value, float) else value_label(value) for value in distinct}
    else:
        labels = {value: repr(value) for value in distinct}
    return lambda value: labels[None if value is None or value != value else value]


def _with_unit(name: str, unit: str, kind: str) -> str:
    about = ", ".join(part for part in (kind, "" if unit in _PLAIN else unit) if part)
    return name.replace("_", " ") + (f" ({about})" if about else "")
