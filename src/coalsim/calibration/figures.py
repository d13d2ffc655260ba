"""Figures of a calibration: targets, parameters, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from coalsim.calibration.problem import Problem
from coalsim.calibration.sampling import Sampled
from coalsim.report.plots import COLOURS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_FARTHEST = 4.0


def targets_figure(fit: pd.DataFrame) -> Figure:
    """Draw where draws fall on each target: 0 is the real number, the band what is accepted."""
    height = max(2.5, 0.32 * len(fit) + 1.2)
    figure, axis = plt.subplots(figsize=(9, height), layout="constrained")
    axis.axvspan(-1, 1, color=COLOURS[2], alpha=0.15, linewidth=0, label="accepted")
    axis.axvline(0, color="0.4", linewidth=0.8)
    rows: list[Any] = list(fit.itertuples())
    for y, row in enumerate(rows):
        got, low, high, before = (_off(row, value) for value in (row.got, row.low, row.high, row.before))
        colour = COLOURS[0] if row.fitted else COLOURS[4]
        axis.plot([low, high], [y, y], color=colour, linewidth=2)
        axis.plot([got], [y], "o", color=colour, markersize=5)
        axis.plot([before], [y], "|", color="0.5", markersize=9)
    axis.set_yticks(range(len(fit)), [_plain(row.target) + ("" if row.fitted else " (not fitted)") for row in rows])
    axis.invert_yaxis()
    axis.set_xlim(-_FARTHEST, _FARTHEST)
    axis.set_xlabel("distance from the real number; 1 = end of what is accepted (cut at 4)")
    axis.spines[["top", "right"]].set_visible(False)
    axis.set_title("Targets: median and 90 % of draws; grey tick: median of the prior", fontsize=11)
    return figure


def parameters_figure(problem: Problem, sampled: Sampled, widths: pd.DataFrame) -> Figure:
    """Draw the posterior of each parameter over its prior, which is even on these scales."""
    names = problem.priors.names
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(2.7 * columns, 1.8 * rows + 0.6), layout="constrained", squeeze=False)
    for place, axis in enumerate(axes.flat):
        axis.set_visible(place < len(names))
        if place >= len(names):
            continue
        kind = problem.priors.factors[names[place]]
        axis.hist(sampled.units[:, place], bins=12, range=(0, 1), weights=sampled.weights * 12, color=COLOURS[0], alpha=0.7)
        axis.axhline(1, color="0.4", linewidth=0.8)
        axis.set_xlim(0, 1)
        axis.set_yticks([])
        axis.set_xticks([0, 0.5, 0.999], [_short(kind.at(u)) for u in (0, 0.5, 0.999)], fontsize=7)
        axis.set_title(f"{_plain(names[place])}\n{widths['verdict'][place]}, width {widths['width'][place]:.2f}", fontsize=8)
        axis.spines[["top", "right", "left"]].set_visible(False)
    figure.suptitle("Parameters: posterior (bars) over the prior (line)", fontsize=11)
    return figure


def course_figure(waves: pd.DataFrame, generations: pd.DataFrame, wanted: float) -> Figure:
    """Draw what waves ruled out and how tolerances fell."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    left.semilogy(waves["wave"], waves["share"], "o-", color=COLOURS[0])
    left.set_xlabel("wave")
    left.set_title("Share of the prior not ruled out", fontsize=10)
    left.set_xticks(waves["wave"])
    kept = generations[generations["kept"]]
    right.plot(kept["generation"], kept["tolerance"], "o-", color=COLOURS[1])
    right.axhline(wanted, color="0.4", linewidth=0.8)
    right.set_xlabel("generation")
    right.set_xticks(kept["generation"])
    right.set_title("Tolerance, and that which the targets ask for (line)", fontsize=10)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def fights_figure(fights: pd.DataFrame) -> Figure:
    """Draw by how much the misses of pairs of targets go together in the region left: blue together, orange apart."""
    names = list(dict.fromkeys([*fights["target"], *fights["other"]]))
    place = {name: k for k, name in enumerate(names)}
    square = np.full((len(names), len(names)), np.nan)
    for row in fights.itertuples():
        i, j = place[str(row.target)], place[str(row.other)]
        square[i, j] = square[j, i] = row.correlation
    side = max(3.5, 0.3 * len(names) + 2)
    figure, axis = plt.subplots(figsize=(side + 1, side), layout="constrained")
    shown = axis.imshow(square, cmap="PuOr", vmin=-1, vmax=1)
    labels = [_plain(name) for name in names]
    axis.set_xticks(range(len(names)), labels, rotation=90, fontsize=7)
    axis.set_yticks(range(len(names)), labels, fontsize=7)
    figure.colorbar(shown, ax=axis, shrink=0.7, label="rank correlation of misses")
    axis.set_title("Targets that pull apart are below 0", fontsize=10)
    return figure


def _off(row: Any, value: float) -> float:
    """Return a value's distance from the real number, cut."""
    up, down = row.accepted_high - row.real, row.real - row.accepted_low
    up, down = (up if np.isfinite(up) else down), (down if np.isfinite(down) else up)
    return float(np.clip((value - row.real) / (up if value > row.real else down), -_FARTHEST, _FARTHEST))


def _plain(name: str) -> str:
    return name.replace("$", r"\$")


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
