"""Stability: notions against definitions written out here, dynamics, finished runs, the experiments that rest on it."""

import math
import sys
from dataclasses import replace
from itertools import chain, combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import coalsim as cs
from coalsim import stability
from coalsim.agents import CoalitionModel
from coalsim.errors import ParameterError
from coalsim.experiments import load
from coalsim.field import build
from coalsim.games.games import from_mask, to_mask
from coalsim.games.partitions import split
from coalsim.stability import (
    Game,
    RunStability,
    additively_separable,
    better_response,
    blocking_coalition,
    core_partitions,
    core_sizes,
    deviation,
    from_preferences,
    from_table,
    is_stable,
    merge_or_split,
    merge_split,
    moves,
    partition,
    partitions,
    search_blocking,
    shares,
    show,
    stability_of_run,
    stable_partitions,
    transferable,
)
from coalsim.stability.situation import Situation
from coalsim.vectorized.core import Block
from conftest import found, make_block, make_field, null_parameters

EXPERIMENTS = Path(__file__).parents[1] / "experiments"

# Definitions, written out


def coalitions(players):
    return [frozenset(c) for c in chain.from_iterable(combinations(sorted(players), k) for k in range(1, len(players) + 1))]


def all_partitions(players):
    players = sorted(players)
    if not players:
        yield ()
        return
    first, rest = players[0], players[1:]
    for k in range(len(rest) + 1):
        for others in combinations(rest, k):
            left = [p for p in rest if p not in others]
            for more in all_partitions(left):
                yield (frozenset((first, *others)), *more)


def home(structure, player):
    return next(c for c in structure if player in c)


def defined(game, structure, notion):
    """Whether a partition is stable, by the words of the definition."""
    u = game.worth
    players = range(game.size)
    if notion == "core":
        return not any(all(u(i, c) > u(i, home(structure, i)) for i in c) for c in coalitions(players))
    if notion == "rational":
        return all(u(i, {i}) <= u(i, home(structure, i)) for i in players)
    for i in players:
        here = home(structure, i)
        for there in [*structure, frozenset()]:
            if there == here or u(i, there | {i}) <= u(i, here):
                continue
            if notion != "nash" and any(u(j, there | {i}) < u(j, there) for j in there):
                continue
            if notion == "contractual" and any(u(j, here - {i}) < u(j, here) for j in here - {i}):
                continue
            return False
    return True


@st.composite
def games(draw, most=5):
    """Games of few players with whole utilities, so with many ties."""
    n = draw(st.integers(1, most))
    table = np.full((1 << n, n), np.nan)
    for mask in range(1, 1 << n):
        for i in range(n):
            if mask >> i & 1:
                table[mask, i] = draw(st.integers(-3, 3))
    return from_table(table)


@st.composite
def with_partition(draw, of=None):
    game = draw(of if of is not None else games())
    labels = draw(st.lists(st.integers(0, game.size - 1), min_size=game.size, max_size=game.size))
    return game, stability.from_labels(labels)


# Partitions and games


def test_partitions_are_all_there_once():
    for n, bell in enumerate((1, 1, 2, 5, 15, 52, 203, 877)):
        listed = list(partitions(n))
        assert len(listed) == len(set(listed)) == bell
        assert set(listed) == {partition(p) for p in all_partitions(range(n))}


@pytest.mark.parametrize("blocks", [[{0, 1}, {1}], [{0, 2}], [{0}, set()], [{-1, 0}]])
def test_what_is_no_partition_is_refused(blocks):
    with pytest.raises(ParameterError, match="no partition"):
        partition(blocks)


def test_labels_and_back():
    structure = stability.from_labels([5, 2, 5, 9])
    assert show(structure) == "{0, 2} {1} {3}"
    assert stability.from_labels(stability.to_labels(structure)) == structure


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Game(0, lambda i, c: 0), "at least one"),
        (lambda: Game(17, lambda i, c: 0).table, "allowed: up to 16"),
        (lambda: Game(2, lambda i, c: math.nan).worth(0, {0}), "finite"),
        (lambda: Game(2, lambda i, c: 0).worth(0, {1}), "no member"),
        (lambda: Game(2, lambda i, c: 0).worth(0, {0, 5}), "only 2 players"),
        (lambda: Game(2, lambda i, c: 0).payoffs([{0}]), "no partition of 2"),
        (lambda: from_preferences([[{1}], [{1}]]), "list of player 0"),
        (lambda: from_preferences([[{0}, {0}]]), "twice"),
        (lambda: additively_separable([[1, 2]]), "square"),
        (lambda: transferable(2, [0, 1, 2], "equal"), "4 numbers"),
        (lambda: transferable(2, [0, 1, 2, 3], "shaply"), "did you mean 'shapley'"),
        (lambda: transferable(20, len, "shapley"), "too many"),
        (lambda: from_table(np.zeros((3, 2))), "shape"),
        (lambda: is_stable(from_table(np.zeros((2, 1))), [{0}], "nas"), "did you mean 'nash'"),
        (lambda: merge_or_split(from_table(np.zeros((2, 1))), [{0}], "best"), "utilitarian, pareto"),
        (lambda: merge_or_split(from_table(np.zeros((2, 1))), [{0}], ways=1), ">= 2"),
        (lambda: list(partitions(13)), "too many"),
        (lambda: core_sizes(np.zeros((1, 3, 2))), "shape"),
        (lambda: search_blocking(Game(2, lambda i, c: 0), [{0, 1}], 0), ">= 1"),
        (lambda: better_response(Game(2, lambda i, c: 0), limit=-1), ">= 0"),
    ],
)
def test_errors_are_one_clear_line(make, message):
    with pytest.raises(ParameterError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_unlisted_coalitions_are_worse_than_to_be_alone():
    game = from_preferences([[{0, 1}], [{0, 1}], []])
    assert [game.worth(0, c) for c in ({0, 1}, {0}, {0, 2}, {0, 1, 2})] == [1, 0, -1, -1]
    assert core_partitions(game) == [partition([{0, 1}, {2}])]


def test_additively_separable_utilities_are_sums_over_the_others():
    game = additively_separable([[9, 2, -1], [4, 9, 0.5], [1, 1, 9]])
    assert game.payoffs([{0, 1, 2}]).tolist() == [1, 4.5, 2]
    assert game.payoffs([{0, 1}, {2}]).tolist() == [2, 4, 0]


def shapley(worth, players):
    """The Shapley value by its definition: mean marginal worth over all orders."""
    value = dict.fromkeys(players, 0.0)
    orders = list(permutations(players))
    for order in orders:
        for place, player in enumerate(order):
            value[player] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
    return {player: total / len(orders) for player, total in value.items()}


@given(st.lists(st.integers(-5, 9), min_size=15, max_size=15))
@settings(max_examples=20)
def test_shapley_shares_of_every_coalition_are_those_of_the_definition(worths):
    worths = [0, *worths]
    game = transferable(4, worths, "shapley")
    for coalition in coalitions(range(4)):
        expected = shapley(lambda s: worths[to_mask(s)], coalition)
        assert [game.worth(i, coalition) for i in coalition] == pytest.approx([expected[i] for i in coalition], abs=1e-12)


def test_a_characteristic_function_may_be_a_function_or_its_values():
    def worth(s):
        return len(s) ** 2 + min(s)

    values = [0] + [worth(from_mask(mask)) for mask in range(1, 16)]
    for sharing in ("equal", "shapley"):
        one, other = transferable(4, worth, sharing), transferable(4, values, sharing)
        assert np.array_equal(one.table, other.table, equal_nan=True)
        assert np.nansum(one.table, axis=1) == pytest.approx(values)


# Notions


@given(with_partition(), st.sampled_from(["core", "rational", "nash", "individual", "contractual"]))
@settings(max_examples=150)
def test_every_notion_is_its_definition(pair, notion):
    game, structure = pair
    assert is_stable(game, structure, notion) == defined(game, structure, notion)


@given(games(most=4), st.sampled_from(["core", "rational", "nash", "individual", "contractual"]))
@settings(max_examples=60)
def test_all_stable_partitions_are_found(game, notion):
    assert set(stable_partitions(game, notion)) == {p for p in partitions(game.size) if defined(game, p, notion)}


@given(with_partition())
def test_witnesses_gain_and_nobody_asked_loses(pair):
    game, structure = pair
    blocking = blocking_coalition(game, structure)
    if blocking is not None:
        assert all(game.worth(i, blocking) > game.worth(i, home(structure, i)) for i in blocking)
        assert not any(all(game.worth(i, c) > game.worth(i, home(structure, i)) for i in c) for c in coalitions(blocking) if c < blocking)
    for consent in ("nash", "individual", "contractual"):
        move = deviation(game, structure, consent)
        if move is None:
            continue
        before, after = game.payoffs(structure), game.payoffs(move.applied(structure))
        assert after[move.player] - before[move.player] == move.gain > 0
        concerned = set() if consent == "nash" else set(move.destination)
        concerned |= set(move.origin - {move.player}) if consent == "contractual" else set()
        assert all(after[i] >= before[i] for i in concerned)


@given(with_partition())
@settings(max_examples=60)
def test_stability_with_fewer_rights_follows_from_stability_with_more(pair):
    game, structure = pair
    for stronger, weaker in (("nash", "individual"), ("individual", "contractual"), ("core", "rational"), ("individual", "rational")):
        if is_stable(game, structure, stronger):
            assert is_stable(game, structure, weaker)


def test_core_sizes_agree_with_the_search_of_one_game():
    rng = np.random.default_rng(3)
    for n in range(1, 8):
        member = (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool)
        for values in (rng.random((12, 1 << n, n)), rng.integers(0, 4, (12, 1 << n, n)).astype(float)):
            tables = np.where(member, values, np.nan)
            assert core_sizes(tables).tolist() == [len(core_partitions(from_table(table))) for table in tables]


def test_a_search_finds_what_blocks_or_says_how_long_it_looked():
    values = np.random.default_rng(1).normal(size=(30, 30))
    game = additively_separable(values + values.T)
    search = search_blocking(game, stability.singletons(30), samples=200)
    assert search.found is not None
    assert all(game.worth(i, search.found) > 0 for i in search.found)
    assert f"sample {search.samples}" in str(search)
    nothing = search_blocking(additively_separable(-np.ones((30, 30))), stability.singletons(30), samples=40)
    assert nothing.found is None
    assert str(nothing) == "not found in 40 samples"
    assert search_blocking(additively_separable(-np.ones((30, 30))), [range(30)], samples=1).found == frozenset({0})
    with pytest.raises(ParameterError, match="sampled"):
        blocking_coalition(game, stability.singletons(30))


@given(with_partition())
@settings(max_examples=60)
def test_a_search_never_claims_what_does_not_block(pair):
    game, structure = pair
    search = search_blocking(game, structure, samples=30)
    if search.found is not None:
        assert all(game.worth(i, search.found) > game.worth(i, home(structure, i)) for i in search.found)
    if is_stable(game, structure, "core"):
        assert search.found is None


# Dynamics


@st.composite
def symmetric_games(draw):
    n = draw(st.integers(2, 6))
    values = np.reshape(draw(st.lists(st.integers(-4, 4), min_size=n * n, max_size=n * n)), (n, n))
    return additively_separable(values + values.T)


@given(with_partition(symmetric_games()), st.sampled_from([None, 1, 2]))
@settings(max_examples=80)
def test_symmetric_additively_separable_games_end_nash_stable(pair, seed):
    """Bogomolnaia & Jackson (2002): every move raises the sum of utilities, so moves end."""
    game, start = pair
    path = better_response(game, start, rng=None if seed is None else np.random.default_rng(seed))
    assert path.stable
    assert defined(game, path.partition, "nash")
    now = start
    for move in path.steps:
        assert game.payoffs(move.applied(now)).sum() > game.payoffs(now).sum()
        now = move.applied(now)
    assert now == path.partition


def test_better_response_tells_a_cycle_from_a_limit():
    stalker = from_preferences([[{0, 1}, {0}], [{1}, {0, 1}]])
    path = better_response(stalker)
    assert (path.end, len(path.steps), path.stable) == ("cycle", 2, False)
    assert [str(move) for move in path.steps] == [
        "player 0 moves from {0} to {1} and gains 1",
        "player 1 moves from {0, 1} to be alone and gains 1",
    ]
    assert better_response(stalker, limit=1).end == "limit"
    path = better_response(stalker, rng=np.random.default_rng(1), limit=50)
    assert (path.end, len(path.steps)) == ("limit", 50)
    assert better_response(stalker, consent="individual").end == "stable"


@given(with_partition(games(most=4)), st.sampled_from(["utilitarian", "pareto"]), st.sampled_from([None, 1]), st.sampled_from([None, 2]))
@settings(max_examples=100)
def test_merges_and_splits_end_stable_against_both(pair, order, seed, ways):
    """Apt & Witzel (2009)."""
    game, start = pair
    path = merge_split(game, start, order, None if seed is None else np.random.default_rng(seed), ways=ways)
    assert path.stable
    assert merge_or_split(game, path.partition, order, ways) is None
    now = start
    for step in path.steps:
        after = step.applied(now)
        gains = game.payoffs(after) - game.payoffs(now)
        assert gains.sum() == pytest.approx(step.gain)
        assert gains.sum() > 0
        assert order == "utilitarian" or gains.min() >= 0
        now = after
    assert now == path.partition
    if ways is None and order == "utilitarian":
        best = game.payoffs(path.partition).sum()
        for merged in coalitions(range(len(path.partition))):
            together = frozenset().union(*(path.partition[k] for k in merged))
            rest = [c for c in path.partition if not c <= together]
            for parts in ([together], *all_partitions(together)):
                if len(merged) == 1 or len(parts) == 1:
                    assert game.payoffs([*rest, *parts]).sum() <= best


def test_merging_may_need_more_than_two_and_splitting_more_than_two_parts():
    three = transferable(3, lambda s: 6.0 if len(s) == 3 else 1.0 if len(s) == 1 else 0.0)
    assert merge_or_split(three, stability.singletons(3), ways=2) is None
    assert str(merge_or_split(three, stability.singletons(3))) == "{0} {1} {2} merge into {0, 1, 2}"
    alone = transferable(3, lambda s: 1.0 if len(s) == 1 else 0.0 if len(s) == 2 else 2.0)
    assert merge_or_split(alone, [{0, 1, 2}], ways=2) is None
    assert str(merge_or_split(alone, [{0, 1, 2}])) == "{0, 1, 2} splits into {0} {1} {2}"


def test_splits_in_two_of_large_coalitions():
    assert len(list(split(frozenset(range(14)), 2))) == 2**13 - 1
    assert {frozenset(s) for s in split(frozenset({1, 4, 6}), 2)} == {frozenset(p) for p in all_partitions({1, 4, 6}) if len(p) == 2}


# Finished runs


def some_run(replicate, organizations, months):
    p = cs.Parameters.model1().replace(
        organizations=organizations,
        months=months,
        convene_hazard=0.5,
        launch_threshold=0.3,
        research_months=1,
        join_threshold=0.2,
        exit_level=0.3,
        min_chance=0.2,
        min_value=0.05,
        forming_months=60,
        admission=0.3,
    )
    block = Block([p], [build(p, 1, replicate)], [replicate], 1)
    for _ in range(months):
        block.step()
    return Situation.of_block(block, p)


def agree(situation):
    """Compare the arrays of `stability_of` with the definitions; return what it says."""
    game, structure = situation.game(), situation.partition
    found = stability.stability_of(situation, samples=200)
    table = found.organizations
    assert table["payoff"].to_numpy() == pytest.approx(game.payoffs(structure))
    assert set(table.index[table["would_leave"]]) == set(stability.irrational(game, structure))
    assert found.rational == is_stable(game, structure, "rational")
    for notion in ("nash", "individual", "contractual"):
        gains = {}
        for move in moves(game, structure, notion):
            gains.setdefault(move.player, []).append(move.gain)
        assert {i for i in table.index if table[notion][i] != "stays"} == set(gains)
        assert getattr(found, notion) == is_stable(game, structure, notion)
        if notion == "nash":
            assert table["gain"].to_numpy() == pytest.approx([max(gains.get(i, [0])) for i in table.index], abs=1e-12)
    return found


def test_verdicts_on_runs_are_the_exact_ones_of_the_game_they_play():
    """The arrays of `stability_of` against the definitions, on runs small enough to tabulate."""
    seen = set()
    for replicate in range(24):
        situation = some_run(replicate, 3 + replicate % 6, 8 + replicate)
        found = agree(situation)
        game, structure, table = situation.game(), situation.partition, found.organizations
        seen |= {(notion, getattr(found, notion)) for notion in ("nash", "individual", "contractual")}
        exact = blocking_coalition(game, structure)
        seen.add(("blocked", exact is not None))
        if found.blocking is None:
            assert "not found in 200 samples" in str(found)
        else:
            assert exact is not None
            gains = [game.worth(i, found.blocking.members) - table["payoff"][i] for i in found.blocking.members]
            assert found.blocking.gains == pytest.approx(gains)
            assert min(gains) > 0
    assert len(seen) == 8, "the runs should show every verdict"


def test_verdicts_agree_where_organizations_are_equally_ready():
    p = null_parameters(initial_trust=0.8, optimism=0.8, exit_level=0.5)
    block = make_block(
        p, make_field([[0.1], [0.3], [0.8], [0.7], [0.2]], issue=[[0.2], [0.9]], style=[[0.1, 0.2], [0.5, 0.5]] * 2 + [[0.9, 0.9]])
    )
    found(block, 3, [3], [0.7], issue=1)
    assert not agree(Situation.of_block(block, p)).nash


def test_a_game_of_a_large_run_is_computed_where_it_is_asked_for():
    situation = some_run(0, 20, 12)
    game = situation.game()
    member = np.zeros((1, 20), dtype=bool)
    member[0, [2, 5, 7]] = True
    assert [game.worth(i, {2, 5, 7}) for i in (2, 5, 7)] == situation.worth(member)[0, [2, 5, 7]].tolist()


def test_both_engines_stand_the_same():
    p = cs.Parameters.model1().replace(focal_launch_month=9, focal_contribution_rate=0.2, focal_admission=0.1)
    block, model = Block([p], [build(p, 1, 4)], [4], 1), CoalitionModel(p, 1, 4)
    for _ in range(14):
        block.step()
        model.step()
    assert (block.state.focal & block.state.running).any(), "the focal coalition, with a rate of its own, should be there"
    ours, theirs = (stability.stability_of(s, samples=50) for s in (Situation.of_block(block, p), Situation.of_model(model)))
    assert_frame_equal(ours.organizations, theirs.organizations, check_dtype=False, rtol=1e-9)
    assert (ours.month, ours.blocking.members, ours.blocking.carrier) == (theirs.month, theirs.blocking.members, theirs.blocking.carrier)
    assert (ours.organizations["coalition"] >= 0).sum() > 3


def overlapping(replicate):
    """Parameters of a small run in which organizations are in up to two coalitions, and pledge what they can."""
    return cs.Parameters().replace(
        organizations=9, memberships_max=2, months=30, burn_in=0, grant_cycle=6, founders=0, convene_hazard=0.3, launch_threshold=0.3,
        research_months=1, join_threshold=0.2, min_chance=0.2, min_value=0.02, forming_months=24, admission=0.3, attention=6,
        pledge_floor=0.3, mapping_rate=1.0, exit_level=0.25 + 0.02 * (replicate % 5),
    )  # fmt: skip


def several(replicate):
    """The end of such a run."""
    p = overlapping(replicate)
    block = Block([p], [build(p, 1, replicate)], [replicate], 1)
    for _ in range(30):
        block.step()
    return Situation.of_block(block, p)


class Overlapping:
    """What organizations in several coalitions would do, one move at a time, in plain Python."""

    def __init__(self, situation):
        self.st, self.players, self.coalitions = situation, range(situation.size), range(len(situation.conveners))
        self.members = [{i for i in self.players if c in situation.coalition[:, i]} for c in self.coalitions]
        self.of = [[c for c in self.coalitions if i in self.members[c]] for i in self.players]
        self.spare = [len(self.of[i]) < len(situation.coalition) for i in self.players]
        options = [[(self.pays(i, c), c) for c in self.of[i]] + [(situation.exit_level, -1)] * self.spare[i] for i in self.players]
        self.stake, self.given = zip(*(min(found) for found in options), strict=True)

    def held(self, i, c):
        return self.st.pledge[self.st.coalition[:, i].tolist().index(c), i]

    def newly(self, i, carrier, kept):
        st = self.st
        promised = sum(self.held(i, c) * st.rate[c] for c in kept)
        covered = st.see_through * st.term[carrier] * st.capacity[i]
        left = st.reserve[i] + st.term[carrier] * st.slack * st.capacity[i] - covered * promised
        return max(st.pledge_floor, min(1, left / (covered * st.rate[carrier])))

    def got(self, i, carrier, together, pledge):
        if len(together) == 1:
            return self.st.exit_level
        style = self.st.style[:, sorted(together)].mean(axis=1)
        return float(self.st.payoff(np.array([i]), np.array([carrier]), style[:, None], np.array([pledge]))[0])

    def pays(self, i, c):
        return self.got(i, c, self.members[c], self.held(i, c))

    def moves(self, i, notion):
        """Yield (gain, where to) of the moves of an organization that are allowed."""
        st, given = self.st, self.given[i]
        rest = self.members[given] - {i} if given >= 0 else set()
        if notion == "contractual" and any(self.got(j, given, rest, self.held(j, given)) < self.pays(j, given) - 1e-9 for j in rest):
            return
        if given >= 0:
            yield st.exit_level - self.stake[i], "alone"
        kept = [c for c in self.of[i] if c != given]
        brings = given >= 0 and not rest
        for c in self.coalitions:
            if c in self.of[i]:
                continue
            carrier = min(c, given) if brings and len(self.members[c]) == 1 else c
            together = self.members[c] | {i}
            pledge = self.held(i, given) if carrier == given else self.newly(i, carrier, kept)
            if notion == "nash" or all(self.got(j, carrier, together, self.held(j, c)) >= self.pays(j, c) - 1e-9 for j in self.members[c]):
                yield self.got(i, carrier, together, pledge) - self.stake[i], f"coalition {st.conveners[c]}"
        for j in self.players:
            if j == i or not self.spare[j]:
                continue
            leads = max((i, j), key=lambda k: (st.readiness[k], -k))
            carrier = given if brings else len(st.conveners) + leads
            pledge = self.held(i, given) if brings else self.newly(i, carrier, kept)
            if notion == "nash" or self.got(j, carrier, {i, j}, self.newly(j, carrier, self.of[j])) >= st.exit_level - 1e-9:
                yield self.got(i, carrier, {i, j}, pledge) - self.stake[i], f"organization {j}"


def test_verdicts_where_coalitions_overlap_are_those_of_the_definition():
    seen = set()
    for replicate in range(16):
        situation = several(replicate)
        plain = Overlapping(situation)
        found = stability.stability_of(situation, samples=50)
        table = found.organizations
        assert table["memberships"].tolist() == [len(of) for of in plain.of]
        assert table["payoff"].to_numpy() == pytest.approx(np.array(plain.stake))
        assert table["coalition"].tolist() == [-1 if c < 0 else situation.conveners[c] for c in plain.given]
        for notion in ("nash", "individual", "contractual"):
            for i in table.index:
                allowed = [(gain, to) for gain, to in plain.moves(i, notion) if gain > 1e-9]
                best = max((gain for gain, _ in allowed), default=0.0)
                said = table[notion][i]
                assert (said == "stays") == (not allowed)
                assert said == "stays" or dict((to, gain) for gain, to in allowed)[said] == pytest.approx(best)
                if notion == "nash":
                    assert table["gain"][i] == pytest.approx(best, abs=1e-12)
                seen.add((notion, said.split()[0], len(plain.of[i])))
    assert {n for _, _, n in seen} == {0, 1, 2}
    assert {to for _, to, n in seen if n == 2} == {"stays", "alone", "coalition", "organization"}


def test_a_blocking_coalition_of_members_of_several_gains_over_what_they_give_up():
    blocked = 0
    for replicate in range(8):
        situation = several(replicate)
        plain, found = Overlapping(situation), stability.stability_of(situation, samples=300).blocking
        if found is None:
            continue
        blocked += 1
        together = set(found.members)
        larger = [c for c in plain.coalitions if 2 * len(plain.members[c] & together) > len(plain.members[c])]
        carried = max(larger, key=lambda c: (len(plain.members[c] & together), -c), default=None)
        leads = max(together, key=lambda k: (situation.readiness[k], -k))
        carrier = len(situation.conveners) + leads if carried is None else carried
        for i, gain in zip(found.members, found.gains, strict=True):
            if carried in plain.of[i]:
                now, pledge = plain.pays(i, carried), plain.held(i, carried)
            else:
                now, pledge = plain.stake[i], plain.newly(i, carrier, [c for c in plain.of[i] if c != plain.given[i]])
            assert gain == pytest.approx(plain.got(i, carrier, together, pledge) - now)
            assert gain > 0
    assert blocked > 2


def test_the_order_of_memberships_does_not_matter_to_stability():
    p = overlapping(0)
    block = Block([p], [build(p, 1, 0)], [0], 1)
    for _ in range(30):
        block.step()
    s = block.state
    before = stability.stability_of(Situation.of_block(block, p), samples=50)
    assert before.organizations["memberships"].max() > 1
    for name in ("coalition", "satisfaction", "pledge"):
        setattr(s, name, np.ascontiguousarray(getattr(s, name)[::-1]))
    after = stability.stability_of(Situation.of_block(block, p), samples=50)
    assert_frame_equal(before.organizations, after.organizations)
    assert str(before) == str(after)


def test_a_run_with_several_memberships_stands_the_same_in_both_engines():
    p = overlapping(4)
    block, model = Block([p], [build(p, 1, 4)], [4], 1), CoalitionModel(p, 1, 4)
    for _ in range(30):
        block.step()
        model.step()
    ours, theirs = (stability.stability_of(s, samples=50) for s in (Situation.of_block(block, p), Situation.of_model(model)))
    assert_frame_equal(ours.organizations, theirs.organizations, check_dtype=False, rtol=1e-9)
    assert str(ours) == str(theirs)
    assert ours.organizations["memberships"].max() > 1


def test_who_may_be_in_two_coalitions_is_in_no_partition():
    situation = several(0)
    for ask in (situation.game, lambda: situation.partition):
        with pytest.raises(ParameterError, match=r"memberships_max = 2: coalitions are a partition.*allowed: 1"):
            ask()


def test_the_months_of_a_run_come_after_its_burn_in():
    p = cs.Parameters.model1().replace(burn_in=9, months=6)
    assert stability.stability_of_run(p, months=4, samples=0).month == 3


def test_a_run_is_that_of_the_same_scenario_in_a_block_of_many():
    p = cs.Parameters.model1().replace(months=30)
    other = p.replace(contribution_rate=0.02, exit_level=0.2)
    block = Block([other, p], [build(other, 1, 3), build(p, 1, 3)], [3, 3], 1)
    for _ in range(30):
        block.step()
    assert_frame_equal(
        stability.stability_of_run(p, 1, 3, samples=0).organizations,
        stability.stability_of(Situation.of_block(block, p, run=1), samples=0).organizations,
    )


def four_organizations(**values):
    """Organizations on a line; 0, 1 and 2 in the coalition of 0, with goal .3; 3 alone."""
    field = make_field(
        [[0.2], [0.3], [0.6], [0.9]], issue=[[0.4], [0.8]], style=[[0.5, 0.5], [0.5, 0.9], [0.5, 0.5], [0.1, 0.5]],
        base_readiness=[0.1, 0.2, 0.3, 0.9], openness=[0.5, 0.5, 0.5, 0.4], reserve=[0.6, 1.2, 0.3, 0.6], need=[1.0, 0.5],
    )  # fmt: skip
    p = null_parameters(
        slack=0.05, reserve_cap=24.0, exit_level=0.38, burden=0.5, contribution_rate=0.1, resonance_weight=0.5, goal_blend=0.5,
        initial_trust=0.2, optimism=0.6, **values,
    )  # fmt: skip
    block = make_block(p, field)
    found(block, 0, [0, 1, 2], [0.3], trust=0.8, momentum=1.4)
    return Situation.of_block(block, p)


def test_payoffs_of_a_run_worked_by_hand():
    situation = four_organizations()
    assert situation.partition == partition([{0, 1, 2}, {3}])
    chance = (0.8 + 0.9 + 1) / 3  # momentum counts up to 1
    worth = situation.game().worth

    def resonance(x, y):
        return 1 - math.hypot(x[0] - y[0], x[1] - y[1]) / math.sqrt(2)

    mean = (0.5, (0.5 + 0.9 + 0.5) / 3)
    assert worth(1, {0, 1, 2}) == pytest.approx(1.0 * (0.5 + 0.5 * resonance((0.5, 0.9), mean)) * chance - 0)
    assert worth(2, {0, 1, 2}) == pytest.approx(0.7 * (0.5 + 0.5 * resonance((0.5, 0.5), mean)) * chance - 0.5 * 0.1 * 0.75)
    # Two of three are a majority: they carry the coalition on, without its convener and with a newcomer as well.
    assert worth(1, {1, 2}) == pytest.approx(1.0 * (0.5 + 0.5 * resonance((0.5, 0.9), (0.5, 0.7))) * chance)
    mean = (1.1 / 3, 1.9 / 3)
    assert worth(3, {1, 2, 3}) == pytest.approx(0.4 * (0.5 + 0.5 * resonance((0.1, 0.5), mean)) * chance - 0.5 * 0.1 * 0.5)
    # One of three is not: 3, the readier, convenes anew. Its target: .5 x .9 at .8 against 1 x .5 at .4, so that at .4.
    goal = 0.9 + 0.5 * 0.4 * (0.4 - 0.9)
    launch = (0.2 + (1 - abs(goal - 0.4)) + 0.6) / 3
    aligned = 1 - abs(goal - 0.6)
    assert worth(2, {2, 3}) == pytest.approx(aligned * (0.5 + 0.5 * resonance((0.5, 0.5), (0.3, 0.5))) * launch - 0.5 * 0.1 * 0.75)
    assert worth(0, {0}) == worth(3, {3}) == 0.38


def test_a_coalition_with_two_majorities_keeps_the_name_of_the_larger_and_a_lone_convener_is_alone():
    p = null_parameters()
    block = make_block(p, make_field([[0.1]] * 3 + [[0.9]] * 4))
    found(block, 5, [0, 1, 2], [0.1])
    found(block, 3, [3, 4], [0.9])
    found(block, 6, [6], [0.5])
    situation = Situation.of_block(block, p)
    assert situation.conveners.tolist() == [3, 5, 6]
    assert situation.partition == partition([{0, 1, 2}, {3, 4}, {5}, {6}])

    def carrier(*members):
        row = np.zeros((1, 7), dtype=bool)
        row[0, list(members)] = True
        return int(situation.carriers(row)[0])

    assert carrier(0, 1, 2, 3, 4) == 1
    assert carrier(0, 1, 3, 4) == 0  # of equals the lower number
    assert carrier(0, 1, 3) == 1
    assert carrier(0, 3) == 3 + 0  # new; all equally ready, so the lower number convenes
    assert carrier(4, 6) == 2
    table = stability.stability_of(situation, samples=0).organizations
    assert table["coalition"].tolist() == [5, 5, 5, 3, 3, -1, 6]
    assert table["payoff"][6] == table["payoff"][5] == situation.exit_level


def test_who_would_leave_is_said():
    situation = four_organizations()
    assert stability.stability_of(situation, samples=0).rational
    # The third, far from the goal and with little in reserve, gets least; if to be alone were worth .7 it would go.
    found = stability.stability_of(replace(situation, exit_level=0.7), samples=0)
    assert found.organizations["would_leave"].tolist() == [False, False, True, False]
    assert found.organizations["nash"][2] == "alone"
    assert found.organizations["gain"][2] == pytest.approx(0.7 - found.organizations["payoff"][2])
    assert found.leavers == [2]
    assert not found.rational
    assert "rather alone: 1" in str(found)


def test_where_organizations_would_go_is_said():
    """Two of each style; the one that sits with the others is welcome with its own, whom the others would let go."""
    style = [[0.1, 0.1], [0.1, 0.1], [0.9, 0.9], [0.9, 0.9], [0.9, 0.9], [0.1, 0.1], [0.9, 0.1]]
    p = null_parameters(resonance_weight=1.0, exit_level=0.2, initial_trust=0.2, optimism=0.1)
    block = make_block(p, make_field([[0.5]] * 6 + [[0.0]], style=style, base_readiness=[0.5] * 5 + [0.1, 0.1]))
    found(block, 0, [0, 1], [0.5])
    found(block, 4, [2, 3, 4, 5], [0.5])
    table = stability.stability_of(Situation.of_block(block, p), samples=0).organizations
    for name in ("nash", "individual", "contractual"):
        assert table[name][5] == "coalition 0"
        assert table[name][:5].tolist() == ["stays"] * 5
    # The last one gains in both coalitions, but in both its style would cost the others some resonance.
    assert table["nash"][6].startswith("coalition")
    assert table["individual"][6] == table["contractual"][6] == "stays"


@pytest.mark.parametrize("values", [{"months": 0}, {"months": 121}, {"samples": -1}])
def test_a_run_out_of_range_is_refused(values):
    with pytest.raises(ParameterError, match="out of range"):
        stability.stability_of_run(cs.Parameters.model1(), **values)


def test_before_the_first_coalition_everybody_is_alone():
    found = stability.stability_of_run(cs.Parameters.model1(), months=1, samples=5)
    assert (found.organizations["coalition"] == -1).all()
    assert (found.organizations["payoff"] == cs.Parameters.model1().leaving.exit_level).all()
    assert "0 of 60 organizations in 0 coalitions" in str(found)


# Experiments


@pytest.fixture(scope="module")
def suite():
    _ = load(EXPERIMENTS / "stability-suite").module
    return sys.modules["stable_roommates"], sys.modules["hedonic_games"]


def test_p_4_is_26_of_27(suite):
    roommates, _ = suite
    assert roommates.solvable(roommates.all_instances_of_four()).sum() * 27 == 1296 * 26


@pytest.mark.parametrize("n", [4, 6, 8])
def test_irving_and_all_matchings_agree(suite, n):
    roommates, _ = suite
    liking = np.random.default_rng(n).random((250, n, n))
    lists = [[[j for j in np.argsort(-row).tolist() if j != i] for i, row in enumerate(instance)] for instance in liking]
    assert roommates.solvable(liking).tolist() == [roommates.irving(instance) for instance in lists]


def test_a_matching_problem_is_a_hedonic_game_of_pairs(suite):
    roommates, _ = suite
    for instance in np.random.default_rng(5).random((60, 4, 4)):
        lists = [[{i, j} for j in np.argsort(-row).tolist() if j != i] for i, row in enumerate(instance)]
        assert bool(core_partitions(from_preferences(lists))) == roommates.solvable(instance[None])[0]


def test_cores_of_all_games_of_three_players_by_definition(suite):
    """13,824 games: 100 have an empty core, 13,136 one partition, 588 two."""
    _, hedonic = suite
    counts = np.bincount(core_sizes(hedonic.all_games_of_three(), tolerance=0.0))
    assert counts.tolist() == [100, 13136, 588]
    # Each player ranks its four coalitions; a partition is in the core unless all members of a coalition gain.
    everybody, structures = coalitions(range(3)), list(all_partitions(range(3)))
    own = [[c for c in everybody if i in c] for i in range(3)]
    better = [[{c: set(order[:place]) for place, c in enumerate(order)} for order in permutations(own[i])] for i in range(3)]
    again = [0, 0, 0]
    for mine in better[0]:
        for yours in better[1]:
            for theirs in better[2]:
                prefer = (mine, yours, theirs)
                again[sum(not any(all(c in prefer[i][home(p, i)] for i in c) for c in everybody) for p in structures)] += 1
    assert again == [100, 13136, 588]


def test_fixtures_have_the_stable_partitions_that_are_known(suite):
    _, hedonic = suite
    rows = hedonic.fixture_rows()
    assert len(rows) == 11
    assert all(row["agree"] for row in rows)


def test_theorems_hold_in_random_games(suite):
    _, hedonic = suite
    ended, rose, longest = hedonic.symmetric_games(40, np.random.default_rng(2))
    assert (ended, rose) == (1, 1)
    assert longest > 3
    assert hedonic.merges_and_splits(40, np.random.default_rng(2)) == (1, 1)


@pytest.fixture(scope="module")
def gloves():
    _ = load(EXPERIMENTS / "vernon-bido-collins-2021").module
    return sys.modules["glove_games"]


def test_worths_of_glove_games_are_pairs(gloves):
    worths = gloves.random_worths(50, 4, np.random.default_rng(1))
    assert worths.shape == (50, 16)
    assert (worths[:, 0] == 0).all()
    assert ((worths[:, 15] - worths[:, 3] - worths[:, 12]) >= 0).all(), "pairs of parts are pairs of the whole"
    assert worths[:, [1, 2, 4, 8]].max() == gloves.MOST_GLOVES


@pytest.mark.parametrize("sharing", ["equal", "shapley"])
def test_who_reaches_the_core_is_in_the_core_and_stays(gloves, sharing):
    worths = gloves.random_worths(60, 5, np.random.default_rng(1))
    formation = gloves.Formation(worths, sharing)
    formation.run(range(1, 61), np.random.default_rng(2))
    there = np.flatnonzero(formation.reached >= 0)
    assert len(there) > 30
    for g, table in enumerate(shares(worths, sharing)):
        structure = partition({from_mask(int(mask)) for mask in formation.own[g]})
        game = from_table(table)
        assert formation.payoff[g] == pytest.approx(game.payoffs(structure))
        assert is_stable(game, structure, "core") == (g in there)
    before = formation.own[there].copy()
    formation.run(range(61, 121), np.random.default_rng(3))
    assert (formation.own[there] == before).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"parameters": None}, "parameters = None: Parameters are needed"),
        ({"seed": 1.5}, "seed = 1.5 is of the wrong type"),
        ({"replicate": -1}, "replicate = -1 is out of range"),
        ({"months": 0}, "months = 0 is out of range"),
        ({"samples": "many"}, "samples = 'many' is of the wrong type"),
        ({"search_seed": None}, "search_seed = None is of the wrong type"),
    ],
)
def test_what_is_no_run_is_one_line(given, message):
    with pytest.raises(ParameterError) as error:
        stability_of_run(**{"parameters": cs.Parameters.model1(), **given})
    assert message in str(error.value)


def test_one_of_something_is_singular():
    table = pd.DataFrame(
        {"memberships": [1, 0], "would_leave": [False, False], **dict.fromkeys(("nash", "individual", "contractual"), "alone")}
    )
    said = str(RunStability(table, None, 1, 3, 1))
    assert "1 of 2 organizations in 1 coalition\n" in said
    assert "1 member, 1 other\n" in said
    assert said.endswith("not found in 1 sample")
