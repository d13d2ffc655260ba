"""Computing evaluations: what is recorded is read, the rest goes to the workers and is recorded as it comes."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.evaluating import Evaluated, Task, evaluate
from coalsim.calibration.folder import CalibrationFolder, digest
from coalsim.calibration.problem import Problem
from coalsim.errors import BlockError, CoalsimError, Interrupted
from coalsim.sweep import executors
from coalsim.sweep.executors import Pool

Floats = NDArray[np.float64]

DEATHS = 2
"""Times that a worker may die over a task before the calibration stops."""


class Evaluator(Protocol):
    """What finds the statistics at points of the unit cube; the method knows nothing else of the model."""

    def admits(self, unit: Floats) -> bool:
        """Return whether the parameters at a point go together."""

    def evaluate(self, stage: str, units: Floats, common: bool, noise: bool = True) -> tuple[Floats, Floats]:
        """Return values and standard errors, both of shape (points, targets).

        Parameters
        ----------
        stage
            Name of the stage; with the place of a point in it, it determines the random numbers.
        units
            Points, shape (points, parameters).
        common
            Whether all points share their random numbers, in this stage and others, or only those of a go.
        noise
            Whether standard errors are wanted; they take time.
        """

    def stage(self, name: str) -> dict[str, Any] | None:
        """Return what was kept of a stage."""

    def keep_stage(self, name: str, about: dict[str, Any]) -> None:
        """Keep what a stage chose and found."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
        """Apply a function to items, perhaps in other processes; the results in order."""

    def say(self, text: str) -> None:
        """Tell how far it is."""


class Simulator:
    """Evaluates points by simulation, in a folder, with a pool of workers.

    Parameters
    ----------
    problem
        What is calibrated.
    folder
        Where evaluations are kept.
    pool
        What computes.
    identity
        Digest of the problem: evaluations of another are not read.
    quiet
        Whether to say nothing.
    """

    def __init__(self, problem: Problem, folder: CalibrationFolder, pool: Pool, identity: str, quiet: bool) -> None:
        self._problem, self._folder, self._pool, self._identity, self._quiet = problem, folder, pool, identity, quiet
        self.computed = 0
        self._told = time.perf_counter()

    def admits(self, unit: Floats) -> bool:
        """Return whether the parameters at a point go together, in every group."""
        p = self._problem.priors.parameters(unit, self._problem.base)
        if p is None:
            return False
        try:
            for group in self._problem.groups.values():
                for settings, _ in group.dealt(self._problem.seed):
                    p.replace(**{**group.fixed, **settings})
        except CoalsimError:
            return False
        return True

    def evaluate(self, stage: str, units: Floats, common: bool, noise: bool = True) -> tuple[Floats, Floats]:
        """Return values and standard errors at points; see `Evaluator`."""
        made = self._tasks(stage, units, common, noise)
        found: dict[int, Evaluated] = {}
        todo: list[tuple[Task, str]] = []
        for task in made:
            key = digest([self._identity, task.seed, json.loads(json.dumps([dict(point) for point in task.points]))])
            known = self._folder.evaluation(task, key)
            if known is None:
                todo.append((task, key))
            else:
                found[task.number] = known
        for task, key, result in self._results(todo):
            self._folder.record(task, key, result)
            found[task.number] = result
            self.computed += len(task.points)
            self._tell(stage, sum(len(of.values) for of in found.values()), len(units))
        ordered = [found[number] for number in range(len(made))]
        shape = (len(units), len(self._problem.targets))
        values = np.array([row for result in ordered for row in result.values], dtype=float).reshape(shape)
        errors = np.array([row for result in ordered for row in result.noise], dtype=float).reshape(shape)
        return values, errors

    def stage(self, name: str) -> dict[str, Any] | None:
        """Return what was kept of a stage."""
        return self._folder.stage(name)

    def keep_stage(self, name: str, about: dict[str, Any]) -> None:
        """Keep what a stage chose and found."""
        self._folder.keep_stage(name, about)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Apply a function to items with the workers; what a worker dies over is done here."""
        arguments = list(items)
        try:
            futures = [self._pool.submit(function, item) for item in arguments]
            return [future.result() for future in futures]
        except BrokenExecutor:
            self._pool.renew()
            return [function(item) for item in arguments]

    def say(self, text: str) -> None:
        """Print a line where error messages go."""
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)

    def _tasks(self, stage: str, units: Floats, common: bool, noise: bool) -> list[Task]:
        size = self._problem.method.together
        return [
            Task(
                stage=stage,
                number=number,
                points=tuple(self._problem.priors.values(unit) for unit in units[start : start + size]),
                base=self._problem.base,
                groups=self._problem.groups,
                targets=self._problem.targets,
                monthly=self._problem.monthly,
                seed=seed_of(self._problem.seed, "common" if common else stage, number * (not common)),
                group_seed=self._problem.seed,
                noise=noise,
            )
            for number, start in enumerate(range(0, len(units), size))
        ]

    def _tell(self, stage: str, done: int, of: int) -> None:
        if time.perf_counter() - self._told > 20 and done < of:
            self._told = time.perf_counter()
            self.say(f"{stage}: {done} of {of} points")

    def _results(self, todo: Sequence[tuple[Task, str]]) -> Iterator[tuple[Task, str, Evaluated]]:
        """Yield tasks with their results as they come; a task whose worker dies is tried again, alone."""
        waiting, under_way = deque(todo), dict[Future[Any], tuple[Task, str]]()
        deaths: dict[int, int] = {}
        alone = False
        while waiting or under_way:
            while waiting and len(under_way) < (1 if alone else self._pool.width):
                task, key = waiting.popleft()
                try:
                    under_way[self._pool.submit(evaluate, task)] = task, key
                except BrokenExecutor:
                    waiting.appendleft((task, key))
                    if under_way:
                        break
                    self._pool.renew()
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            broken: list[tuple[Task, str]] = []
            for future in finished:
                task, key = under_way.pop(future)
                error = future.exception()
                if error is None:
                    yield task, key, future.result()
                elif isinstance(error, BrokenExecutor):
                    broken.append((task, key))
                elif isinstance(error, CoalsimError):
                    raise error
                else:
                    raise BlockError(f"{task.stage}, task {task.number}: {type(error).__name__}: {error}") from error
            if broken:
                broken += list(under_way.values())
                under_way.clear()
                self._pool.renew()
                for task, _ in broken:
                    deaths[task.number] = deaths.get(task.number, 0) + 1
                    if alone and deaths[task.number] > DEATHS:
                        raise BlockError(f"{task.stage}, task {task.number}: its worker died (killed, or out of memory)")
                waiting.extendleft(reversed(broken))
                alone = True


def admitted(evaluator: Evaluator, units: Floats, count: int) -> Floats:
    """Return the first points at which parameters go together, at most `count`."""
    found: list[Floats] = []
    for unit in units:
        if len(found) == count:
            break
        if evaluator.admits(unit):
            found.append(unit)
    return np.array(found).reshape(-1, units.shape[1])


def seed_of(seed: int, stage: str, number: int) -> int:
    """Return the seed of simulations of a stage."""
    entropy = [seed, int.from_bytes(stage.encode(), "big"), number]
    return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0])


def random_of(seed: int, stage: str, number: int = 0) -> np.random.Generator:
    """Return the generator that choices of a stage are drawn from."""
    entropy = [seed, int.from_bytes(stage.encode(), "big"), number, 1]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


@contextlib.contextmanager
def interruptible(folder: CalibrationFolder) -> Iterator[None]:
    """Let Ctrl-C, and SIGTERM of a job scheduler, end a calibration in one line."""
    try:
        with executors.interruptible():
            yield
    except KeyboardInterrupt:
        raise Interrupted(f"stopped; what {folder.path} holds is kept; the same command continues") from None
