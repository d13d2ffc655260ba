"""Kaplan-Meier and Aalen-Johansen estimators for whole months, with many ties and in many resamples at once.

Months are whole numbers, so several events of several kinds fall into one. Both estimators are products and sums
over distinct times of counts, in which ties need no special care (Kalbfleisch & Prentice 2002, *The Statistical Analysis of Failure
Time Data*, 2nd ed., sections 1.4 and 8.2). lifelines' Aalen-Johansen moves tied times apart at random instead, and takes one
sample at a time; the tests hold these functions against it where there are no ties, and against cases worked out by hand.

Ages run along the last axis, from 0; axes before it are samples.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from coalsim.analysis.inputs import Floats, Ints


class Counts(NamedTuple):
    """How many are at risk at each age, and meet the event or a competing one there; shape (..., ages)."""

    at_risk: Floats
    events: Floats
    competing: Floats

    def of(self, weights: Floats) -> Counts:
        """Return the counts of resamples, from how often each holds each replicate: (resamples, replicates) @ (replicates, ages)."""
        # sums of whole numbers, exact in whatever order they are added
        return Counts(weights @ self.at_risk, weights @ self.events, weights @ self.competing)

    def total(self) -> Counts:
        """Return the counts summed over replicates."""
        return Counts(self.at_risk.sum(axis=0), self.events.sum(axis=0), self.competing.sum(axis=0))


def count(age: Ints, event: NDArray[np.bool_], competing: NDArray[np.bool_], replicate: Ints, replicates: int, ages: int) -> Counts:
    """Count by replicate and age.

    Parameters
    ----------
    age
        Age at which each was last seen: of its event, or censored. Who is censored at an age was at risk there.
    event, competing
        What was seen at that age; neither: censored.
    replicate
        Number of the replicate of each, from 0.
    replicates, ages
        How many there are of both.

    Returns
    -------
    Counts
        Shape (replicates, ages).
    """

    def table(rows: NDArray[np.bool_]) -> Floats:
        flat = replicate[rows] * ages + age[rows]
        return np.bincount(flat, minlength=replicates * ages).reshape(replicates, ages).astype(float)

    last_seen = table(np.ones(len(age), dtype=bool))
    return Counts(last_seen[:, ::-1].cumsum(axis=1)[:, ::-1], table(event), table(competing))


def share(of: Floats, at_risk: Floats) -> Floats:
    """Return `of` / `at_risk`, 0 where nobody is at risk."""
    return np.divide(of, at_risk, out=np.zeros_like(of), where=at_risk > 0)


def kaplan_meier(counts: Counts) -> Floats:
    """Return the share still without event after each age: the product of 1 - events/at risk. Competing events censor."""
    return np.multiply.accumulate(1 - share(counts.events, counts.at_risk), axis=-1)


def aalen_johansen(counts: Counts) -> Floats:
    """Return the cumulative incidence of the event at each age, in the presence of the competing one.

    The sum of S(t-) events/at risk, S the share without any event (Aalen & Johansen 1978, *Scand. J. Statist.* 5, 141-150).
    """
    return np.cumsum(_before(counts) * share(counts.events, counts.at_risk), axis=-1)


def _before(counts: Counts) -> Floats:
    """Return the share without any event just before each age."""
    either = kaplan_meier(counts._replace(events=counts.events + counts.competing))
    return np.concatenate([np.ones((*either.shape[:-1], 1)), either[..., :-1]], axis=-1)


def kaplan_meier_variance(counts: Counts) -> Floats:
    """Return Greenwood's variance of `kaplan_meier`; NaN where all who were left met the event."""
    n, d = counts.at_risk, counts.events
    steps = np.divide(d, n * (n - d), out=np.where(d > 0, np.nan, 0.0), where=n > d)
    return kaplan_meier(counts) ** 2 * np.cumsum(steps, axis=-1)


def aalen_johansen_variance(counts: Counts) -> Floats:
    """Return the variance of `aalen_johansen` by the delta method, of one sample.

    With hazards e/n of the event and d/n of any event, multinomial within an age and independent between ages,
    Var F(t) = sum over ages i up to t of

        (F(t) - F_i)^2 d/(n (n - d)) + S_i^2 e (n - e)/n^3 - 2 (F(t) - F_i) S_i e/n^2,

    S_i the share without any event before i (Marubini & Valsecchi 1995, *Analysing Survival Data from Clinical Trials and
    Observational Studies*, section 10.2). Ties of both kinds are in it.
    """
    n, e, d = counts.at_risk, counts.events, counts.events + counts.competing
    incidence, before = aalen_johansen(counts), _before(counts)
    to_come = np.tril(incidence[:, None] - incidence[None, :])  # (t, i): F(t) - F_i for i <= t
    past = np.tril(np.ones_like(to_come))
    # where all who were left met an event nothing is to come, and the first term is 0
    first = to_come**2 * np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)
    second = past * before**2 * share(e * (n - e), n**3)
    third = 2 * to_come * before * share(e, n**2)
    return (first + second - third).sum(axis=-1)


def log_log(probability: Floats, variance: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the interval of a probability on the scale of log(-log p), which keeps it within 0 and 1.

    Kalbfleisch & Prentice 2002, equation 1.18. Where p is 0 or 1 the scale ends: the interval is NaN where p has a variance, p otherwise.
    """
    inside = (probability > 0) & (probability < 1)
    p = np.where(inside, probability, 0.5)
    theta = ndtri((1 + confidence) / 2) * np.sqrt(variance) / (p * np.log(p))  # negative
    outside = np.where(variance == 0, probability, np.nan)
    return np.where(inside, p ** np.exp(-theta), outside), np.where(inside, p ** np.exp(theta), outside)


def restricted_mean(curve: Floats, horizon: int) -> Floats:
    """Return the area under a curve from age 0 to `horizon` months: the sum over ages 0 ... horizon - 1.

    Of a survival curve this is the mean of min(age at the event, horizon), the months lived of the first `horizon`; of a cumulative
    incidence, the months of them that come after the event (Andersen 2013, *Statistics in Medicine* 32, 5278-5285).
    """
    return curve[..., :horizon].sum(axis=-1)
