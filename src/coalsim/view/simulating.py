"""What the page has simulated: one run month by month, and two worlds in many replicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coalsim.agents import CoalitionModel
from coalsim.analysis.intervals import paired_difference
from coalsim.parameters import Parameters
from coalsim.simulation import simulate
from coalsim.tables.columns import OUTCOMES, SCENARIO, names
from coalsim.view.frames import chunks, header

Emit = Callable[[dict[str, Any]], None]
"""Sends a line to the page; raises `Interrupted` when nobody listens any more."""

FIRST, LARGEST = 10, 50
"""Replicates simulated before the first look, and at most between two later ones: many together take less time each."""

MOST = 2_000
"""Most replicates of a comparison."""


def watched(p: Parameters, seed: int, replicate: int, title: str, emit: Emit) -> None:
    """Simulate one run and send its header and its months as they are there."""
    model = CoalitionModel(p, seed, replicate)
    emit({"header": header(model, title)})
    for chunk in chunks(model):
        emit({"chunk": chunk})


def compared(a: Parameters, b: Parameters, seed: int, replicates: int, emit: Emit) -> None:
    """Simulate two worlds in the same replicates, and send the differences (b less a) of all outcomes as they come in.

    A replicate in which an outcome has no value in either world is left out of that outcome.
    """
    columns, shares = names(OUTCOMES), {column.name for column in OUTCOMES if column.dtype is bool}
    found = np.empty((0, len(columns)))
    worlds = np.empty((0, 2, len(columns)))
    while (done := len(found)) < replicates:
        runs = simulate([a, b], range(done, min(done + min(max(FIRST, done), LARGEST), replicates)), seed)
        table = runs.outcomes
        pair = np.stack([table[table[SCENARIO] == k][columns].to_numpy(dtype=float) for k in (0, 1)], axis=1)
        worlds = np.concatenate([worlds, pair])
        fresh = pair[:, 1] - pair[:, 0]
        found = np.concatenate([found, fresh])
        said = {}
        for place, name in enumerate(columns):
            both = ~np.isnan(found[:, place])
            mean, low, high = paired_difference(found[both, place], name in shares)
            means = worlds[both][:, :, place].mean(axis=0) if both.any() else (np.nan, np.nan)
            about = {"mean": known(mean), "low": known(low), "high": known(high), "n": int(both.sum())}
            said[name] = {**about, "worlds": [known(float(value)) for value in means]}
        differences = {name: [known(value) for value in fresh[:, place].tolist()] for place, name in enumerate(columns)}
        emit({"done": len(found), "of": replicates, "outcomes": said, "differences": differences})


def known(value: float) -> float | None:
    """Return a number as JSON has it: None if there is none."""
    return float(value) if np.isfinite(value) else None
