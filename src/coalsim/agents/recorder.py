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
    closed: int = 0


class Recorder:
    """What is kept of a run: a row a month, a row a coalition and, if asked for, a row a month and organization.

    Months of the burn-in, and coalitions that ended in it, leave no trace.

    Attributes
    ----------
    flows : of the current month
    """

    def __init__(self, model: CoalitionModel, agents: bool) -> None:
        self.model = model
        self.flows = Flows()
        self._memberships_before = 0
        self._months: list[dict[str, Any]] = []
        self._ended: list[dict[str, Any]] = []
        self._agents: list[tuple[Any, ...]] | None = [] if agents else None

    def begin(self) -> None:
        """Begin a month."""
        self.flows = Flows()
        self._memberships_before = self.model.count_memberships()

    def end(self, coalition: Coalition, ending: str) -> None:
        """Note how a coalition ends, before it releases its members."""
        if self.model.month >= 0:
            self._ended.append(self._coalition_row(coalition, ending))

    def record(self) -> None:
        """Record the month: step 15."""
        model = self.model
        if model.month < 0:
            return
        organizations, running = model.organizations, model.running_coalitions
        trust = total([coalition.trust for coalition in running])
        formed = [coalition for coalition in running if coalition.formed is not None]
        on_issue = Counter(issue for coalition in formed for issue in coalition.issues)
        progress = [mean_progress(coalition) for coalition in running]
        row = {
            "coalitions": len(running),
            "formed": len(formed),
            "members": model.count_members(),
            "memberships": model.count_memberships(),
            "researching": sum(organization.is_researching for organization in organizations),
            "readiness": total([organization.readiness for organization in organizations]) / len(organizations),
            "reserve": total([organization.reserve / organization.reserve_cap for organization in organizations]) / len(organizations),
            "trust": trust / len(running) if running else _NAN,
            "progress": total(progress) / len(running) if running else _NAN,
            "need": total([issue.need for issue in model.issues]) / len(model.issues),
            "duplicates": sum(any(on_issue[issue] > 1 for issue in coalition.issues) for coalition in formed),
            "window": model.window.on,
            "recession": model.recession.on,
            "coalition_trust": trust,
            "memberships_before": self._memberships_before,
        }
        self._months.append(row | vars(self.flows))
        if self._agents is not None:
            self._agents += [
                (model.month, o.number, o.convener, len(o.memberships), o.readiness, o.reserve, o.satisfaction, *o.mission)
                for o in organizations
            ]

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
        columns = ["month", "organization", "coalition", "memberships", "readiness", "reserve", "satisfaction", *missions]
        return pd.DataFrame(self._agents, columns=columns)

    def _coalition_row(self, coalition: Coalition, ending: str) -> dict[str, Any]:
        month, memberships = self.model.month, coalition.memberships
        third, two_thirds, success = (_NAN if months is None else months for months in coalition.reached)
        return {
            "run": 0,
            "inherited": coalition.inherited,
            "convener": coalition.number,
            "focal": coalition.initiative.focal,
            "issue": coalition.targets[0].issue.number,
            "leadership": coalition.leadership,
            "seeded": coalition.seeded,
            "launch": coalition.launch,
            "formed": _NAN if coalition.formed is None else coalition.formed,
            "first_third": third,
            "first_two_thirds": two_thirds,
            "first_success": success,
            "end": month,
            "ending": ENDINGS.index(ending),
            "problems_solved": coalition.successes,
            "goals_added": coalition.goals_added,
            "goals_redefined": coalition.goals_redefined,
            "goals_dropped": coalition.goals_dropped,
            "kept_all_goals": coalition.goals_dropped == coalition.goals_redefined == 0,
            "lead_lost": coalition.lead_lost,
            "peak_size": coalition.peak_size,
            "size": coalition.size,
            "members_end": coalition.size,
            "active_share": sum(m.is_active(month) for m in memberships) / len(memberships) if memberships else _NAN,
            "contributed": coalition.contributed,
            "granted": coalition.granted,
            "sources": sum(relation.gave for relation in coalition.relations),
            "highest_progress": coalition.highest_progress,
            "trust": coalition.trust,
        }


def mean_progress(coalition: Coalition) -> float:
    """Return the mean progress of the goals of a coalition."""
    return total([target.progress for target in coalition.targets]) / len(coalition.targets)


_DTYPES: dict[str, type] = dict.fromkeys(("inherited", "focal", "seeded", "kept_all_goals"), np.bool_)
_DTYPES |= dict.fromkeys(("leadership", "formed", "first_third", "first_two_thirds", "first_success", "active_share"), np.float64)
_DTYPES |= dict.fromkeys(("contributed", "granted", "highest_progress", "trust"), np.float64)
