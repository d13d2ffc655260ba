"""Coalitions that exist when the run begins (ODD, *Given coalitions*)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coalsim.agents.coalition import Coalition
from coalsim.agents.initiative import Initiative, Plan, Relation
from coalsim.agents.space import Point, cut, mean, power, total
from coalsim.errors import ParameterError
from coalsim.field import Field
from coalsim.field.model import GIVEN_TRUST, GivenCoalition

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel


def found_given(model: CoalitionModel, field: Field) -> list[Coalition]:
    """Return the given coalitions, with their members; pledges depend on how many memberships there are.

    Raises
    ------
    ParameterError
        There is a burn-in besides, which would set the field in motion a second time.
    """
    if field.coalitions and model.p.burn_in:
        raise ParameterError(f"[simulation] burn_in = {model.p.burn_in}: with given coalitions it must be 0")
    coalitions = [_found(model, given) for given in field.coalitions]
    for organization in model.organizations:
        for membership in organization.memberships:
            membership.pledge = max(model.p.pledge_floor, 1 / len(organization.memberships))
            membership.keep_all()
    return coalitions


def _found(model: CoalitionModel, given: GivenCoalition) -> Coalition:
    """Return a given coalition as it is before the first month."""
    p = model.p
    initiative = Initiative(model, model.organizations[given.convener], model.terms)
    initiative.began = given.launch - model.terms.research_months
    initiative.relations = [Relation(model.funders[funder], strength=1.0) for funder in given.funders]
    initiative.convener.initiative = initiative
    coalition = initiative.coalition = Coalition(model, initiative, _plan(model, given))
    coalition.launch = given.launch
    coalition.seeded = False
    coalition.trust = GIVEN_TRUST if math.isnan(given.trust) else given.trust
    if len(given.members) >= p.min_members:
        coalition.formed = given.launch
        coalition.routines = 1 - power(1 - p.routine_rate, -given.launch)
    for number, joined in given.members:
        organization = model.organizations[number]
        organization.join(coalition, p.initial_satisfaction)
        membership = organization.membership_of(coalition)
        assert membership is not None
        membership.joined = max(joined, given.launch)
    return coalition


def _plan(model: CoalitionModel, given: GivenCoalition) -> Plan:
    """Return what a given coalition works on, how wrongly it sees it, and where it wants to go."""
    p, members = model.p, [model.organizations[number] for number, _ in given.members]
    issue = model.organizations[given.convener].target() if given.issue < 0 else model.issues[given.issue]
    doubt = math.sqrt(1 + len(members))
    error: Point = tuple(p.blindness * normal / doubt for normal in model.draws.sight_of_given(given.convener))
    middle = mean([member.mission for member in members])
    blend = p.goal_blend * (total([member.openness for member in members]) / len(members))
    goal = tuple(cut(m + blend * (z + e - m)) for m, z, e in zip(middle, issue.place, error, strict=True))
    return Plan(issue, error, goal)
