"""What was computed is written before anything is shown: terminals, pipes and devices cost the display, never the files."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from command_line import called

DESIGN = "model = 1\nreplicates = 2\nblock = 200\n[fixed]\nmonths = 6\norganizations = 6\n[factors]\nopenness = [0.2, 0.8]\n"
CONFIG = "model = 1\n[simulation]\nmonths = 6\n[field]\norganizations = 6\n"
COMMANDS = {
    "sweep": ("sweep s.toml --out out", {"manifest.json", "design.parquet", "summary.csv", "sweep.png"}),
    "run": ("run c.toml --replicates 2 --plot --out out", {"manifest.json", "parameters.toml", "outcomes.parquet", "c.png"}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.toml").write_text(DESIGN)
    (tmp_path / "c.toml").write_text(CONFIG)
    return tmp_path


def shell(folder: Path, text: str) -> tuple[int, str]:
    """Run a line of bash in which $C is the command; return its exit code and what came on the error stream."""
    command = f"C='{sys.executable} -m coalsim'; {text}"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stderr


STREAMS = {
    "> /dev/full": 1,
    "| true; exit ${PIPESTATUS[0]}": 0,
    ">&- 2>&- <&-": 0,
    "2> /dev/full": 0,
    "> /dev/full 2> /dev/full": 1,
    "2> >(true) | true; exit ${PIPESTATUS[0]}": 0,
    ">&-": 0,
    "2>&-": 0,
}
FAST = {("sweep", "> /dev/full"), ("sweep", "| true; exit ${PIPESTATUS[0]}"), ("run", ">&- 2>&- <&-")}
GONE = [
    pytest.param(command, stream, code, marks=[] if (command, stream) in FAST else pytest.mark.slow)
    for command in COMMANDS
    for stream, code in STREAMS.items()
]


@pytest.mark.parametrize(("command", "stream", "code"), GONE)
def test_a_stream_that_is_gone_costs_no_files(folder: Path, command: str, stream: str, code: int) -> None:
    arguments, files = COMMANDS[command]
    found, said = shell(folder, f"$C {arguments} {stream}")
    assert found == code, said
    made = {path.name for path in (folder / "out").iterdir()}
    assert files <= made
    assert not any(name.endswith(".partial") for name in made)
    if stream == "> /dev/full":
        assert said.splitlines()[-1].endswith("cannot be written: No space left on device")
    for path in folder.glob("out/**/*.parquet"):  # whole: nothing that was said went into a file
        pd.read_parquet(path)


WAYS = ["PYTHONIOENCODING=ascii", "PYTHONIOENCODING=koi8-r", "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "COLUMNS=1"]


@pytest.mark.slow
@pytest.mark.parametrize("how", WAYS)
def test_a_poor_terminal_shows_what_it_can(folder: Path, how: str) -> None:
    code, said = shell(folder, f"export {how}; $C sweep s.toml --out out > said.txt && $C run c.toml --replicates 2 >> said.txt")
    assert code == 0, said
    assert b"figure: out" in (folder / "said.txt").read_bytes().replace(b"\n", b"")


def test_a_stream_of_few_characters_shows_what_it_can(folder: Path, undrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from coalsim.cli import main

    monkeypatch.chdir(folder)
    for line in ("sweep s.toml --out out", "run c.toml --replicates 2"):
        shown = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="ascii"))
        with pytest.raises(SystemExit) as end:
            main(line.split())
        assert not end.value.code
        sys.stdout.flush()
        assert shown.getvalue().count(b"\n") > 3
        assert "sweep" not in line or b"figure: out" in shown.getvalue().replace(b"\n", b"")


def test_a_part_of_a_pipe_reads_the_status(folder: Path, undrawn: None) -> None:
    assert called("sweep", "s.toml", "--out", "out", "--quiet", cwd=folder).returncode == 0
    assert shell(folder, "$C status out > /dev/full") == (1, "coalsim: error: standard output cannot be written: No space left on device\n")


def test_run_replaces_a_run_and_nothing_else(folder: Path, undrawn: None) -> None:
    assert called("run", "c.toml", "--replicates", 3, "--monthly", "--plot", "--out", "out", cwd=folder).returncode == 0
    assert (folder / "out" / "c.png").exists()
    (folder / "out" / "notes.txt").write_text("mine")
    again = called("run", "c.toml", "--replicates", 2, "--format", "csv", "--overwrite", "--out", "out", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert {path.name for path in (folder / "out").iterdir()} == {
        *("manifest.json", "parameters.toml", "outcomes.csv", "coalitions.csv", "notes.txt")
    }
    assert len(pd.read_csv(folder / "out" / "outcomes.csv")) == 2


@pytest.mark.parametrize("kind", ["a sweep", "an application", "a table", "a list"])
def test_run_overwrites_nothing_that_no_run_wrote(folder: Path, undrawn: None, kind: str) -> None:
    out = folder / "out"
    if kind == "a sweep":
        assert called("sweep", "s.toml", "--out", "out", "--quiet", cwd=folder).returncode == 0
    else:
        out.mkdir()
        (out / ("outcomes.csv" if kind == "a table" else "manifest.json")).write_text("[1]" if kind == "a list" else '{"name": "app"}')
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    done = called("run", "c.toml", "--replicates", 2, "--out", "out", *([] if kind == "a table" else ["--overwrite"]), cwd=folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "arguments",
    [
        "sweep s.toml --out ''",
        "run c.toml --out ''",
        "sweep s.toml --dry-run --workers 0",
        "sweep s.toml --out out --dask nowhere",
        "sweep s.toml --out out --part 99999999999999999999999/1",
        "sweep s.toml --out out --replicates 1000000000000000",
        "sweep s.toml --out out --part 1/2 --overwrite",
        "extend out --replicates 5",
        "extend '' --replicates 5",
        "status out",
        "dock c.toml --seed -1",
        "dock c.toml --replicates 0",
        "dock c.toml --months 0",
        "run c.toml --replicates 1000000000000000 --out out",
        "run c.toml --seed -1 --out out/deep",
    ],
)
def test_a_refused_command_is_one_line_and_leaves_nothing(
    folder: Path, arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from coalsim.cli import main

    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["coalsim", *shlex.split(arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, capsys.readouterr().err.count("\n")) == (2, 1)
    assert {path.name for path in folder.iterdir()} == {"s.toml", "c.toml"}


GUARDLESS = """
import coalsim as cs
base = cs.Parameters.model1().replace(months=6, organizations=6)
results = cs.Sweep(base, {"openness": [0.2, 0.8]}, replicates=4, block=50).run(%s, workers=2)
print(results.runs_done, "of", results.runs)
"""


HOW = ["script.py", "- < script.py", '-c "$(cat script.py)"']


@pytest.mark.parametrize(
    ("how", "where"),
    [pytest.param(how, to, marks=[] if to == "'out'" and how != HOW[2] else pytest.mark.slow) for how in HOW for to in ("'out'", "None")],
)
def test_a_script_needs_no_main_guard(folder: Path, how: str, where: str) -> None:
    (folder / "script.py").write_text(GUARDLESS % where)
    code, said = shell(folder, f"{sys.executable} {how} > said.txt")
    assert (code, said) == (0, "")
    assert (folder / "said.txt").read_text() == "8 of 8\n"


PORTABLE = """
import sys
{taken}
import coalsim as cs
from coalsim.sweep import runner
from coalsim.sweep.status import status
base = cs.Parameters.model1().replace(months=6, organizations=6)
sweep = cs.Sweep(base, {{"openness": [0.2, 0.8]}}, replicates=4, block=50)
sweep.run("out", part=(1, 2))
runner.proceed("out", workers=2)
assert status("out").left == 0
from coalsim.sweep.folder import SweepFolder
with SweepFolder("out").held():
    assert "process" in status("out").holder
    try:
        sweep.run("out")
    except cs.errors.StoreError as error:
        assert "is being written to by process" in str(error), error
    else:
        raise AssertionError("it is held")
assert status("out").holder is None
print(runner.proceed("out", replicates=6).runs_done)
"""
TAKEN = {
    "fcntl": "sys.modules['fcntl'] = None",
    "fork": "import os; del os.fork",
    "a start by a server": "import multiprocessing as m; m.get_all_start_methods = lambda: ['spawn']; del m.context.ForkServerContext",
    "spawn": "import multiprocessing; multiprocessing.set_start_method('spawn')",
    "all": "import os, multiprocessing as m; sys.modules['fcntl'] = None; m.get_all_start_methods = lambda: ['spawn']; del os.O_NOFOLLOW",
}


@pytest.mark.parametrize("taken", ["all", *(pytest.param(kind, marks=pytest.mark.slow) for kind in TAKEN if kind != "all")])
def test_sweeps_run_where_parts_of_the_system_are_missing(folder: Path, taken: str) -> None:
    script = PORTABLE.format(taken=TAKEN[taken])
    (folder / "script.py").write_text(script)
    code, said = shell(folder, f"{sys.executable} script.py > said.txt")
    assert (code, said) == (0, "")
    assert (folder / "said.txt").read_text() == "12\n"
