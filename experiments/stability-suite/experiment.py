"""Stability suite: stable roommates, random hedonic games, fixtures and theorems, and the baseline's own runs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hedonic_games import (
    all_games_of_three,
    core_size_counts,
    fixture_rows,
    merges_and_splits,
    share_with_nash,
    symmetric_games,
)
from matplotlib.figure import Figure
from stability_figures import core_figure, roommates_figure
from stable_roommates import all_instances_of_four, share_solvable, share_solvable_large, solvable

from coalsim.experiments import Output, Setting, Value
from coalsim.parameters import Parameters
from coalsim.stability import core_sizes, stability_of_run

MATCHED = {4: 1_000_000, 6: 1_000_000, 8: 1_000_000, 10: 1_000_000}
"""Instances by n, every matching tried."""
IRVING = {20: 20_000, 50: 10_000, 100: 5_000, 200: 2_000, 400: 600}
"""Instances by n, solved by Irving's algorithm."""
GAMES = {4: 100_000, 5: 100_000, 6: 100_000, 7: 50_000}
"""Random hedonic games by n."""
RUNS = 40


def run(setting: Setting) -> Output:
    """Run the suite."""
    size = 50 if setting.quick else 1
    values: list[Value] = []
    tables: dict[str, pd.DataFrame] = {}
    roommates = _roommates(setting.seed, size, values)
    tables["roommates"] = roommates
    cores = _cores(setting.seed, size, values)
    tables["core_sizes"] = cores
    tables["fixtures"] = pd.DataFrame(fixture_rows())
    values.append(Value("fixtures_agreeing", float(tables["fixtures"]["agree"].sum())))
    _theorems(setting.seed, 100 if setting.quick else 1000, values)
    tables["runs"] = _runs(setting.seed, 3 if setting.quick else RUNS, values)
    figures: dict[str, Figure] = {"roommates": roommates_figure(roommates), "core_sizes": core_figure(cores)}
    return Output(values, tables, figures)


def conjecture(n: int) -> float:
    """Return the probability that Mertens conjectures for large n."""
    return math.e * math.sqrt(2 / math.pi) * n**-0.25


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the Wilson score interval (95 %) of a share."""
    z = 1.959963984540054
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return middle - half, middle + half


def _roommates(seed: int, size: int, values: list[Value]) -> pd.DataFrame:
    exact = solvable(all_instances_of_four())
    values.append(Value("p_4", float(exact.mean())))
    rows = [{"n": 4, "method": "all instances", "instances": len(exact), "p": exact.mean(), "low": math.nan, "high": math.nan}]
    for sizes, method, share in ((MATCHED, "all matchings", share_solvable), (IRVING, "Irving", share_solvable_large)):
        for n, instances in sizes.items():
            count = instances // size
            p = share(n, count, np.random.default_rng([seed, 1, n]))
            low, high = wilson(p, count)
            rows.append({"n": n, "method": method, "instances": count, "p": p, "low": low, "high": high})
            name = "p_4_sampled" if n == 4 else f"p_{n}"
            values.append(Value(name, p, math.sqrt(p * (1 - p) / count)))
    table = pd.DataFrame(rows)
    table["conjecture"] = [conjecture(n) for n in table["n"]]
    for n in IRVING:
        of = next(value for value in values if value.name == f"p_{n}")
        values.append(Value(f"p_{n}_over_conjecture", of.value / conjecture(n), of.se / conjecture(n)))
    return table


def _cores(seed: int, size: int, values: list[Value]) -> pd.DataFrame:
    rows = []
    for n in (3, *GAMES):
        if n == 3:
            counts = np.bincount(core_sizes(all_games_of_three(), tolerance=0.0))
        else:
            counts = core_size_counts(n, GAMES[n] // size, np.random.default_rng([seed, 2, n]))
        games = int(counts.sum())
        for partitions, count in enumerate(counts.tolist()):
            share = count / games
            low, high = (math.nan, math.nan) if n == 3 else wilson(share, games)
            rows.append({"n": n, "core_partitions": partitions, "games": count, "share": share, "low": low, "high": high})
        numbers = np.arange(len(counts))
        mean = float(numbers @ counts) / games
        spread = float(numbers**2 @ counts) / games - mean**2
        for partitions in range(3):
            share = float(counts[partitions]) / games
            values.append(Value(f"core_{partitions}_of_{n}", share, 0.0 if n == 3 else math.sqrt(share * (1 - share) / games)))
        values.append(Value(f"core_mean_of_{n}", mean, 0.0 if n == 3 else math.sqrt(spread / games)))
        if n == 3:
            values.extend(Value(f"core_{partitions}_games_of_3", float(count)) for partitions, count in enumerate(counts.tolist()))
    return pd.DataFrame(rows)


def _theorems(seed: int, games: int, values: list[Value]) -> None:
    ended, rose, longest = symmetric_games(games, np.random.default_rng([seed, 3]))
    stable, unique = merges_and_splits(games, np.random.default_rng([seed, 4]))
    share = share_with_nash(5, games, np.random.default_rng([seed, 5]))
    values += [
        Value("symmetric_games_end_nash_stable", ended),
        Value("symmetric_games_potential_rises", rose),
        Value("symmetric_games_most_moves", float(longest)),
        Value("asymmetric_games_with_nash", share, math.sqrt(share * (1 - share) / games)),
        Value("merge_split_ends_stable", stable),
        Value("merge_split_unique_outcome", unique),
    ]


def _runs(seed: int, replicates: int, values: list[Value]) -> pd.DataFrame:
    rows = []
    for replicate in range(replicates):
        found = stability_of_run(Parameters.model1(), seed=seed, replicate=replicate, samples=500)
        table = found.organizations
        member = table["coalition"] >= 0
        rows.append(
            {
                "replicate": replicate,
                "members": int(member.sum()),
                "rather_alone": int((table["would_leave"] & member).sum()),
                **{
                    f"{who}_{name}": int(((table[name] != "stays") & mask).sum())
                    for name in ("nash", "individual", "contractual")
                    for who, mask in (("members", member), ("others", ~member))
                },
                "blocking_found": found.blocking is not None,
            }
        )
    table = pd.DataFrame(rows)
    members = table["members"].sum()
    for name in ("rather_alone", "members_nash", "members_individual", "members_contractual"):
        # A ratio of sums over replicates; its error by linearization.
        share = table[name].sum() / members
        rest = table[name] - share * table["members"]
        values.append(Value(f"baseline_{name}", float(share), float(math.sqrt(len(table) * rest.var()) / members)))
    blocked = float(table["blocking_found"].mean())
    values.append(Value("baseline_runs_blocked", blocked, math.sqrt(blocked * (1 - blocked) / len(table))))
    return table
