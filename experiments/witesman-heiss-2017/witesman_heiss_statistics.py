"""What the paper concludes from its table, as statistics of a table of means, and their sampling error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from witesman_heiss_model import INSTITUTIONS, MOTIVES
from witesman_heiss_players import TYPES

Floats = NDArray[np.float64]
Column = tuple[str, str]  # institution, motive
Means = Mapping[Column, Floats]  # mean share of the eight types, in the last axis

NAMES = tuple(TYPES)
ACTIVE = INSTITUTIONS[1:]
PAIRS = {
    "common": (("a1", "b1"), ("a2", "b2"), ("c1", "d1"), ("c2", "d2")),
    "plentiful": (("a1", "c1"), ("a2", "c2"), ("b1", "d1"), ("b2", "d2")),
    "valuable": (("a1", "a2"), ("b1", "b2"), ("c1", "c2"), ("d1", "d2")),
}
EXCEPTIONS = (("market", "c2"), ("cost", "a2"), ("cost", "b2"))  # published cells where social lies below individual
BOOTSTRAP = 400


def conclusions(means: Means) -> dict[str, Floats]:
    """Return what the five hypotheses are judged by; all are differences of mean shares.

    Parameters
    ----------
    means : by institution and motive, shape (..., 8)

    Returns
    -------
    by name, shape (...)
        H1, H2, H4: the smallest of the differences that should be positive; H2 without the three cells the paper excepts, which
        come on their own; H4 without the cells at the ceiling, where everything is
        fulfilled (the costless social column, and b against d in the social market). H3: the mean difference, common
        less rare. H5: smallest and largest difference in the market, smallest with cost. gap: social less individual, mean of a column.
    """
    at = {name: place for place, name in enumerate(NAMES)}

    def differences(kind: str, columns: tuple[Column, ...]) -> Floats:
        return np.stack([means[c][..., at[more]] - means[c][..., at[less]] for c in columns for more, less in PAIRS[kind]])

    def columns(*institutions: str) -> tuple[Column, ...]:
        return tuple((institution, motive) for institution in institutions for motive in MOTIVES)

    free = np.stack([means["costless", motive][..., i] - means["cost", motive][..., i] for motive in MOTIVES for i in range(8)])
    social = {(s, name): means[s, "social"][..., at[name]] - means[s, "individual"][..., at[name]] for s in ACTIVE for name in NAMES}
    rule = np.stack([difference for cell, difference in social.items() if cell not in EXCEPTIONS])
    below: dict[Column, tuple[Any, ...]] = {column: PAIRS["plentiful"] for column in columns(*ACTIVE) if column != ("costless", "social")}
    below["market", "social"] = PAIRS["plentiful"][:2]
    plentiful = np.stack([means[c][..., at[more]] - means[c][..., at[less]] for c, pairs in below.items() for more, less in pairs])
    market, cost = differences("valuable", columns("market")), differences("valuable", columns("cost"))
    return {
        "H1 costless above cost, least of 16": free.min(axis=0),
        "H2 social above individual, least of 21": rule.min(axis=0),
        **{f"H2 exception {s} {name}": social[s, name] for s, name in EXCEPTIONS},
        "H3 common above rare, mean of 24": differences("common", columns(*ACTIVE)).mean(axis=0),
        "H4 plentiful above scarce, least of 18": plentiful.min(axis=0),
        "H5 high above low value, cost, least of 8": cost.min(axis=0),
        "H5 high above low value, market, least of 8": market.min(axis=0),
        "H5 high above low value, market, most of 8": market.max(axis=0),
        **{f"gap {s}": np.mean([social[s, name] for name in NAMES], axis=0) for s in ACTIVE},
    }


def spearman(means: Floats, published: Floats) -> Floats:
    """Return Spearman's rank correlation of tables' columns with the published one, ties sharing a rank; NaN if all are equal.

    Parameters
    ----------
    means : shape (..., 8)
    published : shape (8,)
    """
    # Means of counts that are equal need not be equal to the last bit.
    x, y = rankdata(np.round(means, 9), axis=-1), rankdata(published)
    x, y = x - x.mean(axis=-1, keepdims=True), y - y.mean()
    norm = np.sqrt((x**2).sum(axis=-1) * (y**2).sum())
    with np.errstate(invalid="ignore"):
        return np.where(norm > 0, (x * y).sum(axis=-1) / np.where(norm > 0, norm, 1), np.nan)


def resampled(shares: Mapping[Column, Floats], rng: np.random.Generator) -> dict[Column, Floats]:
    """Return bootstrap means of each column: replicates drawn with replacement, shape (400, 8)."""
    drawn = {}
    for column, values in shares.items():
        weights = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=BOOTSTRAP) / len(values)
        drawn[column] = weights @ values
    return drawn
