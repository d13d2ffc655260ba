"""What cannot be shown costs the display and nothing else: closed pipes, full disks, lost streams, narrow and foreign terminals."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coalsim.cli import main
from coalsim.report import terminal
from command_line import called

FULL = Path("/dev/full")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "c.toml").write_text("model = 1\n[simulation]\nmonths = 12\n[field]\norganizations = 12\n")
    (folder / "s.toml").write_text('config = "c.toml"\nreplicates = 2\n[factors]\nopenness = [0.2, 0.8]\n')
    assert called("sweep", "s.toml", "--out", "o", "--quiet", cwd=folder).returncode == 0
    return folder


COMMANDS = {
    "params": ([], []),
    "sweep": (["s.toml", "--out", "{}"], ["summary.csv", "sweep.png"]),
    "run": (["c.toml", "--replicates", "2", "--out", "{}"], ["outcomes.parquet", "manifest.json"]),
    "plot": (["o", "--out", "{}"], ["main_effects.png"]),
    "analyze": (["o", "--out", "{}/page.html"], ["page.html"]),
    "export": (["o", "--out", "{}"], ["outcomes.csv", "coalitions.csv", "design.csv"]),
    "dock": (["c.toml", "--months", "3", "--replicates", "1"], []),
    "status": (["o"], []),
}


def run(name, sweep, tmp_path, redirect, **environment):
    options, files = COMMANDS[name]
    arguments = [name, *(option.format(tmp_path / "out") for option in options)]
    line = " ".join([f"{sys.executable} -c 'from coalsim.cli import main; main()'", *arguments, redirect])
    done = subprocess.run(["bash", "-c", line], cwd=sweep, capture_output=True, text=True, env=os.environ | environment, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    for file in files:
        assert (tmp_path / "out" / file).stat().st_size > 0
    return done


WAYS = {
    "closed pipe": ("| true; exit ${PIPESTATUS[0]}", 0, 0),
    "lost stderr": ("2>&- > out.txt", 0, 0),
    "lost both": (">&- 2>&-", 0, 0),
    "full": ("> /dev/full", 1, 1),
    "both full": ("> /dev/full 2> /dev/full", 1, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COMMANDS)
def test_streams_that_are_lost(name, way, sweep, tmp_path):
    redirect, code, lines = WAYS[way]
    if "full" in way and not FULL.exists():
        pytest.skip("no full device here")
    done = run(name, sweep, tmp_path, redirect)
    assert done.returncode == code
    if lines:
        assert "standard output cannot be written" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "iso8859-2", "koi8-r", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", COMMANDS)
def test_encodings(name, encoding, sweep, tmp_path):
    assert run(name, sweep, tmp_path, "> out.txt", PYTHONIOENCODING=encoding).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["0", "1", "7", "100000"])
@pytest.mark.parametrize("name", ["params", "sweep", "run", "status"])
def test_widths(name, columns, sweep, tmp_path):
    assert run(name, sweep, tmp_path, "> out.txt", COLUMNS=columns, LINES="1").returncode == 0


def test_one_of_each_in_the_fast_suite(sweep, tmp_path):
    """Of streams that are full or closed there are some in test_shown.py."""
    done = run("run", sweep, tmp_path, "2>&-", PYTHONIOENCODING="ascii", COLUMNS="7")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "In 2 runs of 12 months" in done.stdout


class Broken(io.StringIO):
    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


def test_a_display_drops_what_cannot_be_taken():
    lost = terminal.Display(Broken())
    assert lost.write("x") == 1
    lost.writelines(["a", "b"])
    lost.flush()
    assert isinstance(lost.failed, BrokenPipeError)
    nobody = terminal.Display(None)
    print("x", file=nobody, flush=True)
    assert nobody.failed is None
    assert not nobody.isatty()
    closed = io.StringIO()
    closed.close()
    gone = terminal.Display(closed)
    print("x", file=gone, flush=True)
    assert gone.failed is not None


def test_streams_are_given_back(capsys):
    before = sys.stdout, sys.stderr
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr().out.startswith("coalsim ")


WRONG = [
    ["swep"],
    ["run"],
    ["run", "--foo", "x"],
    ["run", "a", "b"],
    ["run", "a", "--engine", "x"],
    ["run", "a", "--seed", "x"],
    ["sweep", "--part"],
]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_use_is_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("coalsim: error: ")
    assert said.err.count("\n") == 1
    assert "--help` says what there is" in said.err


def test_lines_about_errors_are_lines_and_short(capsys, tmp_path):
    assert terminal.one_line("a\nb\x1b[31m\u202e\ud800") == r"a\nb\x1b[31m\u202e\ud800"
    assert len(terminal.one_line("x" * 10_000)) <= terminal.LONGEST
    path = tmp_path / "c.toml"
    path.write_text('[field]\nsource = "' + "x\\n" * 5000 + '"\n')
    with pytest.raises(SystemExit):
        main(["run", str(path)])
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert len(said) < terminal.LONGEST + 50


def test_text_with_brackets_is_shown_as_it_is(capsys):
    made = terminal.headed("[bold]t", ("[/x]", ":smile:"))
    made.add_row("[red]", "[/]")
    terminal.show(made)
    said = capsys.readouterr().out
    assert all(text in said for text in ("[bold]t", "[/x]", ":smile:", "[red]", "[/]"))
