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
# # Interplay: which advice matters, and in which kind of field?
#
# First the published results (`results/interplay`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of interplay."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "interplay").is_dir())
results = root / "results" / "interplay"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## What success depends on
# Grey is chance that was not averaged out: a total index that ends there says nothing.

# %%
Image(results / "sobol.png", width=900)

# %%
chance = pd.read_csv(results / "chance.csv")
chance[["design", "outcome", "factors", "common", "rest", "noise", "scenarios", "replicates"]]

# %% [markdown]
# ## Which levers go together
# Second-order indices are differences of small numbers; none of these is told from 0.

# %%
Image(results / "interactions.png", width=900)

# %% [markdown]
# ## Which advice pays in which kind of field

# %%
Image(results / "kinds.png", width=900)

# %%
pd.read_csv(results / "best_advice.csv")

# %% [markdown]
# ## The Vermont health field, by Morris' elementary effects

# %%
Image(results / "morris_health.png", width=900)

# %% [markdown]
# ## Where impact is large
# A quarter of the scenarios was kept aside; diamonds show what is left of a region there.

# %%
Image(results / "boxes.png", width=900)

# %%
Image(results / "tree.png", width=900)

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects.png", width=900)

# %% [markdown]
# ## The quick size, now
#
# The same design with a small part of the runs: intervals are wide, and many verdicts *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "interplay")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
