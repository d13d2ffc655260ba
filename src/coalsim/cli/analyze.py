"""``coalsim analyze``: a sweep as one page of HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coalsim.cli.app import app, once
from coalsim.report.terminal import say


@app.command()
def analyze(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")],
    on: Annotated[
        list[str] | None,
        typer.Option("--on", metavar="OUTCOME", help="Outcome; repeatable. Default success_rate, impact and problems_solved."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The page; default DIR/report.html.")] = None,
) -> None:
    """Write a report of a sweep: design, effects, curves, survival, sensitivity, provenance; one HTML file that needs no network."""
    from coalsim.analysis.marginals import check_outcomes
    from coalsim.report.page import page
    from coalsim.report.page.page import MAIN
    from coalsim.sweep import outside
    from coalsim.sweep.results import open_results
    from coalsim.tables import store

    results = open_results(folder)
    outcomes = once("--on", on) or list(MAIN)
    check_outcomes(outcomes)
    target = folder / "report.html" if out is None else out
    outside.check_file(results, target, "report.html")
    if out is not None:
        store.may_be_page(target)
    html = page(results, outcomes)
    with store.making(target.parent):
        store.prepare(target.parent, overwrite=True)
        store.write(target, lambda partial: partial.write_text(html, encoding="utf-8"))
    say(f"report: {target}")
