"""What comes with the package: configurations that are listed and copied with all they read, experiments, published numbers."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import coalsim as cs
from coalsim import shipped
from coalsim.cli import main
from coalsim.errors import ParameterError, StoreError

ROOT = Path(__file__).resolve().parents[1]


def coalsim(*arguments: str) -> int:
    with pytest.raises(SystemExit) as done:
        main(arguments)
    return int(done.value.code or 0)


def test_every_configuration_of_the_repository_is_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    listed = shipped.configurations()
    assert {config.path for config in listed} == set((ROOT / "configs").rglob("*.toml"))
    assert all(config.about for config in listed)
    assert {config.kind for config in listed if config.name.startswith("sweeps/")} == {"sweep"}
    assert coalsim("configs") == 0
    printed = capsys.readouterr().out
    assert all(config.name in printed for config in listed)


def test_a_copy_has_all_it_reads_and_the_licences_of_the_data(tmp_path: Path) -> None:
    written = shipped.copy(["sweeps/vermont"], tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        "configs/sweeps/vermont.toml",
        "configs/vermont.toml",
        "data/irs_vermont_501c3/organizations.csv",
        "data/irs_vermont_501c3/README.md",
    }
    assert shipped.copy(["sweeps/vermont"], tmp_path) == written  # the same bytes are no conflict


def test_every_copied_configuration_can_be_used(tmp_path: Path) -> None:
    shipped.copy([], tmp_path)
    for config in shipped.configurations():
        copied = tmp_path / "configs" / f"{config.name}.toml"
        if config.kind == "sweep":
            assert cs.Sweep.load(copied).replicates
        else:
            register = cs.load(copied).register_.register_table
            assert not register or Path(register).resolve().is_relative_to(tmp_path.resolve())


def test_nothing_is_overwritten_and_nothing_is_left_of_a_copy_that_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "configs" / "vermont.toml"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(StoreError, match="is there already with other contents"):
        shipped.copy([], tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    with pytest.raises(ParameterError, match="did you mean 'vermont'"):
        shipped.copy(["vermnt"], tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert coalsim("configs", "vermont") == 2
    assert "has no effect without --copy" in capsys.readouterr().err


def test_experiments_are_found_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert coalsim("reproduce", "--list") == 0
    printed = capsys.readouterr().out
    for path in (ROOT / "experiments").glob("*/experiment.toml"):
        assert path.parent.name in printed
        assert tomllib.loads(path.read_text())["summary"][:20] in printed
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_wheel_stands_alone(tmp_path: Path) -> None:
    """The code and what is shipped come from the wheel; its dependencies are those of this environment."""
    wheels, site, here = tmp_path / "wheels", tmp_path / "site", tmp_path / "here"
    here.mkdir()
    subprocess.run([sys.executable, "-m", "build", "--quiet", "--wheel", "--outdir", str(wheels), str(ROOT)], check=True, timeout=300)
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    assert wheel.stat().st_size < 3_000_000
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "coalsim", *arguments]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "granovetter-1978" in run("reproduce", "--list")
    assert "verdicts: as committed" in run("reproduce", "self-enforcing", "--quick")
    run("configs", "--copy", ".")
    assert {path.name for path in (here / "configs").iterdir()} >= {"vermont.toml", "baseline.toml"}
    assert "3 runs" in run("run", "configs/vermont-health.toml", "--replicates", "3", "--set", "months=6")
    code = "import coalsim.shipped as s; print(s.installed(), s.root())"
    done = subprocess.run([sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(site / "coalsim" / "_shipped")]
    refused = subprocess.run(
        [sys.executable, "-m", "coalsim", "reproduce", "self-enforcing", "--update"],
        cwd=here, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "inside the installed package" in refused.stderr
