"""Sensitivity, regions, signs, plausible draws: against functions whose answers are known, and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import coalsim as cs
from analysis_cases import designed
from coalsim.analysis import (
    Designed,
    chance,
    effect,
    morris_design,
    plausible,
    prim,
    problem,
    regions,
    sensitivity,
    signs,
    sobol_design,
)
from coalsim.analysis.regions import successes
from coalsim.errors import ParameterError
from coalsim.parameters import declarations
from coalsim.simulation import STRUCTURAL, structure

NAN = float("nan")
PI = np.pi
CUBE = {"x1": (-PI, PI), "x2": (-PI, PI), "x3": (-PI, PI)}


def ishigami(x1, x2, x3):
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


# Ishigami & Homma 1990: with a = 7, b = 0.1 the variances are known in closed form.
V1, V2, V13 = (1 + 0.1 * PI**4 / 5) ** 2 / 2, 7**2 / 8, 0.01 * PI**8 * 8 / 225
FIRST = np.array([V1, V2, 0]) / (V1 + V2 + V13)
TOTAL = np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13)


def answered(design, function, replicates=1, noise=0.0):
    """Return results of a design: a function of the factors, plus chance of each run's own."""
    table = design.table()
    y = function(*(table[name].to_numpy() for name in design.names))
    shape = (len(table), replicates)
    return designed(table.drop(columns="scenario_id"), y=y[:, None] + noise * np.random.default_rng(9).standard_normal(shape))


def index(found, name, outcome="y"):
    table = found.indices[(found.indices["index"] == name) & (found.indices["outcome"] == outcome)]
    return table.set_index("factor")


@pytest.fixture(scope="module")
def saltelli():
    design = sobol_design(CUBE, 1024, second_order=True)
    return design, answered(design, ishigami, replicates=2)


def test_sobol_indices_of_ishigami(saltelli):
    design, results = saltelli
    found = sensitivity(results, "y", design)
    for name, known in (("S1", FIRST), ("ST", TOTAL)):
        rows = index(found, name)
        assert rows["value"].to_numpy() == pytest.approx(known, abs=0.03)
        assert ((rows["low"] <= known) & (known <= rows["high"])).all()
    pairs = found.indices[found.indices["index"] == "S2"].set_index(["factor", "other"])["value"]
    assert pairs[("x1", "x3")] == pytest.approx(TOTAL[2], abs=0.05)
    assert pairs[("x1", "x2")] == pytest.approx(0, abs=0.05)
    assert pairs[("x2", "x3")] == pytest.approx(0, abs=0.05)


def test_sobol_indices_agree_with_scipy(saltelli):
    design, results = saltelli
    found = sensitivity(results, "y", design)
    theirs = stats.sobol_indices(func=lambda x: ishigami(*x), n=1024, dists=[stats.uniform(-PI, 2 * PI)] * 3, rng=np.random.default_rng(1))
    assert index(found, "S1")["value"].to_numpy() == pytest.approx(theirs.first_order, abs=0.04)
    assert index(found, "ST")["value"].to_numpy() == pytest.approx(theirs.total_order, abs=0.04)


def test_sobol_indices_are_the_same_every_time(saltelli):
    design, results = saltelli
    again = sobol_design(CUBE, 1024, second_order=True)
    assert (again.unit == design.unit).all()
    pd.testing.assert_frame_equal(sensitivity(results, "y", design).indices, sensitivity(results, "y", again).indices, check_exact=True)
    assert (sobol_design(CUBE, 1024, second_order=True, seed=2).unit != design.unit).any()


def test_chance_not_averaged_out_is_in_total_indices():
    design = sobol_design({"a": (0, 1), "b": (0, 1)}, 1024)
    results = answered(design, lambda a, b: a + 0 * b, replicates=4, noise=0.5)
    found = sensitivity(results, "y", design)
    # variance 1/12 of a, 1/16 of chance in a mean of four
    noise = (1 / 16) / (1 / 12 + 1 / 16)
    assert found.chance["noise"].item() == pytest.approx(noise, abs=0.03)
    assert index(found, "ST")["value"]["b"] == pytest.approx(noise, abs=0.05)
    assert index(found, "S1")["value"]["b"] == pytest.approx(0, abs=0.06)


def test_elementary_effects_of_a_line():
    design = morris_design({"a": (0, 10), "b": (-1, 1), "c": (0, 1)}, 10)
    found = sensitivity(answered(design, lambda a, b, c: 2 * a - 3 * b), "y", design)
    assert len(design.points) == 40
    assert list(index(found, "mu")["value"]) == pytest.approx([20, -6, 0], abs=1e-9)
    assert list(index(found, "mu_star")["value"]) == pytest.approx([20, 6, 0], abs=1e-9)
    assert list(index(found, "sigma")["value"]) == pytest.approx([0, 0, 0], abs=1e-9)


def test_elementary_effects_tell_an_interaction():
    design = morris_design({"a": (0, 1), "b": (0, 1)}, 40)
    found = sensitivity(answered(design, lambda a, b: a * (b - 0.5)), "y", design)
    rows = {name: index(found, name).loc["a"] for name in ("mu", "mu_star", "sigma")}
    assert rows["mu"]["low"] < 0 < rows["mu"]["high"]
    # the other factor stands at 0, 1/3, 2/3 or 1: effects of -1/2 to 1/2
    assert rows["mu_star"]["value"] == pytest.approx(1 / 3, abs=0.08)
    assert rows["sigma"]["value"] == pytest.approx(np.sqrt(5 / 36), abs=0.08)


def test_whole_numbers_have_equal_shares():
    design = sobol_design({"research_months": (0, 4), "openness": (0.0, 1.0)}, 256)
    table = design.table()
    months = table["research_months"]
    assert months.dtype == np.int64
    assert list(np.bincount(months) / len(months)) == pytest.approx([0.2] * 5, abs=0.02)
    assert all(type(point["research_months"]) is int for point in design.points)
    for point in design.points[:8]:
        cs.Parameters.model1().replace(**point)


def test_simulated_scenarios_are_checked_against_the_design():
    design = morris_design(["openness", "research_months"], 3)
    base = cs.Parameters.model1().replace(organizations=15, months=48)
    runs = cs.simulate([base.replace(**point) for point in design.points], replicates=3, seed=1)
    results = Designed.of(design.points, runs)
    found = sensitivity(results, ["participation", "formed"], design)
    assert set(found.indices["outcome"]) == {"participation", "formed"}
    assert found.chance["replicates"].tolist() == [3, 3]
    with pytest.raises(ParameterError, match="is not that of the design in the same scenarios"):
        sensitivity(results, "formed", morris_design(["openness", "research_months"], 3, seed=5))
    with pytest.raises(ParameterError, match="the design has 12 scenarios, the results 9"):
        sensitivity(results, "formed", morris_design(["openness", "research_months"], 4))
    with pytest.raises(ParameterError, match="the results do not say what effort was"):
        sensitivity(results, "formed", morris_design(["openness", "effort"], 3))


def test_a_sweep_says_itself_what_it_was_drawn_with():
    base = cs.Parameters.model1().replace(organizations=15, months=48)
    factors = {"openness": {"low": 0.1, "high": 0.9}, "effort": {"low": 15.0, "high": 120.0, "log": True}, "funders": [0, 3]}
    for kind, samples, scenarios in (("morris", 3, 12), ("saltelli", 2, 16)):
        extra_point = {"openness": 0.5, "effort": 45.0, "funders": 3}
        sweep = cs.Sweep(base, factors, replicates=2, design=kind, samples=samples, points=(extra_point,))
        results = sweep.run()
        assert len(results.design) == scenarios + 1
        found = sensitivity(results, "participation")
        assert set(found.indices["factor"]) == set(factors)
        assert found.chance["scenarios"].item() == scenarios
    grid = cs.Sweep(base, {"openness": [0.2, 0.8]}, replicates=2).run()
    with pytest.raises(ParameterError, match="design = 'grid': a sensitivity analysis needs"):
        sensitivity(grid, "participation")
    with pytest.raises(ParameterError, match="give the design"):
        sensitivity(Designed(grid.design, grid.outcomes, grid.coalitions), "participation")
    table = effect(grid, "openness", "participation")
    assert table["effect"].item() == pytest.approx(grid.outcomes.groupby("scenario_id")["participation"].mean().diff().iloc[1])


def test_runs_without_a_value():
    design = morris_design({"a": (0, 1), "b": (0, 1)}, 2)
    results = answered(design, lambda a, b: a + b, replicates=2)
    results.outcomes.loc[[0, 1, 2], "y"] = NAN
    with pytest.raises(ParameterError, match="y has no value in 1 of 6 scenarios; say with missing"):
        sensitivity(results, "y", design)
    found = sensitivity(results, "y", design, missing=0.0)
    assert found.chance["missing"].item() == 3
    with pytest.raises(ParameterError, match="the same in all scenarios"):
        sensitivity(answered(design, lambda a, b: 0 * a), "y", design)


def test_chance_divides_variance_as_it_was_put_together():
    random = np.random.default_rng(1)
    y = 3 * random.standard_normal((300, 1)) + 2 * random.standard_normal((1, 300)) + random.standard_normal((300, 300))
    (row,) = chance(designed({"a": range(300)}, y=y), "y").to_dict("records")
    assert [row["factors"], row["common"], row["rest"]] == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.06)
    assert row["chance"] == pytest.approx(row["common"] + row["rest"])
    assert row["sd_run"] == pytest.approx(np.sqrt(5), rel=0.1)
    assert row["noise"] == pytest.approx(1 / 300 / 9, rel=0.2)
    y[random.random(y.shape) < 0.05] = NAN
    (gaps,) = chance(designed({"a": range(300)}, y=y), "y").to_dict("records")
    assert gaps["factors"] == pytest.approx(row["factors"], abs=0.01)
    assert gaps["missing"] == np.isnan(y).sum()
    single = chance(designed({"a": [0, 1]}, y=[[0.0], [1.0]]), "y")
    assert single[["factors", "common", "rest", "noise"]].isna().all(axis=None)
    with pytest.raises(ParameterError, match="two scenarios are needed"):
        chance(designed({"a": [0]}, y=[[0.0, 1.0]]), "y")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: problem(["openness", "months"]), "months has no plausible range"),
        (lambda: problem(["opennes", "effort"]), "did you mean 'openness'?"),
        (lambda: problem({"openness": (1, 0), "effort": (1, 2)}), "openness: 1..0 is no range"),
        (lambda: problem({"research_months": (0.5, 3), "effort": (1, 2)}), "whole numbers are needed"),
        (lambda: problem(["openness"]), "two factors or more"),
        (lambda: sobol_design(CUBE, 100), "a power of 2 is needed"),
        (lambda: sobol_design(CUBE, 4, seed=0), "seed = 0 is out of range"),
        (lambda: morris_design(CUBE, 1), "allowed: >= 2"),
        (lambda: morris_design(CUBE, 4, grid=5), "an even number is needed"),
    ],
)
def test_designs_that_cannot_be_are_refused(call, message):
    with pytest.raises(ParameterError) as error:
        call()
    assert message in str(error.value)


@pytest.fixture(scope="module")
def box():
    x = stats.qmc.Sobol(3, rng=np.random.default_rng(1)).random_base2(9)
    inside = (x[:, 0] > 0.6) & (x[:, 1] < 0.5)
    good = np.random.default_rng(2).random((512, 2)) < np.where(inside, 0.9, 0.05)[:, None]
    return designed({"x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2]}, good=good)


@pytest.mark.parametrize("method", ["tree", "prim"])
def test_a_box_is_found(box, method):
    found = regions(box, "good", method, **({"depth": 2} if method == "tree" else {"coverage": 0.7}))
    best = found.table.iloc[0]
    ends = found.boxes[found.boxes["region"] == 1].set_index("factor")
    assert ends.loc["x1", "low"] == pytest.approx(0.6, abs=0.07)
    assert ends.loc["x2", "high"] == pytest.approx(0.5, abs=0.07)
    assert best["density"] == pytest.approx(0.9, abs=0.06)
    assert best["held_density"] == pytest.approx(0.9, abs=0.1)
    assert best["low"] < best["density"] < best["high"]
    assert best["coverage"] > 0.7
    assert best["lift"] == pytest.approx(best["density"] / found.base, rel=0.1)
    assert best["rule"].startswith("x1 >= 0.")


def test_leaves_of_a_tree_share_out_all_runs(box):
    table = regions(box, "good", "tree", held=0).table
    assert table["mass"].sum() == pytest.approx(1)
    assert table["coverage"].sum() == pytest.approx(1)
    assert table["scenarios"].sum() == 512
    assert (table["held_scenarios"] == 0).all()
    assert (table["density"].diff().dropna() <= 0).all()


def test_scenarios_kept_aside_are_counted_once(box):
    for method in ("tree", "prim"):
        table = regions(box, "good", method).table
        assert table["held_scenarios"].sum() <= 128
        if method == "tree":
            assert table["held_scenarios"].sum() == 128
            assert table["held_coverage"].sum() == pytest.approx(1)


def test_peeling_by_hand():
    # twenty cases, the successes at the top: each step of a tenth takes the lowest two (at least)
    x, y = np.arange(20.0)[:, None], np.arange(20) >= 15
    trajectory = prim.peel(x, y, alpha=0.1, mass=0.25)
    # a tenth of those left, rounded down but one at least
    assert [round(box.mass * 20) for box in trajectory] == [20, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5]
    assert trajectory[0].density == 0.25
    assert all(box.coverage == 1 for box in trajectory)
    assert (np.diff([box.mass for box in trajectory]) < 0).all()
    last = trajectory[-1]
    assert (last.low[0], last.density, last.mass) == (15, 1, 0.25)
    assert np.isinf(last.high[0])


def test_pasting_takes_back_what_was_peeled_too_far():
    x, y = np.arange(20.0)[:, None], np.arange(20) >= 10
    too_small = prim.Box(np.array([14.0]), np.array([17.0]))
    wide = prim.paste(x, y, too_small, alpha=0.25).measured(x, y)
    assert np.isinf(wide.high[0])  # nothing is lost behind this face
    assert wide.density == 1


def test_peeling_removes_a_level_whole():
    x, y = np.repeat([0.0, 1.0, 2.0], 10)[:, None], np.repeat([False, True, False], 10)
    trajectory = prim.peel(x, y, alpha=0.05, mass=0.1)
    assert [(round(box.mass * 30), box.density) for box in trajectory] == [(30, 1 / 3), (20, 0.5), (10, 1.0)]


def test_pasting_adds_several_at_once():
    # the nearest outside is a failure, the two beyond it are not
    x = np.arange(18.0)[:, None]
    y = np.isin(np.arange(18), [11, 12, 14, 16])
    wide = prim.paste(x, y, prim.Box(np.array([14.0]), np.array([17.0])), alpha=0.75)
    assert wide.low[0] == 11


def test_regions_share_no_run(box):
    # a value that was kept aside may lie on the cut between two leaves
    x = [0.0] * 10 + [1.0] + [2.0] * 9
    good = np.array([[value > 1] * 2 for value in x])
    for seed in range(12):
        table = regions(designed({"x": x}, good=good), "good", "tree", depth=1, seed=seed).table
        assert table["held_scenarios"].sum() == 5
    # a later box may hold an earlier one; its runs are then those that are left
    found = regions(box, "good", "prim", held=0, coverage=0.3, most=3)
    assert len(found.table) == 2
    union = np.zeros(512, dtype=bool)
    for _, ends in found.boxes.groupby("region"):
        inside = [box.design[row.factor].between(row.low, row.high) for row in ends.itertuples()]
        union |= np.logical_and.reduce(inside)
    assert found.table["scenarios"].sum() == union.sum()


def test_scenarios_kept_aside_unmask_luck():
    random = np.random.default_rng(8)
    found, held = [], []
    for seed in range(1, 9):
        results = designed({f"x{i}": random.random(200) for i in range(6)}, good=random.random((200, 1)) < 0.5)
        table = regions(results, "good", "tree", depth=4, seed=seed).table
        found.append(table["density"].iloc[0])
        held.append(table["held_density"].iloc[0])
    assert np.mean(found) > 0.8
    assert np.nanmean(held) == pytest.approx(0.5, abs=0.15)


def test_levels_and_words_as_inputs():
    design = {"how": ["largest", "ready", "ready", "largest"] * 10, "n": [1, 2, 3, 4] * 10}
    good = np.tile([[True], [False], [False], [True]], (10, 2))
    found = regions(designed(design, good=good), "good", "tree", over="how", held=0)
    assert found.table["rule"].tolist() == ["how = largest", "how is not largest"]
    assert found.table["density"].tolist() == [1, 0]
    found = regions(designed(design, good=good), "good", "prim", over="n", held=0, coverage=0.4, mass=0.2)
    assert found.table["rule"].tolist() == ["n >= 4", "n <= 1"]
    assert found.trajectory["restricted"].max() == 1


def test_success_in_words():
    outcomes = pd.DataFrame({"impact": [0.1, NAN, 0.5], "focal_succeeded": [True, False, True], "formed": [1, 2, 3]})
    assert successes(outcomes, "impact >= 0.1").tolist() == [True, False, True]
    assert successes(outcomes, "impact<.2").tolist() == [True, False, False]
    assert successes(outcomes, "focal_succeeded").tolist() == [True, False, True]
    assert successes(outcomes, lambda runs: runs["formed"] == 2).tolist() == [False, True, False]
    for text, message in (
        ("impact", "impact is not true or false"),
        ("impcat > 1", "did you mean 'impact'?"),
        ("impact >= much", "'much' is not a number"),
        ("impact >= 0.1 or formed > 2", "is not understood"),
    ):
        with pytest.raises(ParameterError) as error:
            successes(outcomes, text)
        assert message in str(error.value)


def test_regions_that_cannot_be_told():
    results = designed({"a": range(10)}, y=np.zeros((10, 2)))
    with pytest.raises(ParameterError, match="none of 20 runs succeeds"):
        regions(results, "y > 1")
    with pytest.raises(ParameterError, match="each of 20 runs succeeds"):
        regions(results, "y < 1")
    with pytest.raises(ParameterError, match=r"alpha = 0.9 is out of range; allowed: > 0..0.5"):
        regions(results, "y < 1", "prim", alpha=0.9)
    with pytest.raises(ParameterError, match="'nan' is not a number"):
        regions(results, "y < nan")
    for method, idle in (("tree", {"alpha": 0.1}), ("tree", {"most": 2}), ("tree", {"coverage": 0.9}), ("prim", {"depth": 2})):
        with pytest.raises(ParameterError, match=f"has no effect with method = '{method}'"):
            regions(results, "y < 1", method, **idle)
    with pytest.raises(ParameterError, match="most = 0 is out of range"):
        regions(results, "y < 1", "prim", most=0)


def test_signs_are_counted():
    table = pd.DataFrame({"factor": "a", "value": 1, "baseline": 0, "outcome": "y", "effect": [1.0, 2.0, -1.0, 0.0, NAN, 3.0]})
    table["low"], table["high"] = table["effect"] - 1.5, table["effect"] + 1.5
    (row,) = signs(table).to_dict("records")
    assert [row[name] for name in ("draws", "positive", "negative", "zero", "sign")] == [5, 3, 1, 1, 1]
    assert (row["share"], row["moved_share"]) == (3 / 5, 3 / 4)
    assert (row["resolved"], row["resolved_share"]) == (2, 1.0)
    expected = stats.binomtest(3, 5).proportion_ci(0.95, method="wilson")
    assert (row["share_low"], row["share_high"]) == pytest.approx((expected.low, expected.high))
    assert row["median"] == 1.0
    with pytest.raises(ParameterError, match="the table of effects lacks low"):
        signs(table.drop(columns="low"))


def test_signs_need_a_table_with_an_effect():
    with pytest.raises(ParameterError, match="a table of effects is needed"):
        signs([1])
    for effects in ([], [float("nan")]):
        with pytest.raises(ParameterError, match="has no effect in any of its rows"):
            signs(pd.DataFrame({"effect": effects, "low": effects, "high": effects, "draw": effects}), by="draw")


def test_signs_over_plausible_draws():
    draws = plausible(6, base=cs.Parameters.model1().replace(organizations=20, months=60), fixed=("openness",))
    points = [{"draw": draw, "openness": o} for draw in range(6) for o in (0.1, 0.9)]
    scenarios = [draws[point["draw"]].replace(openness=point["openness"]) for point in points]
    results = Designed.of(points, cs.simulate(scenarios, replicates=3, seed=1))
    table = signs(effect(results, "openness", ["participation", "goals_redefined"], within="draw"))
    assert table["draws"].tolist() == [6, 6]
    assert (table["positive"] + table["negative"] + table["zero"] == 6).all()


def test_plausible_draws_fill_their_ranges():
    draws = plausible(64, seed=3)
    table = draws.table()
    assert (len(draws), draws.refused) == (64, 0)
    assert not set(draws.names) & set(STRUCTURAL)
    assert len(draws.names) > 80
    for name in draws.names:
        declared = declarations()[name]
        low, high = declared.plausible
        assert table[name].between(low, high).all()
        if declared.kind == "number":
            # a scrambled Sobol sequence has one point in each 64th
            assert sorted(np.floor((table[name] - low) / (high - low) * 64).clip(0, 63)) == list(range(64))
    assert len({structure(p) for p in draws}) == 1


def test_what_is_switched_off_is_not_drawn():
    """Of model 1 its own parameters; a plan that nobody made (seed money) is not a mechanism that is off."""
    model1, model2 = cs.Parameters.model1(), cs.Parameters()
    of1, of2 = plausible(8, base=model1), plausible(8, base=model2)
    assert set(of1.names) < set(of2.names)
    later = set(of2.names) - set(of1.names)
    assert {"need_return", "span", "routine_rate", "founders"} <= later
    for name in later:
        assert {p.get(name) for p in of1} == {declarations()[name].null}
    assert "seed_grant" in of1.names
    without = plausible(8, base=model2.replace(need_return=0))
    assert set(of2.names) - set(without.names) == {"need_return"}


def test_more_draws_go_on_where_fewer_stopped():
    few, many = plausible(5, seed=2), plausible(40, seed=2)
    assert list(few) == list(many)[:5]
    assert list(plausible(5, seed=3)) != list(few)


def test_parameters_that_do_not_go_together_are_passed_over():
    base = cs.Parameters.model1().replace(focal_launch_month=12)
    draws = plausible(32, base=base, names=["research_months", "openness"])
    assert draws.table()["research_months"].max() == 12
    assert 16 < draws.refused < 60  # 12 of 25 lengths of research are too long
    assert [p.get("effort") for p in draws] == [45.0] * 32
    assert plausible(4, fixed=("openness",), names=["openness", "effort"]).names == ("effort",)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plausible(0), "n = 0 is out of range"),
        (lambda: plausible(2, names=["months"]), "months has no plausible range"),
        (lambda: plausible(2, names=["opennes"]), "did you mean 'openness'?"),
        (lambda: plausible(2, names=["openness"], fixed=["openness"]), "there is no parameter to draw"),
        (
            lambda: plausible(
                100, base=cs.Parameters.model1().replace(focal_launch_month=0, research_months=0), names=["research_months", "effort"]
            ),
            "have parameters that go together",
        ),
    ],
)
def test_draws_that_cannot_be_are_refused(call, message):
    with pytest.raises(ParameterError) as error:
        call()
    assert message in str(error.value)
