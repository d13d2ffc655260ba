"""Confidence intervals: t, bootstrap of replicates (percentile, BCa), Wilson's for shares."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from coalsim.analysis.inputs import Floats, Ints
from coalsim.errors import ParameterError, nearest
from coalsim.tables.summary import mean_and_interval

Method = Literal["t", "bootstrap"]

RESAMPLES = 2000
SEED = 1


def check_confidence(confidence: float) -> None:
    """Raise `ParameterError` if `confidence` is no confidence level."""
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence = {confidence} is out of range; allowed: > 0 and < 1")


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise `ParameterError` if `value` is not one of those allowed."""
    if value not in allowed:
        raise ParameterError(f"{name} '{value}' is unknown{nearest(value, allowed)}; allowed: {', '.join(allowed)}")


@lru_cache(maxsize=8)
def resamples(count: int, number: int = RESAMPLES, seed: int = SEED) -> Ints:
    """Return which of `count` replicates each bootstrap resample holds, shape (number, count).

    The same replicates for whatever is computed from them, so that bootstrapped quantities can be compared
    resample by resample. (Hence not `scipy.stats.bootstrap`, which draws anew for every statistic.)
    """
    drawn = np.random.Generator(np.random.PCG64(seed)).integers(count, size=(number, count))
    drawn.setflags(write=False)
    return drawn


def resample_counts(count: int, number: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return how often each resample holds each replicate, shape (number, count)."""
    drawn = resamples(count, number, seed)
    flat = (np.arange(number)[:, None] * count + drawn).reshape(-1)
    return np.bincount(flat, minlength=number * count).reshape(number, count).astype(float)


def bca(values: Floats, confidence: float = 0.95, seed: int = SEED) -> tuple[float, float]:
    """Return the bootstrap interval of the mean, bias-corrected and accelerated.

    Efron 1987, *Better bootstrap confidence intervals*, JASA 82, 171-185. The jackknife values of a mean
    are (sum - x_i)/(n - 1), which gives the acceleration in closed form.

    Parameters
    ----------
    values
        One value a replicate, none NaN.

    Returns
    -------
    low, high : NaN with fewer than two values; the value itself where all are equal
    """
    if len(values) < 2:
        return float("nan"), float("nan")
    mean = float(values.mean())
    if np.ptp(values) == 0:
        return mean, mean
    means = values[resamples(len(values), seed=seed)].mean(axis=1)
    below = ((means < mean).sum() + 0.5 * (means == mean).sum()) / len(means)
    bias = ndtri(np.clip(below, 0.5 / len(means), 1 - 0.5 / len(means)))
    centred = values - mean
    acceleration = (centred**3).sum() / (6 * (centred**2).sum() ** 1.5)
    z = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(means, ndtr(bias + z / (1 - acceleration * z)))
    return float(low), float(high)


def interval(values: Floats, confidence: float = 0.95, method: Method = "t", seed: int = SEED) -> tuple[float, float, float]:
    """Return mean, low and high end of the interval of the values that are not NaN.

    Parameters
    ----------
    values
        One value a replicate.
    confidence
        Confidence level.
    method
        "t": normal theory. "bootstrap": BCa; better for skewed outcomes, too narrow below some 20 replicates.
    seed
        Seed of the bootstrap.

    Returns
    -------
    mean, low, high : NaN where there are too few values (1, 2, 2)
    """
    check_confidence(confidence)
    check_choice("method", method, get_args(Method))
    values = values[~np.isnan(values)]
    mean, half = mean_and_interval(values, confidence)
    if method == "t":
        return mean, mean - half, mean + half
    return mean, *bca(values, confidence, seed)


def paired_shares(gained: int, lost: int, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a difference of two shares over the same replicates: adjusted Wald.

    Bonett & Price 2012, *J. Educ. Behav. Stat.* 37, 479-488. Unlike a t interval it has a width where no replicate differs, which
    is no proof that none would.

    Parameters
    ----------
    gained, lost
        Replicates in which only the second is true, and only the first.
    count
        Replicates.
    """
    a, b = (gained + 1) / (count + 2), (lost + 1) / (count + 2)
    half = float(ndtri((1 + confidence) / 2) * np.sqrt((a + b - (a - b) ** 2) / (count + 2)))
    return max(-1.0, a - b - half), min(1.0, a - b + half)


def paired_difference(differences: Floats, shares: bool, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of paired differences, and its interval: `paired_shares` if they are of what is true or false, otherwise t.

    Parameters
    ----------
    differences
        One a pair, none NaN.
    shares
        Whether they are of what is true or false.

    Returns
    -------
    mean, low, high : NaN where there are too few pairs (1, 2, 2)
    """
    mean, half = mean_and_interval(differences, confidence)
    if shares and len(differences) > 1:
        return mean, *paired_shares(int((differences > 0).sum()), int((differences < 0).sum()), len(differences), confidence)
    return mean, mean - half, mean + half


def percentiles(draws: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the percentile interval of bootstrapped values along the first axis; NaN draws are left out."""
    low, high = _quiet_quantile(draws, np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    return low, high


def _quiet_quantile(draws: Floats, at: Floats) -> Floats:
    if not np.isnan(draws).any():
        return np.quantile(draws, at, axis=0)
    flat = draws.reshape(len(draws), -1)
    known = [column[~np.isnan(column)] for column in flat.T]
    found = [np.quantile(column, at) if len(column) else np.full(len(at), np.nan) for column in known]
    return np.stack(found, axis=1).reshape(len(at), *draws.shape[1:])


def wilson(successes: float, count: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Wilson 1927, *Probable inference, the law of succession, and statistical inference*, JASA 22, 209-212.

    Returns
    -------
    low, high : NaN if `count` is 0
    """
    check_confidence(confidence)
    if count == 0:
        return float("nan"), float("nan")
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    share = successes / count
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = np.sqrt(z2) / (1 + z2 / count) * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
