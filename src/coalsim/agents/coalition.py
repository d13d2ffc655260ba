"""`Coalition`: a Mesa agent made of its members, with trust, a goal and progress of its own (ODD, steps 8 to 14)."""

from __future__ import annotations

from math import sqrt
from operator import attrgetter
from typing import TYPE_CHECKING

from coalsim.agents.copying import Agent
from coalsim.agents.funder import Funder
from coalsim.agents.initiative import Initiative, Relation
from coalsim.agents.space import Point, alignment, cut, mean, squared_distance, total

if TYPE_CHECKING:
    from coalsim.agents.environment import Issue
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization


class Coalition(Agent):
    """A coalition, from its launch until it ends.

    Attributes
    ----------
    number : that of its convener
    convener, initiative, terms : who launched it, its relations with funders, and its values of what a focal one may have of its own
    members : organizations, in the order of their numbers
    issue : what it works on
    goal, error : where it wants to go, and how wrongly it saw the problem
    launch, formed : month of the launch, and first month with enough members or None
    trust, fit, progress, momentum : as in the ODD
    openness : mean openness of members when they last invested
    contributions, grants, communication, work : of this month
    contributed, granted, goals_added, goals_redefined, successes, first_success, peak_size, highest_progress : of its life
    """

    model: CoalitionModel

    def __init__(self, model: CoalitionModel, initiative: Initiative) -> None:
        super().__init__(model)
        p = self.p = model.p
        convener = initiative.convener
        self.number = convener.number
        self.convener = convener
        self.initiative = initiative
        self.terms = initiative.terms
        self.members: list[Organization] = []
        self._mean_style: Point | None = None
        self.issue = convener.target()
        doubt = sqrt(1 + initiative.heard)
        self.error: Point = tuple(p.blindness * normal / doubt for normal in model.draws.first_sight(self.number))
        blend = p.goal_blend * convener.openness
        self.goal: Point = tuple(
            cut(m + blend * (z + error - m)) for m, z, error in zip(convener.mission, self.issue.place, self.error, strict=True)
        )
        self.launch = model.month
        self.formed: int | None = None
        self.trust: float = p.initial_trust
        self.progress = 0.0
        self.momentum: float = p.optimism
        self.fit = alignment(self.goal, self.issue.place)
        self.openness = convener.openness
        self.contributions = self.grants = self.communication = self.work = 0.0
        self.contributed = self.granted = self.highest_progress = 0.0
        self.goals_added = self.goals_redefined = self.successes = self.peak_size = 0
        self.first_success: int | None = None

    # Members

    def add(self, member: Organization) -> None:
        """Take in a member."""
        self.members.append(member)
        self.members.sort(key=attrgetter("number"))
        self._mean_style = None

    def drop(self, member: Organization) -> None:
        """Lose a member."""
        self.members.remove(member)
        self._mean_style = None

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)

    @property
    def mean_style(self) -> Point:
        """Mean style of the members."""
        if self._mean_style is None:
            self._mean_style = mean([member.style for member in self.members])
        return self._mean_style

    @property
    def promise(self) -> float:
        """Trust, fit and momentum (at most 1) together: three times the chance of success that others see in it."""
        return self.trust + self.fit + min(self.momentum, 1.0)

    def mean_openness(self) -> float:
        """Return the mean openness of the members, 0 if there are none."""
        return total([member.openness for member in self.members]) / self.size if self.members else 0.0

    # Funders

    @property
    def relations(self) -> list[Relation]:
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
        seed = self.terms.seed_grant if first <= month < first + self.p.seed_months else 0.0
        return total([relation.grant_in(month) for relation in self.relations]) + seed

    # 10 investing

    def invest(self) -> None:
        """Gather contributions and grants, spend them on communication and work, and let trust change."""
        p, members = self.p, self.members
        n = len(members)
        self.peak_size = max(self.peak_size, n)
        self.contributions = total([member.contribute() for member in members])
        self.grants = self.grant_income()
        resources = self.contributions + self.grants
        needed = p.coordination * n + p.coordination_pairwise * (n * n)
        self.communication = min(self.terms.communication_share * resources, needed)
        self.work = resources - self.communication
        self.contributed += self.contributions
        self.granted += self.grants
        self.openness = self.mean_openness()
        self.talk(self.communication / needed if needed > 0 else 1.0)

    def talk(self, x: float) -> None:
        """Let trust grow with communication (the share `x` of what is needed) and fall with disputes."""
        p, members, goal, trust = self.p, self.members, self.goal, self.trust
        n = len(members)
        distance = total([1 - alignment(member.mission, goal) for member in members]) / n
        readiness = total([member.readiness for member in members]) / n
        leadership = 1 + p.leadership_effect * (self.convener.leadership - 0.5)
        willingness = 1 + p.readiness_effect * (readiness - 0.5)
        self.trust = cut(
            trust
            + p.trust_learning * leadership * willingness * x * (1 - trust)
            - p.trust_decay * (1 - x) * trust
            - p.dispute * distance * (1 - self.openness * x) * trust
        )

    # 11 redefining

    def redefine(self) -> None:
        """Move the goal towards the problem as seen, and to the members; progress that aimed elsewhere is lost."""
        p = self.p
        insight = max([relation.strength for relation in self.relations], default=0.0)
        blindness = 1 - p.insight * insight
        to_problem = self.terms.redefinition * self.openness
        to_members = p.member_pull * (1 - self.openness)
        missions = mean([member.mission for member in self.members])
        before = self.goal
        self.goal = tuple(
            [
                cut(g + to_problem * (z + blindness * error - g) + to_members * (m - g))
                for g, z, error, m in zip(before, self.issue.place, self.error, missions, strict=True)
            ]
        )
        moved = sqrt(squared_distance(self.goal, before))
        self.progress *= max(0.0, 1 - p.obsolescence * moved / sqrt(len(before)))

    # 12 progress

    def advance_work(self) -> None:
        """Turn to another issue if this one is not its own any more; work becomes progress."""
        p = self.p
        self.fit = alignment(self.goal, self.issue.place)
        if self.model.is_cycle_month and self.fit < p.retarget_fit and self.model.draws.change_of_mind(self.number)[0] < self.openness:
            self.retarget()
        gain = 0.0
        if self.size >= p.min_members:
            if self.formed is None:
                self.formed = self.model.month
            gain = self.trust * self.fit_to_the_power() * self.work / p.effort
            if self.model.window.on:
                gain *= 1 + p.window_yield
        self.progress += gain
        self.highest_progress = max(self.highest_progress, self.progress)
        self.momentum += p.momentum_rate * (gain * p.expected_months - self.momentum)

    def retarget(self) -> None:
        """Turn to the issue of the largest need and alignment; if it is another, part of progress is lost."""
        issue = self.best_issue()
        if issue is not self.issue:
            self.progress *= 1 - self.p.retarget_loss
            self.goals_redefined += 1
            self.turn_to(issue)

    def best_issue(self) -> Issue:
        """Return the issue of the largest need x alignment with the goal."""
        return max(self.model.issues, key=lambda issue: issue.need * alignment(self.goal, issue.place))

    def turn_to(self, issue: Issue) -> None:
        """Work on `issue` from now on."""
        self.issue = issue
        self.fit = alignment(self.goal, issue.place)

    def fit_to_the_power(self) -> float:
        """Return fit to the power `fit_power`, by repeated multiplication."""
        power = 1.0
        for _ in range(self.p.fit_power):
            power *= self.fit
        return power

    # 14 ending

    def succeed(self) -> None:
        """Have solved the problem: its need falls."""
        self.successes += 1
        if self.first_success is None:
            self.first_success = self.model.month
        self.issue.be_solved(self.p.impact)

    def takes_on_the_next(self) -> bool:
        """After a success, take on the next problem if members are open and there is one near enough; return whether."""
        issue = self.best_issue()
        open_to_it = self.model.draws.change_of_mind(self.number)[1] < self.mean_openness()
        if not open_to_it or alignment(self.goal, issue.place) < self.terms.admission:
            return False
        self.progress = 0.0
        self.goals_added += 1
        self.turn_to(issue)
        return True

    def cause_of_failure(self) -> str | None:
        """Return why the coalition dissolves, without success: trust, too_few, or None if it goes on."""
        p = self.p
        if self.trust < p.trust_floor:
            return "trust"
        too_few = self.size < p.min_members and self.model.month - self.launch >= p.forming_months
        return "too_few" if too_few or not self.members else None

    def end(self) -> None:
        """Release the members, and be gone."""
        for member in list(self.members):
            member.leave(self.p.release_cooldown)
        self.convener.initiative = None
        self.remove()
