"""Who comes to know whom, compiled; see `coalsim.vectorized.mechanisms.acquaintance`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.kernels.compile import compiled


@compiled
def learn(known, lists, coalition, forgetting, i, told):
    """Put another at the end of the list of organization i; return whether that was news and there was room."""
    if told == i:
        return False
    many = known[i]
    there = False
    for k in range(np.uint64(many)):  # to the end in any case, several at a time
        there |= lists[np.uint64(i), k] == told
    if there:
        return False
    if many == lists.shape[1]:
        if not forgetting or not forget_oldest(known, lists, coalition, i):
            return False
        many -= 1
    lists[i, many] = told
    known[i] = many + 1
    return True


@compiled
def forget_oldest(known, lists, coalition, i):
    """Strike from a full list the oldest entry that is no fellow member; return whether there is one."""
    places = lists.shape[1]
    for oldest in range(places):
        if not are_fellows(coalition, i, lists[i, oldest]):
            for k in range(oldest, places - 1):
                lists[i, k] = lists[i, k + 1]
            lists[i, places - 1] = i  # an unused place holds the organization's own number
            known[i] -= 1
            return True
    return False


@compiled
def are_fellows(coalition, i, j):
    """Return whether two organizations are members of one coalition."""
    for mine in range(coalition.shape[0]):
        c = coalition[mine, i]
        if c < 0:
            return False
        for theirs in range(coalition.shape[0]):
            if coalition[theirs, j] == c:
                return True
    return False
