"""What a kind of design makes nothing of, and so refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coalsim.counts import said
from coalsim.designs.checks import value_key
from coalsim.designs.factors import Factor, Range, Values
from coalsim.designs.samplers import SAMPLED
from coalsim.errors import ParameterError
from coalsim.parameters.model import canonical


def check_used(factors: Mapping[str, Factor], design: Any, points: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what a kind of design makes nothing of: steps of what is sampled, ranges and values that no point has in a list."""
    for name, kind in factors.items():
        if design in SAMPLED and isinstance(kind, Range) and kind.steps is not None:
            raise ParameterError(f"[factors] {name}: steps = {kind.steps} would have no effect: the range is sampled (design = '{design}')")
        if design == "list" and isinstance(kind, Range):
            raise ParameterError(f"[factors] {name}: a range would have no effect: the points give its values (design = 'list')")
        if design == "list" and isinstance(kind, Values):
            listed = {value_key(canonical(name, point[name])) for point in points if name in point}
            for value in kind.values:
                if value_key(value) not in listed:
                    raise ParameterError(f"[factors] {name} = {said(value)} would have no effect: no point has it")
