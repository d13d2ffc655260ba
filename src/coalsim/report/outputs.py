"""What ``coalsim run`` writes into a folder: one run of one scenario, and nothing of an earlier one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.tables import store

if TYPE_CHECKING:
    from coalsim.parameters import Parameters
    from coalsim.simulation import Runs

_TABLES = tuple(f"{name}.{form}" for name in ("outcomes", "coalitions", "monthly") for form in ("parquet", "csv"))
_PARAMETERS = "parameters.toml"
_MAX_MANIFEST = 10_000_000


@contextlib.contextmanager
def begun(folder: Path, overwrite: bool) -> Iterator[None]:
    """Make a folder ready for the results that come of what is done within; if that fails, leave it as it was.

    Raises
    ------
    StoreError
        It cannot be written; it holds results and `overwrite` is false; or it holds something else under their names.
    """
    with store.making(folder):
        found = [name for name in (store.MANIFEST, _PARAMETERS, *_TABLES) if store.there(folder / name)]
        if found and not overwrite:
            raise StoreError(f"{folder} holds results already ({found[0]}); give another folder, or --overwrite")
        if store.MANIFEST in found:
            _earlier(folder)
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

    before = _earlier(folder)
    with contextlib.suppress(FileNotFoundError):
        (folder / store.MANIFEST).unlink()  # from here on the folder is nobody's, until the manifest is there
    tables = {"outcomes": runs.outcomes, "coalitions": runs.coalitions, "monthly": runs.monthly if monthly else None}
    files = [_PARAMETERS, *(f"{name}.{form}" for name, table in tables.items() if table is not None)]
    files += [] if figure is None else [figure.name]
    try:
        store.write(folder / _PARAMETERS, lambda path: write_parameters(parameters, path))
        store.write_tables(folder, tables, form)
        if figure is not None:
            draw(figure, runs, title)
        for name in before - set(files):
            (folder / name).unlink(missing_ok=True)
        store.write_manifest(folder, command="run", **about, files=files, seconds=seconds)
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


def _earlier(folder: Path) -> set[str]:
    """Return the files that an earlier run wrote; raise `StoreError` if the manifest there is of something else."""
    try:
        about = json.loads(store.read_plain(folder / store.MANIFEST, _MAX_MANIFEST))
    except FileNotFoundError:
        return set()
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("command") != "run":
        raise StoreError(f"{folder / store.MANIFEST} is not that of a run, so nothing in {folder} is overwritten; give another folder")
    files = about.get("files", [*_TABLES, _PARAMETERS])
    if not (isinstance(files, list) and all(isinstance(name, str) for name in files)):
        raise StoreError(f"{folder / store.MANIFEST}: files is no list of names; give another folder")
    # A figure is called as its configuration; nothing else that a manifest lists is taken for what a run wrote.
    return {name for name in files if name in (*_TABLES, _PARAMETERS) or (Path(name).name == name and name.endswith(".png"))}
