"""Table 1 of the paper as small multiples, published and ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from witesman_heiss_model import INSTITUTIONS, MOTIVES, Result
from witesman_heiss_statistics import NAMES, Column

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TITLES = {"baseline": "no interaction", "market": "market", "costless": "costless collaboration", "cost": "collaboration with cost"}


def small_multiples(published: Mapping[Column, pd.DataFrame], coded: Mapping[Column, Result], described: Mapping[Column, Result]) -> Figure:
    """Draw the mean share of each objective that is fulfilled: one panel per institution and motive, 95 % intervals."""
    import matplotlib.pyplot as plt

    from coalsim.report.plots import COLOURS

    figure, axes = plt.subplots(2, 4, figsize=(13, 6.2), sharex=True, sharey=True, layout="constrained")
    place = np.arange(8)
    count = len(coded["baseline", MOTIVES[0]].shares)
    for row, motive in enumerate(MOTIVES):
        for axis, institution in zip(axes[row], INSTITUTIONS, strict=True):
            column = (institution, motive)
            for results, shift, colour, marker, label in (
                (coded, -0.22, COLOURS[0], "o", "rules as coded"),
                (described, 0.22, COLOURS[1], "s", "rules as described"),
            ):
                x = results[column].shares
                half = 1.96 * x.std(axis=0, ddof=1) / np.sqrt(len(x))
                style = {"color": colour, "marker": marker, "markersize": 4.5, "linestyle": "none", "capsize": 2}
                axis.errorbar(place + shift, x.mean(axis=0), yerr=half, label=f"{label} ({count} replicates)", **style)
            axis.scatter(place, published[column]["mean"], marker="_", s=260, color=COLOURS[6], label="published", zorder=1.5)
            axis.set_title(f"{TITLES[institution]}, {motive}", fontsize=10)
            axis.set_xticks(place, NAMES)
            axis.set_ylim(-0.03, 1.06)
            axis.spines[["top", "right"]].set_visible(False)
            axis.grid(axis="x", color="0.92")
            axis.set_axisbelow(True)
        axes[row, 0].set_ylabel("share fulfilled")
    for axis in axes[1]:
        axis.set_xlabel("objective")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
    figure.supxlabel(
        "resource held by 6 players (a, b) or 2 (c, d);  15 of 80 objectives (a, c) or 5 (b, d);  20 points (1) or 10 (2);  95 % intervals",
        fontsize=9,
    )
    return figure
