"""One field of 1,800,000 organizations over 120 months: processor and wall time, and memory, of model 1 and of model 2.

Usage: python benchmarks/one_large_field.py [ORGANIZATIONS]
COALSIM_THREADS says how many threads to use; without it there are as many as CPUs.
The rules and parameters are those of configs/model1.toml, and of configs/model2.toml without a past.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import coalsim as cs

CONFIGS = Path(__file__).parents[1] / "configs"
SIZE = 1_800_000


def main(arguments: list[str]) -> None:
    """Simulate each model once and print what it took."""
    size = int(arguments[0]) if arguments else SIZE
    for name in ("model1", "model2"):
        p = cs.load(CONFIGS / f"{name}.toml")
        cs.simulate(p, 1, compiled=True)  # compiles
        p = p.replace(organizations=size, burn_in=0)
        wall, processor = time.perf_counter(), time.process_time()
        cs.simulate(p, 1, compiled=True)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        what = f"{size:,} organizations x {p.get('months')} months"
        print(f"{name}: {what}: {wall:.1f} s, {processor:.1f} s of processor, {most:.2f} GiB at most", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
