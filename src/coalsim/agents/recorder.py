"""`Recorder`: what is kept of a run, in the form `coalsim.outcomes` takes it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.agents.space import total
from coalsim.outcomes import COALITION_RECORD, ENDINGS, MONTH_RECORD, Columns

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.agents.coalition import Coalition
    from coalsim.agents.model import CoalitionModel

MEANS = ("readiness", "reserve")
"""Columns of the monthly table that are kept only when asked for."""

_NAN = float("nan")


@dataclass
class Flows:
    """What flowed in a month (FTE-months), and how many came and went."""

    income: float = 0.0
    overflow: float = 0.0
    researched: float = 0.0
    contributed: float = 0.0
    granted: float = 0.0
    communication: float = 0.0
    work: float = 0.0
    joins: int = 0
    exits: int = 0


class Recorder:
    """What is kept of a run: a row a month, a row a coalition and, if asked for, a row a month and organization.

    Attributes
    ----------
    flows : of the current month
    """

    def __init__(self, model: CoalitionModel, agents: bool) -> None:
        self.model = model
        self.flows = Flows()
        self._months: list[dict[str, Any]] = []
        self._ended: list[dict[str, Any]] = []
        self._agents: list[tuple[Any, ...]] | None = [] if agents else None

    def begin(self) -> None:
        """Begin a month."""
        self.flows = Flows()

    def end(self, coalition: Coalition, ending: str) -> None:
        """Note how a coalition ends, before it releases its members."""
        self._ended.append(self._coalition_row(coalition, ending))

    def record(self) -> None:
        """Record the month: step 15."""
        model = self.model
        organizations, running = model.organizations, model.running_coalitions
        trust = total([coalition.trust for coalition in running])
        on_issue = Counter(coalition.issue.number for coalition in running if coalition.formed is not None)
        row = {
            "coalitions": len(running),
            "formed": on_issue.total(),
            "members": model.count_members(),
            "researching": sum(organization.is_researching for organization in organizations),
            "readiness": total([organization.readiness for organization in organizations]) / len(organizations),
            "reserve": total([organization.reserve / organization.reserve_cap for organization in organizations]) / len(organizations),
            "trust": trust / len(running) if running else _NAN,
            "progress": total([coalition.progress for coalition in running]) / len(running) if running else _NAN,
            "need": total([issue.need for issue in model.issues]) / len(model.issues),
            "duplicates": sum(formed for formed in on_issue.values() if formed > 1),
            "window": model.window.on,
            "recession": model.recession.on,
            "coalition_trust": trust,
        }
        self._months.append(row | vars(self.flows))
        if self._agents is not None:
            self._agents += [(model.month, o.number, o.convener, o.readiness, o.reserve, o.satisfaction, *o.mission) for o in organizations]

    @property
    def latest(self) -> dict[str, Any]:
        """The row of the month recorded last."""
        return self._months[-1]

    def coalition_columns(self) -> Columns:
        """Return a row a coalition, in the order of launches: the columns of `coalsim.outcomes.COALITION_RECORD`."""
        rows = [*self._ended, *(self._coalition_row(coalition, "running") for coalition in self.model.running_coalitions)]
        rows.sort(key=lambda row: (row["launch"], row["convener"]))
        return {name: np.array([row[name] for row in rows], dtype=_DTYPES.get(name, np.int64)) for name in COALITION_RECORD}

    def monthly_columns(self, means: bool = True) -> Columns:
        """Return the columns of `coalsim.outcomes.MONTH_RECORD`, of shape (1, months), with those of `MEANS` if asked for."""
        names = (*MEANS, *MONTH_RECORD) if means else MONTH_RECORD
        return {name: np.array([[row[name] for row in self._months]]) for name in names}

    def agent_table(self) -> pd.DataFrame:
        """Return a row a month and organization (see `CoalitionModel.agent_table`)."""
        import pandas as pd

        if self._agents is None:
            raise ValueError("organizations were not recorded; make the model with record_agents=True")
        missions = [f"mission_{axis + 1}" for axis in range(self.model.p.dimensions)]
        columns = ["month", "organization", "coalition", "readiness", "reserve", "satisfaction", *missions]
        return pd.DataFrame(self._agents, columns=columns)

    def _coalition_row(self, coalition: Coalition, ending: str) -> dict[str, Any]:
        return {
            "run": 0,
            "convener": coalition.number,
            "focal": coalition.initiative.focal,
            "issue": coalition.issue.number,
            "launch": coalition.launch,
            "formed": _NAN if coalition.formed is None else coalition.formed,
            "first_success": _NAN if coalition.first_success is None else coalition.first_success,
            "end": self.model.month,
            "ending": ENDINGS.index(ending),
            "problems_solved": coalition.successes,
            "goals_added": coalition.goals_added,
            "goals_redefined": coalition.goals_redefined,
            "peak_size": coalition.peak_size,
            "size": coalition.size,
            "contributed": coalition.contributed,
            "granted": coalition.granted,
            "highest_progress": coalition.highest_progress,
            "trust": coalition.trust,
        }


_DTYPES: dict[str, type] = {"focal": np.bool_}
_DTYPES |= dict.fromkeys(("formed", "first_success", "contributed", "granted", "highest_progress", "trust"), np.float64)
