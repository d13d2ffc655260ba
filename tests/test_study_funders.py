"""The study of funders: its levers and channels, and who loses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import experiments
from coalsim.experiments import Setting
from coalsim.studies.shapley import channel_values, gains_by_channels

ROOT = Path(__file__).parents[1]
study = experiments.load("funders", ROOT / "experiments").module


def test_contact_does_nothing_through_no_channel():
    base = cs.Parameters.model1().replace(organizations=40, months=60, effort=10.0)
    gains = gains_by_channels(base, study.CONTACT, study.CHANNELS, "impact", 6, Setting())
    np.testing.assert_array_equal(gains[frozenset()], 0)
    assert gains[frozenset(study.CHANNELS)].mean() > 0


def test_parts_of_information_and_money_add_up():
    names = list(study.CHANNELS)
    draws = np.random.default_rng(1).normal(size=(8, 4))
    sets = [frozenset(n for n, bit in zip(names, f"{k:03b}", strict=True) if bit == "1") for k in range(8)]
    gains = dict(zip(sets, draws, strict=True))
    found = {value.name: value.value for value in study._parts(gains)}
    everything = (gains[frozenset(names)] - gains[frozenset()]).mean()
    assert found["information_part_of_impact"] + found["money_part_of_impact"] == pytest.approx(everything)
    assert found["information_over_money"] == pytest.approx(found["information_part_of_impact"] - found["money_part_of_impact"])
    assert found["information_alone_pays"] == pytest.approx(gains[frozenset(("referrals", "insight"))].mean())


def test_levers_of_one_initiative_are_its_own():
    for lever in study.LEVERS["focal"]:
        assert all(name.startswith("focal_") for name in (*lever.low, *lever.high))


def test_committed_shares_add_up():
    table = pd.read_csv(ROOT / "results" / "funders" / "channels.csv")
    for _, of in table.groupby("whose"):
        parts = of.set_index("channel")["value"]
        assert parts.drop("all").sum() == pytest.approx(parts["all"], abs=1e-6)
        assert parts["rest"] == 0


def test_errors_of_parts_are_those_of_the_one_rule():
    gains = {
        frozenset(some): np.array(values)
        for some, values in (((), [0.0, 0.0]), (("a",), [1.0, 0.0]), (("b",), [0.0, 0.0]), (("a", "b"), [1.0, 0.0]))
    }
    seldom = {value.name: value.se for value in channel_values("x", gains, ["a", "b"], "focal_succeeded")}
    assert seldom == {"x_a": 0.5, "x_b": 0.5, "x_rest": 0.5, "x_all": 0.5}
    often = {value.name: value.se for value in channel_values("x", gains, ["a", "b"], "impact")}
    assert often == {"x_a": 0.5, "x_b": 0.0, "x_rest": 0.0, "x_all": 0.5}
