"""Who is in which coalition, and whether members keep what they have pledged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from coalsim.vectorized.state import Floats, State

REMEMBERED = 6
"""Months of which it is remembered whether a member kept its pledge."""

ALL_KEPT = (1 << REMEMBERED) - 1
BITS = np.array([bin(months).count("1") for months in range(ALL_KEPT + 1)])


class Members:
    """Who is in which running coalition: one entry for each membership, by organization, then by convener.

    Attributes
    ----------
    who : organization of each membership
    place : its slot
    convener : its coalition
    coalitions : conveners of the running coalitions, in order
    slot : position of each membership's coalition in `coalitions`
    count : members of each coalition
    """

    def __init__(self, s: State) -> None:
        self.coalitions = np.flatnonzero(s.running)
        slots = s.shape.slots
        self.who = np.flatnonzero(s.coalition[0] >= 0)
        self.place = np.zeros(len(self.who), dtype=np.intp)
        if slots > 1:
            entry = np.flatnonzero((s.coalition[:, self.who] >= 0).T)
            self.who, self.place = self.who[entry // slots], entry % slots
        self._organizations = s.shape.all
        self._flat = self.place * s.shape.all + self.who
        self.convener = self.of(s.coalition)
        scratch = s._scratch
        scratch[self.coalitions] = np.arange(len(self.coalitions))
        self.slot = scratch[self.convener]
        self.count = np.bincount(self.slot, minlength=len(self.coalitions))

    def of(self, variable: NDArray[Any]) -> NDArray[Any]:
        """Return a variable of memberships, entry by entry."""
        return variable.reshape(-1).take(self._flat)

    def put(self, variable: NDArray[Any], values: NDArray[Any]) -> None:
        """Set a variable of memberships, entry by entry."""
        variable.reshape(-1)[self._flat] = values

    def total(self, x: Floats) -> Floats:
        """Sum a value of members over each coalition, in the order of organizations."""
        return np.bincount(self.slot, weights=x, minlength=len(self.coalitions)).astype(float, copy=False)

    def mean(self, x: Floats) -> Floats:
        """Average a value of members over each coalition; 0 where there is no member."""
        return self.total(x) / np.maximum(self.count, 1)

    def by_organization(self, x: Floats) -> Floats:
        """Sum a value over each organization's memberships, in the order of conveners, shape (runs * organizations,)."""
        return np.bincount(self.who, weights=x, minlength=self._organizations).astype(float, copy=False)

    def active_share(self, s: State, c: NDArray[np.intp]) -> Floats:
        """Return the share of the members of coalitions that kept at least half of their last months; see `State.active_share`."""
        months = np.minimum(s.month - self.of(s.joined) + 1, REMEMBERED)
        active = 2 * BITS[self.of(s.kept) & ((1 << months) - 1)] >= months
        with np.errstate(invalid="ignore"):
            return (self.total(active.astype(float)) / self.count)[np.searchsorted(self.coalitions, c)]
