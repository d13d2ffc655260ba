"""Sweeps: what the machinery costs beside the core, and what a second worker brings.

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

DESIGN = Path(__file__).parent / "hundred_thousand.toml"


def main() -> None:
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 144
    loaded = cs.Sweep.load(DESIGN)
    sweep = cs.Sweep(loaded.base, loaded.factors, replicates=replicates)
    scenarios = sweep.scenarios()
    blocks = plan(scenarios, range(len(scenarios)), 0, replicates, sweep.block)
    work = sum(block.organization_months for block in blocks)
    print(f"{len(scenarios)} scenarios x {replicates} replicates = {len(scenarios) * replicates:,} runs, {len(blocks)} blocks")
    with tempfile.TemporaryDirectory() as folder:
        simulate(scenarios, range(1))
        began = time.perf_counter()
        for block in blocks:
            simulate([scenarios[i] for i in block.scenarios], range(block.first, block.last))
        core = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "one")
        one = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "two", workers=2)
        two = time.perf_counter() - began
        began = time.perf_counter()
        sweep.run(Path(folder) / "one")
        again = time.perf_counter() - began
        size = sum(path.stat().st_size for path in (Path(folder) / "one").rglob("*") if path.is_file())
    print(f"core alone          {core:7.1f} s  {work / core / 1e6:.2f} million organization-months/s")
    print(f"sweep, one process  {one:7.1f} s  {one / core:.3f} of the core alone")
    print(f"sweep, two workers  {two:7.1f} s  {one / two:.2f} times as fast as one")
    print(f"going on with it    {again:7.2f} s")
    print(f"disk                {size / 1e6:7.1f} MB  {size / len(scenarios) / replicates:.0f} bytes a run")


if __name__ == "__main__":
    main()
