"""Numbers of the study of seed money: what was paid, what it bought, what others lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from coalsim.analysis import Designed
from coalsim.experiments import Value
from coalsim.studies.paired import RUN, restricted, with_others
from coalsim.sweep import Results

RESAMPLES = 2000


def with_focal(results: Results) -> Designed:
    """Return results with outcomes of the focal coalition and of the others.

    ``others_solved`` and ``others_formed`` leave the focal coalition out. ``members`` is its peak size and ``months`` how long it ran.
    ``promised`` is its seed grant times its months (FTE-months), ``paid`` what it drew before it ended or the run did, ``paid_unformed``
    what of that was drawn by a coalition that never formed. All are 0 where there was no launch, but what is promised.
    """
    focal = results.coalitions[results.coalitions["focal"].astype(bool)]
    scenarios = pd.DataFrame(
        [
            {"scenario_id": number, **{name: p.get(name) for name in ("seed_grant", "focal_seed_grant", "seed_month", "seed_months")}}
            for number, p in zip(results.design["scenario_id"], results.parameters, strict=True)
        ]
    )
    grant = scenarios["focal_seed_grant"].astype(float).fillna(scenarios["seed_grant"])
    scenarios = scenarios.assign(grant=grant, promised=grant * scenarios["seed_months"])
    own = focal.merge(scenarios, on="scenario_id")
    own = own.assign(
        months=own["end"] - own["launch"] + 1,
        paid=own["grant"] * (own["end"] - own["launch"] + 1 - own["seed_month"]).clip(0, own["seed_months"]),
    )
    own = own.assign(paid_unformed=own["paid"].where(own["formed"].isna(), 0.0))
    taken = own[[*RUN, "peak_size", "months", "paid", "paid_unformed"]].rename(columns={"peak_size": "members"})
    outcomes = (
        with_others(results).outcomes.merge(taken, on=RUN, how="left").merge(scenarios[["scenario_id", "promised"]], on="scenario_id")
    )
    outcomes = outcomes.fillna({name: 0 for name in taken.columns})
    others_formed = outcomes["formed"] - outcomes["focal_formed"].astype(int)
    return Designed(results.design, outcomes.assign(others_formed=others_formed), results.coalitions)


def prices(results: Designed, of: str, baseline: Any, within: str | None = None) -> pd.DataFrame:
    """Return what seeds cost and buy.

    Returns
    -------
    DataFrame
        One row per level: ``promised`` and ``paid`` (FTE-months), ``unformed`` (share of what was paid that went to coalitions that never
        formed), ``more_success`` (paired difference in focal success), ``per_100`` (additional successes for 100 FTE-months paid) with
        ``low``, ``high`` (percentile bootstrap of replicates, 95 %) and ``se``, and its inverse ``paid_for_a_success``, ``cheapest``,
        ``dearest``: FTE-months for an additional success; infinite where none, or fewer, cannot be excluded.
    """
    runs = results.outcomes.merge(results.design, on="scenario_id")
    rows = []
    for common, part in [((), runs)] if within is None else runs.groupby(within):
        table = part.pivot(index="replication", columns=of, values=["focal_succeeded", "paid", "promised", "paid_unformed"]).astype(float)
        for level in dict.fromkeys(part[of]):
            if level == baseline:
                continue
            more = (table["focal_succeeded"][level] - table["focal_succeeded"][baseline]).to_numpy()
            paid = table["paid"][level].to_numpy()
            bought, drawn = _per_100(more, paid)
            known = drawn[~np.isnan(drawn)]
            low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
            rows.append(
                {
                    **({} if within is None else {within: common}),
                    of: level,
                    "promised": table["promised"][level].mean(),
                    "paid": paid.mean(),
                    "unformed": table["paid_unformed"][level].mean() / paid.mean() if paid.any() else np.nan,
                    "more_success": more.mean(),
                    "per_100": bought,
                    "low": low,
                    "high": high,
                    "se": known.std(ddof=1) if len(known) > 1 else np.nan,
                    "paid_for_a_success": _inverse(bought),
                    "cheapest": _inverse(high),
                    "dearest": _inverse(low),
                    "n": len(more),
                }
            )
    return pd.DataFrame(rows)


def ratio_difference(name: str, results: Designed, one: tuple[float, int], other: tuple[float, int]) -> Value:
    """Return additional successes for 100 FTE-months paid with one seed less those with another, bootstrapped together.

    A seed is a grant and the month of its first payment.
    """
    runs = results.outcomes.merge(results.design, on="scenario_id")
    table = runs.pivot(index="replication", columns=["focal_seed_grant", "seed_month"], values=["focal_succeeded", "paid"]).astype(float)

    def bought(grant: float, month: int) -> tuple[float, np.ndarray[Any, Any]]:
        won, paid = table["focal_succeeded"], table["paid"]
        return _per_100((won[grant, month] - won[0.0, month]).to_numpy(), paid[grant, month].to_numpy())

    (first, of_first), (last, of_last) = bought(*one), bought(*other)
    return Value(name, first - last, float(np.nanstd(of_first - of_last, ddof=1)))


def returns(results: Designed, of: str, baseline: Any) -> pd.DataFrame:
    """Return what each use of money adds to grants and to impact.

    Columns: ``more_granted``, ``more_impact``, and ``impact_per_100`` FTE-months more granted, with ``low`` and ``high`` (percentile
    bootstrap of replicates, 95 %).
    """
    runs = results.outcomes.merge(results.design, on="scenario_id")
    table = runs.pivot(index="replication", columns=of, values=["impact", "granted"])
    rows = []
    for level in dict.fromkeys(results.design[of]):
        more, granted = ((table[name][level] - table[name][baseline]).to_numpy() for name in ("impact", "granted"))
        if level != baseline:
            gained, drawn = _per_100(more, granted)
            known = drawn[~np.isnan(drawn)]
            low, high = np.quantile(known, [0.025, 0.975]) if len(known) == len(drawn) else (np.nan, np.nan)
            rows.append((level, granted.mean(), more.mean(), gained if low == low else np.nan, low, high))
    return pd.DataFrame(rows, columns=[of, "more_granted", "more_impact", "impact_per_100", "low", "high"])


def chosen(results: Designed, seeds: Mapping[str, tuple[float, int]]) -> Designed:
    """Return the runs with the given seeds (grant, month of the first payment), under labels in this order."""
    design = results.design
    parts = [
        design[(design["focal_seed_grant"] == grant) & (design["seed_month"] == month)][["scenario_id"]].assign(seed=label)
        for label, (grant, month) in seeds.items()
    ]
    return restricted(results, pd.concat(parts, ignore_index=True))


def _per_100(more: np.ndarray[Any, Any], paid: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
    """Return additional successes for 100 FTE-months paid, and the same in bootstraps of replicates; NaN where nothing was paid."""
    drawn = np.random.Generator(np.random.PCG64(1)).integers(len(more), size=(RESAMPLES, len(more)))
    gained, spent = (np.append(of[drawn].mean(axis=1), of.mean()) for of in (more, paid))
    bought = np.divide(100 * gained, spent, out=np.full(len(spent), np.nan), where=spent > 0)
    return float(bought[-1]), bought[:-1]


def _inverse(bought: float) -> float:
    return np.nan if np.isnan(bought) else 100 / bought if bought > 0 else np.inf
