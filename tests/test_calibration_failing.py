"""A calibration that fails says of which target in one line, and leaves nothing that stands in the way of the corrected file."""

import subprocess
import sys
import tomllib

import numpy as np
import pytest

import coalsim as cs
from coalsim.calibration import drawn, estimate, open_calibration
from coalsim.calibration.calibrating import Posterior
from coalsim.calibration.folder import CalibrationFolder, _differ
from coalsim.calibration.matching import _check_values
from coalsim.calibration.problem import _RANGES, FEWEST_VALUES, problem_of
from coalsim.errors import Interrupted, ParameterError, StatisticError, StoreError

TOML = f"""
vary = ["openness"]
runs = 2
[fixed]
organizations = 8
months = 6
burn_in = 0
issues = 2
funders = 2
[method]
waves = 1
wave_points = {FEWEST_VALUES}
particles = 10
generations = 1
least_acceptance = 0.5
[targets.joins]
statistic = "mean"
table = "outcomes"
column = "joins"
value = 5
tolerance = 4
"""
OWN = '\n[targets.mine]\nstatistic = "mine"\nvalue = 1\ntolerance = 1\n'


def divided(seen):
    """One over nothing."""
    return 1 / (len(seen.outcomes) - len(seen.outcomes))


def worded(seen):
    """A word where a number is needed."""
    return "many"


@pytest.fixture
def asked():
    return tomllib.loads(TOML)


@pytest.mark.parametrize(
    ("function", "said"), [(divided, "ZeroDivisionError: division by zero (test_calibration_failing.py, line"), (worded, "ValueError")]
)
def test_a_statistic_that_fails_names_its_target_and_leaves_nothing(function, said, tmp_path):
    given = tomllib.loads(TOML + OWN)
    for folder in (tmp_path / "new" / "fit", tmp_path / "mine"):
        if folder.name == "mine":
            folder.mkdir()
            (folder / "notes.txt").write_text("mine")
        with pytest.raises(StatisticError) as caught:
            cs.calibrate(given, folder, statistics={"mine": function})
        assert str(caught.value).startswith(f"[targets.mine] statistic 'mine' failed: {said}")
        assert "\n" not in str(caught.value)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["mine", "mine/notes.txt"]
    with pytest.raises(StatisticError, match=r"targets\.mine"):
        estimate(given, {"mine": function})


def test_the_command_says_it_in_one_line(tmp_path):
    (tmp_path / "own.py").write_text("def mine(seen):\n    return seen.outcomes['nothing'].mean()\n")
    (tmp_path / "t.toml").write_text(TOML + OWN)
    command = ["calibrate", "t.toml", "--out", "fit", "--statistic", "mine=own:mine", "--workers", "2"]
    code = "from coalsim.cli import main; main()"
    found = subprocess.run([sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert "[targets.mine] statistic 'mine' failed: KeyError: 'nothing' (own.py, line 2)" in found.stderr
    assert not (tmp_path / "fit").exists()


def begun(path, asked, stop, computed=False):
    """Begin a calibration in a folder and fail; return the folder."""
    folder = CalibrationFolder(path)
    with folder.held():
        folder.begin(problem_of(asked), "t", False, False)
        if computed:
            (path / "evaluations" / "wave-1-0000.json").write_text("{}")
        raise stop


def test_what_was_begun_before_or_interrupted_or_computed_stays(asked, tmp_path):
    failed, fit, other = StatisticError("failed"), tmp_path / "fit", tmp_path / "other"
    for path, stop, computed in ((fit, Interrupted("stopped"), False), (fit, failed, False), (other, failed, True)):
        with pytest.raises(type(stop)):
            begun(path, asked, stop, computed)
        assert CalibrationFolder(path).manifest() is not None
    with pytest.raises(StatisticError):
        begun(tmp_path / "third", asked, failed)
    assert not (tmp_path / "third").exists()


def test_the_fewest_points_of_a_wave_can_be_fitted(asked, tmp_path):
    assert _RANGES["wave_points"][0] == FEWEST_VALUES
    assert len(cs.calibrate(asked, tmp_path / "fit").posterior) == 10
    with pytest.raises(ParameterError, match=f"wave_points = {FEWEST_VALUES - 1}: a whole number from {FEWEST_VALUES} to"):
        problem_of(asked | {"method": {"wave_points": FEWEST_VALUES - 1}})
    targets = problem_of(asked).targets
    _check_values(targets, np.ones((FEWEST_VALUES, 1)), [0])
    with pytest.raises(ParameterError, match=r"\[targets\.joins\] .*too few to fit"):
        _check_values(targets, np.ones((FEWEST_VALUES - 1, 1)), [0])


@pytest.mark.parametrize(
    ("name", "prior", "said"),
    [
        ("effort", {"low": 0, "high": 10, "log": True}, "effort: low = 0; with log = true, low must be above 0"),
        ("effort", {"low": 1, "high": 10, "log": "yes"}, "effort: log = 'yes'; true or false is needed"),
        ("research_months", {"low": 1, "high": 10, "log": True}, "research_months: log = true; the parameter has whole numbers"),
    ],
)
def test_what_is_wrong_with_a_logarithm_is_said(asked, name, prior, said):
    with pytest.raises(ParameterError) as caught:
        problem_of(asked | {"priors": {name: prior}})
    assert said in str(caught.value)


def test_what_differs_is_said_in_english():
    assert _differ(["base"]) == "the base differs"
    assert _differ(["priors"]) == "the priors differ"
    assert _differ(["seed", "base", "own_statistics"]) == "the seed, the base and the own statistics differ"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"quiet": "no"}, "quiet = 'no': True or False is needed"),
        ({"overwrite": 1}, "overwrite = 1: True or False is needed"),
        ({"mixed": "no"}, "mixed = 'no': True or False is needed"),
        ({"seed": 1.5}, "seed = 1.5: a whole number"),
        ({"out": ""}, "out = '': a path is needed"),
        ({"out": 5}, "out = 5: a path is needed"),
        ({"targets": None}, "targets = None: a targets file, or the same as tables, is needed"),
        ({"targets": ""}, "targets = '': a targets file"),
        ({"targets": 3}, "targets = 3: a targets file"),
        ({"statistics": ["mean"]}, "statistics = ['mean']: functions by name are needed"),
    ],
)
def test_arguments_of_calibrate_are_checked(asked, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError) as caught:
        cs.calibrate(**{"targets": asked, "out": "fit"} | arguments)
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["", None, 5, 2.5])
def test_a_posterior_is_somewhere(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posterior.parquet").write_text("not to be read")
    for read in (cs.posterior, open_calibration, lambda given: drawn(given, 3)):
        with pytest.raises(ParameterError, match="a path is needed"):
            read(given)
    with pytest.raises(StoreError):
        cs.posterior(".")


@pytest.mark.parametrize("n", [2.5, True, "3", 0, -1, None])
def test_draws_are_counted_in_whole_numbers(n):
    of = Posterior((cs.Parameters(),), (), 0, (1.0,), (0.0,))
    with pytest.raises(ParameterError, match="n = "):
        of.resampled(n)
    with pytest.raises(ParameterError, match="n = "):
        drawn(of, n)
    assert len(of.resampled(2)) == 2
