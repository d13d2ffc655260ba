"""Rate of the numpy engine on the baseline, in organization-months a second on one core.

Prints, in one run: 1,000 replicates of one scenario, 20 replicates of 50 scenarios (draws made once
for all of them), both of 1,000 runs; and where the time goes, step by step.
"""

from __future__ import annotations

import os
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import coalsim as cs
from coalsim import simulation
from coalsim.vectorized import core


def rate(scenarios: list[cs.Parameters], replicates: int) -> float:
    began = time.perf_counter()
    runs = cs.simulate(scenarios, replicates, seed=1)
    p = scenarios[0]
    return len(runs.outcomes) * p.field.organizations * p.simulation.months / (time.perf_counter() - began)


def profile(scenarios: list[cs.Parameters], replicates: int) -> dict[str, float]:
    """Return seconds spent in each step of the month."""
    spent: dict[str, float] = {}

    def timed(name: str, step: core.Submodel) -> core.Submodel:
        def run(s, p, draws):
            began = time.perf_counter()
            step(s, p, draws)
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - began

        return run

    submodels = {name: timed(name, step) for name, step in core.SCHEDULE.items()}
    cs.simulate(scenarios, replicates, seed=1, submodels=submodels)
    return spent


def main() -> None:
    p = cs.Parameters.model1()
    openness = [0.2, 0.3, 0.4, 0.5, 0.6]
    contribution = [0.02, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12]
    grid = [p.replace(openness=o, contribution_rate=c) for o in openness for c in contribution]
    rate([p], 50)  # warm up
    print(f"blocks of about {simulation.BLOCK_ORGANIZATIONS:,} organizations; whole of cs.simulate, fields and tables included")
    alone, shared = [], []
    for _ in range(3):
        alone.append(rate([p], 1000))
        shared.append(rate(grid, 20))
    for label, rates in (("1,000 replicates x 1 scenario", alone), ("20 replicates x 50 scenarios", shared)):
        print(f"{label:<30} {sorted(rates)[1] / 1e6:5.2f} million organization-months/s ({min(rates) / 1e6:.2f} to {max(rates) / 1e6:.2f})")
    print(f"draws shared / draws alone     {sorted(shared)[1] / sorted(alone)[1]:5.2f}")
    for label, spent in (("1,000 x 1", profile([p], 1000)), ("20 x 50", profile(grid, 20))):
        total = sum(spent.values())
        print(
            f"steps, {label}: " + ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in sorted(spent.items(), key=lambda x: -x[1]))
        )


if __name__ == "__main__":
    main()
