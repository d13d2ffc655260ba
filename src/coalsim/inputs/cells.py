"""How a cell of any CSV file is read: what counts as missing, as a number, as an identifier, as a code.

Other programs write the same thing in their own ways. Here each way is either known or refused, never taken for
something else: ``NA`` is no code of group N, ``3.0`` is the code 3, ``1,234`` is neither 1 nor 1.234.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

MISSING = frozenset(
    {
        *("", "-", "--", "---", "–", "—", "nil", "n.a.", "n. a."),  # people
        *("na", "<na>", "na_character_", "na_integer_", "na_real_", "nan"),  # R and pandas
        *("none", "nat", "-nan", "n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),  # Python and C
        *("null", "(null)", "[null]", "<null>", r"\n"),  # databases
        *("#n/a", "#n/a n/a", "#na", "."),  # spreadsheets, SAS, Stata
    }
)
"""What counts as a blank cell, in lower case: marks for missing values of other programs."""

_LONGEST_MARK = max(map(len, MISSING))
_SPACES = " \t\n\r\v\f\u00a0\u2007\u202f\u200b\u200e\u200f\u2060\ufeff"


class Kind(NamedTuple):
    """What the cells of a column are: text or numbers, how they are read, and how errors call what they are not.

    Attributes
    ----------
    name : what it is called
    numeric : whether `read` gives a number (NaN: blank, infinity: not allowed) or a text
    read : from a cell without spaces around it; of texts it raises `ValueError` for what is not allowed
    wrong : what an error says of a cell that is none of it
    allowed : what would be accepted
    marks : whether marks for missing values count as blank; otherwise only an empty cell does
    """

    name: str
    numeric: bool
    read: Callable[[str], str] | Callable[[str], float]
    wrong: str
    allowed: str
    marks: bool = True


def clean(cell: str) -> str:
    """Return a cell without the spaces around it, visible or not."""
    return cell.strip(_SPACES)


def present(cell: str) -> str:
    """Return a cell, empty if it is a mark for a missing value."""
    return "" if len(cell) <= _LONGEST_MARK and cell.lower() in MISSING else cell


def composed(text: str) -> str:
    """Return a text with its accents composed (NFC), as ids are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def number(cell: str) -> float:
    """Return a cell's number: NaN if it is blank, infinity if it holds no finite number with a decimal point."""
    if not cell:
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        return math.inf
    return value if math.isfinite(value) and cell.isascii() and "_" not in cell else math.inf


def whole(cell: str) -> float:
    """Return a cell's whole number, also if it is written ``12.0`` or ``1e3``: as a number; infinity if it is none."""
    value = number(cell)
    return value if math.isnan(value) or value.is_integer() else math.inf


_FLAGS = dict.fromkeys(("1", "true", "t", "yes", "y"), 1.0) | dict.fromkeys(("0", "false", "f", "no", "n"), 0.0) | {"": math.nan}


def flag(cell: str) -> float:
    """Return 1 or 0 for a cell that says yes or no in any of the usual ways; NaN if it is blank, infinity otherwise."""
    found = _FLAGS.get(cell.lower())
    if found is None:
        value = whole(cell)
        return value if value in (0.0, 1.0) else math.inf
    return found


_WITH_POINT = re.compile(r"[0-9]+\.0+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
_AS_FORMULA = re.compile(r'="(.*)"')
_HYPHENATED = re.compile(r"[0-9]{2}-[0-9]{7}")


def identifier(cell: str) -> str:
    """Return an id: accents composed, without a decimal point that another program added (``12.0`` is ``12``).

    Raises
    ------
    ValueError
        It is a number in scientific notation, whose last digits are lost.
    """
    if formula := _AS_FORMULA.fullmatch(cell):
        cell = formula[1]
    if _SCIENTIFIC.fullmatch(cell):
        raise ValueError(cell)
    return cell.split(".")[0] if _WITH_POINT.fullmatch(cell) else composed(cell)


def ein(cell: str) -> str:
    """Return an id of a register: ``03-0123456``, ``30123456`` and ``30123456.0`` are the EIN ``030123456``."""
    cell = identifier(cell)
    if _HYPHENATED.fullmatch(cell):
        return cell.replace("-", "")
    return cell.zfill(9) if len(cell) in (7, 8) and cell.isascii() and cell.isdigit() else cell


_NTEE = re.compile(r"[A-Z](?:[0-9][0-9A-Z]{0,4})?")
_NTEE_2 = re.compile(r"[A-Z]{3}-([A-Z][0-9][0-9A-Z])-[0-9A-Z]{2}")


def ntee(cell: str) -> str:
    """Return the three characters, or fewer, of an NTEE code: of ``e32``, ``E 32``, ``E320``, or ``HEL-E32-RG`` (edition 2) ``E32``.

    Raises
    ------
    ValueError
        It is no code of the National Taxonomy of Exempt Entities.
    """
    code = "".join(cell.split()).upper()
    if second := _NTEE_2.fullmatch(code):
        return second[1]
    if code and not _NTEE.fullmatch(code):
        raise ValueError(cell)
    return code[:3]


NUMBER = Kind("number", True, number, "is not a finite number", "any number")
WHOLE = Kind("whole number", True, whole, "is not a whole number", "any whole number")
FLAG = Kind("flag", True, flag, "says neither yes nor no", "1, 0")
TEXT = Kind("text", False, composed, "is no text", "any text that is not blank")
ID = Kind("id", False, identifier, "is an id of which digits are lost", "any text that is not blank")
EIN = Kind("ein", False, ein, "is an id of which digits are lost", "any text that is not blank")
NTEE = Kind("ntee", False, ntee, "is no NTEE code", "a letter, or a letter and digits, such as E32")
PROSE = Kind("prose", False, str, "is no text", "any text that is not blank", marks=False)
"""Text in which no word is a mark for a missing value: labels, notes, file names."""
