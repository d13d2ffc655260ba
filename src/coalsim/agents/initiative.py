"""`Initiative`: a convener from the start of its research, and its coalition once launched (ODD, steps 5 and 6)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from coalsim.agents.space import Point, alignment, cut
from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.environment import Issue
    from coalsim.agents.funder import Funder
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization


class Terms(NamedTuple):
    """The parameters of which a focal initiative has values of its own."""

    research_months: int
    funder_month: int
    contribution_rate: float
    communication_share: float
    commitment_months: int
    admission: float
    redefinition: float
    seed_grant: float

    @classmethod
    def common(cls, p: Parameters) -> Terms:
        """Return everybody's terms."""
        return cls(*(p.get(name) for name in cls._fields))

    @classmethod
    def focal(cls, p: Parameters) -> Terms:
        """Return the focal initiative's terms: its own where they are set, otherwise everybody's."""
        own = {name: p.get(f"focal_{name}") for name in cls._fields}
        return cls.common(p)._replace(**{name: value for name, value in own.items() if value is not None})


class Relation:
    """An initiative's relation with a funder it has met, and the grant it has from it.

    Attributes
    ----------
    funder : who was met
    strength : e, in [0, 1]
    grant : FTE-months a month of the running (or last) grant
    grant_ends : first month without that grant, `NO_MONTH` before the first
    gave : whether there ever was a grant
    """

    def __init__(self, funder: Funder, strength: float = 0.0) -> None:
        self.funder = funder
        self.strength = strength
        self.grant = 0.0
        self.grant_ends = NO_MONTH
        self.gave = False

    def give(self, grant: float, ends: int) -> None:
        """Begin a grant."""
        self.grant, self.grant_ends, self.gave = grant, ends, True

    def grant_in(self, month: int) -> float:
        """Return what the funder pays in `month`."""
        return self.grant if month < self.grant_ends else 0.0

    @property
    def paid(self) -> float:
        """What the funder pays this month."""
        return self.grant_in(self.funder.model.month)


class Plan(NamedTuple):
    """How a coalition starts: the issue it works on, how wrongly its convener sees it, and where it wants to go."""

    issue: Issue
    error: Point
    goal: Point


class Initiative:
    """What a convener has under way: research first, then a coalition.

    Attributes
    ----------
    convener : the organization that began it, also after it has closed
    number : that of its convener
    terms : its values of what a focal initiative may have of its own
    focal : whether it is the focal initiative
    began : month its research began
    heard : organizations newly learned of while researching
    coalition : its coalition; None while researching
    relations : the funders it knows, in the order they were met
    """

    def __init__(self, model: CoalitionModel, convener: Organization, terms: Terms, focal: bool = False) -> None:
        self.model = model
        self.convener = convener
        self.number = convener.number
        self.terms = terms
        self.focal = focal
        self.began = model.month
        self.heard = 0
        self.coalition: Coalition | None = None
        self.relations: list[Relation] = []

    @property
    def position(self) -> Point:
        """The coalition's goal; before the launch the convener's mission."""
        return self.convener.mission if self.coalition is None else self.coalition.goal

    @property
    def launches(self) -> int:
        """Month of the launch."""
        return self.began + self.terms.research_months

    @property
    def in_contact(self) -> bool:
        """Whether the month of first contact has come, and there is a funder to meet."""
        return self.model.month - self.began >= self.terms.funder_month and bool(self.model.funders)

    def plan(self) -> Plan:
        """Step 8: return what the coalition would do if it were launched now."""
        p, convener = self.model.p, self.convener
        issue = convener.target()
        doubt = sqrt(1 + self.heard)
        error: Point = tuple(p.blindness * normal / doubt for normal in self.model.draws.first_sight(self.number))
        blend = p.goal_blend * convener.openness
        goal = tuple(cut(m + blend * (z + e - m)) for m, z, e in zip(convener.mission, issue.place, error, strict=True))
        return Plan(issue, error, goal)

    def founders(self, plan: Plan) -> list[Organization]:
        """Return the acquaintances of the convener that are willing to found the coalition with it."""
        return [other for other in self.model.known_to(self.convener) if other.is_willing_to_found(plan.goal, self.terms)]

    def launch(self, plan: Plan) -> Coalition:
        """Step 8: launch the coalition, with the convener as its lead and first member; return it."""
        from coalsim.agents.coalition import Coalition

        self.coalition = (self.convener.coalition_class or Coalition)(self.model, self, plan)
        self.convener.join(self.coalition, self.model.p.initial_satisfaction)
        return self.coalition

    @property
    def openness(self) -> float:
        """Openness of who speaks with funders: the lead, as noted; before the launch the convener."""
        return self.convener.openness if self.coalition is None else self.coalition.noted.openness

    def talk_to_funders(self) -> None:
        """Step 6, in contact: relations grow, and a funder may refer the initiative to somebody."""
        p = self.model.p
        if not self.relations:
            self.meet_best_funder()
        growth = cut(p.relation_rate * ((0.5 + self.openness) * p.relation_openness + (1 - p.relation_openness)))
        for relation in self.relations:
            relation.strength = cut(relation.strength + growth * (1 - relation.strength))
        if self.model.draws.referral[self.number] < p.referral_rate:
            to_a_funder, *choices = self.model.draws.referrals[self.number]
            room = len(self.relations) < min(p.funders_max, len(self.model.funders))
            if room and to_a_funder < p.funder_referral:
                self.meet_best_funder()
            elif self.coalition is not None:
                self.refer_to_an_organization(self.coalition, choices)
            else:
                self.refer_to_a_coalition(choices[0])

    def meet_best_funder(self) -> None:
        """Meet the best aligned of the funders not known yet."""
        known = [relation.funder for relation in self.relations]
        strangers = [funder for funder in self.model.funders if funder not in known]
        position = self.position
        self.relations.append(Relation(max(strangers, key=lambda funder: alignment(position, funder.place))))

    def refer_to_an_organization(self, coalition: Coalition, choices: list[float]) -> None:
        """Invite the best aligned of three others; it becomes an acquaintance of the lead."""
        others = [self.model.other_than(self.convener, draw) for draw in choices]
        invited = max(others, key=lambda other: alignment(coalition.goal, other.mission))
        invited.invitations.append(coalition)
        if coalition.lead is not None:
            coalition.lead.learn_of(invited)

    def refer_to_a_coalition(self, draw: float) -> None:
        """Have the convener, still researching, invited to a random one of the running coalitions."""
        running = self.model.running_coalitions
        if running:
            self.convener.invitations.append(running[int(draw * len(running))])
