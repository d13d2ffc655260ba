"""Statistics of how long coalitions last: survival and hazards, from the launch or from forming.

Definitions are those of the face check (``experiments/face-check``): age 0 is the month of the start, what still runs after the last
month is censored, and a register sees a dissolution late. Launches before month 0 (of a burn-in) are no cohort: whoever runs at
month 0 has survived until then, so these are left out unless a target asks for them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis import estimators
from coalsim.analysis.estimators import Counts
from coalsim.analysis.survival import DISSOLVED
from coalsim.calibration.statistics.declare import REQUIRED, WHERE, Option, Options, Seen, one_of, statistic
from coalsim.calibration.statistics.rows import NAN, ratio

Where = Mapping[str, Any] | None

_NEEDS = {"coalitions": ("launch", "formed", "end", "ending")}
SINCE = one_of(
    "launch", "formation", meaning="What age counts from; since formation, only coalitions that formed are taken.", default="formation"
)
EVENT = one_of("end", "dissolution", meaning="Whether achieving the goal is an end too, or censors.", default="end")
DELAY = Option("number", "Months after which a dissolution is seen, as by a register.", 0, 0)
COUNTED: dict[str, Any] = {"since": SINCE, "event": EVENT, "delay": DELAY, "where": WHERE}
"""Options of what is counted, see `counts`."""
LEAST_YEARS = 0.08
"""Years that are a month, roughly: no age is less."""
FROM = Option("number", "Years of age, included.", REQUIRED, 0)
TO = Option("number", "Years of age, not included.", REQUIRED, LEAST_YEARS)


def _rising(*pairs: tuple[str, str]) -> Any:
    def agree(options: Options) -> str | None:
        for low, high in pairs:
            if not round(12 * options[low]) < round(12 * options[high]):
                return f"{low} = {options[low]:g}, {high} = {options[high]:g}: {low} must be below {high}, by a month at least"
        ends = {tuple(round(12 * options[name]) for name in pair) for pair in pairs}
        return f"{' and '.join(low for low, _ in pairs)}: the classes are the same; two are needed" if len(ends) < len(pairs) else None

    return agree


def _classes(options: Options) -> str | None:
    shares, over = options["shares"], options["over"]
    if min(shares) <= 0 or abs(sum(shares) - 1) > 0.03:
        return f"shares = {list(shares)}: numbers above 0 whose sum is 1 are needed"
    if over > len(shares):
        return f"over = {over:g}: there are {len(shares)} classes"
    return None


def counts(seen: Seen, since: str, event: str, delay: float, where: Where) -> Counts | None:
    """Count coalitions at risk and events by age in months, over all runs; None if there are no coalitions.

    Parameters
    ----------
    seen
        Runs.
    since, event, delay, where
        The options. Without a condition on ``launch``, launches before month 0 are left out.
    """
    cohorts = {} if where and "launch" in where else {"launch": {"at_least": 0}}
    table = seen.table("coalitions", {**cohorts, **(where or {})})
    start = table["launch" if since == "launch" else "formed"].to_numpy(dtype=float)
    ending = table["ending"].astype(str).to_numpy()
    dissolved = np.isin(ending, DISSOLVED)
    last = table["end"].to_numpy(dtype=float) + np.where(dissolved, delay, 0.0)
    ended = dissolved if event == "dissolution" else ending != "running"
    final = table["months"].to_numpy(dtype=float) - 1
    ended = ended & (last <= final)
    age = np.minimum(last, final) - start
    taken = age >= 0  # NaN, of those that never formed, is not
    if not taken.any():
        return None
    whole: NDArray[np.intp] = age[taken].astype(np.intp)
    nothing = np.zeros(int(taken.sum()), dtype=bool)
    together = np.zeros(len(whole), dtype=np.intp)
    return estimators.count(whole, ended[taken], nothing, together, 1, int(whole.max()) + 1).total()


@statistic(
    "survival",
    "share",
    "Share of coalitions still there at an age (Kaplan-Meier).",
    _NEEDS,
    possible=(0, 1),
    reach=lambda options: (round(12 * options["years"]), "years"),
    years=Option("number", "The age.", REQUIRED, LEAST_YEARS),
    **COUNTED,
)
def survival(seen: Seen, years: float, since: str, event: str, delay: float, where: Where) -> float:
    """Return the estimate after 12 x `years` months; NaN if no coalition was watched for so long while some were still there."""
    found = counts(seen, since, event, delay, where)
    if found is None:
        return NAN
    month = round(12 * years) - 1
    curve = estimators.kaplan_meier(found)
    if month < len(curve):
        return float(curve[month])
    return 0.0 if curve[-1] == 0 else NAN


@statistic(
    "hazard",
    "1/year",
    "Ends for each coalition-year over a class of age.",
    _NEEDS,
    possible=(0, 12),
    agree=_rising(("low", "high")),
    reach=lambda options: (round(12 * options["low"]) + 1, "low"),
    low=FROM,
    high=TO,
    **COUNTED,
)
def hazard(seen: Seen, low: float, high: float, since: str, event: str, delay: float, where: Where) -> float:
    """Return the hazard at ages of `low` to `high` years; NaN where nobody was at risk."""
    found = counts(seen, since, event, delay, where)
    return NAN if found is None else _hazard(found, low, high)


@statistic(
    "hazard_ratio",
    "1",
    "Hazard in a class of age over that in another.",
    _NEEDS,
    possible=(0, math.inf),
    agree=_rising(("low", "high"), ("over_low", "over_high")),
    reach=lambda options: max((round(12 * options[name]) + 1, name) for name in ("low", "over_low")),
    low=FROM,
    high=TO,
    over_low=Option("number", "Years of age, included, of the class divided by.", REQUIRED, 0),
    over_high=Option("number", "Years of age, not included, of the class divided by.", REQUIRED, LEAST_YEARS),
    **COUNTED,
)
def hazard_ratio(
    seen: Seen, low: float, high: float, over_low: float, over_high: float, since: str, event: str, delay: float, where: Where
) -> float:
    """Return the ratio of two hazards; NaN where one has nobody at risk or the lower one is 0."""
    found = counts(seen, since, event, delay, where)
    return NAN if found is None else ratio(_hazard(found, low, high), _hazard(found, over_low, over_high))


@statistic(
    "never_formed",
    "share",
    "Share of launched coalitions that never had enough members, of those launched early enough to know.",
    _NEEDS,
    possible=(0, 1),
    reach=lambda options: (math.floor(options["wait"]) + 1, "wait"),
    wait=Option("number", "Months before the end of the run after which launches are left out.", 24, 0),
    where=WHERE,
)
def never_formed(seen: Seen, wait: float, where: Where) -> float:
    """Return the share of launches from month 0 on without ``formed``; NaN without launches."""
    table = seen.table("coalitions", {"launch": {"at_least": 0}, **(where or {})})
    table = table[table["launch"] < table["months"] - wait]
    return ratio(int(table["formed"].isna().sum()), len(table))


def _hazard(of: Counts, low: float, high: float) -> float:
    months = slice(round(12 * low), round(12 * high))
    return ratio(float(of.events[months].sum()), float(of.at_risk[months].sum()) / 12)


@statistic(
    "hazard_by_size",
    "1",
    "Hazard of the smallest of classes of coalitions over that of another class; classes by a column, of given shares of coalition-years.",
    _NEEDS,
    possible=(0, math.inf),
    agree=_classes,
    column=Option("column", "Column that classes are made by, a rate or a size that does not grow with age.", REQUIRED),
    shares=Option("numbers", "Shares of coalition-years in the classes, in rising order.", (0.2, 0.2, 0.2, 0.2, 0.2), 0, 1),
    over=Option("whole number", "Which class is divided by, counted from 1.", 3, 2),
    where=WHERE,
)
def hazard_by_size(seen: Seen, column: str, shares: Sequence[float], over: float, where: Where) -> float:
    """Return the ratio of hazards since forming; NaN where a class has no years or the lower hazard is 0."""
    table = seen.table("coalitions", {"launch": {"at_least": 0}, "formed": {"known": True}, **(where or {})})
    value = table[column].to_numpy(dtype=float)
    months = table["end"].to_numpy(dtype=float) - table["formed"].to_numpy(dtype=float) + 1
    ended = (table["ending"].astype(str) != "running").to_numpy()
    known = ~np.isnan(value)
    value, months, ended = value[known], months[known], ended[known]
    if not len(value):
        return NAN
    _, place = np.unique(value, return_inverse=True)  # equals stay together
    weight = np.bincount(place, weights=months)
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    edges = np.cumsum(shares)[:-1]
    of = np.searchsorted(edges, middle, side="right")[place]

    def rate(number: int) -> float:
        return ratio(float(ended[of == number].sum()), float(months[of == number].sum()) / 12)

    return ratio(rate(0), rate(int(over) - 1))
