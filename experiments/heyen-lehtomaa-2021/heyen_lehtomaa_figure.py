"""The scenarios as graphs of transitions, and what each state is worth to each actor."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from heyen_lehtomaa_equilibrium import Equilibrium
from heyen_lehtomaa_game import Game

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLES = {
    "power-unanimity": "power threshold, unanimity\nm = (1, 1, 1)",
    "weak-unanimity/ties leave": "weak governance, unanimity\nm = (1, 1, 1), ties as the authors break them",
    "power-unanimity-damages": "power threshold, unanimity\nm = (.75, 1.25, 1)",
    "power-majority-damages": "power threshold, majority\nm = (.75, 1.25, 1)",
}
NAMES = {"W": "W (warm, ideal 11.5)", "T": "T (temperate, 4)", "C": "C (cold, 1.5)"}
PLACES = {"()": (0.0, 1.3), "(TC)": (-1.3, 0.36), "(WC)": (-0.8, -1.1), "(WT)": (0.8, -1.1), "(WTC)": (1.3, 0.36)}


def graphs_and_values(solved: Mapping[str, tuple[Game, Equilibrium]], reported: Mapping[str, float]) -> Figure:
    """Draw one column per scenario: transitions above, values below (published ones as crosses)."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 4, figsize=(15, 7.6), height_ratios=(1.35, 1), layout="constrained")
    for column, (name, title) in enumerate(TITLES.items()):
        game, found = solved[name]
        _graph(axes[0, column], game, found)
        axes[0, column].set_title(title, fontsize=11)
        _values(axes[1, column], name.split("/")[0], game, found, reported)
    axes[1, 0].set_ylabel("long-run value V,\nless that of the lasting state")
    handles, labels = axes[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle(
        "Where farsighted actors go from each coalition structure (chance a period; filled: never left; G: common action)", fontsize=11
    )
    return figure


def _graph(axis: Any, game: Game, found: Equilibrium) -> None:
    from coalsim.report.plots import COLOURS

    radius = 0.37
    for x, state in enumerate(game.states):
        here = np.array(PLACES[state])
        stays = bool(found.absorbing[x])
        axis.add_patch(_circle(here, radius, COLOURS[4] if stays else "white"))
        axis.text(*here, f"{state}\nG {game.level[x]:.3g}", ha="center", va="center", fontsize=8.5, fontweight="bold" if stays else None)
        if not stays and found.transitions[x, x] > 0:
            outward = here / np.linalg.norm(here)
            axis.text(*(here + outward * 0.52), _fraction(found.transitions[x, x]), ha="center", va="center", fontsize=8.5, color="0.45")
        for y, chance in enumerate(found.transitions[x]):
            if y != x and chance > 0:
                there = np.array(PLACES[game.states[y]])
                along = (there - here) / np.linalg.norm(there - here)
                start, end = here + along * radius, there - along * radius
                style = {
                    "arrowstyle": "-|>",
                    "color": COLOURS[0],
                    "linewidth": 0.8 + 2 * chance,
                    "mutation_scale": 15,
                    "shrinkA": 0,
                    "shrinkB": 0,
                }
                axis.annotate("", end, start, arrowprops=style)
                # Nearer to where it comes from, so that labels of crossing arrows stay apart.
                axis.text(*(start + 0.24 * (end - start)), _fraction(chance), ha="center", va="center", fontsize=9, bbox=_BOX)
    axis.set(xlim=(-1.95, 1.95), ylim=(-1.75, 1.75), aspect="equal")
    axis.axis("off")


def _values(axis: Any, name: str, game: Game, found: Equilibrium, reported: Mapping[str, float]) -> None:
    from coalsim.report.plots import COLOURS

    place, last = np.arange(len(game.states)), int(np.flatnonzero(found.absorbing)[0])
    for i, actor in enumerate(game.actors):
        base = found.values[last, i]
        axis.plot(place, found.values[:, i] - base, color=COLOURS[i], marker="os^"[i], markersize=5, linewidth=1, label=NAMES[actor])
        known = np.array([reported.get(f"{name}/V{state}{actor}", np.nan) for state in game.states]) - base
        label = "published" if i == 2 else None
        axis.plot(place, known, color=COLOURS[6], marker="x", markersize=8, linestyle="none", label=label, zorder=3)
    worth = ", ".join(f"{actor} {found.values[last, i]:.2f}" for i, actor in enumerate(game.actors))
    axis.set_title(f"V of {game.states[last]}: {worth}", fontsize=9)
    axis.axhline(0, color="0.85", linewidth=0.8, zorder=0)
    axis.set_xticks(place, game.states)
    axis.set_xlabel("coalition structure at the start")
    axis.spines[["top", "right"]].set_visible(False)


def _circle(centre: np.ndarray, radius: float, colour: str) -> Any:
    from matplotlib.patches import Circle

    return Circle((float(centre[0]), float(centre[1])), radius, facecolor=colour, edgecolor="black", linewidth=1)


def _fraction(chance: float) -> str:
    return str(Fraction(chance).limit_denominator(12))


_BOX = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
