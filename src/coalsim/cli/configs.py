"""``coalsim configs``: the configurations that come with coalsim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import app, place
from coalsim.errors import ParameterError
from coalsim.report.terminal import headed, say, show


@app.command()
def configs(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Configurations to copy.", show_default=False)] = None,
    to: Annotated[
        Path | None,
        typer.Option("--copy", metavar="DIR", parser=place, help="Copy them, with the data they read, to DIR/configs and DIR/data."),
    ] = None,
) -> None:
    """List the configurations and sweeps that come with coalsim, or copy them into a folder of your own."""
    from coalsim import shipped

    if to is None:
        if names:
            raise ParameterError(f"{names[0]} has no effect without --copy DIR, the folder to copy it to")
        table = headed("", ("name", "kind", "what it is"))
        for config in shipped.configurations():
            table.add_row(config.name, config.kind, config.about)
        show(table)
        say("Copy them with the data they read: coalsim configs [NAME ...] --copy DIR")
        return
    for path in shipped.copy(names or [], to):
        say(str(path))
