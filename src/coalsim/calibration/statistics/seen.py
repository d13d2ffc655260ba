"""What a statistic sees: the tables of the runs of a group, and a way to take some of their rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError, shown
from coalsim.tables.columns import REPLICATE

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 8
"""Parts that runs are cut into, to see how much a statistic owes to chance."""

LARGEST, ENDS = 2.0**1000, (math.inf, -math.inf)
"""What numbers are below, whole ones too, and the two that are not."""

BOUNDS = {"at_least": np.greater_equal, "above": np.greater, "at_most": np.less_equal, "below": np.less}
"""The bounds of a condition."""


@dataclass(frozen=True)
class Seen:
    """The runs of a group at one point of the parameters.

    Attributes
    ----------
    outcomes : one row per run
    coalitions : one row per coalition
    monthly : one row per run and month; None unless the targets ask for it

    The columns are those of `coalsim columns`. Added to every table: ``organizations`` (size of the field), ``months`` (length of the
    run), ``setting`` (number of the setting, if the group has several) and a column for each parameter that is varied within the
    group; to coalitions, ``resources`` (contributions and grants a year, in FTE-months, over its life). ``replication`` is another
    for every run of the group.
    """

    outcomes: pd.DataFrame
    coalitions: pd.DataFrame
    monthly: pd.DataFrame | None

    def table(self, name: str, where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the rows of a table that meet conditions.

        Parameters
        ----------
        name
            "outcomes", "coalitions" or "monthly".
        where
            Conditions by column: a value that the column has, or a table of bounds ``at_least``, ``above``, ``at_most``, ``below``;
            ``known = true`` takes the rows in which the column has a value, ``known = false`` the others.
        """
        found = getattr(self, name)
        if found is None:
            raise ParameterError(f"table {name} was not kept")
        return rows(found, where) if where else found

    def without(self, runs: NDArray[np.int64]) -> Seen:
        """Return what is seen without some runs, given by their ``replication``."""

        def rest(table: pd.DataFrame | None) -> Any:
            return None if table is None else table[~np.isin(table[REPLICATE].to_numpy(), runs)]

        return Seen(rest(self.outcomes), rest(self.coalitions), rest(self.monthly))

    def folds(self) -> list[NDArray[np.int64]]:
        """Return the runs in `FOLDS` parts (fewer if there are fewer runs), each with runs of every setting."""
        order = self.outcomes.sort_values(["setting", REPLICATE], kind="stable")[REPLICATE].to_numpy(dtype=np.int64)
        count = min(FOLDS, len(order))
        return [order[start::count] for start in range(count)]


def rows(table: pd.DataFrame, where: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of a table that meet conditions, see `Seen.table`."""
    taken = np.ones(len(table), dtype=bool)
    for column, condition in where.items():
        taken &= meets(table[column], condition)
    return table[taken]


def meets(column: pd.Series[Any], condition: Any) -> NDArray[np.bool_]:
    """Return which values meet a condition."""
    if not isinstance(condition, Mapping):
        values = column.astype(str) if isinstance(condition, str) else column
        return (values == condition).to_numpy(dtype=bool)
    out = np.ones(len(column), dtype=bool)
    for name, bound in condition.items():
        if name == "known":
            out &= column.notna().to_numpy(dtype=bool) == bound
        else:
            out &= BOUNDS[name](column.to_numpy(dtype=float), bound)
    return out


def is_number(value: Any) -> bool:
    """Return whether something is a number that can be computed with; infinity is one."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    return bool(real and value == value and (value in ENDS or abs(value) < LARGEST))


def check_where(where: Mapping[str, Any]) -> None:
    """Raise `ParameterError` if a condition is none."""
    for column, condition in where.items():
        if not isinstance(condition, Mapping):
            if not isinstance(condition, str | bool) and not is_number(condition):
                raise ParameterError(f"{column} = {shown(condition)}: a value, or a table of bounds, is needed")
            continue
        if not condition:
            raise ParameterError(f"{column}: the table of bounds is empty; allowed: {', '.join(BOUNDS)}, known")
        for name, bound in condition.items():
            if name == "known":
                if not isinstance(bound, bool):
                    raise ParameterError(f"{column}: known = {bound!r}: true or false is needed")
            elif name not in BOUNDS:
                raise ParameterError(f"{column}: '{name}' is no bound; allowed: {', '.join(BOUNDS)}, known")
            elif not is_number(bound) or bound in ENDS:
                raise ParameterError(f"{column}: {name} = {shown(bound)}: a number is needed")
