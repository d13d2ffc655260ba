"""Where single organizations of a run would go: all moves to all coalitions, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coalsim.games.games import TOLERANCE
from coalsim.stability.situation import Situation
from coalsim.stability.worths import Bools, Floats, Ints
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

    The blocks are the running coalitions, then, one each, the organizations that have a membership left to take up, in order. Where
    nobody is in two coalitions they are the coalition structure.

    Attributes
    ----------
    block : (N,) the coalition that each organization would give up; its own block, if it gives up none
    payoff : (N,) what that pays now
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = st = situation
        running = len(st.conveners)
        partners = np.flatnonzero((st.coalition == NOBODY).any(axis=0))
        self._lone = np.concatenate([np.full(running, NOBODY), partners])  # the organization that is a block of no coalition
        own = np.full(st.size, NOBODY)
        own[partners] = running + np.arange(len(partners))
        self.block = np.where(st.given == NOBODY, own, st.given)
        self.payoff = st.stake
        slot, member = np.nonzero(st.coalition >= 0)
        where = np.concatenate([st.coalition[slot, member], own[partners]])
        order = np.argsort(where, kind="stable")  # members by block
        self._who = np.concatenate([member, partners])[order]
        self._pays = np.concatenate([st.payoffs[slot, member], np.full(len(partners), st.exit_level)])[order]
        self._pledge = np.concatenate([st.pledge[slot, member], np.full(len(partners), np.nan)])[order]
        blocks = len(self._lone)
        self._count = np.bincount(where, minlength=blocks)
        self._styles = np.stack([np.bincount(where[order], weights=axis[self._who], minlength=blocks) for axis in st.style])
        self._first = np.cumsum(self._count) - self._count
        self._mine = np.zeros((st.size, blocks), dtype=bool)  # where an organization is already
        self._mine[self._who, where[order]] = True

    def name(self, destination: int) -> str:
        """Return a destination (see `Best`) in words."""
        if destination == NOBODY:
            return STAYS
        if destination == len(self._lone):
            return "alone"
        lone = self._lone[destination]
        return f"coalition {self.situation.conveners[destination]}" if lone == NOBODY else f"organization {lone}"

    def best(self) -> Best:
        """Return the best move of each organization."""
        size, blocks = self.situation.size, len(self._lone)
        destination = {name: np.full(size, NOBODY) for name in ("nash", "individual", "contractual")}
        gain = np.zeros(size)
        kept = self._kept()
        for who in self._pieces(size, blocks):
            gains = np.concatenate([self._gains(who), (self.situation.exit_level - self.payoff[who])[:, None]], axis=1)
            gains[:, :blocks][self._mine[who]] = 0
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
        st = self.situation
        running = len(st.conveners)
        style = (self._styles[:, block] + st.style[:, who]) / (self._count[block] + 1)
        lone = self._lone[block]
        ready, theirs = st.readiness[who], st.readiness[lone]
        leads = (ready > theirs) | ((ready == theirs) & (who < lone))
        new = running + np.where(leads, who, lone)
        own = st.given[who]
        brings = (own >= 0) & (self._count[self.block[who]] == 1)  # the only member of its coalition
        carrier = np.where(lone == NOBODY, block, np.where(brings, own, new))
        return np.where(brings & (lone == NOBODY) & (self._count[block] == 1), np.minimum(own, block), carrier), style

    def _gains(self, who: Ints) -> Floats:
        """Return what organizations would gain in each block, (len(who), blocks)."""
        mover, block = who[:, None], np.arange(len(self._lone))[None, :]
        mover, block = np.broadcast_arrays(mover, block)
        carrier, style = self._joined(mover, block)
        return self.situation.payoff(mover, carrier, style, self._pledged(mover, carrier)) - self.payoff[mover]

    def _pledged(self, mover: Ints, carrier: Ints) -> Floats:
        """Return what movers pledge: what they pledged already, if they take their coalition along."""
        st = self.situation
        brings = st.given[mover] == carrier
        return np.where(brings, st.pledge[st.worst[mover], mover], st.promised(mover, carrier))

    def _refuse(self, who: Ints, gains: Floats) -> None:
        """Strike out the moves by which somebody in the block that is joined would lose."""
        st = self.situation
        row, block = np.nonzero(gains[:, : len(self._lone)] > 0)
        pair, entry = self._members(block)
        incumbent = self._who[entry]
        carrier, style = self._joined(who[row][pair], block[pair])
        pledge = np.where(self._lone[block[pair]] == NOBODY, self._pledge[entry], st.promised(incumbent, carrier, gives_up=False))
        then = st.payoff(incumbent, carrier, style, pledge)
        refused = np.unique(pair[self._pays[entry] > then + TOLERANCE])
        gains[row[refused], block[refused]] = -np.inf

    def _kept(self) -> Bools:
        """Return whom somebody would rather keep in the coalition that it would give up."""
        st = self.situation
        kept = np.zeros(st.size, dtype=bool)
        who = np.flatnonzero((st.given >= 0) & (self._count[self.block] > 1))
        leaver, entry = self._members(self.block[who])
        leaver = who[leaver]
        rest = leaver != self._who[entry]
        leaver, entry = leaver[rest], entry[rest]
        block, count = self.block[leaver], self._count[self.block[leaver]]
        style = (self._styles[:, block] - st.style[:, leaver]) / (count - 1)
        then = np.where(count == 2, st.exit_level, st.payoff(self._who[entry], block, style, self._pledge[entry]))
        kept[leaver[self._pays[entry] > then + TOLERANCE]] = True
        return kept

    def _members(self, blocks: Ints) -> tuple[Ints, Ints]:
        """Return all pairs (place in `blocks`, entry of a member of that block)."""
        count = self._count[blocks]
        place = np.repeat(np.arange(len(blocks)), count)
        within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return place, self._first[blocks][place] + within
