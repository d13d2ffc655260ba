# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A first walk
#
# This notebook goes from parameters to runs and outcomes. It shows one coalition's life, explains why paired
# differences need so few runs, and ends with a small sweep and the model as agents. `docs/odd.md` describes the whole
# model. Its default parameters were calibrated to numbers about real coalitions; `docs/limits.md` says how far that
# goes.

# %%
# ruff: noqa: B018, D100
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy as np

import coalsim as cs
from coalsim.analysis import effect
from coalsim.report import plots
from coalsim.report.figures.sweeps import sweep_figure
from coalsim.tables.summary import mean_and_interval

# %% [markdown]
# ## Parameters
#
# One scenario is one set of parameters. Names are unique, so you need not give the section. If something is
# wrong, the error says so in one line.

# %%
p = cs.Parameters()
p.get("openness"), p.get("effort"), len(p.flat())

# %%
open_field = p.replace(openness=0.8)
open_field.changed()

# %%
try:
    p.replace(opennes=0.8)
except cs.errors.CoalsimError as error:
    print(error)

# %% [markdown]
# ## What is counted: need, success, impact
#
# Every issue, that is, every problem in the field, has a **need**: 1 when nothing has been done about it, 0 when
# nothing is left to do.
#
# A coalition has a goal, which concerns one issue. Its **progress** grows with the work of its members, and faster the
# better the goal fits the problem. When progress reaches 1, the coalition has a **success**. A success does not make
# the need vanish: it removes a fixed share of what is left of it. The coalition may then end, or continue with the next
# piece of the problem, or another problem, from progress 0.
#
# **Impact** belongs to the whole run: it is 1 minus the mean need of all issues at the end. Success counts what
# coalitions achieve, impact counts what that changes in the field. A coalition can succeed while the field hardly
# changes, because its issue is one of several and need may come back.

# %%
print(f"a success removes {p.get('impact'):.0%} of the need of its issue; there are {p.get('issues')} issues")

# %% [markdown]
# ## One coalition's life
#
# A run first passes through years that are not counted (`burn_in`), so that it begins with a field in motion. Here is
# one run, seen from the coalition that lasted longest in it. Black stars mark its successes, the dashed line marks
# month 0.

# %%
life = cs.CoalitionModel(p, seed=1, replicate=5)
months: dict[object, list[tuple[float, ...]]] = {}
for _ in range(p.get("burn_in") + p.get("months")):
    life.step()
    for coalition in life.running_coalitions:
        first = coalition.targets[0]
        seen = (life.month, len(coalition.members), coalition.trust, first.progress, first.issue.need, coalition.successes)
        months.setdefault(coalition, []).append(seen)
longest = max(months, key=lambda coalition: len(months[coalition]))
when, members, trust, progress, need, successes = np.array(months[longest]).T

figure, axes = plt.subplots(2, 2, figsize=(10, 5.4), layout="constrained", sharex=True)
labels = ("members", "trust (0 to 1)", "progress to the goal", "need of the issue it works on")
for axis, values, label in zip(axes.flat, (members, trust, progress, need), labels, strict=True):
    axis.plot(when, values, color=plots.COLOURS[0])
    axis.axvline(0, color="0.6", linewidth=0.8, linestyle="--")
    axis.set(ylabel=label)
    axis.set_ylim(0, None if label == "members" else 1.05)
solved = when[1:][np.diff(successes) > 0]
axes[1, 0].plot(solved, np.full(len(solved), 1.0), "*", color="black", markersize=9)
for axis in axes[1]:
    axis.set(xlabel="month")
plt.close(figure)
figure

# %% [markdown]
# Members gather, and trust grows as they communicate. Progress speeds up, and then it stops now and then below 1, where
# the last part of the work can be done only while a window of opportunity is open. When progress reaches 1, the
# coalition has a success, and this one continues each time with the next problem. The need is that of the issue it
# works on at the time: it falls when this coalition or another one succeeds there, grows back slowly, and jumps where
# the coalition turns to another issue.
#
# ## Runs and outcomes
#
# A *replicate* is one repetition; its number is its seed. A run is a scenario in a replicate.

# %%
runs = cs.simulate(p, replicates=40, seed=1, monthly=True)
runs.outcomes[["launched", "formed", "succeeded", "success_rate", "impact", "participation"]].describe().round(2)

# %%
runs.coalitions.head()

# %%
figure = plots.trajectories(runs, "the baseline")
plt.close(figure)
figure

# %% [markdown]
# Bands hold the middle 80 % of runs: fields, shocks and chances differ much from one replicate to the next.

# %% [markdown]
# ## Common random numbers
#
# Every draw is a function of seed, replicate, month, stream and entity. So two scenarios of one replicate meet the same
# field, the same shocks, the same chances, and their difference is paired. Does openness help?

# %%
pair = cs.simulate([p.replace(openness=0.2), p.replace(openness=0.8)], replicates=60, seed=1)
impact = pair.outcomes.pivot(index="replication", columns="scenario_id", values="impact")
paired = mean_and_interval((impact[1] - impact[0]).to_numpy())
apart = np.sqrt(impact.var().sum() / len(impact))
print(f"paired difference {paired[0]:+.3f} +- {paired[1]:.3f}; of separate replicates it would be +- {1.96 * apart:.3f}")

# %%
figure, axis = plt.subplots(figsize=(5.2, 4.6), layout="constrained")
axis.plot([0, 1], [0, 1], color="0.6", linewidth=1)
counted = impact.value_counts()  # impacts are few different numbers
axis.scatter(counted.index.get_level_values(0), counted.index.get_level_values(1), s=25 * counted, color=plots.COLOURS[0], alpha=0.6)
axis.set(
    xlabel="impact, openness 0.2 (share of need)",
    ylabel="impact, openness 0.8 (share of need)",
    title="A replicate by its impacts (size: how many)",
)
plt.close(figure)
figure

# %% [markdown]
# ## A small sweep
#
# A `Sweep` crosses factors. Here its results stay in memory; in a folder they are kept, and the sweep can be stopped
# and continued (`docs/sweeps.md`).

# %%
sweep = cs.Sweep(p, {"openness": [0.0, 0.25, 0.5, 0.75, 1.0], "contribution_rate": [0.04, 0.08, 0.12]}, replicates=30)
results = sweep.run()
results.summary().round(3).head()

# %%
figure = sweep_figure(results, "Openness and contribution rate")
plt.close(figure)
figure

# %% [markdown]
# `effect` takes the paired differences from a baseline, averaged over the other factor, and says how many runs pairing
# saved (`docs/analysis.md`).

# %%
table = effect(results, of="openness", on=["impact", "success_rate"], baseline=0.5)
table[["outcome", "baseline", "value", "effect", "low", "high", "n", "saved"]].round(3)

# %% [markdown]
# ## The same model, made of agents
#
# `CoalitionModel` is a Mesa model. It was written apart from the fast engine, and gives the same results; here it is
# stepped through the first three years of the first replicate.

# %%
model = cs.CoalitionModel(p, seed=1, replicate=0)
for _ in range(36):
    model.step()
for coalition in model.running_coalitions:
    names = ", ".join(member.name for member in coalition.members)
    print(f"convener {coalition.convener.name}, launched in month {coalition.launch}, progress {coalition.progress:.2f}: {names}")

# %%
first_years = runs.coalitions[(runs.coalitions["replication"] == 0) & (runs.coalitions["launch"] < 36)]
first_years[["convener", "launch", "end", "ending", "peak_size"]]

# %% [markdown]
# The conveners and launch months are those of the fast engine; `coalsim dock` compares month by month. From here,
# `mesa_model.py` leads to agents of one's own, and `bring_your_own_field.py` to a field of one's own.
