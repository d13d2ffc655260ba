"""Designs of sweeps: what scenarios they come to, and how they are cut into blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

import coalsim as cs
from coalsim.errors import ParameterError
from coalsim.simulation import structure
from coalsim.sweep.plan import BLOCK_ORGANIZATION_MONTHS, WorkBlock, plan

SMALL = cs.Parameters.model1().replace(months=12, organizations=10, issues=3, funders=2)


def load(tmp_path: Path, text: str) -> cs.Sweep:
    path = tmp_path / "design.toml"
    path.write_text(text)
    return cs.Sweep.load(path)


def test_a_grid_varies_the_last_factor_fastest() -> None:
    sweep = cs.Sweep(SMALL, {"openness": [0.2, 0.8], "min_members": [2, 3]})
    assert sweep.frame.to_numpy().tolist() == [[0, 0.2, 2], [1, 0.2, 3], [2, 0.8, 2], [3, 0.8, 3]]
    assert [p.get("openness") for p in sweep.scenarios()] == [0.2, 0.2, 0.8, 0.8]


def test_a_range_in_a_grid_has_steps(tmp_path: Path) -> None:
    sweep = load(tmp_path, "[factors]\nopenness = {low = 0.0, high = 1.0, steps = 5}\nmin_members = {low = 2, high = 4, steps = 3}\n")
    assert list(dict.fromkeys(sweep.frame["openness"])) == [0, 0.25, 0.5, 0.75, 1]
    assert list(dict.fromkeys(sweep.frame["min_members"])) == [2, 3, 4]
    with pytest.raises(ParameterError, match="steps"):
        cs.Sweep(SMALL, {"openness": {"low": 0.0, "high": 1.0}}).scenarios()


def test_a_list_of_points(tmp_path: Path) -> None:
    sweep = load(tmp_path, "[[points]]\nopenness = 0.3\neffort = 20\n[[points]]\nopenness = 0.6\neffort = 40\n")
    assert sweep.design == "list"
    assert sweep.frame[["openness", "effort"]].to_numpy().tolist() == [[0.3, 20], [0.6, 40]]


@pytest.mark.parametrize(
    ("design", "samples", "count"), [("latin_hypercube", 20, 20), ("sobol", 16, 16), ("saltelli", 8, 64), ("morris", 5, 20)]
)
def test_sampled_designs_stay_within_the_factors_and_repeat(design: Any, samples: int, count: int) -> None:
    factors = {
        "openness": {"low": 0.2, "high": 0.4},
        "min_members": {"low": 2, "high": 4},
        "effort": {"low": 10.0, "high": 1000.0, "log": True},
    }
    sweep = cs.Sweep(SMALL, factors, design=design, samples=samples)
    frame = sweep.frame
    assert len(frame) == count
    assert frame["openness"].between(0.2, 0.4).all()
    assert set(frame["min_members"]) == {2, 3, 4}
    assert frame["effort"].between(10, 1000).all()
    if design in ("latin_hypercube", "sobol"):  # evenly in the logarithm: half below the geometric mean
        assert abs((frame["effort"] < 100).mean() - 0.5) <= 0.051
    again = cs.Sweep(SMALL, factors, design=design, samples=samples)
    assert frame.equals(again.frame)
    other = cs.Sweep(SMALL, factors, design=design, samples=samples, seed=2)
    assert not frame.equals(other.frame)


def test_a_latin_hypercube_has_one_point_in_every_row() -> None:
    sweep = cs.Sweep(
        SMALL, {"openness": {"low": 0.0, "high": 1.0}, "effort": {"low": 10.0, "high": 20.0}}, design="latin_hypercube", samples=50
    )
    assert sweep.sample is not None
    for column in sweep.sample.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_a_sobol_sequence_is_evener_than_chance() -> None:
    sweep = cs.Sweep(SMALL, {"openness": {"low": 0.0, "high": 1.0}, "effort": {"low": 10.0, "high": 20.0}}, design="sobol", samples=64)
    assert qmc.discrepancy(sweep.sample) < qmc.discrepancy(np.random.default_rng(1).random((64, 2))) / 3


def test_morris_moves_one_factor_at_a_time() -> None:
    sweep = cs.Sweep(SMALL, {name: {"low": 0.0, "high": 1.0} for name in ("openness", "contagion", "noise")}, design="morris", samples=4)
    assert sweep.sample is not None
    for trajectory in sweep.sample.reshape(4, 4, 3):
        assert ((np.diff(trajectory, axis=0) != 0).sum(axis=1) == 1).all()


def test_labels_may_be_called_as_the_ends_of_a_range(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[field]\nopenness = 0.9\n")
    text = "[factors.grant]\nlow = { seed_share = 0.1 }\nhigh = { seed_share = 0.5 }\n[factors.world]\nlow = {}\nsteps = 'c.toml'\n"
    sweep = load(tmp_path, text)
    assert [p.get("seed_share") for p in sweep.scenarios()] == [0.1, 0.1, 0.5, 0.5]
    assert cs.Sweep.from_spec(json.loads(json.dumps(sweep.spec()))).scenarios() == sweep.scenarios()


def test_groups_set_several_parameters(tmp_path: Path) -> None:
    (tmp_path / "rich.toml").write_text("[funding]\ngrant_budget = 9\n[field]\nfunders = 5\n")
    sweep = load(
        tmp_path,
        "[fixed]\neffort = 20\n[factors]\nopenness = [0.1, 0.9]\n"
        '[factors.world]\npoor = {funders = 1, grant_budget = 0.5}\nrich = "rich.toml"\n',
    )
    assert sweep.frame["world"].tolist() == ["poor", "rich", "poor", "rich"]
    rich = sweep.scenarios()[1]
    assert (rich.get("funders"), rich.get("grant_budget"), rich.get("openness"), rich.get("effort")) == (5, 9, 0.1, 20)
    again = cs.Sweep.from_spec(json.loads(json.dumps(sweep.spec())))
    assert again.scenarios() == sweep.scenarios()
    assert again.frame.equals(sweep.frame)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("design = 'gird'\n", ["'gird'", "'grid'"]),
        ("design = 'sobol'\n[factors]\nopenness = {low = 0.0, high = 1.0}\n", ["'sobol'", "needs samples"]),
        ("design = 'sobol'\nsamples = 12\n[factors]\nopenness = {low = 0.0, high = 1.0}\n", ["samples = 12", "power of 2"]),
        ("design = 'morris'\nsamples = 1\n[factors]\nopenness = {low = 0.0, high = 1.0}\n", ["samples = 1", "2 trajectories"]),
        ("samples = 12\n[factors]\nopenness = [0.1]\n", ["'grid'", "takes no samples"]),
        ("design = 'list'\n", ["needs points"]),
        ("design = 'latin_hypercube'\nsamples = 5\n", ["needs factors"]),
        ("replicates = 0\n", ["replicates = 0", ">= 1"]),
        ("seed = -1\n", ["seed = -1"]),
        ("[factors]\nopenness = {low = 0.9, high = 0.1}\n", ["openness", "low must be below high"]),
        ("[factors]\nopenness = {low = 'a', high = 0.1}\n", ["openness", "low = 'a'", "number"]),
        ("[factors]\nopenness = {low = 0.0, high = 1.0, log = true}\n", ["openness", "low = 0.0", "with log = true, low must be above 0"]),
        ("[factors]\nmin_members = {low = 1.5, high = 3}\n", ["min_members", "whole"]),
        ("[factors]\nsource = {low = 1, high = 3}\n", ["source", "not numbers"]),
        ("[factors]\nopenness = {low = 0.0, high = 1.0, steps = 1}\n", ["steps = 1"]),
        ("[factors.world]\na = {opennes = 1}\n", ["world.a", "'opennes'", "'openness'"]),
        ("[factors.world]\na = 'none.toml'\n", ["none.toml", "no such file"]),
        ("[factors.world]\na = 3\n", ["world.a = 3"]),
        ("[[points]]\nopenness = 0.3\n[[points]]\neffort = 4\n", ["point 0", "openness, effort"]),
        ("points = [3]\n", ["points", "table"]),
        ("[factors]\nopenness = [0.1, 'x']\n", ["openness = 'x'"]),
    ],
)
def test_bad_designs_say_what_is_wrong(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(ParameterError) as error:
        load(tmp_path, text)
    message = str(error.value)
    assert "\n" not in message
    for part in ["design.toml", *parts]:
        assert part in message


@given(
    st.lists(st.tuples(st.integers(2, 300), st.integers(1, 240)), min_size=1, max_size=6),
    st.integers(1, 40),
    st.integers(1, 400_000),
)
@settings(max_examples=40)
def test_blocks_hold_every_run_once_and_are_of_one_shape(shapes: list[tuple[int, int]], replicates: int, size: int) -> None:
    scenarios = [SMALL.replace(organizations=n, months=m) for n, m in shapes]
    blocks = plan(scenarios, range(len(scenarios)), 0, replicates, size=size)
    runs = [(scenario, r) for block in blocks for scenario in block.scenarios for r in range(block.first, block.last)]
    assert sorted(runs) == [(scenario, r) for scenario in range(len(scenarios)) for r in range(replicates)]
    for number, block in enumerate(blocks):
        assert block.number == number
        assert WorkBlock.from_spec(number, json.loads(json.dumps(block.spec()))) == block
        assert len({structure(scenarios[scenario]) for scenario in block.scenarios}) == 1
        n, m = shapes[block.scenarios[0]]
        assert block.organization_months == n * m * block.runs
        assert block.organization_months <= size or block.runs == 1


def test_blocks_are_cut_to_about_two_million() -> None:
    sweep = cs.Sweep(cs.Parameters.model1(), {"openness": np.linspace(0, 1, 25).tolist()}, replicates=800)
    blocks = plan(sweep.scenarios(), range(25), 0, 800, sweep.block)
    assert BLOCK_ORGANIZATION_MONTHS == 2_000_000
    assert {block.organization_months for block in blocks[:-1]} == {25 * 11 * 60 * 120}
