"""Draw the attributes that no table gives: the synthetic field of the ODD's section *Initialization*.

Every attribute is monotone in its draw and takes no draw from another, so that a field with more
openness is the same field, more open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from coalsim.field.model import Floats, Ints
from coalsim.geometry import cut, squared_distance
from coalsim.parameters import Parameters
from coalsim.streams import SETUP, Source, Stream, normals, tables


def places(sources: Sequence[Source], stream: Stream, count: int, dimensions: int) -> Floats:
    """Return `count` places uniform in the issue space, shape (runs, count, dimensions)."""
    return tables(sources, stream, SETUP, count)[:, :, :dimensions].copy()


def missions(home: Floats, shocks: Floats, p: Parameters) -> Floats:
    """Return missions around a home issue drawn at random for each organization.

    Parameters
    ----------
    home : (..., D) place of each organization's home issue
    shocks : (..., D) uniforms
    """
    return cut(home + p.field.mission_spread * normals(shocks))


def capacities(uniforms: Floats, p: Parameters) -> Floats:
    """Return lognormal capacities with mean 1 (math.exp, so that CPUs agree)."""
    sigma = p.field.capacity_sigma
    logs = sigma * normals(uniforms) - sigma * sigma / 2
    return np.array([math.exp(x) for x in logs.reshape(-1).tolist()]).reshape(uniforms.shape)


def reserves(uniforms: Floats, capacity: Floats, p: Parameters) -> Floats:
    """Return reserves uniform from 0 to twice `reserve_months` of income, bounded by the cap."""
    income = p.field.slack * capacity
    return np.minimum(uniforms * 2 * p.field.reserve_months * income, p.field.reserve_cap * income)


def acquaintances(sources: Sequence[Source], stream: Stream, mission: Floats, p: Parameters) -> tuple[Ints, Ints]:
    """Draw whom organizations know at the start: the best aligned of a few met, several times.

    Parameters
    ----------
    mission : (runs, N, D)

    Returns
    -------
    lists : (runs, N, acquaintances_max) numbers of others; unused places hold the organization's own
    known : (runs, N) lengths
    """
    runs, count, dimensions = mission.shape
    rows = np.arange(runs * count)
    own = rows % count
    first = rows - own
    lists = np.repeat(own[:, None], p.field.acquaintances_max, axis=1)
    known = np.zeros(runs * count, dtype=np.intp)
    axes = mission.reshape(-1, dimensions).T.copy()
    for part in range(p.field.initial_acquaintances):
        draws = tables(sources, stream, SETUP, count, part)[:, :, : p.field.homophily_draws].reshape(runs * count, -1)
        met = other(draws, own[:, None], count)  # (runs * N, draws)
        squares = squared_distance(axes[:, :, None], axes.take(met + first[:, None], axis=1))
        best = met[rows, squares.argmin(axis=1)]
        new = ~(lists[:, :part] == best[:, None]).any(axis=1)
        lists[rows[new], known[new]] = best[new]
        known += new
    return lists.reshape(runs, count, -1), known.reshape(runs, count)


def other(uniforms: Floats, own: Ints, count: int) -> Ints:
    """Return one of the `count` - 1 others than `own` for each uniform."""
    chosen = (uniforms * (count - 1)).astype(np.intp)
    return chosen + (chosen >= own)
