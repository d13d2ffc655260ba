"""What had another name before: it works, is the thing of today, and warns."""

from __future__ import annotations

import importlib

import pytest

from coalsim import moved

FORMER = {"analysis.Draws": "analysis.ParameterDraws"}


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


def test_an_argument_by_its_former_name_and_its_name_of_today() -> None:
    def function(**named: int) -> dict[str, int]:
        return moved.arguments(named, {"old": "new"})

    assert function(new=1, other=2) == {"new": 1, "other": 2}
    with pytest.warns(DeprecationWarning, match="the argument old is now new"):
        assert function(old=1, other=2) == {"new": 1, "other": 2}
    with pytest.raises(TypeError, match="old is the former name of new; give one of the two"):
        function(old=1, new=1)
