"""``coalsim new-experiment``: a folder that runs, to start an experiment from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import app
from coalsim.report.terminal import say


@app.command("new-experiment")
def new_experiment(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters, digits and hyphens.")],
    kind: Annotated[Literal["study", "published"], typer.Option(help="Hypotheses of our own, or published numbers.")] = "study",
    folder: Annotated[Path, typer.Option("--experiments", metavar="DIR", help="Folder of experiments.")] = Path("experiments"),
) -> None:
    """Write an experiment that runs as it is, for you to fill with a question of your own."""
    from coalsim.experiments import template

    for path in template.new_experiment(name, kind, folder):
        say(str(path))
    where = "" if folder == Path("experiments") else f" --experiments {folder}"
    say(f"Read {folder / name / 'README.md'} and docs/experiments.md; then: coalsim reproduce {name} --quick{where}")
