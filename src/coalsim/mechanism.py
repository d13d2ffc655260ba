"""`Mechanism`: parameters, state, columns, draws and steps, said together; the built-in ones and a user's have this one form.

Everything else that has to know of a variable is derived from its declaration: the arrays that are allocated, what is
cleared when a coalition is launched, a membership or an initiative ends, what is compared when the engines are docked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from coalsim.errors import ParameterError, nearest, shown
from coalsim.parameters.declare import Declaration, Section, describe
from coalsim.parameters.model import declaration, sections
from coalsim.parameters.registering import register
from coalsim.sources import Source, note
from coalsim.streams import Stream, own_stream, streams
from coalsim.tables.columns import TABLES, Column

if TYPE_CHECKING:
    from coalsim.field.model import Field
    from coalsim.parameters import Parameters
    from coalsim.vectorized.draws import Draws
    from coalsim.vectorized.state import State
    from coalsim.vectorized.values import Values

Submodel: TypeAlias = "Callable[[State, Values, Draws], None]"
"""A step of the month: reads and changes the state of all runs at once."""

Kind = Literal["organization", "membership", "acquaintance", "initiative", "relation", "coalition", "issue", "funder", "run"]
"""What a variable is of. A membership is an organization's, by slot; initiative and coalition stand at their convener's
number; an acquaintance is a place in an organization's list, a relation an initiative's with a funder it has met."""

Event = Literal["launch", "release", "end", "never"]
"""When a variable goes back to its null: its coalition is launched, its membership or its initiative ends."""

_RESET: Mapping[str, Event] = MappingProxyType({"coalition": "launch", "membership": "release", "initiative": "end", "relation": "end"})
NO_MONTH = -1_000_000_000
"""The null of a month: no month is as early, not even that in which the longest research before the longest burn-in began."""

_NULLS: Mapping[type, Any] = MappingProxyType({int: -1, float: float("nan"), bool: False})

Start: TypeAlias = "str | Callable[[Field, Parameters], Any] | None"


@dataclass(frozen=True)
class Variable:
    """A variable of the state; see `variable`."""

    name: str
    of: Kind
    meaning: str
    dtype: type
    null: Any
    start: Start
    axes: str | int
    reset: Event
    docks: bool
    shown: str
    refers: str


def variable(
    name: str,
    of: Kind,
    meaning: str = "",
    *,
    dtype: type = float,
    null: Any = None,
    start: Start = None,
    axes: str | int = "",
    reset: Event | None = None,
    docks: bool = True,
    shown: str = "",
    refers: str = "",
) -> Variable:
    """Declare a variable of the state.

    Parameters
    ----------
    name
        Its name, an attribute of `coalsim.vectorized.state.State`, and of the agent in the Mesa engine.
    of
        Of what there is one value each.
    meaning
        One sentence, with unit and range.
    dtype
        float, int or bool.
    null
        Value of what does not exist, and before anything has happened; by default NaN, -1 (nobody, no month) or False.
    start
        Value before the first month: name of an attribute of `coalsim.field.Field`, or a function of a run's field and
        parameters that returns one value for each entity, entities first. By default all are null.
    axes
        "dimensions" if a value is a place in the issue space, or a number of components; these come first in the array.
    reset
        When it goes back to `null`: by default at the "launch" if it is a coalition's, at the "release" if it is a
        membership's, at the "end" if it is an initiative's or a relation's, otherwise "never".
    docks
        Whether both engines must agree on it after every month.
    shown
        Docking compares it only where this variable (yes or no, of the same) holds; by default, if it is a coalition's,
        where one is running.
    refers
        "organization" or "issue" if it is the number of one.

    Raises
    ------
    ParameterError
        An argument is not allowed.
    """
    _allowed("variable", name, "of", of, get_args(Kind))
    _allowed("variable", name, "reset", reset or "never", get_args(Event))
    if dtype not in _NULLS:
        raise ParameterError(f"variable '{name}': dtype = {dtype!r}; allowed: {', '.join(kind.__name__ for kind in _NULLS)}")
    if not name.isidentifier():
        raise ParameterError(f"variable '{name}': a name for an attribute is needed")
    null = _NULLS[dtype] if null is None else null
    if of == "coalition" and not shown and name != "running":
        shown = "running"
    return Variable(name, of, meaning, dtype, null, start, axes, reset or _RESET.get(of, "never"), docks, shown, refers)


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
            _allowed("mechanism", self.name, "columns of", table, TABLES)
        draws = self.draws if isinstance(self.draws, Mapping) else {"organization": self.draws} if self.draws else {}
        for of in draws:
            _allowed("mechanism", self.name, "draws for", of, DRAWN)
        set_ = object.__setattr__
        set_(self, "parameters", (self.parameters,) if isinstance(self.parameters, type) else tuple(self.parameters))
        set_(self, "state", tuple(self.state))
        set_(self, "steps", tuple(self.steps))
        set_(self, "draws", {of: tuple(names) for of, names in draws.items()})
        set_(self, "columns", {table: tuple(self._own(table, column) for column in found) for table, found in self.columns.items()})
        self._declare()
        set_(self, "source", note(self, self.steps))

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
            _allowed("column", column.name, "how", how, allowed)
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


def _allowed(what: str, name: str, key: str, value: Any, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    if value not in allowed:
        raise ParameterError(f"{what} '{name}': {key} {value!r} is unknown{nearest(str(value), allowed)}; allowed: {', '.join(allowed)}")
