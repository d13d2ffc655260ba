"""Model 1 is model 2 with every mechanism at its null value, to the bit: the tables are those that the first design wrote."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from coalsim import Parameters, Sweep, load
from coalsim.errors import ParameterError
from coalsim.parameters import declarations
from coalsim.parameters.effect import without_effect

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("fingerprint", ROOT / "scripts" / "fingerprint.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("engine", "of_the_first_design"),
    [
        ("numpy", "0e7b99afe78365bcaf6768e72efe13da67dfd98e47ff09710f4dd7a4b51e7a9a"),
        ("mesa", "e10f017ec5f3a5c76c1d64a81b42807177c3706ff353d90ea499985158e528fc"),
    ],
)
def test_the_first_design_is_kept_to_the_bit(script, engine, of_the_first_design):
    """The hashes are those that the code of the first design printed, before it knew of model 2."""
    assert script.fingerprint(engine) == of_the_first_design


NEW = (
    *("burn_in", "need_return", "closure_rate", "fellow_rate", "mutuality", "forgetting", "relation_openness", "grant_size", "seed_share"),
    *("memberships_max", "pledge_floor", "span", "leadership_staff", "founders", "deliberation", "routine_effect", "weigh_goals"),
    *("goal_rate", "window_share", "routine_rate", "renewal", "succession", "continuation", "shelter"),
)


def test_the_configuration_of_model_1_has_every_mechanism_of_model_2_at_null():
    p, declared = load(ROOT / "configs" / "model1.toml"), declarations()
    assert {name: p.get(name) for name in NEW} == {name: declared[name].null for name in NEW}


def test_the_configuration_of_model_2_has_none_of_them_at_null():
    p, declared = load(ROOT / "configs" / "model2.toml"), declarations()
    null = {name for name in NEW if p.get(name) == declared[name].null}
    assert null == {"seed_share"}  # nobody seeds


def test_the_configuration_of_model_1_says_all_there_is():
    """Should a default change, model 1 would not."""
    text = (ROOT / "configs" / "model1.toml").read_text(encoding="utf-8")
    said = {line.split("=")[0].strip("# ") for line in text.splitlines() if "=" in line}
    assert set(declarations()) <= said


def test_a_file_may_begin_with_model_1(tmp_path):
    config, design = tmp_path / "a.toml", tmp_path / "design.toml"
    config.write_text("model = 1\n[simulation]\nmonths = 7\n")
    assert load(config) == Parameters.model1().replace(months=7)
    design.write_text("model = 1\n[factors]\nopenness = [0.2, 0.4]\n")
    assert Sweep.load(design).base == Parameters.model1()
    for given in ("3", "true", "'1'", "1.0"):
        config.write_text(f"model = {given}\n")
        with pytest.raises(ParameterError, match=r"a.toml: model = .*; allowed: 1, 2$"):
            load(config)
    config.write_text("model = 1\n")
    design.write_text("model = 1\nconfig = 'a.toml'\n[factors]\nopenness = [0.2, 0.4]\n")
    with pytest.raises(ParameterError, match="model beside config has no effect"):
        Sweep.load(design)


def test_values_of_model_1_may_stand_where_they_have_no_effect():
    p = Parameters.model1().replace(source="register", register_table="x.csv")
    assert without_effect(p) == {}


def test_the_packaged_values_are_all_there_are_and_those_of_the_file():
    packaged = tomllib.loads((ROOT / "src/coalsim/parameters/data/model1.toml").read_text(encoding="utf-8"))
    said = {name for section in packaged.values() for name in section}
    assert set(declarations()) - said == {name for name in declarations() if Parameters.model1().get(name) is None}
    assert Parameters.model1() == load(ROOT / "configs" / "model1.toml")
