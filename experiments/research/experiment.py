"""Research: months of mapping before a launch, what they buy and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

import coalsim as cs
from coalsim.analysis import effect, optimum, response
from coalsim.experiments import Output, Setting, Value
from coalsim.report.figures import response as draw_response
from coalsim.report.plots import COLOURS
from coalsim.studies.levers import Lever
from coalsim.studies.paired import contrast
from coalsim.studies.shapley import gains_by_channels, shapley, shapley_figure
from coalsim.studies.worlds import Scope, both_fields, effect_value, effect_values, effects_by_scope, effects_figure, usual_worlds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalsim.sweep import Results

NEVER = 1_000_000
MONTHS = (0, 3, 6, 12, 18, 24)
SIZES = (30, 60, 120, 240)
LAUNCH, BEGIN = 30, 24
CROWDING = {"alone": {"convene_hazard": 0.0}, "default": {"convene_hazard": 0.03}, "crowded": {"convene_hazard": 0.1}}
ONE = {"focal_launch_month": LAUNCH, "focal_convener": "largest"}
"""The largest free organization convenes: whoever is largest stays it, whoever is readiest does not."""
PREPARED = {str(months): {"focal_research_months": months} for months in MONTHS}
BEGUN = {str(months): {"focal_research_months": months, "focal_launch_month": BEGIN + months} for months in MONTHS}
TWELVE = Lever("research", {"research_months": 0}, {"research_months": 12})
OWN_TWELVE = Lever("research", {"focal_research_months": 0}, {"focal_research_months": 12})
CHANNELS: dict[str, dict[str, Any]] = {
    "view of the problem": {"blindness": 0.0},
    "acquaintances made": {"research_rate": 0.1},
    "funders": {"funder_month": NEVER},
}
"""Closed: everybody sees the problem rightly; who researches maps no faster than others; nobody talks to funders."""
PARTS = {"view of the problem": "view_part", "acquaintances made": "reach_part", "funders": "funders_part"}
PARTS |= {"rest": "delay_part", "all": "all_parts"}
LEVERS = {
    "focal": [
        Lever("own research 0 to 12 months, same launch", OWN_TWELVE.low, OWN_TWELVE.high),
        Lever("own research 0 to 12 months, begun in the same month", BEGUN["0"], BEGUN["12"]),
        Lever("convener may join instead", {"focal_may_join": False}, {"focal_may_join": True}),
    ],
    "everybody": [
        Lever("research 0 to 6 months", {"research_months": 0}, {"research_months": 6}),
        Lever("research 0 to 12 months", TWELVE.low, TWELVE.high),
        Lever("research 12 to 24 months", {"research_months": 12}, {"research_months": 24}),
        Lever("research rate .2 to 1", {"research_rate": 0.2}, {"research_rate": 1.0}),
        Lever("mapping rate 0 to .3", {"mapping_rate": 0.0}, {"mapping_rate": 0.3}),
        Lever("research cost 0 to .06", {"research_cost": 0.0}, {"research_cost": 0.06}),
    ],
}
ON = {"focal": ["focal_formed", "focal_succeeded", "impact"], "everybody": ["success_rate", "duplicates", "impact"]}


def run(setting: Setting) -> Output:
    """Vary research of everybody over sizes of field, and of one initiative over crowding."""
    quick, sweep = setting.quick, setting.sweep
    base, health = both_fields(setting)

    sizes = [sweep(base.replace(organizations=n), {"research_months": list(MONTHS)}, 120, 2) for n in SIZES]
    usual = ["success_rate", "impact", "duplicates", "launched", "researched"]
    by_size = pd.concat(response(of, "research_months", usual).assign(organizations=n) for of, n in zip(sizes, SIZES, strict=True))
    best = pd.concat(optimum(of, "research_months", "impact").assign(organizations=n) for of, n in zip(sizes, SIZES, strict=True))
    crowding = {"crowding": CROWDING}
    prepared = sweep(base.replace(**ONE), {"preparation": PREPARED, **crowding}, 400, 12)
    begun = sweep(base.replace(**ONE), {"preparation": BEGUN, **crowding}, 400, 12)
    crowded = {name: CROWDING[name] for name in ("default", "crowded")}
    joining = sweep(base.replace(**ONE, focal_research_months=12), {"focal_may_join": [False, True], "crowding": crowded}, 400, 12)
    replicates = 8 if quick else 200
    alone = base.replace(**ONE, **CROWDING["alone"])
    everybody = gains_by_channels(base, TWELVE, CHANNELS, "impact", replicates, setting)
    own = gains_by_channels(alone, OWN_TWELVE, CHANNELS, "focal_succeeded", replicates, setting)
    shares = {"everybody: impact": shapley(everybody, list(CHANNELS)), "one, alone: success": shapley(own, list(CHANNELS))}
    main = _main_effects(base, health, setting)
    focal = ["focal_formed", "focal_succeeded", "impact"]
    gains = pd.concat(
        effect(of, "preparation", focal, baseline="0", within="crowding").assign(design=name)
        for name, of in (("same launch", prepared), ("begun in the same month", begun))
    )
    joins = effect(joining, "focal_may_join", ["focal_launched", "problems_solved", "impact", "duplicates"], within="crowding")
    where = {"scope": "everybody", "lever": "research 0 to 12 months"}
    one = {"value": "12", "outcome": "focal_succeeded"}
    values = [
        effect_value("research_on_success_rate", main, world="synthetic", outcome="success_rate", **where),
        effect_value("research_on_success_rate_health", main, world="health", outcome="success_rate", **where),
        effect_value("research_on_impact", main, world="synthetic", outcome="impact", **where),
        effect_value("research_on_duplicates", main, world="synthetic", outcome="duplicates", **where),
        effect_value("too_long_on_impact", main, world="synthetic", outcome="impact", lever="research 12 to 24 months"),
        effect_value("preparation_pays", gains, design="same launch", crowding="default", **one),
        effect_value("preparation_pays_alone", gains, design="same launch", crowding="alone", **one),
        effect_value("preparation_pays_crowded", gains, design="same launch", crowding="crowded", **one),
        effect_value("months_lost", gains, design="begun in the same month", crowding="default", **one),
        effect_value("months_lost_alone", gains, design="begun in the same month", crowding="alone", **one),
        contrast(
            "preparation_pays_more_where_crowded",
            prepared,
            "focal_succeeded",
            "preparation",
            ("0", "12"),
            {"crowding": "crowded"},
            {"crowding": "alone"},
        ),
        effect_value("may_join_on_duplicates", joins, crowding="crowded", outcome="duplicates"),
        effect_value("may_join_on_problems", joins, crowding="crowded", outcome="problems_solved"),
        *(Value(PARTS[row.channel], row.value, row.se) for row in shares["everybody: impact"].itertuples()),
        *effect_values(main),
    ]
    already = _already_there(prepared)
    tables = {
        "main_effects": main,
        "sizes": by_size,
        "best": best,
        "preparation": gains,
        "joining": joins,
        "already_there": already,
        "channels": pd.concat(of.assign(whose=name) for name, of in shares.items()),
    }
    shown = by_size[by_size["outcome"].isin(["success_rate", "impact", "duplicates"])]
    shown = shown[["organizations", *shown.columns.drop("organizations")]]
    figures = {
        "main_effects_everybody": effects_figure(main[main["scope"] == "everybody"], "Research, everybody"),
        "main_effects_focal": effects_figure(main[main["scope"] == "focal"], "Research, one initiative"),
        "sizes": draw_response(shown, "research_months", "Research by everybody, by number of organizations"),
        "preparation": _preparation_figure(gains),
        "channels": shapley_figure(shares, "What twelve months of research act through; the rest is delay", "part in the gain (share)"),
    }
    return Output(values, tables, figures)


def _already_there(results: Results) -> pd.DataFrame:
    """Return how many other coalitions run in the month of the focal launch, and how often the convener is the same as without research."""
    others = results.coalitions[~results.coalitions["focal"].astype(bool)]
    there = others[(others["launch"] < LAUNCH) & (others["end"] >= LAUNCH)]
    count = there.groupby(["scenario_id", "replication"]).size().rename("others")
    runs = results.outcomes.merge(results.design, on="scenario_id").join(count, on=["scenario_id", "replication"]).fillna({"others": 0})
    own = results.coalitions[results.coalitions["focal"].astype(bool)].set_index(["scenario_id", "replication"])["convener"]
    runs = runs.join(own, on=["scenario_id", "replication"])
    first = runs[runs["preparation"] == "0"].set_index(["crowding", "replication"])["convener"].rename("first")
    runs = runs.join(first, on=["crowding", "replication"])
    both = runs[runs["convener"].notna() & runs["first"].notna()]
    same = (both["convener"] == both["first"]).groupby([both["crowding"], both["preparation"]]).mean().rename("same_convener")
    table = runs.groupby(["crowding", "preparation"]).agg(others=("others", "mean"), launched=("focal_launched", "mean"))
    return table.join(same).reset_index()


def _main_effects(base: cs.Parameters, health: cs.Parameters, setting: Setting) -> pd.DataFrame:
    draws, full, few = (8, 10, 2) if setting.quick else (200, 300, 40)
    worlds = {
        "focal": usual_worlds(base, health, full, few, draws, ONE, CROWDING["alone"]),
        "everybody": usual_worlds(base, health, full, few, draws, {}),
    }
    return effects_by_scope([Scope(name, levers, ON[name], worlds[name]) for name, levers in LEVERS.items()], setting)


def _preparation_figure(gains: pd.DataFrame) -> Figure:
    """Draw the gain in success over months of research, by crowding: the same launch month, or begun in the same month."""
    from coalsim.report.figures.axes import MARKERS, panels, points, title

    figure, axes = panels(2, 5.0, 4.2, sharey=True)
    for axis, design in zip(axes, ("same launch", "begun in the same month"), strict=True):
        of = gains[(gains["design"] == design) & (gains["outcome"] == "focal_succeeded")]
        for place, crowding in enumerate(CROWDING):
            rows = of[of["crowding"] == crowding]
            x = rows["value"].astype(float) + 0.3 * (place - 1)
            points(axis, rows["effect"], rows["low"], rows["high"], x, COLOURS[place], MARKERS[place], line="-", label=crowding)
        axis.axhline(0, color="0.5", linewidth=1)
        axis.set_xticks(MONTHS[1:])
        axis.set_xlabel("months of research")
        axis.set_title(f"launch in month {LAUNCH}" if design == "same launch" else f"begun in month {BEGIN}: a later launch", fontsize=10)
    axes[0].set_ylabel("gain in focal success by month 120 (share of runs)")
    axes[0].legend(title="others", frameon=False, loc="lower right", ncols=3)
    title(
        figure,
        "One initiative: what research is worth, and with the months it takes",
        "paired differences from no research, 95 % intervals",
    )
    return figure
