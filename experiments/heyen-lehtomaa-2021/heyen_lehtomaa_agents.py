"""Agents that play an equilibrium, many replicates at once: one proposes, a committee votes, until nobody changes anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from heyen_lehtomaa_equilibrium import EQUAL, Equilibrium
from heyen_lehtomaa_game import Floats, Game, passes
from numpy.typing import NDArray

MOST_PERIODS = 10_000


@dataclass(frozen=True)
class Played:
    """What came of the replicates.

    Attributes
    ----------
    periods : until an absorbing state; -1 if none was reached in `MOST_PERIODS`
    final : the state in the end
    payoff : (1 - delta) x discounted payoffs, the last state's going on for ever, shape (replicates, actors)
    """

    periods: NDArray[np.int64]
    final: NDArray[np.int64]
    payoff: Floats


def play(game: Game, found: Equilibrium, start: int, replicates: int, rng: np.random.Generator) -> Played:
    """Play from a state until it is one that is never left.

    A replicate's period: the state pays; a proposer is drawn and says what its strategy says; each member of the committee
    accepts if the proposed state is worth no less to it than the present one; the votes are counted by the rule of approval.
    """
    voters, one = game.committees
    chances = np.cumsum(game.proposing)
    state = np.full(replicates, start)
    periods, payoff = np.full(replicates, -1), np.zeros((replicates, len(game.actors)))
    playing = np.arange(replicates)
    for period in range(MOST_PERIODS):
        over = found.absorbing[state[playing]]
        done, playing = playing[over], playing[~over]
        periods[done] = period
        payoff[done] += game.discount**period * game.payoff[state[done]]
        if not len(playing):
            break
        x = state[playing]
        payoff[playing] += (1 - game.discount) * game.discount**period * game.payoff[x]
        p = np.minimum(np.searchsorted(chances, rng.random(len(playing)), side="right"), len(game.actors) - 1)
        y = found.proposals[p, x]
        votes = found.values[y] >= found.values[x] - EQUAL
        state[playing] = np.where(passes(votes, voters[p, x, y], one[p, x, y]), y, x)
    return Played(periods, state, payoff)
