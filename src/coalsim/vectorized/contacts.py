"""Who is in contact with whom within coalitions, counted once at the end of a run (ODD, *Outcomes*)."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.members import Members
from coalsim.vectorized.state import Floats, Ints, State, pieces


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
    one, other = _knows(s)
    members = len(m.who)
    knows, known_by = one * members + other, other * members + one
    either = np.unique(np.concatenate([knows, known_by]))  # pairs in contact, both ways round, in order
    row, column = np.divmod(either, max(members, 1))
    degree = np.bincount(row, minlength=members)
    most = np.zeros(count)
    np.maximum.at(most, m.slot, degree)
    return {
        "ties": _in(m, one),
        "mutual_ties": _in(m, one[np.isin(knows, known_by)]),
        "contacts": _in(m, row) / 2,
        "triangles": _closed(m, either, row, column, degree) / 6,
        "paths": m.total((degree * (degree - 1)).astype(float)) / 2,
        "most_contacts": most,
    }


def _in(m: Members, memberships: Ints) -> Floats:
    """Count memberships by coalition."""
    return np.bincount(m.slot[memberships], minlength=len(m.coalitions)).astype(float)


def _closed(m: Members, either: Ints, row: Ints, column: Ints, degree: Ints) -> Floats:
    """Count, by coalition, the paths of length two whose ends are in contact: each triangle six times."""
    found = np.zeros(len(m.coalitions))
    begin = np.cumsum(degree) - degree
    beyond = degree[column]  # of each pair: with how many the second is in contact
    for part in pieces(len(either), int(beyond.max(initial=0))):
        many = beyond[part]
        place = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        start = np.repeat(row[part], many)
        end = column[np.repeat(begin[column[part]], many) + place]
        wanted = start * len(degree) + end
        found += _in(m, start[either[np.minimum(np.searchsorted(either, wanted), len(either) - 1)] == wanted])
    return found


def _knows(s: State) -> tuple[Ints, Ints]:
    """Return memberships of which the first's organization knows the second's, in the same coalition."""
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
    row, column = (np.concatenate(parts) if parts else np.empty(0, dtype=np.intp) for parts in (rows, columns))
    return row, column
