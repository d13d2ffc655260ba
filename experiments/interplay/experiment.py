"""Interplay: what success depends on, alone and together, and in which kind of field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from interplay_kinds import ADVICE, best_advice, contrast, formulas, gains, kinds_figure

import coalsim as cs
from coalsim.analysis import Designed, Sensitivity, SensitivityDesign, morris_design, regions, sensitivity, sobol_design
from coalsim.experiments import Output, Setting, Value
from coalsim.report.figures import interactions as draw_interactions
from coalsim.report.figures import regions as draw_regions
from coalsim.report.figures import sensitivity as draw_sensitivity
from coalsim.studies.worlds import both_fields, effect_values, effects_by_world, effects_figure, usual_worlds

if TYPE_CHECKING:
    from coalsim.sweep import Results

LEVERS = {
    "the willing, at the right time": ("launch_threshold", "join_threshold", "admission", "convene_hazard"),
    "invest and communicate": ("contribution_rate", "communication_share", "commitment_months", "reserve_months"),
    "research first": ("research_months", "research_rate"),
    "funders early": ("funder_month", "referral_rate", "grant_budget"),
    "embrace challenges": ("openness", "redefinition"),
}
"""The fifteen levers, each over its plausible range, by the advice they belong to."""
FIFTEEN = tuple(name for names in LEVERS.values() for name in names)
FIVE = ("launch_threshold", "contribution_rate", "research_months", "funder_month", "openness")
IN_REGISTER = {"grant_budget": "coalition_share"}
"""A register's funders have budgets of their own: there the share of their payout that goes to coalitions is varied."""
ON = ["success_rate", "impact", "lasting", "cost"]
TOTALS = {"timing": "launch_threshold", "investing": "contribution_rate", "research": "research_months"}
TOTALS |= {"funders": "funder_month", "openness": "openness"}
SUCCESS = {1: "impact >= 0.4", 2: "impact >= 0.2"}
"""What regions are sought for, by model: hardly a run of model 2 has an impact of .4."""


def run(setting: Setting) -> Output:
    """Share out variance, look for interactions, regions and kinds of field."""
    quick, seed, workers = setting.quick, setting.seed, setting.workers
    base, health = both_fields(setting)
    of_health = tuple(IN_REGISTER.get(name, name) for name in FIFTEEN)

    first = _indices(base, sobol_design(FIFTEEN, 8 if quick else 512, seed=seed), ON, 2 if quick else 4, setting)
    second = _indices(base, sobol_design(FIVE, 8 if quick else 512, second_order=True, seed=seed), ON, 2 if quick else 6, setting)
    screened = _indices(base, morris_design(FIFTEEN, 3 if quick else 40, seed=seed), ON, 2 if quick else 6, setting)
    in_health = _indices(health, morris_design(of_health, 2 if quick else 10, seed=seed), ON, 1 if quick else 4, setting)
    cube = cs.Sweep(
        base, {name: _range(name) for name in FIFTEEN}, 1 if quick else 4, seed, design="latin_hypercube", samples=240 if quick else 1000
    ).run(workers=workers)
    boxes = regions(cube, SUCCESS[setting.model], "prim", over=_strongest(first, 6), mass=0.02, seed=seed)
    tree = regions(cube, SUCCESS[setting.model], "tree", depth=3, seed=seed)
    paid = gains(base, 3 if quick else 60, setting)
    draws, full, few = (10, 10, 3) if quick else (200, 200, 40)
    main = effects_by_world(
        usual_worlds(base, health, full, few, draws, {}), ADVICE, ["success_rate", "impact", "problems_solved"], setting
    )

    index = _table(first, "synthetic, 15 levers")
    pairs = second.indices[(second.indices["index"] == "S2") & (second.indices["outcome"] == "impact")]
    largest = pairs.loc[pairs["value"].idxmax()]
    alone = first.indices[(first.indices["outcome"] == "impact") & (first.indices["index"] == "S1")]
    lift = boxes.table["held_density"].iloc[0] / boxes.base
    values = [
        formulas("no_single_formula", paid),
        Value("additive_share_of_impact", float(alone["value"].sum()), float(np.sqrt(sum(_se(row) ** 2 for _, row in alone.iterrows())))),
        Value("largest_interaction_on_impact", largest["value"], _se(largest)),
        *_totals(first),
        contrast("research_pays_more_where_crowded", paid, "research", "crowding", "crowded", "sparse"),
        contrast("early_funders_pay_more_where_rich", paid, "funders", "means", "rich", "poor"),
        contrast("investing_pays_more_where_poor", paid, "investment", "means", "poor", "rich"),
        contrast("readiness_pays_more_where_poor", paid, "timing", "means", "poor", "rich"),
        _rank_correlation("same_ranking_in_health", screened, in_health),
        Value("held_lift_of_first_box", lift, _share_error(boxes.table, "held_density") / boxes.base),
        Value("share_of_runs_that_succeed", boxes.base, _share_error(tree.table, "density")),
        *(Value(f"chance_in_{row.outcome}", row.chance) for row in first.chance.itertuples()),
        *effect_values(main),
    ]
    tables = {
        "main_effects": main,
        "sobol": index,
        "sobol_five": _table(second, "synthetic, five levers"),
        "morris": pd.concat([_table(screened, "synthetic"), _table(in_health, "health")]),
        "chance": pd.concat([first.chance.assign(design="15 levers"), second.chance.assign(design="five levers")]),
        "kinds": paid.drop(columns="gain"),
        "best_advice": best_advice(paid),
        "boxes": boxes.table.assign(base=boxes.base),
        "tree": tree.table.assign(base=tree.base),
    }
    figures = {
        "main_effects": effects_figure(main, "Five pieces of advice, one lever each"),
        "sobol": draw_sensitivity(_only(first, ["success_rate", "impact", "cost"]), "What success depends on: 15 levers"),
        "interactions": draw_interactions(second, "impact", "Which of five levers go together: impact"),
        "morris_health": draw_sensitivity(_only(in_health, ["success_rate", "impact"]), "The Vermont health field: elementary effects"),
        "kinds": kinds_figure(paid),
        "boxes": draw_regions(boxes, "Where impact is large, in the six strongest levers"),
        "tree": draw_regions(tree, "Where impact is large: a tree over 15 levers"),
    }
    return Output(values, tables, figures)


def outcomes(results: Results) -> pd.DataFrame:
    """Return the outcomes with two more: what was put in, and the share of coalitions that lasted five years.

    ``cost`` is contributed + granted + researched (FTE-months). ``lasting`` is the share of coalitions formed in the first half of
    the run that still ran after half its length (60 months by default), so that all of them could be seen that long.
    """
    half = results.sweep.base.get("months") // 2 if hasattr(results, "sweep") else 60
    made = results.coalitions[results.coalitions["formed"] < half]
    lasted = (made["end"] - made["formed"] >= half).groupby([made["scenario_id"], made["replication"]]).mean()
    table = results.outcomes.join(lasted.rename("lasting"), on=["scenario_id", "replication"])
    return table.assign(cost=table["contributed"] + table["granted"] + table["researched"])


def _indices(base: cs.Parameters, design: SensitivityDesign, on: list[str], replicates: int, setting: Setting) -> Sensitivity:
    """Run a design's points and analyse them; where nothing formed, nothing succeeded or lasted."""
    points, place = distinct(design.points)
    factors = {name: list(dict.fromkeys(point[name] for point in points)) for name in design.names}
    results = cs.Sweep(base, factors, replicates, setting.seed, design="list", points=points).run(workers=setting.workers)
    runs = outcomes(results).rename(columns={"scenario_id": "point"})
    runs = pd.DataFrame({"scenario_id": range(len(place)), "point": place}).merge(runs, on="point").drop(columns="point")
    table = Designed(pd.DataFrame(design.points).rename_axis("scenario_id").reset_index(), runs, None)
    means = runs.groupby("scenario_id")[on].mean().fillna(0.0)
    moving = [name for name in on if means[name].nunique() > 1]  # what never moves has no variance to share out
    return sensitivity(table, moving, design, missing=0.0, seed=setting.seed)


def distinct(points: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the points that differ, and which of them each point is: whole numbers drawn anew may come out as before."""
    number: dict[tuple[Any, ...], int] = {}
    place = [number.setdefault(tuple(point.values()), len(number)) for point in points]
    return [dict(zip(points[0], values, strict=True)) for values in number], place


def _range(name: str) -> dict[str, float]:
    from coalsim.analysis import problem

    low, high = problem([name, "effort"])[name]
    return {"low": low, "high": high}


def _table(found: Sensitivity, where: str) -> pd.DataFrame:
    table = found.indices.copy()
    table.insert(0, "design", where)
    return table


def _only(found: Sensitivity, on: list[str]) -> Sensitivity:
    return Sensitivity(found.indices[found.indices["outcome"].isin(on)], found.chance[found.chance["outcome"].isin(on)])


def _se(row: Any) -> float:
    return float(row["high"] - row["value"]) / 1.96


def _totals(found: Sensitivity) -> list[Value]:
    """Return the total indices of the five main levers on impact, less the part of chance in scenarios' means."""
    table = found.indices[(found.indices["outcome"] == "impact") & (found.indices["index"] == "ST")].set_index("factor")
    noise = float(found.chance.set_index("outcome")["noise"]["impact"])
    return [Value(f"{name}_total_on_impact", table.loc[of, "value"] - noise, _se(table.loc[of])) for name, of in TOTALS.items()]


def _strongest(found: Sensitivity, count: int) -> list[str]:
    """Return the levers of the largest total indices on impact: rules over all fifteen cannot be read."""
    table = found.indices[(found.indices["outcome"] == "impact") & (found.indices["index"] == "ST")]
    return list(table.nlargest(count, "value")["factor"])


def _share_error(table: pd.DataFrame, name: str) -> float:
    """Return the binomial standard error of a share of runs, as if there were as many as scenarios: runs of one are alike."""
    held = name.startswith("held")
    count = table["held_scenarios"].iloc[0] if held else table["scenarios"].sum()
    share = float(table[name].iloc[0]) if held else float((table["density"] * table["mass"]).sum())
    return float(np.sqrt(max(share * (1 - share), 1 / max(count, 1)) / max(count, 1)))


def _rank_correlation(name: str, one: Sensitivity, other: Sensitivity) -> Value:
    """Return Spearman's rank correlation of mu* on impact, lever by lever; its error is that of a correlation of normals."""
    ranks = []
    for found in (one, other):
        table = found.indices[(found.indices["outcome"] == "impact") & (found.indices["index"] == "mu_star")]
        ranks.append(table["value"].rank().to_numpy())
    r = float(np.corrcoef(*ranks)[0, 1])
    return Value(name, r, float(np.sqrt((1 - r * r) / (len(FIFTEEN) - 2))))
