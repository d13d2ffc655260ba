"""Watts' cascades as a limit of the coalition model, node by node, and the analytic window."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln, pdtr

from coalsim.field.build import complete
from coalsim.field.model import Field, Given
from coalsim.parameters import Parameters, declarations
from coalsim.streams import Source
from coalsim.vectorized.core import Block

Ints = NDArray[np.intp]

BLOCK = 100_000  # organizations simulated together
LONGEST = 1_000  # months; a cascade that lasts longer is an error


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected graph.

    Attributes
    ----------
    start : (n + 1,) where each node's neighbours begin in `neighbours`
    neighbours : (ends,) numbers of nodes
    """

    start: Ints
    neighbours: Ints

    @property
    def degree(self) -> Ints:
        """Neighbours of each node, shape (n,)."""
        return np.diff(self.start)


def random_graph(count: int, z: float, random: Generator) -> Graph:
    """Return a graph in which each pair is tied with probability z/(count - 1), of which degrees are nearly Poisson."""
    pairs = count * (count - 1) // 2
    tied = random.choice(pairs, random.binomial(pairs, z / (count - 1)), replace=False, shuffle=False)
    # Pair number e of nodes i > j is i (i - 1)/2 + j; the root may be off by one from rounding.
    i = ((1 + np.sqrt(1 + 8 * tied)) / 2).astype(np.intp)
    i -= i * (i - 1) // 2 > tied
    i += i * (i + 1) // 2 <= tied
    j = tied - i * (i - 1) // 2
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=count))])
    return Graph(start, others[np.lexsort((others, ends))])


# The coalition model


def parameters(longest: int) -> Parameters:
    """Return the coalition model with nothing but contagion along lists of at most `longest`; one coalition, from month 0.

    Every parameter that has a null value is at it. Readiness is the share of acquaintances that are members (base readiness 0,
    `contagion` and `adaptation` 1, no noise), and everybody looks at all acquaintances (`attention`).
    """
    nulls = {name: d.null for name, d in declarations().items() if d.null is not None}
    only = {
        **{"dimensions": 1, "issues": 1, "funders": 0, "acquaintances_max": longest, "initial_acquaintances": 1, "months": LONGEST},
        **{"contagion": 1.0, "adaptation": 1.0, "attention": longest, "focal_launch_month": 0},
    }
    return Parameters.model1().replace(**{**nulls, **only})


def field(graph: Graph, phi: float) -> tuple[Parameters, Field]:
    """Return the parameters and the field of cascades on a graph: alike in all but whom they know."""
    count = len(graph.degree)
    ties = np.repeat(np.arange(count), graph.degree), graph.neighbours
    alike = {"readiness": np.zeros(count), "join_threshold": np.full(count, phi)}
    p = parameters(int(graph.degree.max()))
    return p, complete(Given(count, np.full((count, 1), 0.5), alike, ties=ties, issue=np.array([[0.5]])), p, Source(0, 0))


def in_the_model(graph: Graph, phi: float, seeds: Ints, order: Ints | None = None) -> list[list[int]]:
    """Return the size of each cascade after each month, from month 0 (the convener alone) until a month changes nothing.

    No draw reaches anybody here, so all runs are given those of replicate 0, which makes them once.

    Parameters
    ----------
    graph, phi : who knows whom; the share of acquaintances that makes one join
    seeds : (runs,) conveners
    order : in which to put runs into blocks; a block lasts as long as its longest run
    """
    order = np.arange(len(seeds)) if order is None else order
    p, given = field(graph, phi)
    size = max(1, BLOCK // len(graph.degree))
    found: list[list[int]] = [[] for _ in seeds]
    for start in range(0, len(seeds), size):
        some = order[start : start + size]
        block = Block([p.replace(focal_convener=seed) for seed in seeds[some].tolist()], [given] * len(some), [0] * len(some), 0)
        columns = [_members(block), _members(block)]
        while (columns[-1] > columns[-2]).any():
            columns.append(_members(block))
        for run, sizes in zip(some.tolist(), np.stack(columns, axis=1), strict=True):
            settled = 1 + int(np.flatnonzero(sizes[1:] == sizes[:-1])[0])
            found[run] = sizes[: settled + 1].tolist()
    return found


def _members(block: Block) -> Ints:
    """Simulate a month; return how many are members in each run."""
    if block.state.month == LONGEST - 1:
        raise RuntimeError(f"still growing after {LONGEST} months")
    block.step()
    return np.count_nonzero(block.state.by_run(block.state.member), axis=1)


# The rule as it is written


def directly(graph: Graph, phi: Fraction, seed: int) -> list[int]:
    """Return the size of a cascade after each round, counting the neighbours that are on in whole numbers.

    A node of degree k switches on when at least phi k of its neighbours are on: that is the smallest whole number not below.
    """
    degree = graph.degree
    needed = -(-degree * phi.numerator // phi.denominator)
    on = np.zeros(len(degree), dtype=bool)
    on[seed] = True
    count = np.zeros(len(degree), dtype=np.intp)
    fresh, sizes = np.array([seed]), [1]
    while len(sizes) < 2 or sizes[-1] > sizes[-2]:
        reached = np.concatenate([graph.neighbours[graph.start[node] : graph.start[node + 1]] for node in fresh.tolist()])
        np.add.at(count, reached, 1)
        reached = np.unique(reached)
        fresh = reached[~on[reached] & (count[reached] >= needed[reached])]
        on[fresh] = True
        sizes.append(sizes[-1] + len(fresh))
        if len(fresh) == 0:
            break
    return sizes


# The analytic window


def vulnerable(phi: Fraction) -> int:
    """Return the largest degree K at which one neighbour is enough, floor(1/phi)."""
    return phi.denominator // phi.numerator


def window(phi: Fraction) -> tuple[float, float]:
    """Return the mean degrees between which a single seed can set off a global cascade in a Poisson graph.

    Global cascades are possible where the vulnerable nodes percolate: sum over k <= K of k (k - 1) p_k > z. For Poisson p_k that
    is z P(Poisson(z) <= K - 2) > 1.

    Returns
    -------
    low, high : NaN if there is no such z
    """
    most = vulnerable(phi) - 2
    if most < 0:
        return float("nan"), float("nan")

    def excess(z: float) -> float:
        return z * float(pdtr(most, z)) - 1

    peak = float(brentq(lambda z: excess(z + 1e-7) - excess(z - 1e-7), 1e-3, most + 3.0))
    if excess(peak) <= 0:
        return float("nan"), float("nan")
    return float(brentq(excess, 1e-9, peak, xtol=1e-13)), float(brentq(excess, peak, 60.0 + 10 * most, xtol=1e-13))


def giant(z: float, phi: Fraction) -> float:
    """Return the chance that a random seed has a neighbour in the giant cluster of vulnerable nodes of an infinite Poisson graph.

    Generating functions (Newman, Strogatz & Watts 2001, *Phys. Rev. E* 64:026118): at the end of a tie is a node of
    degree k with chance k p_k/z; the tie does not lead to the giant cluster with chance u, the least root of
    u = sum over k > K of k p_k/z + sum over k <= K of k p_k/z u^(k-1). A seed of any degree misses it with chance e^(-z (1 - u)).
    """
    degrees = np.arange(1, vulnerable(phi) + 1)
    chances = np.exp((degrees - 1) * np.log(z) - z - gammaln(degrees))  # k p_k / z = p_(k-1)

    def missed(u: float) -> float:
        return float(1 - chances.sum() + (chances * u ** (degrees - 1)).sum()) - u

    # missed is convex, positive at 0 and 0 at 1; it dips below 0 in between if and only if its slope at 1 is positive.
    if (chances * (degrees - 1)).sum() <= 1:
        return 0.0
    least = float(minimize_scalar(missed, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x)
    return float(-np.expm1(-z * (1 - brentq(missed, 0.0, least, xtol=1e-14))))
