"""Committed minorities in the binary naming game, agent by agent, many replicates at once."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

A, B, BOTH, COMMITTED = 0, 1, 2, 3
BLOCK = 256
"""Meetings between two looks at which replicates are done."""


def _after() -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
    """Return what speaker and listener hold after a meeting, and how many more hold only A, by 8 x speaker + 2 x listener + coin."""
    speakers, listeners, more = np.empty((3, 32), np.int8)
    for speaker, listener, coin in product((A, B, BOTH, COMMITTED), (A, B, BOTH, COMMITTED), (A, B)):
        uttered = {A: A, B: B, BOTH: coin, COMMITTED: A}[speaker]
        agreed = listener in (uttered, BOTH) or (listener == COMMITTED and uttered == A)
        case = 8 * speaker + 2 * listener + coin
        speakers[case] = uttered if agreed and speaker != COMMITTED else speaker
        listeners[case] = COMMITTED if listener == COMMITTED else uttered if agreed else BOTH
        more[case] = [speakers[case], listeners[case]].count(A) - [speaker, listener].count(A)
    return speakers, listeners, more


SPEAKER_AFTER, LISTENER_AFTER, MORE = _after()


def consensus_sweeps(
    agents: int,
    committed: int,
    replicates: int,
    seed: int,
    neighbours: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None,
    most: float = np.inf,
) -> NDArray[np.float64]:
    """Return the sweeps to consensus of each replicate, from the committed at A and all others at B.

    A meeting: a random speaker utters its opinion (holding both, a fair coin decides) to a random listener; a listener who
    has it and the speaker both keep only that; otherwise the listener adds it. The committed never change.

    Parameters
    ----------
    agents, committed, replicates
        Counts; the committed are agents 0, 1, ... (on graphs, these are drawn at random: `random_graphs`).
    seed
        Of the generator; the numbers of agents and committed are part of it.
    neighbours
        Contact lists, a (replicates, agents, most contacts) table, and their lengths (replicates, agents). A complete graph
        if not given.
    most
        Sweeps after which a replicate is stopped; it counts as infinite.
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, agents, committed, int(neighbours is not None)])))
    opinion = np.full((replicates, agents), B, np.int8)
    opinion[:, :committed] = COMMITTED
    sweeps, alive, met = np.full(replicates, np.inf), np.arange(replicates), 0
    holding = np.full(replicates, committed)
    while len(alive) and met < most * agents:
        draws = rng.random((BLOCK, 3, len(alive)))
        speakers = (draws[:, 0] * agents).astype(np.intp)
        coins = (draws[:, 2] < 0.5).astype(np.int8)
        if neighbours is None:
            listeners: Any = (speakers + 1 + (draws[:, 1] * (agents - 1)).astype(np.intp)) % agents
        else:
            table, degree = neighbours
            listeners = table[alive, speakers, (draws[:, 1] * degree[alive, speakers]).astype(np.intp)]
        first = np.arange(len(alive)) * agents
        cases, flat = coins, opinion.reshape(-1)
        for case, speaker, listener in zip(cases, speakers + first, listeners + first, strict=True):
            case += 8 * flat[speaker] + 2 * flat[listener]
            flat[speaker], flat[listener] = SPEAKER_AFTER[case], LISTENER_AFTER[case]
        counts = holding + np.cumsum(MORE[cases], axis=0, dtype=np.int64)
        done = counts[-1] == agents  # consensus on A is absorbing
        sweeps[alive[done]] = (met + 1 + np.argmax(counts[:, done] == agents, axis=0)) / agents
        alive, opinion, holding = alive[~done], opinion[~done], counts[-1, ~done]
        met += BLOCK
    return sweeps


def random_graphs(kind: str, agents: int, degree: int, replicates: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return contact lists and their lengths of a connected random graph for each replicate, nodes in random order.

    Parameters
    ----------
    kind
        ``random``: `agents` x `degree` / 2 edges drawn uniformly (Erdős & Rényi), again until the graph is connected, for an
        isolated agent never changes; ``scale-free``: preferential attachment of `degree` / 2 edges a node (Barabási & Albert).
    """
    import networkx as nx

    rng = np.random.default_rng([seed, agents, degree, len(kind)])
    lists: list[Any] = []
    while len(lists) < replicates:
        number = int(rng.integers(2**31))
        if kind == "random":
            graph = nx.gnm_random_graph(agents, agents * degree // 2, number)
        else:
            graph = nx.barabasi_albert_graph(agents, degree // 2, number)
        name = rng.permutation(agents)
        if nx.is_connected(graph):
            lists.append({name[node]: name[list(contacts)] for node, contacts in graph.adjacency()})
    widest = max(len(contacts) for known in lists for contacts in known.values())
    table, lengths = np.zeros((replicates, agents, widest), np.int32), np.zeros((replicates, agents), np.int32)
    for replicate, known in enumerate(lists):
        for node, contacts in known.items():
            table[replicate, node, : len(contacts)], lengths[replicate, node] = contacts, len(contacts)
    return table, lengths
