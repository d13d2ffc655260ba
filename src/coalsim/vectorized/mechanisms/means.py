"""What an organization can afford: the reserve test, and what it can pledge (steps 7, 8 and 13)."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalsim.geometry import Floats
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Chosen, Values


def committed(s: State, p: Values, who: Ints, besides: Ints | None = None) -> Floats:
    """Return what organizations have pledged, as a share of capacity a month: the sum of pledge x contribution rate.

    Parameters
    ----------
    who : organizations
    besides : a slot for each, the membership in which is not counted
    """
    total = np.zeros(len(who))
    for slot in range(s.shape.slots):
        convener = s.coalition[slot, who]
        counts = convener >= 0 if besides is None else (convener >= 0) & (besides != slot)
        rate = p.of(np.maximum(convener, 0), s.focal).contribution_rate
        total += np.where(counts, s.pledge[slot, who] * rate, 0.0)
    return total


def can_afford(s: State, who: Ints, mine: Chosen, theirs: Any, others: Floats) -> Bools:
    """Return whether reserves and income see the least pledge through (the reserve test).

    Parameters
    ----------
    who : organizations
    mine : their parameters
    theirs : those of the coalition that each would join
    others : what they have pledged already (`committed`)
    """
    months, rate = theirs.commitment_months, theirs.contribution_rate
    asked = mine.see_through * months * (mine.pledge_floor * rate + others) * s.capacity[who]
    return np.asarray(means(s, who, mine, months) >= asked)


def affordable(s: State, who: Ints, mine: Chosen, theirs: Any, others: Floats) -> Floats:
    """Return the pledge that organizations could see through, 0 to 1; 1 where nothing is asked. Arguments as in `can_afford`."""
    months, rate, capacity = theirs.commitment_months, theirs.contribution_rate, s.capacity[who]
    left = means(s, who, mine, months) - mine.see_through * months * others * capacity
    asked = np.broadcast_to(mine.see_through * months * rate * capacity, left.shape)
    # Divided only where less than all is left, as the quotient may be larger than any number elsewhere; and only where
    # something is asked, as who has promised more than it has falls short of nothing, too.
    short = (left < asked) & (asked > 0)
    return np.asarray(np.divide(np.maximum(left, 0.0), asked, out=np.ones(len(who)), where=short))


def means(s: State, who: Ints, mine: Chosen, months: Any) -> Floats:
    """Return what organizations have and will set aside in so many months."""
    return np.asarray(s.reserve[who] + months * mine.slack * s.capacity[who])
