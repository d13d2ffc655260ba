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
# # Interplay: which advice matters, and in which kind of field?
#
# Practitioners say that no single formula works. This notebook asks which levers success depends on, alone and
# together, and which piece of advice pays in which kind of field. All runs are of model 1, all differences are paired
# by replicate, and ± is half a 95 % interval. `README.md` in this folder has the design and all numbers.

# %%
"""The argument of the study `interplay`, from its published results."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "interplay").is_dir())
results = root / "results" / "interplay"
pd.set_option("display.precision", 3, "display.max_colwidth", 120, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Investing decides most
#
# Blue is the share of the variance that a lever explains alone, orange its share including all combinations with
# others. The contribution rate leads with a total of .43 of the variance of impact, followed by the grant budget with
# .34. Grey is chance that averaging has not removed; a total index that ends there says nothing, and this is the case
# for all levers of research.

# %%
Image(results / "sobol.png", width=900)

# %% [markdown]
# ## About a third is in combinations, but it is not known in which
#
# The first-order indices add up to only .63 ± .16, so much of the variance lies in combinations of levers. Which pairs
# they are remains open: second-order indices are small differences of large numbers, and even with 36,864 runs none of
# them can be told from zero.

# %%
Image(results / "interactions.png", width=900)

# %% [markdown]
# ## Each kind of field has its own best advice
#
# A frame marks the best of five pieces of advice in each of eight kinds of field. Contributing more is best in rich and
# crowded fields (impact +.28 to +.39), and openness is best in most others. In poor and turbulent fields nothing helps
# by more than .01.

# %%
Image(results / "kinds.png", width=900)

# %% [markdown]
# ## In the Vermont health field, joining matters most
#
# Morris' elementary effects move one lever at a time, from many starting points. The threshold for joining comes first,
# then committed months and contribution rate, and foundations' money comes last. The spread of each effect is as large
# as its mean: nearly everything depends on where the other levers stand.

# %%
Image(results / "morris_health.png", width=900)

# %% [markdown]
# ## Where impact is large, several conditions meet
#
# Over the whole space, 13 % of runs reach an impact of .4. Inside a box with plentiful grants, moderate contributions
# and commitments, openness and much communication it is 65 %, and 57 % in scenarios that were kept aside (diamonds). A
# tree finds nearly the same region with three questions, about grants, openness and communication.

# %%
Image(results / "boxes.png", width=900)

# %%
Image(results / "tree.png", width=900)

# %% [markdown]
# ## The five pieces of advice side by side
#
# Investment and openness raise impact, waiting for readiness lowers it, and all but one of the five raise the success
# rate. At the right are the plausible worlds in which each effect is positive, negative or absent. No lever moves much
# more than half of them.

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
experiment = experiments.load(root / "experiments" / "interplay")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures[next(iter(output.figures))]
