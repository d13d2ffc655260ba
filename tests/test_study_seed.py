"""The study of seed money: what is promised and paid, what it buys, and whom it costs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import experiments
from coalsim.analysis import Designed

ROOT = Path(__file__).parents[1]
study = experiments.load("seed", ROOT / "experiments").module
BASE = cs.Parameters.model1().replace(focal_launch_month=12, months=72, effort=15.0)


def table(rows):
    """Results of scenarios with a seed grant, whether the focal succeeded and what was paid, by replicate."""
    design = pd.DataFrame({"scenario_id": range(len(rows)), "focal_seed_grant": [grant for grant, _, _ in rows]})
    outcomes = [
        {
            "scenario_id": number,
            "replication": r,
            "focal_succeeded": bool(won),
            "paid": cost,
            "promised": 36 * grant,
            "paid_unformed": cost / 2,
        }
        for number, (grant, wins, paid) in enumerate(rows)
        for r, (won, cost) in enumerate(zip(wins, paid, strict=True))
    ]
    return Designed(design, pd.DataFrame(outcomes), pd.DataFrame())


def test_every_seed_of_the_same_total_promises_the_same():
    for label, settings in study.SPREAD["seed"].items():
        promised = settings["focal_seed_grant"] * settings["seed_months"]
        assert promised == pytest.approx(0 if label == "none" else float(label.split()[0]))
    for lever in study.OF_FOCAL[1:]:
        low, high = (end["focal_seed_grant"] * end["seed_months"] for end in (lever.low, lever.high))
        assert low == pytest.approx(high)
    raised = study.USES["funders' budgets, as much"]["grant_budget"] - cs.Parameters.model1().get("grant_budget")
    assert raised * cs.Parameters.model1().get("funders") * cs.Parameters.model1().get("months") == pytest.approx(36)


def test_what_is_paid_is_what_the_coalition_got():
    # without other money a focal coalition's grants are its seed
    seeds = {"none": study.seed(0.0), "now": study.seed(1.5), "later": study.seed(1.5, 10, 20), "long": study.seed(0.5, 0, 500)}
    sweep = cs.Sweep(BASE.replace(grant_budget=0.0), {"seed": seeds}, 12, 1).run()
    found = study.with_focal(sweep).outcomes.set_index(["scenario_id", "replication"])
    focal = sweep.coalitions[sweep.coalitions["focal"].astype(bool)].set_index(["scenario_id", "replication"])
    paid = found["paid"].reindex(focal.index)
    np.testing.assert_allclose(paid, focal["granted"], atol=1e-9)
    assert (found["paid"] <= found["promised"] + 1e-9).all()
    assert (found.loc[2, "paid"] < found.loc[2, "promised"]).any()  # those that ended before
    assert (found["paid_unformed"].reindex(focal.index) == np.where(focal["formed"].isna(), paid, 0)).all()
    everything = sweep.outcomes.set_index(["scenario_id", "replication"])
    own = focal["problems_solved"].reindex(everything.index, fill_value=0)
    np.testing.assert_array_equal(found["others_solved"], everything["problems_solved"] - own)
    np.testing.assert_array_equal(found["others_formed"], everything["formed"] - everything["focal_formed"].astype(int))


def test_a_seed_for_one_goes_to_nobody_else():
    sweep = cs.Sweep(BASE.replace(grant_budget=0.0), study.SPREAD, 5, 1).run()
    others = sweep.coalitions[~sweep.coalitions["focal"].astype(bool)]
    assert len(others) > 0
    assert (others["granted"] == 0).all()


def test_prices_count_what_was_paid():
    results = table([(0.0, [0, 0, 0, 1], [0, 0, 0, 0]), (1.0, [1, 0, 1, 1], [36, 9, 36, 19])])
    found = study.prices(results, "focal_seed_grant", 0.0).iloc[0]
    assert (found["promised"], found["paid"], found["unformed"], found["more_success"]) == (36, 25, 0.5, 0.5)
    assert (found["per_100"], found["paid_for_a_success"]) == (2.0, 50.0)
    assert found["low"] <= 2 <= found["high"]
    nothing = study.prices(table([(0.0, [0, 1], [0, 0]), (1.0, [0, 1], [3, 3])]), "focal_seed_grant", 0.0).iloc[0]
    assert (nothing["per_100"], nothing["paid_for_a_success"], nothing["dearest"]) == (0.0, np.inf, np.inf)
    unpaid = study.prices(table([(0.0, [0, 1], [0, 0]), (1.0, [0, 1], [0, 0])]), "focal_seed_grant", 0.0).iloc[0]
    assert np.isnan(unpaid[["per_100", "low", "high", "se", "paid_for_a_success", "unformed"]].astype(float)).all()


def test_small_and_large_seeds_are_compared_by_what_they_buy():
    wins, costs = [0, 0, 1, 1], [0, 0, 0, 0]
    rows = [(0.0, wins, costs), (0.25, [1, 0, 1, 1], [5, 5, 5, 5]), (4.0, [1, 1, 1, 1], [100, 100, 100, 100])]
    results = table(rows)
    results = Designed(results.design.assign(seed_month=0), results.outcomes, results.coalitions)
    found = study.ratio_difference("x", results, (0.25, 0), (4.0, 0))
    assert found.value == pytest.approx(100 * 0.25 / 5 - 100 * 0.5 / 100)
    assert found.se > 0


def test_returns_are_impact_over_money_granted():
    design = pd.DataFrame({"scenario_id": [0, 1, 2], "use": ["nothing", "seed", "free"]})
    of = {0: [(0.1, 10), (0.2, 20)], 1: [(0.2, 30), (0.2, 40)], 2: [(0.3, 10), (0.2, 20)]}
    rows = [{"scenario_id": s, "replication": r, "impact": i, "granted": g} for s, runs in of.items() for r, (i, g) in enumerate(runs)]
    found = study.returns(Designed(design, pd.DataFrame(rows), pd.DataFrame()), "use", "nothing").set_index("use")
    assert found.loc["seed", "impact_per_100"] == pytest.approx(100 * 0.05 / 20)
    assert found.loc["seed", "low"] == 0
    assert np.isnan(found.loc["free", "impact_per_100"])  # nothing more was granted


def test_committed_results_say_what_the_readme_says():
    prices = pd.read_csv(ROOT / "results" / "seed" / "prices.csv")
    assert (prices["paid"] <= prices["promised"] + 1e-6).all()
    assert (prices["low"] <= prices["per_100"]).all()
    assert (prices["per_100"] <= prices["high"]).all()
