"""`FocalPlan`: the initiative scheduled by the user, besides those that arise by themselves (ODD, step 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from coalsim.agents.initiative import Terms
from coalsim.agents.space import alignment
from coalsim.errors import ParameterError
from coalsim.field import Field

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization

RULES = ("most_ready", "most_connected", "best_aligned", "largest", "most_supported")
"""Rules for choosing the convener; anything else is an organization's identifier."""


class FocalPlan:
    """When the focal initiative begins, who convenes it, and on which terms.

    Attributes
    ----------
    terms : its values of what it may have of its own
    begins : month its research begins; None if there is no focal initiative
    convener : number of the convener given by its identifier; None where a rule chooses it
    """

    def __init__(self, model: CoalitionModel, field: Field) -> None:
        self.model = model
        self.terms = Terms.focal(model.parameters)
        launch = model.p.focal_launch_month
        self.begins: int | None = None if launch is None else launch - self.terms.research_months
        self.convener: int | None = None
        wanted = model.p.focal_convener
        if launch is not None and wanted not in RULES:
            try:
                self.convener = field.number(wanted)
            except KeyError:
                raise ParameterError(
                    f"[focal] focal_convener = {wanted!r} is neither an organization's id nor one of {', '.join(RULES)}"
                ) from None

    def begin(self) -> None:
        """Have one of the organizations now free begin the initiative, if this is the month."""
        if self.model.month == self.begins:
            free = [organization for organization in self.model.organizations if organization.is_free]
            if self.convener is not None:
                free = [organization for organization in free if organization.number == self.convener]
            if free:
                max(free, key=self.rule()).begin_research(self.terms, focal=True)

    def rule(self) -> Callable[[Organization], Any]:
        """Return what the convener has most of."""
        model = self.model
        known_by = Counter(other.number for organization in model.organizations for other in organization.acquaintances)
        rules: dict[str, Callable[[Organization], Any]] = {
            "most_ready": lambda organization: organization.readiness,
            "most_connected": lambda organization: len(organization.acquaintances) + known_by[organization.number],
            "best_aligned": lambda organization: max(alignment(organization.mission, issue.place) for issue in model.issues),
            "largest": lambda organization: organization.capacity,
            "most_supported": lambda organization: (
                sum(other.is_willing_to_found(organization.mission, model.terms) for other in model.known_to(organization)),
                organization.readiness,
            ),
        }
        return rules.get(model.p.focal_convener, rules["most_ready"])
