"""The two engines agree month by month: discrete state exactly, reals within 1e-9."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coalsim as cs
from coalsim import docking
from coalsim.agents import CoalitionModel
from coalsim.errors import ParameterError
from coalsim.field import GivenCoalition
from coalsim.parameters import declarations
from coalsim.testing import parameters
from coalsim.vectorized import core

ROOT = Path(__file__).resolve().parents[1]


def assert_docked(p: cs.Parameters, replicate: int = 0, seed: int = 1, months: int | None = None) -> None:
    found = docking.dock(p, [replicate], seed, months).differences
    assert not found, str(found[0])


MODEL_1, MODEL_2, VERMONT = (
    cs.load(ROOT / name) for name in ("configs/model1.toml", "configs/model2.toml", "experiments/vermont-health.toml")
)


@pytest.mark.parametrize("part", range(4))
def test_random_parameters(part: int) -> None:
    """4 x 10 random scenarios, synthetic fields, with and without a focal initiative, both modes of knowing, model 1 and 2."""

    @settings(max_examples=10)
    @given(parameters(), st.just(part))
    def docks(p: cs.Parameters, replicate: int) -> None:
        assert_docked(p, replicate)

    docks()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_many_random_parameters(part: int) -> None:
    """4 x 500 more, each in a replicate of its own."""

    @settings(max_examples=500)
    @given(parameters(), st.integers(1000 * (part + 1), 1000 * (part + 1) + 999))
    def docks(p: cs.Parameters, replicate: int) -> None:
        assert_docked(p, replicate)

    docks()


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{"focal_launch_month": 24, "focal_contribution_rate": 0.15}, {"acquaintances": "all"}])
def test_model_1_over_ten_years(changes: dict[str, object]) -> None:
    assert_docked(MODEL_1.replace(**changes))


def test_organizations_that_came_to_agree_tie_in_both_engines() -> None:
    """Everybody known and of one mind in one month: who is best aligned is a tie, and no rounding may break it."""
    agreed = {"acquaintances": "all", "dialogue": 1.0, "confidence": 1.0, "openness": 1.0, "openness_spread": 0.0, "dimensions": 3}
    invited = {"attention": 0, "referral_rate": 1.0, "funder_month": 0, "research_months": 2, "convene_hazard": 0.2, "join_threshold": 0.0}
    willing = {"launch_threshold": -5.0, "min_value": -10.0, "min_chance": -10.0, "see_through": 0.0, "admission": 0.0}
    p = cs.Parameters.model1().replace(organizations=12, months=30, **agreed, **invited, **willing)
    assert not docking.dock(p, range(6), 1).differences


def test_who_has_promised_more_than_it_has_falls_short_of_nothing_where_nothing_is_asked() -> None:
    """Means below zero over a contribution of zero are no quotient: the pledge to a coalition that asks nothing is whole."""
    poor = {"recession_months": (6,), "recession_length": 24, "recession_depth": 1.0, "reserve_months": 1.0, "funders": 0}
    free = {"focal_launch_month": 20, "focal_research_months": 0, "focal_contribution_rate": 0.0, "focal_commitment_months": 3}
    willing = {"launch_threshold": 0.0, "join_threshold": 0.0, "min_chance": 0.0, "min_value": -1.0, "admission": 0.0}
    owing = {"contribution_rate": 0.1, "commitment_months": 3, "see_through": 1.0, "memberships_max": 3, "research_months": 0}
    p = MODEL_2.replace(**poor, **free, **willing, **owing, months=36, burn_in=0, organizations=12)
    assert not docking.dock(p, range(4), 1).differences
    numpy, compiled = (cs.simulate(p, 4, compiled=choice) for choice in (False, True))
    pd.testing.assert_frame_equal(numpy.outcomes, compiled.outcomes, check_exact=True)


FOCAL = {"focal_launch_month": 20, "focal_convener": "most_supported", "focal_admission": 0.4, "focal_seed_grant": 0.3, "seed_share": 0.7}


@pytest.mark.parametrize(
    "changes", [FOCAL, *(pytest.param(other, marks=pytest.mark.slow) for other in ({}, {"acquaintances": "all", "issues": 2}))]
)
def test_model_2_in_motion(changes: dict[str, object]) -> None:
    """Eight years, six of them before month 0."""
    assert_docked(MODEL_2.replace(burn_in=72, months=24, **changes))


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, FOCAL])
def test_model_2_over_25_years(changes: dict[str, object]) -> None:
    assert_docked(MODEL_2.replace(**changes), replicate=1)


NUMBERS = itertools.count()


def write(folder: Path, rows: list[dict[str, object]]) -> str:
    path = folder / f"{next(NUMBERS)}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@settings(max_examples=15)
@given(data=st.data())
def test_given_tables(folder: Path, data: st.DataObject) -> None:
    """Fields of which some attributes are given, on a coarse grid where ties and equalities abound."""
    share = st.integers(0, 4).map(lambda quarter: quarter / 4)
    count, dimensions = data.draw(st.integers(2, 12)), data.draw(st.integers(1, 3))
    columns = {
        **{f"mission_{axis + 1}": share for axis in range(dimensions)},
        "capacity": st.sampled_from([0.5, 1.0, 2.0]),
        "reserve": st.sampled_from([0.0, 0.5, 1.0]),
        **dict.fromkeys(("readiness", "openness", "leadership", "style_1", "style_2"), share),
    }
    organizations = [{"id": f"o{i}", **{name: data.draw(values) for name, values in columns.items()}} for i in range(count)]
    place = [f"place_{axis + 1}" for axis in range(dimensions)]
    issues = [{"id": q, **{name: data.draw(share) for name in place}} for q in range(data.draw(st.integers(1, 3)))]
    funders = [{"id": f, **{name: data.draw(share) for name in place}, "grant_budget": 1.0} for f in range(data.draw(st.integers(1, 3)))]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    ties = [{"source": f"o{a}", "target": f"o{b}"} for a, b in data.draw(st.lists(pairs, min_size=1, max_size=20, unique=True))]
    base = data.draw(parameters())
    p = base.replace(
        source="tables",
        dimensions=dimensions,
        acquaintances="listed",
        acquaintances_max=12,
        focal_convener="largest",
        organizations_table=write(folder, organizations),
        issues_table=write(folder, issues),
        funders_table=write(folder, funders),
        ties_table=write(folder, ties),
    )
    assert_docked(p, months=min(12, p.simulation.burn_in + p.simulation.months))


def test_the_vermont_health_field() -> None:
    assert_docked(VERMONT, months=24)


@pytest.mark.slow
def test_the_vermont_health_field_of_model_2() -> None:
    """Two years, one of them before month 0."""
    changed = {name: value for name, value in MODEL_2.changed().items() if name != "burn_in"}
    assert_docked(VERMONT.replace(**changed, burn_in=12, months=12))


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {**MODEL_2.changed(), "burn_in": 60, "months": 60}], ids=["model 1", "model 2"])
def test_the_vermont_health_field_over_ten_years(changes: dict[str, object]) -> None:
    assert_docked(VERMONT.replace(**changes), replicate=1)


def given_coalitions(data: st.DataObject, p: cs.Parameters) -> tuple[GivenCoalition, ...]:
    """Draw coalitions of a field's organizations, nobody in more of them than may be."""
    count, most = p.field.organizations, p.joining.memberships_max
    numbers = st.integers(0, count - 1)
    conveners = data.draw(st.lists(numbers, unique=True, min_size=1, max_size=4))
    held = dict.fromkeys(range(count), 0) | dict.fromkeys(conveners, 1)
    found = []
    for convener in sorted(conveners):
        launch = -data.draw(st.integers(0, 60))
        members = {convener}
        for other in data.draw(st.lists(numbers, unique=True, max_size=8)):
            if other not in members and held[other] < most:
                members.add(other)
                held[other] += 1
        known = min(p.field.funders, p.funding.funders_max)
        found.append(
            GivenCoalition(
                convener,
                issue=data.draw(st.integers(-1, p.field.issues - 1)),
                launch=launch,
                trust=data.draw(st.one_of(st.just(math.nan), st.floats(0, 1))),
                funders=tuple(data.draw(st.permutations(range(p.field.funders)))[: data.draw(st.integers(0, known))]),
                members=tuple((number, data.draw(st.integers(launch - 3, 0))) for number in sorted(members)),
            )
        )
    return tuple(found)


WITHOUT_FOCAL = {name: None for name in declarations() if name.startswith("focal_") and declarations()[name].default is None}


@settings(max_examples=8)
@given(parameters(), st.data())
def test_given_coalitions(p: cs.Parameters, data: st.DataObject) -> None:
    """Fields with coalitions that exist when the run begins; the state before the first month is compared as well."""
    p = p.replace(**WITHOUT_FOCAL, burn_in=0, months=min(p.get("months"), 20))
    field = dataclasses.replace(docking.build(p, 1, 0), coalitions=given_coalitions(data, p))
    block, model = core.Block([p], [field], [0], 1), CoalitionModel(p, 1, 0, field=field)
    # What the members put in, and what they are like together, is of step 10: before, it means nothing.
    declared = [v for v in docking.docked(block.state.variables.values()) if v.name not in ("coalition_openness", "work")]
    for month in range(p.get("months")):
        ours, theirs = docking.snapshot(block.state), model.snapshot(declared)
        differing = next(docking.unequal({name: ours[name] for name in theirs}, theirs), None)
        assert differing is None, (month, differing)
        block.step()
        model.step()
    ours, theirs = block.run()[0], model.recorder.coalition_columns()
    assert set(ours["inherited"]) >= {True} or len(field.coalitions) == 0
    for name, column in theirs.items():
        np.testing.assert_allclose(ours[name].astype(float), column.astype(float), rtol=1e-9, atol=1e-9, err_msg=name)


def test_given_coalitions_are_the_same_alone_and_in_a_block() -> None:
    p = MODEL_2.replace(burn_in=0, months=10, organizations=12)
    first = (GivenCoalition(0, launch=-9, members=((0, -9), (3, -2), (5, 0))), GivenCoalition(5, issue=1, members=((5, -1), (7, -1))))
    coalitions = (first, (), (GivenCoalition(2, trust=0.3, funders=(1,), members=((2, -1), (4, -1), (9, -1))),))
    fields = [dataclasses.replace(docking.build(p, 1, 4), coalitions=of_run) for of_run in coalitions]
    scenarios = [p, p.replace(effort=9), p.replace(pledge_floor=0.2)]
    together, _ = core.Block(scenarios, fields, [4, 4, 4], 1).run()
    for run, (scenario, field) in enumerate(zip(scenarios, fields, strict=True)):
        alone, _ = core.Block([scenario], [field], [4], 1).run()
        assert alone["inherited"].sum() == len(field.coalitions)
        for name in alone.keys() - {"run"}:
            np.testing.assert_array_equal(together[name][together["run"] == run], alone[name], err_msg=name)


def test_given_coalitions_and_a_burn_in_exclude_each_other() -> None:
    p = MODEL_2.replace(burn_in=12)
    field = dataclasses.replace(docking.build(p, 1, 0), coalitions=(GivenCoalition(1, members=((1, -1),)),))
    for engine in (lambda: core.Block([p], [field], [0], 1), lambda: CoalitionModel(p, 1, 0, field=field)):
        with pytest.raises(ParameterError, match="burn_in = 12: with given coalitions it must be 0"):
            engine()


@settings(max_examples=5)
@given(parameters())
def test_tables_of_random_results_are_the_same(p: cs.Parameters) -> None:
    ours, theirs = (cs.simulate(p, 1, seed=5, engine=engine, monthly=True) for engine in ("numpy", "mesa"))
    for name in ("outcomes", "coalitions", "monthly"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("base", [MODEL_1, MODEL_2.replace(burn_in=24)], ids=["model 1", "model 2"])
def test_tables_of_results_are_the_same(base: cs.Parameters) -> None:
    p = base.replace(organizations=25, months=60)
    scenarios = [p, p.replace(openness=0.8, focal_launch_month=10, effort=10)]
    ours, theirs = (cs.simulate(scenarios, 3, seed=5, engine=engine, monthly=True) for engine in ("numpy", "mesa"))
    for name in ("outcomes", "coalitions", "monthly"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name), rtol=0, atol=1e-9)


@pytest.mark.parametrize("step", [step for step in core.SCHEDULE if step not in ("intent", "launching")])
def test_a_step_left_out_is_noticed(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names month, variable and entity; without any one step of the core there is one."""
    p = cs.Parameters.model1().replace(months=90, effort=10, challenge_rate=0.2)
    schedule = {**core.SCHEDULE, step: lambda s, p, draws: None}
    monkeypatch.setattr(core, "SCHEDULE", schedule)
    if step == "environment":  # the books of income are opened there
        schedule[step] = lambda s, p, draws: s.books.update(income=np.zeros(1), overflow=np.zeros(1))
    result = docking.dock(p, [0], seed=1)
    assert len(result.differences) == 1
    found = result.differences[0]
    assert f"month {found.month}, {found.variable}" in str(found)


def test_real_values_must_agree_closely() -> None:
    p = cs.Parameters.model1().replace(months=2)
    block = core.Block([p], [docking.build(p, 1, 0)], [0], 1)
    block.step()
    snapshot = docking.snapshot(block.state)
    for shift, unequal in ((1e-10, []), (1e-8, [("readiness", (3,))])):
        other = {**snapshot, "readiness": snapshot["readiness"].copy()}
        other["readiness"][3] += shift
        assert list(docking.unequal(snapshot, other)) == unequal


def test_a_docking_says_how_much_it_compared() -> None:
    result = docking.dock(cs.Parameters.model1().replace(organizations=5, months=7), range(3), months=4)
    assert dataclasses.asdict(result) == {"runs": 3, "months": 4, "differences": ()}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"replicates": []}, "replicates = []: numbers >= 0 are needed"),
        ({"replicates": "12"}, "replicates = '12': numbers >= 0 are needed"),
        ({"replicates": [-1]}, "replicates = -1 is out of range"),
        ({"seed": 1.5}, "seed = 1.5 is of the wrong type"),
        ({"months": 0}, "months = 0 is out of range"),
        ({"months": 10**6}, "months = 1000000 is out of range"),
        ({"p": "baseline.toml"}, "p = 'baseline.toml': Parameters are needed"),
    ],
)
def test_what_cannot_be_docked_is_one_line(given, message):
    with pytest.raises(ParameterError) as error:
        cs.dock(**{"p": cs.Parameters(), "replicates": [0], **given})
    assert message in str(error.value)
    assert "\n" not in str(error.value)
