"""Who learns of whom in a month (ODD, step 4): by mapping, by meeting fellow members, and in return."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization


def map_the_field(model: CoalitionModel) -> None:
    """Let organizations be told of others and meet some, all lists being as they were; then let them learn."""
    organizations, p = model.organizations, model.p
    told = []
    for organization, draw in zip(organizations, model.draws.mapping, strict=True):
        if organization.is_researching:
            model.recorder.flows.researched += organization.pay_for_research()
        told.append(organization.map_the_field(draw))
    met = [organization.meet_a_fellow() if p.fellow_rate > 0 else None for organization in organizations]
    in_return = _in_return(model, told, met) if p.mutuality > 0 else {}
    for organization, heard_of, fellow in zip(organizations, told, met, strict=True):
        if heard_of is not None and organization.learn_of(heard_of) and organization.initiative is not None and organization.is_researching:
            organization.initiative.heard += 1
        if fellow is not None:
            organization.learn_of(fellow)
        for other in in_return.get(organization, ()):
            organization.learn_of(other)


def _in_return(
    model: CoalitionModel, told: list[Organization | None], met: list[Organization | None]
) -> dict[Organization, list[Organization]]:
    """Return who learns of whom in return: those who were told of it or met it, by number (twice teaches once)."""
    mutual: dict[Organization, list[Organization]] = {}
    for organization, heard_of, fellow in zip(model.organizations, told, met, strict=True):
        if heard_of is None and fellow is None:
            continue
        draws = model.draws.meeting(organization.number)
        for other, draw in ((heard_of, draws.mutual), (fellow, draws.met_is_mutual)):
            if other is not None and draw < model.p.mutuality:
                mutual.setdefault(other, []).append(organization)
    return mutual
