"""Figures of a sweep: main effects, two factors at once, how long coalitions last (matplotlib, colour-blind safe)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.analysis.inputs import array, check_factors, mean_of_known
from coalsim.analysis.marginals import FEW, Groups, check_outcomes, groups, means, shown_scenarios
from coalsim.counts import so_many
from coalsim.designs.samplers import SAMPLED
from coalsim.errors import ParameterError
from coalsim.report import drawing
from coalsim.report.figures.axes import MARKERS, WRITTEN, heat, points
from coalsim.report.figures.axes import title as head
from coalsim.report.plots import COLOURS
from coalsim.sweep.reading import column_of
from coalsim.sweep.results import Results
from coalsim.tables.columns import REPLICATE, SCENARIO
from coalsim.tables.labels import factor_label, outcome_label
from coalsim.tables.summary import number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAIN = ("success_rate", "impact")
"""Outcomes drawn if no others are asked for."""

ACROSS = 4
"""Panels side by side."""

LINES = 5
"""Lines that can be told apart in one panel."""

CELL = 5
"""Scenarios of a sampled design that a cell of a heat map should have, unless it has fewer than 4 x 4 cells."""

SHARED = "Points share their replicates: differences between them are known better than the intervals of each say."


def sweep_figure(results: Results, title: str, outcomes: Sequence[str] = MAIN) -> Figure:
    """Draw a sweep in one figure: a grid of two factors or more as lines, everything else as main effects."""
    factors = list(results.sweep.factors)
    if results.sweep.design == "grid" and len(factors) > 1 and len(groups(results, factors[1], LINES).labels) <= LINES:
        return lines(results, factors[0], factors[1], title, outcomes)
    return main_effects(results, title, outcomes)


def main_effects(results: Results, title: str, outcomes: Sequence[str] = MAIN, factors: Sequence[str] | None = None) -> Figure:
    """Draw means of outcomes over each factor, averaged over the others, with 95 % intervals.

    Many values of a factor are put into bins of about equally many scenarios; behind them, each scenario's own mean is a dot.

    Raises
    ------
    ParameterError
        A factor or outcome is unknown, or the sweep has no factors.
    """
    names = _factors(results, factors)
    check_outcomes(outcomes, results.columns["outcomes"])
    array(results, outcomes)  # all of them at once
    found = {name: groups(results, name) for name in names}
    down = -(-len(names) // ACROSS)
    across = -(-len(names) // down)
    figure, axes = drawing.subplots(
        down * len(outcomes),
        across,
        figsize=(1.2 + 3.1 * across, 0.9 + 2.9 * down * len(outcomes)),
        squeeze=False,
    )
    for row, outcome in enumerate(outcomes):
        panels, lowest = list(axes[row * down : (row + 1) * down].flat), []
        for place, (axis, name) in enumerate(zip(panels, names, strict=False)):
            lowest.append(_main_effect(axis, results, found[name], outcome))
            if place % across == 0:
                axis.set_ylabel(outcome_label(outcome))
            else:
                axis.tick_params(labelleft=False)
        for axis in panels[len(names) :]:
            axis.set_visible(False)
        _one_scale(panels[: len(names)], min(lowest))
    _note(figure, results)
    binned = any(of.binned for of in found.values())
    head(figure, f"{title}: main effects", f"{_about(results)}{'; dots: scenarios' if binned else ''}")
    return figure


def lines(results: Results, first: str, second: str, title: str, outcomes: Sequence[str] = MAIN) -> Figure:
    """Draw outcomes over a factor, a line for each level (or bin) of another, averaged over the rest, with 95 % intervals."""
    _factors(results, [first, second])
    across, of_lines = groups(results, first), groups(results, second, LINES)
    table = means(results, [across, of_lines], outcomes)
    figure, axes = drawing.subplots(1, len(outcomes), figsize=(1.8 + 4.8 * len(outcomes), 4.4), squeeze=False)
    x = np.arange(len(across.labels), dtype=float) if across.middle is None else across.middle
    step = 0.07 if across.middle is None else 0.012 * (float(np.ptp(x)) or 1.0)
    for axis, outcome in zip(axes.flat, outcomes, strict=True):
        for place, label in enumerate(of_lines.labels):
            rows = table[(table["outcome"] == outcome) & (table["group_2"] == place)]
            at = x[rows["group"].to_numpy()] + step * (place - (len(of_lines.labels) - 1) / 2)
            _points(axis, rows, at, COLOURS[place], MARKERS[place], label, line="-" if across.middle is not None else "")
        _ticks(axis, across, x)
        axis.set_xlabel(factor_label(first))
        axis.set_ylabel(outcome_label(outcome))
        _one_scale([axis], float(table.loc[table["outcome"] == outcome, "mean"].min()))
    axes.flat[-1].legend(title=factor_label(second), frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    _note(figure, results)
    head(figure, title, _about(results))
    return figure


def heat_map(results: Results, first: str, second: str, title: str, outcomes: Sequence[str] = MAIN) -> Figure:
    """Draw means of outcomes over two factors, averaged over the others, as colours, with half the 95 % interval in each cell.

    Raises
    ------
    ParameterError
        A factor or outcome is unknown, or the factors are one and the same.
    """
    _factors(results, [first, second])
    if first == second:
        raise ParameterError(f"a heat map needs two factors, not {first} twice")
    # Of a sampled design, so few bins that a cell has scenarios enough to take a mean of.
    most = int(np.clip(np.sqrt(len(results.sweep.scenarios()) / CELL), 4, FEW)) if results.sweep.design in SAMPLED else None
    across, up = groups(results, first, most), groups(results, second, most)
    table = means(results, [across, up], outcomes)
    written = len(across.labels) * len(up.labels) <= WRITTEN
    wide = max(4.6, 1.6 + (0.62 if written else 0.26) * len(across.labels))
    high = max(3.6, 1.5 + (0.5 if written else 0.26) * len(up.labels))
    figure, axes = drawing.subplots(1, len(outcomes), figsize=(wide * len(outcomes), high), squeeze=False)
    for axis, outcome in zip(axes.flat, outcomes, strict=True):
        rows = table[table["outcome"] == outcome]
        mean = np.full((len(up.labels), len(across.labels)), np.nan)
        half = mean.copy()
        at = rows["group_2"].to_numpy(), rows["group"].to_numpy()
        mean[at], half[at] = rows["mean"], rows["high"] - rows["mean"]
        heat(figure, axis, mean, half, outcome_label(outcome), _cell if written else None, 7.5)
        for axis_labels, of in ((axis.set_xticks, across), (axis.set_yticks, up)):
            long = of is across and sum(map(len, of.labels)) > 9 * wide
            turned: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if long else {}
            axis_labels(range(len(of.labels)), of.labels, fontsize=9, **turned)
        axis.set_xlabel(factor_label(first))
        axis.set_ylabel(factor_label(second))
        axis.set_facecolor("0.92")
    empty = "; grey: no scenario" if len(table) < len(outcomes) * len(across.labels) * len(up.labels) else ""
    heading = f"{title}: {factor_label(first)} and {factor_label(second)}"
    head(figure, heading, f"{_about(results, written)}{' (±)' if written else ''}{empty}")
    return figure


def survival_curves(results: Results, factor: str, title: str) -> Figure:
    """Draw the share of coalitions still running by age, for each level (or bin) of a factor, with the numbers at risk.

    Kaplan-Meier, coalitions still running at the end censored; intervals from bootstraps of replicates
    (`coalsim.analysis.survival`).

    Raises
    ------
    ParameterError
        There is no such factor, or no coalition was launched.
    """
    import pandas as pd

    from coalsim.analysis.inputs import Designed
    from coalsim.analysis.survival import survival
    from coalsim.report.figures import survival as draw

    of = groups(results, factor, LINES)
    shown = np.flatnonzero(of.codes >= 0)
    labels = np.array(of.labels, dtype=object)[of.codes[shown]]
    design = pd.DataFrame({SCENARIO: shown, factor: labels}).sort_values(
        SCENARIO, key=lambda ids: of.codes[ids], kind="stable", ignore_index=True
    )
    runs, coalitions = results.read("outcomes", [SCENARIO, REPLICATE]), results.coalitions
    if len(shown) < len(of.codes):
        runs, coalitions = runs[runs[SCENARIO].isin(shown)], coalitions[coalitions[SCENARIO].isin(shown)]
    found = survival(Designed(design, runs, coalitions), of=factor)
    return draw(found, f"{title}: how long coalitions last")


def _factors(results: Results, factors: Sequence[str] | None) -> list[str]:
    names = list(results.sweep.factors) if factors is None else list(dict.fromkeys(factors))
    if not names:
        raise ParameterError("the sweep has no factors, so there is nothing to draw outcomes against")
    return check_factors(results.design, names)


def _main_effect(axis: Axes, results: Results, of: Groups, outcome: str) -> float:
    """Draw one panel; return the lowest value in it."""
    table = means(results, [of], [outcome])
    x = np.arange(len(of.labels), dtype=float) if of.middle is None else of.middle
    lowest = float(table["mean"].min())
    if of.binned and of.middle is not None:
        scenarios = np.flatnonzero(of.codes >= 0)
        values = array(results, [outcome])[scenarios, :, 0]
        own = mean_of_known(values, axis=1)
        has = ~np.isnan(own)
        settings = column_of([point[of.factor] for point in results.sweep.scenario_values()]).astype(float)[scenarios]
        axis.plot(settings[has], own[has], ".", color="0.72", markersize=3, zorder=0)
        lowest = min(lowest, float(own[has].min(initial=np.inf)))
    _points(axis, table, x[table["group"].to_numpy()], COLOURS[0], "o", None, line="-" if of.middle is not None else "")
    _ticks(axis, of, x)
    axis.set_xlabel(factor_label(of.factor))
    return lowest


def _points(axis: Axes, rows: pd.DataFrame, at: Any, colour: str, marker: str, label: str | None, line: str = "-") -> None:
    points(axis, rows["mean"], rows["low"], rows["high"], at, colour, marker, line=line, label=label)
    axis.spines[["top", "right"]].set_visible(False)


def _cell(mean: float, half: float) -> str:
    """Return a mean and half its interval, with as many decimals as the mean has."""
    text = number(mean)
    decimals = len(text.partition(".")[2])
    return text if np.isnan(half) or "e" in text else f"{text}\n± {half:,.{decimals}f}"


def _note(figure: Figure, results: Results) -> None:
    if results.sweep.design not in SAMPLED:
        wide = int(15 * figure.get_figwidth())  # some 15 letters of this size to the inch
        figure.supxlabel("\n".join(textwrap.wrap(SHARED, wide)), fontsize=8, color="0.35")


def _ticks(axis: Axes, of: Groups, x: Any) -> None:
    if of.middle is None:
        long = sum(map(len, of.labels)) > 24
        turned: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if long else {}
        axis.set_xticks(x, of.labels, **turned)
        axis.set_xlim(-0.4, len(x) - 0.6)
    elif not of.binned and len(x) <= 6:
        axis.set_xticks(x, of.labels)


def _one_scale(axes: Sequence[Axes], lowest: float) -> None:
    """Give panels of one outcome one scale, from 0 unless the lowest value is below: no interval makes a share negative."""
    low, high = min(axis.get_ylim()[0] for axis in axes), max(axis.get_ylim()[1] for axis in axes)
    for axis in axes:
        axis.set_ylim(low if lowest < 0 else 0.0, high)


def _about(results: Results, intervals: bool = True) -> str:
    count, shown = len(results.sweep.scenarios()), int(shown_scenarios(results).sum())
    scenarios = so_many(shown, "scenario") + (f" (of the grid; {count - shown} added ones left out)" if shown < count else "")
    missing = "" if results.runs_done == results.runs else f" ({results.runs_done:,} of {results.runs:,} runs are there)"
    over = ["scenarios"] * (results.sweep.design in SAMPLED) + ["replicates"] * (results.sweep.replicates > 1)
    kind = f"95 % intervals over {' and '.join(over)}" if over else "no intervals"
    return f"{scenarios} x {so_many(results.sweep.replicates, 'replicate')}{missing}, {kind if intervals else 'means'}"
