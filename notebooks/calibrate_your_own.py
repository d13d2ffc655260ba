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
# # Calibrate to your own numbers
#
# You know a few numbers of your own field: how many coalitions there were, how long they lasted, how many organizations
# took part. Which parameters of the model make runs look like that, and what do these numbers *not* say? The reference
# is `docs/calibration.md`.

# %%
# ruff: noqa: D100, D103
# %matplotlib inline
import matplotlib.pyplot as plt

import coalsim as cs
from coalsim.analysis import Designed, effect, signs
from coalsim.calibration import Seen, drawn, estimate

# %% [markdown]
# ## Your numbers
#
# Say that you followed a county of 20 organizations for four years (the numbers here are made up):
#
# * 12 of 16 coalitions were still there a year after they had formed: .75, with a standard error of about .11 (that of
#   a share);
# * at any time about a quarter of the organizations were in a coalition, give or take .08;
# * three to fifteen times in four years an organization left one;
# * how far the problems were solved you only know roughly, so it is not fitted, but shown as a check (`weight = 0`).
#
# Two things are up to you: how far off a number may be, and under which settings its counterpart is computed.

# %%
targets = {
    "alive_1": {"statistic": "survival", "years": 1, "value": 0.75, "sampling_error": 0.11},
    "participation": {"statistic": "mean", "table": "outcomes", "column": "participation", "value": 0.25, "tolerance": 0.08},
    "exits": {"statistic": "mean", "table": "outcomes", "column": "exits", "accepted": [3, 15]},
    "impact": {"statistic": "mean", "table": "outcomes", "column": "impact", "accepted": [0.0, 0.3], "weight": 0},
}
asked = {
    "targets": targets,
    "vary": ["join_threshold", "exit_level"],  # over their plausible ranges
    "priors": {"contribution_rate": {"low": 0.02, "high": 0.2, "log": True}},
    "fixed": {"organizations": 20, "months": 48, "burn_in": 48},
    "runs": 12,
    "method": {"waves": 1, "wave_points": 24, "particles": 12, "together": 12, "generations": 1, "least_acceptance": 0.1},
}

# %% [markdown]
# In a file (`coalsim calibrate targets.toml`) the same stands as TOML. What will it cost? This is timed, not guessed:

# %%
print("\n".join(estimate(asked).lines(workers=1)))

# %% [markdown]
# ## The fit
#
# If you give it a folder (`cs.calibrate(asked, "out/fit", workers=4)`), you can stop and continue it. Here the fit is
# kept in memory. It is also far too small to be trusted: a few runs per point, a few draws, and a short run before
# counting begins.

# %%
found = cs.calibrate(asked)
print("\n".join(found.verdict()))

# %% [markdown]
# How well are the numbers met? `before` is the median over the prior; `low` to `high` hold 90 % of the draws.

# %%
found.fit[["target", "fitted", "real", "accepted_low", "accepted_high", "before", "got", "low", "high", "met"]].round(3)

# %% [markdown]
# What do they say about the parameters? `width` is the standard deviation of the posterior over that of the prior: what
# is *free* is not unimportant, these numbers just say nothing about it.

# %%
found.widths[["parameter", "prior", "median", "low", "high", "width", "verdict"]].round(3)

# %% [markdown]
# Parameters hang together: one may be high if the other is low. That is why draws are used, and not the medians of the
# table.

# %%
table = found.posterior.table()
first, second = found.pairs.loc[0, ["parameter", "other"]]
figure, axis = plt.subplots(figsize=(4.5, 4), layout="constrained")
axis.scatter(table[first], table[second], s=600 * table["weight"], alpha=0.5)
axis.set_xlabel(first)
axis.set_ylabel(second)
axis.set_title("Draws; area is weight", fontsize=10)

# %% [markdown]
# Do targets fight? Two that can be met alone but not together say that the model lacks something.

# %%
found.fights.round(2)

# %% [markdown]
# ## What the draws are for
#
# Does openness help *in your county*? Not at one set of parameters, but over those that your numbers leave.

# %%
draws = drawn(found.posterior, 12)
points: list[dict] = [{"draw": k, "openness": o} for k in range(len(draws)) for o in (0.2, 0.8)]
runs = cs.simulate([draws[p["draw"]].replace(openness=p["openness"]) for p in points], replicates=6, seed=2)
by_draw = effect(Designed.of(points, runs), "openness", "participation", within="draw")
signs(by_draw)[["outcome", "draws", "positive", "negative", "zero"]]

# %% [markdown]
# ## A statistic of your own
#
# A function from what was seen to a number. In a script or a notebook it must be importable by worker processes, so put
# it into a module and name it: `cs.calibrate(asked, statistics={"churn": "mine:churn"})`. What such a function sees:


# %%
def churn(seen):
    return seen.monthly["exits"].sum() / max(seen.monthly["members"].sum(), 1)


some = cs.simulate(found.posterior.medoid(), replicates=10, seed=3, monthly=True)
round(float(churn(Seen(some.outcomes, some.coalitions, some.monthly))), 4)
