"""Headers of people's tables: the scale that one states, and what is left of it where headers are compared."""

from __future__ import annotations

import re

_SCALE = re.compile(r"[(\[]?\s*(?:scale\s*)?(-?[0-9]+(?:\.[0-9]+)?)\s*(?:-|–|to|\.\.)\s*([0-9]+(?:\.[0-9]+)?)\s*[)\]]?", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)[0-9]{2} (?:19|20)?[0-9]{2}")
_PERCENT = re.compile(r"[(\[]?\s*(?:%|\bpercent\b|\bper cent\b)\s*[)\]]?", re.IGNORECASE)

SHARE, PERCENT, LIKERT, STAGES = (0.0, 1.0), (0.0, 100.0), (1.0, 5.0), (1.0, 9.0)


def scale_of(text: str) -> tuple[float, float] | None:
    """Return the ends of the scale that a header, or the right side of ``--map``, states; None if it states none."""
    if _PERCENT.search(text):
        return PERCENT
    brackets = re.findall(r"[(\[].*?[)\]]", text)  # what they hold counts before the words: "Readiness 2023-2024 (1-5)"
    for part in (*brackets, text):
        if (found := _SCALE.search(part)) and float(found[1]) < float(found[2]) and not _YEARS.fullmatch(f"{found[1]} {found[2]}"):
            return float(found[1]), float(found[2])
    if "stage" in text.lower():
        return STAGES
    return SHARE if text.strip().lower() == "share" else None


def plain_header(header: str) -> str:
    """Return a header as headers are compared: without what stands in brackets, marks and capitals."""
    text = re.sub(r"[(\[].*?[)\]]", " ", header.lower())
    return re.sub(r"[^0-9a-z]+", "_", _PERCENT.sub(" ", _SCALE.sub(" ", text) if scale_of(header) else text)).strip("_")
