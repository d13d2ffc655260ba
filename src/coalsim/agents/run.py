"""`run`: one run of the Mesa engine, from parameters to the columns of its results."""

from __future__ import annotations

from collections.abc import Sequence

from coalsim.agents.model import CoalitionModel
from coalsim.agents.organization import Organization
from coalsim.mechanism import Mechanism
from coalsim.parameters import Parameters
from coalsim.tables.outcomes import Columns


def run(
    parameters: Parameters,
    seed: int,
    replicate: int,
    months: int | None = None,
    organization_class: type[Organization] = Organization,
    monthly: bool = False,
    mechanisms: Sequence[Mechanism] = (),
) -> tuple[Columns, Columns]:
    """Simulate one run.

    Parameters
    ----------
    parameters
        The scenario.
    seed, replicate
        Seed of the experiment and number of the replicate.
    months
        Length of the run, after the burn-in; None takes the parameter `months`.
    organization_class
        `Organization`, or a subclass that decides otherwise.
    monthly
        Whether the monthly columns include the means of organizations, `readiness` and `reserve`.
    mechanisms
        Mechanisms besides the built-in ones; see `CoalitionModel`.

    Returns
    -------
    coalitions : Columns
        One row per coalition.
    monthly : Columns
        Columns of shape (1, months). Both are what `coalsim.tables.outcomes.summarise` takes.
    """
    model = CoalitionModel(parameters, seed, replicate, organization_class, mechanisms=mechanisms)
    for _ in range(model.p.burn_in + (model.p.months if months is None else months)):
        model.step()
    columns = model.recorder.coalition_columns(), model.recorder.monthly_columns(monthly)
    model.__dict__.clear()  # Mesa 3.3 keeps every model whose agents it numbered; leave it nothing to keep
    return columns
