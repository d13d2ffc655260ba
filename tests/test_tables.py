"""Fields given as tables: what is given is kept to the bit, the rest is drawn, bad files are refused in one line."""

import codecs
import csv
import io
import os
import re
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalsim.errors import FieldError
from coalsim.field import build, tables
from coalsim.parameters import Parameters

DOCS = Path(__file__).resolve().parent.parent / "docs" / "tables.md"
ATTRIBUTES = ("style_1", "style_2", "capacity", "reserve", "readiness", "openness", "leadership", "join_threshold")
N, D = 12, 3


def field(folder, p=None, seed=1, replicate=0, **texts):
    """Return the field of tables written to `folder`: field(tmp_path, ties="source,target\\n0,1\\n")."""
    paths = {}
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths[f"{name}_table"] = str(path)
    return build((p or Parameters.model1()).replace(source="tables", **paths), seed, replicate)


def table(columns):
    """Return columns as the text of a CSV file; None is a blank cell."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *zip(*columns.values(), strict=True)])
    return out.getvalue()


def attribute(field, name):
    """Return a column of a field by the name it has in a table."""
    stem, _, axis = name.rpartition("_")
    if axis.isdigit():
        return getattr(field, stem)[:, int(axis) - 1]
    return getattr(field, {"readiness": "base_readiness"}.get(name, name))


def same(a, b, but=()):
    for name in ("mission", "style", "capacity", "reserve", "base_readiness", "openness", "leadership", "join_threshold"):
        if name not in but:
            assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name in ("acquaintances", "known", "issue", "need", "funder", "grant_budget"):
        if name not in but:
            assert np.array_equal(getattr(a, name), getattr(b, name)), name


def given_columns(rng):
    """Return all columns of a table of N organizations, with values a synthetic field would not have."""
    columns = {"id": [f"org {k}" for k in range(N)], "name": ["x"] * N}
    columns |= {name: rng.random(N).tolist() for name in [f"mission_{k + 1}" for k in range(D)] + list(ATTRIBUTES)}
    columns["capacity"] = (1 + 3 * rng.random(N)).tolist()
    return columns


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


# What is given, and what is drawn


def test_a_field_given_completely_is_reproduced_exactly(tmp_path):
    rng = np.random.default_rng(3)
    columns = given_columns(rng)
    ties = [(3, 1), (0, 5), (3, 0), (0, 2), (3, 11)]
    places = rng.random((5, D))
    need, budget = rng.random(5), 9 * rng.random(5)
    sites = {"id": list("abcde")} | {f"place_{k + 1}": places[:, k].tolist() for k in range(D)}
    for replicate in (0, 7):
        f = field(
            tmp_path,
            replicate=replicate,
            organizations=table(columns),
            ties=table({"source": [f"org {a}" for a, _ in ties], "target": [f"org {b}" for _, b in ties]}),
            issues=table(sites | {"need": need.tolist()}),
            funders=table(sites | {"grant_budget": budget.tolist()}),
        )
        assert f.size == N
        assert f.names == tuple(columns["id"])
        for name in columns.keys() - {"id", "name"}:
            assert attribute(f, name).tolist() == columns[name], name
        assert f.known.tolist() == [2, 0, 0, 3] + [0] * 8
        assert f.acquaintances[0].tolist() == [5, 2] + [0] * 14
        assert f.acquaintances[3].tolist() == [1, 0, 11] + [3] * 13
        assert np.array_equal(f.issue, places)
        assert np.array_equal(f.funder, places)
        assert np.array_equal(f.need, need)
        assert np.array_equal(f.grant_budget, budget)


@given(names=st.sets(st.sampled_from(("mission", *ATTRIBUTES))), blanks=st.sets(st.integers(0, N - 1)), replicate=st.integers(0, 5))
def test_any_subset_of_attributes_leaves_the_other_draws_alone(folder, names, blanks, replicate):
    columns = given_columns(np.random.default_rng(replicate))
    kept = {"id": columns["id"]}
    for name, values in columns.items():
        if name in names or (name.startswith("mission_") and "mission" in names):
            kept[name] = [None if row in blanks else value for row, value in enumerate(values)]
    drawn = build(Parameters.model1().replace(organizations=N), 1, replicate)
    f = field(Path(tempfile.mkdtemp(dir=folder)), organizations=table(kept), replicate=replicate)
    for name in columns.keys() - {"id", "name", "reserve"}:
        expected = [d if g is None else g for d, g in zip(attribute(drawn, name), kept.get(name, [None] * N), strict=True)]
        assert attribute(f, name).tolist() == expected, name
    drawn_reserve = drawn.reserve / drawn.capacity * f.capacity  # so many months of income, whatever that is
    for row, value in enumerate(kept.get("reserve", [None] * N)):
        cap = 24 * (0.05 * f.capacity[row])
        assert f.reserve[row] == (pytest.approx(drawn_reserve[row]) if value is None else min(value, cap))
    same(
        f,
        drawn,
        but=("mission", "style", "reserve", "base_readiness", *ATTRIBUTES, *(["acquaintances", "known"] if "mission" in names else [])),
    )


def test_ids_alone_give_the_synthetic_field(tmp_path):
    drawn = build(Parameters.model1(), 1, 4)
    same(field(tmp_path, replicate=4, organizations=table({"id": range(60)})), drawn)


def test_only_ties(tmp_path):
    p = Parameters.model1().replace(organizations=4, acquaintances_max=2, initial_acquaintances=2)
    f = field(tmp_path, p, ties="target,source\n1,3\n0,2\n0,3\n")
    same(f, build(p, 1, 0), but=("acquaintances", "known"))
    assert f.names == ()
    assert f.acquaintances.tolist() == [[0, 0], [1, 1], [0, 2], [1, 0]]
    assert f.known.tolist() == [0, 0, 1, 2]


def test_only_issues(tmp_path):
    drawn = build(Parameters.model1(), 1, 0)
    f = field(tmp_path, issues="id,place_1,place_2,place_3,need\na,0,0.5,1,\nb,1,0,.25,0\n")
    assert f.issue.tolist() == [[0, 0.5, 1], [1, 0, 0.25]]
    assert f.need.tolist() == [1, 0]
    same(f, drawn, but=("issue", "need", "mission", "acquaintances", "known"))


def test_only_funders(tmp_path):
    f = field(
        tmp_path,
        Parameters.model1().replace(grant_budget=2.5),
        funders="id,place_3,place_2,place_1,grant_budget\na,0,0.5,1,\nb,1,0,.25,0\n",
    )
    assert f.funder.tolist() == [[1, 0.5, 0], [0.25, 0, 1]]
    assert f.grant_budget.tolist() == [2.5, 0]
    same(f, build(Parameters.model1(), 1, 0), but=("funder", "grant_budget"))


def test_blank_rows_of_a_mission_are_drawn(tmp_path):
    f = field(tmp_path, organizations="id,mission_1,mission_2,mission_3\na,,,\nb,0.1,0.2,0.3\n")
    assert f.mission[1].tolist() == [0.1, 0.2, 0.3]
    assert np.array_equal(f.mission[0], build(Parameters.model1(), 1, 0).mission[0])


def test_a_reserve_is_cut_at_the_cap(tmp_path):
    assert field(tmp_path, organizations="id,capacity,reserve\na,2,999\nb,2,1\n").reserve.tolist() == [24 * (0.05 * 2), 1]


@pytest.mark.parametrize(
    "text",
    [
        codecs.BOM_UTF8 + b"id,capacity\na,2\nb,3\n",
        b"id,capacity\r\na,2\r\nb,3\r\n",
        b"id,capacity\ra,2\rb,3",
        b"\n id , capacity\n\na, 2 \n\n b,3\n\n",
        b'"id","name","capacity"\n"a","two\nlines",2\nb,"x, y",3\n',
        "capacity,name,id\n2,Ärzte,a\n3e0,,b\n".encode(),
    ],
    ids=["BOM", "CRLF", "CR", "spaces and empty lines", "quotes", "umlaut"],
)
def test_ways_of_writing_the_same(tmp_path, text):
    f = field(tmp_path, organizations=text)
    assert f.names == ("a", "b")
    assert f.capacity.tolist() == [2, 3]


def test_the_examples_in_the_documentation(tmp_path):
    names = ("organizations", "ties", "issues", "funders", "coalitions", "memberships")
    texts = dict(zip(names, re.findall(r"```csv\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL), strict=True))
    f = field(tmp_path, Parameters.model1().replace(dimensions=2, memberships_max=2), **texts)
    assert [len(given.members) for given in f.coalitions] == [2, 2]
    assert f.shape == (3, 2, 2, 2, 16)
    assert f.names == ("shelter", "clinic", "pantry")
    for name in tables.columns("organizations_table", 1):
        assert f"`{name}`" in DOCS.read_text(encoding="utf-8")


def test_a_file_is_parsed_once_and_again_when_it_changes(tmp_path, monkeypatch):
    parsed = []
    monkeypatch.setattr(csv, "reader", lambda *args, reader=csv.reader, **options: parsed.append(1) or reader(*args, **options))
    text = "id,capacity\na,2\nb,3\n"
    fields = [field(tmp_path, organizations=text)]
    path = tmp_path / "organizations.csv"
    p = Parameters.model1().replace(source="tables", organizations_table=str(path))
    fields += [build(p.replace(openness=0.1), 2, replicate) for replicate in range(3)]
    assert len(parsed) == 1
    assert all(f.capacity.tolist() == [2, 3] for f in fields)
    path.write_text(text.replace("3", "4"), encoding="utf-8")
    os.utime(path, ns=(0, time.time_ns() + 1_000_000_000))
    assert build(p, 1, 0).capacity.tolist() == [2, 4]


def test_what_was_parsed_cannot_be_changed_by_a_field(tmp_path):
    f = field(tmp_path, organizations="id,capacity\na,2\nb,3\n")
    with pytest.raises(ValueError, match="read-only"):
        f.capacity[0] = 5


def test_many_organizations(tmp_path):
    count = 5_001  # more than are held as text at a time
    f = field(tmp_path, organizations=table({"id": range(count), "capacity": [k + 1 for k in range(count)]}))
    assert f.capacity.tolist() == [k + 1 for k in range(count)]
    refused(
        tmp_path,
        "organizations",
        table({"id": range(count), "capacity": [1] * (count - 1) + [-1]}),
        f"{count + 1}: column 'capacity' = '-1'",
    )


# What is refused


def refused(folder, name, text, *expected, p=None, **others):
    """Check that a table is refused in one line with file, line, what was found and what is allowed."""
    with pytest.raises(FieldError) as error:
        field(folder, p, **{name: text}, **others)
    message = str(error.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{folder / name}.csv:{expected[0]}"), message
    assert "; allowed: " in message
    for part in expected[1:]:
        assert part in message, message


TWO = "id,capacity\na,1\nb,1\n"

ORGANIZATIONS = {
    "empty": ("", "1: the file is empty", "allowed: a header with some of id, name, mission_1"),
    "only empty lines": ("\n\n", "1: the file is empty"),
    "no rows": ("\nid,capacity\n", "2: rows below the header: 0", "allowed: at least 2"),
    "one organization": ("id\na\n\n", "2: rows below the header: 1", "allowed: at least 2"),
    "not UTF-8": ("id,name\na,x\nb,Ärzte\n".encode("latin-1"), "3: not UTF-8 text", "allowed: UTF-8"),
    "UTF-16": ("id\na\nb\n".encode("utf-16"), "1: not UTF-8 text but UTF-16", "allowed: UTF-8"),
    "open quote": ('id,name\na,x\nb,"y\nc,z\n', "3: not a row of CSV (unexpected end of data)", "allowed: cells separated by commas"),
    "column missing": ("capacity\n1\n", "1: column 'id' is missing", "allowed: a header with it"),
    "axis missing": ("id,mission_1,mission_3\n", "1: column 'mission_2' is missing", "allowed: all axes or none"),
    "axis beyond": ("id,mission_4\n", "1: column 'mission_4' is an axis beyond dimensions = 3", "allowed: mission_1 to mission_3"),
    "axis zero": ("id,mission_0\n", "1: column 'mission_0' is unknown"),
    "column twice": ("id,capacity, capacity\n", "1: column 'capacity' is there twice", "allowed: each column once"),
    "column unknown": ("id,capcity\n", "1: column 'capcity' is unknown, did you mean 'capacity'?", "allowed: id, name, mission_1, "),
    "column of another table": ("id,need\n", "1: column 'need' is unknown"),
    "semicolons": ("id;capacity\n", "1: cells are separated by ';'; allowed: commas"),
    "header of two lines": ('"i\nd"\n', "1: column 'i\\nd' is unknown"),
    "id twice": ("id\na\n\nb\na\n", "5: column 'id' = 'a' is there already, on line 2", "allowed: each id once"),
    "id blank": ("id,capacity\na,1\n ,1\n", "3: column 'id' is blank", "allowed: any text that is not blank"),
    "no number": ("id,capacity\na,1\nb,many\n", "3: column 'capacity' = 'many' is not a finite number", "allowed: 1e-06..1e+09"),
    "decimal comma": ('id,capacity\na,"0,5"\nb,1\n', "2: column 'capacity' = '0,5' is not a finite number", "allowed: 1e-06..1e+09"),
    "underscore": ("id,capacity\na,1_0\nb,1\n", "2: column 'capacity' = '1_0' is not a finite number", "allowed: 1e-06..1e+09"),
    "inf": ("id,reserve\na,1\nb,-inf\n", "3: column 'reserve' = '-inf' is not a finite number", "allowed: 0..1e+12"),
    "too large a number": ("id,reserve\na,1e999\nb,1\n", "2: column 'reserve' = '1e999' is not a finite number", "allowed: 0..1e+12"),
    "capacity negative": ("id,capacity\na,1\nb,-3\n", "3: column 'capacity' = '-3' is out of range; allowed: 1e-06..1e+09"),
    "capacity zero": ("id,capacity\na,0\nb,1\n", "2: column 'capacity' = '0' is out of range; allowed: 1e-06..1e+09"),
    "reserve": ("id,reserve\na,0\nb,-1e-9\n", "3: column 'reserve' = '-1e-9' is out of range; allowed: 0..1e+12"),
    "threshold": ("id,join_threshold\na,5\nb,5.1\n", "3: column 'join_threshold' = '5.1' is out of range; allowed: -5..5"),
    "too few cells": ("id,capacity\na,1\nb\n", "3: 1 cell;", "allowed: 2 cells, as in the header"),
    "too many cells": ("id,capacity\na,1,2\nb,1\n", "2: 3 cells", "allowed: 2 cells, as in the header"),
    "mission in part": (
        "id,mission_1,mission_2,mission_3\na,0,0,0\nb,0,,0\n",
        "3: the mission is blank on axis 2",
        "allowed: all axes of a row",
    ),
    "after two lines in quotes": ('id,name,capacity\na,"x\ny",1\nb,z,-3\n', "4: column 'capacity' = '-3'", "allowed: 1e-06..1e+09"),
    "two lines in quotes": ('id,name,capacity\nb,z,1\na,"x\ny",-3\n', "3: column 'capacity' = '-3'", "allowed: 1e-06..1e+09"),
    "a cell of two lines": ('id,capacity\na,"1\n2"\nb,1\n', r"2: column 'capacity' = '1\n2'", "allowed: 1e-06..1e+09"),
    "CRLF": ("id,capacity\r\na,1\r\nb,-3\r\n", "3: column 'capacity' = '-3'", "allowed: 1e-06..1e+09"),
}
for _share in ("style_1", "style_2", "readiness", "openness", "leadership"):
    ORGANIZATIONS[_share] = (f"id,{_share}\na,1\nb,1.01\n", f"3: column '{_share}' = '1.01' is out of range; allowed: 0..1")


@pytest.mark.parametrize("case", ORGANIZATIONS.values(), ids=ORGANIZATIONS.keys())
def test_organizations_refused(tmp_path, case):
    refused(tmp_path, "organizations", *case)


TIES = {
    "target unknown": (
        "source,target\na,b\na,c\n",
        "3: column 'target' = 'c' is no organization",
        "allowed: the ids in ",
        "organizations.csv",
    ),
    "source unknown": ("source,target\nc,b\n", "2: column 'source' = 'c' is no organization", "allowed: the ids in "),
    "to itself": ("source,target\na,b\nb,b\n", "3: column 'target' = 'b' is its own source", "allowed: another organization"),
    "twice": ("source,target\na,b\nb,a\n\na,b\n", "5: column 'source' = 'a' has column 'target' = 'b' already, on line 2", "each tie once"),
    "blank": ("source,target\na,\n", "2: column 'target' is blank"),
    "no rows": ("source,target\n", "1: rows below the header: 0", "allowed: at least 1"),
    "column missing": ("source\na\n", "1: column 'target' is missing", "allowed: a header with it"),
    "column unknown": ("source,target,wieght\n", "1: column 'wieght' is unknown; allowed: source, target"),
}


@pytest.mark.parametrize("case", TIES.values(), ids=TIES.keys())
def test_ties_refused(tmp_path, case):
    refused(tmp_path, "ties", *case, organizations=TWO)


def test_a_tie_to_nobody_in_a_drawn_field(tmp_path):
    refused(tmp_path, "ties", "source,target\n0,59\n0,60\n", "3: column 'target' = '60' is no organization", "allowed: 0..59")


def test_more_ties_than_a_list_holds(tmp_path):
    ties = "source,target\n9,1\n7,1\n7,2\n9,2\n7,3\n"
    room = Parameters.model1().replace(initial_acquaintances=2, acquaintances_max=2)
    refused(tmp_path, "ties", ties, "6: column 'source' = '7' has tie 3", "allowed: acquaintances_max = 2", p=room)
    assert field(tmp_path, room.replace(acquaintances_max=3), ties=ties).known[7] == 3


def test_ties_contradict_that_everybody_is_known(tmp_path):
    with pytest.raises(FieldError, match=r"^\S*ties\.csv: ties_table with acquaintances = 'all'; allowed: acquaintances = 'listed'"):
        field(tmp_path, Parameters.model1().replace(acquaintances="all"), ties="source,target\n0,1\n")


PLACES = "id,place_1,place_2,place_3"
SITES = {
    "no rows": (f"{PLACES}\n", "1: rows below the header: 0", "allowed: at least 1"),
    "axis missing": ("id,place_1,place_2\n", "1: column 'place_3' is missing", "allowed: a header with it"),
    "axis beyond": (f"{PLACES},place_4\n", "1: column 'place_4' is an axis beyond dimensions = 3", "allowed: place_1 to place_3"),
    "axis blank": (f"{PLACES}\na,0,,0\n", "2: column 'place_2' is blank", "allowed: 0..1"),
    "out of the space": (f"{PLACES}\na,0,0,0\nb,0,0,1.5\n", "3: column 'place_3' = '1.5' is out of range; allowed: 0..1"),
    "id twice": (f"{PLACES}\na,0,0,0\na,0,0,1\n", "3: column 'id' = 'a' is there already, on line 2", "allowed: each id once"),
}


@pytest.mark.parametrize("name", ["issues", "funders"])
@pytest.mark.parametrize("case", SITES.values(), ids=SITES.keys())
def test_issues_and_funders_refused(tmp_path, name, case):
    refused(tmp_path, name, *case)


def test_needs_and_budgets_out_of_range(tmp_path):
    refused(tmp_path, "issues", f"{PLACES},need\na,0,0,0,-0.1\n", "2: column 'need' = '-0.1' is out of range; allowed: 0..1")
    budget = "2: column 'grant_budget' = '-1' is out of range; allowed: 0..1e+09"
    refused(tmp_path, "funders", f"{PLACES},grant_budget\na,0,0,0,-1\n", budget)


def message(**paths):
    with pytest.raises(FieldError) as error:
        build(Parameters.model1().replace(source="tables", **{name: str(path) for name, path in paths.items()}), 1, 0)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_no_table():
    assert message() == (
        "source = 'tables' without a table; allowed: at least one of organizations_table, ties_table, issues_table, funders_table, "
        "coalitions_table, memberships_table"
    )


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    missing, loop, locked = tmp_path / "missing.csv", tmp_path / "loop.csv", tmp_path / "locked.csv"
    assert message(issues_table=missing) == f"{missing}: no such file; allowed: a CSV file, or issues_table = '' to draw"
    assert message(ties_table=tmp_path) == f"{tmp_path} is a folder; allowed: a CSV file"
    loop.symlink_to(loop)
    assert re.fullmatch(rf"{loop} cannot be read: .+; allowed: a CSV file", message(funders_table=loop))
    locked.write_text(TWO, encoding="utf-8")

    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert message(organizations_table=locked) == f"{locked} cannot be read: Permission denied; allowed: a CSV file"
