"""Hazard and survival by age, and hazard by size, of simulated and real coalitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from face_check_lives import ACHIEVED, RUNNING, Lives
from face_check_networks import DATA
from numpy.typing import NDArray

from coalsim.analysis.estimators import Counts, kaplan_meier
from coalsim.analysis.intervals import resample_counts

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

PANEL = DATA / "irs_coalition_panel"
REAL = "coalition_named"
AGES = ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 7), (7, 10), (10, 15), (15, 20))
"""Classes of age (years) of the real table that a run of 20 years can fill."""
REVOKED = 36
"""Months without a return after which exemption is revoked."""
WINDOW = 69
"""Months for which the real panel was watched (July 2020 to April 2026)."""


@dataclass(frozen=True)
class View:
    """A way of looking at simulated coalitions.

    Attributes
    ----------
    since : "launch" or "formed": what age counts from; coalitions that never formed count only in the first
    dissolved_only : whether achieving the goal censors (otherwise it is an end like any other)
    registered : whether a dissolved coalition is seen to go `REVOKED` months late, as by a register that revokes
    first_half : whether to take only those launched in the first half of the run
    window : whether to watch only the last `WINDOW` months, coalitions entering at the age they then have
    """

    since: str = "formed"
    dissolved_only: bool = False
    registered: bool = False
    first_half: bool = False
    window: bool = False


VIEWS = {
    "formed": View(),
    "launched": View(since="launch"),
    "formed_registered": View(registered=True),
    "launched_registered": View(since="launch", registered=True),
    "formed_dissolved": View(dissolved_only=True),
    "formed_first_half": View(first_half=True),
    "formed_window": View(window=True),
}


def spans(coalitions: pd.DataFrame, months: int, view: View) -> tuple[pd.DataFrame, Ints, Ints, Bools]:
    """Return which coalitions a view takes, their ages (months) at entry and when last seen, and whether they ended then.

    Parameters
    ----------
    coalitions
        Columns launch, formed (NaN: never), end, ending.
    months
        Length of the run; who is there after the last month is censored.
    view
        The view.
    """
    start = coalitions[view.since].to_numpy(dtype=float)
    ending = coalitions["ending"].to_numpy(dtype=int)
    ended = ending != RUNNING
    achieved = ending == ACHIEVED
    last = coalitions["end"].to_numpy(dtype=float)
    if view.registered:
        last = last + np.where(ended & ~achieved, REVOKED, 0)
        ended = ended & (last < months)
        last = np.minimum(last, months - 1)
    if view.dissolved_only:
        ended = ended & ~achieved
    entry = np.maximum(start, months - WINDOW) if view.window else start
    taken = ~np.isnan(start) & (last >= entry)
    if view.first_half:
        taken &= coalitions["launch"].to_numpy() < months / 2
    return coalitions[taken], (entry - start)[taken].astype(np.intp), (last - start)[taken].astype(np.intp), ended[taken]


def counts(entry: Ints, last: Ints, ended: Bools, replicate: Ints, replicates: int, months: int) -> Counts:
    """Count coalitions at risk and ends by replicate and age in months, shape (replicates, months).

    Who was last seen at an age was at risk there, for a month; who enters at an age (delayed entry) is at risk from there on.
    """

    def table(age: Ints, rows: Bools | slice = slice(None)) -> Floats:
        flat = replicate[rows] * months + age[rows]
        return np.bincount(flat, minlength=replicates * months).reshape(replicates, months).astype(float)

    gone_before = np.zeros((replicates, months))
    gone_before[:, 1:] = np.cumsum(table(last), axis=1)[:, :-1]
    events = table(last, ended)
    return Counts(np.cumsum(table(entry), axis=1) - gone_before, events, np.zeros_like(events))


def hazard(of: Counts, low: float, high: float) -> Floats:
    """Return ends for each coalition-year at ages of `low` to `high` years; NaN where nobody was at risk."""
    months = slice(round(12 * low), round(12 * high))
    years = of.at_risk[..., months].sum(axis=-1) / 12
    return np.divide(of.events[..., months].sum(axis=-1), years, out=np.full(np.shape(years), np.nan), where=years > 0)


def survival(of: Counts) -> Floats:
    """Return the share still there after each month of age (Kaplan-Meier); NaN where nobody was watched for so long."""
    curve = kaplan_meier(of)
    known = (of.at_risk > 0) | ((curve == 0) & (of.events.sum(axis=-1, keepdims=True) > 0))
    return np.where(known, curve, np.nan)


@dataclass(frozen=True)
class Seen:
    """Coalitions of a scenario in one view: counts of all replicates together, and of bootstrap resamples of replicates."""

    total: Counts
    resampled: Counts

    def hazard(self, low: float, high: float) -> tuple[float, float, float, float]:
        """Return the hazard, its standard error and 95 % interval."""
        return summary(float(hazard(self.total, low, high)), hazard(self.resampled, low, high))

    def survival(self, years: int) -> tuple[float, float, float, float]:
        """Return the survival, its standard error and 95 % interval."""
        month = 12 * years - 1
        return summary(float(self._curve[month]), self._curves[:, month])

    @cached_property
    def _curve(self) -> Floats:
        return survival(self.total)

    @cached_property
    def _curves(self) -> Floats:
        return survival(self.resampled)


def seen(of: Lives, view: View, seed: int) -> Seen:
    """Count the coalitions of a scenario in a view."""
    taken, entry, last, ended = spans(of.coalitions, of.months, view)
    found = counts(entry, last, ended, taken["replicate"].to_numpy(dtype=np.intp), of.replicates, of.months)
    return Seen(found.total(), found.of(resample_counts(of.replicates, seed=seed)))


def summary(value: float, drawn: Floats) -> tuple[float, float, float, float]:
    """Return a value with standard error and 95 % percentile interval from bootstrap draws."""
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value) or len(drawn) < 2:
        return float("nan"), float("nan"), float("nan"), float("nan")
    low, high = np.quantile(drawn, (0.025, 0.975))
    return value, float(drawn.std(ddof=1)), float(low), float(high)


def real_ages(folder: Path = PANEL) -> pd.DataFrame:
    """Return the real hazard by age: ``low``, ``high`` (years), exits, org_years, annual_hazard, se."""
    table = pd.read_csv(folder / "hazard_by_age.csv")
    table = table[table["group"] == REAL].reset_index(drop=True)
    edges = table["age_years"].str.replace("+", "-inf").str.split("-", expand=True).astype(float)
    return table.assign(low=edges[0], high=edges[1])


def real_hazard(low: float, high: float) -> tuple[float, float]:
    """Return the real hazard over whole classes of age, and its standard error."""
    table = real_ages()
    rows = table[(table["low"] >= low) & (table["high"] <= high)]
    exits, years = rows["exits"].sum(), rows["org_years"].sum()
    return float(exits / years), float(np.sqrt(exits) / years)


def real_survival(folder: Path = PANEL) -> pd.Series:
    """Return the real survival by age in years."""
    table = pd.read_csv(folder / "survival_by_age.csv")
    return table[table["group"] == REAL].set_index("age")["survival"]


REPORTED = ("1-50k", "50-250k", "250k-1M", "1-10M", ">10M")
"""Classes of reported revenue (dollars)."""
SMALL, LARGE = REPORTED[:2], REPORTED[3:]


def real_sizes(folder: Path = PANEL) -> pd.DataFrame:
    """Return the real hazard by class of reported revenue, with ``share``, the class's share of the organization-years."""
    table = pd.read_csv(folder / "hazard_by_revenue.csv")
    table = table[(table["group"] == REAL) & table["revenue_usd"].isin(REPORTED)].set_index("revenue_usd").loc[list(REPORTED)]
    return table.assign(share=table["org_years"] / table["org_years"].sum())


def classes(of: Floats, months: Floats, shares: Floats) -> Ints:
    """Return the class of each, in rising order, so that classes have given shares of the months; equals stay together.

    Parameters
    ----------
    of
        What is ordered, shape (n,).
    months
        Months each was at risk, shape (n,).
    shares
        Share of each class, rising; their sum is 1.
    """
    _, place = np.unique(of, return_inverse=True)
    weight = np.bincount(place, weights=months)
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    return np.searchsorted(np.cumsum(shares)[:-1], middle, side="right")[place].astype(np.intp)


def size_hazards(of: Lives, by: str, event: str, seed: int) -> tuple[pd.DataFrame, tuple[float, float]]:
    """Return the hazard of simulated coalitions by resources or members a year before, in classes as large as the real ones.

    Parameters
    ----------
    of
        Coalitions of a scenario.
    by
        "resources" of the year before, or "members" at its end.
    event
        "ended" or "dissolved".
    seed
        Seed of the bootstrap.

    Returns
    -------
    table : one row per class: ``share`` of coalition-years, ``smallest`` and ``largest`` value in it, ``events``, ``years``,
        ``hazard``, ``se``, ``low``, ``high``
    ratio : hazard of the two lowest classes over that of the two highest, and its standard error
    """
    values = of.landmarks[by].to_numpy(dtype=float)
    found, events, years = _by_class(of, by, event)
    weights = resample_counts(of.replicates, seed=seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn_events, drawn_years = weights @ events, weights @ years
        drawn, ratios = drawn_events / drawn_years, _ratio(drawn_events, drawn_years)
    out = []
    for k in range(len(REPORTED)):
        inside, class_years = values[found == k], float(years[:, k].sum())
        if not len(inside):
            continue
        value, se, low, high = summary(float(events[:, k].sum()) / class_years, drawn[:, k])
        about = {"class": k, "share": class_years / years.sum(), "smallest": inside.min(), "largest": inside.max()}
        out.append({**about, "events": int(events[:, k].sum()), "years": class_years, "hazard": value, "se": se, "low": low, "high": high})
    ratio, se, *_ = summary(size_ratio(of, by, event), ratios[np.isfinite(ratios)])
    return pd.DataFrame(out), (ratio, se)


def size_ratio(of: Lives, by: str, event: str) -> float:
    """Return the hazard of the two lowest classes over that of the two highest; NaN if the latter is 0 or one has no years."""
    _, events, years = _by_class(of, by, event)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = float(_ratio(events.sum(axis=0), years.sum(axis=0)))
    return ratio if np.isfinite(ratio) else float("nan")


def _by_class(of: Lives, by: str, event: str) -> tuple[Ints, Floats, Floats]:
    """Return the class of each landmark, and events and coalition-years by replicate and class."""
    rows = of.landmarks
    shares = real_sizes()["share"].to_numpy()
    months = rows["months"].to_numpy(dtype=float)
    found = classes(rows[by].to_numpy(dtype=float), months, shares)
    flat = rows["replicate"].to_numpy(dtype=np.intp) * len(shares) + found

    def table(weights: Floats) -> Floats:
        counted = np.bincount(flat, weights=weights, minlength=of.replicates * len(shares)).astype(float)
        return counted.reshape(of.replicates, len(shares))

    return found, table(rows[event].to_numpy(dtype=float)), table(months / 12)


def real_size_ratio() -> float:
    """Return the real hazard of revenues up to $250,000 over that of revenues above $1,000,000."""
    table = real_sizes()
    return float(_ratio(table["exits"].to_numpy(dtype=float), table["org_years"].to_numpy()))


def _ratio(ends: Floats, years: Floats) -> Floats:
    """Return the hazard of the two lowest of five classes over that of the two highest, classes along the last axis."""
    low, high = slice(0, len(SMALL)), slice(-len(LARGE), None)
    return (ends[..., low].sum(axis=-1) / years[..., low].sum(axis=-1)) / (ends[..., high].sum(axis=-1) / years[..., high].sum(axis=-1))
