"""Parameter values of a block of runs: numbers where all scenarios agree, arrays where they differ.

A submodel writes ``p.contagion * share`` and does not care which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.mechanism import Mechanism
from coalsim.parameters import Parameters, declarations

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

OWN = tuple(name for name in declarations() if f"focal_{name}" in declarations())
"""Parameters of which a focal initiative can have values of its own."""

_NUMERIC = ("number", "whole number", "true or false")

NUMBERS = tuple(name for name, d in declarations().items() if d.kind in _NUMERIC)
"""The model's own parameters that are numbers."""


class Values:
    """The parameter values of a block, by name, as seen by every organization of every run.

    Attribute ``p.effort`` is a number, or an array of shape (runs * organizations,) if the block mixes
    scenarios that differ in it. ``p.runs.effort`` has an entry a run, ``p.at(i).effort`` an entry for
    each organization in `i`, ``p.of(c, focal).effort`` an entry for each initiative in `c`, with the
    focal initiatives' own values where they have any.

    Parameters
    ----------
    scenarios
        The parameters of each run.
    organizations
        Organizations in a run.
    months
        Length of the runs.
    mechanisms
        Mechanisms besides the built-in ones, with parameters of their own.
    """

    def __init__(self, scenarios: Sequence[Parameters], organizations: int, months: int, mechanisms: Sequence[Mechanism] = ()) -> None:
        self._by_run: dict[str, Any] = {}
        distinct = list({id(scenario): scenario for scenario in scenarios}.values())
        places = {id(scenario): place for place, scenario in enumerate(distinct)}
        of_run = [places[id(scenario)] for scenario in scenarios]
        declared = [*declarations().values(), *(d for mechanism in mechanisms for d in mechanism.declarations().values())]
        for name in (d.name for d in declared if d.kind in _NUMERIC):
            values = [scenario.get(name) for scenario in distinct]
            same = all(value == values[0] for value in values)
            self._by_run[name] = values[0] if same else np.array([np.nan if value is None else value for value in values])[of_run]
        self._by_organization = {
            name: np.repeat(value, organizations) if isinstance(value, np.ndarray) else value for name, value in self._by_run.items()
        }
        self.runs = Chosen(self._by_run)
        self.schedules = {kind: schedule([p.get(f"{kind}_months") for p in scenarios], months) for kind in ("window", "recession")}

    def __getattr__(self, name: str) -> Any:
        try:
            return self._by_organization[name]
        except KeyError:
            raise AttributeError(f"there is no numeric parameter '{name}'") from None

    def table(self) -> NDArray[np.float64]:
        """Return the parameters in `NUMBERS` run by run, shape (runs, len(NUMBERS)); NaN where there is no value."""
        runs = len(self.schedules["window"][0])
        columns = [self._by_run[name] for name in NUMBERS]
        return np.stack([np.broadcast_to(np.nan if value is None else value, (runs,)).astype(float) for value in columns], axis=1)

    def scheduled(self, kind: str, month: int) -> tuple[Bools, Bools]:
        """Return, of each run, whether windows (or recessions) come by schedule, and whether one begins now."""
        given, begins = self.schedules[kind]
        if month < 0:  # before, they come by chance in any case
            return np.zeros_like(given), np.zeros_like(given)
        return given, np.ascontiguousarray(begins[:, month])

    def at(self, organizations: Ints) -> Chosen:
        """Return the values seen by the organizations numbered `organizations` in the block."""
        return Chosen(self._by_organization, organizations)

    def of(self, conveners: Ints, focal: Bools) -> Chosen:
        """Return the values of the initiatives of `conveners`; `focal` marks the focal ones."""
        return Chosen(self._by_organization, conveners, focal[conveners])


class Chosen:
    """The values of a choice of organizations or initiatives, by name."""

    def __init__(self, values: dict[str, Any], chosen: Ints | None = None, focal: Bools | None = None) -> None:
        self._values, self._chosen = values, chosen
        self._focal = focal if focal is not None and focal.any() else None

    def __getattr__(self, name: str) -> Any:
        value = self._pick(name)
        if self._focal is None or name not in OWN:
            return value
        own = self._pick(f"focal_{name}")
        if own is None:
            return value
        return np.where(self._focal & ~np.isnan(own), own, value)

    def _pick(self, name: str) -> Any:
        value = self._values[name]
        if self._chosen is None or not isinstance(value, np.ndarray):
            return value
        return value[self._chosen]


def schedule(given: Sequence[tuple[int, ...]], months: int) -> tuple[Bools, Bools]:
    """Return, of each run, whether months are given, and in which month a spell begins, shape (runs, months)."""
    begins = np.zeros((len(given), months), dtype=bool)
    for run, listed in enumerate(given):
        begins[run, [month for month in listed if month < months]] = True
    return np.array([bool(listed) for listed in given]), begins
