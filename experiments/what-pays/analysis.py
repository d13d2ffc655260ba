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
# # What pays: the levers of all studies in the calibrated model
#
# Mean effects over draws of the posterior. `README.md` says what it means.

# %%
"""Tables of the study `what-pays`."""

from pathlib import Path

import pandas as pd

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "what-pays").is_dir())
results = root / "results" / "what-pays"
pd.read_csv(results / "over_posterior.csv").round(3)

# %% [markdown]
# The hypotheses and what became of them.

# %%
pd.read_csv(results / "verdicts.csv")
