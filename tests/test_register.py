"""Fields read from a register: the Vermont field hits its targets, bad files are refused in one line."""

import csv
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from coalsim.errors import FieldError
from coalsim.field import build
from coalsim.parameters import Parameters, load

ROOT = Path(__file__).resolve().parent.parent
HEADER = "ein,name,ntee,revenue_amt,asset_amt,is_private_foundation"
ROWS = (
    "01,Food shelf,K31,150000,,0",
    "02,Shelter,L41,600000,,0",
    "03,Clinic,E32,75000,,0",
    "04,Club,N50,,,0",
    '05,"Arts, etc.",A20,0,,0',
    "06,Rich fund,E20,,12000000,1",
    "07,General fund,T22,,2400000,1",
    "08,Silent fund,,,,1",
)


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["vermont", "vermont-health"])
def config(request):
    return load(ROOT / "configs" / f"{request.param}.toml")


@pytest.fixture
def register(tmp_path):
    """Write a register and return parameters that read it."""

    def write(*lines, **values):
        path = tmp_path / "register.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Parameters.model1().replace(source="register", register_table=str(path), **values)

    return write


def message(p):
    with pytest.raises(FieldError) as caught:
        build(p, 1, 0)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(p.get("register_table"), "FILE") if p.get("register_table") else text


# The Vermont fields


def random_pairs(mission, count=200_000):
    rng = np.random.default_rng(3)
    first = rng.integers(len(mission), size=count)
    second = (first + rng.integers(1, len(mission), size=count)) % len(mission)
    return 1 - np.linalg.norm(mission[first] - mission[second], axis=1) / math.sqrt(mission.shape[1])


def same_code_pairs(field):
    lines = (ROOT / "data/irs_vermont_501c3/organizations.csv").read_text(encoding="utf-8").splitlines()[1:]
    code = {row[0]: row[6][:3] for row in csv.reader(lines)}
    members = {}
    for number, name in enumerate(field.names):
        members.setdefault(code[name], []).append(number)
    alignments = []
    for key, numbers in members.items():
        if key:
            first, second = np.triu_indices(len(numbers), 1)
            difference = field.mission[numbers][first] - field.mission[numbers][second]
            alignments.append(1 - np.linalg.norm(difference, axis=1) / math.sqrt(field.mission.shape[1]))
    return np.concatenate(alignments)


def test_missions_are_as_alike_as_the_texts_say(config):
    differences = []
    for replicate in range(3):
        field = build(config, 1, replicate)
        random = random_pairs(field.mission)
        assert 0.60 <= np.median(random) <= 0.70
        assert 0.27 <= (random < 0.55).mean() <= 0.35
        differences.append((same_code_pairs(field).mean() - random.mean()) / random.std())
    assert np.mean(differences) == pytest.approx(0.8, abs=0.1)


def test_size_of_the_fields():
    assert build(load(ROOT / "configs/vermont.toml"), 1, 0).shape == (4873, 3, 325, 350, 24)
    assert build(load(ROOT / "configs/vermont-health.toml"), 1, 0).shape == (963, 3, 64, 252, 24)


def test_axes_are_uniform(config):
    mission = build(config, 1, 0).mission
    for axis in mission.T:
        np.testing.assert_allclose(np.sort(axis), (np.arange(len(axis)) + 0.5) / len(axis), atol=1e-12)


def test_everything_lies_in_the_issue_space(config):
    field = build(config, 1, 0)
    for places in (field.mission, field.issue, field.funder):
        assert ((places >= 0) & (places <= 1)).all()
    assert (field.capacity > 0).all()
    assert (field.grant_budget >= 0).all()


def test_capacity_has_mean_1_and_the_unit_keeps_its_worth(config):
    field = build(config, 1, 0)
    assert field.capacity.mean() == pytest.approx(1)
    assert field.unit.dollars_per_month == pytest.approx(field.unit.staff * 75_000 / 12)


def test_a_hospital_of_30000_seconds_a_handful():
    p = load(ROOT / "configs/vermont.toml")
    field = build(p, 1, 0)
    largest = field.capacity.max() * field.unit.staff
    assert largest == pytest.approx((2_367_257_000 / 75_000) ** 0.5, rel=1e-3)
    assert 10 < largest * Parameters.model1().get("contribution_rate") < 20


def test_same_draws_same_field(config):
    one, again, other = build(config, 1, 0), build(config, 1, 0), build(config, 1, 1)
    for name in ("mission", "capacity", "issue", "funder", "grant_budget"):
        np.testing.assert_array_equal(getattr(one, name), getattr(again, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name))
    assert one.names == other.names


def test_issues_lie_where_missions_do(config):
    field = build(config.replace(code_spread=0.2), 1, 0)  # little spread: clusters to be found
    anywhere = np.random.default_rng(1).random(field.issue.shape)

    def miss(places):
        return np.mean([np.min(((places - mission) ** 2).sum(axis=1)) for mission in field.mission])

    assert miss(field.issue) < 0.5 * miss(anywhere)


@pytest.mark.parametrize("dimensions", [1, 2, 5, 12])
def test_any_number_of_dimensions(config, dimensions):
    field = build(config.replace(dimensions=dimensions), 1, 0)
    assert field.mission.shape[1] == field.issue.shape[1] == field.funder.shape[1] == dimensions


# What the parameters do, on a small register


def test_capacity_follows_the_root_of_staff(register):
    field = build(register(HEADER, *ROWS), 1, 0)
    assert field.names == ("01", "02", "03", "04", "05")
    np.testing.assert_allclose(field.capacity[:3] * field.unit.staff, [math.sqrt(2), math.sqrt(8), 1])


@pytest.mark.parametrize(("exponent", "ratio"), [(0.0, 1.0), (0.5, 2.0), (1.0, 4.0)])
def test_exponent(register, exponent, ratio):
    capacity = build(register(HEADER, *ROWS, capacity_exponent=exponent), 1, 0).capacity
    assert capacity[1] / capacity[0] == pytest.approx(ratio)


def test_missing_revenue_is_lognormal_and_lower_for_nonfilers(register):
    rows = [f"{k},,A20,{-1 if k % 2 else ''},,0" for k in range(6000)]
    p = register(HEADER, *rows, capacity_exponent=1.0, cost_per_employee=1.0)
    field = build(p, 1, 0)
    logs = np.log(field.capacity * field.unit.staff)
    assert logs[1::2].mean() == pytest.approx(p.get("revenue_log_mean"), abs=0.15)
    assert logs[::2].mean() == pytest.approx(p.get("revenue_log_mean") + p.get("nonfiler_shift"), abs=0.15)
    assert logs[1::2].std() == pytest.approx(p.get("revenue_log_sd"), rel=0.05)
    blank, zero = (build(register(HEADER, *[f"{k},,A20,{text},,0" for k in range(9)]), 1, 0).capacity for text in ("", "0"))
    np.testing.assert_array_equal(blank, zero)


def test_a_shift_moves_only_nonfilers(register):
    low, high = (build(register(HEADER, *ROWS, nonfiler_shift=shift), 1, 0) for shift in (-4.0, -2.0))
    ratio = (high.capacity * high.unit.staff) / (low.capacity * low.unit.staff)
    np.testing.assert_allclose(ratio, [1, 1, 1, math.e, math.e])


def test_grant_budgets_come_from_assets(register):
    field = build(register(HEADER, *ROWS, payout=0.06, coalition_share=0.1), 1, 0)
    dollars = field.grant_budget * field.unit.dollars_per_month
    np.testing.assert_allclose(dollars, [6000, 1200, 3600])  # unknown assets: the median of the others, 7.2 million


def test_no_assets_at_all_leave_the_budget_to_its_parameter(register):
    rows = ("1,A20,5,0", "2,A20,5,0", "3,B20,,1")
    field = build(register("ein,ntee,revenue_amt,is_private_foundation", *rows), 1, 0)
    np.testing.assert_array_equal(field.grant_budget, [Parameters.model1().get("grant_budget")])


def test_major_groups_select_and_general_foundations_give_their_share(register):
    p = register(HEADER, *ROWS, major_groups="KLN", payout=0.06, coalition_share=0.1)
    field = build(p, 1, 0)
    assert field.names == ("01", "02", "04")
    dollars = field.grant_budget * field.unit.dollars_per_month
    np.testing.assert_allclose(dollars, [0.6 * 1200, 0.6 * 3600])  # the fund for health is out; 3 of 5 organizations are in


def test_same_code_same_place_without_spread(register):
    rows = [f"{k},,{code},1,,0" for k, code in enumerate(("K31", "K31", "K31Z", "A20", "A20", "N50"))]
    mission = build(register(HEADER, *rows, code_spread=0.0), 1, 0).mission
    np.testing.assert_array_equal(mission[0], mission[1])
    np.testing.assert_array_equal(mission[0], mission[2])
    assert not np.array_equal(mission[0], mission[3])


def test_codes_of_which_nothing_is_known_take_their_group_or_any_place(register, tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("code,axis_1\nA,0\nB,1\nB20,2\nC,3\n", encoding="utf-8")
    rows = [f"{k},,{code},1,,0" for k, code in enumerate(("A20", "B20", "B99", "C01"))]
    p = register(HEADER, *rows, code_spread=0.0, dimensions=1, code_table=str(table))
    np.testing.assert_array_equal(build(p, 1, 0).mission[:, 0], [1 / 8, 5 / 8, 3 / 8, 7 / 8])
    rows = [f"{k},,,1,,0" for k in range(400)]
    mission = build(register(HEADER, *rows), 1, 0).mission
    assert len(np.unique(mission[:, 0])) == 400


def test_issues_for_organizations(register):
    rows = [f"{k},,A20,1,,0" for k in range(60)]
    assert len(build(register(HEADER, *rows), 1, 0).issue) == 4
    assert len(build(register(HEADER, *rows, organizations_per_issue=1e-9), 1, 0).issue) == 60
    assert len(build(register(HEADER, *rows, organizations_per_issue=1e6), 1, 0).issue) == 1


def test_only_the_newest_date_counts(register):
    header = "ein,ntee,revenue_amt_2020,revenue_amt_2026,in_2020_07,in_2026_04"
    rows = ("1,A20,1,300000,1,1", "2,A20,1,75000,0,1", "3,A20,1,1,1,0")
    field = build(register(header, *rows), 1, 0)
    assert field.names == ("1", "2")
    np.testing.assert_allclose(field.capacity, [4 / 3, 2 / 3])


def test_a_file_as_the_irs_has_it(register):
    header = "EIN,NAME,FOUNDATION,ASSET_AMT,INCOME_AMT,REVENUE_AMT,NTEE_CD"
    rows = ("010000001,A,15,10,10,75000,A20", "010000002,B,16,,,,", "010000003,C,04,1000,10,,T20", "010000004,D,3,1000,10,,T20")
    field = build(register(header, *rows), 1, 0)
    assert (field.size, len(field.funder)) == (2, 2)


def test_a_changed_file_is_read_again(register):
    assert build(register(HEADER, *ROWS), 1, 0).size == 5
    assert build(register(HEADER, *ROWS[:3]), 1, 0).size == 3


# Files that cannot be used


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["ein,ntee", "1,A20"], "FILE:1: column 'revenue_amt' is missing in 'ein,ntee'; allowed: a header with it"),
        (["ntee,revenue_amt", "A20,1"], "FILE:1: column 'ein' is missing in 'ntee,revenue_amt'; allowed: a header with it"),
        (["ein,revenue_amt", "1,1"], "FILE:1: column 'ntee' is missing in 'ein,revenue_amt'; allowed: a header with it"),
        (["ein,ein,ntee"], "FILE:1: column 'ein' is there twice; allowed: each column once"),
        ([HEADER, *ROWS, "02,Again,A20,1,,0"], "FILE:10: column 'ein' = '02' is there already, on line 3; allowed: each ein once"),
        ([HEADER, ROWS[0], ",No number,A20,1,,0"], "FILE:3: column 'ein' is blank; allowed: any text that is not blank"),
        (
            [HEADER, *ROWS[:2], "03,,A20,75 000,,0"],
            "FILE:4: column 'revenue_amt' = '75 000' is not a finite number; allowed: -1e+15..1e+15",
        ),
        ([HEADER, "03,,A20,1,1_0,1"], "FILE:2: column 'asset_amt' = '1_0' is not a finite number; allowed: -1e+15..1e+15"),
        ([HEADER, "03,,A20,inf,,1"], "FILE:2: column 'revenue_amt' = 'inf' is not a finite number; allowed: -1e+15..1e+15"),
        ([HEADER, "03,,A20,1,,maybe"], "FILE:2: column 'is_private_foundation' = 'maybe' says neither yes nor no; allowed: 1, 0 or blank"),
        ([HEADER, "03,,A20,1"], "FILE:2: 4 cells; allowed: 6 cells, as in the header"),
        (
            [""],
            "FILE:1: the file is empty; allowed: a header with some of "
            "ein, ntee, revenue_amt, asset_amt, in, is_private_foundation, foundation_code, name",
        ),
        ([HEADER], "FILE:1: rows below the header: 0; allowed: at least 1"),
        ([HEADER, ROWS[0]], "FILE: there are 1 of 1 organizations; allowed: at least 2"),
    ],
)
def test_bad_lines_are_named(register, lines, expected):
    assert message(register(*lines)) == expected


def test_major_groups_that_leave_nobody(register):
    p = register(HEADER, *ROWS, major_groups="KV")
    assert message(p) == "FILE: major_groups = 'KV' leaves 1 of 5 organizations; allowed: at least 2"


def test_unknown_major_group(register):
    p = register(HEADER, *ROWS, major_groups="E,F")
    assert message(p) == "[register] major_groups = 'E,F': ',' is no NTEE major group; allowed: capital letters A to Z"


def test_files_that_are_not_there(tmp_path):
    p = Parameters.model1().replace(source="register")
    assert message(p) == "source = 'register' without a register; allowed: register_table, a CSV file"
    assert message(p.replace(register_table=str(tmp_path / "none.csv"))) == "FILE: no such file; allowed: a CSV file"
    assert message(p.replace(register_table=str(tmp_path))) == "FILE is a folder; allowed: a CSV file"


def test_wrong_encoding(register, tmp_path):
    p = register(HEADER)
    (tmp_path / "register.csv").write_bytes(f"{HEADER}\n01,Caf\xe9,A20,1,,0\n".encode("latin-1"))
    assert message(p) == "FILE:2: not UTF-8 text; allowed: UTF-8, with or without a byte order mark"


def test_an_open_quote(register):
    assert message(register(HEADER, '1,"open,A20,1,,0')).startswith("FILE:2: not a row of CSV (")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code,axis_1\nA,0\n", "CODES:1: column 'axis_2' is missing in 'code,axis_1'; allowed: a header with it, as dimensions = 2"),
        ("code,axis_1,axis_2\nA,0,x\n", "CODES:2: column 'axis_2' = 'x' is not a finite number; allowed: -1e+06..1e+06"),
        ("code,axis_1,axis_2\nA,0,\n", "CODES:2: column 'axis_2' is blank; allowed: -1e+06..1e+06"),
        ("code,axis_1,axis_2\nA,0,0\nA,1,1\n", "CODES:3: column 'code' = 'A' is there already, on line 2; allowed: each code once"),
    ],
)
def test_bad_tables_of_codes(register, tmp_path, text, expected):
    table = tmp_path / "codes.csv"
    table.write_text(text, encoding="utf-8")
    p = register(HEADER, *ROWS, dimensions=2, code_table=str(table))
    assert message(p).replace(str(table), "CODES") == expected


@pytest.mark.filterwarnings("error")
def test_no_cost_and_no_revenue_make_capacities_infinite(register):
    rows = ("1,,A20,1e15,,0", "2,,A20,1,,0", "3,,A20,0,,0")
    field = build(register(HEADER, *rows, cost_per_employee=0.01, capacity_exponent=2.0, revenue_log_mean=50.0, revenue_log_sd=50.0), 1, 0)
    assert np.isfinite(field.capacity).all()


# The table of positions


def test_the_committed_table_is_what_its_script_makes():
    pytest.importorskip("sklearn")
    made = script("code_positions").table().splitlines()
    committed = (ROOT / "src/coalsim/field/data/ntee_positions.csv").read_text(encoding="utf-8").splitlines()
    assert made[0] == committed[0]
    assert [line.split(",")[:2] for line in made] == [line.split(",")[:2] for line in committed]
    numbers = [np.array([line.split(",")[2:] for line in table[1:]], dtype=float) for table in (made, committed)]
    np.testing.assert_allclose(numbers[0], numbers[1], atol=2e-4)  # rounding, and versions of scikit-learn


def test_a_field_can_be_described(capsys):
    script("describe_field").main(str(ROOT / "configs/vermont-health.toml"))
    out = capsys.readouterr().out
    assert "963 organizations, 64 issues, 252 funders" in out
    assert "median alignment 0.6" in out
