"""Who joins which coalition in a month (ODD, step 7): all apply, then coalitions take as many as they have room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization


class Application(NamedTuple):
    """An organization's application to a coalition: what membership is worth to it, and what it would pledge."""

    organization: Organization
    value: float
    pledge: float


def join_coalitions(model: CoalitionModel) -> None:
    """Let organizations apply to the coalition they want to join most, and those that are taken become members."""
    applications = _applications(model)
    for coalition, applied in applications.items():
        room = coalition.room - coalition.size
        if len(applied) > room:
            applied.sort(key=lambda application: model.draws.meeting(application.organization.number).applicant)
            del applied[int(room) :]
    for coalition, applied in applications.items():
        for organization, value, pledge in applied:
            organization.join(coalition, value, pledge)
        model.recorder.flows.joins += len(applied)
    for organization in model.organizations:
        organization.invitations.clear()


def _applications(model: CoalitionModel) -> dict[Coalition, list[Application]]:
    """Return who applies to which coalition, in the order of organizations' numbers."""
    applications: dict[Coalition, list[Application]] = {}
    for organization, draw in zip(model.organizations, model.draws.attention, strict=True):
        if organization.has_room and organization.cooldown == 0 and organization.considers_joining():
            coalition = organization.consider(draw)
            if coalition is not None:
                application = Application(organization, organization.value_of(coalition), organization.pledge_to(coalition))
                applications.setdefault(coalition, []).append(application)
    return applications
