"""`Sweep`: which scenarios to simulate, in how many replicates."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError, nearest, shown
from coalsim.inputs import beside, read_toml
from coalsim.parameters import Parameters, load
from coalsim.parameters.effect import FILE_PARAMETERS, refuse_without_effect
from coalsim.parameters.model import canonical, sections
from coalsim.parameters.toml import located
from coalsim.sweep.factors import Factor, factor, place
from coalsim.sweep.plan import BLOCK_ORGANIZATION_MONTHS
from coalsim.sweep.samplers import SAMPLED, Design, sample

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.results import Results

_KEYS: dict[str, type] = {
    "config": str,
    "design": str,
    "samples": int,
    "replicates": int,
    "seed": int,
    "months": int,
    "monthly": bool,
    "block": int,
    "fixed": dict,
    "factors": dict,
    "points": list,
}


@dataclass(frozen=True)
class Sweep:
    """Scenarios that differ in some parameters, simulated in common replicates.

    Attributes
    ----------
    base : the scenario that is varied
    factors : what is varied, by name: values, ranges or groups of settings (`coalsim.sweep.factors.factor`)
    replicates : how many
    seed : seed of the experiment, and of the sample of a sampled design
    monthly : whether to keep monthly trajectories
    design : "grid", "list", "latin_hypercube", "sobol", "saltelli" or "morris"
    samples : size of a sampled design (`coalsim.sweep.samplers.sample`)
    block : organization-months a block is cut to (`coalsim.sweep.plan`); no part of the results
    points : scenarios listed one by one, each the values of all factors; those of a "list", or in addition

    Raises
    ------
    ParameterError
        A factor, a value, or the whole is not allowed.

    Examples
    --------
    >>> import coalsim as cs
    >>> sweep = cs.Sweep(cs.Parameters(), {"openness": [0.2, 0.8], "effort": [30.0, 60.0]}, replicates=5)
    >>> sweep.scenario_values()[1]
    {'openness': 0.2, 'effort': 60.0}
    """

    base: Parameters
    factors: Mapping[str, Any]
    replicates: int = 10
    seed: int = 1
    monthly: bool = False
    design: Design = "grid"
    samples: int | None = None
    points: tuple[Mapping[str, Any], ...] = field(default=())
    block: int = BLOCK_ORGANIZATION_MONTHS

    def __post_init__(self) -> None:
        made = {name: factor(name, given) for name, given in self.factors.items()}
        object.__setattr__(self, "factors", made)
        object.__setattr__(self, "points", tuple({name: canonical(name, value) for name, value in point.items()} for point in self.points))
        for name, least in (("replicates", 1), ("samples", 1), ("block", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ParameterError(f"{name} = {value} is out of range; allowed: >= {least}")
        if not 0 <= self.seed < 2**64:
            raise ParameterError(f"seed = {self.seed} is out of range; allowed: 0..{2**64 - 1}")
        if self.design not in get_args(Design):
            raise ParameterError(
                f"design = {self.design!r} is unknown{nearest(self.design, get_args(Design))}; allowed: {', '.join(get_args(Design))}"
            )
        if (self.design in SAMPLED) is not (self.samples is not None):
            needs = "needs samples" if self.samples is None else "takes no samples"
            raise ParameterError(f"design = {self.design!r} {needs}")
        if self.design == "list" and not self.points:
            raise ParameterError("design = 'list' needs points")
        if self.design in SAMPLED and not self.factors:
            raise ParameterError(f"design = {self.design!r} needs factors")
        for number, point in enumerate(self.points):
            if set(point) != set(self.factors):
                raise ParameterError(
                    f"point {number}: it gives {_names(point)}; values of exactly the factors are needed: {_names(self.factors)}"
                )

    @classmethod
    def load(cls, path: str | Path) -> Sweep:
        """Read a sweep from a TOML file (docs/sweeps.md).

        Raises
        ------
        ParameterError
            The file cannot be read, or something in it is not allowed.
        """
        tables, path = read_toml(path), Path(path)
        for key, value in tables.items():
            if key not in _KEYS and key in sections():
                raise ParameterError(f"{path} is a configuration; a design is needed, which names one as config (docs/sweeps.md)")
            if key not in _KEYS:
                raise ParameterError(f"{path}: '{key}' is unknown{nearest(key, _KEYS)}; allowed: {', '.join(_KEYS)}")
            if type(value) is not _KEYS[key]:
                raise ParameterError(f"{path}: {key} = {shown(value)} is of the wrong type; {_KEYS[key].__name__} is needed")
        base = load(beside(path, tables["config"], ParameterError)) if "config" in tables else Parameters()
        fixed = located(tables.get("fixed", {}), path) | ({"months": tables["months"]} if "months" in tables else {})
        points = tables.get("points", [])
        factors = tables.get("factors", {})
        try:
            if "months" in tables and "months" in tables.get("fixed", {}):
                raise ParameterError("months is given twice, also in [fixed]; once is allowed")
            if not all(isinstance(point, dict) for point in points):
                raise ParameterError("points: a table of factor values is needed for each")
            if points and "design" not in tables:
                tables["design"] = "list"
            if tables.get("design") == "list":
                factors = {
                    name: [point[name] for point in points if name in point] for name in dict.fromkeys(itertools.chain(*points))
                } | factors
            sweep = cls(
                base=base.replace(**fixed),
                factors={name: factor(name, given, path) for name, given in factors.items()},
                points=tuple(located(point, path) for point in points),
                **{key: tables[key] for key in ("replicates", "seed", "monthly", "design", "samples", "block") if key in tables},
            )
            refuse_without_effect(sweep.scenarios())
        except ParameterError as error:
            raise ParameterError(f"{path}: {error}") from None
        return sweep

    @cached_property
    def sample(self) -> NDArray[np.float64] | None:
        """The sample of the unit cube that a sampled design is made from, (scenarios, factors); None for others."""
        if self.samples is None:
            return None
        return sample(self.design, len(self.factors), self.samples, self.seed)

    def scenario_values(self) -> list[dict[str, Any]]:
        """Return the factor values of each scenario; in a grid the last factor varies fastest."""
        kinds: list[Factor] = list(self.factors.values())
        listed = [{name: point[name] for name in self.factors} for point in self.points]
        if self.design == "list":
            return listed
        if self.sample is not None:
            return place(self.sample, kinds) + listed
        grid = [dict(zip(self.factors, values, strict=True)) for values in itertools.product(*(kind.values for kind in kinds))]
        return grid + listed

    def settings(self) -> list[dict[str, Any]]:
        """Return the parameters that each scenario sets on the base."""
        return [
            {k: v for name, value in point.items() for k, v in self.factors[name].settings(value).items()}
            for point in self.scenario_values()
        ]

    @cached_property
    def _scenarios(self) -> tuple[Parameters, ...]:
        return tuple(self.base.replace(**values) for values in self.settings())

    def scenarios(self) -> list[Parameters]:
        """Return the parameters of each scenario."""
        return list(self._scenarios)

    @property
    def frame(self) -> pd.DataFrame:
        """The design: a row a scenario, with scenario_id and factor values."""
        import pandas as pd

        frame = pd.DataFrame(self.scenario_values(), columns=list(self.factors))
        frame.insert(0, "scenario_id", np.arange(len(frame)))
        return frame

    def spec(self) -> dict[str, Any]:
        """Return the sweep as plain values, from which `from_spec` makes it again."""
        return {
            "base": self.base.changed(),
            "factors": {name: kind.spec() for name, kind in self.factors.items()},
            "design": self.design,
            "samples": self.samples,
            "points": [dict(point) for point in self.points],
            "replicates": self.replicates,
            "seed": self.seed,
            "monthly": self.monthly,
            "block": self.block,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Sweep:
        """Make a sweep from what `spec` returned, also after a journey through JSON."""
        base = {name: tuple(value) if isinstance(value, list) else value for name, value in spec["base"].items()}
        rest = {key: spec[key] for key in ("factors", "design", "samples", "points", "replicates", "seed", "monthly", "block")}
        return cls(base=Parameters().replace(**base), **rest)

    def run(
        self,
        folder: str | Path | None = None,
        workers: int = 1,
        dask: str | None = None,
        part: tuple[int, int] | None = None,
        errors: Literal["stop", "record"] = "record",
    ) -> Results:
        """Simulate all scenarios, in memory or into a folder, where it goes on from what is there.

        Parameters
        ----------
        folder
            Where results are kept, block by block; None keeps them in memory.
        workers
            Processes to compute with.
        dask
            Address of a Dask scheduler to compute with, or "local" to start one with `workers` processes.
        part
            (i, N): only the i-th (from 1) of N shares of the blocks.
        errors
            Whether a block that fails stops the sweep, or is recorded while the others go on.

        Raises
        ------
        ParameterError
            An argument is not allowed.
        StoreError
            The folder cannot be used, or belongs to another sweep.
        BlockError
            A block failed and `errors` is "stop", or nothing is kept in a folder.
        """
        from coalsim.sweep.runner import run, run_in_memory

        if folder is None:
            if part is not None or dask is not None:
                raise ParameterError("a part of a sweep, or a sweep with Dask, needs a folder")
            return run_in_memory(self, workers)
        return run(self, Path(folder), workers=workers, dask=dask, part=part, errors=errors)


def with_paths(spec: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a sweep's `spec` with the names of its data files changed."""

    def changed(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: change(value) if name in FILE_PARAMETERS and value else value for name, value in values.items()}

    factors: dict[str, Any] = {}
    for name, given in spec["factors"].items():
        if name in FILE_PARAMETERS:
            factors[name] = [change(value) for value in given]
        elif isinstance(given, Mapping):
            factors[name] = {label: changed(group) if isinstance(group, Mapping) else group for label, group in given.items()}
        else:
            factors[name] = given
    return {**spec, "base": changed(spec["base"]), "factors": factors, "points": [changed(point) for point in spec["points"]]}


def _names(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "nothing"
