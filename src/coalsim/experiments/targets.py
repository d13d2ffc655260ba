"""Targets of an experiment: what was reported, how it stands, how near is near enough."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from coalsim.errors import CoalsimError
from coalsim.inputs import PROSE, Column, Sheet, declare
from coalsim.inputs.files import MEGABYTE

COLUMNS = ("target", "reported", "standing", "compare", "tolerance", "source", "note")
STANDINGS = {"V": "published", "C": "independent recomputation", "M": "from memory", "H": "hypothesis"}
COMPARISONS = ("=", "<", ">")
SLACK = 1e-12
"""Rounding of binary fractions, relative to the reported number, that no comparison counts."""

_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_TOLERANCE = re.compile(rf"(?:(?P<errors>{_NUMBER})\s*se|(?P<absolute>{_NUMBER})(?:\s*\+\s*(?P<more>{_NUMBER})\s*se)?)?", re.IGNORECASE)


class ExperimentError(CoalsimError):
    """An experiment is unknown, or its folder does not hold what it must."""


TARGETS = declare(
    Sheet(
        "targets",
        {name: Column(PROSE, needed=True, blank=name != "target") for name in COLUMNS},
        key="target",
        error=ExperimentError,
        largest=16 * MEGABYTE,
    )
)
"""What ``targets.csv`` holds."""


@dataclass(frozen=True)
class Tolerance:
    """How far apart two numbers may be: an absolute part, and a number of standard errors of ours."""

    absolute: float = 0.0
    errors: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Tolerance:
        """Read ``0.01``, ``4 se`` or ``0.01 + 4 se``; empty is 0.

        Raises
        ------
        ValueError
            It is none of these.
        """
        match = _TOLERANCE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"tolerance '{text}'; a number, 'N se', or both as '0.01 + 4 se' is needed")
        absolute, errors = float(match["absolute"] or 0), float(match["errors"] or match["more"] or 0)
        if not (math.isfinite(absolute) and math.isfinite(errors)):
            raise ValueError(f"tolerance '{text[:40]}' is larger than any number")
        return cls(absolute, errors)


@dataclass(frozen=True)
class Target:
    """A row of ``targets.csv``.

    Attributes
    ----------
    name : the name of the value that answers it
    reported : the reported number; None if there is no reference
    printed : the same as it is written, whose last digit says how exact it is
    standing : a key of `STANDINGS`, or empty
    compare : ``=``, ``<`` or ``>``: how the value should lie to the reported number
    tolerance : how near is near enough
    source : where the number comes from
    note : anything else
    """

    name: str
    reported: float | None
    printed: str = ""
    standing: str = ""
    compare: str = "="
    tolerance: Tolerance = Tolerance()
    source: str = ""
    note: str = ""

    def allowed(self, se: float) -> float:
        """Return the largest difference from the reported number that is tolerated.

        With tolerance 0 an ``=`` is exact to the last printed digit: half a unit of the last printed decimal is
        allowed, and nothing if the number is printed as an integer.

        Parameters
        ----------
        se
            Our standard error of the value, >= 0.
        """
        allowed = self.tolerance.absolute + (self.tolerance.errors * se if self.tolerance.errors else 0.0)
        if self.tolerance == Tolerance() and self.compare == "=" and self.printed:
            place = Decimal(self.printed).as_tuple().exponent
            if isinstance(place, int) and place < 0:
                allowed = 0.5 * 10.0**place
        return allowed


def read_targets(path: Path) -> tuple[Target, ...]:
    """Read ``targets.csv``.

    Raises
    ------
    ExperimentError
        The file cannot be read, lacks a column, or has a bad row; the message names file and line.
    """
    table = TARGETS.read(path)
    targets = []
    for line, row in zip(table.line, table.rows(), strict=True):
        try:
            targets.append(_target(row))
        except ValueError as error:
            raise ExperimentError(f"{path}:{line}: {error}") from None
    return tuple(targets)


def _target(row: dict[str, str]) -> Target:
    name, printed, standing, compare, tolerance, source, note = (row[column] for column in COLUMNS)
    if standing and standing not in STANDINGS:
        raise ValueError(f"standing '{standing}'; allowed: {', '.join(STANDINGS)}, or empty")
    compare = compare or "="
    if compare not in COMPARISONS:
        raise ValueError(f"compare '{compare}'; allowed: {' '.join(COMPARISONS)}")
    reported = None
    if printed:
        try:
            reported = float(printed)
        except ValueError:
            raise ValueError(f"reported '{printed}' is not a number (empty if there is no reference)") from None
        if not math.isfinite(reported):
            raise ValueError(f"reported '{printed}' is not finite")
        if not standing:
            raise ValueError(f"a reported number needs a standing: {', '.join(STANDINGS)}")
    elif standing == "H":
        raise ValueError("a hypothesis (standing H) needs a number to compare with, in reported")
    return Target(name, reported, printed, standing, compare, Tolerance.parse(tolerance), source, note)
