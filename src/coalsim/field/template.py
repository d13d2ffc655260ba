"""`new_field`: a folder to start one's own field from, commented and ready to run."""

from __future__ import annotations

import os
from pathlib import Path

from coalsim.errors import StoreError
from coalsim.tables import store

TEMPLATES = Path(__file__).parent / "data" / "new_field"

FILES = (
    "README.md",
    "field.toml",
    "organizations.csv",
    "ties.csv",
    "issues.csv",
    "funders.csv",
    "coalitions.csv",
    "memberships.csv",
    "sweep.toml",
)
"""What is written, in this order."""


def new_field(folder: str | Path) -> list[Path]:
    """Write a template of one's own field: tables, configuration, a sweep, and how to go on.

    Parameters
    ----------
    folder
        Made if it is not there. Files in it stay as they are.

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
    there = [name for name in FILES if store.there(folder / name)]
    if there:
        raise StoreError(f"{folder} has {', '.join(there)} already; nothing is overwritten, give another folder")
    with store.making(folder):
        store.prepare(folder, overwrite=True)  # there are no results to be kept apart
        for name in FILES:
            text = (TEMPLATES / name).read_bytes()
            store.write(folder / name, lambda path, text=text: path.write_bytes(text))  # type: ignore[misc]
    return [folder / name for name in FILES]
