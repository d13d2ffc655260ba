"""Steps ranked by what they do to the focal initiative's chance of success."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.advice.levers import PRESENT, Plan, Step
from coalsim.advice.pairs import Pairs, Spread, holm, paired, spread
from coalsim.advice.simulating import CHANCE, PROGRESS, TIME
from coalsim.analysis import Designed, ParameterDraws, effect
from coalsim.analysis.inputs import Floats, array
from coalsim.analysis.intervals import SEED
from coalsim.parameters import declarations

if TYPE_CHECKING:
    import pandas as pd

RAISES, MAY_RAISE, OPEN, MAY_LOWER, LOWERS = "raises", "may raise", "open", "may lower", "lowers"
"""Verdicts at the present values: of all steps looked at together, by its own interval only, or neither."""

HOLDS, IN_PROGRESS, NOT_SHOWN, REVERSED = "yes", "in progress", "not shown", "reversed"
"""Whether the mean effect over plausible parameters has the sign that it has at the present values: that on the chance, or only
that on progress, or neither; or the chance has the other sign."""

START, END = "start", "end"
"""What of a run the effect of a step may rest on: that the field is empty as it begins, or that it ends when it does."""

TIMED = ("launch", "lead", "research")
"""Levers that move in time what the initiative does."""

_PERMUTATIONS = 1999


def by_step(results: Designed, on: str) -> dict[str, Floats]:
    """Return an outcome by the name of the step, each of shape (replicates,), or (draws, replicates) if there are draws."""
    values = array(results, [on])[..., 0]
    step = results.design["step"].to_numpy()
    if "draw" not in results.design:
        return dict(zip(step, values, strict=True))
    order = np.argsort(results.design["draw"].to_numpy(), kind="stable")
    return {name: values[order[step[order] == name]] for name in dict.fromkeys(step)}


def ranked(plan: Plan, results: Designed, worlds: Designed, confidence: float = 0.95) -> pd.DataFrame:
    """Return what each step does, the one that raises the chance of success most first; of equals, the sooner one.

    Parameters
    ----------
    plan
        The plan and its steps.
    results
        Runs with the parameters as they are.
    worlds
        Runs over draws of parameters.
    confidence
        Confidence level of each interval.

    Returns
    -------
    DataFrame
        One row per step: ``step``, ``lever``, ``change`` (in words), ``before``, ``after``;

        * with the parameters as they are: ``chance`` of success after the step; ``effect`` on it with its interval (``low``,
          ``high``), ``gained`` and ``lost`` replicates, ``p`` (McNemar, exact) and ``p_holm`` (adjusted for the number of steps),
          ``verdict``; ``saved``, the share of runs that pairing saves; ``months``, the change of the restricted mean time to
          success (below 0: sooner) with ``months_low``, ``months_high``;
        * ``equal``, the effect if success counts within as many months of the launch with the step as without it, with
          ``equal_low``, ``equal_high`` (other than ``effect`` only if the step moves the launch); ``rests_on``, what of a run the
          effect rests on: ``start`` (something is moved in time in a field that begins without coalitions), ``end`` (the effect
          shows only because an earlier launch has longer until the run ends), both, or nothing;
        * over plausible parameters: mean effect ``over`` on the chance with ``over_low``, ``over_high``; ``over_sd`` between
          draws, chance taken out; ``progress``, the mean effect on the highest progress with ``progress_low``, ``progress_high``;
          the number of ``draws`` with ``better``, ``worse`` and the ``same`` progress (progress moves in nearly every world,
          success in few); ``same_sign``, the share of those not the same whose sign is that of ``effect`` (NaN where that is 0);
          ``holds``, whether the mean over draws has that sign.
    """
    import pandas as pd

    steps = [step.name for step in plan.steps]
    success = {name: values.astype(bool) for name, values in by_step(results, CHANCE).items()}
    found = {name: paired(success[PRESENT], success[name], confidence) for name in steps}
    adjusted = holm(np.array([found[name].p for name in steps]))
    others: Any = effect(results, of="step", on=[CHANCE, TIME], baseline=PRESENT, confidence=confidence).set_index(["value", "outcome"])
    chances, progresses = by_step(worlds, CHANCE), by_step(worlds, PROGRESS)
    rows: list[dict[str, Any]] = []
    for step, p_holm in zip(plan.steps, adjusted, strict=True):
        pairs, of_time = found[step.name], others.loc[(step.name, TIME)]
        over = spread(chances[step.name] - chances[PRESENT], confidence)
        further = progresses[step.name] - progresses[PRESENT]
        progress = spread(further, confidence)
        better, worse = int((further.mean(axis=1) > 0).sum()), int((further.mean(axis=1) < 0).sum())
        sign = int(np.sign(pairs.effect))
        equal = _in_equal_time(plan, step, results, pairs, confidence)
        rows.append(
            {
                "step": step.name,
                "lever": step.lever.name,
                "change": step.label,
                "before": step.before,
                "after": step.after,
                "chance": float(success[step.name].mean()),
                **{name: getattr(pairs, name) for name in ("effect", "low", "high", "gained", "lost", "p")},
                "p_holm": float(p_holm),
                "verdict": verdict(pairs.low, pairs.high, float(p_holm), 1 - confidence),
                **{"equal": equal.effect, "equal_low": equal.low, "equal_high": equal.high},
                "rests_on": _rests_on(plan, step, pairs, equal),
                "saved": float(others.loc[(step.name, CHANCE), "saved"]),
                **{"months": of_time["effect"], "months_low": of_time["low"], "months_high": of_time["high"]},
                **{"over": over.mean, "over_low": over.low, "over_high": over.high, "over_sd": over.sd},
                **{"progress": progress.mean, "progress_low": progress.low, "progress_high": progress.high},
                **{"draws": len(further), "better": better, "worse": worse, "same": len(further) - better - worse},
                "same_sign": (better if sign > 0 else worse) / (better + worse) if sign and better + worse else np.nan,
                "holds": holds(sign, over, progress),
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values(["effect", "months"], ascending=[False, True], kind="stable", ignore_index=True)


def _in_equal_time(plan: Plan, step: Step, results: Designed, found: Pairs, confidence: float) -> Pairs:
    """Compare successes within as many months of the launch as there are after the later one of the two launches."""
    before = plan.parameters.get("focal_launch_month")
    after = step.settings(plan.parameters).get("focal_launch_month", before)
    if after == before:
        return found
    time = plan.parameters.get("months") - max(before, after)
    names = results.design.set_index("scenario_id")["step"]
    focal = results.coalitions[results.coalitions["focal"].astype(bool)]
    soon = focal[focal["first_success"] <= time]
    replications = np.sort(results.outcomes["replication"].unique())
    reached = {name: np.isin(replications, soon["replication"][soon["scenario_id"].map(names) == name]) for name in (PRESENT, step.name)}
    return paired(reached[PRESENT], reached[step.name], confidence)


def _rests_on(plan: Plan, step: Step, found: Pairs, equal: Pairs) -> str:
    """Say what of a run an effect rests on."""
    p = plan.parameters
    empty = not p.get("burn_in") and not p.get("coalitions_table")
    shows, still = ((of.low > 0) - (of.high < 0) for of in (found, equal))
    rests = [START] if empty and step.lever.name in TIMED else []
    return ", ".join([*rests, END] if shows and still != shows else rests)


def verdict(low: float, high: float, p_holm: float, alpha: float) -> str:
    """Say what an interval and a test adjusted for the number of steps show."""
    sure = p_holm <= alpha
    if low > 0:
        return RAISES if sure else MAY_RAISE
    if high < 0:
        return LOWERS if sure else MAY_LOWER
    return OPEN


def holds(sign: int, chance: Spread, progress: Spread) -> str:
    """Say whether the mean over draws, in its interval, has the sign."""
    if sign == 0:
        return NOT_SHOWN
    of_chance = sign * ((chance.low > 0) - (chance.high < 0))
    if of_chance:
        return HOLDS if of_chance > 0 else REVERSED
    return IN_PROGRESS if sign * ((progress.low > 0) - (progress.high < 0)) > 0 else NOT_SHOWN


def decisive(worlds: Designed, drawn: ParameterDraws, seed: int = SEED) -> pd.DataFrame:
    """Return how the plan's progress over draws goes with each parameter drawn, the strongest first.

    Parameters
    ----------
    worlds, drawn
        Runs over draws of parameters, and these.
    seed
        Seed of the permutations.

    Returns
    -------
    DataFrame
        One row per parameter: ``parameter``, ``evidence``, ``correlation`` (Spearman's rank correlation with the highest progress, mean
        over the replicates of a draw; 0 where nothing varies) and ``p``: in which share of random assignments of progress to draws some
        parameter, whichever, correlates as much (the maximum statistic of Westfall & Young 1993, *Resampling-Based Multiple Testing*,
        section 2.5). Unlike tables of the correlation it holds with ties, of which there are many where the plan never succeeds.
    """
    import pandas as pd
    from scipy.stats import rankdata

    def standard(ranks: Floats) -> Floats:
        moved = ranks - ranks.mean(axis=0)
        length = np.sqrt((moved**2).sum(axis=0))
        return np.asarray(moved / np.where(length > 0, length, 1.0))

    progress = standard(rankdata(by_step(worlds, PROGRESS)[PRESENT].mean(axis=1)))
    values = standard(rankdata(drawn.table()[list(drawn.names)].to_numpy(dtype=float), axis=0))
    shuffled = np.random.Generator(np.random.PCG64(seed)).permuted(np.tile(progress, (_PERMUTATIONS, 1)), axis=1)
    most = np.abs(shuffled @ values).max(axis=1)
    correlation = progress @ values
    # The data are one of the assignments; rounding must not tell equal correlations apart.
    p = (1 + (most[:, None] >= np.abs(correlation) - 1e-12).sum(axis=0)) / (1 + _PERMUTATIONS)
    evidence = [declarations()[name].evidence for name in drawn.names]
    table = pd.DataFrame({"parameter": drawn.names, "evidence": evidence, "correlation": correlation, "p": p})
    return table.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def confirmed(results: Designed, confidence: float = 0.95) -> pd.DataFrame:
    """Return what combinations of steps do in replicates in which they were not chosen.

    Returns
    -------
    DataFrame
        One row per combination: ``steps``, ``chance_before``, ``chance``, the values of `Pairs`, and ``beyond`` with ``beyond_low``,
        ``beyond_high``: the difference to the first combination, the best step, in the same replicates (NaN in its own row).
    """
    import pandas as pd

    success = {name: values.astype(bool) for name, values in by_step(results, CHANCE).items()}
    combinations = [name for name in success if name != PRESENT]
    rows = []
    for name in combinations:
        found, beyond = paired(success[PRESENT], success[name], confidence), paired(success[combinations[0]], success[name], confidence)
        more = (beyond.effect, beyond.low, beyond.high) if name != combinations[0] else (np.nan,) * 3
        of = {"steps": name, "chance_before": success[PRESENT].mean(), "chance": success[name].mean(), **vars(found)}
        rows.append({**of, **dict(zip(("beyond", "beyond_low", "beyond_high"), more, strict=True))})
    return pd.DataFrame(rows)
