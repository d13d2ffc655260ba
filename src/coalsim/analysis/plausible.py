"""Draws of parameters over the ranges that are plausible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.analysis.inputs import Floats
from coalsim.analysis.intervals import SEED
from coalsim.arguments import checked
from coalsim.designs.factors import Range
from coalsim.errors import ParameterError
from coalsim.parameters import Parameters, declarations
from coalsim.parameters.model import declaration
from coalsim.simulation import STRUCTURAL

if TYPE_CHECKING:
    import pandas as pd

_MOST_TRIES = 20  # points tried for each draw wanted


@dataclass(frozen=True)
class ParameterDraws:
    """Parameters drawn over plausible ranges, or from a posterior; a sequence of them.

    Attributes
    ----------
    parameters : the draws
    names : the parameters that were drawn
    refused : points of the sequence that were passed over, because the parameters in them do not go together
    """

    parameters: tuple[Parameters, ...]
    names: tuple[str, ...]
    refused: int

    def __len__(self) -> int:
        return len(self.parameters)

    def __iter__(self) -> Iterator[Parameters]:
        return iter(self.parameters)

    def __getitem__(self, place: int) -> Parameters:
        return self.parameters[place]

    def table(self) -> pd.DataFrame:
        """Return the values drawn, one row per draw: ``draw`` (from 0) and the parameters by name."""
        import pandas as pd

        return pd.DataFrame([{"draw": draw, **{name: p.get(name) for name in self.names}} for draw, p in enumerate(self.parameters)])


@checked
def plausible(
    n: int, seed: int = SEED, names: Sequence[str] | None = None, base: Parameters | None = None, fixed: Sequence[str] = ()
) -> ParameterDraws:
    """Return n draws of parameters, uniform and independent over their plausible ranges.

    The points are those of a scrambled Sobol sequence (scipy.stats.qmc), which fill the ranges more evenly than random ones; more
    draws with the same seed go on where fewer stopped. Whatever the evidence for a parameter, it varies over its plausible range.

    Parameters
    ----------
    n
        Draws wanted, 1 or more.
    seed
        Seed of the scrambling.
    names
        Parameters to be drawn; default all that have a plausible range, but for those that give arrays their shapes
        (`coalsim.simulation.STRUCTURAL`), so that draws can be simulated together, those of registers if `base` uses none, and those
        of mechanisms that are switched off in `base`, as those of model 2 are in model 1.
    base
        What all other parameters have; default the defaults.
    fixed
        Parameters to leave as they are in `base`, such as the levers under study.

    Raises
    ------
    ParameterError
        A parameter is unknown or has no plausible range, or parameters that go together are too rare.
    """
    from scipy.stats import qmc

    if n < 1:
        raise ParameterError(f"n = {n} is out of range; allowed: >= 1")
    base = Parameters() if base is None else base
    drawn = [name for name in (varied(base) if names is None else names) if name not in fixed]
    for name in (*drawn, *fixed):
        if declaration(name).plausible is None and name not in fixed:
            raise ParameterError(f"{name} has no plausible range")
    if not drawn:
        raise ParameterError("there is no parameter to draw")
    sequence = qmc.Sobol(len(drawn), scramble=True, seed=np.random.Generator(np.random.PCG64(seed)))
    found: list[Parameters] = []
    refused = 0
    size = max(1, int(np.ceil(np.log2(n))))
    while len(found) < n:
        if len(found) + refused >= max(_MOST_TRIES * n, 1024):
            raise ParameterError(f"of {len(found) + refused} points only {len(found)} have parameters that go together; draw fewer names")
        # powers of 2 keep the sequence in balance: 2^k points, then as many again
        points = sequence.random_base2(size) if not found and not refused else sequence.random(len(found) + refused)
        for point in points:
            try:
                found.append(base.replace(**_values(drawn, point)))
            except ParameterError:
                refused += 1
            if len(found) == n:
                break
    return ParameterDraws(tuple(found), tuple(drawn), refused)


def varied(base: Parameters) -> list[str]:
    """Return the parameters that are varied if none are named."""
    unused = set() if base.get("source") == "register" else {"register"}
    shown = [(name, d) for name, d in declarations().items() if d.plausible and name not in STRUCTURAL and d.section not in unused]
    # What is null by default as well (seed money) is a plan that was not made, not a mechanism that is off.
    return [name for name, d in shown if d.null is None or base.get(name) != d.null or d.default == d.null]


def _values(names: Sequence[str], unit: Floats) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, u in zip(names, unit, strict=True):
        declared = declarations()[name]
        assert declared.plausible is not None
        values[name] = Range(name, *declared.plausible).at(u)
    return values
