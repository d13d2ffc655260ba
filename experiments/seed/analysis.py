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
# # Seed: a launch funded for three years, later, or not at all?
#
# First the published results (`results/seed`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of seed money."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "seed").is_dir())
results = root / "results" / "seed"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## How much, and when

# %%
Image(results / "sizes.png", width=900)

# %%
pd.read_csv(results / "prices.csv").query("field == 'synthetic'")[
    [
        "others",
        "seed_month",
        "focal_seed_grant",
        "promised",
        "paid",
        "unformed",
        "more_success",
        "per_100",
        "low",
        "high",
        "paid_for_a_success",
    ]
]

# %% [markdown]
# In the health field a unit of capacity has a price, so a success has one.

# %%
pd.read_csv(results / "prices.csv").query("field == 'health'")[
    [
        "others",
        "seed",
        "promised",
        "paid",
        "unformed",
        "more_success",
        "per_100",
        "low",
        "high",
        "dollars",
        "dollars_cheapest",
        "dollars_dearest",
    ]
]

# %% [markdown]
# ## When it succeeds
# Aalen-Johansen: dissolution competes with success.

# %%
Image(results / "time_to_success.png", width=900)

# %% [markdown]
# ## The same money used otherwise

# %%
Image(results / "uses.png", width=900)

# %%
pd.read_csv(results / "returns.csv")

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects.png", width=900)

# %%
main = pd.read_csv(results / "main_effects.csv")
main[main["draws"].notna()][["scope", "lever", "outcome", "effect", "low", "high", "saved", "positive", "negative", "zero", "moved_share"]]

# %% [markdown]
# ## The quick size, now
#
# The same design with far fewer runs: intervals are wide, and most verdicts are *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "seed")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["sizes"]
