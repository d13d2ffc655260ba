"""Modules by the names they had before; to go with version 0.3.

``import coalsim.core`` still works, warns, and is `coalsim.vectorized.core`, the same module under another name.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType

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
        warnings.warn(f"{spec.name} is now {spec.origin}; the former name goes with version 0.3", DeprecationWarning, stacklevel=2)
        module = import_module(str(spec.origin))
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module back its name of today: the import system has written the former one over it."""
        module.__spec__ = self._own


def install() -> None:
    """Have Python find moved modules; before all others, since the packages they have moved to are known by path."""
    sys.meta_path.insert(0, Moved())
