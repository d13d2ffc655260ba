"""``coalsim describe``: what a configuration's field is like before the first month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import Set, Without, app, counted, scenario


@app.command()
def describe(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 1,
    set_: Set = None,
    without: Without = None,
) -> None:
    """Show the field of a configuration: who is there, how alike, with what means, and which coalitions exist."""
    from coalsim.field import build
    from coalsim.report import tables as report

    counted(seed=seed)
    parameters = scenario(config, set_, without)
    report.field(build(parameters, seed, 0), config.stem, parameters.get("burn_in"))
