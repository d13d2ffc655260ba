"""Tables of runs as labelled arrays (xarray)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import CoalsimError
from coalsim.tables.columns import RUN, TABLES, Column

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_SCENARIO, _REPLICATE = RUN


def labelled(table: pd.DataFrame, declared: Sequence[Column], axes: Mapping[str, Any], replicates: Sequence[int]) -> xr.Dataset:
    """Return columns of a table as arrays over scenarios, replicates, and months if it has them.

    Parameters
    ----------
    table
        One row per run, or one row per run and month; some may be missing.
    declared
        Its columns, for units and meanings; those that the table lacks are left out.
    axes
        Dimensions that the scenarios lie along, the last varying fastest, each with its coordinate (values, or an
        `xarray.Variable` of the dimension's name); scenario_id counts along them.
    replicates
        Numbers of the replicates, ascending.

    Returns
    -------
    Dataset
        Each column with ``units`` and ``long_name``. Where rows are missing, whole numbers and yes/no become floats and
        the gaps NaN.

    Raises
    ------
    CoalsimError
        xarray is not installed.
    """
    xr = import_xarray()
    coordinates = dict(axes)
    coordinates[_REPLICATE.name] = xr.Variable(_REPLICATE.name, np.asarray(replicates), _about(_REPLICATE))
    at = table[_SCENARIO.name].to_numpy() * len(replicates) + np.searchsorted(replicates, table[_REPLICATE.name].to_numpy())
    if "month" in table:
        months = int(table["month"].max()) + 1 if len(table) else 0
        (month,) = (column for column in TABLES["monthly"] if column.name == "month")
        coordinates["month"] = xr.Variable("month", np.arange(months), _about(month))
        at = at * months + table["month"].to_numpy()
    sizes = [len(values) for values in coordinates.values()]
    variables = {
        column.name: (list(coordinates), _placed(table[column.name].to_numpy(), at, sizes), _about(column))
        for column in declared
        if column.name in table and column.name not in coordinates and column not in RUN
    }
    return xr.Dataset(variables, coordinates)


def import_xarray() -> Any:
    """Import xarray, or say in one line how to get it."""
    try:
        import xarray
    except ImportError:
        raise CoalsimError("xarray is needed for this; install coalsim with its 'analysis' extra") from None
    return xarray


def _placed(values: NDArray[Any], at: NDArray[Any], sizes: list[int]) -> NDArray[Any]:
    """Return an array of `sizes` with `values` at their flat places, NaN elsewhere."""
    whole = len(values) == prod(sizes)
    array = np.empty(prod(sizes), dtype=values.dtype) if whole else np.full(prod(sizes), np.nan)
    array[at] = values
    return array.reshape(sizes)


def _about(column: Column) -> dict[str, str]:
    return {"units": column.unit, "long_name": column.meaning}
