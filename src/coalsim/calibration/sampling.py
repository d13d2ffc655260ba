"""Sequential Monte Carlo without likelihoods, in the region that waves have left.

Del Moral, Doucet & Jasra 2012, *Statistics and Computing* 22, 1009-1020: draws that are within the next tolerance are drawn again, and
Metropolis steps then move them apart. As the prior is even and steps are as likely as those back, a step is taken wherever it leads within
the region and the tolerance. Steps are differences of other draws in some of the parameters (ter Braak 2006, *Statistics and Computing* 16,
239-249), which finds its way among many parameters, where normal steps in all of them at once end outside. The first draws are not of
the prior but, weighted for it, from where the emulators see the posterior.

The distance is the root of the weighted sum of squared misses, each in standard deviations of its real number; those are narrowed by the
part that the chance in the runs takes of them, but never below that chance itself, so that no draw has to be lucky in its runs. The last
tolerance follows from the targets: errors that are even over a ball of radius sqrt(J + 2) have the variances of J real numbers, so what is
accepted within it is a draw of the posterior whose real numbers have these errors. A smaller tolerance would take the real numbers for
surer than they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.computing import Evaluator, admitted, random_of
from coalsim.calibration.emulators import missed, standard
from coalsim.calibration.matching import Matched
from coalsim.calibration.problem import Method
from coalsim.calibration.region import emulated, stepped
from coalsim.calibration.targets import Target

Floats = NDArray[np.float64]

APART = 0.85
"""Share of independent draws from which they are moved no more."""
IDLE = 1000
"""Rounds of steps of which none leads into the region, after which it is given up."""
NEARLY = 1.15
"""Part of the wanted tolerance from which the next generation goes for it."""


@dataclass(frozen=True)
class Sampled:
    """Draws of the posterior.

    Attributes
    ----------
    units : shape (draws, parameters)
    weights : their sum is 1
    values : statistics of all targets in the runs that were accepted, shape (draws, targets)
    distances : of these
    tolerance, wanted : the tolerance reached, and that which the targets ask for
    generations : a row for each: ``generation``, ``tolerance``, ``proposed``, ``accepted``, ``acceptance``, ``effective`` (how many
        independent draws the weighted ones are worth), ``without_value``, ``kept``
    noise : by target, the usual standard error of the statistic over the scale of the target
    """

    units: Floats
    weights: Floats
    values: Floats
    distances: Floats
    tolerance: float
    wanted: float
    generations: list[dict[str, Any]]
    noise: Floats


@dataclass(frozen=True)
class Distance:
    """How far statistics are from the targets.

    Attributes
    ----------
    targets : all of them
    narrowed : by target, what counts as a miss of 1 over its scale (`narrowed`)
    """

    targets: tuple[Target, ...]
    narrowed: Floats

    def of(self, values: Floats) -> Floats:
        """Return distances, shape (points,); infinite where a fitted statistic has no value."""
        weights = np.array([target.weight for target in self.targets])
        off = np.column_stack([standard(target, values[:, j]) for j, target in enumerate(self.targets)])
        off = missed(self.targets, off) / self.narrowed
        terms = np.where(weights > 0, weights * off**2, 0.0)
        return np.nan_to_num(np.sqrt(terms.sum(axis=1)), nan=np.inf)

    @property
    def wanted(self) -> float:
        """The tolerance that the targets ask for."""
        return float(np.sqrt(sum(target.weight for target in self.targets) + 2))


def sample(evaluator: Evaluator, matched: Matched, targets: tuple[Target, ...], method: Method, seed: int) -> Sampled:
    """Draw from the posterior.

    Parameters
    ----------
    evaluator
        What finds statistics.
    matched
        What the waves found.
    targets
        All targets.
    method
        How many draws, and when it ends.
    seed
        Of all choices.
    """
    units, energies = _start(evaluator, matched, targets, method, seed)
    values, noise = evaluator.evaluate("smc-0", units, common=False)
    errors = _errors(targets, noise)
    distance = Distance(targets, narrowed(errors))
    weights = np.exp(energies - energies.max())
    draws = _Draws(units, values, distance.of(values), weights / weights.sum())
    tolerance = float(draws.distances.max())
    finite = np.isfinite(draws.distances)
    rows = [_row(0, tolerance, len(units), int(finite.sum()), draws, float(1 - finite.mean()))]
    evaluator.say(f"generation 0: {len(units)} draws, median distance {np.median(draws.distances):.3g}, wanted {distance.wanted:.3g}")
    for generation in range(1, method.generations + 1):
        if tolerance <= distance.wanted or finite.sum() < 5:
            break
        (aim,) = quantiles(draws.distances[finite], draws.weights[finite], (method.quantile,))
        aim = distance.wanted if aim < NEARLY * distance.wanted else aim
        if aim >= tolerance:
            break
        grown, row = _generation(evaluator, matched, method, seed, generation, aim, distance, draws)
        rows.append(row)
        said = f"generation {generation}: {row['accepted']} of {row['proposed']} steps accepted within {aim:.3g}"
        if not row["kept"]:
            evaluator.say(f"{said}: too few, it ends here")
            break
        draws, tolerance, finite = grown, aim, np.isfinite(grown.distances)
        evaluator.say(f"{said} (wanted {distance.wanted:.3g}), effective {row['effective']:.0f}")
    return Sampled(draws.units, draws.weights, draws.values, draws.distances, tolerance, distance.wanted, rows, errors)


def _start(evaluator: Evaluator, matched: Matched, targets: tuple[Target, ...], method: Method, seed: int) -> tuple[Floats, Floats]:
    """Return the first draws, from where the emulators see the posterior, and minus the log of the density they were drawn from."""
    kept = evaluator.stage("start")
    if kept:
        return np.array(kept["points"], dtype=float), np.array(kept["energies"], dtype=float)
    random = random_of(seed, "smc-0")
    fitted = np.array([target.weight for target in targets if target.weight > 0])
    points, energies = emulated(matched.emulators, fitted, matched.score, matched.region.points, random)
    order = random.permutation(len(points))
    units = admitted(evaluator, points[order], method.particles)
    place = {unit.tobytes(): k for k, unit in enumerate(points)}
    energies = energies[[place[unit.tobytes()] for unit in units]]
    evaluator.keep_stage("start", {"points": units.tolist(), "energies": energies.tolist()})
    return units, energies


@dataclass(frozen=True)
class _Draws:
    """Points with the statistics of their runs, the distances of these, and weights whose sum is 1."""

    units: Floats
    values: Floats
    distances: Floats
    weights: Floats

    @property
    def effective(self) -> float:
        """How many independent draws they are worth: those of one place count as one."""
        _, place = np.unique(self.units, axis=0, return_inverse=True)
        together = np.bincount(place.ravel(), self.weights)
        return float(together.sum() ** 2 / (together**2).sum())

    def within(self, tolerance: float, count: int, random: np.random.Generator) -> _Draws:
        """Return so many draws of those within a tolerance, as often as they weigh (systematic resampling)."""
        weights = np.where(self.distances <= tolerance, self.weights, 0.0)
        edges = np.cumsum(weights) / weights.sum()
        chosen = np.searchsorted(edges, (np.arange(count) + random.random()) / count, side="right")
        chosen = np.minimum(chosen, np.flatnonzero(weights)[-1])
        return _Draws(self.units[chosen], self.values[chosen], self.distances[chosen], np.full(count, 1 / count))


def _generation(
    evaluator: Evaluator, matched: Matched, method: Method, seed: int, generation: int, aim: float, distance: Distance, before: _Draws
) -> tuple[_Draws, dict[str, Any]]:
    """Draw again within a tolerance and move apart; return draws and their row, in which is whether they were moved enough to be kept."""
    random = random_of(seed, f"smc-{generation}")
    draws = before.within(aim, method.particles, random)
    others = before.units[before.distances <= aim]
    proposed, accepted, unvalued, idle, step = 0, 0, 0, 0, 0
    most = int(method.particles / method.least_acceptance)
    while (draws.effective < APART * method.particles or not accepted) and proposed < most and idle < IDLE:
        tried = stepped(draws.units, others, step, random)
        inside = np.flatnonzero(matched.score(tried) <= 1)
        inside = np.array([place for place in inside if evaluator.admits(tried[place])], dtype=int)
        idle = 0 if len(inside) else idle + 1
        if len(inside):
            values, _ = evaluator.evaluate(f"smc-{generation}-{step:03}", tried[inside], common=False, noise=False)
            distances = distance.of(values)
            taken = distances <= aim
            draws.units[inside[taken]], draws.values[inside[taken]] = tried[inside[taken]], values[taken]
            draws.distances[inside[taken]] = distances[taken]
            proposed, accepted = proposed + len(inside), accepted + int(taken.sum())
            unvalued += int(np.isinf(distances).sum())
        step += 1
    row = _row(generation, aim, proposed, accepted, draws, unvalued / max(proposed, 1))
    return draws, row | {"kept": accepted > 0 and draws.effective >= APART * method.particles}


def narrowed(errors: Floats) -> Floats:
    """Return, by target, what counts as a miss of 1 over the scale of the target, from standard errors of statistics over that scale.

    Runs by chance miss by their standard error; what is accepted beyond makes up the variance of the real number. Where chance takes more
    than half of that, it is as much as chance: what is accepted is then wider than what was granted, which the report says.
    """
    return np.sqrt(np.maximum(1 - errors**2, errors**2))


def _errors(targets: tuple[Target, ...], noise: Floats) -> Floats:
    """Return the usual standard error of each statistic over the scale of its target; 0 where it is not known."""
    scaled = np.column_stack([noise[:, j] / target.scale for j, target in enumerate(targets)])
    known = ~np.isnan(scaled)
    return np.array([float(np.median(scaled[known[:, j], j])) if known[:, j].any() else 0.0 for j in range(len(targets))])


def _row(generation: int, tolerance: float, proposed: int, accepted: int, draws: _Draws, unvalued: float) -> dict[str, Any]:
    about = {"generation": generation, "tolerance": tolerance, "proposed": proposed, "accepted": accepted}
    acceptance = accepted / proposed if proposed else 0.0
    return {**about, "acceptance": acceptance, "effective": draws.effective, "without_value": unvalued, "kept": True}


def quantiles(values: Floats, weights: Floats, at: tuple[float, ...]) -> tuple[float, ...]:
    """Return weighted quantiles; NaN of nothing."""
    if not len(values) or weights.sum() == 0:
        return tuple(float("nan") for _ in at)
    order = np.argsort(values, kind="stable")
    cumulated = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    return tuple(float(np.interp(q, cumulated, values[order])) for q in at)
