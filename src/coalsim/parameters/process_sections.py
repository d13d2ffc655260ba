"""Parameters of what happens in a month, a section for each group of submodels."""

from __future__ import annotations

from typing import Any

from coalsim.parameters.declare import ENDLESS, NEVER, Months, Section, parameter


class Environment(Section):
    """Step 1: windows of opportunity, recessions, challenges."""

    window_gap: float = parameter(48.0, "month", "Mean wait until a closed window of opportunity opens.", 1, ENDLESS, null=ENDLESS, plausible=(12, 120))
    window_length: int = parameter(12, "month", "Months a window stays open.", 1, NEVER, plausible=(3, 24))
    window_months: Months = parameter((), "month", "Months in which windows open; if given, none opens by chance.", evidence="arbitrary")
    recession_gap: float = parameter(120.0, "month", "Mean wait until a recession begins.", 1, ENDLESS, null=ENDLESS, evidence="empirical", plausible=(60, 240))
    recession_length: int = parameter(12, "month", "Months a recession lasts.", 1, NEVER, evidence="empirical", plausible=(6, 24))
    recession_months: Months = parameter((), "month", "Months in which recessions begin; if given, none begins by chance.", evidence="arbitrary")
    recession_depth: float = parameter(0.5, "share", "Share of income lost in a recession.", 0, 1, null=0.0, mechanism="recession", plausible=(0.1, 0.8))
    challenge_rate: float = parameter(0.06208, "1/month", "Chance a month that an issue meets a challenge and moves.", 0, 1, null=0.0, mechanism="challenges", plausible=(0, 0.1))
    challenge_size: float = parameter(0.35, "1", "Distance an issue moves when challenged.", 0, 100, null=0.0, mechanism="challenges", plausible=(0.1, 0.6))
    need_return: float = parameter(0.0215, "1/month", "Share of the need that was removed which comes back in a month.", 0, 1, null=0.0, mechanism="need_return", plausible=(0, 0.03))
    closure_rate: float = parameter(0.034, "1/year", "Share of organizations that close in a year and are replaced by new ones.", 0, 12, null=0.0, mechanism="closures", evidence="empirical", plausible=(0.02, 0.06))


class Readiness(Section):
    """Step 2: the willing, at the right time."""

    window_effect: float = parameter(0.365, "1", "Rise of the readiness target while a window is open.", -5, 5, null=0.0, mechanism="window", plausible=(0, 0.6))
    contagion: float = parameter(0.1731, "1", "Rise of the readiness target when all acquaintances are in coalitions.", -5, 5, null=0.0, mechanism="contagion", plausible=(0, 0.5))
    strain: float = parameter(0.3876, "1", "Fall of the readiness target when the reserve is empty.", -5, 5, null=0.0, mechanism="strain", plausible=(0, 0.5))
    adaptation: float = parameter(0.16, "1/month", "Share of the way readiness goes to its target in a month.", 0, 1, plausible=(0.05, 0.4))
    noise: float = parameter(0.04857, "1", "Standard deviation of monthly shocks to readiness.", 0, 5, null=0.0, mechanism="noise", plausible=(0, 0.08))


class Dialogue(Section):
    """Step 3: organizations that know each other listen to each other."""

    dialogue: float = parameter(0.01912, "1/month", "Share of the way a mission goes to the mean of those listened to.", 0, 1, null=0.0, mechanism="dialogue", plausible=(0, 0.05))
    confidence: float = parameter(0.3066, "1", "Distance within which an organization of openness 1/2 listens (share of the longest).", 0, 10, plausible=(0.1, 0.7))


class Mapping(Section):
    """Step 4: learning who is there and what exists already."""

    mapping_rate: float = parameter(0.1152, "1/month", "Chance a month to learn of another organization.", 0, 1, null=0.0, mechanism="mapping", plausible=(0, 0.3))
    research_rate: float = parameter(0.60, "1/month", "Chance a month to learn of another organization while researching.", 0, 1, null=0.0, mechanism="mapping", plausible=(0.2, 1.0))
    research_cost: float = parameter(0.02, "FTE/capacity", "What research costs a month, as a share of capacity.", 0, 10, null=0.0, mechanism="mapping", plausible=(0, 0.06))
    fellow_rate: float = parameter(0.3008, "1/month", "Chance a month to get to know a fellow member, if all the communication that is needed takes place.", 0, 1, null=0.0, mechanism="fellows", plausible=(0.1, 0.4))
    mutuality: float = parameter(0.3691, "share", "Chance that an organization that is learned of learns of the other in return.", 0, 1, null=0.0, mechanism="mutuality", plausible=(0.25, 0.7))
    forgetting: bool = parameter(True, "-", "Whether a full list of acquaintances gives up its oldest entry that is no fellow member.", null=False, mechanism="forgetting", evidence="arbitrary")


class Intent(Section):
    """Step 5: who sets out to convene a coalition."""

    launch_threshold: float = parameter(0.8337, "1", "Readiness from which an organization may set out to convene.", -5, 5, plausible=(0.3, 0.9))
    convene_hazard: float = parameter(0.04541, "1/month", "Chance a month that an organization so ready begins.", 0, 1, null=0.0, mechanism="convening", plausible=(0.005, 0.1))
    research_months: int = parameter(6, "month", "Months of mapping the field before a launch.", 0, NEVER, null=0, mechanism="mapping", plausible=(0, 24))


class Funding(Section):
    """Steps 6 and 9: relations with funders, referrals, grants."""

    funder_month: int = parameter(6, "month", "Months from the beginning of research to the first contact with a funder.", 0, NEVER, null=NEVER, mechanism="funders", plausible=(0, 36))
    funders_max: int = parameter(5, "funder", "Most funders an initiative comes to know.", 1, 100, evidence="arbitrary", plausible=(1, 6), shapes="block")
    relation_rate: float = parameter(0.1952, "1/month", "Growth of a relation, as a share of what is missing, at openness 1/2.", 0, 1, null=0.0, mechanism="funders", plausible=(0.02, 0.3))
    relation_openness: float = parameter(0.0, "1", "How much of the growth of a relation rests on openness.", 0, 1, null=1.0, plausible=(0, 1))
    referral_rate: float = parameter(0.3763, "1/month", "Chance a month of a referral once a funder is in contact.", 0, 1, null=0.0, mechanism="referrals", plausible=(0, 1))
    funder_referral: float = parameter(0.009917, "share", "Share of referrals that lead to another funder while there is one to meet.", 0, 1, null=0.0, mechanism="referrals", plausible=(0, 1))
    insight: float = parameter(0.5, "share", "Share of the error about the problem that a full relation corrects.", 0, 1, null=0.0, mechanism="insight", plausible=(0, 1))
    grant_budget: float = parameter(0.2257, "FTE-month/month", "What a funder can give a month (where no table says).", 0, 1e9, null=0.0, mechanism="grants", plausible=(0, 3), shapes="field")
    grant_size: float = parameter(0.8507, "share", "What one grant is, as a share of the funder's budget; 0: all that qualify share equally.", 0, 1, null=0.0, mechanism="grant_size", plausible=(0.4, 1))
    grant_cycle: int = parameter(12, "month", "Months from one grant decision (and review of goals) to the next.", 1, NEVER, evidence="empirical", plausible=(3, 24))
    grant_term: int = parameter(24, "month", "Months a grant runs.", 1, NEVER, evidence="empirical", plausible=(12, 48))
    grant_trust: float = parameter(0.7, "1", "Weight of a coalition's trust in a funder's judgment.", 0, 1, null=0.0, plausible=(0, 1))
    grant_bar: float = parameter(0.3168, "1", "Judgment from which a funder gives.", 0, 10, null=0.0, plausible=(0.1, 0.6))
    relation_needed: float = parameter(0.5451, "1", "Relation from which a funder gives.", 0, 1, null=0.0, plausible=(0.1, 0.9))
    seed_grant: float = parameter(0.0, "FTE-month/month", "Money every launch starts with, a month.", 0, 1e9, null=0.0, mechanism="seed", plausible=(0, 1))
    seed_month: int = parameter(0, "month", "Months from the launch to the first payment of the seed grant.", 0, NEVER)
    seed_months: int = parameter(36, "month", "Months the seed grant runs.", 0, NEVER, null=0, plausible=(12, 60))
    seed_share: float = parameter(1.0, "share", "Chance that a launch receives the seed grant.", 0, 1, null=1.0, evidence="arbitrary")


class Joining(Section):
    """Step 7: the three tests of a leader before joining."""

    join_threshold: float = parameter(0.6504, "1", "Readiness from which an organization considers joining (where no table says).", -5, 5, plausible=(0.2, 0.8), shapes="field")
    memberships_max: int = parameter(6, "coalition", "Most coalitions an organization is a member of at once.", 1, 64, null=1, mechanism="memberships", evidence="arbitrary", plausible=(2, 6), shapes="block")
    attention: int = parameter(5, "organization", "Acquaintances whose coalitions are considered in a month.", 0, 10_000, plausible=(1, 8))
    admission: float = parameter(0.4416, "alignment", "Alignment of mission and goal needed to be a member.", 0, 1, null=0.0, mechanism="tests", plausible=(0.3, 0.8))
    commitment_months: int = parameter(28, "month", "Months a member commits itself for.", 0, NEVER, null=0, plausible=(0, 36))
    see_through: float = parameter(0.8203, "share", "Share of the committed contributions that reserve and income must cover.", 0, 10, null=0.0, mechanism="tests", plausible=(0, 1))
    pledge_floor: float = parameter(0.4262, "share", "Least share of the contribution rate that a member may pledge.", 0.01, 1, null=1.0, mechanism="pledges", plausible=(0.25, 1))
    min_chance: float = parameter(0.361, "1", "Chance of success needed to join.", -10, 10, null=-10.0, mechanism="tests", plausible=(0.2, 0.6))
    resonance_weight: float = parameter(0.5, "1", "Weight of personal resonance in the value of membership.", 0, 1, null=0.0, mechanism="resonance", plausible=(0, 1))
    cost_weight: float = parameter(0.5, "1", "Weight of the contribution rate in the value of joining.", 0, 100, null=0.0, plausible=(0, 2))
    min_value: float = parameter(0.2141, "1", "Value that joining must exceed.", -1000, 10, null=-1000.0, mechanism="tests", plausible=(0.05, 0.5))
    span: float = parameter(16.78, "organization/FTE", "Members that each full-time equivalent of a coalition's lead and paid staff can keep together.", 0, 1e9, null=1e9, mechanism="span", plausible=(6, 30))
    leadership_staff: float = parameter(0.862, "1", "How much leadership adds to what lead and staff can do, in span and communication.", 0, 2, null=0.0, mechanism="leadership", plausible=(0, 2))


class Launching(Section):
    """Step 8: how a coalition starts."""

    blindness: float = parameter(0.3, "1", "Error, in each dimension, with which a convener that has heard of nobody sees the problem.", 0, 10, null=0.0, mechanism="blindness", plausible=(0, 0.6))
    goal_blend: float = parameter(0.5, "1", "How far from its mission an open convener puts the goal, as a share of the way to the problem.", 0, 1, null=0.0, mechanism="openness", plausible=(0, 1))
    initial_trust: float = parameter(0.3745, "1", "Trust at the launch.", 0, 1, plausible=(0.1, 0.5))
    optimism: float = parameter(0.5506, "1", "Momentum at the launch, before anything was achieved.", 0, 10, plausible=(0.2, 1.0))
    initial_satisfaction: float = parameter(0.5, "1", "Satisfaction of the convener at the launch.", -10, 10, plausible=(0.3, 0.7))
    founders: int = parameter(3, "organization", "Willing acquaintances without whom a convener does not launch.", 0, 1000, null=0, mechanism="founders", plausible=(0, 3))


class Investing(Section):
    """Step 10: time and resources, communication, trust."""

    contribution_rate: float = parameter(0.1284, "FTE/capacity", "What a satisfied member gives a month, as a share of capacity.", 0, 1, null=0.0, plausible=(0.01, 0.2))
    full_satisfaction: float = parameter(0.5258, "1", "Satisfaction from which a member gives all it promised.", 1e-6, 10, plausible=(0.2, 0.8))
    communication_share: float = parameter(0.1344, "share", "Largest share of resources spent on communication.", 0, 1, null=0.0, mechanism="communication", plausible=(0, 0.9))
    coordination: float = parameter(0.005043, "FTE/organization", "Communication needed for each member.", 0, 100, null=0.0, mechanism="coordination", plausible=(0, 0.06))
    coordination_pairwise: float = parameter(0.000795, "FTE/organization^2", "Communication needed for each pair of members.", 0, 100, null=0.0, mechanism="coordination", plausible=(0, 0.003))
    deliberation: float = parameter(0.5, "1", "How much openness adds to the communication needed.", 0, 1.5, null=0.0, mechanism="deliberation", plausible=(0, 1.5))
    trust_learning: float = parameter(0.08354, "1/month", "Growth of trust under full communication.", 0, 1, null=0.0, plausible=(0.02, 0.2))
    leadership_effect: float = parameter(1.0, "1", "How much the leadership of who leads speeds the growth of trust.", 0, 2, null=0.0, mechanism="leadership", plausible=(0, 2))
    readiness_effect: float = parameter(1.0, "1", "How much members' readiness speeds the growth of trust.", 0, 2, null=0.0, plausible=(0, 2))
    trust_decay: float = parameter(0.07185, "1/month", "Loss of trust without communication.", 0, 1, null=0.0, plausible=(0.01, 0.1))
    dispute: float = parameter(0.3781, "1/month", "Loss of trust by disagreement that is not talked through.", 0, 1, null=0.0, mechanism="dispute", plausible=(0, 0.6))
    routine_effect: float = parameter(0.384, "share", "Share of losses of trust, and of the exit level, that full routines take away.", 0, 1, null=0.0, mechanism="routines", plausible=(0.25, 0.75))


class Redefining(Section):
    """Step 11: goals and missions move."""

    redefinition: float = parameter(0.15, "1/month", "Share of the way a fully open coalition moves its goal to the problem as seen.", 0, 1, null=0.0, mechanism="openness", plausible=(0, 0.5))
    member_pull: float = parameter(0.05, "1/month", "Share of the way a closed coalition's goal goes to its members' mean mission.", 0, 1, null=0.0, mechanism="member_pull", plausible=(0, 0.2))
    obsolescence: float = parameter(2.0, "1", "Share of progress lost when the goal moves the whole length of the space.", 0, 100, null=0.0, mechanism="obsolescence", plausible=(0, 6))
    mission_adaptation: float = parameter(0.005, "1/month", "Share of the way a fully open member's mission goes to the goal.", 0, 1, null=0.0, mechanism="openness", plausible=(0, 0.02))
    weigh_goals: bool = parameter(True, "-", "Whether goals are moved, and given up for another, only where that shortens the way.", null=False, mechanism="weigh_goals", evidence="arbitrary")


class Progress(Section):
    """Step 12: work becomes progress."""

    retarget_fit: float = parameter(0.7, "alignment", "Fit below which a coalition may turn to another issue.", 0, 1, null=0.0, mechanism="openness", plausible=(0.4, 0.9))
    retarget_loss: float = parameter(0.5, "share", "Share of progress lost by turning to another issue.", 0, 1, null=0.0, plausible=(0, 1))
    goal_rate: float = parameter(0.1584, "1/review", "Chance that a fully open coalition with one goal takes on a second at a review.", 0, 1, null=0.0, mechanism="second_goals", plausible=(0, 1))
    min_members: int = parameter(3, "organization", "Members from which a coalition counts as formed and makes progress.", 1, NEVER, evidence="arbitrary", plausible=(2, 5))
    fit_power: int = parameter(2, "1", "Power of fit in progress.", 0, 16, null=0, evidence="arbitrary", plausible=(1, 4))
    effort: float = parameter(23.25, "FTE-month", "Work that solves a problem at full trust and fit.", 1e-6, ENDLESS, null=ENDLESS, plausible=(15, 120))
    window_yield: float = parameter(0.5, "1", "Extra yield of work while a window is open.", -1, 100, null=0.0, mechanism="window", plausible=(0, 1))
    window_share: float = parameter(0.2976, "share", "Share of a success that can be had only while a window is open.", 0, 1, null=0.0, mechanism="doors", plausible=(0.1, 0.5))
    momentum_rate: float = parameter(0.08, "1/month", "Share of the way momentum goes to recent progress.", 0, 1, null=0.0, plausible=(0.02, 0.2))
    expected_months: float = parameter(48.0, "month", "Months in which members expect success: progress at that pace is momentum 1.", 0, 10_000, plausible=(24, 96))
    routine_rate: float = parameter(0.008602, "1/month", "Share of the way routines grow in a month with enough members.", 0, 1, null=0.0, mechanism="routines", plausible=(0.003, 0.02))


class Leaving(Section):
    """Step 13: who leaves."""

    burden: float = parameter(2.034, "1", "How much contributing weighs on a member whose reserve is empty.", 0, 100, null=0.0, mechanism="burden", plausible=(0, 3))
    memory: float = parameter(0.7836, "1/month", "Weight of last month's satisfaction in this month's.", 0, 1, null=0.0, plausible=(0.7, 0.97))
    exit_level: float = parameter(0.2074, "1", "Satisfaction below which a member leaves.", -1000, 10, null=-1000.0, mechanism="leaving", plausible=(0.1, 0.5))
    drift_tolerance: float = parameter(0.08, "alignment", "How far below admission a member's alignment may fall.", 0, 1, null=1.0, mechanism="leaving", plausible=(0, 0.3))
    exhaustion: float = parameter(0.1, "1", "Readiness below which a member leaves.", -5, 5, null=0.0, mechanism="leaving", plausible=(0, 0.3))
    convener_patience: float = parameter(0.6, "1", "Who leads a coalition leaves it only below this share of the exit level.", 0, 10, plausible=(0.3, 1.0))
    cooldown: int = parameter(25, "month", "Months until an organization that left its last coalition founds or joins again.", 0, NEVER, null=0, plausible=(0, 36))
    renewal: bool = parameter(True, "-", "Whether members look again, each time their commitment ends, whether their means last.", null=False, mechanism="renewal", evidence="arbitrary")
    succession: bool = parameter(True, "-", "Whether another member leads on when the lead leaves.", null=False, mechanism="succession", evidence="arbitrary")


class Ending(Section):
    """Step 14: success, next problems, dissolution."""

    impact: float = parameter(0.5, "share", "Share of an issue's need that a success removes.", 0, 1, null=0.0, plausible=(0.2, 0.9))
    continuation: float = parameter(0.8, "share", "Chance that a coalition which openness alone would not let go on after a success goes on all the same.", 0, 1, null=0.0, mechanism="continuation", plausible=(0.75, 1))
    trust_floor: float = parameter(0.1533, "1", "Trust below which a coalition dissolves.", 0, 1, null=0.0, mechanism="dissolving", plausible=(0, 0.2))
    forming_months: int = parameter(8, "month", "Age from which a coalition with too few members dissolves.", 0, NEVER, null=NEVER, mechanism="dissolving", plausible=(3, 24))
    release_cooldown: int = parameter(6, "month", "Months until members of a coalition that ended act again.", 0, NEVER, null=0, plausible=(0, 24))
    shelter: bool = parameter(True, "-", "Whether a coalition with grants outlives having too few members.", null=False, mechanism="shelter", evidence="arbitrary")


def own(unit: str, of: str, low: float, high: float) -> Any:
    """Declare a focal initiative's own value of another parameter; None takes everybody's."""
    return parameter(None, unit, f"The focal initiative's own {of}; not set: as everybody's.", low, high, evidence="arbitrary")


class Focal(Section):
    """An initiative scheduled by the user, besides those that arise by themselves."""

    focal_launch_month: int | None = parameter(None, "month", "Month the focal initiative launches; not set: there is none.", 0, 12_000, evidence="arbitrary")
    focal_convener: str | int = parameter("most_supported", "-", "Convener: most_supported (knows most who would found it), most_ready, most_connected, best_aligned, largest, or an organization's id.", evidence="arbitrary")
    focal_may_join: bool = parameter(False, "-", "Whether its convener, while researching, may join another coalition instead.", evidence="arbitrary")
    focal_research_months: int | None = own("month", "research_months", 0, NEVER)
    focal_funder_month: int | None = own("month", "funder_month", 0, NEVER)
    focal_contribution_rate: float | None = own("FTE/capacity", "contribution_rate", 0, 1)
    focal_communication_share: float | None = own("share", "communication_share", 0, 1)
    focal_commitment_months: int | None = own("month", "commitment_months", 0, NEVER)
    focal_admission: float | None = own("alignment", "admission", 0, 1)
    focal_redefinition: float | None = own("1/month", "redefinition", 0, 1)
    focal_seed_grant: float | None = own("FTE-month/month", "seed_grant", 0, 1e9)
