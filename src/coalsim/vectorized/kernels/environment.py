"""Time passes (step 1), compiled; see `coalsim.vectorized.mechanisms.environment`."""

from __future__ import annotations

import math

import numpy as np

from coalsim.streams import YEAR
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.philox import CHALLENGE, normal, philox
from coalsim.vectorized.kernels.reckoning import RECORD, total
from coalsim.vectorized.kernels.turnover import turnover
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def environment(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let time pass: windows and recessions come and go, problems move and come back, organizations close, income arrives."""
    _surroundings(kit)
    turnover(kit, s, p, draws)
    income, overflow = np.empty(s.shape.runs), np.empty(s.shape.runs)
    _income(kit, received=income, overflow=overflow)
    s.books["income"], s.books["overflow"] = income, overflow


@compiled
def _months_left(left, by_schedule, begins, drawn, gap, length):
    """Return the months left of a spell (this one included) after the turn of the month."""
    if begins if by_schedule else left == 0 and drawn < 1 / gap:
        return int(length)
    return max(left - 1, 0)


@Kernel
def _surroundings(
    parameters, issues, keys, source, now, month, ndtri, scheduled, begins, spells, window, recession, place, need
):  # fmt: skip
    """Let windows and recessions come and go, and problems move and come back."""
    p = parameters.view(RECORD)
    dimensions = place.shape[0]
    blocks = -(-(1 + dimensions) // 4)
    year = now // YEAR
    at = now - year * YEAR
    direction = np.empty(4 * blocks)
    for run in range(len(p)):
        q = p[run]
        of = source[run]
        # Before month 0 they come by chance in any case.
        given = month >= 0 and scheduled[0, run]
        window[run] = _months_left(window[run], given, given and begins[0, run, month], spells[0, now, of], q.window_gap, q.window_length)
        given = month >= 0 and scheduled[1, run]
        recession[run] = _months_left(
            recession[run], given, given and begins[1, run, month], spells[1, now, of], q.recession_gap, q.recession_length
        )
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        for issue in range(issues):
            x = run * issues + issue
            first = (issue * YEAR + at) * blocks
            if philox(k0, k1, first, CHALLENGE, year)[0] < q.challenge_rate:
                length = 0.0
                for block in range(blocks):
                    a, b, c, d = philox(k0, k1, first + block, CHALLENGE, year)
                    direction[4 * block] = a
                    direction[4 * block + 1] = b
                    direction[4 * block + 2] = c
                    direction[4 * block + 3] = d
                for axis in range(dimensions):
                    direction[1 + axis] = normal(ndtri, direction[1 + axis])
                    length += direction[1 + axis] * direction[1 + axis]
                length = math.sqrt(length)
                step = q.challenge_size / length if length > 0 else 0.0
                for axis in range(dimensions):
                    to = place[axis, x] + step * direction[1 + axis]
                    while to < 0 or to > 1:
                        to = -to if to < 0 else 2 - to
                    place[axis, x] = to
            need[x] += q.need_return * (1 - need[x])


@Kernel
def _income(parameters, organizations, recession, income, reserve, reserve_cap, received, overflow):
    p = parameters.view(RECORD)
    gets = np.empty(organizations)
    over = np.empty(organizations)
    for run in range(len(p)):
        first = run * organizations
        share = 1 - p[run].recession_depth if recession[run] > 0 else 1.0
        for i in range(organizations):
            gets[i] = income[first + i] * share
            all_ = reserve[first + i] + gets[i]
            reserve[first + i] = min(all_, reserve_cap[first + i])
            over[i] = all_ - reserve[first + i]
        received[run] = total(gets, 0, organizations)
        overflow[run] = total(over, 0, organizations)
