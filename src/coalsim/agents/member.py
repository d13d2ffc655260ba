"""`Member`: what an organization does as a member of coalitions: joining, paying, taking stock, leaving (ODD, steps 7, 10, 11, 13)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from coalsim.agents.copying import Agent
from coalsim.agents.membership import Membership
from coalsim.agents.space import Point, alignment, cut, mean, total, towards

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.environment import Issue
    from coalsim.agents.initiative import Initiative, Terms
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization

_BY_CONVENER = attrgetter("coalition.number")


class Member(Agent):
    """The part of `Organization` that concerns its memberships; see there for attributes and decisions."""

    model: CoalitionModel
    p: Any
    number: int
    mission: Point
    style: Point
    capacity: float
    reserve: float
    reserve_cap: float
    readiness: float
    openness: float
    join_threshold: float
    acquaintances: list[Organization]
    memberships: list[Membership]
    cooldown: int
    initiative: Initiative | None
    invitations: list[Coalition]

    # What it is part of

    @property
    def has_room(self) -> bool:
        """Whether it could be a member of one more coalition."""
        return len(self.memberships) < self.p.memberships_max

    @property
    def coalition(self) -> Coalition | None:
        """Its coalition, of several the one of the lowest number; None outside coalitions."""
        return self.memberships[0].coalition if self.memberships else None

    @property
    def convener(self) -> int:
        """Number of that coalition; -1 outside coalitions."""
        return self.memberships[0].coalition.number if self.memberships else -1

    @property
    def satisfaction(self) -> float:
        """Satisfaction with that coalition; NaN outside coalitions."""
        return self.memberships[0].satisfaction if self.memberships else float("nan")

    def membership_of(self, coalition: Coalition) -> Membership | None:
        """Return its membership of a coalition, None if it is no member."""
        for membership in self.memberships:
            if membership.coalition is coalition:
                return membership
        return None

    @property
    def is_researching(self) -> bool:
        """Whether it maps the field for a coalition it will launch."""
        return self.initiative is not None and self.initiative.coalition is None

    def target(self) -> Issue:
        """Decide which issue its coalition would work on."""
        raise NotImplementedError

    # 7 joining

    def considers_joining(self) -> bool:
        """Decide, when it has room and is not cooling down, whether to look for a coalition to join."""
        if self.initiative is not None and self.initiative.coalition is None:
            return self.p.focal_may_join or not self.initiative.focal
        return self.readiness >= self.join_threshold

    def consider(self, draw: float) -> Coalition | None:
        """Return the coalition it applies to this month, if any."""
        seen = [coalition for coalition in self.perceive(draw) if coalition.has_room and self.membership_of(coalition) is None]
        return self.choose([coalition for coalition in seen if self.wants_to_join(coalition)])

    def perceive(self, draw: float) -> list[Coalition]:
        """Return the coalitions it looks at: those of a few acquaintances, and one it is invited to."""
        attention = self.p.attention
        if self.model.everybody_known:
            seen = [coalition for coalition in self.model.running_coalitions if self.membership_of(coalition) is None]
            if len(seen) > attention:
                seen = sorted(seen, key=lambda coalition: -alignment(self.mission, coalition.goal))[:attention]
        else:
            watched = self.acquaintances
            if len(watched) > attention:
                start = int(draw * len(watched))
                watched = (watched + watched)[start : start + attention]
            seen = [membership.coalition for other in watched for membership in other.memberships]
        if self.invitations:
            invitations = [coalition for coalition in self.invitations if self.membership_of(coalition) is None]
            seen = [*seen, *sorted(invitations, key=lambda coalition: (-alignment(self.mission, coalition.goal), coalition.number))[:1]]
        return list(dict.fromkeys(seen)) if seen else []

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Decide whether a coalition passes the three tests: parameters, chance, value."""
        p = self.p
        return self.accepts_terms_of(coalition) and self.chance_of(coalition) >= p.min_chance and self.value_of(coalition) > p.min_value

    def accepts_terms_of(self, coalition: Coalition) -> bool:
        """Test its own parameters: the goal is near enough, and the reserve sees the commitment through."""
        return alignment(self.mission, coalition.goal) >= coalition.terms.admission and self.sees_through(coalition.terms)

    def sees_through(self, terms: Terms) -> bool:
        """Test whether its means last for the least pledge, besides what it promised to others."""
        p, months = self.p, terms.commitment_months
        promises = p.pledge_floor * terms.contribution_rate + total([membership.promise for membership in self.memberships])
        return self.reserve + months * p.slack * self.capacity >= p.see_through * months * promises * self.capacity

    def chance_of(self, coalition: Coalition) -> float:
        """Judge the chance that a coalition succeeds."""
        return coalition.promise / 3

    def value_of(self, coalition: Coalition) -> float:
        """Judge what being in a coalition is worth."""
        p = self.p
        weight = p.resonance_weight
        resonance = alignment(self.style, coalition.mean_style)
        value = alignment(self.mission, coalition.goal) * (1 - weight + weight * resonance) * self.chance_of(coalition)
        return value * coalition.mean_need - p.cost_weight * coalition.terms.contribution_rate * self.pledge_to(coalition)

    def pledge_to(self, coalition: Coalition) -> float:
        """Decide which share of the contribution rate to pledge on joining: as much as its means allow."""
        floor: float = self.p.pledge_floor
        return min(1.0, max(floor, self.affordable_share(coalition.terms, self.memberships)))

    def affordable_share(self, terms: Terms, promised: list[Membership]) -> float:
        """Return the share of the contribution rate that its means allow, besides what it `promised`; 1 if nothing is asked."""
        see_through, months = self.p.see_through, terms.commitment_months
        asked = see_through * months * terms.contribution_rate * self.capacity
        if asked == 0:
            return 1.0
        promises = total([membership.promise for membership in promised])
        means = self.reserve + months * self.p.slack * self.capacity - see_through * months * promises * self.capacity
        return float(means / asked)

    def choose(self, candidates: list[Coalition]) -> Coalition | None:
        """Decide which of the coalitions it wants to join it applies to: that of the highest value."""
        return min(candidates, key=lambda coalition: (-self.value_of(coalition), coalition.number), default=None)

    def join(self, coalition: Coalition, satisfaction: float, pledge: float = 1.0) -> None:
        """Become a member; research of its own ends if it has no room left, or if that coalition does what it was to do."""
        assert self.membership_of(coalition) is None, "nobody is a member twice"
        membership = Membership(self, coalition, self.model.month, satisfaction, pledge)
        self.memberships.append(membership)
        self.memberships.sort(key=_BY_CONVENER)
        coalition.add(membership)
        if self.is_researching and (not self.has_room or self.target() in coalition.issues):
            self.initiative = None

    # 10 investing

    def contribute(self) -> None:
        """Pay what it owes to its coalitions or, if the reserve does not suffice, the same share of it to each."""
        owed = [self.contribution(membership) for membership in self.memberships]
        due, reserve = total(owed), self.reserve
        for membership, amount in zip(self.memberships, owed, strict=True):
            membership.pay(min(amount, reserve * (amount / due)) if due > 0 else 0.0)
        self.reserve = max(0.0, reserve - total([membership.paid for membership in self.memberships]))

    def contribution(self, membership: Membership) -> float:
        """Decide what it owes a coalition this month: a satisfied member all it promised."""
        return membership.promised * cut(membership.satisfaction / self.p.full_satisfaction)

    # 11 redefining

    def adapt_mission(self) -> None:
        """Move its mission towards the goals of its coalitions."""
        goal = mean([membership.coalition.goal for membership in self.memberships])
        self.mission = towards(self.mission, self.p.mission_adaptation * self.openness, goal)

    # 13 leaving

    def take_stock(self, membership: Membership) -> None:
        """Let this month's payoff change its satisfaction."""
        memory = self.p.memory
        membership.satisfaction = memory * membership.satisfaction + (1 - memory) * self.payoff(membership)

    def payoff(self, membership: Membership) -> float:
        """Judge what membership was worth this month."""
        p, coalition = self.p, membership.coalition
        weight = p.resonance_weight
        resonance = alignment(self.style, coalition.mean_style)
        worth = alignment(self.mission, coalition.goal) * (1 - weight + weight * resonance) * coalition.promise / 3
        return worth - p.burden * coalition.terms.contribution_rate * membership.pledge * (1 - self.reserve / self.reserve_cap)

    def wants_to_leave(self, membership: Membership) -> bool:
        """Decide whether to leave: dissatisfied after its commitment, too far from the goal, or exhausted."""
        p, coalition = self.p, membership.coalition
        satisfaction = membership.satisfaction
        reasons = (
            (satisfaction < p.exit_level * coalition.keep and self.model.month - membership.joined >= coalition.terms.commitment_months)
            or (self.readiness < p.exhaustion and self.likes_least() is membership)
            or alignment(self.mission, coalition.goal) < coalition.terms.admission - p.drift_tolerance
        )
        if membership.leads:
            return reasons and satisfaction < p.convener_patience * p.exit_level * coalition.keep
        return reasons

    def likes_least(self) -> Membership:
        """Return its membership of the lowest satisfaction; a coalition that it leads comes after all others."""
        return min(self.memberships, key=lambda membership: (membership.leads, membership.satisfaction, membership.coalition.number))

    def renewed_pledge(self, membership: Membership) -> float | None:
        """Decide, when a term of its commitment is over, what to pledge for the next; None: its means do not last, and it leaves."""
        others = [other for other in self.memberships if other is not membership]
        pledge = min(1.0, self.affordable_share(membership.coalition.terms, others))
        floor: float = self.p.pledge_floor
        if pledge >= floor:
            return pledge
        return floor if membership.leads else None

    def leave(self, coalition: Coalition, cooldown: int = 0) -> None:
        """Be no member any more; who is in no coalition then cools down."""
        membership = self.membership_of(coalition)
        assert membership is not None, "only members leave"
        self.memberships.remove(membership)
        coalition.drop(membership)
        if not self.memberships:
            self.cooldown = cooldown
