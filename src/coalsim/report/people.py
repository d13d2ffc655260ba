"""A run for people: three sentences, the rows that matter, and the difference to another scenario with the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.counts import so_many
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
    mean, half : of the differences, and half the width of its 95 % interval (NaN: fewer than two pairs)
    pairs : how many replicates have a value in both
    """

    before: float
    after: float
    mean: float
    half: float
    pairs: int

    @property
    def shows(self) -> bool:
        """Whether the interval excludes 0."""
        return bool(abs(self.mean) > self.half)


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
    lines = [
        f"In {so_many(count, 'run')} of {so_many(months, 'month')} {launched} coalitions are launched on average; {formed} get enough "
        f"members to work, and {solving} solve a problem."
    ]
    ever = float((~runs.outcomes["first_success"].isna()).mean())
    first = f", the first time in month {_mean(runs, 'first_success'):.0f}" if ever else ""
    older = _mean(runs, "inherited")  # their successes lower the need, but count in no outcome of coalitions
    too = f", also by coalitions that existed before ({number(older)} on average)" if older else ""
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
        mean, half = mean_and_interval(values)
        known = values[~np.isnan(values)]
        spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
        interval = "-" if np.isnan(half) else f"{number(mean - half)} to {number(mean + half)}"
        table.add_row(name, number(mean), number(spread), interval, columns[name].unit, columns[name].meaning)
    show(table)
    if not everything:
        say("All outcomes: --all. One run, told with names: coalsim story CONFIG.")


def difference(before: Runs, after: Runs, name: str) -> Difference:
    """Return an outcome in two scenarios that met the same luck (common random numbers)."""
    a, b = (of.outcomes[name].to_numpy(dtype=float) for of in (before, after))
    both = ~np.isnan(a) & ~np.isnan(b)
    if not both.any():
        return Difference(np.nan, np.nan, np.nan, np.nan, 0)
    mean, half = mean_and_interval(b[both] - a[both])
    return Difference(float(a[both].mean()), float(b[both].mean()), mean, half, int(both.sum()))


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
    heads = ("outcome", "without it", "with it", "difference (95 % interval)", "pairs", "unit")
    table = headed(f"What {_and(what)} changes, in the same {so_many(len(after.outcomes), 'replicate')}", heads, 1, 2, 3, 4)
    for name, of in found.items():
        half = "" if np.isnan(of.half) else f" ({_signed(of.mean - of.half)} to {_signed(of.mean + of.half)})"
        table.add_row(name, number(of.before), number(of.after), f"{_signed(of.mean)}{half}", str(of.pairs), units[name])
    show(table)
    surely = [f"{name} {_signed(of.mean)}" for name, of in found.items() if of.shows and not np.isnan(of.half)]
    say(
        f"The interval excludes 0 for {_and(surely)}."
        if surely
        else f"No interval excludes 0: {so_many(len(after.outcomes), 'pair')} of runs cannot tell a difference from chance."
    )


def _mean(runs: Runs, name: str) -> float:
    return mean_and_interval(runs.outcomes[name].to_numpy(dtype=float))[0]


def _share(runs: Runs, name: str, interval: bool = True) -> str:
    mean, half = mean_and_interval(runs.outcomes[name].to_numpy(dtype=float))
    if np.isnan(half) or not interval:
        return f"{100 * mean:.0f} %"
    return f"{100 * mean:.0f} % (95 % interval {100 * max(0, mean - half):.0f} to {100 * min(1, mean + half):.0f} %)"


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{'+' if value > 0 else ''}{number(value)}"


def _and(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
