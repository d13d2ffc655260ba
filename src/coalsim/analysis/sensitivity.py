"""Which factors an outcome depends on: Sobol indices, Morris' elementary effects, and how much is chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from coalsim.analysis.inputs import SCENARIO, Designed, Floats, Tables, array, levels, listed, mean_of_known
from coalsim.analysis.intervals import SEED, check_confidence
from coalsim.arguments import checked
from coalsim.designs.sensitivity import SensitivityDesign, check_seed
from coalsim.errors import ParameterError
from coalsim.extras import extra

if TYPE_CHECKING:
    import pandas as pd

_RESAMPLES = 1000


@dataclass(frozen=True)
class Sensitivity:
    """Indices of factors, and the part of chance.

    Attributes
    ----------
    indices
        A row for each outcome, index and factor: ``outcome``, ``index``, ``factor``, ``other`` (the second factor of an S2,
        otherwise empty), ``value``, ``low``, ``high``, ``confidence``. Of a Sobol design: S1, the share of variance that goes with the
        factor by itself; ST, the share that goes with it in whatever combination; S2, the share of two together beyond both S1.
        Of a Morris design, in the outcome's unit over the whole range of the factor: mu, mean elementary effect; mu_star, mean of
        its absolute values; sigma, standard deviation, from interactions, curvature and chance (no interval).
    chance
        What `chance` says of the same runs.
    """

    indices: pd.DataFrame
    chance: pd.DataFrame


@checked
def sensitivity(
    results: Tables,
    on: str | Sequence[str],
    design: SensitivityDesign | None = None,
    confidence: float = 0.95,
    missing: float | None = None,
    seed: int = SEED,
) -> Sensitivity:
    """Return Sobol indices or Morris' elementary effects of outcomes, averaged over the replicates of a scenario.

    What chance does to a scenario's mean looks like an interaction of all factors. It adds up to about ``noise`` (see `chance`) to
    every ST, unless the factor does nothing at all, and it adds to sigma and mu_star: a factor whose ST is no larger is not told from
    one that merely reshuffles chance. More replicates lower it.

    Parameters
    ----------
    results
        Of a sweep of design "saltelli" or "morris"; or runs of ``design.points``, the scenarios in that order.
    on
        Outcome, or several.
    design
        What the scenarios were drawn with (`sobol_design`, `morris_design`); default what the results' sweep says.
    confidence
        Confidence level. Intervals of S1, ST, S2 and mu_star are SALib's: normal, with the standard error from bootstraps of the
        design; those of mu are t over trajectories. They say what another sample of points would have given, in the same replicates.
    missing
        What to take for a run in which the outcome has no value, such as 0 for a success rate where nothing formed. Without it, means
        are over the runs that have one.
    seed
        Seed of the bootstrap, above 0.

    Raises
    ------
    ParameterError
        There is no design, the scenarios are not those of the design, an outcome has no value in some scenario, or it is the same in all.

    Notes
    -----
    Estimators: Saltelli et al. 2010, *Comput. Phys. Commun.* 181, 259-270 (S1, ST); Saltelli 2002, *ibid.* 145, 280-297 (S2); Morris 1991,
    *Technometrics* 33, 161-174; Campolongo, Cariboni & Saltelli 2007, *Environ. Model. Softw.* 22, 1509-1518 (mu_star).
    """
    import pandas as pd

    check_confidence(confidence)
    check_seed(seed)
    outcomes = listed(on)
    if design is None:
        if not hasattr(results, "sweep"):
            raise ParameterError("these results do not say what their scenarios were drawn with; give the design")
        design = SensitivityDesign.of(results.sweep)
    results = _drawn(results, design)
    values = _filled(array(results, outcomes), missing)
    analysed = _sobol if design.kind == "sobol" else _morris
    rows: list[dict[str, Any]] = []
    for place, outcome in enumerate(outcomes):
        means = mean_of_known(values[:, :, place], axis=1)
        if np.isnan(means).any():
            raise ParameterError(
                f"{outcome} has no value in {int(np.isnan(means).sum())} of {len(means)} scenarios; say with missing what to take for it"
            )
        if np.ptp(means) == 0:
            raise ParameterError(f"{outcome} is the same in all scenarios: there is no variance to share out")
        rows += [{"outcome": outcome, **row, "confidence": confidence} for row in analysed(design, means, confidence, seed)]
    return Sensitivity(pd.DataFrame(rows), chance(results, outcomes, missing))


@checked
def chance(results: Tables, on: str | Sequence[str], missing: float | None = None) -> pd.DataFrame:
    """Return how the variance of outcomes over runs divides between factors and chance.

    Analysis of variance of scenarios x replicates without repetition, with random effects: outcome = scenario + replicate +
    rest. The replicate's part is the luck that all its scenarios share (common random numbers); the rest is luck that scenarios
    turn to different account. Components are estimated by moments and cut at 0 (Searle, Casella & McCulloch 1992, *Variance
    Components*, section 4.3); with missing runs approximately.

    Parameters
    ----------
    results, on, missing
        As for `sensitivity`; any design will do.

    Returns
    -------
    DataFrame
        A row for each outcome: ``factors``, ``common``, ``rest``: shares of the variance of a single run that go with the scenario,
        with chance common to scenarios, and with the rest of chance; ``chance``: both of chance; ``sd_run``: standard deviation
        of a run within its scenario; ``noise``: the share of rest, not averaged out, in the variance of scenarios' means;
        ``scenarios``, ``replicates``; ``missing``: runs without a value. One replicate cannot tell chance: NaN.

    Raises
    ------
    ParameterError
        An outcome is unknown, or there is one scenario only.
    """
    import pandas as pd

    outcomes = listed(on)
    values = array(results, outcomes)
    scenarios, replicates = values.shape[:2]
    if scenarios < 2:
        raise ParameterError("to tell chance from factors, two scenarios are needed, or more")
    absent = np.isnan(values).sum(axis=(0, 1))
    filled = _filled(values, missing)
    rows = []
    for place, outcome in enumerate(outcomes):
        parts = _components(filled[:, :, place])
        total = sum(parts)
        shares = [part / total if total > 0 else np.nan for part in parts]
        means = parts[0] + parts[2] / replicates
        rows.append(
            {
                "outcome": outcome,
                **dict(zip(("factors", "common", "rest"), shares, strict=True)),
                "chance": shares[1] + shares[2],
                "sd_run": float(np.sqrt(parts[1] + parts[2])),
                "noise": parts[2] / replicates / means if means > 0 else np.nan,
                "scenarios": scenarios,
                "replicates": replicates,
                "missing": int(absent[place]),
            }
        )
    return pd.DataFrame(rows)


def _components(values: Floats) -> tuple[float, float, float]:
    """Return the variances of scenarios, replicates and the rest, of values of shape (scenarios, replicates)."""
    values = values[~np.isnan(values).all(axis=1)]
    scenarios, replicates = values.shape
    if scenarios < 2 or replicates < 2:
        return np.nan, np.nan, np.nan
    of_scenario, of_replicate = mean_of_known(values, axis=1), mean_of_known(values, axis=0)
    rest = values - of_scenario[:, None] - of_replicate + np.nanmean(values)
    freedom = np.count_nonzero(~np.isnan(values)) - scenarios - replicates + 1
    if freedom < 1:
        return np.nan, np.nan, np.nan
    within = float(np.nansum(rest**2) / freedom)
    between = float(of_scenario.var(ddof=1)) - within / replicates
    common = float(np.nanvar(of_replicate, ddof=1)) - within / scenarios
    return max(between, 0.0), max(common, 0.0), within


def _filled(values: Floats, missing: float | None) -> Floats:
    return values if missing is None else np.where(np.isnan(values), missing, values)


def _drawn(results: Tables, design: SensitivityDesign) -> Designed:
    """Return the part of the results that is the design's: its scenarios, in order; a sweep may have others after them."""
    table, points = results.design, design.table()
    if len(table) < len(points) or (len(table) > len(points) and not hasattr(results, "sweep")):
        raise ParameterError(f"the design has {len(points)} scenarios, the results {len(table)}")
    table = table.iloc[: len(points)]
    for name in design.names:
        if name not in table.columns:
            raise ParameterError(f"the results do not say what {name} was")
        if not all(_same(one, other) for one, other in zip(_column(table, name), _column(points, name), strict=True)):
            raise ParameterError(f"{name} is not that of the design in the same scenarios; were they drawn with another seed or size?")
    outcomes = results.outcomes
    return Designed(table, outcomes[outcomes[SCENARIO].isin(table[SCENARIO])], results.coalitions)


def _same(one: Any, other: Any) -> bool:
    # a number may have been written to a file and read again
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _column(table: pd.DataFrame, name: str) -> list[Any]:
    of = levels(table, name)
    return [of.values[code] for code in of.codes]


def _sobol(design: SensitivityDesign, means: Floats, confidence: float, seed: int) -> list[dict[str, Any]]:
    found = extra("SALib.analyze.sobol").analyze(
        design.problem(), means, calc_second_order=design.second_order, num_resamples=_RESAMPLES, conf_level=confidence, seed=seed
    )
    names = design.names
    rows = [
        _row(index, name, "", found[index][place], found[f"{index}_conf"][place])
        for index in ("S1", "ST")
        for place, name in enumerate(names)
    ]
    if design.second_order:
        pairs = [(one, other) for one in range(len(names)) for other in range(one + 1, len(names))]
        rows += [_row("S2", names[i], names[j], found["S2"][i, j], found["S2_conf"][i, j]) for i, j in pairs]
    return rows


def _morris(design: SensitivityDesign, means: Floats, confidence: float, seed: int) -> list[dict[str, Any]]:
    found = extra("SALib.analyze.morris").analyze(
        design.problem(), design.unit, means, num_resamples=_RESAMPLES, conf_level=confidence, num_levels=design.grid, seed=seed
    )
    quantile = float(stdtrit(design.size - 1, (1 + confidence) / 2))
    half = {"mu": quantile * np.asarray(found["sigma"]) / np.sqrt(design.size), "mu_star": np.asarray(found["mu_star_conf"])}
    half["sigma"] = np.full(len(design.names), np.nan)
    return [_row(index, name, "", found[index][place], half[index][place]) for index in half for place, name in enumerate(design.names)]


def _row(index: str, factor: str, other: str, value: float, half: float) -> dict[str, Any]:
    value, half = float(value), float(half)
    return {"index": index, "factor": factor, "other": other, "value": value, "low": value - half, "high": value + half}
