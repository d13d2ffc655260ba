"""The TOML file of a sweep, read and checked."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from coalsim.designs.checks import check_fixed, distinct
from coalsim.designs.factors import factor
from coalsim.designs.used import check_used
from coalsim.errors import ParameterError, nearest, shown
from coalsim.inputs import read_toml
from coalsim.parameters.model import sections
from coalsim.parameters.toml import base_of, located

_KEYS: dict[str, type] = {
    "config": str,
    "model": int,
    "design": str,
    "samples": int,
    "replicates": int,
    "seed": int,
    "months": int,
    "monthly": bool,
    "block": int,
    "fixed": dict,
    "factors": dict,
    "points": list,
}


def read_design(path: str | Path) -> dict[str, Any]:
    """Return what a file says of a sweep, as arguments of `coalsim.Sweep`.

    Raises
    ------
    ParameterError
        The file cannot be read, or something in it is not allowed.
    """
    tables, path = read_toml(path), Path(path)
    if tables and set(tables) <= {"model", *sections()} and set(tables) != {"model"}:
        raise ParameterError(f"{path} is a configuration; the design of a sweep is needed, and `coalsim run` takes configurations")
    for key, value in tables.items():
        if key not in _KEYS and key in sections():
            raise ParameterError(f"{path} is a configuration; a design is needed, which names one as config (docs/sweeps.md)")
        if key not in _KEYS:
            raise ParameterError(f"{path}: '{key}' is unknown{nearest(key, _KEYS)}; allowed: {', '.join(_KEYS)}")
        if type(value) is not _KEYS[key]:
            raise ParameterError(f"{path}: {key} = {shown(value)} is of the wrong type; {_KEYS[key].__name__} is needed")
    base = base_of(tables, path)
    fixed = located(tables.get("fixed", {}), path) | ({"months": tables["months"]} if "months" in tables else {})
    points = tables.get("points", [])
    factors = tables.get("factors", {})
    try:
        if "months" in tables and "months" in tables.get("fixed", {}):
            raise ParameterError("months is given twice, also in [fixed]; once is allowed")
        if not all(isinstance(point, dict) for point in points):
            raise ParameterError("points: a table of factor values is needed for each")
        if points and "design" not in tables:
            tables["design"] = "list"
        if tables.get("design") == "list":
            factors = {
                name: [point[name] for point in points if name in point] for name in dict.fromkeys(itertools.chain(*points))
            } | factors
        made = {name: factor(name, given, path) for name, given in factors.items()}
        if tables.get("design") != "list":
            for kind in made.values():
                distinct(kind)
        check_fixed(fixed, made)
        located_points = tuple(located(point, path) for point in points)
        check_used(made, tables.get("design"), located_points)
        base = base.replace(**fixed)
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}") from None
    rest: dict[str, Any] = {key: tables[key] for key in ("replicates", "seed", "monthly", "design", "samples", "block") if key in tables}
    return {"base": base, "factors": made, "points": located_points, **rest}
