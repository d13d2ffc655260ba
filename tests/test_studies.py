"""Experiments: loading, verdicts, comparison with committed results, what is written, exit codes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalsim import experiments
from coalsim.cli import main
from coalsim.errors import StoreError
from coalsim.experiments.markdown import insert, verdict_table
from coalsim.experiments.show import _tally
from coalsim.experiments.verdicts import read_before

ROOT = Path(__file__).resolve().parents[1]
HEADER = "target,reported,standing,compare,tolerance,source,note\n"
ABOUT = """title = "A tiny experiment"
kind = "published"
citation = "Nobody 2000"
doi = "10.1/2"
summary = "Is it a half?"
seconds = 1
"""
TARGETS = HEADER + "half,0.5,V,,4 se,p. 7,\nthird,0.333,C,=,0,,\nless,0.2,M,<,0,,\nopen,,,,,,what comes out\n"
CODE = """
import numpy as np
import pandas as pd
from coalsim.experiments import Output, Value

def run(setting):
    import matplotlib.pyplot as plt
    draws = np.random.default_rng(setting.seed).random(50 if setting.quick else 1000)
    figure, axis = plt.subplots(figsize=(2, 2))
    axis.plot(draws[:9])
    table = pd.DataFrame({"n": [1, 2], "x": [1 / 3, np.nan], "name": ["a, b", "c"]})
    values = [Value("half", draws.mean(), draws.std() / len(draws) ** .5), Value("third", 1 / 3), Value("less", LESS), Value("open", 7)]
    return Output(values, {"table": table}, {"figure": figure})
"""
GIVES = "from coalsim.experiments import *\ndef run(setting):\n    return Output({})\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one experiment, tiny; the current folder."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "experiments" / "tiny")
    return tmp_path


def write(folder: Path, code: str = CODE, targets: str = TARGETS, about: str = ABOUT, less: float = 0.1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "experiment.toml").write_text(about)
    (folder / "README.md").write_text("What it asks.\n")
    (folder / "targets.csv").write_text(targets)
    (folder / "experiment.py").write_text(code.replace("LESS", str(less)))
    return folder


def coalsim(*arguments: str) -> int:
    """Return the exit code of a command, run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["coalsim", *arguments])
        try:
            main()
        except SystemExit as done:
            return int(done.code or 0)
    return 0


def constant(folder: Path, value: float, se: float = 0.0, target: str = "x,0.5,V,=,0.1,,") -> Path:
    """Write an experiment whose one value is given."""
    code = f"from coalsim.experiments import Output, Value\ndef run(setting):\n    return Output([Value('x', {value!r}, {se!r})])\n"
    return write(folder, code.replace("nan", "float('nan')"), HEADER + target + "\n")


# --- verdicts ---


def target(reported: str, compare: str = "=", tolerance: str = "", standing: str = "V") -> experiments.Target:
    return experiments.Target("x", float(reported), reported, standing, compare, experiments.Tolerance.parse(tolerance))


@pytest.mark.parametrize(
    ("reported", "compare", "tolerance", "got", "se", "word"),
    [
        ("0.963", "=", "", 26 / 27, 0, "reproduced"),  # exact to the last printed digit
        ("0.962", "=", "", 26 / 27, 0, "not reproduced"),
        ("-1.50", "=", "0", -1.504, 0, "reproduced"),
        ("-1.50", "=", "0", -1.506, 0, "not reproduced"),
        ("13", "=", "0", 13, 0, "reproduced"),
        ("13", "=", "0", 13.2, 0, "not reproduced"),
        ("3", "=", "0", 3 + 1e-15, 0, "reproduced"),
        ("1e-5", "=", "", 1.4e-5, 0, "reproduced"),
        ("0.5", "=", "0.01", 0.51, 0, "reproduced"),  # at the border, in binary fractions
        ("0.5", "=", "0.01", 0.511, 0, "not reproduced"),
        ("0.5", "=", "4 se", 0.53, 0.01, "reproduced"),
        ("0.5", "=", "4 se", 0.55, 0.01, "not reproduced"),
        ("0.5", "=", "4 se", 0.5, 0, "reproduced"),
        ("0.5", "=", "4 se", 0.500001, 0, "not reproduced"),  # printed digits are no part of a tolerance that is given
        ("0.5", "=", "1.96 se", 0.519, 0.01, "reproduced"),
        ("0.5", "=", "10 se", 0.61, 0.01, "not reproduced"),
        ("0.5", "=", "0.02 + 4 se", 0.555, 0.01, "reproduced"),
        ("0.5", "=", "0.02 + 4 se", 0.565, 0.01, "not reproduced"),
        ("1.25", "<", "", 1.249, 0, "reproduced"),
        ("1.25", "<", "", 1.25, 0, "not reproduced"),
        ("1.25", "<", "4 se", 1.28, 0.01, "reproduced"),  # a published inequality is forgiven the tolerance
        ("1.25", "<", "4 se", 1.30, 0.01, "not reproduced"),
        ("5", ">", "", 5.1, 0, "reproduced"),
        ("5", ">", "", 5, 0, "not reproduced"),
        ("5", ">", "0.2", 4.9, 0, "reproduced"),
        ("0.5", "=", "1", math.nan, math.nan, "not reproduced"),
    ],
)
def test_verdict_of_a_published_number(reported: str, compare: str, tolerance: str, got: float, se: float, word: str) -> None:
    assert experiments.judge(target(reported, compare, tolerance), experiments.Value("x", got, se)).word == word


@pytest.mark.parametrize(
    ("compare", "tolerance", "got", "word"),
    [
        ("<", "2 se", 0.7, "holds"),
        ("<", "2 se", 0.9, "undecided"),
        ("<", "2 se", 1.1, "undecided"),
        ("<", "2 se", 1.3, "does not hold"),
        (">", "2 se", 1.3, "holds"),
        (">", "2 se", 1.1, "undecided"),
        (">", "2 se", 0.7, "does not hold"),
        (">", "", 1.001, "holds"),
        (">", "", 1.0, "does not hold"),
        ("=", "2 se", 1.1, "holds"),
        ("=", "2 se", 1.3, "does not hold"),
        (">", "2 se", math.nan, "undecided"),
    ],
)
def test_verdict_of_a_hypothesis(compare: str, tolerance: str, got: float, word: str) -> None:
    assert experiments.judge(target("1", compare, tolerance, "H"), experiments.Value("x", got, 0.1)).word == word


def test_a_value_without_reference_is_reported_only() -> None:
    verdict = experiments.judge(experiments.Target("x", None), experiments.Value("x", 3.0))
    assert verdict.word == "no reference"
    assert math.isnan(verdict.difference)


@given(
    st.floats(-1e3, 1e3),
    st.sampled_from("=<>"),
    st.floats(0, 10),
    st.floats(0, 2),
    st.floats(0, 3),
    st.floats(0, 3),
)
def test_a_wider_tolerance_never_undoes_a_published_verdict(
    got: float, compare: str, absolute: float, errors: float, se: float, more: float
) -> None:
    narrow = replace(target("1.5", compare, "1"), tolerance=experiments.Tolerance(absolute, errors))
    wide = replace(narrow, tolerance=experiments.Tolerance(absolute + more + 0.05, errors + more))
    value = experiments.Value("x", got, se)
    if experiments.judge(narrow, value).word == "reproduced":
        assert experiments.judge(wide, value).word == "reproduced"


@given(st.floats(-10, 10), st.floats(0, 3))
def test_a_hypothesis_and_its_opposite_never_both_hold(got: float, se: float) -> None:
    value = experiments.Value("x", got, se)
    words = [experiments.judge(target("1", compare, "2 se", "H"), value).word for compare in "<>"]
    assert words in (["holds", "does not hold"], ["does not hold", "holds"], ["undecided"] * 2, ["does not hold"] * 2)
    assert words != ["does not hold"] * 2 or got == 1


# --- loading ---


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("x,half,V,,,,", "3: reported 'half' is not a number"),
        ("x,inf,V,,,,", "3: reported 'inf' is not finite"),
        ("x,1,,,,,", "3: a reported number needs a standing"),
        ("x,1,W,,,,", "3: standing 'W'; allowed: V, C, M, H"),
        ("x,1,V,~,,,", "3: compare '~'; allowed: = < >"),
        ("x,1,V,,3 sd,,", "3: tolerance '3 sd'"),
        ("x,1,V,,0.1 4 se,,", "3: tolerance '0.1 4 se'"),
        ("x,1,V,,-1,,", "3: tolerance '-1'"),
        ("x,1,V,,,a,b,c", "3: 8 cells; allowed: 7 cells"),
        (",1,V,,,,", "3: column 'target' is blank"),
        ("first,1,V,,,,", "3: column 'target' = 'first' is there already, on line 2"),
        ("x,,H,,,,", "3: a hypothesis"),
        ("x,1,H,,,,", "standing H is for experiments of kind 'study'"),
    ],
)
def test_a_bad_row_of_targets_is_named(tmp_path: Path, row: str, complaint: str) -> None:
    folder = write(tmp_path / "bad", targets=f"{HEADER}first,1,V,,,,\n{row}\n")
    with pytest.raises(experiments.ExperimentError, match=r"targets\.csv") as error:
        experiments.load(folder)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("about", "complaint"),
    [
        ("title = ", "is not valid TOML"),
        (ABOUT.replace("title", "titel"), "unknown field 'titel', did you mean 'title'?"),
        (ABOUT.replace('"published"', '"real"'), "kind 'real'; allowed: published, study"),
        (ABOUT.replace("seconds = 1\n", ""), "seconds is missing"),
        (ABOUT.replace("seconds = 1", 'seconds = "1"'), "seconds must be a number"),
    ],
)
def test_a_bad_description_is_named(tmp_path: Path, about: str, complaint: str) -> None:
    with pytest.raises(experiments.ExperimentError, match=r"experiment\.toml") as error:
        experiments.load(write(tmp_path / "bad", about=about))
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("def run(setting:\n", "cannot be loaded: SyntaxError"),
        ("import nothing_of_that_name\n", "cannot be loaded: ModuleNotFoundError"),
        ("x = 1\n", "has no function run"),
        ("def run(setting):\n    return 3\n", "run gave int"),
        (GIVES.format("[Value('x', 1), Value('x', 2)]"), "two values are named 'x'"),
        ("from coalsim.experiments import *\ndef run(s):\n    return Output([Value('x', 1, -1)])\n", "standard error -1"),
        (
            "from coalsim.experiments import *\ndef run(s):\n    return Output([Value('haalf', 1)])\n",
            "no value for target 'half', did you mean 'haalf'?",
        ),
        (
            "from coalsim.experiments import *\ndef run(s):\n    return Output([Value('half', 1)], {'values': None})\n",
            "cannot be named 'values'",
        ),
    ],
)
def test_bad_code_is_named(tmp_path: Path, code: str, complaint: str) -> None:
    with pytest.raises(experiments.ExperimentError, match=r"experiment\.py") as error:
        experiments.reproduce(write(tmp_path / "bad", code))
    assert complaint in str(error.value)


def test_missing_files_and_unknown_names_are_named(here: Path) -> None:
    with pytest.raises(experiments.ExperimentError, match=r"^no experiment 'tinny' in experiments, did you mean 'tiny'\?$"):
        experiments.load("tinny")
    with pytest.raises(experiments.ExperimentError, match=r"^no experiment 'xyzw' in experiments; there are: tiny$"):
        experiments.load("xyzw")
    (here / "experiments/tiny/targets.csv").unlink()
    with pytest.raises(experiments.ExperimentError, match=r"tiny has no targets\.csv"):
        experiments.load("tiny")


def test_files_beside_the_code_are_imported_and_cannot_hide_others(tmp_path: Path) -> None:
    code = "import rules_of_one\nfrom coalsim.experiments import Output, Value\ndef run(s):\n    import later_of_one\n"
    code += "    return Output([Value('x', rules_of_one.X + later_of_one.Y)])\n"
    one = write(tmp_path / "one", code, HEADER + "x,3,V,,,,\n")
    (one / "rules_of_one.py").write_text("X = 1\n")
    (one / "later_of_one.py").write_text("Y = 2\n")
    assert experiments.reproduce(one).verdicts[0].word == "reproduced"
    assert str(one.resolve()) not in sys.path
    two = write(tmp_path / "two", code, HEADER + "x,3,V,,,,\n")
    (two / "rules_of_one.py").write_text("X = 5\n")
    with pytest.raises(experiments.ExperimentError, match="has the name of a module that is in use"):
        _ = experiments.load(two).module


# --- running, writing, comparing ---


def test_a_run_writes_everything_and_again_the_same_bytes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coalsim("reproduce", "tiny", "--update") == 0
    assert "new: there are no committed results" in capsys.readouterr().out
    folder = here / "results/tiny"
    names = {"verdicts.csv", "values.csv", "table.csv", "figure.png", "manifest.json"}
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first) == names
    assert first["table.csv"] == b'n,x,name\n1,0.33333333,"a, b"\n2,,c\n'
    assert b"\nthird,0.3333333333,0\n" in first["values.csv"]
    assert b"\nthird,0.333,C,=,0,0.3333333333,0,0.0003333333333,0.0005,reproduced,,\n" in first["verdicts.csv"]
    assert b"\nopen,,,,,7,0,,,no reference,,what comes out\n" in first["verdicts.csv"]
    manifest = json.loads(first["manifest.json"])
    assert manifest["experiment"] == "tiny"
    assert (manifest["quick"], manifest["seed"]) == (False, 1)
    assert {"commit", "date", "code", "rules", "targets"} <= set(manifest)
    assert not {"seconds", "workers"} & set(manifest)
    assert set(manifest["files"]) == names - {"manifest.json"}
    assert coalsim("reproduce", "tiny", "--update") == 0
    assert "verdicts: as committed; values: equal to the committed ones" in capsys.readouterr().out
    again = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(again) == names
    assert all(again[name] == first[name] for name in names - {"manifest.json"})


def test_a_run_leaves_committed_results_alone_unless_told_to_update_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coalsim("reproduce", "tiny") == 0
    assert "written: out/reproduced/tiny" in capsys.readouterr().out
    assert not (here / "results").exists()
    assert coalsim("reproduce", "tiny", "--committed", "kept", "--update") == 0
    assert sorted(path.name for path in here.iterdir()) == ["experiments", "kept", "out"]


def test_manifests_tell_changed_rules_from_changed_targets(here: Path) -> None:
    def manifest() -> dict[str, object]:
        assert coalsim("reproduce", "tiny", "--update") == 0
        found: dict[str, object] = json.loads((here / "results/tiny/manifest.json").read_text())
        return found

    first = manifest()
    (here / "experiments/tiny/README.md").write_text("Other words.\n")
    (here / "experiments/tiny/analysis.py").write_text("# a notebook\n")
    assert manifest() == first
    (here / "experiments/tiny/table.csv").write_text("x\n1\n")
    second = manifest()
    assert (second["rules"] == first["rules"], second["targets"] == first["targets"]) == (False, True)
    write(here / "experiments/tiny", targets=TARGETS.replace("p. 7", "p. 8"))
    third = manifest()
    assert (third["rules"] == second["rules"], third["targets"] == second["targets"]) == (True, False)


def test_bytes_are_the_same_in_another_process(here: Path) -> None:
    assert coalsim("reproduce", "tiny", "--out", "one") == 0
    command = [sys.executable, "-c", "from coalsim.cli import main; main()", "reproduce", "tiny", "--out", "two"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here)
    assert done.returncode == 0, done.stderr
    for name in ("verdicts.csv", "values.csv", "table.csv", "figure.png"):
        assert (here / "one/tiny" / name).read_bytes() == (here / "two/tiny" / name).read_bytes()


def test_files_that_a_run_no_longer_makes_go_and_others_stay(here: Path) -> None:
    assert coalsim("reproduce", "tiny", "--update") == 0
    (here / "results/tiny/notes.txt").write_text("mine")
    write(here / "experiments/tiny", CODE.replace('{"table": table}', '{"renamed": table}'))
    assert coalsim("reproduce", "tiny", "--update") == 0
    names = {path.name for path in (here / "results/tiny").iterdir()}
    assert names == {"verdicts.csv", "values.csv", "renamed.csv", "figure.png", "manifest.json", "notes.txt"}


def test_an_honest_miss_is_no_failure_and_a_changed_verdict_is_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "experiments/tiny", less=0.3)
    assert coalsim("reproduce", "tiny", "--update") == 0
    assert "not reproduced" in capsys.readouterr().out
    assert coalsim("reproduce", "tiny", "--out", "fresh") == 0
    write(here / "experiments/tiny", less=0.1)
    assert coalsim("reproduce", "tiny", "--out", "fresh") == 1
    printed = capsys.readouterr().out
    assert "less: reproduced; committed: not reproduced" in printed
    assert "1 differ from the committed ones (less)" in printed


def test_a_value_that_changed_without_its_verdict_is_said_and_is_no_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coalsim("reproduce", "tiny", "--update") == 0
    write(here / "experiments/tiny", less=0.1 + 1e-6)
    assert coalsim("reproduce", "tiny", "--out", "fresh") == 0
    assert "verdicts: as committed; values: 1 differ from the committed ones (less)" in capsys.readouterr().out


@pytest.mark.parametrize("quick", [False, True])
def test_a_target_that_is_gone_is_a_failure_and_a_new_one_is_not(here: Path, quick: bool, capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--quick"] if quick else []
    assert coalsim("reproduce", "tiny", "--update") == 0
    write(
        here / "experiments/tiny",
        targets=TARGETS + "third_again,1,V,,,,\n",
        code=CODE.replace("values = [", 'values = [Value("third_again", 1), '),
    )
    assert coalsim("reproduce", "tiny", "--out", "fresh", *size) == 0
    write(here / "experiments/tiny", targets=TARGETS.replace("less,0.2,M,<,0,,\n", ""))
    assert coalsim("reproduce", "tiny", "--out", "fresh", *size) == 1
    assert "less: gone; committed: reproduced" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("committed", "fresh", "counts"),
    [
        ((0.59, 0.01), (0.62, 0.02), False),  # 1.3 combined standard errors away: chance
        ((0.59, 0.01), (0.68, 0.02), True),  # 4.02
        ((0.59, 0.0), (0.61, 0.0), True),  # exact values have no chance
        ((0.59, 0.01), (math.nan, math.nan), True),
        ((0.59, 0.01), (0.45, 0.001), False),  # moved, but the verdict is the same
    ],
)
def test_a_quick_verdict_counts_if_the_value_moved(
    here: Path, committed: tuple[float, float], fresh: tuple[float, float], counts: bool
) -> None:
    constant(here / "experiments/one", *committed)
    assert coalsim("reproduce", "one", "--update") == 0
    constant(here / "experiments/one", *fresh)
    assert coalsim("reproduce", "one", "--quick") == int(counts)
    verdict = experiments.judge(target("0.5", tolerance="0.1"), experiments.Value("x", *fresh)).word
    assert coalsim("reproduce", "one", "--out", "full") == int(verdict != "reproduced")


def test_rounding_of_committed_values_is_no_edit_of_targets(here: Path) -> None:
    exact = repr(26 / 27)
    constant(here / "experiments/one", 26 / 27, 0.0, f"x,{exact},V,=,1e-12,,")
    assert coalsim("reproduce", "one", "--update") == 0
    before = read_before(here / "results/one")
    assert before is not None
    assert before.values["x"].value != 26 / 27
    precise = experiments.load("one").targets[0]
    assert experiments.follows("reproduced", precise, before.values["x"])
    assert not experiments.follows("reproduced", replace(precise, reported=26 / 27 + 1e-7), before.values["x"])


def test_a_quick_verdict_counts_if_the_targets_were_edited(here: Path) -> None:
    constant(here / "experiments/one", 0.59, 0.01)
    assert coalsim("reproduce", "one", "--update") == 0
    constant(here / "experiments/one", 0.59, 0.01, "x,0.5,V,=,0.05,,")
    assert coalsim("reproduce", "one", "--quick") == 1


def test_a_quick_run_writes_elsewhere_and_does_not_replace_a_full_one(here: Path) -> None:
    assert coalsim("reproduce", "tiny", "--update") == 0
    before = (here / "results/tiny/values.csv").read_bytes()
    assert coalsim("reproduce", "tiny", "--quick") == 0
    assert (here / "out/quick/tiny/values.csv").read_bytes() != before
    with pytest.raises(StoreError, match="which a quick one may not replace"):
        experiments.reproduce("tiny", experiments.Setting(quick=True), "results")
    assert (here / "results/tiny/values.csv").read_bytes() == before


def test_all_goes_on_after_a_failure_and_ends_with_a_summary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "experiments/broken", "def run(setting):\n    raise RuntimeError('no luck')\n")
    assert coalsim("reproduce", "--all", "--update") == 1
    printed = capsys.readouterr()
    assert "RuntimeError: no luck" in printed.err
    assert (here / "results/tiny/manifest.json").exists()
    rows = [line.split() for line in printed.out.split("2 experiments in")[1].splitlines()]
    assert next(row for row in rows if row[:1] == ["tiny"])[1:8] == ["4", "3", "-", "1", "-", "-", "-"]
    assert next(row for row in rows if row[:1] == ["broken"])[1:] == ["failed"]
    assert not (here / "results/broken/verdicts.csv").exists()


def test_kinds_and_list(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = ABOUT.replace('"published"', '"study"')
    write(here / "experiments/ours", about=about, targets=HEADER + "half,0.4,H,>,2 se,,\n")
    assert coalsim("reproduce", "--all", "--kind", "study", "--quick") == 0
    assert {path.name for path in (here / "out/quick").iterdir()} == {"ours"}
    assert coalsim("reproduce", "--all", "--update") == 0
    capsys.readouterr()
    assert coalsim("reproduce", "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("ours") and "1 holds" in line for line in lines)
    assert _tally(["holds", "does not hold", "holds", "does not hold", "undecided"]) == "2 hold, 2 do not hold, 1 undecided"
    assert any(line.startswith("tiny") and "3 reproduced, 1 no reference" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["tinny"], "did you mean 'tiny'?"),
        ([], "give the NAME of an experiment, or --all, or --list"),
        (["tiny", "--all"], "give the NAME of an experiment, or --all, or --list"),
        (["tiny", "--kind", "study"], "--kind goes with --all or --list"),
        (["--all", "--kind", "study"], "no experiments in experiments"),
        (["--all", "--experiments", "elsewhere"], "there is no folder of experiments elsewhere"),
        (["tiny", "--out", "experiments/tiny/experiment.py"], "is not a folder"),
        (["tiny", "--update", "--quick"], "--update does not go with --quick"),
        (["tiny", "--update", "--out", "else"], "--update does not go with --out"),
        (["--list", "--update"], "--update has no effect beside --list"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    here: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coalsim("reproduce", *arguments) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert printed.startswith("coalsim: error: ")
    assert complaint in printed


def test_results_that_cannot_be_read_are_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coalsim("reproduce", "tiny", "--update") == 0
    (here / "results/tiny/values.csv").write_text("name\nhalf\n")
    assert coalsim("reproduce", "tiny", "--quick") == 2
    assert "cannot be read" in capsys.readouterr().err


# --- the table for the README ---


def test_the_table_of_verdicts_keeps_standings_apart(here: Path) -> None:
    write(here / "experiments/tiny", less=0.3)
    write(here / "experiments/later")
    assert coalsim("reproduce", "tiny", "--update") == 0
    table = verdict_table("experiments", "results", "docs/page.md")
    assert "| [A tiny experiment](../experiments/tiny) ([verdicts](../results/tiny/verdicts.csv)) | 1 of 1 | 1 of 1 | 0 of 1 | 1 |" in table
    assert "tiny: less." in table
    assert "Without results yet: `later`" in table


def test_the_table_is_put_between_the_markers_and_nowhere_else() -> None:
    page = "before\n<!-- verdicts:begin -->\nold\n<!-- verdicts:end -->\nafter\n"
    once = insert(page, "new\n")
    assert once == "before\n<!-- verdicts:begin -->\nnew\n<!-- verdicts:end -->\nafter\n"
    assert insert(once, "new\n") == once
    with pytest.raises(experiments.ExperimentError, match="needs a line <!-- verdicts:begin -->"):
        insert("no markers", "new")


# --- the experiments of this project ---


@pytest.mark.parametrize("name", experiments.available(ROOT / "experiments"))
def test_every_experiment_loads_and_is_described(name: str) -> None:
    experiment = experiments.load(name, ROOT / "experiments")
    assert callable(experiment.module.run)
    text = (experiment.folder / "README.md").read_text(encoding="utf-8")
    assert f"coalsim reproduce {name}" in text
    assert experiment.doi in text
    # A study tests hypotheses, or stands beside data it was not fitted to.
    assert experiment.kind != "study" or any(target.standing in ("H", "V") for target in experiment.targets)


@pytest.mark.parametrize("name", experiments.available(ROOT / "experiments"))
def test_every_figure_of_an_experiment_is_in_its_readme_with_what_one_sees(name: str) -> None:
    text = (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")
    for figure in (ROOT / "results" / name).glob("*.png"):
        alt, link, below = text.partition(f"](../../results/{name}/{figure.name})\n")
        assert link, figure
        assert len(alt.rpartition("![")[2]) > 10
        seen = below.strip().partition("\n\n")[0]
        assert seen.count(". ") + seen.count(".\n") + seen.endswith(".") >= 2, f"{figure}: two sentences on what one sees"


@pytest.mark.parametrize("name", sorted(path.parent.name for path in (ROOT / "results").glob("*/verdicts.csv")))
def test_committed_verdicts_follow_from_committed_values_and_targets(name: str) -> None:
    before = read_before(ROOT / "results" / name)
    assert before is not None
    targets = {target.name: target for target in experiments.load(name, ROOT / "experiments").targets}
    assert set(targets) == set(before.words)
    stale = [name for name, word in before.words.items() if not experiments.follows(word, targets[name], before.values[name])]
    assert not stale
    assert json.loads((ROOT / "results" / name / "manifest.json").read_text())["quick"] is False


def test_committed_manifests_hold_nothing_that_changes_from_run_to_run() -> None:
    for path in ROOT.glob("results/*/manifest.json"):
        assert not {"seconds", "workers"} & set(json.loads(path.read_text())), path


@pytest.mark.slow
@pytest.mark.parametrize("name", experiments.available(ROOT / "experiments"))
def test_a_quick_run_of_every_experiment_agrees_with_its_results(name: str) -> None:
    result = experiments.reproduce(
        experiments.load(name, ROOT / "experiments"), experiments.Setting(quick=True), committed=ROOT / "results"
    )
    assert not result.agreement.new
    assert not result.agreement.differing


def test_verdicts_as_a_table() -> None:
    found = experiments.judged(
        [target("0.5", ">", "2 se", "H"), experiments.Target("y", None, "", "")],
        [experiments.Value("x", 0.7, 0.05), experiments.Value("y", 3.0)],
    )
    assert found["verdict"].tolist() == ["holds", "no reference"]
    assert found["reported"].tolist() == ["> 0.5", ""]
    assert found["value"].tolist() == [0.7, 3.0]
