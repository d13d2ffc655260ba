"""Figures of the study of seed money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coalsim.report.figures.axes import MARKERS, panels, points, title
from coalsim.report.plots import COLOURS
from coalsim.tables.labels import value_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def sizes_figure(sizes: pd.DataFrame, prices: pd.DataFrame) -> Figure:
    """Draw forming, success and price of an additional success over the size of the seed grant."""
    figure, axes = panels(4, 3.7, 4.0)
    labels = {
        "focal_formed": "the seeded launch forms (share of runs)",
        "focal_succeeded": "it succeeds (share of runs)",
        "others_solved": "problems that others solve",
    }
    for axis, (outcome, label) in zip(axes, labels.items(), strict=False):
        for place, (month, of) in enumerate(
            sizes[(sizes["outcome"] == outcome) & (sizes["others"] == "among others")].groupby("seed_month")
        ):
            _line(axis, of, place, _after(month))
        if outcome != "others_solved":
            _line(axis, sizes[(sizes["outcome"] == outcome) & (sizes["others"] == "alone")], 4, "from the launch, alone")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    shown = prices[(prices["field"] == "synthetic")]
    for place, (_, of) in enumerate(shown.groupby(["others", "seed_month"], sort=False)):
        of = of.rename(columns={"per_100": "mean"})
        _line(axes[3], of, place, None)
    axes[3].axhline(0, color="0.5", linewidth=1, zorder=0)
    axes[3].set_ylabel("more successes for 100 FTE-months paid")
    for axis in axes:
        axis.set_xlabel("seed grant (FTE-months a month)")
    axes[2].legend(*axes[0].get_legend_handles_labels(), title="paid", frameon=False, fontsize=8, title_fontsize=8, loc="lower left")
    title(figure, "How much seed money, and when", "for 36 months; launch in month 24; 95 % intervals (right: bootstrap of replicates)")
    return figure


def uses_figure(uses: pd.DataFrame, conveners: pd.DataFrame, budgets: pd.DataFrame, spread: pd.DataFrame) -> Figure:
    """Draw gains: from other uses of the money, by convener, by what funders can give, by how the seed is spread."""
    figure, axes = panels(4, 4.1, 4.0)
    for axis, (table, by, outcome, heading) in zip(
        axes,
        (
            (uses, "value", "impact", "gain in impact of the field (share)"),
            (conveners, "focal_convener", "focal_succeeded", "gain in focal success, by convener"),
            (budgets, "grant_budget", "focal_succeeded", "gain in focal success, by grant budget"),
            (spread, "value", "focal_succeeded", "gain in focal success, by total and months"),
        ),
        strict=True,
    ):
        of = table[table["outcome"] == outcome]
        at = np.arange(len(of))
        points(axis, of["effect"], of["low"], of["high"], at, COLOURS[0], horizontal=True)
        axis.axvline(0, color="0.5", linewidth=1, zorder=0)
        axis.set_yticks(at, [value_label(level).replace("_", " ").replace(", ", ",\n") for level in of[by]])
        axis.set_ylim(len(of) - 0.5, -0.5)
        axis.set_xlabel(heading)
    title(figure, "The same money used otherwise", "36 FTE-months promised unless said; paired differences from no seed, 95 % intervals")
    return figure


def _line(axis: Axes, of: pd.DataFrame, place: int, label: str | None) -> None:
    x = of["focal_seed_grant"].astype(float) + 0.03 * (place - 2)
    points(axis, of["mean"], of["low"], of["high"], x, COLOURS[place], MARKERS[place % len(MARKERS)], line="-", label=label)


def _after(month: object) -> str:
    return "from the launch" if month == 0 else f"{month} months later"
