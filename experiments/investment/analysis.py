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
# # Investment: how much to give, to communicate, to commit?
#
# First the published results (`results/investment`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of investment."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "investment").is_dir())
results = root / "results" / "investment"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## How much to give
# Success of coalitions peaks where the reserves of members still carry them; the impact of the field goes on rising, as coalitions come and
# go faster, up to the rate at which nobody's reserve covers the commitment.

# %%
Image(results / "curves.png", width=900)

# %%
pd.read_csv(results / "best.csv").query("factor == 'contribution_rate' or factor == 'focal_contribution_rate'")[
    [
        "part",
        "commitment_months",
        "organizations",
        "grant_budget",
        "see_through",
        "contribution_rate",
        "best",
        "low",
        "high",
        "as_good_low",
        "as_good_high",
    ]
]

# %% [markdown]
# ## Field size and grants

# %%
Image(results / "fields.png", width=900)

# %% [markdown]
# ## Burn-out, and what a high rate acts through

# %%
Image(results / "burn_out.png", width=900)

# %%
pd.read_csv(results / "channels.csv").pivot(index="channel", columns="outcome", values="value")

# %% [markdown]
# ## One initiative
# It does best with .08, whatever the others ask. Asking for more costs it members, and helps the others, who get them.

# %%
Image(results / "focal.png", width=900)

# %% [markdown]
# ## How long coalitions last, and when they succeed

# %%
pd.read_csv(results / "times.csv")[["event", "contribution_rate", "curve", "coalitions", "median", "at_horizon", "restricted_mean"]]

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects_everybody.png", width=900)

# %%
Image(results / "main_effects_focal.png", width=900)

# %% [markdown]
# ## The quick size, now
#
# The same design with far fewer runs: intervals are wide, and most verdicts are *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "investment")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["curves"]
