"""Figures of the stability suite."""

from __future__ import annotations

import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from coalsim.report.plots import COLOURS


def roommates_figure(table: pd.DataFrame) -> Figure:
    """Draw the probability of a stable matching over n, with 95 % intervals, and the conjecture."""
    figure, axis = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
    n = np.geomspace(22, 800, 50)
    axis.plot(
        n, math.e * math.sqrt(2 / math.pi) * n**-0.25, color=COLOURS[6], linestyle="--", label="conjecture for large n (Mertens 2015)"
    )
    for place, (method, label) in enumerate((("all matchings", "every matching tried"), ("Irving", "Irving's algorithm"))):
        rows = table[table["method"] == method]
        errors = [rows["p"] - rows["low"], rows["high"] - rows["p"]]
        axis.errorbar(
            rows["n"], rows["p"], yerr=errors, color=COLOURS[place], marker="os"[place], markersize=5, linestyle="", capsize=3, label=label
        )
    exact = table[table["method"] == "all instances"]
    axis.plot(
        exact["n"], exact["p"], color=COLOURS[2], marker="D", markersize=9, fillstyle="none", linestyle="", label="exact, n = 4 (26/27)"
    )
    axis.set(xscale="log", yscale="log", xlabel="agents n", ylabel="probability of a stable matching")
    ticks = [4, 6, 8, 10, 20, 50, 100, 200, 400]
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.set_yticks([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0], ["0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"])
    axis.minorticks_off()
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, loc="lower left")
    axis.set_title("Stable roommates, random preferences (95 % intervals)", fontsize=11)
    return figure


def core_figure(table: pd.DataFrame) -> Figure:
    """Draw the distribution of the number of core partitions by number of players, with 95 % intervals."""
    figure, axis = plt.subplots(figsize=(6.8, 4.4), layout="constrained")
    sizes = sorted(table["n"].unique())
    for place, n in enumerate(sizes):
        rows = table[(table["n"] == n) & (table["core_partitions"] <= 6)]
        x = rows["core_partitions"] + 0.12 * (place - (len(sizes) - 1) / 2)
        style: dict[str, Any] = {"color": COLOURS[place], "marker": "os^Dv"[place], "markersize": 6, "linestyle": ""}
        if n == 3:
            axis.plot(x, rows["share"], label="n = 3 (all games)", **style)
            continue
        errors = np.stack([rows["share"] - rows["low"], rows["high"] - rows["share"]]).clip(0)
        axis.errorbar(x, rows["share"], yerr=errors, capsize=3, label=f"n = {n}", **style)
    axis.set(xlabel="partitions in the core", ylabel="share of games (logarithmic)", yscale="log", ylim=(1e-5, 1.5))
    axis.set_yticks([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1], ["0.00001", "0.0001", "0.001", "0.01", "0.1", "1"])
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False)
    axis.set_title("Random hedonic games: size of the core (95 % intervals)", fontsize=11)
    return figure
