"""Levers and worlds: what every study's table of main effects says."""

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import analysis
from coalsim.errors import ParameterError
from coalsim.experiments import Setting
from coalsim.parameters import ENDLESS
from coalsim.studies.levers import Lever, effects_over_draws, main_effects, signs_over_draws
from coalsim.studies.worlds import World, effect_value, effect_values, effects_by_world, effects_figure

BASE = cs.Parameters.model1().replace(organizations=30, months=60, effort=8.0)
LEVERS = [
    Lever("openness", {"openness": 0.2}, {"openness": 0.8}),
    Lever("no change", {"effort": 8.0}, {"effort": 8.0}),
    Lever("both", {"contribution_rate": 0.02, "communication_share": 0.1}, {"contribution_rate": 0.08, "communication_share": 0.4}),
]
ON = ["impact", "problems_solved"]


def test_a_main_effect_is_the_paired_effect_of_its_two_ends():
    table = main_effects(BASE, LEVERS, ON, 12).set_index(["lever", "outcome"])
    sweep = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, replicates=12).run()
    expected = analysis.effect(sweep, "openness", ON).set_index("outcome")
    for outcome in ON:
        for name in ("effect", "low", "high", "se", "saved", "mean_baseline", "mean"):
            assert table.loc[("openness", outcome), name] == expected.loc[outcome, name]
        assert table.loc[("no change", outcome), "effect"] == 0
    ends = cs.simulate([BASE.replace(**LEVERS[2].low), BASE.replace(**LEVERS[2].high)], replicates=12)
    impact = ends.outcomes.groupby("scenario_id")["impact"].mean()
    assert table.loc[("both", "impact"), "effect"] == pytest.approx(impact[1] - impact[0], abs=1e-12)


def test_draws_apart_have_replicates_of_their_own():
    table = effects_over_draws(BASE, LEVERS[:1], ["impact"], draws=3, replicates=2, apart=True)
    for number, drawn in enumerate(analysis.plausible(6, 1, base=BASE)[:3]):
        ends = [drawn.replace(**end) for end in (LEVERS[0].low, LEVERS[0].high)]
        runs = cs.simulate(ends, range(2 * number, 2 * number + 2), seed=1).outcomes.groupby("scenario_id")["impact"].mean()
        assert table[table["draw"] == str(number)]["effect"].item() == pytest.approx(runs[1] - runs[0])
    again = effects_over_draws(BASE, LEVERS[:1], ["impact"], draws=3, replicates=2, apart=True, workers=2)
    pd.testing.assert_frame_equal(again, table)
    with pytest.raises(ParameterError, match="workers"):
        effects_over_draws(BASE, LEVERS[:1], ["impact"], draws=3, replicates=2, apart=True, workers=0)


def test_effects_over_draws_are_those_of_the_drawn_parameters():
    table = effects_over_draws(BASE, LEVERS[:1], ["impact"], draws=4, replicates=3)
    assert sorted(table["draw"].astype(int)) == [0, 1, 2, 3]
    for number, drawn in enumerate(analysis.plausible(8, 1, base=BASE)):
        if number < 4:
            runs = cs.simulate([drawn.replace(openness=0.2), drawn.replace(openness=0.8)], replicates=3).outcomes
            impact = runs.groupby("scenario_id")["impact"].mean()
            assert table["effect"].iloc[number] == pytest.approx(impact[1] - impact[0], abs=1e-12)
    signs = signs_over_draws(BASE, LEVERS[:1], ["impact"], draws=4, replicates=3)
    assert signs["draws"].item() == 4
    assert signs["positive"].item() == (table["effect"] > 0).sum()


def test_draws_that_do_not_go_with_a_lever_are_passed_over_and_said_if_none_is_left():
    focal = BASE.replace(focal_launch_month=20)
    early = Lever("research", {"focal_research_months": 0}, {"focal_research_months": 20})
    table = effects_over_draws(focal, [early], ["impact"], draws=3, replicates=2)
    assert table["draw"].nunique() == 3
    with pytest.raises(cs.errors.ParameterError, match="only 0 of 4 draws"):
        effects_over_draws(focal, [Lever("too long", {}, {"focal_research_months": 24})], ["impact"], draws=2)


def test_worlds_stand_below_each_other_and_only_some_have_draws():
    worlds = [World("synthetic", BASE, 6, draws=3), World("small", BASE.replace(organizations=20), 4)]
    table = effects_by_world(worlds, LEVERS[:2], ON, Setting())
    assert list(dict.fromkeys(table["world"])) == ["synthetic", "small"]
    assert table.groupby("world")["n"].max().to_dict() == {"synthetic": 6, "small": 4}
    drawn = table.set_index("world")["draws"]
    assert (drawn["synthetic"] == 3).all()
    assert drawn["small"].isna().all()
    counts = table[table["world"] == "synthetic"][["positive", "negative", "zero"]].astype(float).sum(axis=1)
    assert (counts == 3).all()
    same = effects_by_world(worlds, LEVERS[:2], ON, Setting(workers=2))
    pd.testing.assert_frame_equal(table, same)
    values = {value.name: value for value in effect_values(table)}
    assert values["no_change_on_impact_in_small"].value == 0
    row = table[(table["world"] == "synthetic") & (table["lever"] == "openness") & (table["outcome"] == "impact")].iloc[0]
    assert (values["openness_on_impact_in_synthetic"].value, values["openness_on_impact_in_synthetic"].se) == (row["effect"], row["se"])
    figure = effects_figure(table, "Levers")
    assert [axis.get_xlabel().split(" (")[0] for axis in figure.axes] == ["impact", "problems solved"]
    np.testing.assert_array_equal([label.get_text() for label in figure.axes[0].get_yticklabels()], ["openness", "no change"])


def test_a_share_that_was_never_seen_to_differ_is_not_known_exactly():
    focal = BASE.replace(focal_launch_month=20, effort=ENDLESS)
    table = effects_by_world([World("hopeless", focal, 8)], LEVERS[:1], ["focal_succeeded", "impact"], Setting())
    never, nothing = effect_values(table)
    assert (never.value, never.se) == (0, 1 / 8)
    assert (nothing.value, nothing.se) == (0, 0)  # a difference that may be any number is as the runs say
    assert effect_value("x", table, outcome="focal_succeeded").se == never.se
    with pytest.raises(ValueError, match="x: 2 rows have"):
        effect_value("x", table, lever="openness")
