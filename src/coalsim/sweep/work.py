"""What a worker does: simulate a block and return its tables as Parquet, or say why it failed."""

from __future__ import annotations

import json
import os
import platform
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from coalsim.parameters import Parameters
from coalsim.parameters.effect import FILE_PARAMETERS
from coalsim.sources import Source, provided
from coalsim.sweep.plan import WorkBlock
from coalsim.tables.columns import REPLICATE, SCENARIO, TABLES

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.design import Sweep


@dataclass(frozen=True)
class Task:
    """A block as it travels to a worker: everything needed, as text, and nothing else.

    Attributes
    ----------
    payload : the parameters of the block's scenarios, as JSON; equal for all blocks with these scenarios
    block : scenario_ids and replicates
    seed, monthly : as in the sweep
    digest : of all that determines the block's results
    mechanisms : the code of those besides the built-in ones
    compiled : whether compiled steps are used where they are kept; that changes no result
    """

    payload: str
    block: WorkBlock
    seed: int
    monthly: bool
    digest: str
    mechanisms: tuple[Source, ...] = ()
    compiled: bool = False


@dataclass(frozen=True)
class Done:
    """A block's tables as Parquet, by name, and what they cost."""

    tables: Mapping[str, bytes]
    runs: int
    seconds: float
    cpu_seconds: float
    worker: str

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        return {name: pq.read_table(pa.BufferReader(content)).to_pandas() for name, content in self.tables.items()}


@dataclass(frozen=True)
class Failed:
    """Why a block has no tables."""

    error: str
    traceback: str
    worker: str


def tasks(sweep: Sweep, blocks: list[WorkBlock], inputs: Mapping[str, str]) -> list[Task]:
    """Return the task of each block; `inputs` are the digests of the data files, by name."""
    base = sweep.base.changed(Parameters.model1())
    payloads: dict[tuple[int, ...], tuple[str, str]] = {}
    sources = tuple(mechanism.source for mechanism in sweep.mechanisms)
    codes = [[source.name, source.digest] for source in sources]
    made = []
    for block in blocks:
        if block.scenarios not in payloads:
            settings = [sweep.setting(i) for i in block.scenarios]
            about = {"base": base, "scenarios": settings}
            content = {"base": _by_content(base, inputs), "scenarios": [_by_content(values, inputs) for values in settings]}
            payloads[block.scenarios] = _json(about), _json(content)
        payload, by_content = payloads[block.scenarios]
        rest = [by_content, block.spec()[:3], sweep.seed, sweep.monthly, *([codes] if codes else [])]
        made.append(Task(payload, block, sweep.seed, sweep.monthly, digest(_json(rest).encode()), sources))
    return made


def compute(task: Task) -> Done | Failed:
    """Simulate a block. An error is returned, not raised, so that it reaches the ledger whatever the executor."""
    worker = f"{platform.node()}:{os.getpid()}"
    began, cpu = time.perf_counter(), time.process_time()
    try:
        tables = {name: parquet(table) for name, table in frames(task).items()}
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}", traceback.format_exc(), worker)
    return Done(tables, task.block.runs, time.perf_counter() - began, time.process_time() - cpu, worker)


def frames(task: Task) -> dict[str, pd.DataFrame]:
    """Simulate a block and return its tables, sorted, with the sweep's scenario_ids."""
    import numpy as np

    from coalsim.simulation import simulate
    from coalsim.vectorized import compiling, threads

    mechanisms = provided(task.mechanisms)
    scenarios = _scenarios(task.payload, task.mechanisms)
    replicates, kernels = range(task.block.first, task.block.last), task.compiled and compiling.at_hand()
    with threads.alone():
        runs = simulate(scenarios, replicates, task.seed, monthly=task.monthly, mechanisms=mechanisms, compiled=kernels)
    ids = np.array(task.block.scenarios)
    tables = {name: getattr(runs, name) for name in TABLES}
    found = {name: table for name, table in tables.items() if table is not None}
    for table in found.values():
        table[SCENARIO] = ids[table[SCENARIO].to_numpy()]
    return found


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet: the same bytes for the same table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(
        arrow,
        sink,
        compression="zstd",
        use_dictionary=[SCENARIO, REPLICATE, "ending"],
        write_statistics=[SCENARIO, REPLICATE],
    )
    return bytes(sink.getvalue())


def digest(content: bytes) -> str:
    """Return a digest of 128 bits as text."""
    return blake2b(content, digest_size=16).hexdigest()


@lru_cache(maxsize=16)
def _scenarios(payload: str, mechanisms: tuple[Source, ...] = ()) -> tuple[Parameters, ...]:
    """Return the parameters of a payload, some perhaps of mechanisms; kept, as many blocks have the same."""
    about = json.loads(payload)
    base = Parameters.model1().replace(**about["base"])
    return tuple(base.replace(**values) for values in about["scenarios"])


def _by_content(values: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return settings with the names of data files replaced by digests of what is in them."""
    return {name: inputs[value] if name in FILE_PARAMETERS and value else value for name, value in values.items()}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
