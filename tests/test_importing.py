"""A convener's own tables: what columns mean, what is assumed, what is asked, what comes of it."""

import csv
import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import coalsim as cs
from coalsim.cli import main
from coalsim.cli.app import scenario
from coalsim.errors import CoalsimError, FieldError, StoreError
from coalsim.field import build
from coalsim.importing import bring
from coalsim.importing.cells import WORDS, WORDS_TABLE, loose, work_code
from coalsim.importing.headers import plain_header, scale_of
from coalsim.importing.meanings import KINDS, candidates
from coalsim.importing.numbers import amount
from coalsim.importing.tables import Table
from coalsim.importing.understanding import understand
from coalsim.inputs.raw import of_text, raw

COUNTY = """\
Organization,What they do,Paid staff (FTE),Ready to work with others? (1-5),Ability to compromise
Bridge Street Shelter,Emergency shelter,14,5,4
Oak Street Clinic,Free clinic,"1,200",2,
St. Mary's Pantry,Food pantry,0,,2
River Watch,Zebras,2 FTE,3,5
"""


def field(tmp_path, text=COUNTY, answers=None, name="county.csv", folder="mine", **options):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return bring(tmp_path / folder, [tmp_path / name], answers, **options)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_county_table_becomes_a_field_that_runs(tmp_path):
    written, found = field(tmp_path, convener="bridge street shelter")
    assert [path.name for path in written] == ["organizations.csv", "survey.csv", "funders.csv", "field.toml", "assumptions.md"]
    there = rows(tmp_path / "mine/organizations.csv")
    assert [row["ntee"] for row in there] == ["L41", "E30", "K31", ""]
    assert [row["revenue_amt"] for row in there] == ["1050000", "90000000", "0", "150000"]
    assert [(row["id"], row["readiness"], row["openness"]) for row in rows(tmp_path / "mine/survey.csv")] == [
        ("bridge-street-shelter", "1", "0.75"),
        ("oak-street-clinic", "0.25", ""),
        ("st-mary-s-pantry", "", "0.25"),
        ("river-watch", "0.5", "1"),
    ]
    p = scenario(tmp_path / "mine/field.toml", [], [])
    assert p.get("focal_convener") == "bridge-street-shelter"
    made = build(p, 1, 0)
    assert made.label(1) == "Oak Street Clinic"
    assert made.capacity[1] * made.unit.staff == pytest.approx(1200**0.5)  # the rule of registers
    assert made.base_readiness[3] == 0.5
    report = (tmp_path / "mine/assumptions.md").read_text(encoding="utf-8")
    for said in (
        "'Zebras'",
        "Emergency shelter: L41",
        "n to the power 0.5",
        "from 1 to 5",
        "No organization is a funder",
        "who knows whom",
    ):
        assert said in report
    assert [question.about for question in found.questions] == ["Zebras"]  # may stay open, and is said
    assert len(cs.simulate(p.replace(months=13), 2).outcomes) == 2


def test_what_is_not_sure_is_asked_and_never_guessed(tmp_path):
    text = COUNTY.replace("Paid staff (FTE)", "Size")
    with pytest.raises(FieldError, match=r"what does the column 'Size' hold\? Say --map 'Size=staff'"):
        field(tmp_path, text)
    assert not (tmp_path / "mine").exists()
    asked = []

    def ask(question):
        asked.append(question.about)
        return {"Size": "staff"}.get(question.about)

    field(tmp_path, text, ask=ask)
    assert asked == ["Size", "Zebras"]
    field(tmp_path, text, folder="mapped", answers={"size": "staff", "zebras": "wildlife"})
    assert rows(tmp_path / "mapped/organizations.csv")[3]["ntee"] == "D30"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"Size": "stuff"}, "--map Size=stuff: no meaning, did you mean 'staff'?"),
        ({"Phone": "name"}, "no such column, word or name is in question"),
        ({"Zebras": "unicorns"}, "no field of work"),
        ({"Ability to compromise": "openness:many"}, "no scale; allowed: openness:1-5"),
        ({"Ability to compromise": "openness:1-4"}, r"county.csv:5: .* is not on its scale; allowed: 1..4 or blank"),
        ({"What they do": "name", "Organization": "name"}, "the columns 'Organization' and 'What they do' are both taken for name"),
    ],
)
def test_an_answer_that_cannot_be_used_is_one_line(tmp_path, answers, said):
    text = COUNTY.replace("Paid staff (FTE)", "Size") if "Size" in answers else COUNTY
    with pytest.raises(FieldError, match=said) as error:
        field(tmp_path, text, answers=answers)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("$1,200,000", 1.2e6), ("1.2M", 1.2e6), ("450k", 450e3), ("12 FTE", 12), ("5-10", 7.5), ("about 3", 3), ("3,5", 3.5), ("n/a", None)],
)
def test_amounts_as_people_write_them(cell, value):
    assert amount(cell)[0] == value


@pytest.mark.parametrize("cell", ["lots", "1,23,4", "5 to many", "12 apples", "\u0665", "1.2.3"])
def test_amounts_that_may_mean_anything_are_refused(cell):
    with pytest.raises(ValueError, match=r"."):
        amount(cell)


@given(st.integers(0, 10**9))
def test_grouped_and_plain_numbers_are_the_same(number):
    assert amount(f"{number:,}") == amount(str(number)) == (float(number), "")


def test_every_word_for_a_field_of_work_has_a_code_with_a_place():
    from coalsim.field.placement import CODE_TABLE, CODES

    known = set(CODES.read(CODE_TABLE, 3).text["code"])
    table = WORDS.read(WORDS_TABLE)
    assert [code for code in table.text["code"] if not {code, code[0]} & known] == []
    assert [word for word, code in zip(table.text["word"], table.text["code"], strict=True) if work_code(word) != code] == []


def test_every_sure_header_means_what_it_says():
    for kind, of in KINDS.items():
        for meaning in of.meanings:
            for header in {meaning.name, *meaning.sure} - {"type"}:  # which is asked about
                found, sure = candidates(kind, header)
                assert (found, sure) == ([meaning.name], True), header
                assert plain_header(header.replace("_", " ").title() + " (1-5)") == header or meaning.name in ("style_1", "style_2")


def test_scales_are_read_from_headers():
    assert [scale_of(text) for text in ("x (1-5)", "x 1 to 9", "x %", "stage", "x", "share")] == [
        (1, 5),
        (1, 9),
        (0, 100),
        (1, 9),
        None,
        (0, 1),
    ]


@pytest.mark.parametrize(
    ("head", "cells", "shares"),
    [
        ("Readiness (1-5)", ("1", "3", "5"), (0, 0.5, 1)),
        ("Readiness", ("20%", "50 %", "100%"), (0.2, 0.5, 1)),
        ("Readiness stage", ("preparation", "no awareness", "Preplanning"), (0.5, 0, 0.375)),
        ("Engaged stakeholders", ("2", "3.4", "5"), (0.25, 0.6, 1)),
        ("Readiness", ("agree", "Strongly disagree", "neutral"), (0.75, 0, 0.5)),
        ("Readiness", ("0.2", "0.4", "1"), (0.2, 0.4, 1)),
    ],
)
def test_answers_on_a_scale_are_shares(tmp_path, head, cells, shares):
    text = "Name," + head + "\n" + "".join(f'Org {k},"{cell}"\n' for k, cell in enumerate(cells))
    field(tmp_path, text)
    found = [float(row["readiness"]) for row in rows(tmp_path / "mine/organizations.csv")]
    assert found == pytest.approx(shares)


def test_a_scale_that_is_not_stated_is_asked_for(tmp_path):
    with pytest.raises(
        FieldError, match=r"on which scale is 'Readiness' answered \(its cells go from 1 to 4\)\? Say --map 'Readiness=readiness:1-5'"
    ):
        field(tmp_path, "Name,Readiness\na,1\nb,4\n")


def test_kumu_sheets(tmp_path):
    (tmp_path / "elements.csv").write_text(
        "Label,Type,Tags\nFood Bank,Organization,hunger|food\nAnn,Person,\nThe Clinic,Organization,health\n"
        "Big Fund,Funder,\nShelter,Organization,housing\n"
    )
    (tmp_path / "connections.csv").write_text(
        "From,To,Type,Strength\nFood Bank,Clinic|Shelter,partner,1\nThe Clinic,Shelter,partner,3\n"
        "Ann,Shelter,knows,1\nBig Fund,Shelter,grant,2\n"
    )
    files = [tmp_path / "elements.csv", tmp_path / "connections.csv"]
    with pytest.raises(FieldError, match="what does the column 'Type' hold"):
        bring(tmp_path / "mine", files)
    _, found = bring(tmp_path / "mine", files, {"Type": "type"})
    made = build(scenario(tmp_path / "mine/field.toml", [], []), 1, 0)
    assert ([made.label(k) for k in range(made.size)], len(made.funder)) == (["Food Bank", "The Clinic", "Shelter"], 1)
    assert [made.acquaintances[k, : made.known[k]].tolist() for k in range(3)] == [[1, 2], [2, 0], [1, 0]]  # the strongest first
    said = " ".join(text for _, text in found.notes)
    for part in ("1 rows are left out, because they are no organizations (Person)", "both ways", "to or from funders"):
        assert part in said


def test_partner_exports(tmp_path):
    (tmp_path / "members.csv").write_text(
        "Organization Name,Map Label,Sector,ZIP\nFood Bank,FB,Food,5401\nClinic,CL,Health care,05402\nShelter,SH,Housing,05403\n"
    )
    (tmp_path / "relations.csv").write_text(
        "Respondent,Partner,Frequency of contact,Reliability,Power/Influence\n"
        "FB,CL,About once a month,3,2\nFB,SH,Every day,4,4\nCL,SH,Never,,\nSH,Food Bank,Every week,1,1\n"
    )
    _, found = bring(tmp_path / "mine", [tmp_path / "members.csv", tmp_path / "relations.csv"], {"Partner": "target"})
    assert [tuple(row.values()) for row in rows(tmp_path / "mine/ties.csv")] == [
        ("food-bank", "shelter"),
        ("food-bank", "clinic"),
        ("shelter", "food-bank"),
    ]
    assert [row["zip"] for row in rows(tmp_path / "mine/organizations.csv")] == ["05401", "05402", "05403"]
    assert any("1 rows are left out, as there is no contact" in text for _, text in found.notes)


def test_a_name_nobody_has_is_asked_about(tmp_path):
    (tmp_path / "o.csv").write_text("Name\nBridge Street Shelter\nClinic\n")
    (tmp_path / "t.csv").write_text("From,To\nBridge St Shelter,clinic\n")
    files = [tmp_path / "o.csv", tmp_path / "t.csv"]
    with pytest.raises(
        FieldError,
        match=r"t\.csv:2: .*'Bridge St Shelter' is no organization: which is it\? Say --map 'Bridge St Shelter=Bridge Street Shelter'",
    ):
        bring(tmp_path / "mine", files)
    bring(tmp_path / "mine", files, {"Bridge St Shelter": "Bridge Street Shelter"})
    assert len(rows(tmp_path / "mine/ties.csv")) == 2


def test_coalitions_that_exist_already(tmp_path):
    people = Table.of(of_text("o.csv", "Name,Coalitions\nFood Bank,Food First\nClinic,Food First; Health Now\nShelter,\n"))
    about = Table.of(of_text("c.csv", "Coalition,Lead,Issue,Launched,Funders,Trust (1-5)\nHealth Now,Clinic,,2024-11,,4\n"))
    member = Table.of(of_text("m.csv", "Coalition,Member,Since\nHealth Now,Shelter,-3\n"))
    found = understand([people, about, member], cs.Parameters.model1(), {"Food First": "Food Bank"}, today=datetime.date(2026, 11, 2))
    assert found.clean["coalitions.csv"].splitlines() == [
        "coalition,convener,issue,launch_month,funders,trust",
        "Health Now,clinic,,-24,,0.75",
        "Food First,food-bank,,,,",
    ]
    assert found.clean["memberships.csv"].splitlines() == [
        "coalition,organization,joined_month",
        "Food First,food-bank,",
        "Food First,clinic,",
        "Health Now,clinic,",
        "Health Now,shelter,-3",
    ]
    (tmp_path / "o.csv").write_text(
        "Name,Work,Coalitions\nFood Bank,food,Food First\nClinic,health,Food First; Health Now\nShelter,housing,\n"
    )
    bring(tmp_path / "mine", [tmp_path / "o.csv"], {"Food First": "Food Bank", "Health Now": "Clinic"})
    p = scenario(tmp_path / "mine/field.toml", [], [])
    given = build(p, 1, 0).coalitions
    assert [(of.convener, [who for who, _ in of.members]) for of in given] == [(0, [0, 1]), (1, [1])]
    assert p.get("memberships_max") >= 2


HEAD = "EIN,NAME,ICO,CITY,STATE,ZIP,SUBSECTION,FOUNDATION,ASSET_AMT,INCOME_AMT,REVENUE_AMT,NTEE_CD,SORT_NAME\n"
ROWS = (
    (
        f"{30000000 + k:09d},ORG {k} INC,,{('BURLINGTON', 'BARRE')[k % 2]},VT,0540{k % 4}-1234,{('03', '04')[k == 7]},"
        f"{('15', '04')[k == 6]},1000,,{50000 * k},{('E32', 'K31', 'E20', 'L41')[k % 4]},\n"
    )
    for k in range(12)
)
STATE = HEAD + "".join(ROWS)


def test_a_register_of_a_state_as_it_is_with_filters(tmp_path):
    _, found = field(tmp_path, STATE, name="eo_vt.csv", choices=["subsection=3", "city=burlington", "code=E", "revenue=1.."])
    p = scenario(tmp_path / "mine/field.toml", [], [])
    made = build(p, 1, 0)
    assert (p.get("major_groups"), made.names, len(made.funder)) == ("", ("030000002", "030000004", "030000008", "030000010"), 1)
    assert [row["asset_amt"] for row in rows(tmp_path / "mine/organizations.csv") if row["is_private_foundation"] == "1"] == ["1000"]
    assert made.number("org 4 inc") == 1
    assert not any(name in found.clean for name in ("funders.csv", "survey.csv"))
    field(tmp_path, STATE, name="eo_vt.csv", folder="fine", choices=["code=K31,L"])
    assert len(rows(tmp_path / "fine/organizations.csv")) == 7  # the foundation stays: it says nothing of what it gives to
    field(tmp_path, STATE, name="eo_vt.csv", folder="groups", choices=["code=KL"])
    field(tmp_path, STATE, name="eo_vt.csv", folder="apart", choices=["code=K,L"])
    assert rows(tmp_path / "groups/organizations.csv") == rows(tmp_path / "apart/organizations.csv")
    (tmp_path / "places.csv").write_text("zip,county\n5401,Chittenden County\n5403,chittenden\n")
    bring(tmp_path / "county", [tmp_path / "eo_vt.csv", tmp_path / "places.csv"], choices=["county=Chittenden"])
    assert {row["zip"] for row in rows(tmp_path / "county/organizations.csv")} == {"05401", "05403"}


CHOSEN = """\
Name,NTEE,Staff,Readiness (1-5),Partners,Coalitions,Funder
Alpha,E32,5,3,Gamma,Food; Lost,
Beta,E20,7,4,Alpha,Food,
Gamma,K31,3,2,,Food; Away,
Delta,E32,4,5,Gamma,,
Fund,,,,,Food,yes
"""


@pytest.mark.parametrize("code", ["E", "E3,E2"])
def test_what_was_not_chosen_is_not_in_the_field_nor_named_by_it(tmp_path, code):
    (tmp_path / "t.csv").write_text("From,To\nAlpha,Beta\nAlpha,Gamma\nGamma,Delta\n")
    (tmp_path / "c.csv").write_text("Coalition,Lead,Launched,Funders\nFood,Gamma,-5,Fund\nAway,Gamma,-2,\nLost,Delta,-1,\n")
    (tmp_path / "m.csv").write_text("Coalition,Member,Since\nFood,Gamma,-5\nFood,Alpha,-3\nFood,Fund,-3\n")
    files = [tmp_path / name for name in ("o.csv", "t.csv", "c.csv", "m.csv")]
    files[0].write_text(CHOSEN)
    written, found = bring(tmp_path / "mine", files, {"Food": "Alpha"}, [f"code={code}"], "Beta")
    for path in written:
        if path.suffix == ".csv":
            assert "gamma" not in path.read_text().lower()
    said = " ".join(text for _, text in found.notes)
    for part in (
        "o.csv: 2 ties to or from what was left out",
        "t.csv: 2 ties to or from what was left out",
        "Memberships of organizations that were left out are left out too: 1.",
        "Memberships of funders are left out, as funders are no members: 2.",
        "Coalitions of which nobody is in the field are left out: Away.",
    ):
        assert part in said
    p = scenario(tmp_path / "mine/field.toml", [], [])
    assert [row["convener"] for row in rows(tmp_path / "mine/coalitions.csv")] == ["alpha", "delta"]
    assert p.get("burn_in") == 0
    cs.simulate(p.replace(months=13), 1)
    with pytest.raises(FieldError, match="--convener Gamma: it was left out"):
        bring(tmp_path / "other", files, {"Food": "Alpha"}, [f"code={code}"], "Gamma")
    assert not (tmp_path / "other").exists()


def test_a_name_of_one_that_was_chosen_and_one_that_was_not_is_asked_about(tmp_path):
    (tmp_path / "o.csv").write_text("Name,NTEE\nFriends,E32\nFriends,K31\nAlpha,E20\n")
    (tmp_path / "t.csv").write_text("From,To\nAlpha,Friends\n")
    with pytest.raises(FieldError, match="'Friends' is the name of several organizations"):
        bring(tmp_path / "mine", [tmp_path / "o.csv", tmp_path / "t.csv"], choices=["code=E"])


def test_foundations_give_the_field_what_the_rule_of_registers_gives_it(tmp_path):
    """The table that is written, and the whole register with `major_groups`, are the same field."""
    fund = "04000000{},FUND {},,BARRE,VT,05401,03,04,{},,,{},\n"
    text = STATE + "".join(fund.format(k, k, assets, code) for k, (assets, code) in enumerate([(5000, "K31"), ("", "T20"), (300, "E32")]))
    field(tmp_path, text, name="eo_vt.csv", choices=["code=E"])
    field(tmp_path, text, name="eo_vt.csv", folder="whole")
    chosen = build(scenario(tmp_path / "mine/field.toml", [], []), 1, 0)
    whole = build(scenario(tmp_path / "whole/field.toml", [], []).replace(major_groups="E"), 1, 0)
    assert chosen.names == whole.names
    assert chosen.grant_budget == pytest.approx(whole.grant_budget, rel=1e-9)
    assert (chosen.funder == whole.funder).all()
    assert (chosen.capacity == whole.capacity).all()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("county=X", "nothing says in which county"),
        ("city=Barr", "no row has 'Barr', did you mean 'barre'"),
        ("code=E,Q", "no row has 'Q'"),
        ("revenue=550000..", "leaves 1 of 12 organizations"),
        ("staff=1..", "no column holds it"),
        ("revenue=many", "no range"),
        ("town=X", "KEY=VALUES is needed"),
    ],
)
def test_choices_that_cannot_be_made(tmp_path, choice, said):
    with pytest.raises(FieldError, match=said):
        field(tmp_path, STATE, name="eo_vt.csv", choices=[choice])
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "county.csv:1: the table is empty"),
        ("Name\nOne\n", "organizations in the table: 1"),
        ("Phone\n1\n2\n", "no column is known to hold the names"),
        ("Name,Staff\nA,few\nB,2\n", r"county.csv:2: column 'Staff' = 'few' is not an amount"),
        ("Name,Staff\nA,1,2\nB,2\n", "county.csv:2: 3 cells; allowed: at most 2"),
        ("Name,NTEE\nA,cats\nB,E32\n", r"county.csv:2: column 'NTEE' = 'cats' is no NTEE code"),
        ("id,Name\n1,A\n1,B\n", r"county.csv:3: column 'id' = '1' is there already, on line 2"),
        ("id,capacity\na,1\nb,lots\n", r"county.csv:3: column 'capacity' = 'lots' is not a finite number"),
        ('Name\n"A\n', "county.csv:2: not a row of a table"),
    ],
)
def test_wrong_tables_are_one_line(tmp_path, text, said):
    with pytest.raises(CoalsimError, match=said):
        field(tmp_path, text)
    assert not (tmp_path / "mine").exists()


def test_other_marks_and_letters_are_read_and_said(tmp_path):
    (tmp_path / "a.csv").write_bytes("Name;Work\r\nCafé;Food\r\nB;Housing\r\n".encode("cp1252"))
    found = raw(tmp_path / "a.csv")
    assert (found.header, found.rows[0]) == (["Name", "Work"], ["Café", "Food"])
    assert found.said == [
        "It is not UTF-8 and was read as Windows-1252; look whether letters with accents are right.",
        "Its cells are separated by semicolons.",
    ]
    assert loose("The Café, Inc.") == loose("café")


def test_nothing_is_written_over(tmp_path):
    field(tmp_path)
    (tmp_path / "mine/field.toml").write_text("mine")
    with pytest.raises(StoreError, match="already"):
        field(tmp_path)
    assert (tmp_path / "mine/field.toml").read_text() == "mine"


def test_philanthropy_is_asked_about(tmp_path):
    text = "Name,Work\nA,housing\nB,food\nValley Fund,community foundation\n"
    with pytest.raises(FieldError, match="Valley Fund: funders, or organizations like others"):
        field(tmp_path, text)
    field(tmp_path, text, answers={"philanthropy": "funder"})
    made = build(scenario(tmp_path / "mine/field.toml", [], []), 1, 0)
    assert (made.size, len(made.funder)) == (2, 1)


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("county.csv").write_text(COUNTY)

    def command(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["new-field", *arguments])
        return stop.value.code, *capsys.readouterr()

    code, said, errors = command("mine", "--from", "county.csv", "--map", "Zebras=C", "--convener", "River Watch")
    assert (code, errors) == (0, "")
    assert "coalsim advise mine/field.toml" in said
    for wrong in (
        ("x", "--map", "a=b"),
        ("x", "--from", "county.csv", "--map", "a"),
        ("x", "--from", "none.csv"),
        ("mine", "--from", "county.csv"),
    ):
        code, _, errors = command(*wrong)
        assert (code, errors.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Name,Staff\nA,"$50,000"\nB,1\n', "is money; allowed: how many employees"),
        ("Name,Budget\nA,12 FTE\nB,1\n", "counts people; allowed: dollars"),
        ("Name;Budget\nA;250.000\nB;1.200\n", "may mean two things; allowed: 250000 or 250"),
    ],
)
def test_a_unit_that_is_not_the_columns_is_refused(tmp_path, text, said):
    with pytest.raises(FieldError, match=re.escape(said)) as error:
        field(tmp_path, text)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "mine").exists()


def test_what_a_header_says_of_its_numbers_counts(tmp_path):
    _, found = field(tmp_path, "Name,Annual budget (in thousands)\nA,450\nB,20\n", folder="a")
    assert [row["revenue_amt"] for row in rows(tmp_path / "a/organizations.csv")] == ["450000", "20000"]
    assert any("times 1,000" in text for _, text in found.notes)
    field(tmp_path, "Name,Revenue ($M)\nA,1.5\nB,2\n", folder="b")
    assert [row["revenue_amt"] for row in rows(tmp_path / "b/organizations.csv")] == ["1500000", "2000000"]
    _, found = field(tmp_path, "Name,Staff (volunteers)\nA,4\nB,2\n", folder="c")
    assert any("'(volunteers)' in 'Staff (volunteers)' is not understood" in text for _, text in found.notes)


def test_a_stated_scale_counts_before_words_and_years():
    stated = ("Readiness at this stage (1-5)", "Readiness stage (1-5)", "Readiness 2023-2024 (1-5)", "Readiness stage")
    assert [scale_of(text) for text in stated] == [(1, 5), (1, 5), (1, 5), (1, 9)]


def test_rows_that_add_up_the_others_are_no_organizations(tmp_path):
    _, found = field(tmp_path, "Name,Staff\nA,3\nB,4\nGrand total,7\n")
    assert [row["name"] for row in rows(tmp_path / "mine/organizations.csv")] == ["A", "B"]
    assert any("line 4: Grand total" in text for _, text in found.notes)


SEVERAL = {"same name": "several"}


@pytest.mark.parametrize("many", [10, 5_001])
def test_a_name_of_several_is_never_taken_for_one(tmp_path, many):
    """However many there are; and an organization's name counts before another's label."""
    others = "".join(f"Org {k},O{k},1\n" for k in range(many))
    (tmp_path / "o.csv").write_text(
        f"Name,Map label,Staff\nFriends,F1,1\nFriends,F2,1\nYouth,Food Center,1\nFood Center,FC,1\nX,FC,1\n{others}"
    )
    for convener in ("Friends", "FC"):
        with pytest.raises(FieldError, match="several organizations"):
            bring(tmp_path / "mine", [tmp_path / "o.csv"], SEVERAL, convener=convener)
    (tmp_path / "t.csv").write_text("Source,Target\nFood Center,F1\n")
    bring(tmp_path / "mine", [tmp_path / "o.csv", tmp_path / "t.csv"], SEVERAL)
    assert [row["source"] for row in rows(tmp_path / "mine/ties.csv")] == ["food-center"]


def test_directions_and_frequencies_of_ties_are_understood_or_refused(tmp_path):
    (tmp_path / "o.csv").write_text("Name,Staff\nA,1\nB,2\nC,3\n")
    (tmp_path / "t.csv").write_text("From,To,Direction,Frequency\nA,B,one-way,weekly\nB,C,Two way,weekly\nA,C,,0 - Never\n")
    bring(tmp_path / "mine", [tmp_path / "o.csv", tmp_path / "t.csv"])
    assert sorted(tuple(row.values()) for row in rows(tmp_path / "mine/ties.csv")) == [("a", "b"), ("b", "c"), ("c", "b")]
    (tmp_path / "t.csv").write_text("From,To,Direction\nA,B,sideways\n")
    with pytest.raises(FieldError, match="says no direction; allowed: mutual"):
        bring(tmp_path / "other", [tmp_path / "o.csv", tmp_path / "t.csv"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",Shelter,", "is blank; allowed: the name of a coalition"),
        ("Health Now,Clinic,-9\nHealth Now,clinic,-3", "already, in an earlier row"),
        ("Health Now,Clinic,-inf", "is neither a month nor a date"),
        ("Health Now,Clinic,-2.7", "is neither a month nor a date"),
        ("Health Now,Clinic,2019-13", "is no month of a year"),
    ],
)
def test_memberships_that_cannot_be_are_refused(row, said):
    people = Table.of(of_text("o.csv", "Name,Staff\nFood Bank,1\nClinic,2\nShelter,3\n"))
    member = Table.of(of_text("m.csv", f"Coalition,Member,Since\n{row}\n"))
    with pytest.raises(FieldError, match=re.escape(said)) as error:
        understand([people, member], cs.Parameters.model1(), {"Health Now": "Clinic"}, today=datetime.date(2026, 11, 2))
    assert "\n" not in str(error.value)


def test_what_spreadsheet_programs_write_is_read_or_said(tmp_path):
    field(tmp_path, "sep=;\nName;Staff\nA;1\nB, C and D;2\n", folder="a")
    assert [row["name"] for row in rows(tmp_path / "a/organizations.csv")] == ["A", "B, C and D"]
    field(tmp_path, "Name, in full;Staff\nA;1\nB;2\n", {"Name, in full": "name"}, folder="b")
    assert len(rows(tmp_path / "b/organizations.csv")) == 2
    with pytest.raises(FieldError, match=r":1: one cell, and 2 in the row below; allowed: the header; is this a title\? remove it"):
        field(tmp_path, "Our members\nName,Staff\nA,1\n", folder="c")
    (tmp_path / "o.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(FieldError, match="a workbook of a spreadsheet program; allowed: a table as CSV"):
        bring(tmp_path / "d", [tmp_path / "o.xlsx"])


@pytest.mark.parametrize(
    ("head", "cells", "said"),
    [
        ("Readiness (1-7)", ("3", "Strongly agree"), "is an answer on a scale of 1 to 5, and the column's is one of 1 to 7"),
        ("Readiness (0-10)", ("3", "high"), "is an answer on a scale of 1 to 5, and the column's is one of 0 to 10"),
        ("Readiness (0-10)", ("3", "6 7"), "is no answer on a scale"),
        ("Readiness", ("1%", "0.5"), "is an answer on a scale of 0 to 100, and the column's is one of 0 to 1"),
        ("Readiness (%)", ("0.8", "0.5"), "is in per cent, and its cells go from 0.5 to 0.8, as shares do: which is it?"),
    ],
)
def test_answers_of_another_form_are_refused_or_asked_about(tmp_path, head, cells, said):
    text = f"Name,Staff,{head}\n" + "".join(f"Org {k},1,{cell}\n" for k, cell in enumerate(cells))
    with pytest.raises(FieldError, match=re.escape(said)) as error:
        field(tmp_path, text)
    assert "\n" not in str(error.value)
    if "which is it" in said:
        field(tmp_path, text, {head: "readiness:share"})
        assert [row["readiness"] for row in rows(tmp_path / "mine/survey.csv")] == ["0.8", "0.5"]
