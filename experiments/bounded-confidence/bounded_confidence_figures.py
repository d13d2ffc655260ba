"""Figures of bounded confidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from coalsim.report.plots import COLOURS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def clusters(hk: pd.DataFrame, dw: pd.DataFrame, hk_count: int, dw_count: int) -> Figure:
    """Draw numbers of clusters over the confidence of both models."""
    drawn, axes = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for axis, rows, at, name in ((axes[0], hk, "eps", "clusters"), (axes[1], dw, "d", "major")):
        least, most = rows[f"{name}_min"], rows[f"{name}_max"]
        axis.fill_between(rows[at], least, most, color=COLOURS[0], alpha=0.2, linewidth=0, label="least to most of all runs")
        style = {"color": COLOURS[0], "marker": "o", "markersize": 3.5, "capsize": 2}
        axis.errorbar(rows[at], rows[name], yerr=1.96 * rows[f"{name}_se"], **style, label="mean, with 95 % interval")
        axis.set_yscale("log", base=2)
        axis.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes[1].step(*_rule(dw["d"].min(), dw["d"].max()), where="post", color=COLOURS[1], label="rule floor(1/(2d))")
    axes[0].set(title=f"Hegselmann & Krause (coalition model), n = {hk_count:,}", ylabel="clusters in the end", xlabel="confidence eps")
    axes[1].set(
        title=f"Deffuant et al. (pairs), n = {dw_count:,}", ylabel="major clusters (at least 5 %) in the end", xlabel="confidence d"
    )
    return _finished(drawn, axes)


def consensus(hk: Any, dw: Any, hk_count: int, dw_count: int) -> Figure:
    """Draw shares of runs that end in one cluster over the confidence of both models (`experiment.HalfPoint`)."""
    drawn, axes = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for axis, half, what in ((axes[0], hk, "consensus"), (axes[1], dw, "one major cluster")):
        rows = half.table()
        rows = rows[(rows[half.name] > half.point - 0.05) & (rows[half.name] < half.point + 0.05)]
        reach = np.maximum([rows["share"] - rows["low"], rows["high"] - rows["share"]], 0)
        style = {"color": COLOURS[0], "marker": "o", "markersize": 3.5, "capsize": 2}
        axis.errorbar(rows[half.name], rows["share"], yerr=reach, **style, label="95 % interval (Wilson)")
        axis.axhline(0.5, color=COLOURS[6], linewidth=0.8, linestyle=":")
        axis.axvline(
            half.point, color=COLOURS[1], linestyle="--", label=f"half at {half.name} = {half.point:.4f} ± {half.error:.4f} (s.e.)"
        )
        axis.set(ylabel=f"share of runs in {what}", ylim=(-0.03, 1.03), xlabel=f"confidence {half.name}")
    axes[0].set_title(f"Hegselmann & Krause (coalition model), n = {hk_count:,}")
    axes[1].set_title(f"Deffuant et al. (pairs), n = {dw_count:,}")
    return _finished(drawn, axes)


def paths(of: Mapping[float, np.ndarray]) -> Figure:
    """Draw the opinions of one start over time for some eps (as the figures of Hegselmann & Krause)."""
    drawn, axes = plt.subplots(1, len(of), figsize=(4 * len(of), 4), sharey=True, layout="constrained")
    for axis, (eps, x) in zip(axes, of.items(), strict=True):
        axis.plot(x[:, np.argsort(x[0])], linewidth=0.4, color=COLOURS[0], alpha=0.6)
        axis.set(title=f"eps = {eps:g}", xlabel="month")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("opinion (place of the mission)")
    drawn.suptitle(f"Hegselmann & Krause in the coalition model: {x.shape[1]} opinions, one start", fontsize=11)
    return drawn


def _rule(least: float, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps of floor(1/(2d)): at d = 1/(2k) it falls from k to k - 1 just above."""
    steps = np.array(sorted(1 / (2 * k) for k in range(1, 100) if least < 1 / (2 * k) < most))
    at = np.concatenate([[least], steps, [most]])
    after = np.floor(1 / (2 * at * (1 + 1e-9)))
    return at, np.append(after[:-1], after[-2])


def _finished(drawn: Figure, axes: np.ndarray[Any, np.dtype[Any]]) -> Figure:
    axis: Axes
    for axis in axes.flat:
        axis.legend(frameon=False, fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
    return drawn
