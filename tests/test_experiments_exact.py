"""Exact targets of published experiments, held against other ways to the same numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from coalsim import experiments

EXPERIMENTS = Path(__file__).resolve().parents[1] / "experiments"
XIE = experiments.load("xie-2011", EXPERIMENTS).module
exact, agents, response = XIE.xie_exact, XIE.xie_agents, XIE.xie_best_response
rules = experiments.load("self-enforcing", EXPERIMENTS).module.rules


def test_self_enforcing_reproduces() -> None:
    result = experiments.reproduce(experiments.load("self-enforcing", EXPERIMENTS), experiments.Setting(quick=True))
    assert {verdict.word for verdict in result.verdicts if verdict.target.reported is not None} == {"reproduced"}


# --- Xie et al. 2011 ---


def test_critical_share() -> None:
    saddle = exact.saddle_node()
    assert saddle.p == pytest.approx(0.09789, abs=1e-5)
    assert exact.drift(saddle.A, saddle.B, saddle.p) == pytest.approx((0, 0), abs=1e-12)
    step = 1e-6  # at a saddle node the linearization is singular
    columns = [
        (np.array(exact.drift(saddle.A + a, saddle.B + b, saddle.p)) - exact.drift(saddle.A - a, saddle.B - b, saddle.p)) / (2 * step)
        for a, b in ((step, 0), (0, step))
    ]
    assert np.linalg.det(np.array(columns)) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(("below", "survives"), [(1e-3, True), (-1e-3, False)])
def test_the_old_opinion_survives_below_the_critical_share_only(below: float, survives: bool) -> None:
    p = exact.saddle_node().p - below
    path = solve_ivp(lambda _, y: exact.drift(*y, p), (0, 3000), (0.0, 1 - p), rtol=1e-10, atol=1e-12)
    end = path.y[:, -1]
    if survives:
        assert end == pytest.approx(exact.stationary(p)[1:], abs=1e-6)
    else:
        assert end == pytest.approx((1 - p, 0), abs=1e-6)


def test_the_mean_field_is_the_limit_of_the_chain() -> None:
    n, c, a, b = 10_000_000, 1_500_000, 2_000_000, 4_000_000
    chances = exact.meetings(np.array([a]), np.array([b]), n, c)
    drift = np.sum([np.array(change) * float(chance[0]) for change, chance in chances.items()], axis=0)
    assert drift == pytest.approx(exact.drift(a / n, b / n, c / n), abs=1e-6)


def enumerated(held: tuple[int, ...], committed: int) -> dict[tuple[int, int], float]:
    """Return the chances of changes of the counts of A and B, going through all meetings of agents by the rule itself."""
    chances: dict[tuple[int, int], float] = {}
    size = len(held) + committed
    for speaker, listener, coin in product(range(size), range(size), "AB"):
        if speaker == listener:
            continue
        opinions = ["A"] * committed + ["A" if x == 0 else "B" if x == 1 else "AB" for x in held]
        before = opinions[committed:]
        said = coin if opinions[speaker] == "AB" else opinions[speaker]
        if said in opinions[listener]:
            opinions[speaker] = opinions[listener] = said
        else:
            opinions[listener] = "AB"
        change = tuple(opinions[committed:].count(x) - before.count(x) for x in "AB")
        chances[change] = chances.get(change, 0) + 0.5 / (size * (size - 1))
    return chances


@given(st.lists(st.integers(0, 2), min_size=1, max_size=5).map(tuple), st.integers(1, 3))
def test_chances_of_meetings_are_those_of_the_rule(held: tuple[int, ...], committed: int) -> None:
    chances = exact.meetings(np.array([held.count(0)]), np.array([held.count(1)]), len(held) + committed, committed)
    by_rule = enumerated(held, committed)
    for change, chance in chances.items():
        assert float(chance[0]) == pytest.approx(by_rule.pop(change, 0.0), abs=1e-12)
    assert set(by_rule) <= {(0, 0)}


def test_time_of_two_agents_by_hand() -> None:
    # One committed, one at B. B hears A (1/2) and holds both; then both ways of meeting lead to A: the committed speaks
    # (1/2), or the other does and says A (1/4); saying B (1/4) changes nothing. So 2 + 4/3 meetings, of two a sweep.
    time = exact.consensus_time(2, 1)
    assert time.mean == pytest.approx((2 + 4 / 3) / 2)
    assert time.sd == pytest.approx((2 + 4 / 9) ** 0.5 / 2)


@pytest.mark.parametrize(("few", "many", "longer"), [(60, 300, 2.5), pytest.param(100, 500, 5, marks=pytest.mark.slow)])
def test_ratios_of_times(few: int, many: int, longer: float) -> None:
    times = {(n, c): exact.consensus_time(n, n * c // 100) for n in (few, many) for c in (9, 15)}
    assert times[many, 15].mean / times[few, 15].mean < 1.25
    assert times[many, 9].mean / times[few, 9].mean > longer
    assert max(time.error for time in times.values()) < 1e-8


def test_simulated_agents_take_the_exact_time() -> None:
    time = exact.consensus_time(50, 6)
    sweeps = agents.consensus_sweeps(50, 6, 1500, seed=1)
    assert sweeps.mean() == pytest.approx(time.mean, abs=4 * time.sd / 1500**0.5)
    assert sweeps.std() == pytest.approx(time.sd, rel=0.15)
    everybody = np.tile(np.arange(50, dtype=np.int32), (50, 1))[~np.eye(50, dtype=bool)].reshape(50, 49)
    complete = np.tile(everybody, (300, 1, 1)), np.full((300, 50), 49, np.int32)
    assert agents.consensus_sweeps(50, 6, 300, 1, complete).mean() == pytest.approx(time.mean, abs=4 * time.sd / 300**0.5)


def test_random_graphs_are_symmetric_and_as_dense_as_asked() -> None:
    for kind, edges in (("random", 200), ("scale-free", 5 * 35)):
        table, length = agents.random_graphs(kind, 40, 10, 3, seed=1)
        for contacts, count in zip(table, length, strict=True):
            known = {(i, int(j)) for i in range(40) for j in contacts[i, : count[i]]}
            assert {(j, i) for i, j in known} == known
            assert all(i != j for i, j in known)
            assert len(known) == 2 * edges


def test_best_responses_with_longer_memory_need_a_larger_minority() -> None:
    shares = [[response.tipped(24, committed, memory, 100, 60, 1) for committed in (2, 4, 6, 8, 11)] for memory in (3, 9, 20)]
    assert shares[0][1] == 1
    assert shares[1][1] < 0.1
    assert shares[1][2] > 0.9
    assert shares[2][2] < 0.1
    assert all(row[-1] == 1 and row[0] == 0 for row in shares)


# --- Barrett 1994 ---


@pytest.mark.parametrize(("actors", "members"), [(3, 2), (5, 3), (8, 8), (6, 1)])
def test_public_good_payoffs_are_best_responses(actors: int, members: int) -> None:
    benefit, cost = 1.5, 2.0

    def joint(q: np.ndarray) -> float:
        total = q.sum() + (actors - members) * benefit / cost
        return -(members * benefit * total - cost / 2 * (q**2).sum())

    best = -minimize(joint, np.ones(members)).fun / members
    payoffs = rules.public_good_payoffs(actors, members, Fraction(3, 2), Fraction(2))
    assert float(payoffs.member) == pytest.approx(best, abs=1e-6)
    outside = benefit / cost
    total = members * members * outside + (actors - members) * outside
    assert float(payoffs.outsider) == pytest.approx(benefit * total - cost / 2 * outside**2)


@given(st.integers(3, 60), st.fractions(Fraction(1, 9), 9), st.fractions(Fraction(1, 9), 9))
def test_stable_agreements_have_two_or_three_members(actors: int, benefit: Fraction, cost: Fraction) -> None:
    assert rules.stable_sizes(actors, benefit, cost) == (2, 3)


# --- Acemoglu, Egorov & Sonin 2008 ---


def ruler(players: frozenset[int], powers: tuple[int, ...]) -> frozenset[int]:
    """Return who rules, by the definition: the least powerful winning coalition that would itself go on ruling, or all."""

    def power(of: frozenset[int]) -> int:
        return sum(powers[i] for i in of)

    smaller = (frozenset(part) for size in range(1, len(players)) for part in combinations(sorted(players), size))
    lasting = [part for part in smaller if 2 * power(part) > power(players) and ruler(part, powers) == part]
    return min(lasting, key=power, default=players)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=5, unique=True).map(tuple))
def test_the_ruling_coalition_is_that_of_the_definition(powers: tuple[int, ...]) -> None:
    sums = [sum(part) for size in range(1, len(powers) + 1) for part in combinations(powers, size)]
    if len(set(sums)) < len(sums):
        return  # not generic
    rule = rules.ruling_coalition(powers)
    assert {i for i in range(len(powers)) if rule.ruler >> i & 1} == ruler(frozenset(range(len(powers))), powers)
    assert all(rules.members(mask) != 2 for mask in rule.self_enforcing)


def test_examples_of_powers() -> None:
    assert rules.ruling_coalition((3, 4, 5)).ruler == 0b111
    assert rules.ruling_coalition((3, 4, 5, 10)).ruler == 0b0111


@pytest.mark.parametrize("players", range(1, 13))
def test_sizes_with_near_equal_powers_are_those_over_all_subsets(players: int) -> None:
    rule = rules.ruling_coalition(rules.near_equal(players))
    assert sorted({rules.members(mask) for mask in rule.self_enforcing}) == list(rules.self_enforcing_sizes(players))
    assert rules.members(rule.ruler) == rules.ruling_size(players)


def test_sizes_that_can_rule() -> None:
    assert rules.self_enforcing_sizes(50) == (1, 3, 7, 15, 31)


# --- Ray & Vohra 2001 ---


def proposals(left: int, formed: tuple[int, ...]) -> tuple[int, ...]:
    """Return the coalitions that form after those formed, by backward induction on the proposers' full payoffs."""
    if left == 0:
        return formed

    def payoff(size: int) -> tuple[Fraction, int]:
        sizes = proposals(left - size, (*formed, size))
        total = sum((Fraction(s * s) for s in sizes), Fraction(0))
        return total - Fraction(size * size, 2), size  # benefit x total - cost/2 q^2 with q = size; ties to the larger

    return proposals(left - max(range(1, left + 1), key=payoff), (*formed, max(range(1, left + 1), key=payoff)))


def test_sequences_are_those_of_the_whole_game() -> None:
    structures = rules.sequential_structures(7)
    assert [proposals(n, ()) for n in range(8)] == structures


def test_who_forms_the_grand_coalition() -> None:
    structures = rules.sequential_structures(300)
    assert [n for n in range(1, 301) if structures[n] == (n,)] == [1, 2, 3, 5, 8, 13, 20, 31, 48, 74, 115, 178, 275]
    assert structures[7] == (2, 5)
    assert all(sum(structure) == n and list(structure) == sorted(structure) for n, structure in enumerate(structures))
