"""Priors: what is varied, over which range, as points of the unit cube.

Everything a calibration does with parameters it does in the unit cube, where every prior is uniform; only what is simulated has values.
A list of values or whole numbers is cut into equal parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis.plausible import varied
from coalsim.designs.factors import Range, Values, factor
from coalsim.errors import ParameterError, shown
from coalsim.parameters import Parameters
from coalsim.parameters.model import declaration

Floats = NDArray[np.float64]

PLAUSIBLE = "plausible"
ALL = "all"


@dataclass(frozen=True)
class Priors:
    """The parameters that are varied, independently of each other.

    Attributes
    ----------
    factors : the range or the list of values of each
    """

    factors: Mapping[str, Range | Values]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        return tuple(self.factors)

    def values(self, unit: Floats) -> dict[str, Any]:
        """Return the values at a point of the unit cube."""
        return {name: kind.at(float(u)) for (name, kind), u in zip(self.factors.items(), unit, strict=True)}

    def parameters(self, unit: Floats, base: Parameters) -> Parameters | None:
        """Return the parameters at a point; None where they do not go together: the prior has no mass there."""
        try:
            return base.replace(**self.values(unit))
        except ParameterError:
            return None

    def spec(self) -> dict[str, Any]:
        """Return the priors as a targets file says them."""
        return {name: kind.spec() for name, kind in self.factors.items()}


def read_priors(vary: str | Sequence[str], given: Mapping[str, Any], leave: Sequence[str], base: Parameters) -> Priors:
    """Return priors.

    Parameters
    ----------
    vary
        "all": every parameter that has a plausible range, but for those that give arrays their shapes and those of registers if `base`
        uses none; or names. All over their plausible ranges.
    given
        Priors by name: "plausible"; a list of values; a table with ``low``, ``high`` and perhaps ``log = true``.
    leave
        Parameters to leave as they are in `base` although `vary` is "all".
    base
        All other parameters.

    Raises
    ------
    ParameterError
        A name is unknown, a prior is not allowed, or nothing is varied.
    """
    if vary != ALL and not (isinstance(vary, Sequence) and not isinstance(vary, str) and all(isinstance(name, str) for name in vary)):
        raise ParameterError(f"vary = {shown(vary)}: 'all' or a list of parameters is needed")
    if not all(isinstance(name, str) for name in leave):
        raise ParameterError(f"leave = {shown(leave)}: a list of parameters is needed")
    for what, names in (("vary", () if vary == ALL else vary), ("leave", leave)):
        if twice := next((name for place, name in enumerate(names) if name in names[:place]), None):
            raise ParameterError(f"{what}: {shown(twice)} is there twice; each parameter is needed once")
    if leave and vary != ALL:
        raise ParameterError("leave has an effect only with vary = 'all'")
    names = [name for name in (varied(base) if vary == ALL else vary) if name not in leave]
    for name in leave:
        if name not in varied(base):
            declaration(name)
            raise ParameterError(f"leave: {name} is not varied anyway")
    wanted: dict[str, Any] = dict.fromkeys(names, PLAUSIBLE) | dict(given)
    if not wanted:
        raise ParameterError("there are no priors: give vary, or [priors]")
    return Priors({name: _prior(name, what) for name, what in wanted.items()})


def _prior(name: str, given: Any) -> Range | Values:
    if given == PLAUSIBLE:
        span = declaration(name).plausible
        if span is None:
            raise ParameterError(f"[priors] {name} has no plausible range; give {{ low = ..., high = ... }} or a list of values")
        given = {"low": span[0], "high": span[1]}
    try:
        made = factor(name, given)
    except ParameterError as error:
        raise ParameterError(str(error).replace("[factors]", "[priors]")) from None
    if not isinstance(made, Range | Values):
        raise ParameterError(f"[priors] {name}: a list of values, or a table with low and high, is needed")
    if isinstance(made, Range) and made.steps is not None:
        raise ParameterError(f"[priors] {name}: steps has no effect on a prior; give a list of values")
    if isinstance(made, Values) and len(made.values) < 2:
        raise ParameterError(f"[priors] {name}: one value is no prior; put it into [fixed]")
    for value in made.values if isinstance(made, Values) else (made.low, made.high):
        _check(name, value)
    return made


def _check(name: str, value: Any) -> None:
    """Raise `ParameterError` if a value is out of the parameter's own range, whatever the others are."""
    declared = declaration(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return  # looked at when points are made
    low_ok = declared.low is None or (value > declared.low if declared.open_low else value >= declared.low)
    if not low_ok or (declared.high is not None and value > declared.high):
        raise ParameterError(f"[priors] {name} = {value:g} is out of range; allowed: {declared.range} ({declared.unit})")
