"""Amounts as people write them: read in view of their column, or refused with what they may mean and how to say it."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalsim.errors import FieldError
from coalsim.importing import bring
from coalsim.importing.numbers import amount, marks


def dollars(tmp_path, cells, head="Budget", answers=None, choices=(), column="revenue_amt"):
    """Return the clean column that comes of cells of a column of amounts."""
    with (tmp_path / "o.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Name", head), *((f"Org {number}", cell) for number, cell in enumerate(cells))])
    bring(tmp_path / "mine", [tmp_path / "o.csv"], answers, choices)
    with (tmp_path / "mine/organizations.csv").open(encoding="utf-8") as file:
        return [row[column] for row in csv.DictReader(file)]


def refused(tmp_path, said, *given, **options):
    with pytest.raises(FieldError, match=re.escape(said)) as error:
        dollars(tmp_path, *given, **options)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.250.000", 1_250_000),
        ("1.250.000,50", 1_250_000.5),
        ("1,250,000.50", 1_250_000.5),
        ("1 250 000", 1_250_000),
        ("1\u202f250,5", 1250.5),
        ("1'250'000.50", 1_250_000.5),
        ("1\u2019250", 1250),
        ("1,250", 1250),
        ("1,5", 1.5),
        ("0,250", 0.25),
        ("0.250", 0.25),
        ("1234.500", 1234.5),
        ("$1.2M", 1.2e6),
        ("US$ 12k", 12_000),
        ("1.250M", 1.25e6),
        ("2.5 million dollars", 2.5e6),
        ("(500)", -500),
        ("($1,500)", -1500),
        ("\u2212500", -500),
        ("1e6", 1e6),
        ("12FTE", 12),
        ("12 full-time employees", 12),
        ("$100k - $250k", 175_000),
        ("10\u201320", 15),
        ("n/a", None),
        ("-", None),
    ],
)
def test_one_reading(cell, value):
    assert amount(cell)[0] == value


@pytest.mark.parametrize(
    "cell",
    ["250.000", "1,23,4", "1.23.4", "12-15k", "20-10", "5+", "<10", "6 7", "1 2345", "1$2", "5%", "1/2", "1_000", "staff", "(a)"],
)
def test_none_or_several(cell):
    with pytest.raises(ValueError, match=r"."):
        amount(cell)


@given(st.integers(100_000, 10**11).filter(lambda cents: cents % 10))
def test_cents_have_one_reading_in_every_country(cents):
    said = f"{cents / 100:,.2f}"
    swapped = said.translate(str.maketrans(",.", ".,"))
    for form in (said, swapped, said.replace(",", " "), said.replace(",", "'"), swapped.replace(".", " "), said.replace(",", "")):
        assert amount(form)[0] == pytest.approx(cents / 100), form


def test_what_cells_show_of_their_mark():
    cells = ["1,5", "0.250", "1.234.567", "1,234,567", "1.234,5", "250.000", "1,250", "12", "n/a", "1 250,5"]
    assert [set(marks([cell])) for cell in cells] == [{","}, {"."}, {","}, {"."}, {","}, set(), set(), set(), set(), {","}]


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        ("Budget", ("250.000", "12,5"), ["250000", "12.5"]),
        ("Budget", ("250.000", "1.250.000"), ["250000", "1250000"]),
        ("Staff", ("1.250", "0.5"), ["93750", "37500"]),
        ("Staff", ("1,250", "0.5"), ["93750000", "37500"]),
        ("Budget", ("1.5", "2,5"), ["1.5", "2.5"]),
    ],
)
def test_the_column_says_what_a_cell_means(tmp_path, head, cells, found):
    assert dollars(tmp_path, cells, head) == found


@pytest.mark.parametrize(
    ("head", "cells", "said"),
    [
        (
            "Budget",
            ("12", "250.000"),
            ":3: column 'Budget' = '250.000' may mean two things; allowed: 250000 or 250; or say --map 'Budget=revenue:",
        ),
        ("Budget", ("250.000", "$1.2M"), "may mean two things"),  # nobody writes three decimals of a dollar
        ("Staff", ("2.500", "3.125"), "may mean two things; allowed: 2500 or 2.5"),
        ("Staff", ("1,250", "1,5"), "may mean two things; allowed: 1250 or 1.25"),
        ("Staff", ("1.250", "1,5", "1.5"), "may mean two things; allowed: 1250 or 1.25"),
        ("Budget", ("\u20ac500", "3"), "is in other money; allowed: dollars"),
        ("Budget (in thousands)", ("450", "2k"), "says itself what it is times, and so does the header (1,000)"),
        ("Staff", ("(5)", "3"), "staff = -5 is below 0"),
        ("Staff (1-5)", ("2", "3"), "what does the column 'Staff (1-5)' hold?"),
        ("Staff %", ("2", "3"), "what does the column 'Staff %' hold?"),
    ],
)
def test_what_has_several_readings_is_refused(tmp_path, head, cells, said):
    refused(tmp_path, said, cells, head)


def test_the_mark_can_be_said(tmp_path):
    assert dollars(tmp_path, ("250.000", "3"), answers={"Budget": "revenue:comma"}) == ["250000", "3"]
    (tmp_path / "mine").rename(tmp_path / "first")
    assert dollars(tmp_path, ("250.000", "3"), answers={"Budget": "revenue:Point"}) == ["250", "3"]
    (tmp_path / "mine").rename(tmp_path / "second")
    refused(tmp_path, "has no effect, as no number in it has a point or a comma", ("250", "3"), answers={"Budget": "revenue:comma"})


@pytest.mark.parametrize(
    ("column", "given", "said"),
    [
        ("Staff", "staff:1-5", "staff has no scale, and this is no decimal mark; allowed: staff, staff:point, staff:comma"),
        ("Staff", "staff:", "staff has no scale"),
        ("Staff", "none:1-5", "what is left out has no scale"),
        ("City", "city:1-5", "city has no scale, which is for answers"),
        ("Readiness", "readiness:comma", "no scale; allowed: readiness:1-5"),
    ],
)
def test_a_scale_is_for_answers(tmp_path, column, given, said):
    refused(tmp_path, said, ("1", "2"), column, answers={column: given})


def test_amounts_are_chosen_by_what_their_header_makes_of_them(tmp_path):
    assert dollars(tmp_path, ("2", "300", "1,200"), "Budget (in thousands)", choices=["revenue=100000.."]) == ["300000", "1200000"]


@pytest.mark.parametrize(("head", "cells"), [("Readiness (1-5)", ("3,5", "1,000")), ("Readiness (1-5)", ("3.500", "1.000"))])
def test_answers_have_no_thousands(tmp_path, head, cells):
    assert dollars(tmp_path, cells, head, column="readiness") == ["0.625", "0"]


def test_shares_beside_percentages_are_refused(tmp_path):
    refused(tmp_path, "may be a share or per cent, beside answers with the sign", ("0.45", "60%"), "Readiness (%)")
