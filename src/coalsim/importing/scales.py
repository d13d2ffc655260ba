"""Answers on scales as shares from 0 to 1."""

from __future__ import annotations

import math
import re

from coalsim.errors import FieldError
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import SAID, STAGE_NAMES
from coalsim.importing.headers import LIKERT, PERCENT, SHARE, STAGES, plain_header, scale_of
from coalsim.importing.numbers import COMMA, POINT, amount, marks
from coalsim.importing.tables import Table
from coalsim.inputs.cells import present

_WILDER = frozenset(
    {
        *("members_see_collaboration_as_in_their_self_interest", "members_share_a_stake_in_both_process_and_outcome"),
        *("engaged_stakeholders", "ability_to_compromise", "flexibility", "adaptability", "adaptability_to_changing_conditions"),
        "skilled_leadership",
    }
)
"""Factors of the Wilder Collaboration Factors Inventory, which is answered from 1 to 5."""

Scale = tuple[float, float]

_NUMBERED = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[-\u2013:.)=]?\s*[^0-9]*")
"""An answer with its number before it: "4 - agree"."""


def answers(table: Table, meaning: str, notes: Notes) -> list[float]:
    """Return the answers in the columns taken for something, as shares, averaged over columns; NaN where there are none.

    Raises
    ------
    FieldError
        A cell is no answer on its column's scale.
    """
    found: list[list[float]] = []
    for place in table.places(meaning):
        mark = COMMA if marks(row[place] for row in table.rows) == {COMMA} else POINT  # answers have no thousands
        values = [_value(table, row, place, mark) for row in range(len(table.rows))]
        scale = _scale(table, place, meaning, values, notes)
        if scale is None:
            continue
        low, high = scale
        _check_forms(table, place, meaning, scale, values, notes)
        for row, value in enumerate(values):
            if not math.isnan(value) and not low <= value <= high:
                raise table.wrong(row, place, "is not on its scale", f"{low:g}..{high:g} or blank")
        found.append([(value - low) / (high - low) for value in values])
        if scale != SHARE:
            said = f"'{table.header[place]}' is taken for {meaning} on a scale from {low:g} to {high:g}"
            notes.assume(f"{said}: {low:g} is 0, {high:g} is 1, evenly between; more is taken to mean more.")
    if len(found) > 1:
        heads = ", ".join(f"'{table.header[place]}'" for place in table.places(meaning))
        notes.assume(f"{meaning.capitalize()} is the mean of the answers in {heads}.")
    return [_mean(row) for row in zip(*found, strict=True)] if found else [math.nan] * len(table.rows)


def _check_forms(table: Table, place: int, meaning: str, scale: Scale, values: list[float], notes: Notes) -> None:
    """Refuse answers of another form than the column's scale: words and percentages, which mean a number on scales of their own.

    Raises
    ------
    FieldError
        There is one; or all answers in per cent are 1 or less, as shares are.
    """
    for row, cells in enumerate(table.rows):
        cell = present(cells[place]).lower()
        for own, there in ((LIKERT, cell in SAID), (STAGES, cell in STAGE_NAMES), (PERCENT, cell.endswith("%"))):
            if there and scale != own:
                of = f"one of {scale[0]:g} to {scale[1]:g}"
                raise table.wrong(
                    row, place, f"is an answer on a scale of {own[0]:g} to {own[1]:g}, and the column's is {of}", "one of them"
                )
    signed = ["%" in cells[place] for cells in table.rows]
    if scale == PERCENT and any(signed):
        for row, value in enumerate(values):
            if not signed[row] and 0 < value < 1:
                raise table.wrong(row, place, "may be a share or per cent, beside answers with the sign", "the sign in each, or in none")
    known = [value for value in values if not math.isnan(value)]
    header = table.header[place]
    asked = notes.answer(header)
    if scale == PERCENT and (asked is None or ":" not in asked) and known and 0 < max(known) <= 1 and not all(v in (0, 1) for v in known):
        seen = f"its cells go from {min(known):g} to {max(known):g}, as shares do"
        told = tuple((f"{meaning}:{name}", what) for name, what in (("share", "a share, 0 to 1"), ("percent", "percent, 0 to 100")))
        notes.ask(Question(header, f"{table.file}: '{header}' is in per cent, and {seen}: which is it?", told, free=True))


def _mean(values: tuple[float, ...]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _value(table: Table, row: int, place: int, mark: str) -> float:
    cell = present(table.rows[row][place])
    if not cell:
        return math.nan
    text = cell.lower().strip()
    if text in SAID:
        return float(SAID[text])
    if text in STAGE_NAMES:
        return float(STAGE_NAMES[text])
    head = found[1] if (found := _NUMBERED.fullmatch(text)) else text
    try:
        value, _ = amount(text.removesuffix("%").strip() if text.endswith("%") else text, {mark}, COMMA if mark == COMMA else "")
    except ValueError:
        try:  # "4 - agree"
            value = float(head)
        except ValueError:
            raise table.wrong(row, place, "is no answer on a scale", "a number, a percentage, agree or disagree, a stage") from None
    return math.nan if value is None else value


def _scale(table: Table, place: int, meaning: str, values: list[float], notes: Notes) -> Scale | None:
    """Return the ends of the scale of a column: as said, as its header or its cells say, or asked for."""
    header = table.header[place]
    given = notes.answer(header)
    if given is not None and ":" in given:
        return scale_of(given.split(":", 1)[1])
    if (stated := scale_of(header)) is not None:
        return stated
    cells = [present(row[place]).lower() for row in table.rows]
    filled = [cell for cell in cells if cell]
    if not filled:
        return SHARE
    if all(cell.endswith("%") for cell in filled):
        return PERCENT
    if all(cell in STAGE_NAMES for cell in filled):
        return STAGES
    if all(cell in SAID for cell in filled) or plain_header(header) in _WILDER:
        return LIKERT
    known = [value for value in values if not math.isnan(value)]
    if all(0 <= value <= 1 for value in known) and any(value not in (0, 1) for value in known):
        return SHARE
    seen = f"its cells go from {min(known):g} to {max(known):g}"
    allowed = [
        scale
        for scale in (SHARE, LIKERT, (1.0, 7.0), STAGES, (0.0, 10.0), (1.0, 10.0), PERCENT)
        if all(scale[0] <= value <= scale[1] for value in known)
    ]
    if not allowed:
        raise FieldError(f"{table.file}: column '{header}': {seen}; allowed: a scale with two ends, as in --map '{header}={meaning}:0-200'")
    told = tuple((f"{meaning}:{low:g}-{high:g}", _named((low, high))) for low, high in allowed)
    notes.ask(Question(header, f"{table.file}: on which scale is '{header}' answered ({seen})?", told, free=True))
    return None


def _named(scale: Scale) -> str:
    names = {SHARE: "a share", LIKERT: "1 to 5", STAGES: "stages of community readiness", PERCENT: "percent"}
    return names.get(scale, f"{scale[0]:g} to {scale[1]:g}")
