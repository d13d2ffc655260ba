"""What an engine keeps of its runs: a row a coalition, and the months' books."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coalsim.tables.outcomes import COALITION_RECORD, ENDINGS, MONTH_RECORD, Columns
from coalsim.vectorized.state import NOBODY, Ints, State


class Ledger:
    """The record of a block of runs.

    Parameters
    ----------
    s
        The state that is recorded.
    trajectories
        Whether to keep mean readiness and reserves by month as well.
    """

    def __init__(self, s: State, trajectories: bool) -> None:
        self._rows: list[Columns] = []
        names = (*MONTH_RECORD, "readiness", "reserve") if trajectories else MONTH_RECORD
        self.months: dict[str, NDArray[np.float64]] = {name: np.zeros((s.shape.runs, s.shape.months)) for name in names}

    def enter(self, s: State, c: Ints, ending: Ints, size: Ints) -> None:
        """Enter coalitions that end this month (or run on after the last)."""
        if len(c) == 0:
            return
        values = {
            "run": s.run_of(c),
            "convener": c % s.shape.organizations,
            "focal": s.focal[c],
            "issue": s.issue[c] % s.shape.issues,
            "launch": s.launch[c],
            "formed": _month_or_nan(s.formed[c]),
            "first_success": _month_or_nan(s.first_success[c]),
            "end": np.full(len(c), s.month),
            "ending": ending,
            "problems_solved": s.problems_solved[c],
            "goals_added": s.goals_added[c],
            "goals_redefined": s.goals_redefined[c],
            "peak_size": s.peak_size[c],
            "size": size,
            "contributed": s.contributed[c],
            "granted": s.granted[c],
            "highest_progress": s.highest_progress[c],
            "trust": s.trust[c],
        }
        self._rows.append({name: values[name] for name in COALITION_RECORD})

    def month(self, s: State) -> None:
        """Enter the month that is over (step 15)."""
        m = s.members
        run = s.run_of(m.coalitions)
        runs, month = s.shape.runs, s.month

        def count(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
            return np.bincount(run, weights=weights, minlength=runs).astype(float)

        coalitions = count()
        trust = count(s.trust[m.coalitions])
        formed = s.formed[m.coalitions] >= 0
        on_issue = np.bincount(s.issue[m.coalitions[formed]], minlength=len(s.need))
        twice = np.where(on_issue > 1, on_issue, 0).reshape(runs, s.shape.issues)
        with np.errstate(invalid="ignore"):
            entries = {
                **s.books,
                "coalitions": coalitions,
                "formed": count(formed.astype(float)),
                "members": np.count_nonzero(s.by_run(s.coalition >= 0), axis=1),
                "researching": np.count_nonzero(s.by_run(s.researching), axis=1),
                "coalition_trust": trust,
                "trust": trust / coalitions,
                "progress": count(s.progress[m.coalitions]) / coalitions,
                "need": s.need.reshape(runs, s.shape.issues).sum(axis=1) / s.shape.issues,
                "duplicates": twice.sum(axis=1),
                "window": s.window > 0,
                "recession": s.recession > 0,
            }
        if "readiness" in self.months:
            entries["readiness"] = s.by_run(s.readiness).sum(axis=1) / s.shape.organizations
            entries["reserve"] = s.by_run(s.reserve / s.reserve_cap).sum(axis=1) / s.shape.organizations
        for name, value in entries.items():
            self.months[name][:, month] = value

    def close(self, s: State) -> Columns:
        """Enter the coalitions that still run, and return all of them, by run, launch and convener."""
        m = s.members
        self.enter(s, m.coalitions, np.full(len(m.coalitions), ENDINGS.index("running")), m.count)
        empty = {name: np.empty(0) for name in COALITION_RECORD}
        rows = {name: np.concatenate([row[name] for row in self._rows]) if self._rows else empty[name] for name in COALITION_RECORD}
        order = np.lexsort((rows["convener"], rows["launch"], rows["run"]))
        return {name: column[order] for name, column in rows.items()}


def _month_or_nan(month: Ints) -> NDArray[np.float64]:
    return np.where(month == NOBODY, np.nan, month)
