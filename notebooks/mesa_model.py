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
# # The model as agents
#
# `coalsim.CoalitionModel` is a Mesa model: organizations, coalitions and funders are agents that can be watched,
# stepped and subclassed (`docs/agents.md`). A step is a month.

# %%
# ruff: noqa: B018, D100
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy as np

import coalsim as cs
from coalsim.agents import Coalition, Organization, run
from coalsim.agents.space import alignment
from coalsim.report import plots
from coalsim.tables.outcomes import summarise
from coalsim.tables.summary import mean_and_interval

# %% [markdown]
# ## Stepping and watching
#
# Mesa's `agents_by_type`, `select`, `groupby` and `agg` work on them. A model first steps through its `burn_in`, whose
# months are negative, so that the field is in motion in month 0.

# %%
p = cs.Parameters()
model = cs.CoalitionModel(p, seed=1, replicate=5, record_agents=True)
while model.month < 24:
    model.step()
organizations = model.agents_by_type[Organization]
members = organizations.select(lambda o: o.coalition is not None)
print(f"month {model.month}: {len(model.running_coalitions)} coalitions, {len(members)} of {len(organizations)} organizations in them")
{convener: len(group) for convener, group in members.groupby("convener")}

# %% [markdown]
# An organization knows what it is, whom it knows and what it is part of.

# %%
someone = members[0]
print(f"capacity {someone.capacity:.2f} FTE, reserve {someone.reserve:.2f} FTE-months, readiness {someone.readiness:.2f}")
print(f"knows {[other.name for other in someone.acquaintances]}")
for membership in someone.memberships:
    convener, since = membership.coalition.convener, membership.joined
    print(f"in the coalition of {convener.name} since month {since}, satisfaction {membership.satisfaction:.2f}")


# %%
def draw(model, axis, colours):
    """Draw the field on two axes of the issue space: organizations by coalition, which keeps its colour; issues as crosses."""
    conveners = [coalition.convener for coalition in model.running_coalitions]
    for organization in model.organizations:
        for other in organization.acquaintances:
            axis.plot(*zip(organization.mission[:2], other.mission[:2], strict=True), color="0.9", linewidth=0.5, zorder=0)
    outside = [o for o in model.organizations if o.coalition is None]
    axis.scatter(*zip(*(o.mission[:2] for o in outside), strict=True), s=[60 * o.capacity for o in outside], color="0.7", label="none")
    for convener in conveners:
        group = [o for o in model.organizations if o.convener == convener.number]
        if group:
            label = f"convened by {convener.name}"
            size = [60 * o.capacity for o in group]
            colour = colours.setdefault(convener.number, plots.COLOURS[len(colours) % len(plots.COLOURS)])
            axis.scatter(*zip(*(o.mission[:2] for o in group), strict=True), s=size, color=colour, label=label)
    axis.scatter(*zip(*(issue.place[:2] for issue in model.issues), strict=True), marker="x", s=80, color="black", label="issue")
    axis.set(xlabel="axis 1", ylabel="axis 2", title=f"month {model.month}", aspect="equal", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))


figure, axes = plt.subplots(1, 3, figsize=(13, 4.6), layout="constrained")
watched = cs.CoalitionModel(p, seed=1, replicate=5)
colours: dict = {}
for axis, month in zip(axes, (24, 71, 110), strict=True):
    while watched.month < month:
        watched.step()
    draw(watched, axis, colours)
    axis.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=2, markerscale=0.6)
figure.suptitle("Coalitions in the issue space (size: capacity; lines: acquaintance)")
plt.close(figure)
figure

# %% [markdown]
# With `record_agents=True` the state of every organization in every month is kept.

# %%
table = model.agent_table()
table.tail(3)

# %% [markdown]
# ## Deciding otherwise
#
# Every decision is a method. Two kinds of organizations that join otherwise: one imitates its most satisfied
# acquaintance and asks for nothing but that it can afford it, one keeps away from rivals.


# %%
class Imitator(Organization):
    """Looks only at what its most satisfied acquaintance does."""

    def perceive(self, draw: float) -> list[Coalition]:
        """See one coalition: that of the acquaintance most satisfied with its own."""
        content = [other for other in self.acquaintances if other.coalition is not None]
        if not content:
            return []
        return [max(content, key=lambda other: (other.satisfaction, -other.number)).coalition]  # type: ignore[list-item]

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Ask neither for chance nor for value."""
        return self.accepts_terms_of(coalition)


class Wary(Organization):
    """Joins no coalition convened by a larger organization of much the same mission."""

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Pass the three tests, and a fourth."""
        convener = coalition.convener
        rival = alignment(self.mission, convener.mission) > 0.75 and convener.capacity > self.capacity
        return super().wants_to_join(coalition) and not rival


# %% [markdown]
# A replicate has the same field, shocks and chances whatever organizations decide, so differences from the baseline are
# paired.

# %%
REPLICATES = 12
short = p.replace(burn_in=60, months=60)
OUTCOMES = {"participation": "participation (share)", "joins": "joins (organizations)", "impact": "impact (share of need)"}


def outcomes(kind):
    """Return the outcomes of all replicates with organizations of a kind, by name, each of shape (replicates,)."""
    each = [summarise(*run(short, seed=1, replicate=r, organization_class=kind), short.field.organizations) for r in range(REPLICATES)]
    return {name: np.array([float(one[name][0]) for one in each]) for name in OUTCOMES}


baseline = outcomes(Organization)
figure, axes = plt.subplots(1, len(OUTCOMES), figsize=(10, 3.6), layout="constrained")
for place, kind in enumerate((Imitator, Wary)):
    theirs = outcomes(kind)
    for axis, name in zip(axes, OUTCOMES, strict=True):
        difference = theirs[name] - baseline[name]
        mean, half = mean_and_interval(difference)
        axis.plot(np.full(REPLICATES, place) + np.linspace(-0.12, 0.12, REPLICATES), np.sort(difference), "o", color="0.75", markersize=3)
        axis.errorbar(place, mean, half, fmt="o", color=plots.COLOURS[place], capsize=4)
for axis, label in zip(axes, OUTCOMES.values(), strict=True):
    axis.axhline(0, color="0.4", linewidth=0.8)
    axis.set(xticks=[0, 1], xticklabels=["imitators", "wary of rivals"], xlim=(-0.6, 1.6), title=label)
axes[0].set_ylabel("difference from the baseline")
figure.suptitle(f"Same fields, other decisions: {REPLICATES} paired runs, means with 95 % intervals")
plt.close(figure)
figure

# %% [markdown]
# ## Two engines, one model
#
# The fast engine knows arrays only; `dock` runs both side by side and names the first month, entity and variable in
# which they differ, if any do.

# %%
result = cs.dock(p, range(2), 1, 36)
print(f"{result.runs - len(result.differences)} of {result.runs} runs agree over {result.months} months")
assert not result.differences
