"""Numbers as people write them: with points or commas, in thousands, as ranges; what a column shows of how its numbers are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from coalsim.inputs.cells import present

POINT, COMMA = ".", ","
MARKS = {"point": POINT, "comma": COMMA}
"""What ``--map COLUMN=MEANING:point`` says of the decimal mark of a column."""

_UNITS = re.compile(r"(?:\s*(?:ftes?|full[- ]time|paid|staff|employees?|people|dollars|usd|a year|per year|/year|/yr)\.?)+$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:~|about\b|approx\.|approx(?:imately)?\b|ca\.|ca\b|c\.)\s*", re.IGNORECASE)
_DOLLARS = re.compile(r"(?<![0-9.,])\s*(?:\bUS\s*)?\$\s*|\bUSD?\s*(?=[0-9])|(?<=[0-9kmb])\s*\$$", re.IGNORECASE)
_OTHER_MONEY = re.compile(r"[€£¥₹]|\b(?:eur|gbp|chf|cad|aud)\b", re.IGNORECASE)
_NUMBER = r"[0-9.,'\u2019][0-9.,'\u2019 ]*?"
_LARGE = {"k": 1e3, "m": 1e6, "mm": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "thousand": 1e3}
_TIMES = rf"\s*({'|'.join(sorted(_LARGE, key=len, reverse=True))})?"
_ONE = re.compile(rf"(-?)({_NUMBER}(?:e[+-]?[0-9]+)?){_TIMES}", re.IGNORECASE)
_BETWEEN = re.compile(rf"({_NUMBER}){_TIMES}\s*(?:-|to)\s*({_NUMBER}){_TIMES}", re.IGNORECASE)

_SPACED = re.compile(r"[0-9]{1,3}(?:[ '\u2019][0-9]{3})+(?=(?:[.,][0-9]*)?$)")
_PLAIN = re.compile(r"[0-9]+(?:e[+-]?[0-9]+)?|[0-9]+\.", re.IGNORECASE)
_GROUPS = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}})+(?:\{other}[0-9]*)?") for mark, other in ((",", "."), (".", ","))}
_DECIMALS = {mark: re.compile(rf"[0-9]*\{mark}[0-9]+(?:e[+-]?[0-9]+)?", re.IGNORECASE) for mark in (POINT, COMMA)}


class Unclear(ValueError):
    """A number that may mean two: with its mark before thousands, or as the decimal mark."""

    def __init__(self, text: str, mark: str) -> None:
        super().__init__(text)
        self.readings = text.replace(mark, ""), text.replace(mark, ".").rstrip("0").rstrip(".")


def amount(cell: str, seen: Set[str] = frozenset(), stated: str = "") -> tuple[float | None, str]:
    """Return the number in a cell, None if it is blank, and how it had to be read; "" where it is a plain number.

    Parameters
    ----------
    cell
        A cell.
    seen
        The decimal marks that its column shows, as `marks` returns them.
    stated
        The decimal mark that the column is said to have; "" if nothing was said.

    Examples
    --------
    >>> amount("$1,200,000"), amount("1.2M"), amount("5-10"), amount("12 FTE")
    ((1200000.0, ''), (1200000.0, ''), (7.5, 'the middle of a range'), (12.0, ''))
    >>> amount("1 250 000"), amount("1.250,5")[0], amount("250.000", {"."}), amount("(500)")
    ((1250000.0, ''), 1250.5, (250.0, ''), (-500.0, ''))

    Raises
    ------
    ValueError
        There is no number in it, or one that may mean two things (`Unclear`).
    """
    text = _bare(cell)
    if not text:
        return None, ""
    if found := _BETWEEN.fullmatch(text):
        low, first, high, second = found.groups()
        if bool(first) != bool(second):
            raise ValueError(cell)
        ends = [_number(of, times or "", seen, stated)[0] for of, times in ((low, first), (high, second))]
        if ends[0] > ends[1]:
            raise ValueError(cell)
        return sum(ends) / 2, "the middle of a range"
    one = _ONE.fullmatch(text)
    if one is None:
        raise ValueError(cell)
    value, how = _number(one[2], one[3] or "", seen, stated)
    return -value if one[1] else value, how


def has_times(cell: str) -> bool:
    """Return whether a cell says itself that it is in thousands or millions."""
    text = _bare(cell)
    one, between = _ONE.fullmatch(text), _BETWEEN.fullmatch(text)
    return bool((one and one[3]) or (between and between[2]))


def other_money(cell: str) -> bool:
    """Return whether a cell is in a currency other than dollars."""
    return _OTHER_MONEY.search(cell) is not None


def marks(cells: Iterable[str]) -> frozenset[str]:
    """Return the decimal marks that cells surely have: of ``1,5`` the comma, of ``1.234.567`` too, of ``0.250`` the point."""
    found: set[str] = set()
    for cell in cells:
        if POINT in cell or COMMA in cell:
            text = _bare(cell)
            between, one = _BETWEEN.fullmatch(text), _ONE.fullmatch(text)
            for number in (between[1], between[3]) if between else (one[2],) if one else ():
                found |= _shown(_SPACED.sub(lambda spaced: re.sub(r"[ '\u2019]", "", spaced[0]), number))
    return frozenset(found)


def _shown(text: str) -> set[str]:
    for mark, other in ((POINT, COMMA), (COMMA, POINT)):
        if _GROUPS[mark].fullmatch(text):
            return {other} if other in text or text.count(mark) > 1 else set()
        if _DECIMALS[mark].fullmatch(text):
            return {mark}
    return set()


def _bare(cell: str) -> str:
    """Return a cell without units, dollars, spaces of other kinds; what stands in brackets is below 0."""
    text = re.sub(r"[\s\u00a0\u2007\u2009\u202f]+", " ", present(cell).replace("\u2212", "-").replace("\u2013", "-")).strip()
    text = _UNITS.sub("", _DOLLARS.sub("", _ABOUT.sub("", text))).strip()
    if found := re.fullmatch(r"\(\s*([^-()]+)\)", text):
        text = "-" + found[1].strip()
    if not text and present(cell):
        return "?"
    return text


def _number(text: str, times: str, seen: Set[str], stated: str) -> tuple[float, str]:
    factor = _LARGE[times.lower()] if times else 1.0
    text = text.strip()
    if not text.isascii() and "\u2019" not in text:
        raise ValueError(text)
    text = _SPACED.sub(lambda spaced: re.sub(r"[ '\u2019]", "", spaced[0]), text)
    if _PLAIN.fullmatch(text):
        return float(text) * factor, ""
    for mark, other in ((COMMA, POINT), (POINT, COMMA)):
        grouped, decimal = _GROUPS[mark].fullmatch(text) is not None, _DECIMALS[mark].fullmatch(text) is not None
        if grouped and decimal:  # three digits behind one mark
            grouped = _thousands(text, mark, bool(times), seen, stated)
            decimal = not grouped
        if grouped and stated != mark:
            return float(text.replace(mark, "").replace(other, ".")) * factor, _said(other) if other in text else ""
        if decimal and stated != other:
            return float(text.replace(mark, ".")) * factor, _said(mark)
    raise ValueError(text)


def _thousands(text: str, mark: str, times: bool, seen: Set[str], stated: str) -> bool:
    """Return whether a number with three digits behind one mark has thousands there, and no decimals."""
    if stated:
        return stated != mark
    if mark == COMMA and COMMA not in seen:
        return True  # as is usual where amounts are in dollars
    if mark == POINT and (seen == {POINT} or (times and COMMA not in seen)):
        return False
    if mark == POINT and seen == {COMMA}:
        return True
    raise Unclear(text, mark)


def _said(mark: str) -> str:
    return "a comma taken for the decimal point" if mark == COMMA else ""
