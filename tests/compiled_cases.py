"""Random scenarios of model 2, and blocks of both kinds stepped side by side; used by the tests of compiled steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import coalsim as cs
from coalsim.simulation import BlockOfRuns, fields
from coalsim.vectorized.core import Block
from coalsim.vectorized.state import State

SEED = 5


def random_parameters(rng: np.random.Generator) -> cs.Parameters:
    """Return a small scenario with values of model 2, its mechanisms on or off as it comes."""

    def some(*values: object) -> object:
        return values[rng.integers(len(values))]

    slots = some(1, 2, 3, 4)
    values = {
        "organizations": some(9, 20, 45),
        "months": some(18, 30),
        "burn_in": some(0, 13, 25),
        "dimensions": some(1, 2, 3, 3, 5),
        "issues": some(1, 2, 5),
        "funders": some(0, 1, 3, 9),
        "acquaintances": some("listed", "listed", "listed", "listed", "all"),
        "acquaintances_max": some(1, 4, 12),
        "initial_acquaintances": some(0, 1),
        "memberships_max": slots,
        "pledge_floor": some(0.3, 1.0),
        "closure_rate": some(0.0, 0.1, 1.0),
        "challenge_rate": some(0.04, 0.5),
        "need_return": some(0.0, 0.05),
        "fellow_rate": some(0.0, 0.6),
        "mutuality": some(0.0, 0.5),
        "forgetting": some(False, True),
        "launch_threshold": some(0.2, 0.5),
        "convene_hazard": some(0.05, 0.3),
        "research_months": some(0, 2, 6),
        "funder_month": some(0, 3),
        "funders_max": some(1, 3, 9),
        "relation_openness": some(0.0, 1.0),
        "grant_size": some(0.0, 0.4, 0.9),
        "grant_cycle": some(1, 3, 12),
        "grant_bar": some(0.05, 0.35),
        "relation_needed": some(0.1, 0.5),
        "seed_grant": some(0.0, 0.5),
        "seed_share": some(0.5, 1.0),
        "join_threshold": some(0.2, 0.45),
        "attention": some(1, 3, 7),
        "admission": some(0.3, 0.55),
        "see_through": some(0.2, 0.75),
        "min_value": some(0.0, 0.2),
        "min_chance": some(0.1, 0.4),
        "span": some(1e9, 1e9, 1.5, 12.0),
        "leadership_staff": some(0.0, 1.0),
        "founders": some(0, 0, 1, 2),
        "deliberation": some(0.0, 0.5),
        "routine_effect": some(0.0, 0.6),
        "routine_rate": some(0.0, 0.05),
        "weigh_goals": some(False, True),
        "goal_rate": some(0.0, 0.8),
        "retarget_fit": some(0.7, 0.95),
        "effort": some(4.0, 45.0),
        "window_share": some(0.0, 0.2),
        "min_members": some(2, 3),
        "commitment_months": some(3, 12),
        "renewal": some(False, True),
        "succession": some(False, True),
        "convener_patience": some(0.6, 1.0),
        "continuation": some(0.0, 0.9),
        "shelter": some(False, True),
    }
    if rng.random() < 0.3:
        values |= {
            "focal_launch_month": some(6, 9),
            "focal_convener": some("most_supported", "most_ready", "most_connected", "best_aligned", "largest"),
            "focal_admission": some(None, 0.4),
            "focal_contribution_rate": some(None, 0.05),
            "focal_commitment_months": some(None, 6),
            "focal_redefinition": some(None, 0.3),
            "focal_seed_grant": some(None, 0.2),
        }
    return cs.Parameters.model1().replace(**values)


def another(p: cs.Parameters, rng: np.random.Generator) -> cs.Parameters:
    """Return a scenario that differs from `p` in parameters that can differ within a block."""
    values = {"contagion": 0.4, "admission": 0.5, "contribution_rate": 0.05, "span": 4.0, "renewal": True, "goal_rate": 0.5}
    chosen = [name for name in values if rng.random() < 0.5] or ["contagion"]
    return p.replace(**{name: values[name] for name in chosen})


def pair(scenarios: list[cs.Parameters], replicates: int, shared: bool = True) -> tuple[Block, Block]:
    """Return a block of the numpy engine, and one of the same runs with compiled steps."""
    if shared:
        runs = tuple((scenario, replicate) for replicate in range(replicates) for scenario in range(len(scenarios)))
    else:
        runs = tuple((number % len(scenarios), number) for number in range(replicates))
    block = BlockOfRuns(runs, tuple(scenarios))
    built = fields(block, SEED)
    numbers = [replicate for _, replicate in runs]
    plain, compiled = (Block(block.parameters(), built, numbers, SEED, compiled=kind) for kind in (False, True))
    return plain, compiled


def side_by_side(plain: Block, compiled: Block, rng: np.random.Generator | None = None) -> Iterator[tuple[int, str]]:
    """Step two blocks together, and yield month and name of each step when both have taken it; `rng` jolts both states alike."""
    while plain.state.month < plain.state.shape.months - 1:
        for block in (plain, compiled):
            s = block.state
            s.begin_month()
            block.draws.begin(s.month + s.burn_in)
            if s.month == 0:
                block.ledger.open(s)
        if rng is not None:
            jolt(plain.state, compiled.state, rng)
        for name in plain.schedule:
            for block in (plain, compiled):
                block.schedule[name](block.state, block.values, block.draws)
            yield plain.state.month, name
        if plain.state.month >= 0:
            for block in (plain, compiled):
                block.ledger.month(block.state)


def jolt(a: State, b: State, rng: np.random.Generator) -> None:
    """Give both states the same random values where any are possible, so that what is rare happens as well."""
    few = rng.random(a.shape.all) < 0.1
    for name, high in (("readiness", 1.0), ("openness", 1.0), ("reserve", 2.0), ("trust", 1.0), ("momentum", 1.5), ("satisfaction", 1.0)):
        drawn = rng.random(a.shape.all) * high
        for s in (a, b):
            array = getattr(s, name)
            there = few & ~np.isnan(array)
            array[there] = np.broadcast_to(drawn, array.shape)[there]
    drawn = rng.random((2, a.shape.all)) * 1.1
    for s in (a, b):
        there = few & (s.issue >= 0)
        s.progress[there] = drawn[there]


def differences(a: Block, b: Block) -> list[str]:
    """Return the variables and books in which two blocks differ."""
    found = []
    for name in a.state.variables:
        x, y = getattr(a.state, name), getattr(b.state, name)
        if x.shape != y.shape or not np.array_equal(x, y, equal_nan=x.dtype.kind == "f"):
            found.append(name)
    nothing = np.zeros(a.state.shape.runs)
    for name in {*a.state.books, *b.state.books}:
        if not np.array_equal(a.state.books.get(name, nothing), b.state.books.get(name, nothing)):
            found.append(f"book of {name}")
    return found


def check(scenarios: list[cs.Parameters], replicates: int, rng: np.random.Generator | None = None, shared: bool = True) -> None:
    """Assert that blocks of both kinds have the same bits after every step, and the same records in the end."""
    plain, compiled = pair(scenarios, replicates, shared)
    for month, step in side_by_side(plain, compiled, rng):
        assert not (wrong := differences(plain, compiled)), f"month {month}, after {step}: {', '.join(wrong)}"
    for name, months in plain.ledger.months.items():
        assert np.array_equal(months, compiled.ledger.months[name], equal_nan=True), name
    ended, also = plain.ledger.close(plain.state), compiled.ledger.close(compiled.state)
    for name, column in ended.items():
        assert np.array_equal(column, also[name], equal_nan=True), name
