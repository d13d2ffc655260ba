"""What is given is used or refused, files are found beside the file that names them, and no allowed number overflows."""

import json
import math
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from coalsim.cli import main
from coalsim.cli.app import scenario
from coalsim.designs.factors import factor
from coalsim.designs.points import read_points
from coalsim.errors import CoalsimError, FieldError, ParameterError, StoreError
from coalsim.field import build
from coalsim.field.template import new_field
from coalsim.inputs import beside
from coalsim.parameters import Parameters, declarations, default_toml, load
from coalsim.parameters.effect import FILE_PARAMETERS, without_effect
from coalsim.parameters.schema import json_schema
from coalsim.simulation import simulate
from coalsim.sweep.design import Sweep
from coalsim.sweep.runner import proceed
from command_line import called

TABLES = {
    "organizations.csv": "id,openness\na,0.1\nb,0.2\nc,0.3\n",
    "ties.csv": "source,target\na,b\n",
    "issues.csv": "id,place_1,place_2,place_3\ni,0,0,0\n",
    "funders.csv": "id,place_1,place_2,place_3\nf,0,0,0\n",
    "codes.csv": "code,axis_1,axis_2,axis_3\nE,0,0,0\n",
}
REGISTER = ["ein,ntee,revenue_amt,asset_amt,foundation_code"]
REGISTER += [
    f"03000000{k},{code},{revenue},{assets},{kind}"
    for k, code, revenue, assets, kind in (
        (1, "E32", 150000, "", 15),
        (2, "E32", 600000, "", 15),
        (3, "e20", 75000, "", "15.0"),
        (4, "K31", 75000, "", 15),
        (5, "NA", "NULL", "", 15),
        (6, "T20", 0, 1000000, "4.0"),
        (7, "E50", "", 500000, "04"),
    )
]


@pytest.fixture
def here(tmp_path):
    """A folder with tables and a register, not the current one."""
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "register.csv").write_text("\n".join(REGISTER) + "\n", encoding="utf-8")
    return tmp_path


def config(folder: Path, text: str, name: str = "c.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(call, error: type[CoalsimError] = CoalsimError) -> str:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).isprintable()
    return str(caught.value)


# Given and not used

TABLES_SOURCE = "source = 'tables'\norganizations_table = 'organizations.csv'\n"
REGISTER_SOURCE = "source = 'register'\n"
OF_REGISTER = "[register]\nregister_table = 'register.csv'\n"
UNUSED = {
    "a table without a source": ("[field]\norganizations_table = 'organizations.csv'", "organizations_table needs source = 'tables'"),
    "ties without a source": ("[field]\nties_table = 'ties.csv'", "ties_table needs source = 'tables'"),
    "issues without a source": ("[field]\nissues_table = 'issues.csv'", "issues_table needs"),
    "funders without a source": ("[field]\nfunders_table = 'funders.csv'", "funders_table needs"),
    "a file that is not there": ("[field]\norganizations_table = 'none.csv'", "organizations_table needs"),
    "a register without a source": (OF_REGISTER, "register_table needs source = 'register'; source is 'synthetic'"),
    "codes without a source": ("[register]\ncode_table = 'codes.csv'", "code_table needs source = 'register'"),
    "a register beside tables": (f"[field]\n{TABLES_SOURCE}{OF_REGISTER}", "register_table needs source = 'register'; source is 'tables'"),
    "groups without a register": ("[register]\nmajor_groups = 'E'", "major_groups needs source = 'register'"),
    "a spread without a register": (f"[field]\n{TABLES_SOURCE}[register]\ncode_spread = 0.5", "code_spread needs source = 'register'"),
    "a cost without capacities": ("[register]\ncost_per_employee = 5e4", "cost_per_employee needs source = 'register'"),
    "a number beside the table": (f"[field]\n{TABLES_SOURCE}organizations = 12", "organizations has no effect beside organizations_table"),
    "issues beside the table": (
        f"[field]\n{TABLES_SOURCE}issues_table = 'issues.csv'\nissues = 9",
        "issues has no effect beside issues_table",
    ),
    "funders beside the table": (f"[field]\n{TABLES_SOURCE}funders_table = 'funders.csv'\nfunders = 0", "funders has no effect"),
    "a number beside a register": (
        f"[field]\n{REGISTER_SOURCE}organizations = 12\n{OF_REGISTER}",
        "organizations has no effect beside source",
    ),
    "issues beside a register": (f"[field]\n{REGISTER_SOURCE}issues = 12\n{OF_REGISTER}", "beside organizations_per_issue"),
    "a spread beside a register": (f"[field]\n{REGISTER_SOURCE}mission_spread = 0.5\n{OF_REGISTER}", "mission_spread has no effect"),
    "payout beside funders": (
        f"[field]\n{REGISTER_SOURCE}funders_table = 'funders.csv'\n{OF_REGISTER}payout = 0.06",
        "payout has no effect beside funders_table",
    ),
    "an initiative without a launch": ("[focal]\nfocal_seed_grant = 1.0", "focal_seed_grant needs focal_launch_month"),
    "tables without a table": ("[field]\nsource = 'tables'", "source = 'tables' without a table"),
    "a register without one": ("[field]\nsource = 'register'", "source = 'register' without a register"),
    "a design": ("config = 'c.toml'\n[factors]\neffort = [1]", "is the design of a sweep"),
}


@pytest.mark.parametrize("case", UNUSED)
def test_what_is_given_and_not_used_is_refused(here, case):
    text, what = UNUSED[case]
    path = config(here, text)
    message = refusal(lambda: scenario(path, None, None))
    assert what in message
    assert message.startswith(str(path)) or "source = " in message
    design = config(here, "config = 'c.toml'\nreplicates = 1\n[factors]\nopenness = [0.1, 0.2]\n", "s.toml")
    if case not in ("tables without a table", "a register without one"):  # which planning reads
        assert what in refusal(lambda: Sweep.load(design), ParameterError)


@pytest.mark.parametrize("name", FILE_PARAMETERS)
def test_a_file_that_is_not_used_is_refused_from_python_too(name):
    assert f"{name} needs source = " in refusal(lambda: build(Parameters.model1().replace(**{name: "none.csv"}), 1, 0), FieldError)


@pytest.mark.parametrize("source", ["synthetic", "tables", "register"])
def test_defaults_may_always_stand_there(here, source):
    text = default_toml().replace('source = "synthetic"', f'source = "{source}"')
    if source == "tables":
        for name in ("organizations", "ties", "issues", "funders"):
            text = text.replace(f'{name}_table = ""', f'{name}_table = "{name}.csv"')
    if source == "register":
        text = text.replace('register_table = ""', 'register_table = "register.csv"')
    assert without_effect(load(config(here, text))) == {}
    scenario(config(here, text), None, None)


def test_options_decide_with_the_configuration(here):
    path = config(here, "[field]\norganizations_table = 'organizations.csv'\n")
    assert scenario(path, ["source=tables"], None).get("source") == "tables"
    assert "--without openness" in refusal(lambda: scenario(config(here, ""), ["openness=0.3"], ["openness"]))


def test_a_sweep_may_vary_what_only_some_scenarios_use(here):
    given = "{ source = 'tables', organizations_table = 'organizations.csv' }"
    text = f"replicates = 1\n[factors.world]\ndrawn = {{ organizations = 9 }}\ngiven = {given}\n"
    sweep = Sweep.load(config(here, text, "s.toml"))
    assert [build(p, 1, 0).size for p in sweep.scenarios()] == [9, 3]


IDLE = {
    "a parameter of an initiative that none launches": (
        "[factors]\nfocal_may_join = [true, false]",
        "focal_may_join needs focal_launch_month",
    ),
    "a column of a register": ("[factors]\ncode_spread = [0.1, 0.2]", "code_spread needs source = 'register'"),
    "a table without a source": ("[factors]\nties_table = ['', 'ties.csv']", "ties_table needs source"),
    "steps of what is sampled": (
        "design = 'sobol'\nsamples = 2\n[factors]\nopenness = { low = 0.1, high = 0.9, steps = 3 }",
        "openness: steps = 3 would have no effect",
    ),
    "a range beside a list": (
        "points = [{ openness = 0.2 }]\n[factors]\nopenness = { low = 0.1, high = 0.9 }",
        "openness: a range would have",
    ),
    "values beside a list": ("points = [{ openness = 0.2 }]\n[factors]\nopenness = [0.2, 0.3]", "openness = 0.3 would have no effect"),
    "a point twice": ("points = [{ effort = 5 }, { effort = 5.0 }]", "point 1 is the same as point 0"),
    "a point of the grid": (
        "design = 'grid'\npoints = [{ openness = 0.3 }]\n[factors]\nopenness = [0.2, 0.3]",
        "point 0 is a scenario of the grid already",
    ),
    "more steps than numbers": ("[factors]\nopenness = { low = 0.1, high = 0.10000000000000002, steps = 5 }", "so many different numbers"),
    "a value fixed and varied": ("[fixed]\nopenness = 0.5\n[factors]\nopenness = [0.2]", "[fixed] openness = 0.5 would have no effect"),
}


@pytest.mark.parametrize("case", IDLE)
def test_what_a_design_gives_and_no_scenario_uses_is_refused(here, case):
    text, what = IDLE[case]
    assert what in refusal(lambda: Sweep.load(config(here, f"{text}\n", "s.toml")), ParameterError)


def test_scenarios_are_counted_once_from_python_too(tmp_path):
    twice = Sweep(Parameters.model1(), {"effort": [5.0]}, design="list", points=({"effort": 5}, {"effort": 5.0}), replicates=1)
    for folder in (None, tmp_path / "out"):
        assert "point 1 is the same as point 0" in refusal(lambda folder=folder: twice.run(folder), ParameterError)
    assert not (tmp_path / "out").exists()


def test_more_steps_than_whole_numbers_are_all_of_them(tmp_path):
    text = "[factors]\norganizations = { low = 2, high = 5, steps = 1000000 }\nopenness = { low = 0.1, high = 0.9, steps = 2 }\n"
    sweep = Sweep.load(config(tmp_path, text, "s.toml"))
    assert (sweep.count, sweep.factors["organizations"].values) == (8, (2, 3, 4, 5))


def test_a_logarithmic_range_stays_within_its_ends():
    made = factor("window_yield", {"low": 0.1, "high": 100, "log": True, "steps": 7})
    assert (min(made.values), max(made.values)) == (pytest.approx(0.1), 100)
    Parameters.model1().replace(window_yield=made.values[-1])


OPTIONS = [
    ("--monthly", ["run", "c.toml", "--monthly"]),
    ("--format", ["run", "c.toml", "--format", "csv"]),
    ("--overwrite", ["run", "c.toml", "--overwrite"]),
    ("--seed", ["calibrate", "--list", "--seed", "3"]),
    ("TARGETS", ["calibrate", "none.toml", "--list"]),
    ("--quick", ["reproduce", "--list", "--quick"]),
    ("--markdown", ["params", "--toml", "--markdown"]),
    ("--port", ["view", "c.toml", "--export", "x.html", "--port", "8000"]),
    ("ties_table", ["view", "c.toml", "--export", "x.html", "--set", "ties_table=none.csv"]),
]


@pytest.mark.parametrize(("what", "arguments"), OPTIONS)
def test_options_without_effect_are_refused(tmp_path, monkeypatch, capsys, what, arguments):
    config(tmp_path, "model = 1\n[simulation]\nmonths = 3\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (2, 1)
    assert what in said
    assert os.listdir(tmp_path) == ["c.toml"]


def test_a_configuration_is_no_design(here):
    assert "is a configuration" in refusal(lambda: Sweep.load(config(here, "[field]\norganizations = 9\n")), ParameterError)


# Register, survey and ties together


def field(here, field_text, register_text=""):
    p = load(config(here, f"[field]\n{REGISTER_SOURCE}dimensions = 2\n{field_text}\n{OF_REGISTER}{register_text}\n"))
    return build(p, 1, 0)


def test_codes_and_marks_of_other_programs_in_a_register(here):
    alone = field(here, "")
    assert alone.size == 5
    assert len(alone.funder) == 2, "foundation codes 4.0 and 04 are funders"
    assert field(here, "", "major_groups = 'E'").size == 3, "e20 is health, and NA is no code of group N"
    assert "leaves 0 of 5" in refusal(lambda: field(here, "", "major_groups = 'N'"))


def test_a_survey_and_ties_are_joined_to_a_register(here):
    (here / "survey.csv").write_text(
        "id,mission_1,mission_2,capacity,openness\n03-0000002,0.25,0.75,9,0.125\n30000004.0,,,NA,0.875\n", encoding="utf-8"
    )
    (here / "who.csv").write_text("source,target\n030000001,30000002\n03-0000001,030000004\n30000004,030000001\n", encoding="utf-8")
    alone = field(here, "")
    joined = field(here, "organizations_table = 'survey.csv'\nties_table = 'who.csv'")
    assert joined.names == alone.names
    assert joined.unit == alone.unit
    assert joined.mission[1].tolist() == [0.25, 0.75]
    assert joined.capacity[1] == 9
    assert joined.openness[[1, 3]].tolist() == [0.125, 0.875]
    others = [0, 2, 4]
    for name in ("mission", "capacity", "openness", "leadership", "base_readiness", "join_threshold"):
        np.testing.assert_array_equal(getattr(joined, name)[others], getattr(alone, name)[others])
    np.testing.assert_array_equal(joined.funder, alone.funder)
    assert joined.known.tolist() == [2, 0, 0, 1, 0]
    assert joined.acquaintances[0, :2].tolist() == [1, 3]
    assert joined.acquaintances[3, 0] == 0


def test_issues_and_funders_take_the_place_of_a_registers(here):
    for name in ("issues", "funders"):
        (here / f"{name}.csv").write_text("id,place_1,place_2\nx,0.25,0.5\n", encoding="utf-8")
    joined = field(here, "issues_table = 'issues.csv'\nfunders_table = 'funders.csv'")
    assert joined.issue.tolist() == joined.funder.tolist() == [[0.25, 0.5]]
    assert joined.grant_budget.tolist() == [Parameters().get("grant_budget")]
    np.testing.assert_array_equal(joined.mission, field(here, "").mission)


@pytest.mark.parametrize("identifier", ["030000006", "030000009", "30000004", "a"])
def test_ids_that_are_not_in_the_field_of_a_register(here, identifier):
    (here / "survey.csv").write_text(f"id,openness\n030000001,0.5\n{identifier},0.5\n", encoding="utf-8")
    message = refusal(lambda: field(here, "organizations_table = 'survey.csv'", "major_groups = 'E'"), FieldError)
    assert "survey.csv:3: column 'id' = " in message
    assert "is no organization" in message
    assert f"the organizations of major_groups = 'E' in {here / 'register.csv'}" in message


def test_an_id_twice_in_two_ways_of_writing(here):
    (here / "survey.csv").write_text("id,openness\n030000001,0.5\n03-0000001,0.5\n", encoding="utf-8")
    message = refusal(lambda: field(here, "organizations_table = 'survey.csv'"), FieldError)
    assert ":3: column 'id' = '03-0000001' is there already, on line 2" in message


def test_accents_composed_differently_are_the_same_id(here):
    name = "Ärzte für Alle"
    apart, together = unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name)
    (here / "organizations.csv").write_text(f"id\n{apart}\nb\n", encoding="utf-8")
    (here / "ties.csv").write_text(f"source,target\nb,{together}\n", encoding="utf-8")
    p = load(config(here, f"[field]\n{TABLES_SOURCE}ties_table = 'ties.csv'\n"))
    made = build(p, 1, 0)
    assert made.number(apart) == made.number(together) == 0
    assert made.known.tolist() == [0, 1]


# Files are found beside the file that names them

DESIGNS = {
    "config": "config = 'deep/c.toml'\n[factors]\nopenness = [0.1]\n",
    "fixed": "[fixed]\nsource = 'tables'\norganizations_table = 'organizations.csv'\n[factors]\nopenness = [0.1]\n",
    "factors": "[fixed]\nsource = 'tables'\n[factors]\norganizations_table = ['organizations.csv']\n",
    "groups": "[factors.world]\none = { source = 'tables', organizations_table = 'organizations.csv' }\n",
    "configurations": "[factors.world]\none = 'deep/c.toml'\n",
    "points": "[fixed]\nsource = 'tables'\n[[points]]\norganizations_table = 'organizations.csv'\n",
}


@pytest.mark.parametrize("case", DESIGNS)
@pytest.mark.parametrize("absolute", [False, True])
def test_files_of_a_design_are_beside_it(here, monkeypatch, case, absolute):
    (here / "deep").mkdir()
    config(here / "deep", "[field]\nsource = 'tables'\norganizations_table = '../organizations.csv'\n")
    text = DESIGNS[case].replace("'organizations.csv'", f"'{here}/organizations.csv'") if absolute else DESIGNS[case]
    design = config(here, text, "s.toml")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    for path in (design, Path("../s.toml")):
        sweep = Sweep.load(path)
        assert [build(p, 1, 0).names for p in sweep.scenarios()] == [("a", "b", "c")]
        for name in set(sweep.factors) & set(FILE_PARAMETERS):
            assert all(Path(value).is_file() for value in sweep.factors[name].values)
        assert Sweep.from_spec(json.loads(json.dumps(sweep.spec()))).scenarios() == sweep.scenarios()


@pytest.mark.parametrize("case", DESIGNS)
def test_a_sweep_over_files_is_the_same_from_everywhere(here, monkeypatch, case):
    """Its folder is gone on with from another current folder, moved with its files, and no file is added under another name."""
    (here / "deep").mkdir()
    config(here / "deep", "[field]\nsource = 'tables'\norganizations_table = '../organizations.csv'\n")
    config(here, f"replicates = 1\nmonths = 3\n{DESIGNS[case]}", "s.toml")
    monkeypatch.chdir(here)
    Sweep.load("s.toml").run("out")
    monkeypatch.chdir(here / "deep")
    results = Sweep.load("../s.toml").run("../out")
    assert (results.runs_done, results.runs) == (1, 1)
    (point,) = results.sweep.scenario_values()
    if "organizations_table" in point:
        assert proceed("../out", points=[{"organizations_table": "../organizations.csv"}]).sweep.count == 1
        (here / "other.csv").write_text(TABLES["organizations.csv"], encoding="utf-8")
        assert proceed("../out", points=[{"organizations_table": "../other.csv"}]).sweep.count == 2
    before = (here / "out" / "design.parquet").read_bytes()
    there = here.with_name(f"{here.name}-moved")
    here.rename(there)
    moved = proceed(there / "out")
    assert moved.runs_done == moved.runs
    assert (there / "out" / "design.parquet").read_bytes() == before


def test_files_of_a_table_of_scenarios_are_beside_it(here, monkeypatch):
    design = config(here, DESIGNS["factors"], "s.toml")
    (here / "more").mkdir()
    (here / "more" / "other.csv").write_text("id\nx\ny\n", encoding="utf-8")
    table = here / "more" / "points.csv"
    table.write_text("organizations_table\nother.csv\n", encoding="utf-8")
    monkeypatch.chdir("/")
    sweep = Sweep.load(design)
    assert read_points(table, sweep.factors, sweep.base) == [{"organizations_table": str(here / "more" / "other.csv")}]


def test_a_path_that_goes_up_through_a_link(tmp_path):
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "real" / "x.csv").write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "inner")
    assert os.path.samefile(beside(tmp_path / "link" / "c.toml", "../x.csv"), tmp_path / "real" / "x.csv")
    assert beside(tmp_path / "real" / "inner" / "c.toml", ".././x.csv") == str(tmp_path / "real" / "x.csv")
    assert beside("c.toml", "x.csv") == "x.csv"
    assert "NUL" in refusal(lambda: beside("c.toml", "a\0b"))


@pytest.mark.parametrize("where", ['[field]\nsource = "tables"\nties_table = "a\\u0000b"', '[register]\ncode_table = "\\u0000"'])
def test_names_with_a_nul_in_a_configuration(tmp_path, where):
    assert "NUL" in refusal(lambda: load(config(tmp_path, where)), ParameterError)


@pytest.mark.parametrize("where", ['config = "\\u0000"\n', '[factors.w]\na = "\\u0000"\n', '[fixed]\nties_table = "\\u0000"\n'])
def test_names_with_a_nul_in_a_design(tmp_path, where):
    assert "NUL" in refusal(lambda: Sweep.load(config(tmp_path, where)), ParameterError)


def test_a_number_of_months_is_given_once(tmp_path):
    design = config(tmp_path, "months = 5\n[fixed]\nmonths = 6\n[factors]\nopenness = [0.1]\n")
    assert "months is given twice" in refusal(lambda: Sweep.load(design), ParameterError)


# Tables of scenarios

FACTORS = {
    "openness": [0.2],
    "min_members": [3],
    "focal_may_join": [False],
    "window_months": [[3, 5]],
    "focal_convener": ["largest", 0],
    "world": {"none": {"focal_launch_month": 20}, "Ärzte": {"focal_launch_month": 30}},
}
HEAD = ",".join(FACTORS)


@pytest.fixture
def sweep():
    return Sweep(Parameters.model1(), FACTORS, replicates=1)


def test_values_of_a_table_of_scenarios(tmp_path, sweep):
    path = tmp_path / "p.csv"
    apart = unicodedata.normalize("NFD", "Ärzte")
    rows = ("0.2,3.0,FALSE,3 5,0,none", f"1,4,yes,,most_ready,{apart}", "0.20,3,0,3  5,0,none")
    path.write_text("\n".join((HEAD.upper(), *rows, "")), encoding="utf-8")
    assert read_points(path, sweep.factors, sweep.base) == [
        dict(zip(FACTORS, (0.2, 3, False, (3, 5), "0", "none"), strict=True)),
        dict(zip(FACTORS, (1.0, 4, True, (), "most_ready", "Ärzte"), strict=True)),
    ]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("NA,3,0,3,0,none", "column 'openness' is blank"),
        ("0.2,3.5,0,3,0,none", "column 'min_members' = '3.5' is not a whole number"),
        ("0.2,3,2,3,0,none", "column 'focal_may_join' = '2' says neither yes nor no"),
        ('0.2,3,0,"(3, 5)",0,none', "column 'window_months' = '(3, 5)'; allowed: months from 0"),
        ("0.2,3,0,x,0,none", "column 'window_months' = 'x'; allowed: months from 0"),
        ("0.2,3,0,1.5,0,none", "column 'window_months' = '1.5'; allowed: months from 0"),
        (f"0.2,3,0,{'9' * 5000},0,none", "; allowed: months from 0"),
        ("0.2,3,0,3,0,nobody", "column 'world' = 'nobody'; allowed: 'none', 'Ärzte'"),
        ("2,3,0,3,0,none", "openness = 2.0 is out of range"),
        ("0.2,3,0,3,0", "5 cells; allowed: 6 cells"),
    ],
)
def test_wrong_rows_of_a_table_of_scenarios(tmp_path, sweep, row, what):
    path = tmp_path / "p.csv"
    path.write_text(f"{HEAD}\n\n{row}\n", encoding="utf-8")
    message = refusal(lambda: read_points(path, sweep.factors, sweep.base), ParameterError)
    assert message.startswith(f"{path}:3: ")
    assert what in message


def test_lists_and_ids_have_one_form_wherever_they_come_from(tmp_path, sweep):
    points = ("window_months = [3, 5]\nfocal_convener = 0\n", "window_months = [4]\nfocal_convener = 'x'\n")
    design = config(tmp_path, "[fixed]\nfocal_launch_month = 9\n" + "".join(f"[[points]]\n{point}" for point in points))
    listed = Sweep.load(design)
    assert listed.scenario_values()[0] == {"window_months": (3, 5), "focal_convener": "0"}
    assert listed.frame["focal_convener"].tolist() == ["0", "x"]
    assert Sweep.from_spec(json.loads(json.dumps(listed.spec()))).scenario_values() == listed.scenario_values()
    assert sweep.factors["focal_convener"].values == ("largest", "0")


# Numbers that are allowed do not overflow

NUMBERS = [d for d in declarations().values() if d.kind == "number" and d.section != "register"]


def test_all_bounds_and_null_values_are_finite():
    for d in declarations().values():
        if d.kind in ("number", "whole number"):
            assert d.low is not None, d.name
            assert d.high is not None, d.name
            assert all(math.isfinite(value) for value in (d.low, d.high, d.null or 0, d.default or 0)), d.name
            assert not d.open_low, f"{d.name}: numbers next to an open bound overflow when they divide"
    json.loads(json_schema(), parse_constant=lambda name: pytest.fail(name))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("d", NUMBERS, ids=lambda d: d.name)
def test_no_number_may_be_endless(d, value):
    assert "is out of range" in refusal(lambda: Parameters.model1().replace(**{d.name: value}), ParameterError)


@pytest.mark.parametrize("d", NUMBERS, ids=lambda d: d.name)
def test_the_ends_of_what_is_allowed_can_be_simulated(d):
    base = {
        "organizations": 8,
        "months": 12,
        "effort": 2.0,
        "convene_hazard": 0.3,
        "focal_launch_month": 7,
        "seed_grant": 1e9,
        "grant_budget": 1e9,
    }
    smallest = d.low if d.low else 5e-324
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for value in {d.low, d.high, smallest}:
            outcomes = simulate(Parameters.model1().replace(**{**base, d.name: float(value)}), 1, 1).outcomes
            assert not np.isinf(outcomes.select_dtypes("number").to_numpy()).any()


@pytest.mark.parametrize("mechanism", ["window_gap", "recession_gap"])
def test_the_null_value_of_a_wait_is_as_good_as_never(mechanism):
    null = declarations()[mechanism].null
    assert 1 / null < 2.0**-53, "below the smallest draw but 0"


# new-field


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "is empty"),
        ("a\0b", "not text that can be shown"),
        ("n" * 300, "cannot be "),
        (os.fsdecode(b"caf\xe9"), "not text that can be shown"),
        ("file/x", "is not a folder"),
    ],
)
def test_folders_for_a_new_field_that_are_none(tmp_path, monkeypatch, name, what):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("", encoding="utf-8")
    assert what in refusal(lambda: new_field(name), StoreError)
    assert os.listdir() == ["file"]


def test_a_new_field_follows_no_link(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "ties.csv").symlink_to(tmp_path / "nowhere.csv")
    assert "ties.csv already" in refusal(lambda: new_field(tmp_path / "new"), StoreError)
    assert os.listdir(tmp_path / "new") == ["ties.csv"]


def test_a_new_field_gives_nothing_that_is_not_used(tmp_path):
    new_field(tmp_path / "new")
    scenario(tmp_path / "new" / "field.toml", None, None)
    assert Sweep.load(tmp_path / "new" / "sweep.toml").scenarios()


# The command line


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "c.toml", "--out", "o", "--set", f"months={'9' * 5000}"],
        ["run", "c.toml", "--out", "o", "--set", 'ties_table="a\\u0000"'],
        ["run", "c.toml", "--out", "o", "--set", "source=tables", "--set", "ties_table=none.csv"],
        ["run", "c.toml", "--out", "o", "--replicates", "0"],
        ["run", "c.toml", "--out", "o", "--replicates", "1000000000000000"],
        ["run", "/dev/zero", "--out", "o"],
        ["dock", "c.toml", "--seed", "-1"],
        ["dock", "c.toml", "--replicates", "0"],
        ["dock", "c.toml", "--months", "0"],
    ],
)
def test_refused_commands_leave_nothing_behind(tmp_path, arguments):
    config(tmp_path, "model = 1\n[simulation]\nmonths = 3\n")
    done = called(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("coalsim: error: ")
    assert os.listdir(tmp_path) == ["c.toml"]
