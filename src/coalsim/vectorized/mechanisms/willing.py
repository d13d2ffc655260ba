"""A coalition of the willing at the right time: who is ready, and who sets out to convene (steps 2 and 5).

Who joins, founds and leaves: `joining`, `founding`, `leaving`.
"""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, cut
from coalsim.mechanism import NO_MONTH, Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.focal import focal_conveners
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def readiness(s: State, p: Values, draws: Draws) -> None:
    """Move readiness towards what window, acquaintances and reserves make of base readiness."""
    window = s.spread(s.window > 0)
    target = s.base_readiness + p.window_effect * window + p.contagion * share_in_coalitions(s)
    target -= p.strain * (1 - s.reserve / s.reserve_cap)
    s.readiness = cut((1 - p.adaptation) * s.readiness + p.adaptation * target + p.noise * draws.of_all("noise", normal=True))


def share_in_coalitions(s: State) -> Floats:
    """Return the share of each organization's acquaintances now in a coalition; 0 if it knows nobody."""
    member = s.member
    if s.everybody_known:
        others = s.spread(s.by_run(member).sum(axis=1)) - member
        return others / (s.shape.organizations - 1)
    order, entries = s.by_length
    member = member.astype(np.uint16)
    count = np.zeros(s.shape.all, dtype=np.uint16)
    for known in entries:
        count[: len(known)] += member.take(known)
    share = np.empty(s.shape.all)
    share[order] = count
    share /= np.maximum(s.known, 1)
    return share


def intent(s: State, p: Values, draws: Draws) -> None:
    """Count cooldowns down, and let some of the ready set out to convene."""
    np.maximum(s.cooldown - 1, 0, out=s.cooldown)
    free = s.has_room & (s.cooldown == 0) & ~s.researching & ~s.running
    focal = focal_conveners(s, p, free)
    begins = free & (s.readiness >= p.launch_threshold)
    begins[focal] = False
    who = np.flatnonzero(begins)
    who = who[draws.of_some("convene", who) < p.at(who).convene_hazard]
    who = np.sort(np.concatenate([who, focal]))
    s.begin_initiatives(who)
    s.focal[focal] = True
    s.launches[who] = s.month + p.of(who, s.focal).research_months


WILLING = Mechanism(
    "willing",
    parameters=(process_sections.Readiness, process_sections.Intent),
    state=[
        variable("base_readiness", "organization", "Readiness when nothing happens.", start="base_readiness", docks=False),
        variable("readiness", "organization", "0 to 1; at the start as wide as given.", start="base_readiness"),
        variable("began", "initiative", "Month its research began.", dtype=int, null=NO_MONTH),
        variable("launches", "initiative", "Month its research is over.", dtype=int, null=NO_MONTH),
    ],
    steps=at(readiness, intent),
)
