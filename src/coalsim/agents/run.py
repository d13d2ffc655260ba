"""`run`: one run of the Mesa engine, from parameters to the columns of its results."""

from __future__ import annotations

from coalsim.agents.model import CoalitionModel
from coalsim.agents.organization import Organization
from coalsim.outcomes import Columns
from coalsim.parameters import Parameters


def run(
    parameters: Parameters,
    seed: int,
    replicate: int,
    months: int | None = None,
    organization_class: type[Organization] = Organization,
    monthly: bool = False,
) -> tuple[Columns, Columns]:
    """Simulate one run.

    Parameters
    ----------
    parameters
        The scenario.
    seed, replicate
        Seed of the experiment and number of the repetition.
    months
        Length of the run, after the burn-in; None takes the parameter `months`.
    organization_class
        `Organization`, or a subclass that decides otherwise.
    monthly
        Whether the monthly columns include the means of organizations, `readiness` and `reserve`.

    Returns
    -------
    coalitions : Columns
        A row a coalition.
    monthly : Columns
        Columns of shape (1, months). Both are what `coalsim.outcomes.summarise` takes.
    """
    model = CoalitionModel(parameters, seed, replicate, organization_class)
    for _ in range(model.p.burn_in + (model.p.months if months is None else months)):
        model.step()
    columns = model.recorder.coalition_columns(), model.recorder.monthly_columns(monthly)
    model.__dict__.clear()  # Mesa 3.3 keeps every model whose agents it numbered; leave it nothing to keep
    return columns
