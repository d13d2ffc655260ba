"""Print what a field read from a register looks like: how alike organizations are, who has how much.

    python scripts/describe_field.py configs/vermont.toml [seed] [replicate]

Targets: median alignment of random pairs .60 to .70, about 30 % of them below .55, pairs with the same
NTEE code about .8 standard deviations more alike than random pairs (what the texts of missions give).
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.field import Field, build
from coalsim.field.register import contents
from coalsim.geometry import alignment
from coalsim.parameters import Parameters, load

PAIRS = 400_000
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


class Likeness(NamedTuple):
    """How alike the missions of a field are."""

    median: float
    below: float
    """Share of random pairs with an alignment below .55."""
    same_code: float
    """Mean alignment of pairs with the same NTEE code less that of random pairs, in sd of random pairs."""


def likeness(field: Field, p: Parameters) -> Likeness:
    """Compare random pairs with all pairs that share an NTEE code (three characters)."""
    rng = np.random.default_rng(0)
    one = rng.integers(field.size, size=PAIRS)
    other = (one + rng.integers(1, field.size, size=PAIRS)) % field.size
    random = alignment(field.mission[one].T, field.mission[other].T)
    same = [_all_pairs(field.mission[members]) for members in _by_code(contents(p).code) if len(members) > 1]
    difference = float(np.concatenate(same).mean() - random.mean()) / float(random.std())
    return Likeness(float(np.median(random)), float((random < 0.55).mean()), difference)


def _by_code(codes: tuple[str, ...]) -> list[NDArray[np.intp]]:
    array = np.array(codes)
    return [np.flatnonzero(array == code) for code in sorted(set(codes) - {""}) if len(code) == 3]


def _all_pairs(mission: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second = np.triu_indices(len(mission), 1)
    return alignment(mission[first].T, mission[second].T)


def _quantiles(values: NDArray[np.float64]) -> str:
    return "  ".join(f"{q:.0%} {value:.3g}" for q, value in zip(QUANTILES, np.quantile(values, QUANTILES), strict=True))


def main(config: str, seed: int = 0, replicate: int = 0) -> None:
    """Print the description of one replicate's field."""
    p = load(config)
    field = build(p, seed, replicate)
    unit, alike = field.unit, likeness(field, p)
    if unit is None:
        sys.exit(f"{config}: source = '{p.field.source}'; allowed: register")
    promised, granted = p.investing.contribution_rate * field.capacity.sum(), field.grant_budget.sum()
    print(f"{config}: {field.size} organizations, {len(field.issue)} issues, {len(field.funder)} funders, D = {p.field.dimensions}")
    print(f"random pairs: median alignment {alike.median:.3f} (target .60 to .70), below .55 {alike.below:.1%} (about 30 %)")
    print(f"pairs with the same code: {alike.same_code:+.2f} sd (about +.8)")
    print(f"a unit of capacity: {unit.staff:.2f} staff, {unit.dollars_per_month:,.0f} dollars a month")
    print(f"capacity, mean {field.capacity.mean():.3f}: {_quantiles(field.capacity)}")
    print(f"grant budgets a month, in dollars: {_quantiles(field.grant_budget * unit.dollars_per_month)}")
    print(f"if all gave contribution_rate: {promised:.1f} units a month; all grants: {granted:.1f} ({granted / promised:.1%})")


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:4]))
