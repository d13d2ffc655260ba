"""``coalsim reproduce``: experiments, run again and compared with what was reported."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from coalsim.cli.app import app
from coalsim.errors import CoalsimError

RESULTS, QUICK = Path("results"), Path("out/quick")


@app.command()
def reproduce(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Experiments.", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="All experiments, with a summary at the end.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the experiments, and run none.")] = False,
    kind: Annotated[Literal["published", "study"] | None, typer.Option(help="With --all or --list: only those of a kind.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A reduced size: seconds instead of minutes.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to: results; with --quick out/quick.")] = None,
    folder: Annotated[Path, typer.Option("--experiments", metavar="DIR", help="Folder of experiments.")] = Path("experiments"),
    committed: Annotated[Path, typer.Option("--committed", metavar="DIR", help="Results to compare verdicts with.")] = RESULTS,
    workers: Annotated[int, typer.Option(min=1, help="Processes an experiment may use; results do not depend on it.")] = 1,
) -> None:
    """Run experiments again and compare with what was reported; exit code 1 if a verdict is not the committed one."""
    import matplotlib

    from coalsim import experiments
    from coalsim.experiments import show
    from coalsim.experiments.verdicts import read_before

    names = names or []
    if bool(names) + all_ + list_ != 1:
        raise experiments.ExperimentError("give the NAME of an experiment, or --all, or --list")
    if names and kind:
        raise experiments.ExperimentError("--kind goes with --all or --list, not with a NAME")
    chosen = [experiments.load(name, folder) for name in dict.fromkeys(names) or experiments.available(folder, kind)]
    if not chosen:
        raise experiments.ExperimentError(f"no experiments in {folder}")
    if list_:
        show.experiments([(experiment, read_before(committed / experiment.name)) for experiment in chosen])
        return
    for experiment in chosen:
        _ = experiment.module  # what cannot be loaded is said before anything is computed
    matplotlib.use("Agg")  # experiments draw with pyplot, and nobody looks at windows here
    setting = experiments.Setting(quick=quick, workers=workers)
    results: list[experiments.Reproduction] = []
    failed: list[str] = []
    code, began = 0, time.perf_counter()
    for experiment in chosen:
        try:
            result = experiments.reproduce(experiment, setting, out or (QUICK if quick else RESULTS), committed)
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
