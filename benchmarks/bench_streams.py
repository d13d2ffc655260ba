"""What it costs to draw for 400 runs: a replicate each, or 20 replicates shared by 20 scenarios.

Prints seconds, runs a second and the ratio, for the draws alone and with all columns handed to all
runs: ``python benchmarks/bench_streams.py``.
"""

from time import process_time

import numpy as np

from coalsim.streams import streams
from coalsim.vectorized.draws import Draws

RUNS, MONTHS, ORGANIZATIONS, ISSUES, REPEATS = 400, 120, 60, 4, 3
STREAMS = streams(3)
NOBODY = np.empty(0, dtype=np.intp)


def seconds(replicates: int, distribute: bool) -> float:
    """Return the least time of some repeats for the stream `organization` of all months of all runs."""
    times = []
    for _ in range(REPEATS):
        draws = Draws(STREAMS, 1, [run % replicates for run in range(RUNS)], ORGANIZATIONS, ISSUES, MONTHS)
        start = process_time()
        for month in range(MONTHS):
            draws.begin(month)
            draws.of_some("noise", NOBODY)  # draws the table, and takes nothing from it
            if distribute:
                for column in STREAMS.organization.columns:
                    draws.of_all(column)
        times.append(process_time() - start)
    return min(times)


def main() -> None:
    print(f"{RUNS:,} runs of {MONTHS} months and {ORGANIZATIONS} organizations, stream organization, best of {REPEATS}")
    for title, distribute in (("draws alone", False), ("draws, and all columns handed to all runs", True)):
        found = {replicates: seconds(replicates, distribute) for replicates in (RUNS, 20)}
        print(title)
        for replicates, time in found.items():
            print(f"  {replicates:>5,} replicates x {RUNS // replicates:>2} scenarios: {time:6.3f} s, {RUNS / time:>9,.0f} runs/s")
        print(f"  ratio of rates: {found[RUNS] / found[20]:.1f}")


if __name__ == "__main__":
    main()
