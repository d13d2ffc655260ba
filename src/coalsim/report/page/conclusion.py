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
    means = [_mean(results, name) for name in on if results.outcomes[name].notna().any()]
    told = f", on average over all of them: {'; '.join(means)}" if means else ""
    first = f"{so_many(scenarios, 'scenario')} in {so_many(results.sweep.replicates, 'replicate')}{part}{told}."
    return [first, matters(results, on), READING]


def matters(results: Results, on: Sequence[str]) -> str:
    """Return which factor each outcome depends on most; what no interval tells, and of which factors nothing is said."""
    names = list(results.sweep.factors)
    if not names:
        return "Nothing was varied, so that nothing is said of what outcomes depend on."
    if results.sweep.replicates < 2 and results.sweep.design not in SAMPLED:
        return "One replicate shows no chance, so that nothing is said of what outcomes depend on."
    left = _left(results, names)
    names = [name for name in names if name not in left]
    of = _correlated if results.sweep.design in SAMPLED else _effect
    found = [text for name in on if (text := of(results, names, name)) is not None] if names else []
    said = "; ".join(filter(None, found))
    if said:
        text = f"{said[:1].upper()}{said[1:]}."
    elif not found:
        text = "No factor could be compared, so that nothing is said of what outcomes depend on."
    elif results.sweep.design in SAMPLED:
        text = "No rank correlation of an outcome with a factor is as large as three standard errors: what there is may be chance."
    else:
        text = "For none of the outcomes does an interval show that a factor matters."
    return " ".join([text, *(f"Of {factor_label(name)} nothing is said: {why}." for name, why in left.items())])


def _left(results: Results, names: Sequence[str]) -> dict[str, str]:
    """Return the factors that cannot be compared with the others, and why."""
    left = {}
    for name in names:
        values = levels(results.design, name).values
        if results.sweep.design in SAMPLED:
            if not all(isinstance(value, (int, float)) for value in values):
                left[name] = "its levels have no order"
        elif len(values) < 2:
            left[name] = "it has one level only"
        elif len(values) > MOST_LEVELS:
            left[name] = f"it has more than {MOST_LEVELS} levels"
    return left


def _effect(results: Results, names: Sequence[str], on: str) -> str | None:
    """Return the largest paired effect on an outcome whose interval excludes 0, and a larger one that may be chance.

    Empty if no interval excludes 0, and None if there is no interval.
    """
    best: tuple[float, str, str] | None = None
    open_: tuple[float, str] = (0.0, "")
    compared = False
    for name in names:
        try:
            found: Any = analysis.effect(results, name, [on])
        except CoalsimError:
            continue
        told = labeller([found["baseline"].iloc[0], *found["value"]])
        for row in found.to_dict("records"):
            if np.isnan(row["low"]):
                continue
            compared, size = True, abs(row["effect"])
            change = f"from {told(row['baseline'])} to {told(row['value'])} changes it by {_signed(row['effect'])}"
            interval = f"({_signed(row['low'])} to {_signed(row['high'])})"
            if row["low"] * row["high"] > 0:
                if best is None or size > best[0]:
                    best = size, factor_label(name), f"which {change} {interval}"
            elif size > open_[0]:
                open_ = size, f"{factor_label(name)}, which {change} {interval}, may matter more, or not at all"
    if best is None:
        return "" if compared else None
    if open_[0] <= best[0]:
        return f"{_named(on)} depends most on {best[1]}, {best[2]}"
    return f"{_named(on)} depends on {best[1]}, {best[2]}; {open_[1]}"


def _correlated(results: Results, names: Sequence[str], on: str) -> str | None:
    """Return the strongest rank correlation of an outcome with a factor, if it is beyond chance for so many factors.

    Empty if it is not, and None if there is none. The designs of sensitivity analysis hold every value of a factor in several
    scenarios, which are no more witnesses than there are values.
    """
    from scipy.stats import spearmanr

    means = analysis.inputs.mean_of_known(analysis.inputs.array(results, [on])[:, :, 0], axis=1)
    known = ~np.isnan(means)
    if known.sum() < 10 or np.ptp(means[known]) == 0:
        return None
    best: tuple[float, str, float] | None = None
    for name in names:
        column = levels(results.design, name)
        found: Any = spearmanr(column.codes[known], means[known])
        if not np.isnan(found.statistic) and (best is None or abs(found.statistic) > best[0]):
            best = abs(found.statistic), name, float(found.statistic)
    if best is None:
        return None
    sweep = results.sweep
    witnesses = int(known.sum())
    if sweep.design in ("saltelli", "morris"):
        witnesses = min(witnesses, 2 * (sweep.samples or 0) + len(sweep.points))
    if best[0] < 3 / np.sqrt(witnesses):  # three standard errors: the strongest of many
        return ""
    return f"{_named(on)} goes most with {factor_label(best[1])} (rank correlation {best[2]:+.2f})"


def _mean(results: Results, on: str) -> str:
    """Return the mean of an outcome over all runs, or over those in which it has a value."""
    values = results.outcomes[on]
    known, runs = int(values.notna().sum()), len(values)
    of = "" if known == runs else f" (in the {known:,} of {so_many(runs, 'run')} in which it has a value)"
    return f"{_named(on)} is {number(float(values.mean()))}{of}"


def _named(outcome: str) -> str:
    return outcome.replace("_", " ")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"
