"""The issue space [0,1]^D: alignment, personal resonance, bounds.

Only + - * / and square roots, summed in the order of the axes, so that every engine and CPU agrees.
Points have shape (D, ...): the axes of the space come first.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cut(x: Floats, low: float = 0.0, high: float = 1.0) -> Floats:
    """Bound `x` to [low, high]."""
    return np.minimum(np.maximum(x, low), high)


def squared_distance(x: Floats, y: Floats) -> Floats:
    """Return squared Euclidean distances of points, shape (D, ...), summed in the order of the axes."""
    difference = x - y
    difference *= difference
    total = difference[0]
    for axis in range(1, len(difference)):
        total = total + difference[axis]
    return total


def alignment(x: Floats, y: Floats) -> Floats:
    """Return a(x, y) = 1 - |x - y| / sqrt(D), in [0, 1], of points of shape (D, ...)."""
    return 1 - np.sqrt(squared_distance(x, y)) / math.sqrt(len(x))


def resonance(x: Floats, y: Floats) -> Floats:
    """Return the personal resonance of styles, 1 - |x - y| / sqrt(2), shape (2, ...)."""
    return 1 - np.sqrt(squared_distance(x, y)) / math.sqrt(2)


def reflect(x: Floats) -> Floats:
    """Reflect coordinates at 0 and 1 as often as needed."""
    while True:
        outside = (x < 0) | (x > 1)
        if not outside.any():
            return x
        x = np.where(x < 0, -x, np.where(x > 1, 2 - x, x))


def integer_power(x: Floats, power: Any) -> Floats:
    """Return x to a whole power by repeated multiplication (fractional powers differ between CPUs)."""
    result = np.ones_like(x)
    for step in range(np.max(power, initial=0)):
        result = np.where(step < np.asarray(power), result * x, result)
    return result
