"""Who is in contact with whom within coalitions, counted once at the end of a run (ODD, *Outcomes*)."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from coalsim.vectorized.state import Floats, Ints, State


def contacts(s: State) -> dict[str, Floats]:
    """Return the counts of the contact networks of running coalitions.

    Two members are in contact if either knows the other.

    Returns
    -------
    dict
        By column, arrays of shape (running coalitions,): ordered pairs of which the first knows the second; of these, those that
        are mutual; pairs in contact; triples of which every pair is; paths of length two; most contacts of a member.
    """
    m = s.members
    count = len(m.coalitions)
    if s.everybody_known:
        size = m.count.astype(float)
        pairs = size * (size - 1) / 2
        return {
            "ties": 2 * pairs,
            "mutual_ties": 2 * pairs,
            "contacts": pairs,
            "triangles": pairs * (size - 2) / 3,
            "paths": pairs * (size - 2),
            "most_contacts": size - 1,
        }
    knows = _knows(s)
    either = knows.maximum(knows.T)
    degree = np.asarray(either.sum(axis=1)).reshape(-1).astype(float)
    of_both = np.asarray((either @ either).multiply(either).sum(axis=1)).reshape(-1).astype(float)
    mutual = np.asarray(knows.multiply(knows.T).sum(axis=1)).reshape(-1).astype(float)
    most = np.zeros(count)
    np.maximum.at(most, m.slot, degree)
    return {
        "ties": m.total(np.asarray(knows.sum(axis=1)).reshape(-1).astype(float)),
        "mutual_ties": m.total(mutual),
        "contacts": m.total(degree) / 2,
        "triangles": m.total(of_both) / 6,
        "paths": m.total(degree * (degree - 1)) / 2,
        "most_contacts": most,
    }


def _knows(s: State) -> sparse.csr_array:
    """Return which membership's organization knows which other of the same coalition, shape (memberships, memberships)."""
    m, every = s.members, s.shape.all
    key = m.convener.astype(np.int64) * every + m.who
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    rows: list[Ints] = []
    columns: list[Ints] = []
    known = s.known[m.who]
    for place in range(int(known.max(initial=0))):
        row = np.flatnonzero(known > place)
        wanted = m.convener[row].astype(np.int64) * every + s.acquaintances[place].take(m.who[row])
        at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        there = ordered[at] == wanted
        rows.append(row[there])
        columns.append(order[at[there]])
    size = len(key)
    row, column = (np.concatenate(parts) if parts else np.empty(0, dtype=np.intp) for parts in (rows, columns))
    return sparse.csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=(size, size))
