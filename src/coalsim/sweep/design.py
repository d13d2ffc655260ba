"""`Sweep`: which scenarios to simulate, in how many replicates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coalsim.counts import MAX_RUNS, MAX_SCENARIOS, SEEDS, said, whole
from coalsim.designs.checks import check_apart, check_distinct, distinct
from coalsim.designs.factors import Factor, factor, frozen, place
from coalsim.designs.naming import check_names
from coalsim.designs.samplers import SAMPLED, Design, sample, size
from coalsim.errors import ParameterError, nearest
from coalsim.mechanism import Mechanism, together, unique
from coalsim.parameters import Parameters
from coalsim.parameters.effect import refuse_without_effect
from coalsim.parameters.model import canonical
from coalsim.sweep.described import about, described
from coalsim.sweep.design_files import read_design
from coalsim.sweep.plan import BLOCK_ORGANIZATION_MONTHS
from coalsim.sweep.scenarios import Scenarios
from coalsim.tables.columns import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.results import Results


@dataclass(frozen=True)
class Sweep:
    """Scenarios that differ in some parameters, simulated in common replicates.

    Attributes
    ----------
    base : the scenario that is varied
    factors : what is varied, by name: values, ranges or groups of settings (`coalsim.designs.factors.factor`)
    replicates : how many
    seed : seed of the experiment, and of the sample of a sampled design
    monthly : whether to keep monthly trajectories
    design : "grid", "list", "latin_hypercube", "sobol", "saltelli" or "morris"
    samples : size of a sampled design (`coalsim.designs.samplers.sample`)
    block : organization-months a block is cut to (`coalsim.sweep.plan`); no part of the results
    points : scenarios listed one by one, each the values of all factors; those of a "list", or in addition
    mechanisms : those besides the built-in ones (docs/extending.md)

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
    mechanisms: tuple[Mechanism, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.base, Parameters):
            raise ParameterError(f"base = {said(self.base)}: Parameters are needed, the scenario that is varied")
        if not isinstance(self.factors, Mapping):
            raise ParameterError(f"factors = {said(self.factors)}: a mapping is needed, from names to values, a range or groups")
        if not isinstance(self.points, Iterable) or not all(isinstance(point, Mapping) for point in self.points):
            raise ParameterError("points: a table of factor values is needed for each")
        if not isinstance(self.monthly, bool):
            raise ParameterError(f"monthly = {said(self.monthly)} is of the wrong type; true or false is needed")
        given = self.factors.items()
        made = {name: kind if isinstance(kind, Factor) else self._made(name, kind) for name, kind in given}
        object.__setattr__(self, "factors", made)
        check_names(made)
        check_apart(made)
        object.__setattr__(self, "mechanisms", unique(self.mechanisms))
        object.__setattr__(self, "points", tuple({name: canonical(name, value) for name, value in point.items()} for point in self.points))
        for name, low, high in (("replicates", 1, MAX_RUNS), ("samples", 1, MAX_SCENARIOS), ("block", 1, 2**62), ("seed", 0, SEEDS)):
            if (value := getattr(self, name)) is not None or name != "samples":
                object.__setattr__(self, name, whole(name, value, low, high))
        if self.design not in get_args(Design):
            known = get_args(Design)
            raise ParameterError(f"design = {said(self.design)} is unknown{nearest(str(self.design), known)}; allowed: {', '.join(known)}")
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
        self._check_size()

    def _made(self, name: str, given: Any) -> Factor:
        made = factor(name, given)
        # Points repeat values, and a list has no scenarios but its points.
        return made if self.design == "list" else distinct(made)

    def _check_size(self) -> None:
        """Refuse what is too large, before anything is made of it."""
        try:
            count = self.count
        except ParameterError:
            return  # a range without steps: said when the scenarios are asked for
        if count > MAX_SCENARIOS:
            raise ParameterError(
                f"the design comes to {said(count) if count > 10**18 else f'{count:,}'} scenarios; allowed: {MAX_SCENARIOS:,}"
            )
        if count * self.replicates > MAX_RUNS:
            runs = f"{count:,} scenarios x {self.replicates:,} replicates = {count * self.replicates:,} runs"
            raise ParameterError(f"replicates = {self.replicates}: {runs}; allowed: {MAX_RUNS:,}")

    @property
    def count(self) -> int:
        """How many scenarios there are, without making them."""
        if self.design == "list":
            return len(self.points)
        if self.samples is not None:
            return size(self.design, len(self.factors), self.samples) + len(self.points)
        kinds: list[Factor] = list(self.factors.values())
        return math.prod(kind.count for kind in kinds) + len(self.points)

    @classmethod
    def load(cls, path: str | Path, mechanisms: Sequence[Mechanism] = ()) -> Sweep:
        """Read a sweep from a TOML file (docs/sweeps.md); `mechanisms` come with it, a file brings none.

        Raises
        ------
        ParameterError
            The file cannot be read, or something in it is not allowed.
        """
        given, path = read_design(path), Path(path)
        try:
            sweep = cls(**given, mechanisms=tuple(mechanisms))
            sweep.refuse_repeated()
            refuse_without_effect(sweep.lazily())  # each is checked as it is made
        except ParameterError as error:
            raise ParameterError(f"{path}: {error}") from None
        return sweep

    @cached_property
    def sample(self) -> NDArray[np.float64] | None:
        """The sample of the unit cube that a sampled design is made from, (scenarios, factors); None for others."""
        if self.samples is None:
            return None
        return sample(self.design, len(self.factors), self.samples, self.seed)

    @cached_property
    def _values(self) -> tuple[dict[str, Any], ...]:
        kinds: list[Factor] = list(self.factors.values())
        listed = [{name: point[name] for name in self.factors} for point in self.points]
        if self.design == "list":
            return tuple(listed)
        if self.sample is not None:
            return (*place(self.sample, kinds), *listed)
        grid = (dict(zip(self.factors, values, strict=True)) for values in itertools.product(*(kind.values for kind in kinds)))
        return (*grid, *listed)

    def scenario_values(self) -> list[dict[str, Any]]:
        """Return the factor values of each scenario; in a grid the last factor varies fastest."""
        return [dict(point) for point in self._values]

    def refuse_repeated(self) -> None:
        """Raise `ParameterError` for a point that is listed twice, or that the design has already."""
        if self.points:
            check_distinct(self.points, self.scenario_values()[: -len(self.points)], self.design)

    def settings(self) -> list[dict[str, Any]]:
        """Return the parameters that each scenario sets on the base."""
        return [self.setting(scenario) for scenario in range(len(self._values))]

    def setting(self, scenario: int) -> dict[str, Any]:
        """Return the parameters that one scenario sets on the base."""
        return {k: v for name, value in self._values[scenario].items() for k, v in self.factors[name].settings(value).items()}

    def lazily(self) -> Scenarios:
        """Return the parameters of the scenarios as a sequence that makes each when it is asked for, and keeps none."""
        return Scenarios(self)

    @cached_property
    def _scenarios(self) -> tuple[Parameters, ...]:
        made = tuple(self.lazily())
        together(self.mechanisms, made)
        return made

    def scenarios(self) -> list[Parameters]:
        """Return the parameters of each scenario."""
        return list(self._scenarios)

    @property
    def frame(self) -> pd.DataFrame:
        """The design: one row per scenario, with scenario_id and factor values; text, if some of a factor's values are text."""
        import pandas as pd

        points = self._values
        columns = {name: _of_one_type([point[name] for point in points]) for name in self.factors}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(points)))
        frame.insert(0, SCENARIO, np.arange(len(frame)))
        return frame

    def spec(self) -> dict[str, Any]:
        """Return the sweep as plain values, from which `from_spec` makes it again."""
        return {
            "base": self.base.changed(Parameters.model1()),
            "factors": {name: kind.spec() for name, kind in self.factors.items()},
            "design": self.design,
            "samples": self.samples,
            "points": [dict(point) for point in self.points],
            "replicates": self.replicates,
            "seed": self.seed,
            "monthly": self.monthly,
            "block": self.block,
            "mechanisms": [about(mechanism) for mechanism in self.mechanisms],
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Sweep:
        """Make a sweep from what `spec` returned, also after a journey through JSON."""
        mechanisms = tuple(described(given) for given in spec.get("mechanisms", ()))
        base = {name: frozen(value) for name, value in spec["base"].items()}
        # A sweep that is there may have values twice; no new one may.
        factors = {name: factor(name, given) for name, given in spec["factors"].items()}
        rest = {key: spec[key] for key in ("design", "samples", "points", "replicates", "seed", "monthly", "block")}
        return cls(base=Parameters.model1().replace(**base), factors=factors, mechanisms=mechanisms, **rest)

    def run(
        self,
        folder: str | Path | None = None,
        workers: int = 1,
        dask: str | None = None,
        part: tuple[int, int] | None = None,
        errors: Literal["stop", "record"] = "record",
        compiled: bool | None = None,
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
        compiled
            Whether steps are compiled, as in `coalsim.simulate`; the results are the same to the bit.

        Raises
        ------
        ParameterError
            An argument is not allowed.
        StoreError
            The folder cannot be used, or belongs to another sweep.
        BlockError
            A block failed and `errors` is "stop", or nothing is kept in a folder.
        WorkersError
            Processes or Dask cannot be started, or are gone.

        Notes
        -----
        Blocks that fail and are recorded are said on the logger ``coalsim``, as the results lack their runs.
        """
        from coalsim.sweep.runner import run, run_in_memory
        from coalsim.sweep.status import warn_of_failures

        if folder is None:
            if part is not None or dask is not None:
                raise ParameterError("a part of a sweep, or a sweep with Dask, needs a folder")
            return run_in_memory(self, workers, compiled)
        if not str(folder):
            raise ParameterError("the name of the folder is empty; '.' is the current one")
        results = run(self, Path(folder), workers=workers, dask=dask, part=part, errors=errors, compiled=compiled)
        warn_of_failures(Path(folder))
        return results


def _names(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "nothing"


def _of_one_type(values: list[Any]) -> list[Any]:
    """Return a column that a table can hold: text, if some of the values are text."""
    kinds = {type(value) for value in values} - {type(None)}
    return [value if value is None else str(value) for value in values] if str in kinds and len(kinds) > 1 else values
