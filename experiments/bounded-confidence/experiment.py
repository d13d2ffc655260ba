"""Bounded confidence: Hegselmann & Krause as a limit of the coalition model, Deffuant et al. beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bounded_confidence_figures as figures
import deffuant
import hegselmann_krause as hk
import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from coalsim.analysis.intervals import resamples, wilson
from coalsim.experiments import Output, Setting, Value


@dataclass(frozen=True)
class Size:
    """How much is computed.

    Attributes
    ----------
    runs : of each case that has a reference
    checked : runs of each of HK's cases that are computed directly as well
    eps, eps_runs : HK's confidences over which the number of clusters is drawn, and runs of each
    d, d_runs : the same of DW
    consensus_eps, consensus_runs : HK's confidences between which half the runs reach consensus, and runs of each
    """

    runs: int = 250
    checked: int = 40
    eps: tuple[float, ...] = tuple(np.round(np.arange(0.02, 0.3001, 0.01), 3).tolist())
    eps_runs: int = 40
    d: tuple[float, ...] = tuple(
        np.round(np.concatenate([np.arange(0.06, 0.24, 0.01), np.arange(0.24, 0.3001, 0.005), np.arange(0.35, 0.51, 0.05)]), 3).tolist()
    )
    d_runs: int = 250
    consensus_eps: tuple[float, ...] = (0.195, 0.2, 0.205, 0.21, 0.215, 0.22, 0.225, 0.23, 0.235)
    consensus_runs: int = 150


QUICK = Size(
    60, 6, (0.05, 0.15, 0.25), 10, (0.1, 0.15, 0.2, 0.25, 0.265, 0.275, 0.285, 0.3, 0.5), 60, (0.19, 0.205, 0.215, 0.225, 0.24), 30
)
HK_COUNT, CONSENSUS_COUNT, DW_COUNT = 625, 1_000, 1_000
CASES = (0.01, 0.15, 0.25)  # HK's figures


def run(setting: Setting) -> Output:
    """Compute everything, with fewer runs and points if `setting.quick`."""
    size = QUICK if setting.quick else Size()
    random = np.random.default_rng([setting.seed, 2002])
    values, cases, start = hk_cases(size, random)
    clusters = hk_clusters(size, random)
    consensus, longest = hk_consensus(size, random)
    dw_values, dw, one = dw_clusters(size, np.random.default_rng([setting.seed, 2000]))
    values += [consensus.value("hk_half_point"), Value("hk_longest", longest), *dw_values, one.value("dw_half_point")]
    tables = {"hk_cases": cases, "hk_clusters": clusters, "hk_consensus": consensus.table(), "dw_clusters": dw}
    drawn = {
        "clusters": figures.clusters(clusters, dw, HK_COUNT, DW_COUNT),
        "consensus": figures.consensus(consensus, one, CONSENSUS_COUNT, DW_COUNT),
        "paths": figures.paths({eps: hk.paths(start, eps, 14) for eps in CASES}),
    }
    return Output(values, tables, drawn)


# Hegselmann & Krause


def hk_cases(size: Size, random: np.random.Generator) -> tuple[list[Value], pd.DataFrame, np.ndarray]:
    """Return the cases with references, how their numbers of clusters are distributed, and the first run's opinions at the start."""
    values, rows, different, first = [], [], 0, np.empty(0)
    for eps in CASES:
        start = random.random((size.runs, HK_COUNT))
        first = start[0] if eps == CASES[0] else first
        end, months = hk.settle(start, np.full(size.runs, eps))
        for x, y, month in zip(start[: size.checked], end, months, strict=False):
            directly, needed = hk.directly(x, eps)
            different += int(needed != month or np.abs(directly - y).max() > 1e-9)
        count = hk.clusters(end)
        values.append(mean(f"hk_clusters_{eps:.2f}", count))
        if eps == 0.01:
            values.append(Value("hk_clusters_sd_0.01", count.std(ddof=1), sd_error(count)))
        values.append(share(f"hk_consensus_{eps:.2f}", count == 1))
        rows += [{"eps": eps, "clusters": k, "runs": int(n)} for k, n in enumerate(np.bincount(count)) if n]
    return [*values, Value("hk_runs_that_differ", different)], pd.DataFrame(rows), first


def hk_clusters(size: Size, random: np.random.Generator) -> pd.DataFrame:
    """Return a row for each eps: number of clusters, months to settle. All have the same starts."""
    start = random.random((size.eps_runs, HK_COUNT))
    eps = np.repeat(size.eps, size.eps_runs)
    end, months = hk.settle(np.tile(start, (len(size.eps), 1)), eps)
    count = hk.clusters(end).reshape(len(size.eps), -1)
    return pd.DataFrame(
        [
            {"eps": e, "runs": size.eps_runs, **spread("clusters", k), "months": m.mean(), "longest": int(m.max())}
            for e, k, m in zip(size.eps, count, months.reshape(count.shape), strict=True)
        ]
    )


def hk_consensus(size: Size, random: np.random.Generator) -> tuple[HalfPoint, int]:
    """Return where half the runs reach consensus, and the months the slowest run took. All eps have the same starts."""
    start = random.random((size.consensus_runs, CONSENSUS_COUNT))
    eps = np.repeat(size.consensus_eps, size.consensus_runs)
    end, months = hk.settle(np.tile(start, (len(size.consensus_eps), 1)), eps)
    return HalfPoint("eps", size.consensus_eps, (hk.clusters(end) == 1).reshape(len(size.consensus_eps), -1)), int(months.max())


# Deffuant, Neau, Amblard & Weisbuch


def dw_clusters(size: Size, random: np.random.Generator) -> tuple[list[Value], pd.DataFrame, HalfPoint]:
    """Return the cases with references, a row for each d, and where half the runs end in one major cluster.

    All d have the same starts, and meetings of their own.
    """
    start = random.random((size.d_runs, DW_COUNT))
    d = np.repeat(size.d, size.d_runs)
    end, meetings = deffuant.settle(np.tile(start, (len(size.d), 1)), d, random)
    many, all_ = (count.reshape(len(size.d), -1) for count in deffuant.major(end, d))
    rows, mode = [], {}
    for value, k, clusters, met in zip(size.d, many, all_, meetings.reshape(many.shape), strict=True):
        mode[value] = int(np.bincount(k).argmax())
        low, high = wilson((k == 1).sum(), len(k))
        rows.append(
            {
                **{"d": value, "runs": len(k), **spread("major", k), "mode": mode[value], "rule": rule(value), "clusters": clusters.mean()},
                **{"one": (k == 1).mean(), "one_low": low, "one_high": high, "meetings_per_agent": 2 * met.mean() / DW_COUNT},
            }
        )
    at = {value: k for value, k in zip(size.d, many, strict=True)}
    values = [Value(f"dw_mode_{value:.2f}", mode[value]) for value in (0.1, 0.15, 0.2, 0.3, 0.5)]
    values += [share("dw_two_0.20", at[0.2] == 2), share("dw_one_0.30", at[0.3] == 1)]
    return values, pd.DataFrame(rows), HalfPoint("d", size.d, many == 1)


def rule(d: float) -> int:
    """Return the number of main peaks by the rule of Deffuant et al., floor(1/(2d))."""
    return int(np.floor(1 / (2 * d) + 1e-9))


# What both need


class HalfPoint:
    """Where along a parameter half the runs have an outcome.

    The shares, made monotone (isotonic regression), are joined by straight lines. The standard error comes from
    a bootstrap of replicates, which take part at every value of the parameter. NaN if it is not within their range.

    Parameters
    ----------
    name : of the parameter
    at : (points,) its values, rising
    has : (points, replicates) whether the run has the outcome
    """

    def __init__(self, name: str, at: Sequence[float], has: np.ndarray) -> None:
        self.name, self.at, self.has = name, np.array(at), has
        point = self._crossing(has.mean(axis=1))
        self.point = point if at[0] < point < at[-1] else float("nan")
        drawn = resamples(has.shape[1], 1_000)
        self.error = float(np.std([self._crossing(has[:, which].mean(axis=1)) for which in drawn], ddof=1))

    def _crossing(self, share: np.ndarray) -> float:
        """Return where the shares cross one half, or the end of the range beyond which they do."""
        monotone = isotonic_regression(share).x
        after = int(np.searchsorted(monotone, 0.5))
        if after in (0, len(monotone)):
            return float(self.at[min(after, len(self.at) - 1)])
        low, high = monotone[after - 1], monotone[after]
        return float(self.at[after - 1] + (self.at[after] - self.at[after - 1]) * (0.5 - low) / (high - low))

    def value(self, name: str) -> Value:
        """Return the point as a value."""
        return Value(name, self.point, self.error)

    def table(self) -> pd.DataFrame:
        """Return a row for each value of the parameter."""
        rows = []
        for value, has in zip(self.at.tolist(), self.has, strict=True):
            low, high = wilson(has.sum(), len(has))
            rows.append({self.name: value, "runs": len(has), "share": has.mean(), "low": low, "high": high})
        return pd.DataFrame(rows)


def mean(name: str, of: np.ndarray) -> Value:
    """Return the mean of independent runs."""
    return Value(name, float(of.mean()), float(of.std(ddof=1) / np.sqrt(len(of))))


def share(name: str, of: np.ndarray) -> Value:
    """Return the share of independent runs that have an outcome.

    Its standard error is that of the share with two more runs that have it and two more that have not (Agresti & Coull
    1998, *Am. Stat.* 52:119): it is not 0 where all runs agree.
    """
    adjusted = (of.sum() + 2) / (len(of) + 4)
    return Value(name, float(of.mean()), float(np.sqrt(adjusted * (1 - adjusted) / (len(of) + 4))))


def sd_error(of: np.ndarray) -> float:
    """Return the standard error of a standard deviation: the delta method on the fourth central moment."""
    second, fourth = ((of - of.mean()) ** 2).mean(), ((of - of.mean()) ** 4).mean()
    return float(np.sqrt((fourth - second**2) / len(of)) / (2 * np.sqrt(second)))


def spread(name: str, of: np.ndarray) -> dict[str, Any]:
    """Return mean, standard error, smallest and largest of a count."""
    return {name: of.mean(), f"{name}_se": of.std(ddof=1) / np.sqrt(len(of)), f"{name}_min": int(of.min()), f"{name}_max": int(of.max())}
