"""The vectorized engine: the schedule of a month over a block of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from coalsim.errors import ParameterError, nearest
from coalsim.field.model import Field
from coalsim.parameters import Parameters
from coalsim.streams import streams
from coalsim.tables.outcomes import Columns
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.ledger import Ledger
from coalsim.vectorized.mechanisms import environment, funders, investing, openness, progress, research, willing
from coalsim.vectorized.mechanisms.focal import FocalSchedule
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values

Submodel = Callable[[State, Values, Draws], None]
"""A step of the month: reads and changes the state of all runs at once."""

SCHEDULE: Mapping[str, Submodel] = MappingProxyType(
    {
        "environment": environment.environment,
        "readiness": willing.readiness,
        "dialogue": openness.dialogue,
        "mapping": research.mapping,
        "intent": willing.intent,
        "funders": funders.funders,
        "joining": willing.joining,
        "launching": willing.launching,
        "grants": funders.grants,
        "investing": investing.investing,
        "redefining": openness.redefining,
        "progress": progress.progress,
        "leaving": willing.leaving,
        "ending": progress.ending,
    }
)
"""The steps of a month, in order; the fifteenth, recording, is the engine's own."""


class Block:
    """A block of runs, stepped together.

    Parameters
    ----------
    scenarios, fields, replicates
        Parameters, initial field and replicate of each run; all fields of one shape.
    seed
        Seed of the experiment.
    submodels
        Replacements for steps of `SCHEDULE`, by name.
    trajectories
        Whether to record readiness and reserves by month.

    Raises
    ------
    ParameterError
        A replaced step is unknown, or a focal convener's id is.
    """

    def __init__(
        self,
        scenarios: Sequence[Parameters],
        fields: Sequence[Field],
        replicates: Sequence[int],
        seed: int,
        submodels: Mapping[str, Submodel] | None = None,
        trajectories: bool = False,
    ) -> None:
        first = scenarios[0]
        self.state = State(fields, scenarios)
        shape = self.state.shape
        self.values = Values(scenarios, shape.organizations, shape.months)
        self.state.focal_schedule = FocalSchedule(scenarios, fields)
        of_field = streams(shape.dimensions, first.field.homophily_draws)
        self.draws = Draws(of_field, seed, replicates, shape.organizations, shape.issues, shape.months)
        self.state.ledger = Ledger(self.state, trajectories)
        self.schedule = {**SCHEDULE, **checked(submodels or {})}

    def step(self) -> None:
        """Simulate one month."""
        s = self.state
        s.begin_month()
        self.draws.begin(s.month)
        for submodel in self.schedule.values():
            submodel(s, self.values, self.draws)
        s.ledger.month(s)

    def run(self) -> tuple[Columns, Columns]:
        """Simulate all months that are left; return the coalitions and the months (see `coalsim.tables.outcomes`)."""
        while self.state.month < self.state.shape.months - 1:
            self.step()
        return self.state.ledger.close(self.state), {**self.state.ledger.months}


def checked(submodels: Mapping[str, Submodel]) -> Mapping[str, Submodel]:
    """Return `submodels`, or raise `ParameterError` if one replaces no step."""
    for name in submodels:
        if name not in SCHEDULE:
            raise ParameterError(f"submodel '{name}' is unknown{nearest(name, SCHEDULE)}; steps: {', '.join(SCHEDULE)}")
    return submodels
