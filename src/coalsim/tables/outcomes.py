"""From what an engine records to the outcomes of runs (ODD, section *Outcomes*).

An engine hands over two tables of numpy columns: one row per coalition, and one row per run and month (with
the sum of trust over running coalitions besides). Everything else follows from them here, for both
engines alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coalsim.tables.columns import COALITIONS, DTYPES, MONTHLY, OUTCOMES, Column, coming, names

Columns: TypeAlias = dict[str, NDArray[np.generic]]
Floats = NDArray[np.float64]

ENDINGS = ("running", "achieved", "too_few", "trust")
"""How coalitions end; engines record the position in this list."""

COALITION_RECORD = ("run", "inherited", *names(COALITIONS))
"""Columns an engine records of coalitions, in any order of rows.

`run` counts the runs of a block; `inherited` is whether it ran when month 0 began (from the burn-in, or given).
"""

OPTIONAL = tuple(coming(MONTHLY, "optional"))
"""Columns of the monthly table that an engine records only if the table is asked for."""

MONTH_RECORD = (*(name for name in names(MONTHLY) if name not in ("month", *OPTIONAL)), "coalition_trust", "memberships_before")
"""Columns of shape (runs, months) an engine always records.

`trust` and `progress` are means, `coalition_trust` is the sum over running coalitions, and `memberships_before`
are the memberships held when the month begins.
"""


def summarise(coalitions: Columns, monthly: Columns, organizations: int, own: Sequence[Column] = ()) -> Columns:
    """Return the outcomes of the runs of a block.

    Parameters
    ----------
    coalitions
        A row for each coalition, the columns of `COALITION_RECORD`.
    monthly
        The columns of `MONTH_RECORD`, each of shape (runs, months).
    organizations
        Number of organizations of a field.
    own
        Outcomes that mechanisms add.

    Returns
    -------
    Columns
        The columns of the outcomes table in their order, each of shape (runs,).
    """
    runs, months = monthly["need"].shape
    inherited = coalitions["inherited"].astype(bool)
    older = np.bincount(coalitions["run"][inherited].astype(np.intp), minlength=runs).astype(float)
    coalitions = {name: column[~inherited] for name, column in coalitions.items()}
    run = coalitions["run"].astype(np.intp)

    def count(rows: NDArray[np.bool_]) -> Floats:
        return np.bincount(run[rows], minlength=runs).astype(float)

    def total(name: str) -> Floats:
        return np.bincount(run, weights=coalitions[name].astype(float), minlength=runs).astype(float)

    def over_months(name: str) -> Floats:
        return np.cumsum(monthly[name].astype(float), axis=1)[:, -1]  # in the order of months

    def derived(column: Column) -> NDArray[np.generic]:
        if callable(column.how):
            return np.broadcast_to(column.how(coalitions, monthly), (runs,))
        if column.how == "coalitions":
            return total(column.name)
        if column.how == "last":
            return monthly[column.name][:, -1]
        return over_months(column.name) / (months if column.how == "mean" else 1)

    def first(rows: NDArray[np.bool_]) -> Floats:
        found = np.full(runs, np.inf)
        months_from_launch = coalitions["first_success"][rows].astype(float)
        np.minimum.at(found, run[rows], coalitions["launch"][rows].astype(float) + months_from_launch)
        return np.where(np.isinf(found), np.nan, found)

    everything = np.ones(len(run), dtype=bool)
    formed = ~np.isnan(coalitions["formed"].astype(float))
    succeeded = coalitions["problems_solved"].astype(int) > 0
    first_half = coalitions["launch"].astype(int) < months / 2
    highest = coalitions["highest_progress"].astype(float)
    ending = coalitions["ending"].astype(int)
    focal = coalitions["focal"].astype(bool)
    found: dict[str, NDArray[Any]] = {column.name: derived(column) for column in (*OUTCOMES, *own) if column.how}
    launched = count(everything)
    impact = 1 - monthly["need"][:, -1].astype(float)
    put_in = found["contributed"] + found["granted"] + found["researched"]
    found |= {
        "inherited": older,
        "launched": launched,
        "formed": count(formed),
        "succeeded": count(succeeded),
        "achieved": count(ending == ENDINGS.index("achieved")),
        "dissolved": count(ending >= ENDINGS.index("too_few")),
        "running": count(ending == ENDINGS.index("running")),
        "early_change": _ratio(count(formed & (highest >= 1 / 3)), count(formed)),
        "systems_change": _ratio(count(formed & (highest >= 2 / 3)), count(formed)),
        "population_change": _ratio(count(formed & (highest >= 1)), count(formed)),
        "success_rate": _ratio(count(succeeded), count(formed)),
        "success_rate_first_half": _ratio(count(succeeded & first_half), count(formed & first_half)),
        "first_success": first(succeeded),
        "censored": count(succeeded) == 0,
        "impact": impact,
        "impact_per_resource": _ratio(impact, put_in),
        "retention": 1 - _ratio(found["exits"], monthly["memberships_before"][:, 0].astype(float) + found["joins"] + launched),
        "participation": over_months("members") / (organizations * months),
        "memberships": _ratio(over_months("memberships"), over_months("members")),
        "closed": over_months("closed"),
        "mean_trust": _ratio(over_months("coalition_trust"), over_months("coalitions")),
        "focal_launched": count(focal) > 0,
        "focal_formed": count(focal & formed) > 0,
        "focal_succeeded": count(focal & succeeded) > 0,
        "focal_first_success": first(focal & succeeded),
    }
    return {c.name: found[c.name].astype(DTYPES[c.dtype]) for c in (*OUTCOMES, *own) if c.name in found}


def _ratio(over: Floats, under: Floats) -> Floats:
    """Return `over` / `under`, NaN where `under` is 0."""
    return np.divide(over, under, out=np.full(len(over), np.nan), where=under != 0)
