"""Organizations close, and new ones take their places (step 1)."""

from __future__ import annotations

import math

import numpy as np

from coalsim.geometry import Floats, cut
from coalsim.mechanism import Mechanism
from coalsim.streams import normals
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.state import NOBODY, Bools, Ints, State
from coalsim.vectorized.values import Values

MONTHS = 12  # of a year


def turnover(s: State, p: Values, draws: Draws) -> None:
    """Let organizations close, each replaced in its place by a newly drawn one that nobody knows and that knows nobody."""
    if np.all(p.closure_rate == 0):
        return
    who = np.flatnonzero(draws.of_closures() < p.closure_rate / MONTHS)
    s.book("closed", np.ones(len(who)), s.run_of(who))
    if len(who) == 0:
        return
    closed = np.zeros(s.shape.all, dtype=bool)
    closed[who] = True
    leave_everything(s, who, closed)
    forget(s, who, closed)
    replace(s, p, draws, who)


def leave_everything(s: State, who: Ints, closed: Bools) -> None:
    """End memberships, research, invitations and leads of organizations that close."""
    for v in s.variables.values():
        if v.of == "membership":
            getattr(s, v.name)[..., who] = v.null
    s.members_changed()
    s.end_initiatives(who[s.researching[who]])
    s.asked[who] = NOBODY
    led = np.flatnonzero(s.running & (s.lead >= 0))
    led = led[closed[s.lead[led]]]
    s.lead[led] = NOBODY
    s.lead_lost[led] += 1


def forget(s: State, who: Ints, closed: Bools) -> None:
    """Strike organizations that close from all lists, and give those that take their places empty ones."""
    if s.shape.places == 0:
        return
    runs = np.unique(s.run_of(who))
    here = (runs[:, None] * s.shape.organizations + np.arange(s.shape.organizations)).reshape(-1)
    lists = s.acquaintances.take(here, axis=1)
    gone = closed.take(lists) & (lists != here)
    gone[:, closed[here]] = True
    touched = gone.any(axis=0)
    here, lists, gone = here[touched], lists[:, touched], gone[:, touched]
    gone |= lists == here  # places that are not used go behind those that are
    order = np.argsort(gone, axis=0, kind="stable")
    left = s.shape.places - np.count_nonzero(gone, axis=0)
    lists = np.take_along_axis(lists, order, axis=0)
    s.acquaintances[:, here] = np.where(np.arange(s.shape.places)[:, None] < left, lists, here)
    s.known[here] = left
    s.lists_changed()


def replace(s: State, p: Values, draws: Draws, who: Ints) -> None:
    """Draw the organizations that take the places of those that closed, as in the synthetic field."""
    mine = p.at(who)
    home, style_0, style_1, capacity, reserve, readiness, openness, leadership, *shocks = draws.of("turnover", who)
    issue = s.run_of(who) * s.shape.issues + (home * s.shape.issues).astype(np.intp)
    axes = np.stack(shocks[: s.shape.dimensions])
    s.mission[:, who] = cut(s.place.take(issue, axis=1) + mine.mission_spread * normals(axes))
    s.style[:, who] = np.stack([style_0, style_1])
    s.capacity[who] = capacities(capacity, mine.capacity_sigma)
    s.income[who] = mine.slack * s.capacity[who]
    s.reserve_cap[who] = mine.reserve_cap * s.income[who]
    s.reserve[who] = np.minimum(reserve * 2 * mine.reserve_months * s.income[who], s.reserve_cap[who])
    s.base_readiness[who] = cut(mine.readiness_mean + mine.readiness_spread * normals(readiness))
    s.readiness[who] = s.base_readiness[who]
    s.openness[who] = cut(mine.openness + mine.openness_spread * normals(openness))
    s.leadership[who] = leadership
    s.join_threshold[who] = mine.join_threshold
    s.cooldown[who] = 0


def capacities(uniforms: Floats, sigma: Floats | float) -> Floats:
    """Return lognormal capacities with mean 1 (math.exp, so that CPUs agree), as `coalsim.field.synthetic.capacities`."""
    logs = sigma * normals(uniforms) - sigma * sigma / 2
    return np.array([math.exp(x) for x in logs.tolist()])


TURNOVER = Mechanism("turnover")
