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
# # Face check: patterns the model was not fitted to
#
# Nothing here was used to choose a parameter. The real numbers are coalition-named US charities
# (`data/irs_coalition_panel`) and seven search-and-rescue networks (`data/emon_sar`). Sizes are those of a quick
# run; `results/face-check` has the full one, and `README.md` says what it means.

# %%
"""Tables and figures of the face check, at the quick size."""

# %matplotlib inline
import sys
from pathlib import Path

import pandas as pd

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "face-check").is_dir())
experiment = experiments.load(root / "experiments" / "face-check")
setting = experiments.Setting(quick=True)
output = experiment.run(setting)
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200)

# %% [markdown]
# ## Like or unlike
#
# *reproduced* reads as "like", *not reproduced* as "unlike": tolerances are generous, and were set before the model was run.

# %%
values = {value.name: value for value in output.values}
verdicts = [experiments.judge(target, values[target.name]) for target in experiment.targets]
pd.DataFrame(
    {
        "real": [verdict.target.reported for verdict in verdicts],
        "model": [verdict.value.value for verdict in verdicts],
        "se": [verdict.value.se for verdict in verdicts],
        "tolerance": [verdict.allowed for verdict in verdicts],
        "verdict": ["like" if verdict.word == "reproduced" else "unlike" for verdict in verdicts],
    },
    index=[verdict.target.name for verdict in verdicts],
)

# %% [markdown]
# ## How long coalitions last
#
# Ages count from the month a coalition has formed, or from its launch. The third line censors coalitions that achieved their goal:
# what is left are dissolutions.

# %%
output.figures["ages"]

# %%
output.tables["hazard_by_age"]

# %% [markdown]
# Two columns show what a register would make of simulated coalitions if it noticed a dissolution three years late. The other columns
# censor achieved goals, keep launches of the first half of the run, or watch 69 months only, with delayed entry, as the real panel did.

# %% [markdown]
# ## Do the larger last longer?

# %%
output.figures["sizes"]

# %% [markdown]
# ## Who knows whom
#
# In simulated coalitions of 13 to 27 members: who has whom in its list of acquaintances.

# %%
output.figures["networks"]

# %%
output.tables["networks"].drop(columns="field_density")

# %% [markdown]
# One network at a time: measures of a star, in which one organization knows all others.

# %%
networks = sys.modules["face_check_networks"]
star = pd.DataFrame(False, index=range(6), columns=range(6))
star.iloc[0, 1:] = True
networks.measures(star.to_numpy())

# %% [markdown]
# ## Parameters, or structure?
#
# Over plausible draws of all parameters, what range does the model cover? Where the real number lies within it, other
# parameters might fit; where it lies outside, the mechanisms do not make it.

# %%
patterns = output.tables["patterns"]
patterns[patterns["field"] == "synthetic"].drop(columns="field").set_index("pattern")

# %% [markdown]
# ## One change at a time

# %%
output.tables["variants"].set_index("change").filter(regex="^(?!.*_se$)")
