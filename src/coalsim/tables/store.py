"""Results in a folder: tables, parameters, manifest; every file appears whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import coalsim
from coalsim.errors import StoreError
from coalsim.spreadsheets import harmless_frame

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["parquet", "csv"]
MANIFEST = "manifest.json"


def prepare(folder: Path, overwrite: bool) -> None:
    """Make `folder` ready to be written to, before anything is computed.

    Raises
    ------
    StoreError
        It cannot be written, or holds results already and `overwrite` is false.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"{folder} is not a folder; give --out a folder") from None
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from None
    if (folder / MANIFEST).exists() and not overwrite:
        raise StoreError(f"{folder} holds results already; give another folder, or --overwrite")


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame | None], form: Format) -> None:
    """Write each table that is not None as ``NAME.parquet`` or ``NAME.csv``."""
    for name, table in tables.items():
        if table is None:
            continue
        if form == "csv":
            write(folder / f"{name}.csv", lambda path, table=table: harmless_frame(table).to_csv(path, index=False, lineterminator="\n"))  # type: ignore[misc]
        else:
            write(folder / f"{name}.parquet", lambda path, table=table: table.to_parquet(path, index=False))  # type: ignore[misc]


def write(path: Path, writer: Callable[[Path], Any]) -> None:
    """Have `writer` write a file beside `path`, then put it in its place.

    Raises
    ------
    StoreError
        The file cannot be written (full disk, no permission); what stood there before stays.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        writer(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a loss of power."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_manifest(folder: Path, **about: Any) -> None:
    """Write what was run, with what software, as ``manifest.json``: the last file written."""
    software = {name: version(name) for name in ("numpy", "scipy", "pandas", "mesa")}
    where = {"python": platform.python_version(), "machine": platform.machine()}
    text = json.dumps({"coalsim": coalsim.__version__, **where, "software": software, **about}, indent=2, default=str)
    write(folder / MANIFEST, lambda path: path.write_text(text + "\n", encoding="utf-8"))
