"""`new_experiment`: a folder that runs as it is, to start an experiment of one's own from."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Literal, get_args

from coalsim.errors import StoreError, shown
from coalsim.experiments.loading import KINDS
from coalsim.experiments.targets import ExperimentError
from coalsim.tables import templates

TEMPLATES = Path(__file__).parent / "data"
Kind = Literal["study", "published"]
assert set(get_args(Kind)) == set(KINDS)

LONGEST = 60
FILES = {
    "study": ("README.md", "experiment.toml", "targets.csv", "experiment.py", "analysis.py"),
    "published": ("README.md", "experiment.toml", "targets.csv", "experiment.py"),
}
"""What is written, by kind, in this order."""


def new_experiment(name: str, kind: Kind = "study", folder: str | Path = "experiments") -> list[Path]:
    """Write an experiment that runs as it is: what it is about, hypotheses or numbers to compare with, code, and how to go on.

    Parameters
    ----------
    name
        Of the experiment and its folder: lower-case letters, digits and hyphens, a letter first.
    kind
        ``study`` (hypotheses about this model) or ``published`` (numbers of the literature).
    folder
        Folder of experiments; made if it is not there.

    Returns
    -------
    list
        The files written.

    Raises
    ------
    ExperimentError
        The name is not allowed.
    StoreError
        The experiment is there already (then nothing is written), or the folder cannot be written.
    """
    if kind not in FILES:
        raise ExperimentError(f"kind {shown(kind)}; allowed: {', '.join(FILES)}")
    if len(name) > LONGEST or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        allowed = f"1 to {LONGEST} lower-case letters, digits and hyphens between them, a letter first"
        raise ExperimentError(f"{shown(name)} cannot be the name of an experiment; allowed: {allowed}")
    if (Path(folder) / name).exists():
        raise StoreError(f"{Path(folder) / name} is there already; nothing is overwritten, give another name")
    said = {"name": name, "title": name.replace("-", " ").capitalize()}
    return templates.begin(Path(folder) / name, {file: _filled(kind, file, said) for file in FILES[kind]})


def _filled(kind: Kind, file: str, said: dict[str, str]) -> bytes:
    """Return a file of a template, its placeholders filled in; code is kept as text, so that nothing takes it for a module."""
    kept = TEMPLATES / kind / (f"{file}.txt" if file.endswith(".py") else file)
    return Template(kept.read_text(encoding="utf-8")).substitute(said).encode()
