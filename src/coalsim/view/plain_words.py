"""Levers and outcomes as people call them who know nothing of the model; how an outcome's difference is said.

The names of parameters and columns stay beside them on the page, since tables and configurations use these.
"""

from __future__ import annotations

from typing import NamedTuple

LEVERS: dict[str, str] = {
    "readiness_mean": "how ready organizations are to cooperate",
    "launch_threshold": "readiness it takes to start a coalition",
    "join_threshold": "readiness it takes to join one",
    "admission": "how well a member must fit the goal",
    "min_chance": "how good the chances must be to join",
    "window_gap": "wait for a window of opportunity",
    "window_length": "how long a window stays open",
    "window_effect": "how much readier a window makes people",
    "contagion": "how much readier it makes to see others join",
    "contribution_rate": "how much members give",
    "communication_share": "how much may go into keeping in touch",
    "commitment_months": "how long members commit themselves",
    "see_through": "how much of a promise must be covered",
    "slack": "what organizations can spare for cooperation",
    "coordination": "keeping in touch that each member needs",
    "trust_learning": "how fast trust grows",
    "trust_decay": "how fast trust fades",
    "effort": "work it takes to solve a problem",
    "research_months": "months of research before a launch",
    "research_rate": "how much research finds out",
    "mapping_rate": "how fast organizations hear of each other",
    "research_cost": "what research costs",
    "blindness": "how wrong one is who has asked nobody",
    "funder_month": "months until funders are first met",
    "relation_rate": "how fast one gets to know a funder",
    "referral_rate": "how often funders refer to others",
    "grant_budget": "money that a funder has",
    "grant_bar": "how good a coalition must look to get a grant",
    "insight": "how much funders know about the problem",
    "seed_grant": "seed grant for every launch",
    "seed_months": "how long the seed grant runs",
    "openness": "openness to others' views",
    "redefinition": "how readily a coalition moves its goal",
    "goal_blend": "how far a convener moves its aim toward the problem",
    "obsolescence": "progress lost when the goal moves",
    "retarget_fit": "misfit at which a coalition turns elsewhere",
    "challenge_rate": "how often problems change",
    "challenge_size": "how much they change",
    "dialogue": "how much organizations take over from those they know",
    "organizations": "number of organizations",
    "issues": "number of issues",
    "funders": "number of funders",
    "mission_spread": "how different organizations' aims are",
    "convene_hazard": "how often somebody starts a coalition",
    "min_members": "members it takes to begin work",
}
"""Levers by parameter."""

INITIATIVE: dict[str, str] = {
    "focal_research_months": "months of research before the launch",
    "focal_launch_month": "month of the launch",
    "focal_funder_month": "months from the beginning of research until funders are first met",
    "focal_contribution_rate": "what members give, as a share of what they could",
    "focal_communication_share": "how much of that may go into keeping in touch, as a share",
    "focal_commitment_months": "how long members commit themselves, in months",
    "focal_admission": "how well a member must fit the goal, from 0 to 1",
    "focal_redefinition": "how readily the goal moves, from 0 (never) to 1",
    "focal_seed_grant": "seed grant a month, in months of full-time work",
}
"""What an initiative decides, by parameter."""

RULES: dict[str, str] = {
    "most_supported": "whoever finds most partners for it",
    "most_ready": "the organization that is readiest",
    "most_connected": "the organization that knows most others",
    "best_aligned": "the organization whose aims fit an issue best",
    "largest": "the largest organization",
}
"""Rules for the convener."""


class Saying(NamedTuple):
    """How a difference is said: ``amount more|fewer THINGS`` if `things` is given, otherwise ``THING is amount higher|lower``."""

    things: str = ""
    thing: str = ""


OUTCOMES: dict[str, Saying] = {
    "impact": Saying(thing="the share of the need that is gone at the end"),
    "problems_solved": Saying("problems are solved"),
    "formed": Saying("coalitions get enough members to work"),
    "participation": Saying(thing="the share of organizations that are in a coalition"),
    "launched": Saying("coalitions are launched"),
    "succeeded": Saying("coalitions solve a problem"),
    "achieved": Saying("coalitions end with a success"),
    "dissolved": Saying("coalitions break up"),
    "running": Saying("coalitions still run at the end"),
    "success_rate": Saying(thing="the share of working coalitions that solve a problem"),
    "first_success": Saying(thing="the month of the first success"),
    "censored": Saying("runs end without any success"),
    "joins": Saying("organizations join a coalition"),
    "exits": Saying("members leave a coalition"),
    "mean_trust": Saying(thing="trust within coalitions (0 to 1)"),
    "focal_launched": Saying("initiatives are launched"),
    "focal_formed": Saying("initiatives get enough members to work"),
    "focal_succeeded": Saying("initiatives succeed"),
    "focal_first_success": Saying(thing="the month of the initiative's first success"),
}
"""Outcomes that have words of their own; others are called by their names."""


def outcome(name: str) -> Saying:
    """Return how a difference of an outcome is said."""
    return OUTCOMES.get(name, Saying(thing=name.replace("_", " ")))
