"""Means and intervals of outcomes by scenario, of sweeps of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.reading import KEYS, factor_column, parts
from coalsim.tables.columns import SCENARIO
from coalsim.tables.summary import mean_and_interval

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from coalsim.sweep.results import Results

ROWS = 500_000
"""About as many runs are in memory at a time."""


def summarised(results: Results, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return factor values with mean and half width of the 95 % interval of outcomes, one row per scenario."""
    count = results.sweep.count
    means, halves = (np.full((len(outcomes), count), np.nan) for _ in range(2))
    step = max(1, ROWS // results.sweep.replicates)
    for first in range(0, count, step):
        last = min(first + step, count)
        table = _outcomes_of(results, first, last, outcomes)
        scenario = table[SCENARIO].to_numpy()
        starts = np.searchsorted(scenario, np.arange(first, last + 1))
        for row, name in enumerate(outcomes):
            values = table[name].to_numpy().astype(float)
            for i in np.flatnonzero(np.diff(starts)):
                means[row, first + i], halves[row, first + i] = mean_and_interval(values[starts[i] : starts[i + 1]])
    frame = results.design.rename(columns={name: factor_column(name) for name in results.sweep.factors})
    for row, name in enumerate(outcomes):
        frame[name], frame[f"{name}_ci"] = means[row], halves[row]
    return frame


def _outcomes_of(results: Results, first: int, last: int, columns: Sequence[str]) -> pa.Table:
    """Return rows of outcomes of the scenarios ``first`` to ``last - 1``, sorted, from the parts that have some."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    need = [*KEYS["outcomes"], *columns]
    if results.folder is None:
        source = results.source("outcomes")
    else:
        assert results.manifest is not None
        blocks = results.manifest.blocks
        some = [e for e in results._done if any(low < last and high > first for low, high in blocks[e.block][0])]
        if not some:
            return pa.table({name: pa.array([], pa.int64()) for name in need})
        source = ds.dataset(parts(SweepFolder(results.folder), "outcomes", some), format="parquet")
    scenario = ds.field(SCENARIO)
    try:
        found = source.to_table(columns=need, filter=(scenario >= first) & (scenario < last))
    except (pa.ArrowInvalid, OSError) as error:
        raise results._unreadable("outcomes", error) from None
    return found.take(pc.sort_indices(found, [(name, "ascending") for name in KEYS["outcomes"]]))
