"""What had another name before: it works, is the thing of today, and warns."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import coalsim as cs
from coalsim import moved
from coalsim.parameters.declare import parameter
from coalsim.sweep.described import about

FORMER = {
    "analysis.Draws": "analysis.ParameterDraws",
    "stability.Standing": "stability.Situation",
    "stability.situation.Standing": "stability.Situation",
}


@pytest.mark.parametrize("name", FORMER)
def test_former_names_of_things(name: str) -> None:
    module, _, thing = name.rpartition(".")
    home, _, today = FORMER[name].rpartition(".")
    with pytest.warns(
        DeprecationWarning, match=f"coalsim.{name} is now coalsim.{FORMER[name]}; the former name goes with version 0.3"
    ) as told:
        found = getattr(importlib.import_module(f"coalsim.{module}"), thing)
    assert found is getattr(importlib.import_module(f"coalsim.{home}"), today)
    assert told[0].filename == __file__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        importlib.import_module(f"coalsim.{module}").nothing  # noqa: B018


def test_an_argument_by_its_former_name() -> None:
    @moved.renamed(old="new")
    def function(new: int, other: int) -> tuple[int, int]:
        return new, other

    given: dict[str, int] = {"old": 1, "other": 2}
    assert function(new=1, other=2) == function(1, 2) == (1, 2)
    with pytest.warns(DeprecationWarning, match="the argument old is now new") as told:
        assert function(**given) == (1, 2)
    assert told[0].filename == __file__
    with pytest.raises(TypeError, match="old is the former name of new; give one of the two"):
        function(new=1, **given)


def test_what_a_parameter_rests_on_was_its_standing() -> None:
    given: dict[str, Any] = {"standing": "empirical"}
    with pytest.warns(DeprecationWarning, match="the argument standing is now evidence"):
        former = parameter(1.0, "month", "Of something.", **given)
    assert former.json_schema_extra == parameter(1.0, "month", "Of something.", evidence="empirical").json_schema_extra


def test_manifests_have_the_evidence_under_its_former_name() -> None:
    class Own(cs.Section):
        own_rate: float = cs.parameter(0.5, "share", "Of something.", 0, 1, evidence="empirical")

    (told,) = about(cs.Mechanism("of_their_own", Own, steps=[cs.after("intent", lambda s, p, d: None)]))["parameters"]
    assert told["standing"] == "empirical"
    assert "evidence" not in told
