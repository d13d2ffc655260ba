"""Reading a sweep's tables: which parts count, which rows are wanted, factor values beside them."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.errors import ParameterError, StoreError, nearest
from coalsim.tables.columns import REPLICATE, SCENARIO, TABLES

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

    from coalsim.sweep.entries import Entry
    from coalsim.sweep.folder import SweepFolder

KEYS = {
    "outcomes": (SCENARIO, REPLICATE),
    "coalitions": (SCENARIO, REPLICATE, "launch", "convener"),
    "monthly": (SCENARIO, REPLICATE, "month"),
}
"""Columns that a row of each table is known by, and sorted by."""

CLOSE = 1e-9
"""Relative difference up to which a number is taken for a factor's value: 0.3 for 0.30000000000000004."""

_TAKEN = {column.name for columns in TABLES.values() for column in columns}


def factor_column(name: str) -> str:
    """Return the name of a factor's column beside those of results: its own, or ``factor_NAME`` if a table has that already."""
    return f"factor_{name}" if name in _TAKEN else name


def parts(store: SweepFolder, table: str, entries: Iterable[Entry]) -> list[str]:
    """Return the files of a table that the ledger vouches for.

    Raises
    ------
    StoreError
        One is missing, or not of the size that was written.
    """
    found = []
    for entry in entries:
        path, (size, _) = store.part(table, entry.block), entry.files.get(table, (0, ""))
        try:
            there = path.lstat()
        except OSError as error:
            raise StoreError(f"{path} cannot be read ({error.strerror}); `coalsim extend {store}` mends it") from None
        if not stat.S_ISREG(there.st_mode):
            raise StoreError(f"{path} is not a plain file; `coalsim extend {store}` mends it")
        if there.st_size != size:
            raise StoreError(f"{path} has {there.st_size} bytes instead of {size}; `coalsim extend {store}` mends it")
        found.append(str(path))
    return found


def column_of(values: Sequence[Any]) -> NDArray[Any]:
    """Return a factor's values as an array of one type: yes/no, whole numbers, numbers (not set: NaN) or text.

    Several months become text as a table of points has it: ``12 60``.
    """
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values, dtype=bool)
    if kinds == {int}:
        return np.array(values, dtype=np.int64)
    if kinds <= {int, float, type(None)}:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return np.array([_text(value) for value in values], dtype=str)


def condition(where: Mapping[str, Any], points: Sequence[Mapping[str, Any]], schema: pa.Schema) -> ds.Expression:
    """Return the condition on rows that `where` says.

    Parameters
    ----------
    where
        By name of a factor or column, what is wanted: a value, a list of values, or ``slice(low, high)`` (both ends included,
        either may be None).
    points
        Factor values of each scenario.
    schema
        Of the table.

    Raises
    ------
    ParameterError
        A name is neither, or a value cannot be one of its values.
    """
    import pyarrow.dataset as ds

    factors = {factor_column(name): name for name in points[0]}
    # The name of a factor that only other tables have a column of needs no prefix.
    factors |= {name: name for name in points[0] if name not in schema.names}
    found = ds.scalar(True)
    scenarios = np.ones(len(points), dtype=bool)
    for name, wanted in where.items():
        if name in factors:
            scenarios &= _of_factor(name, wanted, [point[factors[name]] for point in points])
        elif name in schema.names:
            found &= _of_column(name, wanted, schema.field(name).type)
        else:
            known = [*factors, *schema.names]
            raise ParameterError(f"where: '{name}' is neither a factor nor a column of the table{nearest(name, known)}")
    if scenarios.all():
        return found
    return found & ds.field(SCENARIO).isin(np.flatnonzero(scenarios).tolist())


def _of_factor(name: str, wanted: Any, values: list[Any]) -> NDArray[np.bool_]:
    """Return which scenarios have a value that is wanted."""
    if isinstance(wanted, slice):
        low, high = _bounds(name, wanted)
        column = column_of(values)
        if column.dtype.kind not in "if":
            raise ParameterError(f"where: {name} is not a number, so it has no range; give values: {_some(values)}")
        return np.array((column >= low) & (column <= high))
    met = np.zeros(len(values), dtype=bool)
    months = any(isinstance(value, tuple) for value in values)
    for value in [tuple(wanted)] if months and _are_months(wanted) else _listed(wanted):
        hits = np.array([_same(value, other) for other in values], dtype=bool)
        if not hits.any():
            raise ParameterError(f"where: no scenario has {name} = {value!r}; there is {_some(values)}")
        met |= hits
    return met


def _of_column(name: str, wanted: Any, kind: pa.DataType) -> ds.Expression:
    import pyarrow as pa
    import pyarrow.dataset as ds

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if isinstance(wanted, slice):
        low, high = _bounds(name, wanted)
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise ParameterError(f"where: {name} is not a number, so it has no range")
        return (ds.field(name) >= low) & (ds.field(name) <= high)
    try:
        values = pa.array(_listed(wanted)).cast(kind)
    except (pa.ArrowException, TypeError):
        raise ParameterError(f"where: {name} = {wanted!r}: values of type {kind} are needed") from None
    return ds.field(name).isin(values)


def _bounds(name: str, wanted: slice) -> tuple[float, float]:
    ends = [wanted.start, wanted.stop]
    if wanted.step is not None or not all(end is None or isinstance(end, (int, float, np.number)) for end in ends):
        raise ParameterError(f"where: {name} = {wanted!r}: slice(low, high) with numbers or None is needed")
    low, high = -np.inf if ends[0] is None else float(ends[0]), np.inf if ends[1] is None else float(ends[1])
    # As a single value: 0.3 takes in 0.30000000000000004.
    return low - CLOSE * abs(low) if np.isfinite(low) else low, high + CLOSE * abs(high) if np.isfinite(high) else high


def _listed(wanted: Any) -> list[Any]:
    """Return what is wanted as a list; a tuple is one value, as some parameters are lists of months."""
    several = wanted.tolist() if isinstance(wanted, np.ndarray) else list(wanted) if isinstance(wanted, (list, set, range)) else [wanted]
    return [value.item() if isinstance(value, np.generic) else value for value in several]


def _are_months(wanted: Any) -> bool:
    """Whether what is wanted is one list of months, and not several."""
    return isinstance(wanted, (list, tuple)) and all(isinstance(month, int) for month in wanted)


def _same(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, list):
        wanted = tuple(wanted)
    numbers = all(isinstance(it, (int, float)) and not isinstance(it, bool) for it in (wanted, value))
    return abs(wanted - value) <= CLOSE * abs(value) if numbers else type(wanted) is type(value) and wanted == value


def _some(values: list[Any]) -> str:
    distinct = list(dict.fromkeys(values))
    if all(isinstance(value, (int, float)) for value in distinct) and len(distinct) > 12:
        return f"{len(distinct)} values from {min(distinct):g} to {max(distinct):g}"
    return ", ".join(map(repr, distinct[:12])) + (", ..." if len(distinct) > 12 else "")


def _text(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
