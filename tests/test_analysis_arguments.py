"""Arguments of no use to the analysis are refused in one line, whatever function and argument it is."""

import inspect
import warnings

import pandas as pd
import pytest

import coalsim as cs
from coalsim import analysis
from coalsim.advice import advise
from coalsim.errors import CoalsimError

BASE = cs.Parameters.model1().replace(organizations=12, months=24, effort=4.0, research_months=2, convene_hazard=0.2)
RANGES = {"openness": {"low": 0, "high": 1}, "effort": {"low": 4, "high": 30}}
OF_NO_USE = [None, "", [], {}, (0.2,), ["impact", "impact"], "nope", b"x", object(), print]
OF_NO_USE += [3, 1.5, float("nan"), -1, 0, 2**70, 10**400, True]


@pytest.fixture(scope="module")
def right():
    grid = cs.Sweep(BASE, {"openness": [0.2, 0.5, 0.8], "effort": [6.0, 20.0]}, 3).run()
    saltelli = cs.Sweep(BASE, RANGES, 2, design="saltelli", samples=2).run()
    return {
        "effect": {"results": grid, "of": "openness", "on": "impact"},
        "response": {"results": grid, "over": "openness", "on": "impact"},
        "optimum": {"results": grid, "over": "openness", "on": "impact"},
        "survival": {"results": grid, "of": "openness"},
        "regions": {"results": grid, "success": f"contributed >= {grid.outcomes['contributed'].median()}"},
        "replicates_needed": {"results": grid, "on": "impact", "half_width": 0.05},
        "sensitivity": {"results": saltelli, "on": "participation"},
        "chance": {"results": grid, "on": "impact"},
        "sobol_design": {"factors": ["openness", "effort"], "size": 4},
        "morris_design": {"factors": ["openness", "effort"], "size": 4},
        "plausible": {"n": 2},
    }


NAMES = ["effect", "response", "optimum", "survival", "regions", "replicates_needed"]
NAMES += ["sensitivity", "chance", "sobol_design", "morris_design"]


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_of_every_function(name, right):
    function, given = getattr(analysis, name), right[name]
    asked, said = 0, []
    for argument in inspect.signature(function).parameters:
        if argument in ("factors", "baseline"):
            continue
        for value in OF_NO_USE:
            asked += 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    function(**{**given, argument: value})
            except CoalsimError as error:
                said.append(str(error))
    assert asked >= 15
    assert all(len(line) < 500 and len(line.splitlines()) == 1 for line in said)


def test_refusals_name_the_argument(right):
    for argument, value in (
        ("on", ["impact", "impact"]),
        ("of", []),
        ("confidence", "0.9"),
        ("seed", 1.5),
        ("within", 3),
        ("method", None),
    ):
        with pytest.raises(CoalsimError, match=f"^{argument} = "):
            analysis.effect(**{**right["effect"], argument: value})
    with pytest.raises(CoalsimError, match=r"^results = "):
        analysis.effect(3, "openness", "impact")


def test_the_confidence_level_was_called_level_and_still_may_be(right):
    named = [name for name in NAMES if "confidence" in inspect.signature(getattr(analysis, name)).parameters]
    assert len(named) >= 7
    for name in named:
        function = getattr(analysis, name)
        with pytest.warns(DeprecationWarning, match="the argument level is now confidence") as told:
            former = function(**right[name], level=0.8)
        assert told[0].filename == __file__
        today = function(**right[name], confidence=0.8)
        tables = [former] if isinstance(former, pd.DataFrame) else [of for of in vars(former).values() if isinstance(of, pd.DataFrame)]
        others = [today] if isinstance(today, pd.DataFrame) else [of for of in vars(today).values() if isinstance(of, pd.DataFrame)]
        assert tables
        for one, other in zip(tables, others, strict=True):
            pd.testing.assert_frame_equal(one, other)
        with pytest.raises(TypeError, match="level is the former name of confidence"):
            function(**right[name], level=0.8, confidence=0.8)


def test_advice_takes_level_too():
    small = cs.Parameters.model1().replace(organizations=8, months=40)
    with pytest.warns(DeprecationWarning, match="the argument level is now confidence"):
        found = advise(small, replicates=2, draws=2, level=0.8)  # type: ignore[call-arg]
    assert found.confidence == 0.8
    with pytest.warns(DeprecationWarning, match="the attribute level is now confidence"):
        assert found.level == 0.8
