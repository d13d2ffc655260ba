"""Where single organizations of a run would go: all moves to all coalitions, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coalsim.games.games import TOLERANCE
from coalsim.stability.standing import Bools, Floats, Ints, Standing
from coalsim.vectorized.state import NOBODY

STAYS = "stays"
_PAIRS = 1_000_000  # of organizations and coalitions looked at at once


@dataclass(frozen=True)
class Best:
    """The best move of each organization.

    Attributes
    ----------
    destination : by whose agreement is needed (`nash`, `individual`, `contractual`), (N,) number of the block it would
        join; the number of blocks if it would be alone, -1 if it stays
    gain : (N,) what it gains by its best move, if nobody's agreement is needed; 0 if it stays
    """

    destination: dict[str, Ints]
    gain: Floats


class Offers:
    """What organizations would get elsewhere, and what those there and those left behind would say.

    The blocks of the partition are the running coalitions, then the organizations in none, in order.

    Attributes
    ----------
    block : (N,) block of each organization
    payoff : (N,) what it gets now
    """

    def __init__(self, standing: Standing) -> None:
        self.standing = st = standing
        running = len(st.conveners)
        outside = np.flatnonzero(st.coalition == NOBODY)
        self.block = st.coalition.copy()
        self.block[outside] = running + np.arange(len(outside))
        self._lone = np.concatenate([np.full(running, NOBODY), outside])  # the organization that is a block of no coalition
        self._count = np.bincount(self.block, minlength=len(self._lone))
        self._styles = np.stack([np.bincount(self.block, weights=axis, minlength=len(self._lone)) for axis in st.style])
        self._order = np.argsort(self.block, kind="stable")  # organizations by block
        self._first = np.cumsum(self._count) - self._count
        everybody, own = np.arange(st.size), np.minimum(self.block, max(running - 1, 0))
        together = st.payoff(everybody, own, (self._styles / self._count)[:, self.block])
        self.payoff = np.where(self._count[self.block] == 1, st.exit_level, together)

    def name(self, destination: int) -> str:
        """Return a destination (see `Best`) in words."""
        if destination == NOBODY:
            return STAYS
        if destination == len(self._lone):
            return "alone"
        lone = self._lone[destination]
        return f"coalition {self.standing.conveners[destination]}" if lone == NOBODY else f"organization {lone}"

    def best(self) -> Best:
        """Return the best move of each organization."""
        size, blocks = self.standing.size, len(self._lone)
        destination = {name: np.full(size, NOBODY) for name in ("nash", "individual", "contractual")}
        gain = np.zeros(size)
        kept = self._kept()
        for who in self._pieces(size, blocks):
            gains = np.concatenate([self._gains(who), (self.standing.exit_level - self.payoff[who])[:, None]], axis=1)
            gains[np.arange(len(who)), self.block[who]] = 0
            gains[gains <= TOLERANCE] = -np.inf
            for name, found in destination.items():
                if name == "individual":
                    self._refuse(who, gains)
                elif name == "contractual":
                    gains[kept[who]] = -np.inf
                best = gains.argmax(axis=1)
                most = gains[np.arange(len(who)), best]
                found[who] = np.where(most > 0, best, NOBODY)
                if name == "nash":
                    gain[who] = np.maximum(most, 0)
        return Best(destination, gain)

    def _pieces(self, rows: int, width: int) -> Iterator[Ints]:
        step = max(1, _PAIRS // max(width, 1))
        for start in range(0, rows, step):
            yield np.arange(start, min(start + step, rows))

    def _joined(self, who: Ints, block: Ints) -> tuple[Ints, Floats]:
        """Return carrier and mean style (2, ...) of blocks after organizations join them."""
        st = self.standing
        running = len(st.conveners)
        style = (self._styles[:, block] + st.style[:, who]) / (self._count[block] + 1)
        lone = self._lone[block]
        ready, theirs = st.readiness[who], st.readiness[lone]
        leads = (ready > theirs) | ((ready == theirs) & (who < lone))
        new = running + np.where(leads, who, lone)
        brings = (st.coalition[who] >= 0) & (self._count[self.block[who]] == 1)  # the only member of its coalition
        own = st.coalition[who]
        carrier = np.where(lone == NOBODY, block, np.where(brings, own, new))
        return np.where(brings & (lone == NOBODY) & (self._count[block] == 1), np.minimum(own, block), carrier), style

    def _gains(self, who: Ints) -> Floats:
        """Return what organizations would gain in each block, (len(who), blocks)."""
        mover, block = who[:, None], np.arange(len(self._lone))[None, :]
        mover, block = np.broadcast_arrays(mover, block)
        return self.standing.payoff(mover, *self._joined(mover, block)) - self.payoff[mover]

    def _refuse(self, who: Ints, gains: Floats) -> None:
        """Strike out the moves by which somebody in the block that is joined would lose."""
        row, block = np.nonzero(gains[:, : len(self._lone)] > 0)
        pair, incumbent = self._members(block)
        mover = who[row][pair]
        then = self.standing.payoff(incumbent, *self._joined(mover, block[pair]))
        refused = np.unique(pair[self.payoff[incumbent] > then + TOLERANCE])
        gains[row[refused], block[refused]] = -np.inf

    def _kept(self) -> Bools:
        """Return whom somebody would rather keep in its coalition."""
        st = self.standing
        kept = np.zeros(st.size, dtype=bool)
        who = np.flatnonzero(self._count[self.block] > 1)
        leaver, other = self._members(self.block[who])
        leaver = who[leaver]
        leaver, other = leaver[leaver != other], other[leaver != other]
        block, count = self.block[leaver], self._count[self.block[leaver]]
        style = (self._styles[:, block] - st.style[:, leaver]) / (count - 1)
        then = np.where(count == 2, st.exit_level, st.payoff(other, block, style))
        kept[leaver[self.payoff[other] > then + TOLERANCE]] = True
        return kept

    def _members(self, blocks: Ints) -> tuple[Ints, Ints]:
        """Return all pairs (place in `blocks`, member of that block)."""
        count = self._count[blocks]
        place = np.repeat(np.arange(len(blocks)), count)
        within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return place, self._order[self._first[blocks][place] + within]
