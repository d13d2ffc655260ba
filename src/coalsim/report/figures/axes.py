"""What the figures share: panels, points with intervals, names with units."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.report import drawing
from coalsim.tables.labels import labeller

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = "os^Dv<>"
WRITTEN = 80
"""Cells of a heat map up to which their numbers are written into them."""
ROW = 0.34
"""Inches a row of a forest plot takes."""


def panels(count: int, width: float, height: float, *, sharey: bool = False, left: float = 0.0) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels side by side, `left` inches wider for labels."""
    figure, axes = drawing.subplots(1, count, figsize=(left + width * count, height), sharey=sharey, squeeze=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, list(axes.flat)


def title(figure: Figure, heading: str, about: str) -> None:
    """Write the heading, and below it what is drawn, in as many lines as the width of the figure needs."""
    wide = int(10 * figure.get_figwidth())  # some ten letters of this size to the inch
    lines = [line for part in (heading, about) for line in textwrap.wrap(part, wide)]
    figure.suptitle("\n".join(lines), fontsize=11)


def points(
    axis: Axes,
    mean: Any,
    low: Any,
    high: Any,
    at: Any,
    colour: str,
    marker: str = "o",
    *,
    horizontal: bool = False,
    line: str = "",
    label: str | None = None,
) -> None:
    """Draw points with their intervals; where there is no interval, the point alone."""
    mean, low, high = (np.asarray(values, dtype=float) for values in (mean, low, high))
    ends = np.nan_to_num(np.stack([mean - low, high - mean]))
    style: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 5, "capsize": 3, "linestyle": line, "label": label}
    if horizontal:
        axis.errorbar(mean, at, xerr=ends, **style)
    else:
        axis.errorbar(at, mean, yerr=ends, **style)


def heat(figure: Figure, axis: Axes, mean: Any, half: Any, label: str, text: Callable[[float, float], str] | None, size: float) -> None:
    """Draw means as colours, written into the cells with half their intervals as `text` has it, if it is given.

    Parameters
    ----------
    figure, axis
        What to draw on.
    mean, half
        Of shape (up, across); NaN where there is none.
    label
        Of the colours.
    text, size
        What is written into a cell, and how large.
    """
    image = axis.imshow(mean, origin="lower", aspect="auto", cmap="cividis")
    known = mean[~np.isnan(mean)]
    middle = (known.min() + known.max()) / 2 if len(known) else 0.0
    for (y, x), value in np.ndenumerate(mean):
        if text is not None and not np.isnan(value):
            colour = "black" if value > middle else "white"
            axis.text(x, y, text(float(value), float(half[y, x])), ha="center", va="center", fontsize=size, color=colour)
    figure.colorbar(image, ax=axis, label=label)


def intervals(table: pd.DataFrame) -> str:
    """Return how sure the intervals of a table are, in words; that there are none, if so."""
    if "low" in table and table["low"].isna().all():
        return "no intervals"
    return f"{100 * table['confidence'].iloc[0]:g} % intervals"


def effect_labels(table: pd.DataFrame) -> Any:
    """Return what each row is the effect of: its groups, the factor, from where to where; as an array of text."""
    names = [str(name) for name in table.columns]
    groups = names[: names.index("factor")]
    labels = []
    ends = ["baseline", "value"] if "baseline" in names else ["value"]
    rows = table.to_dict("records")
    factors = {factor: [row[end] for row in rows for end in ends if row["factor"] == factor] for factor in table["factor"]}
    told = {factor: labeller(values) for factor, values in factors.items()}
    of = {group: labeller(table[group]) for group in groups}
    for row in rows:
        change = " to ".join(told[row["factor"]](row[end]) for end in ends)
        where = "".join(f", {group.replace('_', ' ')} {of[group](row[group])}" for group in groups)
        labels.append(f"{row['factor'].replace('_', ' ')}: {change}{where}")
    return np.array(labels, dtype=object)
