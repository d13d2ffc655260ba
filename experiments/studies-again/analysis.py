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
# # The seven studies, asked again of the calibrated model
#
# Each hypothesis of the seven studies, with what came of it in model 1 and in model 2. `README.md` says what it means.

# %%
"""Tables of the study `studies-again`."""

from pathlib import Path

import pandas as pd

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "studies-again").is_dir())
results = root / "results" / "studies-again"
table = pd.read_csv(results / "old_and_new.csv")
table.drop(columns="note").round(3)

# %% [markdown]
# How many verdicts are the same in both models, and which are reversed.

# %%
decided = table[(table["model_1"] != "undecided") & (table["model_2"] != "undecided")]
print(pd.crosstab(table["model_1"], table["model_2"]))
decided[decided["model_1"] != decided["model_2"]][["study", "hypothesis", "value_1", "value_2", "model_1", "model_2"]].round(3)
