"""`Mechanism`: parameters, state, columns, draws and steps, said together; the built-in ones and a user's have this one form.

Everything else that has to know of a variable is derived from its declaration: the arrays that are allocated, what is
cleared when a coalition is launched, a membership or an initiative ends, what is compared when the engines are docked.
"""

from coalsim.mechanism.form import DRAWN, Mechanism, Step, Submodel, after, at, before, instead_of
from coalsim.mechanism.together import all_columns, arranged, own_columns, own_months, together, unique
from coalsim.mechanism.variables import NO_MONTH, Event, Kind, Variable, variable

__all__ = [
    "DRAWN",
    "NO_MONTH",
    "Event",
    "Kind",
    "Mechanism",
    "Step",
    "Submodel",
    "Variable",
    "after",
    "all_columns",
    "arranged",
    "at",
    "before",
    "instead_of",
    "own_columns",
    "own_months",
    "together",
    "unique",
    "variable",
]
