"""What an engine keeps of its runs: one row per coalition, and the months' books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.mechanism import NO_MONTH, Mechanism, own_columns, own_months
from coalsim.tables.columns import COALITIONS, CONTACTS, coming, names
from coalsim.tables.outcomes import ENDINGS, MONTH_RECORD, OPTIONAL, Columns
from coalsim.vectorized.contacts import contacts
from coalsim.vectorized.state import NOBODY, State


def counted(s: State) -> dict[str, NDArray[Any]]:
    """Return what there is in each run when a month is over, by column of the monthly record, shape (runs,)."""
    m = s.members
    run = s.run_of(m.coalitions)
    runs = s.shape.runs

    def count(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        return np.bincount(run, weights=weights, minlength=runs).astype(float)

    coalitions = count()
    trust = count(s.trust[m.coalitions])
    formed = s.formed[m.coalitions] > NO_MONTH
    goals = s.issue[:, m.coalitions[formed]]
    on_issue = np.bincount(goals[goals >= 0], minlength=len(s.need))
    twice = np.bincount(run[formed][((on_issue[goals] > 1) & (goals >= 0)).any(axis=0)], minlength=runs)
    has_goal = s.issue[:, m.coalitions] >= 0
    progress = np.where(has_goal, s.progress[:, m.coalitions], 0.0)
    with np.errstate(invalid="ignore"):
        return {
            "coalitions": coalitions,
            "formed": count(formed.astype(float)),
            "members": np.count_nonzero(s.by_run(s.member), axis=1),
            "memberships": np.bincount(s.run_of(m.who), minlength=runs),
            "researching": np.count_nonzero(s.by_run(s.researching), axis=1),
            "coalition_trust": trust,
            "trust": trust / coalitions,
            "progress": count((progress[0] + progress[1]) / has_goal.sum(axis=0)) / coalitions,
            "need": s.need.reshape(runs, s.shape.issues).sum(axis=1) / s.shape.issues,
            "duplicates": twice,
            "window": s.window > 0,
            "recession": s.recession > 0,
        }


class Counts(NamedTuple):
    """What counts for the ledger: at the end of a month in each run, and at the end of the last in each running coalition."""

    monthly: Callable[[State], dict[str, NDArray[Any]]] = counted
    contacts: Callable[[State], dict[str, NDArray[Any]]] = contacts


class Ledger:
    """The record of a block of runs.

    Parameters
    ----------
    s
        The state that is recorded.
    trajectories
        Whether to keep the optional columns of the monthly table as well.
    mechanisms
        Those that add columns.
    counts
        What counts; by default the numpy engine's own.
    """

    def __init__(self, s: State, trajectories: bool, mechanisms: Sequence[Mechanism] = (), counts: Counts | None = None) -> None:
        self._counts = counts or Counts()
        self._coalitions = (*COALITIONS, *own_columns(mechanisms, "coalitions"))
        own = own_months(mechanisms)
        self._states = coming(own, "state")
        names = (*MONTH_RECORD, *(column.name for column in own), *(OPTIONAL if trajectories else ()))
        # A month's entries stand one behind the other, as they are made.
        self.months: dict[str, NDArray[np.float64]] = {name: np.zeros((s.shape.months, s.shape.runs)).T for name in names}

    def open(self, s: State) -> None:
        """Enter what there is when month 0 begins."""
        self.months["memberships_before"][:, 0] = np.bincount(s.run_of(s.members.who), minlength=s.shape.runs)

    def month(self, s: State) -> None:
        """Enter the month that is over (step 15)."""
        month = s.month
        entries = {**s.books, **self._counts.monthly(s)}
        if "readiness" in self.months:
            entries["readiness"] = s.mean_in_runs("readiness")
            entries["reserve"] = s.by_run(s.reserve / s.reserve_cap).sum(axis=1) / s.shape.organizations
        entries |= {name: s.mean_in_runs(name) for name in self._states}
        for name, value in entries.items():
            if name not in self.months:
                raise KeyError(f"'{name}' is booked, but is no column of the monthly table nor of the outcomes")
            self.months[name][:, month] = value

    def close(self, s: State) -> Columns:
        """Record the coalitions that still run, and return all of them, by run, launch and convener."""
        m = s.members
        s.record(m.coalitions, np.full(len(m.coalitions), ENDINGS.index("running")), m.count)
        if len(m.coalitions):
            s.ended[-1] |= self._counts.contacts(s)
        rows: Columns = {}
        for name in ("run", "inherited", *names(self._coalitions)):
            parts = [row[name] if name in row or name not in CONTACTS else np.full(len(row["run"]), np.nan) for row in s.ended]
            rows[name] = np.concatenate(parts) if parts else np.empty(0)
        for column in self._coalitions:
            if column.name in rows and column.dtype is float:
                null = s.variables[column.name].null if column.how == "state" else NOBODY
                rows[column.name] = missing(rows[column.name], null)
        order = np.lexsort((rows["convener"], rows["launch"], rows["run"]))
        return {name: column[order] for name, column in rows.items()}


def missing(column: NDArray[np.generic], null: Any) -> NDArray[np.float64]:
    """Return a column of numbers as floats, with NaN where it is null."""
    whole = column.dtype.kind == "i"
    return np.where(column == null, np.nan, column) if whole else column.astype(float)
