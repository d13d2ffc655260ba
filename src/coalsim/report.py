"""Tables on the terminal, for people."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.table import Table

from coalsim.parameters import declarations
from coalsim.simulation import Runs
from coalsim.sweep import Results
from coalsim.tables.columns import TABLES, names
from coalsim.tables.summary import mean_and_interval, number


def outcomes(runs: Runs, title: str, seconds: float) -> None:
    """Print mean, standard deviation and 95 % interval of every outcome over the runs."""
    heads = ("outcome", "mean", "sd", "95 % interval of the mean", "unit")
    table = _table(f"{title}: {len(runs.outcomes)} runs in {seconds:.1f} s", heads, 1, 2, 3)
    columns = runs.columns["outcomes"]
    units = {column.name: column.unit for column in columns}
    focal = runs.scenarios[0].focal.focal_launch_month is not None
    for name in names(columns):
        if name.startswith("focal") and not focal:
            continue
        values = runs.outcomes[name].to_numpy(dtype=float)
        mean, half = mean_and_interval(values)
        known = values[~np.isnan(values)]
        spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
        interval = "-" if np.isnan(half) else f"{number(mean - half)} to {number(mean + half)}"
        table.add_row(name, number(mean), number(spread), interval, units[name])
    _print(table)


def sweep(results: Results, title: str, seconds: float) -> None:
    """Print the factor values of each scenario with means and 95 % intervals of the main outcomes."""
    summary = results.summary()
    factors = list(results.sweep.factors)
    shown = [name for name in summary.columns if name not in ("scenario_id", *factors) and not name.endswith("_ci")]
    runs = f"{len(summary)} scenarios x {results.sweep.replicates} replicates in {seconds:.1f} s"
    heading = f"{title}: {runs} (mean ± half the 95 % interval)"
    table = _table(heading, ("scenario", *factors, *shown), *range(1 + len(factors) + len(shown)))
    for _, row in summary.iterrows():
        cells = [f"{number(row[name])} ± {number(row[f'{name}_ci'])}" for name in shown]
        table.add_row(str(int(row["scenario_id"])), *(str(row[name]) for name in factors), *cells)
    _print(table)


def parameters() -> None:
    """Print what is declared of every parameter."""
    for section in dict.fromkeys(declared.section for declared in declarations().values()):
        table = _table(f"[{section}]", ("parameter", "default", "unit", "range", "null", "standing", "meaning"), 1)
        for declared in declarations().values():
            if declared.section == section:
                default = "not set" if declared.default is None else str(declared.default)
                null = "" if declared.null is None else f"{declared.null:g}"
                table.add_row(declared.name, default, declared.unit, declared.range, null, declared.standing, declared.meaning)
        _print(table)


def columns() -> None:
    """Print what is declared of every column."""
    for title, declared in TABLES.items():
        table = _table(title, ("column", "unit", "meaning"))
        for column in declared:
            table.add_row(column.name, column.unit, column.meaning)
        _print(table)


def _table(title: str, heads: Iterable[str], *right: int) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in right else "left", overflow="fold")
    return table


def _print(table: Table) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a file or pipe has no width of its own
    console.print(table)
    console.print()
