"""Committed minorities in the binary naming game, exactly: the mean field, and the Markov chain of finitely many agents."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu


def drift(A: float, B: float, p: float) -> tuple[float, float]:
    """Return dA/dt and dB/dt of the shares that hold only A or only B, the committed not counted.

    A meeting changes the speaker, the listener or both (rules: `xie_agents`); M = 1 - p - A - B holds both. Time is in
    sweeps: each agent speaks once per unit.
    """
    M = 1 - p - A - B
    return -A * B + M**2 + A * M + 1.5 * p * M, -A * B + M**2 + B * M - p * B


def share_for(x: Any) -> Any:
    """Return the committed share p at which B = x^2 is a stationary state, 0 < x < 1.

    With M eliminated, dB/dt = 0 is (B + M)^2 = B, so M = x - x^2 and A = 1 - p - x; then dA/dt = 0 is linear in p:
    p = 2 (1 - x)(x^2 + x - 1) / (1 + x).
    """
    return 2 * (1 - x) * (x**2 + x - 1) / (1 + x)


class Saddle(NamedTuple):
    """Where the stationary state with B > 0 disappears."""

    p: float
    A: float
    B: float


def saddle_node() -> Saddle:
    """Return the largest p with a stationary state B > 0.

    The maximum of `share_for`: its derivative is zero where 2 x^3 + 3 x^2 - 3 = 0, which has one positive root.
    """
    roots = np.roots([2.0, 3.0, 0.0, -3.0])
    x = float(roots[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)].real[0])
    p = share_for(x)
    return Saddle(p, 1 - p - x, x**2)


def stationary(p: float) -> Saddle:
    """Return the stable stationary state with B > 0, p below the saddle node: the larger x with `share_for` (x) = p."""
    from scipy.optimize import brentq

    x = float(brentq(lambda x: share_for(x) - p, np.sqrt(saddle_node().B), 1.0, xtol=1e-15))
    return Saddle(p, 1 - p - x, x**2)


class Time(NamedTuple):
    """Sweeps to consensus: mean and standard deviation over runs, and the largest relative error that rounding can have made."""

    mean: float
    sd: float
    error: float


def consensus_time(agents: int, committed: int) -> Time:
    """Return the time to consensus on a complete graph, from all others holding B.

    The counts a and b of those who hold only A or only B are a Markov chain, for agents differ in nothing else. The mean
    number of meetings T left in each state solves (I - Q) T = 1, the second moment (I - Q) S = 2 T - 1 (Kemeny & Snell
    1960, section 3.3); a sweep is as many meetings as there are agents. I - Q is an M-matrix, with an inverse >= 0, so a
    residual r bounds the error: abs(error) <= max(abs(r)) T in every state.

    Parameters
    ----------
    agents
        Number of agents N, the committed included; memory grows as (N - committed)^2.
    committed
        How many are committed to A, at least 1.
    """
    free = agents - committed
    a, b = np.meshgrid(np.arange(free + 1), np.arange(free + 1), indexing="ij")
    transient = (a + b <= free) & (a < free)
    a, b = a[transient], b[transient]
    number = np.full((free + 3, free + 3), -1)
    number[a, b] = np.arange(len(a))
    leaving = np.zeros(len(a))
    rows, columns, entries = [], [], []
    for (more_a, more_b), chance in meetings(a, b, agents, committed).items():
        leaving += chance
        to_a, to_b = a + more_a, b + more_b
        inside = np.flatnonzero((chance > 0) & (to_a < free))
        rows.append(inside)
        columns.append(number[to_a[inside], to_b[inside]])
        entries.append(-chance[inside])
    diagonal = np.arange(len(a))
    where = (np.concatenate([diagonal, *rows]), np.concatenate([diagonal, *columns]))
    matrix = sparse.coo_matrix((np.concatenate([leaving, *entries]), where), shape=(len(a), len(a))).tocsc()
    # Diagonally dominant by rows, with a symmetric pattern: no pivoting, and an ordering that keeps the factors small.
    factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    mean = _solve(factors, matrix, np.ones(len(a)))
    second = _solve(factors, matrix, 2 * mean - 1)
    start = number[0, free]
    error = float(np.abs(matrix @ mean - 1).max())
    return Time(float(mean[start] / agents), float(np.sqrt(second[start] - mean[start] ** 2) / agents), error)


Counts = NDArray[np.int64]


def meetings(a: Counts, b: Counts, agents: int, committed: int) -> dict[tuple[int, int], NDArray[np.float64]]:
    """Return the chance that a meeting changes a and b by so and so much, an array entry a state.

    Speaker and listener are two different agents, in that order, each pair as likely; who holds both (m) utters A or B with
    chance 1/2 each.
    """
    m = agents - committed - a - b
    pairs = agents * (agents - 1)
    say_a, say_b = a + committed + 0.5 * m, b + 0.5 * m  # speakers who utter A, B; below, the listener is another agent
    return {
        (0, -1): b * say_a / pairs,  # a listener with B hears A and adds it
        (-1, 0): a * say_b / pairs,
        (1, 0): (m * (a + committed) + 0.5 * m * (a + committed)) / pairs,  # both hears A from A; A hears A from both
        (0, 1): (m * b + 0.5 * m * b) / pairs,
        (2, 0): 0.5 * m * (m - 1) / pairs,  # both hears A from both: two keep A
        (0, 2): 0.5 * m * (m - 1) / pairs,
    }


def _solve(factors: object, matrix: sparse.csc_matrix, right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve, with a step of iterative refinement."""
    x = factors.solve(right)  # type: ignore[attr-defined]
    return x + factors.solve(right - matrix @ x)  # type: ignore[attr-defined]
