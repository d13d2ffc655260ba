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


def test_channels_are_switched_off_by_null_values_in_every_combination():
    from coalsim.parameters.model import declaration

    groups = study.channel_factors()["channels"]
    assert len(groups) == 2 ** len(study.CHANNELS)
    for settings in study.CHANNELS.values():
        for name, value in settings.items():
            assert declaration(name).null == value
    everything = "+".join(study.CHANNELS)
    assert groups[everything] == {}
    assert groups["none"] == {key: value for off in study.CHANNELS.values() for key, value in off.items()}


def test_shares_of_channels_add_up_to_the_gain_and_follow_additive_gains():
    names = list(study.CHANNELS)
    worth = dict(zip(names, (0.3, 0.0, -0.1, 0.2), strict=True))
    rows = []
    for label in study.channel_factors()["channels"]:
        on = [] if label == "none" else label.split("+")
        gain = 0.05 + sum(worth[name] for name in on)
        rows += [({"channels": label, "contribution_rate": rate}, [value, value + 1]) for rate, value in ((0.08, 0.0), (0.16, gain))]
    found = study.shapley(study.gains(designed(rows), "impact"), names).set_index("channel")["value"]
    assert found[names].tolist() == pytest.approx([0.3, 0.0, -0.1, 0.2])
    assert found["all"] == pytest.approx(found.drop("all").sum())
    assert found["all"] == pytest.approx(0.45)


def test_a_contrast_is_the_gain_at_the_high_level_less_that_at_the_low():
    gain = {(0.04, 0.1): [0, 0], (0.04, 0.4): [1, 2], (0.12, 0.1): [0, 0], (0.12, 0.4): [5, 4]}
    results = designed([({"contribution_rate": r, "communication_share": c}, of) for (r, c), of in gain.items()])
    found = study.contrast("x", results, "impact", "contribution_rate", "communication_share")
    assert (found.value, found.se) == (3.0, 1.0)


def test_a_shift_of_the_optimum_is_no_surer_than_the_grid():
    rates, peak = [0.04, 0.08, 0.16], {30: 0.16, 240: 0.08}
    rows = [
        ({"organizations": n, "grant_budget": 0.7, "contribution_rate": r}, [-abs(r - best)] * 5) for n, best in peak.items() for r in rates
    ]
    found = study.best_shift("x", designed(rows), {"organizations": 30}, {"organizations": 240}, {"grant_budget": 0.7})
    assert found.value == pytest.approx(-0.08)
    # no replicate differs, so only the distances between rates are left: .08 at the upper end, .06 in the middle
    assert found.se == pytest.approx(np.sqrt((0.08**2 + 0.06**2) / 12))


def test_endings_and_others_are_counted_from_coalitions():
    base = cs.Parameters.model1().replace(months=72, focal_launch_month=12, effort=10.0)
    runs = cs.Sweep(base, {"focal_contribution_rate": [0.04, 0.08]}, 12, 1, monthly=True).run()
    ended, others = study.with_endings(runs).outcomes, study.with_others(runs)
    total = runs.outcomes["launched"]
    dissolved = (ended["too_few"] + ended["trust_lost"]) * total
    np.testing.assert_allclose(dissolved, runs.outcomes["dissolved"], atol=1e-9)
    assert ended["reserve"].between(0, 1).all()
    own = runs.outcomes["problems_solved"] - others.outcomes["others_solved"]
    np.testing.assert_array_equal(own > 0, runs.outcomes["focal_succeeded"])
    assert (own > 0).any()
    assert study.restricted(others, "focal_contribution_rate", 0.08).outcomes["scenario_id"].unique().tolist() == [1]


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
