"""``coalsim advise``: what would raise the chance that one's own initiative succeeds."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import Overwrite, Set, Without, app, scenario
from coalsim.errors import ParameterError
from coalsim.report.terminal import say


@app.command()
def advise(
    config: Annotated[
        Path, typer.Argument(metavar="CONFIG", help="Configuration of the field and of the initiative: its section [focal].")
    ],
    replicates: Annotated[
        int | None, typer.Option(help="How many replicates; if not given, as many as suits the size of the field.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="How many draws of plausible parameters; if not given, as many as suits the size of the field.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the experiment and of the draws.")] = 1,
    posterior: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where other worlds come from: a calibration's folder or name, or plausible.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes to compute with; all processors if not given.")] = None,
    set_: Set = None,
    without: Without = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the page, tables, figure and manifest.")] = None,
    overwrite: Overwrite = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not show progress.")] = False,
) -> None:
    """Rank what the convener of an initiative could do differently by its effect on the chance of success."""
    from coalsim.advice import advising, reporting
    from coalsim.report import outputs
    from coalsim.sweep.progress import reporter

    parameters = scenario(config, set_, without, launches=True)
    name, assumptions = _title(config)
    processes = workers or os.cpu_count() or 1
    if out is None and overwrite:
        raise ParameterError("--overwrite has no effect without --out, the folder that tables are written to")
    with nullcontext() if out is None else outputs.begun(out, overwrite, "advise", reporting.FILES):
        advice = advising.advise(parameters, replicates, draws, seed, processes, progress=lambda: reporter(quiet), posterior=posterior)
        if out is not None:
            reporting.write(advice, out, name, assumptions)
    reporting.show(advice, name)
    if out is not None:
        say(f"page: {out / reporting.REPORT}")
        say(f"figure: {out / reporting.FIGURE}")


def _title(config: Path) -> tuple[str, list[str]]:
    """Return what to call a field, and what was assumed of the tables it was made from, if that stands beside it."""
    from coalsim.advice.page import assumed
    from coalsim.errors import CoalsimError
    from coalsim.importing.writing import CONFIG, REPORT
    from coalsim.tables import store

    if config.name != CONFIG:
        return config.stem, []
    name = config.absolute().parent.name or config.stem
    try:
        return name, assumed(store.read_plain(config.parent / REPORT, 1_000_000).decode("utf-8", "replace").splitlines())
    except (FileNotFoundError, CoalsimError):
        return name, []
