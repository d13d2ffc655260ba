"""Results stay what they were: a few runs against tests/baseline.csv, written by scripts/write_baseline.py."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent
INTENDED = (
    "results have changed. If this is intended, regenerate tests/baseline.csv with `python scripts/write_baseline.py` "
    'and flag the change in CHANGELOG.md under "Changes results"'
)


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("write_baseline", ROOT / "scripts" / "write_baseline.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return pd.read_csv(script.PATH), script.table()


def test_baseline(tables):
    """Whole numbers exactly, real ones to 1e-9: the same on every machine."""
    before, now = tables
    assert list(now.columns) == list(before.columns), INTENDED
    assert len(now) == len(before), INTENDED
    for name in before.columns:
        if now[name].dtype.kind == "f":
            same = np.allclose(now[name], before[name].astype(float), rtol=1e-9, atol=0, equal_nan=True)
        else:
            same = now[name].tolist() == before[name].tolist()
        assert same, f"{name}: {before[name].tolist()} before, {now[name].tolist()} now: {INTENDED}"


def test_the_baseline_has_seen_everything(tables):
    """Coalitions of every kind: formed, successful, dissolved, open, given grants, focal."""
    before, _ = tables
    seen = (
        "formed",
        "problems_solved",
        "dissolved",
        "achieved",
        "goals_added",
        "goals_redefined",
        "granted",
        "researched",
        "exits",
        "duplicates",
    )
    for name in (*seen, "focal_formed", "focal_succeeded"):
        assert before[name].sum() > 0, name
