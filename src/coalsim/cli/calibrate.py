"""``coalsim calibrate``: parameters under which runs look like given numbers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import Overwrite, alone, app
from coalsim.errors import ParameterError


@app.command()
def calibrate(
    context: typer.Context,
    targets: Annotated[
        Path | None, typer.Argument(metavar="TARGETS", help="Targets, priors and groups of runs (TOML; docs/calibration.md).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the results; if it holds a part of them, continue.")
    ] = None,
    statistic: Annotated[
        list[str] | None,
        typer.Option(
            "--statistic",
            metavar="NAME=MODULE:FUNCTION",
            help="A statistic of your own, importable from the current folder; repeatable. It runs that code.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes to compute with.")] = 1,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Compute with the Dask scheduler at ADDRESS, or 'local' to start one.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the experiment, instead of the file's.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the number of points, and estimate the time from a timed sample.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the statistics that targets can be of.")] = False,
    overwrite: Overwrite = False,
    mixed: Annotated[bool, typer.Option("--mixed", help="Continue although it was begun with another version of the code.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Fit parameters to real numbers: waves of history matching, then draws of the posterior, in a folder that can be continued."""
    from coalsim.calibration import calibrating, estimating, posteriors
    from coalsim.calibration.problem import read_problem

    if list_:
        alone(context, "--list")
        from coalsim.calibration.statistics import markdown

        typer.echo(markdown(), nl=False)
        return
    if targets is None:
        raise ParameterError("TARGETS is missing: a TOML file with targets is needed (--list lists statistics)")
    problem = read_problem(targets, _functions(statistic), seed)
    if dry_run:
        for line in estimating.estimate(problem).lines(workers):
            typer.echo(line)
        return
    if out is None:
        raise ParameterError("--out DIR is missing: where are the results to be kept?")
    found = calibrating.calibrate(
        problem, out, workers=workers, dask=dask, overwrite=overwrite, mixed=mixed, quiet=quiet, name=targets.stem
    )
    if quiet:
        return
    for sentence in found.verdict():
        typer.echo(sentence)
    typer.echo(f"draws: {out / posteriors.FILE}")
    typer.echo(f"report: {out / calibrating.REPORT}")


def _functions(given: list[str] | None) -> dict[str, str]:
    """Return own statistics by name, their modules importable from the current folder."""
    found: dict[str, str] = {}
    for item in given or ():
        name, equals, where = item.partition("=")
        if not (equals and name and where):
            raise ParameterError(f"--statistic {item}: NAME=MODULE:FUNCTION is needed")
        if name in found:
            raise ParameterError(f"--statistic {name} is given twice")
        found[name] = where
    if found and "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return found
