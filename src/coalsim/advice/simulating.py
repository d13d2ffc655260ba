"""Runs of a plan and of the steps from it, as they are and in plausible worlds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.advice.levers import PRESENT, Plan, Step
from coalsim.analysis import Designed, ParameterDraws, plausible
from coalsim.calibration.posteriors import PLAUSIBLE
from coalsim.calibration.posteriors import drawn as of_posterior
from coalsim.errors import ParameterError
from coalsim.parameters import Parameters
from coalsim.simulation import field_size, simulate
from coalsim.sweep import Sweep
from coalsim.sweep.memory import run_apart
from coalsim.sweep.plan import BLOCK_ORGANIZATION_MONTHS
from coalsim.sweep.progress import Progress
from coalsim.sweep.runner import run

if TYPE_CHECKING:
    import pandas as pd

CHANCE, TIME, PROGRESS = "focal_succeeded", "focal_months", "focal_progress"
"""What steps are judged by: success, months to it, how far the coalition got."""

_POOL = 512  # points of the sequence that draws are taken from

Telling = Callable[[], Progress] | None
"""Makes what is told how far a computation is."""


def present(plan: Plan, replicates: int, seed: int, workers: int, telling: Telling) -> Designed:
    """Simulate a plan and its steps with the parameters as they are: a scenario a step, ``step`` its name."""
    return _run(plan.parameters, {"step": _variants(plan)}, replicates, seed, workers, telling)


def over_draws(plan: Plan, drawn: ParameterDraws, replicates: int, seed: int, workers: int, telling: Telling) -> Designed:
    """Simulate them in other worlds, in which the plan stays what it is, each in replicates of its own: ``draw`` is a world's number."""
    worlds = {str(number): {name: p.get(name) for name in drawn.names} for number, p in enumerate(drawn)}
    sweep = _sweep(plan.parameters, {"draw": worlds, "step": _variants(plan)}, replicates, seed)
    results = run_apart(sweep, "draw", workers, progress=telling)
    made = _judged(results.design, results.outcomes, results.coalitions, plan.parameters)
    return Designed(made.design.assign(draw=made.design["draw"].astype(int)), made.outcomes, made.coalitions)


def sample(p: Parameters, known: Sequence[str], draws: int, seed: int, source: str | Path | ParameterDraws = PLAUSIBLE) -> ParameterDraws:
    """Return draws of plausible parameters around `p`, or of a posterior, but for those that are known.

    The first points of a Sobol sequence of 90 dimensions hang together: among its first 64, pairs of parameters correlate by up to 0.8, so
    that one cannot be told from the other. Those of a random part of a long sequence do so by chance only.
    """
    if source != PLAUSIBLE:
        return of_posterior(source, draws, seed, p, known)
    drawn = plausible(max(draws, _POOL), seed, base=p, fixed=known)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(drawn)) if draws < _POOL else np.arange(draws)
    return ParameterDraws(tuple(drawn[place] for place in order[:draws]), drawn.names, drawn.refused)


def fresh(plan: Plan, chosen: Mapping[str, Sequence[Step]], first: int, replicates: int, seed: int) -> Designed | None:
    """Simulate a plan and combinations of steps in the replicates from `first` on, in which nothing was chosen.

    Returns None if the steps of no combination go together.
    """
    scenarios = {PRESENT: plan.parameters}
    for name, steps in chosen.items():
        p = plan.parameters
        try:
            for step in steps:
                p = step.taken(p)
        except ParameterError:
            continue
        scenarios[name] = p
    if len(scenarios) == 1:
        return None
    runs = simulate(list(scenarios.values()), range(first, first + replicates), seed)
    made = Designed.of([{"step": name} for name in scenarios], runs)
    return _judged(made.design, made.outcomes, made.coalitions, plan.parameters)


def _variants(plan: Plan) -> dict[str, dict[str, Any]]:
    return {PRESENT: {}, **{step.name: step.settings(plan.parameters) for step in plan.steps}}


def _sweep(base: Parameters, factors: Mapping[str, Any], replicates: int, seed: int) -> Sweep:
    # All steps of a world and replicate in one block: they share a field, which takes long to build from a register.
    together = field_size(base) * base.get("months") * len(factors["step"])
    block = together * max(1, BLOCK_ORGANIZATION_MONTHS // together)
    return Sweep(base, factors, replicates, seed, block=block)


def _run(base: Parameters, factors: Mapping[str, Any], replicates: int, seed: int, workers: int, telling: Telling) -> Designed:
    sweep = _sweep(base, factors, replicates, seed)
    if telling is None:
        results = sweep.run(workers=workers)
        return _judged(results.design, results.outcomes, results.coalitions, base)
    # Only a sweep in a folder tells how far it is.
    with tempfile.TemporaryDirectory(prefix="coalsim-") as folder:
        results = run(sweep, Path(folder), name="advice", workers=workers, errors="stop", progress=telling())
        return _judged(results.design, results.outcomes, results.coalitions, base)


def _judged(design: pd.DataFrame, outcomes: pd.DataFrame, coalitions: pd.DataFrame, p: Parameters) -> Designed:
    """Add two outcomes that have a value in every run, so that they can be paired.

    `TIME`: months from the beginning of the run to the first success; the whole run where there is none, whether dissolved or unfinished.
    Its mean is the restricted mean time to success (Royston & Parmar 2013, *BMC Med. Res. Methodol.* 13:152). `PROGRESS`: the highest
    progress that the focal coalition ever made, 1 being success; 0 if it was never launched.
    """
    first = outcomes["focal_first_success"]
    focal = coalitions[coalitions["focal"].astype(bool)]
    best = focal.set_index(["scenario_id", "replication"])["highest_progress"].clip(upper=1.0)
    runs = outcomes.set_index(["scenario_id", "replication"]).index
    added: dict[str, Any] = {
        TIME: first.where(first.notna(), float(p.get("months"))),
        PROGRESS: best.reindex(runs, fill_value=0.0).to_numpy(),
    }
    return Designed(design, outcomes.assign(**added), coalitions)
