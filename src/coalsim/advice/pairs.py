"""Differences between paired shares, here and over draws of parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri, stdtrit
from scipy.stats import binom

from coalsim.analysis.intervals import paired_shares

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """A difference of two shares over the same replicates.

    Attributes
    ----------
    n : replicates
    gained, lost : replicates with a success only after the step, only before it
    effect : (gained - lost)/n, the difference of the shares
    low, high : its interval
    p : two-sided exact probability of so unequal a pair of counts by chance (McNemar)
    """

    n: int
    gained: int
    lost: int
    effect: float
    low: float
    high: float
    p: float


def paired(before: Bools, after: Bools, confidence: float = 0.95) -> Pairs:
    """Compare two shares over the same replicates.

    Parameters
    ----------
    before, after
        Whether there was a success, one value a replicate, in the same order.
    confidence
        Confidence level of the interval.

    Notes
    -----
    Interval: `coalsim.analysis.intervals.paired_shares`. Test: McNemar 1947, *Psychometrika* 12, 153-157, exact form: given
    the number of replicates that differ, gains are binomial with probability 1/2.
    """
    n = len(before)
    gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
    low, high = paired_shares(gained, lost, n, confidence)
    p = min(1.0, 2 * float(bdtr(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0
    return Pairs(n, gained, lost, (gained - lost) / n, low, high, p)


def holm(p: Floats) -> Floats:
    """Return probabilities adjusted for looking at all of them (Holm 1979, *Scand. J. Stat.* 6, 65-70)."""
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)) if len(p) else p
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def power(effect: float, n: int, tests: int, changes: float, alpha: float = 0.05) -> float:
    """Return how surely `paired` and `holm` show an effect, which is looked at beside others that show nothing.

    Parameters
    ----------
    effect
        Difference of the shares, above 0.
    n
        Replicates.
    tests
        How many effects are looked at together.
    changes
        Share of replicates that chance alone turns into a success, and as many into a failure.
    alpha
        Largest probability of calling anything an effect that is none.

    Notes
    -----
    Exact: a binomial number of replicates differ, and of these a binomial number are gains.
    """
    gains = min(1.0, effect + changes)
    differ = min(1.0, gains + changes)
    m = np.arange(n + 1)
    # Most losses among m that differ with which the test still says so; -1 if m is too few.
    level = alpha / tests / 2
    most = binom.ppf(level, m, 0.5)
    most = np.where(bdtr(np.maximum(most, 0), m, 0.5) > level, most - 1, most)
    among = np.where(most >= 0, bdtr(np.maximum(most, 0), m, 1 - gains / differ), 0.0)
    chance_of_m = np.diff(bdtr(m, n, differ), prepend=0.0)
    return float((chance_of_m * among).sum())


def detectable(n: int, tests: int, changes: float, alpha: float = 0.05, surely: float = 0.8) -> float:
    """Return the smallest effect, in hundredths, that n replicates show with a probability; 1 if they show none. See `power`."""
    most = max(1, round(100 * (1 - changes)))
    low = 0
    if power(most / 100, n, tests, changes, alpha) < surely:
        return 1.0
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if power(middle / 100, n, tests, changes, alpha) >= surely else (middle, most)
    return most / 100


def enough(effect: float, tests: int, changes: float, alpha: float = 0.05, surely: float = 0.8) -> int:
    """Return how many replicates show an effect with a probability, rounded up to two digits. See `power`."""
    # The normal approximation: exact counts of so many are of no use, as `changes` is not known that well.
    z, power_of = ndtri(1 - alpha / tests / 2), ndtri(surely)
    differ = effect + 2 * changes
    n = (z * np.sqrt(differ) + power_of * np.sqrt(max(0.0, differ - effect**2))) ** 2 / effect**2
    size = 10 ** max(0, int(np.log10(n)) - 1)
    return int(-(-n // size) * size)


@dataclass(frozen=True)
class Spread:
    """An effect over draws of parameters.

    Attributes
    ----------
    mean, low, high : mean over draws with its t interval, draws being the unit
    sd : standard deviation of the effect between draws, chance taken out
    """

    mean: float
    low: float
    high: float
    sd: float


def spread(differences: Floats, confidence: float = 0.95) -> Spread:
    """Say how an effect varies over draws of parameters.

    Parameters
    ----------
    differences
        Paired differences, shape (draws, replicates); two or more of each.

    Notes
    -----
    A few replicates a draw leave much chance in each draw's effect. One-way analysis of variance with random effects parts the two:
    variance between draws = (mean square between - mean square within)/replicates, not below 0 (Searle, Casella & McCulloch
    1992, *Variance Components*, section 3.6).
    """
    draws, replicates = differences.shape
    means = differences.mean(axis=1)
    mean, between = float(means.mean()), float(means.var(ddof=1))
    within = float(differences.var(axis=1, ddof=1).mean())
    half = float(stdtrit(draws - 1, (1 + confidence) / 2) * np.sqrt(between / draws))
    sd = float(np.sqrt(max(0.0, between - within / replicates)))
    return Spread(mean, mean - half, mean + half, sd)
