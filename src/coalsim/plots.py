"""Figures of runs and sweeps (matplotlib, colour-blind safe)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from coalsim.columns import MONTHLY, OUTCOMES
from coalsim.simulation import Runs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalsim.sweep import Results

# Okabe & Ito 2008, distinguishable with every kind of colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

PANELS = {
    "coalitions": "Running coalitions",
    "members": "Organizations in coalitions",
    "trust": "Mean trust",
    "progress": "Mean progress",
    "reserve": "Mean reserve (share of cap)",
    "need": "Mean need",
}


def trajectories(runs: Runs, title: str) -> Figure:
    """Draw the months of a scenario: mean over runs, and the band that holds the middle 80 % of them.

    Raises
    ------
    ValueError
        The runs were simulated without monthly trajectories.
    """
    if runs.monthly is None:
        raise ValueError("the runs have no monthly trajectories; simulate with monthly=True")
    figure, axes = plt.subplots(2, 3, figsize=(11, 6), sharex=True, layout="constrained")
    for axis, (name, label) in zip(axes.flat, PANELS.items(), strict=True):
        months = runs.monthly.groupby("month")[name]
        mean, low, high = months.mean(), months.quantile(0.1), months.quantile(0.9)
        axis.fill_between(mean.index, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
        axis.plot(mean.index, mean, color=COLOURS[0])
        axis.set_title(label, fontsize=10)
        axis.set_ylim(bottom=0, top=1 if _is_share(name) else None)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel("month")
    count = len(runs.outcomes)
    band = "mean and middle 80 % of" if count > 1 else "one run of"
    figure.suptitle(f"{title}: {band} {count} runs" if count > 1 else f"{title}: one run", fontsize=12)
    return figure


def sweep_figure(results: Results, title: str, outcomes: tuple[str, ...] = ("success_rate", "impact")) -> Figure:
    """Draw outcomes against the first factor, a line for each value of the second, with 95 % intervals.

    Further factors are averaged over.
    """
    factors = list(results.sweep.factors)[:2]
    summary = _by_factors(results, factors, outcomes)
    labels = results.factor_labels()
    figure, axes = plt.subplots(1, len(outcomes), figsize=(5.5 * len(outcomes), 4.4), squeeze=False, layout="constrained")
    lines = list(dict.fromkeys(results.design[factors[1]])) if len(factors) > 1 else [None]
    for axis, outcome in zip(axes.flat, outcomes, strict=True):
        for place, value in enumerate(lines):
            rows = summary if value is None else summary[summary[factors[1]] == value]
            x, offset = _positions(rows[factors[0]], place - (len(lines) - 1) / 2)
            axis.errorbar(
                x + offset,
                rows[outcome],
                yerr=rows[f"{outcome}_ci"],
                color=COLOURS[place % len(COLOURS)],
                marker="os^Dv"[place % 5],
                markersize=5,
                capsize=3,
                label=None if value is None else str(value),
            )
            if rows[factors[0]].dtype == object:
                axis.set_xticks(x, rows[factors[0]])
        axis.set_xlabel(labels[factors[0]])
        axis.set_ylabel(_outcome_label(outcome))
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    if len(factors) > 1:
        axes.flat[-1].legend(title=labels[factors[1]], frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(f"{title}\nmean of {results.sweep.replicates} replicates, 95 % intervals", fontsize=11)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG and close it."""
    figure.savefig(path, format="png", dpi=150, metadata={"Software": None})
    plt.close(figure)
    return path


def _by_factors(results: Results, factors: list[str], outcomes: tuple[str, ...]) -> Any:
    import pandas as pd

    from coalsim.summary import mean_and_interval

    runs = results.outcomes.merge(results.design, on="scenario_id")
    rows = []
    for values, group in runs.groupby(factors, sort=True):
        row = dict(zip(factors, values if isinstance(values, tuple) else (values,), strict=True))
        for name in outcomes:
            row[name], row[f"{name}_ci"] = mean_and_interval(group[name].to_numpy(dtype=float))
        rows.append(row)
    return pd.DataFrame(rows)


def _positions(values: Any, step: float) -> tuple[Any, float]:
    """Return positions on the axis, and how far to move a line aside so that intervals stay readable."""
    if values.dtype == object:
        return np.arange(len(values)), 0.04 * step
    numbers = values.to_numpy(dtype=float)
    return numbers, 0.012 * step * float(numbers.max() - numbers.min() or 1)


def _is_share(name: str) -> bool:
    return name in ("trust", "progress", "reserve", "need")


def _outcome_label(name: str) -> str:
    units = {column.name: column.unit for column in (*OUTCOMES, *MONTHLY)}
    return name.replace("_", " ") if units[name] in ("1", "-", "share") else f"{name.replace('_', ' ')} ({units[name]})"
