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
# # Face check: does the model look like real coalitions?
#
# A model can be right about nothing and still say something about its own mechanisms. So this is asked first: would somebody who
# knows real coalitions recognize these? Nothing here was used to choose a parameter. The real numbers are charities with coalition in
# their names (`data/irs_coalition_panel`) and seven networks of organizations that searched and rescued together (`data/emon_sar`).

# %%
"""Tables and figures of the face check: what was published, then the quick size."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "face-check").is_dir())
results = root / "results" / "face-check"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200)

# %% [markdown]
# ## Like or unlike
#
# Each row is a pattern: the number of real coalitions, the model's, and whether they are alike. Tolerances are generous, and were
# set before the model was run. Most patterns are unlike, and the rest of this notebook looks for the reasons.

# %%
verdicts = pd.read_csv(results / "verdicts.csv")
verdicts["verdict"] = verdicts["verdict"].replace({"reproduced": "like", "not reproduced": "unlike"})
verdicts[["target", "reported", "got", "se", "allowed", "verdict", "note"]]

# %% [markdown]
# ## How long coalitions last
#
# Ages count from the month a coalition has formed, or from its launch. The third line censors coalitions that achieved their goal:
# what is left are dissolutions.

# %%
Image(results / "ages.png", width=900)

# %% [markdown]
# A register notices a dissolution late: it takes three years without a return. The columns `formed_registered` and
# `launched_registered` show what a register would make of the simulated coalitions. The other columns censor achieved goals, keep
# launches of the first half of the run, or watch 69 months only, with delayed entry, as the real panel did.

# %%
pd.read_csv(results / "hazard_by_age.csv")

# %% [markdown]
# ## Do the larger last longer?
#
# In the register they do. The figure holds size against the hazard of ending.

# %%
Image(results / "sizes.png", width=900)

# %% [markdown]
# ## Who knows whom
#
# In simulated coalitions of 13 to 27 members: who has whom in its list of acquaintances. Real networks are more reciprocal and have
# hubs; so the lists of acquaintances are not yet what working together makes of them.

# %%
Image(results / "networks.png", width=900)

# %%
pd.read_csv(results / "networks.csv").drop(columns="field_density")

# %% [markdown]
# ## Parameters, or structure?
#
# Over plausible draws of all parameters, what range does the model cover? Where the real number lies within it, other
# parameters might fit; where it lies outside, the mechanisms do not make it.

# %%
patterns = pd.read_csv(results / "patterns.csv")
patterns[patterns["field"] == "synthetic"].drop(columns="field").set_index("pattern")

# %% [markdown]
# ## One change at a time

# %%
pd.read_csv(results / "variants.csv").set_index("change").filter(regex="^(?!.*_se$)")

# %% [markdown]
# ## The quick size, now
#
# The same checks with fewer replicates and draws, to see that they still run and come to about the same.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "face-check")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["ages"]
