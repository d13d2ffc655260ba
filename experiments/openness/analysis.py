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
# # Openness: how far to embrace emerging challenges?
#
# First the published results (`results/openness`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of openness."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "openness").is_dir())
results = root / "results" / "openness"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## Openness, and how much problems move
# Openness has no price in this model: curves rise to the end. They rise least where problems move most.

# %%
Image(results / "openness.png", width=900)

# %%
pd.read_csv(results / "best_openness.csv")[["challenges", "redefinition", "best", "as_good_low", "as_good_high", "at_edge"]]

# %% [markdown]
# ## What it acts through
# Shapley values share the gain out among the places in which openness enters.

# %%
Image(results / "channels.png", width=900)

# %%
pd.read_csv(results / "channels.csv")

# %% [markdown]
# ## How fast to redefine

# %%
Image(results / "redefinition.png", width=900)

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects.png", width=900)

# %%
main = pd.read_csv(results / "main_effects.csv")
main[["world", "lever", "outcome", "effect", "low", "high", "saved", "positive", "negative", "zero", "moved_share"]]

# %% [markdown]
# ## The quick size, now
#
# The same design with a small part of the runs: intervals are wide, and many verdicts *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "openness")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
