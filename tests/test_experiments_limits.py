"""The experiments that are limits of the coalition model: Granovetter 1978, bounded confidence, Watts 2002."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import coalsim as cs
from coalsim.experiments import Setting, judge_all, load
from coalsim.experiments.verdicts import NOT_REPRODUCED, REPRODUCED
from coalsim.field import build
from coalsim.parameters import Parameters, declarations
from coalsim.vectorized.core import Block

FOLDER = Path(__file__).parents[1] / "experiments"
GRANOVETTER, BOUNDED, WATTS = (load(name, FOLDER) for name in ("granovetter-1978", "bounded-confidence", "watts-2002"))
thresholds = GRANOVETTER.module.model
hk, deffuant, half_point = BOUNDED.module.hk, BOUNDED.module.deffuant, BOUNDED.module.HalfPoint
cascades, watts_runs = WATTS.module.model, __import__("sys").modules["watts_runs"]


def words(experiment, values):
    """Return the verdicts on those targets that `values` answer."""
    named = {value.name for value in values}
    return {v.target.name: v.word for v in judge_all([t for t in experiment.targets if t.name in named], values)}


@pytest.mark.slow
@pytest.mark.parametrize("experiment", [GRANOVETTER, BOUNDED, WATTS], ids=lambda experiment: experiment.name)
def test_quick_form_answers_every_target_and_the_limit_is_exact(experiment):
    output = experiment.run(Setting(quick=True))
    found = {v.target.name: v.word for v in judge_all(experiment.targets, output.values)}
    assert {name for name, word in found.items() if word == NOT_REPRODUCED} <= {"hk_clusters_0.01"}
    assert all(found[name] == REPRODUCED for name in found if name.endswith("runs_that_differ"))
    assert output.tables
    assert output.figures


# Granovetter


def test_granovetter_exact_targets():
    dominoes, different = GRANOVETTER.module.classic()
    quantiles, others = GRANOVETTER.module.discretized()
    assert (different, others) == (0, 0)
    found = words(GRANOVETTER, [*dominoes, *GRANOVETTER.module.continuous(), *quantiles.values])
    assert len(found) == 14
    assert set(found.values()) == {REPRODUCED}


def test_granovetter_the_domino_falls_month_by_month():
    (acting,) = thresholds.in_the_model(np.arange(100.0)[None])
    assert acting == [*range(101), 100]


# Whole numbers are met exactly; others to rounding, so not nearer than 1e-6 to a whole number.
@given(st.lists(st.integers(-2, 12) | st.integers(-2_000_000, 12_000_000).map(lambda k: k / 1e6), min_size=2, max_size=10))
@hypothesis_settings(max_examples=40)
def test_granovetter_any_thresholds_act_in_the_model_as_by_the_rule(needed):
    acting = thresholds.in_the_model(np.array([needed], dtype=float))
    assert acting == thresholds.recursion(np.array([needed], dtype=float))
    final = acting[0][-1]
    assert sum(k <= final for k in needed) == final  # a fixed point
    assert all(sum(k <= fewer for k in needed) > fewer for fewer in range(final))  # and the least


def test_granovetter_random_thresholds_whatever_the_blocks():
    random = np.random.default_rng(5)
    needed = 300 * (0.25 + 0.125 * random.standard_normal((30, 300)))
    expected = thresholds.recursion(needed)
    assert len({sizes[-1] > 150 for sizes in expected}) == 2
    assert thresholds.in_the_model(needed) == expected
    assert thresholds.in_the_model(needed, random.permutation(30)) == expected


@pytest.mark.parametrize("mean", [0.15, 0.25, 0.35])
def test_granovetter_tangency_is_where_the_lower_equilibrium_ends(mean):
    t = thresholds.tangency(mean)
    before, _ = thresholds.equilibrium(t.sigma * (1 - 1e-6), mean)
    after, _ = thresholds.equilibrium(t.sigma * (1 + 1e-6), mean)
    assert before < t.share < 0.5 < after
    assert before == pytest.approx(t.share, abs=1e-3)


def test_granovetter_rounds_grow_by_the_law_of_the_bottleneck():
    t = thresholds.tangency()
    for gap, near in ((1e-4, 0.03), (1e-6, 0.003)):
        assert thresholds.equilibrium(t.sigma + gap)[1] == pytest.approx(thresholds.bottleneck(gap), rel=near)


def test_granovetter_with_tables_and_simulate(tmp_path):
    """The same through the public interface: a table of organizations, the convener on top."""
    table = tmp_path / "organizations.csv"
    rows = [f"{i},0.5,0,{i / 20}" for i in range(21)]  # the convener, and thresholds 0 ... 19 of 20
    table.write_text("\n".join(["id,mission_1,readiness,join_threshold", *rows]) + "\n")
    nulls = {name: d.null for name, d in declarations().items() if d.null is not None}
    only = {"dimensions": 1, "acquaintances": "all", "contagion": 1.0, "adaptation": 1.0, "months": 30}
    only |= {"focal_launch_month": 0, "focal_convener": 0, "source": "tables", "organizations_table": str(table)}
    runs = cs.simulate(Parameters.model1().replace(**{**nulls, **only}), monthly=True)
    assert runs.monthly["members"].tolist() == [*range(1, 22), *[21] * 9]


# Hegselmann & Krause


@pytest.mark.parametrize("eps", [0.03, 0.15, 0.22, 0.3])
def test_hk_in_the_model_as_by_the_rule(eps):
    start = np.random.default_rng(3).random((6, 150))
    end, months = hk.settle(start, np.full(6, eps))
    for x, y, month in zip(start, end, months, strict=True):
        directly, needed = hk.directly(x, eps)
        assert needed == month
        np.testing.assert_allclose(y, directly, rtol=0, atol=1e-12)


def test_hk_in_stretches_is_the_unbroken_run_to_the_bit():
    start = np.random.default_rng(4).random((3, 200))
    eps = np.array([0.05, 0.2, 0.25])
    end, months = hk.settle(start, eps)
    assert months.max() > hk.STRETCH  # one at least goes on in a second block
    for x, y, month, one in zip(start, end, months, eps, strict=True):
        assert np.array_equal(hk.paths(x, one, int(month))[-1], y)


def test_hk_settled_clusters_lie_apart_and_listen_to_themselves_only():
    start = np.random.default_rng(6).random((20, 200))
    end, _ = hk.settle(start, np.full(20, 0.1))
    gaps = np.diff(np.sort(end, axis=1), axis=1)
    assert not ((gaps > 1e-9) & (gaps <= 0.1)).any()
    assert hk.clusters(end).tolist() == (1 + (gaps > 0.1).sum(axis=1)).tolist()


def test_hk_needs_openness_one_half():
    """With openness at its null value, 0, nobody would listen to anybody: the limit sets it to 1/2."""
    blank = hk.template(4)
    assert blank.openness.tolist() == [0.5] * 4
    deaf = hk.parameters(0.3).replace(organizations=4)
    field = build(deaf, 1, 0)  # drawn with openness 0
    block = Block([deaf], [field], [0], 1)
    block.step()
    assert np.array_equal(block.state.mission[0], field.mission[:, 0])


# Deffuant et al.


def test_dw_in_parallel_is_the_rule_one_meeting_after_the_other():
    start, d, steps = np.random.default_rng(7).random((3, 20)), np.array([0.1, 0.25, 0.5]), 200
    found = deffuant._meet(start.copy(), d, np.random.default_rng(8), 0.4, steps)
    random = np.random.default_rng(8)
    first, second = random.integers(0, 20, (steps, 3)), random.integers(0, 19, (steps, 3))
    x = start.copy()
    for step in range(steps):
        for run in range(3):
            i, j = first[step, run], second[step, run]
            j += j >= i
            one, other = x[run, i], x[run, j]
            if abs(one - other) < d[run]:
                x[run, i], x[run, j] = one + 0.4 * (other - one), other + 0.4 * (one - other)
    np.testing.assert_allclose(found, x, rtol=0, atol=1e-13)


def test_dw_settled_runs_keep_their_clusters():
    random = np.random.default_rng(9)
    d = np.repeat([0.08, 0.15, 0.3], 4)
    start = random.random((12, 100))
    end, meetings = deffuant.settle(start, d, random)
    assert (meetings > 0).all()
    np.testing.assert_allclose(end.mean(axis=1), start.mean(axis=1), atol=1e-12)
    later = deffuant._meet(end.copy(), d, random, 0.5, 20_000)
    order = np.argsort(end, axis=1, kind="stable")
    before, _ = deffuant.clusters(end, d)
    for run in range(12):
        sorted_later = later[run, order[run]]
        for cluster in range(before[run].max() + 1):
            assert np.ptp(sorted_later[before[run] == cluster]) < 1e-3  # on its way to one opinion; d is .08 and more
    assert deffuant.major(later, d)[0].tolist() == deffuant.major(end, d)[0].tolist()


def test_dw_clusters_of_opinions_made_by_hand():
    x = np.array([[0.9, 0.1, 0.12, 0.5, 0.55, 0.6], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]])
    d = np.array([0.1, 0.3])
    cluster, width = deffuant.clusters(x, d)
    assert cluster.tolist() == [[0, 0, 1, 1, 1, 2], [0] * 6]
    np.testing.assert_allclose(width, [[0.02, 0.02, 0.1, 0.1, 0.1, 0], [1] * 6], atol=1e-12)
    assert deffuant.settled(x, np.array([0.11, 0.3])).tolist() == [True, False]
    assert [count.tolist() for count in deffuant.major(x, d, share=0.3)] == [[2, 1], [3, 1]]


@pytest.mark.parametrize(("d", "peaks"), [(0.5, 1), (0.3, 1), (0.25, 2), (0.2, 2), (0.1, 5), (1 / 6, 3), (0.05, 10)])
def test_dw_rule_of_main_peaks(d, peaks):
    assert BOUNDED.module.rule(d) == peaks


def test_dw_targets_with_fewer_runs():
    d = np.repeat([0.2, 0.3], 40)
    random = np.random.default_rng([1, 77])
    end, _ = deffuant.settle(random.random((80, 1_000)), d, random)
    many, every = deffuant.major(end, d)
    assert (many[:40] == 2).mean() > 0.9
    assert (many[40:] == 1).mean() > 0.85
    assert every.mean() > many.mean()  # outliers persist


def test_half_point_is_where_the_shares_cross_one_half():
    at = np.linspace(0, 1, 11)
    random = np.random.default_rng(1)
    chance = 1 / (1 + np.exp(-12 * (at - 0.37)))
    half = half_point("x", at, random.random((11, 400)) < chance[:, None])
    assert abs(half.point - 0.37) < 4 * half.error
    assert 0.002 < half.error < 0.05
    table = half.table()
    assert (table["low"] - 1e-12 <= table["share"]).all()
    assert (table["share"] <= table["high"] + 1e-12).all()
    assert np.isnan(half_point("x", at, np.ones((11, 20), dtype=bool)).point)


# Watts


def test_watts_exact_targets():
    _, values = WATTS.module.analytic()
    found = words(WATTS, values)
    assert [found[name] for name in ("window_low_0.18", "window_high_0.18", "window_low_0.20", "window_high_0.20")] == [REPRODUCED] * 4


@pytest.mark.parametrize("phi", ["0.25", "0.18", "0.15", "0.1", "0.05"])
def test_watts_the_window_is_where_the_vulnerable_percolate(phi):
    """Against the sum over degrees as the paper writes it, sum over k <= K of k (k - 1) p_k > z, and the giant cluster."""
    phi = Fraction(phi)
    low, high = cascades.window(phi)
    for z, inside in ((0.999 * low, False), (1.001 * low, True), ((low + high) / 2, True), (0.999 * high, True), (1.001 * high, False)):
        k = np.arange(1, cascades.vulnerable(phi) + 1)
        chances = np.exp(k * np.log(z) - z - np.cumsum(np.log(k)))
        if not (low < 1.0001 and z < 1.1):  # there the border is the giant component's, to rounding
            assert ((k * (k - 1) * chances).sum() > z) == inside
            assert (cascades.giant(z, phi) > 0) == inside


@pytest.mark.parametrize("phi", ["0.3", "1/3", "0.5", "0.9"])
def test_watts_no_window_for_thresholds_above_a_quarter(phi):
    assert np.isnan(cascades.window(Fraction(phi))).all()
    assert max(cascades.giant(z, Fraction(phi)) for z in (0.5, 1.0, 1.5, 2.0, 3.0)) == 0


def test_watts_random_graphs_are_simple_and_poisson():
    graph = cascades.random_graph(4_000, 3.0, np.random.default_rng(2))
    ends = np.repeat(np.arange(4_000), graph.degree)
    pairs = set(zip(ends.tolist(), graph.neighbours.tolist(), strict=True))
    assert len(pairs) == len(ends)
    assert all(i != j and (j, i) in pairs for i, j in pairs)
    assert abs(graph.degree.mean() - 3) < 4 * np.sqrt(2 * 3 / 4_000)  # the number of ties is binomial
    assert graph.degree.var() == pytest.approx(3, rel=0.15)
    whole = cascades.random_graph(7, 6.0, np.random.default_rng(2))
    assert whole.degree.tolist() == [6] * 7  # every pair is one number


@given(st.integers(0, 10_000), st.sampled_from(["0.1", "0.18", "0.2", "1/3", "0.5"]), st.sampled_from([1.0, 2.5, 5.0]))
@hypothesis_settings(max_examples=20)
def test_watts_in_the_model_as_by_the_rule(seed, phi, z):
    random = np.random.default_rng(seed)
    graph, phi = cascades.random_graph(120, z, random), Fraction(phi)
    seeds = random.choice(120, 6, replace=False)
    expected = [cascades.directly(graph, phi, node) for node in seeds.tolist()]
    assert cascades.in_the_model(graph, float(phi), seeds) == expected


def test_watts_a_graph_of_the_size_of_the_paper():
    random = np.random.default_rng(11)
    graph = cascades.random_graph(10_000, 3.0, random)
    seeds = random.choice(10_000, 4, replace=False)
    found = cascades.in_the_model(graph, 0.18, seeds)
    assert found == [cascades.directly(graph, Fraction("0.18"), node) for node in seeds.tolist()]
    assert max(sizes[-1] for sizes in found) > 9_000


def test_watts_an_isolated_seed_stays_alone():
    graph = cascades.Graph(np.array([0, 0, 1, 2]), np.array([2, 1]))
    assert cascades.in_the_model(graph, 0.18, np.array([0])) == [[1, 1]]
    assert cascades.in_the_model(graph, 0.18, np.array([1])) == [[1, 2, 2]]
    assert cascades.directly(graph, Fraction("0.18"), 1) == [1, 2, 2]


def test_ratio_over_graphs_has_the_error_of_a_mean_where_graphs_are_alike():
    total, count = np.array([3.0, 5.0, 4.0, 8.0]), np.full(4, 10)
    mean, error = watts_runs.ratio(total, count)
    assert mean == 0.5
    assert error == pytest.approx((total / 10).std(ddof=1) / 2)
    assert np.isnan(watts_runs.ratio(np.zeros(4), np.zeros(4))[0])
