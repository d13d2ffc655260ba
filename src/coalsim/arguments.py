"""What the arguments of the analysis may be: one rule for each name, whichever function has it."""

from __future__ import annotations

import functools
import inspect
import math
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np

from coalsim.errors import ParameterError
from coalsim.moved import renamed

P = ParamSpec("P")
R = TypeVar("R")

MOST = 2**20
"""The largest count that is taken for one: nothing is made of more before somebody notices."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function refuse, in one line, arguments that are of no use to it.

    Ranges within what is allowed here, and names that must be known, are the function's to check.
    """
    signature = inspect.signature(function)
    former = {name: today for name, today in _FORMER.items() if today in signature.parameters and name not in signature.parameters}

    @functools.wraps(function)
    def checking(*arguments: P.args, **named: P.kwargs) -> R:
        for name, value in signature.bind(*arguments, **named).arguments.items():
            default = signature.parameters[name].default
            if name in _RULES and not (value is None and default is None):
                allowed, right = _RULES[name]
                if not right(value):
                    raise ParameterError(f"{name} = {reprlib.repr(value)}: {allowed} needed")
        return function(*arguments, **named)

    return renamed(**former)(checking) if former else checking


def _names(value: Any) -> bool:
    if isinstance(value, str):
        return True
    if not isinstance(value, Sequence) or not value:
        return False
    return all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _within(value: Any) -> bool:
    return (isinstance(value, Mapping) and bool(value)) or _names(value)


def _whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and type(value) is not bool


def _count(value: Any) -> bool:
    return _whole(value) and int(value) <= MOST


def _seed(value: Any) -> bool:
    return _whole(value) and 0 <= int(value) < 2**64


def _number(value: Any) -> bool:
    return (_whole(value) and abs(value) < 2**1000) or (isinstance(value, (float, np.floating)) and math.isfinite(value))


def _tables(value: Any) -> bool:
    return hasattr(value, "design") and hasattr(value, "outcomes")


def _widths(value: Any) -> bool:
    return _number(value) or (isinstance(value, Mapping) and bool(value) and all(_number(width) for width in value.values()))


_FORMER = {"level": "confidence"}
"""Arguments of all these functions that had another name before: a level is one of a factor."""

_NAMES = "one name, or several different ones, are"
_NUMBER, _WHOLE, _TEXT = "a number is", f"a whole number up to {MOST} is", "a text is"
_RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "effects": ("a table of effects is", lambda value: hasattr(value, "columns") and hasattr(value, "groupby")),
    "results": ("results with a design and outcomes are", _tables),
    "of": (_NAMES, _names),
    "on": (_NAMES, _names),
    "over": (_NAMES, _names),
    "by": (_NAMES, _names),
    "within": ("names of factors, or factors with their levels, are", _within),
    "half_width": ("a number, or one for each outcome, is", _widths),
    "seed": (f"a whole number 0..{2**64 - 1} is", _seed),
    **dict.fromkeys(("confidence", "coverage", "alpha", "mass", "held", "missing"), (_NUMBER, _number)),
    **dict.fromkeys(("depth", "most", "horizon", "size", "grid", "n"), (_WHOLE, _count)),
    **dict.fromkeys(("method", "event", "since", "intervals"), (_TEXT, lambda value: isinstance(value, str))),
    **dict.fromkeys(
        ("largest", "focal", "second_order", "overwrite", "mixed", "quiet"),
        ("True or False is", lambda value: isinstance(value, (bool, np.bool_))),
    ),
    "success": (
        "a condition such as 'impact >= 0.4', an outcome, or a function is",
        lambda value: isinstance(value, str) or callable(value),
    ),
    "design": ("a SensitivityDesign is", lambda value: hasattr(value, "table") and hasattr(value, "points")),
}
