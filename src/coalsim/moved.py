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
    }
)
"""Where a module or package of ``coalsim`` is now, by its former name."""


class Moved:
    """Finds a module by its former name."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where the module is now, if `fullname` is a former name."""
        package, _, name = fullname.partition(".")
        former, dot, rest = name.partition(".")
        if package != "coalsim" or former not in HOMES:
            return None
        where = f"coalsim.{HOMES[former]}{dot}{rest}"
        return ModuleSpec(fullname, self, origin=where)  # type: ignore[arg-type]  # a loader by its methods: importing the class takes time

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
