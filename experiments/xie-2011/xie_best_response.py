"""A companion: committed minorities where the others play a best response to what they remember."""

from __future__ import annotations

import numpy as np


def tipped(agents: int, committed: int, memory: int, rounds: int, replicates: int, seed: int) -> float:
    """Return the share of replicates in which, at the end, more than half of the uncommitted play A.

    Each round all agents are paired at random. An uncommitted agent plays what most of its last `memory` partners played
    (a fair coin if as many played either), a best response in a game of pure coordination; the committed always play A. At
    the start all memories are full of B.

    Parameters
    ----------
    agents
        Number of agents, even; the committed included.
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, agents, committed, memory])))
    remembered = np.zeros((memory, replicates, agents), bool)  # whether a partner played A
    count = np.zeros((replicates, agents), np.int64)
    plays = np.zeros((replicates, agents), bool)
    for number in range(rounds):
        coin = rng.random((replicates, agents)) < 0.5
        plays = np.where(2 * count == memory, coin, 2 * count > memory)
        plays[:, :committed] = True
        order = np.argsort(rng.random((replicates, agents)), axis=1).reshape(replicates, agents // 2, 2)
        partner = np.empty((replicates, agents), np.intp)
        np.put_along_axis(partner, order.reshape(replicates, agents), order[:, :, ::-1].reshape(replicates, agents), axis=1)
        seen = np.take_along_axis(plays, partner, axis=1)
        slot = remembered[number % memory]
        count += seen.astype(int) - slot
        slot[:] = seen
    return float((plays[:, committed:].mean(axis=1) > 0.5).mean())
