"""Self-enforcing coalitions: Barrett 1994; Acemoglu, Egorov & Sonin 2008; Ray & Vohra 2001."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import self_enforcing_rules as rules

from coalsim.experiments import Output, Setting, Value
from coalsim.report.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACTORS = range(3, 101)
MOST_LISTED, MOST = 50, 300
BRUTE = 15
"""Players whose coalitions are all looked at."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def run(setting: Setting) -> Output:
    """Solve the three games; only powers drawn at random use the seed."""
    drawn, pairs = _random_powers(60 if setting.quick else 400, setting.seed)
    structures = rules.sequential_structures(MOST)
    values = [*_agreements(), *_rulers(), Value("two_person_self_enforcing", pairs), *_sequences(structures)]
    grand = [size for size in range(1, MOST + 1) if structures[size] == (size,)]
    sequences = pd.DataFrame(
        {
            "actors": range(1, MOST_LISTED + 1),
            "ruling_size": [rules.ruling_size(n) for n in range(1, MOST_LISTED + 1)],
            "sequential_structure": [" + ".join(map(str, structures[n])) for n in range(1, MOST_LISTED + 1)],
        }
    )
    gains = [3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100]
    tables = {
        "agreements": pd.DataFrame({"actors": gains, "share_of_gain_of_three": [float(rules.share_of_gain(n, 3)) for n in gains]}),
        "sequences": sequences,
        "grand_coalitions": pd.DataFrame({"actors": grand}),
        "random_powers": drawn,
    }
    return Output(values, tables, {"self-enforcing": _figure(structures)})


def _agreements() -> list[Value]:
    """Barrett: which sizes are stable, over the number of actors, benefit and cost."""
    found = {actors: rules.stable_sizes(actors) for actors in ACTORS}
    numbers = (Fraction(1, 10), Fraction(1), Fraction(7, 3), Fraction(50))
    others = sum(rules.stable_sizes(actors, b, c) != found[actors] for actors in (3, 10, 100) for b, c in product(numbers, numbers))
    return [
        Value("agreement_smallest", min(map(min, found.values()))),
        Value("agreement_largest", max(map(max, found.values()))),
        Value("agreement_fields_with_2_and_3_only", sum(sizes == (2, 3) for sizes in found.values())),
        Value("agreement_changed_by_benefit_or_cost", others),
        *(Value(f"agreement_share_of_gain_{actors}", float(rules.share_of_gain(actors, 3))) for actors in (10, 100)),
    ]


def _rulers() -> list[Value]:
    """Acemoglu, Egorov & Sonin: sizes with near-equal powers, by the recursion over sizes and over all subsets; two examples."""
    sizes = rules.self_enforcing_sizes(MOST_LISTED)
    values = [Value(f"ruling_size_{ordinal}", size) for ordinal, size in zip(ORDINALS, sizes, strict=False)]
    all_subsets = rules.ruling_coalition(rules.near_equal(BRUTE))
    enforcing = {rules.members(mask) for mask in all_subsets.self_enforcing}
    values.append(Value("ruling_sizes_differing_from_all_subsets", len(enforcing ^ {size for size in sizes if size <= BRUTE})))
    for powers in ((3, 4, 5), (3, 4, 5, 10)):
        rule, name = rules.ruling_coalition(powers), "_".join(map(str, powers))
        values.append(Value(f"ruling_power_of_{name}", float(rule.power[rule.ruler])))
        values.append(Value(f"rulers_of_{name}", rules.members(rule.ruler)))
    return values


def _random_powers(draws: int, seed: int) -> tuple[pd.DataFrame, int]:
    """Return the shares of ruling sizes when powers are drawn uniformly, and how many pairs were self-enforcing."""
    rng = np.random.default_rng([seed, 2008])
    rows, pairs = [], 0
    for players in (3, 5, 7):
        sizes = []
        for _ in range(draws):
            rule = rules.ruling_coalition(rng.integers(1, 2**40, players).tolist())
            sizes.append(rules.members(rule.ruler))
            pairs += sum(rules.members(mask) == 2 for mask in rule.self_enforcing)
        for size in sorted(set(sizes)):
            share = sizes.count(size) / draws
            rows.append({"players": players, "ruling_size": size, "share": share, "se": (share * (1 - share) / draws) ** 0.5})
    return pd.DataFrame(rows), pairs


def _sequences(structures: list[tuple[int, ...]]) -> list[Value]:
    """Ray & Vohra: numbers of actors that form the grand coalition, and how others split."""
    grand = [size for size in range(1, MOST + 1) if structures[size] == (size,)]
    other = rules.sequential_structures(MOST, smaller=True)
    return [
        *(Value(f"grand_{ordinal}", size) for ordinal, size in zip(ORDINALS, grand, strict=False)),
        Value("grand_to_300", len(grand)),
        Value("grand_largest_to_300", grand[-1]),
        Value("coalitions_of_7", len(structures[7])),
        Value("first_of_7", structures[7][0]),
        Value("second_of_7", structures[7][-1]),
        Value("most_coalitions_to_300", max(map(len, structures))),
        Value("grand_to_300_ties_to_smaller", sum(len(structure) == 1 for structure in other[1:])),
    ]


def _figure(structures: list[tuple[int, ...]]) -> Figure:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
    _draw_gains(axes[0])
    _draw_rulers(axes[1])
    _draw_structures(axes[2], structures)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_gains(axis: Axes) -> None:
    actors = np.arange(3, 101)
    for place, members in enumerate((2, 3)):
        share = [100 * float(rules.share_of_gain(int(n), members)) for n in actors]
        axis.plot(actors, share, color=COLOURS[place], label=f"{members} members")
    axis.set(xscale="log", yscale="log", xlabel="actors", ylabel="gain (% of that of full cooperation)")
    axis.set_xticks([3, 10, 30, 100], ["3", "10", "30", "100"])
    axis.set_xticks([], minor=True)
    axis.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axis.set_title("Agreement on a public good:\nonly 2 or 3 members are stable", fontsize=10)
    axis.legend(frameon=False)


def _draw_rulers(axis: Axes) -> None:
    players = np.arange(1, MOST_LISTED + 1)
    ruling = np.array([rules.ruling_size(int(n)) for n in players])
    axis.step(players, ruling, where="mid", color=COLOURS[0], linewidth=1)
    alone = ruling == players
    axis.plot(players[alone], ruling[alone], "o", color=COLOURS[1], label="all players rule together")
    for n in players[alone]:
        axis.annotate(str(n), (n, n), (-5, 4), textcoords="offset points", ha="right", fontsize=9)
    axis.set(xlabel="players, nearly equal in power", ylabel="size of the ruling coalition", xlim=(0, 51), ylim=(0, 36))
    axis.set_title("Majority rule without commitment:\n1, 3, 7, 15 or 31 rule", fontsize=10)
    axis.legend(frameon=False, loc="lower right", fontsize=9)


def _draw_structures(axis: Axes, structures: list[tuple[int, ...]]) -> None:
    for n in range(1, MOST_LISTED + 1):
        bottom = 0
        for place, size in enumerate(reversed(structures[n])):
            axis.bar(n, size, 0.85, bottom, color=COLOURS[(0, 5, 4, 3)[place]])
            bottom += size
        if len(structures[n]) == 1:
            axis.annotate(str(n), (n, n), (1, 2), textcoords="offset points", ha="right", fontsize=9)
    axis.set(xlabel="actors", ylabel="actors in coalitions (largest below)", xlim=(0, 51), ylim=(0, 54))
    axis.set_title("Coalitions proposed one after another:\nall together only at the numbers shown", fontsize=10)
