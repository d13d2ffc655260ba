"""Mechanisms as plain values: what a manifest says of them, enough to read results by, not to compute any.

A manifest holds names and digests, no code, and never has any run: a folder's results are opened without the mechanism's
file, and going on with its sweep needs that very file, named in Python or with ``--mechanism``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import create_model

from coalsim.errors import ParameterError, StoreError
from coalsim.mechanism import Mechanism
from coalsim.parameters.declare import Declaration, Months, Section, parameter
from coalsim.parameters.own import own_sections
from coalsim.sources import Source, live, versions
from coalsim.tables.columns import Column

_TYPES: dict[str, Any] = {
    "true or false": bool,
    "number": float,
    "whole number": int,
    "text": str,
    "text or whole number": str | int,
    "list of months": Months,
}
_READ = {"outcomes": "total", "monthly": "books", "coalitions": "read"}
_DTYPES: dict[str, type] = {"float": float, "int": int, "bool": bool, "str": str}


def about(mechanism: Mechanism) -> dict[str, Any]:
    """Return a mechanism as plain values."""
    if not mechanism.steps:  # one that came from a manifest itself
        return dict(_DESCRIBED[mechanism.name, mechanism.source.digest])
    return {
        "name": mechanism.name,
        "digest": mechanism.source.digest,
        "file": mechanism.source.file,
        "parameters": [_renamed(d._asdict(), "evidence", "standing") for d in mechanism.declarations().values()],
        "columns": {
            table: [[column.name, column.unit, column.meaning, column.dtype.__name__] for column in columns]
            for table, columns in mechanism.columns.items()
        },
    }


def _renamed(told: Mapping[str, Any], name: str, other: str) -> dict[str, Any]:
    """Return the entries of a declaration under other names: manifests have the evidence under the name that it had first."""
    return {other if key == name else key: value for key, value in told.items()}


_DESCRIBED: dict[tuple[str, str], Mapping[str, Any]] = {}


def described(given: Mapping[str, Any]) -> Mechanism:
    """Return the mechanism that plain values are of: itself if it was made in this process, otherwise one to read by."""
    name, digest = given["name"], given["digest"]
    found = live(name, digest)
    if found is not None:
        return found
    known = own_sections().get(name)
    fields: dict[str, Any] = {
        about["name"]: _field(Declaration(**_renamed(about, "standing", "evidence"))) for about in given["parameters"]
    }
    section = known or (create_model(name, __base__=Section, **fields) if fields else None)
    columns = {
        table: [Column(called, unit, meaning, _DTYPES[dtype], _READ[table]) for called, unit, meaning, dtype in columns]
        for table, columns in given["columns"].items()
    }
    made = Mechanism(name, (section,) if section else (), columns=columns)
    object.__setattr__(made, "source", Source(name, digest, given["file"]))
    _DESCRIBED[name, digest] = given
    return made


def _field(d: Declaration) -> tuple[Any, Any]:
    kind = Literal[tuple(d.choices)] if d.kind == "choice" else _TYPES[d.kind]
    low, above = (None, d.low) if d.open_low else (d.low, None)
    made = parameter(
        tuple(d.default) if isinstance(d.default, list) else d.default,
        d.unit,
        d.meaning,
        low,
        d.high,
        above=above,
        null=d.null,
        mechanism=d.mechanism,
        evidence=d.evidence,
        plausible=None if d.plausible is None else (d.plausible[0], d.plausible[1]),
        shapes=d.shapes,
    )
    return (kind | None if d.default is None else kind), made


def runnable(mechanisms: Iterable[Mechanism], where: object) -> None:
    """Raise `StoreError` unless the code of all mechanisms is here, as it was when the sweep of `where` was begun."""
    for mechanism in mechanisms:
        if mechanism.steps:
            continue
        _, digest, file, *_ = mechanism.source
        wanted = f"{where} was begun with the mechanism '{mechanism.name}' of {file} (digest {digest[:10]})"
        if here := versions(mechanism.name):
            raise StoreError(
                f"{wanted}; this one has the digest {here[-1][:10]}: go on with the file as it was, or begin anew (--overwrite)"
            )
        raise StoreError(f"{wanted}; give it as well: --mechanism {file}:NAME")


def in_files(mechanisms: Iterable[Mechanism]) -> None:
    """Raise `ParameterError` unless the code of all mechanisms can be made again elsewhere."""
    for mechanism in mechanisms:
        if mechanism.steps and not mechanism.source.digest:
            raise ParameterError(
                f"mechanism '{mechanism.name}': its steps are not in a file, all in one; a sweep in a folder or with workers needs that"
            )
