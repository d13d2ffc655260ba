"""Coverage on synthetic truth: how often intervals of fits to data made with known parameters hold these.

Each fit: parameters are drawn from the prior; "real" numbers are statistics of 6 runs at them, other runs for each as real numbers
come from different sources; their sampling errors are those of 120 runs there, scaled. Then they are fitted as anybody's numbers
would be, with 24 runs for each point. An interval of probability q is right if it holds the true value in a share q of fits; so is
the share of draws below the truth, if it is even between 0 and 1.

Usage: python benchmarks/interval_coverage.py [--fits 20] [--particles 40] [--workers 1] [--out DIR]

It goes on where it was stopped. Exit code 1 if coverage is out of what chance allows (binomial, .001 in each tail, parameters taken as
independent).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom

import coalsim as cs
from coalsim.calibration import problem_of
from coalsim.calibration.evaluating import Task, evaluate
from coalsim.calibration.findings import quantiles

FIXED = {"organizations": 30, "months": 60, "convene_hazard": 0.03}
PRIORS: dict[str, Any] = {
    "contribution_rate": {"low": 0.02, "high": 0.2, "log": True},
    "launch_threshold": {"low": 0.45, "high": 0.75},
    "exit_level": {"low": 0.35, "high": 0.55},
}
OBSERVED, TRUTH, FITTED = 6, 120, 24
STATISTICS = {
    "participation": {"statistic": "mean", "table": "outcomes", "column": "participation"},
    "launched": {"statistic": "mean", "table": "outcomes", "column": "launched"},
    "contributed": {"statistic": "mean", "table": "outcomes", "column": "contributed"},
    "exits": {"statistic": "mean", "table": "outcomes", "column": "exits"},
}
LEVELS = (0.5, 0.9)


def asked(values: dict[str, float], errors: dict[str, float], runs: int, particles: int, seed: int) -> dict[str, Any]:
    """Return the problem of a fit, as a targets file would say it."""
    targets = {name: {**about, "value": values[name], "sampling_error": errors[name]} for name, about in STATISTICS.items()}
    method = {"particles": particles, "together": 40, "waves": 2, "wave_points": 25}
    return {"model": 1, "targets": targets, "priors": PRIORS, "fixed": FIXED, "runs": runs, "seed": seed, "method": method}


def observed(point: dict[str, Any], runs: int, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return statistics and their standard errors in runs at a point."""
    p = problem_of(asked(dict.fromkeys(STATISTICS, 1.0), dict.fromkeys(STATISTICS, 1.0), runs, 10, 1))
    found = evaluate(Task("truth", 0, (point,), p.base, p.groups, p.targets, False, seed, 1))
    return dict(zip(STATISTICS, found.values[0], strict=True)), dict(zip(STATISTICS, found.noise[0], strict=True))


def fit(number: int, particles: int, workers: int, out: Path | None, first_seed: int = 1000) -> list[dict[str, Any]]:
    """Make data with known parameters, fit them, and say where the truth lies in the posterior: a row for each parameter."""
    priors = problem_of(asked(dict.fromkeys(STATISTICS, 1.0), dict.fromkeys(STATISTICS, 1.0), 2, 10, 1)).priors
    truth = priors.values(np.random.Generator(np.random.PCG64([first_seed, number])).random(len(PRIORS)))
    seeds = {name: first_seed + 1000 * (place + 1) + number for place, name in enumerate(STATISTICS)}
    values = {name: observed(truth, OBSERVED, seed)[0][name] for name, seed in seeds.items()}
    _, errors = observed(truth, TRUTH, first_seed + 100_000 + number)
    scaled = {name: error * np.sqrt(TRUTH / OBSERVED) for name, error in errors.items()}
    began = time.process_time()
    given = asked(values, scaled, FITTED, particles, number + 1)
    found = cs.calibrate(given, None if out is None else out / f"fit-{number:02}", workers=workers)
    spent = time.process_time() - began
    draws = found.posterior.table()
    about = dict(found.posterior.about)
    rows = []
    for name, true in truth.items():
        of, weights = draws[name].to_numpy(dtype=float), draws["weight"].to_numpy()
        row = {"fit": number, "parameter": name, "truth": true, "below": float(weights[of < true].sum())}
        for level in LEVELS:
            low, high = quantiles(of, weights, ((1 - level) / 2, (1 + level) / 2))
            row[f"in_{level:.0%}"] = low <= true <= high
        width = float(found.widths.set_index("parameter").loc[name, "width"])
        rows.append({**row, "width": width, "tolerance": about["tolerance"], "wanted": about["wanted"], "seconds": spent})
    return rows


def coverage(rows: list[dict[str, Any]]) -> dict[float, float]:
    """Return the share of truths within intervals, by level."""
    return {level: float(np.mean([row[f"in_{level:.0%}"] for row in rows])) for level in LEVELS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=20)
    parser.add_argument("--particles", type=int, default=40)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/coverage"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for number in range(given.fits):
        rows += fit(number, given.particles, given.workers, given.out)
        pd.DataFrame(rows).to_csv(given.out / "coverage.csv", index=False)
        print(f"{number + 1} fits: " + ", ".join(f"{level:.0%}: {share:.3f}" for level, share in coverage(rows).items()), flush=True)
    table = pd.DataFrame(rows)
    print(table.groupby("parameter")[["in_50%", "in_90%", "width"]].mean().round(3).to_string())
    print(f"seconds of processor time for a fit: {table['seconds'].median():.0f} (median)")
    inside = [int(sum(row[f"in_{level:.0%}"] for row in rows)) for level in LEVELS]
    allowed = [[float(binom.ppf(end, len(rows), level)) for end in (0.001, 0.999)] for level in LEVELS]
    return int(not all(low <= count <= high for count, (low, high) in zip(inside, allowed, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
