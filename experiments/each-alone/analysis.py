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
# # Each alone: what every mechanism of model 2 does to the patterns
#
# The statistic that each mechanism moves most, added to model 1 and taken out of model 2. `README.md` says what it
# means.

# %%
"""Tables of the study `each-alone`."""

from pathlib import Path

import pandas as pd

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "each-alone").is_dir())
results = root / "results" / "each-alone"
pd.read_csv(results / "strongest.csv").round(3)

# %% [markdown]
# The hypotheses and what became of them.

# %%
pd.read_csv(results / "verdicts.csv")
