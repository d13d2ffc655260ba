"""Emulators: Gaussian processes that say what the statistics would be at points that were not simulated, and how surely.

A statistic is emulated on the scale of its target, z = (value - real)/scale, squeezed far from it: u = 4 arcsinh(z/4). Near the
target u is z; far away, where it only matters that it is far, a ratio of 40 does not bend the process. The mean is linear in the
parameters (ridge), what is left is a Matern 5/2 process with a length for each parameter; the noise of each point is that of its
runs, and a further noise is fitted for what the process cannot follow. Where a statistic has no value at some points, a random
forest says how likely it has one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.targets import SURE, Target
from coalsim.extras import extra

Floats = NDArray[np.float64]
Mapped = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

SQUEEZE = 4.0
MOST_FITTED = 250
"""Points that lengths are fitted to; all points are then conditioned on."""
MOST_POINTS = 800
"""Points conditioned on; the nearest to the targets, if there are more."""
FEWEST_CLASS = 3
"""Points with and without a value from which it is learned where there is one."""
RIDGE = 1e-2


@dataclass(frozen=True)
class Predicted:
    """What emulators say of points, each of shape (points, targets).

    Attributes
    ----------
    mean : u, signed: 0 on the real value
    variance : of u: of the emulator
    defined : chance that there is a value
    """

    mean: Floats
    variance: Floats
    defined: Floats


def standard(target: Target, values: Floats) -> Floats:
    """Return values on the scale of a target: z, signed; an end that does not matter has the scale of the other."""
    return (values - target.value) * slope(target, values)


def slope(target: Target, values: Floats) -> Floats:
    """Return the standard deviations of the real number that a unit is worth at given values."""
    up, down = target.high - target.value, target.value - target.low
    up, down = (up if np.isfinite(up) else down), (down if np.isfinite(down) else up)
    return SURE / np.where(values > target.value, up, down)


def squeezed(z: Floats) -> Floats:
    """Return u of z."""
    return SQUEEZE * np.arcsinh(z / SQUEEZE)


def missed(targets: Sequence[Target], u: Floats) -> Floats:
    """Return by how much targets are missed, in u or z: 0 on a side that does not matter; shape (points, targets)."""
    low = [-np.inf if np.isfinite(target.low) else 0.0 for target in targets]
    high = [np.inf if np.isfinite(target.high) else 0.0 for target in targets]
    return np.clip(u, low, high)


class Emulators:
    """Emulators of the statistics of some targets.

    Parameters
    ----------
    targets
        The targets.
    units
        Points simulated, shape (points, parameters).
    values, noise
        Statistics there and their standard errors, shape (points, targets).
    mapped
        Applies a function to many arguments, as `map` does; may use other processes.

    Attributes
    ----------
    noise : by target, the median standard error of the statistics near the targets, in z
    quality : by target, the share of variance explained at points left out, one at a time
    """

    def __init__(self, targets: Sequence[Target], units: Floats, values: Floats, noise: Floats, mapped: Mapped = map) -> None:
        extra("sklearn")
        self.targets = tuple(targets)
        made: list[_Emulator] = list(mapped(_made, [(target, units, values[:, j], noise[:, j]) for j, target in enumerate(targets)]))
        self._made = made
        self.noise = np.array([one.noise for one in made])
        self.quality = np.array([one.quality for one in made])

    def predict(self, units: Floats) -> Predicted:
        """Predict statistics at points."""
        with _one_thread():
            parts = [one.predict(units) for one in self._made]
        return Predicted(*(np.column_stack(column) for column in zip(*parts, strict=True)))

    def implausibility(self, units: Floats) -> tuple[Floats, Floats]:
        """Return how implausible points are by each target, and the chance that all statistics have a value.

        The miss over the standard deviation of all that is uncertain about it: the real number, the emulator, the chance in the runs.
        """
        found = self.predict(units)
        spread = np.sqrt(1.0 + found.variance + self.noise**2)
        return np.abs(missed(self.targets, found.mean)) / spread, found.defined.min(axis=1)


def _made(arguments: tuple[Target, Floats, Floats, Floats]) -> _Emulator:
    return _Emulator(*arguments)


class _Emulator:
    """The emulator of one statistic."""

    def __init__(self, target: Target, units: Floats, values: Floats, noise: Floats) -> None:
        known = ~np.isnan(values)
        self._defined = _forest(units, known) if min(known.sum(), (~known).sum()) >= FEWEST_CLASS else None
        z = standard(target, values[known])
        error = noise[known] * slope(target, values[known])
        near = np.argsort(np.abs(z), kind="stable")[:MOST_POINTS]
        near.sort()
        x, z, error = units[known][near], z[near], error[near]
        typical = float(np.nanmedian(error)) if (~np.isnan(error)).any() else 0.0
        # a jackknife over few parts is itself noisy: half its own, half what is usual
        variance = (np.nan_to_num(error, nan=typical) ** 2 + typical**2) / 2
        closest = np.argsort(np.abs(z), kind="stable")[: max(10, len(z) // 4)]
        self.noise = float(np.nanmedian(error[closest])) if (~np.isnan(error[closest])).any() else typical
        u = squeezed(z)
        variance = variance / (1 + (z / SQUEEZE) ** 2)
        with _one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a length at the end of its range is no fault
            self._fit(x, u, variance)

    def _fit(self, x: Floats, u: Floats, variance: Floats) -> None:
        from sklearn.gaussian_process import GaussianProcessRegressor as Process
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        design = np.column_stack([np.ones(len(x)), x - 0.5])
        penalty = RIDGE * len(x) * np.diag([0.0] + [1.0] * x.shape[1])
        self._line = np.linalg.solve(design.T @ design + penalty, design.T @ u)
        rest = u - design @ self._line
        self._size = float(rest.std()) or 1.0
        rest, alpha = rest / self._size, np.maximum(variance / self._size**2, 1e-8)
        lengths = np.full(x.shape[1], 1.0)
        kernel = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(lengths, (0.1, 30.0), nu=2.5) + WhiteKernel(0.05, (1e-5, 2.0))
        some = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_FITTED)).round().astype(int))
        fitted = Process(kernel, alpha=alpha[some], normalize_y=False).fit(x[some], rest[some])
        self._process: Any = Process(fitted.kernel_, alpha=alpha, optimizer=None).fit(x, rest)
        # left out one at a time, in closed form (Rasmussen & Williams 2006, equations 5.10 to 5.12)
        lower = self._process.L_
        inverse = np.linalg.inv(lower)
        precision = (inverse**2).sum(axis=0)
        error = np.asarray(self._process.alpha_).reshape(-1) / precision
        total = float(u.var())
        self.quality = float(1 - (error**2).mean() * self._size**2 / total) if total > 0 else 0.0
        # an emulator that is surer than its own errors allow is made less sure
        self._inflation = max(1.0, float((error**2 * precision).mean()))

    def predict(self, units: Floats) -> tuple[Floats, Floats, Floats]:
        """Return mean and variance of u, and the chance of a value."""
        mean, sd = self._process.predict(units, return_std=True)
        line = self._line[0] + (units - 0.5) @ self._line[1:]
        chance = np.ones(len(units)) if self._defined is None else self._defined.predict_proba(units)[:, 1]
        return line + self._size * mean, self._inflation * (self._size * sd) ** 2, chance


def _forest(units: Floats, known: NDArray[np.bool_]) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(200, min_samples_leaf=2, random_state=1, n_jobs=1).fit(units, known)


def _one_thread() -> Any:
    """Have linear algebra use one thread: sums in one order, so the same bits whatever the machine's load."""
    return extra("threadpoolctl").threadpool_limits(1)
