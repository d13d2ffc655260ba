"""The mechanisms of model 2 in the Mesa engine: cases worked by hand from the ODD, step by step."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

import coalsim as cs
from agents_cases import FOCAL, coalition_of, of, steps, world
from coalsim.agents import Coalition, CoalitionModel, Organization, Relation, Target
from coalsim.agents.draws import Meeting, Mind
from coalsim.agents.environment import Spell
from coalsim.agents.membership import ALL_KEPT
from coalsim.errors import ParameterError
from coalsim.field import GivenCoalition, build
from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters
from coalsim.streams import SETUP, Source, normals, streams
from coalsim.tables.outcomes import ENDINGS, summarise


def several(*conveners: int, **values: object) -> tuple[CoalitionModel, list[Coalition]]:
    """Return a model after month 0, in which `conveners` launched a coalition each; organizations may be in three."""
    values = {"organizations": 6, "memberships_max": 3, "convene_hazard": 1.0, "launch_threshold": 0.5, **values}
    model = world(**values)
    for organization in model.organizations:
        organization.readiness = organization.base_readiness = 0.5 if organization.number in conveners else 0.4
    model.step()
    model.p.convene_hazard = 0.0
    assert [coalition.number for coalition in model.running_coalitions] == list(conveners)
    return model, model.running_coalitions


def closing(model: CoalitionModel, *numbers: int) -> None:
    """Have organizations close in the next month, and only then."""
    model.p.closure_rate = 6.0
    closes = model.draws.closes
    model.draws.closes = lambda number: 0.49 if number in numbers else 0.5  # type: ignore[method-assign]
    model.step()
    model.draws.closes = closes  # type: ignore[method-assign]
    model.p.closure_rate = 0.0


def meeting(**draws: float) -> Callable[[int], Meeting]:
    """Return draws of the stream *meeting* that are alike for all."""
    return lambda number: Meeting(*[0.99] * 8)._replace(**draws)


# 2 time


def test_months_before_month_0_are_simulated_and_not_recorded() -> None:
    model = world(burn_in=24, noise=0.1, organizations=8, convene_hazard=1.0, launch_threshold=0.4, min_members=1)
    assert model.month == -25
    model.step()
    assert (model.month, model.is_cycle_month) == (-24, True)
    row = Source(1, 0).table(streams(1).organization, 0, 8)  # draws count from the first month of the burn-in
    shocks = normals(row[:, streams(1).organization.columns.index("noise")])
    assert [o.readiness for o in model.organizations] == pytest.approx(0.5 + 0.1 * shocks)
    gone, *older = model.running_coalitions
    gone.trust, model.p.convene_hazard = -1.0, 0.0
    model.end_coalitions()
    steps(model, 23)
    model.p.convene_hazard = 1.0
    assert gone not in model.running_coalitions
    assert len(model.recorder.coalition_columns()["run"]) == len(model.running_coalitions)
    assert len(model.recorder.monthly_columns()["need"][0]) == 0
    held = model.count_memberships()
    steps(model, 3)
    rows, monthly = model.recorder.coalition_columns(), model.recorder.monthly_columns()
    assert monthly["memberships_before"][0, 0] == held
    assert monthly["need"].shape == (1, 3)
    inherited = rows["inherited"]
    assert inherited.sum() == len(older)
    assert (rows["launch"][inherited] == -24).all()
    out = {name: column[0] for name, column in summarise(rows, monthly, 8).items()}
    assert out["inherited"] == len(older)
    assert out["launched"] == (~inherited).sum()
    assert out["retention"] == pytest.approx(1 - out["exits"] / (held + out["joins"] + out["launched"]))


def test_a_focal_launch_counts_from_month_0_and_the_run_ends_after_its_months() -> None:
    model = world(burn_in=12, months=6, focal_launch_month=3, focal_convener=0)
    model.run_model()
    assert (model.month, model.steps) == (5, 18)
    assert model.recorder.coalition_columns()["launch"].tolist() == [3]


def test_environment_and_challenges_have_the_draws_of_counted_months() -> None:
    early, late = world(burn_in=14, window_gap=3.0, challenge_rate=0.3), world(window_gap=3.0, challenge_rate=0.3)
    for _ in range(40):
        early.step()
        late.step()
        assert early.month == late.month - 14
        assert early.window.left == late.window.left
        assert early.issues[0].place == late.issues[0].place


def test_listed_windows_replace_chance_from_month_0_on() -> None:
    spell, found = Spell(1.0, 3, [2]), []
    for month in range(-4, 5):
        spell.pass_month(month, 0.0)
        found.append(spell.left)
    assert found == [3, 2, 1, 0, 0, 0, 3, 2, 1]
    spell, found = Spell(1.0, 3, [4]), []
    for month in range(-1, 3):
        spell.pass_month(month, 0.0)
        found.append(spell.left)
    assert found == [3, 2, 1, 0]  # one open at month 0 runs its course


# 1 environment


def test_need_comes_back() -> None:
    model = world(need_return=0.25)
    model.issues[0].need = 0.2
    model.step()
    assert model.issues[0].need == pytest.approx(0.4)


def test_who_closes_is_replaced_by_a_newcomer_drawn_as_in_a_synthetic_field() -> None:
    model = world(
        closure_rate=12.0,
        issues=2,
        dimensions=2,
        capacity_sigma=0.8,
        reserve_cap=9.0,
        join_threshold=0.7,
        slack=0.05,
        strain=0.0,
        contagion=0,
    )  # closes for certain
    model.issues[0].place, model.issues[1].place = (0.2, 0.4), (0.7, 0.9)
    model.organizations[0].acquaintances = [model.organizations[1]]
    before = list(model.organizations)
    model.step()
    stream, p = streams(2).turnover, model.p
    rows = Source(1, 0).table(stream, 0, 3)
    for number, newcomer in enumerate(model.organizations):
        draws = dict(zip(stream.columns, rows[number].tolist(), strict=False))
        home = ((0.2, 0.4), (0.7, 0.9))[int(2 * draws["home"])]
        shocks = normals(np.array([draws["axis 0"], draws["axis 1"], draws["capacity"], draws["readiness"], draws["openness"]]))
        assert newcomer.mission == pytest.approx(np.clip(np.array(home) + p.mission_spread * shocks[:2], 0, 1))
        assert newcomer.style == (draws["style 0"], draws["style 1"])
        assert newcomer.capacity == pytest.approx(math.exp(0.8 * shocks[2] - 0.32))
        income = 0.05 * newcomer.capacity
        cap = 9 * income
        assert newcomer.reserve == pytest.approx(min(min(draws["reserve"] * 2 * p.reserve_months * income, cap) + income, cap))
        assert newcomer.readiness == newcomer.base_readiness == pytest.approx(np.clip(0.4 + p.readiness_spread * shocks[3], 0, 1))
        assert newcomer.openness == pytest.approx(np.clip(0.5 + 0.15 * shocks[4], 0, 1))
        assert (newcomer.leadership, newcomer.join_threshold) == (draws["leadership"], 0.7)
        assert (newcomer.acquaintances, newcomer.memberships, newcomer.cooldown, newcomer.since) == ([], [], 0, 0)
        assert newcomer.name == before[number].name
    assert not set(before) & set(model.agents_by_type[Organization])
    assert model.recorder.monthly_columns()["closed"].tolist() == [[3]]


def test_a_closed_convener_leaves_its_coalition_without_lead_and_its_number_taken() -> None:
    model, coalition = coalition_of(1, 2, funders=1, funder_month=0, organizations=4, referral_rate=0.0)
    old, one, two, three = model.organizations
    one.acquaintances, two.acquaintances = [old, three], [one, old]
    model.step()
    relation, exits = coalition.relations[0], model.recorder.flows.exits
    strength = relation.strength
    in_between = []
    investing = model.invest
    model.invest = lambda: in_between.append((coalition.lead, coalition.noted.leadership, coalition.noted.capacity)) or investing()  # type: ignore[method-assign]
    old.leadership, old.capacity = 0.8, 2.0
    coalition.be_led_by(old)
    closing(model, 0)
    new = model.organizations[0]
    assert new is not old
    assert in_between == [(None, 0.8, 2.0)]
    # In step 13 another leads on, whatever `succession` says.
    assert (coalition.lead, coalition.lead_lost, coalition.size) == (one, 1, 2)
    assert (coalition.noted.leadership, coalition.noted.capacity) == (0.5, 1.0)
    assert model.recorder.flows.exits == exits == 0
    assert (one.acquaintances, two.acquaintances) == ([three], [one])
    assert not new.is_free  # its number names a running coalition
    assert new.initiative is coalition.initiative
    assert relation.strength > strength  # the lead's openness, as noted, still counts
    model.p.trust_floor = 1.0
    model.step()
    assert not model.running_coalitions
    assert new.is_free


def test_research_ends_with_who_did_it_and_a_void_invitation_reaches_nobody() -> None:
    model = world(focal_launch_month=5, focal_convener=0, focal_research_months=5)
    model.step()
    assert model.organizations[0].is_researching
    closing(model, 0)
    assert model.organizations[0].is_free
    model, coalition = coalition_of()
    model.organizations[1].asked = coalition
    closing(model, 1)
    assert model.organizations[1].invitations == []
    assert model.organizations[1].asked is None
    steps(model, 6)
    assert model.organizations[1].coalition is None


# 2 readiness


def test_an_acquaintance_in_two_coalitions_counts_once() -> None:
    model, (first, second) = several(0, 1)
    two, three = model.organizations[2:4]
    for coalition in (first, second):
        two.join(coalition, 0.5)
    three.acquaintances = [two, model.organizations[4]]
    assert three.share_in_coalitions() == 0.5
    assert (model.count_members(), model.count_memberships()) == (3, 4)
    model.p.acquaintances, model.everybody_known = "all", True
    model.change_readiness()
    assert three.share_in_coalitions() == 3 / 5


# 4 mapping


def test_a_full_list_forgets_its_oldest_that_is_no_fellow_member() -> None:
    model, (first, second) = several(0, 1, acquaintances_max=3)
    zero, _, two, three, four, five = model.organizations
    two.join(first, 0.5)
    zero.acquaintances = [two, three, four]
    assert not zero.learn_of(five)
    model.p.forgetting = True
    assert not zero.learn_of(zero)
    assert not zero.learn_of(four)
    assert zero.learn_of(five)
    assert zero.acquaintances == [two, four, five]
    four.join(first, 0.5)
    five.join(first, 0.5)
    three.join(second, 0.5)
    assert not zero.learn_of(three)  # all it knows are fellow members
    assert zero.acquaintances == [two, four, five]


def test_with_forgetting_a_full_list_is_told_and_may_count_as_heard() -> None:
    model = world(focal_launch_month=2, focal_convener=0, focal_research_months=2, acquaintances_max=1, research_rate=1.0, forgetting=True)
    zero, one, two = model.organizations
    zero.acquaintances = [one]
    model.step()
    model.draws.paths = [(0.9, 0.6, 0.0)] * 3  # organization 2
    model.draws.begin = lambda month: None  # type: ignore[method-assign]
    model.step()
    assert zero.acquaintances == [two]
    assert zero.initiative is not None
    assert zero.initiative.heard == 1


def test_who_is_told_of_is_told_in_return() -> None:
    model = world(mapping_rate=1.0, mutuality=0.5, organizations=4)
    _, one, two, _ = model.organizations
    one.acquaintances = [two]
    model.draws.begin(0)
    model.draws.paths = [(0.9, 0.4, 0.0)] * 4  # each is told of 2 (2 itself of 1)
    model.draws.meeting = lambda number: Meeting(*[0.99] * 8)._replace(mutual=0.49 if number in (0, 1, 3) else 0.5)  # type: ignore[method-assign]
    model.draws.paths[0] = model.draws.paths[1] = (0.9, 0.67, 0.0)
    model.draws.paths[3] = (0.9, 0.7, 0.0)
    told = [model.other_than(o, path[1]).number for o, path in zip(model.organizations, model.draws.paths, strict=True)]
    assert told == [3, 3, 1, 2]
    model.map_the_field()
    # first what it was told itself, then those told of it, by number: 0 and 1 told of 3; 2 told of 1 is not mutual; 3 told of 2
    known = [[other.number for other in o.acquaintances] for o in model.organizations]
    assert known == [[3], [2, 3], [1, 3], [2, 0, 1]]


def fellows(**draws: float) -> tuple[CoalitionModel, list[Coalition]]:
    """Return a model in which 3 is in the coalitions of 0 and 1, with 2 in the first and 4 in the second."""
    model, coalitions = several(0, 1, fellow_rate=0.5)
    for member, coalition in ((2, 0), (3, 0), (3, 1), (4, 1)):
        model.organizations[member].join(coalitions[coalition], 0.5)
        coalitions[coalition].communicated = 0.8
    model.draws.meeting = meeting(**draws)  # type: ignore[method-assign]
    return model, coalitions


def test_fellow_members_are_met_through_the_lead_or_an_acquaintance() -> None:
    model, (_, second) = fellows(which=0.0, meets=0.39, through_the_lead=0.49, of_whom=0.5, who=0.0)
    zero, one, two, three, four, five = model.organizations
    zero.acquaintances, one.acquaintances = [five, two], [five, four]
    assert three.meet_a_fellow() is two
    model.draws.meeting = meeting(which=0.5, meets=0.39, through_the_lead=0.49, of_whom=0.5)  # type: ignore[method-assign]
    assert three.meet_a_fellow() is four
    model.draws.meeting = meeting(which=0.5, meets=0.4, through_the_lead=0.49, of_whom=0.5)  # type: ignore[method-assign]
    assert three.meet_a_fellow() is None  # .5 x .8
    model.draws.meeting = meeting(which=0.5, meets=0.39, through_the_lead=0.49, of_whom=0.0)  # type: ignore[method-assign]
    assert three.meet_a_fellow() is None  # 5 is no member
    model.draws.meeting = meeting(which=0.5, meets=0.39, through_the_lead=0.5, of_whom=0.5, who=0.99)  # type: ignore[method-assign]
    assert three.meet_a_fellow() is None  # it knows nobody
    three.acquaintances, zero.acquaintances = [two, zero], [three, four]
    assert three.meet_a_fellow() is four
    zero.acquaintances = [four, three]
    assert three.meet_a_fellow() is None  # itself
    second.lose_lead()
    zero.acquaintances = [three, four]
    model.draws.meeting = meeting(which=0.5, meets=0.39, through_the_lead=0.0, of_whom=0.5, who=0.99)  # type: ignore[method-assign]
    assert three.meet_a_fellow() is four  # nobody leads: an acquaintance instead
    assert five.meet_a_fellow() is None


def test_a_lead_asks_an_acquaintance() -> None:
    model, _ = fellows(which=0.0, meets=0.0, through_the_lead=0.0, of_whom=0.0, who=0.0, met_is_mutual=0.0)
    zero, _, two, three, *_ = model.organizations
    zero.acquaintances, two.acquaintances = [two], [three]
    assert zero.meet_a_fellow() is three
    model.p.mutuality = 0.5
    model.map_the_field()
    assert zero.acquaintances == [two, three]
    assert three.acquaintances[-1] is zero


# 5 intent


def test_the_most_supported_convener_has_most_willing_acquaintances() -> None:
    model = world(organizations=7, focal_launch_month=0, focal_research_months=0, focal_convener="most_supported")
    willing, other, unready, far, poor = model.organizations[2:7]
    for organization in (willing, other, far, poor):
        organization.join_threshold = 0.5
    far.mission, poor.reserve, poor.capacity = (0.96,), 0.0, 100.0
    zero, one = model.organizations[:2]
    zero.acquaintances, one.acquaintances = [unready, far, willing, poor], [willing, other]
    poor.reserve = -60.0
    model.step()
    assert [coalition.number for coalition in model.running_coalitions] == [1]


def test_of_equally_supported_conveners_the_readier_one_begins() -> None:
    model = world(focal_launch_month=0, focal_research_months=0, focal_convener="most_supported")
    model.organizations[1].readiness = 0.6
    model.step()
    assert [coalition.number for coalition in model.running_coalitions] == [1]


# 6 funders


def test_relations_rest_on_openness_as_much_as_they_should() -> None:
    for share, growth in ((1.0, 0.14), (0.0, 0.1), (0.25, 0.11)):
        model = world(**FOCAL, funders=1, funder_month=0, referral_rate=0.0, relation_openness=share)
        model.organizations[0].openness = 0.9
        model.step()
        assert model.snapshot()["relation"][0, 0] == pytest.approx(growth)


def test_a_referral_is_made_known_to_the_lead() -> None:
    model, coalition = coalition_of(1, organizations=4)
    zero, one, *_ = model.organizations
    coalition.be_led_by(one)
    coalition.initiative.refer_to_an_organization(coalition, [0.99] * 3)
    assert (zero.acquaintances, one.acquaintances) == ([], [model.organizations[3]])
    coalition.initiative.refer_to_an_organization(coalition, [0.0] * 3)
    assert one.acquaintances == [model.organizations[3]]  # it is the lead itself that is invited


# 7 joining


def test_reserve_test_and_pledge_count_what_was_promised() -> None:
    model, (first, second) = several(0, 1, pledge_floor=0.5, commitment_months=10, contribution_rate=0.1, see_through=0.75)
    two = model.organizations[2]
    two.capacity = 2.0  # in ten months it sets aside 1
    two.join(first, 0.5, pledge=0.6)
    # needed for the least pledge: .75 x 10 (.5 x .1 + .06) x 2 = 1.65
    two.reserve = 0.64
    assert not two.accepts_terms_of(second)
    two.reserve = 0.66
    assert two.accepts_terms_of(second)
    assert two.pledge_to(second) == pytest.approx((0.66 + 1 - 0.75 * 10 * 0.06 * 2) / (0.75 * 10 * 0.1 * 2))
    two.reserve = 9.0
    assert two.pledge_to(second) == 1.0
    two.reserve = 0.0
    assert two.pledge_to(second) == 0.5
    model.p.see_through = 0.0
    assert two.pledge_to(second) == 1.0


def test_value_pays_for_what_is_pledged_and_looks_at_the_mean_need() -> None:
    model, (first,) = several(0, issues=2, pledge_floor=0.5, cost_weight=2.0)
    first.targets.append(Target(model.issues[1]))
    model.issues[0].need, model.issues[1].need = 1.0, 0.4
    one = model.organizations[1]
    one.reserve = 0.0  # pledges (12 x .05) / (.75 x 12 x .08)
    assert one.pledge_to(first) == pytest.approx(0.6 / 0.72)
    assert one.value_of(first) == pytest.approx(first.promise / 3 * 0.7 - 2 * 0.08 * 0.6 / 0.72)


def test_joining_a_second_coalition_and_never_the_same_twice() -> None:
    model, (first, second) = several(0, 1, min_value=-1.0, min_chance=0.0, see_through=0.0)
    two = model.organizations[2]
    two.join_threshold, two.acquaintances = 0.0, model.organizations[:2]
    steps(model, 3)
    assert [membership.coalition for membership in two.memberships] == [first, second]
    assert [membership.joined for membership in two.memberships] == [1, 2]
    assert first.size == second.size == 2
    assert model.snapshot()["coalition"][2].tolist() == [0, 1, -1]
    model.p.memberships_max = 2
    assert not two.has_room
    assert model.organizations[0].has_room  # a convener may be a member elsewhere


def test_an_invitation_to_ones_own_coalition_hides_no_other() -> None:
    model, (first, second) = several(0, 1)
    two = model.organizations[2]
    two.join(first, 0.5)
    second.goal = (0.9,)
    two.invitations = [first, second]
    assert two.perceive(0.0) == [second]


def test_a_coalition_takes_the_lowest_draws_up_to_its_room() -> None:
    model, (first, _) = several(0, 1, span=2.0, min_members=1, leadership_staff=1.0, min_value=-1.0, min_chance=0.0, organizations=8)
    zero = model.organizations[0]
    assert first.room == 1 + 2  # span x capacity 1 of a lead of leadership 1/2
    first.grants = 0.7
    assert first.room == 1 + 3
    zero.capacity, zero.leadership = 1.5, 0.9
    assert first.room == 4  # what is noted stays
    first.be_led_by(zero)
    assert first.room == 1 + math.floor(2 * (1.5 * 1.4 + 0.7))
    first.be_led_by(model.organizations[1])  # capacity 1: room for 4
    applicants = model.organizations[2:8]
    for organization in applicants:
        organization.join_threshold, organization.acquaintances = 0.0, [zero]
    model.draws.begin(1)
    lots = {2: 0.5, 3: 0.2, 4: 0.9, 5: 0.1, 6: 0.2, 7: 0.3}
    model.draws.meeting = lambda number: Meeting(*[0.99] * 8)._replace(applicant=lots[number])  # type: ignore[method-assign]
    model.join_coalitions()
    assert [member.number for member in first.members] == [0, 3, 5, 6]
    assert model.recorder.flows.joins == 3
    assert not first.has_room
    assert applicants[0].consider(0.0) is None  # full: no candidate
    model.p.span = 1e9
    assert first.room == math.inf


@pytest.mark.parametrize(("places", "researching"), [(((0.5,), (0.5,)), False), (((0.9,), (0.5,)), True)])
def test_who_joins_goes_on_with_other_research(places: tuple[tuple[float, ...], ...], researching: bool) -> None:
    model, (first,) = several(0, issues=2)
    model.issues[0].place, model.issues[1].place = places
    one = model.organizations[1]
    one.begin_research(model.terms)
    assert first.issues == [model.issues[0]]
    one.join(first, 0.5)  # it would itself work on the nearest issue
    assert one.is_researching == researching
    model.p.memberships_max = 2
    second = coalition_of()[1]
    second.number = 5
    one.join(second, 0.5)
    assert not one.is_researching  # no room left


# 8 launching


def founding(**values: object) -> CoalitionModel:
    """Return a model in which 0 and 1 launch in month 0, knowing 2, 3 and 4, of whom 2 and 3 are willing."""
    model = world(organizations=6, research_months=0, convene_hazard=1.0, launch_threshold=0.5, goal_blend=0.0, min_chance=0, **values)
    zero, one, two, three, four, five = model.organizations
    for organization in (two, three, four, five):
        organization.readiness = organization.base_readiness = 0.4
    two.join_threshold = three.join_threshold = 0.4
    zero.mission, one.mission = (0.5,), (0.6,)
    zero.acquaintances, one.acquaintances = [two, three, four], [two, three, four]
    return model


def test_founders_are_asked_and_invited_in_the_next_month() -> None:
    model = founding(founders=2, min_value=0.0)
    *_, two, three, _four, _five = model.organizations
    two.mission, three.mission = (0.52,), (0.58,)
    model.step()
    first, second = model.running_coalitions
    assert (two.asked, three.asked) == (first, second)  # of two, the best aligned
    assert model.snapshot()["asked"].tolist() == [-1, -1, 0, 1, -1, -1]
    model.step()
    assert (two.coalition, three.coalition) == (first, second)
    assert two.asked is None


def test_a_founder_is_not_invited_to_a_coalition_that_has_ended() -> None:
    model = founding(founders=2, trust_floor=1.0, min_value=0.0)
    model.step()
    assert not model.running_coalitions
    assert model.snapshot()["asked"].tolist() == [-1] * 6
    model.p.convene_hazard = 0.0
    model.step()
    assert [o.coalition for o in model.organizations] == [None] * 6


def test_too_few_founders_end_the_initiative_on_the_state_before_the_launches() -> None:
    model = founding(founders=3)
    model.organizations[1].acquaintances.append(model.organizations[5])
    model.organizations[5].join_threshold = 0.4
    model.step()
    assert [coalition.number for coalition in model.running_coalitions] == [1]
    assert model.organizations[0].is_free


@pytest.mark.parametrize("engine", ["numpy", "mesa"])
def test_a_focal_initiative_is_launched_with_as_many_as_it_finds(engine: str) -> None:
    values = {"founders": 1000, "organizations": 30, "months": 30, "burn_in": 0, "focal_research_months": 2}
    alone = cs.Parameters().replace(**values, focal_launch_month=10, convene_hazard=0.05, join_threshold=0.4)
    runs = cs.simulate(alone, 4, engine=engine)
    assert list(runs.outcomes["focal_launched"]) == [True] * 4
    assert list(runs.outcomes["launched"]) == [1] * 4, "nobody else has a thousand willing acquaintances"
    assert runs.outcomes["focal_formed"].any(), "founders are asked all the same"


@pytest.mark.parametrize("reason", ["room", "cooldown", "research", "readiness", "distance", "means"])
def test_who_is_not_willing_to_found(reason: str) -> None:
    model = world(pledge_floor=0.5)
    one = model.organizations[1]
    one.join_threshold, one.reserve = 0.5, 0.0  # 12 x .05 against .75 x 12 x .04
    assert one.is_willing_to_found((0.5,), model.terms)
    if reason == "room":
        model.p.memberships_max = 0
    elif reason == "cooldown":
        one.cooldown = 1
    elif reason == "research":
        one.begin_research(model.terms)
    elif reason == "readiness":
        one.readiness = 0.49
    elif reason == "distance":
        one.mission = (0.96,)
    else:
        one.reserve = -0.25
    assert not one.is_willing_to_found((0.5,), model.terms)


def test_a_share_of_launches_is_seeded() -> None:
    stream = streams(1).coalition
    draws = Source(1, 0).table(stream, 0, 6)[:, stream.columns.index("seeded")]
    share = float(np.median(draws))
    model, coalitions = several(*range(6), seed_grant=0.3, seed_share=share)
    assert [coalition.seeded for coalition in coalitions] == (draws < share).tolist()
    assert [coalition.granted for coalition in coalitions] == pytest.approx(np.where(draws < share, 0.3, 0.0))
    assert model.recorder.coalition_columns()["seeded"].tolist() == (draws < share).tolist()
    assert not any(coalition.seeded for coalition in several(0, 1)[1])  # no seed grant, nobody is seeded


# 9 grants


@pytest.mark.parametrize(
    ("size", "running", "given"), [(0.5, 0.0, [1, 2]), (0.5, 0.3, [2]), (0.6, 0.0, [2]), (0.3, 0.0, [0, 1, 2]), (0.9, 0.2, [])]
)
def test_grants_of_one_size_go_to_the_best(size: float, running: float, given: list[int]) -> None:
    model, coalitions = several(0, 1, 2, 3, funders=1, funder_month=99, grant_bar=0.0, grant_size=size, grant_term=24)
    (funder,) = model.funders
    funder.budget = 0.8
    for coalition, strength in zip(coalitions, (0.6, 0.7, 0.8, 1.0), strict=True):
        coalition.formed = 0
        coalition.initiative.relations = [Relation(funder, strength)]
    coalitions[3].relations[0].give(running, 99 if running else 0)
    if not running:
        coalitions[3].formed = None
    funder.decide_grants()
    model.month = 1
    paid = [coalition.grant_income() for coalition in coalitions[:3]]
    assert paid == pytest.approx([size * 0.8 if number in given else 0.0 for number in range(3)])
    sources = [sum(relation.gave for relation in coalition.relations) for coalition in coalitions[:3]]
    assert sources == [int(number in given) for number in range(3)]


def test_of_equal_judgments_the_lower_number_and_nothing_of_no_budget() -> None:
    model, coalitions = several(0, 1, funders=1, funder_month=99, grant_bar=0.0, grant_size=0.9)
    (funder,) = model.funders
    for coalition in coalitions:
        coalition.formed = 0
        coalition.initiative.relations = [Relation(funder, 1.0)]
    funder.budget = 0.0
    funder.decide_grants()
    assert [coalition.grant_income() for coalition in coalitions] == [0, 0]
    funder.budget = 1.0
    funder.decide_grants()
    assert [coalition.grant_income() for coalition in coalitions] == [0.9, 0]


# 10 investing


def test_who_cannot_pay_all_pays_all_the_same_share() -> None:
    model, (first, second) = several(0, 1, contribution_rate=0.1, full_satisfaction=0.4)
    two = model.organizations[2]
    two.capacity = 2.0
    two.join(first, 0.5, pledge=0.5)  # owes .1
    two.join(second, 0.3, pledge=1.0)  # owes .2 x .75
    two.reserve = 0.3
    two.contribute()
    assert [membership.paid for membership in two.memberships] == pytest.approx([0.1, 0.15])
    assert two.reserve == pytest.approx(0.05)
    two.contribute()
    assert [membership.paid for membership in two.memberships] == pytest.approx([0.02, 0.03])
    assert two.reserve == pytest.approx(0.0)
    assert [membership.kept for membership in two.memberships] == [0b10, 0b10]
    of(two, first).satisfaction = of(two, second).satisfaction = -1.0  # owes nothing
    two.contribute()
    assert [membership.paid for membership in two.memberships] == [0.0, 0.0]
    assert model.snapshot()["kept"][2].tolist() == [0b100, 0b100, 0]


def test_half_a_pledge_is_kept_and_six_months_are_remembered() -> None:
    _, coalition = coalition_of(1)
    one = of(coalition.members[1])
    one.kept = 0
    for amount in (0.04, 0.0399, 0.08):
        one.pay(amount)
    assert one.kept == 0b101
    assert one.is_active(2)  # two of three
    for _ in range(3):
        one.pay(0.0)
    assert one.kept == 0b101000
    assert not one.is_active(5)
    one.pay(0.08)
    assert one.kept == 0b010001
    one.kept = 0b000111
    assert one.is_active(20)
    one.kept = 0b000011
    assert not one.is_active(20)
    assert one.is_active(3)  # of four months


def test_openness_and_staff_change_how_far_communication_goes() -> None:
    model, coalition = coalition_of(1, deliberation=0.5, leadership_staff=1.0, trust_decay=0.0, dispute=0.0, coordination=0.2)
    for member in coalition.members:
        member.openness = 0.8
    coalition.members[0].leadership = 0.7
    coalition.be_led_by(coalition.members[0])
    model.invest()
    needed = (0.2 * 2 + 0.0008 * 4) * (1 + 0.5 * 0.3)
    assert coalition.communication == pytest.approx(0.4 * 0.16)
    assert coalition.communicated == pytest.approx(0.4 * 0.16 * 1.2 / needed)
    assert coalition.communicated < 1
    model.p.coordination = 0.0
    model.invest()
    assert coalition.communicated == 1.0


def test_routines_soften_losses_of_trust() -> None:
    model, coalition = coalition_of(1, routine_effect=0.6, communication_share=0.0, dispute=0.2)
    coalition.trust, coalition.routines, coalition.goal = 0.5, 0.5, (0.8,)
    model.invest()
    assert coalition.keep == pytest.approx(0.7)
    assert coalition.trust == pytest.approx(0.5 - 0.7 * 0.03 * 0.5 - 0.7 * 0.2 * 0.3 * 0.5)


def test_without_members_there_are_only_grants() -> None:
    model, coalition = coalition_of(seed_grant=0.2)
    coalition.members[0].leave(coalition)
    coalition.trust = 0.5
    model.invest()
    assert (coalition.contributions, coalition.grants, coalition.work, coalition.communicated) == (0.0, 0.2, 0.2, 1.0)
    assert coalition.trust == pytest.approx(0.5 + 0.08 * 0.5 * 0.5)
    goal = coalition.goal
    coalition.error = (0.4,)
    model.redefine_goals()
    assert coalition.goal == goal
    assert coalition.mean_style == (0.0, 0.0)


# 11 redefining


@pytest.mark.parametrize(("progress", "moves"), [(0.0, True), (0.9, False)])
def test_a_step_is_taken_only_if_it_shortens_the_way(progress: float, moves: bool) -> None:
    model, coalition = coalition_of(weigh_goals=True, redefinition=0.5, member_pull=0.0, obsolescence=2.0, fit_power=2)
    coalition.openness, coalition.targets[0].issue.place, coalition.error = 1.0, (0.8,), (0.0,)
    coalition.targets[0].progress = progress
    model.redefine_goals()
    # there it is .65: fit .85 instead of .7, and 1 - 2 x .15 of progress left
    assert ((1 - progress * 0.7) / 0.85**2 < (1 - progress) / 0.7**2) == moves
    assert coalition.goal == pytest.approx((0.65 if moves else 0.5,))
    assert coalition.targets[0].progress == pytest.approx(progress)


def test_of_two_goals_the_middle_is_seen_and_the_ways_are_added() -> None:
    model, coalition = coalition_of(issues=2, weigh_goals=True, redefinition=1.0, obsolescence=0.5, fit_power=1)
    one, two = model.issues
    one.place, two.place, coalition.error, coalition.openness = (0.6,), (0.9,), (0.1,), 1.0
    coalition.targets = [Target(one, 0.2), Target(two, 0.4)]
    places = [(0.7,), (1.0,)]  # each where the problem is seen
    now = 0.8 / 0.8 + 0.6 / 0.5
    then = (1 - 0.2 * 0.825) / 0.85 + (1 - 0.4 * 0.825) / 0.85
    assert coalition.way((0.5,), 1.0, places) == pytest.approx(now)
    assert coalition.way((0.85,), 0.825, places) == pytest.approx(then)
    assert then < now
    model.redefine_goals()
    assert coalition.goal == pytest.approx((0.85,))
    assert [target.progress for target in coalition.targets] == pytest.approx([0.165, 0.33])


def test_a_mission_goes_to_the_mean_of_its_coalitions_goals() -> None:
    model, (first, second) = several(0, 1, mission_adaptation=0.5, redefinition=0.0, member_pull=0.0)
    two = model.organizations[2]
    two.join(first, 0.5)
    two.join(second, 0.5)
    first.goal, second.goal = (0.6,), (0.9,)
    model.redefine_goals()
    assert two.mission == pytest.approx((0.5 + 0.25 * 0.25,))


# 12 progress


def reviewed(
    monkeypatch: pytest.MonkeyPatch, *, retarget: float = 0.99, add: float = 0.99, **values: object
) -> tuple[CoalitionModel, Coalition]:
    """Return a formed coalition of 0, 1 and 2 on the first of three issues, all of need 1 where it wants to go, in a month of review."""
    model, coalition = coalition_of(1, 2, issues=3, goal_rate=0.5, retarget_fit=0.7, effort=45.0, **values)
    coalition.openness, coalition.formed, coalition.work, coalition.trust = 0.8, 0, 9.0, 0.5
    monkeypatch.setattr(model.draws, "change_of_mind", lambda number: Mind(retarget, 0.99, 0.99, add))
    return model, coalition


def test_a_second_goal_is_taken_on_and_work_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = reviewed(monkeypatch, add=0.39)
    coalition.momentum = 0.6
    model.issues[1].place, model.issues[2].place, model.issues[2].need = (0.3,), (0.6,), 0.8
    model.make_progress()
    assert coalition.issues == [model.issues[0], model.issues[1]]  # .8 x 1 against .9 x .8
    assert coalition.fit == pytest.approx(0.9)
    gains = [0.5 * 4.5 / 45, 0.5 * 0.8**2 * 4.5 / 45]
    assert [target.progress for target in coalition.targets] == pytest.approx(gains)
    assert coalition.momentum == pytest.approx(0.6 + 0.08 * (sum(gains) * 48 - 0.6))
    assert (coalition.goals_added, coalition.highest_progress) == (1, pytest.approx(gains[0]))
    model.make_progress()
    assert len(coalition.targets) == 2
    state = model.snapshot()
    assert state["issue"][0].tolist() == [0, 1]
    assert state["progress"][0] == pytest.approx([2 * gain for gain in gains])


@pytest.mark.parametrize("why", ["draw", "unformed", "far", "month"])
def test_no_second_goal(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = reviewed(monkeypatch, add=0.4 if why == "draw" else 0.0)
    if why == "unformed":
        coalition.formed = None
    elif why == "far":
        model.issues[1].place = model.issues[2].place = (0.96,)
    elif why == "month":
        model.month = 5
    model.make_progress()
    assert len(coalition.targets) == 1
    assert coalition.formed is not None


def test_the_worse_of_two_goals_is_dropped_and_no_other_taken_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = reviewed(monkeypatch, retarget=0.79, add=0.0)
    one, two, _ = model.issues
    one.place, two.place = (0.85,), (0.1,)
    coalition.targets = [Target(one, 0.3), Target(two, 0.4)]
    model.make_progress()
    assert coalition.issues == [one]
    assert (coalition.goals_dropped, coalition.goals_redefined, coalition.goals_added) == (1, 0, 0)
    assert coalition.fit == pytest.approx(0.65)
    row = model.recorder.coalition_columns()
    assert (row["goals_dropped"].tolist(), row["kept_all_goals"].tolist()) == ([1], [False])


def test_of_two_goals_that_fit_alike_the_first_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = reviewed(monkeypatch, retarget=0.0)
    one, two, _ = model.issues
    coalition.goal, one.place, two.place = (0.5,), (1.0,), (0.0,)
    coalition.targets = [Target(one), Target(two)]
    model.make_progress()
    assert coalition.issues == [two]


@pytest.mark.parametrize(("progress", "turns"), [(0.0, True), (0.6, False)])
def test_turning_is_weighed(progress: float, turns: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = reviewed(monkeypatch, retarget=0.0, weigh_goals=True)
    one, two, three = model.issues
    one.place, two.place, three.place = (0.85,), (0.7,), (1.0,)
    coalition.targets[0].progress = progress
    # .8^2 / (1 - .5 P) against .65^2 / (1 - P)
    assert (0.64 / (1 - 0.5 * progress) > 0.4225 / (1 - progress)) == turns
    model.make_progress()
    assert coalition.issues == [two if turns else one]
    assert coalition.goals_redefined == turns


def test_the_last_of_a_success_needs_a_window() -> None:
    model, coalition = coalition_of(1, 2, window_share=0.2, fit_power=0, effort=1.0)
    coalition.trust, coalition.work = 0.5, 1.0
    model.month = 1
    target = coalition.targets[0]
    model.make_progress()
    assert target.progress == pytest.approx(0.5)
    model.make_progress()
    assert target.progress == 0.8
    assert coalition.momentum > 0.6  # the work that is done counts
    target.progress = 0.9  # made in a window: kept
    model.make_progress()
    assert target.progress == 0.9
    model.window.left = 1
    model.make_progress()
    assert target.progress > 1
    assert coalition.reached == [1, 1, 1]


def test_marks_count_months_from_the_launch() -> None:
    model, coalition = coalition_of(1, 2)
    for month, progress in ((4, 0.33), (5, 0.4), (7, 0.7), (9, 1.2), (12, 0.1)):
        model.month = month
        coalition.targets[0].progress = progress
        coalition.note_progress()
    assert coalition.reached == [5, 7, 9]


def test_routines_grow_with_enough_members() -> None:
    model, coalition = coalition_of(1, routine_rate=0.1)
    model.make_progress()
    assert coalition.routines == 0.0
    model.organizations[2].join(coalition, 0.5)
    for _ in range(2):
        model.make_progress()
    assert coalition.routines == pytest.approx(0.19)


# 13 leaving


def test_payoff_weighs_the_pledge_and_routines_lower_the_exit_level() -> None:
    model, coalition = coalition_of(1, routine_effect=0.5, convener_patience=0.5)
    zero, one, _ = model.organizations
    full = one.payoff(of(one))
    of(one).pledge = 0.5
    assert one.payoff(of(one)) == pytest.approx(full + 0.5 * 1.25 * 0.08 * (1 - one.reserve / one.reserve_cap))
    coalition.routines, model.month = 0.6, 20
    for satisfaction, leaves in ((0.38 * 0.7 + 1e-9, False), (0.38 * 0.7 - 1e-9, True)):
        of(one).satisfaction = satisfaction
        assert one.wants_to_leave(of(one)) == leaves
    for satisfaction, leaves in ((0.38 * 0.7 * 0.5 + 1e-9, False), (0.38 * 0.7 * 0.5 - 1e-9, True)):
        of(zero).satisfaction = satisfaction
        assert zero.wants_to_leave(of(zero)) == leaves


def test_the_exhausted_leave_what_satisfies_least_and_what_they_lead_last() -> None:
    model, (first, second, third) = several(0, 1, 2)
    two = model.organizations[2]
    two.join(first, 0.6)
    two.join(second, 0.4)
    of(two, third).satisfaction = 0.1
    two.readiness = 0.05
    assert [two.wants_to_leave(membership) for membership in two.memberships] == [False, True, False]
    of(two, first).satisfaction = 0.4  # of equals the lower number
    assert [two.wants_to_leave(membership) for membership in two.memberships] == [True, False, False]
    two.leave(first, 12)
    assert two.cooldown == 0  # it is still in others
    two.leave(second, 12)
    assert two.wants_to_leave(of(two, third))
    two.leave(third, 12)
    assert two.cooldown == 12


@pytest.mark.parametrize(
    ("reserve", "pledge", "stays"),
    [(0.5, (0.5 + 0.6 - 0.75 * 12 * 0.04) / (0.75 * 12 * 0.1), True), (0.0, 0.5, False), (9.0, 1.0, True)],
)
def test_renewal(reserve: float, pledge: float, stays: bool) -> None:
    model, (first, second) = several(0, 1, renewal=True, pledge_floor=0.5, contribution_rate=0.1, exit_level=-1.0)
    two = model.organizations[2]
    two.join(first, 0.5, pledge=0.9)
    two.join(second, 0.5, pledge=0.4)
    of(two, first).joined, of(two, second).joined = 1, 3
    two.reserve = reserve
    for month in (1, 12, 14):  # the month of joining is none, nor are those within a term
        model.month = month
        model.leave_coalitions()
        assert of(two, first).pledge == 0.9
    model.month = 25
    model.leave_coalitions()
    assert (two.membership_of(first) is not None) == stays
    assert model.recorder.flows.exits == (not stays)
    assert of(two, second).pledge == 0.4
    assert two.cooldown == 0
    if stays:
        assert of(two, first).pledge == pytest.approx(pledge)


def test_renewals_look_at_the_same_state_and_the_lead_stays_at_the_floor() -> None:
    model, (first, second) = several(0, 1, renewal=True, pledge_floor=0.5, contribution_rate=0.1, exit_level=-1.0)
    zero = model.organizations[0]
    zero.join(second, 0.5, pledge=1.0)
    of(zero, second).joined = 0
    zero.reserve, model.month = 0.0, 12
    model.leave_coalitions()
    # each by itself: (.6 - .9) / .9 < .5, with the other as it was: it leaves the one, and leads the other at the floor
    assert [membership.coalition for membership in zero.memberships] == [first]
    assert of(zero, first).pledge == 0.5
    model.month = 24
    model.leave_coalitions()
    assert of(zero, first).pledge == pytest.approx(0.6 / 0.9)


def test_the_member_of_longest_standing_leads_on() -> None:
    model, coalition = coalition_of(1, 2, 3, organizations=4, succession=True)
    zero, one, two, three = model.organizations
    of(one).joined, of(two).joined, of(three).joined = 2, 1, 1
    three.capacity, three.leadership, three.openness = 1.5, 0.8, 0.7
    of(zero).satisfaction, zero.readiness = -1.0, 0.0
    model.month = 3
    model.leave_coalitions()
    assert coalition.lead is three  # with two since month 1, and larger
    assert coalition.noted == (0.8, 0.7, 1.5)
    assert coalition.lead_lost == 1
    assert coalition.number == 0
    three.capacity = 9.0
    assert coalition.noted.capacity == 1.5
    of(three).satisfaction, three.readiness = 0.6 * 0.38, 0.0
    assert not three.wants_to_leave(of(three))  # it has the patience of a lead now
    assert model.snapshot()["lead"][0] == 3


def test_without_succession_a_lead_that_left_stays_lead() -> None:
    model, coalition = coalition_of(1, 2)
    zero = model.organizations[0]
    of(zero).satisfaction, zero.readiness = -1.0, 0.0
    model.leave_coalitions()
    assert (coalition.lead, coalition.lead_lost, zero.memberships) == (zero, 0, [])
    zero.readiness = 0.5
    zero.join(coalition, 0.5)
    assert of(zero).leads


def test_a_coalition_whose_lead_closed_finds_another_in_the_same_month() -> None:
    model, coalition = coalition_of(1, 2, succession=True)
    closing(model, 0)
    assert coalition.lead is model.organizations[1]
    assert coalition.lead_lost == 1


# 14 ending


@pytest.mark.parametrize(("draw", "goes_on"), [(0.69, True), (0.71, False)])
def test_most_go_on_after_a_success(draw: float, goes_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = coalition_of(1, continuation=0.4)  # .5 + .4 x .5
    monkeypatch.setattr(model.draws, "change_of_mind", lambda number: Mind(0.99, draw, 0.99, 0.99))
    coalition.targets[0].progress = 1.0
    model.end_coalitions()
    assert bool(model.running_coalitions) == goes_on


def test_each_goal_that_succeeded_is_replaced_by_another_issue_than_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = coalition_of(1, issues=3, impact=0.5)
    one, two, three = model.issues
    one.place, two.place, three.place = (0.5,), (0.6,), (0.8,)
    monkeypatch.setattr(model.draws, "change_of_mind", lambda number: Mind(0.99, 0.0, 0.99, 0.99))
    coalition.targets = [Target(one, 1.0), Target(two, 1.1)]
    model.end_coalitions()
    # needs fall to .5; the first goal takes three (.7 against .5), the second one (.5 against .45) for three is taken
    assert (one.need, two.need, three.need) == (0.5, 0.5, 1.0)
    assert coalition.issues == [three, one]
    assert [target.progress for target in coalition.targets] == [0.0, 0.0]
    assert (coalition.successes, coalition.goals_added) == (2, 2)
    assert coalition.fit == pytest.approx((0.7 + 1) / 2)


def test_a_goal_that_is_left_keeps_the_coalition_running(monkeypatch: pytest.MonkeyPatch) -> None:
    model, coalition = coalition_of(1, issues=2)
    one, two = model.issues
    two.place = (0.7,)
    monkeypatch.setattr(model.draws, "change_of_mind", lambda number: Mind(0.99, 0.99, 0.99, 0.99))
    coalition.targets, coalition.trust = [Target(one, 1.0), Target(two, 0.4)], 0.0
    model.end_coalitions()
    assert model.running_coalitions == [coalition]  # nor is it tested for dissolution this month
    assert (coalition.issues, coalition.targets[0].progress, coalition.fit) == ([two], 0.4, pytest.approx(0.8))
    model.end_coalitions()
    assert ENDINGS[model.recorder.coalition_columns()["ending"][0]] == "trust"


@pytest.mark.parametrize(("size", "grants", "ending"), [(2, 0.1, "running"), (2, 0.0, "too_few"), (0, 0.1, "too_few")])
def test_shelter(size: int, grants: float, ending: str) -> None:
    model, coalition = coalition_of(1, shelter=True)
    for member in coalition.members[size:]:
        member.leave(coalition)
    coalition.grants, model.month = grants, 20
    model.end_coalitions()
    assert ENDINGS[model.recorder.coalition_columns()["ending"][0]] == ending


def test_only_who_is_then_in_no_coalition_cools_down_after_an_end() -> None:
    model, (first, second, third) = several(0, 1, 2, release_cooldown=5)
    three, four = model.organizations[3:5]
    for coalition in (first, second):
        three.join(coalition, 0.5)
    for coalition in (first, third):
        four.join(coalition, 0.5)
    first.trust = second.trust = 0.0
    model.end_coalitions()
    assert [o.cooldown for o in model.organizations] == [5, 5, 0, 5, 0, 0]
    assert [membership.coalition for membership in four.memberships] == [third]


# 5 given coalitions


def given_field(*coalitions: GivenCoalition, **values: object) -> CoalitionModel:
    p = Parameters.model1().replace(
        organizations=6, funders=3, blindness=0.3, routine_rate=0.1, memberships_max=2, pledge_floor=0.4, **values
    )
    return CoalitionModel(p, seed=1, field=dataclasses.replace(build(p, 1, 0), coalitions=coalitions))


def test_given_coalitions() -> None:
    model = given_field(
        GivenCoalition(1, launch=-3, funders=(2, 0), members=((0, -9), (1, -3), (2, -1))),
        GivenCoalition(4, issue=2, trust=0.9, members=((2, 0), (4, -1))),
    )
    first, second = model.running_coalitions
    zero, one, two, _, four, _ = model.organizations
    state, never = model.snapshot(), NO_MONTH
    assert state["coalition"].tolist() == [[1, -1], [1, -1], [1, 4], [-1, -1], [4, -1], [-1, -1]]
    assert state["joined"].tolist() == [[-3, never], [-3, never], [-1, 0], [never] * 2, [-1, never], [never] * 2]  # not before the launch
    assert state["pledge"][[0, 2]].tolist() == [[1.0, pytest.approx(np.nan, nan_ok=True)], [0.5, 0.5]]
    assert of(zero).kept == ALL_KEPT
    assert (of(zero).satisfaction, first.trust, second.trust) == (0.5, 0.6, 0.9)
    assert (first.lead, second.lead) == (one, four)
    assert (first.launch, first.formed, second.launch, second.formed) == (-3, -3, -1, None)
    assert first.routines == pytest.approx(1 - 0.9**3)
    assert (second.routines, first.momentum, first.grants, first.communicated, first.highest_progress) == (0.0, 0.6, 0.0, 0.0, 0.0)
    assert first.issues == [one.target()]
    assert second.issues == [model.issues[2]]
    assert state["funder"].tolist()[1] == [2, 0, -1]
    assert state["relation"][1][:2].tolist() == [1.0, 1.0]
    error = 0.3 * normals(Source(1, 0).row(streams(3).launch, SETUP, 1)[:3]) / 2
    assert first.error == pytest.approx(error)
    middle = np.mean([zero.mission, one.mission, two.mission], axis=0)
    openness = np.mean([zero.openness, one.openness, two.openness])
    place = np.array(first.issues[0].place)
    assert first.goal == pytest.approx(np.clip(middle + 0.5 * openness * (place + error - middle), 0, 1))
    assert not one.is_free
    model.step()
    rows = model.recorder.coalition_columns()
    assert rows["inherited"][:2].tolist() == [True, True]
    assert rows["launch"][:2].tolist() == [-3, -1]


def test_a_given_coalition_may_have_been_launched_in_month_0() -> None:
    model = given_field(GivenCoalition(1, launch=0, members=((0, 0), (1, 0), (2, 0))))
    assert (model.running_coalitions[0].routines, model.running_coalitions[0].formed) == (0.0, 0)
    model.step()
    rows = model.recorder.coalition_columns()
    assert (rows["inherited"].tolist(), rows["launch"].tolist()) == ([True], [0])
    assert rows["active_share"].tolist() == [1.0]


def test_given_coalitions_and_a_burn_in_exclude_each_other() -> None:
    with pytest.raises(ParameterError, match="burn_in = 12: with given coalitions it must be 0"):
        given_field(GivenCoalition(1, members=((1, -1),)), burn_in=12)


# 15 recording


def test_a_coalition_counts_as_duplicate_once_whatever_it_shares() -> None:
    model, coalitions = several(0, 1, 2, issues=3, min_members=1)
    one, two, three = model.issues
    for coalition, issues in zip(coalitions, ((one, two), (two,), (three,)), strict=True):
        coalition.targets = [Target(issue, 0.2) for issue in issues]
    coalitions[0].targets[1].progress = 0.6
    model.recorder.record()
    monthly = model.recorder.monthly_columns()
    assert monthly["duplicates"][0, -1] == 2
    assert monthly["progress"][0, -1] == pytest.approx((0.4 + 0.2 + 0.2) / 3)


def test_outcomes_of_memberships() -> None:
    model, (first, second) = several(0, 1, min_value=-1.0)
    two = model.organizations[2]
    two.join(first, 0.5)
    two.join(second, 0.5)
    model.step()
    rows, monthly = model.recorder.coalition_columns(), model.recorder.monthly_columns()
    assert monthly["memberships"][0].tolist() == [2, 4]
    out = summarise(rows, monthly, 6)
    assert out["memberships"][0] == pytest.approx(6 / 5)
    assert rows["members_end"].tolist() == rows["size"].tolist() == [2, 2]
    assert rows["leadership"].tolist() == [0.5, 0.5]
    assert rows["active_share"].tolist() == [1.0, 1.0]
