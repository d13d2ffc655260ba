"""The errors a user can cause: one line saying what, where, and what would be accepted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CoalsimError(Exception):
    """Base of all errors a user can cause. The command line prints it as one line and exits 2."""


class ParameterError(CoalsimError):
    """A parameter is unknown, of the wrong type, or out of range."""


class FieldError(CoalsimError):
    """A table or register a field is read from cannot be used."""


class StoreError(CoalsimError):
    """Results cannot be written where they were asked for, or read from where they should be."""


class BlockError(CoalsimError):
    """A block of a sweep failed and the sweep was to stop at the first failure."""


class WorkersError(CoalsimError):
    """What was to compute a sweep cannot be started, or is gone."""


class Interrupted(CoalsimError):
    """A sweep was asked to stop before it was done."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``", did you mean 'x'?"`` for the known name closest to `name`, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f", did you mean '{close[0]}'?" if close else ""
