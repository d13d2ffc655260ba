"""Targets files: what they mean, and one clear line on what is wrong in them."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

import coalsim as cs
from coalsim.calibration import LIBRARY, problem_of, read_problem
from coalsim.calibration.emulators import standard
from coalsim.calibration.folder import described
from coalsim.calibration.targets import SURE, read_target
from coalsim.errors import ParameterError
from coalsim.parameters import declarations

ROOT = Path(__file__).parents[1]
TARGET = {"statistic": "mean", "table": "outcomes", "column": "impact", "value": 0.5, "tolerance": 0.1}
GIVEN = {"vary": ["openness"], "runs": 10, "targets": {"a": TARGET}}


def problem(**changes):
    return problem_of({**GIVEN, **changes})


def target(**changes):
    return problem(targets={"a": {**{k: v for k, v in TARGET.items() if k != "tolerance"}, **changes}}).targets[0]


@pytest.mark.parametrize(
    ("width", "low", "high"),
    [
        ({"tolerance": 0.1}, 0.4, 0.6),
        ({"relative": 0.1}, 0.45, 0.55),
        ({"sampling_error": 0.1}, 0.5 - 0.196, 0.5 + 0.196),
        ({"accepted": [0.3, 0.9]}, 0.3, 0.9),
        ({"at_least": 0.2}, 0.2, math.inf),
        ({"at_most": 0.7}, -math.inf, 0.7),
        ({"at_least": 0.2, "at_most": 0.7}, 0.2, 0.7),
    ],
)
def test_ways_to_say_how_near_is_near_enough(width, low, high):
    of = target(**width)
    assert (of.low, of.high) == pytest.approx((low, high))
    at_ends = of.off(np.array([end for end in (low, high) if math.isfinite(end)]))
    assert np.abs(at_ends) == pytest.approx(1)
    assert of.off(np.array([0.5, np.nan]))[0] == 0
    assert np.isnan(of.off(np.array([np.nan]))).all()
    assert np.abs(standard(of, np.array([of.high if math.isfinite(of.high) else of.low]))) == pytest.approx(SURE)


def test_a_side_that_does_not_matter_is_never_missed():
    assert target(at_least=0.2).off(np.array([5.0])).item() == 0
    assert target(at_least=0.2).off(np.array([-1.0])).item() == pytest.approx(-5)
    assert target(at_most=0.7).off(np.array([-5.0])).item() == 0


def test_the_middle_is_the_value_of_an_interval_without_one():
    given = {"statistic": "mean", "table": "outcomes", "column": "impact", "accepted": [0.2, 0.4]}
    assert problem(targets={"a": given}).targets[0].value == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": {}}, "'target' is unknown, did you mean 'targets'?"),
        ({"runs": 1}, "runs = 1: a whole number >= 2 is needed"),
        ({"seed": -1}, "seed = -1 is out of range"),
        ({"seed": "x"}, "seed = 'x' is of the wrong type; a whole number is needed"),
        ({"vary": []}, "there are no priors: give vary, or [priors]"),
        ({"vary": ["opennes"]}, "parameter 'opennes' is unknown, did you mean 'openness'?"),
        ({"vary": "some"}, "vary = 'some': 'all' or a list of parameters is needed"),
        ({"vary": ["months"]}, "[priors] months has no plausible range"),
        ({"leave": ["effort"]}, "leave has an effect only with vary = 'all'"),
        ({"vary": "all", "leave": ["months"]}, "leave: months is not varied anyway"),
        ({"priors": {"effort": {"low": 3}}}, "[priors] effort: high = None; a number is needed"),
        ({"priors": {"effort": [5.0]}}, "[priors] effort: one value is no prior; put it into [fixed]"),
        ({"priors": {"openness": {"low": 0, "high": 2}}}, "[priors] openness = 2 is out of range; allowed: 0..1 (1)"),
        ({"priors": {"effort": {"low": 3, "high": 5, "steps": 3}}}, "[priors] effort: steps has no effect on a prior"),
        ({"fixed": {"openness": 0.5}}, "openness is both in [fixed] and calibrated"),
        ({"fixed": {"effort": -1.0}}, "effort = -1.0 is out of range"),
        ({"method": {"wave": 3}}, "[method] 'wave' is unknown, did you mean 'waves'?"),
        ({"method": {"waves": 2.5}}, "[method] waves = 2.5: a whole number from 1 to 20 is needed"),
        ({"targets": {}}, "there are no targets to fit"),
        ({"targets": {"a": {**TARGET, "weight": 0}}}, "there are no targets to fit"),
        ({"groups": {"a": {"runs": 4}, "b": {"runs": 4}}}, "[targets.a] group is missing; groups: a, b"),
        ({"groups": {"a": {"over": {"openness": [0.1, 0.2]}}}}, "[groups.a] openness is calibrated; a group cannot set it"),
        (
            {"groups": {"a": {"over": {"organizations": {"low": 5, "high": 9}}}}},
            "[groups.a] over: organizations: a grid needs a list of values",
        ),
        ({"groups": {"a": {"fixed": {"monthss": 4}}}}, "[groups.a] parameter 'monthss' is unknown"),
        ({"groups": {"a": {"run": 4}}}, "[groups.a] 'run' is unknown, did you mean 'runs'?"),
        ({"groups": {"a": {"runs": 4}, "b": {}}, "targets": {"a": {**TARGET, "group": "a"}}}, "[groups.b] no target is of this group"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(changes, said):
    with pytest.raises(ParameterError) as caught:
        problem(**changes)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"statistic": "means"}, "statistic 'means' is unknown, did you mean 'mean'?"),
        ({"column": "impakt"}, "table outcomes has no column 'impakt', did you mean 'impact'?"),
        ({"table": "runs"}, "table = 'runs' is unknown; allowed: outcomes, coalitions, monthly"),
        ({"columns": "x"}, "'columns' is unknown, did you mean 'column'?"),
        ({"value": "x"}, "value is missing or no number; tolerance needs one"),
        ({"tolerance": 0}, "tolerance = 0: it must be above 0"),
        ({"accepted": [0.4, 0.6]}, "tolerance and accepted are given; one of"),
        ({"weight": -1}, "weight = -1: a number >= 0 is needed"),
        ({"where": {"impact": {"over": 1}}}, "impact: 'over' is no bound; allowed: at_least"),
        ({"where": {"ending": "running"}}, "table outcomes has no column 'ending'"),
        ({"tolerance": None}, "tolerance = None: a number is needed"),
    ],
)
def test_what_is_wrong_in_a_target_names_it(given, said):
    with pytest.raises(ParameterError) as caught:
        problem(targets={"a": {**TARGET, **given}})
    assert said in str(caught.value)
    assert str(caught.value).startswith("[targets.a] ")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"at_least": 0.2}, "value is missing: with one end only"),
        ({"value": 0.5}, "how near is near enough is missing: one of tolerance"),
        ({"value": 0.5, "accepted": [0.6, 0.9]}, "value = 0.5 is not within what is accepted, 0.6 to 0.9"),
        ({"accepted": [0.6, 0.5]}, "[low, high] with low < high is needed"),
        ({"value": 0.0, "relative": 0.1}, "relative = 0.1 of value 0: it must be above 0"),
    ],
)
def test_what_is_accepted_must_make_sense(given, said):
    about = {"statistic": "mean", "table": "outcomes", "column": "impact"}
    with pytest.raises(ParameterError, match=r"targets\.a") as caught:
        problem(targets={"a": {**about, **given}})
    assert said in str(caught.value)


def test_priors_are_even_on_the_scale_that_is_asked_for():
    of = problem(priors={"effort": {"low": 10, "high": 1000, "log": True}, "research_months": [3, 6, 12]}).priors
    assert of.names == ("openness", "effort", "research_months")
    low, high = declarations()["openness"].plausible
    assert of.values(np.array([0.25, 0.5, 0.1])) == pytest.approx(
        {"openness": low + (high - low) / 4, "effort": 100.0, "research_months": 3}
    )
    assert of.values(np.array([0.0, 0.0, 0.999]))["research_months"] == 12
    counts = {
        problem(priors={"research_months": {"low": 1, "high": 4}}).priors.values(np.array([0, u]))["research_months"]
        for u in (0, 0.3, 0.6, 0.99)
    }
    assert counts == {1, 2, 3, 4}


def test_vary_all_varies_what_has_a_plausible_range_and_is_not_left():
    names = problem(vary="all", leave=["effort"]).priors.names
    assert "effort" not in names
    assert "organizations" not in names
    assert set(names) == set(cs.plausible(1).names) - {"effort"}


def test_runs_of_a_group_are_dealt_out_evenly():
    of = problem(groups={"a": {"over": {"organizations": [10, 20, 30], "dimensions": [1, 2]}, "runs": 12}}).groups["a"]
    settings = of.settings(1)
    assert [one["organizations"] for one in settings].count(20) == 4
    assert [one["dimensions"] for one in settings].count(1) == 6
    assert of.settings(1) == settings


def test_a_file_names_itself_in_errors_and_its_folder_in_files(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text('runs = 5\nvary = ["openness"]\n[targets.a]\nstatistic = "mean"\ncolumn = "x"\nvalue = 1\ntolerance = 1\n')
    with pytest.raises(ParameterError, match=rf"{path}: \[targets.a\] table coalitions has no column 'x'"):
        read_problem(path)
    path.write_text('config = "field.toml"\n')
    with pytest.raises(ParameterError, match=r"field\.toml: no such file"):
        read_problem(path)


def test_a_file_alone_runs_no_code(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text('runs = 5\nvary = ["openness"]\n[targets.a]\nstatistic = "os:getcwd"\nvalue = 1\ntolerance = 1\n')
    with pytest.raises(ParameterError, match=r"statistic 'os:getcwd' is unknown.*--statistic"):
        read_problem(path)


def own(seen):
    """Coalitions for each run."""
    return len(seen.coalitions) / len(seen.outcomes)


def test_own_statistics_are_functions_or_where_they_are():
    given = {**GIVEN, "targets": {"a": {"statistic": "mine", "value": 1, "tolerance": 1}}}
    for what in (own, "test_calibration_targets:own"):
        found = problem_of(given, {"mine": what}).targets[0].statistic
        assert found.function.__name__ == "own"
    for what, said in [
        ("test_calibration_targets", "is not module:function"),
        ("nowhere_at_all:f", "nowhere_at_all cannot be imported"),
        ("test_calibration_targets:missing", "has no 'missing'"),
        (lambda seen: 1.0, "define it at the top of a module"),
    ]:
        with pytest.raises(ParameterError, match=said):
            problem_of(given, {"mine": what})
    with pytest.raises(ParameterError, match="statistic 'mine': no target is of it"):
        problem_of(GIVEN, {"mine": own})
    with pytest.raises(ParameterError, match="statistic 'mean' is in the library"):
        problem_of(GIVEN, {"mean": own})


def test_what_model_2_is_fitted_to_is_said_by_the_library():
    with (ROOT / "experiments/calibration/targets.toml").open("rb") as file:
        tables = tomllib.load(file)
    made = {name: read_target(name, given, LIBRARY, tables["groups"]) for name, given in tables["targets"].items()}
    assert len(made) == 23
    assert all(of.low < of.value < of.high for of in made.values())
    # tolerances of networks are half the range of the seven real ones, as in the face check
    assert made["density"].low == pytest.approx(0.444 - 0.196)


def test_the_targets_of_the_posterior_that_is_shipped_are_read_and_are_the_same():
    found = described(read_problem(ROOT / "experiments/calibration/targets.toml"))
    assert found["targets_digest"] == dict(cs.posterior("model2").about)["targets_digest"]
