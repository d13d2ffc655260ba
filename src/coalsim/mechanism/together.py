"""Mechanisms used together: which go together, what columns they add, and the order of all steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from coalsim.errors import ParameterError, nearest, shown
from coalsim.mechanism.form import Mechanism, Submodel
from coalsim.parameters.model import declaration
from coalsim.streams import streams
from coalsim.tables.columns import TABLES, Column

if TYPE_CHECKING:
    from coalsim.parameters import Parameters


def together(mechanisms: Iterable[Mechanism], scenarios: Iterable[Parameters]) -> tuple[Mechanism, ...]:
    """Return mechanisms that can be used together and for some scenarios.

    Raises
    ------
    ParameterError
        They cannot, or a scenario sets parameters of a mechanism that is not among them.
    """
    found = unique(mechanisms)
    names = {mechanism.name for mechanism in found}

    def nothing(name: str) -> tuple[Any, Any]:
        return declaration(name).default, declaration(name).null

    for p in scenarios:
        for section, values in p.own.items():
            effective = [f"{name} = {value!r}" for name, value in values.items() if value not in nothing(name)]
            if section not in names and effective:
                setting = ", ".join(effective)
                raise ParameterError(f"[{section}] {setting}: nothing comes of it without the mechanism '{section}'; give it as well")
    return found


def own_columns(mechanisms: Iterable[Mechanism], table: str) -> tuple[Column, ...]:
    """Return the columns that mechanisms add to a table."""
    return tuple(column for mechanism in mechanisms for column in mechanism.columns.get(table, ()))


def own_months(mechanisms: Iterable[Mechanism]) -> tuple[Column, ...]:
    """Return what is recorded by month for mechanisms: their monthly columns, and what their outcomes are made of."""
    found = {column.name: column for column in own_columns(mechanisms, "monthly")}
    for mechanism in mechanisms:
        states = {v.name for v in mechanism.state}
        for column in mechanism.columns.get("outcomes", ()):
            if column.how in ("total", "mean", "last") and column.name not in found:
                found[column.name] = column._replace(how="state" if column.name in states else "books")
    return tuple(found.values())


def all_columns(mechanisms: Iterable[Mechanism]) -> dict[str, tuple[Column, ...]]:
    """Return the columns of all tables, with those that mechanisms add; `TABLES` if there are none."""
    mechanisms = tuple(mechanisms)
    return {table: (*columns, *own_columns(mechanisms, table)) for table, columns in TABLES.items()}


def unique(mechanisms: Iterable[Mechanism]) -> tuple[Mechanism, ...]:
    """Return mechanisms that can be used together.

    Raises
    ------
    ParameterError
        Something is none, two are called the same, or declare a variable, column, draw or step of one name.
    """
    given = tuple(mechanisms) if isinstance(mechanisms, Iterable) else (mechanisms,)
    if wrong := [mechanism for mechanism in given if not isinstance(mechanism, Mechanism)]:
        raise ParameterError(f"mechanisms: {shown(wrong[0])} is given; a sequence of Mechanisms is needed")
    mechanisms = given
    taken = {("draw", name): "of the model itself" for name in streams(1).organization.columns}
    for mechanism in mechanisms:
        names = [("mechanism", mechanism.name)]
        names += [("variable", v.name) for v in mechanism.state]
        names += [(f"column of {table}", column.name) for table, columns in mechanism.columns.items() for column in columns]
        names += [("draw", name) for _, stream in mechanism.streams() for name in stream.columns]
        names += [("step", step.name) for step in mechanism.steps if step.place != "at"]
        for name in names:
            if name in taken:
                what, called = name
                raise ParameterError(f"mechanism '{mechanism.name}': {what} '{called}' is taken, {taken[name]}")
            taken[name] = f"by mechanism '{mechanism.name}'"
    return mechanisms


def arranged(schedule: Mapping[str, Submodel], mechanisms: Iterable[Mechanism]) -> dict[str, Submodel]:
    """Return a schedule with the steps of mechanisms put in where they say.

    Raises
    ------
    ParameterError
        A step refers to one that there is not.
    """
    found = dict(schedule)
    for mechanism, step in [(m, step) for m in mechanisms for step in m.steps]:
        if step.other not in found:
            raise ParameterError(
                f"mechanism '{mechanism.name}': step '{step.other}' is unknown{nearest(step.other, found)}; steps: {', '.join(found)}"
            )
        if step.place == "instead of":
            found[step.other] = step.function
            continue
        if step.name in found:
            raise ParameterError(f"mechanism '{mechanism.name}': there is a step '{step.name}' already; call the function otherwise")
        names = list(found)
        names.insert(names.index(step.other) + (step.place == "after"), step.name)
        found = {name: found.get(name, step.function) for name in names}
    return found
