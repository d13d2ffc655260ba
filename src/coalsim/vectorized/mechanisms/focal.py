"""The focal initiative: one that the user schedules (step 5)."""

from __future__ import annotations

import numpy as np

from coalsim.errors import ParameterError
from coalsim.field.model import Field
from coalsim.geometry import Floats, alignment
from coalsim.mechanism import NO_MONTH, Mechanism, variable
from coalsim.parameters import Parameters, process_sections
from coalsim.vectorized.mechanisms.founding import most_supported
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Values

RULES = ("most_supported", "most_ready", "most_connected", "best_aligned", "largest")
BY_ID = len(RULES)


def focal_conveners(s: State, p: Values, free: Bools) -> Ints:
    """Return the focal conveners that begin this month, chosen among the `free`."""
    starting = s.focal_begins == s.month
    if not starting.any():
        return np.empty(0, dtype=np.intp)
    found = [np.empty(0, dtype=np.intp)]
    for rule in range(BY_ID + 1):
        runs = np.flatnonzero(starting & (s.focal_rule == rule))
        if len(runs) == 0:
            continue
        here = runs[:, None] * s.shape.organizations + np.arange(s.shape.organizations)
        if rule == BY_ID:
            here = np.take_along_axis(here, s.focal_number[runs, None], axis=1)
            chosen = here[:, 0]
        elif RULES[rule] == "most_supported":
            chosen = most_supported(s, p, free, here)
        else:
            score = np.where(free[here], score_of(RULES[rule], s)[here], -np.inf)
            chosen = here[np.arange(len(runs)), score.argmax(axis=1)]
        found.append(chosen[free[chosen]])
    return np.sort(np.concatenate(found))


def schedule(field: Field, p: Parameters) -> tuple[int, int, int]:
    """Return month of beginning, rule and number of a scenario's focal initiative."""
    f = p.focal
    if f.focal_launch_month is None:
        return NO_MONTH, 0, 0
    research = p.intent.research_months if f.focal_research_months is None else f.focal_research_months
    begins = f.focal_launch_month - research
    if f.focal_convener in RULES:
        return begins, RULES.index(str(f.focal_convener)), 0
    try:
        return begins, BY_ID, field.number(f.focal_convener)
    except KeyError:
        allowed = ", ".join(RULES)
        raise ParameterError(f"[focal] focal_convener = {f.focal_convener!r}: no such organization or rule; rules: {allowed}") from None


def score_of(rule: str, s: State) -> Floats:
    """Return what a rule ranks organizations by, shape (runs * organizations,)."""
    if rule == "most_ready":
        return s.readiness
    if rule == "largest":
        return s.capacity
    if rule == "most_connected":
        used = np.arange(s.shape.places)[:, None] < s.known
        return (s.known + np.bincount(s.acquaintances[used], minlength=s.shape.all)).astype(float)
    best = np.zeros(s.shape.all)
    everyone = np.arange(s.shape.all)
    for issue in s.issues_of(everyone):
        best = np.maximum(best, alignment(s.mission, s.place.take(issue, axis=1)))
    return best


FOCAL = Mechanism(
    "focal",
    parameters=process_sections.Focal,
    state=[
        variable("focal", "initiative", "Whether it is the one scheduled.", dtype=bool),
        # What was scheduled does not change.
        variable("focal_begins", "run", "Month its research begins.", dtype=int, start=lambda f, p: schedule(f, p)[0], docks=False),
        variable("focal_rule", "run", "Position in `RULES`, or `BY_ID`.", dtype=int, start=lambda f, p: schedule(f, p)[1], docks=False),
        variable("focal_number", "run", "The convener's, for `BY_ID`.", dtype=int, start=lambda f, p: schedule(f, p)[2], docks=False),
    ],
)
