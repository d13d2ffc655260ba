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
# # Funders: early, and for information as much as money?
#
# Practitioners say: bring funders in early, for information as much as for money. This notebook asks whether early
# contact pays, what part of it is money, and who loses if one initiative gets it. All runs are of model 1, all
# differences are paired by replicate, and ± is half a 95 % interval. `README.md` in this folder has the design and all
# numbers.

# %%
"""The argument of the study `funders`, from its published results."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "funders").is_dir())
results = root / "results" / "funders"
pd.set_option("display.precision", 3, "display.max_colwidth", 120, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Early contact pays where there is money
#
# When everybody talks to funders at once instead of after two years, impact rises by .065 ± .010 and the success rate
# by .129 ± .035. A wait of a few months costs little; after a year the loss is steep. Where funders give nothing, in
# the lowest curves, the month of the first contact hardly matters.

# %%
Image(results / "contact_and_money.png", width=900)

# %% [markdown]
# ## Two thirds of it is money
#
# Contact works through grants, through referrals to new members and other funders, and through insight into the
# problem. Switching each on and off, and sharing the gain out by Shapley values, gives .139 ± .008 of impact to grants
# and .065 ± .006 to the two kinds of information. Information is worth something, but not as much as money. In the
# Vermont health field, whose foundations are small, nearly all of the small gain is insight.

# %%
Image(results / "channels_everybody.png", width=900)

# %%
Image(results / "channels.png", width=900)

# %% [markdown]
# ## Alone, early contact decides an initiative's fate
#
# Without competitors, an initiative that meets funders reaches success in the median after about four years, and
# without funders in most cases never. Contact at once rather than after two years brings success about two years
# forward.

# %%
Image(results / "time_to_success.png", width=900)

# %% [markdown]
# ## Among others, one initiative's gain is largely another's loss
#
# Funders' budgets are fixed. The initiative's contact adds .16 problems solved of its own and takes .13 ± .04 from the
# other coalitions, so the field as a whole gains only .006 ± .005 of impact. The three rows compare contact after six
# months with none.

# %%
focal = pd.read_csv(results / "focal.csv").query("baseline == 'never' and field == 'among others' and value == '6'")
focal[["outcome", "mean_baseline", "mean", "effect", "low", "high"]].set_index("outcome")

# %% [markdown]
# ## The sign holds in most other worlds
#
# The numbers at the right of each figure count plausible worlds, with all other parameters drawn anew, in which an
# effect is positive, negative or absent. Earlier contact and more money help in nearly all worlds in which they change
# anything. In many worlds they change nothing, because coalitions fail or succeed either way.

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
experiment = experiments.load(root / "experiments" / "funders")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
