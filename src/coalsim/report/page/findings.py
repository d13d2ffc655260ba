"""What came out of a sweep: tables and figures, as far as its design allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim import analysis
from coalsim.analysis.survival import launched
from coalsim.designs.samplers import SAMPLED
from coalsim.errors import ParameterError
from coalsim.report import figures as drawn
from coalsim.report.figures import sweeps as figures
from coalsim.report.page import markup
from coalsim.sweep.reading import factor_column
from coalsim.tables.labels import factor_label, labeller, value_labels

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.results import Results

MOST_ROWS, MOST_LEVELS, MOST_FACTORS = 40, 12, 20
FEW = 10
"""Replicates from which on variances, and the spread of bootstraps, are worth telling."""
SHARE, PART = 0.02, 0.05
"""Half widths that replicates are counted for: of a share, and as a part of any other outcome's mean."""


def outcomes(results: Results, on: Sequence[str]) -> str:
    """Return means of outcomes, by scenario if these are few, and over all of them."""
    units = {column.name: column.unit for column in results.columns["outcomes"]}
    rows = []
    for name in on:
        values = results.outcomes[name].to_numpy(dtype=float)
        known = values[~np.isnan(values)]
        if len(known):
            spread = np.quantile(known, (0.1, 0.5, 0.9))
            row = {"mean": known.mean(), "10 %": spread[0], "median": spread[1], "90 %": spread[2]}
        else:
            row = dict.fromkeys(("mean", "10 %", "median", "90 %"), np.nan)
        rows.append({"outcome": name, "unit": units[name], **row, "runs": len(values), "without a value": len(values) - len(known)})
    html = markup.table(_frame(rows), "All runs.", ["outcome", "unit"])
    scenarios = len(results.sweep.scenarios())
    if not results.sweep.factors or scenarios > MOST_ROWS:
        return html + _curves(results, on)
    summary = results.summary(tuple(on))
    shown = summary.drop(columns=[column for column in summary if str(column).endswith("_ci") and column not in results.sweep.factors])
    for factor in map(factor_column, results.sweep.factors):
        shown[factor] = value_labels(summary[factor].tolist())
    for name in on:
        low, high = summary[name] - summary[f"{name}_ci"], summary[name] + summary[f"{name}_ci"]
        shown[name] = [markup.plus_minus(*row) for row in zip(summary[name], low, high, strict=True)]
    return html + markup.table(shown, "Scenario by scenario: mean (95 % interval).") + _curves(results, on)


def effects(results: Results, on: Sequence[str]) -> str:
    """Return effects of factors: paired between levels, or rank correlations in a sample."""
    names = list(results.sweep.factors)
    if not names:
        return ""
    if results.sweep.design in ("saltelli", "morris"):
        return ""  # sensitivity says more
    if results.sweep.design in SAMPLED:
        return _correlations(results, on)
    tables, left = [], []
    for name in names:
        if len(analysis.inputs.levels(results.design, name).values) > MOST_LEVELS:
            left.append(f"{name} has more than {MOST_LEVELS} levels; see the curves above.")
            continue
        try:
            tables.append(analysis.effect(results, name, list(on)))
        except ParameterError as error:
            left.append(f"{error}.")
    html = ""
    for found in tables:
        factor = str(found["factor"].iloc[0])
        found = found[found["n"] > 1]
        if not len(found):
            left.append(f"{factor}: one replicate shows no chance, so no interval.")
            continue
        told = labeller([found["baseline"].iloc[0], *found["value"]])
        html += markup.table(_effect_rows(found, told), f"{factor_label(factor)}, from {told(found['baseline'].iloc[0])}.", ["outcome"])
        if len(found) <= MOST_ROWS:
            html += markup.figure(drawn.effects(found), f"Effects of {factor}, with 95 % intervals; the table above has the numbers.")
    return html + markup.text(*left)


def best(results: Results, on: Sequence[str]) -> str:
    """Return at which level of each factor of numbers outcomes are best, with an interval; for grids and lists."""
    if results.sweep.design in SAMPLED:
        return ""
    rows: list[dict[str, Any]] = []
    few = False
    for name in results.sweep.factors:
        of = analysis.inputs.levels(results.design, name).values
        ordered = all(isinstance(value, (int, float)) for value in of)
        if not ordered or not 3 <= len(of) <= 4 * MOST_LEVELS or results.sweep.replicates < 2:
            continue
        for outcome in on:
            try:
                (row,) = analysis.optimum(results, name, outcome).to_dict("records")
            except ParameterError:
                continue  # the outcome has no value somewhere
            if row["share"] == 1 and (row["low"], row["high"]) == (row["tried_low"], row["tried_high"]):
                continue  # it is the same at all levels
            told = labeller(of)
            few |= row["n"] < FEW
            interval = "" if row["n"] < FEW else f"{told(row['low'])} to {told(row['high'])}"
            as_good = f"{told(row['as_good_low'])} to {told(row['as_good_high'])}"
            edge = "yes: the best may lie beyond" if row["at_edge"] else ""
            about = {"best": told(row["best"]), "interval": interval, "not told from it": as_good, "at the end of its range": edge}
            rows.append({"factor": name, "outcome": outcome, **about})
    if not rows:
        return ""
    said = "Level at which the mean over all other factors is largest, with its interval over bootstraps of replicates"
    said += f" (none from fewer than {FEW} of them)." if few else "."
    return markup.table(_frame(rows), said, list(rows[0]))


def sensitivity(results: Results, on: Sequence[str]) -> str:
    """Return Sobol indices or elementary effects, of designs made for them."""
    if results.sweep.design not in ("saltelli", "morris"):
        return ""
    if results.runs_done < results.runs:
        return markup.text("Indices need all runs of the design.")
    means = analysis.inputs.mean_of_known(np.nan_to_num(analysis.inputs.array(results, on)), axis=1)
    varying = [name for name, spread in zip(on, np.ptp(means, axis=0), strict=True) if spread > 0]
    same = [name for name in on if name not in varying]
    said = "the same in all scenarios, or without a value in all: there is nothing that it could depend on."
    constant = markup.text(*(f"{name.replace('_', ' ')} is {said}" for name in same))
    if not varying:
        return constant
    found = analysis.sensitivity(results, varying, missing=0.0)
    table = found.indices[found.indices["index"] != "S2"].copy()
    value = [markup.plus_minus(*row) for row in zip(table["value"], table["low"], table["high"], strict=True)]
    shown = table[["outcome", "index", "factor"]].assign(value=value)
    wide = shown.pivot(index=["outcome", "factor"], columns="index", values="value").reset_index()
    html = constant + markup.text("Where an outcome has no value in a run it counts as 0 here.")
    html += markup.figure(drawn.sensitivity(found), "Indices with 95 % intervals over the sample of points; grey: chance in the means.")
    html += markup.table(wide, "Indices (95 % interval).", ["outcome", "factor"])
    columns = ["outcome", "factors", "common", "rest", "noise", "replicates"]
    said = (
        "Shares of a run's variance: of the factors, of luck that scenarios of a replicate share, of the rest of luck; "
        "noise is luck left in scenarios' means."
    )
    return html + markup.table(found.chance[columns], said, ["outcome"])


def survival(results: Results, on: Sequence[str]) -> str:
    """Return how long coalitions last, and when they first succeed with dissolution as competing risk."""
    if not launched(results.coalitions).any():
        return markup.text("No coalition was launched.")
    names = [
        name
        for name in results.sweep.factors
        if results.sweep.design not in SAMPLED and 2 <= len(analysis.inputs.levels(results.design, name).values) <= 6
    ]
    html = ""
    for of in names[:4] or (None,):
        by = f", by {of.replace('_', ' ')}" if of else ""
        lasting, first = (analysis.survival(results, of=of, event=event) for event in ("end", "success"))
        html += markup.figure(
            drawn.survival(lasting, f"How long coalitions last{by}"),
            f"Share of coalitions still running{by} (Kaplan-Meier), 95 % intervals.",
        )
        html += markup.figure(
            drawn.survival(first, f"Time to the first success{by}"),
            f"Share of coalitions that succeeded, and that dissolved before{by} (Aalen-Johansen), 95 % intervals.",
        )
        rows = []
        told = labeller(lasting.summary[analysis.inputs.beside(of)]) if of else str
        for found in (lasting, first):
            for row in found.summary.to_dict("records"):
                at = markup.plus_minus(row["at_horizon"], row["at_horizon_low"], row["at_horizon_high"])
                about = {name: row[name] for name in ("curve", "coalitions", "events", "censored")}
                level = {of: told(row[analysis.inputs.beside(of)])} if of else {}
                rows.append(
                    {**level, **about, "median (months)": row["median"], "share (95 % interval)": at, "after months": row["horizon"]}
                )
        html += markup.table(
            _frame(rows), f"Coalitions{by}; those still running in the last month are censored.", ["curve", *([of] if of else [])]
        )
    return html


def replicates(results: Results, on: Sequence[str]) -> str:
    """Return how many replicates would be enough, from the variances of this sweep."""
    if results.sweep.replicates < FEW:
        return markup.text(f"With fewer than {FEW} replicates variances are too uncertain to say.")
    units = {column.name: column.unit for column in results.columns["outcomes"]}
    tables = []
    for name in on:
        mean = abs(float(results.outcomes[name].mean()))
        half = SHARE if units[name] == "share" else PART * mean
        if half > 0:
            tables.append(
                analysis.replicates_needed(results, name, half)[["outcome", "quantity", "half_width", "sd", "n", "needed", "at_most"]]
            )
    if not tables:
        return ""
    import pandas as pd

    said = (
        f"Replicates that bring the 95 % interval of a mean to ± {SHARE:g} (shares) or {PART:.0%} of the mean; "
        "at most allows for lucky variances. Nothing where no run differed, as the next might."
    )
    return markup.table(pd.concat(tables), said, ["outcome", "quantity"])


def _curves(results: Results, on: Sequence[str]) -> str:
    names = list(results.sweep.factors)[:MOST_FACTORS]
    if not names or len(results.sweep.scenarios()) < 2:
        return ""
    title = results.sweep.design if results.manifest is None else results.manifest.name
    html = markup.figure(
        figures.main_effects(results, title, list(on), names), "Means of outcomes over each factor, the others averaged; 95 % intervals."
    )
    if len(names) > 1:
        for outcome in on:  # one a row: side by side they are too small to be read
            drawn_ = figures.heat_map(results, names[0], names[1], title, [outcome])
            html += markup.figure(drawn_, f"Means of {outcome.replace('_', ' ')} over {names[0]} and {names[1]}.")
    return html


def _effect_rows(found: pd.DataFrame, told: Callable[[Any], str]) -> pd.DataFrame:
    rows = []
    for row in found.to_dict("records"):
        saved = "" if row["saved"] != row["saved"] else f"{row['saved']:.0%}"
        effect = markup.plus_minus(row["effect"], row["low"], row["high"])
        about = {"outcome": row["outcome"], "to": told(row["value"]), "effect (95 % interval)": effect}
        rows.append({**about, "replicates": row["n"], "pairs without a value": row["dropped"], "variance saved": saved})
    return _frame(rows)


def _correlations(results: Results, on: Sequence[str]) -> str:
    """Return Spearman's rank correlations of scenarios' means with factors, and Fisher's intervals."""
    from scipy.stats import rankdata

    values = analysis.inputs.array(results, list(on))
    rows, left = [], []
    for name in results.sweep.factors:
        column = analysis.inputs.levels(results.design, name)
        if not all(isinstance(value, (int, float)) for value in column.values):
            left.append(f"The levels of {name} have no order, so no rank; see its figure above.")
            continue
        for place, outcome in enumerate(on):
            means = analysis.inputs.mean_of_known(values[:, :, place], axis=1)
            known = ~np.isnan(means)
            n = int(known.sum())
            if n < 10 or np.ptp(means[known]) == 0:
                continue
            r = float(np.corrcoef(rankdata(column.codes[known]), rankdata(means[known]))[0, 1])
            half = 1.96 * np.sqrt(1.06 / (n - 3))
            low, high = np.tanh(np.arctanh(np.clip(r, -0.999999, 0.999999)) + np.array([-half, half]))
            rows.append(
                {"factor": name, "outcome": outcome, "rank correlation": markup.plus_minus(r, float(low), float(high)), "scenarios": n}
            )
    if not rows:
        return markup.text(*left)
    said = (
        "Spearman's rank correlation of scenarios' means with the factor, and its interval (Fisher's, with the variance of "
        "Fieller, Hartley & Pearson 1957): of rising or falling relations only."
    )
    return markup.table(_frame(rows), said, ["factor", "outcome"]) + markup.text(*left)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
