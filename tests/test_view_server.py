"""What the server behind the page answers: runs, comparisons, own tables, sweeps; errors as sentences."""

import json

import numpy as np
import pytest

import coalsim as cs
from coalsim.analysis.intervals import paired_shares
from coalsim.cli.view import listening
from coalsim.errors import FieldError, StoreError
from coalsim.importing.meanings import candidates
from coalsim.tables.columns import OUTCOMES
from coalsim.view import own_field, plain_words, sweeps
from coalsim.view.desk import Desk
from coalsim.view.levers import ADVICE
from view_browser import post, served

pytest.importorskip("starlette", reason="the extra view is not installed")

P = cs.Parameters.model1().replace(organizations=16, months=36)


@pytest.fixture(scope="module")
def address():
    with served(Desk(P, "test")) as at:
        yield at


def test_the_start_has_everything_from_the_declarations(address):
    status, start = post(address, "start", {})
    assert status == 200
    offered = {lever["name"]: lever for group in start["levers"] for lever in group["levers"]}
    declared = cs.parameters.declarations()
    assert len(offered) > 30
    for name, lever in offered.items():
        assert lever["meaning"] == declared[name].meaning
        assert lever["value"] == P.get(name)
    assert {field["name"] for field in start["initiative"]["fields"]} | {"focal_convener", "focal_may_join"} == {
        name for name, d in declared.items() if d.section == "focal"
    }


def test_a_run_comes_month_by_month(address):
    status, lines = post(address, "run", {"values": {"openness": 0.9}, "replicate": 3})
    assert status == 200
    assert lines[0]["header"]["changed"].items() >= {"months": 36, "organizations": 16, "openness": 0.9}.items()
    assert [line["chunk"]["first"] for line in lines[1:]] == [0, 12, 24]


def test_differences_are_paired_and_add_up(address):
    _, lines = post(address, "compare", {"a": {"effort": 8.0}, "b": {"effort": 40.0}, "replicates": 25})
    assert [line["done"] for line in lines] == [10, 20, 25]
    found = [value for line in lines for value in line["differences"]["problems_solved"]]
    runs = cs.simulate([P.replace(effort=8.0), P.replace(effort=40.0)], 25, seed=1).outcomes
    a, b = (runs[runs["scenario_id"] == k]["problems_solved"].to_numpy(dtype=float) for k in (0, 1))
    assert found == (b - a).tolist()
    last = lines[-1]["outcomes"]["problems_solved"]
    assert last["mean"] == pytest.approx((b - a).mean())
    assert last["high"] - last["mean"] == pytest.approx(2.0639 * (b - a).std(ddof=1) / 5, rel=1e-3)
    assert last["worlds"] == pytest.approx([a.mean(), b.mean()])
    a, b = (runs[runs["scenario_id"] == k]["censored"].to_numpy(dtype=bool) for k in (0, 1))
    last = lines[-1]["outcomes"]["censored"]  # is true or false
    assert (last["low"], last["high"]) == paired_shares(int((b & ~a).sum()), int((a & ~b).sum()), 25)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("run", {"values": {"openness": 7.0}}, "openness = 7.0 is out of range"),
        ("run", {"values": {"openess": 0.7}}, "did you mean 'openness'"),
        ("run", {"values": [1]}, "names of parameters with their values"),
        ("run", {"replicate": -1}, "replicate = -1"),
        ("compare", {"a": {}, "b": {}, "replicates": 1}, "replicates = 1"),
        ("sweep", {"folder": "nowhere", "outcome": "impact"}, "nowhere"),
        ("sweep", {}, "give the folder"),
        ("field", {"files": {"a.csv": ""}}, "a.csv:1: the table is empty"),
        ("advise", {"values": {"focal_convener": "nobody"}, "replicates": 2, "draws": 2}, "nobody"),
    ],
)
def test_an_error_is_a_sentence(address, name, body, said):
    _, answer = post(address, name, body)
    answer = answer[-1] if isinstance(answer, list) else answer
    text = answer["error"].lower()
    assert said.lower() in text
    assert answer["error"].endswith(".")
    assert "traceback" not in text


def test_what_nobody_foresaw_is_a_sentence_too(caplog):
    def broken(*_):
        raise ZeroDivisionError("inside")

    with served(Desk(P), importer=broken) as at:
        status, answer = post(at, "field", {"files": {"a.csv": "id\n1\n"}})
    assert status == 500
    assert answer["error"].startswith("This should not have happened (ZeroDivisionError)")
    assert "inside" in caplog.text


def test_other_hosts_and_forms_of_other_sites_are_refused(address):
    assert post(address, "start", {}, {"Host": "example.org"})[0] == 400
    assert post(address, "start", {}, {"Content-Type": "text/plain"})[1]["error"] == "A request must be JSON."


def tables(**texts):
    return [own_field.parse(f"{name}.csv", text) for name, text in texts.items()]


def test_a_table_of_names_is_enough(tmp_path):
    found = own_field.understand(tables(county="Name;Phone\nFood Bank;3\nThe Shelter;\nClinic;1\n"), cs.Parameters.model1(), tmp_path)
    assert found.settings is not None
    assert found.clean["organizations.csv"].splitlines() == [
        "id,name",
        "food-bank,Food Bank",
        "the-shelter,The Shelter",
        "clinic,Clinic",
    ]
    said = " ".join(text for _, text in found.notes)
    assert "not used: 'Phone'" in said
    runs = cs.simulate(cs.Parameters.model1().replace(**found.settings, months=6), 2)
    assert len(runs.outcomes) == 2


def test_a_column_may_be_taken_for_another(tmp_path):
    (table,) = tables(county="Name,Size\nFood Bank,3\nThe Shelter,2\n")
    found = own_field.understand([table], cs.Parameters.model1(), tmp_path)
    assert (found.settings, [question["about"] for question in found.questions]) == (None, ["Size"])
    found.tables[0].columns[1] = "staff"
    found = own_field.understand(found.tables, cs.Parameters.model1(), tmp_path)
    assert found.settings["source"] == "register"
    assert found.clean["organizations.csv"].splitlines()[1] == "food-bank,Food Bank,,225000,3"
    assert own_field.understand([table], cs.Parameters.model1(), tmp_path, {"Size": "none"}).settings["source"] == "tables"


def test_a_question_is_answered_on_the_page(tmp_path):
    given = tables(county="Name,Openness\nFood Bank,3\nThe Shelter,2\nFood Bank,4\n")
    found = own_field.understand(given, cs.Parameters.model1(), tmp_path)
    assert [question["about"] for question in found.questions] == ["same name", "Openness"]
    assert found.settings is None
    found = own_field.understand(found.tables, cs.Parameters.model1(), tmp_path, {"same name": "one", "Openness": "openness:1-5"})
    assert found.clean["organizations.csv"].splitlines()[1:] == ["food-bank,Food Bank,0.625", "the-shelter,The Shelter,0.25"]
    assert len(found.tables[0].rows) == 3  # the page keeps the table as it was dropped


def test_a_wrong_cell_is_named_and_marked(tmp_path):
    given = tables(organizations="id,capacity\na,1\nb,lots\n", ties="source,target\na,b\n")
    found = own_field.understand(given, cs.Parameters.model1(), tmp_path)
    assert found.settings is None
    assert found.wrong == (0, 1)
    assert found.notes[-1][0] == "wrong"
    assert found.notes[-1][1].startswith("organizations.csv:3: column 'capacity'")
    found.tables[0].rows[1][1] = "2.5"
    assert own_field.understand(found.tables, cs.Parameters.model1(), tmp_path).settings is not None


def test_two_tables_of_one_kind_are_refused(tmp_path):
    found = own_field.understand(tables(a="id\n1\n2\n", b="id\n1\n2\n"), cs.Parameters.model1(), tmp_path)
    assert found.settings is None
    assert "both tables of organizations" in found.notes[-1][1]


def test_looking_at_other_tables_leaves_the_field_that_is_watched_as_it_is(tmp_path):
    model1 = cs.Parameters.model1()
    first = own_field.understand(tables(county="Name,Size\nFood Bank,3\nClinic,2\nShelter,1\n"), model1, tmp_path, {"Size": "capacity"})
    watched = model1.replace(**first.settings)
    before = cs.simulate(watched, 2).outcomes
    other = own_field.understand(tables(county="Name,NTEE\nSchool,B20\nTheatre,A65\n"), watched, tmp_path)
    assert other.settings is not None
    assert cs.simulate(watched, 2).outcomes.equals(before)


def test_a_field_that_was_dropped_is_what_is_simulated_from_then_on():
    with served(Desk(P)) as at:
        _, said = post(at, "field", {"files": {"mine.csv": "id,name\nx,One\ny,Two\nz,Three\n"}})
        assert said["usable"]
        _, said = post(at, "field", {"tables": said["tables"], "use": True, "title": "mine"})
        _, start = post(at, "start", {})
        assert (start["title"], start["size"][0], start["source"]) == ("mine", 3, "tables")
        _, lines = post(at, "run", {})
        assert lines[0]["header"]["organizations"]["names"] == ["One", "Two", "Three"]


def test_too_large_a_table_is_refused():
    with pytest.raises(FieldError, match="20,000"):
        own_field.parse("a.csv", "id\n" + "x\n" * 20_001)


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "deep" / "sweep"
    base = cs.Parameters.model1().replace(organizations=12, months=24, convene_hazard=0.2)
    sweep = cs.Sweep(base, {"openness": [0.1, 0.5, 0.9], "effort": [4.0, 40.0]}, replicates=6, seed=1)
    return sweep.run(folder)


def test_a_sweep_is_found_and_shown(grid):
    folder = grid.folder
    assert sweeps.listed(folder.parents[1]) == ["deep/sweep"]
    shown = sweeps.shown(folder, "impact", "", "", {})
    json.dumps(shown, allow_nan=False)
    assert (shown["runs"], shown["running"]) == ([36, 36], False)
    assert [factor["levels"] for factor in shown["factors"]] == [["0.1", "0.5", "0.9"], ["4", "40"]]
    joined = grid.outcomes.merge(grid.design, on="scenario_id")
    by_effort = joined.groupby("effort")["impact"].mean().tolist()
    assert [point["value"] for point in shown["levels"][1]["points"]] == pytest.approx(by_effort)
    cells = {(cell["x"], cell["y"]): cell["value"] for cell in shown["heat"]["cells"]}
    both = joined.groupby(["openness", "effort"])["impact"].mean()
    assert cells[1, 0] == pytest.approx(both[0.5, 4.0])
    assert [row["label"] for row in shown["effects"]] == ["openness 0.1 → 0.5", "openness 0.1 → 0.9", "effort 4 → 40"]
    curve = shown["survival"]["curves"][0]
    assert curve["value"][0] == 1
    assert np.all(np.diff(curve["value"]) <= 0)


def test_a_sweep_is_filtered_by_the_levels_of_factors(grid):
    shown = sweeps.shown(grid.folder, "impact", "openness", "effort", {"effort": "4"})
    assert shown["scenarios"] == [3, 6]
    joined = grid.outcomes.merge(grid.design, on="scenario_id")
    low = joined[joined["effort"] == 4.0].groupby("openness")["impact"].mean().tolist()
    assert [point["value"] for point in shown["levels"][0]["points"]] == pytest.approx(low)
    assert {cell["y"] for cell in shown["heat"]["cells"]} == {0}
    with pytest.raises(cs.parameters.model.ParameterError, match="effort = 5 is no level"):
        sweeps.shown(grid.folder, "impact", "", "", {"effort": "5"})


def test_a_sweep_in_which_nothing_was_launched_is_shown(tmp_path):
    """Coalitions that ran before month 0 are no part of the curves, and no reason to show nothing else either."""
    base = cs.Parameters().replace(months=12, organizations=20)
    results = cs.Sweep(base, {"openness": [0.2001, 0.2002]}, replicates=5).run(tmp_path / "sweep")
    assert len(results.coalitions)
    shown = sweeps.shown(tmp_path / "sweep", "impact", "", "", {})
    assert shown["survival"] is None
    assert shown["effects"][0]["label"] == "openness 0.2001 → 0.2002"
    json.dumps(shown, allow_nan=False)


def test_the_view_has_the_intervals_of_the_report(grid):
    shown = sweeps.shown(grid.folder, "impact", "openness", "effort", {})
    curves = cs.survival(grid, "openness").curves
    drawn = [(curve["low"], curve["high"]) for curve in shown["survival"]["curves"]]
    assert drawn == [(part["low"].tolist(), part["high"].tolist()) for _, part in curves.groupby("openness")]


def test_the_command_writes_a_replay(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from coalsim.cli import app

    target = tmp_path / "new" / "replay.html"
    result = CliRunner().invoke(app, ["view", "--set", "months=12", "--set", "organizations=10", "--export", str(target)])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"replay: {target} (0.")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    refused = CliRunner().invoke(app, ["view", "--export", str(tmp_path / "replay.txt")])
    assert "a file that ends in .html" in str(refused.exception)
    refused = CliRunner().invoke(app, ["view", "--export", str(target), "--port", "8000"])
    assert "--port" in str(refused.exception)


def test_pages_that_open_at_one_moment_have_places_of_their_own():
    found = [listening(None) for _ in range(3)]
    try:
        places = {at.getsockname()[1] for at in found}
        assert len(places) == 3, "a port that was found free is held"
        with pytest.raises(StoreError, match="is in use"):
            listening(min(places))
    finally:
        for at in found:
            at.close()


def test_every_lever_and_decision_has_words_of_its_own(address):
    _, start = post(address, "start", {})
    labels = {lever["name"]: lever["label"] for group in start["levers"] for lever in group["levers"]}
    assert len(set(labels.values())) == len(labels)
    assert not [name for name, label in labels.items() if label == name.replace("_", " ")]
    assert set(plain_words.LEVERS) == {name for names in ADVICE.values() for name in names}
    assert {column.name for column in OUTCOMES} >= set(plain_words.OUTCOMES)


def test_the_empty_table_has_the_columns_that_are_read(address):
    _, start = post(address, "start", {})
    head, _ = start["blank"]["text"].splitlines()
    for header, (name, about) in zip(head.split(","), start["blank"]["columns"], strict=True):
        found, sure = candidates("organizations_table", header)
        assert (header, len(found), sure) == (name, 1, True)
        assert about
    assert {"name", "work", "code", "staff", "revenue", "zip", "county"} <= set(head.split(","))
