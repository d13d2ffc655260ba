"""Contacts among the members of a coalition, counted at the end of a run (ODD, *Outcomes*)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coalsim.agents.organization import Organization


def count_contacts(members: Sequence[Organization]) -> dict[str, int]:
    """Return ties, mutual ties, contacts, triangles, paths of length two, and the most contacts of a member."""
    knows = {(a, b) for a in members for b in members if a is not b and a.knows(b)}
    contacts = {member: {other for other in members if (member, other) in knows or (other, member) in knows} for member in members}
    return {
        "ties": len(knows),
        "mutual_ties": sum((b, a) in knows for a, b in knows),
        "contacts": sum(map(len, contacts.values())) // 2,
        "triangles": sum(len(contacts[a] & contacts[b]) for a, b in combinations(members, 2) if b in contacts[a]) // 3,
        "paths": sum(len(known) * (len(known) - 1) for known in contacts.values()) // 2,
        "most_contacts": max(map(len, contacts.values()), default=0),
    }
