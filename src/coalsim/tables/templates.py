"""Folders to start from: files that are written together, and over nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from coalsim.errors import StoreError
from coalsim.tables import store


def begin(folder: str | Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder to start from.

    Parameters
    ----------
    folder
        Made if it is not there. Files in it stay as they are.
    files
        What to write, by name, in this order.

    Returns
    -------
    list
        The files written.

    Raises
    ------
    StoreError
        One of the files is there already (then none is written), or the folder cannot be written.
    """
    if not os.fspath(folder):
        raise StoreError("the name of the folder is empty; give a folder")
    folder = Path(folder)
    if not str(folder).isprintable():
        raise StoreError(f"{folder}: the name of the folder is not text that can be shown; give another")
    there = [name for name in files if store.there(folder / name)]
    if there:
        raise StoreError(f"{folder} has {', '.join(there)} already; nothing is overwritten, give another folder")
    with store.making(folder):
        store.prepare(folder, overwrite=True)  # there are no results to be kept apart
        for name, content in files.items():
            store.write(folder / name, lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
    return [folder / name for name in files]
