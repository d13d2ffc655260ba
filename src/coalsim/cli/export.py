"""``coalsim export``: a sweep's tables as single files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import app
from coalsim.errors import ParameterError
from coalsim.report.terminal import say


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")],
    form: Annotated[
        Literal["csv", "parquet", "netcdf"] | None, typer.Option("--format", help="Format; default that of FILE's name, otherwise csv.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR2|FILE", help="Folder, or a file (.csv, .parquet, .nc) for one table; default DIR/export."),
    ] = None,
    table: Annotated[
        Literal["outcomes", "coalitions", "monthly", "design", "all"] | None,
        typer.Option(help="Which table; default outcomes into a FILE, otherwise all that the format can hold."),
    ] = None,
    no_factors: Annotated[bool, typer.Option("--no-factors", help="Leave the factor values out of the rows.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that already exist.")] = False,
) -> None:
    """Write a sweep's tables as CSV, Parquet or NetCDF, sorted by scenario_id and replication, with factor values in each row."""
    from coalsim.sweep.export import SUFFIXES, possible
    from coalsim.sweep.export import export as write
    from coalsim.sweep.results import open_results

    results = open_results(folder)
    target = folder / "export" if out is None else out
    named = [name for name, suffix in SUFFIXES.items() if suffix == target.suffix]
    form = form or (named[0] if named else "csv")
    if target.suffix[1:].isalpha() and not named and not os.path.isdir(target):
        raise ParameterError(f"--out {target}: a folder, or a file that ends in {', '.join(SUFFIXES.values())} is needed")
    if table is None:
        table = "outcomes" if named else "all"
    tables = possible(results, form) if table == "all" else [table]
    for path in write(results, target, form, tables, factors=not no_factors, overwrite=overwrite):
        say(f"{path} ({path.stat().st_size / 1e6:,.1f} MB)")
    if results.runs_done < results.runs:
        say(f"{results.runs_done:,} of {results.runs:,} runs are there; `coalsim status {folder}` says why", err=True)
