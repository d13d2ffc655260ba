"""Advice as it is handed over: on the terminal, and in a folder with tables, page and figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coalsim.advice import conclusion, plain, wording
from coalsim.advice.advising import DRAW_REPLICATES, Advice
from coalsim.advice.page import page
from coalsim.advice.pairs import Floats
from coalsim.advice.wording import Shown
from coalsim.parameters import write as write_parameters
from coalsim.report.terminal import console, headed
from coalsim.tables import store

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import Console

_WIDE = 140  # columns of a terminal on which names of steps are not folded

REPORT, FIGURE, PARAMETERS = "advice.html", "advice.png", "parameters.toml"
_TABLES = ("steps", "costs", "draws", "draw_parameters", "parameters", "confirmation")
FILES = (*(f"{name}.csv" for name in _TABLES), PARAMETERS, FIGURE, REPORT)
"""What is written, besides the manifest; a table that there is nothing for is left out."""


def show(a: Advice, name: str) -> None:
    """Print advice on the terminal."""
    to = console()
    to.print(f"Advice for {name} ({a.seconds:.0f} s)", style="bold")
    _lines(to, conclusion.answer(a))
    to.print("The initiative", style="bold")
    _lines(to, wording.situation(a))
    for shown in (wording.ranking(a), wording.costs(a)):
        _table(to, shown)
    to.print("What follows", style="bold")
    _lines(to, wording.conclusions(a))
    to.print("What it rests on", style="bold")
    _lines(to, wording.caveats(a))


def write(a: Advice, folder: Path, name: str, assumptions: Sequence[str] = ()) -> None:
    """Write advice into an existing folder: tables, figure, the page (`page.page`), the plan's parameters; a manifest last."""
    from coalsim.report import outputs, plots

    tables: dict[str, pd.DataFrame | None] = {
        "steps": a.ranking,
        "costs": a.costs,
        "draws": a.worlds,
        "draw_parameters": a.drawn.table(),
        "parameters": a.decisive.assign(standing=a.decisive["evidence"]),  # the former name goes with version 0.3
        "confirmation": a.confirmation,
    }
    files = [*(f"{table}.csv" for table, rows in tables.items() if rows is not None), PARAMETERS, FIGURE, REPORT]
    with outputs.replacing(folder, "advise", FILES, files):
        store.write_tables(folder, tables, "csv")
        store.write(folder / PARAMETERS, lambda path: write_parameters(a.plan.parameters, path))
        store.write(folder / FIGURE, lambda path: plots.save(figure(a, name), path))
        store.write(folder / REPORT, lambda path: path.write_text(page(a, name, assumptions), encoding="utf-8"))
    # In the file the confidence has the name that it had first.
    size = {"replicates": a.replicates, "draws": a.draws, "draw_replicates": DRAW_REPLICATES, "level": a.confidence}
    store.write_manifest(folder, command="advise", changed=a.plan.parameters.changed(), seed=a.seed, **size, files=files, seconds=a.seconds)


def figure(a: Advice, name: str) -> Figure:
    """Draw what each step does to the chance of success, here and in other worlds.

    Left: the effect with the parameters as they are, with its interval over chance, and its mean over other worlds
    with the interval of the mean. Right: in which share of draws the coalition gets further, less far, or as far.

    Parameters
    ----------
    a
        Advice.
    name
        Of the field, for the heading.
    """
    from coalsim.report import drawing
    from coalsim.report.plots import COLOURS

    r, rows = a.ranking, len(a.ranking)
    at = np.arange(rows, dtype=float)
    drawn, (left, right) = drawing.subplots(1, 2, figsize=(12.5, 2.2 + 0.36 * rows), sharey=True, width_ratios=(1.5, 1))
    sure = f"{100 * a.confidence:g} % interval"
    _mark(left, r, ("effect", "low", "high"), at - 0.15, COLOURS[0], "o", f"parameters as they are, {sure} over chance")
    label = f"mean over {a.draws} {plain.WORLDS[a.worlds_from]}, {sure}"
    _mark(left, r, ("over", "over_low", "over_high"), at + 0.15, COLOURS[1], "D", label)
    left.axvline(0, color="0.5", linewidth=1, zorder=0)
    left.set_xlabel("change of the chance of success (percentage points)")
    start = np.zeros(rows)
    for column, label, colour in (("better", "further", COLOURS[2]), ("same", "as far", "0.88"), ("worse", "less far", COLOURS[3])):
        width = (r[column] / r["draws"]).to_numpy(dtype=float)
        right.barh(at, width, left=start, height=0.6, color=colour, label=label)
        start = start + width
    right.set_xlim(0, 1)
    right.set_xlabel("share of draws; the coalition gets ...")
    left.set_yticks(at, [change.replace("->", "→") for change in r["change"]])
    left.set_ylim(rows - 0.4, -0.6)
    for axis, columns in ((left, 1), (right, 3)):
        axis.spines[["top", "right"]].set_visible(False)
        below = -0.6 / (0.36 * rows)  # 0.6 inches, in heights of the axis
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, below), ncols=columns, columnspacing=1, frameon=False, fontsize=9)
    share = f"{100 * a.chance[0]:.0f} % as planned, within {a.plan.parameters.get('months')} months"
    heading = f"{name}: what a step of each lever does to the chance of success"
    drawn.suptitle(f"{heading}\n{share}; {a.replicates} paired replicates", fontsize=11)
    return drawn


def _mark(axis: Axes, table: pd.DataFrame, of: tuple[str, str, str], at: Floats, colour: str, marker: str, label: str) -> None:
    middle, low, high = (100 * table[name].to_numpy(dtype=float) for name in of)
    # The interval of a difference of shares is not centred at it, and may just leave it out.
    ends = np.maximum(np.stack([middle - low, high - middle]), 0.0)
    axis.errorbar(middle, at, xerr=ends, color=colour, marker=marker, markersize=5, capsize=3, linestyle="", label=label)


def _lines(to: Console, lines: list[str]) -> None:
    for line in lines:
        to.print(f"  {line}", soft_wrap=not to.is_terminal)
    to.print()


def _table(to: Console, shown: Shown) -> None:
    table = headed(shown.heading, shown.heads, *range(1, len(shown.heads)))
    table.columns[0].no_wrap = to.width >= _WIDE
    for row in shown.rows:
        table.add_row(*row)
    to.print(table)
    to.print()
