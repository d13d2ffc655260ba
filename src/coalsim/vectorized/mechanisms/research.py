"""Do the research first: mapping the field (step 4)."""

from __future__ import annotations

import numpy as np

from coalsim.field.synthetic import other
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.acquaintance import learn, learn_in_turn, meetings
from coalsim.vectorized.state import Ints, State
from coalsim.vectorized.values import Values


def mapping(s: State, p: Values, draws: Draws) -> None:
    """Let organizations learn who is there, faster while they research, which costs; fellow members meet."""
    pay(s, p)
    if s.everybody_known:
        return
    rate = np.where(s.researching, p.research_rate, p.mapping_rate)
    who = np.flatnonzero((draws.of_all("mapping") < rate) & ((s.known < s.shape.places) | p.forgetting))
    told = whom(s, draws, who)
    met_by, met = meetings(s, p, draws)
    if len(met_by) == 0 and np.all(p.mutuality == 0):
        new = learn(s, p, who, told)
        s.heard[who[new]] += s.researching[who[new]]
        return
    mutual = draws.of_meeting("mutual", who) < p.at(who).mutuality
    met_is_mutual = draws.of_meeting("met is mutual", met_by) < p.at(met_by).mutuality
    # In return, each hears once of one who was told of it or met it.
    hears, of = np.concatenate([told[mutual], met[met_is_mutual]]), np.concatenate([who[mutual], met_by[met_is_mutual]])
    hears, of = np.divmod(np.unique(hears * s.shape.all + of), s.shape.all)
    rank = np.concatenate([np.zeros(len(who), dtype=np.intp), np.ones(len(met_by), dtype=np.intp), of + 2])
    learned = learn_in_turn(s, p, np.concatenate([who, met_by, hears]), np.concatenate([told, met, of]), rank)
    new = learned[: len(who)]
    s.heard[who[new]] += s.researching[who[new]]


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
