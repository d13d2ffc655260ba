"""What an organization can afford, compiled; see `coalsim.vectorized.mechanisms.means`."""

from __future__ import annotations

from coalsim.vectorized.kernels.compile import compiled
from coalsim.vectorized.kernels.reckoning import own


@compiled
def committed(coalition, pledge, focal, rate, focal_rate, i, besides):
    """Return what organization i has pledged, as a share of capacity a month; a slot (or -1) is not counted."""
    sum_ = 0.0
    for slot in range(coalition.shape[0]):
        c = coalition[slot, i]
        if c < 0:
            break
        if slot != besides:
            sum_ += pledge[slot, i] * own(focal[c], focal_rate, rate)
    return sum_


@compiled
def has(reserve, capacity, months, slack):
    """Return what an organization has and will set aside in so many months."""
    return reserve + months * slack * capacity


@compiled
def can_afford(reserve, capacity, months, rate, others, slack, see_through, floor):
    """Return whether reserves and income see the least pledge through (the reserve test)."""
    return has(reserve, capacity, months, slack) >= see_through * months * (floor * rate + others) * capacity


@compiled
def affordable(reserve, capacity, months, rate, others, slack, see_through):
    """Return the pledge that an organization could see through, 0 to 1; 1 where nothing is asked."""
    left = has(reserve, capacity, months, slack) - see_through * months * others * capacity
    asked = see_through * months * rate * capacity
    return max(left, 0.0) / asked if left < asked and asked > 0 else 1.0
