"""The Mesa engine: the ODD in an agent's terms, to be stepped, watched and subclassed.

`CoalitionModel` is a Mesa model, `Organization`, `Coalition` and `Funder` are its agents. The science
is written here from ``docs/odd.md`` and shares no submodel with the numpy core; that both agree month
by month is evidence that both are the model described.
"""

from coalsim.agents import importing  # noqa: F401  before all that imports Mesa
from coalsim.agents.coalition import Coalition
from coalsim.agents.environment import Issue
from coalsim.agents.funder import Funder
from coalsim.agents.initiative import Initiative, Relation
from coalsim.agents.membership import Membership
from coalsim.agents.model import CoalitionModel
from coalsim.agents.organization import Organization
from coalsim.agents.pursuit import Target
from coalsim.agents.run import run
from coalsim.agents.traits import Traits

__all__ = [
    "Coalition",
    "CoalitionModel",
    "Funder",
    "Initiative",
    "Issue",
    "Membership",
    "Organization",
    "Relation",
    "Target",
    "Traits",
    "run",
]
