"""Groups of runs: the settings under which the counterparts of real numbers are computed, sampled as the real ones were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coalsim.designs.factors import Groups, factor
from coalsim.errors import ParameterError, nearest
from coalsim.parameters import Parameters
from coalsim.parameters.model import declaration

_KEYS = ("runs", "fixed", "over")


@dataclass(frozen=True)
class Group:
    """Runs that some targets are computed of.

    Attributes
    ----------
    name : of the group
    runs : how many
    fixed : settings of all of them
    over : parameters varied among them, each over a list of values; several that change together are a list of settings under a
        name of their own. Runs are dealt out evenly over the combinations met
    """

    name: str
    runs: int
    fixed: Mapping[str, Any]
    over: Mapping[str, tuple[Any, ...]]

    @property
    def varied(self) -> list[str]:
        """The parameters that differ among the runs."""
        return [name for key, values in self.over.items() for name in (values[0] if isinstance(values[0], Mapping) else (key,))]

    def settings(self, seed: int) -> list[dict[str, Any]]:
        """Return the values of `over` in each run: every value equally often, values of different parameters mixed at random."""
        random = np.random.Generator(np.random.PCG64([seed, 0x6772]))
        columns = {}
        for place, (name, values) in enumerate(self.over.items()):
            turns = np.arange(self.runs) % len(values)
            columns[name] = [values[k] for k in (turns if place == 0 else random.permutation(turns))]
        return [_together({name: column[run] for name, column in columns.items()}) for run in range(self.runs)]

    def dealt(self, seed: int) -> list[tuple[dict[str, Any], list[int]]]:
        """Return the settings met, each with the numbers of its runs."""
        found: dict[str, tuple[dict[str, Any], list[int]]] = {}
        for run, settings in enumerate(self.settings(seed)):
            found.setdefault(repr(settings), (settings, []))[1].append(run)
        return list(found.values())

    def spec(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"runs": self.runs, "fixed": dict(self.fixed), "over": {name: list(values) for name, values in self.over.items()}}


def _together(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by parameter; a value that is a table is several of them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= dict(value) if isinstance(value, Mapping) else {name: value}
    return found


def read_groups(given: Mapping[str, Any], runs: Any, base: Parameters, varied: Sequence[str]) -> dict[str, Group]:
    """Return groups of runs by name; one called "all" if a file has none.

    Parameters
    ----------
    given
        Tables by name, each with ``runs`` and perhaps ``fixed`` and ``over``.
    runs
        How many runs groups have that do not say.
    base
        The scenario; its settings hold where a group is silent.
    varied
        Parameters that are calibrated: a group can neither fix nor vary them.
    """
    tables = given or {"all": {}}
    made = {}
    for name, table in tables.items():
        try:
            made[name] = _group(name, table, runs, base, varied)
        except ParameterError as error:
            raise ParameterError(f"[groups.{name}] {str(error).replace('[factors]', 'over:')}" if given else str(error)) from None
    return made


def _group(name: str, table: Any, runs: Any, base: Parameters, varied: Sequence[str]) -> Group:
    if not isinstance(table, Mapping):
        raise ParameterError(f"{table!r} is no table")
    for key in table:
        if key not in _KEYS:
            raise ParameterError(f"'{key}' is unknown{nearest(key, _KEYS)}; allowed: {', '.join(_KEYS)}")
    number = table.get("runs", runs)
    if type(number) is not int or number < 2:
        raise ParameterError(f"runs = {number!r}: a whole number >= 2 is needed")
    fixed = {key: tuple(value) if isinstance(value, list) else value for key, value in _table(table, "fixed").items()}
    over = {}
    for key, value in _table(table, "over").items():
        made = factor(key, value)
        if isinstance(made, Groups) and made.always != made.sets:
            raise ParameterError(f"over: the settings of {key} do not all set the same parameters")
        over[key] = tuple(made.groups.values()) if isinstance(made, Groups) else made.values
        if len(over[key]) > number:
            raise ParameterError(f"over: {key} has {len(over[key])} values, more than there are runs ({number})")
    group = Group(name, number, fixed, over)
    if len(group.varied) > len(set(group.varied)):
        raise ParameterError("over: two of them set one parameter")
    for key in (*fixed, *group.varied):
        declaration(key)
        if key in varied:
            raise ParameterError(f"{key} is calibrated; a group cannot set it")
        if key in fixed and key in group.varied:
            raise ParameterError(f"{key} is both fixed and varied")
    for settings, _ in group.dealt(0):
        base.replace(**{**fixed, **settings})
    return group


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise ParameterError(f"{key} = {found!r} is no table")
    return found
