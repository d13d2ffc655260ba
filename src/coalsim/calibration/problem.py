"""A calibration as it is asked for: targets, groups of runs, priors and method, read from a file or given in Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from coalsim.calibration.checks import check_target
from coalsim.calibration.groups import Group, read_groups
from coalsim.calibration.priors import ALL, Priors, read_priors
from coalsim.calibration.statistics import LIBRARY, Statistic, own_statistic
from coalsim.calibration.statistics.own import source_digest
from coalsim.calibration.targets import Target, read_target
from coalsim.errors import ParameterError, nearest, shown
from coalsim.inputs import read_toml
from coalsim.parameters import Parameters, load
from coalsim.parameters.effect import FILE_PARAMETERS
from coalsim.parameters.model import MODELS, declaration, of_model

Functions = Mapping[str, str | Callable[..., float]]


@dataclass(frozen=True)
class Method:
    """How a calibration is computed; table ``[method]`` of a targets file.

    Attributes
    ----------
    waves : most waves of history matching
    wave_points : points of a wave; None: 10 for each parameter, 40 at least
    cutoff : implausibility above which a point is ruled out
    shrink : waves end when the region left is more than this share of the one before
    particles : draws of the posterior
    quantile : tolerances of generations: this quantile of the distances of the one before
    generations : most generations of sequential Monte Carlo
    least_acceptance : a generation may take `particles` over this many steps; if draws are not moved apart by then, it ends before it
    together : points that are simulated in one go; those of a go share their random numbers
    """

    waves: int = 4
    wave_points: int | None = None
    cutoff: float = 3.0
    shrink: float = 0.8
    particles: int = 200
    quantile: float = 0.5
    generations: int = 10
    least_acceptance: float = 0.03
    together: int = 8

    def points(self, parameters: int) -> int:
        """Return the points of a wave."""
        return max(40, 10 * parameters) if self.wave_points is None else self.wave_points


FEWEST_VALUES = 10
"""Points at which a statistic must have a value for it to be emulated, and so the fewest points of a wave."""

_RANGES: dict[str, tuple[float, float]] = {
    "waves": (1, 20),
    "wave_points": (FEWEST_VALUES, 100_000),
    "cutoff": (1, 100),
    "shrink": (0, 1),
    "particles": (10, 100_000),
    "quantile": (0.1, 0.9),
    "generations": (1, 50),
    "least_acceptance": (0.001, 0.5),
    "together": (1, 1000),
}

_KEYS = {
    "config": str,
    "model": int,
    "seed": int,
    "runs": int,
    "vary": object,
    "leave": list,
    "fixed": dict,
    "priors": dict,
    "groups": dict,
    "targets": dict,
    "method": dict,
}


@dataclass(frozen=True)
class Problem:
    """Everything that determines a calibration.

    Attributes
    ----------
    targets, groups, priors, method : what is fitted, to what, how
    base : all parameters that are not varied
    seed : of the experiment
    """

    targets: tuple[Target, ...]
    groups: Mapping[str, Group]
    priors: Priors
    base: Parameters
    method: Method
    seed: int = 1

    @property
    def fitted(self) -> tuple[Target, ...]:
        """The targets that have a weight."""
        return tuple(target for target in self.targets if target.weight > 0)

    @property
    def monthly(self) -> bool:
        """Whether a target reads the monthly table."""
        return any("monthly" in target.statistic.reads(target.options) or target.statistic.needs == {} for target in self.targets)

    def spec(self) -> dict[str, Any]:
        """Return all that determines the result, as plain values."""
        own = {t.statistic.name: source_digest(t.statistic.function) for t in self.targets if t.statistic.name not in LIBRARY}
        base = {name: list(value) if isinstance(value, tuple) else value for name, value in self.base.changed(Parameters.model1()).items()}
        return {
            "seed": self.seed,
            "base": base,
            "priors": self.priors.spec(),
            "groups": {name: group.spec() for name, group in self.groups.items()},
            "targets": {target.name: target.spec() for target in self.targets},
            "own_statistics": own,
            "method": {field.name: getattr(self.method, field.name) for field in fields(Method)},
        }

    def data_files(self) -> set[str]:
        """Return the names of the data files of the field."""
        names = {self.base.get(name) for name in FILE_PARAMETERS}
        for group in self.groups.values():
            names |= {value for name, value in group.fixed.items() if name in FILE_PARAMETERS}
            names |= {value for name, values in group.over.items() if name in FILE_PARAMETERS for value in values}
        return {name for name in names if name}


def read_problem(path: str | Path, functions: Functions | None = None, seed: int | None = None) -> Problem:
    """Read a targets file (docs/calibration.md).

    Parameters
    ----------
    path
        A TOML file.
    functions
        One's own statistics by name; a file cannot name any, since that would run code.
    seed
        Instead of the file's.

    Raises
    ------
    ParameterError
        The file cannot be read, or something in it is not allowed: one line with file, table and key.
    """
    path = Path(path)
    try:
        return problem_of(read_toml(path), functions, path.parent, seed)
    except ParameterError as error:
        said = str(error)
        raise ParameterError(said if said.startswith(str(path)) else f"{path}: {said}") from None


def problem_of(
    given: Mapping[str, Any], functions: Functions | None = None, folder: Path | None = None, seed: int | None = None
) -> Problem:
    """Return the problem that tables say, as a targets file has them.

    Parameters
    ----------
    given
        The tables; ``config`` may be `Parameters` instead of a file.
    functions, seed
        As in `read_problem`.
    folder
        What file names are relative to.
    """
    for key, value in given.items():
        if key not in _KEYS:
            raise ParameterError(f"'{key}' is unknown{nearest(key, _KEYS)}; allowed: {', '.join(_KEYS)}")
        needed: Any = Mapping if _KEYS[key] is dict else _KEYS[key]
        if key == "config" and isinstance(value, Parameters):
            continue
        if not isinstance(value, needed) or isinstance(value, bool):
            kind = {dict: "a table", list: "a list", int: "a whole number", str: "a text"}.get(_KEYS[key], "another")
            raise ParameterError(f"{key} = {value!r} is of the wrong type; {kind} is needed")
    base = _base(given, folder or Path())
    priors = read_priors(given.get("vary", []), given.get("priors", {}), given.get("leave", []), base)
    for name in given.get("fixed", {}):
        if name in priors.names:
            raise ParameterError(f"{name} is both in [fixed] and calibrated")
    own = {name: own_statistic(name, what) for name, what in (functions or {}).items()}
    for name in own:
        if name in LIBRARY:
            raise ParameterError(f"statistic '{name}' is in the library; give your own another name")
    library = {**LIBRARY, **own}
    groups = read_groups(given.get("groups", {}), given.get("runs"), base, priors.names)
    targets = tuple(read_target(name, what, library, groups) for name, what in given.get("targets", {}).items())
    if not any(target.weight > 0 for target in targets):
        raise ParameterError("there are no targets to fit: a table [targets.NAME] with a weight above 0 is needed")
    _used(targets, groups, own)
    for target in targets:
        check_target(target, groups[target.group], base, priors)
    chosen = given.get("seed", 1) if seed is None else seed
    if not 0 <= chosen < 2**63:
        raise ParameterError(f"seed = {chosen} is out of range; allowed: 0..{2**63 - 1}")
    return Problem(targets, groups, priors, base, _method(given.get("method", {})), chosen)


def as_problem(targets: str | Path | Mapping[str, Any] | Problem, statistics: Functions | None, seed: int | None) -> Problem:
    """Return a problem, however it is given: a file, tables, or itself.

    Raises
    ------
    ParameterError
        It is none of these, or not allowed.
    """
    if not isinstance(targets, Problem | Mapping | str | os.PathLike) or targets == "":
        raise ParameterError(f"targets = {shown(targets)}: a targets file, or the same as tables, is needed")
    if statistics is not None and not (isinstance(statistics, Mapping) and all(isinstance(name, str) for name in statistics)):
        raise ParameterError(f"statistics = {shown(statistics)}: functions by name are needed")
    if isinstance(targets, Problem):
        if statistics or seed is not None:
            raise ParameterError("statistics and seed belong to the problem; they are given with it")
        return targets
    if isinstance(targets, Mapping):
        return problem_of(targets, statistics, seed=seed)
    return read_problem(targets, statistics, seed)


def _base(given: Mapping[str, Any], folder: Path) -> Parameters:
    config = given.get("config")
    base = (
        config if isinstance(config, Parameters) else of_model(given.get("model", MODELS[-1])) if config is None else load(folder / config)
    )
    fixed = {}
    for name, value in given.get("fixed", {}).items():
        declaration(name)
        fixed[name] = tuple(value) if isinstance(value, list) else value
        if name in FILE_PARAMETERS and value:
            fixed[name] = os.path.normpath(folder / value)
    return base.replace(**fixed)


def _used(targets: tuple[Target, ...], groups: Mapping[str, Group], own: Mapping[str, Statistic]) -> None:
    """Raise `ParameterError` if a group or an own statistic would have no effect."""
    for name in groups:
        if not any(target.group == name for target in targets):
            raise ParameterError(f"[groups.{name}] no target is of this group")
    for name in own:
        if not any(target.statistic.name == name for target in targets):
            raise ParameterError(f"statistic '{name}': no target is of it")


def _method(given: Mapping[str, Any]) -> Method:
    whole = {"waves", "wave_points", "particles", "generations", "together"}
    for key, value in given.items():
        if key not in _RANGES:
            raise ParameterError(f"[method] '{key}' is unknown{nearest(key, _RANGES)}; allowed: {', '.join(_RANGES)}")
        low, high = _RANGES[key]
        kinds = int if key in whole else int | float
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
            raise ParameterError(
                f"[method] {key} = {value!r}: a {'whole ' if key in whole else ''}number from {low:g} to {high:g} is needed"
            )
    return Method(**given)


__all__ = ["ALL", "Functions", "Method", "Problem", "as_problem", "problem_of", "read_problem"]
