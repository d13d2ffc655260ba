"""What the engines and models cost beside each other: ratios of processor time, taken in turns in one run.

What is compared, and what that says, is declared in benchmarks/README.md.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

from pathlib import Path

import coalsim as cs
from coalsim.vectorized import compiling

CONFIGS = Path(__file__).parents[1] / "configs"
ROUNDS = 3


def timed(scenarios: Sequence[cs.Parameters], replicates: int, **how: object) -> Callable[[], float]:
    """Return a function that simulates and returns the microseconds of processor time an organization-month took."""
    size = replicates * sum(p.field.organizations * (p.simulation.burn_in + p.simulation.months) for p in scenarios)

    def run() -> float:
        began = time.process_time()
        cs.simulate(list(scenarios), replicates, seed=1, **how)
        return 1e6 * (time.process_time() - began) / size

    return run


def compare(cases: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Return what each case took, round by round, all cases in turn in every round."""
    for run in cases.values():
        run()  # warm up
    rounds = [{name: run() for name, run in cases.items()} for _ in range(ROUNDS)]
    return {name: [found[name] for found in rounds] for name in cases}


def ratio(upper: list[float], lower: list[float]) -> str:
    """Return the median ratio over the rounds, and its range."""
    found = sorted(a / b for a, b in zip(upper, lower, strict=True))
    return f"{statistics.median(found):6.2f}  ({found[0]:.2f} to {found[-1]:.2f})"


def main() -> None:
    one, two = (cs.load(CONFIGS / name) for name in ("model1.toml", "model2.toml"))
    two = two.replace(organizations=one.field.organizations, months=one.simulation.months, burn_in=0)
    openness = [0.2, 0.3, 0.4, 0.5, 0.6]
    rates = [0.02, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12]
    grid = [one.replace(openness=o, contribution_rate=c) for o in openness for c in rates]
    cases = {"mesa": timed([one], 6, engine="mesa")}
    kinds = {"numpy": False}
    if compiling.available() and compiling.prepare(print):
        kinds["compiled"] = True
    for kind, compiled in kinds.items():
        cases[f"{kind}, 400 x 1"] = timed([one], 400, compiled=compiled)
        cases[f"{kind}, 20 x 50"] = timed(grid, 20, compiled=compiled)
        cases[f"{kind}, model 2"] = timed([two], 400, compiled=compiled)
    found = compare(cases)
    print(f"microseconds of processor time per organization-month, median of {ROUNDS}; all of cs.simulate")
    for name, values in found.items():
        print(f"  {name:<22}{statistics.median(values):8.3f}")
    print(f"ratios, median of {ROUNDS} (and range)")
    for kind in kinds:
        print(f"  mesa / {kind:<26}{ratio(found['mesa'], found[f'{kind}, 400 x 1'])}")
        print(f"  model 2 / model 1, {kind:<14}{ratio(found[f'{kind}, model 2'], found[f'{kind}, 400 x 1'])}")
    if "compiled" in kinds:
        for name in ("400 x 1", "20 x 50", "model 2"):
            print(f"  numpy / compiled, {name:<15}{ratio(found[f'numpy, {name}'], found[f'compiled, {name}'])}")


if __name__ == "__main__":
    main()
