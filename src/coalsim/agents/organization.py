"""`Organization`: a Mesa agent that perceives, decides and acts; subclass it to replace a decision.

The methods follow the ODD's steps; those of a member are in `Member`. Those called *decisions* below are
the ones made to be overridden; whatever they answer, the others keep the books. Everybody decides before
anybody acts, so a decision may look at anything in the model and must change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalsim.agents.initiative import Initiative, Terms
from coalsim.agents.member import Member
from coalsim.agents.membership import Membership
from coalsim.agents.space import Point, alignment, cut, mean, squared_distance
from coalsim.agents.traits import Traits

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.environment import Issue
    from coalsim.agents.model import CoalitionModel


class Organization(Member):
    """An independent organization.

    Decisions: `listens_to`, `wants_to_convene`, `considers_joining`, `perceive`, `wants_to_join` (with
    `accepts_terms_of`, `chance_of` and `value_of`), `pledge_to`, `choose`, `target`, `is_willing_to_found`,
    `contribution`, `payoff`, `wants_to_leave`, `renewed_pledge`.

    Attributes
    ----------
    number, name : 0 to N - 1, and its identifier in a given field; who takes the place of another takes both
    since : month in which it took the place of one that closed; None: it was there from the start
    mission, style : positions
    capacity : full-time equivalents
    income : what it sets aside a month outside recessions, FTE-months
    reserve, reserve_cap : FTE-months set aside, and the most it keeps
    base_readiness, readiness, join_threshold, openness, leadership : as in the ODD
    acquaintances : the organizations it knows, in the order of its list
    memberships : of coalitions, in the order of their numbers; each has coalition, joined, satisfaction, pledge, kept
    cooldown : months until it may act again
    initiative : what it has under way as a convener (or what its predecessor left): research or a running coalition, or None
    invitations : the coalitions it is invited to this month
    asked : the coalition it was asked to found this month, or None
    """

    coalition_class: type[Coalition] | None = None
    """What it launches: a subclass of `coalsim.agents.Coalition`, or None for that itself."""

    def __init__(self, model: CoalitionModel, number: int, traits: Traits) -> None:
        super().__init__(model)
        p = self.p = model.p
        self.number = number
        self.name = traits.name
        self.since: int | None = None
        self.mission: Point = traits.mission
        self.style: Point = traits.style
        self.capacity = traits.capacity
        self.income: float = p.slack * self.capacity
        self.reserve = traits.reserve
        self.reserve_cap: float = p.reserve_cap * self.income
        self.base_readiness = traits.base_readiness
        self.readiness = self.base_readiness
        self.openness = traits.openness
        self.leadership = traits.leadership
        self.join_threshold = traits.join_threshold
        self.acquaintances: list[Organization] = []
        self.memberships: list[Membership] = []
        self.cooldown = 0
        self.initiative: Initiative | None = None
        self.invitations: list[Coalition] = []
        self.asked: Coalition | None = None

    @property
    def is_free(self) -> bool:
        """Whether it could begin an initiative."""
        return self.has_room and self.cooldown == 0 and self.initiative is None

    # 1 environment

    def close(self) -> None:
        """End: be no member any more, lead nothing, be known to nobody."""
        for membership in list(self.memberships):
            self.leave(membership.coalition)
        for coalition in self.model.running_coalitions:
            if coalition.lead is self:
                coalition.lose_lead()
        for other in self.model.organizations:
            if self in other.acquaintances:
                other.acquaintances.remove(self)
        self.remove()

    def succeed(self, closed: Organization) -> None:
        """Take the place of an organization that closed; its number may still name a running coalition."""
        self.since = self.model.month
        self.initiative = None if closed.is_researching else closed.initiative

    def earn(self, share: float) -> float:
        """Receive this `share` of its income; return what did not fit into the reserve."""
        reserve = self.reserve + self.income * share
        self.reserve = min(reserve, self.reserve_cap)
        return reserve - self.reserve

    # 2 readiness

    def get_ready(self, shock: float) -> None:
        """Move readiness towards its target."""
        p = self.p
        window = p.window_effect if self.model.window.on else 0.0
        strain = p.strain * (1 - self.reserve / self.reserve_cap)
        target = self.base_readiness + window + p.contagion * self.share_in_coalitions() - strain
        self.readiness = cut((1 - p.adaptation) * self.readiness + p.adaptation * target + p.noise * shock)

    def share_in_coalitions(self) -> float:
        """Return the share of its acquaintances that are in a coalition."""
        if self.model.everybody_known:
            others = len(self.model.organizations) - 1
            return (self.model.members - bool(self.memberships)) / others if others else 0.0
        if not self.acquaintances:
            return 0.0
        members = 0
        for other in self.acquaintances:
            if other.memberships:
                members += 1
        return members / len(self.acquaintances)

    def knows(self, other: Organization) -> bool:
        """Return whether another organization is an acquaintance."""
        return self.model.everybody_known or other in self.acquaintances

    # 3 dialogue

    def converse(self) -> Point:
        """Return its mission after listening to acquaintances."""
        dialogue, voices = self.p.dialogue, [self, *self.listens_to()]
        if self.model.everybody_known:  # who listens to the same organizations comes to the same mean, to the bit
            voices.sort(key=lambda voice: voice.number)
        heard = mean([voice.mission for voice in voices])
        return tuple([(1 - dialogue) * own + dialogue * theirs for own, theirs in zip(self.mission, heard, strict=True)])

    def listens_to(self) -> list[Organization]:
        """Decide whom to listen to: acquaintances whose mission is near enough for its openness."""
        mission = self.mission
        farthest = cut(2 * self.p.confidence * self.openness)
        square = len(mission) * (farthest * farthest)
        return [other for other in self.model.known_to(self) if squared_distance(other.mission, mission) <= square]

    # 4 mapping

    def pay_for_research(self) -> float:
        """Pay a month of research; return what it cost."""
        cost = min(self.reserve, self.p.research_cost * self.capacity)
        self.reserve -= cost
        return cost

    def map_the_field(self, draw: float) -> Organization | None:
        """Return the organization it is told of this month, if any: an acquaintance of an acquaintance, or anybody."""
        rate = self.p.research_rate if self.is_researching else self.p.mapping_rate
        if draw >= rate or self.model.everybody_known or not (self.list_has_room or self.p.forgetting):
            return None
        through_a_friend, who, of_whom = self.model.draws.paths[self.number]
        if through_a_friend < 0.5 and self.acquaintances:
            known_to_friend = self.acquaintances[int(who * len(self.acquaintances))].acquaintances
            if known_to_friend:
                return known_to_friend[int(of_whom * len(known_to_friend))]
        return self.model.other_than(self, who)

    def meet_a_fellow(self) -> Organization | None:
        """Return the fellow member it meets this month, if any: one whom the lead, or an acquaintance, knows."""
        if not self.memberships or self.model.everybody_known:
            return None
        draws = self.model.draws.meeting(self.number)
        coalition = self.memberships[int(draws.which * len(self.memberships))].coalition
        if draws.meets >= self.p.fellow_rate * coalition.communicated:
            return None
        lead = coalition.lead
        if draws.through_the_lead < 0.5 and lead is not None and lead is not self:
            known = lead.acquaintances
        elif self.acquaintances:
            known = self.acquaintances[int(draws.who * len(self.acquaintances))].acquaintances
        else:
            return None
        if not known:
            return None
        found = known[int(draws.of_whom * len(known))]
        return found if found is not self and found.membership_of(coalition) is not None else None

    @property
    def list_has_room(self) -> bool:
        """Whether its list of acquaintances has room."""
        return len(self.acquaintances) < self.p.acquaintances_max

    def learn_of(self, other: Organization) -> bool:
        """Add `other` to its list; return whether it is new and there was room, or room was made."""
        if other is self or other in self.acquaintances or self.model.everybody_known:
            return False
        if not self.list_has_room:
            forgotten = self.forgets() if self.p.forgetting else None
            if forgotten is None:
                return False
            self.acquaintances.remove(forgotten)
        self.acquaintances.append(other)
        return True

    def forgets(self) -> Organization | None:
        """Return whom it gives up for somebody new: the oldest acquaintance that is in no coalition with it, if there is one."""
        own = {membership.coalition for membership in self.memberships}
        for other in self.acquaintances:
            if own.isdisjoint(membership.coalition for membership in other.memberships):
                return other
        return None

    # 5 intent

    def cool_down(self) -> None:
        """Be a month nearer to acting again."""
        if self.cooldown > 0:
            self.cooldown -= 1

    def wants_to_convene(self, draw: float) -> bool:
        """Decide, when free, whether to set out to convene a coalition."""
        return self.readiness >= self.p.launch_threshold and draw < self.p.convene_hazard

    def begin_research(self, terms: Terms, focal: bool = False) -> None:
        """Begin an initiative."""
        self.initiative = Initiative(self.model, self, terms, focal)

    # 8 launching

    def target(self) -> Issue:
        """Decide which issue its coalition works on: the one of the largest need and alignment."""
        return max(self.model.issues, key=lambda issue: issue.need * alignment(self.mission, issue.place))

    def is_willing_to_found(self, goal: Point, terms: Terms) -> bool:
        """Decide whether it would be asked to found a coalition that wants to go to `goal`."""
        return (
            self.has_room
            and self.cooldown == 0
            and not self.is_researching
            and self.readiness >= self.join_threshold
            and alignment(self.mission, goal) >= terms.admission
            and self.sees_through(terms)
        )

    def be_asked_to_found(self, coalition: Coalition) -> None:
        """Be asked to found a coalition: of several, the one whose goal is best aligned counts."""
        if self.asked is None or alignment(self.mission, coalition.goal) > alignment(self.mission, self.asked.goal):
            self.asked = coalition
