"""Sharing a gain out among the channels through which it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis import Tables
from coalsim.experiments.experiment import Setting, Value
from coalsim.parameters import Parameters
from coalsim.studies.levers import Lever
from coalsim.studies.paired import gain, mean_and_error, mean_value
from coalsim.sweep import Results, Sweep

if TYPE_CHECKING:
    import pandas as pd

Gains = Mapping[frozenset[str], NDArray[np.float64]]


def over_channels(base: Parameters, lever: Lever, channels: Mapping[str, Mapping[str, Any]], replicates: int, setting: Setting) -> Results:
    """Return a sweep in which a lever is moved with each set of channels left open; for `gains`.

    Parameters
    ----------
    base
        The scenario, with all channels open.
    lever
        What is moved.
    channels
        Settings that close each channel, by name.
    replicates, setting
        How many, and seed and workers.
    """
    groups = {}
    for open_ in _sets(channels):
        closed = [settings for name, settings in channels.items() if name not in open_]
        groups[_label(open_, channels)] = {key: value for settings in closed for key, value in settings.items()}
    ends = {"from": dict(lever.low), "to": dict(lever.high)}
    return Sweep(base, {"channels": groups, "lever_end": ends}, replicates, setting.seed).run(workers=setting.workers)


def gains(results: Tables, channels: Iterable[str], on: str) -> dict[frozenset[str], NDArray[np.float64]]:
    """Return what a lever does to an outcome with each set of channels left open.

    Parameters
    ----------
    results
        What `over_channels` gives.
    channels
        Their names.
    on
        Outcome; it must have a value in every run.

    Returns
    -------
    dict
        For every set of open channels the paired differences, high less low end, of shape (replicates,).
    """
    names = list(channels)
    return {open_: gain(results, on, "lever_end", ("from", "to"), channels=_label(open_, names)) for open_ in _sets(names)}


def gains_by_channels(
    base: Parameters, lever: Lever, channels: Mapping[str, Mapping[str, Any]], on: str, replicates: int, setting: Setting
) -> dict[frozenset[str], NDArray[np.float64]]:
    """Return `gains` on one outcome, of a sweep `over_channels`."""
    return gains(over_channels(base, lever, channels, replicates, setting), channels, on)


def _sets(channels: Iterable[str]) -> list[frozenset[str]]:
    names = list(channels)
    return [frozenset(name for name, left in zip(names, open_, strict=True) if left) for open_ in product((False, True), repeat=len(names))]


def _label(open_: frozenset[str], channels: Iterable[str]) -> str:
    return "open" + "".join("01"[name in open_] for name in channels)


def shares(gains: Gains, channels: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return each channel's Shapley value in a gain: its contribution, averaged over all orders in which channels are opened.

    Shapley 1953, in *Contributions to the Theory of Games II*, 307-317. Computed exactly, replicate by replicate: the values add up to the
    gain with all channels open less that with none.

    Parameters
    ----------
    gains
        What `gains_by_channels` gives.
    channels
        Their names, in the order wanted.

    Returns
    -------
    dict
        By channel, shape (replicates,).
    """
    found = {}
    for name in channels:
        others = [other for other in channels if other != name]
        share = np.zeros_like(gains[frozenset()])
        for size in range(len(channels)):
            weight = factorial(size) * factorial(len(channels) - size - 1) / factorial(len(channels))
            for joined in combinations(others, size):
                share = share + weight * (gains[frozenset((*joined, name))] - gains[frozenset(joined)])
        found[name] = share
    return found


def shapley(gains: Gains, channels: Sequence[str]) -> pd.DataFrame:
    """Return the means of `shares` over replicates.

    Returns
    -------
    DataFrame
        One row per channel, then ``rest`` (with none open) and ``all``: ``channel``, ``value``, ``low``, ``high`` (95 %, normal), ``se``,
        ``n``
        replicates.
    """
    import pandas as pd

    return pd.DataFrame([{"channel": name, **mean_and_error(of)._asdict()} for name, of in _parts(gains, channels).items()])


def channel_values(name: str, gains: Gains, channels: Sequence[str], on: str) -> list[Value]:
    """Return the rows of `shapley` as values, ``NAME_CHANNEL``, of gains in an outcome."""
    return [mean_value(f"{name}_{channel}", of, on) for channel, of in _parts(gains, channels).items()]


def _parts(gains: Gains, channels: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    return {**shares(gains, channels), "rest": gains[frozenset()], "all": gains[frozenset(channels)]}


def shapley_figure(tables: Mapping[str, pd.DataFrame], heading: str, label: str) -> Any:
    """Draw tables of `shapley`, one mark per table, with 95 % intervals; `label` is of the axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from coalsim.report.figures.axes import MARKERS, panels, points, title
    from coalsim.report.plots import COLOURS

    names = list(next(iter(tables.values()))["channel"])
    figure, (axis,) = panels(1, 5.5, 1.4 + 0.28 * len(names), left=1.6)
    for place, (name, of) in enumerate(tables.items()):
        at = np.arange(len(names)) + 0.2 * (place - (len(tables) - 1) / 2)
        points(axis, of["value"], of["low"], of["high"], at, COLOURS[place], MARKERS[place], horizontal=True, label=name)
    axis.axvline(0, color="0.5", linewidth=1, zorder=0)
    axis.axhline(len(names) - 2.5, color="0.8", linewidth=1)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xlabel(label)
    if len(tables) > 1:
        axis.legend(frameon=False)
    title(figure, heading, "Shapley values of channels, 95 % intervals")
    return figure
