"""Differences between paired shares, here and over draws of parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri, stdtrit

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
    Interval: adjusted Wald, Bonett & Price 2012, *J. Educ. Behav. Stat.* 37, 479-488. Unlike a t interval it has a width where no
    replicate differs, which is no proof that none would. Test: McNemar 1947, *Psychometrika* 12, 153-157, exact form: given
    the number of replicates that differ, gains are binomial with probability 1/2.
    """
    n = len(before)
    gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
    a, b = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = float(ndtri((1 + confidence) / 2) * np.sqrt((a + b - (a - b) ** 2) / (n + 2)))
    p = min(1.0, 2 * float(bdtr(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0
    return Pairs(n, gained, lost, (gained - lost) / n, max(-1.0, a - b - half), min(1.0, a - b + half), p)


def holm(p: Floats) -> Floats:
    """Return probabilities adjusted for looking at all of them (Holm 1979, *Scand. J. Stat.* 6, 65-70)."""
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)) if len(p) else p
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


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
