"""`Results`: what came of a sweep, from memory or read from its folder when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import coalsim
from coalsim.errors import ParameterError, StoreError, nearest
from coalsim.mechanism import all_columns
from coalsim.parameters import Parameters, find
from coalsim.sweep.design import Sweep
from coalsim.sweep.entries import Entry
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.identity import opened
from coalsim.sweep.manifest import Manifest
from coalsim.sweep.reading import KEYS, column_of, condition, factor_column, parts
from coalsim.tables.columns import RUN, TABLES, Column

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds
    import xarray as xr


PARTS = 100
"""Parts of a table that are open at a time."""


@dataclass(frozen=True)
class Results:
    """A sweep and its tables, sorted by scenario_id and replication.

    A sweep need not be finished: what the ledger said was done when a table was first asked for is there, the same in all
    tables. Open the results again to see more.

    Attributes
    ----------
    sweep : the design
    folder : where the tables are; None if they are in memory
    manifest : what was simulated, with what, where and when; None in memory
    """

    sweep: Sweep
    folder: Path | None = None
    manifest: Manifest | None = None
    _tables: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def design(self) -> pd.DataFrame:
        """One row per scenario: scenario_id and factor values."""
        return self.sweep.frame

    @property
    def parameters(self) -> list[Parameters]:
        """The parameters of each scenario, by scenario_id."""
        return self.sweep.scenarios()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per run."""
        return self.read("outcomes")

    @cached_property
    def coalitions(self) -> pd.DataFrame:
        """One row per coalition."""
        return self.read("coalitions")

    @cached_property
    def monthly(self) -> pd.DataFrame | None:
        """One row per run and month, None if the sweep did not keep them."""
        return self.read("monthly") if self.sweep.monthly else None

    @property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """The columns of the tables, with unit and meaning."""
        return all_columns(self.sweep.mechanisms)

    @property
    def tables(self) -> list[str]:
        """The names of the tables there are."""
        return [name for name in TABLES if name != "monthly" or self.sweep.monthly]

    @property
    def runs(self) -> int:
        """How many runs there are to be."""
        return self.sweep.count * self.sweep.replicates

    @cached_property
    def runs_done(self) -> int:
        """How many of them there are."""
        return len(self._tables["outcomes"]) if self.folder is None else sum(entry.runs for entry in self._done)

    @cached_property
    def arrays(self) -> dict[str, Any]:
        """Arrays of outcomes that were asked for, kept by `coalsim.analysis.inputs.array` so that parts are read once."""
        return {}

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | ds.Expression | None = None,
        factors: bool = False,
    ) -> pd.DataFrame:
        """Read a table, or the part of it that is wanted; nothing else is loaded.

        Parameters
        ----------
        table
            "outcomes", "coalitions" or "monthly".
        columns
            Only these; all if None.
        where
            Only rows of which this holds: by name of a factor or a column of the table, a value, a list of values, or
            ``slice(low, high)`` with both ends included; or a `pyarrow.dataset` expression over columns of the table.
        factors
            Whether to put the factor values beside, after scenario_id and replication. Of a factor that is called as a column
            of results (``impact``) the column is ``factor_impact``, here and in `where`.

        Returns
        -------
        DataFrame
            Sorted by scenario_id, replication, and launch and convener or month.

        Raises
        ------
        ParameterError
            A name in `columns` or `where` is unknown, or a value there is of the wrong type.
        StoreError
            There is no such table, no block is done yet, or a part cannot be read.

        Examples
        --------
        >>> import coalsim as cs
        >>> base = cs.Parameters().replace(organizations=20, months=24)
        >>> results = cs.Sweep(base, {"openness": [0.2, 0.5, 0.8], "effort": [5.0, 10.0]}, replicates=4).run()
        >>> results.read("outcomes", ["scenario_id", "impact"], where={"openness": slice(0.5, None), "replication": [0, 1]}).shape
        (8, 2)
        """
        source = self.source(table)
        if columns is not None:
            for name in columns:
                if name not in source.schema.names:
                    raise ParameterError(f"'{name}' is not a column of {table}{nearest(name, source.schema.names)}")
        need = None if columns is None else list(dict.fromkeys([*KEYS[table], *columns]))
        found = self.rows(table, need, where)
        beside = [factor_column(name) for name in self.sweep.factors] if factors else []
        found = self.beside(found) if factors else found
        if columns is not None:
            run = [name for name in columns if name in KEYS["outcomes"]]
            found = found.select(list(dict.fromkeys([*run, *beside, *columns])))
        return found.to_pandas()

    def source(self, table: str) -> ds.Dataset:
        """Return a table as a `pyarrow.dataset.Dataset`, for what does not fit into memory; rows are in the order of blocks."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        if table not in self.tables:
            raise StoreError(f"no table '{table}' is here; there is {', '.join(self.tables)}")
        if self.folder is None:
            return ds.dataset(pa.Table.from_pandas(self._tables[table], preserve_index=False).replace_schema_metadata(None))
        paths = parts(SweepFolder(self.folder), table, self._done)
        if not paths:
            raise StoreError(f"{self.folder}: no block is done yet")
        try:
            return ds.dataset(paths, format="parquet")
        except (pa.ArrowInvalid, OSError) as error:
            raise self._unreadable(table, error) from None

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return sum(some.count_rows() for some in self._sources(table))

    def _sources(self, table: str) -> Iterator[ds.Dataset]:
        """Yield a table as datasets of few parts: each keeps all that its parts say of themselves, 0.1 MB a part, while it is there."""
        import pyarrow.dataset as ds

        whole = self.source(table)
        files = getattr(whole, "files", None)
        if files is None:
            yield whole
            return
        for first in range(0, len(files), PARTS):
            yield ds.dataset(files[first : first + PARTS], schema=whole.schema, format="parquet")

    def rows(self, table: str, columns: Sequence[str] | None = None, where: Mapping[str, Any] | ds.Expression | None = None) -> pa.Table:
        """Return what `read` does as an Arrow table; `columns` must hold those it is sorted by."""
        import pyarrow as pa
        import pyarrow.compute as pc

        source = self.source(table)
        if isinstance(where, Mapping):
            where = condition(where, self.sweep.scenario_values(), source.schema)
        try:
            found = pa.concat_tables([_solid(some.to_table(columns=columns, filter=where)) for some in self._sources(table)])
        except (pa.ArrowInvalid, OSError) as error:
            raise self._unreadable(table, error) from None
        found = _solid(found)
        return found.take(pc.sort_indices(found, [(name, "ascending") for name in KEYS[table]]))

    def beside(self, table: pa.Table) -> pa.Table:
        """Return rows, which begin with scenario_id and replication, with the factor values after these."""
        import pyarrow as pa

        scenario = table["scenario_id"].combine_chunks()
        for place, (name, values) in enumerate(self._factor_values().items(), start=len(RUN)):
            known = pa.array(values, from_pandas=True)
            known = known.dictionary_encode() if pa.types.is_string(known.type) else known
            table = table.add_column(place, factor_column(name), known.take(scenario))
        return table

    def to_xarray(self, table: str = "outcomes", columns: Sequence[str] | None = None) -> xr.Dataset:
        """Return a labelled array over the factors and replicates, or over scenarios and replicates.

        Parameters
        ----------
        table
            "outcomes", or "monthly" with months besides.
        columns
            Only these; all if None.

        Returns
        -------
        Dataset
            Of a grid: a dimension for each factor, and ``replication``. Of any other design, and of a grid to which points were
            added: dimensions ``scenario_id`` and ``replication``, and the factor values as coordinates along ``scenario_id``.
            Labels are text, and so are several months (``12 60``). Columns and coordinates have ``units`` and ``long_name``; the
            attributes say what was simulated. Runs that are missing are NaN.

        Raises
        ------
        ParameterError
            A table of coalitions is asked for, which is no array, or a column that is not there.
        StoreError, CoalsimError
            As for `read`; xarray is not installed.
        """
        from coalsim.tables.labelled import import_xarray, labelled

        variable = import_xarray().Variable
        if table == "coalitions":
            raise ParameterError("coalitions are as many as come about, which is no array; read them as a table")
        wanted = None if columns is None else [*KEYS[table], *columns]
        data = labelled(self.read(table, wanted), self.columns.get(table, ()), self._axes(variable), range(self.sweep.replicates))
        if not self._is_grid:
            beside = self._factor_values()
            data = data.assign_coords({factor_column(f): variable("scenario_id", v, meaning(f)) for f, v in beside.items()})
        return data.assign_attrs(self.about())

    def about(self) -> dict[str, Any]:
        """Return what was simulated and with what, in a few words and numbers."""
        sweep = self.sweep
        changed = " ".join(f"{name}={column_of([value])[0]}" for name, value in sweep.base.changed().items())
        about = {"design": sweep.design, "base": changed, "seed": sweep.seed, "replicates": sweep.replicates}
        about |= {"runs": self.runs, "runs_done": self.runs_done}
        if self.manifest is None:
            return {**about, "coalsim": coalsim.__version__}
        software = self.manifest.software
        codes = dict.fromkeys([software.code, *(stretch.code for stretch in self.manifest.stretches)])
        known = {"coalsim": software.coalsim, "code": " ".join(codes), "commit": software.commit}
        return {"title": self.manifest.name, **about, **{key: value for key, value in known.items() if value is not None}}

    def summary(self, outcomes: tuple[str, ...] = ("success_rate", "impact", "formed", "problems_solved")) -> pd.DataFrame:
        """Return factor values with mean and half width of the 95 % interval of outcomes, one row per scenario.

        Of a factor that is called as a column of results the column is ``factor_NAME``. About half a million runs are in memory at a time.
        """
        from coalsim.sweep.summarised import summarised

        return summarised(self, outcomes)

    @cached_property
    def _done(self) -> list[Entry]:
        """The ledger's entries of blocks that are done."""
        assert self.folder is not None
        assert self.manifest is not None
        blocks = len(self.manifest.blocks)
        return [entry for entry in SweepFolder(self.folder).entries() if entry.error is None and entry.block < blocks]

    @property
    def _is_grid(self) -> bool:
        return self.sweep.design == "grid" and not self.sweep.points and bool(self.sweep.factors)

    def _factor_values(self) -> dict[str, Any]:
        """Return each factor's values by scenario."""
        points = self.sweep.scenario_values()
        return {name: column_of([point[name] for point in points]) for name in self.sweep.factors}

    def _axes(self, variable: Any) -> dict[str, Any]:
        """Return the dimensions that scenarios lie along."""
        if self._is_grid:
            values = {name: column_of(kind.values) for name, kind in self.sweep.factors.items()}
            assert prod(len(of) for of in values.values()) == self.sweep.count
            return {factor_column(name): variable(factor_column(name), of, meaning(name)) for name, of in values.items()}
        (column, _) = RUN
        ids = np.arange(self.sweep.count)
        return {column.name: variable(column.name, ids, {"units": column.unit, "long_name": column.meaning})}

    def _unreadable(self, table: str, error: Exception) -> StoreError:
        why = str(error).splitlines()[0]
        where = f"{self.folder}/{table}" if self.folder else table
        return StoreError(f"{where} cannot be read ({why}); `coalsim extend {self.folder}` mends it")


def _solid(table: pa.Table) -> pa.Table:
    """Return a table in one piece, without what thousands of small pieces take."""
    return table.unify_dictionaries().combine_chunks()


def open_results(folder: str | Path) -> Results:
    """Open the results of a sweep; tables are read when asked for, also while the sweep still runs.

    Raises
    ------
    StoreError
        There is no sweep in the folder, its manifest is damaged, or does not say what is there.
    """
    store = SweepFolder(Path(folder))
    manifest, sweep = opened(store)
    return Results(sweep, store.path, manifest)


def in_memory(sweep: Sweep, parts: Sequence[Mapping[str, pd.DataFrame]]) -> Results:
    """Return results from the tables of all blocks."""
    import pandas as pd

    tables = {
        name: pd.concat([part[name] for part in parts], ignore_index=True).sort_values(list(KEYS[name]), kind="stable", ignore_index=True)
        for name in parts[0]
    }
    return Results(sweep, _tables=tables)


def meaning(factor: str) -> dict[str, str]:
    """Return unit and meaning of a factor, as attributes of its column."""
    declared = find(factor)
    return {"units": declared.unit, "long_name": declared.meaning} if declared else {"units": "-", "long_name": f"Label of {factor}."}
