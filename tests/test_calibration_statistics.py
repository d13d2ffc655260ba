"""Statistics of calibrations: each on a case worked by hand, and the same definitions as the analysis and the face check."""

import math
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import analysis, experiments
from coalsim.calibration import LIBRARY, Seen, evaluating
from coalsim.calibration.evaluating import Task, see
from coalsim.calibration.groups import Group
from coalsim.calibration.statistics import check_columns, markdown
from coalsim.calibration.statistics.networks import COUNTS, MEASURES, count_ties
from coalsim.errors import ParameterError

ROOT = Path(__file__).parents[1]
assert experiments.load("face-check", ROOT / "experiments").module.run
face_networks, face_hazards, face_lives = (sys.modules[f"face_check_{name}"] for name in ("networks", "hazards", "lives"))

NAN = math.nan


def seen(months=120, **columns):
    """Return what is seen of coalitions with some columns, all in run 0, one more column for each name."""
    count = len(next(iter(columns.values())))
    given = {"replication": [0] * count, "launch": [0] * count, "formed": columns.get("launch", [0] * count), "months": [months] * count}
    table = pd.DataFrame(given | {"ending": ["running"] * count, "end": [months - 1] * count} | columns)
    outcomes = pd.DataFrame({"replication": [0], "setting": [0], "months": [months], "participation": [0.4]})
    return Seen(outcomes, table, None)


def value(name, of, **options):
    statistic = LIBRARY[name]
    return statistic.function(of, **statistic.chosen(options))


def test_survival_and_hazard_on_a_case_worked_by_hand():
    # ends at ages 11 (dissolved), 23 (achieved) and 24 (dissolved) months; one runs on
    of = seen(months=120, launch=[0, 0, 12, 60], end=[11, 23, 36, 119], ending=["trust", "achieved", "too_few", "running"])
    assert value("survival", of, years=1) == pytest.approx(3 / 4)
    assert value("survival", of, years=2) == pytest.approx(2 / 4)
    assert value("survival", of, years=2, event="dissolution") == pytest.approx(3 / 4)
    assert value("survival", of, years=3) == pytest.approx(1 / 4)
    assert math.isnan(value("survival", of, years=9))  # the last one is watched for five years only
    # at risk in ages 12..23: three, all twelve months; one end
    assert value("hazard", of, low=1, high=2) == pytest.approx(1 / 3)
    assert value("hazard_ratio", of, low=0, high=1, over_low=1, over_high=2) == pytest.approx((1 / 4) / (1 / 3))
    # a register sees dissolutions 12 months late, achievements at once
    assert value("survival", of, years=1, delay=12) == 1.0
    assert value("survival", of, years=2, delay=12) == pytest.approx(2 / 4)


def test_what_a_register_has_not_seen_by_the_end_is_still_there():
    of = seen(months=48, launch=[0, 0], end=[40, 47], ending=["trust", "running"])
    assert value("survival", of, years=4) == pytest.approx(1 / 2)
    assert value("survival", of, years=4, delay=36) == 1.0


def test_launches_before_month_0_are_no_cohort_unless_asked_for():
    of = seen(months=60, launch=[-50, 0, 0], formed=[-49, 0, 0], end=[10, 5, 59], ending=["trust", "trust", "running"])
    assert value("survival", of, years=1) == pytest.approx(1 / 2)
    assert value("survival", of, years=1, where={"launch": {"at_least": -100}}) == pytest.approx(2 / 3)
    assert value("never_formed", of) == 0.0


def test_survival_is_that_of_the_analysis():
    p = cs.Parameters.model1().replace(organizations=25, months=60)
    runs = cs.simulate(p, 12, seed=4)
    curves = analysis.survival(analysis.Designed.of([{"x": 1}], runs), since="formation").curves
    (of,) = see(Task("t", 0, ({},), p, {}, (), False, 4, 1), Group("all", 12, {}, {}))
    for years in (1, 2, 3):
        known = curves.loc[curves["age"] == 12 * years - 1, "probability"]
        assert len(known) == 1
        assert value("survival", of, years=years) == pytest.approx(known.item(), abs=1e-12)


@pytest.fixture(scope="module")
def lived():
    """The same runs as the face check sees them, and as a calibration does."""
    p = cs.Parameters.model1().replace(organizations=25, months=96)
    (of,) = see(Task("t", 0, ({},), p, {}, (), False, 4, 1), Group("all", 12, {}, {}))
    return face_lives.lives(p, 12, 4)[0], of


@pytest.mark.parametrize("view", ["formed", "launched", "formed_registered", "launched_registered", "formed_dissolved"])
def test_survival_and_hazards_are_those_of_the_face_check(view, lived):
    lives, of = lived
    known = face_hazards.seen(lives, face_hazards.VIEWS[view], 1)
    options = {
        "since": "launch" if "launched" in view else "formation",
        "event": "dissolution" if "dissolved" in view else "end",
        "delay": 36 if "registered" in view else 0,
    }
    assert value("survival", of, years=2, **options) == pytest.approx(known.survival(2)[0], nan_ok=True)
    assert value("hazard", of, low=2, high=4, **options) == pytest.approx(known.hazard(2, 4)[0], nan_ok=True)


def test_never_formed_leaves_out_launches_that_may_still_form():
    of = seen(months=60, launch=[0, 10, 50], formed=[NAN, 12, NAN], end=[9, 59, 59])
    assert value("never_formed", of, wait=24) == pytest.approx(1 / 2)
    assert value("never_formed", of, wait=0) == pytest.approx(2 / 3)


def test_the_largest_of_a_sample_is_its_expectation_over_all_samples():
    sizes = [3.0, 4.0, 9.0, 9.0, 20.0, 7.0]
    of = seen(size=sizes)
    for k in (1, 2, 4, 6):
        expected = np.mean([max(chosen) for chosen in combinations(sizes, k)]) / np.mean(sizes)
        assert value("largest_over_mean", of, column="size", sample=k) == pytest.approx(expected)
    assert value("largest_over_mean", of, column="size", sample=113) == pytest.approx(20 / np.mean(sizes))


def test_rows_statistics_on_a_case_worked_by_hand():
    of = seen(
        size=[2.0, 4.0, 6.0, NAN],
        granted=[1.0, 0.0, 1.0, 2.0],
        ending=["running", "running", "trust", "trust"],
        organizations=[50, 50, 100, 100],
    )
    assert value("mean", of, column="size") == 4.0
    assert value("mean", of, table="outcomes", column="participation") == 0.4
    assert value("mean", of, column="size", where={"ending": "trust"}) == 6.0
    assert value("share", of, which={"granted": {"above": 0}}, where={"ending": "running"}) == 0.5
    assert value("share", of, which={"size": {"known": False}}) == 0.25
    assert value("quantile", of, column="size", q=0.25) == 3.0
    assert value("variation", of, column="size") == pytest.approx(0.5)
    assert value("ratio", of, column="size", per="granted") == 3.0
    assert value("ratio_of_means", of, column="size", where={"ending": "running"}, against={"ending": "trust"}) == 0.5
    assert value("elasticity", of, column="size") == pytest.approx(1.0)  # 3 at 50, 6 at 100
    assert value("correlation", of, column="size", other="organizations") == pytest.approx(math.sqrt(3) / 2)
    assert math.isnan(value("mean", of, column="size", where={"ending": "achieved"}))
    assert math.isnan(value("share", of, which={"granted": 1.0}, where={"ending": "achieved"}))


def test_a_mixture_weighs_classes_of_age():
    of = seen(months=120, launch=[90, 100, 20, 30, 40], first_success=[NAN, 5, 5, 5, NAN])
    met = {"first_success": {"known": True}}
    assert value("mixture", of, which=met, ages=[3, math.inf], weights=[0.39, 0.45]) == pytest.approx(0.39 / 2 + 0.45 * 2 / 3)
    young = {"launch": {"above": 50}}
    assert math.isnan(value("mixture", of, which=met, ages=[3, math.inf], weights=[0.39, 0.45], where=young))


def test_hazard_by_size_makes_classes_of_coalition_years():
    # two small ones end after a year each, two large ones run ten years, one of them ends
    of = seen(
        months=120, resources=[1.0, 2.0, 8.0, 9.0], end=[11, 11, 119, 119], ending=["trust", "trust", "trust", "running"], launch=[0] * 4
    )
    small, large = 2 / 2, 1 / 20
    assert value("hazard_by_size", of, column="resources", shares=[1 / 11, 10 / 11], over=2) == pytest.approx(small / large)


def test_network_measures_are_those_of_the_face_check():
    random = np.random.default_rng(2)
    rows, known = [], []
    for n in (13, 20, 27):
        adjacency = random.random((n, n)) < 0.3
        np.fill_diagonal(adjacency, False)
        rows.append({"members_end": n, **count_ties(adjacency)})
        known.append(face_networks.measures(adjacency))
    rows.append({"members_end": 12, **count_ties(np.ones((12, 12), dtype=bool) ^ np.eye(12, dtype=bool))})  # too small to count
    of = seen(**{name: [row[name] for row in rows] for name in ("members_end", *COUNTS)})
    for measure in MEASURES:
        assert value("network", of, measure=measure) == pytest.approx(np.mean([one[measure] for one in known]))


def test_measures_of_the_real_networks_come_out_of_counts():
    real = face_networks.real_networks()
    nodes, ties = (pd.read_csv(ROOT / "data/emon_sar" / f"{name}.csv") for name in ("nodes", "edges"))
    rows = []
    for name, group in nodes.groupby("network", sort=True):
        place, of = pd.Index(group["node_id"]), ties[ties["network"] == name]
        adjacency = np.zeros((len(place), len(place)), dtype=bool)
        adjacency[place.get_indexer(of["source"]), place.get_indexer(of["target"])] = True
        np.fill_diagonal(adjacency, False)
        rows.append({"members_end": len(place), **count_ties(adjacency)})
    of = seen(**{name: [row[name] for row in rows] for name in ("members_end", *COUNTS)})
    for measure in MEASURES:
        assert value("network", of, measure=measure) == pytest.approx(real[measure].mean())


def test_leaving_out_parts_of_the_runs_uses_all_runs_once():
    p = cs.Parameters.model1().replace(months=6)
    (of,) = see(Task("t", 0, ({},), p, {}, (), False, 4, 1), Group("all", 11, {}, {"organizations": (10, 15)}))
    assert sorted(of.outcomes["replication"]) == list(range(11))
    assert of.outcomes.groupby("organizations").size().to_dict() == {10: 6, 15: 5}
    folds = of.folds()
    assert sorted(np.concatenate(folds)) == list(range(11))
    assert all(len(of.without(fold).outcomes) == 11 - len(fold) for fold in folds)


def test_every_statistic_says_what_it_is_and_reads_only_columns_that_are_declared_or_of_networks():
    waiting = {"members_end", *COUNTS}  # of model 2
    for name, statistic in LIBRARY.items():
        assert statistic.meaning.endswith(".")
        assert f"| `{name}` |" in markdown()
        needs = {table: set(columns) - waiting for table, columns in statistic.needs.items()}
        check_columns(name, needs, set())
        assert statistic.function.__doc__


def test_a_column_that_is_not_there_is_an_error_with_the_nearest():
    with pytest.raises(ParameterError, match=r"coalitions has no column 'pek_size', did you mean 'peak_size'\?"):
        check_columns("x", {"coalitions": {"pek_size"}}, set())


def test_a_statistic_reads_the_column_it_is_told_to():
    for found in LIBRARY.values():
        options = {name: "convener" for name in ("column", "per", "other") if name in found.options}
        if options:
            assert "convener" in set().union(*found.reads(options).values()), found.name


def test_parts_of_a_task_are_compiled_by_the_size_of_the_whole(monkeypatch):
    """Each setting of a group is simulated by itself, and may be too small for what all of them together are large enough for."""
    sizes, given, real = [], [], evaluating.simulate

    def chosen(compiled, size):
        sizes.append(size)
        return True

    def simulate(*arguments, compiled=None, **others):
        given.append(compiled)
        return real(*arguments, **others)

    monkeypatch.setattr(evaluating, "chosen", chosen)
    monkeypatch.setattr(evaluating, "simulate", simulate)
    p = cs.Parameters.model1().replace(months=12)
    see(Task("t", 0, ({}, {}), p, {}, (), False, 4, 1), Group("all", 6, {}, {"organizations": (10, 15)}))
    assert sizes == [2 * 3 * 12 * (10 + 15)]
    assert given == [True, True]
