"""Strategies for property tests: random parameters, and lists of scenarios that share a block.

For users who replace submodels, agents or fields and want to hold what they wrote to the model's
invariants. Needs hypothesis (``pip install coalsim[test]``).

Examples
--------
>>> from hypothesis import given, settings
>>> import coalsim as cs
>>> @given(parameters())
... @settings(max_examples=3, deadline=None, database=None)
... def test_coalitions_end_or_run(p):
...     run = cs.simulate(p).outcomes.iloc[0]
...     assert run["launched"] == run["achieved"] + run["dissolved"] + run["running"]
>>> test_coalitions_end_or_run()
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from coalsim.parameters import NEVER, Declaration, Parameters, declarations
from coalsim.simulation import STRUCTURAL
from coalsim.vectorized.mechanisms.focal import RULES
from coalsim.vectorized.values import OWN

__all__ = ["parameters", "scenario_lists"]

MOST_ORGANIZATIONS = 25
MOST_MONTHS = 40

LIVELY: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "effort": (0.05, 5.0),
        "launch_threshold": (0.0, 0.6),
        "join_threshold": (0.0, 0.6),
        "admission": (0.0, 0.8),
        "min_chance": (0.0, 0.5),
        "min_value": (-0.2, 0.3),
        "exit_level": (0.0, 0.5),
        "research_months": (0, 6),
        "commitment_months": (0, 12),
        "cooldown": (0, 12),
        "release_cooldown": (0, 6),
        "forming_months": (1, 12),
        "funder_month": (0, 6),
        "grant_cycle": (1, 12),
        "grant_term": (1, 24),
        "grant_bar": (0.0, 0.3),
        "relation_needed": (0.0, 0.4),
        "relation_rate": (0.0, 1.0),
        "seed_month": (0, 12),
        "seed_months": (0, 24),
        "initial_trust": (0.1, 0.9),
        "window_gap": (1.0, 24.0),
        "window_length": (1, 12),
        "recession_gap": (1.0, 24.0),
        "recession_length": (1, 12),
        "min_members": (1, 4),
        "initial_acquaintances": (0, 8),
        "founders": (0, 2),
        "closure_rate": (0.0, 1.0),
        "need_return": (0.0, 0.2),
        "fellow_rate": (0.0, 1.0),
        "mutuality": (0.0, 1.0),
        "goal_rate": (0.0, 1.0),
        "span": (0.5, 12.0),
        "routine_rate": (0.0, 0.2),
        "grant_size": (0.1, 1.0),
        "seed_share": (0.0, 1.0),
        "window_share": (0.0, 0.6),
    }
)
"""Ranges, instead of the plausible ones, at which much happens in small fields and short runs."""


@st.composite
def parameters(draw: st.DrawFn) -> Parameters:
    """Draw valid parameters of small synthetic fields and short runs in which much happens.

    Fields have 2 to 25 organizations, 1 to 4 dimensions, 1 to 5 issues and 0 to 5 funders; runs last 1
    to 40 months. Other numbers keep their defaults, or come from their plausible range, their null value
    or an end of what is allowed. There may be listed windows and recessions and a focal initiative.
    """
    return _scenario(draw, draw(_structures()))


@st.composite
def scenario_lists(draw: st.DrawFn, most: int = 4) -> list[Parameters]:
    """Draw up to `most` scenarios that can be simulated in one block and differ in anything else.

    All have the same `coalsim.simulation.structure`.
    """
    structure = draw(_structures())
    return [_scenario(draw, structure) for _ in range(draw(st.integers(1, most)))]


_OWN = tuple(f"focal_{name}" for name in OWN if name != "research_months")


def _structures() -> SearchStrategy[dict[str, Any]]:
    """Draw what gives arrays their shapes."""
    return st.fixed_dictionaries(
        {
            "months": st.one_of(st.integers(15, MOST_MONTHS), st.integers(1, MOST_MONTHS)),
            "organizations": st.one_of(st.integers(10, MOST_ORGANIZATIONS), st.integers(2, MOST_ORGANIZATIONS)),
            "dimensions": st.integers(1, 4),
            "issues": st.integers(1, 5),
            "funders": st.integers(0, 5),
            "acquaintances": st.sampled_from(("listed", "listed", "listed", "listed", "all")),
            "acquaintances_max": st.one_of(st.integers(3, 30), st.integers(0, 4)),
            "homophily_draws": st.integers(1, 6),
            "funders_max": st.integers(1, 6),
            "memberships_max": st.one_of(st.integers(1, 5), st.just(1)),
            "burn_in": st.one_of(st.just(0), st.integers(0, 18)),
        }
    )


def _scenario(draw: st.DrawFn, structure: dict[str, Any]) -> Parameters:
    """Draw the rest of a scenario."""
    values = {**structure, **draw(_PROCESS)}
    values.setdefault("initial_acquaintances", 4)
    values["initial_acquaintances"] = min(values["initial_acquaintances"], values["acquaintances_max"])
    for name in ("window_months", "recession_months"):
        if name in values:
            values[name] = tuple(values[name])
    values.update(draw(_focal(values)))
    return Parameters().replace(**values)


def _number(d: Declaration) -> SearchStrategy[Any]:
    """Draw a value of a numeric parameter: mostly in the range where much happens, or at an edge."""
    low, high = LIVELY.get(d.name, d.plausible or (d.low, d.high))
    whole = d.kind == "whole number"
    inside: SearchStrategy[Any] = st.integers(int(low or 0), int(high or 0)) if whole else st.floats(low, high)
    edges = [value for value in (None if d.open_low else d.low, d.high, d.null) if value is not None]
    edges = [int(value) if whole else float(value) for value in edges]
    return st.one_of(*[inside] * 7, st.sampled_from(edges)) if edges else inside


def _focal(values: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    """Draw a focal initiative, with values of its own, that fits into a run; or none."""
    months, count = values["months"], values["organizations"]
    everybody = min(values.get("research_months", NEVER), 6)
    own = {name: _number(declarations()[name.removeprefix("focal_")]) for name in _OWN}
    settings = {"focal_convener": st.one_of(st.sampled_from(RULES), st.integers(0, count - 1)), "focal_may_join": st.booleans()}

    def scheduled(research: int) -> SearchStrategy[dict[str, Any]]:
        needed = {"focal_launch_month": st.integers(research, months - 1), "focal_research_months": st.just(research)}
        return st.fixed_dictionaries({**needed, **settings}, optional=own)

    return st.one_of(st.just({}), st.integers(0, min(everybody, months - 1)).flatmap(scheduled))


def _processes() -> SearchStrategy[dict[str, Any]]:
    """Draw values of any of the numeric parameters that shape no arrays."""
    numeric = {
        name: _number(d)
        for name, d in declarations().items()
        if d.kind in ("number", "whole number") and d.section not in ("register", "focal") and name not in STRUCTURAL
    }
    # No list is longer than a small field; more would only cost time.
    numeric["initial_acquaintances"] = st.integers(0, 8)
    numeric["convene_hazard"] = st.floats(0.1, 1.0)
    months = st.lists(st.integers(0, MOST_MONTHS), max_size=4)
    switches = {name: st.booleans() for name, d in declarations().items() if d.kind == "true or false" and d.section != "focal"}
    always = {"convene_hazard", "research_months", "launch_threshold", "join_threshold", "effort"}
    return st.fixed_dictionaries(
        {name: numeric[name] for name in sorted(always)},
        optional={
            **{name: strategy for name, strategy in numeric.items() if name not in always},
            **switches,
            "window_months": months,
            "recession_months": months,
        },
    )


_PROCESS = _processes()
