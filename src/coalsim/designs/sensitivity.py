"""Designs for sensitivity analysis: over ranges of factors, to be simulated scenario by scenario.

The samples are those of sweeps of design "saltelli" and "morris"; here they can do without second order, and be over anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from coalsim.arguments import checked
from coalsim.designs.factors import Range, is_whole, place
from coalsim.designs.samplers import MORRIS_LEVELS, sample
from coalsim.errors import ParameterError
from coalsim.parameters.model import declaration
from coalsim.tables.columns import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SEED = 1
Kind = Literal["sobol", "morris"]
Ranges = Mapping[str, tuple[float, float]]


class Drawn(Protocol):
    """What a sweep of a sampled design knows of itself."""

    @property
    def design(self) -> str:
        """Kind of design."""

    @property
    def samples(self) -> int | None:
        """Size of the sample."""

    @property
    def sample(self) -> Floats | None:
        """The sample of the unit cube."""

    @property
    def factors(self) -> Mapping[str, Any]:
        """Factors by name."""

    def scenario_values(self) -> list[dict[str, Any]]:
        """Return the factor values of each scenario."""


@dataclass(frozen=True)
class SensitivityDesign:
    """Points in the order that the analysis needs them.

    Attributes
    ----------
    kind : "sobol" (Saltelli's scheme) or "morris" (trajectories)
    names : the factors
    unit : the points in the unit cube, shape (points, factors)
    points : the factor values of each scenario; ``[p.replace(**point) for point in design.points]`` are what to simulate,
        in this order
    size : base sample, or trajectories
    second_order : whether a Sobol design allows for interactions of two factors
    grid : levels of a Morris design, 0 for the other
    """

    kind: Kind
    names: tuple[str, ...]
    unit: Floats
    points: tuple[dict[str, Any], ...]
    size: int
    second_order: bool
    grid: int

    @classmethod
    def of(cls, sweep: Drawn) -> SensitivityDesign:
        """Return what the first scenarios of a sweep of design "saltelli" or "morris" were drawn with.

        Raises
        ------
        ParameterError
            The sweep has another design.
        """
        if sweep.design not in ("saltelli", "morris") or sweep.sample is None or sweep.samples is None:
            raise ParameterError(f"design = '{sweep.design}': a sensitivity analysis needs a sweep of design 'saltelli' or 'morris'")
        kind: Kind = "sobol" if sweep.design == "saltelli" else "morris"
        points = tuple(sweep.scenario_values()[: len(sweep.sample)])
        return cls(
            kind, tuple(sweep.factors), sweep.sample, points, sweep.samples, kind == "sobol", 0 if kind == "sobol" else MORRIS_LEVELS
        )

    def table(self) -> pd.DataFrame:
        """Return the points as a design: scenario_id and factor values, one row per scenario."""
        import pandas as pd

        frame = pd.DataFrame(list(self.points), columns=list(self.names))
        frame.insert(0, SCENARIO, range(len(frame)))
        return frame

    def problem(self) -> dict[str, Any]:
        """Return what SALib calls the problem, in the unit cube: indices do not depend on units."""
        return {"num_vars": len(self.names), "names": list(self.names), "bounds": [[0.0, 1.0]] * len(self.names)}


def problem(factors: Sequence[str] | Ranges) -> dict[str, tuple[float, float]]:
    """Return the ranges over which factors are studied.

    Parameters
    ----------
    factors
        Names of parameters, each over its plausible range; or ranges by name, of parameters or of anything else.

    Raises
    ------
    ParameterError
        A parameter is unknown or has no plausible range, or a range is empty.

    Examples
    --------
    >>> problem(["openness", "effort"])
    {'openness': (0.0, 1.0), 'effort': (15.0, 120.0)}
    """
    ranges: dict[str, tuple[float, float]] = {}
    for name in factors:
        span = factors[name] if isinstance(factors, Mapping) else declaration(name).plausible
        if span is None:
            raise ParameterError(f"{name} has no plausible range; give one: {{'{name}': (low, high)}}")
        low, high = (float(end) for end in span)
        if not low < high:
            raise ParameterError(f"{name}: {low:g}..{high:g} is no range; low < high is needed")
        if is_whole(name) and not (low.is_integer() and high.is_integer()):
            raise ParameterError(f"{name}: {low:g}..{high:g}: whole numbers are needed")
        ranges[name] = (low, high)
    if len(ranges) < 2:
        raise ParameterError("a sensitivity analysis needs two factors or more")
    return ranges


@checked
def sobol_design(factors: Sequence[str] | Ranges, size: int, second_order: bool = False, seed: int = SEED) -> SensitivityDesign:
    """Return a design for Sobol indices: size x (factors + 2) scenarios, or size x (2 factors + 2) with second order.

    Saltelli's scheme on a scrambled Sobol sequence (Saltelli 2002, *Comput. Phys. Commun.* 145, 280-297).

    Parameters
    ----------
    factors
        As for `problem`.
    size
        Base sample, a power of 2.
    second_order
        Whether interactions of two factors are wanted.
    seed
        Seed of the scrambling, above 0.

    Raises
    ------
    ParameterError
        An argument is out of range.
    """
    ranges = problem(factors)
    if size < 2 or size & (size - 1):
        raise ParameterError(f"size = {size}: a power of 2 is needed, such as 256")
    check_seed(seed)
    unit = sample("saltelli", len(ranges), size, seed, second_order=second_order)
    return SensitivityDesign("sobol", tuple(ranges), unit, _points(ranges, unit), size, second_order, 0)


@checked
def morris_design(factors: Sequence[str] | Ranges, size: int, grid: int = MORRIS_LEVELS, seed: int = SEED) -> SensitivityDesign:
    """Return a design for Morris' elementary effects: size trajectories of (factors + 1) scenarios.

    Morris 1991, *Technometrics* 33, 161-174.

    Parameters
    ----------
    factors
        As for `problem`.
    size
        Trajectories, 2 or more; 10 to 50 are usual.
    grid
        Levels of each factor, an even number. A step is grid/(2 (grid - 1)) of the range: 2/3 of it with 4.
    seed
        Seed, above 0.

    Raises
    ------
    ParameterError
        An argument is out of range.
    """
    ranges = problem(factors)
    if size < 2:
        raise ParameterError(f"size = {size} is out of range; allowed: >= 2")
    if grid < 2 or grid % 2:
        raise ParameterError(f"grid = {grid}: an even number is needed")
    check_seed(seed)
    unit = sample("morris", len(ranges), size, seed, levels=grid)
    return SensitivityDesign("morris", tuple(ranges), unit, _points(ranges, unit), size, False, grid)


def check_seed(seed: int) -> None:
    """Raise `ParameterError` if SALib cannot take `seed`: 0 is "none" to it."""
    if not 0 < seed < 2**32:
        raise ParameterError(f"seed = {seed} is out of range; allowed: 1..{2**32 - 1}")


def _points(ranges: Ranges, unit: Floats) -> tuple[dict[str, Any], ...]:
    return tuple(place(unit, [Range(name, low, high) for name, (low, high) in ranges.items()]))
