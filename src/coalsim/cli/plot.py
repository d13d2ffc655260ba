"""``coalsim plot``: figures of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import app, once
from coalsim.report.terminal import say


@app.command()
def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")],
    of: Annotated[list[str] | None, typer.Option("--of", metavar="FACTOR", help="Factor; repeatable. Default all of them.")] = None,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="OUTCOME", help="Outcome; repeatable. Default success_rate and impact.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Folder for the figures; default DIR/figures.")] = None,
) -> None:
    """Draw a sweep: main effects with intervals, a heat map of the first two factors, survival of coalitions by factor."""
    from coalsim.analysis.inputs import check_factors
    from coalsim.analysis.marginals import check_outcomes
    from coalsim.analysis.survival import launched as cohort
    from coalsim.designs.naming import plain_names
    from coalsim.report import plots
    from coalsim.report.figures import sweeps as figures
    from coalsim.sweep import outside
    from coalsim.sweep.results import open_results
    from coalsim.tables import store

    results = open_results(folder)
    factors, outcomes = once("--of", of) or list(results.sweep.factors), once("--on", on) or list(figures.MAIN)
    check_factors(results.design, factors)
    check_outcomes(outcomes, results.columns["outcomes"])
    target = folder / "figures" if out is None else out
    outside.check_folder(results, target)
    name = results.sweep.design if results.manifest is None else results.manifest.name
    drawn = {"main_effects.png": figures.main_effects(results, name, outcomes, factors)}
    if len(factors) > 1:
        drawn["heat_map.png"] = figures.heat_map(results, factors[0], factors[1], name, outcomes)
    launched = bool(cohort(results.read("coalitions", ["launch"])).any())
    for factor, plain in zip(factors, plain_names(factors), strict=True) if launched else ():
        drawn[f"survival_{plain}.png"] = figures.survival_curves(results, factor, name)
    with store.making(target):
        store.prepare(target, overwrite=True)
        for file, figure in drawn.items():
            store.write(target / file, lambda partial, figure=figure: plots.save(figure, partial))  # type: ignore[misc]
    for file in drawn:
        say(f"figure: {target / file}")
    if not launched:
        say("no coalition was launched: no curves of survival")
