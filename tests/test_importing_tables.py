"""Tables that are not quite one: nothing in them is misread or passed over in silence."""

import csv
import re

import pytest

from coalsim.errors import FieldError
from coalsim.importing import bring


def names(tmp_path, text, answers=None, others=()):
    """Return the names in the clean table that comes of a table, and what is said."""
    (tmp_path / "o.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    for name, other in others:
        (tmp_path / name).write_text(other, encoding="utf-8")
    _, found = bring(tmp_path / "mine", [tmp_path / "o.csv", *(tmp_path / name for name, _ in others)], answers)
    with (tmp_path / "mine/organizations.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)], " ".join(text for _, text in found.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Name,,Staff\nA,,1\nB,x,2\n", ":3: cell 2 = 'x' stands under no name (column B); allowed: a name in the header for each column"),
        (",Name,Staff\n0,A,1\n1,B,2\n", ":2: cell 1 = '0' stands under no name (column A)"),
        ("Name,Staff,\nA,1,x\nB,2,\n", ":2: 3 cells; allowed: at most 2 cells, as in the header"),
        ("Members\n2024\nName,Staff\nA,1\nB,2\n", ":1: one cell, and 2 on line 3; allowed: the header; is this a title? remove it"),
        ("Members\nName;Staff\nA;1\nB;2\n", ":1: one cell, and 2 in the row below"),
        ("A,12\nB,4\nC,5\n", "or a header: the first row, with '12' in it, is taken for one"),
        ("Name,Organization\nAnn,A\nBob,B\n", "the columns 'Name' and 'Organization' are both taken for name; allowed: one, so give"),
        ("Name,Staff,Employees\nA,1,2\nB,1,1\n", "the columns 'Staff' and 'Employees' are both taken for staff"),
        ("Name,Funder\nA,yes\nB,no\nC,maybe\n", "column 'Funder' = 'maybe' says neither yes nor no"),
        ("Coalition,Lead\nFood,A\n", "a table of coalitions, and none of organizations"),
        ("Time,What is your organization's name?\n1,A\n2,B\n", "say which, as in --map 'What is your organization's name?=name'"),
        ("Name,Type,Funder\nA,x,no\nB,y,yes\n", "organizations in the table: 1 and 1 funders; allowed: at least 2 that are no funders"),
        ("Name,Capacity\nA,x\nB,2\n", "column 'Capacity' = 'x' is not a finite number"),
        ("Name,Staff\nA,1\na.,2\nB,3\n", "'A' is there several times (lines 2, 3): one organization?"),
        (b"\xff\xfe" + "Name\tStaff\nA\t1\n".encode("utf-16-le")[:-1], "begins as UTF-16 and is none"),
    ],
)
def test_what_may_be_misread_is_named(tmp_path, text, said):
    with pytest.raises(FieldError, match=re.escape(said)) as error:
        names(tmp_path, text)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "text",
    [
        "Name,,Staff,,\nA,,1,,\nB,,2,,\n",
        "Name,Organization,Staff\nA,,1\nB,,2\n",
        "Name;Staff\r\nA;1\r\nB;2\r\n",
        "Name\tStaff\nA\t1\nB\t2\n".encode("utf-16"),
        "\ufeffName,Staff\rA,1\rB,2\r",
        '"Organization\nname","Staff\n(FTE)"\n="A",1\nB,2\n',
        "Name,ZIP,City\nA,5401,X\nB,,Y\n",
        "Name,Founded\nA,2001\nB,1999-05\n",
    ],
)
def test_what_has_one_reading_is_read(tmp_path, text):
    assert names(tmp_path, text)[0] == ["A", "B"]


@pytest.mark.parametrize("last", ["Total", "TOTAL:", "Sum", "Summe", "Total (2)", "Grand total 2024", "Total members: 2", "Insgesamt"])
def test_a_row_of_sums_is_no_organization(tmp_path, last):
    found, said = names(tmp_path, f"Name,Staff\nA,1\nB,2\n{last},3\n")
    assert found == ["A", "B"]
    assert f"rows that add up the others are left out (line 4: {last})" in said


def test_organizations_may_be_called_like_sums(tmp_path):
    assert names(tmp_path, "Name,Staff\nTotal Health,1\nSum of Us 2,2\n")[0] == ["Total Health", "Sum of Us 2"]


def test_remarks_below_a_table_and_rows_without_a_name_are_said(tmp_path):
    found, said = names(tmp_path, "Name,Staff\nA,1\nB,2\nn/a,3\nNote: survey of 2024,\n* estimated,\n")
    assert found == ["A", "B"]
    assert "1 rows without a name are left out (line 4)" in said
    assert "remarks are left out (line 5: 'Note: survey of 2024', line 6: '* estimated')" in said


def test_a_header_that_is_there_again_is_no_organization(tmp_path):
    found, said = names(tmp_path, "Name,City\nA,X\nName,City\nB,Y\n")
    assert found == ["A", "B"]
    assert "1 rows that say the header again are left out (line 3)" in said


def test_who_convenes_two_coalitions_of_a_column_is_refused(tmp_path):
    with pytest.raises(FieldError, match="--map Health=A: it convenes 'Food' already; allowed: one coalition each"):
        names(tmp_path, "Name,Coalitions\nA,Food|Health\nB,Food\n", {"Food": "A", "Health": "A"})


@pytest.mark.parametrize(
    ("people", "others", "said"),
    [
        ("Name,Funder\nA,no\nB,no\nC,yes\n", [("t.csv", "From,To\nA,C\nB,B\n")], "t.csv: no tie is left between organizations"),
        ("Name,Funder,Partners\nA,no,C\nB,no,\nC,yes,\n", [], "o.csv: no tie is left between organizations of the field; allowed: one or"),
        ("Name,Funder\nA,no\nB,no\nC,yes\n", [("m.csv", "Coalition,Member\nFood,C\n")], "m.csv: no coalition is left"),
    ],
)
def test_ties_and_coalitions_of_nobody_have_no_effect(tmp_path, people, others, said):
    with pytest.raises(FieldError, match=re.escape(said)):
        names(tmp_path, people, others=others)


def test_answers_of_a_single_organization_are_kept(tmp_path):
    names(tmp_path, "Name,Staff,Readiness (1-5)\nA,1,\nB,2,5\nC,3,\n")
    assert (tmp_path / "mine/survey.csv").read_text() == "id,readiness\na,\nb,1\nc,\n"


def test_ties_with_one_side_are_said(tmp_path):
    _, said = names(tmp_path, "Name,Staff\nA,1\nB,2\n", others=[("t.csv", "From,To\nA,B\nA,\n,B\n")])
    assert "t.csv: 2 rows with a name on one side only are left out (line 3, 4)" in said


def test_an_error_about_a_clean_table_is_about_the_given_one(tmp_path):
    """Memberships are written by coalition, in another order than they are given."""
    members = "Coalition,Member,Since\nSecond,B,-9\nFirst,C,-9\nSecond,A,-3\n"
    about = "Coalition,Lead,Launched\nFirst,A,-5\nSecond,B,-9\n"
    with pytest.raises(FieldError, match=r"m\.csv:3: column 'Since' = -9 is before the launch of First"):
        names(tmp_path, "Name,Staff\nA,1\nB,2\nC,3\n", others=[("m.csv", members), ("c.csv", about)])


def test_counties_without_a_choice_have_no_effect(tmp_path):
    with pytest.raises(FieldError, match=r"z\.csv: it tells counties for --only county"):
        names(tmp_path, "Name,ZIP,Staff\nA,05401,1\nB,05402,2\n", others=[("z.csv", "zip,county\n05401,X\n")])
