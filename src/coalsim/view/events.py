"""What happened in a month, found by comparing it with the month before: the stories told on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coalsim.view.state import Month

KINDS = ("researches", "gives up", "launches", "joins", "leaves", "forms", "succeeds", "turns", "ends", "released", "grant", "grant over")
"""What can happen. `released`: a member of a coalition that ended."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    month : in which
    kind : one of `KINDS`
    organization, coalition : whom it concerns: number of the organization, serial number of the coalition; -1 for none
    about : number of the issue or funder, how many problems were solved, or how a coalition ended
    """

    month: int
    kind: str
    organization: int = -1
    coalition: int = -1
    about: int | str = -1

    def row(self) -> list[Any]:
        """Return it as it is sent."""
        return [self.month, KINDS.index(self.kind), self.organization, self.coalition, self.about]


class Serials:
    """Serial numbers of coalitions, in the order of their launches: a convener may launch several, one after the other."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, m: Month) -> dict[int, int]:
        """Return the serial number of each running coalition by its convener's number; new ones are numbered."""
        keys = zip(m.running.tolist(), m.launch.tolist(), strict=True)
        return {convener: self._known.setdefault((convener, launch), len(self._known)) for convener, launch in keys}

    def launched(self, since: int) -> list[tuple[int, int]]:
        """Return convener and month of launch of the coalitions from a serial number on."""
        return list(self._known)[since:]


def happened(
    now: int, before: Month | None, after: Month, serials: tuple[dict[int, int], dict[int, int]], over: Mapping[int, tuple[str, int]]
) -> Iterator[Event]:
    """Yield what happened in month `now`.

    Parameters
    ----------
    now
        The month.
    before, after
        State after the month before (None: there was none) and after this one.
    serials
        Serial numbers by convener of the coalitions running before and after.
    over
        How coalitions that ended did so, and how many problems they had solved, by serial number.
    """
    old, new = serials
    gone, fresh = set(old.values()) - set(new.values()), set(new.values()) - set(old.values())
    convener = {serial: number for numbers in (old, new) for number, serial in numbers.items()}
    was = _pairs(before, old) if before is not None else set()
    present = _pairs(after, new)
    searched = np.zeros_like(after.researching) if before is None else before.researching
    for number in np.flatnonzero(after.researching & ~searched).tolist():
        yield Event(now, "researches", number)
    launching = {convener[serial] for serial in fresh}
    for number in np.flatnonzero(searched & ~after.researching).tolist():
        if number not in launching:
            yield Event(now, "gives up", number)
    rows = {serial: place for place, serial in enumerate(new.values())}
    for serial in sorted(fresh):
        yield Event(now, "launches", convener[serial], serial, int(after.issue[rows[serial]]))
    for number, serial in sorted(present - was):
        if not (serial in fresh and number == convener[serial]):
            yield Event(now, "joins", number, serial)
    for number, serial in sorted(was - present):
        yield Event(now, "released" if serial in gone else "leaves", number, serial)
    yield from _progress(now, before, after, old, new)
    yield from _funding(now, before, after, old, new)
    solved = {} if before is None else dict(zip(old.values(), before.successes.tolist(), strict=True))
    for serial in sorted(gone):
        ending, problems = over[serial]
        if problems > solved[serial]:
            yield Event(now, "succeeds", -1, serial, problems)
        yield Event(now, "ends", -1, serial, ending)


def _pairs(m: Month, serials: Mapping[int, int]) -> set[tuple[int, int]]:
    return {(number, serials[convener]) for number, convener in m.memberships.tolist()}


def _progress(now: int, before: Month | None, after: Month, old: Mapping[int, int], new: Mapping[int, int]) -> Iterator[Event]:
    """Yield what became of the work of the coalitions that run on."""
    then = {serial: place for place, serial in enumerate(old.values())}
    for place, serial in enumerate(new.values()):
        earlier = then.get(serial)
        known = before is not None and earlier is not None
        if after.formed[place] and not (known and before.formed[earlier]):  # type: ignore[union-attr]
            yield Event(now, "forms", -1, serial)
        if after.successes[place] > (before.successes[earlier] if known else 0):  # type: ignore[union-attr]
            yield Event(now, "succeeds", -1, serial, int(after.successes[place]))
        if known and after.issue[place] != before.issue[earlier]:  # type: ignore[union-attr]
            yield Event(now, "turns", -1, serial, int(after.issue[place]))


def _funding(now: int, before: Month | None, after: Month, old: Mapping[int, int], new: Mapping[int, int]) -> Iterator[Event]:
    """Yield which grants began, and which are over though the coalition runs on."""

    def paid(m: Month, serials: Mapping[int, int]) -> set[tuple[int, int]]:
        return {(serials[int(who)], int(funder)) for who, funder, amount in m.grants.tolist() if amount > 0}

    was, present = (paid(before, old) if before is not None else set()), paid(after, new)
    for serial, funder in sorted(present - was):
        yield Event(now, "grant", -1, serial, funder)
    for serial, funder in sorted(was - present):
        if serial in new.values():
            yield Event(now, "grant over", -1, serial, funder)
