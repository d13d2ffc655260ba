"""Means with intervals, and tables of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit


def mean_and_interval(values: NDArray[np.float64], confidence: float = 0.95) -> tuple[float, float]:
    """Return the mean of the values that are not NaN and half the width of its t interval.

    Parameters
    ----------
    values
        One value a run.
    confidence
        Confidence level, between 0 and 1.

    Returns
    -------
    mean : NaN if there is no value
    half : NaN if there are fewer than two values
    """
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return float("nan"), float("nan")
    if len(values) == 1:
        return float(values[0]), float("nan")
    error = values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(stdtrit(len(values) - 1, (1 + confidence) / 2) * error)


def number(value: float) -> str:
    """Write a number for people: three significant digits, no exponent where it can be avoided."""
    if np.isnan(value):
        return "-"
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        digits = max(0, 2 - int(np.floor(np.log10(abs(value))))) if value else 0
        return f"{value:,.{min(digits, 6)}f}"
    return f"{value:.2e}"
