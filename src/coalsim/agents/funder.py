"""`Funder`: a Mesa agent that gives grants, in cycles, from a limited budget (ODD, step 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalsim.agents.copying import Agent
from coalsim.agents.space import Point, alignment, total

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.initiative import Relation
    from coalsim.agents.model import CoalitionModel

NOTHING = 1e-9
"""A budget of which this is left is spent."""


class Funder(Agent):
    """An institution that gives to coalitions it knows and trusts.

    Attributes
    ----------
    number : 0 to F - 1
    place : where in the issue space its interest lies
    budget : FTE-months it can give a month
    """

    model: CoalitionModel

    def __init__(self, model: CoalitionModel, number: int, place: Point, budget: float) -> None:
        super().__init__(model)
        self.number = number
        self.place = place
        self.budget = budget

    def decide_grants(self) -> None:
        """Give what is left of the budget to the coalitions that convince it: in equal shares, or in grants of one size to the best."""
        month = self.model.month
        known = [(coalition, relation) for coalition in self.model.running_coalitions if (relation := coalition.relation_with(self))]
        left = self.budget - total(relation.grant_in(month) for _, relation in known)
        chosen = [pair for pair in known if not pair[1].grant_in(month) and self.wants_to_fund(*pair)]
        size = self.model.p.grant_size * self.budget
        if self.model.p.grant_size > 0:
            chosen.sort(key=lambda pair: -self.judgment_of(*pair))  # of equals the one of the lower number
            chosen = chosen[: int(max(0.0, min(len(chosen), (left + NOTHING) / size)))] if size > 0 else []
        elif chosen and left > NOTHING:
            size = left / len(chosen)
        else:
            chosen = []
        for _, relation in chosen:
            relation.give(size, month + self.model.p.grant_term)

    def wants_to_fund(self, coalition: Coalition, relation: Relation) -> bool:
        """Decide whether a coalition it knows, without a running grant of its own, is worth a grant."""
        if coalition.formed is None or relation.strength < self.model.p.relation_needed:
            return False
        return self.judgment_of(coalition, relation) >= self.model.p.grant_bar

    def judgment_of(self, coalition: Coalition, relation: Relation) -> float:
        """Judge a coalition by alignment, trust and the relation with it."""
        trust = 1 - self.model.p.grant_trust + self.model.p.grant_trust * coalition.trust
        return alignment(coalition.goal, self.place) * trust * relation.strength
