"""Targets: what a real number is, how near is near enough, and in which runs its counterpart is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.statistics import Statistic, check_where, is_number
from coalsim.errors import ParameterError, nearest, shown

Floats = NDArray[np.float64]

SURE = 1.96
"""Standard deviations from the real value to either end of what is accepted: ends are read as those of a 95 % interval."""

_KEYS = ("statistic", "group", "value", "tolerance", "relative", "accepted", "at_least", "at_most", "sampling_error", "weight", "source")
_WIDTHS = ("tolerance", "relative", "accepted", "at_least", "at_most", "sampling_error")


@dataclass(frozen=True)
class Target:
    """A real number and what is accepted in its place.

    Attributes
    ----------
    name : of the target
    statistic : what is computed of the runs
    options : what was chosen about it
    group : the runs it is computed of
    value : the real number
    low, high : what is accepted; -inf or inf where only one side matters
    weight : how much a miss counts, 1 unless given; 0: computed and shown, not fitted
    source : where the number is from
    """

    name: str
    statistic: Statistic
    options: Mapping[str, Any]
    group: str
    value: float
    low: float
    high: float
    weight: float = 1.0
    source: str = ""

    @property
    def scale(self) -> float:
        """Standard deviation that the real number's uncertainty is taken to have, the smaller of both sides."""
        return min(self.high - self.value, self.value - self.low) / SURE

    def off(self, got: Floats) -> Floats:
        """Return how far numbers are from the real one: 0 on it, -1 and 1 at the ends of what is accepted, NaN for NaN."""
        above = (got - self.value) / (self.high - self.value)  # 0 if there is no upper end
        below = (got - self.value) / (self.value - self.low)
        return np.where(got > self.value, above, below)

    def met(self, got: Floats) -> NDArray[np.bool_]:
        """Return whether numbers are accepted."""
        return (got >= self.low) & (got <= self.high)

    def spec(self) -> dict[str, Any]:
        """Return it as plain values."""
        ends = {"low": _plain(self.low), "high": _plain(self.high)}
        options = {name: value for name, value in self.options.items() if value is not None}
        about = {"statistic": self.statistic.name, "options": options, "group": self.group, "value": self.value}
        return {**about, **ends, "weight": self.weight, "source": self.source}

    def accepted(self) -> str:
        """Return what is accepted, for people."""
        if math.isinf(self.low):
            return f"<= {self.high:.4g}"
        if math.isinf(self.high):
            return f">= {self.low:.4g}"
        return f"{self.low:.4g} to {self.high:.4g}"


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def read_target(name: str, given: Any, library: Mapping[str, Statistic], groups: Mapping[str, Any]) -> Target:
    """Return a target from what a file says of it.

    Raises
    ------
    ParameterError
        Something in it is unknown, missing or not allowed; the message begins with ``[targets.NAME]``.
    """
    try:
        return _read(name, given, library, groups)
    except ParameterError as error:
        raise ParameterError(f"[targets.{name}] {error}") from None


def _read(name: str, given: Any, library: Mapping[str, Statistic], groups: Mapping[str, Any]) -> Target:
    if not isinstance(given, Mapping):
        raise ParameterError(f"{given!r} is no table")
    wanted = given.get("statistic", name)
    if not isinstance(wanted, str):
        raise ParameterError(f"statistic = {shown(wanted)} is of the wrong type; a text is needed")
    if wanted not in library:
        known = f"{nearest(str(wanted), library)}; known: {', '.join(library)}; one's own: --statistic {wanted}=module:function"
        raise ParameterError(f"statistic '{wanted}' is unknown{known}")
    statistic = library[wanted]
    options = {key: value for key, value in given.items() if key not in _KEYS}
    for key in options:
        if key not in statistic.options:
            known = f"{nearest(key, [*_KEYS, *statistic.options])}; allowed: {', '.join([*_KEYS, *statistic.options])}"
            raise ParameterError(f"'{key}' is unknown{known}")
    group = given.get("group", next(iter(groups)) if len(groups) == 1 else None)
    if not isinstance(group, str | None):
        raise ParameterError(f"group = {shown(group)} is of the wrong type; a text is needed")
    if group is None or group not in groups:
        raise ParameterError(f"group {'is missing' if group is None else repr(group) + ' is unknown'}; groups: {', '.join(groups)}")
    chosen = statistic.chosen(options)
    for key in ("where", "which", "against"):
        if chosen.get(key):
            try:
                check_where(chosen[key])
            except ParameterError as error:
                raise ParameterError(f"{key}: {error}") from None
    low, high = _accepted(given)
    value = _value(given, low, high)
    _check_possible(given, value, low, high, *statistic.range(chosen))
    weight, source = given.get("weight", 1.0), given.get("source", "")
    if not _number(weight) or weight < 0:
        raise ParameterError(f"weight = {weight!r}: a number >= 0 is needed")
    if not isinstance(source, str):
        raise ParameterError(f"source = {source!r}: a text is needed")
    return Target(name, statistic, chosen, group, value, low, high, float(weight), source)


def _accepted(given: Mapping[str, Any]) -> tuple[float, float]:
    """Return what is accepted, from whichever way it is given."""
    ways = [key for key in _WIDTHS if key in given]
    if len(ways) > 1 and set(ways) != {"at_least", "at_most"}:
        raise ParameterError(f"{' and '.join(ways)} are given; one of {', '.join(_WIDTHS)} is needed")
    if not ways:
        raise ParameterError(f"how near is near enough is missing: one of {', '.join(_WIDTHS)}")
    if ways == ["accepted"]:
        ends = given["accepted"]
        if not isinstance(ends, list | tuple) or len(ends) != 2 or not all(map(_number, ends)) or not ends[0] < ends[1]:
            raise ParameterError(f"accepted = {ends!r}: [low, high] with low < high is needed")
        return float(ends[0]), float(ends[1])
    for key in ways:
        if not _number(given[key]):
            raise ParameterError(f"{key} = {given[key]!r}: a number is needed")
    if "at_least" in ways or "at_most" in ways:
        return float(given.get("at_least", -math.inf)), float(given.get("at_most", math.inf))
    (way,) = ways
    if not _number(given.get("value")):
        raise ParameterError(f"value is missing or no number; {way} needs one")
    half = float({"tolerance": 1.0, "relative": abs(given["value"]), "sampling_error": SURE}[way] * given[way])
    if half <= 0:
        raise ParameterError(f"{way} = {given[way]:g}{' of value 0' if given[way] > 0 else ''}: it must be above 0")
    return float(given["value"]) - half, float(given["value"]) + half


def _value(given: Mapping[str, Any], low: float, high: float) -> float:
    if "value" not in given:
        if math.isinf(low) or math.isinf(high):
            raise ParameterError("value is missing: with one end only, how far off a number is cannot be said without it")
        return (low + high) / 2
    value = given["value"]
    if not _number(value):
        raise ParameterError(f"value = {value!r}: a number is needed")
    if not low < value < high:
        raise ParameterError(f"value = {value:g} is not within what is accepted, {low:g} to {high:g}")
    return float(value)


def _check_possible(given: Mapping[str, Any], value: float, low: float, high: float, least: float, most: float) -> None:
    """Raise `ParameterError` if a statistic that is from `least` to `most` cannot be what is wanted, or is always accepted."""
    possible = f"{least:g} or more is possible" if math.isinf(most) else f"{least:g} to {most:g} is possible"
    said = [("value", value)] if "value" in given else []
    said += [(key, float(given[key])) for key in ("at_least", "at_most") if key in given]
    said += [("accepted", float(end)) for end in given.get("accepted", ())]
    for key, number in said:
        if not least <= number <= most:
            hint = " (a share, not percent)" if most == 1 and 1 < number <= 100 else ""
            raise ParameterError(f"{key} = {given[key]!r}: {possible}{hint}")
    (way, *_) = (key for key in _WIDTHS if key in given)
    wide = given[way] > most - least if way == "sampling_error" else low < least and high > most  # few data may leave all of it open
    if wide:
        raise ParameterError(f"{way} = {given[way]!r}: {possible}, and all of it is accepted")


def _number(value: Any) -> bool:
    return is_number(value) and math.isfinite(value)
