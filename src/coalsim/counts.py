"""Counts that users give: whole numbers, checked before anything is made of them; and how many, and which, in words."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from coalsim.errors import ParameterError

MAX_RUNS = 1_000_000_000
"""Runs of a sweep in a folder."""

MAX_RUNS_IN_MEMORY = 10_000_000
"""Runs whose tables are kept in memory: some 3 GB."""

MAX_SCENARIOS = 1_000_000
"""Scenarios of a sweep."""

MAX_BLOCKS = 200_000
"""Blocks of a sweep, each a handful of files."""

SEEDS = 2**64 - 1
"""The largest seed."""


def so_many(count: int, what: str) -> str:
    """Return so many of something in words that people read: one run, two runs; the plural has an s."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def listed(parts: Iterable[str]) -> str:
    """Return parts as a list in words: one, two and three."""
    all_ = list(parts)
    return ", ".join(all_[:-1]) + f" and {all_[-1]}" if len(all_) > 1 else "".join(all_)


def whole(name: str, given: Any, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`.

    Raises
    ------
    ParameterError
        It is text, a truth value, a number with a fraction, or out of range.
    """
    allowed = f"allowed: >= {low:,} and <= {high:,}"
    needed = f"a whole number is needed, {allowed}"
    if isinstance(given, bool) or type(given).__name__ in ("bool_", "bool"):
        raise ParameterError(f"{name} = {given!r} is of the wrong type; {needed}")
    try:
        number = operator.index(given)
    except TypeError:
        raise ParameterError(f"{name} = {said(given)} is of the wrong type; {needed}") from None
    if not low <= number <= high:
        raise ParameterError(f"{name} = {said(number)} is out of range; {allowed}")
    return number


def said(value: Any, width: int = 80) -> str:
    """Write a value for an error message: on one line, and not longer than `width`."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write out numbers of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= width else f"{text[: width - 3]}..."
