"""Tables on the terminal, for people."""

from __future__ import annotations

from coalsim.counts import so_many
from coalsim.field import Field
from coalsim.field.described import described, existing
from coalsim.parameters import declarations
from coalsim.report.terminal import headed, say, show
from coalsim.sweep import Results
from coalsim.sweep.reading import factor_column
from coalsim.tables.columns import SCENARIO, TABLES, names
from coalsim.tables.labels import value_labels
from coalsim.tables.summary import number

MOST = 20
"""Scenarios of a sweep that are printed; more are read better in a file."""


def sweep(results: Results, title: str, seconds: float) -> None:
    """Print the factor values of scenarios with means and 95 % intervals of the main outcomes: of all, or of the first `MOST`."""
    summary = results.summary()
    factors = list(results.sweep.factors)
    shown = [name for name in summary.columns if name in names(results.columns["outcomes"]) and f"{name}_ci" in summary]
    runs = f"{so_many(len(summary), 'scenario')} x {so_many(results.sweep.replicates, 'replicate')} in {seconds:.1f} s"
    heading = f"{title}: {runs} (mean ± half the 95 % interval)"
    table = headed(heading, ("scenario", *factors, *shown), *range(1 + len(factors) + len(shown)))
    first = summary.head(MOST)
    values = [value_labels(first[factor_column(name)].tolist()) for name in factors]
    for place, row in enumerate(first.to_dict("records")):
        cells = [f"{number(row[name])} ± {number(row[f'{name}_ci'])}" for name in shown]
        table.add_row(str(row[SCENARIO]), *(of[place] for of in values), *cells)
    show(table)
    if len(summary) > MOST:
        where = "" if results.folder is None else f": {results.folder / 'summary.csv'}"
        say(f"The first {MOST} of {len(summary):,} scenarios; {len(summary) - MOST:,} more are in the summary{where}")


def field(of: Field, title: str, burn_in: int) -> None:
    """Print what a field is like, and the coalitions that it begins with."""
    table = headed(f"{title}: before the first month of replicate 0", ("what", "how much"))
    for row in described(of):
        table.add_row(*row)
    show(table)
    if of.coalitions:
        heads = ("convener", "members", "issue", "launched in month", "funders", "trust")
        exist = "exists" if len(of.coalitions) == 1 else "exist"
        table = headed(f"{so_many(len(of.coalitions), 'coalition')} {exist}", heads, 3, 4, 5)
        for coalition in existing(of)[:MOST]:
            table.add_row(*coalition)
        show(table)
        if len(of.coalitions) > MOST:
            say(f"The first {MOST} of {len(of.coalitions):,} coalitions.")
    if burn_in:
        others = "others" if of.coalitions else "coalitions"
        months = f"{so_many(burn_in, 'month')} {'is' if burn_in == 1 else 'are'} simulated"
        say(f"Before month 0, {months}; {others} that come about then, and last, run when counting begins.")
    elif not of.coalitions:
        say("No coalition exists when the run begins.")


def parameters() -> None:
    """Print what is declared of every parameter."""
    for section in dict.fromkeys(declared.section for declared in declarations().values()):
        table = headed(f"[{section}]", ("parameter", "default", "unit", "range", "null", "evidence", "meaning"), 1)
        for declared in declarations().values():
            if declared.section == section:
                default = "not set" if declared.default is None else str(declared.default)
                null = "" if declared.null is None else f"{declared.null:g}"
                table.add_row(declared.name, default, declared.unit, declared.range, null, declared.evidence, declared.meaning)
        show(table)


def columns() -> None:
    """Print what is declared of every column."""
    for title, declared in TABLES.items():
        table = headed(title, ("column", "unit", "meaning"))
        for column in declared:
            table.add_row(column.name, column.unit, column.meaning)
        show(table)
