"""Figures: survival and hazard by age, hazard by size, contact networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from face_check_hazards import AGES, REPORTED, Seen, real_ages, real_survival
from face_check_lives import Lives

from coalsim.report.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLACK = COLOURS[6]
SHOWN = {
    "formed": ("model, since forming", COLOURS[0], "o", "-"),
    "launched": ("model, since launch", COLOURS[1], "s", "--"),
    "formed_dissolved": ("model, since forming, achieved ones censored", COLOURS[2], "^", ":"),
}
TITLES = {"synthetic": "synthetic field (60 organizations)", "health": "Vermont health field (963 organizations)"}


def age_figure(views: dict[str, dict[str, Seen]]) -> Figure:
    """Draw hazard and survival by age, real and simulated, one column per field."""
    figure, axes = plt.subplots(2, len(views), figsize=(11, 7), sharey="row", layout="constrained")
    real = real_ages()
    real = real[real["high"] <= AGES[-1][1]]
    curve = real_survival().loc[: AGES[-1][1]]
    for (field, of), (above, below) in zip(views.items(), axes.T, strict=True):
        middle = [(low + high) / 2 for low, high in AGES]
        above.errorbar(middle, real["annual_hazard"], 1.96 * real["se"], color=BLACK, marker="D", markersize=4, capsize=3, label="real")
        below.plot(curve.index, curve, color=BLACK, marker="D", markersize=3, label="real")
        ages = np.arange(1, AGES[-1][1] + 1)
        for place, (view, (label, colour, marker, line)) in enumerate(SHOWN.items()):
            drawn = np.array([of[view].hazard(*age) for age in AGES])
            _with_interval(above, np.array(middle) + 0.07 * (place - 1), drawn, color=colour, marker=marker, linestyle=line, label=label)
            lasting = np.array([of[view].survival(int(age)) for age in ages])
            below.plot(np.append(0, ages), np.append(1, lasting[:, 0]), color=colour, linestyle=line, label=label)
            below.fill_between(ages, lasting[:, 2], lasting[:, 3], color=colour, alpha=0.2, linewidth=0)
        above.set_title(TITLES[field], fontsize=10)
        below.set_xlabel("age (years)")
        for axis in (above, below):
            axis.set_xlim(0, 20)
            axis.set_xticks([0, 2, 4, 7, 10, 15, 20])
            axis.spines[["top", "right"]].set_visible(False)
        _logarithmic(above)
        below.set_ylim(0, 1.02)
    axes[0, 0].set_ylabel("hazard (ends a coalition-year)")
    axes[1, 0].set_ylabel("share still there")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    figure.suptitle(
        "How long coalitions last: coalition-named US charities, and the model, not fitted to them (95 % intervals)", fontsize=11
    )
    return figure


def _logarithmic(axis: Any) -> None:
    """Make an axis of hazards; what lies below it, 0 included, is not drawn."""
    axis.set_yscale("log")
    axis.set_ylim(0.004, 2)
    ticks = [0.01, 0.03, 0.1, 0.3, 1]
    axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()


def _with_interval(axis: Any, x: Any, drawn: Any, **how: Any) -> None:
    value, low, high = drawn[:, 0], drawn[:, 2], drawn[:, 3]
    spread = np.maximum(np.stack([value - low, high - value]), 0)
    axis.errorbar(x, value, spread, markersize=4, capsize=3, **how)


def size_figure(sizes: pd.DataFrame) -> Figure:
    """Draw hazard by class of size, real and simulated, one panel per field."""
    figure, axes = plt.subplots(1, len(TITLES), figsize=(11, 4.4), sharey=True, layout="constrained")
    x = np.arange(len(REPORTED))
    lines = {("resources", "ended"): ("model, any end", COLOURS[0], "o"), ("resources", "dissolved"): ("model, dissolved", COLOURS[1], "s")}
    for axis, (field, title) in zip(axes, TITLES.items(), strict=True):
        for (by, event), (label, colour, marker) in {("revenue", "exit"): ("real", BLACK, "D"), **lines}.items():
            rows = sizes[(sizes["field"] == ("real" if event == "exit" else field)) & (sizes["by"] == by) & (sizes["event"] == event)]
            rows = rows[["class", "hazard", "se", "low", "high"]].astype(float)
            _with_interval(
                axis, rows["class"].to_numpy(), rows[["hazard", "se", "low", "high"]].to_numpy(), color=colour, marker=marker, label=label
            )
        axis.set_xticks(x, REPORTED)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("class of yearly revenue (dollars) or resources")
        _logarithmic(axis)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("hazard (ends a coalition-year)")
    axes[0].legend(frameon=False, fontsize=9)
    figure.suptitle(
        "Do the larger last longer? Not fitted; 95 % intervals\n"
        "The model's classes, of resources in the year before, hold the same shares of coalition-years as the real ones of revenue",
        fontsize=11,
    )
    return figure


LABELS = {
    "density": "density",
    "reciprocity": "reciprocity",
    "transitivity": "transitivity",
    "centralization": "degree centralization",
}


def network_figure(real: pd.DataFrame, fields: dict[str, Lives]) -> Figure:
    """Draw measures of single networks, real and simulated, with the means of the simulated ones."""
    columns: list[tuple[str, str, pd.DataFrame, str]] = [("", "seven real", real, BLACK)]
    for (field, of), colour in zip(fields.items(), COLOURS, strict=False):
        for month in sorted(set(of.networks["month"])):
            columns.append((field, f"{(int(month) + 1) // 12}", of.networks[of.networks["month"] == month], colour))
    figure, axes = plt.subplots(len(LABELS) // 2, 2, figsize=(11, 7), sharex=True, layout="constrained")
    for axis, (name, label) in zip(axes.flat, LABELS.items(), strict=True):
        for place, (field, _, table, colour) in enumerate(columns):
            value = table[name].dropna().to_numpy(dtype=float)
            aside = 0.5 * (np.arange(len(value)) * 0.618034 % 1 - 0.5)  # evenly spread, the same every time
            axis.plot(place + aside, value, "." if field else "D", color=colour, markersize=5, alpha=0.3 if field else 0.9)
            if len(value):
                axis.plot([place - 0.35, place + 0.35], [value.mean()] * 2, color=colour, linewidth=2)
        axis.axhspan(real[name].min(), real[name].max(), color=BLACK, alpha=0.07, linewidth=0)
        axis.set_ylabel(label)
        axis.set_ylim(0, 1)
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xticks(range(len(columns)), [tick for _, tick, _, _ in columns])
    for axis in axes[-1]:
        for field, title in TITLES.items():
            own = [place for place, column in enumerate(columns) if column[0] == field]
            if own:
                where = {"transform": axis.get_xaxis_transform(), "ha": "center", "va": "top", "fontsize": 9}
                axis.text(np.mean(own), -0.1, title.split(" (")[0] + ",\nend of year", **where)
    figure.suptitle(
        "Who knows whom in coalitions of 13 to 27 members, and in seven real networks of that size (grey: range; bars: means). Not fitted",
        fontsize=11,
    )
    return figure
