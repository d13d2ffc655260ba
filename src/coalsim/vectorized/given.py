"""Coalitions that exist when the run begins (ODD, *Given coalitions*)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from coalsim.errors import ParameterError
from coalsim.field.model import GIVEN_TRUST, Field, GivenCoalition
from coalsim.geometry import cut
from coalsim.streams import SETUP, Source, normals, streams
from coalsim.vectorized.mechanisms.founding import start
from coalsim.vectorized.mechanisms.progress import begin_goals, best_issue
from coalsim.vectorized.members import ALL_KEPT
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def found_given(s: State, p: Values, fields: Sequence[Field], sources: Sequence[Source]) -> None:
    """Let the coalitions that fields come with run, as they are before the first month.

    Raises
    ------
    ParameterError
        There is a burn-in besides, which would set the field in motion a second time.
    """
    if s.burn_in and any(field.coalitions for field in fields):
        raise ParameterError(f"[simulation] burn_in = {s.burn_in}: with given coalitions it must be 0")
    for run, (field, source) in enumerate(zip(fields, sources, strict=True)):
        if not field.coalitions:
            continue
        first = run * s.shape.organizations
        number = np.zeros(field.size, dtype=np.intp)
        for coalition in field.coalitions:
            for member, _ in coalition.members:
                number[member] += 1
        for coalition in field.coalitions:
            _found(s, p, first, coalition, number, source)


def _found(s: State, p: Values, first: int, given: GivenCoalition, number: np.ndarray, source: Source) -> None:
    """Let one coalition run.

    Parameters
    ----------
    first : number of the run's first organization
    number : memberships of each organization of the run
    """
    c = np.array([first + given.convener])
    mine = p.at(c)
    of_run = np.array([member for member, _ in given.members])
    members = first + of_run
    joined = np.array([max(month, given.launch) for _, month in given.members])
    if given.issue >= 0:
        issue = np.array([first // s.shape.organizations * s.shape.issues + given.issue])
        place = s.place.take(issue, axis=1)
    else:
        issue, place = best_issue(s, s.mission.take(c, axis=1), c)
    shocks = normals(source.row(streams(s.shape.dimensions).launch, SETUP, given.convener)[: s.shape.dimensions])[:, None]
    error = mine.blindness * shocks / math.sqrt(1 + len(members))
    # Means as the sums of the model are: one after the other, in the order of numbers.
    middle = np.array([[sum(axis[members].tolist()) / len(members)] for axis in s.mission])
    openness = sum(s.openness[members].tolist()) / len(members)
    start(s, p, c, error, cut(middle + mine.goal_blend * openness * (place + error - middle)))
    begin_goals(s, c, issue, place)
    enough = len(members) >= np.max(mine.min_members)
    s.launch[c], s.inherited[c] = given.launch, True
    s.trust[c] = GIVEN_TRUST if math.isnan(given.trust) else given.trust
    if enough:
        s.formed[c] = given.launch
        left = np.asarray(1 - mine.routine_rate, dtype=float).reshape(-1)[0]
        rest = 1.0
        for _ in range(-given.launch):
            rest *= float(left)
        s.routines[c] = 1 - rest
    s.began[c], s.launches[c] = given.launch - np.max(mine.research_months), given.launch
    for place_, funder in enumerate(given.funders):
        s.funder[c, place_], s.relation[c, place_] = funder, 1.0
    s.funders_met[c] = len(given.funders)
    pledge = np.maximum(p.at(members).pledge_floor, 1 / number[of_run])
    s.enrol(members, np.repeat(c, len(members)), p.at(members).initial_satisfaction, pledge, joined, ALL_KEPT)
