"""Watts 2002, as a limit of the coalition model: the window of mean degrees, and how often and how far cascades go."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from itertools import repeat
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import watts_cascades as model
from watts_runs import COUNT, PHI, cascades

from coalsim.experiments import Output, Setting, Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEGREES = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 5.5, 6.0, 6.5, 7.0)
GRAPHS, SEEDS = 20, 50
QUICK_DEGREES, QUICK_GRAPHS, QUICK_SEEDS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), 4, 12
PHIS = ("0.30", "0.25", "0.20", "0.18", "0.15", "0.125", "0.10", "0.08", "0.05")


def run(setting: Setting) -> Output:
    """Compute everything; with fewer graphs, seeds and mean degrees if `setting.quick`."""
    quick = setting.quick
    windows, values = analytic()
    degrees, graphs, seeds = (QUICK_DEGREES, QUICK_GRAPHS, QUICK_SEEDS) if quick else (DEGREES, GRAPHS, SEEDS)
    rows, different = [], 0
    for row, others in _each(degrees, graphs, seeds, setting):
        rows.append(row)
        different += others
        z = row["z"]
        values += [Value(f"frequency_z{z:g}", row["frequency"], row["frequency_se"]), Value(f"size_z{z:g}", row["size"], row["size_se"])]
    found = pd.DataFrame(rows)
    values.append(Value("runs_that_differ", different))
    return Output(values, {"windows": windows, "cascades": found}, {"cascades": figure(found)})


def _each(degrees: Sequence[float], graphs: int, seeds: int, setting: Setting) -> list[tuple[dict[str, float], int]]:
    """Return `cascades` for each mean degree; these are independent, so they may be computed by several processes."""
    jobs = degrees, repeat(graphs), repeat(seeds), repeat(setting.seed)
    if setting.workers == 1:
        return list(map(cascades, *jobs))
    with ProcessPoolExecutor(setting.workers, get_context("spawn")) as pool:
        return list(pool.map(cascades, *jobs))


def analytic() -> tuple[pd.DataFrame, list[Value]]:
    """Return the window of mean degrees for several phi."""
    rows, values = [], []
    for phi in PHIS:
        low, high = model.window(Fraction(phi))
        rows.append({"phi": float(phi), "K": model.vulnerable(Fraction(phi)), "low": low, "high": high})
        values += [Value(f"window_low_{phi}", low), Value(f"window_high_{phi}", high)]
    return pd.DataFrame(rows), values


def figure(found: pd.DataFrame) -> Figure:
    """Draw frequency and size of cascades over z, and the analytic window in the plane of phi and z (Watts' figure 1)."""
    import matplotlib.pyplot as plt

    from coalsim.report.plots import COLOURS

    low, high = model.window(PHI)
    drawn, axes = plt.subplots(1, 2, figsize=(11.5, 4.4), layout="constrained")
    axes[0].axvspan(low, high, color=COLOURS[5], alpha=0.25, linewidth=0, label=f"analytic window, {low:.2f} to {high:.2f}")
    reach = np.maximum([found["frequency"] - found["frequency_low"], found["frequency_high"] - found["frequency"]], 0)
    axes[0].errorbar(
        found["z"],
        found["frequency"],
        yerr=reach,
        color=COLOURS[0],
        marker="o",
        markersize=4,
        capsize=2,
        label="how often above 10 % (95 %)",
    )
    fine = np.linspace(0.8, 7.2, 321)
    axes[0].plot(
        fine, [model.giant(z, PHI) for z in fine], color=COLOURS[6], linewidth=1, label="theory: seed at the giant vulnerable cluster"
    )
    some = found[found["size"].notna()]
    axes[0].errorbar(
        some["z"],
        some["size"],
        yerr=1.96 * some["size_se"],
        color=COLOURS[1],
        marker="s",
        markersize=4,
        capsize=2,
        linestyle="--",
        label="mean size of these",
    )
    axes[0].set(
        xlabel="mean degree z",
        ylabel="share",
        ylim=(-0.03, 1.05),
        title=f"Coalition model reduced to contagion, n = {COUNT:,}, phi = {float(PHI)}",
    )
    axes[0].legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(0.12, 0.35))
    for most in range(4, 20):
        bottom, top = model.window(Fraction(1, most))
        axes[1].fill_between([1 / (most + 1), 1 / most], bottom, top, color=COLOURS[5], alpha=0.25, linewidth=0)
        axes[1].plot([1 / (most + 1), 1 / most], [top, top], color=COLOURS[0])
        axes[1].plot([1 / (most + 1), 1 / most], [bottom, bottom], color=COLOURS[0])
    size = 15 + 150 * found["frequency"]
    axes[1].scatter(
        np.full(len(found), float(PHI)), found["z"], s=size, facecolors="none", edgecolors=COLOURS[1], label="runs (area: frequency)"
    )
    axes[1].set(
        xlabel="threshold phi",
        ylabel="mean degree z",
        xlim=(0.05, 0.3),
        ylim=(0, 28),
        title="Where z P(Poisson(z) <= floor(1/phi) - 2) > 1",
    )
    axes[1].legend(frameon=False, fontsize=9)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return drawn
