"""The study of openness: its channels, and the sharing out of a gain among them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import studies
from coalsim.studies import Setting

ROOT = Path(__file__).parents[1]
study = studies.load("openness", ROOT / "experiments").module


def test_every_channel_is_switched_off_by_a_null_value():
    from coalsim.parameters.model import declaration

    for settings in study.CHANNELS.values():
        for name, value in settings.items():
            assert declaration(name).null == value


def test_shapley_values_add_up_and_follow_additive_gains(monkeypatch):
    monkeypatch.setattr(study, "CHANNELS", {"a": {}, "b": {}, "c": {}})
    worth = {"a": np.array([0.3, 0.1]), "b": np.array([0.0, 0.0]), "c": np.array([-0.1, 0.2])}
    sets = [frozenset(name for name, bit in zip("abc", f"{k:03b}", strict=True) if bit == "1") for k in range(8)]
    additive = {on: 0.05 + sum((worth[name] for name in on), np.zeros(2)) for on in sets}
    found = study._shapley(additive).set_index("channel")["value"]
    assert found[["a", "b", "c"]].tolist() == pytest.approx([0.2, 0.0, 0.05])
    # a gain that a and c have only together is shared between them
    together = {on: np.array([1.0, 1.0]) if {"a", "c"} <= on else np.zeros(2) for on in sets}
    found = study._shapley(together).set_index("channel")["value"]
    assert found[["a", "b", "c"]].tolist() == pytest.approx([0.5, 0.0, 0.5])
    assert found["next problem (the rest)"] == 0


def test_gains_of_the_full_model_are_the_effect_of_openness(monkeypatch):
    monkeypatch.setattr(study, "CHANNELS", {name: study.CHANNELS[name] for name in ("disputes", "dialogue")})
    base = cs.Parameters().replace(organizations=30, months=48, effort=8.0)
    gains = study._gains(base, True, Setting())
    assert len(gains) == 4
    runs = cs.simulate([base.replace(openness=o) for o in (0.2, 0.8)], replicates=2).outcomes
    impact = runs.pivot(index="replication", columns="scenario_id", values="impact")
    np.testing.assert_allclose(gains[frozenset(study.CHANNELS)], impact[1] - impact[0])


def test_committed_shares_add_up_to_the_gain():
    table = pd.read_csv(ROOT / "results" / "openness" / "channels.csv")
    for _, of in table.groupby("challenges"):
        parts = of.set_index("channel")["value"]
        assert parts.drop("all").sum() == pytest.approx(parts["all"], abs=1e-6)
