"""The vectorized engine: the schedule of a month over a block of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from coalsim.errors import ParameterError, nearest
from coalsim.field.model import Field
from coalsim.mechanism import Mechanism, Submodel, Variable, arranged, own_columns, unique
from coalsim.parameters import Parameters
from coalsim.streams import streams
from coalsim.tables.columns import COALITIONS, coming
from coalsim.tables.outcomes import Columns
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.given import found_given
from coalsim.vectorized.ground import GROUND
from coalsim.vectorized.ledger import Ledger
from coalsim.vectorized.mechanisms import (
    environment,
    focal,
    founding,
    funders,
    investing,
    joining,
    leaving,
    openness,
    progress,
    research,
    turnover,
    willing,
)
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values

MECHANISMS = (
    GROUND,
    environment.ENVIRONMENT,
    turnover.TURNOVER,
    willing.WILLING,
    joining.JOINING,
    founding.FOUNDING,
    leaving.LEAVING,
    openness.OPENNESS,
    research.RESEARCH,
    focal.FOCAL,
    funders.FUNDERS,
    investing.INVESTING,
    progress.PROGRESS,
)
"""The built-in mechanisms."""

ORDER = (
    "environment",  # 1
    "readiness",
    "dialogue",
    "mapping",
    "intent",  # 5
    "funders",
    "joining",
    "launching",
    "grants",
    "investing",  # 10
    "redefining",
    "progress",
    "leaving",
    "ending",
)
"""The steps of a month, in order, as in the ODD; the fifteenth, recording, is the engine's own."""

_FUNCTIONS = {step.name: step.function for mechanism in MECHANISMS for step in mechanism.steps}

SCHEDULE: Mapping[str, Submodel] = MappingProxyType({name: _FUNCTIONS[name] for name in ORDER})
"""The steps, by name."""


__all__ = ["MECHANISMS", "ORDER", "SCHEDULE", "Block", "Submodel", "schedule", "variables"]


class Block:
    """A block of runs, stepped together.

    Parameters
    ----------
    scenarios, fields, replicates
        Parameters, initial field and replicate of each run; all fields of one shape.
    seed
        Seed of the experiment.
    submodels
        Replacements for steps of the schedule, by name.
    trajectories
        Whether to record readiness and reserves by month.
    mechanisms
        Mechanisms besides the built-in ones.
    compiled
        Whether steps are compiled (`coalsim.vectorized.kernels`); the results are the same to the bit.

    Raises
    ------
    ParameterError
        A replaced step is unknown, a focal convener's id is, or mechanisms do not go together.
    """

    def __init__(
        self,
        scenarios: Sequence[Parameters],
        fields: Sequence[Field],
        replicates: Sequence[int],
        seed: int,
        submodels: Mapping[str, Submodel] | None = None,
        trajectories: bool = False,
        mechanisms: Sequence[Mechanism] = (),
        compiled: bool = False,
    ) -> None:
        first = scenarios[0]
        self.schedule = schedule(mechanisms, submodels or {})
        kept = coming((*COALITIONS, *own_columns(mechanisms, "coalitions")), "state")
        self.state = State(fields, scenarios, variables(mechanisms), kept)
        shape = self.state.shape
        self.values = Values(scenarios, shape.organizations, shape.months, mechanisms)
        of_field = streams(shape.dimensions, first.field.homophily_draws)
        own = [stream for mechanism in mechanisms for stream in mechanism.streams()]
        months = self.state.burn_in + shape.months
        self.draws = Draws(of_field, seed, replicates, shape.organizations, shape.issues, months, own, shape.slots)
        counts = None
        if compiled:
            from coalsim.vectorized.kernels.schedule import with_kernels

            self.state.tidy()
            self.schedule, counts = with_kernels(self.schedule, SCHEDULE, self.state, self.values, self.draws)
        self.ledger = Ledger(self.state, trajectories, mechanisms, counts)
        found_given(self.state, self.values, fields, self.draws.sources)

    def step(self) -> None:
        """Simulate one month."""
        s = self.state
        s.begin_month()
        self.draws.begin(s.month + s.burn_in)
        if s.month == 0:
            self.ledger.open(s)
        for submodel in self.schedule.values():
            submodel(s, self.values, self.draws)
        if s.month >= 0:
            self.ledger.month(s)

    def run(self) -> tuple[Columns, Columns]:
        """Simulate all months that are left; return the coalitions and the months (see `coalsim.tables.outcomes`)."""
        while self.state.month < self.state.shape.months - 1:
            self.step()
        return self.ledger.close(self.state), {name: np.ascontiguousarray(column) for name, column in self.ledger.months.items()}


def variables(mechanisms: Sequence[Mechanism] = ()) -> tuple[Variable, ...]:
    """Return all that is declared of the state, with what mechanisms add to it."""
    return tuple(v for mechanism in unique((*MECHANISMS, *mechanisms)) for v in mechanism.state)


def schedule(mechanisms: Sequence[Mechanism], submodels: Mapping[str, Submodel]) -> dict[str, Submodel]:
    """Return the steps of a month with those of mechanisms and replacements.

    Raises
    ------
    ParameterError
        One takes the place of no step.
    """
    steps = arranged(SCHEDULE, mechanisms)
    for name in submodels:
        if name not in steps:
            raise ParameterError(f"submodel '{name}' is unknown{nearest(name, steps)}; steps: {', '.join(steps)}")
    return {**steps, **submodels}
