"""Dialogue where everybody is known: the limiting case of Hegselmann & Krause (2002)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coalsim.geometry import Floats, squared_distance
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Values

_PAIRS = 4_000_000  # compared at once, where missions have more than one dimension


def dialogue_with_everybody(s: State, p: Values, reach: Floats) -> None:
    """Move missions towards the mean of all missions within reach.

    Parameters
    ----------
    reach : (runs * organizations,) distance listened to, as a share of the longest
    """
    shape = (s.shape.runs, s.shape.organizations)
    if s.shape.dimensions == 1:
        mean = _mean_on_a_line(s.mission[0].reshape(shape), reach.reshape(shape))
    else:
        mean = _mean_in_space(s.mission.reshape(-1, *shape), reach.reshape(shape))
    s.mission = (1 - p.dialogue) * s.mission + p.dialogue * mean.reshape(s.mission.shape)


def _mean_on_a_line(x: Floats, reach: Floats) -> Floats:
    """Return the mean of all points within `reach` of each point of a row: a sort and two searches."""
    runs = len(x)
    order = np.argsort(x, axis=1, kind="stable")
    x = np.take_along_axis(x, order, axis=1)
    reach = np.take_along_axis(reach, order, axis=1)
    below = np.concatenate([np.zeros((runs, 1)), np.cumsum(x, axis=1)], axis=1)
    low = _first(lambda other: x - other <= reach, x)  # first point not too far below
    high = _first(lambda other: other - x > reach, x)  # first point too far above
    mean = (np.take_along_axis(below, high, axis=1) - np.take_along_axis(below, low, axis=1)) / (high - low)
    out = np.empty_like(x)
    # The difference of two sums may leave the interval of what was summed by a rounding error.
    lowest, highest = np.take_along_axis(x, low, axis=1), np.take_along_axis(x, high - 1, axis=1)
    np.put_along_axis(out, order, np.minimum(np.maximum(mean, lowest), highest), axis=1)
    return out


def _first(holds: Callable[[Floats], Bools], x: Floats) -> Ints:
    """Return, by bisection, the first place in each sorted row at which `holds` (false, then true)."""
    low = np.zeros(x.shape, dtype=np.intp)
    high = np.full(x.shape, x.shape[1])
    for _ in range(int(x.shape[1]).bit_length()):
        middle = (low + high) // 2
        found = holds(np.take_along_axis(x, np.minimum(middle, x.shape[1] - 1), axis=1)) | (middle >= x.shape[1])
        high = np.where(found, middle, high)
        low = np.where(found, low, np.minimum(middle + 1, high))
    return high


def _mean_in_space(x: Floats, reach: Floats) -> Floats:
    """Return the mean of all points within `reach` of each point, comparing every pair, in pieces."""
    dimensions, runs, count = x.shape
    limit = dimensions * reach * reach
    mean = np.empty_like(x)
    piece = max(1, _PAIRS // (runs * count))
    for start in range(0, count, piece):
        here = slice(start, start + piece)
        near = squared_distance(x[:, :, None, :], x[:, :, here, None]) <= limit[:, here, None]
        number = near.sum(axis=2)
        for axis in range(dimensions):
            mean[axis, :, here] = np.where(near, x[axis, :, None, :], 0.0).sum(axis=2) / number
    return mean
