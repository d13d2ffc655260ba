"""Names that users choose, of factors that are groups and of their labels: what every table, figure, array and page can hold.

One rule, asked when a design is made, so that no name is refused after everything was computed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coalsim.errors import ParameterError
from coalsim.parameters import declarations
from coalsim.tables.columns import ANALYSED, TABLES

if TYPE_CHECKING:
    from coalsim.designs.factors import Factor

LONGEST = 60
"""Letters of a name or label: what a figure has room for."""

_JOINERS = "\u200c\u200d"  # parts of emoji, and of words in some scripts
_RESULTS = frozenset(column.name for columns in TABLES.values() for column in columns)
_NETCDF_WORDS = """
bool byte char double enum float int int8 int16 int32 int64 long opaque real short string ubyte uint uint8 uint16 uint32 uint64
ulong ushort
"""
_NETCDF = frozenset(_NETCDF_WORDS.split())


def check_names(factors: Mapping[str, Factor]) -> None:
    """Refuse names of groups, and labels, that something which shows results cannot hold.

    Parameters are called as they are declared, and every table has room for them (`coalsim.sweep.reading.factor_column`).

    Raises
    ------
    ParameterError
        A name or label is empty, too long, not printable, or one that results use themselves.
    """
    from coalsim.designs.factors import Groups

    for name, factor in factors.items():
        if not isinstance(factor, Groups):
            continue
        _check_text(f"[factors] {_shown(name)}: the name", name)
        if name in declarations():
            raise ParameterError(f"[factors] {name}: groups of settings are called as a parameter; another name is needed")
        if (why := _used(name)) is not None:
            raise ParameterError(f"[factors] {_shown(name)}: the name {why}; another one is needed")
        for label in factor.values:
            _check_text(f"[factors] {name}.{_shown(label)}: the label", label)
        _check_distinct(f"[factors] {name}: the labels", factor.values)
    _check_distinct("[factors]: the names", factors)


def plain_names(names: Iterable[str]) -> list[str]:
    """Return names as parts of file names: letters that every disk can hold, and no two alike, whatever their case."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFKD", name), flags=re.ASCII)
        taken, number = {other.casefold() for other in found}, 2
        chosen = plain
        while chosen.casefold() in taken:
            chosen, number = f"{plain}_{number}", number + 1
        found.append(chosen)
    return found


def _check_text(what: str, text: str) -> None:
    if not text.strip():
        raise ParameterError(f"{what} is empty; 1 to {LONGEST} letters are needed")
    if len(text) > LONGEST:
        raise ParameterError(f"{what} has {len(text)} letters; allowed: up to {LONGEST}")
    if text != text.strip():
        raise ParameterError(f"{what} begins or ends with a space; leave it out")
    if not all(letter.isprintable() or letter in _JOINERS for letter in text):
        raise ParameterError(f"{what} has a character that cannot be printed; leave it out")


def _used(name: str) -> str | None:
    """Return what else a name means, or None if it is free."""
    if name in _RESULTS:
        return "is that of a column of results"
    if name.removesuffix("_ci") in _RESULTS:
        return "is that of an interval in summary.csv"
    if name.startswith("factor_") and name.removeprefix("factor_") in _RESULTS | set(declarations()):
        return "is that of a parameter's column"
    if name in ANALYSED:
        return "is that of a column of the analysis"
    if name in _NETCDF or re.fullmatch(r"string\d*", name):
        return "is a word that NetCDF keeps for itself"
    if "/" in name or not (name[0].isalnum() or name[0] == "_" or ord(name[0]) > 127):
        return "begins with a sign, or has a slash in it, which NetCDF does not allow"
    if unicodedata.normalize("NFC", name) != name:
        return "has accents apart from their letters (NFD), which NetCDF does not allow"
    return None


def _check_distinct(what: str, texts: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for text in texts:
        alike = unicodedata.normalize("NFC", text)
        if alike in seen:
            raise ParameterError(f"{what} {_shown(seen[alike])} and {_shown(text)} look the same")
        seen[alike] = text


def _shown(text: str) -> str:
    """Return a name in an error: quoted, escaped, and not long."""
    return ascii(text) if len(text) <= LONGEST else f"{ascii(text[:20])[:-1]}...'"
