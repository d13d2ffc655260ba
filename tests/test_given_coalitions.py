"""Coalitions that exist when the run begins, read from tables."""

import math

import pandas as pd
import pytest

import coalsim as cs
from coalsim.errors import FieldError, ParameterError
from coalsim.field import build
from coalsim.field.model import GivenCoalition

ORGANIZATIONS = "id\nshelter\nclinic\npantry\ntenants\n"
FUNDERS = "id,place_1,place_2\nfoundation,.5,.5\nfamily,.1,.9\n"
COALITIONS = """\
coalition,name,convener,issue,launch_month,trust,funders
housing,Homes for All,tenants,1,-30,.7,family | foundation
food,,pantry,,,,
"""
MEMBERSHIPS = "coalition,organization,joined_month\nhousing,shelter,-12\nhousing,clinic,\nfood,clinic,-7\nfood,shelter,-5\n"
BASE = {"source": "tables", "dimensions": 2, "memberships_max": 2, "funders_max": 3}


@pytest.fixture
def field(tmp_path):
    def written(coalitions=COALITIONS, memberships=MEMBERSHIPS, **changes):
        texts = {"organizations": ORGANIZATIONS, "funders": FUNDERS, "coalitions": coalitions, "memberships": memberships}
        tables = {}
        for name, text in texts.items():
            if text is not None:
                (tmp_path / f"{name}.csv").write_text(text)
                tables[f"{name}_table"] = str(tmp_path / f"{name}.csv")
        return cs.Parameters.model1().replace(**{**BASE, **tables, **changes})

    return written


def test_they_are_read_in_the_order_of_their_conveners(field):
    food, housing = build(field(), 1, 0).coalitions
    assert food == GivenCoalition(2, -1, -7, food.trust, (), ((0, -5), (1, -7), (2, -7))), "launched when its first member joined"
    assert math.isnan(food.trust)
    assert housing == GivenCoalition(3, 1, -30, 0.7, (1, 0), ((0, -12), (1, -30), (3, -30)))


def test_without_memberships_conveners_are_alone(field):
    assert [c.members for c in build(field(memberships=None), 1, 0).coalitions] == [((2, -1),), ((3, -30),)]


def test_both_engines_begin_with_them(field):
    results = [cs.simulate(field(months=24), 2, seed=3, engine=engine) for engine in ("numpy", "mesa")]
    ours, theirs = (r.coalitions for r in results)
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-9)
    assert sorted(ours.launch[ours.launch < 0]) == [-30, -30, -7, -7]


def test_other_ways_of_writing_the_same(field):
    plain = build(field(), 1, 0).coalitions
    renamed = COALITIONS.replace("coalition,name", "ID,Name").replace("launch_month", "Launch")
    other = build(field(renamed), 1, 0).coalitions
    blank = COALITIONS.replace("pantry,,,,", "pantry,NA,NULL,-,n/a")
    marked = build(field(blank, MEMBERSHIPS.replace("-12", "-12.0")), 1, 0).coalitions
    assert repr(plain) == repr(other) == repr(marked)


REFUSED = {
    "unknown convener": ({"coalitions": COALITIONS.replace("tenants", "tenant")}, "is no organization"),
    "convenes two": ({"coalitions": COALITIONS.replace("pantry", "tenants")}, "one coalition each"),
    "unknown issue": ({"coalitions": COALITIONS.replace("tenants,1", "tenants,4")}, "is no issue; allowed: 0..3"),
    "unknown funder": ({"coalitions": COALITIONS.replace("family |", "fam |")}, "no funder"),
    "a funder twice": ({"coalitions": COALITIONS.replace("family |", "foundation |")}, "one funder twice"),
    "too many funders": ({"funders_max": 1}, "funders_max = 1"),
    "launch to come": ({"coalitions": COALITIONS.replace("-30", "3")}, "column 'launch_month' = '3' is out of range; allowed: -12000..0"),
    "half a month": ({"coalitions": COALITIONS.replace("-30", "-30.5")}, "not a whole number"),
    "trust": ({"coalitions": COALITIONS.replace(".7", "1.7")}, "allowed: 0..1"),
    "the same coalition": ({"coalitions": COALITIONS.replace("food", "housing")}, "each coalition once"),
    "unknown coalition": ({"memberships": MEMBERSHIPS.replace("food,clinic", "foot,clinic")}, "is no coalition"),
    "unknown member": ({"memberships": MEMBERSHIPS.replace("food,clinic", "food,clinics")}, "is no organization"),
    "member twice": ({"memberships": MEMBERSHIPS.replace("food,shelter", "food,clinic")}, "each membership once"),
    "joined before the launch": ({"memberships": MEMBERSHIPS.replace("-12", "-31")}, "is before the launch of housing; allowed: -30..0"),
    "joins in future": ({"memberships": MEMBERSHIPS.replace("-12", "1")}, "out of range"),
    "in too many": ({"memberships_max": 1}, "memberships_max = 1 of each organization"),
    "no coalition": ({"coalitions": "coalition,convener\n"}, "at least 1"),
    "unknown column": ({"coalitions": "coalition,convener,members\na,clinic,3\n"}, "column 'members' is unknown"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(field, case):
    changes, said = REFUSED[case]
    with pytest.raises(FieldError, match=r"csv:\d+: ") as error:
        build(field(**changes), 1, 0)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_given_and_without_effect(field):
    with pytest.raises(FieldError, match="memberships_table needs coalitions_table"):
        build(field(coalitions=None), 1, 0)
    with pytest.raises(FieldError, match="coalitions_table needs source"):
        build(field().replace(source="synthetic", organizations_table="", funders_table="", memberships_table=""), 1, 0)
    with pytest.raises(ParameterError, match="burn_in"):
        cs.simulate(field(burn_in=12), 1)


def test_a_register_has_them_too(tmp_path):
    (tmp_path / "r.csv").write_text(
        "ein,ntee,revenue_amt,asset_amt,foundation_code\n30000001,P20,1e5,,\n30000002,P30,2e5,,\n30000003,L41,3e5,,\n30000009,T20,,1e6,4\n"
    )
    (tmp_path / "c.csv").write_text("coalition,convener,issue,funders\nhomes,03-0000002,0,030000009\n")
    p = cs.Parameters.model1().replace(
        source="register", dimensions=2, register_table=str(tmp_path / "r.csv"), coalitions_table=str(tmp_path / "c.csv")
    )
    assert build(p, 1, 0).coalitions == (GivenCoalition(1, 0, -1, pytest.approx(math.nan, nan_ok=True), (0,), ((1, -1),)),)
    (tmp_path / "c.csv").write_text("coalition,convener,issue\nhomes,030000002,7\n")
    with pytest.raises(FieldError, match=r"c.csv:2: column 'issue' = '7' is no issue; allowed: 0..0"):
        build(p, 1, 0)
