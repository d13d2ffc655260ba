"""Write tests/baseline.csv: outcomes of a few runs of model 1, against which tests hold every change of the code.

Run it after a change that is meant to change results, and say so in CHANGELOG.md under "Changes results"::

    python scripts/write_baseline.py
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import coalsim as cs

ROOT = Path(__file__).resolve().parent.parent
PATH = ROOT / "tests" / "baseline.csv"
SEED = 1
DEFAULT = cs.load(ROOT / "configs" / "model1.toml")
BUSY = DEFAULT.replace(organizations=40, months=90, convene_hazard=0.1, launch_threshold=0.5, research_months=3, effort=20)
SCENARIOS = {
    "default": DEFAULT,
    "busy": BUSY,
    "focal": BUSY.replace(
        focal_launch_month=9,
        focal_convener="best_aligned",
        focal_research_months=9,
        focal_funder_month=2,
        focal_seed_grant=0.3,
        focal_admission=0.4,
        window_months=(8,),
        recession_months=(50,),
    ),
    "all": BUSY.replace(acquaintances="all", dimensions=2, issues=3, funders=1, dialogue=0.05, challenge_rate=0.1),
}
REPLICATES = (0, 1)
OF_MODEL_2 = ("inherited", "goals_dropped", "memberships", "closed")
"""Outcomes that say nothing of model 1."""


def table() -> pd.DataFrame:
    """Return one row per run: name of the scenario, replicate, outcomes; yes and no as 1 and 0."""
    outcomes = cs.simulate(list(SCENARIOS.values()), replicates=REPLICATES, seed=SEED).outcomes.drop(columns=list(OF_MODEL_2))
    outcomes = outcomes.astype({name: int for name in outcomes.select_dtypes("bool").columns})
    outcomes.insert(0, "scenario", [list(SCENARIOS)[scenario] for scenario in outcomes.pop("scenario_id")])
    return outcomes


if __name__ == "__main__":
    table().to_csv(PATH, index=False, float_format="%.12g", lineterminator="\n")
    print(f"wrote {PATH}")
