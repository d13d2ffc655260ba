"""Levers: settings at two ends, and what moving from one to the other does, here and over plausible parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coalsim.analysis import Designed, ParameterDraws, effect, plausible, signs
from coalsim.designs.factors import Groups
from coalsim.errors import ParameterError
from coalsim.parameters import Parameters
from coalsim.sweep import Results, Sweep
from coalsim.sweep.memory import run_apart

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Lever:
    """Something that can be decided, at two ends.

    Attributes
    ----------
    name : what to call it
    low, high : parameters at either end; the effect is that of moving from low to high
    """

    name: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]


def main_effects(
    base: Parameters, levers: Sequence[Lever], on: Sequence[str], replicates: int, seed: int = 1, workers: int = 1
) -> pd.DataFrame:
    """Return what each lever alone does to outcomes, paired by replicate.

    Parameters
    ----------
    base
        The scenario in which levers are moved, one at a time.
    levers, on
        Levers and outcomes.
    replicates, seed, workers
        As in `Sweep`.

    Returns
    -------
    DataFrame
        The columns of `coalsim.analysis.effect`, with ``lever`` first; one row per lever and outcome. ``saved`` is the share of
        runs that pairing saves.
    """
    results = Sweep(base, {"variant": _variants(levers)}, replicates, seed).run(workers=workers)
    return _effects(results, on, ["lever"])


def effects_over_draws(
    base: Parameters,
    levers: Sequence[Lever],
    on: Sequence[str],
    draws: int | ParameterDraws = 200,
    replicates: int = 5,
    seed: int = 1,
    workers: int = 1,
    apart: bool = False,
) -> pd.DataFrame:
    """Return what each lever does in each of many parameter sets: so many plausible ones (`coalsim.analysis.plausible`), or given draws.

    A single parameter set says nothing about another: an effect that rests on one
    arbitrary point changes its sign elsewhere. `coalsim.analysis.signs` counts how often. With `apart` each draw has replicates of its own
    (`coalsim.sweep.memory.run_apart`), as a mean over draws needs; otherwise all have the same, and the draws alone differ.

    Returns
    -------
    DataFrame
        The columns of `coalsim.analysis.effect`, with ``draw`` and ``lever`` first; one row per draw, lever and outcome.

    Raises
    ------
    ParameterError
        The ends of a lever cannot be had in any of the draws.
    """
    wanted, source = (draws, plausible(2 * draws, seed, base=base)) if isinstance(draws, int) else (len(draws), draws)
    found = []
    for number, drawn in enumerate(source):
        try:
            Sweep(drawn, {"variant": _variants(levers)}).scenarios()
        except ParameterError:
            continue  # such as a research that takes longer than there is time before the launch
        found.append((number, drawn))
        if len(found) == wanted:
            break
    if len(found) < (wanted if isinstance(draws, int) else 1):
        raise ParameterError(f"only {len(found)} of {len(source)} draws go together with the levers")
    groups = {str(number): drawn.changed(base) for number, drawn in found}
    worlds = Groups("draw", groups, beneath=True)
    sweep = Sweep(base, {"draw": worlds, "variant": _variants(levers)}, replicates, seed)
    results = run_apart(sweep, "draw", workers) if apart else sweep.run(workers=workers)
    return _effects(results, on, ["draw", "lever"])


def signs_over_draws(
    base: Parameters,
    levers: Sequence[Lever],
    on: Sequence[str],
    draws: int | ParameterDraws = 200,
    replicates: int = 5,
    seed: int = 1,
    workers: int = 1,
) -> pd.DataFrame:
    """Return in what share of parameter sets the effect of each lever has the commoner sign.

    The columns are those of `coalsim.analysis.signs`, by ``lever`` and ``outcome``; arguments as in `effects_over_draws`.
    """
    return signs(effects_over_draws(base, levers, on, draws, replicates, seed, workers), by=["lever", "outcome"])


def _variants(levers: Sequence[Lever]) -> dict[str, dict[str, Any]]:
    """Return the two ends of each lever as groups of settings."""
    return {f"{lever.name}|{end}": dict(getattr(lever, end)) for lever in levers for end in ("low", "high")}


def _effects(results: Results, on: Sequence[str], within: list[str]) -> pd.DataFrame:
    """Return the effect of moving each lever from its low to its high end."""
    ends = results.design["variant"].str.split("|", expand=True)
    design = results.design.drop(columns="variant").assign(lever=ends[0], end=ends[1])
    found = effect(Designed(design, results.outcomes, results.coalitions), of="end", on=on, baseline="low", within=within)
    return found.drop(columns=["factor", "value", "baseline"])
