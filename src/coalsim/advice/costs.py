"""What a plan and the steps from it cost: members' staff, funders' money, research."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.advice.levers import PRESENT, Plan
from coalsim.analysis import Designed
from coalsim.analysis.inputs import Floats
from coalsim.field import Field, build
from coalsim.field.model import Unit
from coalsim.parameters import Parameters
from coalsim.tables.summary import mean_and_interval

if TYPE_CHECKING:
    import pandas as pd


def unit_of(p: Parameters, field: Field) -> Unit | None:
    """Return what a unit of capacity is worth; None where nothing says it.

    A register says it. In a table of organizations capacity is in full-time employees, so a unit is one of them, at the
    `cost_per_employee` of the parameters. The capacities of a drawn field are in no particular staff.
    """
    if field.unit is not None:
        return field.unit
    if p.get("source") == "tables" and p.get("organizations_table"):
        from coalsim.field.tables import read

        capacity = read(p).attributes.get("capacity")
        if capacity is not None and not np.isnan(capacity).any():
            return Unit(staff=1.0, dollars_per_month=p.get("cost_per_employee") / 12)
    return None


def costs(plan: Plan, results: Designed, unit: Unit | None, seed: int, confidence: float = 0.95) -> pd.DataFrame:
    """Return what the focal coalition takes, with the plan and after each step.

    Parameters
    ----------
    plan, results
        The plan, and runs with the parameters as they are.
    unit
        What a unit of capacity is worth; amounts are in FTE of staff if it is given, otherwise in units.
    seed
        Of the experiment.
    confidence
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        A row for the plan and each step, means over replicates:

        * ``months`` the coalition ran; ``members`` and ``funders``: what members put in and what grants and the seed grant did, FTE for
          each month it ran; ``research``: FTE-months before the launch, if the reserve allows them;
        * ``more_members``, ``more_funders``: paired differences from the plan in FTE-months of the coalition's whole life, and ``more``,
          that of both and research, each with its interval (``_low``, ``_high``);
        * where the field has a unit, ``dollars``: those of members and funders a month, and ``more_dollars`` with its interval;
        * ``convener``: the organization that convenes most often, where organizations have names, and in which share of launches.
    """
    import pandas as pd

    staff = 1.0 if unit is None else unit.staff
    fields: dict[int, Field] = {}
    replicates = np.unique(results.outcomes["replication"].to_numpy())
    taken = {PRESENT: plan.parameters, **{step.name: step.taken(plan.parameters) for step in plan.steps}}
    coalitions = results.coalitions[results.coalitions["focal"].astype(bool)]
    rows: list[dict[str, Any]] = []
    base: dict[str, Floats] = {}
    for scenario, name in zip(results.design["scenario_id"], results.design["step"], strict=True):
        focal = coalitions[coalitions["scenario_id"] == scenario].set_index("replication")
        begun = [(int(replicate), int(convener)) for replicate, convener in focal["convener"].items()]
        for replicate, _ in begun:
            if replicate not in fields:
                fields[replicate] = build(plan.parameters, seed, replicate)
        capacity = np.array([fields[replicate].capacity[convener] for replicate, convener in begun])
        by_run = focal[["contributed", "granted"]].assign(
            months=focal["end"] - focal["launch"] + 1,
            searched=capacity * taken[name].get("research_cost") * taken[name].get("focal_research_months"),
        )
        of = {column: values.to_numpy(dtype=float) for column, values in by_run.reindex(replicates, fill_value=0).items()}
        found = {"members": of["contributed"] * staff, "funders": of["granted"] * staff, "research": of["searched"] * staff}
        found[""] = found["members"] + found["funders"] + found["research"]
        base = base or found
        months = float(of["months"].sum())
        row: dict[str, Any] = {"step": name, "months": of["months"].mean(), "research": found["research"].mean()}
        row |= {who: found[who].sum() / months if months else np.nan for who in ("members", "funders")}
        for who, more in (("members", "more_members"), ("funders", "more_funders"), ("", "more")):
            row |= _interval(more, found[who] - base[who], confidence)
        if unit is not None:
            dollars = unit.dollars_per_month / unit.staff
            row["dollars"] = (row["members"] + row["funders"]) * dollars
            row |= _interval("more_dollars", (found[""] - base[""]) * dollars, confidence)
        names = [fields[replicate].names[convener] for replicate, convener in begun if fields[replicate].names]
        most = max(dict.fromkeys(names), key=names.count, default="")
        row |= {"convener": most, "convener_share": names.count(most) / len(names) if names else np.nan}
        rows.append(row)
    return pd.DataFrame(rows)


def _interval(name: str, differences: Floats, confidence: float) -> dict[str, float]:
    mean, half = mean_and_interval(differences, confidence)
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
