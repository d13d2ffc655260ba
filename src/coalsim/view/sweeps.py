"""Sweeps for the page: what is in a results folder, finished or running."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim import analysis
from coalsim.analysis import Designed
from coalsim.analysis.inputs import beside
from coalsim.analysis.marginals import Groups, check_outcomes, groups, means
from coalsim.analysis.survival import launched
from coalsim.errors import CoalsimError, ParameterError
from coalsim.sweep.results import Results, open_results
from coalsim.sweep.status import status
from coalsim.tables.columns import SCENARIO
from coalsim.tables.labels import factor_label, labeller, outcome_label, value_label, value_labels
from coalsim.view.simulating import known

DEEP = 3
"""How many folders below the present one sweeps are looked for."""

MOST = 50
"""Most sweeps that are listed."""

CURVES = 8
"""Most curves in a figure."""

_CURVE = {"value": "probability", "low": "low", "high": "high"}


def listed(folder: Path) -> list[str]:
    """Return the folders of sweeps below a folder, for people to choose from."""
    found = []
    for path in _manifests(folder, DEEP):
        try:
            status(path)
        except CoalsimError:
            continue  # results of another command
        found.append(str(path.relative_to(folder)))
        if len(found) == MOST:
            break
    return found


def shown(folder: Path, outcome: str, across: str, up: str, where: Mapping[str, str]) -> dict[str, Any]:
    """Return what a folder's results say.

    Parameters
    ----------
    folder
        Of a sweep.
    outcome
        Which outcome.
    across, up
        Factors of the heat map; "" takes the first and second.
    where
        By factor, the label of the level (or bin) that scenarios must have to be shown.

    Raises
    ------
    ParameterError, StoreError
        There is no sweep, or no such outcome, factor or level.
    """
    about = status(folder)
    results = open_results(folder)
    check_outcomes([outcome])
    found: dict[str, Any] = {
        "name": about.name,
        "lines": list(about.lines()),
        "running": about.holder is not None,
        "runs": [about.runs_done, about.runs],
        "outcome": {"name": outcome, "label": outcome_label(outcome)},
    }
    by = {name: groups(results, name) for name in results.sweep.factors}
    found["factors"] = [{"name": name, "label": factor_label(name), "levels": list(group.labels)} for name, group in by.items()]
    if not about.runs_done:
        return found
    mask = _mask(by, where)
    kept = {name: replace(group, codes=np.where(mask, group.codes, -1)) for name, group in by.items()}
    tables = _filtered(results, mask)
    found["scenarios"] = [int(mask.sum()), len(mask)]
    found["levels"] = [_levels(results, group, outcome) for group in kept.values()]
    found["effects"] = _effects(tables, by, where, outcome)
    names = list(by)
    across = across if across in by else (names[0] if names else "")
    up = up if up in by and up != across else next((name for name in names if name != across), "")
    if up:
        found["heat"] = _heat(results, kept[across], kept[up], outcome)
    found["survival"] = _survival(tables, by.get(across))
    return found


def _mask(by: Mapping[str, Groups], where: Mapping[str, str]) -> NDArray[np.bool_]:
    """Return which scenarios are shown."""
    mask = np.ones(len(next(iter(by.values())).codes) if by else 1, dtype=bool)
    for name, label in where.items():
        if name not in by:
            raise ParameterError(f"'{name}' is no factor of this sweep; factors: {', '.join(by)}")
        if label not in by[name].labels:
            raise ParameterError(f"{name} = {label} is no level of this sweep; levels: {', '.join(by[name].labels)}")
        mask &= by[name].codes == by[name].labels.index(label)
    if not mask.any():
        raise ParameterError("no scenario has all of these levels; take one of the filters away")
    return mask


def _filtered(results: Results, mask: NDArray[np.bool_]) -> Designed:
    design = results.design[mask] if len(results.design) == len(mask) else results.design
    keep = set(design[SCENARIO].tolist())
    outcomes, coalitions = results.outcomes, results.coalitions
    return Designed(design, outcomes[outcomes[SCENARIO].isin(keep)], coalitions[coalitions[SCENARIO].isin(keep)])


def _levels(results: Results, group: Groups, outcome: str) -> dict[str, Any]:
    """Return the means of an outcome by level of a factor."""
    rows = means(results, [group], [outcome]).to_dict("records")
    points = [
        {"label": group.labels[int(row["group"])], "value": known(row["mean"]), "low": known(row["low"]), "high": known(row["high"])}
        for row in rows
    ]
    return {"factor": factor_label(group.factor), "numbers": group.middle is not None, "points": points}


def _effects(tables: Designed, by: Mapping[str, Groups], where: Mapping[str, str], outcome: str) -> list[dict[str, Any]]:
    """Return paired effects of levels, where the design has pairs."""
    rows: list[dict[str, Any]] = []
    for name, group in by.items():
        if name in where or group.binned or len(group.labels) < 2:
            continue
        try:
            found = analysis.effect(tables, name, outcome)
        except CoalsimError:
            continue  # scenarios that differ in this factor alone are not there
        told = labeller([*found["baseline"].tolist(), *found["value"].tolist()])
        for row in found.to_dict("records"):
            if np.isfinite(row["low"]):
                label = f"{name.replace('_', ' ')} {told(row['baseline'])} → {told(row['value'])}"
                rows.append({"label": label, "value": known(row["effect"]), "low": known(row["low"]), "high": known(row["high"])})
    return rows


def _heat(results: Results, across: Groups, up: Groups, outcome: str) -> dict[str, Any]:
    rows = means(results, [across, up], [outcome]).to_dict("records")
    cells = [
        {
            "x": int(row["group"]),
            "y": int(row["group_2"]),
            "value": known(row["mean"]),
            "text": value_label(row["mean"]) if np.isfinite(row["mean"]) else "–",
            "about": f"{value_label(row['mean'])} ({value_label(row['low'])} to {value_label(row['high'])}), {row['runs']:,} runs",
        }
        for row in rows
    ]
    return {
        "across": across.factor,
        "up": up.factor,
        "xname": factor_label(across.factor),
        "yname": factor_label(up.factor),
        "xs": list(across.labels),
        "ys": list(up.labels),
        "cells": cells,
    }


def _survival(tables: Designed, group: Groups | None) -> dict[str, Any] | None:
    """Return how long coalitions last, by level of a factor if it has few; None if none was launched."""
    if not launched(tables.coalitions).any():
        return None
    present = 0 if group is None else tables.design[group.factor].nunique()
    of = group.factor if group is not None and not group.binned and 2 <= present <= CURVES else None
    curves = analysis.survival(tables, of=of).curves  # with the intervals of the report
    for end in ("low", "high"):
        curves[end] = curves[end].fillna(curves["probability"])  # no band where there is no interval
    labels = np.array(value_labels(curves[beside(of)].tolist()) if of else [""] * len(curves), dtype=object)
    return {
        "by": factor_label(of) if of else "",
        "curves": [
            {
                "label": label,
                "age": part["age"].tolist(),
                **{key: [known(v) or 0.0 for v in part[column]] for key, column in _CURVE.items()},
            }
            for label, part in curves.groupby(labels, sort=False)
        ],
    }


def _manifests(folder: Path, deep: int) -> Iterator[Path]:
    """Yield folders with a manifest, those of one level before those below."""
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return
    for path in inside:
        if (path / "manifest.json").is_file():
            yield path
    if deep > 1:
        for path in inside:
            if not (path / "manifest.json").is_file():
                yield from _manifests(path, deep - 1)
