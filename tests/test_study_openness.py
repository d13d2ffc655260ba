"""The study of openness: its channels, and the sharing out of a gain among them."""

from pathlib import Path

import pandas as pd
import pytest

from coalsim import experiments

ROOT = Path(__file__).parents[1]
study = experiments.load("openness", ROOT / "experiments").module


def test_every_channel_is_switched_off_by_a_null_value():
    from coalsim.parameters.model import declaration

    for settings in study.CHANNELS.values():
        for name, value in settings.items():
            assert declaration(name).null == value


def test_committed_shares_add_up_to_the_gain():
    table = pd.read_csv(ROOT / "results" / "openness" / "channels.csv")
    for _, of in table.groupby("challenges"):
        parts = of.set_index("channel")["value"]
        assert parts.drop("all").sum() == pytest.approx(parts["all"], abs=1e-6)
