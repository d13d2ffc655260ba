"""A user's own statistic: a function in a module, named on the command line or given in Python, never by a file alone."""

from __future__ import annotations

import importlib
import inspect
import pickle
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from coalsim.calibration.statistics.declare import Statistic
from coalsim.errors import ParameterError


def own_statistic(name: str, given: str | Callable[..., float]) -> Statistic:
    """Return a statistic of one's own.

    Parameters
    ----------
    name
        What targets call it.
    given
        A function from `Seen` to a number, or where it is: "module:function".

    Raises
    ------
    ParameterError
        It cannot be imported, is no function, or cannot travel to other processes.
    """
    function = _imported(name, given) if isinstance(given, str) else given
    if not callable(function):
        raise ParameterError(f"statistic {name}: {given!r} is no function")
    try:
        pickle.dumps(function)
    except Exception:
        raise ParameterError(f"statistic {name}: workers cannot import {function!r}; define it at the top of a module") from None
    said = inspect.getdoc(function) or "A function of one's own."
    return Statistic(name, "1", said.splitlines()[0], function)


def source_digest(function: Callable[..., Any]) -> str:
    """Return a digest of a function's source, empty if it has none: another function makes another calibration."""
    try:
        return blake2b(inspect.getsource(function).encode(), digest_size=8).hexdigest()
    except (OSError, TypeError):
        return ""


def _imported(name: str, text: str) -> Callable[..., float]:
    module, colon, attribute = text.partition(":")
    if not (module and colon and attribute):
        raise ParameterError(f"statistic {name}: '{text}' is not module:function")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ImportError as error:
        raise ParameterError(f"statistic {name}: {module} cannot be imported ({error})") from None
    except AttributeError:
        raise ParameterError(f"statistic {name}: {module} has no '{attribute}'") from None
