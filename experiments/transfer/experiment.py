"""Transfer: the posterior's draws in fields of other sizes and in a real one, and what levers do early and late in a run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import coalsim as cs
from coalsim.calibration.evaluating import Task, evaluate
from coalsim.calibration.groups import Group
from coalsim.calibration.posteriors import drawn
from coalsim.calibration.problem import Problem, read_problem
from coalsim.calibration.statistics import LIBRARY
from coalsim.calibration.targets import Target, read_target
from coalsim.experiments import Output, Setting, Value
from coalsim.studies.levers import Lever, effects_over_draws

TARGETS = Path(__file__).resolve().parents[1] / "calibration" / "targets.toml"
HEALTH = Path(__file__).resolve().parents[2] / "configs" / "vermont-health.toml"
POSTERIOR = "model2"
SIZES = (60, 120, 240, 480, 960)
"""Organizations; one issue and three quarters of a funder for every fifteen, as in the fields that the model was fitted to."""
MONTHS = (12, 72)
"""Launches of the followed initiative, early and late in the run."""

LEVERS = [
    Lever("contribution rate .08 to .16", {"focal_contribution_rate": 0.08}, {"focal_contribution_rate": 0.16}),
    Lever("communication share .1 to .4", {"focal_communication_share": 0.1}, {"focal_communication_share": 0.4}),
    Lever("commitment 12 to 36 months", {"focal_commitment_months": 12}, {"focal_commitment_months": 36}),
    Lever("first contact: 24 months to at once", {"focal_funder_month": 24}, {"focal_funder_month": 0}),
    Lever("seed grant 0 to 1", {"focal_seed_grant": 0.0}, {"focal_seed_grant": 1.0}),
]
"""Levers of one initiative that do not move its launch."""

_SINCE = {"group": "fields", "since": "formation"}
FACE: dict[str, tuple[str, dict[str, Any]]] = {
    "survival 5 years": ("in another form", {"statistic": "survival", "years": 5, "value": 0.718, "tolerance": 0.10, **_SINCE}),
    "survival 10 years": ("in another form", {"statistic": "survival", "years": 10, "value": 0.532, "tolerance": 0.10, **_SINCE}),
    "survival 15 years": ("no", {"statistic": "survival", "years": 15, "value": 0.404, "tolerance": 0.10, **_SINCE}),
    "hazard, ages 0-2": ("no", {"statistic": "hazard", "low": 0, "high": 2, "value": 0.0287, "tolerance": 0.0144, **_SINCE}),
    "hazard, ages 2-4": ("as a ratio", {"statistic": "hazard", "low": 2, "high": 4, "value": 0.1104, "tolerance": 0.0552, **_SINCE}),
    "hazard, ages 5-10": ("no", {"statistic": "hazard", "low": 5, "high": 10, "value": 0.0606, "tolerance": 0.0303, **_SINCE}),
    "hazard, ages 10-20": ("as a ratio", {"statistic": "hazard", "low": 10, "high": 20, "value": 0.0505, "tolerance": 0.0252, **_SINCE}),
}
"""Patterns of `face-check` with its tolerances, and whether the model was fitted to them. Its networks were all fitted."""


def run(setting: Setting) -> Output:
    """Evaluate the fitted numbers in each field over draws, and levers early and late."""
    count, cells, lever_draws, replicates = (2, 2e4, 3, 2) if setting.quick else (20, 1.5e6, 100, 4)
    problem = read_problem(TARGETS)
    kept = tuple(target for target in problem.targets if target.group == "fields" and target.name != "size_and_field")
    problem = dataclasses.replace(problem, targets=kept)
    face = tuple(read_target(name, of, LIBRARY, problem.groups) for name, (_, of) in FACE.items())
    fields = {str(n): cs.Parameters().replace(**_field(n)) for n in SIZES} | {"Vermont health": cs.load(HEALTH)}
    sizes = dict.fromkeys(fields, 963) | {str(n): n for n in SIZES}
    got = {name: _fitted(problem, p, count, max(2, round(cells / sizes[name] / 240)), setting.seed) for name, p in fields.items()}
    table = _table(problem, got)
    met = table[table["met"]].groupby("field")["statistic"].count().reindex(fields, fill_value=0)
    members = {name: float(np.nanmedian(values[:, [t.name for t in kept].index("members")])) for name, values in got.items()}
    when = _early_and_late(lever_draws, replicates, setting)
    looked = _face(problem, face, count, cells, setting.seed)
    values = [
        *(Value(f"met/{name}", float(number)) for name, number in met.items()),
        Value("face_not_fitted", float(looked[looked["fitted"] == "no"]["met"].sum())),
        Value("members_960_over_60", members["960"] / members["60"]),
        Value("same_sign_early_and_late", _same(when)),
    ]
    return Output(values, {"fitted": table, "face": looked, "early_and_late": when})


def _field(organizations: int) -> dict[str, int]:
    return {"organizations": organizations, "issues": organizations // 15, "funders": max(1, organizations // 20)}


def _fitted(problem: Problem, base: cs.Parameters, count: int, runs: int, seed: int) -> np.ndarray[Any, Any]:
    """Return the fitted numbers, shape (draws, targets), each draw simulated in a field of its own."""
    p = base.replace(months=problem.base.get("months"), seed_months=36)
    group = {"fields": Group("fields", runs, {"seed_share": 0.25}, {})}
    draws = drawn(POSTERIOR, count, seed, p)
    points = tuple({name: of.get(name) for name in draws.names} for of in draws)
    return np.array(evaluate(Task("transfer", 0, points, p, group, problem.targets, False, seed, seed, False)).values, dtype=float)


def _table(problem: Problem, got: dict[str, np.ndarray[Any, Any]]) -> pd.DataFrame:
    """Return, for each field and number, its median and 90 % of draws, and whether the median is accepted."""
    rows = []
    for field, values in got.items():
        for place, target in enumerate(problem.targets):
            known = values[:, place][~np.isnan(values[:, place])]
            low, middle, high = np.quantile(known, (0.05, 0.5, 0.95)) if len(known) else (np.nan,) * 3
            row = {"field": field, "statistic": target.name, "real": target.value, "accepted_low": target.low, "accepted_high": target.high}
            met = bool(target.low <= middle <= target.high)
            rows.append({**row, "median": middle, "low": low, "high": high, "draws": len(known), "met": met})
    return pd.DataFrame(rows)


def _face(problem: Problem, face: tuple[Target, ...], count: int, cells: float, seed: int) -> pd.DataFrame:
    """Return the patterns of the face check over draws, in the largest field that the model was fitted in."""
    base = cs.Parameters().replace(**_field(240))
    runs = max(2, round(cells / 240 / 240))
    table = _table(
        dataclasses.replace(problem, targets=face), {"240": _fitted(dataclasses.replace(problem, targets=face), base, count, runs, seed)}
    )
    table.insert(2, "fitted", table["statistic"].map({name: fitted for name, (fitted, _) in FACE.items()}))
    return table


def _early_and_late(draws: int, replicates: int, setting: Setting) -> pd.DataFrame:
    """Return the mean effect over draws of each lever of one initiative, launched early and late in the same fields."""
    found = []
    for month in MONTHS:
        base = cs.Parameters().replace(organizations=120, issues=8, funders=6, months=144, focal_launch_month=month)
        of = drawn(POSTERIOR, draws, setting.seed, base)
        effects = effects_over_draws(
            base, LEVERS, ["focal_formed", "focal_succeeded"], of, replicates, setting.seed, setting.workers, apart=True
        )
        for (lever, outcome), rows in effects.groupby(["lever", "outcome"], sort=False):
            effect = rows["effect"].to_numpy(dtype=float)
            mean, se = float(np.nanmean(effect)), float(np.nanstd(effect, ddof=1) / np.sqrt(np.sum(~np.isnan(effect))))
            row = {"launch": month, "lever": lever, "outcome": outcome, "low_end": rows["mean_baseline"].mean()}
            found.append({**row, "high_end": rows["mean"].mean(), "effect": mean, "low": mean - 1.96 * se, "high": mean + 1.96 * se})
    return pd.DataFrame(found)


def _same(when: pd.DataFrame) -> float:
    """Return for how many levers the effect on success early and late does not exclude one common value."""
    of = when[when["outcome"] == "focal_succeeded"].set_index(["lever", "launch"])
    early, late = (of.xs(month, level="launch") for month in MONTHS)
    apart = (early["effect"] - late["effect"]).abs()
    error = np.hypot(early["high"] - early["effect"], late["high"] - late["effect"])
    return float((apart <= error).sum())
