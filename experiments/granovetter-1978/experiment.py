"""Granovetter 1978, as a limit of the coalition model: dominoes, the jump, and random thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import thresholds as model

from coalsim.analysis.intervals import wilson
from coalsim.experiments import Output, Setting, Value
from coalsim.streams import normals

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEAN = 0.25
SIGMAS = (10.0, 11.0, 11.5, 12.0, 12.5, 13.0, 13.5, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0)  # % of the group
RUNS = {100: 2_000, 1_000: 500, 10_000: 100}
QUICK_SIGMAS, QUICK_RUNS = (10.0, 12.0, 12.5, 14.0, 20.0), {100: 400, 1_000: 100, 10_000: 20}


def run(setting: Setting) -> Output:
    """Compute everything; random thresholds with fewer sigmas and runs if `setting.quick`."""
    dominoes, different = classic()
    continuum = continuous()
    quantiles, more = discretized()
    shares, others = random_thresholds(
        QUICK_SIGMAS if setting.quick else SIGMAS, QUICK_RUNS if setting.quick else RUNS, np.random.default_rng([setting.seed, 1978])
    )
    different += more + others
    values = [*dominoes, *continuum, *quantiles.values, Value("runs_that_differ", different)]
    for row in shares.itertuples():
        values.append(Value(f"above_half_n{row.n}_sigma{row.sigma:g}", row.above_half, row.above_half_se))
    return Output(values, {"random_thresholds": shares, "rounds": rounds()}, {"jump": figure(quantiles.curve, shares)})


def classic() -> tuple[list[Value], int]:
    """Return the dominoes of the paper, and in how many of the two crowds the model differs from the recursion."""
    needed = np.tile(np.arange(100.0), (2, 1))
    needed[1, 1] = 2
    acting = model.in_the_model(needed)
    different = _differing(acting, model.recursion(needed))
    return [Value("dominoes_joined", acting[0][-1]), Value("dominoes_changed_joined", acting[1][-1])], different


def continuous() -> list[Value]:
    """Return the exact values of the continuum, those on the branches in % of the group."""
    t = model.tangency(MEAN)
    above, _ = model.equilibrium(t.sigma + 1e-9, MEAN)
    values = [
        Value("jump_sigma", t.sigma),
        Value("jump_from", t.share),
        Value("jump_to", above),
        Value("sigma_c", 100 * t.sigma),
        Value("share_c", 100 * t.share),
    ]
    return values + [
        Value(f"share_at_{sigma}", 100 * model.equilibrium(float(sigma) / 100, MEAN)[0]) for sigma in ("12.2", "12.0", "10", "8")
    ]


class Quantiles:
    """A hundred people at the mid-quantiles of their distribution: how many join as sigma grows, and where that jumps."""

    def __init__(self, sigma: np.ndarray, joined: np.ndarray) -> None:
        first = int(np.flatnonzero(joined > 50)[0])
        self.curve = (sigma, joined)
        self.values = [
            Value("quantile_jump_sigma", float(sigma[first])),
            Value("quantile_before", float(joined[first - 1])),
            Value("quantile_after", float(joined[first])),
        ]


def discretized() -> tuple[Quantiles, int]:
    """Return what the model makes of 100 mid-quantiles for sigma = 10, 10.01, ..., 20 %, and the runs that differ."""
    sigma = np.round(np.arange(10, 20.001, 0.01), 2)
    needed = np.stack([100 * model.mid_quantiles(100, MEAN, s / 100) for s in sigma])
    acting = model.in_the_model(needed)
    return Quantiles(sigma, np.array([sizes[-1] for sizes in acting])), _differing(acting, model.recursion(needed))


def random_thresholds(sigmas: Sequence[float], sizes: dict[int, int], random: np.random.Generator) -> tuple[pd.DataFrame, int]:
    """Return a row for each group size and sigma, and in how many runs model and recursion differ.

    A run has the same standard normals at every sigma. Intervals of shares are Wilson's, 95 %.
    """
    rows, different = [], 0
    for count, runs in sizes.items():
        z = normals(random.random((runs, count)))
        for sigma in sigmas:
            needed = count * (MEAN + sigma / 100 * z)
            expected = model.recursion(needed)
            # Runs of like length share a block, which lasts as long as its longest.
            order = np.argsort([len(sizes) for sizes in expected], kind="stable")
            acting = model.in_the_model(needed, order)
            different += _differing(acting, expected)
            last = np.array([sizes[-1] for sizes in acting]) / count
            months = np.array([len(sizes) - 1 for sizes in acting])
            above = last > 0.5
            low, high = wilson(above.sum(), runs)
            rows.append(
                {
                    **{"n": count, "sigma": sigma, "runs": runs},
                    **{"above_half": above.mean(), "above_half_se": _share_error(above), "above_half_low": low, "above_half_high": high},
                    **{"share_if_below": _mean(last[~above]), "share_if_above": _mean(last[above])},
                    **{"rounds": months.mean(), "rounds_se": _se(months), "longest": int(months.max())},
                }
            )
    return pd.DataFrame(rows), different


def rounds() -> pd.DataFrame:
    """Return how the rounds to the fixed point of the continuum grow above the jump, against the law of the bottleneck."""
    t = model.tangency(MEAN)
    gaps = [10.0**-k for k in range(2, 9)]
    counted = [model.equilibrium(t.sigma + gap, MEAN)[1] for gap in gaps]
    return pd.DataFrame(
        {"sigma_above_jump": [100 * gap for gap in gaps], "rounds": counted, "law": [model.bottleneck(gap, MEAN) for gap in gaps]}
    )


def figure(quantiles: tuple[np.ndarray, np.ndarray], shares: pd.DataFrame) -> Figure:
    """Draw the equilibrium and the rounds to it over sigma (Granovetter's figure 2, and its timing)."""
    import matplotlib.pyplot as plt

    from coalsim.report.plots import COLOURS

    t = model.tangency(MEAN)
    fine = np.unique(
        np.concatenate([np.linspace(0.04, 0.2, 321), t.sigma + np.geomspace(1e-6, 1e-2, 60), t.sigma - np.geomspace(1e-6, 1e-2, 60)])
    )
    found = [model.equilibrium(s, MEAN, 1e-9) for s in fine]
    drawn, axes = plt.subplots(1, 3, figsize=(13.5, 4.2), layout="constrained")
    below = fine < t.sigma
    share = np.array([100 * r for r, _ in found])
    for part in (below, ~below):
        axes[0].plot(100 * fine[part], share[part], color=COLOURS[6], label="continuum" if part[0] else None)
    axes[0].plot(*quantiles, color=COLOURS[1], linestyle="--", label="100 at mid-quantiles\n(coalition model)")
    axes[0].text(100 * t.sigma - 0.2, 50, f"jump at {100 * t.sigma:.2f} %,\nfrom {100 * t.share:.1f} % to 100 %", fontsize=9, ha="right")
    axes[0].set(xlabel="standard deviation of thresholds (% of the group)", ylabel="joined in the end (% of the group)", xlim=(4, 20))
    axes[0].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, 0.95))
    for place, (count, rows) in enumerate(shares.groupby("n")):
        style = {"color": COLOURS[(0, 4, 2)[place]], "marker": "os^"[place], "markersize": 4, "capsize": 2, "label": f"n = {count:,}"}
        share = rows["above_half"]
        reach = np.maximum([share - rows["above_half_low"], rows["above_half_high"] - share], 0)  # not -1e-17
        axes[1].errorbar(rows["sigma"], share, yerr=reach, **style)
        axes[2].errorbar(rows["sigma"], rows["rounds"], yerr=1.96 * rows["rounds_se"], **style)
    axes[1].set(xlabel="standard deviation of thresholds (% of the group)", ylabel="share of runs that end above half", ylim=(-0.03, 1.03))
    axes[2].plot(100 * fine, [k for _, k in found], color=COLOURS[6], label="continuum (to 1e-9)")
    axes[2].set(
        xlabel="standard deviation of thresholds (% of the group)",
        ylabel="rounds (months) until nothing changes",
        yscale="log",
        xlim=(9.5, 20.5),
    )
    for axis in axes[1:]:
        axis.axvline(100 * t.sigma, color=COLOURS[6], linewidth=0.8, linestyle=":")
        axis.legend(frameon=False, fontsize=8)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    drawn.suptitle(
        "Granovetter's thresholds, normal with mean 25 %: the coalition model reduced to contagion; means with 95 % intervals", fontsize=11
    )
    return drawn


def _differing(one: list[list[int]], other: list[list[int]]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _se(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def _share_error(of: np.ndarray) -> float:
    """Return the standard error of a share, with two runs more on either side (Agresti & Coull 1998): not 0 where all agree."""
    adjusted = (of.sum() + 2) / (len(of) + 4)
    return float(np.sqrt(adjusted * (1 - adjusted) / (len(of) + 4)))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
