"""The library of statistics as a table, for the documentation and the command line."""

from __future__ import annotations

from coalsim.calibration.statistics.declare import LIBRARY, REQUIRED, Option


def markdown() -> str:
    """Return the table of statistics: name, unit, meaning, options with their defaults."""
    rows = ["| statistic | unit | meaning | options |", "|---|---|---|---|"]
    for found in LIBRARY.values():
        options = "; ".join(_option(name, option) for name, option in found.options.items())
        rows.append(f"| `{found.name}` | {found.unit} | {found.meaning} | {options} |")
    return "\n".join(rows) + "\n"


def _option(name: str, option: Option) -> str:
    if option.default is REQUIRED:
        said = f"`{name}`"
    elif option.default is None:
        said = f"`{name}` (none)"
    else:
        said = f"`{name}` ({option.default})"
    return f"{said}: {', '.join(option.kind)}" if isinstance(option.kind, tuple) else said
