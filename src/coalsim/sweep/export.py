"""Tables of a sweep as single files: CSV, Parquet, NetCDF; the same bytes for the same results, whatever blocks they came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, get_args

from coalsim.errors import ParameterError, StoreError
from coalsim.spreadsheets import harmless_table
from coalsim.sweep.outside import check_folder
from coalsim.sweep.reading import column_of, factor_column
from coalsim.sweep.results import Results, meaning
from coalsim.tables.columns import REPLICATE, SCENARIO, TABLES
from coalsim.tables.labelled import import_xarray
from coalsim.tables.store import making, prepare, there, write

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

Format = Literal["csv", "parquet", "netcdf"]
SUFFIXES: dict[Format, str] = {"csv": ".csv", "parquet": ".parquet", "netcdf": ".nc"}

ROWS = 1_000_000
"""About as many rows are in memory at a time."""


def export(
    results: Results,
    out: Path,
    form: Format = "csv",
    tables: Sequence[str] | None = None,
    *,
    factors: bool = True,
    overwrite: bool = False,
) -> list[Path]:
    """Write tables of a sweep as single files, sorted by scenario_id and replication.

    CSV and Parquet are written in ranges of runs of about a million rows, each read from the parts that hold it, so that memory
    does not grow with the sweep. NetCDF needs the whole arrays in memory.

    Parameters
    ----------
    results
        What to export; of an unfinished sweep, what is there.
    out
        A file, if its name ends as those of `form` do and one table is asked for; otherwise a folder.
    form
        * "csv": UTF-8, decimal points, nothing where there is no value, true/false; text that a spreadsheet would compute (a label that
          begins with =, +, - or @) has an apostrophe before it.
        * "parquet": columns with units and meanings, a file's metadata saying what was simulated.
        * "netcdf": the arrays of `Results.to_xarray`, in the classic format with 64-bit offsets, which needs no library but scipy.
          Whole numbers have 32 bits there. Coalitions are as many as come about, which is no array; the design is in the coordinates.
    tables
        "outcomes", "coalitions", "monthly", "design"; default all that the format can hold.
    factors
        Whether CSV and Parquet have the factor values after scenario_id and replication.
    overwrite
        Whether files may be replaced.

    Returns
    -------
    The files written.

    Raises
    ------
    ParameterError
        There is no such table, or the format cannot hold it.
    StoreError
        A file is there already, cannot be written, or would come to lie among the sweep's own.
    CoalsimError
        NetCDF is asked for, and xarray is not installed.
    """
    if form not in get_args(Format):
        raise ParameterError(f"format '{form}' is unknown; allowed: {', '.join(get_args(Format))}")
    tables = list(dict.fromkeys(possible(results, form) if tables is None else tables))
    for table in tables:
        if table not in possible(results, form):
            raise ParameterError(
                f"there is no table '{table}' to be exported as {form}; there is {', '.join(possible(results, form))}"
                + ("; coalitions are no array, and the design is in the coordinates" if form == "netcdf" else "")
            )
    if form == "netcdf":
        import_xarray()
    files = _files(results, out, tables, SUFFIXES[form])
    (folder,) = {path.parent for path in files.values()}
    for path in files.values():
        if there(path) and not overwrite:
            raise StoreError(f"{path} is there already; give another place, or --overwrite")
    writers: dict[Format, Callable[[Results, str, bool, Path], None]] = {"csv": _csv, "parquet": _parquet, "netcdf": _netcdf}
    with making(folder):
        prepare(folder, overwrite=True)
        # All of them or none: a table that cannot be read must not leave those before it.
        with TemporaryDirectory(dir=folder, prefix=".export-") as apart:
            for table, path in files.items():
                write(Path(apart) / path.name, lambda partial, table=table: writers[form](results, table, factors, partial))  # type: ignore[misc]
            for path in files.values():
                (Path(apart) / path.name).replace(path)
    return list(files.values())


def possible(results: Results, form: str) -> list[str]:
    """Return the tables that a format can hold."""
    return [name for name in results.tables if name != "coalitions"] if form == "netcdf" else ["design", *results.tables]


def _files(results: Results, out: Path, tables: Sequence[str], suffix: str) -> dict[str, Path]:
    """Return the file of each table, in a folder that can be written to."""
    if out.suffix in SUFFIXES.values():
        if out.suffix != suffix:
            raise ParameterError(f"{out}: a name that ends in {suffix} is needed, or a folder")
        if len(tables) > 1:
            raise ParameterError(
                f"{out} is one file, and there are {len(tables)} tables ({', '.join(tables)}): ask for one, or give a folder"
            )
        files = {table: out for table in tables}
    else:
        files = {table: out / f"{table}{suffix}" for table in tables}
    folder = out.parent if out.suffix == suffix else out
    check_folder(results, folder)
    return files


def _csv(results: Results, table: str, factors: bool, path: Path) -> None:
    import pyarrow.csv as csv

    with ExitStack() as stack:
        writer = None
        for rows in _ranges(results, table, factors):
            plain = harmless_table(_plain(rows))
            if writer is None:
                writer = stack.enter_context(csv.CSVWriter(path, plain.schema))
            writer.write_table(plain)


def _parquet(results: Results, table: str, factors: bool, path: Path) -> None:
    import pyarrow.parquet as pq

    about = {f"coalsim.{key}": str(value) for key, value in results.about().items()}
    with ExitStack() as stack:
        writer = None
        for rows in _ranges(results, table, factors):
            described = _described(_plain(rows), table, results).replace_schema_metadata(about)
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(path, described.schema, compression="zstd"))
            writer.write_table(described)


def _netcdf(results: Results, table: str, factors: bool, path: Path) -> None:
    data = results.to_xarray(table)
    # The classic format has whole numbers of 32 bits; a seed may be larger.
    about = {key: str(value) if isinstance(value, int) and value >= 2**31 else value for key, value in data.attrs.items()}
    # scipy writes names as Latin-1, and the format has them in UTF-8: letters that are bytes of UTF-8 come out as these.
    names = {str(name): str(name).encode().decode("latin-1") for name in (*data.variables, *data.dims) if not str(name).isascii()}
    data.rename(names).assign_attrs(about).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def _ranges(results: Results, table: str, factors: bool) -> Iterator[pa.Table]:
    """Yield a table in ranges of runs, in order; at least one, perhaps without rows."""
    if table == "design":
        yield _design(results)
        return
    rows = results.count(table)
    runs, pieces = results.runs, -(-rows // ROWS) or 1
    cuts = [runs * piece // pieces for piece in range(pieces + 1)]
    for low, high in pairwise(cuts):
        where = None if pieces == 1 else _between(low, high, results.sweep.replicates)
        found = results.rows(table, where=where)
        yield results.beside(found) if factors else found


def _between(low: int, high: int, replicates: int) -> ds.Expression:
    """Return the condition that scenario_id * replicates + replication is in [low, high), in a form that Parquet's statistics serve."""
    import pyarrow.dataset as ds

    scenario, replicate = ds.field(SCENARIO), ds.field(REPLICATE)
    (first, start), (last, stop) = divmod(low, replicates), divmod(high, replicates)
    return ((scenario > first) | ((scenario == first) & (replicate >= start))) & (
        (scenario < last) | ((scenario == last) & (replicate < stop))
    )


def _design(results: Results) -> pa.Table:
    import pyarrow as pa

    points = results.sweep.scenario_values()
    columns = {factor_column(name): column_of([point[name] for point in points]) for name in results.sweep.factors}
    return pa.table({SCENARIO: pa.array(range(len(points)), pa.int64()), **{k: pa.array(v, from_pandas=True) for k, v in columns.items()}})


def _plain(table: pa.Table) -> pa.Table:
    """Return a table with text as text, not as codes, so that ranges do not differ in type."""
    import pyarrow as pa

    fields = [pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in table.schema]
    return table.cast(pa.schema(fields))


def _described(table: pa.Table, name: str, results: Results) -> pa.Table:
    """Return a table whose columns say unit and meaning."""
    import pyarrow as pa

    known = {
        column.name: {"units": column.unit, "long_name": column.meaning} for column in results.columns.get(name, TABLES["outcomes"][:1])
    }
    known |= {factor_column(factor): meaning(factor) for factor in results.sweep.factors}
    return table.cast(pa.schema([field.with_metadata(known[field.name]) for field in table.schema]))
