"""Timing: launches before, in and after a window of opportunity, and the readiness that is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

import coalsim as cs
from coalsim.analysis import Designed, effect, response, survival
from coalsim.experiments import Output, Setting, Value
from coalsim.parameters import ENDLESS
from coalsim.report.figures import survival as draw_survival
from coalsim.report.plots import COLOURS
from coalsim.studies.levers import Lever
from coalsim.studies.paired import gain, mean_and_error, restricted, standard_error
from coalsim.studies.worlds import Scope, both_fields, effect_value, effect_values, effects_by_scope, effects_figure, usual_worlds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LAUNCH = 48
"""Month of the focal launch where the window moves, and of the window where the launch moves."""
ALONE = {"convene_hazard": 0.0}
"""Settings under which the focal initiative is the only one."""
NO_WINDOW = {"window_gap": ENDLESS, "window_months": ()}
AFTER = (-24, -12, -6, 0, 6, 12, 24)
"""Months from the opening of the window to the launch: -24 is a launch two years before it."""
LAUNCHES = (24, 36, 42, 48, 54, 60, 72)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8)
JOINING = (0.35, 0.45, 0.55)
SHOWN = {"opening": "window"}
"""The factor in tables: a group of settings cannot be called as the column of results is."""
FOCAL = ["focal_formed", "focal_succeeded", "impact"]
FIELD = ["success_rate", "problems_solved", "impact"]


def window(month: int) -> dict[str, Any]:
    """Return settings with one window, that opens in `month`."""
    return {"window_gap": ENDLESS, "window_months": (month,)}


OF_FOCAL = [
    Lever("wait for the window: 24 before it to opening", window(LAUNCH + 24), window(LAUNCH)),
    Lever("miss the window: opening to 12 after", window(LAUNCH), window(LAUNCH - 12)),
    Lever("postpone 24 months, no window", {**NO_WINDOW, "focal_launch_month": 24}, {**NO_WINDOW, "focal_launch_month": 48}),
    Lever("postpone 24 months into a window", {**window(48), "focal_launch_month": 24}, {**window(48), "focal_launch_month": 48}),
]
OF_ALL = [
    Lever("launch threshold .5 to .7", {"launch_threshold": 0.5}, {"launch_threshold": 0.7}),
    Lever("join threshold .55 to .35", {"join_threshold": 0.55}, {"join_threshold": 0.35}),
    Lever("windows: none to every 4 years", {"window_gap": ENDLESS}, {"window_gap": 48.0}),
    Lever("windows of 6 to 24 months", {"window_length": 6}, {"window_length": 24}),
]


def run(setting: Setting) -> Output:
    """Move the window, the launch and the thresholds, in the synthetic and the health field."""
    sweep = setting.sweep
    base, health = both_fields(setting)

    windows = {"none": NO_WINDOW} | {str(after): window(LAUNCH - after) for after in AFTER}
    focal = {"focal_launch_month": LAUNCH}
    moved = {
        "synthetic": sweep(base.replace(**focal), {"opening": windows, "join_threshold": JOINING}, 400, 20),
        "alone": sweep(base.replace(**focal, **ALONE), {"opening": windows, "join_threshold": JOINING}, 400, 20),
        "health": sweep(health.replace(**focal), {"opening": windows}, 60, 4),
    }
    launched = {
        others: sweep(
            base.replace(**own), {"opening": {"at 48": window(LAUNCH), "none": NO_WINDOW}, "focal_launch_month": LAUNCHES}, 400, 20
        )
        for others, own in {"among others": {}, "alone": ALONE}.items()
    }
    opening = {"none": NO_WINDOW, "open": window(LAUNCH)}
    channel = {"opening": opening, "window_effect": [0.0, 0.35], "window_yield": [0.0, 0.5]}
    parts = {"": sweep(base.replace(**focal), channel, 400, 20), "_alone": sweep(base.replace(**focal, **ALONE), channel, 400, 20)}
    willing = sweep(base, {"launch_threshold": THRESHOLDS, "join_threshold": JOINING}, 100, 10)

    curve = _over_windows(moved)
    over_launches = pd.concat(
        response(of, "focal_launch_month", ["focal_formed", "focal_succeeded"], within="opening").assign(others=others)
        for others, of in launched.items()
    ).rename(columns=SHOWN)
    postponed = pd.concat(
        effect(of, "focal_launch_month", "focal_succeeded", baseline=month, within="opening").assign(others=others)
        for others, of in launched.items()
        for month in (24, 48)
    ).rename(columns=SHOWN)
    channels = pd.concat(_channels(of).assign(part=lambda t, end=end: t["part"] + end) for end, of in parts.items())
    thresholds = response(willing, ["launch_threshold", "join_threshold"], ["launched", *FIELD])
    times = survival(launched_at(launched["among others"], (24, 48, 72)), of="launch", event="success", focal=True, horizon=48)
    main = _main_effects(base, health, setting)
    values = [
        *_differences(moved),
        *(
            effect_value(name + end, postponed, others=others, window=where, value=late, baseline=early)
            for end, others in (("", "among others"), ("_alone", "alone"))
            for name, where, early, late in (
                ("waiting_24_into_window", "at 48", 24, 48),
                ("waiting_24_for_nothing", "none", 24, 48),
                ("missing_by_24", "at 48", 48, 72),
            )
        ),
        *(Value(f"window_through_{row.part}", row.effect, row.se) for row in channels.itertuples()),
        *effect_values(main),
    ]
    named = {value.name: value for value in values}
    for target, name in {
        "more_willing_conveners_on_success_rate": "launch_threshold_.5_to_.7_on_success_rate_in_synthetic",
        "more_willing_conveners_on_impact": "launch_threshold_.5_to_.7_on_impact_in_synthetic",
        "easier_joining_on_impact": "join_threshold_.55_to_.35_on_impact_in_synthetic",
    }.items():
        values.append(Value(target, named[name].value, named[name].se))
    tables = {"main_effects": main, "windows": curve, "launches": over_launches, "postponed": postponed}
    tables |= {"channels": channels, "thresholds": thresholds, "time_to_success": times.summary}
    figures = {
        "main_effects_focal": effects_figure(main[main["scope"] == "focal"], "Timing of one initiative"),
        "main_effects_everybody": effects_figure(main[main["scope"] == "everybody"], "Windows, and the readiness that is waited for"),
        "windows": _windows_figure(curve),
        "launches": _launches_figure(over_launches),
        "time_to_success": draw_survival(times, "Time to success of launches before, in and after a window"),
    }
    return Output(values, tables, figures)


def launched_at(results: Any, months: tuple[int, ...]) -> Designed:
    """Return the runs with a window in which the focal initiative launched in one of `months`, the factor being the month."""
    design = results.design
    kept = design[(design["opening"] == "at 48") & design["focal_launch_month"].isin(months)]
    names = {24: "24 months before", 48: "as it opens", 72: "24 months after"}
    kept = kept.assign(launch=[names[month] for month in kept["focal_launch_month"]])[["scenario_id", "launch"]]
    return restricted(results, kept)


def _over_windows(moved: dict[str, Any]) -> pd.DataFrame:
    """Return success, and its paired difference from no window, by months from opening to launch, field and join threshold."""
    found = []
    for field, results in moved.items():
        within = "join_threshold" if "join_threshold" in results.design else None
        table = effect(results, "opening", ["focal_formed", "focal_succeeded"], baseline="none", within=within)
        table.insert(0, "field", field)
        found.append(table.rename(columns={"value": "months_after_opening"}))
    table = pd.concat(found, ignore_index=True)
    names = [
        "field",
        "join_threshold",
        "months_after_opening",
        "outcome",
        "mean_baseline",
        "mean",
        "effect",
        "low",
        "high",
        "se",
        "n",
        "saved",
    ]
    return table.reindex(columns=names).astype({"months_after_opening": int})


def _differences(moved: dict[str, Any]) -> list[Value]:
    """Return launches in the window less others: the window moves, the month of the launch is the same."""
    values = []
    for field, results in moved.items():
        within = {"join_threshold": 0.45} if "join_threshold" in results.design else None
        ending = "" if field == "synthetic" else f"_{field}"
        for name, baseline in {"none": "none", "24_before": "-24", "12_before": "-12", "12_after": "12", "24_after": "24"}.items():
            table = effect(results, "opening", "focal_succeeded", baseline=baseline, within=within)
            values.append(effect_value(f"in_window_over_{name}{ending}", table, value="0"))
    return values


def _channels(parts: Any) -> pd.DataFrame:
    """Return what a window does through readiness alone, the yield of work alone, and both; and readiness less yield, paired."""
    through = {"readiness": (0.35, 0.0), "yield": (0.0, 0.5), "both": (0.35, 0.5)}
    gains = {
        name: gain(parts, "focal_succeeded", "opening", ("none", "open"), window_effect=readiness, window_yield=work)
        for name, (readiness, work) in through.items()
    }
    gains["readiness_over_yield"] = gains["readiness"] - gains["yield"]
    means = {name: mean_and_error(differences) for name, differences in gains.items()}
    return pd.DataFrame(
        [{"part": name, "effect": of.value, "se": standard_error(of.se, of.n, "focal_succeeded"), "n": of.n} for name, of in means.items()]
    )


def _main_effects(base: cs.Parameters, health: cs.Parameters, setting: Setting) -> pd.DataFrame:
    draws, full, few = (10, 20, 4) if setting.quick else (200, 400, 40)
    focal = usual_worlds(base, health, full, few, draws, {"focal_launch_month": LAUNCH}, ALONE)
    everybody = usual_worlds(base, health, full, few, draws, {})
    return effects_by_scope([Scope("focal", OF_FOCAL, FOCAL, focal), Scope("everybody", OF_ALL, FIELD, everybody)], setting)


def _windows_figure(curve: pd.DataFrame) -> Figure:
    """Draw the gain from a window over when the launch falls, by join threshold and field."""
    from coalsim.report.figures.axes import MARKERS, panels, points, title

    shown = curve[curve["outcome"] == "focal_succeeded"].fillna({"join_threshold": 0.45})
    figure, axes = panels(3, 4.2, 4.2)
    for axis, field in zip(axes, ("synthetic", "alone", "health"), strict=True):
        for place, (threshold, of) in enumerate(shown[shown["field"] == field].groupby("join_threshold")):
            x = of["months_after_opening"] + 0.5 * (place - 1)
            points(axis, of["effect"], of["low"], of["high"], x, COLOURS[place], MARKERS[place], line="-", label=f"{threshold:g}")
        axis.axvspan(0, 12, color="0.92", zorder=0)
        axis.axhline(0, color="0.5", linewidth=1)
        axis.set_xticks(AFTER)
        axis.set_title(
            {"synthetic": "synthetic, among others", "alone": "synthetic, alone", "health": "health, among others"}[field], fontsize=10
        )
        axis.set_xlabel("months from opening to launch (grey: open)")
        axis.set_ylim(-0.08, max(0.16, 1.05 * float(shown[shown["field"] == field]["high"].max())))
    axes[0].set_ylabel("gain in focal success (share of runs)")
    axes[0].legend(title="join threshold", frameon=False)
    title(figure, "What a window is worth, by when the launch falls", "paired differences from no window, 95 % intervals")
    return figure


def _launches_figure(table: pd.DataFrame) -> Figure:
    """Draw forming and success by month 120 over the month of the launch, among others and alone."""
    from coalsim.report.figures.axes import MARKERS, panels, points, title

    figure, axes = panels(2, 5.0, 4.2, sharey=True)
    for axis, outcome in zip(axes, ("focal_formed", "focal_succeeded"), strict=True):
        lines = table[table["outcome"] == outcome].groupby(["others", "window"], sort=False)
        for place, ((others, where), of) in enumerate(lines):
            label = f"{others}, " + ("window in month 48" if where == "at 48" else "no window")
            x = of["focal_launch_month"] + 0.3 * (place - 1.5)
            points(axis, of["mean"], of["low"], of["high"], x, COLOURS[place], MARKERS[place], line="-", label=label)
        axis.axvspan(LAUNCH, LAUNCH + 12, color="0.92", zorder=0)
        axis.set_xticks(LAUNCHES)
        axis.set_xlabel("month of the focal launch (grey: window)")
        axis.set_title("formed" if outcome == "focal_formed" else "succeeded by month 120", fontsize=10)
    axes[0].set_ylabel("share of runs")
    axes[0].set_ylim(bottom=0)
    axes[1].legend(frameon=False)
    title(figure, "One initiative, launched early or late", "means over replicates, 95 % intervals")
    return figure
