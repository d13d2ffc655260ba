"""`Sweep`: a grid of scenarios read from TOML, and what came of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import ParameterError, nearest
from coalsim.parameters import Parameters, declarations, load
from coalsim.parameters.toml import read_toml
from coalsim.simulation import Runs, simulate

if TYPE_CHECKING:
    import pandas as pd

_KEYS = {"config": str, "replicates": int, "seed": int, "monthly": bool, "fixed": dict, "factors": dict}


@dataclass(frozen=True)
class Sweep:
    """A full grid of factor values on a base scenario, in common replicates.

    Attributes
    ----------
    base : the scenario that is varied
    factors : values of each parameter varied, by name
    replicates : how many
    seed : seed of the experiment
    monthly : whether to keep monthly trajectories
    """

    base: Parameters
    factors: dict[str, tuple[Any, ...]]
    replicates: int = 10
    seed: int = 1
    monthly: bool = False

    @classmethod
    def load(cls, path: str | Path) -> Sweep:
        """Read a sweep from a TOML file.

        Keys: ``config`` (the base scenario's file, relative to this one; without it the defaults),
        ``replicates``, ``seed``, ``monthly``, and the tables ``[fixed]`` (parameters with one value)
        and ``[factors]`` (parameters with a list of values), by parameter name.

        Raises
        ------
        ParameterError
            The file cannot be read, or something in it is not allowed.
        """
        tables, path = read_toml(path), Path(path)
        for key, value in tables.items():
            if key not in _KEYS:
                raise ParameterError(f"{path}: '{key}' is unknown{nearest(key, _KEYS)}; allowed: {', '.join(_KEYS)}")
            if type(value) is not _KEYS[key]:
                raise ParameterError(f"{path}: {key} = {value!r} is of the wrong type; {_KEYS[key].__name__} is needed")
        factors = tables.get("factors", {})
        for name, values in factors.items():
            if not isinstance(values, list) or not values:
                raise ParameterError(f"{path}: [factors] {name} = {values!r}: a list of values is needed")
        base = load(path.parent / tables["config"]) if "config" in tables else Parameters()
        try:
            sweep = cls(
                base=base.replace(**tables.get("fixed", {})),
                factors={name: tuple(values) for name, values in factors.items()},
                **{key: tables[key] for key in ("replicates", "seed", "monthly") if key in tables},
            )
            sweep.scenarios()
        except ParameterError as error:
            raise ParameterError(f"{path}: {error}") from None
        return sweep

    def points(self) -> list[dict[str, Any]]:
        """Return the factor values of each scenario, the last factor varying fastest."""
        return [dict(zip(self.factors, values, strict=True)) for values in itertools.product(*self.factors.values())]

    def scenarios(self) -> list[Parameters]:
        """Return the parameters of each scenario."""
        return [self.base.replace(**point) for point in self.points()]

    def run(self) -> SweepResults:
        """Simulate all scenarios."""
        return SweepResults(self, simulate(self.scenarios(), self.replicates, self.seed, monthly=self.monthly))


@dataclass(frozen=True)
class SweepResults:
    """A sweep and its runs."""

    sweep: Sweep
    runs: Runs

    @property
    def design(self) -> pd.DataFrame:
        """A row a scenario: scenario_id and factor values."""
        import pandas as pd

        frame = pd.DataFrame(self.sweep.points())
        frame.insert(0, "scenario_id", range(len(frame)))
        return frame

    def summary(self, outcomes: tuple[str, ...] = ("success_rate", "impact", "formed", "problems_solved")) -> pd.DataFrame:
        """Return factor values with mean and half width of the 95 % interval of outcomes, a row a scenario."""
        from coalsim.summary import mean_and_interval

        grouped = self.runs.outcomes.groupby("scenario_id")
        frame = self.design
        for name in outcomes:
            intervals = grouped[name].apply(lambda values: mean_and_interval(values.to_numpy(dtype=float)))
            frame[name] = [mean for mean, _ in intervals]
            frame[f"{name}_ci"] = [half for _, half in intervals]
        return frame

    def factor_labels(self) -> dict[str, str]:
        """Return each factor's name with its unit."""
        units = {name: declarations()[name].unit for name in self.sweep.factors}
        return {name: name if unit in ("1", "-") else f"{name} ({unit})" for name, unit in units.items()}
