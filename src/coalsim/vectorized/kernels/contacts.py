"""Who is in contact with whom within coalitions, compiled; see `coalsim.vectorized.contacts`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized import contacts as plain
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.state import Floats, State

COUNTS = ("ties", "mutual_ties", "contacts", "triangles", "paths", "most_contacts")


def contacts(kit: Kit, s: State) -> dict[str, Floats]:
    """Return the counts of the contact networks of running coalitions, by column, shape (running coalitions,)."""
    if s.everybody_known:
        return plain.contacts(s)
    return dict(zip(COUNTS, _contacts(kit), strict=True))


@compiled
def _membership(coalition, since, i, c):
    """Return the number of organization i's membership in coalition c, or -1."""
    for slot in range(coalition.shape[0]):
        if coalition[slot, i] == c:
            return since[i] + slot
    return -1


@compiled
def _knows(known, lists, i, j):
    """Return whether organization i knows j."""
    there = False
    for k in range(np.uint64(known[i])):  # to the end in any case, several at a time
        there |= lists[np.uint64(i), k] == j
    return there


@Kernel
def _contacts(who, held, within, coalitions, coalition, known, lists):
    found = np.zeros((6, len(coalitions)))
    since = np.zeros(coalition.shape[1], np.int64)  # of each member its first membership
    most = 0
    for m in range(len(who)):
        if held[m] == 0:
            since[who[m]] = m
        most += known[who[m]]
    # Each pair in contact once: from the one that knows the other, or from the first if both do.
    one = np.empty(most, np.int64)
    other = np.empty(most, np.int64)
    pairs = 0
    degree = np.zeros(len(who), np.int64)
    for m in range(len(who)):
        i = who[m]
        a = within[m]
        for k in range(known[i]):
            j = lists[i, k]
            n = _membership(coalition, since, j, coalitions[a])
            if n < 0:
                continue
            found[0, a] += 1
            both = _knows(known, lists, j, i)
            if both:
                found[1, a] += 1
            if not both or m < n:
                one[pairs] = m
                other[pairs] = n
                pairs += 1
                degree[m] += 1
                degree[n] += 1
    begin = np.zeros(len(who) + 1, np.int64)
    for m in range(len(who)):
        begin[m + 1] = begin[m] + degree[m]
    fellows = np.empty(2 * pairs, np.int64)
    filled = begin.copy()
    for pair in range(pairs):
        m = one[pair]
        n = other[pair]
        fellows[filled[m]] = n
        fellows[filled[n]] = m
        filled[m] += 1
        filled[n] += 1
    seen = np.full(len(who), -1)
    for m in range(len(who)):
        a = within[m]
        of_both = 0
        for at in range(begin[m], begin[m + 1]):
            seen[fellows[at]] = m
        for at in range(begin[m], begin[m + 1]):
            n = fellows[at]
            for beyond in range(begin[n], begin[n + 1]):
                of_both += seen[fellows[beyond]] == m
        found[2, a] += degree[m]
        found[3, a] += of_both
        found[4, a] += degree[m] * (degree[m] - 1)
        found[5, a] = max(found[5, a], degree[m])
    for a in range(len(coalitions)):
        found[2, a] /= 2
        found[3, a] /= 6
        found[4, a] /= 2
    return found
