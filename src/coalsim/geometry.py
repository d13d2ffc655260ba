"""The issue space [0,1]^D: alignment, personal resonance, bounds.

Only + - * / and square roots, summed in the order of the axes, so that every engine and CPU agrees.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cut(x: Floats, low: float = 0.0, high: float = 1.0) -> Floats:
    """Bound `x` to [low, high]."""
    return np.minimum(np.maximum(x, low), high)


def squared_distance(x: Floats, y: Floats) -> Floats:
    """Return squared Euclidean distances of points, shape (..., D), summed in the order of the axes."""
    difference = x - y
    total = difference[..., 0] * difference[..., 0]
    for axis in range(1, difference.shape[-1]):
        total += difference[..., axis] * difference[..., axis]
    return total


def alignment(x: Floats, y: Floats) -> Floats:
    """Return a(x, y) = 1 - |x - y| / sqrt(D), in [0, 1], of points of shape (..., D)."""
    return 1 - np.sqrt(squared_distance(x, y)) / math.sqrt(x.shape[-1])


def resonance(x: Floats, y: Floats) -> Floats:
    """Return the personal resonance of styles, 1 - |x - y| / sqrt(2), shape (..., 2)."""
    return 1 - np.sqrt(squared_distance(x, y)) / math.sqrt(2)
