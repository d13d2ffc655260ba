"""The stable roommates problem: whether random instances have a stable matching.

Each of n agents (n even) ranks all others; a perfect matching is stable if no two agents prefer each other
to their partners (Gale & Shapley 1962).
"""

from __future__ import annotations

from itertools import combinations, permutations, product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LARGEST = 10
"""Most agents for whom every matching is tried (945 of ten); their 45 pairs are the bits of a word."""
_INSTANCES = 8192  # at once: the tables stay in the cache


def share_solvable(n: int, instances: int, rng: Generator) -> float:
    """Return the share of random instances that have a stable matching, by trying every matching of each."""
    solved = 0
    for start in range(0, instances, _INSTANCES):
        solved += int(solvable(rng.random((min(_INSTANCES, instances - start), n, n))).sum())
    return solved / instances


def all_instances_of_four() -> Floats:
    """Return all (3!)^4 = 1,296 instances of four agents, as in `solvable`."""
    instances = np.zeros((1296, 4, 4))
    for place, ranks in enumerate(product(list(permutations(range(3))), repeat=4)):
        for agent, rank in enumerate(ranks):
            instances[place, agent, [other for other in range(4) if other != agent]] = rank
    return instances


def solvable(liking: Floats) -> Bools:
    """Return which instances have a stable matching, by trying every perfect matching.

    Parameters
    ----------
    liking
        Shape (instances, n, n): how much row likes column, no two the same in a row; the diagonal counts for nothing.
        n is even and at most `LARGEST`.
    """
    count, n, _ = liking.shape
    if n % 2 or n > LARGEST:
        raise ValueError(f"{n} agents; an even number up to {LARGEST} is needed")
    bit = np.zeros((n, n), dtype=np.uint64)
    for place, (a, b) in enumerate(combinations(range(n), 2)):
        bit[a, b] = bit[b, a] = place
    # For a pair (a, b) matched: the pairs that it does not keep from blocking. Neither of two others' pairs, nor those
    # in which a or b would get somebody it likes better.
    everything = np.uint64((1 << n * (n - 1) // 2) - 1)
    open_to = np.zeros((n, n, count), dtype=np.uint64)
    for a in range(n):
        for b in range(a + 1, n):
            left = np.zeros(count, dtype=np.uint64)
            known = np.uint64(1) << bit[a, b]
            for one, partner in ((a, b), (b, a)):
                for other in range(n):
                    if other not in (a, b):
                        left |= (liking[:, one, other] > liking[:, one, partner]).astype(np.uint64) << bit[one, other]
                        known |= np.uint64(1) << bit[one, other]
            open_to[a, b] = left | (everything & ~known)
    found = np.zeros(count, dtype=bool)

    def match(unmatched: list[int], blocking: NDArray[np.uint64]) -> None:
        if not unmatched:
            np.logical_or(found, blocking == 0, out=found)
            return
        first, *rest = unmatched
        for partner in rest:
            match([other for other in rest if other != partner], blocking & open_to[first, partner])

    match(list(range(n)), np.full(count, everything))
    return found


def irving(lists: list[list[int]]) -> bool:
    """Return whether an instance has a stable matching, by Irving's algorithm (1985, *J. Algorithms* 6:577).

    What is struck out of a list is always its tail, and who is struck out strikes out in return. So a
    number an agent is enough, `limit`: the rank of the worst it would still accept.

    Parameters
    ----------
    lists
        For each agent all the others, the best first.
    """
    n = len(lists)
    rank = [[0] * n for _ in range(n)]
    for agent, ranked in enumerate(lists):
        for at, other in enumerate(ranked):
            rank[agent][other] = at
    limit = [n - 2] * n
    place = [0] * n  # where the head of each list is now, or later

    def possible(agent: int, other: int) -> bool:
        return rank[agent][other] <= limit[agent] and rank[other][agent] <= limit[other]

    # First phase: everybody proposes; who is proposed to keeps the best and strikes out all that are worse.
    holds: list[int | None] = [None] * n
    for proposer in range(n):
        free: int | None = proposer
        while free is not None:
            while place[free] <= n - 2 and not possible(free, lists[free][place[free]]):
                place[free] += 1
            if place[free] > n - 2:
                return False
            asked = lists[free][place[free]]
            holds[asked], freed = free, holds[asked]
            limit[asked] = rank[asked][free]
            free = freed

    def first_two(agent: int) -> list[int]:
        while place[agent] <= limit[agent] and not possible(agent, lists[agent][place[agent]]):
            place[agent] += 1
        found = []
        for at in range(place[agent], limit[agent] + 1):
            if possible(agent, lists[agent][at]):
                found.append(lists[agent][at])
                if len(found) == 2:
                    break
        return found

    # Second phase: a rotation is eliminated: each of its agents gets its second choice instead of its first.
    for agent in range(n):
        while True:
            head = first_two(agent)
            if not head:
                return False
            if len(head) == 1:
                break
            path, seconds = [agent], [head[1]]
            while True:
                last = lists[seconds[-1]][limit[seconds[-1]]]
                if last in path:
                    start = path.index(last)
                    break
                path.append(last)
                seconds.append(first_two(last)[1])
            for one, second in zip(path[start:], seconds[start:], strict=True):
                limit[second] = rank[second][one]
    return all(first_two(agent) for agent in range(n))


def share_solvable_large(n: int, instances: int, rng: Generator) -> float:
    """Return the share of random instances that have a stable matching, by Irving's algorithm."""
    solved = 0
    others = np.array([[other for other in range(n) if other != agent] for agent in range(n)])
    for _ in range(instances):
        solved += irving(rng.permuted(others, axis=1).tolist())
    return solved / instances
