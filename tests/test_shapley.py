"""Sharing a gain out among channels."""

import numpy as np
import pytest

import coalsim as cs
from coalsim.experiments import Setting
from coalsim.studies.levers import Lever
from coalsim.studies.shapley import gains_by_channels, shapley

CHANNELS = ["a", "b", "c"]
SETS = [frozenset(name for name, bit in zip(CHANNELS, f"{k:03b}", strict=True) if bit == "1") for k in range(8)]


def test_additive_gains_are_each_channels_own():
    worth = {"a": np.array([0.3, 0.1]), "b": np.array([0.0, 0.0]), "c": np.array([-0.1, 0.2])}
    gains = {open_: 0.05 + sum((worth[name] for name in open_), np.zeros(2)) for open_ in SETS}
    found = shapley(gains, CHANNELS).set_index("channel")
    assert found["value"].tolist() == pytest.approx([0.2, 0.0, 0.05, 0.05, 0.3])
    assert found.loc["a", "se"] == pytest.approx(0.1)
    assert found["n"].eq(2).all()


def test_what_two_channels_do_only_together_is_shared_between_them():
    gains = {open_: np.full(3, float({"a", "c"} <= open_)) for open_ in SETS}
    assert shapley(gains, CHANNELS)["value"].tolist() == pytest.approx([0.5, 0, 0.5, 0, 1])


def test_shares_and_rest_add_up_replicate_by_replicate():
    draws = np.random.default_rng(3).normal(size=(8, 5))
    found = shapley(dict(zip(SETS, draws, strict=True)), CHANNELS).set_index("channel")["value"]
    assert found[[*CHANNELS, "rest"]].sum() == pytest.approx(found["all"])


def test_gains_with_all_channels_open_are_the_paired_effect():
    base = cs.Parameters.model1().replace(organizations=30, months=48, effort=8.0)
    lever = Lever("openness", {"openness": 0.2}, {"openness": 0.8})
    gains = gains_by_channels(base, lever, {"disputes": {"dispute": 0.0}, "dialogue": {"dialogue": 0.0}}, "impact", 3, Setting())
    assert len(gains) == 4
    for closed, open_ in (({}, {"disputes", "dialogue"}), ({"dispute": 0.0, "dialogue": 0.0}, set()), ({"dialogue": 0.0}, {"disputes"})):
        runs = cs.simulate([base.replace(openness=o, **closed) for o in (0.2, 0.8)], replicates=3).outcomes
        impact = runs.pivot(index="replication", columns="scenario_id", values="impact")
        np.testing.assert_allclose(gains[frozenset(open_)], impact[1] - impact[0])
