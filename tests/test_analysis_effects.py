"""Effects, curves, optima, numbers of replicates: against values worked out by hand, theory and scipy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import coalsim as cs
from analysis_cases import designed
from coalsim.analysis import Designed, effect, optimum, replicates_needed, response
from coalsim.analysis.inputs import levels
from coalsim.analysis.intervals import bca, interval, resamples, wilson
from coalsim.errors import CoalsimError, ParameterError
from coalsim.extras import extra

NAN = float("nan")


@pytest.fixture(scope="module")
def simulated():
    points = [{"openness": o, "effort": e} for o in (0.2, 0.8) for e in (30.0, 60.0)]
    base = cs.Parameters.model1().replace(organizations=20, months=60)
    return Designed.of(points, cs.simulate([base.replace(**p) for p in points], replicates=12, seed=1))


def test_effect_worked_out_by_hand():
    # two cells (b) of two levels (a); columns are replicates
    y = [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [2.0, 4.0, 3.0], [11.0, 21.0, 33.0]]
    results = designed({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}, y=y)
    (row,) = effect(results, "a", "y").to_dict("records")
    differences = np.array([(1 + 1) / 2, (2 + 1) / 2, (0 + 3) / 2])
    assert (row["value"], row["baseline"], row["n"], row["pairs"], row["dropped"]) == (1, 0, 3, 6, 0)
    assert row["effect"] == pytest.approx(differences.mean())
    assert row["se"] == pytest.approx(differences.std(ddof=1) / np.sqrt(3))
    moved, base = np.array([6.5, 12.5, 18.0]), np.array([5.5, 11.0, 16.5])
    assert row["mean"] == pytest.approx(moved.mean())
    assert row["mean_baseline"] == pytest.approx(base.mean())
    assert row["var_unpaired"] == pytest.approx(moved.var(ddof=1) + base.var(ddof=1))
    assert row["saved"] == pytest.approx(1 - differences.var(ddof=1) / row["var_unpaired"])
    assert row["correlation"] == pytest.approx(np.corrcoef(moved, base)[0, 1])


def test_t_interval_is_that_of_a_paired_t_test(simulated):
    (row,) = effect(simulated, "openness", "impact", within={"effort": 30.0}, confidence=0.9).to_dict("records")
    wide = simulated.outcomes.pivot(index="replication", columns="scenario_id", values="impact")
    expected = stats.ttest_rel(wide[2], wide[0]).confidence_interval(0.9)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["effect"] == pytest.approx((wide[2] - wide[0]).mean())


def test_pairs_without_a_value_are_dropped():
    y = [[1.0, NAN, 3.0, NAN], [5.0, 6.0, NAN, NAN], [2.0, 2.0, 5.0, 1.0], [7.0, 9.0, 1.0, NAN]]
    results = designed({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}, y=y)
    (row,) = effect(results, "a", "y").to_dict("records")
    # replicate 0: (1 + 2)/2, replicate 1: 3 alone, replicate 2: 2 alone, replicate 3: none
    assert (row["n"], row["pairs"], row["dropped"]) == (3, 4, 4)
    assert row["effect"] == pytest.approx((1.5 + 3 + 2) / 3)


def test_nothing_to_pair_is_nan_not_zero():
    (row,) = effect(designed({"a": [0, 1]}, y=[[1.0, 2.0], [NAN, NAN]]), "a", "y").to_dict("records")
    assert (row["n"], row["dropped"]) == (0, 2)
    assert np.isnan([row["effect"], row["low"], row["high"], row["se"], row["saved"]]).all()


def test_one_replicate_has_an_effect_but_no_interval():
    (row,) = effect(designed({"a": [0, 1]}, y=[[1.0], [3.0]]), "a", "y").to_dict("records")
    assert (row["effect"], row["n"]) == (2.0, 1)
    assert np.isnan([row["low"], row["high"], row["var_paired"]]).all()


def test_a_missing_run_is_a_dropped_pair():
    results = designed({"a": [0, 1]}, y=[[1.0, 2.0, 5.0], [3.0, 5.0, 6.0]])
    results = Designed(results.design, results.outcomes.drop(index=4).sample(frac=1, random_state=0), results.coalitions)
    (row,) = effect(results, "a", "y").to_dict("records")
    assert (row["effect"], row["n"], row["dropped"]) == (1.5, 2, 1)


def test_variance_saved_is_the_correlation_of_equal_variances():
    random = np.random.default_rng(1)
    shared = 2 * random.standard_normal(4000)
    y = [shared + random.standard_normal(4000) + level for level in (0, 0.5)]
    (row,) = effect(designed({"a": [0, 1]}, y=y), "a", "y").to_dict("records")
    # variance 4 shared and 1 own: paired 2, unpaired 10
    assert row["saved"] == pytest.approx(0.8, abs=0.02)
    assert row["correlation"] == pytest.approx(0.8, abs=0.02)
    assert row["effect"] == pytest.approx(0.5, abs=4 * row["se"])


@pytest.mark.parametrize("method", ["t", "bootstrap"])
def test_intervals_cover_as_often_as_they_say(method):
    random = np.random.default_rng(2)
    samples = random.standard_normal((400, 30)) if method == "t" else random.exponential(1, (400, 30)) - 1
    hits = sum(low <= 0 <= high for _, low, high in (interval(values, 0.9, method) for values in samples))
    # 90 % within 4 standard errors; the bootstrap of a skewed mean of 30 falls short by some percent
    assert hits / 400 == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 400) if method == "t" else 0.07)


def test_bootstrap_agrees_with_scipy_and_is_the_same_every_time():
    values = np.random.default_rng(3).gamma(2, size=60)
    low, high = bca(values, 0.95)
    other = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(0)).confidence_interval
    assert (low, high) == pytest.approx((other.low, other.high), abs=0.02)
    resamples.cache_clear()
    assert bca(values, 0.95) == (low, high)
    assert bca(values, 0.95, seed=2) != (low, high)
    assert bca(np.full(5, 2.5)) == (2.5, 2.5)


def test_wilson_is_that_of_scipy():
    for successes, count in ((0, 10), (3, 10), (200, 200)):
        expected = stats.binomtest(successes, count).proportion_ci(0.95, method="wilson")
        assert wilson(successes, count) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert np.isnan(wilson(0, 0)).all()


@settings(max_examples=25)
@given(st.lists(st.lists(st.floats(-100, 100), min_size=4, max_size=4), min_size=4, max_size=4), st.floats(-50, 50))
def test_luck_that_levels_share_drops_out(y, luck):
    y = np.round(np.array(y), 3)
    design = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}
    plain = effect(designed(design, y=y), "a", "y").iloc[0]
    lucky = effect(designed(design, y=y + luck * np.arange(4)), "a", "y").iloc[0]
    back = effect(designed(design, y=y), "a", "y", baseline=1).iloc[0]
    assert lucky["effect"] == pytest.approx(plain["effect"], abs=1e-9)
    assert lucky["var_paired"] == pytest.approx(plain["var_paired"], abs=1e-6)
    assert back["effect"] == pytest.approx(-plain["effect"], abs=1e-12)
    assert (back["low"], back["high"]) == pytest.approx((-plain["high"], -plain["low"]), abs=1e-9)


def test_several_factors_and_outcomes(simulated):
    table = effect(simulated, ["openness", "effort"], ["impact", "focal_launched"])
    assert list(table["factor"]) == ["openness"] * 2 + ["effort"] * 2
    assert list(table["outcome"]) == ["impact", "focal_launched"] * 2
    assert (table[table["outcome"] == "focal_launched"]["effect"] == 0).all()  # there is no focal initiative


def test_within_levels_and_within_some(simulated):
    apart = effect(simulated, "openness", "impact", within="effort")
    assert list(apart["effort"]) == [30.0, 60.0]
    for effort, row in apart.groupby("effort"):
        alone = effect(simulated, "openness", "impact", within={"effort": effort})
        pd.testing.assert_frame_equal(row[alone.columns].reset_index(drop=True), alone)
    both = effect(simulated, "openness", "impact", within={"effort": [30.0, 60.0]})
    pd.testing.assert_frame_equal(both, effect(simulated, "openness", "impact"))
    assert both["effect"].iloc[0] == pytest.approx(apart["effect"].mean())


def test_levels_are_ordered_and_told_apart():
    design = pd.DataFrame({"scenario_id": range(4), "n": [3.0, NAN, 1.0, 2.0], "s": ["b", "a", None, "b"], "l": [[24], [], [24], [1, 2]]})
    assert levels(design, "n").values == (None, 1.0, 2.0, 3.0)
    assert levels(design, "s").values == (None, "b", "a")
    assert levels(design, "l").values == ((24,), (), (1, 2))
    assert list(levels(design, "n").codes) == [3, 0, 1, 2]


def test_a_level_not_set_is_the_baseline():
    table = effect(designed({"a": [None, 6.0, 0.0]}, y=[[1.0, 2.0], [4.0, 6.0], [1.0, 1.0]]), "a", "y")
    assert list(table["value"]) == [0.0, 6.0]
    assert table["baseline"].isna().all()
    assert list(table["effect"]) == [-0.5, 3.5]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"baseline": np.array([0.2, 0.8])}, "is not a level of the design"),
        ({"of": "opennes"}, "'opennes' is not a factor of the design, did you mean 'openness'?"),
        ({"on": "impcat"}, "'impcat' is not an outcome of these results, did you mean 'impact'?"),
        ({"baseline": 0.3}, "openness = 0.3 is not a level of the design; levels: 0.2, 0.8"),
        ({"within": "openness"}, "leave it out of within"),
        ({"within": {"effort": 31.0}}, "effort = 31.0 is not a level"),
        ({"within": {"openness": 0.2}}, "no two scenarios differ in openness alone"),
        ({"confidence": 95}, "confidence = 95 is out of range"),
        ({"method": "bootstap"}, "did you mean 'bootstrap'?"),
        ({"of": ["openness", "effort"], "baseline": 0.2}, "one factor at a time"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(simulated, change, message):
    with pytest.raises(ParameterError) as error:
        effect(simulated, **{"of": "openness", "on": "impact", **change})
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_column_that_moves_with_the_factor_is_named():
    results = designed({"launch": [0, 12], "lag": [-6, 6]}, y=[[1.0, 2.0], [2.0, 3.0]])
    with pytest.raises(ParameterError, match="lag always moves with it: leave such a column out of the design"):
        effect(results, "launch", "y")
    with pytest.raises(ParameterError, match="b has one level only"):
        effect(designed({"a": [0, 1], "b": [1, 1]}, y=[[1.0], [2.0]]), "b", "y")


def test_tables_that_do_not_fit_are_refused(simulated):
    twice = Designed(simulated.design, pd.concat([simulated.outcomes] * 2), simulated.coalitions)
    with pytest.raises(ParameterError, match="in the outcomes twice"):
        effect(twice, "openness", "impact")
    with pytest.raises(ParameterError, match="scenario_id 3 has runs but is not in the design"):
        effect(Designed(simulated.design[:3], simulated.outcomes, simulated.coalitions), "openness", "impact")
    words = Designed(simulated.design, simulated.outcomes.assign(word="a"), simulated.coalitions)
    with pytest.raises(ParameterError, match="'word' is not a number"):
        effect(words, "openness", "word")
    with pytest.raises(ParameterError, match="2 points do not describe 1 scenarios"):
        Designed.of([{}, {}], cs.simulate(cs.Parameters.model1().replace(organizations=4, months=2)))


def test_a_library_that_is_not_there_is_asked_for_in_one_line():
    with pytest.raises(CoalsimError, match="no_such_library is needed for this; install coalsim with its 'analysis' extra"):
        extra("no_such_library.part")


def test_response_curve_by_hand():
    y = [[1.0, 3.0, 0.0], [5.0, 7.0, 1.0], [2.0, NAN, 6.0], [8.0, NAN, NAN]]
    results = designed({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}, y=y)
    table = response(results, "a", "y")
    assert list(table["mean"]) == pytest.approx([(3 + 5 + 0.5) / 3, (5 + 6) / 2])
    assert list(table["n"]) == [3, 2]
    assert list(table["missing"]) == [0, 3]
    table = response(designed({"a": [0, 0], "b": [0, 1]}, y=[[1.0, 3.0], [5.0, 7.0]]), "a", "y")
    mean, low, high = interval(np.array([3.0, 5.0]))
    assert tuple(table.loc[0, ["mean", "low", "high"]]) == (mean, low, high)


def test_response_surface_and_curves_within(simulated):
    surface = response(simulated, ["openness", "effort"], "impact")
    curves = response(simulated, "effort", "impact", within="openness")
    means = simulated.outcomes.groupby("scenario_id")["impact"].mean()
    assert list(surface["mean"]) == pytest.approx(list(means))
    assert list(curves["mean"]) == pytest.approx(list(means))
    assert list(zip(surface["openness"], surface["effort"], strict=True)) == [(0.2, 30.0), (0.2, 60.0), (0.8, 30.0), (0.8, 60.0)]
    with pytest.raises(ParameterError, match="not in within"):
        response(simulated, "effort", "impact", within="effort")


def test_optimum_of_a_clear_peak():
    random = np.random.default_rng(4)
    x = np.arange(7)
    y = -((x[:, None] - 4.0) ** 2) + random.standard_normal(50) + 0.3 * random.standard_normal((7, 50))
    (row,) = optimum(designed({"x": x}, y=y), "x", "y").to_dict("records")
    assert (row["best"], row["low"], row["high"], row["at_edge"], row["share"]) == (4, 4, 4, False, 1.0)
    assert (row["as_good_low"], row["as_good_high"]) == (4, 4)
    (row,) = optimum(designed({"x": x}, y=y), "x", "y", largest=False).to_dict("records")
    assert (row["best"], row["at_edge"]) == (0, True)
    assert row["mean"] == pytest.approx(y[0].mean())


def test_optimum_interval_covers_where_the_curve_is_flat():
    random = np.random.default_rng(5)
    x = np.linspace(0, 1, 6)
    covered = 0
    for _ in range(60):
        y = -0.2 * (x[:, None] - 0.4) ** 2 + 0.1 * random.standard_normal((6, 20))
        (row,) = optimum(designed({"x": x}, y=y), "x", "y").to_dict("records")
        covered += row["low"] <= 0.4 <= row["high"]
    assert covered >= 54  # 90 %: nominal 95 % within 2 standard errors


def test_a_factor_without_effect_is_best_everywhere():
    y = np.tile(np.random.default_rng(6).standard_normal(10), (4, 1))
    (row,) = optimum(designed({"x": [1, 2, 3, 4]}, y=y), "x", "y").to_dict("records")
    assert (row["low"], row["high"], row["as_good_low"], row["as_good_high"]) == (1, 4, 1, 4)


def test_optimum_of_two_factors_within_a_third():
    grid = [(a, b, c) for c in (0, 1) for a in (0, 1, 2) for b in ("p", "q")]
    y = [[10 * (a == 1 + c) + (b == "q") + noise for noise in (0.0, 0.1, 0.2)] for a, b, c in grid]
    design = dict(zip("abc", zip(*grid, strict=True), strict=True))
    table = optimum(designed(design, y=y), ["a", "b"], "y", within="c")
    assert list(zip(table["c"], table["factor"], table["best"], strict=True)) == [(0, "a", 1), (0, "b", "q"), (1, "a", 2), (1, "b", "q")]
    assert list(table["at_edge"]) == [False, False, True, False], "labels have no order, so no end"
    with pytest.raises(ParameterError, match="has no value at some point"):
        optimum(designed({"x": [0, 1]}, y=[[1.0], [NAN]]), "x", "y")


def test_replicates_needed_is_the_least_number():
    y = np.vstack([np.tile([1.0, -1.0], 20), np.tile([3.0, -3.0], 20), np.tile([0.1, -0.1], 20)])
    table = replicates_needed(designed({"a": [0, 1, 2]}, y=y), "y", 0.2)
    for row, sd in zip(table.to_dict("records"), (y[1].std(ddof=1), y[0].std(ddof=1)), strict=True):
        assert row["sd"] == pytest.approx(sd)
        for n, enough in ((row["needed"], True), (row["needed"] - 1, False)):
            assert (stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n) <= 0.2) == enough
        assert row["at_most"] > row["needed"]
    # t of few degrees of freedom: 2.776/sqrt(5) = 1.24, 3.182/sqrt(4) = 1.59
    unit = designed({"a": [0]}, y=[np.array([-1.0, 0.0, 1.0])])
    assert replicates_needed(unit, "y", 1.5)["needed"].tolist() == [5, 5]


def test_pairing_needs_fewer_replicates(simulated):
    (row,) = replicates_needed(simulated, "impact", {"impact": 0.01}, of="openness").to_dict("records")
    (measured,) = effect(simulated, "openness", "impact").to_dict("records")
    assert row["sd"] == pytest.approx(np.sqrt(measured["var_paired"]))
    assert row["needed"] < row["unpaired"]
    assert row["unpaired"] / row["needed"] == pytest.approx(1 / (1 - measured["saved"]), rel=0.1)
    with pytest.raises(ParameterError, match="half_width says nothing of impact"):
        replicates_needed(simulated, "impact", {"formed": 1.0})
    with pytest.raises(ParameterError, match="allowed: > 0"):
        replicates_needed(simulated, "impact", 0.0)


def test_what_says_nothing_of_chance_is_not_counted_with():
    """A pilot that did not vary tells no number of replicates, and one replicate no interval of the best level."""
    same = designed({"a": [0, 1]}, y=np.zeros((2, 12)))
    assert replicates_needed(same, "y", 0.1)[["needed", "at_most"]].isna().all(axis=None)
    varied = designed({"a": [0, 1]}, y=np.random.default_rng(1).normal(size=(2, 12)))
    assert np.isinf(replicates_needed(varied, "y", 1e-300)["needed"]).all()
    for change, message in (({"within": "a"}, "within has no effect"), ({"half_width": {"y": 0.1, "z": 1}}, "says something of z")):
        with pytest.raises(ParameterError, match=message):
            replicates_needed(varied, "y", **{"half_width": 0.1, **change})
    (one,) = optimum(designed({"a": [1, 2, 3]}, y=[[0.1], [0.9], [0.3]]), "a", "y").to_dict("records")
    assert (one["best"], one["low"], one["high"], one["as_good_low"], one["as_good_high"]) == (2, 1, 3, 1, 3)
    assert np.isnan(one["share"])
