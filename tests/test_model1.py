"""Model 1 is model 2 with every mechanism at its null value, to the bit: the tables are those that the first design wrote."""

import importlib.util
from pathlib import Path

import pytest

from coalsim import load
from coalsim.parameters import declarations

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
