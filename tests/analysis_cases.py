"""Results made by hand for the tests of the analysis."""

import numpy as np
import pandas as pd

from coalsim.analysis import Designed


def designed(design, coalitions=None, **outcomes):
    """Return results from factor columns and outcomes of shape (scenarios, replicates)."""
    table = pd.DataFrame(design)
    table.insert(0, "scenario_id", range(len(table)))
    shape = np.shape(next(iter(outcomes.values()))) if outcomes else (len(table), 1)
    scenario, replicate = (index.reshape(-1) for index in np.indices(shape))
    runs = {"scenario_id": scenario, "replication": replicate}
    runs |= {name: np.asarray(values).reshape(-1) for name, values in outcomes.items()}
    return Designed(table, pd.DataFrame(runs), pd.DataFrame() if coalitions is None else coalitions)
