"""``coalsim story``: one run, told with names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import Set, Without, app, counted, scenario
from coalsim.counts import SEEDS, whole
from coalsim.report.terminal import say


@app.command()
def story(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    seed: Annotated[int, typer.Option(help="Seed of the experiment.")] = 1,
    replicate: Annotated[int, typer.Option(help="Number of the replicate.")] = 0,
    engine: Annotated[Literal["numpy", "mesa"], typer.Option(help="Which engine simulates; the story is the same.")] = "numpy",
    about: Annotated[str, typer.Option(metavar="NAME", help="Only coalitions in which this organization took part.")] = "",
    set_: Set = None,
    without: Without = None,
) -> None:
    """Tell one run: who convened, who joined and why, who gave money, what happened, why it ended."""
    from coalsim.view import story as telling

    counted(seed=seed)
    whole("replicate", replicate, 0, SEEDS)
    told = telling.story(scenario(config, set_, without), seed, replicate, engine, about)
    for line in told.lines():
        say(line)
