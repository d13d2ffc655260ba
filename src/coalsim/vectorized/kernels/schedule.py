"""Which steps are compiled, and which of a block's are replaced by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from coalsim.mechanism import Submodel
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.contacts import contacts
from coalsim.vectorized.kernels.environment import environment
from coalsim.vectorized.kernels.founding import launching
from coalsim.vectorized.kernels.funders import funders, grants
from coalsim.vectorized.kernels.investing import investing
from coalsim.vectorized.kernels.joining import joining
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.leaving import leaving
from coalsim.vectorized.kernels.ledger import counted
from coalsim.vectorized.kernels.openness import dialogue, redefining
from coalsim.vectorized.kernels.progress import ending, progress
from coalsim.vectorized.kernels.research import mapping
from coalsim.vectorized.kernels.willing import intent, readiness
from coalsim.vectorized.ledger import Counts
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values

Step = Callable[[Kit, State, Values, Draws], None]

STEPS: Mapping[str, Step] = MappingProxyType(
    {
        step.__name__: step
        for step in (
            environment, readiness, dialogue, mapping, intent, funders, joining, launching, grants, investing,
            redefining, progress, leaving, ending,
        )
    }
)  # fmt: skip
"""The compiled steps, by name."""

MOVES_MEMBERSHIPS = ("environment", "joining", "launching", "leaving", "ending")
"""Steps that move memberships between slots: kernels know the built-in variables of a membership only."""


def with_kernels(
    schedule: Mapping[str, Submodel], reference: Mapping[str, Submodel], state: State, values: Values, draws: Draws
) -> tuple[dict[str, Submodel], Counts]:
    """Return a schedule in which the steps of the reference are compiled and all others run as they are, and what counts besides."""
    kit = Kit(state, values, draws)
    own = any(v.of == "membership" and v.name not in _KNOWN for v in state.variables.values())
    found: dict[str, Submodel] = {}
    for name, submodel in schedule.items():
        if name not in STEPS or submodel is not reference.get(name):
            found[name] = _checked(submodel, state)
        elif not (own and name in MOVES_MEMBERSHIPS):
            found[name] = partial(STEPS[name], kit)
        else:
            found[name] = submodel
    return found, Counts(partial(counted, kit), partial(contacts, kit))


_KNOWN = ("coalition", "joined", "satisfaction", "pledge", "kept")


def _checked(submodel: Submodel, state: State) -> Submodel:
    """Return a submodel after which arrays have the types and layouts again that kernels are compiled for."""

    def step(s: State, p: Values, draws: Draws) -> None:
        submodel(s, p, draws)
        state.tidy()

    return step
