"""Verdicts: what came out against what was reported, and against what came out before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coalsim.errors import nearest
from coalsim.experiments.experiment import Value
from coalsim.experiments.targets import SLACK, ExperimentError, Target
from coalsim.inputs import PROSE, Column, Sheet, declare

if TYPE_CHECKING:
    import pandas as pd

REPRODUCED, NOT_REPRODUCED, NO_REFERENCE = "reproduced", "not reproduced", "no reference"
HOLDS, DOES_NOT_HOLD, UNDECIDED = "holds", "does not hold", "undecided"
EQUAL = 1e-9
"""Values are equal if they differ by no more than this share of the larger."""
ERRORS = 4.0
"""A value of a quick run has moved if it lies further than this many combined standard errors from the committed one."""


_CELL = Column(PROSE, needed=True)
VERDICTS = declare(Sheet("verdicts", dict.fromkeys(("target", "standing", "verdict"), _CELL), least=0, others=True, error=ExperimentError))
VALUES = declare(Sheet("values", dict.fromkeys(("name", "value", "se"), _CELL), least=0, others=True, error=ExperimentError))
"""What is read of the results of an experiment."""


@dataclass(frozen=True)
class Verdict:
    """What an experiment says of a target.

    Attributes
    ----------
    target : what was reported
    value : what came out
    word : reproduced, not reproduced, no reference; of hypotheses holds, does not hold, undecided
    """

    target: Target
    value: Value
    word: str

    @property
    def difference(self) -> float:
        """What came out less what was reported; NaN without a reference."""
        return math.nan if self.target.reported is None else self.value.value - self.target.reported

    @property
    def allowed(self) -> float:
        """The largest difference that is tolerated; NaN without a reference."""
        return math.nan if self.target.reported is None else self.target.allowed(self.value.se)


@dataclass(frozen=True)
class Before:
    """What the committed results say: the verdict and the value of each target, and all values."""

    words: Mapping[str, str]
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Agreement:
    """How fresh verdicts and values compare with the committed ones.

    Attributes
    ----------
    new : there are no committed results
    differing : a sentence for each verdict that differs
    passed : a sentence for each verdict of a quick run that differs by no more than chance explains
    unequal : names of values that differ, or are on one side only; None for a quick run, which has other values
    """

    new: bool
    differing: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    unequal: tuple[str, ...] | None = None


def judge(target: Target, value: Value) -> Verdict:
    """Compare what came out with what was reported.

    With got g, reported r and tolerance t (`Target.allowed`):

    * published, ``=``: reproduced if abs(g - r) <= t; ``<``: if g < r + t; ``>``: if g > r - t. Here a tolerance forgives:
      what is not contradicted by more than the tolerance is reproduced.
    * a hypothesis, ``=``: holds if abs(g - r) <= t; ``<``: holds if g < r - t, is undecided if abs(g - r) <= t and t > 0;
      ``>`` likewise. Here a tolerance demands: what is nearer to the border than that is undecided.
    * without a reported number: no reference. A value that could not be had (NaN) is not reproduced, or undecided.
    """
    if target.reported is None:
        return Verdict(target, value, NO_REFERENCE)
    hypothesis = target.standing == "H"
    good, bad = (HOLDS, DOES_NOT_HOLD) if hypothesis else (REPRODUCED, NOT_REPRODUCED)
    if math.isnan(value.value):
        return Verdict(target, value, UNDECIDED if hypothesis else NOT_REPRODUCED)
    slack = SLACK * max(1.0, abs(target.reported))
    difference, allowed = value.value - target.reported, target.allowed(value.se)
    if target.compare == "=":
        return Verdict(target, value, good if abs(difference) <= allowed + slack else bad)
    beyond = difference if target.compare == ">" else -difference  # > 0: on the side that was reported
    if hypothesis:
        word = UNDECIDED if allowed > 0 and abs(beyond) <= allowed else HOLDS if beyond > allowed else DOES_NOT_HOLD
        return Verdict(target, value, word)
    return Verdict(target, value, good if beyond > -allowed else bad)


def judge_all(targets: Sequence[Target], values: Sequence[Value], where: str = "the experiment") -> tuple[Verdict, ...]:
    """Judge each target by the value of its name.

    Raises
    ------
    ExperimentError
        A target has no value.
    """
    named = {value.name: value for value in values}
    for target in targets:
        if target.name not in named:
            raise ExperimentError(f"{where} gives no value for target '{target.name}'{nearest(target.name, named)}")
    return tuple(judge(target, named[target.name]) for target in targets)


def judged(targets: Sequence[Target], values: Sequence[Value]) -> pd.DataFrame:
    """Return verdicts as a table: ``target``, ``reported``, ``value``, ``se``, ``verdict``, ``note``, one row per target.

    Raises
    ------
    ExperimentError
        A target has no value.
    """
    import pandas as pd

    rows = []
    for verdict in judge_all(targets, values):
        target = verdict.target
        reported = f"{target.compare} {target.printed}" if target.printed else ""
        about = {"target": target.name, "reported": reported, "value": verdict.value.value, "se": verdict.value.se}
        rows.append({**about, "verdict": verdict.word, "note": target.note})
    return pd.DataFrame(rows)


def compare(verdicts: Sequence[Verdict], values: Sequence[Value], before: Before | None, quick: bool) -> Agreement:
    """Compare verdicts and values with the committed ones.

    A full run has the committed run's seed and size: every verdict must be the same word, and all values should be equal
    (to a share of 1e-9). A quick run has other values, and only its verdicts are compared. One that differs counts if the
    value has moved, i.e. lies more than 4 combined standard errors, 4 sqrt(se^2 + committed se^2), from the committed
    value (for exact values: is not equal to it); or if the committed value itself, judged by today's targets, no longer
    gets the committed verdict, i.e. the targets changed; or if the quick run has no value (NaN) where the committed run
    had one, or the reverse. In both, a committed target that is gone counts, and one that was not there before does not.
    """
    if before is None:
        return Agreement(new=True)
    differing, passed = [], []
    for verdict in verdicts:
        name, word = verdict.target.name, before.words.get(verdict.target.name)
        if word is None or word == verdict.word:
            continue
        line = f"{name}: {verdict.word}; committed: {word}"
        committed = before.values.get(name)
        if quick and committed is not None and follows(word, verdict.target, committed) and not moved(verdict.value, committed):
            passed.append(line)
        else:
            differing.append(line)
    now = {verdict.target.name for verdict in verdicts}
    differing += [f"{name}: gone; committed: {word}" for name, word in before.words.items() if name not in now]
    if quick:
        return Agreement(False, tuple(differing), tuple(passed))
    fresh = {value.name: value for value in values}
    names = (*fresh, *(name for name in before.values if name not in fresh))
    unequal = tuple(name for name in names if not _equal(fresh.get(name), before.values.get(name)))
    return Agreement(False, tuple(differing), unequal=unequal)


def follows(word: str, target: Target, committed: Value) -> bool:
    """Return whether a committed value gets a verdict, given that it was rounded when it was written (by less than a share of 1e-9)."""
    value, rounding = committed.value, EQUAL * abs(committed.value)
    near = [value, value - rounding, value + rounding]
    if target.reported is not None and abs(target.reported - value) <= rounding:
        near.append(target.reported)
    return any(judge(target, Value(committed.name, number, committed.se)).word == word for number in near)


def moved(value: Value, committed: Value) -> bool:
    """Return whether two estimates of a value differ by more than 4 combined standard errors (and by more than rounding)."""
    if math.isnan(value.value) or math.isnan(committed.value):
        return math.isnan(value.value) != math.isnan(committed.value)
    if math.isinf(value.value) or math.isinf(committed.value):
        return value.value != committed.value
    rounding = EQUAL * max(abs(value.value), abs(committed.value))
    return abs(value.value - committed.value) > ERRORS * math.hypot(value.se, committed.se) + rounding


def read_before(folder: Path) -> Before | None:
    """Read the verdicts and values of a folder of results; None if it has none.

    Raises
    ------
    ExperimentError
        The tables are there but cannot be read.
    """
    if not (folder / "verdicts.csv").exists():
        return None
    try:
        words = {row["target"]: row["verdict"] for row in VERDICTS.read(folder / "verdicts.csv").rows()}
        values = {row["name"]: _value(row) for row in VALUES.read(folder / "values.csv").rows()}
    except (ExperimentError, ValueError) as error:
        raise ExperimentError(f"{folder}: verdicts.csv and values.csv cannot be read ({error}); restore them") from None
    return Before(words, values)


def _value(row: dict[str, str]) -> Value:
    return Value(row["name"], float(row["value"] or "nan"), float(row["se"] or "nan"))


def _equal(value: Value | None, committed: Value | None) -> bool:
    if value is None or committed is None:
        return False
    if math.isnan(value.value) or math.isnan(committed.value):
        return math.isnan(value.value) and math.isnan(committed.value)
    return math.isclose(value.value, committed.value, rel_tol=EQUAL, abs_tol=SLACK)
