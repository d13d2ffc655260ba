"""``coalsim reproduce``: experiments, run again and compared with what was reported."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import alone, app, place
from coalsim.errors import CoalsimError, ParameterError

FULL, QUICK = Path("out/reproduced"), Path("out/quick")


@app.command()
def reproduce(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Experiments.", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="All experiments, with a summary at the end.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the experiments, and run none.")] = False,
    kind: Annotated[Literal["published", "study"] | None, typer.Option(help="With --all or --list: only those of a kind.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A reduced size: seconds instead of minutes.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=place, help="Folder to write to; default: out/reproduced, with --quick out/quick."),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Replace the committed results that the run is compared with.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--experiments",
            metavar="DIR",
            parser=place,
            help="Folder of experiments; default: experiments, or those that come with coalsim.",
        ),
    ] = None,
    committed: Annotated[
        Path | None,
        typer.Option(
            "--committed", metavar="DIR", parser=place, help="Results to compare with; default: results beside the folder of experiments."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes an experiment may use; results do not depend on it.")] = 1,
) -> None:
    """Run experiments again and compare with what was reported; exit code 1 if a verdict is not the committed one."""
    import matplotlib

    from coalsim import experiments, shipped
    from coalsim.experiments import show
    from coalsim.experiments.verdicts import read_before

    names = names or []
    if list_:
        alone(context, "--list", "kind", "experiments", "committed")
    if bool(names) + all_ + list_ != 1:
        raise experiments.ExperimentError("give the NAME of an experiment, or --all, or --list")
    if names and kind:
        raise experiments.ExperimentError("--kind goes with --all or --list, not with a NAME")
    _check_update(update, list_, quick, out)
    folder = experiments.experiments_folder(folder)
    committed = committed or folder.resolve().parent / "results"
    if update and shipped.installed() and committed.resolve().is_relative_to(shipped.root().resolve()):
        raise experiments.ExperimentError("--update would replace results inside the installed package; give --committed DIR")
    chosen = [experiments.load(name, folder) for name in dict.fromkeys(names) or experiments.available(folder, kind)]
    if not chosen:
        raise experiments.ExperimentError(f"no experiments in {folder}")
    if list_:
        show.experiments([(experiment, read_before(committed / experiment.name)) for experiment in chosen])
        return
    for experiment in chosen:
        _ = experiment.module  # what cannot be loaded is said before anything is computed
    matplotlib.use("Agg")  # experiments draw with pyplot, and nobody looks at windows here
    to = committed if update else out or (QUICK if quick else FULL)
    setting = experiments.Setting(quick=quick, workers=workers)
    results: list[experiments.Reproduction] = []
    failed: list[str] = []
    code, began = 0, time.perf_counter()
    for experiment in chosen:
        try:
            result = experiments.reproduce(experiment, setting, to, committed)
        except CoalsimError as error:
            print(f"coalsim: error: {error}", file=sys.stderr)
            code = 2
        except Exception:  # a fault of one experiment must not cost the others
            import traceback

            traceback.print_exc()
            print(f"coalsim: {experiment.name} failed", file=sys.stderr)
            code = code or 1
        else:
            results.append(result)
            show.verdicts(result)
            show.agreement(result)
            code = code or int(not result.agrees)
            continue
        failed.append(experiment.name)
    if all_:
        show.summary(results, failed, time.perf_counter() - began)
    if code:
        raise typer.Exit(code)


def _check_update(update: bool, list_: bool, quick: bool, out: Path | None) -> None:
    """Refuse what would have no effect beside ``--update``, or beside which it would have none."""
    if not update:
        return
    for given, name, why in (
        (list_, "--list", "which runs nothing"),
        (quick, "--quick", "whose results are never committed"),
        (out is not None, "--out", "since it writes to the committed results"),
    ):
        if given:
            raise ParameterError(f"--update does not go with {name}, {why}")
