"""Sequential Monte Carlo without likelihoods, in the region that waves have left.

Toni, Welch, Strelkowa, Ipsen & Stumpf 2009, *J. R. Soc. Interface* 6, 187-202, with the kernel of Beaumont, Cornuet, Marin & Robert
2009, *Biometrika* 96, 983-990 (normal, twice the weighted covariance). A tenth of the proposals come from the whole region, which
bounds the weights. The first draws are not of the prior but, weighted for it, from where the emulators see the posterior.

The distance is the root of the weighted sum of squared misses, each in standard deviations of its real number; those are narrowed
by the part that the chance in the runs takes of them. The last tolerance follows from the targets: errors that are even over a
ball of radius sqrt(J + 2) have the variances of J real numbers, so what is accepted within it is a draw of the posterior whose
real numbers have these errors. A smaller tolerance would take the real numbers for surer than they are.
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
from coalsim.calibration.region import emulated
from coalsim.calibration.targets import Target

Floats = NDArray[np.float64]

DEFENSIVE = 0.1
"""Share of proposals from the whole region."""
GO = 64
"""Most points evaluated before it is looked at how many were accepted."""
NEARLY = 1.15
"""Part of the wanted tolerance from which the next generation goes for it."""
NARROWEST = 0.25
"""Least share of a target's variance that the chance in the runs leaves."""


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
    generations : a row for each: ``generation``, ``tolerance``, ``proposed``, ``accepted``, ``acceptance``, ``effective`` (size of the
        weighted sample), ``without_value``
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
    narrowed : by target, the part of its scale that chance in the runs leaves, 1/2 to 1
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
    distance = Distance(targets, np.sqrt(np.maximum(1 - errors**2, NARROWEST)))
    distances, weights = distance.of(values), np.exp(energies - energies.max())
    weights /= weights.sum()
    tolerance = float(distances.max())
    rows = [_row(0, tolerance, len(units), int(np.isfinite(distances).sum()), weights, values, targets)]
    evaluator.say(f"generation 0: {len(units)} draws, median distance {np.median(distances):.3g}, wanted {distance.wanted:.3g}")
    for generation in range(1, method.generations + 1):
        if tolerance <= distance.wanted:
            break
        finite = distances[np.isfinite(distances)]
        if len(finite) < 5:
            break
        aim = float(np.quantile(finite, method.quantile))
        aim = distance.wanted if aim < NEARLY * distance.wanted else aim
        if aim >= tolerance:
            break
        grown = _generation(evaluator, matched, method, seed, generation, aim, distance, (units, weights, distances))
        units_new, values_new, proposed, unvalued = grown
        rows.append(_row(generation, aim, proposed, len(units_new), np.ones(1), values_new, targets) | {"without_value": unvalued})
        if len(units_new) < method.particles:
            rows[-1] |= {"effective": float("nan"), "kept": False}
            evaluator.say(f"generation {generation}: {len(units_new)} of {proposed} accepted within {aim:.3g}: too few, it ends here")
            break
        kernel = _Kernel(units, weights, distances, aim)
        density = (1 - DEFENSIVE) * kernel.density(units_new) + DEFENSIVE / matched.region.share
        units, values, weights = units_new, values_new, (1 / density) / (1 / density).sum()
        distances, tolerance = distance.of(values), aim
        rows[-1]["effective"] = _effective(weights)
        evaluator.say(
            f"generation {generation}: {len(units)} of {proposed} accepted within {aim:.3g} (wanted {distance.wanted:.3g}), "
            f"effective {rows[-1]['effective']:.0f}"
        )
    return Sampled(units, weights, values, distances, tolerance, distance.wanted, rows, errors)


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


def _generation(
    evaluator: Evaluator,
    matched: Matched,
    method: Method,
    seed: int,
    generation: int,
    aim: float,
    distance: Distance,
    before: tuple[Floats, Floats, Floats],
) -> tuple[Floats, Floats, int, float]:
    """Propose and simulate until enough are accepted, or too few are; return them, their values, proposals, and share without value."""
    kernel = _Kernel(*before, aim)
    accepted: list[Floats] = []
    found: list[Floats] = []
    proposed, unvalued, go = 0, 0, 0
    most = int(method.particles / method.least_acceptance)
    while len(accepted) < method.particles and proposed < most:
        rate = (len(accepted) + 1) / (proposed + 2)
        needed = int(np.ceil((method.particles - len(accepted)) / rate))
        count = min(GO, method.together * int(np.ceil(needed / method.together)))
        units = _proposals(evaluator, matched, kernel, count, random_of(seed, f"smc-{generation}", go))
        values, _ = evaluator.evaluate(f"smc-{generation}-{go:03}", units, common=False, noise=False)
        distances = distance.of(values)
        proposed, unvalued, go = proposed + count, unvalued + int(np.isinf(distances).sum()), go + 1
        for unit, value, far in zip(units, values, distances, strict=True):
            if far <= aim and len(accepted) < method.particles:
                accepted.append(unit)
                found.append(value)
    parameters, count = matched.region.points.shape[1], len(distance.targets)
    return np.array(accepted).reshape(-1, parameters), np.array(found).reshape(-1, count), proposed, unvalued / proposed


def _proposals(evaluator: Evaluator, matched: Matched, kernel: _Kernel, count: int, random: np.random.Generator) -> Floats:
    """Return proposals that are not ruled out and whose parameters go together."""
    found: list[Floats] = []
    for _ in range(1000):
        size = 4 * count
        drawn = kernel.draw(size, random)
        whole = random.random(size) < DEFENSIVE
        drawn[whole] = matched.region.points[random.integers(len(matched.region.points), size=size)][whole]
        drawn = drawn[((drawn >= 0) & (drawn < 1)).all(axis=1)]
        if len(drawn):
            found += list(admitted(evaluator, drawn[matched.score(drawn) <= 1], count - len(found)))
        if len(found) == count:
            return np.array(found)
    raise RuntimeError("no proposals of the sampler are within the region")


class _Kernel:
    """The proposals of a generation: draws of the one before that are within the tolerance, moved by a normal step."""

    def __init__(self, units: Floats, weights: Floats, distances: Floats, aim: float) -> None:
        alive = distances <= aim
        self._units, self._weights = units[alive], weights[alive] / weights[alive].sum()
        centre = self._weights @ self._units
        off = self._units - centre
        covariance = 2 * (off * self._weights[:, None]).T @ off + 1e-6 * np.eye(units.shape[1])
        self._factor = np.linalg.cholesky(covariance)

    def draw(self, count: int, random: np.random.Generator) -> Floats:
        """Return draws."""
        start = self._units[random.choice(len(self._units), size=count, p=self._weights)]
        return start + random.standard_normal((count, start.shape[1])) @ self._factor.T

    def density(self, at: Floats) -> Floats:
        """Return the density of draws at points."""
        parameters = at.shape[1]
        steps = np.linalg.solve(self._factor, (at[:, None, :] - self._units[None, :, :]).reshape(-1, parameters).T)
        exponent = -0.5 * (steps**2).sum(axis=0).reshape(len(at), -1)
        constant = np.log(np.diag(self._factor)).sum() + parameters / 2 * np.log(2 * np.pi)
        return np.exp(exponent - constant) @ self._weights


def _errors(targets: tuple[Target, ...], noise: Floats) -> Floats:
    """Return the usual standard error of each statistic over the scale of its target; 0 where it is not known."""
    scaled = np.column_stack([noise[:, j] / target.scale for j, target in enumerate(targets)])
    known = ~np.isnan(scaled)
    return np.array([float(np.median(scaled[known[:, j], j])) if known[:, j].any() else 0.0 for j in range(len(targets))])


def _effective(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _row(
    generation: int, tolerance: float, proposed: int, accepted: int, weights: Floats, values: Floats, targets: tuple[Target, ...]
) -> dict[str, Any]:
    fitted = [place for place, target in enumerate(targets) if target.weight > 0]
    unvalued = float(np.isnan(values[:, fitted]).any(axis=1).mean()) if len(values) else float("nan")
    about = {"generation": generation, "tolerance": tolerance, "proposed": proposed, "accepted": accepted}
    return {**about, "acceptance": accepted / proposed, "effective": _effective(weights), "without_value": unvalued, "kept": True}
