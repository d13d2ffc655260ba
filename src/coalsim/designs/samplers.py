"""Samples of the unit cube, one column per factor: Latin hypercube, Sobol sequence, Saltelli and Morris designs."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coalsim.counts import MAX_SCENARIOS, said
from coalsim.errors import ParameterError
from coalsim.extras import extra

Design = Literal["grid", "list", "latin_hypercube", "sobol", "saltelli", "morris"]
"""How scenarios are chosen; the last four take `samples` of them, or as many as these need."""

SAMPLED = get_args(Design)[2:]

MORRIS_LEVELS = 4


def size(design: Design, factors: int, samples: int, second_order: bool = True) -> int:
    """Return how many scenarios a sampled design comes to; arguments as for `sample`."""
    if design == "saltelli":
        return samples * (2 * factors + 2 if second_order else factors + 2)
    return samples * (factors + 1) if design == "morris" else samples


def sample(
    design: Design, factors: int, samples: int, seed: int, second_order: bool = True, levels: int = MORRIS_LEVELS
) -> NDArray[np.float64]:
    """Return a sample of the unit cube.

    Parameters
    ----------
    design
        latin_hypercube
            `samples` points (McKay, Beckman & Conover 1979).
        sobol
            The first `samples` points of a scrambled Sobol sequence; a power of 2, for balance.
        saltelli
            The points from which Sobol indices of first, second and total order are estimated (Saltelli 2002):
            ``samples * (2 * factors + 2)`` of them, `samples` a power of 2; without `second_order` ``samples * (factors + 2)``.
        morris
            `samples` trajectories through `levels` levels, from which elementary effects are estimated (Morris 1991):
            ``samples * (factors + 1)`` points.
    factors
        How many factors, at least 1.
    samples
        See `design`.
    seed
        Seed of the sample: the same seed, the same points.
    second_order, levels
        See `design`.

    Returns
    -------
    (scenarios, factors) in [0, 1]

    Raises
    ------
    ParameterError
        `samples` does not suit the design, or comes to too many scenarios.
    CoalsimError
        The design needs SALib, which is not installed.
    """
    if (count := size(design, factors, samples, second_order)) > MAX_SCENARIOS:
        raise ParameterError(f"samples = {said(samples)}: design '{design}' comes to {said(count)} scenarios; allowed: {MAX_SCENARIOS:,}")
    if design in ("sobol", "saltelli") and samples & (samples - 1):
        raise ParameterError(f"samples = {samples}: design '{design}' needs a power of 2")
    if design in ("latin_hypercube", "sobol"):
        from scipy.stats import qmc

        cube = qmc.LatinHypercube(factors, rng=seed) if design == "latin_hypercube" else qmc.Sobol(factors, rng=seed)
        return np.asarray(cube.random(samples))
    problem = {"num_vars": factors, "names": [f"x{i}" for i in range(factors)], "bounds": [[0.0, 1.0]] * factors}
    if design == "saltelli":
        return np.asarray(extra("SALib.sample.sobol").sample(problem, samples, calc_second_order=second_order, seed=seed))
    if samples < 2:
        raise ParameterError(f"samples = {samples}: design 'morris' needs 2 trajectories or more")
    return np.asarray(extra("SALib.sample.morris").sample(problem, samples, num_levels=levels, seed=seed))
