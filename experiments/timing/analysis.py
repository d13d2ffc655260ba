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
# # Timing: does waiting for the right moment pay?
#
# First the published results (`results/timing`), then the same design at the quick size. `README.md` says what it means.

# %%
"""Tables and figures of the study of timing."""

# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Image

from coalsim import experiments

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "experiments" / "timing").is_dir())
results = root / "results" / "timing"
pd.set_option("display.precision", 3, "display.max_columns", 30, "display.width", 200, "display.max_rows", 100)

# %% [markdown]
# ## Hypotheses and what became of them

# %%
pd.read_csv(results / "verdicts.csv")[["target", "reported", "compare", "got", "se", "verdict", "note"]]

# %% [markdown]
# ## A window, and when the launch falls
#
# The launch is always in month 48 and has 72 months; the window moves around it.

# %%
Image(results / "windows.png", width=900)

# %% [markdown]
# Where joining asks for much readiness, a window makes up for what is missing. Where it does not, most of those who
# would join are in the coalition soon anyway.
#
# ## A launch, and how late it is

# %%
Image(results / "launches.png", width=900)

# %% [markdown]
# Alone, an initiative nearly always forms. Among others it finds its members taken.

# %%
pd.read_csv(results / "postponed.csv").query("baseline == 24")[
    ["others", "window", "value", "mean_baseline", "mean", "effect", "low", "high", "saved"]
]

# %% [markdown]
# ## Main effects, and their signs over plausible parameters

# %%
Image(results / "main_effects_focal.png", width=900)

# %%
Image(results / "main_effects_everybody.png", width=900)

# %%
main = pd.read_csv(results / "main_effects.csv")
main[main["draws"].notna()][["lever", "outcome", "effect", "low", "high", "saved", "positive", "negative", "zero", "moved_share"]]

# %% [markdown]
# ## The quick size, now
#
# The same design with a twentieth of the runs: intervals are wide, and the verdicts are mostly *undecided*.

# %% tags=["skip-execution"]
experiment = experiments.load(root / "experiments" / "timing")
output = experiment.run(experiments.Setting(quick=True))
experiments.judged(experiment.targets, output.values)

# %% tags=["skip-execution"]
output.figures["windows"]
