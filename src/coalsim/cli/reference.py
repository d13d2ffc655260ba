"""``coalsim params``, ``columns`` and ``schema``: what there is to set and to read."""

from __future__ import annotations

from typing import Annotated

import typer

from coalsim.cli.app import alone, app
from coalsim.report.terminal import say


@app.command()
def params(
    context: typer.Context,
    toml: Annotated[bool, typer.Option("--toml", help="Print the default configuration file.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of the documentation.")] = False,
) -> None:
    """Print every parameter with unit, range, default, null value, evidence and meaning."""
    if toml:
        alone(context, "--toml")
    from coalsim.parameters import default_toml, markdown_table

    if toml or markdown:
        say((default_toml() if toml else markdown_table()).removesuffix("\n"))
        return
    from coalsim.report import tables as report

    report.parameters()


@app.command()
def columns(markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables of the documentation.")] = False) -> None:
    """Print every column of the results with unit and meaning."""
    if markdown:
        from coalsim.tables.columns import markdown as table

        say(table())
        return
    from coalsim.report import tables as report

    report.columns()


@app.command()
def schema(manifest: Annotated[bool, typer.Option("--manifest", help="Print that of a sweep's manifest.json.")] = False) -> None:
    """Print the JSON schema of configuration files."""
    if manifest:
        from coalsim.sweep.manifest import manifest_schema

        say(manifest_schema())
        return
    from coalsim.parameters.schema import json_schema

    say(json_schema())
