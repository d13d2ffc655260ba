"""Figures of sensitivity indices and of regions of success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coalsim.report.figures.axes import ROW, intervals, panels, points, title
from coalsim.report.plots import COLOURS
from coalsim.tables.labels import outcome_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from coalsim.analysis.regions import Regions
    from coalsim.analysis.sensitivity import Sensitivity


def sensitivity(found: Sensitivity, heading: str = "") -> Figure:
    """Draw Sobol indices (first and total order) or Morris' elementary effects, one panel per outcome.

    Sobol: the band from 0 is the part of variance that is chance not averaged out; total indices that end in it say little.

    Parameters
    ----------
    found
        What `coalsim.analysis.sensitivity` gives.
    heading
        Above the figure.
    """
    table = found.indices
    outcomes = list(dict.fromkeys(table["outcome"]))
    morris = "mu_star" in set(table["index"])
    totals = table[table["index"] == ("mu_star" if morris else "ST")].groupby("factor")["value"].mean()
    rows = sorted(dict.fromkeys(table["factor"]), key=lambda name: -float(totals[name]))
    figure, axes = panels(len(outcomes), 4.6, 1.9 + 1.2 * ROW * len(rows), sharey=True, left=2.2)
    noise = found.chance.set_index("outcome")["noise"]
    for axis, outcome in zip(axes, outcomes, strict=True):
        if not morris and not np.isnan(noise[outcome]):
            axis.axvspan(0, float(noise[outcome]), color="0.9", label="chance in scenario means", zorder=0)
        for shift, (index, name) in zip(
            (-0.2, 0.0, 0.2) if morris else (-0.14, 0.14), (_MORRIS if morris else _SOBOL).items(), strict=True
        ):
            _series(axis, table[(table["outcome"] == outcome) & (table["index"] == index)], rows, shift, index, name)
        axis.axvline(0, color="0.5", linewidth=1)
        axis.set_xlabel(f"effect on {outcome_label(outcome)}" if morris else "share of the variance of scenario means")
        axis.set_title(outcome.replace("_", " "), fontsize=10)
        axis.locator_params(axis="x", nbins=6)
    axes[0].set_yticks(range(len(rows)), [name.replace("_", " ") for name in rows])
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    axes[-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    about = f"of moving a factor over its whole range, {intervals(table)}" if morris else intervals(table)
    title(figure, heading or ("Elementary effects (Morris)" if morris else "Sobol indices"), about)
    return figure


_SOBOL = {"S1": "by itself (S1)", "ST": "in all (ST)"}
_MORRIS = {"mu_star": "mean size (mu*)", "mu": "mean (mu)", "sigma": "standard deviation (sigma)"}
_STYLES = {"S1": ("o", 0), "ST": ("s", 1), "mu_star": ("o", 0), "mu": ("^", 1), "sigma": ("D", 2)}


def _series(axis: Axes, table: pd.DataFrame, rows: list[str], shift: float, index: str, name: str) -> None:
    values = table.set_index("factor").loc[rows]
    marker, colour = _STYLES[index]
    at = np.arange(len(rows)) + shift
    points(
        axis,
        values["value"],
        values["low"],
        values["high"],
        at,
        COLOURS[colour],
        marker,
        horizontal=True,
        label=name,
    )


def interactions(found: Sensitivity, outcome: str, heading: str = "") -> Figure:
    """Draw second-order Sobol indices of an outcome as a table of pairs; in bold those whose interval excludes 0.

    Parameters
    ----------
    found
        What `coalsim.analysis.sensitivity` gives of a design with second order.
    outcome
        One of its outcomes.
    heading
        Above the figure.
    """
    table = found.indices[(found.indices["outcome"] == outcome) & (found.indices["index"] == "S2")]
    names = list(dict.fromkeys([*table["factor"], *table["other"]]))
    size = 1.6 + 0.95 * len(names)
    figure, (axis,) = panels(1, size + 1.6, size)
    shares = np.full((len(names), len(names)), np.nan)
    largest = max(float(table["value"].abs().max()), 1e-12)
    for _, row in table.iterrows():
        i, j = names.index(row["factor"]), names.index(row["other"])
        shares[j, i] = row["value"]
        sure = row["low"] > 0 or row["high"] < 0
        colour = "white" if abs(row["value"]) > 0.6 * largest else "black"
        text = f"{row['value']:.2f}\n± {row['high'] - row['value']:.2f}"
        axis.text(i, j, text, ha="center", va="center", fontsize=8, color=colour, fontweight="bold" if sure else "normal")
    image = axis.imshow(shares, cmap="PuOr", vmin=-largest, vmax=largest)
    labels = [name.replace("_", " ") for name in names]
    axis.set_xticks(range(len(names) - 1), labels[:-1], rotation=40, ha="right", rotation_mode="anchor")
    axis.set_yticks(range(1, len(names)), labels[1:])
    axis.set_xlim(-0.5, len(names) - 1.5)
    axis.set_ylim(len(names) - 0.5, 0.5)
    figure.colorbar(image, ax=axis, label="share of variance of the pair beyond both alone (S2)")
    title(
        figure,
        heading or f"Interactions: {outcome.replace('_', ' ')}",
        f"± half of {intervals(table)}; bold: 0 excluded",
    )
    return figure


def regions(found: Regions, heading: str = "") -> Figure:
    """Draw regions of success: how dense and how covering each is; for PRIM the peeling trajectory beside it.

    Parameters
    ----------
    found
        What `coalsim.analysis.regions` gives.
    heading
        Above the figure.
    """
    table = found.table
    peeled = len(found.trajectory) > 0
    width = 4.6 if peeled else 6.0
    lines = max(rule.count(" and ") + 1 for rule in table["rule"])
    height = max(0.75, 0.16 * lines) * len(table)
    figure, axes = panels(2 if peeled else 1, width, 2.2 + max(height, 2.2 if peeled else 0.0), left=3.4)
    axis = axes[0]
    at = np.arange(len(table))
    axis.barh(at - 0.2, table["density"], height=0.36, color=COLOURS[0], label="density: share of its runs that succeed")
    axis.barh(at + 0.2, table["coverage"], height=0.36, color=COLOURS[5], label="coverage: share of successes in it")
    ends = np.nan_to_num(np.stack([table["density"] - table["low"], table["high"] - table["density"]]))
    axis.errorbar(table["density"], at - 0.2, xerr=ends, fmt="none", ecolor="black", capsize=3)
    axis.plot(
        table["held_density"],
        at - 0.2,
        "D",
        color=COLOURS[4],
        markeredgecolor="black",
        markersize=6,
        label="density in scenarios kept aside",
    )
    axis.axvline(found.base, color="0.3", linestyle=":", label="all runs")
    axis.set_yticks(at, [rule.replace("_", " ").replace(" and ", "\nand ") for rule in table["rule"]], fontsize=8)
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.set_xlabel("share")
    if peeled:
        path = axes[1]
        path.plot(found.trajectory["coverage"], found.trajectory["density"], marker="o", markersize=4, color=COLOURS[2])
        path.axhline(found.base, color="0.3", linestyle=":")
        path.set_xlim(1.02, 0)
        path.set_ylim(0, 1)
        path.set_xlabel("coverage (falls as the box shrinks)")
        path.set_ylabel("density")
        path.set_title("peeling of the first box", fontsize=10)
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    title(figure, heading or "Regions of success", f"success: {found.success}; {intervals(table)} of density")
    return figure
