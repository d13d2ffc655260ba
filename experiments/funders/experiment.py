"""Funders: when they are first talked to, what they can give, and what of it is information."""

from __future__ import annotations

from typing import Any

import pandas as pd

import coalsim as cs
from coalsim.analysis import effect, response, survival
from coalsim.experiments import Output, Setting, Value
from coalsim.report.figures import response as draw_response
from coalsim.report.figures import survival as draw_survival
from coalsim.studies.levers import Lever
from coalsim.studies.paired import gain, mean_value, with_others
from coalsim.studies.shapley import Gains, channel_values, gains_by_channels, shapley, shapley_figure, shares
from coalsim.studies.worlds import Scope, both_fields, effect_value, effect_values, effects_by_scope, effects_figure, usual_worlds

NEVER = 1_000_000
LAUNCH = 24
WHEN = {"0": 0, "6": 6, "12": 12, "24": 24, "48": 48, "never": NEVER}
"""Months from the beginning of research (six months before the launch) to the first contact."""
CHANNELS = {"grants": {"grant_budget": 0.0}, "referrals": {"referral_rate": 0.0}, "insight": {"insight": 0.0}}
IN_HEALTH = {**CHANNELS, "grants": {"coalition_share": 0.0}}
"""A register's funders give a share of their payout."""
CONTACT = Lever("contact", {"funder_month": NEVER}, {"funder_month": 6})
FOCAL_CONTACT = Lever("contact", {"focal_funder_month": NEVER}, {"focal_funder_month": 6})
LEVERS = {
    "focal": [
        Lever("own first contact: 24 months to at once", {"focal_funder_month": 24}, {"focal_funder_month": 0}),
        Lever("own first contact: never to 6 months", FOCAL_CONTACT.low, FOCAL_CONTACT.high),
    ],
    "everybody": [
        Lever("first contact: 24 months to at once", {"funder_month": 24}, {"funder_month": 0}),
        Lever("first contact: never to 6 months", CONTACT.low, CONTACT.high),
        Lever("referral rate 0 to .5", {"referral_rate": 0.0}, {"referral_rate": 0.5}),
        Lever("insight 0 to .5", {"insight": 0.0}, {"insight": 0.5}),
        Lever("relation rate .05 to .2", {"relation_rate": 0.05}, {"relation_rate": 0.2}),
        Lever("funders known: 1 to 3", {"funders_max": 1}, {"funders_max": 3}),
    ],
}
ON = {"focal": ["focal_formed", "focal_succeeded", "impact"], "everybody": ["success_rate", "problems_solved", "impact"]}
GAINED = {"everybody": "impact", "focal": "focal_succeeded"}
"""In which outcome contact is taken apart."""
MONEY = {
    "synthetic": Lever("grants", {"grant_budget": 0.35}, {"grant_budget": 1.4}),
    "health": Lever("grants", {"coalition_share": 0.05}, {"coalition_share": 1.0}),
}


def run(setting: Setting) -> Output:
    """Vary contact and money, and take apart what contact does."""
    quick, sweep = setting.quick, setting.sweep
    base, health = both_fields(setting)
    focal = base.replace(focal_launch_month=LAUNCH)
    alone = focal.replace(convene_hazard=0.0)

    when = {name: {"funder_month": month} for name, month in WHEN.items()}
    grid = {"first_contact_in_months": when, "grant_budget": [0.0, 0.35, 0.7, 1.4], "referral_rate": [0.0, 0.5, 1.0]}
    field = sweep(base, grid, 60, 3)
    some = {name: when[name] for name in ("0", "6", "24", "never")}
    in_health = sweep(health, {"first_contact_in_months": some, "coalition_share": [0.0, 0.05, 1.0]}, 30, 2)
    own = {name: {"focal_funder_month": month} for name, month in WHEN.items()}
    of_focal = {
        "among others": sweep(focal, {"first_contact_in_months": own}, 600, 12),
        "alone": sweep(alone, {"first_contact_in_months": own}, 600, 12),
    }
    early = sweep(base, {"grant_budget": [0.0, 1.4], "funder_month": [24, 0]}, 300, 12)
    poor, rich = (gain(early, "impact", "funder_month", (24, 0), grant_budget=budget) for budget in (0.0, 1.4))

    replicates = 8 if quick else 300
    gains: dict[str, Gains] = {
        "everybody, synthetic": gains_by_channels(base, CONTACT, CHANNELS, GAINED["everybody"], replicates, setting),
        "everybody, health": gains_by_channels(health, CONTACT, IN_HEALTH, GAINED["everybody"], 2 if quick else 30, setting),
        "focal, among others": gains_by_channels(focal, FOCAL_CONTACT, CHANNELS, GAINED["focal"], replicates, setting),
        "focal, alone": gains_by_channels(alone, FOCAL_CONTACT, CHANNELS, GAINED["focal"], replicates, setting),
    }
    taken = {name: shapley(of, list(CHANNELS)) for name, of in gains.items()}
    main = _main_effects(base, health, setting)
    times = survival(of_focal["alone"], "first_contact_in_months", "success", focal=True, horizon=96)
    contacts = pd.concat(
        effect(
            with_others(of), "first_contact_in_months", ["focal_formed", "focal_succeeded", "others_solved", "impact"], baseline=start
        ).assign(field=name)
        for name, of in of_focal.items()
        for start in ("never", "24")
    )
    among = {"field": "among others", "outcome": "focal_succeeded"}
    values = [
        *_early(main),
        *_parts(gains["everybody, synthetic"]),
        *(
            value
            for name, of in gains.items()
            for value in channel_values(_plain(name), of, list(CHANNELS), GAINED[name.partition(",")[0]])
        ),
        effect_value("focal_contact_over_none", contacts, value="6", baseline="never", **among),
        effect_value("focal_contact_over_none_alone", contacts, value="6", baseline="never", **{**among, "field": "alone"}),
        effect_value("focal_early_over_late", contacts, value="0", baseline="24", **among),
        effect_value("focal_early_over_late_alone", contacts, value="0", baseline="24", **{**among, "field": "alone"}),
        effect_value("focal_contact_on_others", contacts, value="6", baseline="never", field="among others", outcome="others_solved"),
        mean_value("early_pays_more_with_money", rich - poor, "impact"),
        *effect_values(main),
    ]
    curve = response(field, "first_contact_in_months", ["impact", "success_rate"], within="grant_budget")
    tables = {
        "main_effects": main,
        "contact_and_money": response(
            field, ["first_contact_in_months", "grant_budget", "referral_rate"], ["impact", "success_rate", "problems_solved"]
        ),
        "health": response(in_health, ["first_contact_in_months", "coalition_share"], ["impact", "success_rate", "granted", "contributed"]),
        "channels": pd.concat(of.assign(whose=name) for name, of in taken.items()),
        "focal": contacts,
        "time_to_success": times.summary,
    }
    figures = {
        "main_effects_everybody": effects_figure(main[main["scope"] == "everybody"], "Funders, everybody"),
        "main_effects_focal": effects_figure(main[main["scope"] == "focal"], "Funders, one initiative"),
        "contact_and_money": draw_response(
            curve, "first_contact_in_months", "First contact with funders (after research began), by their budgets"
        ),
        "channels": shapley_figure(
            {name: of for name, of in taken.items() if name.startswith("focal")},
            "What contact with funders does for one initiative",
            "part in the gain in focal success (share of runs)",
        ),
        "channels_everybody": shapley_figure(
            {name: of for name, of in taken.items() if name.startswith("everybody")},
            "What contact with funders does for the field",
            "part in the gain in impact (share)",
        ),
        "time_to_success": draw_survival(_only(times), "Time to success, alone in the field"),
    }
    return Output(values, tables, figures)


def _early(main: pd.DataFrame) -> list[Value]:
    """Return what contact at once does against contact after two years, everybody's."""
    where = {"scope": "everybody", "lever": LEVERS["everybody"][0].name}
    return [
        effect_value(f"early_over_late_on_{outcome}{end}", main, world=world, outcome=outcome, **where)
        for outcome in ("impact", "success_rate")
        for world, end in (("synthetic", ""), ("health", "_health"))
    ]


def _parts(gains: Gains) -> list[Value]:
    """Return the parts of information and money in what contact does to impact, and what it does without money."""
    share = shares(gains, list(CHANNELS))
    information = share["referrals"] + share["insight"]
    return [
        mean_value("information_part_of_impact", information, "impact"),
        mean_value("money_part_of_impact", share["grants"], "impact"),
        mean_value("information_over_money", information - share["grants"], "impact"),
        mean_value("information_alone_pays", gains[frozenset(("referrals", "insight"))], "impact"),
    ]


def _main_effects(base: cs.Parameters, health: cs.Parameters, setting: Setting) -> pd.DataFrame:
    draws, full, few = (8, 10, 2) if setting.quick else (200, 400, 40)
    focal = usual_worlds(base, health, full, few, draws, {"focal_launch_month": LAUNCH}, {"convene_hazard": 0.0})
    everybody = usual_worlds(base, health, full, few, draws, {})
    scopes = [Scope("focal", LEVERS["focal"], ON["focal"], focal), Scope("everybody", LEVERS["everybody"], ON["everybody"], everybody)]
    scopes += [Scope("everybody", [MONEY[world.name]], ON["everybody"], [world]) for world in everybody]
    return effects_by_scope(scopes, setting)


def _plain(name: str) -> str:
    return name.replace(", ", "_").replace(" ", "_")


def _only(times: Any) -> Any:
    """Return the curves of three times of contact: more cannot be told apart in a figure."""
    return type(times)(times.curves[times.curves["first_contact_in_months"].isin(["0", "24", "never"])], times.summary)
