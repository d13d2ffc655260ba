"""The study of research: its designs say what they vary, and its counts are right."""

from pathlib import Path

import pandas as pd
import pytest

import coalsim as cs
from coalsim import experiments

ROOT = Path(__file__).parents[1]
study = experiments.load("research", ROOT / "experiments").module


def test_prepared_launches_in_the_same_month_and_begun_begins_in_it():
    for months in study.MONTHS:
        prepared = cs.Parameters.model1().replace(**study.ONE, **study.PREPARED[str(months)])
        begun = cs.Parameters.model1().replace(**{**study.ONE, **study.BEGUN[str(months)]})
        assert prepared.get("focal_launch_month") == study.LAUNCH
        assert begun.get("focal_launch_month") - begun.get("focal_research_months") == study.BEGIN


def test_coalitions_already_there_are_those_that_run_at_the_launch():
    sweep = cs.Sweep(
        cs.Parameters.model1().replace(**study.ONE, months=60),
        {"preparation": {name: study.PREPARED[name] for name in ("0", "12")}, "crowding": {"crowded": study.CROWDING["crowded"]}},
        replicates=6,
    )
    results = sweep.run()
    found = study._already_there(results).set_index("preparation")
    of = results.coalitions[~results.coalitions["focal"].astype(bool)]
    running = of[(of["launch"] < study.LAUNCH) & (of["end"] >= study.LAUNCH)]
    for scenario, name in enumerate(("0", "12")):
        assert found.loc[name, "others"] == pytest.approx((running["scenario_id"] == scenario).sum() / 6)
        assert found.loc[name, "launched"] == results.outcomes.loc[results.outcomes["scenario_id"] == scenario, "focal_launched"].mean()
    assert found.loc["0", "same_convener"] == 1


def test_channels_of_research_can_be_closed():
    for settings in study.CHANNELS.values():
        cs.Parameters.model1().replace(**settings)
    assert study.CHANNELS["acquaintances made"]["research_rate"] == cs.Parameters.model1().get("mapping_rate")
    assert set(study.PARTS) == {*study.CHANNELS, "rest", "all"}


def test_committed_optimum_is_inside_the_range():
    best = pd.read_csv(ROOT / "results" / "research" / "best.csv")
    assert not best["at_edge"].any()
    assert set(best["organizations"]) == set(study.SIZES)
