"""What each parameter does to impact and success rate when moved to both ends of its plausible range.

One at a time, in common replicates with the baseline: mean paired differences with 95 % intervals,
one row per parameter, by the size of the larger effect on impact. Usage: python scripts/levers.py [REPLICATES]
"""

from __future__ import annotations

import sys
from typing import Any

import coalsim as cs
from coalsim.errors import ParameterError
from coalsim.parameters import declarations
from coalsim.tables.summary import mean_and_interval

OUTCOMES = ("impact", "success_rate")


def ends(name: str) -> list[tuple[Any, cs.Parameters]]:
    """Return the scenarios with `name` at the ends of its plausible range, where the baseline allows them."""
    declared, p, found = declarations()[name], cs.Parameters(), []
    if declared.plausible is None or declared.section == "register":
        return []
    for end in declared.plausible:
        value = int(end) if declared.kind == "whole number" else float(end)
        try:
            found.append((value, p.replace(**{name: value})))
        except ParameterError:
            continue
    return found


def main() -> None:
    """Simulate, and print the table in Markdown."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    cases = [(name, value, p) for name in declarations() for value, p in ends(name)]
    runs = cs.simulate([cs.Parameters(), *(p for _, _, p in cases)], replicates, seed=1).outcomes
    tables = {name: runs.pivot(index="replication", columns="scenario_id", values=name) for name in OUTCOMES}
    rows: dict[str, list[tuple[Any, list[tuple[float, float]]]]] = {}
    for scenario_id, (name, value, _) in enumerate(cases, start=1):
        effects = [mean_and_interval((tables[o][scenario_id] - tables[o][0]).to_numpy(dtype=float)) for o in OUTCOMES]
        rows.setdefault(name, []).append((value, effects))
    heads = ["parameter", "from", *(f"{o}, low end" for o in OUTCOMES), "to", *(f"{o}, high end" for o in OUTCOMES)]
    print(f"Baseline and {len(cases)} variants, {replicates} replicates each; differences from the baseline.\n")
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for name, found in sorted(rows.items(), key=lambda row: -max(abs(effects[0][0]) for _, effects in row[1])):
        cells = [cell for value, effects in found for cell in (f"{value:g}", *(f"{mean:+.3f} ± {half:.3f}" for mean, half in effects))]
        print(f"| `{name}` | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
