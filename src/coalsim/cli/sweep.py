"""``coalsim sweep``: many scenarios."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import Form, Overwrite, app


@app.command()
def sweep(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Design of the sweep (TOML).")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write tables, figure and manifest to.")],
    replicates: Annotated[int | None, typer.Option(help="How many replicates, instead of the design's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the experiment, instead of the design's.")] = None,
    format_: Form = "parquet",
    overwrite: Overwrite = False,
) -> None:
    """Simulate a grid of scenarios; print a table, and draw the outcomes against the factors."""
    from dataclasses import replace

    from coalsim import plots, report, store
    from coalsim.sweep import Sweep

    design = Sweep.load(config)
    design = replace(design, replicates=replicates or design.replicates, seed=design.seed if seed is None else seed)
    store.prepare(out, overwrite)
    began = time.perf_counter()
    results = design.run()
    seconds = time.perf_counter() - began
    runs = results.runs
    tables = {"outcomes": runs.outcomes, "coalitions": runs.coalitions, "monthly": runs.monthly}
    store.write_tables(out, {"design": results.design, "summary": results.summary(), **tables}, format_)
    figure = out / "sweep.png"
    if design.factors:
        store.write(figure, lambda partial: plots.save(plots.sweep_figure(results, config.stem), partial))
    about = {"base": design.base.changed(), "factors": design.factors, "replicates": design.replicates, "seed": design.seed}
    store.write_manifest(out, command="sweep", **about, seconds=seconds)
    report.sweep(results, config.stem, seconds)
    typer.echo(f"tables: {out}")
    if design.factors:
        typer.echo(f"figure: {figure}")
