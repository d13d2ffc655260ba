"""Each mechanism of model 2 alone: added to model 1, and taken out of model 2, by what it does to the patterns the model is fitted to."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import coalsim as cs
from coalsim.calibration.evaluating import Task, evaluate
from coalsim.calibration.groups import Group
from coalsim.calibration.problem import read_problem
from coalsim.experiments import Output, Setting, Value

TARGETS = Path(__file__).resolve().parents[1] / "calibration" / "targets.toml"

MECHANISMS = {
    "several memberships": ("memberships_max", "pledge_floor"),
    "renewal of pledges": ("renewal",),
    "problems come back": ("need_return",),
    "continuation after success": ("continuation",),
    "routines": ("routine_rate", "routine_effect"),
    "closures and newcomers, others lead": ("closure_rate", "succession"),
    "acquaintance made in coalitions": ("fellow_rate", "mutuality", "forgetting", "acquaintances_max"),
    "founders are asked": ("founders",),
    "funders like everybody": ("relation_openness",),
    "grants have a size": ("grant_size", "funders_max", "funder_referral"),
    "span of the lead and its staff": ("span", "leadership_staff"),
    "deliberation costs": ("deliberation",),
    "redefining is weighed": ("weigh_goals",),
    "second goals": ("goal_rate",),
    "windows close doors": ("window_share",),
    "staff goes on asking": ("shelter",),
    "burn-in": ("burn_in",),
}
"""The mechanisms of model 2 with the parameters that switch them on."""


def run(setting: Setting) -> Output:
    """Evaluate the statistics of the calibration with each mechanism added, and with each left out."""
    problem = read_problem(TARGETS)
    problem = dataclasses.replace(problem, targets=tuple(target for target in problem.targets if target.group == "fields"))
    groups = {"fields": dataclasses.replace(problem.groups["fields"], runs=5 if setting.quick else 30)}
    before, after = cs.Parameters.model1(), cs.Parameters()
    tables = []
    for base, what, other in ((before, "added to model 1", after), (after, "taken out of model 2", before)):
        points = [{}, *({name: other.get(name) for name in names} for names in MECHANISMS.values())]
        values, noise = _evaluated(problem, groups, base, points, setting.seed)
        for mechanism, value, error in zip(MECHANISMS, values[1:], noise[1:], strict=True):
            error = np.hypot(error, noise[0])
            row = {"what": what, "mechanism": mechanism, "statistic": [target.name for target in problem.targets]}
            tables.append(pd.DataFrame({**row, "without" if base is before else "with": values[0], "changed": value, "noise": error}))
    table = pd.concat(tables, ignore_index=True)
    table["before"] = table.pop("without").fillna(table.pop("with"))
    table["difference"] = table["changed"] - table["before"]
    table = table[["what", "mechanism", "statistic", "before", "changed", "difference", "noise"]]
    strongest = _strongest(table, problem)
    return Output(
        [Value("mechanisms_that_move_a_pattern", float((strongest["beyond_chance"] & (strongest["times_tolerance"] > 0.5)).sum()))],
        {"effects": table, "strongest": strongest},
    )


def _evaluated(
    problem: Any, groups: dict[str, Group], base: cs.Parameters, points: list[dict[str, Any]], seed: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return statistics and their standard errors at points around a base, in common random numbers."""
    months = {"months": problem.base.get("months"), "seed_months": 36}
    values, noise = [], []
    for point in points:  # one at a time: they differ in what gives arrays their shapes
        p = base.replace(**months, seed_grant=cs.Parameters().get("seed_grant") or 0.3, **point)
        found = evaluate(Task("each alone", 0, ({},), p, groups, problem.targets, False, seed, seed))
        values.append(found.values[0])
        noise.append(found.noise[0])
    return np.array(values, dtype=float), np.array(noise, dtype=float)


def _strongest(table: pd.DataFrame, problem: Any) -> pd.DataFrame:
    """Return, for each mechanism and direction, the statistic that it moves most beyond chance.

    ``times_tolerance`` is in units of what the real number may be off. Beyond chance: by more than twice the standard error of the
    difference. Both sides share their chances, so that this error, which takes them for independent, is rather too large.
    """
    spread = {target.name: target.scale for target in problem.targets}
    off = table["statistic"].map(spread).astype(float) * 1.96
    found = table.assign(times_tolerance=(table["difference"].abs() / off), beyond_chance=table["difference"].abs() > 2 * table["noise"])
    known = found[found["times_tolerance"].notna()].sort_values(["beyond_chance", "times_tolerance"], ascending=False, kind="stable")
    best = known.groupby(["what", "mechanism"], sort=False).head(1).set_index(["what", "mechanism"])
    order = table[["what", "mechanism"]].drop_duplicates()
    return order.join(best, on=["what", "mechanism"]).reset_index(drop=True)
