"""What all kernels reckon with: bounds, alignment, sums in numpy's order, parameters of focal initiatives."""

from __future__ import annotations

import math

import numpy as np

from coalsim.vectorized.kernels.compile import compiled
from coalsim.vectorized.values import NUMBERS

RECORD = np.dtype([(name, np.float64) for name in NUMBERS])
"""The parameters of a run."""

_ROOT2, _ROOT3 = math.sqrt(2), math.sqrt(3)


@compiled
def cut(x):
    """Bound to [0, 1]."""
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x


@compiled
def distance(x, i, y, j):
    """Return the squared distance of points i of x and j of y, both (D, ...)."""
    if x.shape[0] == 3:  # as is usual: a loop over so few costs more than what it does
        e = x[0, i] - y[0, j]
        f = x[1, i] - y[1, j]
        g = x[2, i] - y[2, j]
        return e * e + f * f + g * g
    e = x[0, i] - y[0, j]
    total = e * e
    for axis in range(1, x.shape[0]):
        e = x[axis, i] - y[axis, j]
        total += e * e
    return total


@compiled
def alignment(x, i, y, j):
    """Return the alignment of points i of x and j of y, both (D, ...)."""
    if x.shape[0] == 3:
        return 1 - math.sqrt(distance(x, i, y, j)) / _ROOT3
    return 1 - math.sqrt(distance(x, i, y, j)) / math.sqrt(x.shape[0])


@compiled
def resonance(style, i, styles, c):
    """Return the personal resonance of organization i with the mean style of coalition c."""
    u = style[0, i] - styles[0, c]
    v = style[1, i] - styles[1, c]
    return 1 - math.sqrt(u * u + v * v) / _ROOT2


@compiled
def own(focal, mine, everybody):
    """Return a parameter of which focal initiatives may have a value of their own."""
    return mine if focal and not math.isnan(mine) else everybody


@compiled
def chance_of_success(trust, fit, momentum, c):
    """Return what trust, fit and recent progress of coalition c suggest, the mean of the three."""
    return (trust[c] + fit[c] + min(momentum[c], 1.0)) / 3


@compiled
def integer_power(x, power):
    """Return x to a whole power by repeated multiplication."""
    result = 1.0
    for _ in range(power):
        result = result * x
    return result


@compiled
def total(values, first, count):
    """Return the sum as numpy sums along the last axis: pairwise, in blocks of 128.

    Without recursion, as numba cannot keep a function in its cache that calls itself.
    """
    if count <= 128:
        return _block(values, first, count)
    start = np.empty(64, np.int64)
    size = np.empty(64, np.int64)
    left = np.empty(64, np.float64)
    halves = np.zeros(64, np.int64)
    top = 0
    start[0] = first
    size[0] = count
    value = 0.0
    while top >= 0:
        if size[top] <= 128:
            value = _block(values, start[top], size[top])
            top -= 1
            continue
        half = size[top] // 2
        half -= half % 8
        if halves[top] == 0:
            halves[top] = 1
            top += 1
            start[top] = start[top - 1]
            size[top] = half
            halves[top] = 0
        elif halves[top] == 1:
            left[top] = value
            halves[top] = 2
            top += 1
            start[top] = start[top - 1] + half
            size[top] = size[top - 1] - half
            halves[top] = 0
        else:
            value = left[top] + value
            top -= 1
    return value


@compiled
def _block(a, first, count):
    """Return the sum of at most 128 numbers, eight at a time."""
    if count < 8:
        result = 0.0
        for k in range(count):
            result += a[first + k]
        return result
    r0 = a[first]
    r1 = a[first + 1]
    r2 = a[first + 2]
    r3 = a[first + 3]
    r4 = a[first + 4]
    r5 = a[first + 5]
    r6 = a[first + 6]
    r7 = a[first + 7]
    whole = count - count % 8
    for k in range(first + 8, first + whole, 8):
        r0 += a[k]
        r1 += a[k + 1]
        r2 += a[k + 2]
        r3 += a[k + 3]
        r4 += a[k + 4]
        r5 += a[k + 5]
        r6 += a[k + 6]
        r7 += a[k + 7]
    result = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for k in range(first + whole, first + count):
        result += a[k]
    return result


@compiled
def best_issue(need, place, first, issues, view, i, besides):
    """Return the issue of a run (its first number is `first`) with the largest need x alignment seen from point i of `view`.

    `besides` is left out, or nobody; if there is no other, it is returned all the same.
    """
    best = first
    most = -np.inf
    for q in range(first, first + issues):
        if q != besides:
            appeal = need[q] * alignment(view, i, place, q)
            if appeal > most:
                most = appeal
                best = q
    if besides >= 0 and issues == 1:
        best = besides
    return best


@compiled
def is_member(coalition, i, c):
    """Return whether organization i is a member of coalition c."""
    for slot in range(coalition.shape[0]):  # noqa: SIM110 - numba knows no generators
        if coalition[slot, i] == c:
            return True
    return False
