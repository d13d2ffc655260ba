"""Figures of the study of investment."""

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

PANELS = (
    ("commitment_months", "impact", "commitment (months)"),
    ("commitment_months", "success_rate", "commitment (months)"),
    ("communication_share", "impact", "share for communication"),
    ("see_through", "impact", "reserves must cover"),
)
"""Panels of the first figure: what the lines are, what is drawn, and the legend's title."""
TIRED = {
    "retention": "retention (share)",
    "too_few": "coalitions lost for want of members (share)",
    "reserve": "mean reserve (share of its cap)",
}
OWN_WAYS = {"focal_communication_share": "its share for communication", "focal_commitment_months": "its commitment (months)"}
INTERVALS = "means over replicates, 95 % intervals"


def lines(axis: Axes, table: pd.DataFrame, over: str, by: str | None = None, log: bool = True) -> None:
    """Draw means with intervals over a factor, a line for each level of another."""
    groups = [("", table)] if by is None else list(table.groupby(by, sort=False))
    width = float(table[over].max() - table[over].min())
    for place, (level, of) in enumerate(groups):
        shift = place - (len(groups) - 1) / 2
        x = of[over] * 1.02**shift if log else of[over] + 0.008 * width * shift
        label = value_label(level) if by else None
        points(axis, of["mean"], of["low"], of["high"], x, COLOURS[place], MARKERS[place % len(MARKERS)], line="-", label=label)
    if log:
        axis.set_xscale("log")
    ticks = list(dict.fromkeys(table[over]))
    axis.set_xticks(ticks, [value_label(tick).removeprefix("0") or "0" for tick in ticks], fontsize=8)
    axis.minorticks_off()


def curves_figure(table: pd.DataFrame) -> Figure:
    """Draw impact and success rate over the contribution rate, by commitment, communication and the reserve test."""
    figure, axes = panels(len(PANELS), 3.8, 4.2)
    for axis, (by, outcome, heading) in zip(axes, PANELS, strict=True):
        shown = table[(table["by"] == by) & (table["outcome"] == outcome) & table["mean"].notna()]
        lines(axis, shown, "contribution_rate", "level")
        axis.set_xlabel("contribution rate (log scale)")
        axis.set_ylabel(f"{outcome.replace('_', ' ')} (share)")
        axis.set_ylim(0, 1.35 * float(shown["mean"].max()))
        axis.legend(title=heading, frameon=False, fontsize=8, title_fontsize=8, ncols=2, loc="upper left")
    about = f"averaged over the other factors of the factorial; right: defaults, with and without the reserve test; {INTERVALS}"
    title(figure, "How much members give, by how long they commit themselves and how they spend it", about)
    return figure


def fields_figure(table: pd.DataFrame, health: pd.DataFrame) -> Figure:
    """Draw impact over the contribution rate by field size and grant budget, and in the health field."""
    sizes = list(dict.fromkeys(table["organizations"]))
    figure, axes = panels(len(sizes) + 1, 3.3, 3.9)
    for axis, size in zip(axes, sizes, strict=False):
        lines(axis, table[table["organizations"] == size], "contribution_rate", "grant_budget")
        axis.set_title(f"{size} organizations, 4 issues", fontsize=10)
        axis.set_ylim(0, 1.05 * float(table["high"].max()))
    lines(axes[-1], health[health["outcome"] == "impact"], "contribution_rate")
    axes[-1].set_title("health: 963 organizations, 64 issues", fontsize=10)
    axes[-1].set_ylim(bottom=0)
    for axis in axes:
        axis.set_xlabel("contribution rate (log scale)")
    axes[0].set_ylabel("impact (share)")
    axes[0].legend(title="grants a funder (FTE-months a month)", frameon=False, fontsize=8, title_fontsize=8)
    title(
        figure,
        "Where the best contribution rate lies, by size of the field and grant money",
        f"{INTERVALS}; scales differ in the last panel",
    )
    return figure


def burn_out_figure(table: pd.DataFrame, channels: pd.DataFrame) -> Figure:
    """Draw what high rates do to members, and what their harm goes through."""
    figure, axes = panels(4, 3.7, 4.0)
    usual = table[table["slack"] == 0.05]
    for axis, (outcome, label) in zip(axes, TIRED.items(), strict=False):
        lines(axis, usual[usual["outcome"] == outcome], "contribution_rate", "burden")
        axis.set_xlabel("contribution rate (log scale)")
        axis.set_ylabel(label, fontsize=9)
        axis.set_ylim(0, 1.02)
    axes[0].legend(title="burden", frameon=False, fontsize=8, title_fontsize=8)
    at = np.arange(len(channels))
    points(axes[-1], channels["value"], channels["low"], channels["high"], at, COLOURS[0], horizontal=True)
    axes[-1].axvline(0, color="0.5", linewidth=1, zorder=0)
    axes[-1].axhline(len(channels) - 1.5, color="0.8", linewidth=1)
    axes[-1].set_yticks(at, list(channels["channel"]))
    axes[-1].invert_yaxis()
    axes[-1].set_xlabel("part in the change of impact")
    title(figure, "Burn-out, and what a rate of .16 instead of .08 acts through", f"slack .05; right: Shapley values; {INTERVALS}")
    return figure


def focal_figure(table: pd.DataFrame, ways: pd.DataFrame) -> Figure:
    """Draw what one initiative asks for and how it fares, and what it does to others."""
    figure, axes = panels(4, 3.7, 4.0)
    labels = {"focal_succeeded": "the initiative succeeds (share of runs)", "others_solved": "problems that others solve"}
    for axis, (outcome, label) in zip(axes, labels.items(), strict=False):
        lines(axis, table[table["outcome"] == outcome], "focal_contribution_rate", "contribution_rate")
        axis.set_xlabel("its contribution rate (log scale)")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[0].legend(title="everybody else's rate", frameon=False, fontsize=8, title_fontsize=8)
    for axis, (name, label) in zip(axes[2:], OWN_WAYS.items(), strict=True):
        lines(axis, ways[(ways["lever"] == name) & (ways["outcome"] == "focal_succeeded")], "level", log=False)
        axis.set_xlabel(label)
        axis.set_ylabel(labels["focal_succeeded"])
        axis.set_ylim(bottom=0)
    title(figure, "What one initiative asks of its members", f"launched in month 24 among others; {INTERVALS}")
    return figure
