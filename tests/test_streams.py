"""Streams: a draw depends on seed, replicate, month, stream and entity, and on nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.streams import SETUP, YEAR, Source, Stream, normals, streams
from coalsim.vectorized.draws import Draws

ALL = streams(3)
COLUMNS = ALL.organization.columns
NUMBERS = st.integers(0, 2**64 - 1)
MONTHS = st.integers(SETUP, 12_000)
STREAMS = st.builds(
    lambda number, width: Stream(number, tuple(f"column {k}" for k in range(width))), st.integers(0, 2**32), st.integers(1, 13)
)


# (a) the same draws wherever they are made


@given(NUMBERS, NUMBERS, STREAMS, MONTHS, st.lists(st.integers(0, 30), min_size=1))
def test_rows_drawn_singly_are_those_of_the_table(seed, replicate, stream, month, entities):
    source = Source(seed, replicate)
    table = source.table(stream, month, 31)
    assert table.shape == (31, stream.width)
    assert np.array_equal([source.row(stream, month, entity) for entity in entities], table[entities])
    assert np.array_equal(Source(seed, replicate).table(stream, month, 31), table)


@given(st.permutations(range(12)))
def test_the_order_of_calls_does_not_matter(order):
    calls = [(stream, month) for stream in (ALL.organization, ALL.challenge, ALL.mission) for month in (SETUP, 0, 1, 119)]
    alone = [Source(1, 0).table(stream, month, 7) for stream, month in calls]
    source = Source(1, 0)
    for call in order:
        stream, month = calls[call]
        source.row(stream, month, 3)
        assert np.array_equal(source.table(stream, month, 7), alone[call])


def test_no_rows():
    assert Source(1, 0).table(ALL.launch, 0, 0).shape == (0, 4)
    draws = block([0, 0])
    assert draws.of("launch", np.empty(0, dtype=np.intp)).shape == (4, 0)
    assert draws.of_some("who", np.empty(0, dtype=np.intp)).shape == (0,)


N, Q, MONTHS_OF_RUN = 9, 3, 30


def block(replicates, seed=1, month=0):
    """Return the draws of a block of runs of N organizations and Q issues, turned to a month."""
    draws = Draws(ALL, seed, replicates, N, Q, MONTHS_OF_RUN)
    draws.begin(month - month % YEAR)
    draws.of_issues()  # a year's are drawn in its first month
    draws.begin(month)
    return draws


@given(
    st.integers(0, 2**32), st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(0, MONTHS_OF_RUN - 1), st.data()
)  # few replicates: some are shared by several runs, and some are not
def test_a_block_serves_each_run_the_draws_of_its_replicate(seed, replicates, month, data):
    sources = [Source(seed, replicate) for replicate in replicates]
    draws = block(replicates, seed, month)
    some = np.array(data.draw(st.lists(st.integers(0, len(replicates) * N - 1))), dtype=np.intp)
    requests = [*COLUMNS, "normals", "launch", "coalition", "issues", "runs"]
    for request in data.draw(st.permutations(requests)):
        if request == "issues":
            year = np.stack([source.table(ALL.challenge, month // YEAR, Q) for source in sources])
            expected, found = np.split(year, YEAR, axis=2)[month % YEAR], draws.of_issues()
        elif request == "runs":
            expected = np.array([source.row(ALL.environment, SETUP, month)[:2] for source in sources])
            found = np.stack([draws.of_runs("window"), draws.of_runs("recession")], axis=1)
        elif request in ("launch", "coalition"):
            table = np.concatenate([source.table(getattr(ALL, request), month, N) for source in sources])
            expected, found = table[some].T, draws.of(request, some)
        else:
            column = COLUMNS.index("noise" if request == "normals" else request)
            table = np.concatenate([source.table(ALL.organization, month, N)[:, column] for source in sources])
            if request == "normals":
                expected, found = normals(table), draws.of_all("noise", normal=True)
            else:
                expected, found = table, draws.of_all(request)
                assert np.array_equal(draws.of_some(request, some), table[some])
        assert np.array_equal(found, expected), request


# (b) independent of the scenario


@given(NUMBERS, st.lists(NUMBERS, max_size=3), NUMBERS, st.integers(0, MONTHS_OF_RUN - 1))
def test_the_other_runs_of_a_block_do_not_matter(seed, others, replicate, month):
    alone, last = block([replicate], seed, month), block([*others, replicate], seed, month)
    assert np.array_equal(last.of_all("who")[-N:], alone.of_all("who"))
    assert np.array_equal(last.of_issues()[-1], alone.of_issues()[0])
    assert last.of_runs("window")[-1] == alone.of_runs("window")[0]
    own = np.arange(N)
    assert np.array_equal(last.of("launch", len(others) * N + own), alone.of("launch", own))


def test_scenarios_of_a_replicate_meet_the_same_field():
    base, other = (
        build(Parameters.model1().replace(**changed), 1, 3) for changed in ({}, {"openness": 0.7, "capacity_sigma": 0.2, "funders": 5})
    )
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
    draws = np.concatenate([Source(1, replicate).table(EIGHT, 0, 10_000) for replicate in range(5)])
    assert draws.min() >= 0
    assert draws.max() < 1
    cells = np.stack([np.bincount((column * 20).astype(int), minlength=20) for column in draws.T])
    chi_square = ((cells - 2_500) ** 2 / 2_500).sum(axis=1)
    assert np.all(chi_square < 44)  # 99.9 % of the distribution with 19 degrees of freedom
    assert np.abs(np.corrcoef(draws.T) - np.eye(8)).max() < 0.02


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=2))
def test_normals_are_finite_and_monotone(uniforms):
    found = normals(np.array([0.0, *sorted(uniforms), 1 - 2.0**-53]))
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= 0)


def test_normals_are_the_inverse_of_the_normal_distribution():
    assert normals(np.array([0.5])).tolist() == [0.0]
    assert normals(np.array([0.0])) == normals(np.array([2.0**-53])) == -normals(np.array([1 - 2.0**-53]))
    assert normals(np.array([0.025, 0.8413447460685429])).tolist() == pytest.approx([-1.959963984540054, 1.0])


EIGHT = Stream(17, tuple("abcdefgh"))
GOLDEN = {
    (-1, 0, 0): [
        0.018298892893469088,
        0.4214414307676878,
        0.10816227572586534,
        0.44624180814899295,
        0.2710427036363099,
        0.726261949203511,
        0.4882323063951497,
        0.398325913759483,
    ],
    (0, 0, 0): [
        0.5475689776006877,
        0.9558595392775886,
        0.7056284844008893,
        0.9404156768932455,
        0.04299097476663094,
        0.5852815372118958,
        0.9524897177494791,
        0.13318278493862734,
    ],
    (119, 59, 0): [
        0.2665593912618678,
        0.29367692638974197,
        0.10057817149621129,
        0.1660385026303688,
        0.6180359309033944,
        0.9866852059438397,
        0.06732325760321656,
        0.2103004090649171,
    ],
    (-1, 3, 2): [
        0.5537450439610889,
        0.7985884515432278,
        0.6760736902561634,
        0.3480640129102568,
        0.2018961851261628,
        0.4457729580570581,
        0.026684259606300165,
        0.902082661536665,
    ],
}


@pytest.mark.parametrize(("month", "entity", "part"), GOLDEN.keys())
def test_golden_values(month, entity, part):
    """Published results rest on these: if they change, so has numpy's Philox, or the way it is counted."""
    assert Source(1, 0).table(EIGHT, month, entity + 1, part)[entity].tolist() == GOLDEN[month, entity, part]


def philox(counter, key):
    """Return four uniforms by Philox4x64-10 as it was published (Salmon et al. 2011)."""
    words, (low, high), last = list(counter), key, 2**64 - 1
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * words[0], 0xCA5A826395121157 * words[2]
        words = [b >> 64 ^ words[1] ^ low, b & last, a >> 64 ^ words[3] ^ high, a & last]
        low, high = low + 0x9E3779B97F4A7C15 & last, high + 0xBB67AE8584CAA73B & last
    return [(word >> 11) * 2.0**-53 for word in words]


@given(NUMBERS, NUMBERS, STREAMS, MONTHS, st.integers(0, 2_000), st.integers(0, 64))
def test_draws_are_those_of_the_published_generator(seed, replicate, stream, month, entity, part):
    blocks = stream.width // 4
    counters = [(entity * blocks + block + 1, stream.number, month + 1, part) for block in range(blocks)]  # numpy counts, then draws
    expected = [uniform for counter in counters for uniform in philox(counter, (seed, replicate))]
    assert Source(seed, replicate).table(stream, month, entity + 1, part)[entity].tolist() == expected
