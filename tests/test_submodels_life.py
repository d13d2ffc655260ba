"""Steps 10 to 14 worked by hand on small fields: investing, redefining, progress, leaving, ending."""

import math

import numpy as np
import pytest

from coalsim.mechanism import NO_MONTH
from conftest import draw, found, make_block, make_field, null_parameters, step

APPROX = {"rel": 1e-12, "abs": 1e-12}
SHADE = 1e-9


def aligned(x, y):
    return 1 - math.sqrt(sum((a - b) ** 2 for a, b in zip(x, y, strict=True))) / math.sqrt(len(x))


# Step 10: investing


def coalition_of_three(months=1, **values):
    """0 convenes for 1 and 2, of other capacity, readiness, openness and mission; 3 stays outside."""
    field = make_field(
        [[0.5, 0.5], [0.2, 0.9], [0.7, 0.4], [0.0, 0.0]],
        issue=[[0.6, 0.5]],
        capacity=[1, 2, 4, 1],
        reserve=[0.6, 0.6, 0.01, 0.6],
        base_readiness=[0.3, 0.9, 0.6, 1.0],
        openness=[0.9, 0.6, 0.3, 1.0],
        leadership=[0.8, 0.1, 0.1, 0.1],
    )
    block = make_block(null_parameters(dimensions=2, slack=0.05, **values), field)
    found(block, 0, [0, 1, 2], [0.5, 0.6])
    return step(block, months)


def test_members_pay_by_capacity_satisfaction_and_what_they_have():
    field = make_field([[0.5]] * 6, capacity=[1, 2, 1, 1, 1, 1], reserve=[0.6] * 5 + [0])
    block = make_block(null_parameters(contribution_rate=0.08, full_satisfaction=0.4), field)
    found(block, 0, range(6), [0.5])
    block.state.satisfaction[0] = [0.5, 0.1, 0.4, 0.0, -0.3, 0.5]
    step(block)
    paid = [0.08, 0.04, 0.08, 0, 0, 0.05]
    np.testing.assert_allclose(block.state.reserve, np.array([0.65, 0.7, 0.65, 0.65, 0.65, 0.05]) - paid, atol=1e-15)
    assert block.state.contributed[0] == pytest.approx(sum(paid))
    assert block.ledger.months["contributed"][0, 0] == pytest.approx(sum(paid))


TRUST = {
    **{"contribution_rate": 0.08, "coordination": 0.02, "coordination_pairwise": 0.004, "communication_share": 0.2, "trust_learning": 0.08},
    **{"leadership_effect": 0.7, "readiness_effect": 0.9, "trust_decay": 0.03, "dispute": 0.25, "seed_grant": 0.1, "seed_months": 9},
}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"communication_share": 0.9},
        {"communication_share": 0.0},
        {"dispute": 1.0, "communication_share": 0.05},
        {"coordination_pairwise": 0.02},
    ],
)
def test_work_and_trust(values):
    p = {**TRUST, **values}
    block = coalition_of_three(**p)
    resources = 0.08 * 1 + 0.08 * 2 + min(0.08 * 4, 0.21) + 0.1
    needed = p["coordination"] * 3 + p["coordination_pairwise"] * 9
    spent = min(p["communication_share"] * resources, needed)
    x = spent / needed
    discord = sum(1 - aligned(m, [0.5, 0.6]) for m in ([0.5, 0.5], [0.2, 0.9], [0.7, 0.4])) / 3
    learning = 0.08 * (1 + 0.7 * (0.8 - 0.5)) * (1 + 0.9 * (0.6 - 0.5))
    trust = 0.5 + learning * x * 0.5 - 0.03 * (1 - x) * 0.5 - p["dispute"] * discord * (1 - 0.6 * x) * 0.5
    assert block.state.trust[0] == pytest.approx(trust, **APPROX)
    assert block.state.work[0] == pytest.approx(resources - spent, **APPROX)
    books = {name: block.ledger.months[name][0, 0] for name in ("communication", "work", "granted")}
    assert books == pytest.approx({"communication": spent, "work": resources - spent, "granted": 0.1}, **APPROX)


def test_no_communication_needed_is_full_communication():
    p = {**TRUST, "coordination": 0.0, "coordination_pairwise": 0.0, "dispute": 0.0, "leadership_effect": 0.0, "readiness_effect": 0.0}
    block = coalition_of_three(**p)
    assert block.state.trust[0] == pytest.approx(0.5 + 0.08 * 0.5, **APPROX)
    assert block.ledger.months["communication"][0, 0] == 0


def test_trust_is_bounded_and_a_coalition_without_members_needs_nothing():
    assert coalition_of_three(dispute=1.0, contribution_rate=0.01, coordination=100.0).state.trust[0] >= 0
    p = {**TRUST, "trust_learning": 1.0, "leadership_effect": 2.0, "readiness_effect": 2.0, "dispute": 0.0, "communication_share": 1.0}
    assert coalition_of_three(**p).state.trust[0] == 1.0


# Step 11: redefining


def test_goals_move_to_the_problem_as_seen_and_to_the_members_and_members_to_the_goal():
    values = {"redefinition": 0.4, "member_pull": 0.2, "insight": 0.5, "obsolescence": 3.0, "mission_adaptation": 0.1}
    missions = [[0.5, 0.5], [0.2, 0.9], [0.7, 0.4]]
    field = make_field([*missions, [0.0, 0.0]], issue=[[0.6, 0.5]], openness=[0.9, 0.6, 0.3, 1.0], funder=[[0.5, 0.5]] * 2)
    block = make_block(null_parameters(dimensions=2, **values), field)
    found(block, 0, [0, 1, 2], [0.5, 0.6], progress=0.5)
    block.state.error[:, 0] = [0.2, -0.1]
    block.state.funder[0, :2], block.state.relation[0, :2], block.state.funders_met[0] = [1, 0], [0.3, 0.8], 2
    step(block)
    seen = [0.6 + (1 - 0.5 * 0.8) * 0.2, 0.5 - (1 - 0.5 * 0.8) * 0.1]
    mean = [sum(m[axis] for m in missions) / 3 for axis in range(2)]
    goal = [g + 0.4 * 0.6 * (p - g) + 0.2 * 0.4 * (m - g) for g, p, m in zip([0.5, 0.6], seen, mean, strict=True)]
    assert block.state.goal[:, 0] == pytest.approx(goal, **APPROX)
    moved = math.dist(goal, [0.5, 0.6]) / math.sqrt(2)
    assert block.state.progress[0, 0] == pytest.approx(0.5 * (1 - 3 * moved), **APPROX)
    for i, (m, o) in enumerate(zip(missions, [0.9, 0.6, 0.3], strict=True)):
        assert block.state.mission[:, i] == pytest.approx([x + 0.1 * o * (g - x) for x, g in zip(m, goal, strict=True)], **APPROX)
    assert block.state.mission[:, 3].tolist() == [0, 0]
    assert block.state.fit[0] == pytest.approx(aligned(goal, [0.6, 0.5]), **APPROX)


def test_progress_may_become_obsolete_but_no_less_than_nothing_and_goals_stay_in_the_space():
    block = make_block(null_parameters(redefinition=1.0, obsolescence=5.0), make_field([[0.5]], openness=[1.0], issue=[[1.0]]))
    found(block, 0, [0], [0.5], progress=0.5)
    block.state.error[:, 0] = 0.4
    step(block)
    assert block.state.goal[0, 0] == 1.0
    assert block.state.progress[0, 0] == 0.0


def test_without_a_funder_the_problem_is_seen_with_all_its_error():
    block = make_block(null_parameters(redefinition=1.0, insight=1.0), make_field([[0.5]], openness=[1.0], issue=[[0.3]]))
    found(block, 0, [0], [0.5])
    block.state.error[:, 0] = 0.4
    assert step(block).state.goal[0, 0] == pytest.approx(0.7)


# Step 12: progress


def working(members=3, months=1, **values):
    """A coalition of three: trust .5, fit .8, 0.3 of work a month, effort 2."""
    values = {"contribution_rate": 0.1, "effort": 2.0, "min_members": 3, "fit_power": 2, **values}
    block = make_block(null_parameters(**values), make_field([[0.5]] * 4, issue=[[0.7], [0.1]]))
    found(block, 0, range(members), [0.5], formed=False)
    return step(block, months)


@pytest.mark.parametrize("power", [0, 1, 2, 5])
def test_progress_of_work_trust_and_fit(power):
    s = working(fit_power=power).state
    assert s.progress[0, 0] == pytest.approx(0.5 * 0.8**power * 0.3 / 2, **APPROX)
    assert s.highest_progress[0] == s.progress[0, 0]
    assert s.formed[0] == 0


def test_windows_make_work_yield_more():
    block = working(window_months=(1,), window_length=1, window_yield=0.5, months=3)
    step_of = 0.5 * 0.64 * 0.3 / 2
    assert block.state.progress[0, 0] == pytest.approx(3.5 * step_of, **APPROX)


def test_too_few_members_make_no_progress_and_have_not_formed():
    s = working(members=2).state
    assert s.progress[0, 0] == 0
    assert s.formed[0] == NO_MONTH
    assert s.work[0] == pytest.approx(0.2)


def test_a_coalition_once_formed_stays_formed():
    block = working(months=2)
    block.state.release(np.array([2]), np.array([0]), 9)
    before = block.state.progress[0, 0]
    step(block)
    assert block.state.formed[0] == 0
    assert block.state.progress[0, 0] == before


def test_momentum_follows_progress_against_what_was_expected():
    values = {"momentum_rate": 0.2, "expected_months": 30.0}
    expected, pace = 0.5, 0.5 * 0.64 * 0.3 / 2 * 30
    block = working(**values, months=0)
    for _ in range(3):
        expected += 0.2 * (pace - expected)
        assert step(block).state.momentum[0] == pytest.approx(expected, **APPROX)
    assert working(members=1, **values).state.momentum[0] == pytest.approx(0.5 - 0.2 * 0.5, **APPROX)


def turning(openness=1.0, goal=0.4, months=3, need=(1, 1), **values):
    """A goal nearer to issue 1 than to its own, 0; months 0, 3, 6 ... are months of review."""
    values = {"grant_cycle": 3, "retarget_fit": 0.7, "retarget_loss": 0.25, "min_members": 1, "fit_power": 1, **values}
    values = {"contribution_rate": 0.1, "effort": 2.0, **values}
    field = make_field([[0.5]] * 2, issue=[[0.9], [0.2]], need=need, openness=[openness, 0.5])
    block = make_block(null_parameters(**values), field, 1)
    found(block, 0, [0], [goal], progress=0.4)
    return step(block, months)


def test_an_open_coalition_that_lost_touch_turns_to_another_issue():
    s = turning(months=2).state
    assert s.issue[0, 0] == 0
    assert s.goals_redefined[0] == 0
    pace = 0.5 * 0.1 / 2
    s = turning(months=3).state
    assert s.issue[0, 0] == 1
    assert s.fit[0] == pytest.approx(0.8, **APPROX)
    assert s.goals_redefined[0] == 1
    assert s.progress[0, 0] == pytest.approx((0.4 + 2 * pace * 0.5) * 0.75 + pace * 0.8, **APPROX)
    assert (s.formed[0], s.launch[0]) == (0, 0)
    assert turning(months=12).state.goals_redefined[0] == 1


@pytest.mark.parametrize(
    ("values", "turns"),
    [
        ({"openness": 0.0}, False),
        ({"retarget_fit": 0.5}, False),  # a fit of .5 is not below it
        ({"retarget_fit": 0.5 + SHADE}, True),
        ({"need": (1, 0.6)}, False),  # .5 is more than .6 x .8
        ({"need": (1, 0.64)}, True),
        ({"need": (1, 0.625)}, False),  # equal: the lower number
    ],
)
def test_when_a_coalition_turns_to_another_issue(values, turns):
    s = turning(**values).state
    assert (s.issue[0, 0] == 1) == turns
    assert s.goals_redefined[0] == turns
    assert (s.progress[0, 0] < 0.4) == turns


def test_coalitions_turn_with_the_probability_of_their_openness():
    count, openness = 30, 0.4
    field = make_field([[0.5]] * count, issue=[[0.9], [0.2]], openness=[openness] * count)
    block = make_block(null_parameters(grant_cycle=3, retarget_fit=0.7), field, 1)
    for c in range(count):
        found(block, c, [c], [0.4])
    step(block, 3)
    turned = [draw(block, "coalition", "retarget", c) < openness for c in range(count)]
    assert block.state.issue[0].tolist() == turned
    assert 0 < sum(turned) < count


# Step 13: leaving


def test_payoff_and_satisfaction():
    values = {"resonance_weight": 0.4, "burden": 1.5, "contribution_rate": 0.04, "memory": 0.7, "full_satisfaction": 0.5}
    field = make_field([[0.9], [0.6]], style=[[0.1, 0.2], [0.7, 1.0]], issue=[[0.7]], need=[0.3], reserve=[1.0, 0.5])
    block = make_block(null_parameters(**values), field)
    found(block, 0, [0, 1], [0.9], trust=0.3, momentum=1.7)
    step(block)
    chance = (0.3 + 0.8 + 1) / 3
    for i, (a, b) in enumerate(((1, 1.05 - 0.04), (0.7, 0.55 - 0.04))):
        payoff = a * (0.6 + 0.4 * (1 - 0.5 / math.sqrt(2))) * chance - 1.5 * 0.04 * (1 - b / 1.2)
        assert block.state.satisfaction[0, i] == pytest.approx(0.7 * 0.5 + 0.3 * payoff, **APPROX)


def test_momentum_below_1_counts_as_it_is():
    block = make_block(null_parameters(memory=0.0), make_field([[0.5]], issue=[[0.5]]))
    found(block, 0, [0], [0.5], trust=0.3, momentum=0.2)
    assert step(block).state.satisfaction[0, 0] == pytest.approx((0.3 + 1 + 0.2) / 3, **APPROX)


def membership(field=None, convener_satisfaction=0.5, months=1, **values):
    """A coalition of 0 and 1 founded in month 0, satisfied .5, goal .5; 1 stands at .8 and has readiness .5."""
    known = make_field([[0.5], [0.8]], **{"base_readiness": [0.5, 0.5], **(field or {})})
    block = make_block(null_parameters(cooldown=12, **values), known, 1)
    found(block, 0, [0, 1], [0.5])
    block.state.satisfaction[0, 0] = convener_satisfaction
    return step(block, months).state


@pytest.mark.parametrize(
    ("values", "leaves"),
    [
        ({"exit_level": 0.5}, False),
        ({"exit_level": 0.5 + SHADE}, True),
        ({"exit_level": 0.51, "commitment_months": 1}, True),
        ({"exit_level": 0.51, "commitment_months": 2}, False),
        ({"exit_level": 0.51, "commitment_months": 2, "months": 2}, True),
        ({"exit_level": 0.51, "commitment_months": 12, "months": 11}, False),
        ({"exit_level": 0.51, "commitment_months": 12, "months": 12}, True),
        ({"admission": 0.8 - SHADE, "drift_tolerance": 0.1}, False),
        ({"admission": 0.8 + SHADE, "drift_tolerance": 0.1}, True),
        ({"admission": 0.8 + SHADE, "drift_tolerance": 0.1, "commitment_months": 12}, True),
        ({"exhaustion": 0.5}, False),
        ({"exhaustion": 0.5 + SHADE}, True),
        ({"exhaustion": 0.5 + SHADE, "commitment_months": 12}, True),
        ({"exhaustion": 0.0, "field": {"base_readiness": [0.5, 0.0]}}, False),
    ],
)
def test_members_leave(values, leaves):
    s = membership(convener_satisfaction=9.0, **values)
    assert s.coalition[0].tolist() == [0, -1 if leaves else 0]
    if leaves:
        assert s.cooldown[1] == 12
        assert s.books["exits"][0] == 1


@pytest.mark.parametrize(
    ("values", "satisfaction", "leaves"),
    [
        ({"exit_level": 0.5, "convener_patience": 0.6}, 0.31, False),
        ({"exit_level": 0.5, "convener_patience": 0.6}, 0.29, True),
        ({"exit_level": 0.5, "convener_patience": 1.0}, 0.49, True),
        ({"exit_level": 0.5, "convener_patience": 2.0}, 0.6, False),  # not below the exit level itself
        ({"exit_level": 0.5, "convener_patience": 2.0, "exhaustion": 0.6}, 0.6, True),
        ({"exit_level": 0.5, "convener_patience": 1.0, "exhaustion": 0.6}, 0.6, False),
        ({"exit_level": 0.5, "convener_patience": 0.6, "commitment_months": 9}, 0.29, False),
    ],
)
def test_conveners_leave(values, satisfaction, leaves):
    s = membership(convener_satisfaction=satisfaction, **values)
    assert (s.coalition[0, 0] == -1) == leaves


def test_commitment_counts_from_joining_and_drift_from_the_admission_of_the_coalition():
    field = make_field([[0.5], [0.8], [0.8]])
    p = null_parameters(focal_launch_month=0, focal_convener=0, exit_level=0.6, convener_patience=0.0, initial_satisfaction=0.5)
    for own, stays in (
        ({}, False),
        ({"focal_commitment_months": 3}, True),
        ({"focal_commitment_months": 3, "focal_admission": 1.0}, False),
    ):
        block = make_block(p.replace(drift_tolerance=0.1, **own), field, 1)
        block.state.enrol(np.array([1]), 0, 0.5)
        assert (step(block).state.coalition[0, 1] == 0) == stays
    block = make_block(p.replace(focal_commitment_months=3), field, 1)
    block.state.enrol(np.array([1]), 0, 0.5)
    step(block)
    block.state.enrol(np.array([2]), 0, 0.5)
    assert step(block).state.coalition[0].tolist() == [0, 0, 0]
    assert step(block).state.coalition[0].tolist() == [0, -1, 0]
    assert step(block).state.coalition[0].tolist() == [0, -1, -1]


def test_a_convener_counts_as_such_in_its_own_coalition_only():
    field = make_field([[0.5]] * 3)
    block = make_block(null_parameters(exit_level=0.6, convener_patience=0.0), field, 1)
    found(block, 0, [2], [0.5], satisfaction=9.0)
    found(block, 1, [0, 1], [0.5])
    assert step(block).state.coalition[0].tolist() == [-1, 1, 0]


def test_styles_are_compared_with_all_members_before_anybody_leaves():
    field = make_field([[0.5]] * 2, style=[[0, 0], [1, 0]], base_readiness=[0.5, 0.0])
    block = make_block(null_parameters(resonance_weight=1.0, memory=0.0, exhaustion=0.1, exit_level=0.0), field)
    found(block, 0, [0, 1], [0.5])
    step(block)
    assert block.state.coalition[0].tolist() == [0, 0 if block.state.readiness[1] >= 0.1 else -1]
    assert block.state.satisfaction[0, 0] == pytest.approx((1 - 0.5 / math.sqrt(2)) * (0.5 + 1 + 0.5) / 3, **APPROX)


def test_who_leaves_this_month_has_worked_this_month():
    field = make_field([[0.5]] * 3, issue=[[0.7]], base_readiness=[0.5, 0.5, 0.0])
    block = make_block(null_parameters(contribution_rate=0.1, effort=2.0, min_members=3, fit_power=2, exhaustion=0.1), field)
    found(block, 0, [0, 1, 2], [0.5], formed=False)
    step(block)
    assert block.state.coalition[0].tolist() == [0, 0, -1]
    assert block.state.formed[0] == 0
    assert block.state.progress[0, 0] == pytest.approx(0.5 * 0.64 * 0.3 / 2, **APPROX)
    assert step(block).state.progress[0, 0] == pytest.approx(0.5 * 0.64 * 0.3 / 2, **APPROX)


# Step 14: ending


def successes(openness=0.0, goals=(0.5, 0.5), issues=((0.5,), (0.6,)), need=(1.0, 1.0), **values):
    """Conveners 0 and 2 with members 1 and 3; both coalitions, on issue 0, have made their progress."""
    values = {"impact": 0.4, "release_cooldown": 6, "min_members": 2, "effort": 1e9, **values}
    field = make_field([[0.5]] * 4, issue=issues, need=need, openness=[openness] * 4)
    block = make_block(null_parameters(**values), field, 1)
    for convener, goal in zip((0, 2), goals, strict=True):
        found(block, convener, [convener, convener + 1], [goal], progress=1.0)
    return step(block)


def test_two_successes_on_an_issue_lower_its_need_twice():
    block = successes()
    s = block.state
    assert s.need.tolist() == pytest.approx([0.36, 1.0])
    assert not s.running.any()
    assert s.coalition[0].tolist() == [-1] * 4
    assert s.cooldown.tolist() == [6] * 4
    assert s.began.tolist() == [NO_MONTH] * 4
    coalitions, _ = block.run()
    assert coalitions["ending"].tolist() == [1, 1]
    assert coalitions["problems_solved"].tolist() == [1, 1]
    assert coalitions["end"].tolist() == [1, 1]
    assert coalitions["size"].tolist() == [2, 2]
    assert coalitions["first_success"].tolist() == [1, 1]


def test_progress_just_below_1_is_no_success():
    block = make_block(null_parameters(impact=0.5), make_field([[0.5]]), 1)
    found(block, 0, [0], [0.5], progress=1 - SHADE)
    assert step(block).state.running[0]
    assert block.state.need[0] == 1


@pytest.mark.parametrize(("needs", "issue"), [((1.0, 1.0), 1), ((1.0, 0.3), 0)])
def test_open_coalitions_take_on_the_next_problem_as_needs_are_after_the_fall(needs, issue):
    """The need of issue 0 falls to .36: of goal .5, issue 1 appeals by .9 times its need."""
    s = successes(openness=1.0, need=needs, goals=(0.5, 0.5), optimism=0.3).state
    assert s.running.tolist() == [True, False, True, False]
    assert s.issue[0, [0, 2]].tolist() == [issue] * 2
    assert s.progress[0, [0, 2]].tolist() == [0, 0]
    assert s.fit[[0, 2]] == pytest.approx([0.9 if issue else 1.0] * 2)
    assert s.goals_added[[0, 2]].tolist() == [1, 1]
    assert s.problems_solved[[0, 2]].tolist() == [1, 1]
    assert s.goals_redefined[[0, 2]].tolist() == [0, 0]
    assert (s.trust[0], s.momentum[0], s.goal[0, 0], s.launch[0], s.formed[0]) == (0.5, 0.5, 0.5, 0, 0)
    assert s.highest_progress[0] >= 1
    assert s.coalition[0].tolist() == [0, 0, 2, 2]
    assert s.need[0] == pytest.approx(0.36)


@pytest.mark.parametrize(("admission", "goes_on"), [(0.9 - SHADE, True), (0.9 + SHADE, False)])
def test_the_next_problem_must_be_near_enough(admission, goes_on):
    s = successes(openness=1.0, admission=admission).state  # issue 1, at alignment .9, appeals most; 0 would be near enough
    assert s.running.tolist() == [goes_on, False, goes_on, False]


def test_a_coalition_that_succeeded_is_not_tested_for_dissolution_that_month():
    block = successes(openness=1.0, trust_floor=0.6)
    assert block.state.running.sum() == 2
    coalitions, _ = step(block).run()
    assert coalitions["ending"].tolist() == [3, 3]
    assert coalitions["end"].tolist() == [2, 2]


def test_the_openness_that_counts_is_of_the_members_left():
    count = 40
    field = make_field([[0.5]] * (2 * count), openness=[0.5, 0.0] * count, base_readiness=[0.5, 0.0] * count)
    block = make_block(null_parameters(exhaustion=0.1, exit_level=-1.0), field, 1)
    for c in range(0, 2 * count, 2):
        found(block, c, [c, c + 1], [0.5], progress=1.0)
    step(block)
    goes_on = [draw(block, "coalition", "take on the next", c) < 0.5 for c in range(0, 2 * count, 2)]
    assert block.state.running[::2].tolist() == goes_on
    assert 0.2 < np.mean(goes_on) < 0.8


def test_a_success_without_members_is_achieved():
    block = make_block(
        null_parameters(impact=0.5, exhaustion=0.1), make_field([[0.5]] * 2, openness=[1.0, 1.0], base_readiness=[0.5, 0]), 1
    )
    found(block, 0, [1], [0.5], progress=1.0)
    coalitions, _ = step(block).run()
    assert coalitions["ending"].tolist() == [1]
    assert coalitions["size"].tolist() == [0]


@pytest.mark.parametrize(
    ("members", "trust", "values", "end", "ending"),
    [
        (3, 0.2, {"trust_floor": 0.2}, 59, "running"),
        (3, 0.2, {"trust_floor": 0.2 + SHADE}, 2, "trust"),
        (2, 0.5, {"min_members": 3, "forming_months": 9}, 10, "too_few"),
        (3, 0.5, {"min_members": 3, "forming_months": 9}, 59, "running"),
        (2, 0.1, {"min_members": 3, "forming_months": 1, "trust_floor": 0.2}, 2, "trust"),
        (2, 0.5, {"min_members": 3, "forming_months": 0}, 2, "too_few"),
        (0, 0.5, {"min_members": 3, "forming_months": 50}, 2, "too_few"),
    ],
)
def test_dissolution(members, trust, values, end, ending):
    """A coalition launched in month 1; `formed` makes no difference."""
    for formed in (True, False):
        block = make_block(null_parameters(release_cooldown=6, **values), make_field([[0.5]] * 3), 2)
        found(block, 0, range(members), [0.5], trust=trust, formed=formed)
        if end < 59:
            step(block, end - 2)
            assert block.state.running[0]
            step(block)
            assert not block.state.running[0]
            assert block.state.cooldown.tolist() == [6] * members + [0] * (3 - members)
        coalitions, _ = block.run()
        assert coalitions["ending"].tolist() == [("running", "achieved", "too_few", "trust").index(ending)]
        assert coalitions["end"].tolist() == [end]
