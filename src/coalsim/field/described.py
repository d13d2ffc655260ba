"""What a field is like, in rows for people."""

from __future__ import annotations

import numpy as np

from coalsim.field.model import Field, Floats
from coalsim.geometry import alignment
from coalsim.tables.summary import number

_PAIRS = 20_000


def described(field: Field) -> list[tuple[str, str]]:
    """Return what a field consists of: (what, how much) in words and numbers.

    Alignment is that of 20,000 pairs of organizations drawn at random.
    """
    rows = [
        ("organizations", f"{field.size:,}"),
        ("issues", f"{len(field.issue):,}, mean need {number(float(field.need.mean()))}"),
        ("funders", _funders(field)),
        ("dimensions of the issue space", str(field.mission.shape[1])),
        ("capacity of an organization", f"{_spread(field.capacity)} FTE"),
        ("reserve of an organization", f"{_spread(field.reserve)} FTE-months"),
        ("readiness at the start", _spread(field.base_readiness)),
        ("openness", _spread(field.openness)),
        ("alignment of two organizations", _spread(_alignments(field))),
        ("acquaintances of an organization", _spread(field.known.astype(float)) if field.acquaintances.shape[1] else "everybody"),
    ]
    if field.unit is not None:
        rows.append(("one FTE of the model", f"{number(field.unit.staff)} employees, {field.unit.dollars_per_month:,.0f} dollars a month"))
    return rows


def existing(field: Field) -> list[tuple[str, ...]]:
    """Return the coalitions that exist when the run begins: convener, members, issue, launch, funders, trust."""

    def called(number_: int) -> str:
        return field.names[number_] if field.names else str(number_)

    return [
        (
            called(given.convener),
            ", ".join(called(member) for member, _ in given.members),
            "best for its convener" if given.issue < 0 else f"number {given.issue}",
            str(given.launch),
            str(len(given.funders)),
            "" if np.isnan(given.trust) else number(given.trust),
        )
        for given in field.coalitions
    ]


def _spread(values: Floats) -> str:
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return f"median {number(float(middle))}, most from {number(float(low))} to {number(float(high))}"


def _funders(field: Field) -> str:
    if not len(field.funder):
        return "none"
    return f"{len(field.funder):,}, together {number(float(field.grant_budget.sum()))} FTE-months a month"


def _alignments(field: Field) -> Floats:
    rng = np.random.default_rng(0)
    one = rng.integers(field.size, size=_PAIRS)
    other = (one + rng.integers(1, field.size, size=_PAIRS)) % field.size
    return alignment(field.mission[one].T, field.mission[other].T)
