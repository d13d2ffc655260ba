"""How long coalitions last, and when they first succeed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis import estimators
from coalsim.analysis.estimators import Counts
from coalsim.analysis.inputs import Floats, Ints, Tables, beside, check_factors, coalition_table, levels, position
from coalsim.analysis.intervals import RESAMPLES, SEED, check_choice, check_confidence, percentiles, resample_counts
from coalsim.arguments import checked
from coalsim.errors import ParameterError
from coalsim.tables.columns import RUN

if TYPE_CHECKING:
    import pandas as pd

Event = Literal["end", "dissolution", "success"]
Since = Literal["launch", "formation"]
Intervals = Literal["bootstrap", "greenwood"]

DISSOLVED = ("too_few", "trust")


@dataclass(frozen=True)
class Survival:
    """Curves over the age of coalitions, and what they come to.

    Attributes
    ----------
    curves
        A row for each group, curve and age: the factor; ``curve``, what ``probability`` is of: "still running" or "not dissolved"
        (Kaplan-Meier), "succeeded" and "dissolved before success" (Aalen-Johansen); ``age`` in months, ``at_risk`` and ``events``
        (coalitions), ``probability``, ``low``, ``high``, ``confidence``.
    summary
        A row for each group and curve: the factor, ``curve``, ``coalitions``, ``events``, ``censored``; ``median``, the first
        age at which the curve passes one half (NaN if it does not); ``horizon``; ``at_horizon``, the probability at age horizon - 1, the
        last of the first `horizon` months, with ``at_horizon_low``, ``at_horizon_high``; ``restricted_mean``, the months under the
        curve up to the horizon, with ``restricted_low``, ``restricted_high``; ``difference`` of the restricted mean from the first
        level of the factor, paired by replicate, with ``difference_low``, ``difference_high``; ``confidence``. Bootstrapped ends are
        NaN where all coalitions of a group are of one replicate, which shows nothing of chance.
    """

    curves: pd.DataFrame
    summary: pd.DataFrame


@checked
def survival(
    results: Tables,
    of: str | None = None,
    event: Event = "end",
    since: Since = "launch",
    focal: bool = False,
    horizon: int | None = None,
    confidence: float = 0.95,
    intervals: Intervals = "bootstrap",
    seed: int = SEED,
) -> Survival:
    """Estimate how long coalitions last, or when they first succeed, by level of a factor.

    The age of a coalition is its months since the launch: 0 in the month of the launch. Those still running after the last month
    are censored at the age they have then. Coalitions older than month 0 do not count: of their contemporaries, those that ended
    before are in no table.

    Parameters
    ----------
    results
        Design and coalitions. All coalitions launched in the runs of a level are taken together.
    of
        Factor whose levels are compared; None: all coalitions in one.
    event
        * "end": that it ends, achieved or dissolved. Kaplan-Meier; the curve is the share still running.
        * "dissolution": that it dissolves. Kaplan-Meier, achieved and running ones censored: what would be seen if those that achieved
          their goal had otherwise been as likely to dissolve as the rest. That is an assumption, and a generous one.
        * "success": its first success, with dissolution before it as competing risk. Aalen-Johansen, a curve of each; it needs no
          assumption about what would have become of those that did the other.
    since
        "launch", or "formation": age from the month in which the coalition formed, of those that did. (Ages from the launch
        of formed coalitions only would count months in which, by selection, nothing could end them.)
    focal
        Whether to take only the focal initiative's.
    horizon
        Months over which restricted means are taken; default as many as there are with coalitions at risk at all levels.
    confidence
        Confidence level.
    intervals
        Of curves: "bootstrap" of replicates, percentiles; right also where coalitions of a run share their fate. "greenwood":
        log-log intervals that take coalitions as independent. Those of summaries are always bootstrapped.
    seed
        Seed of the bootstrap.

    Raises
    ------
    ParameterError
        A name or choice is unknown, or there is no such coalition.
    """
    import pandas as pd

    check_confidence(confidence)
    for name, value, allowed in (("event", event, Event), ("since", since, Since), ("intervals", intervals, Intervals)):
        check_choice(name, value, get_args(allowed))
    groups = _groups(results, of, event, since, focal)
    ages = groups[0].counts.at_risk.shape[1]
    reached = min(int((group.counts.total().at_risk > 0).sum()) for group in groups)
    horizon = reached if horizon is None else horizon
    if not 1 <= horizon <= ages:
        raise ParameterError(f"horizon = {horizon} is out of range; allowed: 1..{ages}")
    weights = resample_counts(groups[0].counts.at_risk.shape[0], RESAMPLES, seed)
    curves, rows = [], []
    first: dict[str, tuple[float, Floats]] = {}
    for group in groups:
        several = int((group.counts.at_risk[:, 0] > 0).sum()) > 1
        for name, estimate, variance, counts in _curves(event, group.counts):
            label = {} if of is None else {beside(of): group.value}
            total, resampled = counts.total(), counts.of(weights)
            # a resample without a coalition says nothing of how long they last, nor one replicate of what others would have been
            drawn = np.where((resampled.at_risk[:, :1] > 0) & several, estimate(resampled), np.nan)
            curve = estimate(total)
            if intervals == "bootstrap":
                low, high = percentiles(drawn, confidence)
            else:
                low, high = estimators.log_log(curve, variance(total), confidence)
            about = {**label, "curve": name}
            columns = {"at_risk": total.at_risk, "events": total.events, "probability": curve, "low": low, "high": high}
            seen = total.at_risk > 0
            frame = pd.DataFrame({"age": np.arange(ages), **columns, "confidence": confidence})[seen]
            for place, (key, value) in enumerate(about.items()):
                frame.insert(place, key, [value] * len(frame))
            curves.append(frame)
            mean, means = float(estimators.restricted_mean(curve, horizon)), estimators.restricted_mean(drawn, horizon)
            base_mean, base_means = first.setdefault(name, (mean, means))
            rows.append(
                {
                    **about,
                    "coalitions": int(total.at_risk[0]),
                    "events": int(total.events.sum()),
                    "censored": int(total.at_risk[0] - total.events.sum() - total.competing.sum()),
                    "median": _median(curve, rising=event == "success"),
                    "horizon": horizon,
                    **_bounded("at_horizon", float(curve[horizon - 1]), drawn[:, horizon - 1], confidence),
                    **_bounded("restricted_mean", mean, means, confidence, "restricted"),
                    **_bounded("difference", mean - base_mean, means - base_means, confidence),
                    "confidence": confidence,
                }
            )
    return Survival(pd.concat(curves, ignore_index=True), pd.DataFrame(rows))


@dataclass(frozen=True)
class _Group:
    """Coalitions of a level of the factor, counted by replicate and age."""

    value: Any
    counts: Counts


_Estimate = Callable[[Counts], Floats]


def _curves(event: Event, counts: Counts) -> list[tuple[str, _Estimate, _Estimate, Counts]]:
    """Return name, estimator, variance and counts of each curve that an event asks for."""
    if event == "success":
        swapped = Counts(counts.at_risk, counts.competing, counts.events)
        both = estimators.aalen_johansen, estimators.aalen_johansen_variance
        return [("succeeded", *both, counts), ("dissolved before success", *both, swapped)]
    name = "still running" if event == "end" else "not dissolved"
    return [(name, estimators.kaplan_meier, estimators.kaplan_meier_variance, counts)]


def _groups(results: Tables, of: str | None, event: Event, since: Since, focal: bool) -> list[_Group]:
    table = coalition_table(results)
    scenario = position(results.design, table[RUN[0].name].to_numpy())
    # every replicate that was run counts, with coalitions or without
    replicates, replicate = np.unique(results.outcomes[RUN[1].name].to_numpy()), table[RUN[1].name].to_numpy()
    values: tuple[Any, ...] = (None,)
    code = np.zeros(len(table), dtype=np.intp)
    if of is not None:
        check_factors(results.design, [of])
        found = levels(results.design, of)
        values, code = found.values, found.codes[scenario]
    age, met, competing = _seen(table, event, since)
    taken = (age >= 0) & launched(table)
    if focal:
        taken &= table["focal"].to_numpy(dtype=bool)
    if not taken.any():
        formed = " and formed" if since == "formation" else ""
        raise ParameterError(f"no {'focal ' if focal else ''}coalition was launched from month 0 on{formed}: there is nothing to follow")
    ages = int(age[taken].max()) + 1
    groups = []
    for place, value in enumerate(values):
        rows = taken & (code == place)
        if rows.any():
            at = np.searchsorted(replicates, replicate[rows]).astype(np.intp)
            groups.append(_Group(value, estimators.count(age[rows], met[rows], competing[rows], at, len(replicates), ages)))
    return groups


def launched(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which coalitions were launched in the months that count; the others ran already when month 0 began."""
    return np.asarray(table["launch"].to_numpy() >= 0)


def _seen(table: pd.DataFrame, event: Event, since: Since) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the age at which each coalition was last seen (-1: never at risk), and whether it met the event or a competing one."""
    end, ending = table["end"].to_numpy(dtype=float), table["ending"].astype(str).to_numpy()
    launch, formed = table["launch"].to_numpy(dtype=float), table["formed"].to_numpy(dtype=float)
    success = launch + table["first_success"].to_numpy(dtype=float)  # which counts from the launch
    start = launch if since == "launch" else formed
    dissolved = np.isin(ending, DISSOLVED)
    last, competing = end, np.zeros(len(table), dtype=bool)
    if event == "end":
        met = ending != "running"
    elif event == "dissolution":
        met = dissolved
    else:
        met = ~np.isnan(success)
        last = np.where(met, success, end)
        competing = dissolved & ~met
    return np.nan_to_num(last - start, nan=-1).astype(np.intp), met, competing


def _median(curve: Floats, rising: bool) -> float:
    passed = curve >= 0.5 if rising else curve <= 0.5
    return float(np.argmax(passed)) if passed.any() else float("nan")


def _bounded(name: str, value: float, drawn: Floats, confidence: float, prefix: str | None = None) -> dict[str, float]:
    low, high = percentiles(drawn, confidence)
    prefix = prefix or name
    return {name: value, f"{prefix}_low": float(low), f"{prefix}_high": float(high)}
