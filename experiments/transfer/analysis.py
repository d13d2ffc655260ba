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
# # Transfer: other sizes, a real field, another month
#
# The fitted numbers by field: medians over draws of the posterior. `README.md` says what they mean.

# %%
"""Tables of the study `transfer`."""

from pathlib import Path

import pandas as pd

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "transfer").is_dir())
results = root / "results" / "transfer"
fitted = pd.read_csv(results / "fitted.csv")
fitted.pivot(index="statistic", columns="field", values="median")[list(fitted["field"].unique())].round(3)

# %% [markdown]
# The hypotheses and what became of them.

# %%
pd.read_csv(results / "verdicts.csv")
