"""Deffuant, Neau, Amblard & Weisbuch's bounded confidence: pairs meet and compromise.

This is not a limit of the coalition model, in which all entities of a month move at once; it is computed
here for comparison, in parallel over runs.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

LOOK = 5  # meetings per agent between two looks at which runs have settled


def settle(x: Floats, d: Floats, random: Generator, mu: float = 0.5) -> tuple[Floats, Ints]:
    """Let pairs meet until it is certain who ends up with whom.

    In each step of each run two different agents, drawn uniformly, meet; if their opinions differ by
    less than `d`, each moves by `mu` of the difference towards the other.

    Parameters
    ----------
    x : (runs, n) opinions at the start
    d : (runs,) confidence
    random : of the meetings
    mu : share of the difference each moves, 0 to 1/2

    Returns
    -------
    x : (runs, n) opinions when the run had settled (`settled`)
    meetings : (runs,) meetings until then, to the next look
    """
    x, meetings = x.copy(), np.zeros(len(x), dtype=np.intp)
    count = x.shape[1]
    stretch = LOOK * count // 2
    going = np.flatnonzero(~settled(x, d))
    while len(going):
        x[going] = _meet(x[going], d[going], random, mu, stretch)
        meetings[going] += stretch
        going = going[~settled(x[going], d[going])]
    return x, meetings


def _meet(x: Floats, d: Floats, random: Generator, mu: float, steps: int) -> Floats:
    """Return opinions after so many meetings in each run."""
    runs, count = x.shape
    x = x.reshape(-1)
    here = np.arange(runs) * count
    first = random.integers(0, count, (steps, runs))
    second = random.integers(0, count - 1, (steps, runs))
    second += second >= first  # anybody but the first
    first += here
    second += here
    for i, j in zip(first, second, strict=True):
        mine, theirs = x[i], x[j]
        move = theirs - mine
        move *= mu * (np.abs(move) < d)
        x[i] = mine + move
        x[j] = theirs - move
    return x.reshape(runs, count)


def clusters(x: Floats, d: Floats) -> tuple[Ints, Floats]:
    """Split the opinions of each run where two neighbours on the line are `d` or more apart.

    Returns
    -------
    cluster : (runs, n) number of the cluster of each opinion, in rising order
    width : (runs, n) distance from the lowest to the highest opinion of that cluster
    """
    x = np.sort(x, axis=1)
    new = np.zeros(x.shape, dtype=bool)
    new[:, 1:] = np.diff(x, axis=1) >= d[:, None]
    cluster = np.cumsum(new, axis=1)
    flat = (cluster + np.arange(len(x))[:, None] * x.shape[1]).reshape(-1)
    lowest, highest = np.full(x.size, np.inf), np.full(x.size, -np.inf)
    np.minimum.at(lowest, flat, x.reshape(-1))
    np.maximum.at(highest, flat, x.reshape(-1))
    return cluster, (highest - lowest)[flat].reshape(x.shape)


def settled(x: Floats, d: Floats) -> Bools:
    """Return whether the clusters of each run can change no more, shape (runs,).

    Opinions never leave the interval they span. Once a cluster is less than `d` wide all in it listen to
    each other for good, so it ends as one opinion; and two clusters at least `d` apart stay so.
    """
    return np.asarray((clusters(x, d)[1] < d[:, None]).all(axis=1))


def major(x: Floats, d: Floats, share: float = 0.05) -> tuple[Ints, Ints]:
    """Return how many clusters hold at least `share` of the agents in each run, and how many there are."""
    cluster, _ = clusters(x, d)
    runs, count = x.shape
    sizes = np.bincount((cluster + np.arange(runs)[:, None] * count).reshape(-1), minlength=x.size).reshape(runs, count)
    return (sizes >= share * count).sum(axis=1), (sizes > 0).sum(axis=1)
