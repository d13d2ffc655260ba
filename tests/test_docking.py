"""The two engines agree month by month: discrete state exactly, reals within 1e-9."""

from __future__ import annotations

import csv
import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coalsim as cs
from coalsim import docking
from coalsim.testing import parameters
from coalsim.vectorized import core

ROOT = Path(__file__).resolve().parents[1]


def assert_docked(p: cs.Parameters, replicate: int = 0, seed: int = 1, months: int | None = None) -> None:
    found = docking.dock(p, [replicate], seed, months).differences
    assert not found, str(found[0])


@pytest.mark.parametrize("part", range(4))
def test_random_parameters(part: int) -> None:
    """4 x 20 random scenarios, synthetic fields, with and without a focal initiative, both modes of knowing."""

    @settings(max_examples=20)
    @given(parameters(), st.just(part))
    def docks(p: cs.Parameters, replicate: int) -> None:
        assert_docked(p, replicate)

    docks()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_many_random_parameters(part: int) -> None:
    """2 x 500 more, each in a replicate of its own."""

    @settings(max_examples=500)
    @given(parameters(), st.integers(1000 * (part + 1), 1000 * (part + 1) + 999))
    def docks(p: cs.Parameters, replicate: int) -> None:
        assert_docked(p, replicate)

    docks()


@pytest.mark.parametrize("changes", [{}, {"focal_launch_month": 24, "focal_contribution_rate": 0.15}, {"acquaintances": "all"}])
def test_the_baseline_over_ten_years(changes: dict[str, object]) -> None:
    assert_docked(cs.Parameters().replace(**changes))


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


@settings(max_examples=30)
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
    assert_docked(p, months=12)


def test_the_vermont_health_field() -> None:
    assert_docked(cs.load(ROOT / "configs/vermont-health.toml"), months=24)


@pytest.mark.slow
def test_the_vermont_health_field_over_ten_years() -> None:
    assert_docked(cs.load(ROOT / "configs/vermont-health.toml"), replicate=1)


def test_tables_of_results_are_the_same() -> None:
    p = cs.Parameters().replace(organizations=25, months=60)
    scenarios = [p, p.replace(openness=0.8, focal_launch_month=10, effort=10)]
    ours, theirs = (cs.simulate(scenarios, 3, seed=5, engine=engine, monthly=True) for engine in ("numpy", "mesa"))
    for name in ("outcomes", "coalitions", "monthly"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name), rtol=0, atol=1e-9)


@pytest.mark.parametrize("step", [step for step in core.SCHEDULE if step not in ("intent", "launching")])
def test_a_step_left_out_is_noticed(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names month, variable and entity; without any one step of the core there is one."""
    p = cs.Parameters().replace(months=90, effort=10, challenge_rate=0.2)
    schedule = {**core.SCHEDULE, step: lambda s, p, draws: None}
    monkeypatch.setattr(core, "SCHEDULE", schedule)
    if step == "environment":  # the books of income are opened there
        schedule[step] = lambda s, p, draws: s.books.update(income=np.zeros(1), overflow=np.zeros(1))
    result = docking.dock(p, [0], seed=1)
    assert len(result.differences) == 1
    found = result.differences[0]
    assert f"month {found.month}, {found.variable}" in str(found)


def test_real_values_must_agree_closely() -> None:
    p = cs.Parameters().replace(months=2)
    block = core.Block([p], [docking.build(p, 1, 0)], [0], 1)
    block.step()
    snapshot = docking.snapshot(block.state)
    for shift, unequal in ((1e-10, []), (1e-8, [("readiness", (3,))])):
        other = {**snapshot, "readiness": snapshot["readiness"].copy()}
        other["readiness"][3] += shift
        assert list(docking.unequal(snapshot, other)) == unequal


def test_a_docking_says_how_much_it_compared() -> None:
    result = docking.dock(cs.Parameters().replace(organizations=5, months=7), range(3), months=4)
    assert dataclasses.asdict(result) == {"runs": 3, "months": 4, "differences": ()}
