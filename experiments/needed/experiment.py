"""Needed: which calibrated parameters neither the data nor any outcome asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import norm

import coalsim as cs
from coalsim.calibration.posteriors import MODEL_2, posterior
from coalsim.errors import ParameterError
from coalsim.experiments import Output, Setting, Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalsim.parameters import Parameters

WIDTHS = Path(__file__).resolve().parents[2] / "results" / "calibration" / "widths.csv"
FIELD = {"organizations": 120, "issues": 8, "funders": 6, "months": 120}
"""The field of the study of what pays."""
ON = ("launched", "formed", "success_rate", "problems_solved", "impact", "participation", "memberships", "retention")
LITTLE = 0.01
"""A total index below this is none."""
AS_BEFORE = 0.9
"""A posterior as wide as this share of its prior, or wider, has learned nothing: of 200 draws it is known to about a twentieth."""


def run(setting: Setting) -> Output:
    """Draw each parameter anew, alone, at draws of the posterior, and see what becomes of outcomes."""
    points, replicates = (3, 3) if setting.quick else (40, 16)
    draws = posterior(MODEL_2)
    names = draws.names[:4] if setting.quick else draws.names
    start = np.random.Generator(np.random.PCG64(setting.seed))
    means, squares = [], []
    for number, (one, other) in enumerate(start.permutation(len(draws))[: 2 * points].reshape(-1, 2)):
        changed = _changed(draws[int(one)].replace(**FIELD), draws[int(other)], names)
        runs = _runs(changed, replicates, setting, number)
        means.append(_mean(runs, 1))
        squares.append(_squares(runs))
    table = indices(np.array(means), np.array(squares), names)
    return reported(table)


def reported(table: pd.DataFrame) -> Output:
    """Return what total indices (`indices`) say beside the widths of the posterior."""
    needed = _needed(table, pd.read_csv(WIDTHS))
    values = [
        Value("parameters_nobody_needs", float(needed["nobody_needs"].sum())),
        Value("parameters_shown_to_matter", float(needed["shown"].sum())),
        Value("parameters_the_data_pinned", float((needed["width"] < AS_BEFORE).sum())),
    ]
    return Output(values, {"total": table, "needed": needed}, {"total": _figure(needed)})


def indices(means: np.ndarray[Any, Any], squares: np.ndarray[Any, Any], names: tuple[str, ...]) -> pd.DataFrame:
    """Return total indices (Jansen 1999, Computer Physics Communications 117:35), without the part of chance.

    Parameters
    ----------
    means
        Of outcomes over replicates, shape (points, 1 + parameters, outcomes): at a point, and where one parameter was drawn anew.
    squares
        Squared differences of these from the first, less what chance adds to them, shape (points, parameters, outcomes).
    names
        Of the parameters.

    Returns
    -------
    DataFrame
        One row per parameter and outcome: ``parameter``, ``outcome``, ``total``, ``se`` (over points).
    """
    variance = _mean(_mean((means - _mean(means, 0)) ** 2, 0), 0) * len(means) / (len(means) - 1)
    found = squares / (2 * variance)
    count = (~np.isnan(found)).sum(axis=0)
    total = _mean(found, 0)
    se = np.sqrt(_mean((found - total) ** 2, 0) / np.maximum(count - 1, 1))
    rows = [
        {"parameter": name, "outcome": outcome, "total": total[i, j], "se": se[i, j]}
        for i, name in enumerate(names)
        for j, outcome in enumerate(ON)
    ]
    return pd.DataFrame(rows)


def _mean(of: np.ndarray[Any, Any], axis: int) -> np.ndarray[Any, Any]:
    """Return means over an axis, of what has a value; NaN where nothing has."""
    return np.asarray(np.ma.masked_invalid(of).mean(axis=axis).filled(np.nan))


def _changed(one: Parameters, other: Parameters, names: tuple[str, ...]) -> list[Parameters]:
    """Return a point, and the points with one parameter as it is in another; the same point where these do not go together."""
    found = [one]
    for name in names:
        try:
            found.append(one.replace(**{name: other.get(name)}))
        except ParameterError:
            found.append(one)
    return found


def _runs(changed: list[Parameters], replicates: int, setting: Setting, number: int) -> np.ndarray[Any, Any]:
    """Return outcomes, shape (scenarios, replicates, outcomes); each point has replicates of its own, shared by its scenarios."""
    base = changed[0]
    sweep = cs.Sweep(base, {"point": {str(i): p.changed(base) for i, p in enumerate(changed)}}, replicates, setting.seed + 1000 * number)
    results = sweep.run(workers=setting.workers)
    runs = results.outcomes.sort_values(["scenario_id", "replication"])
    return runs[list(ON)].to_numpy(dtype=float).reshape(len(changed), replicates, len(ON))


def _squares(runs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return squared mean differences from the first scenario, less their variance by chance, shape (scenarios - 1, outcomes)."""
    differences = runs[1:] - runs[0]
    count = (~np.isnan(differences)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(differences, axis=1) / count
        spread = np.nansum((differences - mean[:, None]) ** 2, axis=1) / (count - 1)
        return np.where(count > 1, mean**2 - spread / count, np.nan)


def _needed(table: pd.DataFrame, widths: pd.DataFrame) -> pd.DataFrame:
    """Return each parameter with its largest total index and what the data say of it."""
    largest = table.loc[table.groupby("parameter", sort=False)["total"].idxmax()].set_index("parameter")
    found = widths.set_index("parameter")[["prior", "width"]].join(largest, how="inner").reset_index()
    # One-sided 95 % with Bonferroni's correction for the outcomes among which the largest was chosen.
    found["shown"] = found["total"] - norm.isf(0.05 / len(ON)) * found["se"] > LITTLE
    found["nobody_needs"] = (found["total"] < LITTLE) & (found["width"] >= AS_BEFORE)
    return found.sort_values("total", ascending=False, ignore_index=True)


def _figure(needed: pd.DataFrame) -> Figure:
    """Draw the largest total index of each parameter."""
    from coalsim.report.figures.axes import panels, title
    from coalsim.report.plots import COLOURS

    figure, (axis,) = panels(1, 6.5, 1.2 + 0.17 * len(needed), left=1.6)
    colours = [COLOURS[0] if width >= AS_BEFORE else COLOURS[1] for width in needed["width"]]
    axis.barh(range(len(needed)), needed["total"].clip(lower=0), xerr=1.96 * needed["se"], color=colours, ecolor="0.5")
    axis.axvline(LITTLE, color="0.3", linewidth=1, linestyle=":")
    axis.set_yticks(range(len(needed)), needed["parameter"], fontsize=7)
    axis.set_ylim(len(needed) - 0.5, -0.5)
    axis.set_xlabel("largest total index on an outcome")
    title(figure, "What the calibrated parameters matter for", "blue: the data say nothing of it; orange: the posterior is narrower")
    return figure
