"""Steps 1 to 5 worked by hand on small fields: environment, readiness, dialogue, mapping, intent; replaced steps."""

import dataclasses
import math

import numpy as np
import pytest

import coalsim as cs
from coalsim.errors import ParameterError
from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters
from coalsim.streams import SETUP
from conftest import draw, found, make_block, make_field, null_parameters, step

APPROX = {"rel": 1e-12, "abs": 1e-12}


def months_with(block, name):
    return np.flatnonzero(block.ledger.months[name][0]).tolist()


# Step 1: environment


@pytest.mark.parametrize("spell", ["window", "recession"])
@pytest.mark.parametrize(
    ("listed", "length", "open_in"),
    [
        ((2,), 3, [2, 3, 4]),
        ((0,), 1, [0]),
        ((1, 3), 3, [1, 2, 3, 4, 5]),  # begins anew within an open one
        ((1, 4), 3, [1, 2, 3, 4, 5, 6]),
        ((1, 5), 3, [1, 2, 3, 5, 6, 7]),
        ((9, 2, 400), 2, [2, 3, 9]),
    ],
)
def test_spells_by_schedule(spell, listed, length, open_in):
    values = {f"{spell}_months": listed, f"{spell}_length": length, f"{spell}_gap": 1.0, "months": 10}
    block = make_block(null_parameters(**values), make_field([[0.5]] * 2), 10)
    assert months_with(block, spell) == open_in
    assert months_with(block, {"window": "recession", "recession": "window"}[spell]) == []


@pytest.mark.parametrize("spell", ["window", "recession"])
def test_the_month_after_a_spell_is_without_a_draw(spell):
    block = make_block(null_parameters(**{f"{spell}_gap": 1.0, f"{spell}_length": 3, "months": 10}), make_field([[0.5]] * 2), 10)
    assert months_with(block, spell) == [0, 1, 2, 4, 5, 6, 8, 9]


@pytest.mark.parametrize("spell", ["window", "recession"])
def test_spells_by_chance(spell):
    block = make_block(null_parameters(**{f"{spell}_gap": 4.0, f"{spell}_length": 2, "months": 60}), make_field([[0.5]] * 2), 60)
    expected, month = [], 0
    while month < 60:
        if draw(block, "environment", spell, month, SETUP) < 1 / 4:
            expected += [month, month + 1]
            month += 3
        else:
            month += 1
    assert months_with(block, spell) == [m for m in expected if m < 60]
    assert 5 < len(expected) < 55


def test_income_and_recession():
    p = null_parameters(recession_months=(1,), recession_length=2, recession_depth=0.4, slack=0.1)
    block = make_block(p, make_field([[0.5]] * 2, capacity=[1, 2], reserve=[0, 0.5]))
    reserves = [step(block).state.reserve.copy() for _ in range(4)]
    np.testing.assert_allclose(reserves, [[0.1, 0.7], [0.16, 0.82], [0.22, 0.94], [0.32, 1.14]], atol=1e-15)
    np.testing.assert_allclose(block.ledger.months["income"][0, :4], [0.3, 0.18, 0.18, 0.3])
    assert months_with(block, "overflow") == []


def test_what_the_reserve_cannot_hold_is_booked_as_overflow():
    block = make_block(null_parameters(reserve_cap=2.0), make_field([[0.5]] * 2, capacity=[1, 2], reserve=[0.08, 0]), 3)
    np.testing.assert_allclose(block.state.reserve, [0.1, 0.2])
    np.testing.assert_allclose(block.ledger.months["overflow"][0, :3], [0.03, 0.05, 0.15])
    np.testing.assert_allclose(block.ledger.months["income"][0, :3], [0.15] * 3)


@pytest.mark.parametrize("rate", [1.0, 0.4])
@pytest.mark.parametrize("dimensions", [1, 2, 3, 4])
def test_challenges_move_issues_and_borders_reflect_them(dimensions, rate):
    size, places = 0.9, [[0.5] * dimensions, [0.1] * dimensions]
    p = null_parameters(challenge_rate=rate, challenge_size=size, dimensions=dimensions)
    block = make_block(p, make_field([[0.5] * dimensions] * 2, issue=places))
    for month in range(27):
        year, column = month // 12, f"in month {month % 12}"
        for issue, place in enumerate(places):
            if draw(block, "challenge", f"occurs {column}", issue, year) < rate:
                shocks = [draw(block, "challenge", f"axis {axis} {column}", issue, year, normal=True) for axis in range(dimensions)]
                length = math.sqrt(sum(shock**2 for shock in shocks))
                for axis in range(dimensions):
                    x = place[axis] + size * shocks[axis] / length
                    while not 0 <= x <= 1:
                        x = -x if x < 0 else 2 - x
                    place[axis] = x
        step(block)
        np.testing.assert_allclose(block.state.place.T, places, atol=1e-12)


# Step 2: readiness


@pytest.mark.parametrize("everybody", [False, True])
def test_readiness(everybody):
    values = {
        "window_months": (1,),
        "window_length": 1,
        "window_effect": 0.2,
        "contagion": 0.3,
        "strain": 0.4,
        "adaptation": 0.25,
    }
    lists = [[1, 2, 3], [2], [], [0, 1]]
    base, reserve = [0.3, 0.6, 0.1, 0.5], [0, 0.3, 0.6, 1.2]
    field = make_field([[0.5]] * 4, None if everybody else lists, reserve=reserve, base_readiness=base)
    block = make_block(null_parameters(**values, noise=0.05, acquaintances="all" if everybody else "listed"), field)
    found(block, 1, [1, 2], [0.5])
    share = [2 / 3, 1 / 3, 1 / 3, 2 / 3] if everybody else [2 / 3, 1, 0, 1 / 2]
    ready = list(base)
    for window in (0, 0.2, 0):
        step(block)
        for i in range(4):
            reserve[i] = min(reserve[i] + 0.05, 1.2)
            target = base[i] + window + 0.3 * share[i] - 0.4 * (1 - reserve[i] / 1.2)
            ready[i] = 0.75 * ready[i] + 0.25 * target + 0.05 * draw(block, "organization", "noise", i, normal=True)
        assert block.state.readiness == pytest.approx(ready, **APPROX)


def test_readiness_is_bounded():
    block = make_block(null_parameters(adaptation=1.0), make_field([[0.5]] * 3, base_readiness=[-0.2, 0.4, 1.3]), 1)
    assert block.state.readiness.tolist() == [0, 0.4, 1]


# Step 3: dialogue (more of it in test_limits.py)


def test_dialogue_with_acquaintances_near_enough():
    # 0 hears 1 but not 2 (too far); 1 hears nobody, though 0 knows it; 3 is closed and hears only the same mission.
    field = make_field([[0.0], [0.2], [0.9], [0.2]], [[1, 2], [], [0], [0, 1]], openness=[0.5, 0.5, 0.5, 0.0])
    block = make_block(null_parameters(dialogue=0.5, confidence=0.5), field, 1)
    assert block.state.mission[0] == pytest.approx([0.05, 0.2, 0.9, 0.2], **APPROX)
    step(block)
    assert block.state.mission[0] == pytest.approx([0.05 + 0.5 * 0.075, 0.2, 0.9, 0.2], **APPROX)


# Step 4: mapping


def test_mapping_against_lists_kept_by_hand():
    count, rate, research_rate, places = 8, 0.6, 0.9, 5
    lists = [[1, 2], [3], [], [0, 4, 5, 6, 7], [0], [6, 1], [5], [2]]
    field = make_field([[0.5]] * count, lists, places=places)
    p = null_parameters(mapping_rate=rate, research_rate=research_rate)
    block = make_block(p, field)
    s = block.state
    s.researching[[2, 3, 6]] = True  # 3 has a full list
    heard = [0] * count
    lists = [list(known) for known in lists]
    learned_through_a_friend = 0
    for _ in range(12):
        step(block)
        before = [list(known) for known in lists]
        for i in range(count):
            u = {name: draw(block, "organization", name, i) for name in ("mapping", "through a friend", "who", "of whom")}
            if len(before[i]) == places or u["mapping"] >= (research_rate if s.researching[i] else rate):
                continue
            learned = math.floor(u["who"] * (count - 1))
            learned += learned >= i
            if u["through a friend"] < 0.5 and before[i]:
                friend = before[i][math.floor(u["who"] * len(before[i]))]
                if before[friend]:
                    learned = before[friend][math.floor(u["of whom"] * len(before[friend]))]
                    learned_through_a_friend += 1
            if learned != i and learned not in before[i]:
                lists[i].append(learned)
                heard[i] += bool(s.researching[i])
        assert [s.acquaintances[: s.known[i], i].tolist() for i in range(count)] == lists
        assert s.heard.tolist() == heard
    assert learned_through_a_friend > 5
    assert heard[3] == 0 < heard[2]


def test_research_is_paid_from_the_reserve_by_those_who_research():
    field = make_field([[0.5]] * 3, capacity=[1, 2, 3], reserve=[0.6, 0, 0.6])
    block = make_block(null_parameters(research_cost=0.08), field)
    block.state.researching[:2] = True
    step(block)
    np.testing.assert_allclose(block.state.reserve, [0.65 - 0.08, 0, 0.75])  # 1 pays all it has, its income of .1
    assert block.ledger.months["researched"][0, 0] == pytest.approx(0.18)


@pytest.mark.parametrize("focal", [True, False])
@pytest.mark.parametrize("research", [0, 1, 5])
def test_research_pays_in_the_months_after_its_first_and_launches_in_its_last(research, focal):
    field = make_field([[0.5]] * 3, base_readiness=[0.5, 0.6, 0.4])
    if focal:
        values, begins, convener = {"focal_launch_month": research + 3, "focal_research_months": research, "focal_convener": 0}, 3, 0
    else:
        values, begins, convener = {"convene_hazard": 1.0, "launch_threshold": 0.6, "research_months": research}, 0, 1
    block = make_block(null_parameters(research_cost=0.01, **values), field, 12)
    assert months_with(block, "researched") == list(range(begins + 1, begins + research + 1))
    assert months_with(block, "researching") == list(range(begins, begins + research))
    assert months_with(block, "coalitions")[0] == begins + research
    assert block.state.launch.tolist() == [begins + research if i == convener else NO_MONTH for i in range(3)]
    assert block.state.focal.tolist() == [focal and i == convener for i in range(3)]


def test_who_has_become_known_counts_from_the_next_month_on():
    """Of two organizations one is in a coalition; the other learns of it in month 0, after step 2."""
    p = null_parameters(mapping_rate=1.0, contagion=0.3, adaptation=1.0, dialogue=0.5, confidence=10.0)
    block = make_block(p, make_field([[0.5], [0.7]], [[], []], places=1))
    found(block, 0, [0], [0.5])
    step(block)
    assert block.state.readiness.tolist() == [0.5, 0.5]
    assert block.state.mission[0].tolist() == [0.5, 0.7]
    assert block.state.acquaintances.tolist() == [[1, 0]]
    step(block)
    assert block.state.readiness.tolist() == [0.5, 0.8]
    assert block.state.mission[0] == pytest.approx([0.55, 0.65])


def test_what_was_heard_in_earlier_research_is_forgotten():
    block = make_block(null_parameters(focal_launch_month=2, focal_research_months=2, focal_convener=0), make_field([[0.5]] * 2))
    block.state.heard[:] = 5
    assert step(block).state.heard[0] == 0


# Step 5: intent


def test_who_is_ready_convenes_by_chance():
    ready = np.where(np.arange(40) % 4 == 0, 0.59, 0.6)
    p = null_parameters(convene_hazard=0.3, research_months=50, launch_threshold=0.6, adaptation=0.0)
    block = make_block(p, make_field([[0.5]] * 40, base_readiness=ready))
    began = [NO_MONTH] * 40
    for month in range(4):
        step(block)
        for i in range(40):
            if i % 4 and began[i] == NO_MONTH and draw(block, "organization", "convene", i) < 0.3:
                began[i] = month
        assert block.state.began.tolist() == began
    assert {NO_MONTH, 0, 1, 2, 3} == set(began)


@pytest.mark.parametrize(("cooldown", "again"), [(0, 1), (1, 1), (2, 2), (12, 12)])
def test_who_left_acts_again_after_its_cooldown(cooldown, again):
    """Organization 1, exhausted, leaves in month 0; with a cooldown of 12 it acts again from step 5 of month 12."""
    field = make_field([[0.5]] * 3, base_readiness=[0.5, 0.05, 0.5])
    p = null_parameters(cooldown=cooldown, exhaustion=0.1, convene_hazard=1.0, launch_threshold=0.0, research_months=40)
    block = make_block(p, field)
    found(block, 0, [0, 1, 2], [0.5])
    step(block)
    assert block.state.coalition[0].tolist() == [0, -1, 0]
    step(block, 20)
    assert block.state.began[1] == again
    assert block.state.began[2] == NO_MONTH


@pytest.mark.parametrize(("cooldown", "again"), [(0, 2), (1, 2), (3, 4)])
def test_members_of_a_coalition_that_ended_act_again_after_the_release_cooldown(cooldown, again):
    """The coalition dissolves in month 1; meanwhile another is open to join."""
    field = make_field([[0.5]] * 3, [[2], [2], []], places=1, join_threshold=[2, 0, 2])
    block = make_block(null_parameters(release_cooldown=cooldown, trust_floor=0.3, cooldown=30), field, 1)
    found(block, 0, [0, 1], [0.5], trust=0.2)
    found(block, 2, [2], [0.5])
    step(block)
    assert block.state.coalition[0].tolist() == [-1, -1, 2]
    step(block, 10)
    assert block.state.coalition[0].tolist() == [-1, 2, 2]
    assert block.state.joined[0, 1] == again


def test_who_left_its_own_running_coalition_convenes_no_other():
    field = make_field([[0.5]] * 3, base_readiness=[0.05, 0.5, 0.5])
    values = {"exhaustion": 0.1, "exit_level": 0.1, "convener_patience": 10.0, "convene_hazard": 1.0, "launch_threshold": 0.0}
    block = make_block(null_parameters(**values, research_months=3, cooldown=1), field)
    found(block, 0, [0, 1, 2], [0.5])
    step(block, 10)
    assert block.state.coalition[0].tolist() == [-1, 0, 0]
    assert block.state.running.tolist() == [True, False, False]
    assert block.state.launch[0] == 0
    assert not block.state.researching.any()


# The focal initiative

RULES = {"most_ready": 1, "most_connected": 2, "best_aligned": 3, "largest": 4, "5": 5, 0: 0}


def focal_block(rule, **values):
    """0 to 5; 1 is the most ready, 2 is in most lists, 3 is nearest to an issue, 4 is the largest; 6 comes second everywhere."""
    lists = [[2, 6, 1], [2], [4, 6], [2, 6], [2, 6], [6], []]  # lengths 3 1 2 2 2 1 0; listed 0 1 4 0 1 0 5 times
    field = make_field(
        [[0.3], [0.3], [0.3], [0.78], [0.3], [0.3], [0.77]],
        lists,
        issue=[[0.0], [0.8]],
        base_readiness=[0.5, 0.9, 0.5, 0.5, 0.5, 0.5, 0.8],
        capacity=[1, 1, 1, 1, 3, 1, 2],
    )
    p = null_parameters(**{"focal_launch_month": 4, "focal_research_months": 2, "focal_convener": rule, **values})
    return make_block(p, field)


@pytest.mark.parametrize("rule", RULES)
def test_focal_convener(rule):
    block = step(focal_block(rule), 3)
    assert np.flatnonzero(block.state.researching).tolist() == [RULES[rule]]
    step(block, 2)
    assert np.flatnonzero(block.state.running).tolist() == [RULES[rule]]
    assert np.flatnonzero(block.state.focal).tolist() == [RULES[rule]]
    assert block.state.launch[RULES[rule]] == 4
    assert block.state.began[RULES[rule]] == 2


@pytest.mark.parametrize("rule", RULES)
def test_focal_convener_is_one_of_the_free(rule):
    block = step(focal_block(rule))
    found(block, RULES[rule], [RULES[rule]], [0.5])
    step(block, 5)
    conveners = np.flatnonzero(block.state.focal).tolist()
    assert conveners == ([6] if rule in ("most_ready", "most_connected", "best_aligned", "largest") else [])


def test_focal_initiative_does_not_come_late():
    block = step(focal_block(5))
    found(block, 0, [5, 0], [0.5])
    step(block, 2)
    block.state.release(np.array([5]), np.array([0]), 0)
    step(block, 3)
    assert not block.state.focal.any()
    assert block.state.running.sum() == 1


def test_focal_convener_is_in_no_lottery_and_needs_no_readiness():
    block = step(focal_block(5, convene_hazard=1.0, launch_threshold=0.0, research_months=9, adaptation=0.0), 3)
    assert not block.state.focal.any()  # all are researching since month 0
    block = step(focal_block(5, convene_hazard=1.0, launch_threshold=0.6, research_months=9, focal_launch_month=2), 1)
    assert block.state.launches.tolist() == [NO_MONTH, 9, NO_MONTH, NO_MONTH, NO_MONTH, 2, 9]
    block = step(focal_block("most_ready", convene_hazard=1.0, launch_threshold=0.6, research_months=9, focal_launch_month=2), 1)
    assert block.state.launches.tolist() == [NO_MONTH, 2, NO_MONTH, NO_MONTH, NO_MONTH, NO_MONTH, 9]


@pytest.mark.parametrize("rule", ["most_ready", "most_connected", "best_aligned", "largest"])
def test_ties_for_the_focal_initiative_go_to_the_lower_number(rule):
    p = null_parameters(focal_launch_month=0, focal_convener=rule)
    assert np.flatnonzero(make_block(p, make_field([[0.5]] * 4), 1).state.focal).tolist() == [0]


@pytest.mark.parametrize("may_join", [False, True])
def test_focal_convener_may_join_another_coalition_while_researching(may_join):
    field = make_field([[0.5]] * 3, [[1], [], [1]])
    p = null_parameters(focal_launch_month=5, focal_research_months=4, focal_convener=0, focal_may_join=may_join, months=10)
    block = make_block(p, field, 3)
    found(block, 1, [1], [0.5])
    step(block, 7)
    s = block.state
    assert s.coalition[0].tolist() == [1 if may_join else 0, 1, -1]  # 2, neither ready nor researching, does not consider
    assert s.focal.any() == (not may_join)
    assert s.began[0] == (NO_MONTH if may_join else 1)
    assert not s.researching.any()


def test_focal_convener_by_name_and_unknown_ones():
    field = dataclasses.replace(make_field([[0.5]] * 3), names=("north", "south", "17"))
    for name, number in (("south", 1), (17, 2)):
        p = null_parameters(focal_launch_month=0, focal_convener=name)
        assert np.flatnonzero(make_block(p, field, 1).state.focal).tolist() == [number]
    for name, of in (("west", field), (3, make_field([[0.5]] * 3)), (-1, make_field([[0.5]] * 3)), ("most", field)):
        with pytest.raises(
            ParameterError, match="no such organization or rule; rules: most_supported, most_ready, most_connected"
        ) as caught:
            make_block(null_parameters(focal_launch_month=0, focal_convener=name), of)
        assert "\n" not in str(caught.value)


def test_a_focal_initiative_has_values_of_its_own_and_others_have_not():
    """Two conveners, one focal: each pays as its own coalition promises."""
    p = null_parameters(
        contribution_rate=0.01, communication_share=0.5, coordination=1.0, seed_months=9, seed_grant=0.1, full_satisfaction=0.5
    )
    p = p.replace(
        focal_launch_month=0, focal_convener=0, focal_contribution_rate=0.03, focal_communication_share=0.25, focal_seed_grant=0.2
    )
    block = make_block(p, make_field([[0.5]] * 2))
    found(block, 1, [1], [0.5])
    step(block)
    np.testing.assert_allclose(block.state.contributed, [0.03, 0.01])
    np.testing.assert_allclose(block.state.granted, [0.2, 0.1])
    np.testing.assert_allclose(block.state.work, [0.75 * 0.23, 0.5 * 0.11])


# Replaced steps


def test_a_step_can_be_replaced():
    seen = []

    def nobody_leaves(state, values, draws):
        seen.append((state.month, values.exit_level, draws.of_all("noise").shape))

    p = Parameters.model1().replace(months=30, convene_hazard=0.3, launch_threshold=0.3)
    plain = cs.simulate(p, replicates=2).outcomes
    loyal = cs.simulate(p, replicates=2, submodels={"leaving": nobody_leaves}).outcomes
    assert plain["exits"].sum() > 0
    assert loyal["exits"].tolist() == [0, 0]
    assert loyal["launched"].sum() > 0
    assert seen == [(month, 0.38, (120,)) for month in range(30)]


def test_a_step_that_is_none_is_refused_in_one_line():
    with pytest.raises(ParameterError) as caught:
        cs.simulate(Parameters.model1(), submodels={"leavin": lambda *_: None})
    assert str(caught.value).startswith("submodel 'leavin' is unknown, did you mean 'leaving'?; steps: environment, readiness, dialogue")
    assert "\n" not in str(caught.value)
