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
# Parameters, runs, outcomes; common random numbers and why differences are cheap; a small sweep; the model as agents.
# What the model says is in `docs/odd.md`; what it is *not* is calibrated.

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
# One scenario is one set of parameters. Names are unique, so a section need not be given; what is wrong is said in one line.

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
# Every issue has a **need**: 1 when nothing has been done about it, 0 when it is solved. A coalition works on one issue. Its **progress**
# grows with the work of its members, the faster the
# better its goal fits the problem; when progress reaches 1, that is a **success**, and the
# need of the issue falls. **Impact** is what all coalitions of a run have done together: 1 minus the mean need at the end. So a
# coalition can succeed without much impact on the field, and a field can have impact through a few large coalitions.
#
# ## One coalition's life
#
# Here is one run, seen from the coalition that lived longest in it: its members, its trust and its progress, month by month.

# %%
life = cs.CoalitionModel(p, seed=1, replicate=3)
months: dict[object, list[tuple[float, ...]]] = {}
for _ in range(p.get("burn_in") + p.get("months")):
    life.step()
    for coalition in life.running_coalitions:
        of = months.setdefault(coalition, [])
        of.append((life.month, len(coalition.members), coalition.trust, max(target.progress for target in coalition.targets)))
longest = max(months, key=lambda coalition: len(months[coalition]))
when, members, trust, progress = np.array(months[longest]).T

figure, axes = plt.subplots(1, 3, figsize=(11, 3), layout="constrained", sharex=True)
for axis, values, label in zip(axes, (members, trust, progress), ("members", "trust (0 to 1)", "progress to the goal"), strict=True):
    axis.plot(when, values, color=plots.COLOURS[0])
    axis.set(xlabel="month", ylabel=label)
    axis.set_ylim(0)
plt.close(figure)
figure

# %% [markdown]
# It gathers members, trust grows as they communicate, and progress follows. When progress reaches its end, the coalition has a
# success; it may then take on another problem and begin again from zero, or end.
#
# ## Runs and outcomes
#
# A *replicate* is one repetition; its number is its seed. A run is a scenario in a replicate.

# %%
runs = cs.simulate(p, replicates=60, seed=1, monthly=True)
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
# Every draw is a function of seed, replicate, month, stream and entity. So two scenarios of one replicate meet the same field, the
# same shocks, the same chances, and their difference is paired. Does openness help?

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
# A `Sweep` crosses factors. In memory here; given a folder it is durable and can be continued (`docs/sweeps.md`).

# %%
sweep = cs.Sweep(p, {"openness": [0.0, 0.25, 0.5, 0.75, 1.0], "contribution_rate": [0.04, 0.08, 0.12]}, replicates=30)
results = sweep.run()
results.summary().round(3).head()

# %%
figure = sweep_figure(results, "Openness and contribution rate")
plt.close(figure)
figure

# %% [markdown]
# `effect` takes the paired differences from a baseline, averaged over the other factor, and says how many runs pairing saved
# (`docs/analysis.md`).

# %%
table = effect(results, of="openness", on=["impact", "success_rate"], baseline=0.5)
table[["outcome", "baseline", "value", "effect", "low", "high", "n", "saved"]].round(3)

# %% [markdown]
# ## The same model, made of agents
#
# `CoalitionModel` is a Mesa model. It was written apart from the fast engine, and gives the same results; here it is stepped through
# the first three years of the first replicate.

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
# The conveners and launch months are those of the fast engine; `coalsim dock` compares month by month. On from here: `mesa_model.py` for
# agents of one's own, `bring_your_own_field.py` for a field of one's own.
