"""``coalsim sweep`` and what belongs to it: many scenarios, kept in a folder from which an interrupted sweep continues."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from coalsim.cli.app import Compiled, Overwrite, Own, app, own, place
from coalsim.counts import said
from coalsim.errors import ParameterError, StoreError

if TYPE_CHECKING:
    from coalsim.mechanism import Mechanism
    from coalsim.sweep import Results, Sweep

Folder = Annotated[Path, typer.Argument(metavar="DIR", parser=place, help="Folder of a sweep.")]
Workers = Annotated[int, typer.Option(help="Processes to compute with.")]
Dask = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Compute with the Dask scheduler at ADDRESS; 'local' starts one, 'local:PORT' one with a dashboard."
    ),
]
Errors = Annotated[Literal["stop", "record"], typer.Option(help="If a block fails, stop the sweep, or record the failure and continue.")]
Mixed = Annotated[bool, typer.Option("--mixed", help="Continue although the sweep was begun with another version of the code.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


@app.command()
def sweep(
    config: Annotated[Path | None, typer.Argument(metavar="CONFIG", help="Design of the sweep (TOML).")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=place, help="Folder for the results; if it holds a part of them, continue."),
    ] = None,
    from_: Annotated[Path | None, typer.Option("--from", metavar="MANIFEST", help="Repeat the sweep of this manifest.json.")] = None,
    workers: Workers = 1,
    dask: Dask = None,
    part: Annotated[str | None, typer.Option(metavar="i/N", help="Only the i-th of N shares of the blocks, for job arrays.")] = None,
    replicates: Annotated[int | None, typer.Option(help="How many replicates, instead of the design's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the experiment, instead of the design's.")] = None,
    errors: Errors = "record",
    mechanism: Own = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the number of runs and blocks, and estimate time and disk space.")
    ] = False,
    overwrite: Overwrite = False,
    mixed: Mixed = False,
    compiled: Compiled = None,
    quiet: Quiet = False,
) -> None:
    """Simulate many scenarios, or continue where the sweep stopped; print a table and draw the outcomes against the factors."""
    from coalsim.sweep.executors import check_workers
    from coalsim.sweep.progress import reporter
    from coalsim.sweep.runner import run

    share = _part(part)
    check_workers(workers)
    design, name = _design(config, from_, own(mechanism))
    design = replace(design, replicates=design.replicates if replicates is None else replicates, seed=design.seed if seed is None else seed)
    if dry_run:
        _estimate(design, name, workers)
        return
    if out is None:
        raise ParameterError("--out DIR is missing: where are the results to be kept?")
    _unobstructed(out)
    results = run(
        design,
        out,
        name=name,
        workers=workers,
        dask=dask,
        part=share,
        errors=errors,
        overwrite=overwrite,
        mixed=mixed,
        compiled=compiled,
        progress=reporter(quiet),
        finish=_write_summary,
    )
    _finish(results, quiet)


@app.command()
def extend(
    folder: Folder,
    replicates: Annotated[int | None, typer.Option(help="How many replicates there shall be in all.")] = None,
    points: Annotated[Path | None, typer.Option(metavar="CSV", help="Scenarios to add: a table with one column per factor.")] = None,
    workers: Workers = 1,
    dask: Dask = None,
    errors: Errors = "record",
    mechanism: Own = None,
    mixed: Mixed = False,
    quiet: Quiet = False,
) -> None:
    """Make a sweep larger, computing only what is new; without options, continue it."""
    from coalsim.designs.points import read_points
    from coalsim.sweep.progress import reporter
    from coalsim.sweep.results import open_results
    from coalsim.sweep.runner import proceed

    own(mechanism)
    added = None
    if points is not None:
        grown = open_results(folder).sweep
        added = read_points(points, grown.factors, grown.base)
    _unobstructed(folder)
    results = proceed(
        folder,
        workers=workers,
        dask=dask,
        replicates=replicates,
        points=added,
        errors=errors,
        mixed=mixed,
        progress=reporter(quiet),
        finish=_write_summary,
    )
    _finish(results, quiet)


@app.command()
def retry(
    folder: Folder,
    workers: Workers = 1,
    dask: Dask = None,
    errors: Errors = "record",
    mechanism: Own = None,
    mixed: Mixed = False,
    quiet: Quiet = False,
) -> None:
    """Compute failed blocks of a sweep again, and whatever else is left of it."""
    from coalsim.sweep.progress import reporter
    from coalsim.sweep.runner import proceed

    own(mechanism)
    _unobstructed(folder)
    results = proceed(
        folder, workers=workers, dask=dask, retry=True, errors=errors, mixed=mixed, progress=reporter(quiet), finish=_write_summary
    )
    _finish(results, quiet)


@app.command()
def status(folder: Folder) -> None:
    """Show how far a sweep is, whether a process is working on it, and which blocks failed."""
    from coalsim.sweep.status import status as find

    found = find(folder)
    for line in found.lines():
        typer.echo(line)
    if found.failed:
        raise typer.Exit(1)


def _design(config: Path | None, manifest: Path | None, mechanisms: tuple[Mechanism, ...]) -> tuple[Sweep, str]:
    """Return the design asked for, and its name."""
    from coalsim.sweep import Sweep
    from coalsim.sweep.folder import SweepFolder
    from coalsim.sweep.identity import sweep_of
    from coalsim.sweep.manifest import read_manifest

    if (config is None) is (manifest is None):
        raise ParameterError("a design is needed: CONFIG, or --from MANIFEST, one of them")
    if config is not None:
        return Sweep.load(config, mechanisms), _text(config.stem)
    assert manifest is not None
    found = read_manifest(manifest)
    return sweep_of(SweepFolder(manifest.parent), found), found.name


def _part(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ParameterError(f"--part {said(text)}: i/N with 1 <= i <= N is needed")
    return int(found[1]), int(found[2])


def _text(name: str) -> str:
    """Return the name of a file as text, whatever bytes it has."""
    return os.fsencode(name).decode("utf-8", "replace")


def _estimate(design: Sweep, name: str, workers: int) -> None:
    from coalsim.sweep.estimate import estimate

    for line in estimate(design, workers).lines(name):
        typer.echo(line)


def _finish(results: Results, quiet: bool) -> None:
    """Show a sweep that is whole; say what is missing of one that is not."""
    from coalsim.sweep.status import status as find

    assert results.folder is not None
    found = find(results.folder)
    if found.left == 0 and not found.failed:
        if not quiet:
            _show(results)
    elif not quiet or found.failed:
        for line in found.lines():
            typer.echo(line)
    if found.failed:
        raise typer.Exit(1)


def _unobstructed(folder: Path) -> None:
    """Refuse a folder in which something that is to be written has the name of a folder, before anything is computed."""
    from coalsim.sweep.folder import FIGURE, SUMMARY
    from coalsim.tables.columns import TABLES

    def parts(table: str) -> list[str]:
        try:
            return [f"{table}/{part}" for part in sorted(os.listdir(folder / table))]
        except (OSError, ValueError):
            return []

    for name in (SUMMARY, FIGURE, *(part for table in TABLES for part in parts(table))):
        if os.path.isdir(folder / name):  # unlike a method of Path, no error for a name that is too long
            raise StoreError(f"{folder / name} cannot be written: Is a directory")


def _write_summary(results: Results) -> None:
    """Write what belongs to a sweep that is whole; nobody else writes into its folder meanwhile."""
    from coalsim.report import plots
    from coalsim.report.figures.sweeps import sweep_figure
    from coalsim.sweep.folder import FIGURE, SUMMARY
    from coalsim.tables import store

    folder: Any = results.folder
    assert results.manifest is not None
    summary = results.summary()
    store.write(folder / SUMMARY, lambda path: summary.to_csv(path, index=False, lineterminator="\n"))
    if results.sweep.factors:
        figure = sweep_figure(results, results.manifest.name)
        store.write(folder / FIGURE, lambda path: plots.save(figure, path))


def _show(results: Results) -> None:
    from coalsim.report import tables as report
    from coalsim.report.page.conclusion import SHOWN, matters
    from coalsim.sweep.folder import FIGURE

    folder: Any = results.folder
    assert results.manifest is not None
    report.sweep(results, results.manifest.name, sum(stretch.wall_seconds for stretch in results.manifest.stretches))
    if results.sweep.factors:
        typer.echo(matters(results, SHOWN))
    typer.echo(f"tables: {folder}")
    if results.sweep.factors:
        typer.echo(f"figure: {folder / FIGURE}")
