"""`Pursuit`: what a coalition is after, where it goes, and how far it has come (ODD, steps 11, 12 and 14)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

from coalsim.agents.copying import Agent
from coalsim.agents.space import Point, alignment, cut, mean, power, squared_distance, total

if TYPE_CHECKING:
    from coalsim.agents.environment import Issue
    from coalsim.agents.initiative import Relation, Terms
    from coalsim.agents.model import CoalitionModel
    from coalsim.agents.organization import Organization

MARKS = (1 / 3, 2 / 3, 1.0)
"""Progress of a goal at which the month is noted."""

MOST_TARGETS = 2

_WORST = 1e-9
"""The least fit that is reckoned with when ways are compared."""


class Target:
    """A goal of a coalition: the issue it works on, and the progress it has made (a success at 1)."""

    def __init__(self, issue: Issue, progress: float = 0.0) -> None:
        self.issue = issue
        self.progress = progress


class Pursuit(Agent):
    """The part of `Coalition` that concerns its goals; see there for attributes."""

    model: CoalitionModel
    p: Any
    number: int
    terms: Terms
    members: list[Organization]
    relations: list[Relation]
    trust: float
    openness: float
    work: float
    launch: int
    formed: int | None

    def __init__(self, model: CoalitionModel, issue: Issue, error: Point, goal: Point) -> None:
        super().__init__(model)
        self.p = model.p
        self.targets = [Target(issue)]
        self.error = error
        self.goal = goal
        self.fit = alignment(goal, issue.place)
        self.momentum: float = self.p.optimism
        self.routines = 0.0
        self.goals_added = self.goals_redefined = self.goals_dropped = self.successes = 0
        self.highest_progress = 0.0
        self.reached: list[int | None] = [None] * len(MARKS)

    @property
    def issues(self) -> list[Issue]:
        """The issues of its goals."""
        return [target.issue for target in self.targets]

    @property
    def mean_need(self) -> float:
        """Mean need of these issues."""
        return total([target.issue.need for target in self.targets]) / len(self.targets)

    @property
    def keep(self) -> float:
        """What its routines leave of losses of trust and of the exit level."""
        return float(1 - self.p.routine_effect * self.routines)

    def judge_fit(self) -> None:
        """Compare where it wants to go with where its problems are."""
        self.fit = total([alignment(self.goal, target.issue.place) for target in self.targets]) / len(self.targets)

    def mean_openness(self) -> float:
        """Return the mean openness of the members, 0 if there are none."""
        members = self.members
        return total([member.openness for member in members]) / len(members) if members else 0.0

    # 11 redefining

    def redefine(self) -> None:
        """Move the goal towards the problem as seen, and to the members; progress that aimed elsewhere is lost."""
        p, members = self.p, self.members
        if not members:
            return
        insight = max([relation.strength for relation in self.relations], default=0.0)
        blindness = 1 - p.insight * insight
        middle = mean([target.issue.place for target in self.targets])
        seen = tuple([z + blindness * error for z, error in zip(middle, self.error, strict=True)])
        to_problem = self.terms.redefinition * self.openness
        to_members = p.member_pull * (1 - self.openness)
        missions = mean([member.mission for member in members])
        before = self.goal
        goal = tuple([cut(g + to_problem * (s - g) + to_members * (m - g)) for g, s, m in zip(before, seen, missions, strict=True)])
        kept = max(0.0, 1 - p.obsolescence * sqrt(squared_distance(goal, before)) / sqrt(len(before)))
        if p.weigh_goals:
            places = [tuple([z + s - m for z, s, m in zip(target.issue.place, seen, middle, strict=True)]) for target in self.targets]
            if self.way(goal, kept, places) >= self.way(before, 1.0, places):
                return
        self.goal = goal
        for target in self.targets:
            target.progress *= kept

    def way(self, goal: Point, kept: float, places: list[Point]) -> float:
        """Return the work that is left if it goes to `goal` with this share of its progress, its problems being at `places`."""
        return total(
            [
                (1 - target.progress * kept) / max(power(max(alignment(goal, place), 0.0), self.p.fit_power), _WORST)
                for target, place in zip(self.targets, places, strict=True)
            ]
        )

    # 12 progress

    def advance_work(self) -> None:
        """Review its goals, once a cycle; work becomes progress, and habits grow."""
        p = self.p
        if self.model.is_cycle_month:
            self.review()
        self.judge_fit()
        gains = [0.0] * len(self.targets)
        if len(self.members) >= p.min_members:
            if self.formed is None:
                self.formed = self.model.month
            gains = [self.gain(target) for target in self.targets]
            self.routines += p.routine_rate * (1 - self.routines)
        for target, gain in zip(self.targets, gains, strict=True):
            progress = target.progress + gain
            if p.window_share > 0 and not self.model.window.on:
                progress = max(target.progress, min(progress, 1 - p.window_share))
            target.progress = progress
        self.note_progress()
        self.momentum += p.momentum_rate * (total(gains) * p.expected_months - self.momentum)

    def gain(self, target: Target) -> float:
        """Return the progress that this month's work makes towards a goal."""
        p = self.p
        fit = power(alignment(self.goal, target.issue.place), p.fit_power)
        gain: float = self.trust * fit * (self.work / len(self.targets)) / p.effort
        return gain * (1 + p.window_yield) if self.model.window.on else gain

    def note_progress(self) -> None:
        """Note the highest progress ever, and when a goal was first so far."""
        highest = max(target.progress for target in self.targets)
        self.highest_progress = max(self.highest_progress, highest)
        for place, mark in enumerate(MARKS):
            if self.reached[place] is None and highest >= mark:
                self.reached[place] = self.model.month - self.launch

    def review(self) -> None:
        """Turn to another issue, or drop a goal, if one is not its own any more; otherwise perhaps take on a second."""
        p, mind = self.p, self.model.draws.change_of_mind(self.number)
        worst = min(self.targets, key=lambda target: alignment(self.goal, target.issue.place))
        changed = False
        if alignment(self.goal, worst.issue.place) < p.retarget_fit and mind.retarget < self.openness:
            changed = self.give_up(worst)
        if not changed and self.formed is not None and len(self.targets) < MOST_TARGETS and mind.add < p.goal_rate * self.openness:
            self.take_on_a_second()

    def give_up(self, target: Target) -> bool:
        """Drop one of two goals; turn from the only one to that of the largest need and alignment; return whether it did."""
        if len(self.targets) > 1:
            self.targets.remove(target)
            self.goals_dropped += 1
            return True
        issue, kept = self.best_issue(), 1 - self.p.retarget_loss
        if issue is None or issue is target.issue:
            return False
        if self.p.weigh_goals and not self.pays(issue, kept * target.progress) > self.pays(target.issue, target.progress):
            return False
        target.issue = issue
        target.progress *= kept
        self.goals_redefined += 1
        return True

    def pays(self, issue: Issue, progress: float) -> float:
        """Return what working on an issue brings for the work that is left."""
        fit = alignment(self.goal, issue.place)
        return issue.need * (fit * fit) / (1 - progress)

    def take_on_a_second(self) -> None:
        """Take on the next best issue besides its own, if it is near enough."""
        issue = self.best_issue(self.issues)
        if issue is not None and self.is_near_enough(issue):
            self.targets.append(Target(issue))
            self.goals_added += 1

    def best_issue(self, besides: list[Issue] | None = None) -> Issue | None:
        """Return the issue of the largest need x alignment with the goal, `besides` some; None if there is no other."""
        issues = self.model.issues if not besides else [issue for issue in self.model.issues if issue not in besides]
        return max(issues, key=lambda issue: issue.need * alignment(self.goal, issue.place), default=None)

    def is_near_enough(self, issue: Issue) -> bool:
        """Whether an issue is near enough to its goal to be worked on."""
        return alignment(self.goal, issue.place) >= self.terms.admission

    # 14 ending

    def solved(self) -> list[Target]:
        """Return the goals in which it had a success."""
        return [target for target in self.targets if target.progress >= 1]

    def succeed(self) -> None:
        """Have solved problems: their need falls."""
        for target in self.solved():
            self.successes += 1
            target.issue.be_solved(self.p.impact)

    def takes_on_the_next(self) -> bool:
        """After a success, take on the next problem if it is to go on and there is one near enough; return whether a goal is left."""
        openness, left = self.mean_openness(), list(self.targets)
        goes_on = self.model.draws.change_of_mind(self.number).take_on_the_next < openness + self.p.continuation * (1 - openness)
        for target in self.solved():
            issue = self.best_issue([other.issue for other in left if other is not target]) if goes_on else None
            if issue is not None and self.is_near_enough(issue):
                target.issue, target.progress = issue, 0.0
                self.goals_added += 1
            else:
                left.remove(target)
        if not left:
            return False
        self.targets = left
        self.judge_fit()
        return True
