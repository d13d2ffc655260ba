"""Figures of runs, and what all figures share (matplotlib, colour-blind safe)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coalsim.report import drawing
from coalsim.simulation import Runs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    figure, axes = drawing.subplots(2, 3, figsize=(11, 6), sharex=True)
    for axis, (name, label) in zip(axes.flat, PANELS.items(), strict=True):
        months = runs.monthly.groupby("month")[name]
        mean, low, high = months.mean(), months.quantile(0.1), months.quantile(0.9)
        axis.fill_between(mean.index, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
        axis.plot(mean.index, mean, color=COLOURS[0])
        if len(mean) == 1:  # a line, and a band, need two months
            axis.vlines(mean.index, low, high, color=COLOURS[0], alpha=0.2, linewidth=6)
            axis.plot(mean.index, mean, "o", color=COLOURS[0])
            axis.set_xticks(mean.index)
        axis.set_title(label, fontsize=10)
        axis.set_ylim(bottom=0, top=1 if _is_share(name) else None)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel("month")
    count = len(runs.outcomes)
    band = "mean and middle 80 % of" if count > 1 else "one run of"
    figure.suptitle(f"{title}: {band} {count} runs" if count > 1 else f"{title}: one run", fontsize=12)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG and close it."""
    drawing.save(figure, path)
    return path


def _is_share(name: str) -> bool:
    return name in ("trust", "progress", "reserve", "need")
