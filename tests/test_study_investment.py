"""The study of investment: channels and their shares, contrasts, the shift of an optimum, endings, what others do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import experiments
from coalsim.analysis import Designed

ROOT = Path(__file__).parents[1]
study = experiments.load("investment", ROOT / "experiments").module
NONE = pd.DataFrame()


def designed(rows, on="impact"):
    """Results of scenarios given as factors and the outcomes of their replicates."""
    design = pd.DataFrame([{"scenario_id": number, **factors} for number, (factors, _) in enumerate(rows)])
    outcomes = [
        {"scenario_id": number, "replication": r, on: value} for number, (_, values) in enumerate(rows) for r, value in enumerate(values)
    ]
    return Designed(design, pd.DataFrame(outcomes), NONE)


def test_channels_are_switched_off_by_null_values():
    from coalsim.parameters.model import declaration

    for settings in study.CHANNELS.values():
        for name, value in settings.items():
            assert declaration(name).null == value


def test_a_shift_of_the_optimum_is_no_surer_than_the_grid():
    rates, peak = [0.04, 0.08, 0.16], {30: 0.16, 240: 0.08}
    rows = [
        ({"organizations": n, "grant_budget": 0.7, "contribution_rate": r}, [-abs(r - best)] * 5) for n, best in peak.items() for r in rates
    ]
    found = study.best_shift("x", designed(rows), {"organizations": 30}, {"organizations": 240}, {"grant_budget": 0.7})
    assert found.value == pytest.approx(-0.08)
    # no replicate differs, so only the distances between rates are left: .08 at the upper end, .06 in the middle
    assert found.se == pytest.approx(np.sqrt((0.08**2 + 0.06**2) / 12))


def test_endings_are_counted_from_coalitions():
    base = cs.Parameters.model1().replace(months=72, effort=10.0)
    runs = cs.Sweep(base, {"contribution_rate": [0.04, 0.08]}, 12, 1, monthly=True).run()
    ended = study.with_endings(runs).outcomes
    total = runs.outcomes["launched"]
    dissolved = (ended["too_few"] + ended["trust_lost"]) * total
    np.testing.assert_allclose(dissolved, runs.outcomes["dissolved"], atol=1e-9)
    assert ended["reserve"].between(0, 1).all()


def test_the_reserve_test_bars_everybody_above_a_rate_that_can_be_worked_out():
    p = cs.Parameters.model1()
    slack, cap, share = (p.get(name) for name in ("slack", "reserve_cap", "see_through"))
    for commitment, most in ((12, 0.2), (24, 0.4 / 3), (36, 1 / 9)):
        assert slack * (cap + commitment) / (share * commitment) == pytest.approx(most)
        above = [p.replace(commitment_months=commitment, contribution_rate=most * factor, months=36) for factor in (0.75, 1.01)]
        joins = cs.simulate(above, replicates=5).outcomes.groupby("scenario_id")["joins"].sum()
        assert joins[0] > 0
        assert joins[1] == 0


def test_committed_results_say_what_the_readme_says():
    main = pd.read_csv(ROOT / "results" / "investment" / "main_effects.csv").set_index(["scope", "world", "lever", "outcome"])["effect"]
    channels = pd.read_csv(ROOT / "results" / "investment" / "channels.csv")
    for _, of in channels.groupby("outcome"):
        shares = of.set_index("channel")["value"]
        assert shares.drop("all").sum() == pytest.approx(shares["all"], abs=1e-6)
    assert main[("everybody", "synthetic", "contribution rate .08 to .16", "impact")] > 0
