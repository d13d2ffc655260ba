"""The folder of a calibration: what was asked for, every evaluation, every stage; each file whole or not there.

::

    manifest.json              what is fitted to what and how, software, data; written first, times added at the end
    evaluations/STAGE-0007.json    statistics at some points, by stage and number
    stages/STAGE.json          points chosen for a stage and what was found; read again instead of chosen again
    posterior.parquet, ...     results, when all is done
    lock                       held by the process that writes
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

import coalsim
from coalsim.calibration.evaluating import Evaluated, Task
from coalsim.calibration.problem import Problem
from coalsim.errors import Interrupted, StoreError
from coalsim.parameters.effect import FILE_PARAMETERS
from coalsim.sweep.locks import FILES as LOCK_FILES
from coalsim.sweep.locks import Locks
from coalsim.sweep.manifest import inputs, now, software
from coalsim.tables import store

KIND = "calibration"
LARGEST = 1_000_000_000
"""Bytes of a file that is read again."""

MEMBERS = ("evaluations", "stages")
REPORTED = ("fit", "widths", "pairs", "fights", "waves", "generations")
FIGURES = ("targets", "parameters", "course", "fights")
WRITTEN = ("report.html", *(f"{name}.csv" for name in REPORTED), *(f"{name}.png" for name in FIGURES))
WRITTEN += ("statistics.parquet", "posterior.parquet")
"""What a calibration that is done writes; the report says that it is done."""


class CalibrationFolder:
    """Read and write access to a calibration's folder.

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begun = False

    def begin(self, problem: Problem, name: str, overwrite: bool, mixed: bool) -> str:
        """Begin a calibration here, or see that the one that is here is this one; return the digest of what it is.

        Raises
        ------
        StoreError
            The folder cannot be used, holds something else, or was begun with other code or data.
        """
        about = described(problem)
        if overwrite:
            self.clear()
        here = self.manifest()
        if here is None:
            for file in WRITTEN:
                if store.there(self.path / file):
                    raise StoreError(f"{self.path} holds {file}, and no calibration's manifest says whose that is; give another folder")
            self._write_manifest({"kind": KIND, "name": name, **about, "began": now(), "stretches": []})
            self._begun = True
        else:
            self._agree(here, about, mixed)
        for folder in MEMBERS:
            (self.path / folder).mkdir(exist_ok=True)
        return digest(about["problem"] | {"inputs": about["inputs"]})

    def manifest(self) -> dict[str, Any] | None:
        """Read the manifest; None if there is none."""
        path = self.path / store.MANIFEST
        try:
            found = json.loads(store.read_plain(path, LARGEST))
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError) as error:
            raise StoreError(f"{path} cannot be read: {error}") from None
        if not isinstance(found, dict) or found.get("kind") != KIND:
            raise StoreError(f"{self.path} holds other results, no calibration; give another folder")
        return found

    def end(self, **about: Any) -> None:
        """Add to the manifest what a process did."""
        here = self.manifest()
        assert here is not None
        self._write_manifest({**here, "stretches": [*here["stretches"], {**about, "ended": now()}]})

    def clear(self) -> None:
        """Remove a calibration and nothing else; what a kill leaves behind is one that is not finished: the manifest goes last."""
        if self.manifest() is None:
            return
        for name in WRITTEN:
            (self.path / name).unlink(missing_ok=True)
        for name in MEMBERS:
            for path in sorted((self.path / name).glob("*.json")):
                path.unlink()
        (self.path / store.MANIFEST).unlink()

    def _withdraw(self) -> None:
        """Remove what was begun here, and its folders, if nothing else is in them."""
        self.clear()
        for name in MEMBERS:
            with contextlib.suppress(OSError):
                (self.path / name).rmdir()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and hold it for what is done within; if that fails before anything was computed, leave nothing behind.

        What was only begun, and not by a process before, goes too: a corrected targets file would be refused as another calibration.
        A calibration that was interrupted stays, to go on.

        Raises
        ------
        StoreError
            It cannot be made or written to, a folder in it is a link, or another process holds it.
        """
        with store.making(self.path):
            before = set(os.listdir(self.path)) if self.path.is_dir() else set()
            try:
                store.prepare(self.path, overwrite=True)
                for name in MEMBERS:
                    path = self.path / name
                    if path.is_symlink() or (store.there(path) and not path.is_dir()):
                        raise StoreError(f"{path} is {'a link' if path.is_symlink() else 'no folder'}; a folder is needed in a calibration")
                with Locks(self.path).held(None):
                    yield
            except BaseException as error:
                if self._begun and not isinstance(error, Interrupted) and not any((self.path / "evaluations").glob("*.json")):
                    self._withdraw()
                if not self._is_one and self.path.is_dir():
                    for name in set(os.listdir(self.path)) - before:
                        if LOCK_FILES.fullmatch(name):
                            (self.path / name).unlink(missing_ok=True)
                raise

    @property
    def _is_one(self) -> bool:
        try:
            return self.manifest() is not None
        except StoreError:
            return False

    def evaluation(self, task: Task, key: str) -> Evaluated | None:
        """Return what was recorded of a task; None if nothing was, or it was of other points."""
        found = self._read(self._of(task))
        if found is None or found.get("key") != key:
            return None
        return Evaluated(_numbers(found["values"]), _numbers(found["noise"]), found["seconds"])

    def record(self, task: Task, key: str, result: Evaluated) -> None:
        """Record what came of a task."""
        points = [dict(point) for point in task.points]
        about = {"key": key, "points": points, "values": _plain(result.values), "noise": _plain(result.noise)}
        self._write(self._of(task), {**about, "seconds": round(result.seconds, 3)})

    def seconds(self) -> float:
        """Return the processor time of all evaluations recorded."""
        found = (self._read(path) for path in sorted((self.path / "evaluations").glob("*.json")))
        return sum(about["seconds"] for about in found if about)

    def stage(self, name: str) -> dict[str, Any] | None:
        """Return what was kept of a stage; None if nothing was."""
        return self._read(self.path / "stages" / f"{name}.json")

    def keep_stage(self, name: str, about: Mapping[str, Any]) -> None:
        """Keep what a stage chose and found."""
        self._write(self.path / "stages" / f"{name}.json", about)

    def _of(self, task: Task) -> Path:
        return self.path / "evaluations" / f"{task.stage}-{task.number:04}.json"

    def _agree(self, here: Mapping[str, Any], about: Mapping[str, Any], mixed: bool) -> None:
        then, asked = here["problem"], json.loads(json.dumps(about["problem"]))
        differing = [key for key in asked if then.get(key) != asked[key]]
        if differing:
            raise StoreError(
                f"{self.path} holds another calibration ({_differ(differing)}); give another folder, or --overwrite to begin anew"
            )
        if here["inputs"] != about["inputs"]:
            raise StoreError(f"a data file of the field is not what it was when {self.path} was begun; put it back, or --overwrite")
        if (here["code"], here["software"]) != (about["code"], about["software"]) and not mixed:
            raise StoreError(
                f"{self.path} was begun with another version of the code or its libraries, whose results may differ: go on with that one, "
                "begin anew (--overwrite), or mix them knowingly (--mixed)"
            )

    def _write_manifest(self, about: Mapping[str, Any]) -> None:
        self._write(self.path / store.MANIFEST, about)

    def _write(self, path: Path, about: Mapping[str, Any]) -> None:
        text = json.dumps(about, indent=1) + "\n"
        store.write(path, lambda partial: partial.write_text(text, encoding="utf-8"))

    def _read(self, path: Path) -> dict[str, Any] | None:
        """Read a file; one that is missing or damaged counts as not there."""
        try:
            found = json.loads(store.read_plain(path, LARGEST))
        except (OSError, StoreError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


def _differ(keys: Sequence[str]) -> str:
    """Say in English which parts of a problem differ."""
    *others, last = [f"the {key.replace('_', ' ')}" for key in keys]
    said = f"{', '.join(others)} and {last}" if others else last
    return f"{said} {'differ' if others or last.endswith('s') else 'differs'}"


def described(problem: Problem) -> dict[str, Any]:
    """Return what a manifest says of a problem: itself, its data and what it is computed with."""
    from importlib.metadata import version

    files = inputs(problem.data_files())
    spec = json.loads(json.dumps(_by_content(problem.spec(), files), default=np.generic.item))
    used = software()
    packages = {**used.packages, "scikit-learn": version("scikit-learn")}
    about = {"coalsim": used.coalsim, "python": used.python, "machine": used.machine, **packages}
    return {
        "problem": spec,
        "targets_digest": digest(spec["targets"]),
        "inputs": sorted(files.values()),
        "code": _code(used.code),
        "commit": used.commit,
        "software": about,
    }


def digest(what: Any) -> str:
    """Return a digest of 128 bits of plain values."""
    return blake2b(json.dumps(what, sort_keys=True).encode(), digest_size=16).hexdigest()


def _code(engine: str) -> str:
    """Return a digest of the code that has a part in the result: the engine's, the analysis' and the calibration's."""
    package = Path(coalsim.__file__).parent
    found = blake2b(engine.encode(), digest_size=16)
    for path in sorted(path for folder in ("analysis", "calibration") for path in (package / folder).rglob("*.py")):
        found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def _by_content(spec: Any, files: Mapping[str, str]) -> Any:
    """Replace names of data files by digests of what is in them, wherever they stand."""
    if isinstance(spec, Mapping):
        return {
            key: files[os.fspath(value)] if key in FILE_PARAMETERS and isinstance(value, str) and value else _by_content(value, files)
            for key, value in spec.items()
        }
    return spec


def _plain(rows: list[list[float]]) -> list[list[float | None]]:
    return [[None if math.isnan(value) else value for value in row] for row in rows]


def _numbers(rows: list[list[float | None]]) -> list[list[float]]:
    return [[math.nan if value is None else float(value) for value in row] for row in rows]
