"""Where the numpy engine's time goes on the baseline, step by step, and what draws cost: made for each run, or shared.

Prints, in one run, the ratio of processor time per organization-month of as many runs as 200 replicates of one scenario, and as
4 replicates of 50 scenarios (draws made once for all of them); and the shares of the steps.
"""

from __future__ import annotations

import os
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import coalsim as cs
from coalsim import simulation
from coalsim.vectorized import core


def cost(scenarios: list[cs.Parameters], replicates: int) -> float:
    """Return seconds of processor time; of runs of equal size and number the ratio is that of costs per organization-month."""
    began = time.process_time()
    cs.simulate(scenarios, replicates, seed=1, compiled=False)
    return time.process_time() - began


def profile(scenarios: list[cs.Parameters], replicates: int) -> dict[str, float]:
    """Return seconds spent in each step of the month."""
    spent: dict[str, float] = {}

    def timed(name: str, step: core.Submodel) -> core.Submodel:
        def run(s, p, draws):
            began = time.process_time()
            step(s, p, draws)
            spent[name] = spent.get(name, 0.0) + time.process_time() - began

        return run

    submodels = {name: timed(name, step) for name, step in core.SCHEDULE.items()}
    cs.simulate(scenarios, replicates, seed=1, submodels=submodels, compiled=False)
    return spent


def main() -> None:
    p = cs.Parameters.model1()
    openness = [0.2, 0.3, 0.4, 0.5, 0.6]
    contribution = [0.02, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12]
    grid = [p.replace(openness=o, contribution_rate=c) for o in openness for c in contribution]
    cost([p], 50)  # warm up
    print(f"blocks of about {simulation.BLOCK_ORGANIZATIONS[False]:,} organizations; whole of cs.simulate, fields and tables included")
    ratios = sorted(cost([p], 200) / cost(grid, 4) for _ in range(3))
    print(f"draws for each run / draws shared  {ratios[1]:5.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    for label, spent in (("200 x 1", profile([p], 200)), ("4 x 50", profile(grid, 4))):
        total = sum(spent.values())
        print(
            f"steps, {label}: " + ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in sorted(spent.items(), key=lambda x: -x[1]))
        )


if __name__ == "__main__":
    main()
