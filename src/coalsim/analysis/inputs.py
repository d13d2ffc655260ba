"""What the analysis reads: a design, outcomes of runs, coalitions; and how they become arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError, nearest
from coalsim.sweep.results import Results
from coalsim.tables.columns import ANALYSED, COALITIONS, REPLICATE, SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.simulation import Runs

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Within = str | Sequence[str] | Mapping[str, Any] | None

_KEYS = (SCENARIO, REPLICATE)


class Tables(Protocol):
    """Results that can be analysed: of a sweep, of a study, or made by hand (`Designed`).

    Attributes
    ----------
    design : one row per scenario: ``scenario_id`` and a column for each factor
    outcomes : one row per run: ``scenario_id``, ``replication`` and outcomes (`coalsim.tables.columns.OUTCOMES`)
    coalitions : one row per coalition (`coalsim.tables.columns.COALITIONS`); read by `survival` only

    Runs of equal ``replication`` must share their random numbers, as those of `coalsim.simulate` do.
    """

    @property
    def design(self) -> pd.DataFrame:
        """One row per scenario."""

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per run."""

    @property
    def coalitions(self) -> pd.DataFrame:
        """One row per coalition."""


@dataclass(frozen=True)
class Designed:
    """Tables put together by hand; the columns are those of `Tables`."""

    design: pd.DataFrame
    outcomes: pd.DataFrame
    coalitions: pd.DataFrame

    @classmethod
    def of(cls, points: Sequence[Mapping[str, Any]], runs: Runs) -> Designed:
        """Say what was varied in runs of several scenarios.

        Parameters
        ----------
        points
            Factor values of each scenario, in the order in which `coalsim.simulate` was given them. A
            factor need not be a parameter: ``{"draw": 3, "openness": 0.8}``.
        runs
            What `coalsim.simulate` gave back.

        Raises
        ------
        ParameterError
            There are more or fewer points than scenarios.
        """
        import pandas as pd

        if len(points) != len(runs.scenarios):
            raise ParameterError(f"{len(points)} points do not describe {len(runs.scenarios)} scenarios")
        design = pd.DataFrame([dict(point) for point in points])
        design.insert(0, SCENARIO, range(len(points)))
        return cls(design, runs.outcomes, runs.coalitions)


@dataclass(frozen=True)
class Levels:
    """The values a factor takes: in order, and which of them each scenario has.

    Numbers are in rising order, other values in the order of the design. A value that is not set is None, and first.
    """

    values: tuple[Any, ...]
    codes: Ints

    def code(self, value: Any, name: str) -> int:
        """Return the position of `value`, or raise `ParameterError` naming those there are."""
        value = _plain(value)
        for place, known in enumerate(self.values):
            if known == value or (known is None and value is None):
                return place
        raise ParameterError(f"{name} = {value!r} is not a level of the design; levels: {', '.join(map(str, self.values))}")


def beside(name: str) -> str:
    """Return the name of a factor's column in a table of the analysis: its own, or ``factor_NAME`` if the table has that already."""
    return f"factor_{name}" if name in ANALYSED else name


def factors(design: pd.DataFrame) -> list[str]:
    """Return the names of the factors of a design."""
    return [str(name) for name in design.columns if name != SCENARIO]


def check_factors(design: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return `names`, or raise `ParameterError` if one of them is no factor of the design."""
    for name in names:
        if name not in factors(design):
            raise ParameterError(
                f"'{name}' is not a factor of the design{nearest(name, factors(design))}; factors: {', '.join(factors(design)) or 'none'}"
            )
    return list(names)


def listed(names: str | Sequence[str]) -> list[str]:
    """Return one name or several as a list."""
    return [names] if isinstance(names, str) else list(names)


def levels(design: pd.DataFrame, name: str) -> Levels:
    """Return the levels of a factor over the scenarios of `design`."""
    found = [_plain(value) for value in design[name]]
    distinct = list(dict.fromkeys(found))
    given = [value for value in distinct if value is not None]
    if all(isinstance(value, (int, float)) for value in given):
        given.sort()
    ordered = [None] * (None in distinct) + given
    place = {value: code for code, value in enumerate(ordered)}
    return Levels(tuple(ordered), np.array([place[value] for value in found], dtype=np.intp))


def _plain(value: Any) -> Any:
    """Return a value of a design's cell as one that can be compared: lists as tuples, NaN as None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple, np.ndarray)):
        return tuple(_plain(item) for item in value)
    # NaN is the only value that differs from itself; pandas' NA has no truth value and says so
    try:
        return None if value is None or value != value else value
    except TypeError:
        return None


def array(results: Tables, on: Sequence[str]) -> Floats:
    """Return outcomes as an array.

    Returns
    -------
    array of shape (scenarios, replicates, outcomes)
        Scenarios in the order of the design, replicates by number; NaN where an outcome has no value or a run is missing.

    Raises
    ------
    ParameterError
        An outcome is unknown or no number, a run is there twice, or the design does not know its scenario.
    """
    kept = results.arrays if isinstance(results, Results) else {}
    if new := [name for name in dict.fromkeys(on) if name not in kept]:
        kept |= zip(new, np.moveaxis(_arrays(results, new), 2, 0), strict=True)
    return np.stack([kept[name] for name in on], axis=2)


def _arrays(results: Tables, on: Sequence[str]) -> Floats:
    import pandas as pd

    design = results.design
    if isinstance(results, Results):  # of its parts no more is read than is needed
        known = [column.name for column in results.columns["outcomes"] if column.name not in _KEYS]
        outcomes = results.read("outcomes", [*_KEYS, *(name for name in on if name in known)])
    else:
        outcomes = results.outcomes
        known = [str(name) for name in outcomes.columns if name not in _KEYS]
    for name in on:
        if name not in known:
            raise ParameterError(f"'{name}' is not an outcome of these results{nearest(name, known)}")
        if not (pd.api.types.is_numeric_dtype(outcomes[name]) or pd.api.types.is_bool_dtype(outcomes[name])):
            raise ParameterError(f"'{name}' is not a number, so it has no mean")
    scenario = position(design, outcomes[SCENARIO].to_numpy())
    replicates, replicate = np.unique(outcomes[REPLICATE].to_numpy(), return_inverse=True)
    flat = scenario * len(replicates) + replicate
    if len(np.unique(flat)) < len(flat):
        raise ParameterError("a run is in the outcomes twice: scenario_id and replication must name one run")
    values = np.full((len(design) * len(replicates), len(on)), np.nan)
    values[flat] = outcomes[list(on)].to_numpy(dtype=float, na_value=np.nan)
    return values.reshape(len(design), len(replicates), len(on))


def position(design: pd.DataFrame, scenario_ids: NDArray[Any]) -> Ints:
    """Return the row of the design that each scenario_id stands in."""
    import pandas as pd

    index = pd.Index(design[SCENARIO])
    if not index.is_unique:
        raise ParameterError("the design names a scenario_id twice")
    rows = index.get_indexer(pd.Index(scenario_ids)).astype(np.intp)
    if (rows < 0).any():
        raise ParameterError(f"scenario_id {scenario_ids[rows < 0][0]} has runs but is not in the design")
    return rows


def coalition_table(results: Tables) -> pd.DataFrame:
    """Return the table of coalitions, or raise `ParameterError` if columns are missing."""
    missing = [column.name for column in COALITIONS if column.name not in results.coalitions.columns]
    if missing:
        raise ParameterError(f"the table of coalitions lacks {', '.join(missing)}")
    return results.coalitions


def partition(design: pd.DataFrame, within: Within) -> Iterator[tuple[dict[str, Any], NDArray[np.bool_]]]:
    """Yield the parts of a design that are analysed apart: what they have in common, and their scenarios.

    Parameters
    ----------
    within
        None: one part, everything. A factor or several: a part for each combination of their levels.
        A mapping of factors to a value or a list of values: one part, the scenarios that have them.
    """
    if within is None:
        yield {}, np.ones(len(design), dtype=bool)
        return
    if isinstance(within, Mapping):
        mask = np.ones(len(design), dtype=bool)
        for name in check_factors(design, list(within)):
            of = levels(design, name)
            wanted = within[name] if isinstance(within[name], (list, set, np.ndarray)) else [within[name]]
            mask &= np.isin(of.codes, [of.code(_plain(value), name) for value in wanted])
        if not mask.any():
            raise ParameterError(f"no scenario of the design has {dict(within)}")
        yield {}, mask
        return
    names = check_factors(design, listed(within))
    found = {name: levels(design, name) for name in names}
    codes = np.stack([of.codes for of in found.values()], axis=1)
    for combination in np.unique(codes, axis=0):
        common = {beside(name): of.values[code] for (name, of), code in zip(found.items(), combination, strict=True)}
        yield common, (codes == combination).all(axis=1)


def apart(within: Within) -> list[str]:
    """Return the factors whose levels are analysed apart."""
    return [] if within is None or isinstance(within, Mapping) else listed(within)


def cells(design: pd.DataFrame, without: Sequence[str]) -> Ints:
    """Return which combination of the other factors' levels each scenario has, numbered from 0."""
    names = [name for name in factors(design) if name not in without]
    if not names or not len(design):
        return np.zeros(len(design), dtype=np.intp)
    codes = np.stack([levels(design, name).codes for name in names], axis=1)
    return np.unique(codes, axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)


def crossed(values: Floats, level: Ints, cell: Ints, count: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return outcomes by level and cell, averaged over scenarios that share both.

    Parameters
    ----------
    values : shape (scenarios, replicates, outcomes)
    level, cell : shape (scenarios,)
    count : how many levels there are, whether or not these scenarios have them all

    Returns
    -------
    means : shape (levels, cells, replicates, outcomes); NaN without a scenario, or with one that has no value
    there : shape (levels, cells); whether there is a scenario
    """
    shape = (count, int(cell.max()) + 1)
    scenarios = np.zeros(shape)
    np.add.at(scenarios, (level, cell), 1)
    total = np.zeros((*shape, *values.shape[1:]))
    np.add.at(total, (level, cell), values)
    there = scenarios > 0
    return np.where(there[..., None, None], total / np.maximum(scenarios, 1)[..., None, None], np.nan), there


def mean_of_known(values: Floats, axis: int) -> Floats:
    """Return means over `axis` of the values that are not NaN; NaN where there is none."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
