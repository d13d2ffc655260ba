"""Seed: one launch funded from the start, later, otherwise or not at all, and what an additional success costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from seed_figures import sizes_figure, uses_figure
from seed_parts import chosen, prices, ratio_difference, returns, with_focal

import coalsim as cs
from coalsim.analysis import effect, response, survival
from coalsim.experiments import Output, Setting, Value
from coalsim.field import build
from coalsim.report.figures import survival as draw_survival
from coalsim.studies.levers import Lever
from coalsim.studies.paired import contrast
from coalsim.studies.worlds import Scope, both_fields, effect_value, effect_values, effects_by_scope, effects_figure, usual_worlds

FOCAL = {"focal_launch_month": 24}
ALONE = {"convene_hazard": 0.0}
"""Settings under which the focal initiative is the only one."""


def seed(grant: float, after: int = 0, months: int = 36) -> dict[str, Any]:
    """Return settings that seed the focal launch, and no other: FTE-months a month, from `after` months after it, for `months`."""
    return {"seed_grant": 0.0, "focal_seed_grant": grant, "seed_month": after, "seed_months": months}


SEEDED = ("focal_seed_grant", (0.0, 1.0))
"""The lever of the contrasts."""
GRANTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
WHEN = {"focal_seed_grant": GRANTS, "seed_month": (0, 12, 24, 36)}
SPREAD = {"seed": {"none": seed(0.0)} | {f"{total} over {m}": seed(total / m, 0, m) for total in (9, 36) for m in (12, 36, 60)}}
USES = {
    "nothing": {},
    "one seed": seed(1.0),
    "seeds for all": {"seed_grant": 0.25},
    "funders' budgets, as much": {"grant_budget": 0.7 + 36 / (3 * 120)},
    "funders' budgets, as much a month": {"grant_budget": 0.7 + 1 / 3},
    "12 months more research": {"focal_research_months": 18},
}
"""What 36 FTE-months could be used for: a seed for the focal launch; a quarter of it for each of some four launches; 3 funders'
budgets, raised over 120 months by as much in all, or by as much a month (120 FTE-months in all); research costs no grant money."""
CONVENERS = ("most_ready", "most_connected", "largest", "best_aligned")
BUDGETS = (0.0, 0.35, 0.7, 1.4)
IN_HEALTH = {"none": seed(0.0), "1 now": seed(1.0), "1 in two years": seed(1.0, 24), "4 now": seed(4.0), "16 now": seed(16.0)}
REPLICATES = {  # full, quick
    "when": (300, 10),
    "alone": (300, 10),
    "spread": (400, 16),
    "uses": (800, 20),
    "pairs": (400, 16),
    "health": (100, 5),
    "main": (400, 16),
    "main_health": (40, 4),
    "draws": (200, 5),
}
ON_FOCAL = ["focal_formed", "focal_succeeded", "impact"]
ON_ALL = ["success_rate", "problems_solved", "impact"]
OF_FOCAL = [
    Lever("seed grant 0 to 1", seed(0.0), seed(1.0)),
    Lever("seed from the launch to 24 months later", seed(1.0), seed(1.0, 24)),
    Lever("36 FTE-months over 12 to over 60", seed(3.0, 0, 12), seed(0.6, 0, 60)),
]
OF_ALL = [Lever("seed grant 0 to 1 for every launch", {"seed_grant": 0.0, "seed_months": 36}, {"seed_grant": 1.0, "seed_months": 36})]


def run(setting: Setting) -> Output:
    """Seed the focal launch in many ways, in the synthetic and the health field."""
    base, health = (p.replace(**FOCAL) for p in both_fields(setting))

    def sweep(part: str, p: cs.Parameters, factors: Mapping[str, Any]) -> Any:
        return with_focal(setting.sweep(p, factors, *REPLICATES[part]))

    when = sweep("when", base, WHEN)
    alone = sweep("alone", base.replace(**ALONE), {"focal_seed_grant": GRANTS})
    spread = sweep("spread", base, SPREAD)
    uses = sweep("uses", base, {"use": USES})
    conveners = sweep("pairs", base, {"focal_convener": CONVENERS, "focal_seed_grant": (0.0, 1.0)})
    scarce = sweep("pairs", base, {"grant_budget": BUDGETS, "focal_seed_grant": (0.0, 1.0)})
    in_health = {"among others": health, "alone": health.replace(**ALONE)}
    of_health = {others: sweep("health", p, {"seed": IN_HEALTH}) for others, p in in_health.items()}
    main = _main_effects(base, health, setting)
    unit = build(health, setting.seed, 0).unit
    assert unit is not None  # of a register, which counts dollars
    dollars = unit.dollars_per_month

    focal_on = [*ON_FOCAL, "others_solved", "others_formed", "paid", "paid_unformed", "members", "months"]
    sizes = pd.concat(
        [
            response(when, "focal_seed_grant", focal_on, within="seed_month").assign(others="among others"),
            response(alone, "focal_seed_grant", focal_on).assign(others="alone", seed_month=0),
        ]
    )
    by_size = effect(when, "focal_seed_grant", [*ON_FOCAL, "others_solved", "others_formed", "members"], within="seed_month")
    by_month = effect(when, "seed_month", ["focal_formed", "focal_succeeded"], baseline=24, within="focal_seed_grant")
    price = [prices(when, "focal_seed_grant", 0.0, within="seed_month").assign(others="among others", field="synthetic")]
    price += [prices(alone, "focal_seed_grant", 0.0).assign(others="alone", field="synthetic", seed_month=0)]
    price += [prices(of, "seed", "none").assign(others=others, field="health") for others, of in of_health.items()]
    bought = pd.concat([of.astype(object) for of in price], ignore_index=True).infer_objects()
    for name, amount in {"dollars": "paid_for_a_success", "dollars_cheapest": "cheapest", "dollars_dearest": "dearest"}.items():
        bought[name] = (dollars * bought[amount]).where(bought["field"] == "health")
    over_spread = effect(spread, "seed", ["focal_formed", "focal_succeeded", "months"], baseline="none")
    longer = effect(spread, "seed", "focal_succeeded", baseline="36 over 36")
    of_uses = effect(uses, "use", [*ON_FOCAL, "problems_solved", "granted"], baseline="nothing")
    of_one = effect(uses, "use", "impact", baseline="one seed")
    at_conveners = effect(conveners, "focal_seed_grant", [*ON_FOCAL, "others_solved"], within="focal_convener")
    at_budgets = effect(scarce, "focal_seed_grant", [*ON_FOCAL, "others_solved"], within="grant_budget")
    seeded = chosen(when, {"none": (0.0, 0), "from the launch": (1.0, 0), "after one year": (1.0, 12), "after two years": (1.0, 24)})
    times = survival(seeded, of="seed", event="success", focal=True, horizon=84)
    lasting = survival(seeded, of="seed", event="end", focal=True, horizon=84)

    one = {"lever": "seed grant 0 to 1", "scope": "focal"}
    values = [
        effect_value("seed_pays_on_forming", main, world="synthetic", outcome="focal_formed", **one),
        effect_value("seed_pays_on_success", main, world="synthetic", outcome="focal_succeeded", **one),
        effect_value("seed_pays_on_success_alone", main, world="alone", outcome="focal_succeeded", **one),
        effect_value(
            "seed_pays_on_success_health", effect(of_health["among others"], "seed", "focal_succeeded", baseline="none"), value="1 now"
        ),
        effect_value("seed_pays_on_impact", main, world="synthetic", outcome="impact", **one),
        effect_value("seed_costs_the_others", by_size, seed_month=0, value=1.0, outcome="others_solved"),
        effect_value("seed_now_over_in_two_years", by_month, focal_seed_grant=1.0, value=0, outcome="focal_succeeded"),
        effect_value("seed_in_two_years_over_none", by_size, seed_month=24, value=1.0, outcome="focal_succeeded"),
        _negative("three_years_over_one", longer, value="36 over 12"),
        effect_value("five_years_over_three", longer, value="36 over 60"),
        ratio_difference("small_seeds_buy_more", when, (0.25, 0), (4.0, 0)),
        ratio_difference("later_seeds_buy_more", when, (1.0, 24), (1.0, 0)),
        _negative("one_seed_over_funders_budgets", of_one, value="funders' budgets, as much"),
        _negative("one_seed_over_seeds_for_all", of_one, value="seeds for all"),
        contrast(
            "seed_does_more_where_grants_are_scarce", scarce, "focal_succeeded", *SEEDED, {"grant_budget": 0.0}, {"grant_budget": 0.7}
        ),
        contrast(
            "seeding_the_largest_over_the_readiest",
            conveners,
            "focal_succeeded",
            *SEEDED,
            {"focal_convener": "largest"},
            {"focal_convener": "most_ready"},
        ),
        effect_value("seeding_everybody_pays", main, scope="everybody", world="synthetic", outcome="impact"),
        Value("dollars_of_a_unit_month_in_health", dollars),
        *(
            Value(
                f"successes_for_100_paid_{row.others}_{row.focal_seed_grant:g}_at_{row.seed_month:g}".replace(" ", "_"), row.per_100, row.se
            )
            for row in bought[(bought["field"] == "synthetic") & bought["se"].notna()].itertuples()
        ),
        *effect_values(main),
    ]
    tables = {"main_effects": main, "sizes": sizes, "effects": by_size, "now_or_later": by_month, "prices": bought, "spread": over_spread}
    tables |= {"uses": of_uses, "returns": returns(uses, "use", "nothing"), "conveners": at_conveners, "budgets": at_budgets}
    tables["times"] = pd.concat([lasting.summary, times.summary], ignore_index=True)
    figures = {
        "main_effects": effects_figure(main[main["scope"] == "focal"], "Seed money for one launch"),
        "sizes": sizes_figure(sizes, bought),
        "uses": uses_figure(of_uses, at_conveners, at_budgets, over_spread),
        "time_to_success": draw_survival(times, "Time to success of the seeded launch (1 FTE-month a month for 36 months)"),
    }
    return Output(values, tables, figures)


def _main_effects(base: cs.Parameters, health: cs.Parameters, setting: Setting) -> pd.DataFrame:
    full, few, draws = (REPLICATES[part][setting.quick] for part in ("main", "main_health", "draws"))
    focal = usual_worlds(base, health, full, few, draws, {}, ALONE)
    everybody = usual_worlds(base, health, full, few, draws, {"focal_launch_month": None})
    return effects_by_scope([Scope("focal", OF_FOCAL, ON_FOCAL, focal), Scope("everybody", OF_ALL, ON_ALL, everybody)], setting)


def _negative(name: str, table: pd.DataFrame, **where: Any) -> Value:
    """Return the baseline less the level, where a table has the level less the baseline."""
    found = effect_value(name, table, **where)
    return Value(name, -found.value, found.se)
