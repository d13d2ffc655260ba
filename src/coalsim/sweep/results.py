"""`Results`: what came of a sweep, from memory or read from its folder when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.parameters import Parameters, declarations
from coalsim.sweep.design import Sweep
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.identity import sweep_of
from coalsim.sweep.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

SORTED = {
    "outcomes": ["scenario_id", "replication"],
    "coalitions": ["scenario_id", "replication", "launch", "convener"],
    "monthly": ["scenario_id", "replication", "month"],
}


@dataclass(frozen=True)
class Results:
    """A sweep and its tables, sorted by scenario_id and replication.

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
        """A row a scenario: scenario_id and factor values."""
        return self.sweep.frame

    @property
    def parameters(self) -> list[Parameters]:
        """The parameters of each scenario, by scenario_id."""
        return self.sweep.scenarios()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row a run."""
        return self.read("outcomes")

    @cached_property
    def coalitions(self) -> pd.DataFrame:
        """A row a coalition."""
        return self.read("coalitions")

    @cached_property
    def monthly(self) -> pd.DataFrame | None:
        """A row a run and month, None if the sweep did not keep them."""
        return self.read("monthly") if self.sweep.monthly else None

    def read(self, table: str, columns: Sequence[str] | None = None, where: Any = None) -> pd.DataFrame:
        """Read a table, or the part of it that is wanted.

        Parameters
        ----------
        table
            "outcomes", "coalitions" or "monthly".
        columns
            Only these; all if None.
        where
            Only rows for which this holds: a `pyarrow.dataset` expression over columns of the table, or factor
            values by name, such as ``{"openness": 0.5}``.

        Raises
        ------
        StoreError
            There is no such table, or a part of it cannot be read.
        """
        import pyarrow as pa
        import pyarrow.dataset as ds

        order = SORTED.get(table, [])
        if not order or (table == "monthly" and not self.sweep.monthly):
            raise StoreError(
                f"no table '{table}' is here; there is {', '.join(name for name in SORTED if name != 'monthly' or self.sweep.monthly)}"
            )
        if isinstance(where, Mapping):
            wanted = self.design
            for name, value in where.items():
                wanted = wanted[wanted[name] == value]
            where = ds.field("scenario_id").isin(wanted["scenario_id"].to_list())
        need = None if columns is None else list(dict.fromkeys([*columns, *order]))
        if self.folder is None:
            source = pa.Table.from_pandas(self._tables[table], preserve_index=False)
            found = source.filter(where) if where is not None else source
            found = found.select(need) if need else found
        else:
            paths = sorted(
                str(path)
                for path in (self.folder / table).glob("[0-9]*.parquet")
                if SweepFolder(self.folder).entry_path(int(path.stem)).exists()
            )
            if not paths:
                raise StoreError(f"{self.folder}: no block is done yet")
            try:
                found = ds.dataset(paths, format="parquet").to_table(columns=need, filter=where)
            except (pa.ArrowInvalid, OSError) as error:
                why = str(error).splitlines()[0]
                raise StoreError(f"{self.folder / table} cannot be read ({why}); `coalsim extend {self.folder}` mends it") from None
        frame = found.to_pandas().sort_values(order, kind="stable", ignore_index=True)
        return frame if columns is None else frame[list(columns)]

    def summary(self, outcomes: tuple[str, ...] = ("success_rate", "impact", "formed", "problems_solved")) -> pd.DataFrame:
        """Return factor values with mean and half width of the 95 % interval of outcomes, a row a scenario."""
        from coalsim.summary import mean_and_interval

        grouped = self.outcomes.groupby("scenario_id")
        frame = self.design
        for name in outcomes:
            intervals = grouped[name].apply(lambda values: mean_and_interval(values.to_numpy(dtype=float))).reindex(frame["scenario_id"])
            known = [value if isinstance(value, tuple) else (float("nan"), float("nan")) for value in intervals]
            frame[name] = [mean for mean, _ in known]
            frame[f"{name}_ci"] = [half for _, half in known]
        return frame

    def factor_labels(self) -> dict[str, str]:
        """Return each factor's name with its unit."""
        units = {name: declarations()[name].unit if name in declarations() else "-" for name in self.sweep.factors}
        return {name: name if unit in ("1", "-") else f"{name} ({unit})" for name, unit in units.items()}


def open_results(folder: str | Path) -> Results:
    """Open the results of a sweep; tables are read when asked for, also while the sweep still runs.

    Raises
    ------
    StoreError
        There is no sweep in the folder, or its manifest is damaged.
    """
    store = SweepFolder(Path(folder))
    manifest = store.manifest()
    return Results(sweep_of(store, manifest), store.path, manifest)


def in_memory(sweep: Sweep, parts: Sequence[Mapping[str, pd.DataFrame]]) -> Results:
    """Return results from the tables of all blocks."""
    import pandas as pd

    tables = {
        name: pd.concat([part[name] for part in parts], ignore_index=True).sort_values(SORTED[name], kind="stable", ignore_index=True)
        for name in parts[0]
    }
    return Results(sweep, _tables=tables)
