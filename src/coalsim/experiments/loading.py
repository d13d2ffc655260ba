"""Experiments as folders: finding, checking and loading them."""

from __future__ import annotations

import importlib.util
import math
import os
import reprlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from coalsim.errors import StoreError, nearest, shown
from coalsim.experiments.containing import contained
from coalsim.experiments.experiment import Output, Setting, Value
from coalsim.experiments.targets import ExperimentError, Target, read_targets
from coalsim.inputs import read_toml

KINDS = ("published", "study")
ABOUT, CODE, TARGETS, README = "experiment.toml", "experiment.py", "targets.csv", "README.md"
NOTEBOOK = "analysis.py"
"""A notebook that shows what came out: no part of the rules."""
EXPERIMENTS = Path("experiments")
"""Where experiments are looked for; if the current folder has none, among those that come with coalsim."""
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "kind": str,
    "citation": str,
    "doi": str,
    "summary": str,
    "seconds": (int, float),
}


@dataclass(frozen=True)
class Experiment:
    """An experiment of a folder: what it is about, what was reported, and the code that runs it.

    Attributes
    ----------
    name : name of the folder
    folder : where it lies
    title, citation, summary : what it is about
    kind : ``published`` (numbers of the literature) or ``study`` (hypotheses of our own)
    doi : of the publication; empty if there is none
    seconds : rough time of a full run on one core
    targets : what was reported, in the order of ``targets.csv``

    What it is in prose, with its figures and what one sees in them, stands in ``README.md`` beside it, which it must have.
    """

    name: str
    folder: Path
    title: str
    kind: str
    citation: str
    summary: str
    seconds: float
    targets: tuple[Target, ...]
    doi: str = ""

    @property
    def committed(self) -> Path:
        """Folder in which its committed results lie: ``results/NAME`` beside the folder of experiments."""
        return self.folder.resolve().parents[1] / "results" / self.name

    def digest_of_rules(self) -> str:
        """Return a digest of 128 bits of the files it computes with: its code and the tables it reads, without the targets."""
        files = [path for path in self.folder.iterdir() if path.suffix in (".py", ".csv") and path.name not in (TARGETS, NOTEBOOK)]
        return _digest(files)

    def digest_of_targets(self) -> str:
        """Return a digest of 128 bits of ``targets.csv``."""
        return _digest([self.folder / TARGETS])

    @cached_property
    def module(self) -> ModuleType:
        """The module ``experiment.py``, loaded at first use.

        Raises
        ------
        ExperimentError
            It cannot be imported, has no function ``run``, or a file beside it has the name of another module.
        """
        path = self.folder / CODE
        for sibling in self.folder.glob("*.py"):
            taken = sys.modules.get(sibling.stem)
            if sibling.name != CODE and taken is not None and _file(taken) != sibling.resolve():
                raise ExperimentError(f"{sibling} has the name of a module that is in use ({_file(taken) or 'built in'}); give it another")
        spec = importlib.util.spec_from_file_location(f"experiment_{self.name.replace('-', '_')}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up there
        try:
            with self._importable(), contained(path):
                spec.loader.exec_module(module)
        except ExperimentError:
            del sys.modules[spec.name]
            raise
        except Exception as error:
            del sys.modules[spec.name]
            line = getattr(error, "lineno", None)
            where = f" (line {line})" if line else ""
            raise ExperimentError(f"{path} cannot be loaded: {type(error).__name__}: {_one_line(error)}{where}") from error
        if not callable(getattr(module, "run", None)):
            raise ExperimentError(f"{path} has no function run(setting)")
        return module

    def run(self, setting: Setting | None = None) -> Output:
        """Run it.

        Raises
        ------
        ExperimentError
            The code cannot be loaded, or gives back something that is no `Output`, names a value twice, or gives a
            standard error that is negative or not finite.
        """
        setting = setting or Setting()
        call: Callable[[Setting], Any] = self.module.run
        path = self.folder / CODE
        with self._importable(), contained(path):
            output = call(setting)
        if not isinstance(output, Output):
            raise ExperimentError(f"{path}: run gave {type(output).__name__}; a coalsim.experiments.Output is needed")
        seen: set[str] = set()
        _check_values(path, output)
        for value in output.values:
            if value.name in seen:
                raise ExperimentError(f"{path}: two values are named '{value.name}'")
            if not (math.isnan(value.value) or (math.isfinite(value.se) and value.se >= 0)):
                raise ExperimentError(f"{path}: value '{value.name}' has standard error {value.se}; 0 or more is needed")
            seen.add(value.name)
        for name in (*output.tables, *output.figures):
            if not isinstance(name, str) or name in ("verdicts", "values", "manifest") or Path(name).name != name or name.startswith("."):
                raise ExperimentError(f"{path}: a table or figure cannot be named '{name}'")
        _check_shown(path, output)
        return output

    @contextmanager
    def _importable(self) -> Iterator[None]:
        """Let files beside ``experiment.py`` be imported, in worker processes too: these take over ``sys.path``."""
        folder = str(self.folder.resolve())
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            if folder in sys.path:
                sys.path.remove(folder)


def experiments_folder(given: str | Path | None = None) -> Path:
    """Return the folder of experiments: the one given, else ``experiments`` in the current folder, else the one that comes with coalsim.

    Raises
    ------
    ExperimentError
        None is given, the current folder has none, and none comes with this copy of coalsim.
    """
    if given is not None:
        return Path(given)
    if EXPERIMENTS.is_dir():
        return EXPERIMENTS
    from coalsim import shipped

    try:
        return shipped.folder("experiments")
    except StoreError as error:
        raise ExperimentError(f"there is no folder {EXPERIMENTS} here, and {error}") from None


def available(folder: str | Path | None = None, kind: str | None = None) -> tuple[str, ...]:
    """Return the names of the experiments of a folder, in alphabetical order.

    Parameters
    ----------
    folder
        Folder of experiments; if not given, ``experiments`` in the current folder, or the experiments that come with coalsim.
    kind
        Only those of this kind, ``published`` or ``study``.

    Raises
    ------
    ExperimentError
        There is no such folder, or (if `kind` is given) an ``experiment.toml`` is invalid.
    """
    folder = experiments_folder(folder)
    if not os.path.isdir(folder):
        raise ExperimentError(f"there is no folder of experiments {folder}; give --experiments DIR")
    names = sorted(path.parent.name for path in folder.glob(f"*/{ABOUT}"))
    return tuple(name for name in names if kind is None or _about(folder / name / ABOUT)["kind"] == kind)


def load(name_or_path: str | Path, folder: str | Path | None = None) -> Experiment:
    """Load an experiment; its code is imported when it is first used.

    Parameters
    ----------
    name_or_path
        Name of an experiment of `folder`, or (with a separator in it, or a `Path`) the folder of an experiment.
    folder
        Folder of experiments; if not given, ``experiments`` in the current folder, or the experiments that come with coalsim.

    Raises
    ------
    ExperimentError
        There is no such experiment, or a file is missing or invalid.
    """
    if isinstance(name_or_path, Path) or "/" in name_or_path or "\\" in name_or_path:
        path = Path(name_or_path)
        if not os.path.isdir(path):
            raise ExperimentError(f"there is no folder {path}")
    else:
        folder = experiments_folder(folder)
        path = folder / name_or_path
        known = available(folder)
        if name_or_path not in known and not os.path.isdir(path):
            among = nearest(name_or_path, known) or f"; there are: {', '.join(known) or 'none'}"
            raise ExperimentError(f"no experiment '{name_or_path}' in {folder}{among}")
    for needed in (ABOUT, CODE, TARGETS, README):
        if not (path / needed).is_file():
            raise ExperimentError(f"{path} has no {needed}")
    about = _about(path / ABOUT)
    targets = read_targets(path / TARGETS)
    if about["kind"] == "published" and any(target.standing == "H" for target in targets):
        raise ExperimentError(f"{path / TARGETS}: standing H is for experiments of kind 'study'")
    return Experiment(name=path.resolve().name, folder=path, targets=targets, **about)


def _about(path: Path) -> dict[str, Any]:
    about = read_toml(path, ExperimentError)
    for name, value in about.items():
        if name not in _FIELDS:
            raise ExperimentError(f"{path}: unknown field '{name}'{nearest(name, _FIELDS)}")
        if not isinstance(value, _FIELDS[name]) or isinstance(value, bool):
            raise ExperimentError(f"{path}: {name} must be {'a number' if name == 'seconds' else 'text'}")
    for name in _FIELDS:
        if name not in about and name != "doi":
            raise ExperimentError(f"{path}: {name} is missing")
    if about["kind"] not in KINDS:
        raise ExperimentError(f"{path}: kind {shown(about['kind'])}; allowed: {', '.join(KINDS)}")
    if not 0 <= about["seconds"] < math.inf:
        raise ExperimentError(f"{path}: seconds = {about['seconds']}; 0 or more is needed")
    return about


def _check_values(path: Path, output: Output) -> None:
    """Refuse what is no value before it is taken for one."""
    if not isinstance(output.values, Iterable) or not isinstance(output.tables, Mapping) or not isinstance(output.figures, Mapping):
        raise ExperimentError(f"{path}: an Output is made of a list of values, and of tables and figures by name")
    for value in output.values:
        if not isinstance(value, Value) or not isinstance(value.name, str):
            raise ExperimentError(f"{path}: {reprlib.repr(value)} is among the values; a coalsim.experiments.Value is needed")
        if not (isinstance(value.value, (int, float, np.number)) and isinstance(value.se, (int, float, np.number))):
            raise ExperimentError(f"{path}: value '{value.name}' is {reprlib.repr(value.value)}; a number is needed")


def _check_shown(path: Path, output: Output) -> None:
    """Refuse what is no table or figure before it is taken for one."""
    for name, table in output.tables.items():
        if not (isinstance(name, str) and hasattr(table, "itertuples")):
            raise ExperimentError(f"{path}: table {reprlib.repr(name)} is {reprlib.repr(table)}; a data frame of pandas is needed")
    for name, figure in output.figures.items():
        if not (isinstance(name, str) and hasattr(figure, "savefig")):
            raise ExperimentError(f"{path}: figure {reprlib.repr(name)} is {reprlib.repr(figure)}; a figure of matplotlib is needed")


def _digest(files: Iterable[Path]) -> str:
    found = blake2b(digest_size=16)
    for path in sorted(files, key=lambda path: path.name):
        found.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def _file(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
