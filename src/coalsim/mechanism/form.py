"""The form of a mechanism, and the places of its steps in the month."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from coalsim.errors import ParameterError
from coalsim.mechanism.variables import Variable, check
from coalsim.parameters.declare import Declaration, Section, describe
from coalsim.parameters.model import sections
from coalsim.parameters.registering import register
from coalsim.sources import Source, note
from coalsim.streams import Stream, own_stream
from coalsim.tables.columns import TABLES, Column

if TYPE_CHECKING:
    from coalsim.vectorized.draws import Draws
    from coalsim.vectorized.state import State
    from coalsim.vectorized.values import Values

Submodel: TypeAlias = "Callable[[State, Values, Draws], None]"
"""A step of the month: reads and changes the state of all runs at once."""


@dataclass(frozen=True)
class Step:
    """A step of the month and its place: at its own name in the schedule, instead of another, before it or after it."""

    function: Submodel
    place: Literal["at", "instead of", "before", "after"]
    other: str

    @property
    def name(self) -> str:
        """Its name in the schedule."""
        return self.other if self.place in ("at", "instead of") else self.function.__name__


def at(*functions: Submodel) -> tuple[Step, ...]:
    """Return steps that stand in the schedule under their own names."""
    return tuple(Step(function, "at", function.__name__) for function in functions)


def instead_of(step: str, function: Submodel) -> Step:
    """Return a step that takes the place of `step`."""
    return Step(function, "instead of", step)


def before(step: str, function: Submodel) -> Step:
    """Return a step that comes right before `step`, under the name of the function."""
    return Step(function, "before", step)


def after(step: str, function: Submodel) -> Step:
    """Return a step that comes right after `step`, under the name of the function."""
    return Step(function, "after", step)


_HOW = {"outcomes": ("total", "mean", "last", "coalitions"), "coalitions": ("state", "read"), "monthly": ("books", "state")}
"""How the columns that mechanisms add are come by, the default first."""

DRAWN = ("organization", "membership", "issue", "run")
"""What a mechanism can have draws for, every month anew."""


@dataclass(frozen=True, eq=False)
class Mechanism:
    """Something that happens in the model: its parameters, state, columns, draws and steps.

    Attributes
    ----------
    name : of the mechanism; the table of its parameters in a configuration file
    parameters : the section class (`coalsim.Section`) of its parameters; the built-in ones may have several
    state : what it adds to the state (`variable`)
    columns : what it adds to the tables of results, by table: "outcomes", "coalitions", "monthly"
    draws : names of its uniforms, one for each organization and month; or, by "organization", "membership", "issue", "run"
    steps : what it does (`instead_of`, `before`, `after`)
    source : the file that its steps are in, with a digest of it

    A column of *coalitions* is the variable of that name when the coalition ends. One of *monthly* is what the steps book
    under that name (`State.book`), or with ``how="state"`` the mean over the variable of that name. One of *outcomes* is the
    total over the months of what is booked; with ``how`` "mean" or "last" that; with "coalitions" the total over the run's
    coalitions; or a function of (coalitions, monthly), as in `coalsim.tables.outcomes.summarise`, that returns one value
    for each run.

    Raises
    ------
    ParameterError
        Something in it is not allowed, or named twice.

    Examples
    --------
    A step of one's own, counting the organizations that are exhausted:

    >>> import numpy as np
    >>> import coalsim as cs
    >>> def tired(s, p, draws):
    ...     who = np.flatnonzero(s.readiness < 0.2)
    ...     s.book("tired", np.ones(len(who)), s.run_of(who))
    >>> column = cs.Column("tired", "organization-month", "Months of organizations with little readiness.", int)
    >>> counting = cs.Mechanism("counting", columns={"outcomes": [column]}, steps=[cs.after("readiness", tired)])
    >>> bool((cs.simulate(cs.Parameters(), 2, mechanisms=[counting]).outcomes["tired"] > 0).all())
    True
    """

    name: str
    parameters: type[Section] | Sequence[type[Section]] = ()
    state: Sequence[Variable] = ()
    columns: Mapping[str, Sequence[Column]] = field(default_factory=dict)
    draws: Sequence[str] | Mapping[str, Sequence[str]] = ()
    steps: Sequence[Step] = ()
    source: Source = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ParameterError(f"mechanism '{self.name}': a name like my_mechanism is needed")
        for table in self.columns:
            check("mechanism", self.name, "columns of", table, TABLES)
        draws = self.draws if isinstance(self.draws, Mapping) else {"organization": self.draws} if self.draws else {}
        for of in draws:
            check("mechanism", self.name, "draws for", of, DRAWN)
        set_ = object.__setattr__
        set_(self, "parameters", (self.parameters,) if isinstance(self.parameters, type) else tuple(self.parameters))
        set_(self, "state", tuple(self.state))
        set_(self, "steps", tuple(self.steps))
        self._check_steps()
        set_(self, "draws", {of: tuple(names) for of, names in draws.items()})
        set_(self, "columns", {table: tuple(self._own(table, column) for column in found) for table, found in self.columns.items()})
        self._declare()
        set_(self, "source", note(self, self.steps))

    def _check_steps(self) -> None:
        for step in self.steps:
            try:
                inspect.signature(step.function).bind(None, None, None)
            except TypeError:
                raise ParameterError(f"mechanism '{self.name}': step '{step.name}' needs to take three arguments: s, p, draws") from None
            except ValueError:  # of a function in C nobody knows
                continue

    def _declare(self) -> None:
        """Make its parameters known, unless they are the model's."""
        assert not isinstance(self.parameters, type)
        own = [cls for cls in self.parameters if cls not in sections().values()]
        if not own:
            return
        if len(own) > 1:
            raise ParameterError(f"mechanism '{self.name}': one section of parameters is needed, {len(own)} are given")
        shown = {column.name for columns in self.columns.values() for column in columns}
        for name in own[0].model_fields:
            if name in shown:
                raise ParameterError(f"mechanism '{self.name}': '{name}' is a parameter and a column; one of them needs another name")
        register(self.name, own[0])

    def _own(self, table: str, column: Column) -> Column:
        """Return a column with the default of how it is come by."""
        allowed = _HOW[table]
        how = column.how or allowed[0]
        if column.name in {known.name for known in TABLES[table]}:
            raise ParameterError(f"column '{column.name}' of mechanism '{self.name}': the table {table} has it already")
        if not callable(how) or table != "outcomes":
            check("column", column.name, "how", how, allowed)
        if how == "state" and column.name not in {v.name for v in self.state}:
            raise ParameterError(f"column '{column.name}' of mechanism '{self.name}': there is no variable of that name in its state")
        return column._replace(how=how)

    def declarations(self) -> dict[str, Declaration]:
        """Return what is declared of its parameters, by name."""
        assert not isinstance(self.parameters, type)
        return {name: describe(self.name, name, f) for cls in self.parameters for name, f in cls.model_fields.items()}

    def streams(self) -> list[tuple[str, Stream]]:
        """Return its streams, with what there is a row for in each."""
        assert isinstance(self.draws, Mapping)
        return [(of, own_stream(f"{self.name}/{of}", tuple(names))) for of, names in self.draws.items()]
