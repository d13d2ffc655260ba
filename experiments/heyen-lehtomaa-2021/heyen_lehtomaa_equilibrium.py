"""Equilibrium of the game: strategies that are best given the values they lead to, found by iteration from many starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from heyen_lehtomaa_game import Bools, Floats, Game, passes
from numpy.typing import NDArray

EQUAL = 1e-9  # values nearer than this are equal: exact ties are rounded differently
MOST_ITERATIONS = 200


@dataclass(frozen=True)
class Equilibrium:
    """A fixed point of values -> strategies -> transitions -> values.

    Attributes
    ----------
    values : V, shape (states, actors)
    transitions : P, shape (states, states)
    proposals : the state each actor proposes in each state, shape (actors, states)
    """

    values: Floats
    transitions: Floats
    proposals: NDArray[np.int64]

    @property
    def absorbing(self) -> Bools:
        """Which states are never left."""
        return np.diag(self.transitions) > 1 - 1e-12

    @property
    def absorption(self) -> tuple[Floats, Floats]:
        """Mean periods until an absorbing state, (I - Q)^-1 1, and chances to end in each, shape (states, states).

        Infinite and NaN if there is none; that every other state leads to one is up to the caller to look at.
        """
        stay = self.absorbing
        periods, chances = np.zeros(len(stay)), np.diag(stay.astype(float))
        if not stay.any():
            return np.full(len(stay), np.inf), np.full_like(chances, np.nan)
        q, r = self.transitions[np.ix_(~stay, ~stay)], self.transitions[np.ix_(~stay, stay)]
        fundamental = np.linalg.inv(np.eye(len(q)) - q)
        periods[~stay] = fundamental.sum(axis=1)
        chances[np.ix_(~stay, stay)] = fundamental @ r
        return periods, chances


def values_of(game: Game, transitions: Floats) -> Floats:
    """Return V = (1 - delta) (I - delta P)^-1 u; the last axes are states and actors."""
    identity = np.eye(len(game.states))
    payoff = np.broadcast_to(game.payoff, (*transitions.shape[:-1], len(game.actors)))
    return np.asarray((1 - game.discount) * np.linalg.solve(identity - game.discount * transitions, payoff), dtype=float)


def strategies(game: Game, values: Floats, ties: str = "stay") -> NDArray[np.int64]:
    """Return what each actor proposes in each state, given what the states are worth.

    A member of the committee accepts y from x if V(y) >= V(x). The proposer picks the state with the highest own value among
    those that pass, the lower-numbered of equal ones, and stays put unless it is strictly better.

    Parameters
    ----------
    values : shape (..., states, actors)
    ties : ``leave``: a proposer to whom its coalition is worth no more than walking out of it walks out; ``stay``: it stays

    Returns
    -------
    numbers of states, shape (..., actors, states)
    """
    voters, one = game.committees
    accepts = values[..., None, :, :] >= values[..., :, None, :] - EQUAL  # (..., x, y, i)
    passing = passes(accepts[..., None, :, :, :], voters, one)  # (..., p, x, y)
    own = np.moveaxis(values, -1, -2)[..., :, None, :]  # (..., p, 1, y)
    offered = np.where(passing, own, -np.inf)
    best = offered.max(axis=-1, keepdims=True)
    choice = (offered >= best - EQUAL).argmax(axis=-1)
    here = np.moveaxis(values, -1, -2)  # (..., p, x)
    better = best[..., 0] > here + EQUAL
    states = np.arange(len(game.states))
    fallback = np.broadcast_to(states, choice.shape)
    if ties == "leave":
        out = np.array([[game.walkout(p, x) for x in range(len(states))] for p in range(len(game.actors))])
        there = np.take_along_axis(here, np.broadcast_to(out, choice.shape), axis=-1)
        fallback = np.where(there >= here - EQUAL, out, states)
    return np.where(better, choice, fallback)


def transitions_of(game: Game, proposals: NDArray[np.int64]) -> Floats:
    """Return P: the chances of the proposers, summed over what they propose; only what passes is proposed."""
    moves = np.eye(len(game.states))[proposals]  # (..., p, x, y)
    return np.einsum("p,...pxy->...xy", np.array(game.proposing), moves)


def solve(game: Game, starts: int, rng: np.random.Generator, ties: str = "stay") -> tuple[list[Equilibrium], int]:
    """Return the fixed points that are reached from random values, and from how many starts none was reached.

    Starts are uniform between each actor's lowest and highest payoff.
    """
    low, high = game.payoff.min(axis=0), game.payoff.max(axis=0)
    values = low + (high - low) * rng.random((starts, len(game.states), len(game.actors)))
    proposals = strategies(game, values, ties)
    for _ in range(MOST_ITERATIONS):
        values = values_of(game, transitions_of(game, proposals))
        before, proposals = proposals, strategies(game, values, ties)
        settled = (proposals == before).all(axis=(-1, -2))
        if settled.all():
            break
    found = np.unique(proposals[settled], axis=0)
    return [equilibrium(game, one) for one in found], int((~settled).sum())


def equilibrium(game: Game, proposals: NDArray[np.int64]) -> Equilibrium:
    """Return strategies with the transitions and values they lead to."""
    transitions = transitions_of(game, proposals)
    return Equilibrium(values_of(game, transitions), transitions, proposals)
