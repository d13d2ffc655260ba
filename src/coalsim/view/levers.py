"""The levers of the five pieces of advice, as they are offered on the page.

Only what belongs to which piece of advice is said here; unit, range and meaning come from the declarations of parameters.
"""

from __future__ import annotations

from typing import Any

from coalsim.parameters import NEVER, Declaration, Parameters, declarations
from coalsim.view import plain_words

ADVICE: dict[str, tuple[str, ...]] = {
    "The willing, at the right time": (
        "readiness_mean",
        "launch_threshold",
        "join_threshold",
        "admission",
        "min_chance",
        "window_gap",
        "window_length",
        "window_effect",
        "contagion",
    ),
    "Invest for years, keep talking": (
        "contribution_rate",
        "communication_share",
        "commitment_months",
        "see_through",
        "slack",
        "coordination",
        "trust_learning",
        "trust_decay",
        "effort",
    ),
    "Do the research first": ("research_months", "research_rate", "mapping_rate", "research_cost", "blindness"),
    "Talk to funders early": (
        "funder_month",
        "relation_rate",
        "referral_rate",
        "grant_budget",
        "grant_bar",
        "insight",
        "seed_grant",
        "seed_months",
    ),
    "Embrace emerging challenges": (
        "openness",
        "redefinition",
        "goal_blend",
        "obsolescence",
        "retarget_fit",
        "challenge_rate",
        "challenge_size",
        "dialogue",
    ),
    "The field": ("organizations", "issues", "funders", "mission_spread", "convene_hazard", "min_members"),
}
"""Parameters by piece of advice."""

STEPS = 40
"""Steps from one end of a slider to the other, at least."""


def levers(p: Parameters) -> list[dict[str, Any]]:
    """Return the groups of levers, each with everything a slider needs."""
    drawn = p.get("source") == "synthetic"
    groups = []
    for title, names in ADVICE.items():
        offered = [name for name in names if drawn or name not in ("organizations", "issues", "funders", "mission_spread")]
        groups.append({"title": title, "levers": [slider(declarations()[name], p.get(name)) for name in offered]})
    return groups


def slider(d: Declaration, value: Any) -> dict[str, Any]:
    """Return what a slider of a parameter needs: its plausible range, widened to the present value."""
    low, high = d.plausible if d.plausible is not None else (d.low or 0, d.high if d.high is not None else 2 * (d.default or 1))
    never = value >= NEVER  # infinite waiting times too
    if not never:
        low, high = min(low, value), max(high, value)
    whole = d.kind == "whole number"
    return {
        "name": d.name,
        "label": plain_words.LEVERS.get(d.name, d.name.replace("_", " ")),
        "unit": "" if d.unit in ("1", "-") else d.unit,
        "meaning": d.meaning,
        "allowed": d.range,
        "low": low,
        "high": high,
        "step": 1 if whole else _round_step((high - low) / STEPS),
        "whole": whole,
        "default": d.default,
        "value": None if never else value,
    }


def _round_step(step: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above `step`."""
    from math import floor, log10

    size = 10.0 ** floor(log10(step))
    return next(float(f"{factor * size:.12g}") for factor in (5, 2, 1) if factor * size <= step * 1.0000001)
