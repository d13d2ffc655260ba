"""What ``coalsim run`` and ``coalsim advise`` write into a folder: what one command made, and nothing of an earlier one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.tables import store
from coalsim.tables.columns import TABLES

if TYPE_CHECKING:
    from coalsim.parameters import Parameters
    from coalsim.simulation import Runs

_TABLES = tuple(f"{name}.{form}" for name in TABLES for form in ("parquet", "csv"))
_PARAMETERS = "parameters.toml"
_MAX_MANIFEST = 10_000_000


RUN = (*_TABLES, _PARAMETERS)
"""Files of ``coalsim run``, besides a figure that is called as the configuration."""


@contextlib.contextmanager
def begun(folder: Path, overwrite: bool, command: str = "run", names: Collection[str] = RUN) -> Iterator[None]:
    """Make a folder ready for the results of a command, files called `names`, that come of what is done within.

    If that fails, the folder is left as it was.

    Raises
    ------
    StoreError
        It cannot be written; it holds results and `overwrite` is false; or it holds something else under their names.
    """
    with store.making(folder):
        found = [name for name in (store.MANIFEST, *names) if store.there(folder / name)]
        if found and not overwrite:
            raise StoreError(f"{folder} holds results already ({found[0]}); give another folder, or --overwrite")
        if store.MANIFEST in found:
            _earlier(folder, command, names)
        store.prepare(folder, overwrite=True)
        yield


def write(
    folder: Path,
    runs: Runs,
    parameters: Parameters,
    form: store.Format,
    monthly: bool,
    figure: Path | None,
    title: str,
    about: Mapping[str, Any],
    seconds: float,
) -> None:
    """Write tables, parameters, a figure if its name is given, and the manifest last; remove what an earlier run wrote besides.

    Raises
    ------
    StoreError
        A file cannot be written; those that were are removed, so that nothing is left that could be taken for results.
    """
    from coalsim.parameters import write as write_parameters

    tables = {"outcomes": runs.outcomes, "coalitions": runs.coalitions, "monthly": runs.monthly if monthly else None}
    files = [_PARAMETERS, *(f"{name}.{form}" for name, table in tables.items() if table is not None)]
    files += [] if figure is None else [figure.name]
    with replacing(folder, "run", RUN, files):
        store.write(folder / _PARAMETERS, lambda path: write_parameters(parameters, path))
        store.write_tables(folder, tables, form)
        if figure is not None:
            draw(figure, runs, title)
    store.write_manifest(folder, command="run", **about, files=files, seconds=seconds)


@contextlib.contextmanager
def replacing(folder: Path, command: str, names: Collection[str], files: Collection[str]) -> Iterator[None]:
    """Let `files` be written within, in place of those that an earlier run of the command wrote; its manifest goes first.

    Raises
    ------
    StoreError
        The manifest that is there is of something else, or what is done within fails; its files are removed then.
    """
    before = _earlier(folder, command, names)
    try:
        with contextlib.suppress(FileNotFoundError):
            (folder / store.MANIFEST).unlink()  # from here on the folder is nobody's, until the manifest is there
        yield
        for name in before - set(files):
            (folder / name).unlink(missing_ok=True)
    except BaseException:
        with contextlib.suppress(OSError):
            for name in files:
                (folder / name).unlink(missing_ok=True)
        raise


def draw(path: Path, runs: Runs, title: str) -> None:
    """Write the figure of a run."""
    from coalsim.report import plots

    figure = plots.trajectories(runs, title)
    store.write(path, lambda partial: plots.save(figure, partial))


def _earlier(folder: Path, command: str, names: Collection[str]) -> set[str]:
    """Return the files that an earlier run wrote; raise `StoreError` if the manifest there is of something else."""
    try:
        about = json.loads(store.read_plain(folder / store.MANIFEST, _MAX_MANIFEST))
    except FileNotFoundError:
        return set()
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("command") != command:
        raise StoreError(
            f"{folder / store.MANIFEST} is not that of `coalsim {command}`, so nothing in {folder} is overwritten; give another folder"
        )
    files = about.get("files", [*names])
    if not (isinstance(files, list) and all(isinstance(name, str) for name in files)):
        raise StoreError(f"{folder / store.MANIFEST}: files is no list of names; give another folder")
    # A figure is called as its configuration; nothing else that a manifest lists is taken for what a run wrote.
    return {name for name in files if name in names or (Path(name).name == name and name.endswith(".png"))}
