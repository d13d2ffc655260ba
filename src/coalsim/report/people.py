"""A run for people: three sentences, the rows that matter, and the difference to another scenario with the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis.intervals import paired_difference, wilson
from coalsim.counts import listed, so_many
from coalsim.report.terminal import headed, say, show
from coalsim.simulation import Runs
from coalsim.tables.columns import OUTCOMES, names
from coalsim.tables.summary import mean_and_interval, number

MAIN = ("launched", "formed", "succeeded", "problems_solved", "impact", "first_success", "participation", "mean_trust")
FOCAL = ("focal_launched", "focal_formed", "focal_succeeded", "focal_first_success", "formed", "problems_solved", "impact", "participation")
"""Rows that are shown, without and with an initiative of one's own."""

Floats = NDArray[np.float64]


class Difference(NamedTuple):
    """An outcome in two scenarios, replicate by replicate.

    Attributes
    ----------
    before, after : means over the replicates in which both have a value
    mean : of the differences
    low, high : its 95 % interval: that of shares where the outcome is true or false, otherwise t (NaN: fewer than two pairs)
    pairs : how many replicates have a value in both
    moved : how many of them differ
    """

    before: float
    after: float
    mean: float
    low: float
    high: float
    pairs: int
    moved: int

    @property
    def shows(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0 or self.high < 0


def rows(runs: Runs, everything: bool) -> list[str]:
    """Return the outcomes to show: all, or those that matter, and those of mechanisms of one's own."""
    declared = names(runs.columns["outcomes"])
    focal = has_focal(runs)
    if everything:
        return [name for name in declared if focal or not name.startswith("focal")]
    return [*(FOCAL if focal else MAIN), *(name for name in declared if name not in names(OUTCOMES))]


def has_focal(runs: Runs) -> bool:
    """Return whether there is an initiative of one's own."""
    return runs.scenarios[0].focal.focal_launch_month is not None


def sentences(runs: Runs) -> list[str]:
    """Return what came of runs of one scenario, in three sentences."""
    p, count = runs.scenarios[0], len(runs.outcomes)
    launched, formed, solving = (number(_mean(runs, name)) for name in ("launched", "formed", "succeeded"))
    months = p.get("months")
    average = " on average" if count > 1 else ""
    lines = [
        f"In {so_many(count, 'run')} of {so_many(months, 'month')} {launched} coalitions are launched{average}; {formed} get enough "
        f"members to work, and {solving} solve a problem."
    ]
    ever = float((~runs.outcomes["first_success"].isna()).mean())
    often = int(runs.outcomes["first_success"].notna().sum()) > 1
    first = f", the first time in month {_mean(runs, 'first_success'):.0f}{' on average' * often}" if ever else ""
    older = _mean(runs, "inherited")  # their successes lower the need, but count in no outcome of coalitions
    too = f", also by coalitions that existed before ({number(older)}{average})" if older else ""
    lines.append(
        f"At the end {_share(runs, 'impact')} of the need is gone{too}; one of those launched solves a problem in {100 * ever:.0f} % of "
        f"the runs{first}, and {_share(runs, 'participation', False)} of organizations belong to a coalition in a usual month."
    )
    if has_focal(runs):
        lines.append(
            f"The initiative launches its coalition in {_share(runs, 'focal_launched', False)} of the runs, finds enough members in "
            f"{_share(runs, 'focal_formed', False)}, and solves a problem in {_share(runs, 'focal_succeeded')}."
        )
    else:
        left = 1 - _mean(runs, "retention")
        trust = _mean(runs, "mean_trust")
        kept = f"Of all memberships {100 * left:.0f} % end as the member leaves" if not np.isnan(left) else "Nobody joins a coalition"
        lines.append(f"{kept}; trust within coalitions is {trust:.2f} on average." if not np.isnan(trust) else f"{kept}.")
    return lines


def outcomes(runs: Runs, title: str, seconds: float, everything: bool = False) -> None:
    """Print three sentences, and mean and 95 % interval of the outcomes that matter, or of all."""
    for line in sentences(runs):
        say(line)
    say()
    columns = {column.name: column for column in runs.columns["outcomes"]}
    heads = ("outcome", "mean", "sd", "95 % interval of the mean", "unit", "meaning")
    table = headed(f"{title}: {so_many(len(runs.outcomes), 'run')} in {seconds:.1f} s", heads, 1, 2, 3)
    for name in rows(runs, everything):
        values = runs.outcomes[name].to_numpy(dtype=float)
        mean, low, high = _interval(values, _yes_or_no(runs, name))
        known = values[~np.isnan(values)]
        spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
        interval = "-" if np.isnan(low) else f"{number(low)} to {number(high)}"
        table.add_row(name, number(mean), number(spread), interval, columns[name].unit, columns[name].meaning)
    show(table)
    if not everything:
        say("All outcomes: --all. One run, told with names: coalsim story CONFIG.")


def difference(before: Runs, after: Runs, name: str) -> Difference:
    """Return an outcome in two scenarios that met the same luck (common random numbers)."""
    a, b = (of.outcomes[name].to_numpy(dtype=float) for of in (before, after))
    both = ~np.isnan(a) & ~np.isnan(b)
    if not both.any():
        return Difference(np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0)
    changes, pairs = b[both] - a[both], int(both.sum())
    mean, low, high = paired_difference(changes, _yes_or_no(after, name))
    return Difference(float(a[both].mean()), float(b[both].mean()), mean, low, high, pairs, int((changes != 0).sum()))


def differences(before: Runs, after: Runs, what: Sequence[str], everything: bool = False) -> None:
    """Print what a change does to the outcomes that matter, or to all: paired differences with 95 % intervals.

    Parameters
    ----------
    before, after
        The same replicates of two scenarios.
    what
        What the second scenario has that the first has not, in words.
    everything
        Whether all outcomes are shown.
    """
    units = {column.name: column.unit for column in after.columns["outcomes"]}
    found = {name: difference(before, after, name) for name in rows(after, everything) if name in before.outcomes}
    it, change = ("it", "changes") if len(what) == 1 else ("them", "change")
    heads = ("outcome", f"without {it}", f"with {it}", "difference (95 % interval)", "pairs", "unit")
    table = headed(f"What {listed(what)} {change}, in the same {so_many(len(after.outcomes), 'replicate')}", heads, 1, 2, 3, 4)
    for name, of in found.items():
        interval = "" if np.isnan(of.low) else f" ({_signed(of.low)} to {_signed(of.high)})"
        table.add_row(name, number(of.before), number(of.after), f"{_signed(of.mean)}{interval}", str(of.pairs), units[name])
    show(table)
    say(_told(found, len(after.outcomes)))


def _told(found: Mapping[str, Difference], pairs: int) -> str:
    """Return what the intervals of differences tell, in a sentence."""
    shown = [f"{name} {_signed(of.mean)}" for name, of in found.items() if of.shows]
    if shown:
        return f"The interval excludes 0 for {listed(shown)}."
    if not any(of.moved for of in found.values()):
        return f"Nothing shown here differs in {'the pair' if pairs == 1 else f'any of the {pairs:,} pairs'} of runs."
    if all(np.isnan(of.low) for of in found.values()):
        return "One pair of runs shows no chance, so there is no interval: take more replicates."
    return f"No interval excludes 0: {so_many(pairs, 'pair')} of runs cannot tell a difference from chance."


def _yes_or_no(runs: Runs, name: str) -> bool:
    """Return whether an outcome is true or false in each run, so that its mean is a share of runs."""
    return bool(runs.outcomes[name].dtype == np.bool_)


def _interval(values: Floats, yes_or_no: bool) -> tuple[float, float, float]:
    """Return mean and 95 % interval of an outcome: Wilson's of a share of runs, otherwise t."""
    mean, half = mean_and_interval(values)
    if yes_or_no and len(values) > 1:  # a share that is 0 or 1 in all runs is not known to be so
        return mean, *wilson(float(values.sum()), len(values))
    return mean, mean - half, mean + half


def _mean(runs: Runs, name: str) -> float:
    return mean_and_interval(runs.outcomes[name].to_numpy(dtype=float))[0]


def _share(runs: Runs, name: str, interval: bool = True) -> str:
    mean, low, high = _interval(runs.outcomes[name].to_numpy(dtype=float), _yes_or_no(runs, name))
    if np.isnan(low) or not interval:
        return f"{100 * mean:.0f} %"
    return f"{100 * mean:.0f} % (95 % interval {100 * max(0, low):.0f} to {100 * min(1, high):.0f} %)"


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{'+' if value > 0 else ''}{number(value)}"
