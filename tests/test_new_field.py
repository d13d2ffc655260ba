"""The template of one's own field: what is written, that it runs as it is, that nothing is written over."""

import csv

import pytest

import coalsim as cs
from coalsim.cli import main
from coalsim.errors import StoreError
from coalsim.field import build, template


@pytest.fixture
def coalsim(tmp_path, monkeypatch, capsys):
    """Return a function that gives a command in `tmp_path`, and returns its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["coalsim", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    return command


def test_nothing_is_written_over(tmp_path):
    written = template.new_field(tmp_path / "mine")
    assert [path.name for path in written] == list(template.FILES)
    (tmp_path / "mine/ties.csv").write_text("mine")
    (tmp_path / "mine/field.toml").unlink()
    with pytest.raises(StoreError, match=r"ties\.csv"):
        template.new_field(tmp_path / "mine")
    assert (tmp_path / "mine/ties.csv").read_text() == "mine"
    assert not (tmp_path / "mine/field.toml").exists()


def test_it_is_a_field_and_its_columns_are_explained(tmp_path):
    template.new_field(tmp_path)
    p = cs.load(tmp_path / "field.toml")
    field = build(p, 1, 0)
    assert 12 <= field.size <= 20
    assert (len(field.issue), len(field.funder)) == (4, 3)
    assert p.get("focal_convener") in field.names
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    for name in ("organizations", "issues", "funders"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8") as file:
            header = next(csv.reader(file))
        assert [column for column in header if f"`{column}`" not in readme] == []
    assert len(cs.Sweep.load(tmp_path / "sweep.toml").scenarios()) == 9


def test_it_runs_as_it_is_on_the_command_line(undrawn, coalsim, tmp_path):
    code, said, _ = coalsim("new-field", "mine")
    assert code == 0
    assert "coalsim advise mine/field.toml" in said
    assert "focal_succeeded" in coalsim("run", "mine/field.toml", "--replicates", "2")[1]
    assert "9 scenarios x 50 replicates" in coalsim("sweep", "mine/sweep.toml", "--dry-run")[1]
    advise = ("advise", "mine/field.toml", "--replicates", "2", "--draws", "2", "--workers", "1", "--quiet", "--out", "advice")
    code, said, errors = coalsim(*advise)
    assert (code, errors) == (0, "")
    assert "What follows" in said
    assert "$" in said
    assert (tmp_path / "advice/advice.html").exists()
    for again in (advise, ("new-field", "mine")):
        code, _, errors = coalsim(*again)
        assert (code, errors.count("\n")) == (2, 1)
        assert "already" in errors


@pytest.mark.parametrize("source", ["tables", "register"])
def test_a_name_is_accepted_wherever_an_id_is(tmp_path, source):
    key = "id" if source == "tables" else "ein"
    rows = ["030000001,Food Bank,K31,75000", "030000002,THE SHELTER,L41,150000", "030000003,Twin,E32,1", "030000004,Twin,E32,1"]
    (tmp_path / "o.csv").write_text(f"{key},name,{'capacity' if source == 'tables' else 'ntee,revenue_amt'}\n")
    with (tmp_path / "o.csv").open("a") as file:
        file.writelines((row if source == "register" else ",".join([*row.split(",")[:2], "1"])) + "\n" for row in rows)
    (tmp_path / "t.csv").write_text("source,target\nfood  bank,The Shelter\n030000003,Food Bank\n")
    table = {"tables": "organizations_table", "register": "register_table"}[source]
    p = cs.Parameters.model1().replace(source=source, ties_table=str(tmp_path / "t.csv"), **{table: str(tmp_path / "o.csv")})
    field = build(p, 1, 0)
    assert field.label(1).lower() == "the shelter"
    assert field.number("the shelter") == field.number("030000002") == 1
    with pytest.raises(KeyError):
        field.number("Twin")  # two are called so
    assert [field.acquaintances[k, : field.known[k]].tolist() for k in range(3)] == [[1], [], [0]]


def test_they_are_described(coalsim, tmp_path):
    assert coalsim("new-field", "mine")[0] == 0
    code, said, _ = coalsim("describe", "mine/field.toml")
    assert code == 0
    assert "2 coalitions exist" in said
    assert "pantry, community-garden, meals, faith-network" in said
