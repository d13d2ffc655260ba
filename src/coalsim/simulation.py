"""`simulate`: runs of one scenario or several, by either engine, as tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from coalsim.counts import MAX_RUNS_IN_MEMORY, SEEDS, said, whole
from coalsim.errors import ParameterError, nearest
from coalsim.field import Field, build, build_all
from coalsim.mechanism import Mechanism, all_columns, own_columns, together
from coalsim.parameters import Parameters, declarations
from coalsim.tables.columns import DTYPES, REPLICATE, RUN, SCENARIO, Column, names
from coalsim.tables.outcomes import ENDINGS, Columns, summarise
from coalsim.vectorized import compiling
from coalsim.vectorized.core import Block, Submodel

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from coalsim.agents import Organization

Engine = Literal["numpy", "mesa"]

BLOCK_ORGANIZATIONS: Mapping[bool, int] = {False: 40_000, True: 12_000}
"""Organizations simulated together without and with compiled steps: enough for whole-array operations, or calls of kernels, to pay;
few enough for the cache."""


@dataclass(frozen=True)
class Runs:
    """Results of simulated runs.

    Attributes
    ----------
    outcomes : one row per run
    coalitions : one row per coalition
    monthly : one row per run and month, or None if not asked for
    scenarios : the parameters by scenario_id
    seed : seed of the experiment
    mechanisms : those besides the built-in ones

    ``coalsim columns`` lists the columns with unit and meaning.
    """

    outcomes: pd.DataFrame
    coalitions: pd.DataFrame
    monthly: pd.DataFrame | None
    scenarios: tuple[Parameters, ...]
    seed: int
    mechanisms: tuple[Mechanism, ...] = ()

    @property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """The columns of the tables, with unit and meaning."""
        return all_columns(self.mechanisms)

    def to_xarray(self) -> xr.Dataset:
        """Return the outcomes as a labelled array over (scenario_id, replication), units as attributes."""
        from coalsim.tables.labelled import labelled

        replicates = np.unique(self.outcomes[REPLICATE]).tolist()
        return labelled(self.outcomes, self.columns["outcomes"], {SCENARIO: np.arange(len(self.scenarios))}, replicates)


def simulate(
    parameters: Parameters | Sequence[Parameters],
    replicates: int | Iterable[int] = 1,
    seed: int = 1,
    engine: Engine = "numpy",
    monthly: bool = False,
    submodels: Mapping[str, Submodel] | None = None,
    mechanisms: Sequence[Mechanism] = (),
    organization_class: type[Organization] | None = None,
    compiled: bool | None = None,
) -> Runs:
    """Simulate scenarios, each in the same replicates.

    Parameters
    ----------
    parameters
        One scenario, or several. Scenarios of one replicate meet the same field, shocks and chances.
    replicates
        How many replicates (numbered from 0), or their numbers.
    seed
        Seed of the experiment, 0 to 2**64 - 1.
    engine
        "numpy" (fast) or "mesa" (agents; the same results).
    monthly
        Whether to keep monthly trajectories.
    submodels
        Functions that replace steps of the month in the numpy engine, by name (`coalsim.vectorized.core.SCHEDULE`).
    mechanisms
        Mechanisms besides the built-in ones (docs/extending.md). The mesa engine takes their parameters, draws and columns;
        what happens in them is done by an `organization_class`.
    organization_class
        A subclass of `coalsim.Organization` for the mesa engine.
    compiled
        Whether the numpy engine's steps are compiled by numba, which must be installed (``coalsim[fast]``); by default if it
        is and the simulation is large enough for that to pay. The results are the same to the bit.

    Returns
    -------
    Runs
        Tables sorted by scenario_id and replication.

    Raises
    ------
    ParameterError
        An argument is out of range, or a parameter cannot be used with the field.
    FieldError
        A table or register of the field cannot be used.

    Examples
    --------
    >>> import coalsim as cs
    >>> runs = cs.simulate(cs.Parameters(), replicates=2, seed=1)
    >>> list(runs.outcomes["replication"])
    [0, 1]
    """
    scenarios = _scenarios(parameters)
    numbers = _replicates(replicates, len(scenarios))
    seed = whole("seed", seed, 0, SEEDS)
    if not isinstance(monthly, bool):
        raise ParameterError(f"monthly = {said(monthly)} is of the wrong type; True or False is needed")
    if engine not in get_args(Engine):
        near = nearest(str(engine), get_args(Engine))
        raise ParameterError(f"engine {said(engine)} is unknown{near}; allowed: {', '.join(get_args(Engine))}")
    own = together(mechanisms, scenarios)
    if engine == "mesa":
        if compiled is not None:
            raise ParameterError(f"compiled = {compiled}: that is for the numpy engine; the mesa engine is not compiled")
        if submodels:
            raise ParameterError("submodels replace steps of the numpy engine; in the mesa engine subclass Organization or CoalitionModel")
        if own and organization_class is None:
            raise ParameterError(f"in the mesa engine mechanism '{own[0].name}' needs an organization_class, whose agents do what it says")
        parts = [_run_agents(block, seed, monthly, own, organization_class) for block in blocks(scenarios, numbers, 1)]
    else:
        if organization_class is not None:
            raise ParameterError("organization_class is for the mesa engine; the numpy engine takes mechanisms or submodels")
        for mechanism in own:
            if not mechanism.steps:
                raise ParameterError(f"mechanism '{mechanism.name}' has no steps; nothing would come of it")
        kernels = compiling.chosen(compiled, len(numbers) * sum(organization_months(p) for p in scenarios))
        cut = blocks(scenarios, numbers, BLOCK_ORGANIZATIONS[kernels])
        parts = [_run_block(block, seed, submodels, monthly, own, kernels) for block in cut]
    return _tables(parts, scenarios, seed, monthly, own)


@dataclass(frozen=True)
class BlockOfRuns:
    """Runs to be simulated together: (scenario_id, replicate) of each, and the scenarios' parameters."""

    runs: tuple[tuple[int, int], ...]
    scenarios: tuple[Parameters, ...]

    def parameters(self) -> list[Parameters]:
        """Return the parameters of each run."""
        return [self.scenarios[scenario] for scenario, _ in self.runs]


@dataclass(frozen=True)
class Part:
    """What came of a block: columns of the three tables."""

    outcomes: Columns
    coalitions: Columns
    monthly: Columns | None


def blocks(scenarios: tuple[Parameters, ...], replicates: Sequence[int], organizations: int) -> Iterator[BlockOfRuns]:
    """Cut runs into blocks of one shape and about `organizations` organizations.

    All scenarios of a replicate come together, so that draws are made once for all of them.
    """
    groups: dict[tuple[Any, ...], list[int]] = {}
    for scenario_id, p in enumerate(scenarios):
        groups.setdefault(structure(p), []).append(scenario_id)
    for members in groups.values():
        runs = max(1, organizations // field_size(scenarios[members[0]]))
        pairs = [(scenario, replicate) for replicate in replicates for scenario in members]
        for start in range(0, len(pairs), runs):
            yield BlockOfRuns(tuple(pairs[start : start + runs]), scenarios)


def field_size(p: Parameters) -> int:
    """Return the number of organizations of a scenario's field."""
    return p.field.organizations if p.field.source == "synthetic" else build(p, 0, 0).size


STRUCTURAL = tuple(name for name, d in declarations().items() if d.shapes == "block")
"""Parameters that give arrays their shapes; runs that differ in them are never in one block."""

FIELD = tuple(name for name, d in declarations().items() if d.shapes)
"""Parameters that the field at the start depends on, and those of `STRUCTURAL`."""


def structure(p: Parameters) -> tuple[Any, ...]:
    """Return what runs must have in common to be in one block."""
    return tuple(p.get(name) for name in STRUCTURAL)


def fields(block: BlockOfRuns, seed: int) -> list[Field]:
    """Build the field of each run of a block, once for all scenarios that share it, all replicates of them together."""
    among = {scenario for scenario, _ in block.runs}
    shaping = {scenario: tuple(block.scenarios[scenario].get(name) for name in FIELD) for scenario in among}
    shaped = {key: scenario for scenario, key in shaping.items()}
    wanted: dict[tuple[Any, ...], dict[int, None]] = {}
    for scenario, replicate in block.runs:
        wanted.setdefault(shaping[scenario], {})[replicate] = None
    built = {
        key: dict(zip(replicates, build_all(block.scenarios[shaped[key]], seed, list(replicates)), strict=True))
        for key, replicates in wanted.items()
    }
    return [built[shaping[scenario]][replicate] for scenario, replicate in block.runs]


def organization_months(p: Parameters) -> int:
    """Return the organization-months of a run."""
    return field_size(p) * (p.simulation.burn_in + p.simulation.months)


def _run_block(
    block: BlockOfRuns,
    seed: int,
    submodels: Mapping[str, Submodel] | None,
    trajectories: bool,
    mechanisms: Sequence[Mechanism],
    compiled: bool,
) -> Part:
    of_runs = fields(block, seed)
    replicates = [replicate for _, replicate in block.runs]
    engine = Block(block.parameters(), of_runs, replicates, seed, submodels, trajectories, mechanisms, compiled)
    coalitions, months = engine.run()
    return part(block, coalitions, months, of_runs[0].size, trajectories, mechanisms)


def _run_agents(
    block: BlockOfRuns,
    seed: int,
    trajectories: bool,
    mechanisms: Sequence[Mechanism],
    organization_class: type[Organization] | None,
) -> Part:
    from coalsim.agents import Organization, run

    (_, replicate), *_ = block.runs
    (p,) = block.parameters()
    of = organization_class or Organization
    coalitions, months = run(p, seed, replicate, organization_class=of, monthly=trajectories, mechanisms=mechanisms)
    return part(block, coalitions, months, build(p, seed, replicate).size, trajectories, mechanisms)


def part(
    block: BlockOfRuns,
    coalitions: Columns,
    months: Columns,
    organizations: int,
    trajectories: bool,
    mechanisms: Sequence[Mechanism] = (),
) -> Part:
    """Turn what an engine recorded into columns of the three tables."""
    declared = all_columns(mechanisms)
    scenario, replicate = np.array(block.runs, dtype=np.int64).T
    run = coalitions["run"].astype(np.intp)
    of_runs: Columns = {SCENARIO: scenario, REPLICATE: replicate}
    of_coalitions: Columns = {SCENARIO: scenario[run], REPLICATE: replicate[run]}
    for name in names(declared["coalitions"]):
        of_coalitions[name] = coalitions[name]
    of_months = None
    if trajectories:
        count = months["need"].shape[1]
        of_months = {name: np.repeat(column, count) for name, column in of_runs.items()}
        of_months["month"] = np.tile(np.arange(count), len(block.runs))
        for name in names(declared["monthly"])[1:]:
            of_months[name] = months[name].reshape(-1)
    return Part({**of_runs, **summarise(coalitions, months, organizations, own_columns(mechanisms, "outcomes"))}, of_coalitions, of_months)


def _tables(parts: Sequence[Part], scenarios: tuple[Parameters, ...], seed: int, monthly: bool, mechanisms: Sequence[Mechanism]) -> Runs:
    import pandas as pd

    declared = all_columns(mechanisms)

    def table(name: str, columns: Sequence[Columns], order: list[str]) -> pd.DataFrame:
        types = {column.name: DTYPES[column.dtype] for column in declared[name] if column.dtype in DTYPES}
        joined = {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}
        frame = pd.DataFrame({name: column.astype(types.get(name, column.dtype)) for name, column in joined.items()})
        return frame.sort_values(order, kind="stable", ignore_index=True)

    run = [column.name for column in RUN]
    coalitions = table("coalitions", [p.coalitions for p in parts], [*run, "launch", "convener"])
    coalitions["ending"] = pd.Categorical(np.array(ENDINGS)[coalitions["ending"].to_numpy(dtype=np.int64)], categories=ENDINGS)
    of_months = [p.monthly for p in parts if p.monthly]
    return Runs(
        outcomes=table("outcomes", [p.outcomes for p in parts], run),
        coalitions=coalitions,
        monthly=table("monthly", of_months, [*run, "month"]) if monthly else None,
        scenarios=scenarios,
        seed=seed,
        mechanisms=tuple(mechanisms),
    )


def _scenarios(parameters: Parameters | Iterable[Parameters]) -> tuple[Parameters, ...]:
    if isinstance(parameters, Parameters):
        return (parameters,)
    if not isinstance(parameters, Iterable):
        raise ParameterError(f"parameters = {said(parameters)}: Parameters are needed, or several of them")
    found = tuple(parameters)
    if not found or not all(isinstance(p, Parameters) for p in found):
        wrong = next((said(p) for p in found if not isinstance(p, Parameters)), "no scenario")
        raise ParameterError(f"parameters: {wrong} is given; Parameters are needed, at least one")
    return found


def _replicates(replicates: Any, scenarios: int) -> list[int]:
    """Return the numbers of the replicates, counted before they are listed."""
    most = MAX_RUNS_IN_MEMORY // scenarios
    if isinstance(replicates, str | bytes | bytearray | Mapping) or not isinstance(replicates, Iterable):
        return list(range(whole("replicates", replicates, 1, most)))
    given = list(itertools.islice(replicates, most + 1))
    if len(given) > most:
        raise ParameterError(f"replicates: there are more than {most:,}; a sweep in a folder is not kept in memory")
    numbers = [whole("replicates", number, 0, SEEDS) for number in given]
    if not numbers or len(set(numbers)) < len(numbers):
        raise ParameterError(f"replicates = {said(numbers)}: numbers >= 0 are needed, each once")
    return numbers
