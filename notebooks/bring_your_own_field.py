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
# # Bring your own field
#
# This notebook goes from a handful of tables to runs, a comparison of plans, and advice for an initiative of your own.
# The field here is the made-up one of `coalsim new-field`; put your own tables in its place.

# %%
# ruff: noqa: B018, D100
# %matplotlib inline
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import coalsim as cs
from coalsim.advice import advise, reporting, wording
from coalsim.field import build
from coalsim.field.template import new_field
from coalsim.report import plots
from coalsim.report.figures.sweeps import sweep_figure
from coalsim.tables.summary import mean_and_interval

# %% [markdown]
# ## The tables
#
# On the command line: `coalsim new-field DIR`. `README.md` in that folder says what each column means.

# %%
folder = Path(tempfile.mkdtemp(prefix="field-"))
for path in new_field(folder):
    print(path.name)

# %%
pd.read_csv(folder / "organizations.csv")

# %%
print((folder / "field.toml").read_text())

# %% [markdown]
# What a table leaves blank is drawn anew in each replicate. `build` shows what one replicate begins with.

# %%
p = cs.load(folder / "field.toml")
field = build(p, seed=1, replicate=0)
figure, axis = plt.subplots(figsize=(7.5, 6.4), layout="constrained")
for source, (others, known) in enumerate(zip(field.acquaintances, field.known, strict=True)):
    for other in others[:known]:
        axis.plot(*np.stack([field.mission[source], field.mission[other]], axis=1), color="0.75", linewidth=0.8, zorder=0)
axis.scatter(
    field.mission[:, 0],
    field.mission[:, 1],
    s=60 * field.capacity,
    color=plots.COLOURS[0],
    alpha=0.8,
    label="organization (size: capacity)",
)
axis.scatter(field.issue[:, 0], field.issue[:, 1], marker="x", s=90, color=plots.COLOURS[1], label="issue")
axis.scatter(field.funder[:, 0], field.funder[:, 1], marker="D", s=50, color=plots.COLOURS[2], label="funder")
for name, (x, y) in zip(field.names, field.mission, strict=True):
    axis.annotate(name, (x, y), xytext=(5, 5), textcoords="offset points", fontsize=8)
axis.set(xlabel="axis 1: shelter to schooling", ylabel="axis 2: daily needs to treatment and homes", title="The field, and who knows whom")
axis.margins(x=0.18)
axis.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, -0.22), ncol=3)
plt.close(figure)
figure

# %% [markdown]
# A wrong cell is refused with file, line and what is allowed:

# %%
wrong = folder / "wrong.csv"
wrong.write_text(
    (folder / "organizations.csv").read_text().replace("shelter,Bridge Street Shelter,0.18", "shelter,Bridge Street Shelter,1.8")
)
try:
    cs.simulate(p.replace(organizations_table=str(wrong)))
except cs.errors.CoalsimError as error:
    print(str(error).replace(str(folder), "."))

# %% [markdown]
# ## Runs
#
# `coalsim run field.toml`. The columns that begin with `focal` are those of your own initiative, which the section
# `[focal]` describes.

# %%
runs = cs.simulate(p, replicates=40, seed=1, monthly=True)
names = ["launched", "formed", "succeeded", "impact", "focal_launched", "focal_formed", "focal_succeeded", "focal_first_success"]
pd.DataFrame({name: mean_and_interval(runs.outcomes[name].to_numpy(dtype=float)) for name in names}, index=["mean", "+-"]).T.round(2)

# %%
figure = plots.trajectories(runs, "The field")
plt.close(figure)
figure

# %% [markdown]
# Who convenes, of all coalitions, and who succeeds?

# %%
by = runs.coalitions.assign(convener=[field.names[number] for number in runs.coalitions["convener"]])
by = by.groupby("convener").agg(coalitions=("launch", "size"), succeeded=("problems_solved", lambda solved: (solved > 0).mean()))
by.sort_values("coalitions", ascending=False).round(2)

# %% [markdown]
# ## Plans compared
#
# `coalsim sweep sweep.toml --out out/sweep`: every combination of conveners and months of research, in the same
# replicates. The launch month is the same in all of them, so longer research begins earlier.

# %%
sweep = cs.Sweep.load(folder / "sweep.toml")
results = sweep.run()
results.summary(("focal_formed", "focal_succeeded", "focal_first_success")).round(2)

# %%
figure = sweep_figure(results, "Convener and research", ("focal_succeeded", "focal_first_success"))
plt.close(figure)
figure

# %% [markdown]
# ## Advice
#
# `coalsim advise field.toml` moves each lever that a convener has by a step from today's plan, in the same replicates.
# Because nobody has measured most parameters, it does so again over draws of plausible ones. This notebook takes fewer
# replicates and draws than the default, so intervals are wide. Research is moved in two ways: begun earlier, with the
# launch as planned, and begun as planned, with a later launch.

# %%
advice = advise(p, replicates=24, draws=4)
for line in wording.situation(advice):
    print(line)

# %%
advice.ranking[["change", "chance", "effect", "low", "high", "verdict", "over", "over_low", "over_high", "holds"]].round(2)

# %%
figure = reporting.figure(advice, "One's own field")
plt.close(figure)
figure

# %%
for line in wording.conclusions(advice):
    print("*", line)

# %% [markdown]
# What it costs, in staff and dollars:

# %%
shown = wording.costs(advice)
print(shown.heading)
pd.DataFrame(shown.rows, columns=list(shown.heads)).set_index("step")

# %% [markdown]
# And what it rests on:

# %%
for line in wording.caveats(advice):
    print("*", line)
