"""The patterns that are compared: what each is, in the data and in the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from face_check_hazards import (
    PANEL,
    REAL,
    VIEWS,
    Seen,
    counts,
    hazard,
    real_ages,
    real_hazard,
    real_size_ratio,
    real_sizes,
    real_survival,
    size_hazards,
    size_ratio,
    spans,
    summary,
    survival,
)
from face_check_lives import Lives
from face_check_networks import MEASURES, real_networks
from numpy.typing import NDArray

from coalsim.analysis.intervals import resample_counts

Floats = NDArray[np.float64]

NETWORK_MONTH = 119
"""Month at whose end the networks compared are taken: the end of the default run."""
SURVIVED = (5, 10, 15)
HAZARDS = ((0, 2), (2, 4), (5, 10), (10, 20))
FEWEST = 20
"""Formed coalitions, and coalition-years at risk in a class of age, from which a draw of parameters says something."""


class Estimate(NamedTuple):
    """A number with standard error and 95 % interval; NaN where there is none."""

    value: float
    se: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


def real_estimates() -> dict[str, Estimate]:
    """Return the real numbers by pattern; intervals 95 %, those of networks from the smallest to the largest of the seven."""
    curve, found = real_survival(), {}
    for years in SURVIVED:
        rows = real_ages().query("high <= @years")
        # Var(ln S) is that of the cumulative hazard
        se = float(np.sqrt((((rows["high"] - rows["low"]) * rows["se"]) ** 2).sum()))
        value = float(curve[years])
        found[f"survival_{years}"] = Estimate(value, value * se, value * np.exp(-1.96 * se), value * np.exp(1.96 * se))
    for low, high in HAZARDS:
        value, se = real_hazard(low, high)
        found[f"hazard_{low}_{high}"] = Estimate(value, se, value - 1.96 * se, value + 1.96 * se)
    exits = real_sizes()["exits"].to_numpy(dtype=float)
    ratio, se = real_size_ratio(), float(np.sqrt(1 / exits[:2].sum() + 1 / exits[3:].sum()))  # of ln ratio
    found["size_ratio"] = Estimate(ratio, ratio * se, ratio * np.exp(-1.96 * se), ratio * np.exp(1.96 * se))
    networks = real_networks()
    for name in MEASURES:
        column = networks[name]
        found[name] = Estimate(column.mean(), column.std() / np.sqrt(len(column)), column.min(), column.max())
    found["coalitions_per_organization"] = Estimate(_prevalence())
    return found


def _prevalence() -> float:
    """Return the share of coalition-named ones in the organization-years of public charities."""
    years = pd.read_csv(PANEL / "hazard_by_age.csv").groupby("group")["org_years"].sum()
    return float(years[REAL] / years["all_501c3_public_charities"])


def estimates(of: Lives, views: dict[str, Seen], seed: int) -> dict[str, Estimate]:
    """Return the model's numbers by pattern, and some variants: coalitions from their launch, ends by dissolution only."""
    found: dict[str, Estimate] = {}
    for view in ("formed", "launched", "formed_registered", "formed_dissolved"):
        suffix = "" if view == "formed" else f"_{view}"
        for years in SURVIVED:
            found[f"survival_{years}{suffix}"] = Estimate(*views[view].survival(years))
        for low, high in HAZARDS:
            found[f"hazard_{low}_{high}{suffix}"] = Estimate(*views[view].hazard(low, high))
    for event in ("ended", "dissolved"):
        _, (ratio, se) = size_hazards(of, "resources", event, seed)
        found["size_ratio" + ("" if event == "ended" else "_dissolved")] = Estimate(ratio, se, ratio - 1.96 * se, ratio + 1.96 * se)
    here = of.networks[of.networks["month"] == NETWORK_MONTH]
    for name in (*MEASURES, "field_density"):
        found[name] = mean_measure(here, name, of.replicates, seed)
    weights = resample_counts(of.replicates, seed=seed) / of.replicates
    each = of.running / of.organizations
    found["coalitions_per_organization"] = Estimate(*summary(float(each.mean()), weights @ each))
    return found


def mean_measure(networks: pd.DataFrame, name: str, replicates: int, seed: int) -> Estimate:
    """Return the mean of a measure over networks; replicates are bootstrapped, since networks of a run share their field."""
    known = networks.dropna(subset=[name])
    if known.empty:
        return Estimate(float("nan"))
    replicate = known["replicate"].to_numpy(dtype=np.intp)
    value = known[name].to_numpy(dtype=float)
    weights = resample_counts(replicates, seed=seed)
    number = weights @ np.bincount(replicate, minlength=replicates)
    total = weights @ np.bincount(replicate, weights=value, minlength=replicates)
    return Estimate(*summary(float(value.mean()), np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0)))


def draws(over: Sequence[Lives]) -> pd.DataFrame:
    """Return the patterns in each draw of parameters, one row per draw; NaN where it has too few coalitions to say."""
    rows = []
    for of in over:
        taken, entry, last, ended = spans(of.coalitions, of.months, VIEWS["formed"])
        row: dict[str, float] = dict.fromkeys(pattern_names(), float("nan"))
        row["coalitions_per_organization"] = float(of.running.mean()) / of.organizations
        if len(taken) >= FEWEST:
            found = counts(entry, last, ended, taken["replicate"].to_numpy(dtype=np.intp), of.replicates, of.months).total()
            row |= {f"survival_{years}": float(survival(found)[12 * years - 1]) for years in SURVIVED}
            for low, high in HAZARDS:
                if found.at_risk[12 * low : 12 * high].sum() / 12 >= FEWEST:
                    row[f"hazard_{low}_{high}"] = float(hazard(found, low, high))
            row["size_ratio"] = size_ratio(of, "resources", "ended")
        if len(of.networks):
            row |= of.networks[list(MEASURES)].mean().to_dict()
        rows.append(row)
    return pd.DataFrame(rows)


def pattern_names() -> list[str]:
    """Return the names of the patterns."""
    ages = [f"survival_{years}" for years in SURVIVED] + [f"hazard_{low}_{high}" for low, high in HAZARDS]
    return [*ages, "size_ratio", *MEASURES, "coalitions_per_organization"]
