"""Running an experiment, judging it, writing what came of it."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.errors import StoreError
from coalsim.experiments.experiment import Output, Setting, Value
from coalsim.experiments.loading import Experiment, load
from coalsim.experiments.verdicts import Agreement, Verdict, compare, judge_all, read_before
from coalsim.sweep.manifest import now, software
from coalsim.tables import store

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 10_000_000
"""Bytes of a manifest."""

VALUE_DIGITS, TABLE_DIGITS = 10, 8
"""Significant digits in values.csv and verdicts.csv, and in tables: fewer than a float has, so that the last bits do not show."""


@dataclass(frozen=True)
class Reproduction:
    """An experiment, run again.

    Attributes
    ----------
    experiment, setting : what was run, and how
    verdicts : one for each target
    output : what the experiment gave back
    agreement : how it compares with the committed results
    seconds : wall time of the run
    folder : where it was written; None if it was not
    """

    experiment: Experiment
    setting: Setting
    verdicts: tuple[Verdict, ...]
    output: Output
    agreement: Agreement
    seconds: float
    folder: Path | None

    @property
    def agrees(self) -> bool:
        """Whether no verdict differs from the committed one (new experiments agree)."""
        return not self.agreement.differing

    def count(self, *words: str) -> int:
        """Return how many verdicts are one of `words`."""
        return sum(verdict.word in words for verdict in self.verdicts)


def reproduce(
    experiment: Experiment | str | Path,
    setting: Setting | None = None,
    out: str | Path | None = None,
    committed: str | Path | None = None,
) -> Reproduction:
    """Run an experiment, judge its targets, compare with the committed results and write the new ones.

    Parameters
    ----------
    experiment
        An experiment, or its name in ``experiments``, or its folder.
    setting
        How to run it; in full, with seed 1, if not given.
    out
        Folder in which ``NAME/`` is written: ``verdicts.csv``, ``values.csv``, a CSV for each table, a PNG for each figure
        and, last, ``manifest.json``. Nothing is written if not given. Files of an earlier run that this one does not make
        are removed if that run's manifest lists them.
    committed
        Folder of the results to compare with, as they stand before anything is written; if not given, ``results`` beside
        the folder of experiments. A rule for quick runs is at `coalsim.experiments.compare`.

    Raises
    ------
    ExperimentError
        The experiment cannot be loaded, does not give what it must, or committed results cannot be read.
    StoreError
        `out` cannot be written, or a quick run would replace the results of a full one.
    """
    if not isinstance(experiment, Experiment):
        experiment = load(experiment)
    setting = setting or Setting()
    folder = None if out is None else Path(out).resolve() / experiment.name
    with nullcontext() if folder is None else store.making(folder):
        before = experiment.committed if committed is None else Path(committed).resolve() / experiment.name
        result, earlier = _reproduced(experiment, setting, folder, before)
        if folder is not None:
            _write(result, folder, earlier)
            result = replace(result, folder=Path(out or "") / experiment.name)
    if folder is None and result.output.figures:
        import matplotlib.pyplot as plt

        for figure in result.output.figures.values():
            plt.close(figure)  # an experiment may have drawn it with pyplot
    return result


def _reproduced(experiment: Experiment, setting: Setting, folder: Path | None, committed: Path) -> tuple[Reproduction, tuple[str, ...]]:
    """Run an experiment and judge it; return also the files that an earlier run wrote."""
    earlier = () if folder is None else _prepare(folder, setting)
    before = read_before(committed)
    began = time.perf_counter()
    output = experiment.run(setting)
    seconds = time.perf_counter() - began
    verdicts = judge_all(experiment.targets, output.values, str(experiment.folder / "experiment.py"))
    agreement = compare(verdicts, output.values, before, setting.quick)
    return Reproduction(experiment, setting, verdicts, output, agreement, seconds, folder), earlier


def digits(value: float, count: int = VALUE_DIGITS) -> str:
    """Write a number with at most `count` significant digits, the same way everywhere; NaN as an empty cell."""
    value = float(value)
    if math.isnan(value):
        return ""
    text = f"{value:.{count}g}"
    return "0" if float(text) == 0 else text


def _prepare(folder: Path, setting: Setting) -> tuple[str, ...]:
    """Make the folder ready before anything is computed; return the files that an earlier run wrote there."""
    path = folder / store.MANIFEST
    try:
        manifest: Any = json.loads(store.read_plain(path, LARGEST)) if store.there(path) else {"quick": True, "files": []}
        quick, files = bool(manifest["quick"]), tuple(str(name) for name in manifest["files"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreError(f"{path} is not the manifest of an experiment; give another folder") from None
    if setting.quick and not quick:
        raise StoreError(f"{folder} holds the results of a full run, which a quick one may not replace; give another --out")
    store.prepare(folder, overwrite=True)
    return files


def _write(result: Reproduction, folder: Path, earlier: Iterable[str]) -> None:
    from coalsim.report import plots

    output, files = result.output, ["verdicts.csv", "values.csv"]
    _write_rows(folder / "verdicts.csv", _VERDICT_COLUMNS, (_verdict_row(verdict) for verdict in result.verdicts))
    _write_rows(folder / "values.csv", ("name", "value", "se"), (_value_row(value) for value in output.values))
    for name, table in output.tables.items():
        _write_table(folder / f"{name}.csv", table)
        files.append(f"{name}.csv")
    for name, figure in output.figures.items():
        store.write(folder / f"{name}.png", lambda path, figure=figure: plots.save(figure, path))  # type: ignore[misc]
        files.append(f"{name}.png")
    for name in set(earlier) - set(files):
        if Path(name).name == name and name.endswith((".csv", ".png")) and not (folder / name).is_dir():
            (folder / name).unlink(missing_ok=True)
    store.write_manifest(folder, **_about(result), files=files)


def _about(result: Reproduction) -> dict[str, Any]:
    """Return what a manifest says of a run: with what it can be repeated, and nothing that another run would have otherwise but the day."""
    used, experiment = software(), result.experiment
    return {
        "command": "reproduce",
        "experiment": experiment.name,
        "quick": result.setting.quick,
        "seed": result.setting.seed,
        "date": now()[:10],
        "commit": used.commit,
        "uncommitted_changes": used.dirty,
        "code": used.code,
        "rules": experiment.digest_of_rules(),
        "targets": experiment.digest_of_targets(),
    }


_VERDICT_COLUMNS = (
    "target",
    "reported",
    "standing",
    "compare",
    "tolerance",
    "got",
    "se",
    "difference",
    "allowed",
    "verdict",
    "source",
    "note",
)


def _verdict_row(verdict: Verdict) -> tuple[str, ...]:
    target, value = verdict.target, verdict.value
    tolerance = " + ".join(
        part
        for part in (
            digits(target.tolerance.absolute) if target.tolerance.absolute else "",
            f"{digits(target.tolerance.errors)} se" if target.tolerance.errors else "",
        )
        if part
    )
    reference = ("", "") if target.reported is None else (target.compare, tolerance or "0")
    numbers = (value.value, value.se, verdict.difference, verdict.allowed)
    return (target.name, target.printed, target.standing, *reference, *map(digits, numbers), verdict.word, target.source, target.note)


def _value_row(value: Value) -> tuple[str, ...]:
    return (value.name, digits(value.value), digits(value.se))


def _write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    def writer(partial: Path) -> None:
        with partial.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(columns)
            table.writerows(rows)

    store.write(path, writer)


def _write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table; an index with a name becomes columns."""
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    rows = (tuple(_cell(cell) for cell in row) for row in table.itertuples(index=False, name=None))
    _write_rows(path, [str(column) for column in table.columns], rows)


def _cell(cell: object) -> str:
    if isinstance(cell, float):  # numpy's double is one
        return digits(cell, TABLE_DIGITS)
    return "" if cell is None else str(cell)
