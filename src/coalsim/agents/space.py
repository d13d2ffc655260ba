"""The issue space in plain floats: positions are tuples, sums run from the first axis or item to the last.

(`sum` will not do: since Python 3.12 it compensates rounding, and the last bit would depend on the version.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import sqrt
from operator import add
from typing import TypeAlias

Point: TypeAlias = tuple[float, ...]

_ROOTS = tuple(sqrt(dimensions) for dimensions in range(65))


def cut(x: float) -> float:
    """Bound `x` to [0, 1]."""
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x


def total(values: Iterable[float]) -> float:
    """Return the sum of `values`, added one by one in their order."""
    return reduce(add, values, 0.0)


def power(x: float, exponent: int) -> float:
    """Return `x` to a whole power, by repeated multiplication."""
    product = 1.0
    for _ in range(exponent):
        product *= x
    return product


def squared_distance(x: Point, y: Point) -> float:
    """Return |x - y|^2."""
    if len(x) == 3:
        (x0, x1, x2), (y0, y1, y2) = x, y
        d0, d1, d2 = x0 - y0, x1 - y1, x2 - y2
        return d0 * d0 + d1 * d1 + d2 * d2
    square = 0.0
    for a, b in zip(x, y, strict=True):
        square += (a - b) * (a - b)
    return square


def alignment(x: Point, y: Point) -> float:
    """Return a(x, y) = 1 - |x - y| / sqrt D, in [0, 1]. Of styles, which have two dimensions, it is their resonance."""
    return 1 - sqrt(squared_distance(x, y)) / _ROOTS[len(x)]


def mean(points: Sequence[Point]) -> Point:
    """Return the mean of one or more points."""
    count = len(points)
    if len(points[0]) == 3:
        t0 = t1 = t2 = 0.0
        for x0, x1, x2 in points:
            t0 += x0
            t1 += x1
            t2 += x2
        return t0 / count, t1 / count, t2 / count
    return tuple(total(axis) / count for axis in zip(*points, strict=True))


def towards(x: Point, share: float, y: Point) -> Point:
    """Return x + share (y - x)."""
    return tuple(a + share * (b - a) for a, b in zip(x, y, strict=True))


def reflect(x: float) -> float:
    """Reflect `x` at the borders of [0, 1] as often as needed."""
    while not 0.0 <= x <= 1.0:
        x = -x if x < 0.0 else 2.0 - x
    return x
