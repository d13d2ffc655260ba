"""What is made of a sweep lies outside of what the sweep is: its tables, ledger and manifest are no place for figures and reports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from coalsim.errors import StoreError
from coalsim.tables.columns import TABLES

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

OWN = frozenset((*TABLES, "ledger"))
"""Folders within that of a sweep which are the sweep's."""


def check_folder(results: Results, folder: Path) -> None:
    """Refuse a folder of the sweep's own, that of the sweep itself included.

    Raises
    ------
    StoreError
        The folder is one of these, or a file.
    """
    _refuse_links(results, folder)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise StoreError(f"{folder} is a file; a folder is needed")
    if _inside(results, folder) and not _apart(results, folder):
        raise StoreError(f"{folder} holds the sweep's own files; give another folder")


def check_file(results: Results, file: Path, own: str) -> None:
    """Refuse a file that is a folder or has no name, or that would lie among the sweep's own and is not called `own`.

    Raises
    ------
    StoreError
        It is one of these.
    """
    _refuse_links(results, file.parent)
    if os.path.isdir(file) or not file.name:
        raise StoreError(f"{file} is a folder; the name of a file is needed")
    if os.path.exists(file) and not os.path.isfile(file):
        raise StoreError(f"{file} is no regular file; give another name")
    if _inside(results, file) and not _apart(results, file.parent) and not (file.name == own and _is_sweep(results, file.parent)):
        raise StoreError(f"{file} would lie among the sweep's own files; give another place")


def _refuse_links(results: Results, folder: Path) -> None:
    """Refuse a folder that is named as one in the sweep's, and is a link: a stranger's results would say where we write."""
    here = results.folder
    while here is not None and folder != here and folder.is_relative_to(here):
        if folder.is_symlink():
            raise StoreError(f"{folder} is a link; a folder is needed in a sweep, or another place")
        folder = folder.parent


def _inside(results: Results, path: Path) -> bool:
    return results.folder is not None and path.resolve().is_relative_to(results.folder.resolve())


def _is_sweep(results: Results, path: Path) -> bool:
    return results.folder is not None and path.resolve() == results.folder.resolve()


def _apart(results: Results, folder: Path) -> bool:
    """Return whether a folder within that of the sweep is neither that nor the sweep's."""
    assert results.folder is not None
    parts = folder.resolve().relative_to(results.folder.resolve()).parts
    return bool(parts) and parts[0] not in OWN
