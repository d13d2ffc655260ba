"""What a convener can decide, and one step down and up from each present value.

A step is a convention: a round amount, about an eighth to a quarter of the plausible range of the parameter. It is not a
measure of how easy the step is; what it costs is reported apart (`coalsim.advice.costs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coalsim.errors import ParameterError
from coalsim.parameters import NEVER, Parameters, declarations
from coalsim.tables.labels import value_label
from coalsim.vectorized.mechanisms.focal import RULES

DEFAULT_LAUNCH = 12
"""Launch month of an initiative whose configuration names none; later if its research takes longer."""

PRESENT = "present plan"
"""Name of the plan that steps are compared with."""


@dataclass(frozen=True)
class Lever:
    """Something the convener of the focal initiative decides.

    Attributes
    ----------
    name : what to call it
    parameter : the focal initiative's own parameter
    shared : the parameter that everybody has, and the focal initiative too if it has no own value; "" if there is none
    step : how far a step goes, in the parameter's unit; 0 for a choice
    title, unit : for people
    least : smallest value a step down may lead to
    """

    name: str
    parameter: str
    shared: str
    step: float
    title: str
    unit: str
    least: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return declarations()[self.parameter].kind == "whole number"


LEVERS = (
    Lever("research", "focal_research_months", "research_months", 6, "research", "months"),
    Lever("lead", "focal_research_months", "research_months", 6, "research", "months"),
    Lever("launch", "focal_launch_month", "", 6, "launch in month", ""),
    Lever("funders", "focal_funder_month", "funder_month", 6, "first contact with funders after", "months"),
    Lever("contribution", "focal_contribution_rate", "contribution_rate", 0.02, "contribution rate", "of capacity", least=0.005),
    Lever("communication", "focal_communication_share", "communication_share", 0.1, "communication share", ""),
    Lever("commitment", "focal_commitment_months", "commitment_months", 6, "commitment for", "months"),
    Lever("admission", "focal_admission", "admission", 0.1, "admission from alignment", ""),
    Lever("redefinition", "focal_redefinition", "redefinition", 0.05, "redefinition rate", "a month"),
    Lever("seed", "focal_seed_grant", "seed_grant", 0.25, "seed grant", "FTE-months a month"),
    Lever("convener", "focal_convener", "", 0, "convener", ""),
)
"""What the convener of a focal initiative decides: every value it has of its own, its launch, and who it is.

Research can grow in two ways: begun earlier, with the launch as planned (`research`), or begun as planned, with the launch as much
later (`lead`), the choice of somebody who cannot begin earlier.
"""

_OWN = {lever.parameter: lever.shared for lever in LEVERS if lever.shared}


@dataclass(frozen=True)
class Step:
    """A lever moved from its present value.

    Attributes
    ----------
    lever : what is moved
    way : "up", "down" or, of a choice, "other"
    before, after : its values
    """

    lever: Lever
    way: str
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """A short name, each once."""
        return f"{self.lever.name} {self.after if self.way == 'other' else self.way}"

    @property
    def label(self) -> str:
        """The step in words: ``contribution rate 0.08 -> 0.1 of capacity``."""
        change = f"{self.lever.title} {_shown(self.before)} -> {_shown(self.after)} {self.lever.unit}".rstrip()
        by = abs(self.after - self.before) if self.lever.whole else 0
        if self.lever.name == "research":
            return f"{change}, begun {by} months {'earlier' if self.after > self.before else 'later'}"
        if self.lever.name == "lead":
            return f"{change}, launch {by} months {'later' if self.after > self.before else 'sooner'}"
        return change

    def settings(self, plan: Parameters) -> dict[str, Any]:
        """Return the parameters that the step sets on a plan, whose launch other steps may have moved already."""
        by = (self.after - self.before) if self.lever.name in ("lead", "launch") else 0
        moved = {"focal_launch_month": plan.get("focal_launch_month") + by} if by else {}
        return moved if self.lever.name == "launch" else {self.lever.parameter: self.after, **moved}

    def taken(self, plan: Parameters) -> Parameters:
        """Return the plan with the step taken; raise `ParameterError` if that is no plan."""
        return plan.replace(**self.settings(plan))


@dataclass(frozen=True)
class Plan:
    """The focal initiative as it is planned, and the steps it could take.

    Attributes
    ----------
    parameters : with every value of the focal initiative's own set, so that it does not change with everybody's
    steps : what could be done otherwise
    notes : what was assumed, and which steps are left out, in sentences
    """

    parameters: Parameters
    steps: tuple[Step, ...]
    notes: tuple[str, ...]


def plan(p: Parameters, funders: int) -> Plan:
    """Return the plan of a configuration's focal initiative and the steps from it.

    Parameters
    ----------
    p
        The configuration. Without a `focal_launch_month` the initiative launches in month 12, or when research begun in month 0
        is over if that is later.
    funders
        How many funders the field has.

    Raises
    ------
    ParameterError
        A run is too short for the launch.
    """
    notes = []
    research = p.get("research_months") if p.get("focal_research_months") is None else p.get("focal_research_months")
    if p.get("focal_launch_month") is None:
        launch = max(DEFAULT_LAUNCH, research)
        if launch >= p.get("months"):
            raise ParameterError(
                f"focal_launch_month is not set, and month {launch} is not within the run's months 0..{p.get('months') - 1}; set it"
            )
        p = p.replace(focal_launch_month=launch)
        notes.append(f"No launch month is given: a launch in month {launch}, after {research} months of research, is assumed.")
    # Its own values, so that a plan stays the same where everybody's are drawn.
    p = p.replace(**{own: p.get(shared) if p.get(own) is None else p.get(own) for own, shared in _OWN.items()})
    steps: list[Step] = []
    for lever in LEVERS:
        why = _useless(lever, p, funders)
        if why:
            notes.append(f"The {lever.title.removesuffix(' in month').removesuffix(' after')} is not varied: {why}.")
            continue
        for step in _steps(lever, p):
            try:
                step.taken(p)
            except ParameterError as error:
                notes.append(f"Left out: {step.label} ({error}).")
            else:
                steps.append(step)
    return Plan(p, tuple(steps), tuple(notes))


def _useless(lever: Lever, p: Parameters, funders: int) -> str:
    """Return why a lever can have no effect in a field; "" if it can."""
    if lever.name == "funders" and funders == 0:
        return "the field has no funders"
    if lever.name == "seed" and p.get("seed_months") == 0:
        return "it would be paid for 0 months"
    return ""


def _steps(lever: Lever, p: Parameters) -> list[Step]:
    value = p.get(lever.parameter)
    if lever.name == "convener":
        return [Step(lever, "other", value, rule) for rule in RULES if rule != value]
    if lever.whole and value >= p.get("months"):  # never, within this run
        return [Step(lever, "down", NEVER, int(lever.step))] if lever.name == "funders" else []
    high = declarations()[lever.parameter].high
    assert high is not None
    ends = (("down", max(lever.least, value - lever.step)), ("up", min(high, value + lever.step)))
    kind = int if lever.whole else float
    moved = [Step(lever, way, value, kind(round(end, 9))) for way, end in ends]
    return [step for step in moved if (step.after < value if step.way == "down" else step.after > value)]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("_", " ") if value in RULES else value
    return "never" if isinstance(value, int) and value >= NEVER else value_label(value)
