"""What an experiment is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from coalsim.parameters import Parameters
    from coalsim.sweep import Results


@dataclass(frozen=True)
class Setting:
    """How an experiment is to be run.

    Attributes
    ----------
    quick : a reduced size, for continuous integration: fewer replicates or points, the same rules
    seed : seed of all randomness; published verdicts use 1
    workers : processes that may be used
    model : the model that studies ask (`coalsim.studies.worlds`): 1, of which they were written, or 2, as calibrated
    """

    quick: bool = False
    seed: int = 1
    workers: int = 1
    model: int = 1

    def sweep(self, base: Parameters, factors: Mapping[str, Any], full: int, quick: int, monthly: bool = False) -> Results:
        """Return the results of a sweep in memory, with `full` replicates or, at the reduced size, `quick` ones."""
        from coalsim.sweep import Sweep

        return Sweep(base, factors, quick if self.quick else self.replicates(full), self.seed, monthly).run(workers=self.workers)

    def replicates(self, full: int) -> int:
        """Return how many replicates there are where a study of model 1 has `full`: half as many of model 2, whose runs take longer."""
        return full if self.model == 1 or self.quick else max(full // 2, 1)


@dataclass(frozen=True)
class Value:
    """A number that an experiment came to.

    Attributes
    ----------
    name : the target it answers, or a name of its own
    value : the number; NaN if it could not be had
    se : its standard error; 0 if it is exact
    """

    name: str
    value: float
    se: float = 0.0


@dataclass(frozen=True)
class Output:
    """What came of an experiment: numbers, tables by name, figures by name."""

    values: Sequence[Value]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
