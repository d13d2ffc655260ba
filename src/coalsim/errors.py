"""The errors a user can cause: one line saying what, where, and what would be accepted."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any

_LONGEST = 1_500  # characters of an error
_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 60
_shown.maxlist = _shown.maxtuple = 12
_shown.maxdict, _shown.maxlevel = 6, 3


class CoalsimError(Exception):
    """Base of all errors a user can cause. The command line prints it as one line and exits 2.

    Whatever a file or an option holds that ends up in the message, it stays one line that every terminal can show.
    """

    def __str__(self) -> str:
        text = super().__str__()
        if not text.isprintable():
            text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 500]} ... {text[-495:]}"


class ParameterError(CoalsimError):
    """A parameter is unknown, of the wrong type, or out of range."""


class FieldError(CoalsimError):
    """A table or register a field is read from cannot be used."""


class StoreError(CoalsimError):
    """Results cannot be written where they were asked for, or read from where they should be."""


class BlockError(CoalsimError):
    """A block of a sweep failed and the sweep was to stop at the first failure."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # it carries the traceback of a worker


class StatisticError(CoalsimError):
    """A statistic of a calibration failed while it was computed."""


class WorkersError(CoalsimError):
    """What was to compute a sweep cannot be started, or is gone."""


class Interrupted(CoalsimError):
    """A sweep was asked to stop before it was done."""


def shown(value: Any) -> str:
    """Return a value as an error shows it: what is long or deep is cut."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**40:
        return "a whole number of more than 40 digits"  # Python refuses to write one of more than 4,300
    return _shown.repr(value)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``", did you mean 'x'?"`` for the known name closest to `name`, or an empty string."""
    close = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.5)
    return f", did you mean '{close[0]}'?" if close else ""
