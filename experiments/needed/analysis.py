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
# # Needed: which parameters of the calibrated model make no difference?
#
# Each calibrated parameter with its largest total index on any of eight outcomes. `README.md` says what it means.

# %%
"""Tables of the study `needed`."""

from pathlib import Path

import pandas as pd

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "needed").is_dir())
results = root / "results" / "needed"
needed = pd.read_csv(results / "needed.csv")
needed.round(3)

# %% [markdown]
# The parameters that neither the data nor any outcome asks for.

# %%
needed[needed["nobody_needs"]].round(4)
