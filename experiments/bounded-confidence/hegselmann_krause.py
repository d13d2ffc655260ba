"""Hegselmann & Krause's bounded confidence as a limit of the coalition model, and a direct computation to check it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coalsim.field.build import complete
from coalsim.field.model import Field, Given
from coalsim.parameters import Parameters, declarations
from coalsim.streams import Source
from coalsim.vectorized.core import Block

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

STILL = 1e-10
"""A run has settled in the first month in which no opinion moves by this much or more."""

BLOCK = 40_000  # organizations simulated together
STRETCH = 10  # months between two looks at which runs have settled
LONGEST = 20_000  # months; a run that needs more is an error


def parameters(eps: float) -> Parameters:
    """Return the coalition model with nothing but dialogue: on a line, among all, to the mean of those within `eps`.

    Every parameter that has a null value is at it. With openness 1/2 for everybody an organization
    listens within cut(2 x `confidence` x 1/2) = `eps` (docs/odd.md, step 3).
    """
    nulls = {name: d.null for name, d in declarations().items() if d.null is not None}
    only = {"dimensions": 1, "issues": 1, "funders": 0, "acquaintances": "all", "dialogue": 1.0, "confidence": eps, "months": STRETCH}
    return Parameters.model1().replace(**{**nulls, **only})


def template(count: int) -> Field:
    """Return a field of `count` organizations of openness 1/2, whose missions are still to be put in."""
    given = Given(count, np.full((count, 1), 0.5), {"openness": np.full(count, 0.5)}, issue=np.array([[0.5]]))
    return complete(given, parameters(0.1).replace(organizations=count), Source(0, 0))


def settle(x: Floats, eps: Floats) -> tuple[Floats, Ints]:
    """Let opinions settle in the coalition model.

    Runs go on from stretch to stretch in new blocks, without those that have settled: with everything
    else switched off the missions are all that a month hands on. No draw reaches them, so all runs are
    given the draws of replicate 0, which makes them once.

    Parameters
    ----------
    x : (runs, n) opinions at the start, in [0, 1]
    eps : (runs,) confidence

    Returns
    -------
    x : (runs, n) opinions at the end
    months : (runs,) the month, from 1, in which nothing moved any more (by `STILL`)
    """
    x, months = x.copy(), np.zeros(len(x), dtype=np.intp)
    scenarios = {value: parameters(value) for value in np.unique(eps).tolist()}
    blank = template(x.shape[1])
    waiting = np.arange(len(x))
    for first in range(0, LONGEST, STRETCH):
        for some in _blocks(waiting, x.shape[1]):
            fields = [replace(blank, mission=opinions[:, None]) for opinions in x[some]]
            block = Block([scenarios[value] for value in eps[some].tolist()], fields, [0] * len(some), 0)
            for month in range(first + 1, first + STRETCH + 1):
                block.step()
                now = block.state.by_run(block.state.mission[0])
                going = months[some] == 0
                moved = np.abs(now - x[some]).max(axis=1)
                x[some[going]] = now[going]
                months[some[going & (moved < STILL)]] = month
        waiting = waiting[months[waiting] == 0]
        if len(waiting) == 0:
            return x, months
    raise RuntimeError(f"{len(waiting)} runs had not settled after {LONGEST} months")


def paths(x: Floats, eps: float, months: int) -> Floats:
    """Return the opinions of one run month by month in the coalition model, shape (months + 1, n)."""
    field = replace(template(len(x)), mission=x[:, None])
    block = Block([parameters(eps).replace(months=months)], [field], [0], 0)
    found = [x]
    for _ in range(months):
        block.step()
        found.append(block.state.mission[0].copy())
    return np.stack(found)


def directly(x: Floats, eps: float) -> tuple[Floats, int]:
    """Let the opinions of one run settle by the rule as it is written: compare every pair, average, repeat."""
    months = 0
    while True:
        near = np.abs(x[:, None] - x[None, :]) <= eps
        mean = near @ x / near.sum(axis=1)
        months += 1
        still = np.abs(mean - x).max() < STILL
        x = mean
        if still:
            return x, months


def clusters(x: Floats, apart: float = 1e-6) -> Ints:
    """Return the number of different opinions in each run, shape (runs,); what is nearer than `apart` is one."""
    return 1 + (np.diff(np.sort(x, axis=1), axis=1) > apart).sum(axis=1)


def _blocks(runs: Ints, count: int) -> Iterator[Ints]:
    size = max(1, BLOCK // count)
    for start in range(0, len(runs), size):
        yield runs[start : start + size]
