"""Regions of success: where, in the space of factors, runs succeed often."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from coalsim.analysis import prim
from coalsim.analysis.inputs import Floats, Ints, Tables, check_factors, factors, levels, listed, position
from coalsim.analysis.intervals import RESAMPLES, SEED, check_choice, check_confidence, percentiles, resamples
from coalsim.analysis.prim import Box, Flags, rule
from coalsim.arguments import checked
from coalsim.counts import so_many
from coalsim.errors import ParameterError, nearest
from coalsim.extras import extra
from coalsim.tables.columns import SCENARIO
from coalsim.tables.labels import value_label

if TYPE_CHECKING:
    import pandas as pd

How = Literal["tree", "prim"]
Success = str | Callable[["pd.DataFrame"], Any]

_COMPARISONS: dict[str, Callable[[Any, float], Any]] = {
    ">=": lambda x, y: x >= y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    "<": lambda x, y: x < y,
    "==": lambda x, y: x == y,
}


@dataclass(frozen=True)
class Regions:
    """Regions, in words and as boxes.

    Attributes
    ----------
    table
        One row per region, the densest first (tree) or in the order found (PRIM): ``region``, ``rule`` (text), ``scenarios``, ``mass``
        (share of runs), ``coverage`` (share of all successes), ``density`` (share of its runs that succeed) with ``low``, ``high``
        (percentile interval over bootstraps of its scenarios), ``lift`` (density over that of all runs); the same of scenarios kept
        aside, on which the region was not found: ``held_scenarios``, ``held_coverage``, ``held_density``; ``confidence``.
    boxes
        A row for each region and factor that it restricts: ``region``, ``factor``, ``low``, ``high`` (infinite where open).
    trajectory
        PRIM's peeling of the first region: ``step``, ``mass``, ``coverage``, ``density``, ``restricted`` (factors). Empty for a tree.
    success : what counts as success
    base : share of all runs that succeed
    inputs : what regions are stated in: factors, or a value of one ("focal_convener = largest", 0 or 1)
    ranges : lowest and highest value of each input
    """

    table: pd.DataFrame
    boxes: pd.DataFrame
    trajectory: pd.DataFrame
    success: str
    base: float
    inputs: tuple[str, ...]
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)


@checked
def regions(
    results: Tables,
    success: Success,
    method: How = "tree",
    over: str | Sequence[str] | None = None,
    depth: int = 3,
    coverage: float = 0.5,
    alpha: float = 0.05,
    mass: float = 0.05,
    most: int = 3,
    held: float = 0.25,
    confidence: float = 0.95,
    seed: int = SEED,
) -> Regions:
    """Find regions of the factors in which runs succeed often.

    Each run is a case. Designs that fill the space (Latin hypercube, Sobol) serve best; on a grid a region is a range of levels.

    Parameters
    ----------
    results
        Design and outcomes.
    success
        What counts as success: ``"impact >= 0.4"``, the name of an outcome that is true or false, or a function of the table of
        outcomes. An outcome without a value is no success.
    method
        "tree": the leaves of a shallow classification tree (Breiman et al. 1984, by scikit-learn), which cut up the whole space. "prim":
        boxes peeled out of it (`coalsim.analysis.prim`), each of the cases that the boxes before left.
    over
        Factors; default all of the design.
    depth
        Tree: most questions asked on the way to a leaf.
    coverage
        PRIM: least share of the successes still to be covered that a box must cover; the densest such box is taken.
    alpha
        PRIM: share of cases peeled in a step.
    mass
        Least share of runs in a region.
    most
        PRIM: most boxes; it stops before if a box is no denser than all runs.
    held
        Share of scenarios kept aside at random, to see whether regions hold on others; 0 for none.
    confidence
        Confidence level.
    seed
        Seed of what is kept aside and of the bootstrap.

    Raises
    ------
    ParameterError
        An argument is out of range, a name unknown, or all runs succeed or none.
    """
    import pandas as pd

    check_confidence(confidence)
    check_choice("method", method, get_args(How))
    for name, value, top in (("coverage", coverage, 1.0), ("alpha", alpha, 0.5), ("mass", mass, 0.5), ("held", held + 1e-9, 0.9)):
        if not 0 < value <= top:
            raise ParameterError(f"{name} = {value:g} is out of range; allowed: {'0' if name == 'held' else '> 0'}..{top:g}")
    if most < 1:
        raise ParameterError(f"most = {most} is out of range; allowed: >= 1")
    _used(method, {"depth": depth} if method == "prim" else {"coverage": coverage, "alpha": alpha, "most": most})
    x_scenario, inputs = _inputs(results, over)
    y = successes(results.outcomes, success)
    scenario = position(results.design, results.outcomes[SCENARIO].to_numpy())
    if y.all() or not y.any():
        raise ParameterError(f"{'each' if y.any() else 'none'} of {so_many(len(y), 'run')} succeeds: there is no region to tell apart")
    aside = np.zeros(len(x_scenario), dtype=bool)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(aside))
    aside[order[: int(held * len(aside))]] = True
    x, learn = x_scenario[scenario], ~aside[scenario]
    if y[learn].all() or not y[learn].any():
        raise ParameterError("too few scenarios to keep some aside; use held=0")
    trajectory: list[Box] = []
    if method == "tree":
        found = _tree(x[learn], y[learn], depth, mass)
    else:
        found, trajectory = _prim(x[learn], y[learn], coverage, alpha, mass, most)
    rows, boxes = [], []
    ranges = {name: (float(low), float(high)) for name, low, high in zip(inputs, x.min(axis=0), x.max(axis=0), strict=True)}
    for place, (box, cases) in enumerate(_with_cases(found, x, method), start=1):
        measures = _measures(cases, y, learn, scenario, confidence, seed)
        rows.append({"region": place, "rule": rule(box, inputs), **measures, "confidence": confidence})
        boxes += [
            {"region": place, "factor": name, "low": low, "high": high}
            for name, low, high in zip(inputs, box.low, box.high, strict=True)
            if np.isfinite(low) or np.isfinite(high)
        ]
    path = [
        {
            "step": step,
            "mass": b.mass,
            "coverage": b.coverage,
            "density": b.density,
            "restricted": int((np.isfinite(b.low) | np.isfinite(b.high)).sum()),
        }
        for step, b in enumerate(trajectory)
    ]
    return Regions(
        pd.DataFrame(rows),
        pd.DataFrame(boxes, columns=["region", "factor", "low", "high"]),
        pd.DataFrame(path, columns=["step", "mass", "coverage", "density", "restricted"]),
        success if isinstance(success, str) else getattr(success, "__name__", "success"),
        float(y.mean()),
        tuple(inputs),
        ranges,
    )


def _used(method: How, others: Mapping[str, float]) -> None:
    """Refuse what is of the other method, and not as it is by default: it would have no effect."""
    defaults = inspect.signature(regions).parameters
    for name, value in others.items():
        if value != defaults[name].default:
            raise ParameterError(f"{name} = {value:g} has no effect with method = '{method}'")


def successes(outcomes: pd.DataFrame, success: Success) -> Flags:
    """Return which runs succeed (see `regions`)."""
    if not isinstance(success, str):
        found = np.asarray(success(outcomes))
        if found.shape != (len(outcomes),) or found.dtype != np.bool_:
            raise ParameterError("success, a function, must give true or false for each run")
        return found
    match = re.fullmatch(r"\s*(\w+)\s*(?:(>=|<=|==|>|<)\s*(\S+)\s*)?", success)
    if match is None:
        raise ParameterError(f"success = '{success}' is not understood; write OUTCOME or OUTCOME >= NUMBER (>=, >, <=, <, ==)")
    name, comparison, bound = match.groups()
    if name not in outcomes.columns:
        raise ParameterError(f"'{name}' is not an outcome of these results{nearest(name, [str(c) for c in outcomes.columns])}")
    values = outcomes[name].to_numpy()
    if comparison is None:
        if values.dtype != np.bool_:
            raise ParameterError(f"{name} is not true or false; say from what on it is success, such as '{name} >= 0.5'")
        return values
    try:
        number = float(bound)
        if math.isnan(number):
            raise ValueError
        return np.asarray(_COMPARISONS[comparison](values.astype(float), number))
    except ValueError:
        raise ParameterError(f"success = '{success}': '{bound}' is not a number") from None


def _inputs(results: Tables, over: str | Sequence[str] | None) -> tuple[Floats, list[str]]:
    """Return the inputs of each scenario: numbers as they are, other factors as a column of 0 and 1 for each value."""
    design = results.design
    columns, names = [], []
    for name in factors(design) if over is None else check_factors(design, listed(over)):
        of = levels(design, name)
        if all(isinstance(value, (int, float)) for value in of.values):
            columns.append(np.array(of.values, dtype=float)[of.codes])
            names.append(name)
        else:
            # of two values one column says all
            told = of.values if len(of.values) > 2 else of.values[:1]
            columns += [(of.codes == code).astype(float) for code in range(len(told))]
            names += [f"{name} = {value_label(value)}" for value in told]
    if not columns:
        raise ParameterError("the design has no factor to look for regions in")
    return np.stack(columns, axis=1), names


def _tree(x: Floats, y: Flags, depth: int, mass: float) -> list[Box]:
    """Return the leaves of a classification tree as boxes, the densest first."""
    if depth < 1:
        raise ParameterError(f"depth = {depth} is out of range; allowed: >= 1")
    tree = extra("sklearn.tree").DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=max(1, int(np.ceil(mass * len(y)))), random_state=0
    )
    grown = tree.fit(x, y).tree_
    found: list[Box] = []
    waiting = [(0, prim.everything(x.shape[1]))]
    while waiting:
        node, box = waiting.pop()
        split, at = grown.feature[node], grown.threshold[node]
        if split < 0:
            found.append(box.measured(x, y))
            continue
        # the cut lies half way between two values; the boxes share no point
        low, high = box.low.copy(), box.high.copy()
        high[split], low[split] = at, np.nextafter(at, np.inf)
        waiting += [(grown.children_right[node], Box(low, box.high)), (grown.children_left[node], Box(box.low, high))]
    return sorted(found, key=lambda box: -box.density)


def _prim(x: Floats, y: Flags, coverage: float, alpha: float, mass: float, most: int) -> tuple[list[Box], list[Box]]:
    """Return boxes in the order found, and the peeling trajectory of the first."""
    found: list[Box] = []
    first: list[Box] = []
    left = np.ones(len(y), dtype=bool)
    while len(found) < most and y[left].any() and left.mean() > mass:
        trajectory = prim.peel(x[left], y[left], alpha, min(0.5, mass / left.mean()))
        box = prim.paste(x[left], y[left], prim.choose(trajectory, coverage), alpha).measured(x[left], y[left])
        if box.density <= y.mean() or box.mass == 1:
            break
        first = first or trajectory
        found.append(box)
        left &= ~box.inside(x)
    return found, first


def _with_cases(found: list[Box], x: Floats, method: How) -> list[tuple[Box, Flags]]:
    """Return each box with the cases that are its own: those the boxes before do not hold."""
    free = np.ones(len(x), dtype=bool)
    pairs = []
    for box in found:
        inside = box.inside(x)
        pairs.append((box, inside & free))
        if method == "prim":
            free &= ~inside
    return pairs


def _measures(cases: Flags, y: Flags, learn: Flags, scenario: Ints, confidence: float, seed: int) -> dict[str, Any]:
    mine, held = cases & learn, cases & ~learn
    hits = np.bincount(scenario[mine & y], minlength=scenario.max() + 1)
    runs = np.bincount(scenario[mine], minlength=scenario.max() + 1)
    hits, runs = hits[runs > 0], runs[runs > 0]
    drawn = resamples(len(runs), RESAMPLES, seed) if len(runs) > 1 else np.zeros((1, len(runs)), dtype=np.intp)
    low, high = percentiles(hits[drawn].sum(axis=1) / runs[drawn].sum(axis=1), confidence) if len(runs) > 1 else (np.nan, np.nan)
    density = hits.sum() / runs.sum()
    return {
        "scenarios": len(runs),
        "mass": mine.sum() / learn.sum(),
        "coverage": hits.sum() / (y & learn).sum(),
        "density": density,
        "low": float(low),
        "high": float(high),
        "lift": density / y[learn].mean(),
        "held_scenarios": len(np.unique(scenario[held])),
        "held_coverage": (held & y).sum() / (y & ~learn).sum() if (y & ~learn).any() else np.nan,
        "held_density": y[held].mean() if held.any() else np.nan,
    }
