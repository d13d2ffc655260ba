"""The one reader of TOML: configurations, designs, descriptions of experiments, values of ``--set``."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

from coalsim.errors import CoalsimError, ParameterError
from coalsim.inputs import files

LARGEST = 4 * files.MEGABYTE
"""Bytes a file may have. Scenarios by the ten thousand belong into a table (``coalsim extend --points``)."""

_DEEPEST = 16  # tables and lists within each other
_WIDEST = 2**64  # whole numbers lie within plus and minus this: seeds are below it
_NEEDED = "a TOML file"


def read_toml(path: str | os.PathLike[str], error: type[CoalsimError] = ParameterError) -> dict[str, Any]:
    """Return the tables of a TOML file in UTF-8, with or without a byte order mark.

    Parameters
    ----------
    path
        A regular file of at most `LARGEST` bytes.
    error
        Class of the errors about it.

    Raises
    ------
    CoalsimError
        The file cannot be read or is not TOML; it is nested more than 16 deep, or holds a whole number of 2^64 or more.
    """
    file = files.find(path, _NEEDED, LARGEST, error)
    text = files.text(file, _NEEDED, LARGEST)
    try:
        return parse(text.replace("\r\n", "\n"))
    except ValueError as problem:
        raise error(f"{file.path} is not valid TOML: {problem}") from None


def parse(text: str) -> dict[str, Any]:
    """Return the tables of a text; raise `ValueError` if it is not TOML, or holds what no file of ours needs."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        if "\r" in text and "\n" not in text:
            raise ValueError("its lines end with CR alone; allowed: LF or CR LF") from None
        raise
    except RecursionError:
        raise ValueError(f"tables and lists are nested too deeply; allowed: {_DEEPEST} levels") from None
    except ValueError:  # Python's own bound on the digits of a number, or a date that is none
        raise ValueError("a number or date in it is out of range; allowed: whole numbers below 2^64, real dates") from None
    _check(tables)
    return tables


def _check(tables: dict[str, Any]) -> None:
    level: list[Any] = [tables]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for item in level:
            for value in item.values() if isinstance(item, dict) else item:
                if isinstance(value, dict | list):
                    inner.append(value)
                elif isinstance(value, int) and not -_WIDEST < value < _WIDEST:
                    raise ValueError("a whole number in it is out of range; allowed: below 2^64")
        level = inner
        if not level:
            return
    raise ValueError(f"tables and lists are nested too deeply; allowed: {_DEEPEST} levels")


def value_of(text: str) -> Any:
    """Return the value of ``NAME=VALUE`` on a command line: read as TOML, or the text itself if it is none.

    Raises
    ------
    ValueError
        It is TOML that is nested too deeply, or a number that is out of range.
    """
    try:
        found = parse(f"value = {text}")
    except tomllib.TOMLDecodeError:
        # TOML wants a digit on both sides of the point; people do not.
        return float(text) if re.fullmatch(r"[+-]?(\d+\.|\.\d+)", text.strip(), re.ASCII) else text.strip()
    return found["value"] if list(found) == ["value"] else text.strip()
