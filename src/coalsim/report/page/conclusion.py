"""What a sweep shows, in three sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim import analysis
from coalsim.analysis.inputs import levels
from coalsim.counts import so_many
from coalsim.designs.samplers import SAMPLED
from coalsim.errors import CoalsimError
from coalsim.tables.labels import factor_label, labeller
from coalsim.tables.summary import number

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

SHOWN = ("success_rate", "impact")
"""Outcomes of which the terminal says what they depend on."""
MOST_LEVELS = 12
READING = "This is how mechanisms work together in the model, not what will happen in a place."


def conclusion(results: Results, on: Sequence[str]) -> list[str]:
    """Return what comes out: how much was simulated, what matters most for each outcome, and how far to trust it."""
    if not results.runs_done:
        return ["Nothing is simulated yet."]
    scenarios = len(results.sweep.scenarios())
    part = "" if results.runs_done == results.runs else f", of which {results.runs_done:,} of {results.runs:,} runs are done"
    means = [f"{_named(name)} is {number(float(results.outcomes[name].mean()))}" for name in on if results.outcomes[name].notna().any()]
    told = f", on average over all of them: {'; '.join(means)}" if means else ""
    first = f"{so_many(scenarios, 'scenario')} in {results.sweep.replicates:,} replicates{part}{told}."
    return [first, matters(results, on), READING]


def matters(results: Results, on: Sequence[str]) -> str:
    """Return which factor each outcome depends on most, in one sentence."""
    names = list(results.sweep.factors)
    if not names:
        return "Nothing was varied, so that nothing is said of what outcomes depend on."
    if results.sweep.design in SAMPLED:
        said = [text for name in on if (text := _correlated(results, names, name))]
    else:
        said = [text for name in on if (text := _effect(results, names, name))]
    if not said:
        return "For none of the outcomes does an interval show that a factor matters."
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _effect(results: Results, names: Sequence[str], on: str) -> str:
    """Return the largest paired effect on an outcome whose interval excludes 0, and a larger one that may be chance."""
    best: tuple[float, str, str] | None = None
    open_: tuple[float, str] = (0.0, "")
    for name in names:
        if results.sweep.replicates < 2 or len(levels(results.design, name).values) > MOST_LEVELS:
            continue
        try:
            found: Any = analysis.effect(results, name, [on])
        except CoalsimError:
            continue
        told = labeller([found["baseline"].iloc[0], *found["value"]])
        for row in found.to_dict("records"):
            size = abs(row["effect"])
            change = f"from {told(row['baseline'])} to {told(row['value'])} changes it by {_signed(row['effect'])}"
            interval = f"({_signed(row['low'])} to {_signed(row['high'])})"
            if row["low"] * row["high"] > 0:
                if best is None or size > best[0]:
                    best = size, factor_label(name), f"which {change} {interval}"
            elif size > open_[0]:
                open_ = size, f"{factor_label(name)}, which {change} {interval}, may matter more, or not at all"
    if best is None:
        return ""
    if open_[0] <= best[0]:
        return f"{_named(on)} depends most on {best[1]}, {best[2]}"
    return f"{_named(on)} surely depends on {best[1]}, {best[2]}; {open_[1]}"


def _correlated(results: Results, names: Sequence[str], on: str) -> str:
    """Return the strongest rank correlation of an outcome with a factor, if it is beyond chance for so many factors."""
    from scipy.stats import spearmanr

    means = analysis.inputs.mean_of_known(analysis.inputs.array(results, [on])[:, :, 0], axis=1)
    known = ~np.isnan(means)
    if known.sum() < 10 or np.ptp(means[known]) == 0:
        return ""
    best: tuple[float, str, float] | None = None
    for name in names:
        column = levels(results.design, name)
        if all(isinstance(value, (int, float)) for value in column.values):
            found: Any = spearmanr(column.codes[known], means[known])
            if not np.isnan(found.statistic) and (best is None or abs(found.statistic) > best[0]):
                best = abs(found.statistic), name, float(found.statistic)
    if best is None or best[0] < 3 / np.sqrt(known.sum()):  # three standard errors: the strongest of many
        return ""
    return f"{_named(on)} goes most with {factor_label(best[1])} (rank correlation {best[2]:+.2f})"


def _named(outcome: str) -> str:
    return outcome.replace("_", " ")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"
