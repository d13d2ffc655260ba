"""Libraries that not everybody has installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from coalsim.errors import CoalsimError


def extra(module: str, of: str = "analysis") -> Any:
    """Import a module of the optional dependencies, or say in one line how to get it.

    Parameters
    ----------
    module
        Its name, such as ``SALib.sample.sobol``.
    of
        The group of optional dependencies that installs it.

    Raises
    ------
    CoalsimError
        It is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise CoalsimError(f"{module.partition('.')[0]} is needed for this; install coalsim with its '{of}' extra") from None
