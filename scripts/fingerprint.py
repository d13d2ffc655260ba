"""Print a hash of small runs' results, to the bit: the same in every Python on one machine.

Usage: python scripts/fingerprint.py [numpy | mesa]
"""

from __future__ import annotations

import hashlib
import sys

import coalsim as cs


def main() -> None:
    """Simulate two scenarios in three replicates, and hash all tables."""
    engine = sys.argv[1] if len(sys.argv) > 1 else "numpy"
    p = cs.Parameters()
    scenarios = [p, p.replace(openness=0.8, focal_launch_month=12, window_months=[6], challenge_rate=0.1)]
    runs = cs.simulate(scenarios, replicates=3, seed=1, engine=engine, monthly=True)  # type: ignore[arg-type]
    digest = hashlib.sha256()
    for table in (runs.outcomes, runs.coalitions, runs.monthly):
        for name in table:
            digest.update(f"{name}:".encode())
            column = table[name]
            digest.update(",".join(column).encode() if name == "ending" else column.to_numpy(dtype=float).tobytes())
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
