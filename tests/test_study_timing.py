"""The study of timing: its design, and that its parts answer the hypotheses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import experiments

ROOT = Path(__file__).parents[1]
EXPERIMENT = experiments.load("timing", ROOT / "experiments")
study = EXPERIMENT.module


def test_a_window_opens_once_in_the_month_that_is_asked_for():
    runs = cs.simulate(cs.Parameters.model1().replace(organizations=10, months=40, **study.window(12)), replicates=2, monthly=True)
    assert runs.monthly is not None
    opened = runs.monthly.groupby("replication")["window"].apply(lambda month: np.flatnonzero(month).tolist())
    assert opened.tolist() == [list(range(12, 24))] * 2
    none = cs.simulate(cs.Parameters.model1().replace(organizations=10, months=40, **study.NO_WINDOW), replicates=2, monthly=True)
    assert none.monthly is not None
    assert not none.monthly["window"].any()


def test_levers_move_the_window_or_the_launch_and_not_both():
    for lever in study.OF_FOCAL:
        moved = {name for name in lever.low if lever.low[name] != lever.high[name]}
        assert moved in ({"window_months"}, {"focal_launch_month"})
    for lever in study.OF_ALL:
        assert len(lever.low) == len(lever.high) == 1
        cs.Parameters.model1().replace(**lever.low), cs.Parameters.model1().replace(**lever.high)


def test_alone_nobody_else_launches():
    runs = cs.simulate(cs.Parameters.model1().replace(focal_launch_month=12, months=40, **study.ALONE), replicates=5).outcomes
    assert runs["launched"].tolist() == [1] * 5


def test_channels_are_paired_differences_from_no_window():
    table = pd.DataFrame({"opening": ["none", "open"] * 2, "window_effect": [0.0, 0.0, 0.35, 0.35], "window_yield": [0.5, 0.5, 0.0, 0.0]})
    table = pd.concat([table, pd.DataFrame({"opening": ["none", "open"], "window_effect": 0.35, "window_yield": 0.5})], ignore_index=True)
    design = table.assign(scenario_id=range(6))
    won = {0: [0, 0], 1: [1, 0], 2: [0, 1], 3: [1, 1], 4: [0, 0], 5: [1, 1]}
    outcomes = pd.DataFrame(
        [{"scenario_id": s, "replication": r, "focal_succeeded": bool(w)} for s, of in won.items() for r, w in enumerate(of)]
    )
    results = type("Results", (), {"design": design, "outcomes": outcomes})()
    found = study._channels(results).set_index("part")["effect"]
    assert found.to_dict() == {"readiness": 0.5, "yield": 0.5, "both": 1.0, "readiness_over_yield": 0.0}


def test_committed_tables_say_what_the_readme_says():
    main = pd.read_csv(ROOT / "results" / "timing" / "main_effects.csv").set_index(["world", "lever", "outcome"])
    assert main.loc[("synthetic", "launch threshold .5 to .7", "impact"), "effect"] == pytest.approx(-0.047, abs=5e-4)
    assert main.loc[("synthetic", "postpone 24 months, no window", "focal_succeeded"), "effect"] == pytest.approx(-0.13, abs=5e-4)
    assert main["n"].groupby("world").max().to_dict() == {"alone": 400, "health": 40, "synthetic": 400}
