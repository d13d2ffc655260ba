"""Evaluating points: what a worker does. Runs of each group at some points of the parameters, and the statistics of the targets."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.calibration.groups import Group
from coalsim.calibration.statistics import LIBRARY, Seen
from coalsim.calibration.targets import Target
from coalsim.errors import StatisticError
from coalsim.parameters import Parameters
from coalsim.simulation import field_size, organization_months, simulate
from coalsim.tables.columns import REPLICATE, SCENARIO, TABLES
from coalsim.vectorized.compiling import chosen

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Task:
    """Points to evaluate in one go, in common random numbers, with all that is needed.

    Attributes
    ----------
    stage, number : name of the stage, and which of its tasks it is
    points : values of the calibrated parameters
    base, groups, targets : of the problem
    monthly : whether monthly tables are kept
    seed : of the simulations
    group_seed : of how settings are dealt out within groups, the same in the whole calibration
    noise : whether standard errors are wanted
    """

    stage: str
    number: int
    points: tuple[Mapping[str, Any], ...]
    base: Parameters
    groups: Mapping[str, Group]
    targets: tuple[Target, ...]
    monthly: bool
    seed: int
    group_seed: int
    noise: bool = True


@dataclass(frozen=True)
class Evaluated:
    """What came of a task.

    Attributes
    ----------
    values : by point, the statistic of each target; NaN where it has no value
    noise : by point, its standard error from the chance in the runs (jackknife over parts of them); NaN where it has none
    seconds : of processor time
    """

    values: list[list[float]]
    noise: list[list[float]]
    seconds: float


def evaluate(task: Task) -> Evaluated:
    """Simulate the points of a task and compute the statistics."""
    began = time.process_time()
    values = np.full((len(task.points), len(task.targets)), np.nan)
    noise = np.full_like(values, np.nan)
    for name, group in task.groups.items():
        places = [place for place, target in enumerate(task.targets) if target.group == name]
        for point, seen in enumerate(see(task, group)):
            rests = [seen.without(fold) for fold in seen.folds()] if task.noise else []
            for place in places:
                target = task.targets[place]
                values[point, place], noise[point, place] = _measured(target, seen, rests)
    return Evaluated(values.tolist(), noise.tolist(), time.process_time() - began)


def see(task: Task, group: Group) -> list[Seen]:
    """Simulate a group at the points of a task; what is seen at each."""
    columns = _columns([target for target in task.targets if target.group == group.name])
    bases = [task.base.replace(**{**group.fixed, **point}) for point in task.points]
    found: list[list[tuple[int, Mapping[str, Any], Parameters, dict[str, pd.DataFrame | None]]]] = [[] for _ in bases]
    runs_of = [(bases[0].replace(**settings), len(replicates)) for settings, replicates in group.dealt(task.group_seed)]
    compiled = chosen(None, len(bases) * sum(count * organization_months(p) for p, count in runs_of))  # by the size of all, not of a part
    for number, (settings, replicates) in enumerate(group.dealt(task.group_seed)):
        scenarios = [base.replace(**settings) for base in bases]
        runs = simulate(scenarios, replicates, seed=task.seed, monthly=task.monthly, compiled=compiled)
        for point, parts in enumerate(found):
            tables = {"outcomes": runs.outcomes, "coalitions": runs.coalitions, "monthly": runs.monthly}
            mine = {name: None if table is None else table[table[SCENARIO] == point] for name, table in tables.items()}
            parts.append((number, settings, scenarios[point], mine))
    return [_joined(parts, columns) for parts in found]


def _columns(targets: Sequence[Target]) -> dict[str, set[str]] | None:
    """Return the columns that targets read, by table; None: all, which functions of one's own may read."""
    found: dict[str, set[str]] = {}
    for target in targets:
        if target.statistic.name not in LIBRARY:
            return None
        for table, columns in target.statistic.reads(target.options).items():
            found.setdefault(table, set()).update(columns)
    return found if targets else None


def _joined(parts: Sequence[tuple[int, Mapping[str, Any], Parameters, dict[str, Any]]], columns: dict[str, set[str]] | None) -> Seen:
    """Put the tables of all settings together, with the settings as columns; only some columns, for the sake of time."""
    import pandas as pd

    tables: dict[str, Any] = {}
    for name in TABLES:
        made = []
        for number, settings, p, of in parts:
            table = of[name]
            if table is None:
                continue
            about = {"organizations": field_size(p), "months": p.get("months"), **settings, "setting": number}
            made.append(table.assign(**{key: value for key, value in about.items() if not isinstance(value, tuple)}))
        tables[name] = pd.concat(made, ignore_index=True) if made else None
    coalitions = tables["coalitions"]
    years = (coalitions["end"] - coalitions["launch"] + 1) / 12
    tables["coalitions"] = coalitions.assign(resources=(coalitions["contributed"] + coalitions["granted"]) / years)
    if columns is not None:
        kept = {name: {REPLICATE, "months", "setting", *columns.get(name, ())} for name in tables}
        for name, table in tables.items():
            if table is not None:
                tables[name] = table[[column for column in table.columns if column in kept[name]]]
    return Seen(**tables)


def _measured(target: Target, seen: Seen, rests: Sequence[Seen]) -> tuple[float, float]:
    """Return a statistic and its standard error: a jackknife that leaves out one part of the runs at a time."""
    value = _number(target, seen)
    if np.isnan(value):
        return value, float("nan")
    left = np.array([_number(target, rest) for rest in rests])
    left = left[~np.isnan(left)]
    if len(left) < 2:
        return value, float("nan")
    count = len(left)
    return value, float(np.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum()))


def _number(target: Target, seen: Seen) -> float:
    try:
        value = float(target.statistic.function(seen, **target.options))
    except Exception as error:  # of the target, whatever it is: a function of one's own may do anything
        raise StatisticError(
            f"[targets.{target.name}] statistic '{target.statistic.name}' failed: {_said(error, target.statistic.function)}"
        ) from error
    return value if np.isfinite(value) else float("nan")


def _said(error: Exception, function: Callable[..., float]) -> str:
    """Return what went wrong and where in the file of the function, in one line."""
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    places = [place for place in traceback.extract_tb(error.__traceback__) if place.filename == own]
    where = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{where}"
