"""Figures of response curves and surfaces, and of survival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.analysis.inputs import Floats, beside, listed
from coalsim.errors import ParameterError
from coalsim.report.figures.axes import MARKERS, WRITTEN, heat, intervals, panels, points, title
from coalsim.report.plots import COLOURS
from coalsim.tables.labels import factor_label, labeller, outcome_label, value_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from coalsim.analysis.survival import Survival


def response(table: pd.DataFrame, over: str | Sequence[str], heading: str = "", best: pd.DataFrame | None = None) -> Figure:
    """Draw a response curve (one factor; a line for each level of what it was taken within) or surface (two).

    Parameters
    ----------
    table
        What `coalsim.analysis.response` gives.
    over
        Its factors: one or two.
    heading
        Above the figure.
    best
        What `coalsim.analysis.optimum` gives of the same: drawn as an interval at the foot of a curve, a cross on a surface.

    Raises
    ------
    ParameterError
        There are more than two factors, or a surface for more than one group.
    """
    names = [beside(name) for name in listed(over)]
    groups = [str(name) for name in table.columns[: list(table.columns).index("outcome")] if name not in names]
    if len(names) > 2 or (len(names) == 2 and groups):
        raise ParameterError("a curve over one factor (within others) or a surface over two can be drawn")
    outcomes = list(dict.fromkeys(table["outcome"]))
    figure, axes = panels(len(outcomes), 5.4, 4.4)
    for axis, outcome in zip(axes, outcomes, strict=True):
        of = table[table["outcome"] == outcome]
        found = None if best is None else best[best["outcome"] == outcome]
        if len(names) == 2:
            _surface(figure, axis, of, names, outcome, found)
        else:
            _curve(axis, of, names[0], groups, outcome, found)
    n = f"{table['n'].min()}" if table["n"].min() == table["n"].max() else f"{table['n'].min()} to {table['n'].max()}"
    about = f"means over {n} replicates, {intervals(table)}" + (" (± half their width)" if len(names) == 2 else "")
    if best is not None:
        about += "; framed: the best point" if len(names) == 2 else "; star and bar: the best level and its interval"
    title(figure, heading or "Response", about)
    return figure


def survival(found: Survival, heading: str = "") -> Figure:
    """Draw curves over the age of coalitions, one panel per curve, with intervals and the numbers at risk.

    Parameters
    ----------
    found
        What `coalsim.analysis.survival` gives.
    heading
        Above the figure.
    """
    table = found.curves
    of = str(table.columns[0]) if table.columns[0] != "curve" else None
    curves = list(dict.fromkeys(table["curve"]))
    groups: list[Any] = [None] if of is None else list(dict.fromkeys(table[of]))
    told = labeller(groups)
    figure, axes = panels(len(curves), 5.6, 4.2 + 0.22 * len(groups), sharey=True)
    for axis, curve in zip(axes, curves, strict=True):
        last = int(table["age"].max())
        marks = np.arange(0, last + 1, next(step for step in (1, 3, 6, 12, 24, 60, 120, 12_000) if step * 6 >= last))
        for place, group in enumerate(groups):
            rows = table[(table["curve"] == curve) & (True if of is None else table[of].map(told) == told(group))]
            colour = COLOURS[place % len(COLOURS)]
            axis.fill_between(rows["age"], rows["low"], rows["high"], step="post", color=colour, alpha=0.18, linewidth=0)
            axis.step(
                rows["age"],
                rows["probability"],
                where="post",
                color=colour,
                linestyle=("-", "--", "-.", ":")[place % 4],
                label=told(group) if of else None,
            )
            at_risk = rows.set_index("age")["at_risk"].reindex(marks, fill_value=0)
            for mark, count in at_risk.items():
                axis.annotate(
                    f"{count:.0f}",
                    (float(mark), 0),
                    xycoords=("data", "axes fraction"),
                    xytext=(0, -48 - 12 * place),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                    color=colour,
                )
        axis.annotate("at risk:", (0, 0), xycoords="axes fraction", xytext=(-14, -48), textcoords="offset points", ha="right", fontsize=8)
        axis.set_ylim(0, 1)
        axis.set_xlim(0, max(last, 1))
        axis.set_xticks(marks)
        axis.set_xlabel("age (months since the start)")
        axis.set_title(curve, fontsize=10)
    axes[0].set_ylabel("share of coalitions")
    if of is not None:
        axes[-1].legend(title=factor_label(of), frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    title(figure, heading or "Survival of coalitions", intervals(table))
    return figure


def _curve(axis: Axes, of: pd.DataFrame, name: str, groups: list[str], outcome: str, best: pd.DataFrame | None) -> None:
    keys = [tuple(row) for row in of[groups].itertuples(index=False)] if groups else [()] * len(of)
    lines = list(dict.fromkeys(keys))
    names = [", ".join(of_line) for of_line in zip(*map(value_labels, zip(*lines, strict=True)), strict=True)] if groups else [None]
    numeric = of[name].dtype.kind in "iuf" and bool(of[name].notna().all())
    ticks = list(dict.fromkeys(of[name]))
    span = float(of[name].max() - of[name].min()) if numeric else len(ticks) - 1.0
    for place, line in enumerate(lines):
        rows = of[[key == line for key in keys]]
        x = rows[name].to_numpy(dtype=float) if numeric else np.array([ticks.index(value) for value in rows[name]], dtype=float)
        x = x + 0.012 * (span or 1) * (place - (len(lines) - 1) / 2)
        colour = COLOURS[place % len(COLOURS)]
        points(axis, rows["mean"], rows["low"], rows["high"], x, colour, MARKERS[place % len(MARKERS)], line="-", label=names[place])
        if best is not None:
            own = best[[tuple(row) == line for row in best[groups].itertuples(index=False)]] if groups else best
            _mark_best(axis, own, [0.02 + 0.03 * place], numeric, ticks, colour)
    if not numeric:
        axis.set_xticks(range(len(ticks)), value_labels(ticks))
    elif len(ticks) <= 8:
        axis.set_xticks(ticks, value_labels(ticks))
    if best is not None:
        # room at the foot, so that the best levels lie below the curves
        low, high = axis.get_ylim()
        axis.set_ylim(low - (high - low) * 0.035 * len(lines), high)
    axis.set_xlabel(factor_label(name))
    axis.set_ylabel(outcome_label(outcome))
    if groups:
        axis.legend(title=", ".join(factor_label(group) for group in groups), frameon=False, fontsize=9)


def _mark_best(axis: Axes, best: pd.DataFrame, height: list[float], numeric: bool, ticks: list[Any], colour: str) -> None:
    def place(value: Any) -> float:
        return float(value) if numeric else float(ticks.index(value))

    for _, row in best.iterrows():
        ends = [place(row["low"]), place(row["high"])]
        axis.plot(ends, height * 2, transform=axis.get_xaxis_transform(), color=colour, linewidth=2.5, solid_capstyle="butt", alpha=0.6)
        axis.plot([place(row["best"])], height, transform=axis.get_xaxis_transform(), color=colour, marker="*", markersize=10)


def _surface(figure: Figure, axis: Axes, of: pd.DataFrame, names: list[str], outcome: str, best: pd.DataFrame | None) -> None:
    first, second = names
    across, up = list(dict.fromkeys(of[first])), list(dict.fromkeys(of[second]))
    mean: Floats = np.full((len(up), len(across)), np.nan)
    half = mean.copy()
    for row in of.to_dict("records"):
        at = up.index(row[second]), across.index(row[first])
        mean[at], half[at] = row["mean"], (row["high"] - row["low"]) / 2
    heat(figure, axis, mean, half, outcome_label(outcome), _cell if mean.size <= WRITTEN else None, 8)
    axis.set_xticks(range(len(across)), value_labels(across))
    axis.set_yticks(range(len(up)), value_labels(up))
    axis.set_xlabel(factor_label(first))
    axis.set_ylabel(factor_label(second))
    if best is not None:
        from matplotlib.patches import Rectangle

        at_best = {beside(row["factor"]): row["best"] for _, row in best.iterrows()}
        x, y = across.index(at_best[first]), up.index(at_best[second])
        frame = Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, fill=False, edgecolor=COLOURS[1], linewidth=2.5)
        axis.add_patch(frame)


def _cell(mean: float, half: float) -> str:
    return f"{mean:.3g}\n± {half:.2g}"
