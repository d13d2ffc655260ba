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
# # Research: map the field first, join or invite?
#
# First the published results (`results/research`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of research."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "research").is_dir())
results = root / "results" / "research"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## Everybody, by size of the field
# Impact has an optimum at some six months; the success rate goes on rising.

# %%
Image(results / "sizes.png", width=900)

# %%
pd.read_csv(results / "best.csv")[["organizations", "best", "low", "high", "as_good_low", "as_good_high", "mean"]]

# %% [markdown]
# ## One initiative: what research is worth, and what its months cost

# %%
Image(results / "preparation.png", width=900)

# %%
pd.read_csv(results / "already_there.csv")

# %% [markdown]
# ## What it acts through

# %%
Image(results / "channels.png", width=900)

# %% [markdown]
# ## Joining instead

# %%
pd.read_csv(results / "joining.csv")[["crowding", "outcome", "mean_baseline", "mean", "effect", "low", "high", "saved"]]

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects_everybody.png", width=900)

# %%
Image(results / "main_effects_focal.png", width=900)

# %% [markdown]
# ## The quick size, now
#
# The same design with a small part of the runs: intervals are wide, and many verdicts *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "research")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
