"""What pays: the levers of the seven studies once more, in the calibrated model, over its posterior, in fields in motion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from levers_asked import FOCAL, HYPOTHESES, OF_ALL, OF_ONE, ON_ALL, ON_ONE

import coalsim as cs
from coalsim.calibration.posteriors import drawn
from coalsim.experiments import Output, Setting, Value
from coalsim.studies.levers import Lever, effects_over_draws, main_effects

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalsim.analysis import ParameterDraws

POSTERIOR = "model2"
FIELD = {"organizations": 120, "issues": 8, "funders": 6, "months": 120}
"""The field: between the sizes that the model was calibrated on; runs of ten years after the burn-in."""


def run(setting: Setting) -> Output:
    """Move every lever at the default parameters, and at draws of the posterior."""
    base = cs.Parameters().replace(**FIELD)
    count, replicates, middle = (4, 2, 4) if setting.quick else (100, 4, 100)
    draws = drawn(POSTERIOR, count, setting.seed, base)
    parts, over, alive = [], [], []
    for scope, levers, on, own in (("one", OF_ONE, ON_ONE, FOCAL), ("all", OF_ALL, ON_ALL, {})):
        here = base.replace(**own)
        for study, of in levers.items():
            found = main_effects(here, of, on, middle, setting.seed, setting.workers)
            parts.append(found.assign(scope=scope, study=study))
            found = effects_over_draws(here, of, on, _of(draws, here), replicates, setting.seed, setting.workers, apart=True)
            alive.append(found)
            over.append(over_posterior(found, of, on).assign(scope=scope, study=study))
    main, posterior = _front(pd.concat(parts, ignore_index=True)), _front(pd.concat(over, ignore_index=True))
    values = [_value(name, posterior, h.scope, h.lever, h.outcome) for name, h in HYPOTHESES.items()]
    everything = pd.concat(alive, ignore_index=True)
    happens = everything[everything["outcome"] == "problems_solved"].groupby("draw")["mean_baseline"].max() > 0
    values.append(Value("draws_in_which_something_succeeds", float(happens.mean())))
    return Output(values, {"at_defaults": main, "over_posterior": posterior}, {"over_posterior": _figure(posterior)})


def over_posterior(found: pd.DataFrame, levers: list[Lever], on: list[str]) -> pd.DataFrame:
    """Return the mean effect over draws, its standard error and 95 % interval, and what draws it lies between.

    A row for each lever and outcome: ``low_end``, ``high_end`` (means over draws), ``effect``, ``se`` (from the spread over draws, which
    has the chance in their runs in it), ``low``, ``high``, ``p10``, ``p90``, ``positive``, ``negative``, ``draws``.
    """
    rows = []
    for lever in levers:
        for outcome in on:
            of = found[(found["lever"] == lever.name) & (found["outcome"] == outcome)]
            effect = of["effect"].to_numpy(dtype=float)
            known = effect[~np.isnan(effect)]
            mean = float(known.mean()) if len(known) else np.nan
            se = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else np.nan
            p10, p90 = np.quantile(known, (0.1, 0.9)) if len(known) else (np.nan, np.nan)
            rows.append(
                {
                    "lever": lever.name,
                    "outcome": outcome,
                    "low_end": of["mean_baseline"].mean(),
                    "high_end": of["mean"].mean(),
                    "effect": mean,
                    "se": se,
                    "low": mean - 1.96 * se,
                    "high": mean + 1.96 * se,
                    "p10": p10,
                    "p90": p90,
                    "positive": int((known > 0).sum()),
                    "negative": int((known < 0).sum()),
                    "draws": len(known),
                }
            )
    return pd.DataFrame(rows)


def _of(draws: ParameterDraws, base: cs.Parameters) -> ParameterDraws:
    """Return the draws around another base."""
    made = tuple(base.replace(**{name: p.get(name) for name in draws.names}) for p in draws)
    return type(draws)(made, draws.names, 0)


def _front(table: pd.DataFrame) -> pd.DataFrame:
    first = ["scope", "study", "lever", "outcome"]
    return table[[*first, *(column for column in table.columns if column not in first)]]


def _value(name: str, table: pd.DataFrame, scope: str, lever: str, outcome: str) -> Value:
    (row,) = table[(table["scope"] == scope) & (table["lever"] == lever) & (table["outcome"] == outcome)].to_dict("records")
    return Value(name, float(row["effect"]), max(float(row["se"]), 1e-6))


def _figure(table: pd.DataFrame) -> Figure:
    """Draw the mean effect of each lever over the posterior: of one initiative on its success, of everybody on impact."""
    from coalsim.report.figures.axes import panels, title
    from coalsim.report.plots import COLOURS

    shown = {"one": "focal_succeeded", "all": "impact"}
    heads = {"one": "one initiative: chance of success", "all": "everybody: impact on the field"}
    figure, axes = panels(2, 5.2, 6.6, left=2.9)
    for axis, (scope, outcome) in zip(axes, shown.items(), strict=True):
        of = table[(table["scope"] == scope) & (table["outcome"] == outcome)].reset_index(drop=True)
        colours = {study: COLOURS[place % len(COLOURS)] for place, study in enumerate(dict.fromkeys(table["study"]))}
        for place, row in enumerate(of.to_dict("records")):
            axis.plot([row["p10"], row["p90"]], [place, place], color=colours[row["study"]], alpha=0.3, linewidth=5, solid_capstyle="butt")
            around = [[row["effect"] - row["low"]], [row["high"] - row["effect"]]]
            axis.errorbar(row["effect"], place, xerr=around, fmt="o", color=colours[row["study"]])
        axis.axvline(0, color="0.5", linewidth=1, zorder=0)
        axis.set_yticks(range(len(of)), of["lever"], fontsize=8)
        axis.set_ylim(len(of) - 0.5, -0.5)
        axis.set_xlabel(heads[scope])
    title(figure, "What pays, over the posterior", "points: mean over draws, 95 % interval; bars: 10 to 90 % of draws; colours: studies")
    return figure
