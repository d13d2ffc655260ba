"""Tables that are opened in a spreadsheet: text that it would take for a formula is marked as text.

Excel, LibreOffice and Google Sheets compute a cell of a CSV file that begins with ``=``, ``+``, ``-`` or ``@``, also if it is a name that
somebody gave. Such text is written with an apostrophe before it, their own mark for text. Numbers are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STARTS = "=+-@\t\r"
"""Letters with which a formula begins, also after the blanks that some programs skip."""


def harmless(text: str) -> str:
    """Return text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(tuple(STARTS)) else text


def harmless_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text, names of columns included, no spreadsheet computes."""

    def cell(value: Any) -> Any:
        return harmless(value) if isinstance(value, str) else value

    texts = [name for name in frame.columns if frame[name].dtype.kind not in "biufM"]
    return frame.assign(**{name: frame[name].map(cell) for name in texts}).rename(columns=cell)


def harmless_table(table: pa.Table) -> pa.Table:
    """Return an Arrow table whose text no spreadsheet computes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = table.column(place)
            starts = pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), pa.array(list(STARTS), field.type))
            marked = pc.binary_join_element_wise(pa.scalar("'", field.type), column, pa.scalar("", field.type))
            table = table.set_column(place, field, pc.if_else(starts, marked, column))
    return table.rename_columns([harmless(name) for name in table.column_names])
