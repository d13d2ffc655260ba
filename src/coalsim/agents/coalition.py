"""`Coalition`: a Mesa agent made of its members, with trust, goals and progress of its own (ODD, steps 8 to 14)."""

from __future__ import annotations

from math import floor, inf, nan
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from coalsim.agents.funder import Funder
from coalsim.agents.initiative import Initiative, Plan, Relation
from coalsim.agents.membership import Membership
from coalsim.agents.pursuit import Pursuit
from coalsim.agents.space import Point, alignment, cut, mean, total

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization

_BY_NUMBER = attrgetter("organization.number")


class Noted(NamedTuple):
    """What is noted of the lead, and stays when it is gone."""

    leadership: float
    openness: float
    capacity: float


NO_LIMIT = 1e9
"""A span from which on anything can be kept together."""


class Coalition(Pursuit):
    """A coalition, from its launch until it ends.

    Attributes
    ----------
    number : that of its convener
    convener, initiative, terms : who launched it, its relations with funders, and its values of what a focal one may have of its own
    lead, noted : the organization that leads it, or None, and what was noted of the last one
    lead_lost : times it lost its lead
    memberships, members : in the order of organizations' numbers
    targets : its goals, at most two, in the order in which they were taken on: each an issue and progress
    goal, error : where it wants to go (the ODD's place g), and how wrongly it saw the problem
    launch, formed : month of the launch, and first month with enough members or None
    inherited : whether it is older than the recorded months
    seeded : whether it receives a seed grant
    trust, fit, momentum, routines : as in the ODD
    openness : mean openness of members when they last invested
    communicated : the share of needed communication that took place when they last invested, the ODD's x
    contributions, grants, communication, work : of this month (in steps 1 to 9, of the last)
    contributed, granted, goals_added, goals_redefined, goals_dropped, successes, peak_size, highest_progress : of its life
    leadership : of its convener at the launch
    reached : months from the launch until progress first reached 1/3, 2/3 and 1; None if it never did
    """

    def __init__(self, model: CoalitionModel, initiative: Initiative, plan: Plan) -> None:
        super().__init__(model, plan.issue, plan.error, plan.goal)
        p, convener = model.p, initiative.convener
        self.number = initiative.number
        self.convener = convener
        self.initiative = initiative
        self.terms = initiative.terms
        self.memberships: list[Membership] = []
        self._mean_style: Point | None = None
        self.lead: Organization | None = None
        self.lead_lost = 0
        self.be_led_by(convener)
        self.leadership = convener.leadership
        self.launch = model.month
        self.inherited = model.month < 0
        self.formed: int | None = None
        self.trust: float = p.initial_trust
        self.openness = convener.openness
        drawn = initiative.focal or model.draws.change_of_mind(self.number).seeded < p.seed_share
        self.seeded = self.terms.seed_grant > 0 and drawn
        self.communicated = self.contributions = self.grants = self.communication = self.work = 0.0
        self.contributed = self.granted = 0.0
        self.peak_size = 0

    # Members

    def add(self, membership: Membership) -> None:
        """Take in a member."""
        self.memberships.append(membership)
        self.memberships.sort(key=_BY_NUMBER)
        self._mean_style = None

    def drop(self, membership: Membership) -> None:
        """Lose a member."""
        self.memberships.remove(membership)
        self._mean_style = None

    @property
    def members(self) -> list[Organization]:  # type: ignore[override]
        """Its members, in the order of their numbers."""
        return [membership.organization for membership in self.memberships]

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.memberships)

    @property
    def focal(self) -> bool:
        """Whether it is the focal initiative's."""
        return self.initiative.focal

    @property
    def active_share(self) -> float:
        """Share of its members that kept at least half of their last months; NaN if there are none."""
        month = self.model.month
        return sum(m.is_active(month) for m in self.memberships) / len(self.memberships) if self.memberships else nan

    @property
    def sources(self) -> int:
        """Funders that ever gave it a grant."""
        return sum(relation.gave for relation in self.relations)

    @property
    def funders_now(self) -> int:
        """Funders whose grants run this month."""
        return sum(self.model.month < relation.grant_ends for relation in self.relations)

    @property
    def mean_style(self) -> Point:
        """Mean style of the members; (0, 0) if there are none."""
        if self._mean_style is None:
            self._mean_style = mean([member.style for member in self.members]) if self.memberships else (0.0, 0.0)
        return self._mean_style

    @property
    def promise(self) -> float:
        """Trust, fit and momentum (at most 1) together: three times the chance of success that others see in it."""
        return self.trust + self.fit + min(self.momentum, 1.0)

    # Its lead, and how many it can keep together

    def be_led_by(self, lead: Organization) -> None:
        """Have a lead, and note what it is."""
        self.lead = lead
        self.noted = Noted(lead.leadership, lead.openness, lead.capacity)

    def lose_lead(self) -> None:
        """Be led by nobody."""
        self.lead = None
        self.lead_lost += 1

    def find_lead(self) -> None:
        """Have its member of longest standing lead on, if its lead has closed or, with succession, left."""
        if self.p.succession and self.lead is not None and self.lead.membership_of(self) is None:
            self.lose_lead()
        if self.lead is None and self.memberships:
            self.be_led_by(min(self.memberships, key=lambda m: (m.joined, -m.organization.capacity, m.organization.number)).organization)

    @property
    def staff_factor(self) -> float:
        """What the lead makes of its own and paid staff."""
        return float(1 + self.p.leadership_staff * (self.noted.leadership - 0.5))

    @property
    def room(self) -> float:
        """Members it has room for in all: as many as its lead and the staff it was paid last month can keep together."""
        if self.p.span >= NO_LIMIT:
            return inf
        return floor(self.p.min_members + self.p.span * (self.noted.capacity * self.staff_factor + self.grants))

    @property
    def has_room(self) -> bool:
        """Whether another member finds room."""
        return self.size < self.room

    # Funders

    @property
    def relations(self) -> list[Relation]:  # type: ignore[override]
        """Relations with funders, in the order they were met."""
        return self.initiative.relations

    def relation_with(self, funder: Funder) -> Relation | None:
        """Return its relation with a funder, None if they have not met."""
        for relation in self.relations:
            if relation.funder is funder:
                return relation
        return None

    def grant_income(self) -> float:
        """Return the running grants and the seed grant of this month."""
        month = self.model.month
        first = self.launch + self.p.seed_month
        seed = self.terms.seed_grant if self.seeded and first <= month < first + self.p.seed_months else 0.0
        return total([relation.grant_in(month) for relation in self.relations]) + seed

    # 10 investing

    def invest(self) -> None:
        """Gather what members paid and grants, spend them on communication and work, and let trust change."""
        p = self.p
        n = self.size
        self.peak_size = max(self.peak_size, n)
        self.contributions = total([membership.paid for membership in self.memberships])
        self.grants = self.grant_income()
        resources = self.contributions + self.grants
        self.openness = self.mean_openness()
        needed = (p.coordination * n + p.coordination_pairwise * (n * n)) * (1 + p.deliberation * (self.openness - 0.5))
        self.communication = min(self.terms.communication_share * resources, needed)
        self.work = resources - self.communication
        self.contributed += self.contributions
        self.granted += self.grants
        self.communicated = min(1.0, self.communication * self.staff_factor / needed) if needed > 0 else 1.0
        self.talk(self.communicated)

    def talk(self, x: float) -> None:
        """Let trust grow with communication (the share `x` of what is needed) and fall with disputes."""
        p, members, goal, trust = self.p, self.members, self.goal, self.trust
        n = len(members)
        distance = total([1 - alignment(member.mission, goal) for member in members]) / n if n else 0.0
        readiness = total([member.readiness for member in members]) / n if n else 0.0
        leadership = 1 + p.leadership_effect * (self.noted.leadership - 0.5)
        willingness = 1 + p.readiness_effect * (readiness - 0.5)
        self.trust = cut(
            trust
            + p.trust_learning * leadership * willingness * x * (1 - trust)
            - self.keep * p.trust_decay * (1 - x) * trust
            - self.keep * p.dispute * distance * (1 - self.openness * x) * trust
        )

    # 14 ending

    def cause_of_failure(self) -> str | None:
        """Return why the coalition dissolves, without success: trust, too_few, or None if it goes on."""
        p = self.p
        if self.trust < p.trust_floor:
            return "trust"
        too_few = self.size < p.min_members and self.model.month - self.launch >= p.forming_months
        if p.shelter and self.grants > 0:
            too_few = False
        return "too_few" if too_few or not self.memberships else None

    def end(self) -> None:
        """Release the members, and be gone."""
        for member in self.members:
            member.leave(self, self.p.release_cooldown)
        self.model.organizations[self.number].initiative = None
        self.remove()
