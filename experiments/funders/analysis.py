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
# # Funders: early, and for information as much as money?
#
# First the published results (`results/funders`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of funders."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "funders").is_dir())
results = root / "results" / "funders"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## When to talk to funders, and what they can give

# %%
Image(results / "contact_and_money.png", width=900)

# %% [markdown]
# ## What contact does
# Grants, referrals and insight, each on or off: the gain is shared out by Shapley values.

# %%
Image(results / "channels_everybody.png", width=900)

# %%
Image(results / "channels.png", width=900)

# %%
pd.read_csv(results / "channels.csv")

# %% [markdown]
# ## One initiative, alone

# %%
Image(results / "time_to_success.png", width=900)

# %% [markdown]
# ## At whose cost
# What the initiative's own contact does to the others.

# %%
focal = pd.read_csv(results / "focal.csv")
focal.query("baseline == 'never' and field == 'among others'")[
    ["value", "outcome", "mean_baseline", "mean", "effect", "low", "high", "saved"]
]

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
experiment = experiments.load(root / "experiments" / "funders")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
