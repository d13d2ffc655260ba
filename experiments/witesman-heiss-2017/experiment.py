"""Witesman & Heiss 2017: the table of shares fulfilled, with the rules as described and as coded, and what each quirk changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import witesman_heiss_statistics as statistics
from witesman_heiss_figure import small_multiples
from witesman_heiss_model import AS_CODED, AS_DESCRIBED, INSTITUTIONS, MOTIVES, Result, Rules, simulate
from witesman_heiss_statistics import NAMES, Column

from coalsim.experiments import Output, Setting, Value

REPLICATES, QUICK = 500, 150
COLUMNS = tuple((institution, motive) for motive in MOTIVES for institution in INSTITUTIONS)
TOLERANCES = {"baseline": 0.02, "market": 0.03, "costless": 0.03, "cost": 0.08}
READINGS = {"as_coded": AS_CODED, "as_described": AS_DESCRIBED}
# Each quirk repaired alone, and what the description leaves open read otherwise; with the columns that it can change.
MARKET, COSTLESS, COST = (tuple((s, motive) for motive in MOTIVES) for s in INSTITUTIONS[1:])
VARIANTS: dict[str, tuple[Rules, tuple[Column, ...]]] = {
    "as coded": (AS_CODED, COLUMNS),
    "invitations work (1)": (replace(AS_CODED, invitations_void=False), (COSTLESS[1], COST[1])),
    "all gains counted (2)": (replace(AS_CODED, blind_gains=False), (COSTLESS[0], COST[0])),
    "objective 0 traded (3)": (replace(AS_CODED, zero_is_none=False), (*MARKET, *COST)),
    "ties as dealt (4)": (replace(AS_CODED, order="dealt"), (*MARKET, *COST)),
    "ties by alphabetical numbers (4)": (replace(AS_CODED, order="alphabetical"), (*MARKET, *COST)),
    "costless ends after 25 quiet rounds": (replace(AS_CODED, quiet_rounds_costless=25), COSTLESS),
    "undecided with cost: obliging": (replace(AS_CODED, undecided_with_cost="obliging"), COST[1:]),
    "undecided with cost: swapped": (replace(AS_CODED, undecided_with_cost="swapped"), COST[1:]),
    "as described": (AS_DESCRIBED, COLUMNS),
}

Results = Mapping[Column, Result]


def run(setting: Setting) -> Output:
    """Play both readings in every column; each quirk on its own only in a full run."""
    count = QUICK if setting.quick else REPLICATES
    played: dict[str, dict[Column, Result]] = {}
    for name, (rules, columns) in VARIANTS.items():
        if not setting.quick or rules in READINGS.values():
            played[name] = play(rules, columns, count, setting.seed)
    coded, described = played["as coded"], played["as described"]
    published = read_published()
    values = [*baseline(coded)]
    for name, results in (("as_coded", coded), ("as_described", described)):
        values += summarize(name, results, published, np.random.default_rng([setting.seed, 2017]))
    tables = {"table1": table(coded, described, published), "gaps": gaps(played, published), "variants": variants(played, published)}
    return Output(values, tables, {"table1": small_multiples(published, coded, described)})


def play(rules: Rules, columns: tuple[Column, ...], count: int, seed: int) -> dict[Column, Result]:
    """Play columns of the table; a column meets the same deals, pairs and coins whatever the rules."""
    return {
        column: simulate(*column, rules, count, np.random.Generator(np.random.PCG64([seed, COLUMNS.index(column)]))) for column in columns
    }


def read_published() -> dict[Column, pd.DataFrame]:
    """Return mean and sd of Table 1, a frame of the eight objectives for each column."""
    frame = pd.read_csv(Path(__file__).with_name("published.csv"))
    return {
        (s, m): rows.set_index("objective").loc[list(NAMES), ["mean", "sd"]] for (s, m), rows in frame.groupby(["institution", "motive"])
    }


def summarize(name: str, results: Results, published: Mapping[Column, pd.DataFrame], rng: np.random.Generator) -> list[Value]:
    """Return the means of a reading, and what is concluded from them with bootstrap standard errors."""
    values = []
    shares = {column: result.shares for column, result in results.items()}
    means = {column: x.mean(axis=0) for column, x in shares.items()}
    drawn = statistics.resampled(shares, rng)
    within, within_drawn = 0, 0
    for (institution, motive), x in shares.items():
        label, tolerance = f"{name}/{institution}-{motive}", TOLERANCES[institution] + 1e-9
        reported = published[institution, motive]["mean"].to_numpy()
        values += [Value(f"{label}/{n}", m, se) for n, m, se in zip(NAMES, x.mean(axis=0), standard_error(x), strict=True)]
        spread = statistics.spearman(drawn[institution, motive], reported)
        rank = statistics.spearman(means[institution, motive], reported)
        values.append(Value(f"{label}/spearman", float(rank), float(np.nanstd(spread)) if np.isfinite(spread).any() else 0.0))
        within += (np.abs(means[institution, motive] - reported) <= tolerance).sum()
        within_drawn = within_drawn + (np.abs(drawn[institution, motive] - reported) <= tolerance).sum(axis=1)
    if name == "as_described":
        repaired = shares["market", "social"][:, 0]
        values.append(Value(f"{name}/market-social/a1 repaired", repaired.mean(), float(standard_error(repaired))))
    bootstrap = statistics.conclusions(drawn)
    values += [Value(f"{name}/{key}", float(value), float(bootstrap[key].std())) for key, value in statistics.conclusions(means).items()]
    values.append(Value(f"{name}/means within tolerance, of 64", float(within), float(np.std(within_drawn))))
    values.append(Value(f"{name}/replicates still changing at the end", float(sum(result.capped for result in results.values()))))
    return values


def baseline(results: Results) -> list[Value]:
    """Return the shares fulfilled without interaction, of objectives whose resource six players hold, and of those that two hold."""
    values = []
    for motive in MOTIVES:
        x = results["baseline", motive].shares
        for name, part in (("plentiful", x[:, :4].mean(axis=1)), ("scarce", x[:, 4:].mean(axis=1))):
            values.append(Value(f"baseline-{motive}/{name}", part.mean(), float(standard_error(part))))
    return values


def standard_error(x: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean over replicates (first axis)."""
    return x.std(axis=0, ddof=1) / np.sqrt(len(x))


def table(coded: Results, described: Results, published: Mapping[Column, pd.DataFrame]) -> pd.DataFrame:
    """Return Table 1 of the paper beside ours: one row per institution, motive and objective."""
    rows = []
    for institution, motive in COLUMNS:
        reported = published[institution, motive]
        for i, name in enumerate(NAMES):
            row: dict[str, Any] = {"institution": institution, "motive": motive, "objective": name}
            row |= {"published": reported["mean"].iloc[i], "published_sd": reported["sd"].iloc[i], "tolerance": TOLERANCES[institution]}
            for label, results in (("coded", coded), ("described", described)):
                x = results[institution, motive].shares[:, i]
                difference = x.mean() - row["published"]
                row |= {label: x.mean(), f"{label}_sd": x.std(ddof=1), f"{label}_se": float(standard_error(x))}
                row |= {f"{label}_difference": difference, f"{label}_within": bool(abs(difference) <= TOLERANCES[institution] + 1e-9)}
            rows.append(row)
    return pd.DataFrame(rows)


def gaps(played: Mapping[str, Results], published: Mapping[Column, pd.DataFrame]) -> pd.DataFrame:
    """Return what the defect changes: mean share fulfilled over the eight objectives, by institution, and social less individual."""
    rows = []
    for institution in INSTITUTIONS:
        row = {"institution": institution}
        for label in ("published", "as coded", "as described"):
            means = []
            for motive in MOTIVES:
                column = (institution, motive)
                means.append(published[column]["mean"].mean() if label == "published" else played[label][column].shares.mean())
            row |= {f"{label} social": means[0], f"{label} individual": means[1], f"{label} gap": means[0] - means[1]}
        rows.append(row)
    return pd.DataFrame(rows)


def variants(played: Mapping[str, Results], published: Mapping[Column, pd.DataFrame]) -> pd.DataFrame:
    """Return what each quirk changes: one row per reading and column that it can change."""
    rows = []
    for name, results in played.items():
        for (institution, motive), result in results.items():
            if institution == "baseline":
                continue
            means = result.shares.mean(axis=0)
            difference = means - published[institution, motive]["mean"].to_numpy()
            worst = int(np.abs(difference).argmax())
            row = {"reading": name, "institution": institution, "motive": motive, "mean_share": means.mean()}
            row |= {"change": (result.shares - played["as coded"][institution, motive].shares).mean()}
            row |= {"largest_difference_from_published": difference[worst], "at": NAMES[worst]}
            row |= {"within_tolerance_of_8": int((np.abs(difference) <= TOLERANCES[institution] + 1e-9).sum())}
            row |= {"rounds_mean": result.rounds.mean(), "rounds_most": int(result.rounds.max()), "still_changing": result.capped}
            rows.append(row)
    return pd.DataFrame(rows)
