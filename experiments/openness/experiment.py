"""Openness: of organizations, of goals, and how turbulent the problems are."""

from __future__ import annotations

import pandas as pd

from coalsim.analysis import effect, optimum, response, survival
from coalsim.experiments import Output, Setting, Value
from coalsim.report.figures import response as draw_response
from coalsim.studies.levers import Lever
from coalsim.studies.paired import contrast
from coalsim.studies.shapley import gains_by_channels, shapley, shapley_figure
from coalsim.studies.worlds import both_fields, effect_value, effect_values, effects_by_world, effects_figure, usual_worlds

OPENNESS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
REDEFINITION = (0.0, 0.05, 0.15, 0.5)
CHALLENGES = {
    "none": {"challenge_rate": 0.0},
    "rare, small": {"challenge_rate": 0.02, "challenge_size": 0.15},
    "rare, large": {"challenge_rate": 0.02, "challenge_size": 0.6},
    "default": {"challenge_rate": 0.04, "challenge_size": 0.35},
    "often, small": {"challenge_rate": 0.1, "challenge_size": 0.15},
    "often, large": {"challenge_rate": 0.1, "challenge_size": 0.6},
}
ON = ["success_rate", "impact", "problems_solved"]
CHANNELS = {
    "redefining": {"redefinition": 0.0, "member_pull": 0.0},
    "turning to another issue": {"retarget_fit": 0.0},
    "disputes": {"dispute": 0.0},
    "dialogue": {"dialogue": 0.0},
    "relations with funders": {"relation_rate": 0.0},
    "member missions": {"mission_adaptation": 0.0},
    "first goal": {"goal_blend": 0.0},
}
"""What openness acts through, and the settings that switch it off (the next problem after a success is always left on)."""
TURBULENT = {"default": "", "often, large": "_turbulent"}
LEVERS = [
    Lever("openness .2 to .8", {"openness": 0.2}, {"openness": 0.8}),
    Lever("redefinition 0 to .15", {"redefinition": 0.0}, {"redefinition": 0.15}),
    Lever("redefinition .15 to .5", {"redefinition": 0.15}, {"redefinition": 0.5}),
    Lever("member pull 0 to .2", {"member_pull": 0.0}, {"member_pull": 0.2}),
    Lever("obsolescence 0 to 4", {"obsolescence": 0.0}, {"obsolescence": 4.0}),
    Lever("dispute 0 to .5", {"dispute": 0.0}, {"dispute": 0.5}),
]


def run(setting: Setting) -> Output:
    """Vary openness, redefinition and challenges, in the synthetic and the health field."""
    quick, sweep = setting.quick, setting.sweep
    base, health = both_fields(setting)

    surface = sweep(base, {"challenges": CHALLENGES, "redefinition": REDEFINITION, "openness": OPENNESS}, 40, 2)
    of_health = sweep(health, {"openness": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)}, 50, 4)
    ends = {"challenges": {name: CHALLENGES[name] for name in ("none", "default", "often, large")}, "redefinition": (0.0, 0.15, 0.5)}
    ends |= {"openness": (0.2, 0.8, 1.0)}
    pairs = sweep(base, ends, 200, 10)
    lasting = sweep(base, {"openness": (0.2, 0.5, 0.8)}, 200, 10)
    gains = {
        name: gains_by_channels(base.replace(**CHALLENGES[name]), LEVERS[0], CHANNELS, "impact", 2 if quick else 40, setting)
        for name in TURBULENT
    }

    usual = response(surface, "openness", ON, within=["challenges", "redefinition"])
    best = optimum(surface, "openness", "impact", within=["challenges", "redefinition"])
    curve = response(of_health, "openness", ON)
    by_openness = effect(pairs, "openness", ON, baseline=0.2, within=["challenges", "redefinition"])
    from_open = effect(pairs, "openness", ON, baseline=0.8, within=["challenges", "redefinition"])
    by_redefinition = effect(pairs, "redefinition", ON, baseline=0.15, within=["challenges", "openness"])
    shares = {name: shapley(of, list(CHANNELS)) for name, of in gains.items()}
    parts = pd.concat(of.assign(challenges=name) for name, of in shares.items())
    times = survival(lasting, of="openness", event="success", horizon=96)
    full, draws = (10, 10) if quick else (200, 200)
    main = effects_by_world(usual_worlds(base, health, full, 4 if quick else 40, draws, {}), LEVERS, ON, setting)

    at = {"challenges": "default", "redefinition": 0.15}
    values = [
        effect_value("openness_pays_on_impact", by_openness, outcome="impact", value=0.8, **at),
        effect_value("openness_pays_on_success_rate", by_openness, outcome="success_rate", value=0.8, **at),
        effect_value("openness_pays_on_impact_health", main, world="health", lever="openness .2 to .8", outcome="impact"),
        effect_value("openness_pays_when_calm", by_openness, outcome="impact", value=0.8, challenges="none", redefinition=0.15),
        effect_value("too_open_hurts", from_open, outcome="impact", value=1.0, **at),
        effect_value("redefining_pays", main, world="synthetic", lever="redefinition 0 to .15", outcome="impact"),
        effect_value("redefining_too_fast_hurts", main, world="synthetic", lever="redefinition .15 to .5", outcome="impact"),
        contrast(
            "openness_pays_more_where_turbulent",
            pairs,
            "impact",
            "openness",
            (0.2, 0.8),
            {"challenges": "often, large", "redefinition": 0.15},
            {"challenges": "none", "redefinition": 0.15},
        ),
        contrast(
            "redefining_pays_only_the_open",
            pairs,
            "impact",
            "redefinition",
            (0.0, 0.15),
            {"challenges": "default", "openness": 0.8},
            {"challenges": "default", "openness": 0.2},
        ),
        *(
            Value(f"openness_through_{row.channel}{TURBULENT[row.challenges]}".replace(" ", "_"), row.value, row.se)
            for row in parts.itertuples()
        ),
        *(
            Value(f"best_openness_{row.challenges.replace(', ', '_')}_{row.redefinition:g}", row.best, (row.high - row.low) / 3.92)
            for row in best.itertuples()
        ),
        *effect_values(main),
    ]
    tables = {"main_effects": main, "curves": usual, "best_openness": best, "health": curve}
    tables |= {
        "openness_effects": by_openness,
        "redefinition_effects": by_redefinition,
        "channels": parts,
        "time_to_success": times.summary,
    }
    shown = usual[(usual["redefinition"] == 0.15) & usual["outcome"].isin(["impact", "success_rate"])].drop(columns="redefinition")
    figures = {
        "main_effects": effects_figure(main, "Openness: what moves success"),
        "openness": draw_response(shown, "openness", "Openness, by how often and how far problems move (redefinition .15)"),
        "redefinition": draw_response(
            usual[usual["challenges"].isin(["default"]) & usual["outcome"].isin(["impact", "success_rate"])].drop(columns="challenges"),
            "openness",
            "Openness, by how fast a fully open coalition redefines its goal (default challenges)",
        ),
        "channels": shapley_figure(
            {f"challenges: {name}": of for name, of in shares.items()},
            "What openness (.2 to .8) acts through; the rest is the next problem",
            "part in the gain in impact (share)",
        ),
    }
    return Output(values, tables, figures)
