"""The levers of the seven studies, at the ends at which they were studied, and the hypotheses that were written for them."""

from __future__ import annotations

from typing import Any, NamedTuple

from coalsim.parameters import ENDLESS
from coalsim.studies.levers import Lever

LAUNCH = 24
"""Month of the launch of the one initiative that is followed."""
FOCAL = {"focal_launch_month": LAUNCH, "focal_convener": "most_supported"}
"""An initiative in a field in motion, convened by the free organization that knows most who would found it."""
NO_WINDOW: dict[str, Any] = {"window_gap": ENDLESS, "window_months": ()}


def window(month: int) -> dict[str, Any]:
    """Return settings with one window, that opens in `month`."""
    return {"window_gap": ENDLESS, "window_months": (month,)}


def seed(grant: float, after: int = 0, months: int = 36) -> dict[str, Any]:
    """Return settings that seed the followed launch: FTE-months a month, from `after` months after it, for `months`."""
    return {"focal_seed_grant": grant, "seed_month": after, "seed_months": months}


OF_ONE = {
    "timing": [
        Lever("window as it launches, against none", NO_WINDOW, window(LAUNCH)),
        Lever("launch in month 72 instead of 12", {"focal_launch_month": 12}, {"focal_launch_month": 72}),
        Lever("wait 24 months into a window", {**window(48), "focal_launch_month": 24}, {**window(48), "focal_launch_month": 48}),
    ],
    "investment": [
        Lever("contribution rate .08 to .16", {"focal_contribution_rate": 0.08}, {"focal_contribution_rate": 0.16}),
        Lever("communication share .1 to .4", {"focal_communication_share": 0.1}, {"focal_communication_share": 0.4}),
        Lever("commitment 12 to 36 months", {"focal_commitment_months": 12}, {"focal_commitment_months": 36}),
    ],
    "research": [Lever("own research 0 to 12 months", {"focal_research_months": 0}, {"focal_research_months": 12})],
    "funders": [Lever("first contact: 24 months to at once", {"focal_funder_month": 24}, {"focal_funder_month": 0})],
    "seed": [
        Lever("seed grant 0 to 1", seed(0.0), seed(1.0)),
        Lever("seed from the launch to 24 months later", seed(1.0), seed(1.0, 24)),
        Lever("36 FTE-months over 12 to over 60", seed(3.0, 0, 12), seed(0.6, 0, 60)),
    ],
    "openness": [
        Lever("redefinition 0 to .15", {"focal_redefinition": 0.0}, {"focal_redefinition": 0.15}),
        Lever("admission .4 to .55", {"focal_admission": 0.4}, {"focal_admission": 0.55}),
    ],
}
"""What one initiative can do, by study."""

OF_ALL = {
    "timing": [
        Lever("launch threshold .5 to .7", {"launch_threshold": 0.5}, {"launch_threshold": 0.7}),
        Lever("launch threshold .7 to .85", {"launch_threshold": 0.7}, {"launch_threshold": 0.85}),
        Lever("join threshold .75 to .65", {"join_threshold": 0.75}, {"join_threshold": 0.65}),
        Lever("windows: none to every 4 years", {"window_gap": ENDLESS}, {"window_gap": 48.0}),
    ],
    "investment": [
        Lever("contribution rate .04 to .08", {"contribution_rate": 0.04}, {"contribution_rate": 0.08}),
        Lever("contribution rate .08 to .16", {"contribution_rate": 0.08}, {"contribution_rate": 0.16}),
        Lever("communication share .1 to .4", {"communication_share": 0.1}, {"communication_share": 0.4}),
        Lever("communication share .4 to .8", {"communication_share": 0.4}, {"communication_share": 0.8}),
        Lever("commitment 0 to 12 months", {"commitment_months": 0}, {"commitment_months": 12}),
        Lever("commitment 12 to 36 months", {"commitment_months": 12}, {"commitment_months": 36}),
        Lever("slack .03 to .08", {"slack": 0.03}, {"slack": 0.08}),
    ],
    "research": [
        Lever("research 0 to 6 months", {"research_months": 0}, {"research_months": 6}),
        Lever("research 6 to 24 months", {"research_months": 6}, {"research_months": 24}),
        Lever("mapping rate 0 to .3", {"mapping_rate": 0.0}, {"mapping_rate": 0.3}),
    ],
    "funders": [
        Lever("first contact: 24 months to at once", {"funder_month": 24}, {"funder_month": 0}),
        Lever("referral rate 0 to .5", {"referral_rate": 0.0}, {"referral_rate": 0.5}),
        Lever("insight 0 to .5", {"insight": 0.0}, {"insight": 0.5}),
        Lever("grants doubled twice", {"grant_budget": 0.35}, {"grant_budget": 1.4}),
    ],
    "seed": [Lever("every launch seeded, against none", {"seed_share": 0.0}, {"seed_share": 1.0, "seed_grant": 0.3, "seed_months": 36})],
    "openness": [
        Lever("openness .2 to .8", {"openness": 0.2}, {"openness": 0.8}),
        Lever("redefinition 0 to .15", {"redefinition": 0.0}, {"redefinition": 0.15}),
        Lever("dispute 0 to .5", {"dispute": 0.0}, {"dispute": 0.5}),
    ],
}
"""What everybody can do, or what a field can be like, by study."""

ON_ONE = ["focal_launched", "focal_formed", "focal_succeeded"]
ON_ALL = ["success_rate", "problems_solved", "impact", "participation"]


class Hypothesis(NamedTuple):
    """A hypothesis: the effect of a lever on an outcome is above (+) or below (-) zero."""

    scope: str
    study: str
    lever: str
    outcome: str


HYPOTHESES = {
    "window_helps_to_form": Hypothesis("one", "timing", "window as it launches, against none", "focal_formed"),
    "window_helps_to_succeed": Hypothesis("one", "timing", "window as it launches, against none", "focal_succeeded"),
    "late_is_as_good_as_early": Hypothesis("one", "timing", "launch in month 72 instead of 12", "focal_formed"),
    "waiting_for_a_window_pays": Hypothesis("one", "timing", "wait 24 months into a window", "focal_succeeded"),
    "readier_conveners_on_success_rate": Hypothesis("all", "timing", "launch threshold .7 to .85", "success_rate"),
    "easier_joining_on_impact": Hypothesis("all", "timing", "join threshold .75 to .65", "impact"),
    "contributing_more_pays": Hypothesis("all", "investment", "contribution rate .04 to .08", "impact"),
    "contributing_too_much_hurts": Hypothesis("all", "investment", "contribution rate .08 to .16", "impact"),
    "communication_pays": Hypothesis("all", "investment", "communication share .1 to .4", "impact"),
    "too_much_communication_hurts": Hypothesis("all", "investment", "communication share .4 to .8", "impact"),
    "commitment_pays": Hypothesis("all", "investment", "commitment 0 to 12 months", "success_rate"),
    "long_commitment_pays": Hypothesis("all", "investment", "commitment 12 to 36 months", "success_rate"),
    "research_pays_on_success_rate": Hypothesis("all", "research", "research 0 to 6 months", "success_rate"),
    "own_research_pays": Hypothesis("one", "research", "own research 0 to 12 months", "focal_succeeded"),
    "funders_early_on_impact": Hypothesis("all", "funders", "first contact: 24 months to at once", "impact"),
    "own_funders_early": Hypothesis("one", "funders", "first contact: 24 months to at once", "focal_succeeded"),
    "grants_pay_on_impact": Hypothesis("all", "funders", "grants doubled twice", "impact"),
    "insight_pays_on_impact": Hypothesis("all", "funders", "insight 0 to .5", "impact"),
    "referrals_pay_on_impact": Hypothesis("all", "funders", "referral rate 0 to .5", "impact"),
    "seed_pays_on_forming": Hypothesis("one", "seed", "seed grant 0 to 1", "focal_formed"),
    "seed_pays_on_success": Hypothesis("one", "seed", "seed grant 0 to 1", "focal_succeeded"),
    "openness_pays_on_impact": Hypothesis("all", "openness", "openness .2 to .8", "impact"),
    "redefining_pays": Hypothesis("all", "openness", "redefinition 0 to .15", "impact"),
}
"""Those of the studies that can be asked of model 2 as they were written, by name; the sign that is expected stands in targets.csv."""
