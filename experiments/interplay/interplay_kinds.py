"""Kinds of field: rich or poor, crowded or sparse, calm or turbulent; and what each piece of advice is worth in them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import coalsim as cs
from coalsim.experiments import Setting, Value
from coalsim.parameters import ENDLESS
from coalsim.studies.levers import Lever
from coalsim.studies.paired import gain, mean_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ASPECTS: dict[str, dict[str, dict[str, Any]]] = {
    "means": {"rich": {"slack": 0.08, "grant_budget": 1.4}, "poor": {"slack": 0.03, "grant_budget": 0.35}},
    "crowding": {"crowded": {"organizations": 120}, "sparse": {"organizations": 30}},
    "climate": {
        "calm": {"challenge_rate": 0.0, "recession_gap": ENDLESS},
        "turbulent": {"challenge_rate": 0.1, "recession_gap": 60.0},
    },
}
KINDS = list(product(*ASPECTS.values()))
ADVICE = [
    Lever("timing", {"launch_threshold": 0.5}, {"launch_threshold": 0.7}),
    Lever("investment", {"contribution_rate": 0.04}, {"contribution_rate": 0.12}),
    Lever("research", {"research_months": 0}, {"research_months": 12}),
    Lever("funders", {"funder_month": 24}, {"funder_month": 0}),
    Lever("openness", {"openness": 0.2}, {"openness": 0.8}),
]
"""What following each piece of advice means: from the low end to the high end."""


def gains(base: cs.Parameters, replicates: int, setting: Setting) -> pd.DataFrame:
    """Return what each piece of advice does to impact in each kind of field.

    Returns
    -------
    DataFrame
        One row per kind and advice: ``means``, ``crowding``, ``climate``, ``advice``, ``effect``, ``low``, ``high`` (95 %, t), ``se``,
        ``n``,
        and ``gain``: the paired differences, one a replicate.
    """
    ends = {f"{lever.name}|{end}": dict(getattr(lever, end)) for lever in ADVICE for end in ("low", "high")}
    rows = []
    for kind in KINDS:
        settings = {key: value for aspect, name in zip(ASPECTS, kind, strict=True) for key, value in ASPECTS[aspect][name].items()}
        results = cs.Sweep(base.replace(**settings), {"lever_end": ends}, replicates, setting.seed).run(workers=setting.workers)
        for lever in ADVICE:
            gained = gain(results, "impact", "lever_end", (f"{lever.name}|low", f"{lever.name}|high"))
            rows.append({**dict(zip(ASPECTS, kind, strict=True)), "advice": lever.name, **_summary(gained), "gain": gained})
    return pd.DataFrame(rows)


def best_advice(paid: pd.DataFrame) -> pd.DataFrame:
    """Return the advice that raises impact most in each kind of field."""
    best = paid.loc[paid.groupby(list(ASPECTS), sort=False)["effect"].idxmax()]
    return best.drop(columns="gain").reset_index(drop=True)


def formulas(name: str, paid: pd.DataFrame) -> Value:
    """Return how many pieces of advice are the best in some kind of field; the error is over bootstraps of replicates."""
    gain = np.stack(list(paid["gain"])).reshape(len(KINDS), len(ADVICE), -1)
    replicates = gain.shape[2]
    drawn = np.random.Generator(np.random.PCG64(1)).integers(replicates, size=(200, replicates))
    counts = [len(np.unique(gain[:, :, rows].mean(axis=2).argmax(axis=1))) for rows in drawn]
    return Value(name, best_advice(paid)["advice"].nunique(), float(np.std(counts)))


def contrast(name: str, paid: pd.DataFrame, advice: str, aspect: str, one: str, other: str) -> Value:
    """Return how much more a piece of advice pays in one kind of field than in the other, over the other aspects, paired."""
    of = paid[paid["advice"] == advice]
    mean = {kind: np.mean(np.stack(list(of.loc[of[aspect] == kind, "gain"])), axis=0) for kind in (one, other)}
    return mean_value(name, mean[one] - mean[other], "impact")


def kinds_figure(paid: pd.DataFrame) -> Figure:
    """Draw what each advice is worth in each kind of field, with 95 % intervals; framed the best of each kind."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    names = [lever.name for lever in ADVICE]
    kinds = [", ".join(kind) for kind in KINDS]
    value = paid["effect"].to_numpy().reshape(len(kinds), len(names))
    half = ((paid["high"] - paid["low"]) / 2).to_numpy().reshape(value.shape)
    figure, axis = plt.subplots(figsize=(8.6, 5.2), layout="constrained")
    largest = float(np.abs(value).max())
    image = axis.imshow(value, cmap="PuOr", vmin=-largest, vmax=largest, aspect="auto")
    for (row, column), worth in np.ndenumerate(value):
        colour = "white" if abs(worth) > 0.6 * largest else "black"
        axis.text(column, row, f"{worth:+.3f}\n± {half[row, column]:.3f}", ha="center", va="center", fontsize=8, color=colour)
    for row, column in enumerate(value.argmax(axis=1)):
        axis.add_patch(Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, fill=False, edgecolor="black", linewidth=2))
    moves = [f"{lever.name}\n{_move(lever)}" for lever in ADVICE]
    axis.set_xticks(range(len(names)), moves, fontsize=8)
    axis.set_yticks(range(len(kinds)), kinds)
    figure.colorbar(image, ax=axis, label="gain in impact (share)")
    about = "paired differences, ± half a 95 % interval; framed: the best"
    figure.suptitle(f"What each piece of advice is worth, by kind of field\n{about}", fontsize=11)
    return figure


def _move(lever: Lever) -> str:
    ((name, low),) = lever.low.items()
    return f"{name.replace('_', ' ')}\n{low:g} to {lever.high[name]:g}"


def _summary(gain: np.ndarray[Any, Any]) -> dict[str, float]:
    from scipy.special import stdtrit

    n = len(gain)
    se = float(gain.std(ddof=1) / np.sqrt(n))
    half = float(stdtrit(n - 1, 0.975)) * se
    mean = float(gain.mean())
    return {"effect": mean, "low": mean - half, "high": mean + half, "se": se, "n": n}
