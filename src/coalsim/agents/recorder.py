"""`Recorder`: what is kept of a run, in the form `coalsim.tables.outcomes` takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.agents.contacts import count_contacts
from coalsim.agents.snapshot import value
from coalsim.agents.space import total
from coalsim.mechanism import Mechanism, own_columns, own_months
from coalsim.tables.columns import COALITIONS, CONTACTS, DTYPES, MONTHLY, Column, coming, names
from coalsim.tables.outcomes import ENDINGS, MONTH_RECORD, OPTIONAL, Columns

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.agents.coalition import Coalition
    from coalsim.agents.model import CoalitionModel

_NAN = float("nan")


class Recorder:
    """What is kept of a run: one row per month, one row per coalition and, if asked for, one row per month and organization.

    Months of the burn-in, and coalitions that ended in it, leave no trace.

    Attributes
    ----------
    flows : of the current month: what flowed (FTE-months) and how many came and went, by column of the monthly table
    """

    def __init__(self, model: CoalitionModel, agents: bool, mechanisms: Sequence[Mechanism] = ()) -> None:
        self.model = model
        self._coalitions = (*COALITIONS, *own_columns(mechanisms, "coalitions"))
        own = own_months(mechanisms)
        kinds = {v.name: v.of for mechanism in mechanisms for v in mechanism.state}
        self._states = {name: kinds[name] for name in coming(own, "state")}
        self._booked = {column.name: column.dtype for column in (*MONTHLY, *own) if column.how == "books"}
        self._recorded = (*MONTH_RECORD, *(column.name for column in own))
        self._memberships_before = 0
        self._months: list[dict[str, Any]] = []
        self._ended: list[dict[str, Any]] = []
        self._agents: list[tuple[Any, ...]] | None = [] if agents else None

    def begin(self) -> None:
        """Begin a month."""
        self.flows: Any = SimpleNamespace(**{name: dtype() for name, dtype in self._booked.items()})
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
        row |= {name: self._mean(name, of) for name, of in self._states.items()}
        self._months.append(row | vars(self.flows))
        if self._agents is not None:
            self._agents += [
                (model.month, o.number, o.convener, len(o.memberships), o.readiness, o.reserve, o.satisfaction, *o.mission)
                for o in organizations
            ]

    @property
    def latest(self) -> dict[str, Any]:
        """The row of the month recorded last."""
        return self._months[-1]

    def coalition_columns(self) -> Columns:
        """Return one row per coalition, in the order of launches: the columns of `COALITION_RECORD`, and mechanisms' own."""
        rows = [*self._ended, *(self._coalition_row(coalition, "running") for coalition in self.model.running_coalitions)]
        rows.sort(key=lambda row: (row["launch"], row["convener"]))
        recorded = ("run", "inherited", *names(self._coalitions))
        types = {column.name: "int64" if column.name == "ending" else DTYPES[column.dtype] for column in self._coalitions}
        types |= {"run": "int64", "inherited": "bool"}
        return {name: np.array([row[name] for row in rows], dtype=types[name]) for name in recorded}

    def monthly_columns(self, means: bool = True) -> Columns:
        """Return what is recorded of months, of shape (1, months), with the columns of `OPTIONAL` if asked for."""
        wanted = (*OPTIONAL, *self._recorded) if means else self._recorded
        return {name: np.array([[row[name] for row in self._months]]) for name in wanted}

    def agent_table(self) -> pd.DataFrame:
        """Return one row per month and organization (see `CoalitionModel.agent_table`)."""
        import pandas as pd

        if self._agents is None:
            raise ValueError("organizations were not recorded; make the model with record_agents=True")
        missions = [f"mission_{axis + 1}" for axis in range(self.model.p.dimensions)]
        columns = ["month", "organization", "coalition", "memberships", "readiness", "reserve", "satisfaction", *missions]
        return pd.DataFrame(self._agents, columns=columns)

    def _coalition_row(self, coalition: Coalition, ending: str) -> dict[str, Any]:
        row = {"run": 0, "inherited": coalition.inherited, "convener": coalition.number, "end": self.model.month}
        row |= {"ending": ENDINGS.index(ending), "size": coalition.size, "members_end": coalition.size}
        row |= {"leadership": coalition.leadership, "active_share": coalition.active_share, "sources": coalition.sources}
        row["funders_now"] = coalition.funders_now
        row |= {"kept_all_goals": coalition.goals_dropped == coalition.goals_redefined == 0}
        row |= count_contacts(coalition.members) if ending == "running" else dict.fromkeys(CONTACTS, _NAN)
        return row | {column.name: _plain(column, value(coalition, column.name)) for column in self._coalitions if column.how == "state"}

    def _mean(self, name: str, of: str) -> float:
        """Return the mean of a variable over what it is of."""
        model = self.model
        agents: Any = {
            "run": [model],
            "coalition": model.running_coalitions,
            "initiative": model.initiatives,
            "issue": model.issues,
            "funder": model.funders,
            "membership": [membership for organization in model.organizations for membership in organization.memberships],
        }.get(of, model.organizations)
        values = [value(agent, name) for agent in agents]
        return total(values) / len(values) if values else _NAN


def mean_progress(coalition: Coalition) -> float:
    """Return the mean progress of the goals of a coalition."""
    return total([target.progress for target in coalition.targets]) / len(coalition.targets)


def _plain(column: Column, given: Any) -> Any:
    """Return a value as a number: of an agent its number, of a month that never came NaN; of several goals that of the first."""
    if isinstance(given, list):
        given = given[0]
    if given is None:
        return _NAN if column.dtype is float else -1
    return getattr(given, "number", given)
