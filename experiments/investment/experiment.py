"""Investment: contributions, communication, commitment and reserves, of everybody and of one initiative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from investment_figures import burn_out_figure, curves_figure, fields_figure, focal_figure
from investment_parts import CHANNELS, best_shift, with_endings

import coalsim as cs
from coalsim.analysis import effect, optimum, response, survival
from coalsim.experiments import Output, Setting, Value
from coalsim.studies.levers import Lever
from coalsim.studies.paired import contrast, mean_value, restricted, with_others
from coalsim.studies.shapley import gains, over_channels, shapley, shares
from coalsim.studies.worlds import Scope, World, both_fields, effect_value, effect_values, effects_by_scope, effects_figure, usual_worlds

RATES = (0.02, 0.04, 0.06, 0.08, 0.12, 0.16, 0.24)
FACTORIAL = {
    "contribution_rate": RATES,
    "communication_share": (0.1, 0.25, 0.4, 0.6),
    "commitment_months": (0, 6, 12, 24, 36),
    "reserve_months": (6.0, 12.0, 24.0),
}
FIELDS = {"organizations": (30, 60, 120, 240), "grant_budget": (0.0, 0.35, 0.7, 1.4), "contribution_rate": RATES}
BURN_OUT = {"slack": (0.03, 0.05, 0.08), "burden": (0.0, 1.25, 3.0), "contribution_rate": RATES[:-1]}
BARRED = {"see_through": (0.75, 0.0), "contribution_rate": (*RATES, 0.32)}
LASTING = {"contribution_rate": (0.04, 0.08, 0.16)}
GIVING_AND_TALKING = {"contribution_rate": (0.04, 0.12), "communication_share": (0.1, 0.4)}
COMMITTING_AND_SAVING = {"commitment_months": (0, 24), "reserve_months": (6.0, 24.0)}
ALONE = {"convene_hazard": 0.0}
"""Settings under which the focal initiative is the only one."""
LAUNCH = 24
"""Month of the focal launch."""
FOCAL_RATES = {"contribution_rate": (0.04, 0.08, 0.16), "focal_contribution_rate": RATES}
FOCAL_WAYS = {"focal_communication_share": (0.1, 0.25, 0.4, 0.6, 0.8), "focal_commitment_months": (0, 6, 12, 24, 36)}
REPLICATES = {  # full, quick
    "factorial": (10, 3),
    "fields": (25, 3),
    "burn_out": (30, 2),
    "barred": (60, 4),
    "pairs": (200, 10),
    "channels": (120, 4),
    "focal": (200, 4),
    "ways": (100, 4),
    "health": (24, 3),
    "main": (200, 6),
    "draws": (200, 2),
}
ON = ["success_rate", "impact", "problems_solved", "retention", "formed", "contributed", "communication", "work"]
ON_FOCAL = ["focal_formed", "focal_succeeded", "impact"]
OF_ALL = [
    Lever("contribution rate .04 to .08", {"contribution_rate": 0.04}, {"contribution_rate": 0.08}),
    Lever("contribution rate .08 to .16", {"contribution_rate": 0.08}, {"contribution_rate": 0.16}),
    Lever("communication share .1 to .4", {"communication_share": 0.1}, {"communication_share": 0.4}),
    Lever("communication share .4 to .8", {"communication_share": 0.4}, {"communication_share": 0.8}),
    Lever("commitment 0 to 12 months", {"commitment_months": 0}, {"commitment_months": 12}),
    Lever("commitment 12 to 36 months", {"commitment_months": 12}, {"commitment_months": 36}),
    Lever("reserves of 6 to 24 months", {"reserve_months": 6.0}, {"reserve_months": 24.0}),
    Lever("slack .03 to .08", {"slack": 0.03}, {"slack": 0.08}),
]
OF_FOCAL = [
    Lever("contribution rate .08 to .16", {"focal_contribution_rate": 0.08}, {"focal_contribution_rate": 0.16}),
    Lever("communication share .1 to .4", {"focal_communication_share": 0.1}, {"focal_communication_share": 0.4}),
    Lever("commitment 12 to 36 months", {"focal_commitment_months": 12}, {"focal_commitment_months": 36}),
]
HARM = Lever("contribution rate .08 to .16", {"contribution_rate": 0.08}, {"contribution_rate": 0.16})
"""The rates between which the harm is taken."""
HYPOTHESES = {  # name: lever, outcome, world
    "contributing_more_pays": ("contribution rate .04 to .08", "impact", "synthetic"),
    "contributing_more_pays_health": ("contribution rate .04 to .08", "impact", "health"),
    "contributing_too_much_hurts": ("contribution rate .08 to .16", "impact", "synthetic"),
    "communication_pays": ("communication share .1 to .4", "impact", "synthetic"),
    "too_much_communication_hurts": ("communication share .4 to .8", "impact", "synthetic"),
    "commitment_pays": ("commitment 0 to 12 months", "success_rate", "synthetic"),
    "long_commitment_pays": ("commitment 12 to 36 months", "success_rate", "synthetic"),
    "reserves_pay": ("reserves of 6 to 24 months", "impact", "synthetic"),
    "high_rates_burn_out": ("contribution rate .08 to .16", "retention", "synthetic"),
}


def run(setting: Setting) -> Output:
    """Vary what members give, how they spend it and for how long, in the synthetic and the health field."""
    base, health = both_fields(setting)
    focal = base.replace(focal_launch_month=LAUNCH)

    def sweep(part: str, p: cs.Parameters, factors: Mapping[str, Any], monthly: bool = False) -> Any:
        return setting.sweep(p, factors, *REPLICATES[part], monthly)

    thinned = {name: levels if name == "contribution_rate" else levels[::2] for name, levels in FACTORIAL.items()}
    factorial = sweep("factorial", base, thinned if setting.quick else FACTORIAL)
    fields = sweep("fields", base, FIELDS)
    of_health = sweep("health", health, {"contribution_rate": RATES})
    tired = with_endings(sweep("burn_out", base, BURN_OUT, monthly=True))
    lasting = sweep("pairs", base, LASTING)
    talking, saving = (sweep("pairs", base, factors) for factors in (GIVING_AND_TALKING, COMMITTING_AND_SAVING))
    asked = with_others(sweep("focal", focal, FOCAL_RATES))
    ways = with_others(sweep("ways", focal, FOCAL_WAYS))
    barred = sweep("barred", base, BARRED)
    channels = over_channels(base, HARM, CHANNELS, REPLICATES["channels"][setting.quick], setting)
    gained = {on: gains(channels, CHANNELS, on) for on in ("impact", "formed", "retention")}
    why = {on: shapley(of, list(CHANNELS)).replace({"rest": "more work and less reserve"}) for on, of in gained.items()}
    main = _main_effects(base, health, setting)

    usual = restricted(factorial, factorial.design[factorial.design["commitment_months"] == 12].drop(columns="commitment_months"))
    on = ["impact", "success_rate", "impact_per_resource"]
    curves = pd.concat(
        [
            response(results, "contribution_rate", on, within=by).rename(columns={by: "level"}).assign(by=by)
            for by, results in {
                "commitment_months": factorial,
                "communication_share": usual,
                "reserve_months": usual,
                "see_through": barred,
            }.items()
        ],
        ignore_index=True,
    ).reindex(columns=["by", "level", "contribution_rate", "outcome", "mean", "low", "high", "n"])
    best = [
        optimum(factorial, list(FACTORIAL), "impact").assign(part="factorial, sought together"),
        optimum(factorial, "contribution_rate", "impact", within="commitment_months").assign(part="factorial"),
        optimum(fields, "contribution_rate", "impact", within=["organizations", "grant_budget"]).assign(part="fields"),
        optimum(barred, "contribution_rate", "impact", within="see_through").assign(part="reserve test on and off"),
        optimum(of_health, "contribution_rate", "impact").assign(part="health"),
        optimum(asked, "focal_contribution_rate", "focal_succeeded", within="contribution_rate").assign(part="one initiative"),
    ]
    over_fields = response(fields, "contribution_rate", ["impact", "success_rate"], within=["organizations", "grant_budget"])
    over_health = response(of_health, "contribution_rate", ["impact", "success_rate", "retention"])
    burnt = response(tired, "contribution_rate", ["retention", "too_few", "trust_lost", "reserve", "impact"], within=["slack", "burden"])
    own = response(asked, "focal_contribution_rate", ["focal_formed", "focal_succeeded", "others_solved"], within="contribution_rate")
    own_ways = pd.concat(
        [
            response(ways, name, ["focal_succeeded", "others_solved"]).rename(columns={name: "level"}).assign(lever=name)
            for name in FOCAL_WAYS
        ]
    )
    more = effect(asked, "focal_contribution_rate", ["focal_succeeded", "others_solved"], baseline=0.08, within="contribution_rate")
    times = [survival(lasting, of="contribution_rate", event=event, horizon=96).summary.assign(event=event) for event in ("end", "success")]

    values = [
        *(
            effect_value(name, main[main["scope"] == "everybody"], lever=lever, outcome=outcome, world=world)
            for name, (lever, outcome, world) in HYPOTHESES.items()
        ),
        contrast(
            "communication_pays_more_where_much_is_given",
            talking,
            "impact",
            "communication_share",
            (0.1, 0.4),
            {"contribution_rate": 0.12},
            {"contribution_rate": 0.04},
        ),
        contrast(
            "commitment_pays_more_with_reserves",
            saving,
            "impact",
            "commitment_months",
            (0, 24),
            {"reserve_months": 24.0},
            {"reserve_months": 6.0},
        ),
        best_shift("best_rate_falls_with_field_size", fields, {"organizations": 30}, {"organizations": 240}, {"grant_budget": 0.7}),
        best_shift("best_rate_falls_with_grants", fields, {"grant_budget": 0.0}, {"grant_budget": 1.4}, {"organizations": 60}),
        effect_value("asking_more_pays_the_focal", more, contribution_rate=0.08, value=0.16, outcome="focal_succeeded"),
        effect_value("asking_more_hurts_the_others", more, contribution_rate=0.08, value=0.16, outcome="others_solved"),
        _burn_out_over_joining(gained["impact"]),
        *(Value(f"change_of_impact_through_{row.channel}".replace(" ", "_"), row.value, row.se) for row in why["impact"].itertuples()),
        *(
            Value(f"best_rate_of_{row.organizations}_with_grants_{row.grant_budget:g}", row.best, (row.high - row.low) / 3.92)
            for row in best[2].itertuples()
        ),
        *_scoped_values(main),
    ]
    bests = pd.concat([best[i].astype(object) for i in range(len(best))], ignore_index=True).infer_objects()
    tables = {"main_effects": main, "curves": curves, "best": _front(bests, "part"), "fields": over_fields, "health": over_health}
    tables |= {
        "burn_out": burnt,
        "channels": _front(pd.concat(of.assign(outcome=on) for on, of in why.items()), "outcome"),
        "focal": own,
        "focal_ways": own_ways,
        "focal_effects": more,
    }
    tables["times"] = _front(pd.concat(times, ignore_index=True), "event")
    everybody = main[(main["scope"] == "everybody") & ~main["outcome"].isin(["formed", "contributed", "communication", "work"])]
    figures = {
        "main_effects_everybody": effects_figure(everybody, "Investment: what moves success when all do it"),
        "main_effects_focal": effects_figure(main[main["scope"] == "focal"], "Investment of one initiative, all others as they are"),
        "curves": curves_figure(curves),
        "fields": fields_figure(over_fields[over_fields["outcome"] == "impact"], over_health),
        "burn_out": burn_out_figure(burnt, why["impact"]),
        "focal": focal_figure(own, own_ways),
    }
    return Output(values, tables, figures)


def _main_effects(base: cs.Parameters, health: cs.Parameters, setting: Setting) -> pd.DataFrame:
    full, draws, few = (REPLICATES[part][setting.quick] for part in ("main", "draws", "health"))
    own = {"focal_launch_month": LAUNCH}
    # among hundreds of organizations one initiative of many hardly ever succeeds: no number of runs that can be had tells more
    in_health = World("health, alone", health.replace(**own, **ALONE), few)
    focal = [World("synthetic", base.replace(**own), full, draws), in_health]
    everybody = usual_worlds(base, health, full, few, draws, {})
    return effects_by_scope([Scope("everybody", OF_ALL, ON, everybody), Scope("focal", OF_FOCAL, ON_FOCAL, focal)], setting)


def _scoped_values(main: pd.DataFrame) -> list[Value]:
    """Return all main effects as values; those of one initiative are called ``focal_...``."""
    of_all, of_focal = (effect_values(main[main["scope"] == scope]) for scope in ("everybody", "focal"))
    return [*of_all, *(Value(f"focal_{value.name}", value.value, value.se) for value in of_focal)]


def _burn_out_over_joining(gained: dict[frozenset[str], np.ndarray[Any, Any]]) -> Value:
    """Return the harm through strained members less that through those who do not join, paired by replicate."""
    of = shares(gained, list(CHANNELS))
    harm = -(of["dissatisfied"] + of["unready"] - of["cannot see it through"] - of["not worth it"])
    return mean_value("harm_by_burn_out_over_fewer_joining", harm, "impact")


def _front(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[[name, *(column for column in table.columns if column != name)]]
