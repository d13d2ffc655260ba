"""Granovetter's thresholds as a limit of the coalition model, by direct recursion, and in a continuum."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from coalsim.field.build import complete
from coalsim.field.model import Field, Given
from coalsim.parameters import Parameters, declarations
from coalsim.streams import Source
from coalsim.vectorized.core import Block

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

BLOCK = 60_000  # organizations simulated together
LONGEST = 2_000  # months; a run that needs more is an error


# The coalition model


def parameters() -> Parameters:
    """Return the coalition model with nothing but contagion: one coalition, everybody known, readiness = share of members.

    Every parameter that has a null value is at it. Readiness is the share of the others that are
    members (base readiness 0, `contagion` and `adaptation` 1, no noise). Organization 0 convenes in month 0; nobody
    else ever does.
    """
    nulls = {name: d.null for name, d in declarations().items() if d.null is not None}
    only = {
        **{"dimensions": 1, "issues": 1, "funders": 0, "acquaintances": "all", "months": LONGEST},
        **{"contagion": 1.0, "adaptation": 1.0, "attention": 1},
        **{"focal_launch_month": 0, "focal_convener": 0},
    }
    return Parameters.model1().replace(**{**nulls, **only})


def template(count: int, p: Parameters) -> Field:
    """Return a field of `count` people and the convener, of one mission, whose thresholds are still to be put in."""
    everybody = count + 1
    alike, unready = np.full((everybody, 1), 0.5), np.zeros(everybody)
    given = Given(everybody, alike, {"readiness": unready}, issue=np.array([[0.5]]))
    return complete(given, p.replace(organizations=everybody), Source(0, 0))


def join_thresholds(needed: Floats, count: int) -> Floats:
    """Return the model's thresholds of people who act once `needed` of the `count` act, the convener's first.

    The convener stands for the coalition itself and is not one of the people. Somebody outside sees it and k
    others of `count` others in all, so that k >= needed is (k + 1)/count >= (needed + 1)/count.

    Parameters
    ----------
    needed : (runs, n) numbers of others acting that suffice; any real number
    """
    own = (needed + 1) / count
    return np.concatenate([np.ones((len(own), 1)), own], axis=1)


def in_the_model(needed: Floats, order: Ints | None = None) -> list[list[int]]:
    """Return how many act after each month, from month 0 (nobody) until a month changes nothing.

    No draw reaches anybody here, so all runs are given those of replicate 0, which makes them once.

    Parameters
    ----------
    needed : (runs, n) as in `join_thresholds`
    order : in which to put runs into blocks; a block lasts as long as its longest run
    """
    runs, count = needed.shape
    order = np.arange(runs) if order is None else order
    p = parameters()
    blank, thresholds = template(count, p), join_thresholds(needed, count)
    size = max(1, BLOCK // count)
    acting: list[list[int]] = [[] for _ in range(runs)]
    for start in range(0, runs, size):
        some = order[start : start + size]
        fields = [replace(blank, join_threshold=own) for own in thresholds[some]]
        block = Block([p] * len(some), fields, [0] * len(some), 0)
        columns = [_act(block), _act(block)]
        while (columns[-1] > columns[-2]).any() or len(columns) < 3:
            columns.append(_act(block))
        for run, sizes in zip(some.tolist(), np.stack(columns, axis=1), strict=True):
            settled = 1 + int(np.flatnonzero(sizes[1:] == sizes[:-1])[0])
            acting[run] = sizes[: settled + 1].tolist()
    return acting


def _act(block: Block) -> Ints:
    """Simulate a month; return how many are members, the convener not counted."""
    if block.state.month == LONGEST - 1:
        raise RuntimeError(f"still growing after {LONGEST} months")
    block.step()
    return np.count_nonzero(block.state.by_run(block.state.member), axis=1) - 1


# The rule as it is written


def recursion(needed: Floats) -> list[list[int]]:
    """Return how many act in each round, from nobody to the least fixed point, run by run."""
    found = []
    for own in np.sort(needed, axis=1):
        sizes = [0]
        while len(sizes) < 2 or sizes[-1] > sizes[-2]:
            sizes.append(int(np.searchsorted(own, sizes[-1], side="right")))
        found.append(sizes)
    return found


def mid_quantiles(count: int, mean: float, sigma: float) -> Floats:
    """Return the normal quantiles at (i - 1/2)/count, i = 1 ... count."""
    return mean + sigma * ndtri((np.arange(count) + 0.5) / count)


# A continuum of people with normal thresholds


@dataclass(frozen=True)
class Tangency:
    """Where the lower equilibrium disappears: standard deviation, share acting, and the standardised threshold there."""

    sigma: float
    share: float
    u: float


def tangency(mean: float = 0.25) -> Tangency:
    """Return the tangency of F(r) = Phi((r - mean)/sigma) with the diagonal.

    F(r) = r and F'(r) = 1 with u = (r - mean)/sigma say sigma = phi(u) and Phi(u) - u phi(u) = mean.
    """

    def excess(u: float) -> float:
        return float(ndtr(u)) - u * density(u) - mean

    u = float(brentq(excess, -8, 0, xtol=1e-15))
    return Tangency(density(u), float(ndtr(u)), u)


def density(u: float) -> float:
    """Return the standard normal density."""
    return math.exp(-u * u / 2) / math.sqrt(2 * math.pi)


def equilibrium(sigma: float, mean: float = 0.25, precision: float = 1e-15) -> tuple[float, int]:
    """Return the least fixed point of F, reached from r = 0, and the number of rounds it took to within `precision`."""
    share, rounds = 0.0, 0
    while True:
        following = float(ndtr((share - mean) / sigma))
        rounds += 1
        if following - share <= precision:
            return following, rounds
        share = following


def bottleneck(above: float, mean: float = 0.25) -> float:
    """Return how many rounds the gap between F and the diagonal holds r up where sigma is `above` the tangency.

    Near a tangency F(r) - r = a (r - r_c)^2 + b above with a = F''/2 and b = dF/dsigma, and the sum of
    rounds tends to the integral of dr/(F - r), pi/sqrt(a b above) (saddle-node bottleneck; Strogatz 1994,
    *Nonlinear Dynamics and Chaos*, section 4.3). Here F'' = -u/sigma and dF/dsigma = -u.
    """
    t = tangency(mean)
    return math.pi * math.sqrt(2 * t.sigma / above) / abs(t.u)
