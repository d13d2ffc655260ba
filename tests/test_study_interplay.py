"""The study of interplay: its levers and kinds of field, and what is made of the runs."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import analysis, experiments
from coalsim.experiments import Setting

ROOT = Path(__file__).parents[1]
study = experiments.load("interplay", ROOT / "experiments").module
assert study.run
kinds = sys.modules["interplay_kinds"]


def test_fifteen_levers_with_plausible_ranges_of_which_five_lead():
    assert len(set(study.FIFTEEN)) == 15
    assert set(study.FIVE) == set(study.TOTALS.values()) < set(study.FIFTEEN)
    assert len(analysis.problem(study.FIFTEEN)) == 15
    assert {name for lever in kinds.ADVICE for name in lever.low} == set(study.FIVE)


def test_eight_kinds_of_field_are_scenarios():
    assert len(kinds.KINDS) == 8
    for kind in kinds.KINDS:
        settings = {k: v for aspect, name in zip(kinds.ASPECTS, kind, strict=True) for k, v in kinds.ASPECTS[aspect][name].items()}
        cs.Parameters.model1().replace(**settings)


def test_cost_and_lasting_of_runs():
    sweep = cs.Sweep(cs.Parameters.model1().replace(months=80), {"openness": [0.2, 0.8]}, replicates=4).run()
    table = study.outcomes(sweep)
    np.testing.assert_allclose(table["cost"], table["contributed"] + table["granted"] + table["researched"])
    for row in table.itertuples():
        of = sweep.coalitions
        of = of[(of["scenario_id"] == row.scenario_id) & (of["replication"] == row.replication) & (of["formed"] < 40)]
        expected = np.mean([end - formed >= 40 for end, formed in zip(of["end"], of["formed"], strict=True)]) if len(of) else np.nan
        assert row.lasting == pytest.approx(expected, nan_ok=True)


def test_gains_and_contrasts_between_kinds_are_paired(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", kinds.KINDS[:2])
    monkeypatch.setattr(kinds, "ADVICE", kinds.ADVICE[-1:])
    base = cs.Parameters.model1().replace(months=40, effort=5.0)
    paid = kinds.gains(base, 3, Setting())
    settings = {**kinds.ASPECTS["means"]["rich"], **kinds.ASPECTS["crowding"]["crowded"], **kinds.ASPECTS["climate"]["calm"]}
    runs = cs.simulate([base.replace(**settings, openness=o) for o in (0.2, 0.8)], replicates=3).outcomes
    impact = runs.pivot(index="replication", columns="scenario_id", values="impact")
    np.testing.assert_allclose(paid["gain"].iloc[0], impact[1] - impact[0])
    calmer = kinds.contrast("x", paid, "openness", "climate", "calm", "turbulent")
    assert calmer.value == pytest.approx(paid["effect"].iloc[0] - paid["effect"].iloc[1])
    assert kinds.formulas("n", paid).value == 1


def test_committed_indices_are_of_all_levers():
    sobol = pd.read_csv(ROOT / "results" / "interplay" / "sobol.csv")
    assert set(sobol["factor"]) == set(study.FIFTEEN)
    assert (sobol.groupby(["outcome", "index"]).size() == 15).all()
    five = pd.read_csv(ROOT / "results" / "interplay" / "sobol_five.csv")
    assert (five[five["index"] == "S2"].groupby("outcome").size() == 10).all()
