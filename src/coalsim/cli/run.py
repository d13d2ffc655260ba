"""``coalsim run`` and ``coalsim dock``: one scenario."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import Form, Out, Overwrite, Plot, Set, Without, app, counted, scenario


@app.command()
def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    replicates: Annotated[int, typer.Option(help="How many replicates.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the experiment.")] = 1,
    engine: Annotated[Literal["numpy", "mesa"], typer.Option(help="numpy is fast, mesa is made of agents; same results.")] = "numpy",
    set_: Set = None,
    without: Without = None,
    monthly: Annotated[bool, typer.Option("--monthly", help="Keep monthly trajectories.")] = False,
    out: Out = None,
    format_: Form = "parquet",
    overwrite: Overwrite = False,
    plot: Plot = False,
) -> None:
    """Simulate one scenario and print its outcomes."""
    from coalsim import report, store
    from coalsim.simulation import simulate

    counted(replicates=replicates, seed=seed)
    parameters = scenario(config, set_, without)
    if out is not None:
        store.prepare(out, overwrite)
    began = time.perf_counter()
    runs = simulate(parameters, replicates, seed, engine, monthly=monthly or plot)
    seconds = time.perf_counter() - began
    report.outcomes(runs, config.stem, seconds)
    if out is not None:
        from coalsim.parameters import write

        store.write(out / "parameters.toml", lambda path: write(parameters, path))
        tables = {"outcomes": runs.outcomes, "coalitions": runs.coalitions, "monthly": runs.monthly if monthly else None}
        store.write_tables(out, tables, format_)
        about = {"changed": parameters.changed(), "replicates": replicates, "seed": seed, "engine": engine}
        store.write_manifest(out, command="run", **about, seconds=seconds)
        typer.echo(f"tables: {out}")
    if plot:
        from coalsim import plots

        path = (out or Path()) / f"{config.stem}.png"
        store.write(path, lambda partial: plots.save(plots.trajectories(runs, config.stem), partial))
        typer.echo(f"figure: {path}")


@app.command()
def dock(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    replicates: Annotated[int, typer.Option(help="How many replicates.")] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the experiment.")] = 1,
    months: Annotated[int | None, typer.Option(help="How many months to compare; all of them if not given.")] = None,
    set_: Set = None,
    without: Without = None,
) -> None:
    """Run both engines side by side, and name the first month, entity and variable in which they differ."""
    from coalsim.docking import TOLERANCE
    from coalsim.docking import dock as compare

    counted(replicates=replicates, seed=seed, months=months)
    parameters = scenario(config, set_, without)
    result = compare(parameters, range(replicates), seed, months)
    for difference in result.differences:
        typer.echo(str(difference))
    agreeing = result.runs - len(result.differences)
    typer.echo(f"{agreeing} of {result.runs} runs agree over {result.months} months: discrete state equal, reals within {TOLERANCE:g}")
    if result.differences:
        raise typer.Exit(1)
