"""What a calibration will cost, from one go of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coalsim.calibration.evaluating import Task, evaluate
from coalsim.calibration.problem import Functions, Problem, as_problem
from coalsim.counts import so_many
from coalsim.errors import ParameterError
from coalsim.sweep.progress import duration


@dataclass(frozen=True)
class Estimate:
    """What a calibration will cost.

    Attributes
    ----------
    problem : what is calibrated
    fewest, most : points that will be simulated, at the best and at the worst
    seconds : of processor time for each, measured
    missing : targets that had no value at the points tried
    tried : points tried
    """

    problem: Problem
    fewest: int
    most: int
    seconds: float
    missing: tuple[str, ...]
    tried: int

    def lines(self, workers: int) -> list[str]:
        """Say it, a line at a time."""
        problem = self.problem
        runs = sum(group.runs for group in problem.groups.values())
        fitted = len(problem.fitted)
        held = f", {len(problem.targets) - fitted} only shown" if fitted < len(problem.targets) else ""
        many = f" with {workers} workers" if workers > 1 else ""
        low, high = (duration(points * self.seconds / workers) for points in (self.fewest, self.most))
        said = [
            f"{so_many(fitted, 'target')} fitted{held}; {so_many(len(problem.priors.names), 'parameter')} varied; "
            f"{so_many(runs, 'run')} for each point",
            f"points: {self.fewest:,} if it goes well, {self.most:,} at most",
            f"time: about {low}{many} if it goes well, {high} at most ({self.seconds:.2g} s for each point, measured at {self.tried})",
        ]
        said += [f"no value at any of these points: {', '.join(self.missing)}"] if self.missing else []
        return said


def estimate(targets: str | Path | Mapping[str, Any] | Problem, statistics: Functions | None = None, seed: int | None = None) -> Estimate:
    """Say what a calibration will cost, from one go of points of the prior; nothing is kept.

    Raises
    ------
    ParameterError
        As `calibrate`.
    """
    problem = as_problem(targets, statistics, seed)
    method, parameters = problem.method, len(problem.priors.names)
    random = np.random.Generator(np.random.PCG64(problem.seed))
    points: list[dict[str, Any]] = []
    for unit in random.random((1000, parameters)):
        if problem.priors.parameters(unit, problem.base) is not None:
            points.append(problem.priors.values(unit))
        if len(points) == method.together:
            break
    if not points:
        raise ParameterError("of 1000 points of the prior none has parameters that go together; narrow the priors")
    task = Task("estimate", 0, tuple(points), problem.base, problem.groups, problem.targets, problem.monthly, problem.seed, problem.seed)
    found = evaluate(task)
    values = np.array(found.values)
    missing = tuple(target.name for place, target in enumerate(problem.targets) if np.isnan(values[:, place]).all())
    wave = method.points(parameters)
    fewest = 2 * wave + 5 * method.particles
    most = method.waves * wave + method.particles + method.generations * int(method.particles / method.least_acceptance)
    return Estimate(problem, min(fewest, most), most, found.seconds / len(points), missing, len(points))
