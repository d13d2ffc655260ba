"""Modules, names and arguments as they were called before; to go with version 0.3.

``import coalsim.core`` still works, warns, and is `coalsim.vectorized.core`, the same module under another name. So do names of modules
(`names`), arguments of functions (`renamed`) and attributes (`Attribute`).
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

HOMES = MappingProxyType(
    {
        **{name: f"vectorized.{name}" for name in ("core", "state", "values", "draws", "ledger")},
        **{name: f"tables.{name}" for name in ("outcomes", "columns", "labelled", "summary", "store")},
        "submodels": "vectorized.mechanisms",
        **{name: f"report.{name}" for name in ("drawing", "plots", "terminal", "outputs", "page")},
        "analysis.figures": "report.figures",
        "analysis.labels": "tables.labels",
        "analysis.sampling": "designs.sensitivity",
        "sweep.figures": "report.figures.sweeps",
        "sweep.marginals": "analysis.marginals",
        **{f"sweep.{name}": f"designs.{name}" for name in ("factors", "samplers", "points")},
        **{f"stability.{name}": f"games.{name}" for name in ("blocking", "dynamics", "games", "moves", "notions", "partitions", "rules")},
        **{f"studies.{n}": f"experiments.{n}" for n in ("experiment", "loading", "markdown", "reproducing", "targets", "verdicts")},
        "stability.standing": "stability.situation",
    }
)
"""Where a module or package of ``coalsim`` is now, by its former name."""


class Moved:
    """Finds a module by its former name."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where the module is now, if `fullname` is a former name, or begins with one."""
        package, _, name = fullname.partition(".")
        if package != "coalsim":
            return None
        former, rest = name, ""
        while former and former not in HOMES:
            former, _, last = former.rpartition(".")
            rest = f".{last}{rest}"
        if not former:
            return None
        return ModuleSpec(fullname, self, origin=f"coalsim.{HOMES[former]}{rest}")  # type: ignore[arg-type]  # importing Loader takes time

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the module by its name of today."""
        _warn(spec.name, str(spec.origin), 3)
        module = import_module(str(spec.origin))
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module back its name of today: the import system has written the former one over it."""
        module.__spec__ = self._own


def install() -> None:
    """Have Python find moved modules; before all others, since the packages they have moved to are known by path."""
    sys.meta_path.insert(0, Moved())


def names(module: str, former: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module in which things had other names.

    Parameters
    ----------
    module
        Its name.
    former
        Where each thing is now (``"coalsim.games.Game"``), by its former name in the module.
    """

    def found(name: str) -> Any:
        if name not in former:
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        _warn(f"{module}.{name}", former[name], 3)
        home, _, today = former[name].rpartition(".")
        return getattr(import_module(home), today)

    return found


def renamed(**former: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a function take arguments by their former names, too: ``@renamed(level="confidence")``.

    An argument that is given by both names is a `TypeError`.
    """

    def of(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def taking(*arguments: P.args, **named: P.kwargs) -> R:
            for name in former.keys() & named.keys():
                if former[name] in named:
                    raise TypeError(f"{name} is the former name of {former[name]}; give one of the two")
                _warn(f"the argument {name}", former[name], 3)
                named[former[name]] = named.pop(name)
            return function(*arguments, **named)

        return taking

    return of


class Attribute:
    """An attribute by its former name: ``level = Attribute("level", "confidence")`` in the body of a class."""

    def __init__(self, former: str, name: str) -> None:
        self._former, self._name = former, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Return what has the name of today."""
        if instance is None:
            return self
        _warn(f"the attribute {self._former}", self._name, 3)
        return getattr(instance, self._name)


def _warn(former: str, today: str, level: int) -> None:
    warnings.warn(f"{former} is now {today}; the former name goes with version 0.3", DeprecationWarning, stacklevel=level)
