"""Steps of agents of other simulators beside ours, by turns in one run: an order of magnitude, as the work in a step is not the same.

benchmarks/README.md says how comparable they are. starsim is installed by `make bench`; where it is not there, it is left out.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import time
from collections.abc import Callable

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "COALSIM_THREADS"):
    os.environ[variable] = "1"

from pathlib import Path

import mesa

import coalsim as cs
from coalsim.vectorized import compiling

CONFIGS = Path(__file__).parents[1] / "configs"
AGENTS = 10_000
STEPS = 120
ROUNDS = 3


class Giving(mesa.Model):
    """The model of Mesa's introduction, in which agents give coins away."""

    def __init__(self) -> None:
        super().__init__(seed=1)
        self.everybody = list(Giver.create_agents(self, AGENTS))


class Giver(mesa.Agent):
    """An agent that gives one coin, if it has one, to one drawn at random."""

    model: Giving

    def __init__(self, model: Giving) -> None:
        super().__init__(model)
        self.wealth = 1

    def give(self) -> None:
        """Give a coin away."""
        if self.wealth > 0:
            other = self.random.choice(self.model.everybody)
            other.wealth += 1
            self.wealth -= 1


def givers(steps: int) -> Callable[[], None]:
    """Return a function that simulates givers."""

    def run() -> None:
        model = Giving()
        for _ in range(steps):
            model.agents.shuffle_do("give")

    return run


def sis() -> Callable[[], None]:
    """Return a function that simulates a disease that is caught again, on starsim's random network."""
    import starsim as ss

    def run() -> None:
        ss.Sim(n_agents=AGENTS, diseases="sis", networks="random", start=2000, dur=STEPS, rand_seed=1, verbose=0).run()

    return run


def ours(name: str, compiled: bool) -> Callable[[], None]:
    """Return a function that simulates a field of as many organizations for as many months."""
    p = cs.load(CONFIGS / f"{name}.toml").replace(organizations=AGENTS, months=STEPS, burn_in=0)
    return lambda: cs.simulate(p, 1, compiled=compiled) and None


def main() -> None:
    cases: dict[str, tuple[Callable[[], None], int]] = {"a trivial Mesa model": (givers(20), 20)}
    if importlib.util.find_spec("starsim"):
        cases["starsim, SIS"] = (sis(), STEPS)
    else:
        print("starsim is not installed, and so is left out")
    kinds = {"numpy": False}
    if compiling.available() and compiling.prepare(print):
        kinds["compiled"] = True
    for kind, compiled in kinds.items():
        for name in ("model1", "model2"):
            cases[f"coalsim, {name}, {kind}"] = (ours(name, compiled), STEPS)
    for run, _ in cases.values():
        run()  # warm up
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, (run, steps) in cases.items():
            began = time.process_time()
            run()
            found[name].append(1e6 * (time.process_time() - began) / AGENTS / steps)
    print(f"microseconds of processor time per step of an agent, {AGENTS:,} agents, median of {ROUNDS}; in brackets beside the last")
    last = list(found)[-1]
    for name, values in found.items():
        ratios = [a / b for a, b in zip(values, found[last], strict=True)]
        print(f"  {name:<28}{statistics.median(values):9.3f}  ({statistics.median(ratios):.2f})")


if __name__ == "__main__":
    main()
