"""Figures of effects and of their signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coalsim.report.figures.axes import ROW, effect_labels, intervals, panels, points, title
from coalsim.report.plots import COLOURS
from coalsim.tables.labels import outcome_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def effects(table: pd.DataFrame, heading: str = "") -> Figure:
    """Draw effects with their intervals, one panel per outcome, one row per effect; what pairing saved stands beside it.

    Parameters
    ----------
    table
        What `coalsim.analysis.effect` gives, or rows of several put together.
    heading
        Above the figure.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))
    label = effect_labels(table)
    rows = list(dict.fromkeys(label))
    figure, axes = panels(len(outcomes), 4.6, 1.6 + ROW * len(rows), sharey=True, left=2.2)
    for axis, outcome in zip(axes, outcomes, strict=True):
        of = table[table["outcome"] == outcome]
        at = np.array([rows.index(name) for name in label[table["outcome"] == outcome]], dtype=float)
        points(axis, of["effect"], of["low"], of["high"], at, COLOURS[0], horizontal=True)
        axis.axvline(0, color="0.5", linewidth=1, zorder=0)
        axis.set_xlabel(outcome_label(outcome, difference=True))
        for height, saved in zip(at, of["saved"], strict=True):
            if not np.isnan(saved):
                axis.annotate(f"{saved:.0%}", (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=8, color="0.35")
        axis.set_title("variance saved", loc="right", fontsize=8, color="0.35")
    axes[0].set_yticks(range(len(rows)), rows)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    title(figure, heading or "Effects", f"paired differences, {intervals(table)}")
    return figure


def signs(table: pd.DataFrame, heading: str = "") -> Figure:
    """Draw over which share of plausible draws each effect is positive, with Wilson's interval of the more frequent sign.

    Parameters
    ----------
    table
        What `coalsim.analysis.signs` gives.
    heading
        Above the figure.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))
    label = effect_labels(table)
    rows = list(dict.fromkeys(label))
    figure, axes = panels(len(outcomes), 4.6, 1.9 + ROW * len(rows), sharey=True, left=2.2)
    for axis, outcome in zip(axes, outcomes, strict=True):
        of = table[table["outcome"] == outcome]
        at = np.array([rows.index(name) for name in label[table["outcome"] == outcome]])
        start = np.zeros(len(of))
        for column, colour in (("positive", COLOURS[0]), ("zero", "0.85"), ("negative", COLOURS[1])):
            width = (of[column] / of["draws"]).to_numpy(dtype=float)
            axis.barh(at, width, left=start, color=colour, height=0.62, label=column)
            start = start + width
        # the interval of the negative share is drawn from the right, where that share ends
        share, low, high = (of[name].to_numpy(dtype=float) for name in ("share", "share_low", "share_high"))
        falling = (of["sign"] < 0).to_numpy()
        share, low, high = np.where(falling, 1 - share, share), np.where(falling, 1 - high, low), np.where(falling, 1 - low, high)
        axis.errorbar(share, at, xerr=[share - low, high - share], fmt="none", ecolor="black", capsize=3, linewidth=1.2)
        axis.axvline(0.5, color="0.3", linewidth=0.8, linestyle=":")
        axis.set_xlim(0, 1)
        axis.set_xlabel("share of draws")
        axis.set_title(outcome.replace("_", " "), fontsize=10)
    axes[0].set_yticks(range(len(rows)), rows)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    axes[-1].legend(title="effect is", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    title(figure, heading or "Signs of effects", f"over plausible parameters, {intervals(table)} of the more frequent sign")
    return figure
