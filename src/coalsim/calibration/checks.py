"""Whether a target can be right: what it reads is there, its conditions can be met, the runs of its group are long and varied enough."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from coalsim.calibration.groups import Group
from coalsim.calibration.priors import Priors
from coalsim.calibration.statistics import LIBRARY, check_columns, check_conditions, check_numbers, columns_of
from coalsim.calibration.targets import Target
from coalsim.designs.factors import Range
from coalsim.errors import ParameterError
from coalsim.parameters import Parameters
from coalsim.simulation import field_size

MONTHS = "months"


def check_target(target: Target, group: Group, base: Parameters, priors: Priors) -> None:
    """Raise `ParameterError` if a target cannot be right, whatever the parameters that are calibrated.

    Parameters
    ----------
    target
        What is fitted.
    group
        The runs it is computed of.
    base, priors
        All other parameters, and those that are calibrated.
    """
    if target.statistic.name not in LIBRARY:
        return
    settings = [settings for settings, _ in group.dealt(0)]
    varied = {name: [of[name] for of in settings] for name in group.varied}
    statistic, options = target.statistic, target.options
    check_columns(f"[targets.{target.name}]", statistic.reads(options), varied)
    held = columns_of(statistic.table(options), varied)
    try:
        check_numbers(statistic.columns(options), held)
        for option, where in statistic.conditions(options).items():
            check_conditions(option, where, held)
        if statistic.reach is not None:
            needed, name = statistic.reach(options)
            _check_reach(needed, f"{name} = {options[name]:g}", options.get("where") or {}, _months(settings, group, base, priors), group)
        for option in statistic.varying:
            if not _differs(options[option], settings, group, base):
                raise ParameterError(
                    f"{option} = '{options[option]}': it is the same in all runs of the group, so {statistic.name} has no value; "
                    "vary it with 'over' of a group"
                )
        for option in statistic.logs:
            column = options[option]
            if column == "setting" or any(value <= 0 for value in varied.get(column, ())):
                raise ParameterError(f"{option} = '{column}': it is not above 0 in all runs, so there is no logarithm")
    except ParameterError as error:
        raise ParameterError(f"[targets.{target.name}] {error}") from None


def _months(settings: Sequence[Mapping[str, Any]], group: Group, base: Parameters, priors: Priors) -> int:
    """Return the length of the longest runs."""
    prior = priors.factors.get(MONTHS)
    if prior is not None:
        return int(prior.high if isinstance(prior, Range) else max(prior.values))
    return max(int({**group.fixed, **of}.get(MONTHS, base.get(MONTHS))) for of in settings)


def _check_reach(needed: float, said: str, where: Mapping[str, Any], months: int, group: Group) -> None:
    """Raise `ParameterError` if no coalition is watched for as long as a statistic needs it."""
    longest = months - _first_launch(where.get("launch", {"at_least": 0}))
    if needed > longest:
        raise ParameterError(
            f"{said}: coalitions would have to be watched for {needed:g} months; in runs of group '{group.name}' (months = {months}) "
            f"those that count are for {longest:g} at most"
        )


def _first_launch(condition: Any) -> float:
    """Return the earliest launch that is taken; -inf if nothing says."""
    if not isinstance(condition, Mapping):
        return float(condition)
    return float(condition.get("at_least", condition.get("above", -math.inf)))


def _differs(column: str, settings: Sequence[Mapping[str, Any]], group: Group, base: Parameters) -> bool:
    """Return whether a column may differ among the rows of a group: those that runs have from their settings, among these."""
    if column == "organizations" and column not in group.varied:
        return len({field_size(base.replace(**{**group.fixed, **of})) for of in settings}) > 1
    if column == "setting":
        return len(settings) > 1
    if column in (MONTHS, *group.varied):
        return len({of.get(column) for of in settings}) > 1
    return True
