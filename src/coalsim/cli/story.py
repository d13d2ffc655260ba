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
    replicate: Annotated[int | None, typer.Option(help="Number of the replicate; if not given, a typical one is chosen.")] = None,
    engine: Annotated[Literal["numpy", "mesa"], typer.Option(help="Which engine simulates; the story is the same.")] = "numpy",
    about: Annotated[str, typer.Option(metavar="NAME", help="Only coalitions in which this organization took part.")] = "",
    set_: Set = None,
    without: Without = None,
) -> None:
    """Tell one run: who convened, who joined and why, who gave money, what happened, why it ended."""
    from coalsim.field import build
    from coalsim.view import story as telling
    from coalsim.view.typical import typical

    counted(seed=seed)
    parameters = scenario(config, set_, without)
    if replicate is not None:
        whole("replicate", replicate, 0, SEEDS)
    if about:  # whether there is such an organization is the same in all replicates, and known before anything is simulated
        telling.organization(build(parameters, seed, replicate or 0), about)
    if replicate is None:
        luck = typical(parameters, seed)
        replicate = luck.replicate
        say(f"Replicate {replicate} is {luck.why}. --replicate tells another one.")
    told = telling.story(parameters, seed, replicate, engine, about)
    for line in told.lines():
        say(line)
