"""Sweeps: what the machinery costs beside the core, and what a second worker brings.

Usage: python benchmarks/bench_sweep.py [REPLICATES] (by default few; with 800 it is a hundred thousand runs)
In one run: the core alone on the blocks of a sweep (simulate, no tables written), the sweep in this process,
and with two workers. Going on with a finished sweep is timed as well.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import coalsim as cs
from coalsim.simulation import simulate
from coalsim.sweep.plan import plan
from coalsim.vectorized import compiling

DESIGN = Path(__file__).parent / "hundred_thousand.toml"


def main() -> None:
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    loaded = cs.Sweep.load(DESIGN)
    sweep = cs.Sweep(loaded.base, loaded.factors, replicates=replicates)
    scenarios = sweep.scenarios()
    blocks = plan(scenarios, range(len(scenarios)), 0, replicates, sweep.block)
    print(f"{len(scenarios)} scenarios x {replicates} replicates = {len(scenarios) * replicates:,} runs, {len(blocks)} blocks")
    with tempfile.TemporaryDirectory() as folder:
        compiled = compiling.available() and compiling.prepare(print)
        simulate(scenarios[:1], range(1), compiled=compiled)
        began = time.perf_counter()
        for block in blocks:
            simulate([scenarios[i] for i in block.scenarios], range(block.first, block.last), compiled=compiled)
        core = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "one", compiled=compiled)
        one = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "two", workers=2, compiled=compiled)
        two = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "one", compiled=compiled)
        again = time.perf_counter() - began
        size = sum(path.stat().st_size for path in (Path(folder) / "one").rglob("*") if path.is_file())
    print(f"sweep in one process / core alone   {one / core:6.2f}")
    print(f"one process / two workers           {one / two:6.2f}")
    print(f"going on with it / sweep            {again / one:6.3f}")
    print(f"disk {size / 1e6:7.1f} MB  {size / len(scenarios) / replicates:.0f} bytes a run")


if __name__ == "__main__":
    main()
