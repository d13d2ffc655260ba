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
# Practitioners say: invest time and resources for years, and keep communicating. This notebook asks how much members
# should give, for how long, and whether what is best for all is best for one initiative. All runs are of model 1, all
# differences are paired by replicate, and ± is half a 95 % interval. `README.md` in this folder has the design and all
# numbers.

# %%
"""The argument of the study `investment`, from its published results."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "investment").is_dir())
results = root / "results" / "investment"
pd.set_option("display.precision", 3, "display.max_colwidth", 120, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Giving pays up to a cliff, and the cliff is an assumption
#
# Giving .08 of capacity a month instead of .04 raises impact by .137 ± .013, more than any other lever. Success peaks
# near .08, while impact goes on rising to .12 or .16, as coalitions come and go faster. Beyond that nobody can show the
# reserves that the model asks for before joining, and impact falls to zero. Without that test, in the last panel, there
# is no cliff.

# %%
Image(results / "curves.png", width=900)

# %% [markdown]
# ## The optimum hardly moves with the field
#
# Larger fields and richer funders shift the level of the curves. They do not shift the best contribution rate by a step
# that these data can tell.

# %%
Image(results / "fields.png", width=900)

# %% [markdown]
# ## High rates burn members out, but not the field's impact
#
# From .08 to .16 retention falls by .128 ± .025, and by more the heavier the burden. Impact does not fall with it,
# because members who leave in dissatisfaction are free to join other coalitions. In reality people who were burnt out
# may not come back so readily; the model has no such memory.

# %%
Image(results / "burn_out.png", width=900)

# %% [markdown]
# ## What is best for all is not best for one
#
# A single initiative does best at about .08, whatever the others ask of their members. Asking for twice as much costs
# it .085 ± .039 of success, because it forms less often, and leaves the others with more members. More communication
# pays up to about .4 of resources.

# %%
Image(results / "focal.png", width=900)

# %% [markdown]
# ## The signs over other worlds
#
# Contributing .08 instead of .04 and communicating more have the largest effects. Contributing .16 instead of .08 has
# no sign: over plausible worlds it helps in 43 and harms in 49.

# %%
Image(results / "main_effects_everybody.png", width=900)

# %%
Image(results / "main_effects_focal.png", width=900)

# %% [markdown]
# ## The hypotheses, and what became of them
#
# The hypotheses were written before the first run. `got` is the difference that came out, and a hypothesis holds only
# if it is true by more than its tolerance.

# %%
verdicts = pd.read_csv(results / "verdicts.csv")
verdicts["verdict"].value_counts().to_frame("how many")

# %%
verdicts[["target", "got", "se", "verdict", "note"]].set_index("target")

# %% [markdown]
# ## Run it again, at the quick size
#
# These cells repeat the design with far fewer runs, so intervals are wide and many verdicts are *undecided*. In the
# documentation they are shown without output.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "investment")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["curves"]
