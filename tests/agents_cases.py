"""What tests of the Mesa engine share: a quiet world made by hand, and a coalition in it."""

from __future__ import annotations

from coalsim.agents import Coalition, CoalitionModel, Membership, Organization
from coalsim.parameters import ENDLESS, Parameters

QUIET = {
    "organizations": 3,
    "dimensions": 1,
    "issues": 1,
    "funders": 0,
    "window_gap": ENDLESS,
    "recession_gap": ENDLESS,
    "challenge_rate": 0.0,
    "adaptation": 0.0,
    "noise": 0.0,
    "dialogue": 0.0,
    "mapping_rate": 0.0,
    "research_rate": 0.0,
    "convene_hazard": 0.0,
    "research_months": 0,
    "blindness": 0.0,
    "initial_acquaintances": 0,
}
"""Nothing happens by chance, and nobody convenes."""

FOCAL = {"focal_launch_month": 0, "focal_convener": 0}
"""Organization 0 launches a coalition in month 0."""


def world(**values: object) -> CoalitionModel:
    """Return a quiet model of equal organizations in the middle of the space, none of which joins by itself."""
    model = CoalitionModel(Parameters.model1().replace(**(QUIET | values)), seed=1)
    dimensions = model.p.dimensions
    for organization in model.organizations:
        organization.mission = (0.5,) * dimensions
        organization.style = (0.5, 0.5)
        organization.capacity = 1.0
        organization.income = 0.05
        organization.reserve_cap = 1.2
        organization.reserve = 0.6
        organization.openness = organization.leadership = 0.5
        organization.base_readiness = organization.readiness = 0.5
        organization.join_threshold = 2.0
    for issue in model.issues:
        issue.place = (0.5,) * dimensions
    return model


def coalition_of(*members: int, satisfaction: float = 0.5, **values: object) -> tuple[CoalitionModel, Coalition]:
    """Return a model after month 0, in which 0 launched, with `members` joined since."""
    model = world(**(FOCAL | values))
    model.step()
    (coalition,) = model.running_coalitions
    for member in members:
        model.organizations[member].join(coalition, satisfaction)
    return model, coalition


def steps(model: CoalitionModel, months: int) -> None:
    for _ in range(months):
        model.step()


def of(organization: Organization, coalition: Coalition | None = None) -> Membership:
    """Return the membership of an organization: that of a coalition, or its first."""
    found = organization.memberships[0] if coalition is None else organization.membership_of(coalition)
    assert found is not None
    return found
