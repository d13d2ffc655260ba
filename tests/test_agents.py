"""The Mesa engine against the ODD: hand-worked cases step by step, invariants, and what people do with Mesa models."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mesa import DataCollector

from agents_cases import FOCAL, coalition_of, of, steps, world
from coalsim.agents import Coalition, CoalitionModel, Funder, Membership, Organization, Relation, run
from coalsim.agents.environment import Issue, Spell
from coalsim.errors import ParameterError
from coalsim.field import build
from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters, declarations
from coalsim.streams import Source, normals, streams
from coalsim.tables.outcomes import COALITION_RECORD, ENDINGS, MONTH_RECORD, summarise


def restyle(coalition: Coalition) -> None:
    """Have the coalition see its members' styles anew: styles are fixed in the model, but not in tests."""
    membership = coalition.memberships[0]
    coalition.drop(membership)
    coalition.add(membership)


# 1 environment


def spell(gap: float, length: int, months: list[int], draws: list[float]) -> list[int]:
    found, it = [], Spell(gap, length, months)
    for month, draw in enumerate(draws):
        it.pass_month(month, draw)
        found.append(it.left)
    return found


def test_window_by_chance_lasts_its_length_and_the_month_after_has_no_draw() -> None:
    assert spell(2.0, 2, [], [0.5, 0.49, 0.0, 0.0, 0.0, 0.9]) == [0, 2, 1, 0, 2, 1]


def test_given_windows_open_only_in_their_months_and_start_anew() -> None:
    assert spell(1.0, 3, [1, 3], [0.0] * 8) == [0, 3, 2, 3, 2, 1, 0, 0]


def test_challenge_moves_by_its_size_and_is_reflected_as_often_as_needed() -> None:
    issue = Issue(0, (0.9, 0.5), 1.0)
    issue.meet_challenge((0.3, 0.4), 0.05)
    assert issue.place == pytest.approx((0.93, 0.54))
    issue.meet_challenge((2.0, 0.0), 2.3)  # 3.23, -1.23, 1.23, 0.77
    assert issue.place == pytest.approx((0.77, 0.54))


def test_challenges_meet_every_issue_at_rate_one() -> None:
    model = world(challenge_rate=1.0, challenge_size=0.1, issues=5, dimensions=2)
    model.step()
    assert [math.dist(issue.place, (0.5, 0.5)) for issue in model.issues] == pytest.approx([0.1] * 5)
    assert len({issue.place for issue in model.issues}) == 5


def test_income_is_cut_in_a_recession_and_overflow_is_booked() -> None:
    model = world(recession_months=(1,), recession_length=1)
    model.organizations[1].reserve = 1.18
    reserves = []
    for _ in range(3):
        model.step()
        reserves.append([organization.reserve for organization in model.organizations])
    assert [row[0] for row in reserves] == pytest.approx([0.65, 0.675, 0.725])
    assert [row[1] for row in reserves] == pytest.approx([1.2, 1.2, 1.2])
    monthly = model.recorder.monthly_columns()
    assert monthly["income"][0] == pytest.approx([0.15, 0.075, 0.15])
    assert monthly["overflow"][0] == pytest.approx([0.03, 0.025, 0.05])
    assert monthly["recession"][0].tolist() == [False, True, False]


# 2 readiness


def test_readiness_follows_window_acquaintances_and_reserve() -> None:
    model, _ = coalition_of(adaptation=0.2, window_months=(1,), contagion=0.6, organizations=4)
    one = model.organizations[1]
    one.acquaintances = [model.organizations[i] for i in (0, 2, 3)]
    one.readiness, one.reserve = 0.5, 0.25
    model.step()  # income makes the reserve 0.3, a quarter of the cap
    target = 0.5 + 0.35 + 0.6 / 3 - 0.25 * 0.75
    assert one.readiness == pytest.approx(0.8 * 0.5 + 0.2 * target)


def test_readiness_has_a_shock_and_is_bounded() -> None:
    model = world(noise=5.0, organizations=40)
    model.step()
    shocked = [organization.readiness for organization in model.organizations]
    stream = streams(1).organization
    shocks = normals(Source(1, 0).table(stream, 0, 40)[:, stream.columns.index("noise")])
    assert shocked == pytest.approx(np.clip(0.5 + 5 * shocks, 0, 1))
    assert min(shocked) == 0.0
    assert max(shocked) == 1.0


def test_everybody_known_shares_are_of_the_others() -> None:
    model, _ = coalition_of(1, acquaintances="all", organizations=5)
    model.change_readiness()
    assert [organization.share_in_coalitions() for organization in model.organizations] == [0.25, 0.25, 0.5, 0.5, 0.5]


# 3 dialogue


def test_dialogue_is_synchronous_and_bounded_by_openness() -> None:
    model = world(dialogue=0.5, confidence=0.4)
    a, b, c = model.organizations
    a.mission, b.mission, c.mission = (0.1,), (0.5,), (0.95,)
    for organization in model.organizations:
        organization.acquaintances = [other for other in model.organizations if other is not organization]
    c.openness = 0.6  # hears within 0.48; the others within 0.4
    model.step()
    assert a.mission == pytest.approx((0.5 * 0.1 + 0.5 * 0.3,))
    assert b.mission == pytest.approx((0.5 * 0.5 + 0.5 * 0.3,))
    assert c.mission == pytest.approx((0.5 * 0.95 + 0.5 * 0.725,))


def test_everybody_known_is_hegselmann_krause() -> None:
    model = world(dialogue=1.0, confidence=0.25, acquaintances="all", organizations=12)
    opinions = [random.Random(5).random() for _ in range(12)]
    for i in range(12):
        opinions[i] = random.Random(i).random()
        model.organizations[i].mission = (opinions[i],)
    for _ in range(6):
        model.step()
        opinions = [np.mean([y for y in opinions if abs(x - y) <= 0.25]) for x in opinions]
        assert [organization.mission[0] for organization in model.organizations] == pytest.approx(opinions)


# 4 mapping


def test_mapping_follows_the_draws_and_reads_lists_as_they_were() -> None:
    model = world(mapping_rate=0.7, organizations=60, acquaintances_max=4)
    everybody = model.organizations
    lists = {i: [(i + 2) % 60, (i + 5) % 60, (i + 8) % 60] for i in range(0, 60, 2)} | {3: [1, 2, 4, 5]}
    for i, known in lists.items():
        everybody[i].acquaintances = [everybody[j] for j in known]
    stream = streams(1).organization
    draws = dict(zip(stream.columns, Source(1, 0).table(stream, 0, 60).T.tolist(), strict=True))
    expected, ways = {}, set()
    for i in range(60):
        known = list(lists.get(i, []))
        expected[i] = list(known)
        if len(known) == 4 or draws["mapping"][i] >= 0.7:
            continue
        who, of_whom = draws["who"][i], draws["of whom"][i]
        friends = lists.get(known[int(who * len(known))], []) if known else []
        if draws["through a friend"][i] < 0.5 and friends:
            met = friends[int(of_whom * len(friends))]
            ways.add("friend")
        else:
            met = [j for j in range(60) if j != i][int(who * 59)]
            ways.add("anybody")
        if met not in (*known, i):
            expected[i].append(met)
    model.step()
    assert {o.number: [other.number for other in o.acquaintances] for o in everybody} == expected
    assert ways == {"friend", "anybody"}


@pytest.mark.parametrize("research_months", [0, 3])
def test_research_lasts_pays_and_launches_on_time(research_months: int) -> None:
    model = world(
        convene_hazard=1.0, launch_threshold=0.5, research_months=research_months, research_rate=1.0, organizations=9, forming_months=99
    )
    for organization in model.organizations[1:]:
        organization.readiness = 0.4
    convener = model.organizations[0]
    for month in range(5):
        model.step()
        state = model.snapshot()
        assert state["researching"][0] == (month < research_months)
        assert state["running"][0] == (month >= research_months)
        assert state["launch"][0] == (research_months if month >= research_months else NO_MONTH)
        assert state["heard"][0] == (state["known"][0] if month < research_months else 0) <= month
        assert state["joined"][0, 0] == state["launch"][0]
    assert not model.snapshot()["running"][1:].any()
    assert model.recorder.monthly_columns()["researched"][0] == pytest.approx([0.02 * (0 < month <= research_months) for month in range(5)])
    if research_months:  # research_rate 1: of 8 others, it heard of somebody, and sees better for it
        assert convener.initiative is not None
        assert convener.initiative.heard == len(convener.acquaintances) > 0


def test_only_what_is_learned_by_mapping_while_researching_is_heard() -> None:
    model = world(**(FOCAL | {"focal_launch_month": 2, "research_months": 2}), mapping_rate=1.0, research_rate=0.0, organizations=9)
    steps(model, 2)
    assert model.snapshot()["heard"].tolist() == [0] * 9
    assert model.snapshot()["known"][0] == 1  # learned in month 0, before research began


def test_a_full_list_learns_nothing_and_pays_all_the_same() -> None:
    model = world(**(FOCAL | {"focal_launch_month": 2, "research_months": 2}), research_rate=1.0, acquaintances_max=0)
    model.organizations[0].capacity = 3.0
    steps(model, 2)
    assert model.snapshot()["known"].tolist() == [0, 0, 0]
    assert model.organizations[0].reserve == pytest.approx(0.6 + 2 * 0.05 - 0.06)


# 5 intent


def test_who_cools_down_acts_again_in_the_month_the_odd_says() -> None:
    """Who leaves in month t with cooldown c acts from step 5 of month t + c."""
    model, _ = coalition_of(1, cooldown=3, launch_threshold=0.5)
    model.p.convene_hazard = 1.0
    model.organizations[2].readiness = 0.0
    member = model.organizations[1]
    member.readiness, member.join_threshold = 0.05, 2.0
    model.step()  # month 1: exhausted, it leaves
    assert (member.coalition, member.cooldown) == (None, 3)
    member.readiness = 0.5
    launched = []
    for _ in range(2, 6):
        model.step()
        launched.append(member.initiative is not None)
    assert launched == [False, False, True, True]  # months 2, 3, 4, 5
    assert member.convener == 1


def test_the_lottery_takes_the_free_and_ready() -> None:
    model = world(convene_hazard=0.3, launch_threshold=0.5, organizations=40, research_months=5)
    for organization in model.organizations[30:]:
        organization.readiness = 0.49
    stream = streams(1).organization
    draws = Source(1, 0).table(stream, 0, 40)[:30, stream.columns.index("convene")]
    model.step()
    assert np.flatnonzero(model.snapshot()["researching"]).tolist() == np.flatnonzero(draws < 0.3).tolist()


@pytest.mark.parametrize(
    ("rule", "convener"), [("most_ready", 1), ("most_connected", 2), ("best_aligned", 3), ("largest", 1), (4, 4), ("4", 4)]
)
def test_focal_convener(rule: str | int, convener: int) -> None:
    model = world(organizations=6, focal_launch_month=5, focal_research_months=3, research_months=1, focal_convener=rule)
    one, two, three = model.organizations[1:4]
    one.readiness = one.base_readiness = 0.9
    one.capacity = 2.0
    two.acquaintances = [one]
    model.organizations[4].acquaintances = model.organizations[5].acquaintances = [two]
    for organization in model.organizations:
        organization.mission = (0.1,)
    three.mission = (0.4,)
    launches = []
    for _ in range(7):
        model.step()
        launches.append(np.flatnonzero(model.snapshot()["running"]).tolist())
    assert launches == [[]] * 5 + [[convener]] * 2
    assert model.recorder.coalition_columns()["focal"].tolist() == [True]


def test_no_focal_initiative_if_its_convener_is_not_free() -> None:
    model = world(focal_launch_month=1, focal_convener=0)
    model.organizations[0].cooldown = 3
    steps(model, 5)
    assert len(model.recorder.coalition_columns()["run"]) == 0


def test_focal_convener_must_exist() -> None:
    with pytest.raises(ParameterError, match=r"focal_convener = 'nobody' is neither"):
        world(focal_launch_month=1, focal_convener="nobody")


def test_focal_terms_stay_with_the_coalition() -> None:
    model = world(**FOCAL, focal_contribution_rate=0.2, focal_seed_grant=0.3, seed_months=2, full_satisfaction=0.1)
    steps(model, 3)
    (coalition,) = model.running_coalitions
    assert coalition.contributed == pytest.approx(3 * 0.2)
    assert coalition.granted == pytest.approx(2 * 0.3)
    assert model.terms.contribution_rate == 0.08


# 6 funders


def test_relations_begin_on_time_and_grow_with_openness() -> None:
    model = world(**FOCAL, funders=2, funder_month=2, referral_rate=0.0)
    model.funders[0].place, model.funders[1].place = (0.9,), (0.6,)
    model.organizations[0].openness = 0.9
    found = []
    for _ in range(5):
        model.step()
        found.append(model.snapshot()["relation"][0, 0])
    growth = 0.1 * 1.4
    assert found[:2] == [0.0, 0.0]
    assert found[2:] == pytest.approx([1 - (1 - growth) ** k for k in (1, 2, 3)])
    assert model.snapshot()["funder"][0].tolist() == [1, -1, -1]


def test_referral_to_the_next_funder_begins_at_zero() -> None:
    model = world(**FOCAL, funders=3, funder_month=0, funders_max=2, referral_rate=1.0, funder_referral=1.0)
    for funder, place in zip(model.funders, (0.9, 0.6, 0.2), strict=True):
        funder.place = (place,)
    model.step()
    first = model.snapshot()
    assert first["funder"][0].tolist() == [1, 2]
    assert first["relation"][0] == pytest.approx([0.1, 0.0])
    model.step()
    assert model.snapshot()["funder"][0].tolist() == [1, 2]
    assert model.snapshot()["relation"][0] == pytest.approx([0.19, 0.1])


def test_referral_invites_another_for_one_month() -> None:
    """Nobody knows anybody: only the referral brings the other in, if it considers joining in that month."""
    values = FOCAL | {"funders": 1, "funder_month": 1, "referral_rate": 1.0, "min_chance": 0.0, "min_value": -1.0}
    model = world(**values, organizations=2)
    convener, other = model.organizations
    other.join_threshold = 0.5
    model.step()
    assert other.coalition is None
    model.step()
    assert (other.convener, of(other).joined) == (0, 1)
    assert convener.acquaintances == [other]
    assert not other.acquaintances
    reluctant = world(**values, organizations=2)
    steps(reluctant, 4)
    assert reluctant.organizations[1].coalition is None  # an invitation makes nobody consider
    reluctant.organizations[1].join_threshold = 0.5
    reluctant.organizations[0].initiative.terms = reluctant.terms._replace(funder_month=99)
    reluctant.step()
    assert reluctant.organizations[1].coalition is None  # last month's invitation is gone


def test_a_researching_initiative_is_referred_to_a_running_coalition() -> None:
    model = world(
        **(FOCAL | {"focal_funder_month": 99}),
        organizations=2, funders=1, funder_month=1, referral_rate=1.0, convene_hazard=1.0, launch_threshold=0.8, min_value=-1.0,
        focal_research_months=0, research_months=4, min_chance=0.0,
    )  # fmt: skip
    other = model.organizations[1]
    other.readiness = 0.9
    model.step()
    assert other.is_researching
    model.step()
    assert (other.convener, other.initiative) == (0, None)


def test_of_several_invitations_the_best_aligned_is_kept() -> None:
    model = world(organizations=4, convene_hazard=1.0, launch_threshold=0.5, goal_blend=0.0)
    for organization, mission in zip(model.organizations, (0.2, 0.6, 0.6, 0.5), strict=True):
        organization.mission = (mission,)
    invited = model.organizations[3]
    invited.cooldown = 9
    model.step()
    first, second, third = model.running_coalitions
    for invitations in ([first, second, third], [third, second, first]):
        invited.invitations = invitations
        assert invited.perceive(0.0) == [second]


# 7 joining


def test_tests_of_a_leader() -> None:
    model, coalition = coalition_of(contribution_rate=0.1, commitment_months=10)
    one = model.organizations[1]
    coalition.trust, coalition.fit, coalition.momentum, coalition.goal = 0.4, 0.8, 2.0, (0.8,)
    coalition.targets[0].issue.need = 0.9
    one.mission, one.style = (0.6,), (0.5, 0.9)
    resonance = 1 - 0.4 / math.sqrt(2)
    chance = (0.4 + 0.8 + 1) / 3
    assert one.chance_of(coalition) == pytest.approx(chance)
    assert one.value_of(coalition) == pytest.approx(0.8 * (0.5 + 0.5 * resonance) * chance * 0.9 - 0.5 * 0.1)
    one.capacity = 2.0
    one.reserve = 0.51  # with 10 x .05 x 2 it sees .75 x 10 x .1 x 2 through
    assert one.wants_to_join(coalition)
    one.reserve = 0.49
    assert not one.wants_to_join(coalition)
    one.reserve = 0.51
    one.mission = (0.34,)  # alignment .54
    assert not one.wants_to_join(coalition)
    one.mission = (0.6,)
    coalition.trust, coalition.fit, coalition.momentum = 0.1, 0.9, 0.1
    assert not one.wants_to_join(coalition)
    coalition.trust = 0.21
    assert not one.wants_to_join(coalition)  # chance enough, value too low
    coalition.momentum = 0.9
    assert one.wants_to_join(coalition)


def test_joining_all_at_once_with_the_style_before() -> None:
    """Joiners are valued with the members before the month's joins; satisfaction starts at U and feels the month."""
    model, coalition = coalition_of(min_value=-1.0, min_chance=0.0, trust_learning=0.0, trust_decay=0.0, dispute=0.0)
    one, two = model.organizations[1:]
    for joiner, style in ((one, (0.5, 0.1)), (two, (0.5, 0.9))):
        joiner.style, joiner.join_threshold, joiner.acquaintances = style, 0.5, [model.organizations[0]]
    promise = coalition.promise
    value = (0.5 + 0.5 * (1 - 0.4 / math.sqrt(2))) * promise / 3 - 0.5 * 0.08
    model.draws.begin(1)
    model.join_coalitions()
    assert [member.number for member in coalition.members] == [0, 1, 2]
    assert [of(one).satisfaction, of(two).satisfaction] == pytest.approx([value, value])


def test_mean_style_follows_membership() -> None:
    model, coalition = coalition_of()
    model.organizations[0].style, model.organizations[1].style = (0.2, 0.4), (0.6, 1.0)
    restyle(coalition)
    assert coalition.mean_style == (0.2, 0.4)
    model.organizations[1].join(coalition, 0.5)
    assert coalition.mean_style == pytest.approx((0.4, 0.7))
    model.organizations[1].leave(coalition, 0)
    assert coalition.mean_style == (0.2, 0.4)


def test_attention_is_cyclic_and_ties_go_to_the_lower_convener() -> None:
    model = world(organizations=7, convene_hazard=1.0, launch_threshold=0.5, attention=2)
    looker = model.organizations[6]
    looker.cooldown = 9
    model.step()
    coalitions = model.running_coalitions
    looker.acquaintances = [model.organizations[i] for i in (4, 2, 5)]
    assert looker.perceive(0.0) == [coalitions[4], coalitions[2]]
    assert looker.perceive(0.99) == [coalitions[5], coalitions[4]]
    assert looker.choose(looker.perceive(0.0)) is coalitions[2]
    looker.acquaintances.pop()
    assert looker.perceive(0.99) == [coalitions[4], coalitions[2]]
    assert looker.choose([]) is None


def test_everybody_known_looks_at_the_best_aligned() -> None:
    model = world(organizations=5, convene_hazard=1.0, launch_threshold=0.5, attention=2, acquaintances="all", goal_blend=0.0)
    for organization, mission in zip(model.organizations, (0.1, 0.7, 0.45, 0.3, 0.5), strict=True):
        organization.mission = (mission,)
    looker = model.organizations[4]
    looker.cooldown = 9
    model.step()
    assert [coalition.number for coalition in looker.perceive(0.0)] == [2, 1]  # 1 and 3 are equally near


@pytest.mark.parametrize("may_join", [False, True])
def test_focal_convener_joins_only_if_it_may(may_join: bool) -> None:
    model = world(
        focal_launch_month=3, focal_convener=0, focal_research_months=3, focal_may_join=may_join, convene_hazard=1.0,
        launch_threshold=0.8, min_value=-1.0, min_chance=0.0, forming_months=99,
    )  # fmt: skip
    model.organizations[1].readiness = 0.9
    model.organizations[0].acquaintances = [model.organizations[1]]
    steps(model, 4)
    assert model.snapshot()["running"].tolist() == [not may_join, True, False]
    assert model.organizations[0].convener == (1 if may_join else 0)


# 8 launching


def test_launch() -> None:
    model = world(**FOCAL, issues=3, dimensions=2, blindness=0.2, member_pull=0.0, redefinition=0.0, trust_learning=0.0, trust_decay=0.0)
    for issue, place, need in zip(model.issues, ((0.1, 0.2), (0.9, 0.6), (0.9, 0.6)), (0.5, 1.0, 1.0), strict=True):
        issue.place, issue.need = place, need
    model.organizations[0].mission, model.organizations[0].openness = (0.3, 0.4), 0.8
    model.p.dispute = model.p.momentum_rate = 0.0
    model.step()
    state = model.snapshot()
    stream = streams(2).launch
    error = 0.2 * normals(Source(1, 0).table(stream, 0, 3)[0, :2])
    assert state["issue"][0, 0] == 1  # the nearer one needs less; of equals the first
    assert state["error"][0] == pytest.approx(error)
    assert state["goal"][0] == pytest.approx([0.3 + 0.4 * (0.6 + error[0]), 0.4 + 0.4 * (0.2 + error[1])])
    assert (state["trust"][0], state["momentum"][0], state["progress"][0, 0]) == (0.2, 0.6, 0.0)
    assert state["fit"][0] == pytest.approx(1 - math.dist(state["goal"][0], (0.9, 0.6)) / math.sqrt(2))
    assert of(model.organizations[0]).joined == 0


def test_who_heard_of_others_errs_less() -> None:
    model = world(organizations=9, blindness=0.3, convene_hazard=1.0, launch_threshold=0.5, research_months=4, research_rate=1.0)
    knowing = world(organizations=9, blindness=0.3, convene_hazard=1.0, launch_threshold=0.5, research_months=4)
    steps(model, 5)
    steps(knowing, 5)
    heard = np.array([organization.initiative.heard for organization in model.organizations])
    assert heard.min() >= 1
    assert model.snapshot()["error"][:, 0] * np.sqrt(1 + heard) == pytest.approx(knowing.snapshot()["error"][:, 0])


# 9 grants


def test_grants_come_in_cycles_run_their_term_and_are_shared() -> None:
    model, coalition = coalition_of(
        1, 2, funders=1, funder_month=99, grant_cycle=3, grant_term=4, grant_bar=0.2, relation_needed=0.3, trust_decay=0.0,
        grant_budget=0.6, trust_floor=0.0, exit_level=-1.0, dispute=0.0, organizations=6, forming_months=99, effort=1e9,
    )  # fmt: skip
    (funder,) = model.funders
    funder.place = (0.5,)
    model.organizations[3].begin_research(model.terms)
    model.organizations[3].initiative.began = 1
    model.step()  # month 1: a second coalition
    second = model.organizations[3].coalition
    for number in (4, 5):
        model.organizations[number].join(second, 0.5)
    for c, strength in ((coalition, 0.5), (second, 0.29)):
        c.initiative.relations = [Relation(funder)]
        c.relations[0].strength = strength
    paid = []
    for _ in range(2, 14):
        if model.month == 5:
            second.relations[0].strength = 0.5
            funder.budget += 5e-10  # as good as nothing
        model.step()
        assert second.relations[0].grant_ends == (NO_MONTH if model.month < 9 else 13)
        paid.append([c.grants for c in (coalition, second)])
    first = [0, 0.6, 0.6, 0.6, 0.6, 0, 0, 0.3, 0.3, 0.3, 0.3, 0]  # months 3-6 alone; 9-12 shared
    other = [0, 0, 0, 0, 0, 0, 0, 0.3, 0.3, 0.3, 0.3, 0]  # from month 6 on it would be eligible: nothing is left then
    assert [row[0] for row in paid] == pytest.approx(first)
    assert [row[1] for row in paid] == pytest.approx(other)
    assert coalition.granted == pytest.approx(4 * 0.9)


def test_funder_judges_alignment_trust_and_relation() -> None:
    model, coalition = coalition_of(1, 2, funders=1, grant_cycle=5)
    (funder,) = model.funders
    relation = Relation(funder)
    coalition.initiative.relations = [relation]
    funder.place, coalition.goal, coalition.trust, relation.strength = (0.7,), (0.5,), 0.6, 0.6
    assert funder.judgment_of(coalition, relation) == pytest.approx(0.8 * (0.3 + 0.7 * 0.6) * 0.6)
    assert not funder.wants_to_fund(coalition, relation)  # not formed
    coalition.formed = 0
    assert not funder.wants_to_fund(coalition, relation)  # 0.3456
    relation.strength = 0.61
    assert funder.wants_to_fund(coalition, relation)
    relation.strength, coalition.trust, funder.place = 0.49, 1.0, (0.5,)
    assert not funder.wants_to_fund(coalition, relation)  # judged well, known too little


# 10 investing


def test_contributions_and_trust() -> None:
    model, coalition = coalition_of(1, seed_grant=0.01, satisfaction=0.1)
    convener, member, _ = model.organizations
    of(convener).satisfaction, convener.reserve, convener.leadership = 0.6, 0.03, 0.9
    member.mission, member.readiness, member.openness, member.capacity = (0.1,), 0.8, 0.9, 2.0
    coalition.be_led_by(convener)
    coalition.goal, coalition.trust = (0.5,), 0.3
    model.invest()
    contributed = 0.03 + 0.08 * 2 * 0.25
    needed = 0.02 * 2 + 0.0008 * 4
    resources = contributed + 0.01
    communication = 0.4 * resources
    assert (coalition.contributions, coalition.grants) == pytest.approx((contributed, 0.01))
    assert (coalition.communication, coalition.work) == pytest.approx((communication, resources - communication))
    assert (convener.reserve, member.reserve) == pytest.approx((0.0, 0.65 - 0.04))
    x, distance, openness, readiness = communication / needed, 0.2, 0.7, 0.65
    assert x < 1
    trust = 0.3 + 0.08 * 1.4 * (1 + readiness - 0.5) * x * 0.7 - 0.03 * (1 - x) * 0.3 - 0.25 * distance * (1 - openness * x) * 0.3
    assert coalition.trust == pytest.approx(trust)
    assert coalition.peak_size == 2


def test_communication_is_no_more_than_needed() -> None:
    model, coalition = coalition_of(communication_share=1.0)
    coalition.trust = 0.5
    model.invest()
    assert coalition.communication == pytest.approx(0.0208)
    assert coalition.trust == pytest.approx(0.5 + 0.08 * 0.5)
    model.p.coordination = model.p.coordination_pairwise = 0.0
    coalition.trust = 0.5
    model.invest()
    assert (coalition.communication, coalition.trust) == pytest.approx((0.0, 0.5 + 0.08 * 0.5))


# 11 redefining


def test_goal_moves_to_the_problem_as_seen_and_to_members() -> None:
    model, coalition = coalition_of(1, funders=1, funder_month=99)
    coalition.initiative.relations = [Relation(model.funders[0])]
    coalition.relations[0].strength = 0.6
    coalition.goal, coalition.error, coalition.targets[0].issue.place, coalition.targets[0].progress = (0.5,), (0.2,), (0.7,), 0.5
    coalition.openness = 0.8
    zero, one, _ = model.organizations
    zero.mission, one.mission, one.openness = (0.3,), (0.4,), 1.0
    model.redefine_goals()
    seen = 0.7 + (1 - 0.5 * 0.6) * 0.2
    goal = 0.5 + 0.15 * 0.8 * (seen - 0.5) + 0.05 * 0.2 * (0.35 - 0.5)
    assert coalition.goal == pytest.approx((goal,))
    assert coalition.targets[0].progress == pytest.approx(0.5 * (1 - 2 * (goal - 0.5)))
    assert zero.mission == pytest.approx((0.3 + 0.005 * 0.5 * (goal - 0.3),))
    assert one.mission == pytest.approx((0.4 + 0.005 * (goal - 0.4),))


def test_progress_is_lost_by_the_share_of_the_space_the_goal_moved() -> None:
    model, coalition = coalition_of(dimensions=2, redefinition=1.0, obsolescence=2.0)
    coalition.targets[0].issue.place, coalition.error, coalition.openness, coalition.targets[0].progress = (0.8, 0.9), (0.0, 0.0), 1.0, 0.5
    model.redefine_goals()
    assert coalition.goal == pytest.approx((0.8, 0.9))
    assert coalition.targets[0].progress == pytest.approx(0.5 * (1 - 2 * 0.5 / math.sqrt(2)))


def test_progress_is_never_negative() -> None:
    model, coalition = coalition_of(obsolescence=100.0, redefinition=1.0)
    coalition.targets[0].issue.place, coalition.openness, coalition.targets[0].progress = (0.9,), 1.0, 0.5
    model.redefine_goals()
    assert (coalition.goal, coalition.targets[0].progress) == ((0.9,), 0.0)


# 12 progress


@pytest.mark.parametrize("window", [False, True])
def test_work_becomes_progress(window: bool) -> None:
    model, coalition = coalition_of(1, 2, fit_power=3, window_months=(0,) if window else ())
    coalition.goal, coalition.trust, coalition.work, coalition.targets[0].progress, coalition.momentum = (0.4,), 0.5, 2.0, 0.1, 0.6
    model.month = 1
    model.make_progress()
    gain = 0.5 * 0.9**3 * 2.0 / 45 * (1.5 if window else 1)
    assert coalition.fit == pytest.approx(0.9)
    assert coalition.targets[0].progress == pytest.approx(0.1 + gain)
    assert coalition.momentum == pytest.approx(0.6 + 0.08 * (gain * 48 - 0.6))
    assert (coalition.formed, coalition.highest_progress) == (1, coalition.targets[0].progress)


def test_too_few_make_no_progress_and_stay_formed() -> None:
    model, coalition = coalition_of(1)
    coalition.work = 2.0
    model.make_progress()
    assert (coalition.targets[0].progress, coalition.formed) == (0.0, None)
    model.organizations[2].join(coalition, 0.5)
    model.make_progress()
    assert coalition.targets[0].progress > 0
    model.organizations[2].leave(coalition, 0)
    coalition.targets[0].progress = 0.0
    model.make_progress()
    assert (coalition.targets[0].progress, coalition.formed) == (0.0, 0)


def test_retargeting_in_cycle_months_by_openness() -> None:
    model, coalition = coalition_of(issues=3, grant_cycle=4)
    for issue, place in zip(model.issues, ((0.0,), (0.6,), (0.45,)), strict=True):
        issue.place = place
    model.issues[2].need = 0.9
    draw = model.draws.change_of_mind(0)[0]

    def retarget(month: int, goal: float, openness: float) -> tuple[int, float, int]:
        coalition.targets[0].issue, coalition.goal, coalition.targets[0].progress, coalition.openness = (
            model.issues[0],
            (goal,),
            0.4,
            openness,
        )
        model.month = month
        model.make_progress()
        return coalition.targets[0].issue.number, coalition.targets[0].progress, coalition.goals_redefined

    assert retarget(3, 0.5, 1.0) == (0, 0.4, 0)  # not in the cycle
    assert retarget(4, 0.5, draw) == (0, 0.4, 0)  # not open enough
    assert retarget(4, 0.29, 1.0) == (0, 0.4, 0)  # still fits
    assert retarget(4, 0.5, draw + 1e-6) == (1, 0.2, 1)
    assert coalition.fit == pytest.approx(0.9)
    model.issues[0].need, model.issues[1].need, model.issues[2].need = 1.0, 0.0, 0.0
    assert retarget(4, 0.5, 1.0) == (0, 0.4, 1)  # its own is the best there is


# 13 leaving


def test_satisfaction_follows_payoff() -> None:
    model, coalition = coalition_of(1, satisfaction=0.6)
    zero, one, _ = model.organizations
    zero.style, one.style, one.mission, one.reserve = (0.5, 0.1), (0.5, 0.9), (0.3,), 0.3
    restyle(coalition)  # the mean style is (0.5, 0.5)
    coalition.trust, coalition.fit, coalition.momentum = 0.5, 0.9, 1.7
    payoff = 0.8 * (0.5 + 0.5 * (1 - 0.4 / math.sqrt(2))) * 2.4 / 3 - 1.25 * 0.08 * 0.75
    assert one.payoff(of(one)) == pytest.approx(payoff)
    one.take_stock(of(one))
    assert of(one).satisfaction == pytest.approx(0.9 * 0.6 + 0.1 * payoff)


@pytest.mark.parametrize(
    ("months", "satisfaction", "mission", "readiness", "leaves"),
    [
        (11, 0.1, 0.5, 0.5, False),  # bound by its commitment
        (12, 0.37, 0.5, 0.5, True),
        (12, 0.39, 0.5, 0.5, False),
        (1, 0.9, 0.04, 0.5, True),  # alignment 0.44; admission less tolerance is 0.45
        (1, 0.9, 0.06, 0.5, False),
        (1, 0.9, 0.5, 0.09, True),
        (1, 0.9, 0.5, 0.1, False),
    ],
)
def test_reasons_to_leave(months: int, satisfaction: float, mission: float, readiness: float, leaves: bool) -> None:
    model, coalition = coalition_of(1)
    one = model.organizations[1]
    of(one).joined = 3
    model.month = 3 + months
    coalition.goal, of(one).satisfaction, one.mission, one.readiness = (0.6,), satisfaction, (mission,), readiness
    assert one.wants_to_leave(of(one)) == leaves


def test_a_convener_leaves_its_own_coalition_only_without_patience() -> None:
    model, _ = coalition_of(1)
    zero = model.organizations[0]
    zero.readiness = 0.0
    of(zero).satisfaction = 0.6 * 0.38
    assert not zero.wants_to_leave(of(zero))
    of(zero).satisfaction -= 1e-6
    assert zero.wants_to_leave(of(zero))


def test_a_convener_who_left_leaves_the_coalition_running_and_may_come_back() -> None:
    model, coalition = coalition_of(1, 2, funders=1, funder_month=0, cooldown=1, min_value=-1.0, min_chance=0.0, convene_hazard=1.0)
    zero = model.organizations[0]
    model.step()
    of(zero).satisfaction, zero.readiness = -9.0, 0.0
    model.step()
    assert zero.coalition is None
    assert model.running_coalitions == [coalition]
    met = model.snapshot()["funder"][0, 0]
    zero.readiness = 0.9
    model.step()  # ready and not cooling down, but its coalition runs: it convenes no other
    assert (met, model.snapshot()["funder"][0, 0]) == (0, 0)
    assert not zero.is_free
    assert model.running_coalitions == [coalition]
    zero.acquaintances, zero.join_threshold = [model.organizations[1]], 0.5
    model.step()
    assert (zero.convener, of(zero).joined) == (0, 4)


def test_all_decide_before_anybody_leaves() -> None:
    """Resonance is with the mean style before the month's leaving."""
    model, coalition = coalition_of(1, 2, satisfaction=0.5, memory=0.0, exit_level=0.0)
    for organization, style in zip(model.organizations, ((0.2, 0.5), (0.8, 0.5), (0.5, 0.5)), strict=True):
        organization.style = style
    restyle(coalition)
    model.organizations[1].readiness = 0.0  # leaves
    model.leave_coalitions()
    assert coalition.size == 2
    two = model.organizations[2]  # of the mean style, 0.5, of the three
    assert of(two).satisfaction == pytest.approx(coalition.promise / 3 - 1.25 * 0.08 * (1 - two.reserve / 1.2))


# 14 ending


def test_successes_lower_need_once_each_and_end_closed_coalitions() -> None:
    model = world(organizations=4, convene_hazard=1.0, launch_threshold=0.5, release_cooldown=5)
    for organization in model.organizations:
        organization.openness = 0.0
    model.organizations[3].readiness = 0.0
    model.step()
    first, second, third = model.running_coalitions
    for coalition, progress in ((first, 1.0), (second, 1.4)):
        coalition.targets[0].progress = progress
        coalition.note_progress()
    model.organizations[3].join(first, 0.5)
    model.end_coalitions()
    assert model.issues[0].need == 0.25
    assert model.running_coalitions == [third]
    assert [organization.cooldown for organization in model.organizations] == [5, 5, 0, 5]
    assert model.organizations[0].initiative is None
    rows = model.recorder.coalition_columns()
    assert [ENDINGS[code] for code in rows["ending"]] == ["achieved", "achieved", "running"]
    assert rows["size"].tolist() == [2, 1, 1]
    assert rows["first_success"][:2].tolist() == [0.0, 0.0]
    assert list(model.agents_by_type[Coalition]) == [third]


def test_an_open_coalition_takes_on_the_next_problem_after_all_needs_fell() -> None:
    model, coalition = coalition_of(1, issues=3)
    for issue, place in zip(model.issues, ((0.5,), (0.8,), (0.65,)), strict=True):
        issue.place = place
    model.issues[2].need = 0.6
    coalition.targets[0].issue, coalition.goal, coalition.targets[0].progress, coalition.trust = model.issues[0], (0.5,), 1.0, 0.01
    for member in coalition.members:
        member.openness = 1.0
    model.end_coalitions()  # needs x alignment: .5, .7, .51
    assert model.running_coalitions == [coalition]  # and not dissolved for want of trust
    assert (coalition.targets[0].issue, coalition.targets[0].progress, coalition.goals_added) == (model.issues[1], 0.0, 1)
    assert coalition.fit == pytest.approx(0.7)
    coalition.targets[0].progress = 1.0
    model.issues[0].need = 0.0
    model.issues[1].place = model.issues[2].place = (1.0,)  # alignment .5 < admission
    model.end_coalitions()
    assert not model.running_coalitions
    assert model.recorder.coalition_columns()["problems_solved"].tolist() == [2]


@pytest.mark.parametrize(
    ("age", "size", "trust", "ending"),
    [
        (8, 2, 0.5, "running"),
        (9, 2, 0.5, "too_few"),
        (9, 3, 0.5, "running"),
        (0, 3, 0.07, "trust"),
        (9, 1, 0.07, "trust"),
        (0, 0, 0.5, "too_few"),
    ],
)
def test_dissolution(age: int, size: int, trust: float, ending: str) -> None:
    model, coalition = coalition_of(1, 2)
    coalition.trust = trust
    for member in list(coalition.members)[size:]:
        member.leave(coalition, 12)
    model.month = age
    model.end_coalitions()
    rows = model.recorder.coalition_columns()
    assert ENDINGS[rows["ending"][0]] == ending
    assert (rows["size"][0], rows["end"][0]) == (size, age)


# 3 the schedule


def test_a_month_has_its_steps_in_order() -> None:
    odd = [
        "change_environment",
        "change_readiness",
        "hold_dialogue",
        "map_the_field",
        "begin_initiatives",
        "talk_to_funders",
        "join_coalitions",
        "launch_coalitions",
        "decide_grants",
        "invest",
        "redefine_goals",
        "make_progress",
        "leave_coalitions",
        "end_coalitions",
    ]
    taken = []

    class Watched(CoalitionModel):
        def __getattribute__(self, name: str) -> object:
            if name in odd:
                taken.append(name)
            return super().__getattribute__(name)

    Watched(Parameters.model1()).step()
    assert taken == odd


# Whole runs


def some_parameters(number: int) -> Parameters:
    """Return parameters drawn from their plausible ranges, in a busy field of few organizations."""
    rng = random.Random(number)
    values: dict[str, object] = {}
    for declared in declarations().values():
        if declared.section in ("simulation", "focal", "register") or declared.plausible is None or rng.random() < 0.6:
            continue
        low, high = declared.plausible
        values[declared.name] = rng.randint(int(low), int(high)) if declared.kind == "whole number" else rng.uniform(low, high)
    values |= {"organizations": rng.randint(2, 30), "convene_hazard": rng.uniform(0.05, 0.4), "launch_threshold": 0.4, "months": 60}
    values |= {"acquaintances": rng.choice(["listed", "listed", "all"]), "initial_acquaintances": 2, "effort": rng.uniform(3, 60)}
    if number % 2:
        values |= {"focal_launch_month": 24, "focal_convener": rng.choice(["most_connected", "largest", 1]), "focal_seed_grant": 0.3}
    for name in ("forgetting", "weigh_goals", "renewal", "succession", "shelter"):
        values[name] = rng.random() < 0.6
    values |= {"burn_in": rng.choice([0, 0, 30]), "founders": rng.choice([0, 0, 1])}
    return Parameters.model1().replace(**values)


class Doorkeeping(CoalitionModel):
    """Watches that nobody joins a coalition that has no room."""

    def join_coalitions(self) -> None:
        before = {coalition: (coalition.room, coalition.size) for coalition in self.running_coalitions}
        super().join_coalitions()
        assert all(coalition.size <= max(limits) for coalition, limits in before.items())


@pytest.mark.parametrize("number", range(24))
def test_invariants(number: int) -> None:
    model = Doorkeeping(some_parameters(number), seed=2, replicate=number)
    for _ in range(model.p.burn_in + 60):
        before = sum(organization.reserve for organization in model.organizations)
        model.step()
        flows = model.recorder.flows
        after = sum(organization.reserve for organization in model.organizations)
        assert flows.closed or flows.income - flows.overflow == pytest.approx(after - before + flows.contributed + flows.researched)
        assert flows.contributed + flows.granted == pytest.approx(flows.communication + flows.work)
        for o in model.organizations:
            assert 0 <= o.reserve <= o.reserve_cap
            assert 0 <= o.readiness <= 1
            assert all(0 <= x <= 1 for x in o.mission)
            assert all(m.coalition in model.running_coalitions and m in m.coalition.memberships for m in o.memberships)
            assert len({m.coalition for m in o.memberships}) == len(o.memberships) <= model.p.memberships_max
            assert all(model.p.pledge_floor <= m.pledge <= 1 for m in o.memberships)
            assert o not in o.acquaintances
            assert len(set(o.acquaintances)) == len(o.acquaintances) <= model.p.acquaintances_max
        assert model.count_members() == sum(o.coalition is not None for o in model.organizations)
        assert model.count_memberships() == sum(len(o.memberships) for o in model.organizations)
        for c in model.running_coalitions:
            assert 0 <= c.trust <= 1
            assert all(target.progress >= 0 for target in c.targets)
            assert 1 <= len(set(c.issues)) == len(c.targets) <= 2
            assert 0 <= c.routines <= 1
            assert 0 <= c.communicated <= 1
            assert c.lead is None or c.lead.membership_of(c) is not None or not model.p.succession
            assert all(0 <= x <= 1 for x in c.goal)
            assert c.members == sorted(c.members, key=lambda o: o.number)
        for funder in model.funders:
            assert (
                sum(r.grant_in(model.month) for c in model.running_coalitions for r in c.relations if r.funder is funder)
                <= funder.budget + 1e-9
            )
        assert all(0 <= issue.need <= 1 and all(0 <= x <= 1 for x in issue.place) for issue in model.issues)
    rows, monthly = model.recorder.coalition_columns(), model.recorder.monthly_columns()
    out = {name: column[0] for name, column in summarise(rows, monthly, len(model.organizations)).items()}
    assert out["launched"] == out["achieved"] + out["dissolved"] + out["running"]
    assert out["launched"] + out["inherited"] > 0
    assert out["inherited"] == rows["inherited"].sum()
    assert out["inherited"] or out["granted"] == pytest.approx(rows["granted"].sum())
    assert out["inherited"] or out["contributed"] == pytest.approx(rows["contributed"].sum())


def digest(number: int, months: int = 40) -> str:
    model, found = CoalitionModel(some_parameters(number), seed=2, replicate=number), hashlib.sha256()
    for _ in range(months):
        model.step()
        for name, array in sorted(model.snapshot().items()):
            found.update(name.encode() + array.tobytes())
    return found.hexdigest()


@pytest.mark.parametrize("hash_seed", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_same_run_in_another_process(hash_seed: str) -> None:
    code = "import test_agents; print(test_agents.digest(3), test_agents.digest(4))"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    out = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert out.stdout.split() == [digest(3), digest(4)]


def test_a_given_field_is_the_start() -> None:
    p = Parameters.model1().replace(focal_launch_month=0, focal_research_months=0, focal_convener="Beta")
    field = dataclasses.replace(build(p, 1, 0), names=("Alpha", "Beta", *map(str, range(58))), leadership=np.linspace(0, 1, 60))
    model = CoalitionModel(p, seed=1, field=field)
    assert [organization.leadership for organization in model.organizations] == field.leadership.tolist()
    assert [organization.name for organization in model.organizations[:2]] == ["Alpha", "Beta"]
    np.testing.assert_array_equal(model.snapshot()["acquaintances"], field.acquaintances)
    np.testing.assert_array_equal(model.snapshot()["place"], field.issue)
    model.step()
    assert model.snapshot()["running"].nonzero()[0].tolist() == [1]


def test_seed_and_replicate_matter() -> None:
    states = [CoalitionModel(Parameters.model1(), seed, replicate).snapshot()["readiness"] for seed, replicate in ((0, 0), (0, 1), (1, 0))]
    assert len({state.tobytes() for state in states}) == 3


def test_the_order_of_candidates_does_not_matter() -> None:
    """Candidates come in another order, and the same one is chosen."""

    class Shuffled(Organization):
        def perceive(self, draw: float) -> list[Coalition]:
            candidates = super().perceive(draw)
            random.Random(self.number).shuffle(candidates)
            return candidates

    one, other = (CoalitionModel(some_parameters(6), 2, 6, organization_class=cls) for cls in (Organization, Shuffled))
    for _ in range(25):
        one.step()
        other.step()
        for name, array in one.snapshot().items():
            np.testing.assert_array_equal(array, other.snapshot()[name], err_msg=name)


def test_run_gives_what_outcomes_need() -> None:
    p = Parameters.model1().replace(convene_hazard=0.1)
    rows, monthly = run(p, seed=1, replicate=2, months=48)
    assert set(rows) == set(COALITION_RECORD)
    assert set(monthly) == set(MONTH_RECORD)
    assert {column.shape for column in monthly.values()} == {(1, 48)}
    model, peak = CoalitionModel(p, seed=1, replicate=2), {}
    for _ in range(48):
        model.step()
        for c in model.running_coalitions:
            peak[c.number, c.launch] = max(peak.get((c.number, c.launch), 0), c.peak_size)
    rows, monthly = run(p, seed=1, replicate=2, months=48, monthly=True)
    state: dict = model.snapshot()
    caps = np.array([organization.reserve_cap for organization in model.organizations])
    last = {name: column[0, -1] for name, column in monthly.items()}
    assert last["readiness"] == pytest.approx(state["readiness"].mean())
    assert last["reserve"] == pytest.approx((state["reserve"] / caps).mean())
    assert last["members"] == (state["coalition"] >= 0).any(axis=1).sum()
    assert last["researching"] == state["researching"].sum()
    assert last["need"] == pytest.approx(state["need"].mean())
    assert last["coalitions"] == state["running"].sum() > 1
    assert last["formed"] == (state["formed"] != NO_MONTH).sum()
    assert last["trust"] == pytest.approx(np.nanmean(state["trust"]))
    progress = np.where(state["issue"] >= 0, state["progress"], np.nan)[state["running"]]
    assert last["progress"] == pytest.approx(np.nanmean(progress, axis=1).mean())
    assert last["coalition_trust"] == pytest.approx(np.nansum(state["trust"]))
    running = {name: column[rows["ending"] == 0] for name, column in rows.items()}
    by_convener = np.argsort(running["convener"])
    at = running["convener"][by_convener]
    for name in ("issue", "launch", "trust"):
        np.testing.assert_array_equal(running[name][by_convener], state[name][at, 0] if name == "issue" else state[name][at])
    np.testing.assert_array_equal(np.nan_to_num(running["formed"][by_convener], nan=NO_MONTH), state["formed"][at])
    assert (running["end"] == 47).all()
    assert {(c, t): peak[c, t] for c, t in zip(running["convener"], running["launch"], strict=True)} == {
        (c, t): size for c, t, size in zip(running["convener"], running["launch"], running["peak_size"], strict=True)
    }


def test_without_coalitions_there_are_columns_all_the_same() -> None:
    rows, monthly = run(Parameters.model1().replace(convene_hazard=0.0), seed=1, replicate=0, months=3)
    assert all(len(column) == 0 for column in rows.values())
    assert summarise(rows, monthly, 60)["launched"].tolist() == [0]


def test_duplicates_count_formed_coalitions_on_one_issue() -> None:
    model = world(organizations=4, convene_hazard=1.0, launch_threshold=0.5, min_members=1)
    model.organizations[3].readiness = 0.0
    model.step()
    assert model.recorder.monthly_columns()["duplicates"].tolist() == [[3]]


# As a Mesa model


def test_agent_sets() -> None:
    model = CoalitionModel(Parameters.model1().replace(convene_hazard=0.2, research_months=1), seed=1)
    assert len(model.coalitions) == 0
    steps(model, 24)
    organizations = model.agents_by_type[Organization]
    members = organizations.select(lambda organization: organization.coalition is not None)
    sizes = members.groupby("convener").count()
    assert sizes == {coalition.number: coalition.size for coalition in model.coalitions}
    assert list(model.coalitions) == model.running_coalitions == sorted(model.agents_by_type[Coalition], key=lambda c: c.number)
    assert organizations.agg("readiness", max) == model.snapshot()["readiness"].max()
    assert len(model.agents_by_type[Funder]) == 3
    assert list(organizations.get("number")) == list(range(60))


def test_data_collector() -> None:
    model = CoalitionModel(Parameters.model1(), seed=1, record_agents=True)
    collector = DataCollector(
        model_reporters={"running": lambda model: len(model.coalitions), "month": "month"},
        agenttype_reporters={Organization: {"readiness": "readiness", "coalition": "convener"}},
    )
    for _ in range(12):
        model.step()
        collector.collect(model)
    table = model.agent_table()
    collected = collector.get_agenttype_vars_dataframe(Organization)
    assert collected["readiness"].to_list() == table["readiness"].to_list()
    assert collected["coalition"].to_list() == table["coalition"].to_list()
    monthly = model.recorder.monthly_columns()
    assert collector.get_model_vars_dataframe()["running"].to_list() == monthly["coalitions"][0].tolist()
    assert collector.get_model_vars_dataframe()["month"].to_list() == list(range(12))
    assert table.groupby("month")["readiness"].mean().to_list() == pytest.approx(monthly["readiness"][0].tolist())
    last = table[table["month"] == 11]
    np.testing.assert_array_equal(last[["mission_1", "mission_2", "mission_3"]].to_numpy(), model.snapshot()["mission"])


def test_agent_table_must_be_asked_for() -> None:
    with pytest.raises(ValueError, match="record_agents=True"):
        CoalitionModel(Parameters.model1()).agent_table()


def test_run_model_stops_after_the_last_month() -> None:
    model = CoalitionModel(Parameters.model1().replace(months=5, organizations=4))
    model.run_model()
    assert (model.steps, model.month, model.running) == (5, 4, False)


def test_finished_runs_are_released() -> None:
    import gc
    import weakref

    alive: list[weakref.ref[Organization]] = []

    class Watched(Organization):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)
            alive.append(weakref.ref(self))

    run(Parameters.model1().replace(organizations=5), 1, 0, months=3, organization_class=Watched)
    gc.collect()
    assert len(alive) == 5
    assert all(reference() is None for reference in alive)


# Subclasses


class Loner(Organization):
    """Joins nobody."""

    def wants_to_join(self, coalition: Coalition) -> bool:
        return False


class Miser(Organization):
    """Promises more than it has, and would leave at once."""

    def contribution(self, membership: Membership) -> float:
        return 1e6

    def wants_to_leave(self, membership: Membership) -> bool:
        return self.model.month - membership.joined >= 1


def test_a_subclass_replaces_a_decision_in_the_same_field() -> None:
    p = Parameters.model1().replace(convene_hazard=0.1)
    baseline, loners = CoalitionModel(p, seed=1), CoalitionModel(p, seed=1, organization_class=Loner)
    assert set(loners.agents_by_type) == {Loner, Funder}
    np.testing.assert_array_equal(baseline.snapshot()["mission"], loners.snapshot()["mission"])
    steps(baseline, 30)
    steps(loners, 30)
    assert baseline.recorder.monthly_columns()["joins"].sum() > 0
    assert loners.recorder.monthly_columns()["joins"].sum() == 0
    assert {coalition.size for coalition in loners.running_coalitions} == {1}


def test_books_are_kept_whatever_a_subclass_answers() -> None:
    model = CoalitionModel(Parameters.model1().replace(convene_hazard=0.1), seed=1, organization_class=Miser)
    for _ in range(30):
        model.step()
        assert all(0 <= organization.reserve <= organization.reserve_cap for organization in model.organizations)
        assert all(model.month - m.joined < 1 for organization in model.organizations for m in organization.memberships)
    assert model.recorder.monthly_columns()["exits"].sum() > 0
