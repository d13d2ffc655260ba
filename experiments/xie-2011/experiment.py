"""Xie et al. 2011: how large a committed minority must be to win a population over, and how long it takes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xie_agents
import xie_best_response
import xie_exact

from coalsim.experiments import Output, Setting, Value
from coalsim.report.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZES = (100, 200, 500)
PERCENT = range(8, 21)
MEETINGS = 100_000
"""Agents are simulated where the mean time is at most so many meetings; each replicate then runs to consensus, none is cut off."""
GRAPHS = ("random", "scale-free")
GRAPH_AGENTS, DEGREE, MOST = 500, 10, 100


def run(setting: Setting) -> Output:
    """Compute the mean field and the finite chains exactly, and simulate the agents beside them."""
    exact = {(n, c): xie_exact.consensus_time(n, n * c // 100) for n in SIZES for c in PERCENT if not setting.quick or _in_quick(n, c)}
    times = _times(exact, 20 if setting.quick else 200, setting)
    graphs = _graphs(8 if setting.quick else 50, setting.seed)
    best = _best_response(40 if setting.quick else 400, setting.seed)
    values = [*_mean_field(), *_growth(exact)]
    values.append(Value("largest_z_of_agents", float(times["z"].abs().max())))
    values += [Value(f"sweeps_{r.agents}_{r.percent}", r.exact) for r in times.itertuples()]
    values += [Value(f"{r.graph}_consensus_{r.percent}".replace("-", "_"), r.consensus, r.consensus_se) for r in graphs.itertuples()]
    tables = {"times": times, "graphs": graphs, "best_response": best, "mean_field": _branch()}
    return Output(values, tables, {"xie-2011": _figure(times)})


def _in_quick(agents: int, percent: int) -> bool:
    return percent in {100: PERCENT, 200: (8, 9, 10, 15, 20), 500: (8, 9, 15)}[agents]


def _mean_field() -> list[Value]:
    saddle, below = xie_exact.saddle_node(), xie_exact.stationary(0.0978)
    names = ("critical_share", "A_at_critical_share", "B_at_critical_share")
    values = [Value(name, number) for name, number in zip(names, saddle, strict=True)]
    values += [Value("critical_share_in_words", saddle.p), Value("critical_share_from_memory", saddle.p)]
    return [*values, Value("A_at_share_0.0978", below.A), Value("B_at_share_0.0978", below.B)]


def _growth(exact: dict[tuple[int, int], xie_exact.Time]) -> list[Value]:
    """Ratios of times, and how time grows: with exp(alpha N) below the critical share, with ln N above."""
    values = [Value(f"ratio_500_to_100_at_{c}", exact[500, c].mean / exact[100, c].mean) for c in (9, 15)]
    for small, large in pairwise(SIZES):
        for c in (8, 9):
            if (small, c) in exact and (large, c) in exact:
                rate = np.log(exact[large, c].mean / exact[small, c].mean) / (large - small)
                values.append(Value(f"alpha_at_{c}_from_{small}_to_{large}", float(rate)))
        slope = (exact[large, 15].mean - exact[small, 15].mean) / np.log(large / small)
        values.append(Value(f"sweeps_per_ln_agents_at_15_from_{small}_to_{large}", float(slope)))
    return values


def _times(exact: dict[tuple[int, int], xie_exact.Time], replicates: int, setting: Setting) -> pd.DataFrame:
    """Return one row per number of agents and share: exact time, and the mean of simulated agents with its standard error."""
    rows = []
    for (agents, percent), time in exact.items():
        row = {"agents": agents, "percent": percent, "exact": time.mean, "sd": time.sd}
        row |= {"replicates": 0, "simulated": np.nan, "se": np.nan, "z": np.nan}
        if time.mean * agents <= (5_000 if setting.quick else MEETINGS):
            sweeps = xie_agents.consensus_sweeps(agents, agents * percent // 100, replicates, setting.seed)
            se = time.sd / replicates**0.5  # the exact one: no worse, and not skewed by few replicates
            row |= {"replicates": replicates, "simulated": float(sweeps.mean()), "se": se, "z": float((sweeps.mean() - time.mean) / se)}
        rows.append(row)
    return pd.DataFrame(rows)


def _graphs(replicates: int, seed: int) -> pd.DataFrame:
    """Return, for random and scale-free graphs, the share of replicates with consensus in 100 sweeps and the median time."""
    rows = []
    for kind in GRAPHS:
        contacts = xie_agents.random_graphs(kind, GRAPH_AGENTS, DEGREE, replicates, seed)
        for percent in (6, 15):
            sweeps = xie_agents.consensus_sweeps(GRAPH_AGENTS, GRAPH_AGENTS * percent // 100, replicates, seed, contacts, MOST)
            share = float(np.isfinite(sweeps).mean())
            # With all or none the usual error is 0; one more replicate either way is what can be told apart.
            se = max((share * (1 - share) / replicates) ** 0.5, 1 / replicates)
            median = float(np.median(sweeps))
            row = {"graph": kind, "percent": percent, "replicates": replicates, "consensus": share, "consensus_se": se}
            rows.append(row | {"median_sweeps": median if np.isfinite(median) else np.nan})
    return pd.DataFrame(rows)


def _best_response(replicates: int, seed: int) -> pd.DataFrame:
    """Return the share of groups of 24 that a committed minority tips within 100 rounds, by length of memory."""
    rows = []
    for memory in (3, 5, 9, 12, 20):
        for committed in range(2, 10):
            share = xie_best_response.tipped(24, committed, memory, 100, replicates, seed)
            rows.append({"memory": memory, "committed": committed, "share_of_24": committed / 24, "tipped": share})
    return pd.DataFrame(rows).pivot(index="memory", columns="committed", values="tipped").reset_index().rename_axis(columns=None)


def _branch() -> pd.DataFrame:
    """Return the stable stationary state with B > 0 over the committed share."""
    shares = (*np.arange(0.0, 0.0951, 0.005), 0.0978)
    states = [xie_exact.stationary(float(p)) for p in shares]
    return pd.DataFrame([*states, xie_exact.saddle_node()], columns=["p", "A", "B"])


def _figure(times: pd.DataFrame) -> Figure:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    _draw_times(axes[0], times)
    _draw_mean_field(axes[1])
    for axis in axes:
        axis.axvline(100 * xie_exact.saddle_node().p, color=COLOURS[6], linestyle=":", linewidth=1)
        axis.set_xlabel("committed share p (% of all agents)")
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_times(axis: Axes, times: pd.DataFrame) -> None:
    for place, (agents, rows) in enumerate(times.groupby("agents")):
        colour, shown = COLOURS[place], rows.dropna(subset="simulated")
        axis.plot(rows["percent"], rows["exact"], color=colour, linewidth=1.2, label=f"N = {agents}")
        interval = {"yerr": 1.96 * shown["se"], "capsize": 2, "marker": "os^"[place], "markersize": 4, "linestyle": "none"}
        axis.errorbar(shown["percent"], shown["simulated"], color=colour, **interval)
    p = xie_exact.saddle_node().p
    axis.annotate(f"mean-field $p_c$ = {100 * p:.2f} %", (100 * p, 3e5), (4, 0), textcoords="offset points", fontsize=9)
    axis.set(yscale="log", ylabel="mean time to consensus (sweeps)", ylim=(10, 1.5e6))
    axis.set_title("Complete graph: exact (lines), simulated agents (points, 95 %)", fontsize=10)
    axis.legend(frameon=False, loc="center right")


def _draw_mean_field(axis: Axes) -> None:
    x = np.linspace((5**0.5 - 1) / 2, 1, 400)  # from p = 0, unstable, over the saddle node to p = 0, stable
    p, stable = xie_exact.share_for(x), x**2 >= xie_exact.saddle_node().B
    named = {"hold only B,\ntheir own programme": (x**2, 0.0, 0.68), "hold only A, the joint\nagenda (or are committed)": (1 - x, 1.0, 0.2)}
    for colour, (label, (share, end, height)) in zip(COLOURS, named.items(), strict=False):
        axis.plot(100 * p[stable], share[stable], color=colour)
        axis.text(2.5, height, label, color=colour, fontsize=9, va="center")
        axis.plot(100 * p[~stable], share[~stable], color=colour, linestyle="--", linewidth=1)
        axis.plot([100 * p.max(), 14], [end, end], color=colour)
    axis.set(ylabel="share of all agents", xlim=(0, 14), ylim=(-0.03, 1.03))
    axis.set_title("Mean field from all others at B: stable state (dashed: unstable)", fontsize=10)
