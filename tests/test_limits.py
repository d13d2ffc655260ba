"""Limiting cases: with the other mechanisms at their null values the model is a published one, exactly.

Each is held against an independent computation written for this test.
"""

import numpy as np
import pytest

import coalsim as cs
from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.vectorized.core import Block
from conftest import make_block, make_field, null_parameters

INSTIGATOR = {"focal_launch_month": 0, "focal_convener": 0}
"""One coalition, that of organization 0, launched in the first month."""


def joined(block):
    return set(np.flatnonzero(block.state.member).tolist())


def until_still(block):
    """Step until a month changes nobody's membership."""
    before = set()
    while joined(block) != before or block.state.month < 1:
        before = joined(block)
        block.step()
    return before


# Granovetter (1978): one acts when the share of the others that act is at least one's threshold.


def granovetter(thresholds):
    count = len(thresholds)
    p = null_parameters(acquaintances="all", contagion=1.0, adaptation=1.0, attention=1, **INSTIGATOR)
    field = make_field(np.full((count, 2), 0.5), join_threshold=thresholds, base_readiness=np.zeros(count))
    return make_block(p.replace(months=2 * count + 2, dimensions=2), field)


def least_fixed_point(thresholds):
    """Who acts, found in the order of thresholds: the k-th of the others acts if k - 1 others and the instigator suffice."""
    others = sorted(range(1, len(thresholds)), key=lambda i: thresholds[i])
    acting = {0}
    for i in others:
        if thresholds[i] * (len(thresholds) - 1) <= len(acting) + 1e-9:
            acting.add(i)
        else:
            break
    return acting


def normal_thresholds(sigma, seed):
    thresholds = np.random.default_rng(seed).normal(0.25, sigma, 100)
    thresholds[0] = 0
    return thresholds


def test_granovetter_a_hundred_thresholds_from_0_to_99_all_act():
    block = granovetter(np.arange(100) / 99)
    sizes = []
    for _ in range(100):
        block.step()
        sizes.append(len(joined(block)))
    assert sizes == list(range(1, 101))  # the domino: one more in each month
    assert until_still(block) == set(range(100))


def test_granovetter_one_threshold_changed_from_1_to_2_and_only_the_instigator_acts():
    thresholds = np.arange(100) / 99
    thresholds[1] = thresholds[2]
    assert until_still(granovetter(thresholds)) == {0}


@pytest.mark.parametrize("sigma", [0.02, 0.05, 0.08, 0.11, 0.122, 0.13, 0.15, 0.2, 0.3, 0.5, 1.0])
def test_granovetter_normal_thresholds_against_the_least_fixed_point(sigma):
    for seed in range(8):
        thresholds = normal_thresholds(sigma, seed)
        assert until_still(granovetter(thresholds)) == least_fixed_point(thresholds)


def test_granovetter_cases_are_neither_all_nor_nothing():
    sizes = [len(least_fixed_point(normal_thresholds(sigma, seed))) for sigma in (0.11, 0.122, 0.13, 0.15) for seed in range(8)]
    assert min(sizes) < 10
    assert max(sizes) > 90
    assert any(10 <= size <= 90 for size in sizes)


# Watts (2002): the same on a random graph; one acts when the share phi of one's neighbours does.


def poisson_graph(count, z, rng):
    tied = np.triu(rng.random((count, count)) < z / (count - 1), 1)
    tied |= tied.T
    return [rng.permutation(np.flatnonzero(row)).tolist() for row in tied]


def cascade(neighbours, phi):
    """Who acts in the end, node by node in any order: the final set does not depend on it."""
    acting, waiting = {0}, list(neighbours[0])
    while waiting:
        node = waiting.pop()
        if node in acting:
            continue
        if sum(n in acting for n in neighbours[node]) / len(neighbours[node]) >= phi:
            acting.add(node)
            waiting.extend(neighbours[node])
    return acting


@pytest.mark.parametrize("z", [1.0, 2.0, 4.0, 7.0])
@pytest.mark.parametrize("phi", [0.1, 0.18, 0.25, 1 / 3, 0.5])
def test_watts_cascades_on_random_graphs(phi, z):
    count = 150
    for seed in range(4):
        neighbours = poisson_graph(count, z, np.random.default_rng([seed, int(10 * z)]))
        longest = max(map(len, neighbours))
        p = null_parameters(contagion=1.0, adaptation=1.0, attention=longest, acquaintances_max=longest, months=count + 2, **INSTIGATOR)
        field = make_field(np.full((count, 1), 0.5), neighbours, join_threshold=np.full(count, phi), base_readiness=np.zeros(count))
        assert until_still(make_block(p, field)) == cascade(neighbours, phi)


def test_watts_cases_are_neither_all_nor_nothing():
    """The graphs above have cascades that stop early, that go far, and that reach nearly all."""
    graphs = [poisson_graph(150, 4.0, np.random.default_rng([seed, 40])) for seed in range(4)]
    assert min(len(cascade(g, 0.5)) for g in graphs) < 5
    assert max(len(cascade(g, 0.1)) for g in graphs) > 130


# Hegselmann & Krause (2002): opinions go to the mean of all opinions within eps of one's own.


def hegselmann_krause(x, eps):
    """One month, pair by pair; x has shape (N, D), eps is a share of sqrt D."""
    out = []
    for mine in x:
        near = [theirs for theirs in x if ((mine - theirs) ** 2).sum() <= x.shape[1] * eps**2]
        out.append(sum(near) / len(near))
    return np.array(out)


def opinions(x, eps, everybody, **values):
    count, dimensions = x.shape
    mode = {"acquaintances": "all"} if everybody else {"acquaintances_max": count - 1}
    lists = None if everybody else [[j for j in range(count) if j != i] for i in range(count)]
    p = null_parameters(dialogue=1.0, confidence=eps, dimensions=dimensions, **mode, **values)
    return make_block(p, make_field(x, lists, issue=[[0.5] * dimensions]))


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("eps", [0.01, 0.05, 0.15, 0.25, 0.4])
def test_hegselmann_krause_bounded_confidence(dimensions, eps, everybody):
    for seed in range(2):
        x = np.random.default_rng(seed).random((40, dimensions))
        block = opinions(x, eps, everybody)
        for _ in range(8):
            x = hegselmann_krause(x, eps)
            block.step()
            np.testing.assert_allclose(block.state.mission.T, x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_opinions_at_the_very_border_of_confidence_are_listened_to(dimensions, everybody):
    x = np.zeros((5, dimensions))
    x[:, 0] = [0.0, 0.25, 0.5, 0.75, 1.0]
    eps = 0.25 if dimensions == 1 else 0.25 / np.sqrt(2) * (1 + 1e-12)
    block = opinions(x, eps, everybody)
    block.step()
    np.testing.assert_allclose(block.state.mission[0], [0.125, 0.25, 0.5, 0.75, 0.875], atol=1e-12)


def test_confidence_grows_with_openness_up_to_the_whole_space():
    x = np.array([[0.0], [0.3], [1.0]])
    p = null_parameters(dialogue=0.5, confidence=0.6, dimensions=1, acquaintances="all")
    block = make_block(p, make_field(x, openness=[0.0, 0.3, 1.0]), 1)
    means = np.array([0.0, 0.15, (0 + 0.3 + 1) / 3])  # reaches 0, .36 and 1 (cut)
    np.testing.assert_allclose(block.state.mission[0], 0.5 * x[:, 0] + 0.5 * means, atol=1e-15)


def test_hegselmann_krause_ends_in_consensus_or_in_clusters():
    x = np.linspace(0, 1, 50).reshape(-1, 1)
    for eps, clusters in ((0.3, 1), (0.15, 3), (0.05, 8)):
        block = opinions(x, eps, True)
        for _ in range(50):
            block.step()
        left = np.sort(block.state.mission[0])
        found = 1 + (np.diff(left) > 1e-6).sum()
        assert found == 1 if clusters == 1 else found >= clusters - 1


# Single mechanisms taken out of the full model.


def test_without_communication_trust_falls_and_nothing_succeeds():
    runs = cs.simulate(Parameters.model1().without("communication").replace(convene_hazard=0.1), replicates=20)
    assert runs.outcomes["communication"].sum() == 0
    assert runs.outcomes["problems_solved"].sum() == 0
    coalitions = runs.coalitions
    lived = coalitions[coalitions["end"] > coalitions["launch"]]
    assert len(lived) > 50
    assert (lived["trust"] < 0.2).all()
    assert (coalitions["ending"] == "trust").any()
    with_it = cs.simulate(Parameters.model1().replace(convene_hazard=0.1), replicates=20).outcomes
    assert with_it["problems_solved"].sum() > 0


def test_without_communication_trust_falls_every_month():
    p = Parameters.model1().without("communication").replace(convene_hazard=0.2, months=60)
    block = Block([p], [build(p, 1, 0)], [0], 1)
    before = {}
    fell = 0
    for _ in range(60):
        block.step()
        s = block.state
        now = {(int(c), int(s.launch[c])): s.trust[c] for c in np.flatnonzero(s.running)}
        for coalition, trust in now.items():
            assert trust < before.get(coalition, 0.2)
            fell += coalition in before
        before = now
    assert fell > 50


def test_without_openness_member_pull_and_challenges_goals_and_issues_stay_put():
    p = Parameters.model1().without("openness", "member_pull", "challenges").replace(convene_hazard=0.2, launch_threshold=0.4)
    block = Block([p], [build(p, 1, 0)], [0], 1)
    places, missions, goals, seen = block.state.place.copy(), block.state.mission.copy(), {}, 0
    for _ in range(120):
        block.step()
        s = block.state
        assert np.array_equal(s.place, places)
        np.testing.assert_allclose(s.mission, missions, rtol=0, atol=1e-13)
        for c in np.flatnonzero(s.running):
            key = int(c), int(s.launch[c])
            seen += key in goals
            assert np.array_equal(goals.setdefault(key, s.goal[:, c].copy()), s.goal[:, c])
    assert seen > 100


def test_without_funders_nothing_is_granted_and_all_else_runs():
    none = cs.simulate(Parameters.model1().replace(funders=0, convene_hazard=0.1), replicates=10).outcomes
    assert none["granted"].sum() == 0
    assert none["launched"].sum() > 0
    assert none["joins"].sum() > 0
    never = cs.simulate(Parameters.model1().without("funders").replace(convene_hazard=0.1), replicates=10)
    assert never.outcomes["granted"].sum() == 0
    # A field without funders and one whose funders nobody ever meets are the same field.
    assert never.outcomes["joins"].tolist() == none["joins"].tolist()
    assert never.outcomes["work"].tolist() == none["work"].tolist()


def test_with_everything_at_null_nothing_happens():
    block = make_block(null_parameters(), make_field(np.full((4, 3), 0.5), [[1, 2], [2], [], [0]]), 24)
    s = block.state
    assert not s.running.any()
    assert not s.researching.any()
    assert np.array_equal(s.mission, np.full((3, 4), 0.5))
    assert s.need.tolist() == [1.0]
    assert (s.window == 0).all()
    assert (s.recession == 0).all()
    assert s.known.tolist() == [2, 1, 0, 1]
