"""Do the research first: mapping the field (step 4)."""

from __future__ import annotations

import numpy as np

from coalsim.field.synthetic import other
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.state import Ints, State
from coalsim.vectorized.values import Values


def mapping(s: State, p: Values, draws: Draws) -> None:
    """Let organizations learn who is there, faster while they research, which costs."""
    pay(s, p)
    if s.everybody_known:
        return
    rate = np.where(s.researching, p.research_rate, p.mapping_rate)
    who = np.flatnonzero((draws.of_all("mapping") < rate) & (s.known < s.shape.places))
    learned = whom(s, draws, who)
    new = (learned != who) & ~(s.acquaintances.take(who, axis=1) == learned).any(axis=0)
    who, learned = who[new], learned[new]
    add(s, who, learned)
    s.heard[who] += s.researching[who]


def pay(s: State, p: Values) -> None:
    """Take what research costs from the reserves of those who research."""
    who = np.flatnonzero(s.researching)
    paid = np.minimum(s.reserve[who], p.at(who).research_cost * s.capacity[who])
    s.reserve[who] -= paid
    s.book("researched", paid, s.run_of(who))


def whom(s: State, draws: Draws, who: Ints) -> Ints:
    """Return whom each organization in `who` is told of: a friend's friend, or anybody."""
    through_friend, first, second = (draws.of_some(column, who) for column in ("through a friend", "who", "of whom"))
    here = s.run_of(who) * s.shape.organizations
    learned = here + other(first, who - here, s.shape.organizations)
    asks = np.flatnonzero((through_friend < 0.5) & (s.known[who] > 0))
    friend = s.acquaintances[(first[asks] * s.known[who[asks]]).astype(np.intp), who[asks]]
    answered = s.known[friend] > 0
    asks, friend = asks[answered], friend[answered]
    learned[asks] = s.acquaintances[(second[asks] * s.known[friend]).astype(np.intp), friend]
    return learned


def add(s: State, who: Ints, learned: Ints) -> None:
    """Put a new acquaintance at the end of the list of each organization in `who`."""
    s.acquaintances[s.known[who], who] = learned
    s.known[who] += 1
    s.lists_changed()


RESEARCH = Mechanism(
    "research",
    parameters=process_sections.Mapping,
    state=[
        variable("known", "organization", "Length of its list of acquaintances.", dtype=int, start="known"),
        # An unused place holds the organization's own number.
        variable("acquaintances", "acquaintance", "Who is known.", dtype=int, start="acquaintances", refers="organization"),
        variable("researching", "initiative", "Whether it maps the field, before its launch.", dtype=bool),
        variable("heard", "initiative", "Organizations learned of while researching.", dtype=int, null=0, shown="researching"),
    ],
    steps=at(mapping),
)
