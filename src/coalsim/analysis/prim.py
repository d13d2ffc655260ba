"""PRIM, the patient rule induction method: boxes of inputs in which an outcome is frequent.

Friedman & Fisher 1999, *Bump hunting in high-dimensional data*, Statistics and Computing 9, 123-143; as scenario discovery: Bryant &
Lempert 2010, *Thinking inside the box*, Technological Forecasting and Social Change 77, 34-49.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis.inputs import Floats
from coalsim.tables.labels import value_label

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """An interval, ends included, of each input; infinite where it is not restricted.

    Attributes
    ----------
    low, high : shape (inputs,)
    mass : share of all cases that are inside
    coverage : share of all successes that are inside
    density : share of successes among the cases inside
    """

    low: Floats
    high: Floats
    mass: float = np.nan
    coverage: float = np.nan
    density: float = np.nan

    def inside(self, x: Floats) -> Flags:
        """Return which cases, of shape (cases, inputs), are inside."""
        return np.logical_and.reduce((x >= self.low) & (x <= self.high), axis=1)

    def measured(self, x: Floats, y: Flags) -> Box:
        """Return the box with mass, coverage and density of these cases."""
        inside = self.inside(x)
        hits, cases, all_hits = int((inside & y).sum()), int(inside.sum()), int(y.sum())
        return replace(
            self,
            mass=cases / len(y) if len(y) else np.nan,
            coverage=hits / all_hits if all_hits else np.nan,
            density=hits / cases if cases else np.nan,
        )


def rule(box: Box, inputs: Sequence[str]) -> str:
    """Return a box in words: ``openness >= 0.4 and effort 20 to 60``; "anywhere" if nothing is restricted."""
    parts = []
    for name, low, high in zip(inputs, box.low, box.high, strict=True):
        if " = " in name and (np.isfinite(low) or np.isfinite(high)):
            parts.append(name if low > 0 else name.replace(" = ", " is not "))
        elif np.isfinite(low) and np.isfinite(high):
            parts.append(
                f"{name} {value_label(float(low))} to {value_label(float(high))}" if low < high else f"{name} = {value_label(float(low))}"
            )
        elif np.isfinite(low):
            parts.append(f"{name} >= {value_label(float(low))}")
        elif np.isfinite(high):
            parts.append(f"{name} <= {value_label(float(high))}")
    return " and ".join(parts) or "anywhere"


def everything(inputs: int) -> Box:
    """Return the box that restricts nothing."""
    return Box(np.full(inputs, -np.inf), np.full(inputs, np.inf))


def peel(x: Floats, y: Flags, alpha: float = 0.05, mass: float = 0.05) -> list[Box]:
    """Peel from the whole space the layers that hold the fewest successes.

    A step removes the lowest or highest `alpha` of the cases inside along one input; where values are tied, at least the cases of
    one value. Of all such steps the one is taken that raises the density most for each case it removes, since steps differ in
    size where inputs have few levels (Kwakkel & Jaxa-Rozen 2016, *Environ. Model. Softw.* 79, 311-321); where all are of one size
    this is Friedman & Fisher's rule.

    Parameters
    ----------
    x : inputs of shape (cases, inputs)
    y : whether a case is a success
    alpha : share removed in a step
    mass : least share of all cases that a box may hold

    Returns
    -------
    list of Box
        The trajectory, from everything to the smallest box; coverage falls along it.
    """
    box = everything(x.shape[1]).measured(x, y)
    trajectory = [box]
    while True:
        inside = box.inside(x)
        found = _best_peel(x[inside], y[inside], box, alpha, least=max(1, int(np.ceil(mass * len(y)))))
        if found is None:
            return trajectory
        box = found.measured(x, y)
        trajectory.append(box)


def _best_peel(x: Floats, y: Flags, box: Box, alpha: float, least: int) -> Box | None:
    best, best_gain = None, -np.inf
    density, cases = y.mean(), len(y)
    for place in range(x.shape[1]):
        column = x[:, place]
        for low_end in (True, False):
            keep = _kept(column, alpha, low_end)
            left = int(keep.sum())
            if left < least or left == cases:
                continue
            gain = (y[keep].mean() - density) / (cases - left)
            if gain > best_gain + 1e-15:
                best_gain = gain
                ends = box.low.copy(), box.high.copy()
                ends[0 if low_end else 1][place] = column[keep].min() if low_end else column[keep].max()
                best = Box(*ends)
    return best


def _kept(column: Floats, alpha: float, low_end: bool) -> Flags:
    """Return which cases a step keeps: all but the lowest (or highest) `alpha`, or but those of the end value."""
    if not low_end:
        return _kept(-column, alpha, True)
    removed = max(1, int(alpha * len(column)))
    if removed >= len(column):
        return np.zeros(len(column), dtype=bool)
    cut = np.partition(column, removed)[removed]
    keep = column >= cut
    return column > cut if keep.all() else keep


def paste(x: Floats, y: Flags, box: Box, alpha: float = 0.05) -> Box:
    """Move the faces of a box outward again while this raises its density.

    A step adds at least `alpha` of the cases inside along one input, the nearest outside in that direction; a face behind which nothing
    is lost is moved to infinity.
    """
    while True:
        inside = box.inside(x)
        density, add = y[inside].mean(), max(1, int(np.ceil(alpha * inside.sum())))
        best, best_density = None, density
        for place in range(x.shape[1]):
            for low_end in (True, False):
                wider = _wider(x, box, place, low_end, add)
                if wider is not None and (found := y[wider.inside(x)].mean()) > best_density:
                    best, best_density = wider, found
        if best is None:
            return _freed(x, y, box)
        box = best


def _wider(x: Floats, box: Box, place: int, low_end: bool, add: int) -> Box | None:
    low, high = box.low.copy(), box.high.copy()
    (low if low_end else high)[place] = -np.inf if low_end else np.inf
    column = x[Box(low, high).inside(x), place]
    beyond = np.sort(column[column < box.low[place]])[::-1] if low_end else np.sort(column[column > box.high[place]])
    if not len(beyond):
        return None
    (low if low_end else high)[place] = beyond[min(add, len(beyond)) - 1]
    return Box(low, high)


def _freed(x: Floats, y: Flags, box: Box) -> Box:
    """Drop the restrictions that cost no density, one by one, the costliest kept longest."""
    while True:
        density = y[box.inside(x)].mean()
        best, best_density = None, -np.inf
        for place in np.flatnonzero(np.isfinite(box.low)):
            found = replace(box, low=np.where(np.arange(len(box.low)) == place, -np.inf, box.low))
            if y[found.inside(x)].mean() > best_density:
                best, best_density = found, y[found.inside(x)].mean()
        for place in np.flatnonzero(np.isfinite(box.high)):
            found = replace(box, high=np.where(np.arange(len(box.high)) == place, np.inf, box.high))
            if y[found.inside(x)].mean() > best_density:
                best, best_density = found, y[found.inside(x)].mean()
        if best is None or best_density < density:
            return box
        box = best


def choose(trajectory: list[Box], coverage: float) -> Box:
    """Return the densest box of a trajectory that still covers enough of the successes; of equals the largest."""
    enough = [box for box in trajectory if box.coverage >= coverage] or trajectory[:1]
    return max(enough, key=lambda box: (box.density, box.mass))
