"""`compiled` and `Kernel`: functions that numba compiles once, keeps in a cache, and is handed arrays by their names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import numba
from numba import config as _config

from coalsim.vectorized.compiling import cache_folder
from coalsim.vectorized.threads import each

config: Any = _config
F = TypeVar("F", bound=Callable[..., Any])

# No fastmath: the order of operations is that of the numpy engine, and so are the bits.
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}


@contextmanager
def _cached_in_our_folder() -> Iterator[None]:
    """Have numba keep what is compiled in a folder named by the source of all kernels.

    numba knows only when a function's own file changed: of one that calls it from another file it would go on to use old code.
    """
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        yield
    finally:
        config.CACHE_DIR = before


def compiled(function: F) -> F:
    """Have a function that kernels call compiled into them.

    Into them, as a call with arrays counts references to them, which takes longer than most functions do.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: F, **options: Any) -> F:
    with _cached_in_our_folder():
        kept: F = numba.njit(**_OPTIONS, **options)(function)
        return kept


KERNELS: dict[str, Any] = {}
"""The functions of all kernels that were imported, by module and name."""


class Kernel:
    """A compiled function whose arguments have the names of what they are.

    Of each argument the value is what is given under that name, or else the attribute of that name of the kit
    (`coalsim.vectorized.kernels.kit.Kit`), or else of its lists of members, or else the state's.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.names = tuple(inspect.signature(function).parameters)
        self._function = _compiled(function)
        KERNELS[f"{function.__module__}.{function.__name__}"] = self._function
        self._fixed: list[tuple[int, str]] = []
        self._asked: list[tuple[int, str]] = []
        self._listed: list[tuple[int, str]] = []
        self._given: list[tuple[int, str]] = []

    def __call__(self, kit: Any, **given: Any) -> Any:
        """Call it for the block that `kit` belongs to."""
        return self._function(*self._values(kit, given))

    def in_parts(self, kit: Any, **given: Any) -> list[Any]:
        """Call it for parts of the organizations of each run (arguments `low` and `high`), by several threads if there are any."""
        values = self._values(kit, {**given, "low": 0, "high": 0})
        low, high = self.names.index("low"), self.names.index("high")

        def call(part: tuple[int, int]) -> Any:
            mine = values.copy()
            mine[low], mine[high] = part
            return self._function(*mine)

        return each(call, kit.parts, kit.threads)

    def _values(self, kit: Any, given: Mapping[str, Any]) -> list[Any]:
        """Return the arguments; what a block has from its beginning to its end is looked up again only if an array was exchanged."""
        bound, fixed = kit.fixed.get(self, (-1, ()))
        if bound != kit.state.bound:
            if not (self._fixed or self._asked or self._listed or self._given):
                self._plan(kit, given)
            fixed = [None] * len(self.names)
            for place, name in self._fixed:
                fixed[place] = getattr(kit if name in vars(type(kit)) else kit.state, name)
            kit.fixed[self] = (kit.state.bound, fixed)
        values = list(fixed)
        for place, name in self._given:
            values[place] = given[name]
        for place, name in self._asked:
            values[place] = getattr(kit, name)
        if self._listed:
            members = kit.members
            for place, name in self._listed:
                values[place] = getattr(members, name)
        return values

    def _plan(self, kit: Any, given: Mapping[str, Any]) -> None:
        """Note where the value of each argument comes from: the call, what the kit says anew each time, its lists, or what is fixed."""
        for place, name in enumerate(self.names):
            if name in given:
                of = self._given
            elif isinstance(getattr(type(kit), name, None), property):
                of = self._asked
            else:
                of = self._listed if name in kit.LISTED else self._fixed
            of.append((place, name))
