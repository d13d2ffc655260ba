"""Print a hash of small runs of model 1, to the bit: the same in every Python on one machine, and as the first design printed it.

Usage: python scripts/fingerprint.py [numpy | mesa]
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import coalsim as cs

CONFIG = Path(__file__).resolve().parents[1] / "configs" / "model1.toml"

COLUMNS = {
    "outcomes": "scenario_id replication launched formed succeeded problems_solved achieved dissolved running early_change systems_change "
    "population_change goals_added goals_redefined success_rate success_rate_first_half first_success censored impact contributed granted "
    "communication work researched overflow impact_per_resource joins exits retention participation mean_trust duplicates "
    "focal_launched focal_formed focal_succeeded focal_first_success",
    "coalitions": "scenario_id replication convener focal issue launch formed first_success end ending problems_solved goals_added "
    "goals_redefined peak_size size contributed granted highest_progress trust",
    "monthly": "scenario_id replication month coalitions formed members researching readiness reserve trust progress need contributed "
    "granted communication work researched income overflow joins exits duplicates window recession",
}
"""The columns of the first design's tables, in its order."""


def fingerprint(engine: str = "numpy") -> str:
    """Simulate two scenarios of model 1 in three replicates, and hash what the first design recorded of them.

    Parameters
    ----------
    engine
        "numpy" or "mesa".
    """
    p = cs.load(CONFIG)
    scenarios = [p, p.replace(openness=0.8, focal_launch_month=12, window_months=[6], challenge_rate=0.1)]
    runs = cs.simulate(scenarios, replicates=3, seed=1, engine=engine, monthly=True)
    coalitions = runs.coalitions
    # In the first design this column was the month itself, as it still is in the outcomes.
    tables = {
        "outcomes": runs.outcomes,
        "coalitions": coalitions.assign(first_success=coalitions["launch"] + coalitions["first_success"]),
        "monthly": runs.monthly,
    }
    digest = hashlib.sha256()
    for table, names in COLUMNS.items():
        for name in names.split():
            digest.update(f"{name}:".encode())
            column = tables[table][name]
            digest.update(",".join(column).encode() if name == "ending" else column.to_numpy(dtype=float).tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    print(fingerprint(*sys.argv[1:]))
