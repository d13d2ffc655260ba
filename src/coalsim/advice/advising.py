"""`advise`: what would raise the chance that one's own initiative succeeds, and what would lower it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from coalsim.advice import simulating
from coalsim.advice.costs import costs, unit_of
from coalsim.advice.levers import PRESENT, Plan, Step, plan
from coalsim.advice.ranking import RAISES, by_step, confirmed, decisive, ranked
from coalsim.advice.simulating import CHANCE, PROGRESS, TIME
from coalsim.analysis import Designed
from coalsim.analysis.intervals import check_confidence, wilson
from coalsim.arguments import checked
from coalsim.calibration.posteriors import MODEL_2, PLAUSIBLE
from coalsim.errors import ParameterError
from coalsim.field import build
from coalsim.field.model import Unit
from coalsim.moved import Attribute
from coalsim.parameters import Parameters, declarations
from coalsim.simulation import STRUCTURAL, simulate
from coalsim.sweep.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.analysis import ParameterDraws

DRAW_REPLICATES = 4
"""Replicates in each draw of parameters: two are the least that tells chance from parameters."""

BEST, TOGETHER = "best step", "all steps that raise it, together"

_BASELINE = 7200  # organization-months of a run of the synthetic baseline


@dataclass(frozen=True)
class Advice:
    """What comes of moving each lever of a focal initiative by a step.

    Attributes
    ----------
    plan : the initiative as planned, its steps, and what was assumed of it
    replicates, draws, seed, confidence : what was simulated (`DRAW_REPLICATES` in each draw), and the confidence level of intervals
    unit : what a unit of capacity is worth; None where nothing says it
    field : organizations, issues and funders of the field
    called : names of organizations by their ids, where they have any
    known : parameters that were not drawn, because the configuration changes them
    drawn : the parameters of the other worlds
    worlds_from : "plausible" if they were drawn over plausible ranges, "posterior" if from a calibration
    pooled : replicates of the plan in all, those of the confirmation included
    chance : (share, low, high) of these in which the plan succeeds, with Wilson's interval
    months : restricted mean time to success with the plan
    launched : share of replicates in which the plan's coalition is launched
    others : coalitions that run already when it is launched, mean over those replicates
    ranking : `coalsim.advice.ranking.ranked`; ``chance`` is that of the plan over all its replicates, and the paired effect added to it
    costs : `coalsim.advice.costs.costs`
    worlds : what comes of the plan and each step in each draw: ``draw``, ``step``, ``chance``, ``progress``
    decisive : `coalsim.advice.ranking.decisive`
    confirmation : what the best step, and all that surely raise the chance together, do in as many fresh replicates; empty if none does
    combined : the steps that were taken together
    seconds : it took
    """

    plan: Plan
    replicates: int
    draws: int
    seed: int
    confidence: float
    level: ClassVar = Attribute("level", "confidence")
    unit: Unit | None
    field: tuple[int, int, int]
    called: Mapping[str, str]
    known: tuple[str, ...]
    drawn: ParameterDraws
    worlds_from: str
    pooled: int
    chance: tuple[float, float, float]
    months: float
    launched: float
    others: float
    ranking: pd.DataFrame
    costs: pd.DataFrame
    worlds: pd.DataFrame
    decisive: pd.DataFrame
    confirmation: pd.DataFrame
    combined: tuple[Step, ...]
    seconds: float


@checked
def advise(
    parameters: Parameters,
    replicates: int | None = None,
    draws: int | None = None,
    seed: int = 1,
    workers: int = 1,
    confidence: float = 0.95,
    progress: Callable[[], Progress] | None = None,
    posterior: str | Path | ParameterDraws | None = None,
) -> Advice:
    """Move each lever of a focal initiative by a step from its present value, and rank what that does to its success.

    Every step meets the same fields, shocks and chances as the plan (common random numbers), first with the parameters as they are, then
    in draws of plausible parameters, in which the plan stays what it is and all else varies but what the
    configuration itself changes. What looks best is tried again in fresh replicates: the best of many is partly luck.

    Parameters
    ----------
    parameters
        Field and initiative. Values of the focal initiative that are not set are everybody's.
    replicates, draws
        How many, each 2 or more; default by the size of the field (`usual_size`).
    seed
        Seed of the experiment and of the draws.
    workers
        Processes to compute with. Results do not depend on it.
    confidence
        Confidence level of each interval.
    progress
        Makes what is told how far each of the two parts is.
    posterior
        Where the other worlds come from: a posterior (`coalsim.posterior`), its name or folder, or "plausible" for draws over plausible
        ranges. By default the posterior of model 2 that comes with coalsim, and for model 1, which was never calibrated, "plausible".

    Raises
    ------
    ParameterError
        An argument is out of range, a run is too short for the initiative, or its convener is unknown.
    FieldError
        A table or register of the field cannot be used.

    Examples
    --------
    >>> import coalsim as cs
    >>> from coalsim.advice import advise
    >>> small = cs.Parameters().replace(organizations=16, months=60)
    >>> advice = advise(small, replicates=4, draws=2)
    >>> len(advice.ranking) == len(advice.plan.steps)
    True
    """
    began = time.perf_counter()
    check_confidence(confidence)
    for name, given in (("replicates", replicates), ("draws", draws)):
        if given is not None and given < 2:
            raise ParameterError(f"{name} = {given} is out of range; allowed: >= 2")
    field = build(parameters, seed, 0)
    planned = plan(parameters, len(field.funder))
    simulate(planned.parameters, 1, seed)  # what is wrong with the plan, such as an unknown convener, is said here, not by a worker
    usual = usual_size(field.size * parameters.get("months"))
    replicates, draws = replicates or usual[0], draws or usual[1]
    results = simulating.present(planned, replicates, seed, workers, progress)
    source = usual_source(parameters) if posterior is None else posterior
    before = Parameters.model1() if _is_model_1(parameters) else Parameters()
    known = tuple(name for name in parameters.changed(before) if declarations()[name].plausible is not None and name not in STRUCTURAL)
    drawn = simulating.sample(planned.parameters, known, draws, seed, source)
    worlds = simulating.over_draws(planned, drawn, DRAW_REPLICATES, seed, workers, progress)
    ranking = ranked(planned, results, worlds, confidence)
    chosen = _chosen(planned, ranking)
    again = simulating.fresh(planned, chosen, replicates, replicates, seed)
    success = np.concatenate([by_step(of, CHANCE)[PRESENT] for of in (results, again) if of is not None])
    ranking["chance"] = (success.mean() + ranking["effect"]).clip(0.0, 1.0)
    low, high = wilson(float(success.sum()), len(success), confidence)
    unit = unit_of(parameters, field)
    return Advice(
        plan=planned,
        replicates=replicates,
        draws=draws,
        seed=seed,
        confidence=confidence,
        unit=unit,
        field=(field.size, len(field.issue), len(field.funder)),
        called={name: field.label(number) for number, name in enumerate(field.names)},
        known=known,
        drawn=drawn,
        worlds_from=PLAUSIBLE if source == PLAUSIBLE else "posterior",
        pooled=len(success),
        chance=(float(success.mean()), max(0.0, low), high),
        months=float(by_step(results, TIME)[PRESENT].mean()),
        launched=float(by_step(results, "focal_launched")[PRESENT].mean()),
        others=_others(results),
        ranking=ranking,
        costs=costs(planned, results, unit, seed, confidence),
        worlds=_worlds(worlds),
        decisive=decisive(worlds, drawn),
        confirmation=_empty() if again is None else confirmed(again, confidence),
        combined=tuple(chosen.get(TOGETHER, ())),
        seconds=time.perf_counter() - began,
    )


def usual_source(parameters: Parameters) -> str:
    """Return where worlds usually come from: the posterior of model 2; for model 1, with one membership at a time, plausible draws."""
    return PLAUSIBLE if _is_model_1(parameters) else MODEL_2


def _is_model_1(parameters: Parameters) -> bool:
    """Return whether parameters are those of model 1, perhaps changed: an organization is in one coalition at a time."""
    return parameters.get("memberships_max") == 1


def usual_size(organization_months: int) -> tuple[int, int]:
    """Return how many replicates and draws are usual for a field of so many organizations x months.

    300 and 75 for the baseline's 60 organizations over 120 months, a third of that for 1,600: the time grows more slowly than
    the field. A function of the field alone, so that the same command gives the same numbers everywhere.
    """
    few = min(1.0, (_BASELINE / organization_months) ** (1 / 3))
    return max(40, round(300 * few)), max(12, round(75 * few))


def _chosen(planned: Plan, ranking: pd.DataFrame) -> dict[str, list[Step]]:
    """Return the best step, and the best of those on each parameter that surely raise the chance."""
    steps = {step.name: step for step in planned.steps}
    better = ranking[ranking["effect"] > 0]
    if better.empty:
        return {}
    chosen = {BEST: [steps[better["step"].iloc[0]]]}
    sure = [steps[name] for name in better[better["verdict"] == RAISES]["step"]]
    once = {step.lever.parameter: step for step in reversed(sure)}  # the best comes last, and stays
    if len(once) > 1:
        chosen[TOGETHER] = [step for step in sure if step in once.values()]
    return chosen


def _others(results: Designed) -> float:
    """Return how many coalitions run when that of the plan is launched."""
    scenario = results.design["scenario_id"][(results.design["step"] == PRESENT).to_numpy()].iloc[0]
    of = results.coalitions[results.coalitions["scenario_id"] == scenario]
    focal = of["focal"].astype(bool)
    launches = of[focal].set_index("replication")["launch"]
    rest = of[~focal & of["replication"].isin(launches.index)]
    month = rest["replication"].map(launches)
    running = int(((rest["launch"] <= month) & (rest["end"] >= month)).sum())
    return running / len(launches) if len(launches) else float("nan")


def _worlds(worlds: Designed) -> pd.DataFrame:
    import pandas as pd

    chance, progress = (by_step(worlds, of) for of in (CHANCE, PROGRESS))
    parts = [
        pd.DataFrame({"draw": range(len(chance[name])), "step": name, "chance": chance[name].mean(1), "progress": progress[name].mean(1)})
        for name in chance
    ]
    return pd.concat(parts, ignore_index=True)


def _empty() -> pd.DataFrame:
    import pandas as pd

    columns = ["steps", "chance_before", "chance", "n", "gained", "lost", "effect", "low", "high", "p"]
    columns += ["beyond", "beyond_low", "beyond_high"]
    return pd.DataFrame({name: [] for name in columns})
