"""Streams: a draw depends on seed, replicate, month, stream and entity, and on nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.streams import SETUP, Draws, Source, Stream, normals, streams

ALL = streams(3)
NUMBERS = st.integers(0, 2**64 - 1)
MONTHS = st.integers(SETUP, 12_000)
STREAMS = st.builds(
    lambda number, width: Stream(number, tuple(f"column {k}" for k in range(width))), st.integers(0, 2**32), st.integers(1, 13)
)


# (a) the same draws wherever they are made


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=4, unique=True), STREAMS, MONTHS, st.integers(1, 20), st.randoms())
def test_every_way_to_a_draw_gives_the_same(seed, replicates, stream, month, entities, random):
    tables = Draws(seed, replicates).tables(stream, month, entities)
    assert tables.shape == (len(replicates), entities, stream.width)
    places = [(slot, entity) for slot in range(len(replicates)) for entity in range(entities)]
    random.shuffle(places)
    slots, chosen = np.array(places).T
    assert np.array_equal(Draws(seed, replicates).rows(stream, month, slots, chosen), tables[slots, chosen])
    for slot, replicate in enumerate(replicates):
        source = Source(seed, replicate)
        assert np.array_equal(source.row(stream, month, entities - 1, np.empty(stream.width)), tables[slot, -1])
        assert np.array_equal(source.table(stream, month, entities), tables[slot])


@given(st.permutations(range(12)))
def test_the_order_of_calls_does_not_matter(order):
    calls = [(stream, month) for stream in (ALL.organization, ALL.challenge, ALL.mission) for month in (SETUP, 0, 1, 119)]
    alone = [Source(1, 0).table(stream, month, 7) for stream, month in calls]
    source, draws = Source(1, 0), Draws(1, [5, 0])
    for call in order:
        stream, month = calls[call]
        source.row(stream, month, 3, np.empty(stream.width))
        assert np.array_equal(source.table(stream, month, 7), alone[call])
        assert np.array_equal(draws.tables(stream, month, 7)[1], alone[call])


def test_no_rows():
    nothing = np.empty(0, dtype=np.intp)
    assert Draws(1, [0]).rows(ALL.launch, 0, nothing, nothing).shape == (0, 4)
    assert Source(1, 0).table(ALL.launch, 0, 0).shape == (0, 4)


# (b) independent of the scenario


@given(NUMBERS, st.lists(NUMBERS, max_size=3), NUMBERS, MONTHS)
def test_the_other_runs_of_a_block_do_not_matter(seed, others, replicate, month):
    alone = Draws(seed, [replicate]).tables(ALL.organization, month, 5)[0]
    assert np.array_equal(Draws(seed, [*others, replicate]).tables(ALL.organization, month, 5)[-1], alone)


def test_scenarios_of_a_replicate_meet_the_same_field():
    base, other = (build(Parameters().replace(**changed), 1, 3) for changed in ({}, {"openness": 0.7, "capacity_sigma": 0.2, "funders": 5}))
    for name in ("mission", "style", "leadership", "base_readiness", "acquaintances", "issue"):
        assert np.array_equal(getattr(base, name), getattr(other, name)), name
    assert np.array_equal(base.funder, other.funder[:3])
    assert np.all(base.openness <= other.openness)  # the same field, more open


# (c) one more entity changes no other's draws


@given(NUMBERS, NUMBERS, STREAMS, MONTHS, st.integers(0, 30), st.integers(1, 30), st.integers(0, 5))
def test_more_entities_change_no_other(seed, replicate, stream, month, few, more, part):
    source = Source(seed, replicate)
    assert np.array_equal(source.table(stream, month, few + more, part)[:few], source.table(stream, month, few, part))


@pytest.mark.parametrize("dimensions", [1, 2, 4])
def test_axes_added_within_a_block_leave_the_others(dimensions):
    assert np.array_equal(Source(1, 0).table(streams(dimensions).mission, 0, 9), Source(1, 0).table(ALL.mission, 0, 9))


@given(NUMBERS, NUMBERS, STREAMS, MONTHS, st.integers(0, 100))
def test_whatever_differs_gives_other_draws(seed, replicate, stream, month, part):
    def draws(seed=seed, replicate=replicate, stream=stream, month=month, part=part):
        return Source(seed, replicate).table(stream, month, 3, part)

    changed = [
        draws(),
        draws(seed=seed ^ 1),
        draws(replicate=replicate ^ 1),
        draws(month=month + 1),
        draws(stream=stream._replace(number=stream.number + 1)),
        draws(part=part + 1),
    ]
    values = np.concatenate(changed).ravel()  # six tables, and within each all rows and columns
    assert len(set(values.tolist())) == len(values)


def test_seed_and_replicate_are_not_interchangeable():
    assert not np.array_equal(Source(1, 2).table(ALL.launch, 0, 1), Source(2, 1).table(ALL.launch, 0, 1))


@pytest.mark.parametrize("dimensions", [1, 3, 12])
def test_streams_are_told_apart_by_number(dimensions):
    numbers = [stream.number for stream in streams(dimensions)]
    assert len(set(numbers)) == len(numbers)
    assert all(stream.width % 4 == 0 and stream.width >= len(stream.columns) for stream in streams(dimensions))


# The numbers themselves


def test_uniforms_are_uniform_in_the_half_open_interval():
    draws = np.concatenate([Source(1, replicate).table(ALL.organization, 0, 10_000) for replicate in range(5)])
    assert draws.min() >= 0
    assert draws.max() < 1
    cells = np.stack([np.bincount((column * 20).astype(int), minlength=20) for column in draws.T])
    chi_square = ((cells - 2_500) ** 2 / 2_500).sum(axis=1)
    assert np.all(chi_square < 44)  # 99.9 % of the distribution with 19 degrees of freedom
    assert np.abs(np.corrcoef(draws.T) - np.eye(4)).max() < 0.02


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=2))
def test_normals_are_finite_and_monotone(uniforms):
    found = normals(np.array([0.0, *sorted(uniforms), 1 - 2.0**-53]))
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= 0)


def test_normals_are_the_inverse_of_the_normal_distribution():
    assert normals(np.array([0.5])).tolist() == [0.0]
    assert normals(np.array([0.0])) == normals(np.array([2.0**-53])) == -normals(np.array([1 - 2.0**-53]))
    assert normals(np.array([0.025, 0.8413447460685429])).tolist() == pytest.approx([-1.959963984540054, 1.0])


GOLDEN = {
    ("issue_place", -1, 0, 0): [0.3035680343067586, 0.8487087496857769, 0.1561347780434731, 0.031106436954376093],
    ("attributes", -1, 59, 0): [
        0.355762131229295,
        0.4644337800024061,
        0.9626378818494635,
        0.661589744625397,
        0.33399313482916027,
        0.11010913566445624,
        0.1203907377692196,
        0.8817052497715162,
    ],
    ("acquaintance", -1, 0, 3): [0.8471031634192087, 0.6829253931667056, 0.8472483855521129, 0.05177393640794292],
    ("organization", 0, 0, 0): [
        0.5475689776006877,
        0.9558595392775886,
        0.7056284844008893,
        0.9404156768932455,
        0.04299097476663094,
        0.5852815372118958,
        0.9524897177494791,
        0.13318278493862734,
    ],
    ("organization", 119, 59, 0): [
        0.2665593912618678,
        0.29367692638974197,
        0.10057817149621129,
        0.1660385026303688,
        0.6180359309033944,
        0.9866852059438397,
        0.06732325760321656,
        0.2103004090649171,
    ],
    ("coalition", 7, 2, 0): [0.8718127272484401, 0.6754048096354122, 0.4212655470846294, 0.768499688934865],
}


@pytest.mark.parametrize(("name", "month", "entity", "part"), GOLDEN.keys())
def test_golden_values(name, month, entity, part):
    """Published results rest on these: if they change, so has numpy's Philox, or the way it is counted."""
    table = Source(1, 0).table(getattr(ALL, name), month, entity + 1, part)
    assert table[entity].tolist() == GOLDEN[name, month, entity, part]
