"""Steps 6 to 9 worked by hand on small fields: funders, joining, launching, grants."""

import math

import numpy as np
import pytest

from coalsim.mechanism import NO_MONTH
from conftest import draw, found, make_block, make_field, null_parameters, step

APPROX = {"rel": 1e-12, "abs": 1e-12}
FOCAL = {"focal_convener": 0, "focal_launch_month": 6, "focal_research_months": 4}
"""Research begins in month 2, the launch is in month 6."""


def aligned(x, y):
    return 1 - math.sqrt(sum((a - b) ** 2 for a, b in zip(x, y, strict=True))) / math.sqrt(len(x))


def other_than(own, count, u):
    chosen = math.floor(u * (count - 1))
    return chosen + (chosen >= own)


# Step 6: funders


@pytest.mark.parametrize(("funder_month", "first"), [(0, 2), (1, 3), (3, 5), (4, 6), (6, 8)])
def test_first_contact_and_growth_of_the_relation(funder_month, first):
    """An openness of .3 and a rate of .2 close .16 of the gap each month, the first included."""
    field = make_field([[0.2]] * 2, funder=[[0.9], [0.1], [0.35]], openness=[0.3, 0.5], issue=[[0.2]])
    block = make_block(null_parameters(funder_month=funder_month, relation_rate=0.2, **FOCAL), field)
    for month in range(14):
        step(block)
        months = month - first + 1
        assert block.state.funders_met[0] == (months > 0)
        assert block.state.funder[0, 0] == (1 if months > 0 else -1)  # nearest to the convener's mission
        assert block.state.relation[0, 0] == pytest.approx(1 - 0.84 ** max(months, 0), **APPROX)
        assert block.state.funders_met[1] == 0


def test_a_focal_initiative_talks_to_funders_when_it_wants():
    field = make_field([[0.2]] * 2, funder=[[0.9]])
    block = make_block(null_parameters(funder_month=0, focal_funder_month=3, relation_rate=0.2, **FOCAL), field, 5)
    assert block.state.funders_met[0] == 0
    assert step(block).state.funders_met[0] == 1


def test_once_launched_the_goal_finds_the_funder():
    field = make_field([[0.2]] * 2, funder=[[0.1], [0.9]])
    block = make_block(null_parameters(funder_month=3), field, 1)
    found(block, 0, [0, 1], [0.8])
    step(block, 3)
    assert block.state.funder[0].tolist() == [1, -1, -1]


def test_a_relation_never_exceeds_1():
    field = make_field([[0.2]] * 2, funder=[[0.1]], openness=[1.0, 0.5])
    block = make_block(null_parameters(funder_month=0, relation_rate=1.0, **FOCAL), field, 3)
    assert block.state.relation[0, 0] == 1.0


def test_relations_grow_with_the_openness_of_the_convener_even_after_it_left():
    field = make_field([[0.2]] * 3, funder=[[0.1]], openness=[0.9, 0.1, 0.1])
    block = make_block(null_parameters(funder_month=0, relation_rate=0.2), field)
    found(block, 0, [1, 2], [0.2])
    step(block)
    assert block.state.relation[0, 0] == pytest.approx(0.28, **APPROX)


@pytest.mark.parametrize(("funders_max", "met"), [(3, [2, 1, 0]), (2, [2, 1]), (1, [2])])
def test_funders_refer_to_the_best_aligned_other_funder(funders_max, met):
    """A funder met by referral is not talked to before the next month."""
    field = make_field([[0.2]] * 2, funder=[[0.9], [0.35], [0.1]], openness=[0.3, 0.5], issue=[[0.2]])
    p = null_parameters(funder_month=0, relation_rate=0.2, referral_rate=1.0, funder_referral=1.0, funders_max=funders_max, **FOCAL)
    block = make_block(p, field, 3)
    relation = [1 - 0.84] + [0.0] * (funders_max - 1)
    for month in range(5):
        known = min(month + 2, funders_max, 3)
        assert block.state.funder[0].tolist() == met[:known] + [-1] * (funders_max - known)
        assert block.state.relation[0] == pytest.approx(relation, **APPROX)
        relation = [1 - 0.84 ** (month + 2 - (place > 0) * place) for place in range(known)] + [0.0] * (funders_max - known)
        step(block)


def test_referrals_come_by_chance():
    """One draw an initiative and month; another decides whether it leads to a funder."""
    count = 12
    field = make_field([[0.5]] * count, funder=[[x / 20] for x in range(20)])
    p = null_parameters(funder_month=0, referral_rate=0.4, funder_referral=0.7, funders_max=20)
    block = make_block(p, field)
    for convener in range(count):
        found(block, convener, [convener], [0.5])
    met = [1] * count
    for _ in range(5):
        step(block)
        for convener in range(count):
            refers = draw(block, "organization", "referral", convener) < 0.4
            met[convener] += refers and draw(block, "organization", "to a funder", convener) < 0.7
        assert block.state.funders_met.tolist() == met
    assert 1 < np.mean(met) < 5


def test_referrals_to_organizations_against_invitations_kept_by_hand():
    """Five coalitions, one with a full list; the best aligned of three drawn is invited and becomes known."""
    rng = np.random.default_rng(0)
    count, conveners, places = 8, (0, 2, 3, 6, 7), 4
    missions, goals = rng.random((count, 2)), rng.random((count, 2))
    lists = [[1], [], [0, 1, 4, 5], [7, 6], [], [], [], [3, 4, 5]]
    p = null_parameters(funder_month=0, referral_rate=0.8, funder_referral=0.0, dimensions=2)
    block = make_block(p, make_field(missions, lists, funder=[[0.5, 0.5]], places=places, issue=[[0.5, 0.5]]))
    for c in conveners:
        found(block, c, [c], goals[c])
    collisions = 0
    for _ in range(8):
        step(block)
        invitations = {}
        for c in conveners:
            if draw(block, "organization", "referral", c) >= 0.8:
                continue
            drawn = [other_than(c, count, draw(block, "organization", which, c)) for which in ("first", "second", "third")]
            invited = max(drawn, key=lambda i: aligned(missions[i], goals[c]))
            if invited not in lists[c] and len(lists[c]) < places:
                lists[c].append(invited)
            collisions += invited in invitations
            best = invitations.get(invited)
            if best is None or aligned(missions[invited], goals[c]) > aligned(missions[invited], goals[best]):
                invitations[invited] = c
        assert block.state.invitation.tolist() == [invitations.get(i, -1) for i in range(count)]
        assert [block.state.acquaintances[: block.state.known[i], i].tolist() for i in range(count)] == lists
    assert collisions > 3


def test_of_equal_invitations_that_of_the_lower_number_is_kept():
    block = make_block(null_parameters(funder_month=0, referral_rate=1.0), make_field([[0.5], [0.1], [0.1]], funder=[[0.5]]))
    for convener in (1, 2):
        found(block, convener, [convener], [0.5])
    both = 0
    for _ in range(6):
        step(block)
        drawn = [[draw(block, "organization", which, c) < 0.5 for which in ("first", "second", "third")] for c in (1, 2)]
        both += all(any(of_one) for of_one in drawn)  # organization 0, the best aligned, is among those drawn for both
        assert block.state.invitation[0] == (1 if any(drawn[0]) else 2 if any(drawn[1]) else -1)
    assert both > 0


def test_who_still_researches_is_referred_to_a_running_coalition():
    field = make_field([[0.5]] * 6, funder=[[0.5]])
    values = {"focal_convener": 4, "focal_launch_month": 39, "focal_research_months": 39}
    block = make_block(null_parameters(focal_funder_month=0, referral_rate=1.0, **values), field)
    step(block)
    assert block.state.invitation[4] == -1  # there is none
    for convener in (1, 2, 5):
        found(block, convener, [convener], [0.5])
    chosen = []
    for _ in range(12):
        step(block)
        chosen.append([1, 2, 5][math.floor(3 * draw(block, "organization", "first", 4))])
        assert block.state.invitation[4] == chosen[-1]
    assert set(chosen) == {1, 2, 5}


def test_an_invitation_lasts_a_month_and_only_the_ready_consider_it():
    """Of two organizations the other is always the one that is drawn; the convener knows it from then on."""
    for threshold, when in ((0.5, 3), (0.51, None)):
        field = make_field([[0.5]] * 2, [[], []], funder=[[0.5]], places=1, join_threshold=[2, threshold])
        block = make_block(null_parameters(funder_month=3, referral_rate=1.0), field)
        s = block.state
        step(block)
        found(block, 0, [0], [0.5])
        step(block, 2)
        assert s.coalition[0].tolist() == [0, -1]
        assert s.invitation.tolist() == [-1, -1]
        step(block)
        assert s.invitation.tolist() == [-1, 0]
        assert s.acquaintances[:, 0].tolist() == [1]
        assert s.joined[0, 1] == (3 if when else NO_MONTH)


# Step 7: joining

WILLING = {"contribution_rate": 0.08, "resonance_weight": 0.4, "cost_weight": 0.5, "commitment_months": 12}


def candidate(field=None, **values):
    """Organization 1 knows 0, whose coalition (goal .9, an issue at .7) it may join in the second month."""
    columns = {"need": [0.8], "join_threshold": [2, 0.5], "style": [[0.1, 0.2], [0.7, 1.0]], "capacity": [1, 2], "reserve": [0.6, 0.5]}
    known = make_field([[0.9], [0.6]], [[], [0]], issue=[[0.7]], **{**columns, **(field or {})})
    block = make_block(null_parameters(**{**WILLING, **values}), known, 1)
    found(block, 0, [0], [0.9], trust=0.3, momentum=1.7)
    return step(block)


RESONANCE = 1 - 1 / math.sqrt(2)
CHANCE = (0.3 + aligned([0.9], [0.7]) + 1) / 3
ALIGNED = aligned([0.6], [0.9])
VALUE = ALIGNED * (0.6 + 0.4 * RESONANCE) * CHANCE * 0.8 - 0.5 * 0.08


def test_who_joins_is_satisfied_as_much_as_it_expects():
    block = candidate()
    assert block.state.coalition[0].tolist() == [0, 0]
    assert block.state.satisfaction[0, 1] == pytest.approx(VALUE, **APPROX)
    assert block.state.joined[0].tolist() == [0, 1]
    assert block.ledger.months["joins"][0].tolist()[:3] == [0, 1, 0]


SHADE = 1e-9


@pytest.mark.parametrize(
    ("values", "joins"),
    [
        ({"admission": ALIGNED - SHADE}, True),
        ({"admission": ALIGNED + SHADE}, False),
        ({"min_chance": CHANCE - SHADE}, True),
        ({"min_chance": CHANCE + SHADE}, False),
        ({"min_value": VALUE - SHADE}, True),
        ({"min_value": VALUE + SHADE}, False),
        # Reserve .7 (with two months' income) and 12 months' income of .1 see 12 months of .16 through .9895 times.
        ({"see_through": 1.9 / 1.92 - SHADE}, True),
        ({"see_through": 1.9 / 1.92 + SHADE}, False),
        ({"see_through": 1.3 / 0.96 - SHADE, "commitment_months": 6}, True),
        ({"see_through": 1.3 / 0.96 + SHADE, "commitment_months": 6}, False),
        ({"field": {"join_threshold": [2, 0.5 + SHADE]}}, False),
        ({"contagion": 0.4, "adaptation": 1.0, "field": {"join_threshold": [2, 0.9]}}, True),
    ],
)
def test_the_three_tests(values, joins):
    assert (candidate(**values).state.coalition[0, 1] == 0) == joins


@pytest.mark.parametrize(
    ("least", "joins"),
    [({"min_value": 0.5}, False), ({"min_value": 0.4999}, True), ({"admission": 0.5}, True), ({"min_chance": 1.0}, True)],
)
def test_a_value_that_is_just_the_least_is_not_enough_and_an_alignment_that_is_just_the_least_is(least, joins):
    field = make_field([[0.5], [1.0]], [[], [0]], issue=[[0.5]], join_threshold=[2, 0.5])
    block = make_block(null_parameters(**least), field, 1)
    found(block, 0, [0], [0.5], trust=1.0, momentum=1.0)  # alignment .5, chance 1, value .5
    assert (step(block).state.coalition[0, 1] == 0) == joins


def test_a_focal_coalition_is_joined_on_its_own_terms():
    for own, joins in ({"focal_admission": 1.0}, False), ({"focal_admission": 0.0}, True):
        p = null_parameters(admission=0.5, focal_launch_month=0, focal_convener=0, **own)
        block = make_block(p, make_field([[0.9], [0.6]], [[], [0]], join_threshold=[2, 0]), 2)
        assert (block.state.coalition[0, 1] == 0) == joins
    for own, joins in (({"focal_contribution_rate": 0.5}, False), ({"focal_commitment_months": 300}, False), ({}, True)):
        p = null_parameters(contribution_rate=0.1, commitment_months=12, see_through=1.0, focal_launch_month=0, focal_convener=0, **own)
        block = make_block(p, make_field([[0.9], [0.6]], [[], [0]], join_threshold=[2, 0], reserve=[0, 1.1]), 2)
        assert (block.state.coalition[0, 1] == 0) == joins


def test_joiners_of_a_month_do_not_see_each_others_style():
    field = make_field([[0.5]] * 3, [[], [0], [0]], style=[[0, 0], [1, 0], [0, 1]], join_threshold=[2, 0, 0])
    block = make_block(null_parameters(resonance_weight=1.0), field, 1)
    found(block, 0, [0], [0.5])
    step(block)
    assert block.state.coalition[0].tolist() == [0, 0, 0]
    assert block.state.satisfaction[0, 1:] == pytest.approx([(1 - 1 / math.sqrt(2)) * (0.5 + 1 + 0.5) / 3] * 2, **APPROX)


@pytest.mark.parametrize("attention", [1, 2, 3, 5, 9])
def test_attention_to_acquaintances_in_a_row_from_a_random_start(attention):
    """Twelve organizations know the same five; coalition 1 is the best, and 3 and 0 are equal."""
    known, trust = [3, 1, 4, 0, 2], {0: 0.5, 1: 0.9, 2: 0.2, 3: 0.5, 4: 0.3}
    lists = [[]] * 5 + [known] * 12
    block = make_block(null_parameters(attention=attention), make_field([[0.5]] * 17, lists, join_threshold=[2] * 5 + [0] * 12), 1)
    for convener in range(5):
        found(block, convener, [convener], [0.5], trust=trust[convener])
    step(block)
    expected = []
    for i in range(5, 17):
        start = math.floor(draw(block, "organization", "attention", i) * 5)
        seen = [known[(start + k) % 5] for k in range(min(attention, 5))]
        expected.append(max(sorted(seen), key=trust.get))
    assert block.state.coalition[0, 5:].tolist() == expected
    assert len(set(expected)) > 1 or attention >= 5


def test_acquaintances_lead_to_their_coalitions_also_if_they_did_not_convene():
    block = make_block(null_parameters(), make_field([[0.5]] * 4, [[], [], [], [1, 2]], join_threshold=[2, 2, 2, 0]), 1)
    found(block, 0, [0, 1], [0.5])
    assert step(block).state.coalition[0].tolist() == [0, 0, -1, 0]


@pytest.mark.parametrize(("attention", "joined"), [(1, 2), (2, 0), (3, 0)])
def test_where_everybody_is_known_the_best_aligned_coalitions_are_considered(attention, joined):
    """Coalition 2 is the best aligned, but 0 has the higher value, and 1 would be the best of all at any distance."""
    field = make_field([[0.5]] * 4, join_threshold=[2, 2, 2, 0.3])
    block = make_block(null_parameters(acquaintances="all", attention=attention), field, 1)
    for convener, goal, trust in ((0, 0.55, 0.9), (1, 0.9, 0.9), (2, 0.5, 0.1)):
        found(block, convener, [convener], [goal], trust=trust, fit=0.9)
    block.schedule["progress"] = lambda *_: None
    assert step(block).state.coalition[0, 3] == joined


def test_who_researches_considers_and_gives_its_research_up_for_a_coalition():
    field = make_field([[0.5]] * 3, [[], [0], []], base_readiness=[0.5, 0.6, 0.5], join_threshold=[2, 2, 2], funder=[[0.5]])
    p = null_parameters(convene_hazard=1.0, launch_threshold=0.6, research_months=4, funder_month=0, relation_rate=0.1)
    block = make_block(p, field, 2)
    s = block.state
    assert s.researching.tolist() == [False, True, False]
    assert s.funders_met.tolist() == [0, 1, 0]
    found(block, 0, [0], [0.5])
    step(block)
    assert s.coalition[0].tolist() == [0, 0, -1]
    assert not s.researching.any()
    assert s.funders_met.tolist() == [1, 0, 0]
    assert step(block, 5).state.running.tolist() == [True, False, False]


@pytest.mark.parametrize("research", [0, 3])
def test_in_the_month_of_its_launch_a_convener_may_still_join_and_nobody_can_join_it_yet(research):
    focal = {"focal_convener": 1, "focal_launch_month": 4, "focal_research_months": research, "focal_may_join": True}
    field = make_field([[0.5]] * 3, [[], [0], [1]], join_threshold=[2, 2, 0])
    block = make_block(null_parameters(**focal), field, 4)
    found(block, 0, [0], [0.5])
    assert step(block).state.coalition[0].tolist() == [0, 0, -1]
    assert not block.state.running[1]
    block = make_block(null_parameters(**focal), field, 5)
    assert block.state.coalition[0].tolist() == [-1, 1, -1]
    assert step(block).state.coalition[0].tolist() == [-1, 1, 1]


def test_who_left_its_own_coalition_may_join_it_again():
    block = make_block(null_parameters(), make_field([[0.5]] * 2, [[1], [0]], join_threshold=[0.5, 2]), 1)
    found(block, 0, [1], [0.5])
    assert step(block).state.coalition[0].tolist() == [0, 0]
    assert block.ledger.months["joins"][0, 1] == 1
    assert block.state.running.tolist() == [True, False]


# Step 8: launching


@pytest.mark.parametrize(("heard", "need", "issue"), [(0, [1, 1], 0), (3, [0.9, 1], 1)])
def test_a_launch(heard, need, issue):
    mission, places = [0.4, 0.3], [[0.3, 0.6], [0.7, 0.1]]
    assert aligned(mission, places[0]) > aligned(mission, places[1]) > 0.9 * aligned(mission, places[0])
    field = make_field([mission, [0.5, 0.5]], issue=places, need=need, openness=[0.6, 0.5])
    values = {"blindness": 0.2, "goal_blend": 0.5, "initial_trust": 0.25, "optimism": 0.7, "initial_satisfaction": 0.45}
    block = make_block(null_parameters(**values, **FOCAL, dimensions=2), field, 6)
    s = block.state
    s.heard[0] = heard
    step(block)
    error = [0.2 * draw(block, "launch", f"axis {axis}", 0, normal=True) / math.sqrt(1 + heard) for axis in range(2)]
    goal = [m + 0.5 * 0.6 * (z + e - m) for m, z, e in zip(mission, places[issue], error, strict=True)]
    assert s.issue[0, 0] == issue
    assert s.error[:, 0] == pytest.approx(error, **APPROX)
    assert s.goal[:, 0] == pytest.approx(goal, **APPROX)
    assert s.fit[0] == pytest.approx(aligned(goal, places[issue]), **APPROX)
    assert (s.trust[0], s.momentum[0], s.progress[0, 0], s.satisfaction[0, 0]) == (0.25, 0.7, 0, 0.45)
    assert (s.coalition[0, 0], s.launch[0], s.joined[0, 0], s.began[0]) == (0, 6, 6, 2)
    assert not s.researching[0]


def test_a_goal_stays_in_the_issue_space_and_equal_issues_go_to_the_lower_number():
    field = make_field([[1.0]] * 2, issue=[[0.8], [0.8]], openness=[1.0, 0.5])
    block = make_block(null_parameters(blindness=10.0, goal_blend=1.0, **FOCAL), field, 7)
    assert block.state.goal[0, 0] in (0.0, 1.0)
    assert block.state.issue[0, 0] == 0


def test_the_seed_grant_runs_from_the_month_of_the_launch():
    block = make_block(null_parameters(seed_grant=0.5, seed_months=3, **FOCAL), make_field([[0.5]] * 2), 12)
    assert block.ledger.months["granted"][0, :12].tolist() == [0] * 6 + [0.5] * 3 + [0] * 3
    assert block.ledger.months["work"][0, :12].tolist() == [0] * 6 + [0.5] * 3 + [0] * 3


def test_a_later_seed_grant_is_the_same_money():
    block = make_block(null_parameters(seed_grant=0.5, seed_month=2, seed_months=3, **FOCAL), make_field([[0.5]] * 2), 12)
    assert block.ledger.months["granted"][0, :12].tolist() == [0] * 8 + [0.5] * 3 + [0]


# Step 9: grants


def granting(*conveners, funders=1, budget=None, months=1, **values):
    """Formed coalitions with a relation of .8 to the funders, and the same goal; decisions every 4 months, terms of 6."""
    values = {"grant_cycle": 4, "grant_term": 6, "funder_month": 10**6, "min_members": 1, **values}
    places = [[0.9], [0.3], [0.5]][:funders]
    field = make_field([[0.5]] * 4, funder=places, grant_budget=[1.0, 2.0, 4.0][:funders] if budget is None else budget)
    block = make_block(null_parameters(**values), field, months)
    for convener in conveners:
        introduced(block, convener, range(funders))
    return block


def introduced(block, convener, funders, formed=True, relation=0.8, trust=0.5):
    found(block, convener, [convener], [0.5], formed=formed, trust=trust)
    s = block.state
    for place, funder in enumerate(funders):
        s.funder[convener, place], s.relation[convener, place] = funder, relation
    s.funders_met[convener] = len(funders)


def granted(block, months):
    return np.diff([0.0, *(block.state.granted[0] for _ in range(months) if step(block))]).round(12).tolist()


def test_grants_start_in_months_of_decision_and_run_their_term():
    assert granted(granting(0), 21) == [0] * 3 + [1] * 6 + [0] * 2 + [1] * 6 + [0] * 2 + [1] * 2  # months 1 to 21
    assert granted(granting(0, grant_term=4), 9) == [0] * 3 + [1] * 6  # the next follows at once
    assert granted(granting(0, grant_term=1, grant_cycle=1), 3) == [1, 1, 1]
    assert granted(granting(0, grant_term=2, grant_cycle=4), 8) == [0, 0, 0, 1, 1, 0, 0, 1]


def test_month_0_is_a_month_of_decision():
    assert granted(granting(0, months=0), 3) == [1, 1, 1]


def test_coalitions_share_what_running_grants_leave():
    """Two share in month 4; a third finds nothing left in month 8; in month 12 all is free again and shared by three."""
    block = step(granting(0, 2), 3)
    step(block)
    np.testing.assert_allclose(block.state.grant[:, 0], [0.5, 0, 0.5, 0])
    introduced(block, 3, [0])
    step(block, 4)
    assert block.state.month == 8
    assert block.state.grant[:, 0].tolist() == [0.5, 0, 0.5, 0]
    assert block.state.grant_until[:, 0].tolist() == [10, NO_MONTH, 10, NO_MONTH]
    step(block, 4)
    np.testing.assert_allclose(block.state.grant[:, 0], [1 / 3, 0, 1 / 3, 1 / 3])
    assert block.state.grant_until[:, 0].tolist() == [18, NO_MONTH, 18, 18]


def test_grants_of_a_coalition_that_ends_are_free_from_the_next_decision_on():
    block = step(granting(0, 2, trust_floor=0.1), 4)
    block.state.trust[2] = 0.05
    introduced(block, 3, [0])
    step(block)
    assert not block.state.running[2]
    assert block.state.grant[:, 0].tolist() == [0.5, 0, 0, 0]
    step(block, 3)
    assert block.state.grant[:, 0].tolist() == [0.5, 0, 0, 0.5]
    assert block.state.grant_until[:, 0].tolist() == [10, NO_MONTH, NO_MONTH, 14]


def test_every_funder_gives_for_itself():
    block = step(granting(0, funders=3), 4)
    assert block.state.grant[0].tolist() == [1.0, 2.0, 4.0]
    assert block.ledger.months["granted"][0, 4] == 7.0
    block = granting(funders=3)
    introduced(block, 1, [2, 0])
    introduced(block, 2, [2])
    step(block, 4)
    assert block.state.grant.tolist() == [[0, 0, 0], [2.0, 1.0, 0], [2.0, 0, 0], [0, 0, 0]]


JUDGMENT = aligned([0.5], [0.9]) * (1 - 0.7 + 0.7 * 0.5) * 0.8


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({"grant_bar": JUDGMENT - SHADE, "grant_trust": 0.7}, True),
        ({"grant_bar": JUDGMENT + SHADE, "grant_trust": 0.7}, False),
        ({"relation_needed": 0.8}, True),
        ({"relation_needed": 0.8 + SHADE}, False),
        ({"budget": [0.0]}, False),
        ({"budget": [1e-10]}, False),
    ],
)
def test_whom_funders_find_worthy(values, given):
    assert (step(granting(0, **values), 4).state.grant_until[0, 0] == 10) == given


def test_only_coalitions_that_have_formed_are_given_grants():
    block = granting(min_members=2)
    introduced(block, 0, [0], formed=False)
    introduced(block, 1, [0], formed=True)  # with too few members now
    step(block, 4)
    assert block.state.grant[:2, 0].tolist() == [0, 1]
    block = granting()
    introduced(block, 0, [0], formed=False)
    block.state.formed[0] = NO_MONTH
    step(block, 3)
    block.state.formed[0] = NO_MONTH  # it forms in step 12 of the month of decision, after grants
    assert granted(block, 5) == [0, 0, 0, 0, 1]
