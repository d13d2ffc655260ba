"""The region that is not ruled out, sampled uniformly however small it is, and its share of the prior.

Subset simulation (Au & Beck 2001, *Probabilistic Engineering Mechanics* 16, 263-277): from all of the unit cube through ever smaller
regions, each a fifth of the one before, points moved by differences of other points (ter Braak 2006, *Statistics and Computing*
16, 239-249).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from coalsim.calibration.emulators import Emulators

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]

FRACTION = 0.2
MOVES = 6
LEVELS = 25
LEAST_DEFINED = 0.1
"""Chance of having all values below which a point is ruled out."""
CHI2_TAIL = 0.001
HEAT = 3.0
"""Temperature at which the emulators' likelihood is sampled."""
STEPS = 30


@dataclass(frozen=True)
class Region:
    """What is not ruled out.

    Attributes
    ----------
    points : a sample, uniform over it, shape (points, parameters)
    share : of the prior, estimated
    raised : how much the cut-off had to be raised for anything to be left; 1 if it had not
    """

    points: Floats
    share: float
    raised: float = 1.0


def scorer(emulators: Emulators, weights: Floats, cutoff: float) -> Score:
    """Return a function that says how far points are from being ruled out: above 1 they are.

    A point is ruled out if a target's implausibility is above `cutoff`, or the sum of their squares is in the upper tail of what
    chance makes (chi-squared, .001), or a statistic has hardly a chance of a value. Weights count squares.
    """
    most = float(chdtri(weights.sum(), CHI2_TAIL))

    def score(units: Floats) -> Floats:
        implausible, defined = emulators.implausibility(units)
        squares = weights * implausible**2
        out = np.maximum(np.sqrt(squares.max(axis=1)) / cutoff, np.sqrt(squares.sum(axis=1) / most))
        return np.maximum(out, 1 + 4 * (LEAST_DEFINED - defined) / LEAST_DEFINED * (defined < LEAST_DEFINED))

    return score


def sample_region(score: Score, parameters: int, size: int, random: np.random.Generator) -> Region:
    """Sample the points whose score is at most 1.

    If hardly any are found the bound is raised to where there are some, which `Region.raised` tells.

    Parameters
    ----------
    score
        See `scorer`.
    parameters
        Dimensions of the unit cube.
    size
        Points wanted.
    random
        What draws come from.
    """
    from scipy.stats import qmc

    points: Floats = np.asarray(qmc.LatinHypercube(parameters, rng=random).random(size))
    scores = score(points)
    share, level, stalled = 1.0, np.inf, 0
    for _ in range(LEVELS):
        inside = scores <= 1
        if inside.mean() >= FRACTION:
            break
        before, level = level, float(np.quantile(scores, FRACTION))
        stalled = stalled + 1 if before - level < 0.01 * level else 0
        if stalled >= 3 and not inside.any():
            break
        share *= float((scores <= level).mean())
        points, scores = _moved(score, points, scores, max(level, 1.0), random)
    bound = 1.0 if (scores <= 1).any() else float(np.quantile(scores, FRACTION))
    share *= float((scores <= bound).mean())
    points, _ = _moved(score, points, scores, bound, random, 2 * MOVES)
    return Region(points, share, max(bound, 1.0))


def emulated(emulators: Emulators, weights: Floats, score: Score, points: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Move points of the region towards where the emulators see the posterior, and return them with minus the log of their density.

    The density is the emulators' likelihood to the power 1/`HEAT`, so that its tails hold what emulators are wrong about. Metropolis, with
    the same moves as in `sample_region`.
    """

    def energy(units: Floats) -> Floats:
        implausible, _ = emulators.implausibility(units)
        return (implausible**2 @ weights) / (2 * HEAT)

    points = points.copy()
    energies = energy(points)
    for move in range(STEPS):
        tried = stepped(points, points, move, random)
        found = energy(tried)
        taken = (score(tried) <= 1) & (np.log(random.random(len(points))) < energies - found)
        points[taken], energies[taken] = tried[taken], found[taken]
    return points, energies


def stepped(points: Floats, others: Floats, move: int, random: np.random.Generator) -> Floats:
    """Return points moved by differences of others, in some of the parameters, and reflected into the unit cube.

    Parameters
    ----------
    points : shape (points, parameters)
    others : whose differences are steps, shape (others, parameters)
    move : every fifth takes whole differences, which leads from one part of a region to another
    random : what draws come from
    """
    size, parameters = points.shape
    one, other = (_dealt(len(others), size, random) for _ in range(2))
    some = random.random((size, parameters)) < random.choice([0.3, 0.6, 1.0], (size, 1))
    some[np.arange(size), random.integers(parameters, size=size)] = True
    length = np.where(move % 5 == 4, 1.0, 2.38 / np.sqrt(2 * some.sum(axis=1)))[:, None] * random.uniform(0.5, 1.0, (size, 1))
    step = length * (others[one] - others[other]) + 0.01 * random.standard_normal((size, parameters))
    return reflected(points + np.where(some, step, 0.0))


def _dealt(of: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return places dealt out evenly, in random order."""
    return np.concatenate([random.permutation(of) for _ in range(-(-count // of))])[:count]


def _moved(
    score: Score, points: Floats, scores: Floats, bound: float, random: np.random.Generator, moves: int = MOVES
) -> tuple[Floats, Floats]:
    """Return as many points within a bound, from those that are, moved about."""
    size = len(points)
    alive = np.flatnonzero(scores <= bound)
    chosen = np.concatenate([alive, random.choice(alive, size - len(alive))]) if len(alive) < size else alive
    points, scores = points[chosen].copy(), scores[chosen].copy()
    for move in range(moves):
        tried = stepped(points, points, move, random)
        found = score(tried)
        taken = found <= bound
        points[taken], scores[taken] = tried[taken], found[taken]
    return points, scores


def reflected(units: Floats) -> Floats:
    """Return points reflected at the faces of the unit cube until they are inside."""
    turned = np.mod(units, 2.0)
    return np.where(turned > 1, 2 - turned, turned)


def spread_out(points: Floats, count: int, random: np.random.Generator) -> Floats:
    """Return some of the points, far from each other: each the farthest from those chosen before."""
    chosen = [int(random.integers(len(points)))]
    distance = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < min(count, len(points)):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]
