"""The command line. Heavy modules are imported by the commands that need them, so that --help is quick."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from coalsim.errors import CoalsimError, ParameterError

app = typer.Typer(
    help="Simulate how organizations form coalitions.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; repeatable.")]
Without = Annotated[list[str] | None, typer.Option("--without", metavar="MECHANISM", help="Switch a mechanism off; repeatable.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder to write tables, parameters and manifest to.")]
Form = Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Format of the tables.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that DIR holds already.")]
Plot = Annotated[bool, typer.Option("--plot", help="Draw a figure, into DIR or the current folder.")]


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
    from coalsim.parameters import load
    from coalsim.simulation import simulate

    parameters = load(config).replace(**settings(set_)).without(*(without or ()))
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
    from coalsim.parameters import load

    parameters = load(config).replace(**settings(set_)).without(*(without or ()))
    result = compare(parameters, range(replicates), seed, months)
    for difference in result.differences:
        typer.echo(str(difference))
    agreeing = result.runs - len(result.differences)
    typer.echo(f"{agreeing} of {result.runs} runs agree over {result.months} months: discrete state equal, reals within {TOLERANCE:g}")
    if result.differences:
        raise typer.Exit(1)


@app.command()
def params(
    toml: Annotated[bool, typer.Option("--toml", help="Print the default configuration file.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of the documentation.")] = False,
) -> None:
    """Print every parameter with unit, range, default, null value, standing and meaning."""
    from coalsim.parameters import default_toml, markdown_table

    if toml or markdown:
        typer.echo(default_toml() if toml else markdown_table(), nl=False)
        return
    from coalsim import report

    report.parameters()


@app.command()
def columns(markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables of the documentation.")] = False) -> None:
    """Print every column of the results with unit and meaning."""
    if markdown:
        from coalsim.columns import markdown as table

        typer.echo(table())
        return
    from coalsim import report

    report.columns()


@app.command()
def schema() -> None:
    """Print the JSON schema of configuration files."""
    from coalsim.parameters.schema import json_schema

    typer.echo(json_schema())


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Simulate how organizations form coalitions."""
    if show:
        from coalsim import __version__

        typer.echo(f"coalsim {__version__}")
        raise typer.Exit


def settings(given: list[str] | None) -> dict[str, Any]:
    """Return the values of ``--set NAME=VALUE`` options, each read as TOML, or as text if it is none."""
    import tomllib

    values: dict[str, Any] = {}
    for item in given or ():
        name, equals, text = item.partition("=")
        if not equals:
            raise ParameterError(f"--set {item}: NAME=VALUE is needed")
        try:
            values[name.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            values[name.strip()] = text.strip()
    return values


def main() -> None:
    """Run the command line; an error a user can cause is one line and exit code 2."""
    try:
        app()
    except CoalsimError as error:
        print(f"coalsim: error: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(1)
