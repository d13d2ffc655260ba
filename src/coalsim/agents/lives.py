"""Coalitions are launched, members leave them, and they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel


def launch_coalitions(model: CoalitionModel) -> None:
    """Turn initiatives whose research is over into coalitions, those that must be founded only with founders enough."""
    due = [initiative for initiative in model.initiatives if initiative.coalition is None and initiative.launches == model.month]
    plans = [initiative.plan() for initiative in due]
    needed = model.p.founders
    willing = [initiative.founders(plan) if needed else [] for initiative, plan in zip(due, plans, strict=True)]
    for initiative, plan, founders in zip(due, plans, willing, strict=True):
        if len(founders) < needed and not initiative.focal:
            initiative.convener.initiative = None
            continue
        coalition = initiative.launch(plan)
        for founder in founders:
            founder.be_asked_to_found(coalition)
    model.running_coalitions = [initiative.coalition for initiative in model.initiatives if initiative.coalition is not None]


def leave_coalitions(model: CoalitionModel) -> None:
    """Have members take stock, renew or leave; then find leads anew where they are lost."""
    memberships = [membership for coalition in model.running_coalitions for membership in coalition.memberships]
    for membership in memberships:
        membership.organization.take_stock(membership)
    leaving = [membership for membership in memberships if membership.organization.wants_to_leave(membership)]
    if model.p.renewal:
        due = [membership for membership in memberships if membership.commitment_is_over(model.month)]
        pledges = [membership.organization.renewed_pledge(membership) for membership in due]
        for membership, pledge in zip(due, pledges, strict=True):
            if pledge is not None:
                membership.pledge = pledge
            elif membership not in leaving:
                leaving.append(membership)
    for membership in leaving:
        membership.organization.leave(membership.coalition, model.p.cooldown)
    model.recorder.flows.exits += len(leaving)
    for coalition in model.running_coalitions:
        coalition.find_lead()


def end_coalitions(model: CoalitionModel) -> None:
    """Have coalitions succeed, then end those that are done or have failed."""
    successful = [coalition for coalition in model.running_coalitions if coalition.solved()]
    for coalition in successful:
        coalition.succeed()
    ending = {coalition: "achieved" for coalition in successful if not coalition.takes_on_the_next()}
    for coalition in model.running_coalitions:
        if coalition not in successful and (cause := coalition.cause_of_failure()) is not None:
            ending[coalition] = cause
    for coalition, cause in ending.items():
        model.recorder.end(coalition, cause)
    for coalition in ending:
        coalition.end()
    if ending:
        model.running_coalitions = [coalition for coalition in model.running_coalitions if coalition not in ending]
