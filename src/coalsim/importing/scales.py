"""Answers on scales as shares from 0 to 1."""

from __future__ import annotations

import math

from coalsim.errors import FieldError
from coalsim.importing.asking import Notes, Question
from coalsim.importing.cells import SAID, STAGE_NAMES, amount
from coalsim.importing.meanings import LIKERT, PERCENT, SHARE, STAGES, plain_header, scale_of
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


def answers(table: Table, meaning: str, notes: Notes) -> list[float]:
    """Return the answers in the columns taken for something, as shares, averaged over columns; NaN where there are none.

    Raises
    ------
    FieldError
        A cell is no answer on its column's scale.
    """
    found: list[list[float]] = []
    for place in table.places(meaning):
        values = [_value(table, row, place) for row in range(len(table.rows))]
        scale = _scale(table, place, meaning, values, notes)
        if scale is None:
            continue
        low, high = scale
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


def _mean(values: tuple[float, ...]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _value(table: Table, row: int, place: int) -> float:
    cell = present(table.rows[row][place])
    if not cell:
        return math.nan
    text = cell.lower().strip()
    if text in SAID:
        return float(SAID[text])
    if text in STAGE_NAMES:
        return float(STAGE_NAMES[text])
    head = text.split(" ")[0].rstrip(".):-")
    try:
        value, _ = amount(text.removesuffix("%").strip() if text.endswith("%") else text)
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
