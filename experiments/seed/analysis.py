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
# A funder asks: should I fund a launch for three years from the start, give the same money later, or keep it? This
# notebook asks what seed money buys, at what price, and at whose cost. All runs are of model 1, all differences are
# paired by replicate, and ± is half a 95 % interval. `README.md` in this folder has the design and all numbers.

# %%
"""The argument of the study `seed`, from its published results."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "seed").is_dir())
results = root / "results" / "seed"
pd.set_option("display.precision", 3, "display.max_colwidth", 120, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Seed money helps coalitions to succeed, not to form
#
# One FTE-month a month for three years raises an initiative's success by .098 ± .029, from .21, and its chance of
# forming by only .013 ± .011. Two launches in three find no three members, and money does not change that, so a third
# of what is paid goes to initiatives that never form. Returns fall: small seeds buy more success for their money, large
# ones more success.

# %%
Image(results / "sizes.png", width=900)

# %% [markdown]
# ## Early money is surer, late money cheaper
#
# Seed money from the launch brings success forward, but most launches dissolve early with it or without it. A seed that
# is promised for two years later goes only to those who are still there. It buys .81 additional successes for 100
# FTE-months paid instead of .54, and .030 ± .030 fewer successes.

# %%
Image(results / "time_to_success.png", width=900)

# %% [markdown]
# ## In dollars, a success in the health field is expensive
#
# In the Vermont health field a unit of capacity has a price, so a success has one. An additional success costs about
# $4.6 million [2.8, 10.9] among others, because 65 % of the money goes to initiatives that never form.

# %%
prices = pd.read_csv(results / "prices.csv").query("field == 'health'")
shown = ["paid", "unformed", "more_success", "dollars", "dollars_cheapest", "dollars_dearest"]
prices.set_index(["others", "seed"])[shown]

# %% [markdown]
# ## Spread out, the money does more for the field
#
# Added to the funders' budgets month by month, or divided among all launches, the same sum does more for the field than
# one seed, but little for the one initiative. The seed costs the other coalitions nothing that can be seen.

# %%
Image(results / "uses.png", width=900)

# %% [markdown]
# ## The signs over other worlds
#
# Over plausible worlds the seed raises success in 34, lowers it in 1, and moves nothing in 165. Where it does anything,
# the sign is sure.

# %%
Image(results / "main_effects.png", width=900)

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
experiment = experiments.load(root / "experiments" / "seed")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["sizes"]
