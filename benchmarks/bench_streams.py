"""What it costs to draw for 1,000 runs: a replicate each, or 20 replicates shared by 50 scenarios.

Prints seconds, runs a second and the ratio, for the draws alone and with their distribution to the
runs: ``python benchmarks/bench_streams.py``.
"""

from time import perf_counter

import numpy as np

from coalsim.streams import Draws, streams

RUNS, MONTHS, ORGANIZATIONS, REPEATS = 1_000, 120, 60, 3


def seconds(replicates: int, distribute: bool) -> float:
    """Return the least time of some repeats for the stream `organization` of all months of all runs."""
    stream = streams(3).organization
    slot = np.arange(RUNS) % replicates
    each_run = np.empty((RUNS, ORGANIZATIONS, stream.width))
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        draws = Draws(1, range(replicates))
        for month in range(MONTHS):
            tables = draws.tables(stream, month, ORGANIZATIONS)
            if distribute:
                np.take(tables, slot, axis=0, out=each_run, mode="clip")
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    print(f"{RUNS:,} runs of {MONTHS} months and {ORGANIZATIONS} organizations, stream organization, best of {REPEATS}")
    for title, distribute in (("draws alone", False), ("draws, and handing them to the runs", True)):
        found = {replicates: seconds(replicates, distribute) for replicates in (RUNS, 20)}
        print(title)
        for replicates, time in found.items():
            print(f"  {replicates:>5,} replicates x {RUNS // replicates:>2} scenarios: {time:6.3f} s, {RUNS / time:>9,.0f} runs/s")
        print(f"  ratio of rates: {found[RUNS] / found[20]:.1f}")


if __name__ == "__main__":
    main()
