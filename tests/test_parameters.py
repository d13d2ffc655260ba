"""Parameters: declared once, checked, replaced and switched off by name; complaints are one line."""

import pytest
from hypothesis import given, settings

from coalsim.errors import ParameterError
from coalsim.parameters import MECHANISMS, NEVER, Parameters, declarations, default_toml, load, write
from coalsim.parameters.model import sections
from coalsim.testing import parameters

DECLARED = list(declarations().values())
NUMBERS = [d for d in DECLARED if d.kind in ("number", "whole number")]


def allowed(d, value):
    return (d.low is None or (value > d.low if d.open_low else value >= d.low)) and (d.high is None or value <= d.high)


@pytest.mark.parametrize("d", NUMBERS, ids=lambda d: d.name)
def test_default_null_and_plausible_values_are_allowed(d):
    for value in (d.default, d.null, *(d.plausible or ())):
        assert value is None or allowed(d, value)
    if d.plausible and d.default is not None:
        assert d.plausible[0] < d.plausible[1]
        assert d.plausible[0] <= d.default <= d.plausible[1] or d.default == d.null
    if d.null is not None:
        typed = d.null if d.kind == "number" else int(d.null)
        assert Parameters().replace(**{"initial_acquaintances": 0, d.name: typed}).get(d.name) == d.null


@pytest.mark.parametrize("d", DECLARED, ids=lambda d: d.name)
def test_declarations_say_all_there_is_to_say(d):
    assert d.unit
    assert d.meaning.endswith(".")
    assert "\n" not in d.meaning
    assert d.section in sections()
    assert d.evidence in ("empirical", "judgment", "arbitrary")
    if d.kind in ("number", "whole number", "choice"):
        assert d.range
    if d.kind == "choice":
        assert d.default in d.choices
    assert Parameters().get(d.name) == d.default


def test_names_are_unique_and_in_every_listing():
    names = [name for section in sections().values() for name in section.model_fields]
    assert len(set(names)) == len(names) == len(DECLARED)
    assert list(Parameters().flat()) == names
    text = default_toml()
    for name in names:
        assert text.count(f"\n{name} = ") + text.count(f"\n# {name} =") == 1


def test_ranges_in_words():
    ranges = {name: declarations()[name].range for name in ("openness", "effort", "slack", "source", "months", "focal_convener")}
    assert ranges == {
        "openness": "0..1",
        "effort": "1e-06..1e+18",
        "slack": "1e-06..1",
        "source": "synthetic | tables | register",
        "months": "1..12000",
        "focal_convener": "",
    }


# TOML


@given(parameters())
@settings(max_examples=25)
def test_what_is_written_is_read_back(tmp_path_factory, p):
    path = tmp_path_factory.mktemp("toml") / "config.toml"
    write(p, path)
    assert load(path) == p


def test_the_default_configuration_is_the_defaults(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(default_toml(), encoding="utf-8")
    assert load(path) == Parameters()
    path.write_text("", encoding="utf-8")
    assert load(path) == Parameters()


def test_special_values_are_read_back(tmp_path):
    path = tmp_path / "config.toml"
    p = Parameters().replace(
        effort=1e18, window_months=(3, 40), focal_launch_month=20, focal_convener='a "b" \\ c\n\x7f\u2028', focal_may_join=True
    )
    write(p, path)
    assert load(path) == p
    path.write_text("[focal]\nfocal_launch_month = 20\nfocal_convener = 17\n[progress]\neffort = 50\n", encoding="utf-8")
    assert load(path) == Parameters().replace(focal_launch_month=20, focal_convener=17, effort=50)


def complaint_about(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[progress]\nefort = 3", "[progress] efort is unknown, did you mean 'effort'?"),
        ("[progress]\nzzzzzz = 3", "[progress] zzzzzz is unknown"),
        ("[progres]\neffort = 3", "section [progres] is unknown, did you mean 'progress'?"),
        ("[field]\neffort = 3", "[field] effort is out of place; it belongs to [progress]"),
        ("effort = 3", "effort stands outside a section; it belongs to [progress]"),
        ("progress = 3", "progress = 3: [progress] is a section, a table of parameters"),
        ("[progress]\neffort = 0", "[progress] effort = 0 is out of range; allowed: 1e-06..1e+18 (FTE-month)"),
        ("[field]\nopenness = 1.5", "[field] openness = 1.5 is out of range; allowed: 0..1 (1)"),
        ("[field]\nopenness = nan", "[field] openness = nan is out of range; allowed: 0..1 (1)"),
        ("[field]\nslack = 0.0", "[field] slack = 0.0 is out of range; allowed: 1e-06..1 (share)"),
        ("[field]\nsource = 'moon'", "[field] source = 'moon' is out of range; allowed: synthetic | tables | register (-)"),
        ("[field]\nopenness = 'much'", "[field] openness = 'much' is of the wrong type; a number is needed, allowed: 0..1"),
        ("[field]\nissues = 2.5", "[field] issues = 2.5 is of the wrong type; a whole number is needed, allowed: 1..1000000"),
        ("[field]\nissues = true", "[field] issues = True is of the wrong type; a whole number is needed, allowed: 1..1000000"),
        ("[focal]\nfocal_may_join = 1", "[focal] focal_may_join = 1 is of the wrong type; a true or false is needed"),
        ("[environment]\nwindow_months = 3", "[environment] window_months = 3 is of the wrong type; a list of months is needed"),
        ("[register]\ncode_spread = -1", "[register] code_spread = -1 is out of range; allowed: 0..100 (1)"),
        ("[environment]\nwindow_months = [4, -3]", "window_months = [4, -3]: months are numbered from 0"),
        ("[environment]\nrecession_months = [-1]", "recession_months = [-1]: months are numbered from 0"),
        (
            "[field]\nacquaintances_max = 3",
            "initial_acquaintances = 4 does not fit into a list of acquaintances_max = 3",
        ),
        (
            "[focal]\nfocal_launch_month = 5",
            "focal_launch_month = 5 is earlier than its research of 6 months allows",
        ),
        (
            "[focal]\nfocal_launch_month = 7\nfocal_research_months = 8",
            "focal_launch_month = 7 is earlier than its research of 8 months allows",
        ),
        (
            "[focal]\nfocal_launch_month = 120",
            "focal_launch_month = 120 is not within the run's months 0..119",
        ),
    ],
)
def test_a_wrong_configuration_is_refused_in_one_line(tmp_path, text, message):
    assert complaint_about(tmp_path / "config.toml", text) == message


def test_text_that_is_not_toml_is_refused_in_one_line(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[field\nopenness", encoding="utf-8")
    for name, wanted in (
        (path, "is not valid TOML: "),
        (tmp_path / "none.toml", ": no such file; allowed: a TOML file"),
        (tmp_path, " is a folder; allowed: a TOML file"),
    ):
        with pytest.raises(ParameterError, match=wanted) as caught:
            load(name)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("d", [d for d in NUMBERS if d.low is not None], ids=lambda d: d.name)
def test_every_range_is_kept(d):
    step = 1 if d.kind == "whole number" else 0.5
    outside = [d.low if d.open_low else d.low - step] + ([d.high + step if d.high < 1e15 else 2 * d.high] if d.high is not None else [])
    for value in outside:
        typed = int(value) if d.kind == "whole number" else float(value)
        with pytest.raises(ParameterError) as caught:
            Parameters().replace(**{d.name: typed})
        assert str(caught.value) == f"[{d.section}] {d.name} = {typed!r} is out of range; allowed: {d.range} ({d.unit})"


# Replacing, switching off


def test_replace_checks_and_changes_a_copy_only():
    p = Parameters()
    q = p.replace(openness=0.7, months=10)
    assert (p.get("openness"), q.get("openness")) == (0.5, 0.7)
    assert q.changed() == {"months": 10, "openness": 0.7}
    with pytest.raises(ParameterError, match=r"^parameter 'opennes' is unknown, did you mean 'openness'\?$"):
        p.replace(opennes=0.7)
    with pytest.raises(ParameterError, match=r"^parameter 'opennes' is unknown"):
        p.get("opennes")
    assert hash(p) == hash(Parameters())
    assert Parameters().replace(acquaintances="all", acquaintances_max=0).get("acquaintances_max") == 0
    assert q.replace(focal_launch_month=9).replace(months=120).get("focal_launch_month") == 9
    with pytest.raises(ParameterError, match=r"is not within the run's months 0\.\.9$"):
        q.replace(focal_launch_month=10)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_without_sets_null_values_and_nothing_else(mechanism):
    p = Parameters().replace(seed_grant=0.3).without(mechanism)
    nulls = {d.name: d.null for d in DECLARED if d.mechanism == mechanism}
    assert set(nulls) == set(MECHANISMS[mechanism])
    assert None not in nulls.values()
    assert {name: p.get(name) for name in nulls} == nulls
    assert set(p.changed()) <= {*nulls, "seed_grant"}


def test_without_several_and_unknown_mechanisms():
    p = Parameters().without("communication", "openness")
    assert (p.get("communication_share"), p.get("openness"), p.get("redefinition")) == (0, 0, 0)
    assert Parameters().without() == Parameters()
    assert Parameters().without(*MECHANISMS).without(*MECHANISMS) == Parameters().without(*MECHANISMS)
    with pytest.raises(ParameterError, match=r"^mechanism 'fundrs' is unknown, did you mean 'funders'\?; known: "):
        Parameters().without("fundrs")
    assert Parameters().without("funders").get("funder_month") == NEVER


def test_parameters_given_by_name_are_answered_with_how_they_are_changed():
    with pytest.raises(ParameterError, match=r"allowed: Parameters\(\)\.replace\(openness=\.\.\.\)"):
        Parameters(**{"openness": 0.3})
