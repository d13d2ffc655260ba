"""Paired differences in studies: gains, contrasts of gains, the one rule for errors, what others solved."""

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim.analysis import Designed
from coalsim.experiments import Setting
from coalsim.studies.levers import Lever
from coalsim.studies.paired import contrast, gain, mean_value, restricted, with_others
from coalsim.studies.shapley import gains, over_channels
from coalsim.studies.worlds import Scope, World, both_fields, effects_by_scope, effects_by_world, usual_worlds

BASE = cs.Parameters.model1().replace(organizations=20, months=24, convene_hazard=0.2, research_months=2, effort=10.0)


def designed(rows, on):
    """Results of scenarios given as factors and the outcomes of their replicates, the last replicate first."""
    design = pd.DataFrame([{"scenario_id": number, **factors} for number, (factors, _) in enumerate(rows)])
    outcomes = [{"scenario_id": n, "replication": r, on: value} for n, (_, values) in enumerate(rows) for r, value in enumerate(values)]
    return Designed(design, pd.DataFrame(outcomes[::-1]), pd.DataFrame())


GIVING = designed(
    [
        ({"giving": 0.04, "talking": 0.1}, [0, 0]),
        ({"giving": 0.04, "talking": 0.4}, [1, 2]),
        ({"giving": 0.12, "talking": 0.1}, [0, 0]),
        ({"giving": 0.12, "talking": 0.4}, [5, 4]),
    ],
    "impact",
)


def test_a_gain_is_paired_by_replicate_and_from_the_first_end_to_the_second():
    assert gain(GIVING, "impact", "talking", (0.1, 0.4), giving=0.04).tolist() == [1, 2]
    assert gain(GIVING, "impact", "giving", (0.12, 0.04), talking=0.4).tolist() == [-4, -2]


def test_a_contrast_is_one_gain_less_the_other():
    found = contrast("x", GIVING, "impact", "talking", (0.1, 0.4), {"giving": 0.12}, {"giving": 0.04})
    assert (found.name, found.value, found.se) == ("x", 3.0, 1.0)


@pytest.mark.parametrize(
    ("on", "differences", "se"),
    [
        ("focal_succeeded", [0.0] * 4, 0.25),
        ("others_solved", [0.0] * 4, 0.25),
        ("impact", [0.0] * 4, 0.0),
        ("focal_succeeded", [0.0, 1.0, 0.0, 1.0], np.sqrt(1 / 12)),
    ],
)
def test_what_never_moved_is_not_known_exactly(on, differences, se):
    assert mean_value("x", np.array(differences), on).se == pytest.approx(se)


def test_what_others_solved_is_all_but_the_focal_initiatives():
    p = cs.Parameters.model1().replace(months=80, effort=15.0, focal_launch_month=12)
    runs = cs.Sweep(p, {"focal_funder_month": [0, 24]}, replicates=5).run()
    found = with_others(runs)
    for row in found.outcomes.itertuples():
        of = runs.coalitions[(runs.coalitions["scenario_id"] == row.scenario_id) & (runs.coalitions["replication"] == row.replication)]
        assert row.others_solved == of.loc[~of["focal"].astype(bool), "problems_solved"].sum()
    assert (found.outcomes["others_solved"] < runs.outcomes["problems_solved"]).any()
    late = restricted(found, found.design[found.design["focal_funder_month"] == 24])
    assert late.outcomes["scenario_id"].unique().tolist() == [1]
    assert set(late.coalitions["scenario_id"]) == {1}


def test_all_gains_by_channels_come_from_one_sweep():
    lever, channels = Lever("giving", {"contribution_rate": 0.04}, {"contribution_rate": 0.12}), {"burden": {"burden": 0.0}}
    results = over_channels(BASE, lever, channels, 4, Setting())
    found = {on: gains(results, channels, on) for on in ("impact", "joins")}
    here = Setting().sweep(BASE, {"burden": [0.0, BASE.get("burden")], "contribution_rate": [0.04, 0.12]}, 4, 1)
    for on, of in found.items():
        for open_, burden in ((frozenset(), 0.0), (frozenset(channels), BASE.get("burden"))):
            assert of[open_].tolist() == gain(here, on, "contribution_rate", (0.04, 0.12), burden=burden).tolist()
    assert found["joins"][frozenset()].any()


@pytest.mark.parametrize(("quick", "replicates"), [(False, 3), (True, 2)])
def test_a_sweep_of_a_study_has_the_size_asked_for(quick, replicates):
    results = Setting(quick=quick, seed=4).sweep(BASE.replace(months=3), {"effort": [5.0, 10.0]}, 3, 2)
    assert (len(results.outcomes), results.sweep.seed) == (2 * replicates, 4)


def test_scopes_are_the_same_effects_one_below_the_other():
    levers, on = [Lever("effort", {"effort": 5.0}, {"effort": 10.0})], ["impact"]
    one, other = World("one", BASE, 2), World("other", BASE.replace(organizations=10), 2)
    found = effects_by_scope([Scope("here", levers, on, [one]), Scope("there", levers, on, [other])], Setting())
    assert found["scope"].tolist() == ["here", "there"]
    whole = effects_by_world([one, other], levers, on, Setting())
    pd.testing.assert_frame_equal(found.drop(columns="scope"), whole)


def test_the_second_model_is_asked_in_fields_in_motion_with_half_the_replicates():
    first, second = Setting(), Setting(model=2)
    for old, new in zip(both_fields(first), both_fields(second), strict=True):
        assert new.get("organizations") == old.get("organizations")
        assert (old.get("burn_in"), old.get("focal_convener"), new.get("focal_convener")) == (0, "most_ready", "most_supported")
        assert new.get("burn_in") == cs.Parameters().get("burn_in") > 0
    assert (first.replicates(9), second.replicates(9), second.replicates(1)) == (9, 4, 1)
    assert len(second.sweep(BASE, {"openness": [0.2]}, 4, 1).outcomes) == 2
    (effects,) = effects_by_world(
        [World("w", BASE, 4, 3)], [Lever("openness", {"openness": 0.2}, {"openness": 0.8})], ["impact"], second
    ).to_dict("records")
    assert (effects["n"], effects["draws"]) == (2, 3)


def test_the_usual_worlds():
    first, health = both_fields(Setting())
    assert first == cs.Parameters.model1()
    assert health.field.source == "register"
    names = [(world.name, world.replicates, world.draws) for world in usual_worlds(BASE, health, 9, 2, 5, {}, {"convene_hazard": 0.0})]
    assert names == [("synthetic", 9, 5), ("alone", 9, 0), ("health", 2, 0)]
    synthetic, last = usual_worlds(BASE, health, 9, 2, 5, {"focal_launch_month": 6})
    assert (synthetic.base.get("focal_launch_month"), last.base.get("focal_launch_month")) == (6, 6)
