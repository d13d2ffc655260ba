"""`calibrate`: from targets to a posterior, in a folder in which it goes on after a stop of any kind."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.arguments import checked
from coalsim.calibration import findings
from coalsim.calibration.computing import Simulator, interruptible
from coalsim.calibration.folder import REPORTED, CalibrationFolder
from coalsim.calibration.matching import Matched, match
from coalsim.calibration.posteriors import FILE, Posterior, path_of, posterior, write_posterior
from coalsim.calibration.problem import Functions, Problem, as_problem
from coalsim.calibration.sampling import Sampled, sample
from coalsim.calibration.verdicts import verdict
from coalsim.errors import StoreError
from coalsim.extras import extra
from coalsim.sweep.executors import check_workers, pool
from coalsim.sweep.manifest import now
from coalsim.tables import store

if TYPE_CHECKING:
    import pandas as pd

REPORT = "report.html"


@dataclass(frozen=True)
class Calibration:
    """A finished calibration.

    Attributes
    ----------
    posterior : the draws
    fit : how well targets are met (`coalsim.calibration.findings.fit_table`)
    widths : prior and posterior widths of parameters (`widths_table`)
    pairs : how parameters hang together (`pairs_table`)
    fights : which targets fight (`fights_table`)
    waves, generations : how it went
    manifest : what was asked for and with what it was computed
    folder : where it is, None if it was kept in memory only
    """

    posterior: Posterior
    fit: pd.DataFrame
    widths: pd.DataFrame
    pairs: pd.DataFrame
    fights: pd.DataFrame
    waves: pd.DataFrame
    generations: pd.DataFrame
    manifest: Mapping[str, Any]
    folder: Path | None

    def verdict(self) -> list[str]:
        """Say in sentences what came out."""
        return verdict(self.fit, self.widths, self.fights, self.waves, self.generations, dict(self.posterior.about))


@checked
def calibrate(
    targets: str | Path | Mapping[str, Any] | Problem,
    out: str | Path | None = None,
    *,
    statistics: Functions | None = None,
    seed: int | None = None,
    workers: int = 1,
    dask: str | None = None,
    overwrite: bool = False,
    mixed: bool = False,
    quiet: bool = True,
    name: str | None = None,
) -> Calibration:
    """Find the parameters under which runs look like given numbers.

    History matching in waves with Gaussian-process emulators, then sequential Monte Carlo (docs/calibration.md).

    Parameters
    ----------
    targets
        A targets file; or the same as tables (``config`` may be `Parameters`); or a `Problem`.
    out
        Folder for results and for everything computed on the way: if it holds this calibration in part, it goes on. None: a temporary
        one, gone at the end.
    statistics
        One's own statistics by name: functions from `coalsim.calibration.Seen` to a number, or "module:function".
    seed
        Instead of that of the file.
    workers, dask
        As for sweeps: processes, or a Dask scheduler. Results are the same bytes.
    overwrite
        Begin anew whatever calibration `out` holds.
    mixed
        Continue although it was begun with another version of the code.
    quiet
        Say nothing on the way.
    name
        What to call it in the report; default the name of the file.

    Raises
    ------
    ParameterError
        Something in the targets or arguments is not allowed, or a statistic has no value nearly anywhere.
    StatisticError
        A statistic failed.
    StoreError
        The folder cannot be used.

    Examples
    --------
    >>> import coalsim as cs
    >>> wanted = {"formed": {"statistic": "mean", "table": "outcomes", "column": "formed", "value": 2.0, "tolerance": 1.0}}
    >>> fixed = {"organizations": 20, "months": 24}
    >>> asked = {"targets": wanted, "vary": ["openness", "join_threshold"], "fixed": fixed, "runs": 20}
    >>> found = cs.calibrate(asked, "out/fit", workers=4)  # doctest: +SKIP
    """
    problem = as_problem(targets, statistics, seed)
    kept_in = None if out is None else path_of("out", out)
    if name is None:
        name = Path(targets).stem if isinstance(targets, str | Path) else "targets"
    extra("sklearn")
    check_workers(workers)
    with contextlib.ExitStack() as stack:
        connected = stack.enter_context(pool(workers, dask)) if dask is not None else None  # refused before a folder is made
        kept = kept_in or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coalsim-")))
        folder = CalibrationFolder(kept)
        stack.enter_context(folder.held())
        identity = folder.begin(problem, name, overwrite, mixed)
        if (kept / REPORT).exists():
            return _opened(kept, out is not None)
        began, start = now(), time.perf_counter()
        with interruptible(folder), contextlib.nullcontext(connected) if connected else pool(workers, None) as executor:
            simulator = Simulator(problem, folder, executor, identity, quiet)
            matched = match(simulator, problem.targets, len(problem.priors.names), problem.method, problem.seed)
            sampled = sample(simulator, matched, problem.targets, problem.method, problem.seed)
            spent = {"began": began, "points": simulator.computed, "wall_seconds": round(time.perf_counter() - start, 1)}
            folder.end(**spent, executor=executor.name)
            _write(folder, problem, matched, sampled)
        return _opened(kept, out is not None)


def open_calibration(folder: str | Path) -> Calibration:
    """Read a finished calibration.

    Raises
    ------
    StoreError
        There is none, or it is not finished.
    """
    return _opened(path_of("folder", folder), True)


def _write(folder: CalibrationFolder, problem: Problem, matched: Matched, sampled: Sampled) -> None:
    """Write results: tables, draws, figures, and the page last."""
    import pandas as pd

    from coalsim.calibration import figures
    from coalsim.calibration.page import page
    from coalsim.report import plots

    path, manifest = folder.path, folder.manifest()
    assert manifest is not None
    tables = {
        "fit": findings.fit_table(problem, matched, sampled),
        "widths": findings.widths_table(problem, sampled),
        "pairs": findings.pairs_table(problem, sampled),
        "fights": findings.fights_table(matched),
        "waves": pd.DataFrame(matched.waves),
        "generations": pd.DataFrame(sampled.generations),
    }
    for name, table in tables.items():
        store.write(path / f"{name}.csv", lambda part, table=table: table.to_csv(part, index=False, lineterminator="\n"))  # type: ignore[misc]
    values = findings.values_table(problem, sampled)
    store.write(path / "statistics.parquet", lambda part: values.to_parquet(part, index=False))
    about = {"targets_digest": manifest["targets_digest"], "seed": problem.seed, "code": manifest["code"]}
    about |= {"tolerance": sampled.tolerance, "wanted": sampled.wanted}
    write_posterior(path / FILE, findings.draws_table(problem, sampled), problem.base, about)

    def drawn() -> dict[str, Any]:
        made = {
            "targets": figures.targets_figure(tables["fit"]),
            "parameters": figures.parameters_figure(problem, sampled, tables["widths"]),
            "course": figures.course_figure(tables["waves"], tables["generations"], sampled.wanted),
        }
        return made | ({"fights": figures.fights_figure(tables["fights"])} if len(tables["fights"]) else {})

    for name, figure in drawn().items():
        store.write(path / f"{name}.png", lambda part, figure=figure: plots.save(figure, part))  # type: ignore[misc]
    said = verdict(tables["fit"], tables["widths"], tables["fights"], tables["waves"], tables["generations"], about)
    html = page(manifest["name"], tables, drawn(), said, manifest)
    store.write(path / REPORT, lambda part: part.write_text(html, encoding="utf-8"))


def _opened(path: Path, kept: bool) -> Calibration:
    import pandas as pd

    manifest = CalibrationFolder(path).manifest()
    if manifest is None or not (path / REPORT).exists():
        raise StoreError(f"{path}: no finished calibration is here")
    try:
        tables = {name: pd.read_csv(path / f"{name}.csv", converters={"source": str, "verdict": str}) for name in REPORTED}
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: its tables cannot be read: {error}") from None
    return Calibration(posterior(path), **tables, manifest=manifest, folder=path if kept else None)
