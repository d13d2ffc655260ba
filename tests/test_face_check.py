"""The face check: measures of networks, hazards and their views, sizes, what is said of the real data, a quick run."""

import sys
from pathlib import Path

import hypothesis.strategies as st
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

import coalsim as cs
from coalsim import analysis, experiments
from coalsim.vectorized.core import SCHEDULE
from conftest import draw, found, make_block, make_field, null_parameters

ROOT = Path(__file__).parents[1]
EXPERIMENT = experiments.load("face-check", ROOT / "experiments")
assert EXPERIMENT.module.run
networks, lives, hazards, patterns, variants = (
    sys.modules[f"face_check_{name}"] for name in ("networks", "lives", "hazards", "patterns", "variants")
)
RUNNING, ACHIEVED, TOO_FEW = (lives.ENDINGS.index(name) for name in ("running", "achieved", "too_few"))


def graph(n, *ties):
    adjacency = np.zeros((n, n), dtype=bool)
    for source, target in ties:
        adjacency[source, target] = True
    return adjacency


def test_measures_of_a_star():
    star = networks.measures(graph(5, (0, 1), (0, 2), (0, 3), (4, 0)))
    assert star == {
        "directed_density": 4 / 20,
        "reciprocity": 0,
        "density": 4 / 10,
        "transitivity": 0,
        "clustering": 0,
        "centralization": 1,
        "connected": 1,
    }


def test_measures_of_a_triangle_and_one_apart():
    # degrees 2 2 2 0: one triangle, three paths, all closed; (0 + 0 + 0 + 2) / (3 x 2)
    measured = networks.measures(graph(4, (0, 1), (1, 0), (1, 2), (2, 0)))
    assert measured["reciprocity"] == 2 / 4
    assert measured["transitivity"] == 1
    assert measured["density"] == 1 / 2
    assert measured["clustering"] == 2
    assert measured["centralization"] == pytest.approx(1 / 3)
    assert measured["connected"] == 3 / 4


def test_measures_of_nobody_knowing_anybody():
    measured = networks.measures(graph(3))
    assert measured["density"] == measured["centralization"] == 0
    assert measured["connected"] == 1 / 3
    assert np.isnan([measured[name] for name in ("reciprocity", "transitivity", "clustering")]).all()


@settings(max_examples=60)
@given(st.integers(3, 9).flatmap(lambda n: arrays(bool, (n, n))))
def test_measures_are_those_of_networkx(adjacency):
    np.fill_diagonal(adjacency, False)
    directed = nx.from_numpy_array(adjacency, create_using=nx.DiGraph)
    either = directed.to_undirected()
    measured = networks.measures(adjacency)
    assert measured["directed_density"] == pytest.approx(nx.density(directed))
    assert measured["density"] == pytest.approx(nx.density(either))
    assert measured["connected"] == pytest.approx(max(map(len, nx.connected_components(either))) / len(adjacency))
    if adjacency.any():
        assert measured["reciprocity"] == pytest.approx(nx.reciprocity(directed))
    if not np.isnan(measured["transitivity"]):
        assert measured["transitivity"] == pytest.approx(nx.transitivity(either))


def test_contacts_are_those_of_members_only():
    field = make_field([[0.5]] * 5, lists=[[1, 4], [], [0, 1, 3], [2], [0]])
    block = make_block(null_parameters(dimensions=1), field)
    contacts = networks.contacts(block.state, np.array([0, 1, 2]))
    assert contacts.tolist() == graph(3, (0, 1), (2, 0), (2, 1)).tolist()


def test_networks_of_simulated_coalitions_are_of_their_members():
    field = make_field([[0.5]] * 20, lists=[[i + 1] for i in range(19)] + [[0]])
    block = found(make_block(null_parameters(dimensions=1), field), 2, list(range(1, 16)), 0.5)
    ((run, row),) = lives._networks(block.state)
    assert (run, row["members"], row["field_density"]) == (0, 15, 20 / (20 * 19))
    assert row["directed_density"] == pytest.approx(14 / (15 * 14))
    small = found(make_block(null_parameters(dimensions=1), field), 2, list(range(1, 13)), 0.5)
    assert lives._networks(small.state) == []


def test_real_networks_are_what_the_data_say():
    real = networks.real_networks().set_index("network")
    assert real["members"].to_dict() == dict(Cheyenne=14, HurrFrederic=21, LakePomona=20, MtSi=13, MtStHelens=27, Texas=25, Wichita=20)
    ties = real["directed_density"] * real["members"] * (real["members"] - 1)
    assert ties.sum() == pytest.approx(840)
    assert real["reciprocity"].agg(["min", "max"]).round(2).tolist() == [0.46, 0.79]
    assert real["transitivity"].agg(["min", "max"]).round(2).tolist() == [0.48, 0.83]
    edges = pd.read_csv(ROOT / "data/emon_sar/edges.csv")
    texas = nx.from_pandas_edgelist(edges[edges["network"] == "Texas"])
    assert real.loc["Texas", "transitivity"] == pytest.approx(nx.transitivity(texas))


COALITIONS = pd.DataFrame(
    {
        "replicate": [0, 0, 0, 1],
        "launch": [0.0, 5.0, 30.0, 50.0],
        "formed": [2.0, np.nan, 31.0, 52.0],
        "end": [25.0, 13.0, 59.0, 55.0],
        "ending": [ACHIEVED, TOO_FEW, RUNNING, TOO_FEW],
    }
)
MONTHS = 60


def seen(**view):
    taken, entry, last, ended = hazards.spans(COALITIONS, MONTHS, hazards.View(**view))
    return sorted(zip(taken.index, entry.tolist(), last.tolist(), ended.tolist(), strict=True))


def test_views_of_coalitions_by_hand():
    assert seen() == [(0, 0, 23, True), (2, 0, 28, False), (3, 0, 3, True)]
    assert seen(since="launch") == [(0, 0, 25, True), (1, 0, 8, True), (2, 0, 29, False), (3, 0, 5, True)]
    assert seen(dissolved_only=True) == [(0, 0, 23, False), (2, 0, 28, False), (3, 0, 3, True)]
    # seen to go three years late: the second at age 44, the last after the end of the run
    assert seen(since="launch", registered=True) == [(0, 0, 25, True), (1, 0, 44, True), (2, 0, 29, False), (3, 0, 9, False)]
    assert seen(first_half=True) == [(0, 0, 23, True)]


def test_a_window_lets_coalitions_enter_at_their_age(monkeypatch):
    monkeypatch.setattr(hazards, "WINDOW", 36)  # from month 24 on
    assert seen(window=True) == [(0, 22, 23, True), (2, 0, 28, False), (3, 0, 3, True)]


def test_hazard_by_hand():
    taken, entry, last, ended = hazards.spans(COALITIONS, MONTHS, hazards.View())
    counted = hazards.counts(entry, last, ended, taken["replicate"].to_numpy(), 2, MONTHS).total()
    # first year: 12 + 12 + 4 months at risk, one end; second: 12 + 12, one; third: 5 months, none
    assert hazards.hazard(counted, 0, 1) == pytest.approx(1 / (28 / 12))
    assert hazards.hazard(counted, 1, 2) == pytest.approx(1 / 2)
    assert hazards.hazard(counted, 2, 3) == 0
    assert np.isnan(hazards.hazard(counted, 3, 4))
    curve = hazards.survival(counted)
    assert curve[[2, 3, 22, 23, 28]] == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])
    assert np.isnan(curve[29:]).all()


def test_delayed_entry_by_hand():
    counted = hazards.counts(np.array([0, 10]), np.array([11, 20]), np.array([True, True]), np.array([0, 0]), 1, 30)
    assert counted.at_risk[0].tolist() == [1] * 10 + [2, 2] + [1] * 9 + [0] * 9
    assert hazards.hazard(counted, 0, 1)[0] == pytest.approx(1 / (14 / 12))


@pytest.fixture(scope="module")
def simulated():
    p = cs.Parameters.model1().replace(months=96)
    return lives.lives(p, 12, 1, (59,))[0], cs.simulate(p, replicates=12, seed=1)


def test_lives_are_those_of_simulated_coalitions(simulated):
    ours, runs = simulated
    theirs = runs.coalitions
    for name in ("launch", "formed", "end"):
        assert np.array_equal(np.sort(ours.coalitions[name]), np.sort(theirs[name].astype(float)), equal_nan=True)
    assert (ours.coalitions["ending"] == RUNNING).sum() == runs.outcomes["running"].sum()
    assert set(ours.networks["month"]) == {59}
    assert ours.networks["members"].between(13, 27).all()


def test_survival_is_that_of_the_analysis(simulated):
    ours, runs = simulated
    curves = analysis.survival(analysis.Designed.of([{}], runs), since="formation").curves
    mine = hazards.survival(hazards.seen(ours, hazards.VIEWS["formed"], 1).total)
    assert mine[curves["age"]] == pytest.approx(curves["probability"].to_numpy())


def test_landmarks_follow_coalitions_from_year_to_year(simulated):
    ours, runs = simulated
    formed = runs.coalitions.dropna(subset=["formed"])
    lived = (formed["end"] - formed["formed"]).to_numpy(dtype=int) + 1
    ended = (formed["ending"] != "running").to_numpy()
    assert len(ours.landmarks) == ((lived - 1) // 12).sum()  # of those that were at risk after an anniversary
    assert ours.landmarks["months"].sum() == (lived - 12).clip(min=0).sum()
    assert ours.landmarks["ended"].sum() == (ended & (lived > 12)).sum()
    put_in = (formed["contributed"] + formed["granted"]).groupby(formed["replication"]).sum()
    before = ours.landmarks.groupby("replicate")["resources"].sum().reindex(put_in.index, fill_value=0)
    assert (before <= put_in + 1e-9).all()
    assert (ours.landmarks["resources"] > 0).all()


def test_a_scenario_is_the_same_among_others(simulated):
    ours, _ = simulated
    p = cs.Parameters.model1().replace(months=96)
    _, again = lives.lives([p.replace(effort=90.0), p], 12, 1, (59,))
    pd.testing.assert_frame_equal(again.coalitions, ours.coalitions)
    pd.testing.assert_frame_equal(again.landmarks, ours.landmarks)
    pd.testing.assert_frame_equal(again.networks, ours.networks, check_dtype=False)
    assert again.running.tolist() == ours.running.tolist()


def test_classes_have_the_shares_asked_for():
    values, months = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0, 3.5, 8.0, 9.7]), np.ones(10)
    of = hazards.classes(values, months, np.array([0.2, 0.3, 0.5]))
    assert of.tolist() == [1, 0, 2, 0, 2, 1, 2, 1, 2, 2]
    assert hazards.classes(np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 6.0]), np.array([0.25, 0.75])).tolist() == [0, 0, 1]


def test_hazard_by_size_by_hand():
    # ten coalitions of 1 to 10 FTE-months, a year each; the two smallest and the largest end
    ended = [True, True, *[False] * 7, True]
    rows = pd.DataFrame(
        {"replicate": [0, 1] * 5, "month": 12, "resources": np.arange(1.0, 11), "members": 3, "months": 12.0, "ended": ended}
    )
    of = lives.Lives(pd.DataFrame(), rows.assign(dissolved=False), pd.DataFrame(), 2, 60, 60, np.zeros(2))
    table, (ratio, _) = hazards.size_hazards(of, "resources", "ended", 1)
    # shares .122, .325, .271, .231, .052: one, three, three, two and one of ten
    assert table["years"].tolist() == [1, 3, 3, 2, 1]
    assert table["hazard"].tolist() == pytest.approx([1, 1 / 3, 0, 0, 1])
    assert ratio == pytest.approx((2 / 4) / (1 / 3)) == hazards.size_ratio(of, "resources", "ended")
    assert np.isnan(hazards.size_ratio(of, "resources", "dissolved"))


def test_reported_numbers_are_those_of_the_data():
    real = patterns.real_estimates()
    spread = networks.real_networks()[list(networks.MEASURES)].agg(["min", "max"])
    for target in EXPERIMENT.targets:
        name = target.name.rsplit("_", 1)[0]
        assert abs(target.reported - real[name].value) <= 0.5 * 10.0 ** -len(target.printed.split(".")[1]) + 1e-12, target.name
        if name.startswith("survival"):
            expected = 0.1
        elif name in networks.MEASURES:
            expected = (spread.loc["max", name] - spread.loc["min", name]) / 2
        else:
            expected = real[name].value / 2
        assert target.tolerance.absolute == pytest.approx(expected, abs=2e-3), target.name
        assert (target.standing, target.compare, target.tolerance.errors) == ("V", "=", 0)


def test_real_survival_follows_from_the_real_hazards():
    for years in (1, 2, 3, 4, 5):
        ages = hazards.real_ages().query("high <= @years")
        assert hazards.real_survival()[years] == pytest.approx(np.exp(-(ages["annual_hazard"]).sum()), abs=0.001)


def learning(mapping, members=(), months=1, organizations=8):
    field = make_field([[0.5]] * organizations, lists=[[]] * organizations, places=organizations)
    p = null_parameters(dimensions=1, mapping_rate=1.0, months=60)
    block = make_block(p, field, submodels={"mapping": mapping})
    if members:
        found(block, members[0], list(members), 0.5)
    for _ in range(months):
        block.step()
    return block


def test_members_learn_of_one_another():
    members = [1, 4, 6]
    block = learning(variants.mapping_among_members, members)
    fellows = 0
    for i in members:
        # the month's draw says whether it would learn through a friend; without a friend it learns of anybody
        if draw(block, "organization", "through a friend", i) >= 0.5:
            fellow = members[int(draw(block, "organization", "who", i) * 3)]
            known = block.state.acquaintances[: block.state.known[i], i].tolist()
            assert known == ([] if fellow == i else [fellow])
            fellows += 1
    assert fellows


def test_acquaintance_goes_both_ways():
    block = learning(variants.mapping_mutual, months=12)
    contacts = networks.contacts(block.state, np.arange(8))
    one_way = networks.contacts(learning(SCHEDULE["mapping"], months=12).state, np.arange(8))
    assert contacts.any(axis=1).all()
    assert (contacts & contacts.T).sum() / contacts.sum() > (one_way & one_way.T).sum() / one_way.sum()
    for i in range(8):
        known = block.state.acquaintances[: block.state.known[i], i].tolist()
        assert len(set(known)) == len(known)
        assert i not in known
    two = learning(variants.mapping_mutual, organizations=2)
    assert two.state.known.tolist() == [1, 1]


@pytest.mark.slow
def test_quick_run_is_sane():
    output = EXPERIMENT.run(experiments.Setting(quick=True))
    values = {value.name: value.value for value in output.values}
    assert {target.name for target in EXPERIMENT.targets} <= set(values)
    for field in ("synthetic", "health"):
        assert 1 >= values[f"survival_5_{field}"] >= values[f"survival_10_{field}"] >= 0
        assert values[f"survival_5_launched_{field}"] < values[f"survival_5_formed_dissolved_{field}"]
        assert values[f"directed_density_{field}"] <= values[f"density_{field}"] <= 1
    by_age = output.tables["hazard_by_age"]
    assert len(by_age) == 18
    assert (by_age["formed_dissolved"].fillna(0) <= by_age["formed"].fillna(0) + 1e-12).all()
    table = output.tables["variants"].set_index("change")
    assert table.loc["24 months to form", "launched_hazard_0_1"] < 0.1 < table.loc["default", "launched_hazard_0_1"]
    assert table.loc["acquaintance goes both ways", "reciprocity"] > table.loc["default", "reciprocity"] + 0.2
    assert set(output.figures) == {"ages", "sizes", "networks"}
    import matplotlib.pyplot as plt

    for figure in output.figures.values():
        plt.close(figure)
