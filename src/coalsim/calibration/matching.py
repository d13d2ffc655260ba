"""History matching: waves of simulations that rule out what cannot be, until the region left shrinks no more.

Craig, Goldstein, Seheult & Smith 1997, in *Case Studies in Bayesian Statistics* 3, 37-93; Vernon, Goldstein & Bower 2010,
*Bayesian Analysis* 5, 619-669. Points of all waves share their random numbers, which makes differences between them surer; what chance
all of them share is allowed for when points are ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.computing import Evaluator, admitted, random_of
from coalsim.calibration.emulators import Emulators
from coalsim.calibration.problem import FEWEST_VALUES, Method
from coalsim.calibration.region import Region, Score, sample_region, scorer, spread_out
from coalsim.calibration.targets import Target
from coalsim.errors import ParameterError

Floats = NDArray[np.float64]

SAMPLE = 1000
"""Points of the region that are sampled."""
TRIES = 50
"""Points of the prior tried for each that is wanted: parameters in them need not go together."""


@dataclass(frozen=True)
class Matched:
    """What the waves found.

    Attributes
    ----------
    units, values, noise : all points simulated, statistics of all targets there, and their standard errors
    emulators : of the fitted targets
    score : says whether a point is ruled out
    region : what is not
    waves : a row for each wave: ``wave``, ``points``, ``share`` of the prior not ruled out, ``raised``, ``without_value`` (share of the
        points at which a statistic has no value), ``quality`` (median over targets), ``spread`` (median standard deviation of the
        emulators in the region, in standard deviations of the real numbers)
    """

    units: Floats
    values: Floats
    noise: Floats
    emulators: Emulators
    score: Score
    region: Region
    waves: list[dict[str, Any]]


def match(evaluator: Evaluator, targets: tuple[Target, ...], parameters: int, method: Method, seed: int) -> Matched:
    """Rule out by waves.

    Parameters
    ----------
    evaluator
        What finds statistics.
    targets
        All targets, in the order of the columns of values; those with a weight are fitted.
    parameters
        How many are varied.
    method
        How many waves of how many points, and when they end.
    seed
        Of all choices.

    Raises
    ------
    ParameterError
        A fitted statistic has no value at nearly all points of the prior.
    """
    size = method.points(parameters)
    fitted = [place for place, target in enumerate(targets) if target.weight > 0]
    chosen = tuple(targets[place] for place in fitted)
    weights = np.array([target.weight for target in chosen])
    kept = evaluator.stage("wave-1")
    points = _units(kept, "points") if kept else _first(evaluator, parameters, size, random_of(seed, "wave-1"))
    evaluator.keep_stage("wave-1", {"points": points.tolist()})
    units, values, noise = np.empty((0, parameters)), np.empty((0, len(targets))), np.empty((0, len(targets)))
    rows: list[dict[str, Any]] = []
    while True:
        wave = len(rows) + 1
        found, error = evaluator.evaluate(f"wave-{wave}", points, common=True)
        units, values, noise = np.vstack([units, points]), np.vstack([values, found]), np.vstack([noise, error])
        _check_values(targets, values, fitted)
        emulators = Emulators(chosen, units, values[:, fitted], noise[:, fitted], evaluator.map)
        score = scorer(emulators, weights, method.cutoff)
        name = f"region-{wave}"
        known = evaluator.stage(name)
        region = _region(known) if known else sample_region(score, parameters, _sample(method), random_of(seed, name))
        if region.raised > 1:
            score = scorer_raised(score, region.raised)
        row = {"wave": wave, "points": len(points), "share": region.share, "raised": region.raised}
        row |= {"without_value": float(np.isnan(found[:, fitted]).any(axis=1).mean()), "quality": float(np.median(emulators.quality))}
        row["spread"] = float(np.median(np.sqrt(emulators.predict(region.points[:200]).variance)))
        last = wave == method.waves or (wave > 1 and region.share > method.shrink * rows[-1]["share"])
        rows.append(row)
        if not known:
            evaluator.keep_stage(name, {**row, "region": region.points.tolist()})
        evaluator.say(f"wave {wave}: {len(points)} points; {region.share:.2g} of the prior are not ruled out")
        if last:
            return Matched(units, values, noise, emulators, score, region, rows)
        following = f"wave-{wave + 1}"
        kept = evaluator.stage(following)
        points = _units(kept, "points") if kept else _next(evaluator, region, size, random_of(seed, following))
        evaluator.keep_stage(following, {"points": points.tolist()})


def scorer_raised(score: Score, raised: float) -> Score:
    """Return a score by a bound that was raised."""

    def eased(units: Floats) -> Floats:
        return score(units) / raised

    return eased


def _sample(method: Method) -> int:
    return max(SAMPLE, 2 * method.particles)


def _first(evaluator: Evaluator, parameters: int, size: int, random: np.random.Generator) -> Floats:
    """Return points that fill the prior evenly: a scrambled Sobol sequence, without those at which parameters do not go together."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(parameters, rng=random)
    found: list[Floats] = []
    tried = 0
    while len(found) < size:
        if tried > TRIES * size:
            raise ParameterError(f"of {tried} points of the prior only {len(found)} have parameters that go together; narrow the priors")
        block = np.asarray(sequence.random_base2(int(np.ceil(np.log2(size)))) if not tried else sequence.random(tried))
        tried += len(block)
        found += [unit for unit in block if evaluator.admits(unit)]
    return np.array(found[:size])


def _next(evaluator: Evaluator, region: Region, size: int, random: np.random.Generator) -> Floats:
    """Return points of the region, far from each other."""
    ordered = spread_out(region.points, len(region.points) if len(region.points) < 2 * size else 2 * size, random)
    found = admitted(evaluator, ordered, size)
    if not len(found):
        raise ParameterError("in the region that is left no parameters go together; widen the priors")
    return found


def _check_values(targets: tuple[Target, ...], values: Floats, fitted: list[int]) -> None:
    """Raise `ParameterError` if a statistic has too few values to learn from."""
    for place in fitted:
        known = int((~np.isnan(values[:, place])).sum())
        if known < FEWEST_VALUES:
            raise ParameterError(
                f"[targets.{targets[place].name}] the statistic has a value at {known} of {len(values)} points of the prior: "
                f"too few to fit ({FEWEST_VALUES} are needed); give more runs, other priors, or weight = 0"
            )


def _units(stage: dict[str, Any], name: str) -> Floats:
    return np.array(stage[name], dtype=float)


def _region(stage: dict[str, Any]) -> Region:
    return Region(_units(stage, "region"), float(stage["share"]), float(stage["raised"]))
