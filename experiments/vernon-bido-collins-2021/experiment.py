"""Vernon-Bido & Collins 2021: how often agents who merge, divide and move end with a coalition structure in the core."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from glove_games import random_worths, steps_to_the_core
from matplotlib.figure import Figure

from coalsim.experiments import Output, Setting, Value
from coalsim.games.games import Sharing
from coalsim.report.plots import COLOURS
from coalsim.stability import core_partitions, from_table, shares

PLAYERS = range(3, 10)
SHARINGS: tuple[Sharing, ...] = ("equal", "shapley")
GAMES, STEPS = 2000, 10_000
BUDGETS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
TRIAL = {
    "equal": {3: (1.0, 1.0), 4: (1.0, 1.0), 5: (1.0, 1.0), 6: (0.985, 1.0), 7: (0.95, 1.0)},
    "shapley": {5: (0.985, 1.0), 6: (0.905, 1.0), 7: (0.767, 1.0)},
}
"""An independent trial of unknown size: hit rates after 100 and after 1,000 steps."""


def run(setting: Setting) -> Output:
    """Run the heuristic on random glove games of 3 to 9 agents, with both rules of sharing."""
    games, steps = (200, 1000) if setting.quick else (GAMES, STEPS)
    rows, values, empty = [], [], 0
    for sharing in SHARINGS:
        hits: dict[int, list[float]] = {100: [], 1000: []}
        for n in PLAYERS:
            worths = random_worths(games, n, np.random.default_rng([setting.seed, n, 0]))  # the same games for both rules
            reached = steps_to_the_core(worths, sharing, steps, np.random.default_rng([setting.seed, n, 1]))
            late = np.where(reached < 0, np.inf, reached)
            missed = shares(worths[reached < 0], sharing)
            without_core = sum(not core_partitions(from_table(table)) for table in missed)
            empty += without_core
            for budget in BUDGETS:
                if budget <= steps:
                    hit = float((late <= budget).mean())
                    low, high = wilson(hit, games)
                    rows.append({"sharing": sharing, "n": n, "steps": budget, "games": games, "hit_rate": hit, "low": low, "high": high})
                    if budget in hits:
                        hits[budget].append(hit)
                        values.append(Value(f"hit_{sharing}_{n}_{budget}", hit, math.sqrt(hit * (1 - hit) / games)))
            ninety = float(np.sort(late)[math.ceil(0.9 * games) - 1])
            values.append(Value(f"steps_for_90_{sharing}_{n}", ninety if math.isfinite(ninety) else math.nan))
        for budget, by_size in hits.items():
            se = math.sqrt(sum(hit * (1 - hit) / games for hit in by_size)) / len(by_size)
            values.append(Value(f"hit_{sharing}_{budget}", float(np.mean(by_size)), se))
    values.append(Value("games_with_empty_core", float(empty)))
    table = pd.DataFrame(rows)
    return Output(values, {"hit_rates": table}, {"hit_rates": curve(table)})


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the Wilson score interval (95 %) of a share."""
    z = 1.959963984540054
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return middle - half, middle + half


def curve(table: pd.DataFrame) -> Figure:
    """Draw the hit rate over the budget of steps, by number of agents and rule of sharing."""
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4.6), sharey=True, layout="constrained")
    for axis, sharing, title in zip(axes, SHARINGS, ("equal shares", "Shapley value"), strict=True):
        for place, n in enumerate(PLAYERS):
            rows = table[(table["sharing"] == sharing) & (table["n"] == n)]
            colour = COLOURS[place]
            axis.fill_between(rows["steps"], rows["low"], rows["high"], color=colour, alpha=0.2, linewidth=0)
            axis.plot(rows["steps"], rows["hit_rate"], color=colour, marker="os^DvPX"[place], markersize=5, label=f"{n}")
            for budget, hit in zip((100, 1000), TRIAL[sharing].get(n, ()), strict=False):
                axis.plot(budget, hit, color=colour, marker="o", markersize=10, fillstyle="none", linestyle="")
        axis.axhline(0.9, color="grey", linestyle="--", linewidth=1)
        axis.text(11_000, 0.89, "reported: > 90 %", color="dimgrey", fontsize=9, va="top", ha="right")
        axis.set(xscale="log", xlabel="budget (steps of six tests, logarithmic)", title=title, ylim=(0, 1.03))
        ticks = [budget for budget in BUDGETS if str(budget).startswith("1")]
        axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("share of games in the core")
    axes[0].legend(title="agents", frameon=False, loc="lower right")
    rings = axes[1].plot([], [], color="black", marker="o", markersize=10, fillstyle="none", linestyle="")
    axes[1].legend(rings, ["an independent trial (size unknown)"], frameon=False, loc="lower right")
    games = int(table["games"].iloc[0])
    figure.suptitle(f"Glove games: core reached within a budget ({games:,} games each, 95 % intervals)", fontsize=11)
    return figure
