"""`Organization`: a Mesa agent that perceives, decides and acts; subclass it to replace a decision.

The methods follow the ODD's steps. Those called *decisions* below are the ones made to be overridden;
whatever they answer, the others keep the books. Everybody decides before anybody acts, so a decision
may look at anything in the model and must change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalsim.agents.copying import Agent
from coalsim.agents.initiative import Initiative, Terms
from coalsim.agents.space import Point, alignment, cut, mean, squared_distance, towards
from coalsim.field import Field

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.environment import Issue
    from coalsim.agents.model import CoalitionModel


class Organization(Agent):
    """An independent organization.

    Decisions: `listens_to`, `wants_to_convene`, `considers_joining`, `perceive`, `wants_to_join` (with
    `accepts_terms_of`, `chance_of` and `value_of`), `choose`, `target`, `contribution`, `payoff`, `wants_to_leave`.

    Attributes
    ----------
    number, name : 0 to N - 1, and its identifier in a given field
    mission, style : positions
    capacity : full-time equivalents
    income : what it sets aside a month outside recessions, FTE-months
    reserve, reserve_cap : FTE-months set aside, and the most it keeps
    base_readiness, readiness, join_threshold, openness, leadership : as in the ODD
    acquaintances : the organizations it knows, in the order of its list
    coalition, joined, satisfaction : its membership: the coalition or None, month joined or -1, satisfaction or NaN
    cooldown : months until it may act again
    initiative : what it has under way as a convener: research or a running coalition, or None
    invitations : the coalitions it is invited to this month
    """

    model: CoalitionModel

    def __init__(self, model: CoalitionModel, number: int, field: Field) -> None:
        super().__init__(model)
        p = self.p = model.p
        self.number = number
        self.name = field.names[number] if field.names else str(number)
        self.mission: Point = tuple(field.mission[number].tolist())
        self.style: Point = tuple(field.style[number].tolist())
        self.capacity = float(field.capacity[number])
        self.income: float = p.slack * self.capacity
        self.reserve = float(field.reserve[number])
        self.reserve_cap: float = p.reserve_cap * self.income
        self.base_readiness = float(field.base_readiness[number])
        self.readiness = self.base_readiness
        self.openness = float(field.openness[number])
        self.leadership = float(field.leadership[number])
        self.join_threshold = float(field.join_threshold[number])
        self.acquaintances: list[Organization] = []
        self.coalition: Coalition | None = None
        self.joined = -1
        self.satisfaction = float("nan")
        self.cooldown = 0
        self.initiative: Initiative | None = None
        self.invitations: list[Coalition] = []

    # What it is doing

    @property
    def is_researching(self) -> bool:
        """Whether it maps the field for a coalition it will launch."""
        return self.initiative is not None and self.initiative.coalition is None

    @property
    def is_free(self) -> bool:
        """Whether it could begin an initiative."""
        return self.coalition is None and self.cooldown == 0 and self.initiative is None

    @property
    def convener(self) -> int:
        """Number of the convener of the coalition it is in; -1 outside coalitions."""
        return -1 if self.coalition is None else self.coalition.number

    # 1 environment

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
            return (self.model.members - (self.coalition is not None)) / others if others else 0.0
        if not self.acquaintances:
            return 0.0
        members = 0
        for other in self.acquaintances:
            if other.coalition is not None:
                members += 1
        return members / len(self.acquaintances)

    # 3 dialogue

    def converse(self) -> Point:
        """Return its mission after listening to acquaintances."""
        dialogue = self.p.dialogue
        heard = mean([self.mission, *(other.mission for other in self.listens_to())])
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
        """Return the organization it hears of this month, if any: an acquaintance of an acquaintance, or anybody."""
        rate = self.p.research_rate if self.is_researching else self.p.mapping_rate
        if not self.has_room or draw >= rate:
            return None
        through_a_friend, who, of_whom = self.model.draws.paths[self.number]
        if through_a_friend < 0.5 and self.acquaintances:
            known_to_friend = self.acquaintances[int(who * len(self.acquaintances))].acquaintances
            if known_to_friend:
                return known_to_friend[int(of_whom * len(known_to_friend))]
        return self.model.other_than(self, who)

    @property
    def has_room(self) -> bool:
        """Whether its list of acquaintances has room; where everybody is known there are no lists."""
        return len(self.acquaintances) < self.p.acquaintances_max and not self.model.everybody_known

    def learn_of(self, other: Organization) -> bool:
        """Add `other` to its list; return whether it is new and there was room."""
        new = other is not self and self.has_room and other not in self.acquaintances
        if new:
            self.acquaintances.append(other)
        return new

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

    # 7 joining

    def considers_joining(self) -> bool:
        """Decide, when in no coalition and not cooling down, whether to look for one to join."""
        if self.initiative is not None and self.initiative.coalition is None:
            return self.p.focal_may_join or not self.initiative.focal
        return self.readiness >= self.join_threshold

    def consider(self, draw: float) -> Coalition | None:
        """Return the coalition it joins this month, if any."""
        return self.choose([coalition for coalition in self.perceive(draw) if self.wants_to_join(coalition)])

    def perceive(self, draw: float) -> list[Coalition]:
        """Return the coalitions it looks at: those of a few acquaintances, and one it is invited to."""
        attention = self.p.attention
        if self.model.everybody_known:
            seen = self.model.running_coalitions
            if len(seen) > attention:
                seen = sorted(seen, key=lambda coalition: -alignment(self.mission, coalition.goal))[:attention]
        else:
            watched = self.acquaintances
            if len(watched) > attention:
                start = int(draw * len(watched))
                watched = (watched + watched)[start : start + attention]
            seen = [other.coalition for other in watched if other.coalition is not None]
        if self.invitations:
            best = min(self.invitations, key=lambda coalition: (-alignment(self.mission, coalition.goal), coalition.number))
            return list(dict.fromkeys([*seen, best]))
        return list(dict.fromkeys(seen)) if seen else []

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Decide whether a coalition passes the three tests: parameters, chance, value."""
        p = self.p
        return self.accepts_terms_of(coalition) and self.chance_of(coalition) >= p.min_chance and self.value_of(coalition) > p.min_value

    def accepts_terms_of(self, coalition: Coalition) -> bool:
        """Test its own parameters: the goal is near enough, and the reserve sees the commitment through."""
        terms = coalition.terms
        if alignment(self.mission, coalition.goal) < terms.admission:
            return False
        months = terms.commitment_months
        needed = self.p.see_through * months * terms.contribution_rate * self.capacity
        return self.reserve + months * self.p.slack * self.capacity >= needed

    def chance_of(self, coalition: Coalition) -> float:
        """Judge the chance that a coalition succeeds."""
        return coalition.promise / 3

    def value_of(self, coalition: Coalition) -> float:
        """Judge what being in a coalition is worth."""
        p = self.p
        weight = p.resonance_weight
        resonance = alignment(self.style, coalition.mean_style)
        value = alignment(self.mission, coalition.goal) * (1 - weight + weight * resonance) * self.chance_of(coalition)
        return value * coalition.issue.need - p.cost_weight * coalition.terms.contribution_rate

    def choose(self, candidates: list[Coalition]) -> Coalition | None:
        """Decide which of the coalitions it wants to join it joins: that of the highest value."""
        return min(candidates, key=lambda coalition: (-self.value_of(coalition), coalition.number), default=None)

    def join(self, coalition: Coalition, satisfaction: float) -> None:
        """Become a member; research of its own ends."""
        if self.is_researching:
            self.initiative = None
        self.coalition = coalition
        self.joined = self.model.month
        self.satisfaction = satisfaction
        coalition.add(self)

    # 8 launching

    def target(self) -> Issue:
        """Decide which issue its coalition works on: the one of the largest need and alignment."""
        return max(self.model.issues, key=lambda issue: issue.need * alignment(self.mission, issue.place))

    # 10 investing

    def contribute(self) -> float:
        """Pay its contribution of the month, as far as the reserve goes; return it."""
        amount = min(self.reserve, self.contribution())
        self.reserve -= amount
        return amount

    def contribution(self) -> float:
        """Decide what to give this month, if the reserve allows: a satisfied member all it promised."""
        assert self.coalition is not None
        return self.coalition.terms.contribution_rate * self.capacity * cut(self.satisfaction / self.p.full_satisfaction)

    # 11 redefining

    def adapt_mission(self) -> None:
        """Move its mission towards the goal of its coalition."""
        assert self.coalition is not None
        self.mission = towards(self.mission, self.p.mission_adaptation * self.openness, self.coalition.goal)

    # 13 leaving

    def take_stock(self) -> None:
        """Let this month's payoff change its satisfaction."""
        memory = self.p.memory
        self.satisfaction = memory * self.satisfaction + (1 - memory) * self.payoff()

    def payoff(self) -> float:
        """Judge what membership was worth this month."""
        assert self.coalition is not None
        p, coalition = self.p, self.coalition
        weight = p.resonance_weight
        resonance = alignment(self.style, coalition.mean_style)
        worth = alignment(self.mission, coalition.goal) * (1 - weight + weight * resonance) * coalition.promise / 3
        return worth - p.burden * coalition.terms.contribution_rate * (1 - self.reserve / self.reserve_cap)

    def wants_to_leave(self) -> bool:
        """Decide whether to leave: dissatisfied after its commitment, too far from the goal, or exhausted."""
        assert self.coalition is not None
        p, coalition = self.p, self.coalition
        reasons = (
            (self.satisfaction < p.exit_level and self.model.month - self.joined >= coalition.terms.commitment_months)
            or self.readiness < p.exhaustion
            or alignment(self.mission, coalition.goal) < coalition.terms.admission - p.drift_tolerance
        )
        if coalition.convener is self:
            return reasons and self.satisfaction < p.convener_patience * p.exit_level
        return reasons

    def leave(self, cooldown: int) -> None:
        """Be in no coalition any more, and cool down."""
        assert self.coalition is not None
        self.coalition.drop(self)
        self.coalition = None
        self.joined = -1
        self.satisfaction = float("nan")
        self.cooldown = cooldown
