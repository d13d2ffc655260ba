"""What commands that show do with constant outcomes, files of other commands, places that are not theirs, hostile text."""

import os
import re
import shlex
import signal
import threading
from html import escape, unescape

import pandas as pd
import pytest

import coalsim as cs
from coalsim.cli import main
from coalsim.experiments import ExperimentError, Setting, load
from coalsim.report.page import markup, page
from coalsim.sweep import results as reading

BASE = cs.Parameters.model1().replace(organizations=12, months=12)
RANGES = {"openness": {"low": 0.2, "high": 0.8}, "effort": {"low": 4.0, "high": 30.0}}


def command(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    return stop.value.code


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("my sweeps") / "it's one"
    cs.Sweep(BASE, {"openness": [0.2, 0.8]}, 2).run(path)
    return path


# Constant outcomes


# Of saltelli there is a page in test_analyze.py; that of sobol is made as that of latin_hypercube.
@pytest.mark.parametrize(
    "design",
    ["grid", "morris", "latin_hypercube", *(pytest.param(name, marks=pytest.mark.slow) for name in ("saltelli", "sobol"))],
)
def test_outcomes_that_are_the_same_everywhere(design):
    grid = {name: list(ends.values()) for name, ends in RANGES.items()}
    sweep = cs.Sweep(BASE, grid, 2) if design == "grid" else cs.Sweep(BASE, RANGES, 2, design=design, samples=2)
    html = page(sweep.run(), ["success_rate", "impact", "formed"])
    if design in ("saltelli", "morris"):
        assert "success rate is the same in all scenarios, or without a value in all" in html
        assert "impact is the same in all scenarios" in html


def test_some_outcomes_that_are_the_same_leave_the_others_their_indices():
    base = BASE.replace(months=48, effort=4.0, organizations=20)
    html = page(cs.Sweep(base, RANGES, 2, design="morris", samples=3).run(), ["impact", "problems_solved", "focal_launched"])
    assert "focal launched is the same in all scenarios" in html
    assert "Indices (95 % interval)." in html


# Places


@pytest.mark.parametrize(
    "out", ["", ".", "/", "{}", "{}/manifest.json", "{}/other.html", "{}/outcomes/page.html", "{}/ledger", "/dev/null"]
)
def test_a_page_goes_nowhere_else(out, folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert command("analyze", folder, "--out", out.format(folder)) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["plot", "export"])
@pytest.mark.parametrize("out", ["", "{}", "{}/outcomes", "{}/ledger/x", "{}/manifest.json"])
def test_figures_and_exports_keep_out_of_the_sweep(name, out, folder, capsys):
    before = sorted(folder.rglob("*"))
    assert command(name, folder, "--out", out.format(folder)) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted(folder.rglob("*")) == before


def test_the_line_to_run_it_again_works_when_pasted(undrawn, folder, tmp_path, capsys, monkeypatch):
    assert command("analyze", folder, "--out", tmp_path / "page.html") == 0
    from html import unescape

    (line,) = re.findall(r"<code>(coalsim .*?)</code>", unescape((tmp_path / "page.html").read_text()))
    monkeypatch.chdir(tmp_path)
    _, *arguments = shlex.split(line)
    assert command(*arguments, "--quiet") == 0
    again = reading.open_results(f"{folder.resolve()}-again")
    assert again.outcomes.equals(reading.open_results(folder).outcomes)
    capsys.readouterr()


# Commands and their files


def test_a_command_says_which_one_takes_the_file(tmp_path, capsys):
    (tmp_path / "c.toml").write_text("model = 1\n[simulation]\nmonths = 12\n")
    (tmp_path / "s.toml").write_text('config = "c.toml"\n[factors]\nopenness = [0.2]\n')
    for name in ("run", "dock", "advise"):
        assert command(name, tmp_path / "s.toml") == 2
        assert "`coalsim sweep` takes designs" in capsys.readouterr().err
    assert command("sweep", tmp_path / "c.toml", "--out", tmp_path / "o") == 2
    assert "`coalsim run` takes configurations" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "options", [["--seed", "-1"], ["--seed", str(2**64)], ["--replicates", "0"], ["--months", "0"], ["--set", ""], ["--set="]]
)
def test_dock_says_what_is_of_no_use(options, tmp_path, capsys):
    (tmp_path / "c.toml").write_text("model = 1\n[simulation]\nmonths = 6\n[field]\norganizations = 6\n")
    assert command("dock", tmp_path / "c.toml", *options) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.out == ""


# Experiments

END = {
    "exit": "import sys\nsys.exit(0)",
    "raised": "raise SystemExit",
    "interrupt": "raise KeyboardInterrupt",
    "leave": "import os\nos._exit(0)",
    "own": "class Mine(BaseException): pass\nraise Mine('x')",
    "generator": "raise GeneratorExit",
}


def experiment(folder, name, code, at_import=False):
    path = folder / name
    path.mkdir(parents=True)
    (path / "experiment.toml").write_text('title = "t"\nkind = "published"\ncitation = "c"\nsummary = "s"\nseconds = 1\n')
    (path / "targets.csv").write_text("target,reported,standing,compare,tolerance,source,note\na,1,V,=,,p. 1,\n")
    (path / "README.md").write_text("What it asks.\n")
    end = "\n".join(f"    {line}" for line in code.splitlines())
    text = "from coalsim.experiments import Output, Value\ndef run(setting):\n" + end + '\n    return Output((Value("a", 1.0),))\n'
    (path / "experiment.py").write_text(f"{code}\n{text}" if at_import else text)
    return path


@pytest.mark.parametrize("way", END)
def test_an_experiment_ends_nothing_but_itself(way, tmp_path, capsys):
    experiment(tmp_path / "e", "a-ends", END[way])
    experiment(tmp_path / "e", "b-moves", f"import os\nos.chdir({str(tmp_path / 'e')!r})")
    experiment(tmp_path / "e", "c-works", "pass")
    code = command("reproduce", "--all", "--experiments", tmp_path / "e", "--out", tmp_path / "o", "--committed", tmp_path / "none")
    said = capsys.readouterr()
    assert code == 2
    assert said.err.count("\n") == 1
    assert "a-ends" in said.err
    assert "ends the program" in said.err
    assert re.search(r"a-ends +failed", said.out)
    for name in ("b-moves", "c-works"):
        assert (tmp_path / "o" / name / "manifest.json").exists()


@pytest.mark.parametrize("way", ["exit", "interrupt", "leave"])
def test_an_experiment_that_ends_when_it_is_loaded(way, tmp_path):
    path = experiment(tmp_path, "a", END[way], at_import=True)
    with pytest.raises(ExperimentError, match="ends the program"):
        load(path).run(Setting())
    assert os._exit.__name__ == "_exit"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_people_can_still_interrupt(tmp_path):
    path = experiment(tmp_path, "a", "import time\ntime.sleep(30)")
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        load(path).run(Setting())


# Text of others


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b < c", '"><img src=x onerror=y>', "&amp;", "</details></section>"])
def test_text_in_pages_is_text(text):
    parts = [markup.lead(text), markup.bullets([text]), markup.details(text, ""), markup.forest([markup.Bar(text, 0, -1, 1, text)], text)]
    parts += [markup.table(pd.DataFrame({text: [text]}), text), markup.listing([(text, text)]), markup.text(text)]
    for part in parts:
        assert text not in part or "<" not in text
        assert unescape(part).count(text) == part.count(escape(text))


def test_tables_in_many_parts_are_the_same(tmp_path, monkeypatch):
    sweep = cs.Sweep(BASE.replace(months=36, effort=4.0), {"openness": [0.2, 0.5, 0.8], "effort": [4.0, 6.0]}, 3, block=500)
    sweep.run(tmp_path)
    whole = reading.open_results(tmp_path)
    assert len(list((tmp_path / "outcomes").iterdir())) > 5
    monkeypatch.setattr(reading, "PARTS", 2)
    parted = reading.open_results(tmp_path)
    for table in ("outcomes", "coalitions"):
        assert parted.read(table, factors=True).equals(whole.read(table, factors=True))
        assert parted.count(table) == len(whole.read(table))
