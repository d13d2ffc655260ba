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
import fcntl
import json
import math
import os
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

import coalsim
from coalsim.calibration.evaluating import Evaluated, Task
from coalsim.calibration.problem import Problem
from coalsim.errors import StoreError
from coalsim.parameters.effect import FILE_PARAMETERS
from coalsim.sweep.manifest import inputs, now, software
from coalsim.tables import store

KIND = "calibration"


class CalibrationFolder:
    """Read and write access to a calibration's folder.

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

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
            self._write_manifest({"kind": KIND, "name": name, **about, "began": now(), "stretches": []})
        else:
            self._agree(here, about, mixed)
        for folder in ("evaluations", "stages"):
            (self.path / folder).mkdir(exist_ok=True)
        return digest(about["problem"] | {"inputs": about["inputs"]})

    def manifest(self) -> dict[str, Any] | None:
        """Read the manifest; None if there is none."""
        path = self.path / store.MANIFEST
        if not path.exists():
            return None
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
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
        """Remove a calibration, its manifest first, so that what a kill leaves behind is none."""
        if self.manifest() is None:
            return
        (self.path / store.MANIFEST).unlink()
        for pattern in ("evaluations/*.json", "stages/*.json", "*.parquet", "*.csv", "*.png", "report.html"):
            for path in sorted(self.path.glob(pattern)):
                path.unlink()

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

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder against other writers, by a lock of the operating system that ends with its holder.

        Raises
        ------
        StoreError
            Another process holds it.
        """
        try:
            file = open(self.path / "lock", "a+b")  # noqa: SIM115  closed below
        except OSError as error:
            raise StoreError(f"{self.path / 'lock'} cannot be opened: {error.strerror}") from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreError(f"{self.path} is being written to by another process; wait for it, or give another folder") from None
            yield

    def _of(self, task: Task) -> Path:
        return self.path / "evaluations" / f"{task.stage}-{task.number:04}.json"

    def _agree(self, here: Mapping[str, Any], about: Mapping[str, Any], mixed: bool) -> None:
        then, asked = here["problem"], json.loads(json.dumps(about["problem"]))
        differing = [key for key in asked if then.get(key) != asked[key]]
        if differing:
            raise StoreError(
                f"{self.path} holds another calibration ({', '.join(differing)} differ); give another folder, or --overwrite to begin anew"
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
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


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
