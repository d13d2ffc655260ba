"""The command line as a user meets it: what it prints, its exit code, the files it leaves.

One command of each kind is a process of its own; the others are called in this one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from command_line import called

ROOT = Path(__file__).resolve().parents[1]
SMALL = ["--set", "organizations=12", "--set", "months=24"]


def process(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from coalsim.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, check=False)


def refused(*arguments: str, coalsim: Callable[..., subprocess.CompletedProcess[str]] = called) -> str:
    """Return the one line that a refused command prints."""
    done = coalsim(*arguments)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text("model = 1\n[simulation]\nmonths = 24\n[field]\norganizations = 12\n")
    return path


def test_help_names_the_commands() -> None:
    done = process("--help")
    assert done.returncode == 0
    for command in ("run", "sweep", "dock", "params", "columns", "schema"):
        assert f"  {command} " in done.stdout


def test_help_loads_nothing_heavy() -> None:
    code = "import sys\nfrom coalsim.cli import main\nsys.argv = ['coalsim', '--help']\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    code += "heavy = {'mesa', 'pandas', 'scipy', 'numpy', 'pyarrow', 'matplotlib'} & set(sys.modules)\nassert not heavy, heavy"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_import_loads_nothing_heavy() -> None:
    code = "import sys, coalsim\nassert not {'mesa', 'pandas', 'scipy', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_run_writes_tables_parameters_manifest_and_figure(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = process(
        "run", str(config), "--replicates", "3", "--seed", "7", "--set", "openness=0.7", "--monthly", "--plot", "--out", str(out)
    )
    assert done.returncode == 0, done.stderr
    assert "impact" in done.stdout
    assert f"figure: {out / 'small.png'}" in done.stdout
    assert (out / "small.png").read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_parquet(out / "outcomes.parquet")) == 3
    assert len(pd.read_parquet(out / "monthly.parquet")) == 3 * 24
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["changed"].items() >= {"months": 24, "organizations": 12, "openness": 0.7}.items()
    again = called(
        "run", str(out / "parameters.toml"), "--replicates", "3", "--seed", "7", "--out", str(tmp_path / "again"), "--format", "csv"
    )
    assert again.returncode == 0, again.stderr
    csv = pd.read_csv(tmp_path / "again" / "outcomes.csv")
    pd.testing.assert_frame_equal(csv, pd.read_parquet(out / "outcomes.parquet"), rtol=1e-14)


def test_results_are_not_overwritten_unasked(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert called("run", str(config), "--replicates", "1", "--out", str(out)).returncode == 0
    before = (out / "outcomes.parquet").read_bytes()
    line = refused("run", str(config), "--replicates", "2", "--out", str(out), coalsim=process)
    assert "holds results already" in line
    assert "--overwrite" in line
    assert (out / "outcomes.parquet").read_bytes() == before
    assert called("run", str(config), "--replicates", "2", "--out", str(out), "--overwrite").returncode == 0
    assert len(pd.read_parquet(out / "outcomes.parquet")) == 2


def test_sweep_writes_design_summary_and_figure(config: Path, tmp_path: Path) -> None:
    design = tmp_path / "sweep.toml"
    design.write_text(
        'config = "small.toml"\nreplicates = 2\n[fixed]\neffort = 5\n[factors]\nopenness = [0.2, 0.8]\nmin_members = [2, 3, 4]\n'
    )
    out = tmp_path / "out"
    done = called("sweep", str(design), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert f"figure: {out / 'sweep.png'}" in done.stdout
    assert "depends most on" in done.stdout or "For none of the outcomes" in done.stdout, "one sentence of what it shows"
    table = pd.read_parquet(out / "design.parquet")
    assert table[["openness", "min_members"]].to_numpy().tolist() == [[o, m] for o in (0.2, 0.8) for m in (2, 3, 4)]
    assert len(pd.read_parquet(out / "outcomes")) == 12
    assert len(pd.read_csv(out / "summary.csv")) == 6


def test_engines_agree_on_the_command_line(config: Path) -> None:
    done = called("dock", str(config), "--replicates", "2")
    assert done.returncode == 0, done.stderr
    assert "2 of 2 runs agree over 24 months" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--set", "opennes=1"], ["'opennes' is unknown", "'openness'"]),
        (["--set", "openness=2"], ["openness = 2", "0..1"]),
        (["--set", "openness=high"], ["openness = 'high'", "number"]),
        (["--set", "openness"], ["NAME=VALUE"]),
        (["--without", "windows"], ["'windows' is unknown", "'window'"]),
        (["--replicates", "0"], ["replicates = 0", "1.."]),
        (["--seed", "-1"], ["seed = -1"]),
        (["--set", "focal_launch_month=2"], ["focal_launch_month = 2", "6 months"]),
        (["--set", "focal_launch_month=9", "--set", "focal_convener='nobody'"], ["'nobody'", "most_ready"]),
    ],
)
def test_bad_options_are_one_line(config: Path, arguments: list[str], parts: list[str]) -> None:
    line = refused("run", str(config), *arguments)
    for part in parts:
        assert part in line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[field\n", ["not valid TOML", "line 1"]),
        ("[feild]\n", ["section [feild] is unknown", "'field'"]),
        ("openness = 1\n", ["openness", "[field]"]),
        ("[field]\nopenness = 1.5\n", ["[field] openness = 1.5", "0..1"]),
        ("[joining]\nopenness = 0.5\n", ["[joining] openness", "[field]"]),
        ("[field]\nsource = 'register'\n", ["register"]),
        ("field = 3\n", ["[field]"]),
    ],
)
def test_bad_configurations_name_file_and_place(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    line = refused("run", str(path))
    for part in parts:
        assert part in line
    if "register" not in text:
        assert "bad.toml" in line


def test_files_that_cannot_be_used(config: Path, tmp_path: Path) -> None:
    assert "no such file" in refused("run", str(tmp_path / "none.toml"))
    assert "is a folder" in refused("run", str(tmp_path))
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    assert "UTF-8" in refused("run", str(tmp_path / "latin.toml"))
    (tmp_path / "file").write_text("")
    assert "not a folder" in refused("run", str(config), "--replicates", "1", "--out", str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[factors]\nopenness = 0.5\n", ["[factors] openness", "list"]),
        ("[factors]\nopennes = [0.5]\n", ["'opennes'", "'openness'"]),
        ("[factors]\nopenness = [0.5, 3]\n", ["openness = 3", "0..1"]),
        ("replicate = 3\n", ["'replicate' is unknown", "'replicates'"]),
        ("replicates = 'many'\n", ["replicates = 'many'", "int"]),
    ],
)
def test_bad_sweeps_are_one_line(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text(text)
    line = refused("sweep", str(path), "--out", str(tmp_path / "out"))
    for part in ["sweep.toml", *parts]:
        assert part in line
    assert not (tmp_path / "out").exists()


def test_generated_files_are_in_step() -> None:
    done = subprocess.run([sys.executable, "scripts/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_schema_accepts_the_default_configuration() -> None:
    import tomllib

    schema = json.loads(called("schema").stdout)
    with (ROOT / "configs/baseline.toml").open("rb") as file:
        baseline = tomllib.load(file)
    for section, values in baseline.items():
        reference = schema["properties"][section]
        definition = schema["$defs"][reference.get("$ref", reference.get("allOf", [{}])[0].get("$ref", "")).rsplit("/", 1)[-1]]
        assert set(values) <= set(definition["properties"])


def test_params_and_columns_name_everything() -> None:
    from coalsim.parameters import declarations
    from coalsim.tables.columns import TABLES

    printed = called("params").stdout
    assert all(name in printed for name in declarations())
    printed = called("columns").stdout
    assert all(column.name in printed for table in TABLES.values() for column in table)


def test_what_somebody_else_wrote_is_not_replaced(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page or a figure takes the place of one of its own kind only, or of what --overwrite names."""
    monkeypatch.chdir(tmp_path)
    assert called("sweep", *_tiny(tmp_path), "--out", "out").returncode == 0
    for file, arguments in {
        "mine.html": ("analyze", "out", "--out", "mine.html"),
        "notes.txt": ("analyze", "out", "--out", "notes.txt"),
        "replay.html": ("view", str(config), "--export", "replay.html"),
        "small.png": ("run", str(config), "--replicates", "1", "--plot"),
    }.items():
        Path(file).write_text("mine")
        assert f"{file} is there already" in refused(*arguments)
        assert Path(file).read_text() == "mine"
        Path(file).unlink()
        assert called(*arguments).returncode == 0
        assert called(*arguments, *(["--overwrite"] if arguments[0] == "run" else [])).returncode == 0
    assert str(config) in refused("analyze", "out", "--out", str(config))


def _tiny(folder: Path) -> list[str]:
    (folder / "tiny.toml").write_text(
        "model = 1\nreplicates = 1\n[fixed]\nmonths = 6\norganizations = 8\n[factors]\nopenness = [0.2, 0.7]\n"
    )
    return [str(folder / "tiny.toml")]


def test_sentences_of_a_run_agree_with_its_rows(config: Path) -> None:
    """Coalitions that are older than month 0 lower the need and lose members, but are among no counts of coalitions."""
    young = called(
        "run", str(config), "--replicates", "4", "--set", "burn_in=60", "--set", "months=2", "--set", "convene_hazard=0.3", "--all"
    )
    said = " ".join(young.stdout.split())
    share = float(said.split("Of all memberships ")[1].split(" %")[0])
    assert 0 <= share <= 100
    assert "also by coalitions that existed before" in said
    assert "runs of 2 months" in said
    assert "In 1 run of 1 month " in called("run", str(config), "--replicates", "1", "--set", "months=1").stdout
    assert "Before month 0, 60 months are simulated" in called("describe", str(config), "--set", "burn_in=60").stdout


def test_a_value_is_compared_with_one_that_is_set(config: Path) -> None:
    arguments = ("run", str(config), "--replicates", "2", "--set", "openness=0.2", "--compare")
    assert "What openness=0.7 changes" in called(*arguments, "openness=0.7").stdout
    assert "is what the scenario has already" in refused(*arguments, "openness=0.2")
    assert "--compare 'openness' is given twice" in refused(*arguments, "openness=0.7", "--compare", "openness=0.8")


def test_an_option_is_not_given_the_same_twice(config: Path, tmp_path: Path) -> None:
    for arguments in (
        ("run", str(config), "--without", "funders", "--without", "funders"),
        ("analyze", str(tmp_path / "out"), "--on", "impact", "--on", "impact"),
        ("plot", str(tmp_path / "out"), "--on", "impact", "--on", "impact"),
    ):
        assert called("sweep", *_tiny(tmp_path), "--out", str(tmp_path / "out"), "--overwrite").returncode == 0
        assert "is given twice" in refused(*arguments)
