"""Whether the steps of the month are compiled: that changes how long a simulation takes, and no bit of it.

Compiled steps (`coalsim.vectorized.kernels`) are kept in a folder, so that each version of them is compiled once for a user and
computer. Until then they take longer to come by than a small simulation takes, and so it is only a large one that waits. Those that are
kept are loaded for a large simulation, or after several small ones.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import logging
import os
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

from coalsim.counts import said
from coalsim.errors import ParameterError

PAYS_WHEN_KEPT = 1_000_000
"""Organization-months from which compiled steps save more time than it takes to load them (half a second)."""

PAYS_WHEN_NEW = 100_000_000
"""Organization-months from which compiled steps save more time than it takes to compile them (half a minute)."""

LEAST = 200_000
"""Organization-months that any simulation counts for, however small: numpy takes as long for fewer."""

_PACKAGE = Path(__file__).parent
_COMPLETE = "complete"  # a file: all kernels are in the folder


def available() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def check(compiled: bool | None) -> None:
    """Raise `ParameterError` if compiled steps are asked for that there cannot be."""
    if compiled is not None and not isinstance(compiled, bool):
        raise ParameterError(f"compiled = {said(compiled)}: True, False or None is needed")
    if compiled and not available():
        raise ParameterError("compiled = True: numba is not installed; install coalsim[fast], or leave it out")


def chosen(compiled: bool | None, organization_months: int, note: Callable[[str], None] | None = None) -> bool:
    """Return whether to compile the steps of a simulation, and see to it that they are compiled if so.

    Parameters
    ----------
    compiled : what was asked for; None to have it decided by the size
    organization_months : of all runs
    note : is told what takes time, or cannot be done; by default it is logged

    Raises
    ------
    ParameterError
        It was asked for, and numba is not installed.
    """
    check(compiled)
    if compiled is None:
        compiled = loaded() or (available() and (_pays_by_now(organization_months) if kept() else organization_months >= PAYS_WHEN_NEW))
    return compiled and prepare(note or logging.getLogger("coalsim").warning)


def _pays_by_now(organization_months: int) -> bool:
    """Return whether this process has simulated so much, with what it is to simulate now, that the kernels would have paid.

    Whoever loads them then has waited at most twice as long as with the better choice, made from the first simulation on.
    """
    global _simulated
    _simulated += max(organization_months, LEAST)
    return _simulated >= PAYS_WHEN_KEPT


def at_hand() -> bool:
    """Return whether compiled steps can be used at once, as in a worker, which compiles nothing."""
    return available() and kept()


def loaded() -> bool:
    """Return whether this process has the compiled steps already, so that they cost nothing."""
    return "coalsim.vectorized.kernels.schedule" in sys.modules and kept()


def kept() -> bool:
    """Return whether all kernels are compiled and kept."""
    return (cache_folder() / _COMPLETE).exists()


def prepare(note: Callable[[str], None]) -> bool:
    """Compile all kernels, if that was not done before, and return whether they can be used.

    They cannot where no folder can be written to: every process would compile them again. Of several processes one compiles,
    and the others wait.
    """
    if kept():
        return True
    folder = cache_folder()
    if folder in _refused:
        return False
    with warnings.catch_warnings():
        # That the system has no locks of its own; files stand in for them.
        warnings.simplefilter("ignore")
        from filelock import FileLock  # here, as a small run does without
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            if not kept():
                note(f"compiling the steps of the month; that takes about half a minute, once, and is kept in {folder.parent}")
                from coalsim.vectorized.kernels.all_of_them import compile_all

                compile_all()
                (folder / _COMPLETE).touch()
    except OSError as error:
        _refused.add(folder)
        note(f"the steps are not compiled, as nothing can be kept in {folder.parent}: {error.strerror or error}")
        return False
    return True


_simulated = 0  # organization-months, in this process and without kernels

_refused: set[Path] = set()  # where nothing can be kept, as was said


CONSTANTS = (
    "coalsim.mechanism:NO_MONTH",
    "coalsim.streams:YEAR",
    "coalsim.tables.outcomes:ENDINGS",
    "coalsim.vectorized.mechanisms.joining:NO_LIMIT",
    "coalsim.vectorized.mechanisms.openness:LEAST_FIT",
    "coalsim.vectorized.mechanisms.turnover:MONTHS",
    "coalsim.vectorized.members:ALL_KEPT",
    "coalsim.vectorized.members:REMEMBERED",
    "coalsim.vectorized.values:NUMBERS",
)
"""What kernels take from other modules; it is compiled into them."""


@cache
def cache_folder() -> Path:
    """Return the folder that compiled kernels are kept in, those of one version of all that goes into them."""
    from coalsim.streams import streams

    values = [getattr(importlib.import_module(module), name) for module, name in (item.split(":") for item in CONSTANTS)]
    said_of = repr((values, [(stream.number, stream.width) for stream in streams(1)])).encode()
    digest = hashlib.blake2b(said_of, digest_size=8)
    for path in sorted((_PACKAGE / "kernels").glob("*.py")):
        digest.update(path.read_bytes())
    return _root() / f"kernels-{digest.hexdigest()}"


def _root() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "coalsim"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "coalsim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coalsim"
