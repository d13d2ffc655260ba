"""Data files that a design names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coalsim.parameters.effect import FILE_PARAMETERS


def with_paths(spec: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a sweep's `spec` with the names of its data files changed."""

    def renamed(name: str, value: Any) -> Any:
        return change(value) if name in FILE_PARAMETERS and isinstance(value, str) and value else value

    def changed(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: renamed(name, value) for name, value in values.items()}

    factors: dict[str, Any] = {}
    for name, given in spec["factors"].items():
        if isinstance(given, Mapping):
            factors[name] = {label: changed(group) if isinstance(group, Mapping) else group for label, group in given.items()}
        else:
            factors[name] = [renamed(name, value) for value in given] if isinstance(given, list) else given
    return {**spec, "base": changed(spec["base"]), "factors": factors, "points": [changed(point) for point in spec["points"]]}


def data_files(spec: Mapping[str, Any]) -> set[str]:
    """Return the names of the data files that a sweep's `spec` mentions."""
    names: set[str] = set()

    def note(name: str) -> str:
        names.add(name)
        return name

    with_paths(spec, note)
    return names
