"""``coalsim new-field``: a template of one's own field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import app
from coalsim.report.terminal import say


@app.command("new-field")
def new_field(folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder to write to; nothing in it is overwritten.")]) -> None:
    """Write tables and a configuration of a small field, to be filled with one's own."""
    from coalsim.field import template

    for path in template.new_field(folder):
        say(str(path))
    config = Path(folder) / "field.toml"
    say(f"Read {Path(folder) / 'README.md'}; then: coalsim run {config}; coalsim advise {config}")
