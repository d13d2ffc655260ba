"""`coalsim new-experiment`: what it writes runs, is judged, and is written over nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from coalsim import experiments
from coalsim.errors import StoreError
from coalsim.experiments.template import FILES, Kind, new_experiment
from command_line import called


@pytest.mark.parametrize("kind", ["study", "published"])
def test_what_it_writes_runs_and_is_judged(tmp_path: Path, kind: Kind) -> None:
    done = called("new-experiment", "who-waits", "--kind", kind, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "coalsim reproduce who-waits --quick" in done.stdout
    folder = tmp_path / "experiments" / "who-waits"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES[kind])
    made = experiments.load("who-waits", tmp_path / "experiments")
    assert (made.kind, made.title.partition(":")[0]) == (kind, "Who waits")
    result = experiments.reproduce(made, experiments.Setting(quick=True), tmp_path / "results")
    assert {target.name for target in made.targets} <= {value.name for value in result.output.values}
    assert {verdict.word for verdict in result.verdicts} <= {"holds", "undecided", "reproduced", "no reference"}
    assert (tmp_path / "results" / "who-waits" / "verdicts.csv").is_file()


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
def test_its_code_is_written_as_all_code_here_is(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    for kind in FILES:
        new_experiment(f"as-{kind}", kind, tmp_path)  # type: ignore[arg-type]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(["ruff", *command, "--config", str(root / "pyproject.toml"), str(tmp_path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_experiment("mine", "study", tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    with pytest.raises(StoreError, match="there already"):
        new_experiment("mine", "published", tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()} == before


@pytest.mark.parametrize("name", ["", "Upper", "a_b", "../up", "a/b", "-a", "a--b", "a-", "1a", "é", "x" * 61, "a\n"])
def test_names_that_a_folder_and_a_module_cannot_have_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(experiments.ExperimentError, match="cannot be the name of an experiment"):
        new_experiment(name, "study", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_name_on_the_command_line_is_one_line(tmp_path: Path) -> None:
    done = called("new-experiment", "A B", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
