"""Whether the steps of the month are compiled: that changes how long a simulation takes, and no bit of it.

Compiled steps (`coalsim.vectorized.kernels`) are kept in a folder, so that each version of them is compiled once for a user and
computer. Until then they take longer to come by than a small simulation takes, and so it is only a large one that waits.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from filelock import FileLock

from coalsim.counts import said
from coalsim.errors import ParameterError

PAYS_WHEN_KEPT = 5_000_000
"""Organization-months from which compiled steps save more time than it takes to load them."""

PAYS_WHEN_NEW = 150_000_000
"""Organization-months from which compiled steps save more time than it takes to compile them."""

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
        loaded = "coalsim.vectorized.kernels.schedule" in sys.modules  # then they cost nothing
        compiled = available() and (loaded or organization_months >= (PAYS_WHEN_KEPT if kept() else PAYS_WHEN_NEW))
    return compiled and prepare(note or logging.getLogger("coalsim").warning)


def at_hand() -> bool:
    """Return whether compiled steps can be used at once, as in a worker, which compiles nothing."""
    return available() and kept()


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            if not kept():
                note(f"compiling the steps of the month; that takes about a minute, once, and is kept in {folder.parent}")
                from coalsim.vectorized.kernels.all_of_them import compile_all

                compile_all()
                (folder / _COMPLETE).touch()
    except OSError as error:
        _refused.add(folder)
        note(f"the steps are not compiled, as nothing can be kept in {folder.parent}: {error.strerror or error}")
        return False
    return True


_refused: set[Path] = set()  # where nothing can be kept, as was said


@cache
def cache_folder() -> Path:
    """Return the folder that compiled kernels are kept in, those of one version of all that goes into them."""
    from coalsim.vectorized.values import NUMBERS

    sources = [_PACKAGE / "state.py", _PACKAGE.parent / "streams.py", _PACKAGE.parent / "mechanism.py"]
    sources += sorted(path for part in ("kernels", "mechanisms") for path in (_PACKAGE / part).glob("*.py"))
    digest = hashlib.blake2b(repr(NUMBERS).encode() + b"".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()
    return _root() / f"kernels-{digest}"


def _root() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "coalsim"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "coalsim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coalsim"
