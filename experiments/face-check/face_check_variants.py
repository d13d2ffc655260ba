"""Why it fits or does not: the synthetic field with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from face_check_hazards import VIEWS, seen
from face_check_lives import Lives, lives
from face_check_patterns import NETWORK_MONTH, mean_measure
from numpy.typing import NDArray

from coalsim.parameters import Parameters
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms import research
from coalsim.vectorized.mechanisms.acquaintance import learn
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values

Ints = NDArray[np.intp]


def mapping_among_members(s: State, p: Values, draws: Draws) -> None:
    """Learn who is there (step 4), but members learn of a random fellow member where they would learn of anybody."""
    _mapping(s, p, draws, fellows=True, mutual=False)


def mapping_mutual(s: State, p: Values, draws: Draws) -> None:
    """Learn who is there (step 4); whoever is learned of learns of the other too."""
    _mapping(s, p, draws, fellows=False, mutual=True)


def mapping_both(s: State, p: Values, draws: Draws) -> None:
    """Learn who is there, of fellow members and both ways."""
    _mapping(s, p, draws, fellows=True, mutual=True)


def _mapping(s: State, p: Values, draws: Draws, fellows: bool, mutual: bool) -> None:
    research.pay(s, p)
    rate = np.where(s.researching, p.research_rate, p.mapping_rate)
    who = np.flatnonzero((draws.of_all("mapping") < rate) & (s.known < s.shape.places))
    learned = research.whom(s, draws, who)
    if fellows:
        m = s.members
        place = np.searchsorted(m.who, who)
        place[place == len(m.who)] = 0
        anybody = draws.of_some("through a friend", who) >= 0.5
        asks = np.flatnonzero(s.member[who] & anybody) if len(m.who) else np.empty(0, dtype=np.intp)
        slot = m.slot[place[asks]]
        by_coalition = m.who[np.argsort(m.slot, kind="stable")]
        first = np.cumsum(m.count) - m.count
        number = (draws.of_some("who", who)[asks] * m.count[slot]).astype(np.intp)  # its own number teaches nothing
        learned[asks] = by_coalition[first[slot] + number]
    new = learn(s, p, who, learned)
    s.heard[who[new]] += s.researching[who[new]]
    if mutual:
        _, one = np.unique(learned, return_index=True)  # of several who learned of one, that one meets the first
        learn(s, p, learned[one], who[one])


@dataclass(frozen=True)
class Variant:
    """A change: parameters, or another function for a step of the month."""

    values: Mapping[str, Any] = field(default_factory=dict)
    submodels: Mapping[str, Callable[[State, Values, Draws], None]] = field(default_factory=dict)


VARIANTS = {
    "default": Variant(),
    "commitment of 24 months": Variant({"commitment_months": 24}),
    "24 months to form": Variant({"forming_months": 24}),
    "effort of 120": Variant({"effort": 120.0}),
    "openness .9": Variant({"openness": 0.9}),
    "no homophily of acquaintance": Variant({"homophily_draws": 1}),
    "lists of up to 59": Variant({"acquaintances_max": 59}),
    "members learn of one another": Variant(submodels={"mapping": mapping_among_members}),
    "acquaintance goes both ways": Variant(submodels={"mapping": mapping_mutual}),
    "both of these": Variant(submodels={"mapping": mapping_both}),
}
HAZARDS = ((0, 1), (1, 2), (2, 3), (3, 5), (5, 10))
SHOWN = ("density", "reciprocity", "transitivity", "clustering", "centralization")


def variants(base: Parameters, replicates: int, seed: int) -> pd.DataFrame:
    """Return the patterns under each change, one row per change; ages since forming but for the first hazard."""
    months = (NETWORK_MONTH,)
    plain = [name for name, variant in VARIANTS.items() if not variant.submodels]
    found = dict(zip(plain, lives([base.replace(**VARIANTS[name].values) for name in plain], replicates, seed, months), strict=True))
    for name, variant in VARIANTS.items():
        if variant.submodels:
            found[name] = lives(base, replicates, seed, months, variant.submodels)[0]
    return pd.DataFrame([{"change": name, **_row(found[name], seed)} for name in VARIANTS])


def _row(of: Lives, seed: int) -> dict[str, float]:
    formed, launched = seen(of, VIEWS["formed"], seed), seen(of, VIEWS["launched"], seed)
    row = {"launched_hazard_0_1": launched.hazard(0, 1)[0], "launched_hazard_1_2": launched.hazard(1, 2)[0]}
    row |= {f"hazard_{low}_{high}": formed.hazard(low, high)[0] for low, high in HAZARDS}
    row |= {f"survival_{years}": formed.survival(years)[0] for years in (5, 10)}
    row["networks"] = len(of.networks)
    for name in SHOWN:
        measured = mean_measure(of.networks, name, of.replicates, seed)
        row |= {name: measured.value, f"{name}_se": measured.se}
    return row
