"""``coalsim run`` and ``coalsim dock``: one scenario."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from coalsim.cli.app import Compiled, Form, Out, Overwrite, Own, Plot, Set, Without, app, counted, own, scenario, settings
from coalsim.counts import MAX_RUNS_IN_MEMORY, SEEDS, so_many, whole
from coalsim.errors import CoalsimError, ParameterError, StoreError

if TYPE_CHECKING:
    from coalsim.parameters import Parameters


@app.command()
def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    replicates: Annotated[int, typer.Option(help="How many replicates.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the experiment.")] = 1,
    engine: Annotated[Literal["numpy", "mesa"], typer.Option(help="numpy is fast, mesa is made of agents; same results.")] = "numpy",
    set_: Set = None,
    without: Without = None,
    mechanism: Own = None,
    monthly: Annotated[bool, typer.Option("--monthly", help="Keep the monthly trajectories too.")] = False,
    out: Out = None,
    format_: Form = "parquet",
    overwrite: Overwrite = False,
    plot: Plot = False,
    compiled: Compiled = None,
    all_: Annotated[bool, typer.Option("--all", help="Print all outcomes, not only those that matter most.")] = False,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", metavar="NAME=VALUE", help="Compare the scenario with itself, changed in this; repeatable."),
    ] = None,
) -> None:
    """Simulate one scenario: say in three sentences what happens, and what difference a change makes.

    With --set or --without the unchanged scenario of the file is simulated in the same replicates, and with --compare the
    scenario with that value; the paired differences are printed below.
    """
    from coalsim.report import outputs, people
    from coalsim.simulation import simulate
    from coalsim.tables import store

    mechanisms = own(mechanism)
    counted(replicates=replicates, seed=seed)
    for option, idle in {"--overwrite": overwrite and not plot, "--format": format_ != "parquet", "--monthly": monthly}.items():
        if out is None and idle:
            raise ParameterError(f"{option} has no effect without --out, the folder that tables are written to")
    parameters = scenario(config, set_, without)
    other = _other(config, set_, without, compare, parameters)
    name = os.fsencode(config.stem).decode("utf-8", "replace")
    figure = (out or Path()) / f"{config.stem}.png" if plot else None
    if figure is not None and out is None and not overwrite and store.there(figure):
        raise StoreError(f"{figure} is there already; give --overwrite to replace it, or --out a folder")
    with contextlib.ExitStack() as stack:
        if out is not None:
            stack.enter_context(outputs.begun(out, overwrite))
        began = time.perf_counter()
        runs = simulate(parameters, replicates, seed, engine, monthly=monthly or plot, mechanisms=mechanisms, compiled=compiled)
        seconds = time.perf_counter() - began
        # All is written before anything is shown: a terminal that is gone costs no results.
        if out is not None:
            from coalsim.sweep import described

            about: dict[str, Any] = {"changed": parameters.changed(), "replicates": replicates, "seed": seed, "engine": engine}
            if mechanisms:
                about["mechanisms"] = [described.about(of) for of in mechanisms]
            outputs.write(out, runs, parameters, format_, monthly, figure, name, about, seconds)
        elif figure is not None:
            outputs.draw(figure, runs, name)
    people.outcomes(runs, name, seconds, all_)
    if other is not None:
        beside = simulate(other, replicates, seed, engine, mechanisms=mechanisms)
        before, after = (runs, beside) if compare else (beside, runs)
        changes = compare or [*(set_ or ()), *(f"--without {mechanism}" for mechanism in without or ())]
        people.differences(before, after, changes, all_)
    if out is not None:
        typer.echo(f"tables: {out}")
    if figure is not None:
        typer.echo(f"figure: {figure}")


def _other(
    config: Path, set_: list[str] | None, without: list[str] | None, compare: list[str] | None, parameters: Parameters
) -> Parameters | None:
    """Return the scenario that the one asked for is compared with; None if there is none.

    Raises
    ------
    CoalsimError
        What is compared cannot be used, or is no change.
    """
    if compare:
        changed = settings(compare, "--compare")
        kept = [item for item in set_ or () if item.partition("=")[0].strip() not in changed]
        other = scenario(config, [*kept, *compare], without)
        if other == parameters:
            raise ParameterError(f"--compare {' '.join(compare)} is what the scenario has already; allowed: another value")
        return other
    if not (set_ or without):
        return None
    try:
        other = scenario(config, None, None)
    except CoalsimError:  # what is set may be what makes the file a scenario
        return None
    return None if other == parameters else other


@app.command()
def dock(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Configuration file (TOML).")],
    replicates: Annotated[int, typer.Option(min=1, help="How many replicates.")] = 3,
    seed: Annotated[int, typer.Option(min=0, max=2**64 - 1, help="Seed of the experiment.")] = 1,
    months: Annotated[int | None, typer.Option(min=1, help="How many months to compare; all of them if not given.")] = None,
    set_: Set = None,
    without: Without = None,
) -> None:
    """Run both engines side by side, and name the first month, entity and variable in which they differ."""
    from coalsim.docking import TOLERANCE
    from coalsim.docking import dock as compare

    whole("replicates", replicates, 1, MAX_RUNS_IN_MEMORY)
    whole("seed", seed, 0, SEEDS)
    parameters = scenario(config, set_, without)
    if months is not None:
        whole("months", months, 1, parameters.get("burn_in") + parameters.get("months"))
    result = compare(parameters, range(replicates), seed, months)
    for difference in result.differences:
        typer.echo(str(difference))
    agreeing = result.runs - len(result.differences)
    compared = f"{agreeing} of {so_many(result.runs, 'run')} agree{'s' if agreeing == 1 else ''} over {so_many(result.months, 'month')}"
    typer.echo(f"{compared}: discrete state equal, reals within {TOLERANCE:g}")
    if result.differences:
        raise typer.Exit(1)
