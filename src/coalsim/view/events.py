"""What happened in a month, found by comparing it with the month before: the stories told on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from coalsim.view import state
from coalsim.view.state import Month

if TYPE_CHECKING:
    from coalsim.agents import CoalitionModel
    from coalsim.parameters import Parameters

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
    now: int, before: Month, after: Month, serials: tuple[dict[int, int], dict[int, int]], over: Mapping[int, tuple[str, int]]
) -> Iterator[Event]:
    """Yield what happened in month `now`.

    Parameters
    ----------
    now
        The month.
    before, after
        State before and after it.
    serials
        Serial numbers by convener of the coalitions running before and after.
    over
        How coalitions that ended did so, and how many problems they had solved, by serial number.
    """
    old, new = serials
    gone, fresh = set(old.values()) - set(new.values()), set(new.values()) - set(old.values())
    convener = {serial: number for numbers in (old, new) for number, serial in numbers.items()}
    was = _pairs(before, old)
    present = _pairs(after, new)
    searched = before.researching
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
    solved = dict(zip(old.values(), before.successes.tolist(), strict=True))
    for serial in sorted(gone):
        ending, problems = over[serial]
        if problems > solved[serial]:
            yield Event(now, "succeeds", -1, serial, problems)
        yield Event(now, "ends", -1, serial, ending)


def _pairs(m: Month, serials: Mapping[int, int]) -> set[tuple[int, int]]:
    return {(number, serials[convener]) for number, convener in m.memberships.tolist()}


def _progress(now: int, before: Month, after: Month, old: Mapping[int, int], new: Mapping[int, int]) -> Iterator[Event]:
    """Yield what became of the work of the coalitions that run on."""
    then = {serial: place for place, serial in enumerate(old.values())}
    for place, serial in enumerate(new.values()):
        earlier = then.get(serial)
        known = earlier is not None
        if after.formed[place] and not (known and before.formed[earlier]):
            yield Event(now, "forms", -1, serial)
        if after.successes[place] > (before.successes[earlier] if known else 0):
            yield Event(now, "succeeds", -1, serial, int(after.successes[place]))
        if known and after.issue[place] != before.issue[earlier]:
            yield Event(now, "turns", -1, serial, int(after.issue[place]))


def _funding(now: int, before: Month, after: Month, old: Mapping[int, int], new: Mapping[int, int]) -> Iterator[Event]:
    """Yield which grants began, and which are over though the coalition runs on."""

    def paid(m: Month, serials: Mapping[int, int]) -> set[tuple[int, int]]:
        return {(serials[int(who)], int(funder)) for who, funder, amount in m.grants.tolist() if amount > 0}

    was, present = paid(before, old), paid(after, new)
    for serial, funder in sorted(present - was):
        yield Event(now, "grant", -1, serial, funder)
    for serial, funder in sorted(was - present):
        if serial in new.values():
            yield Event(now, "grant over", -1, serial, funder)


class World(Protocol):
    """One run of either engine, month by month."""

    def step(self) -> None:
        """Simulate a month."""

    def month(self) -> Month:
        """Return the state after it."""

    def endings(self) -> dict[tuple[int, int], tuple[str, int]]:
        """Return how coalitions that are over ended, as `state.endings`."""


class Agents:
    """A run of the engine made of agents; of any model that has not been stepped yet."""

    def __init__(self, model: CoalitionModel) -> None:
        self.model = model

    def step(self) -> None:
        """Simulate a month."""
        self.model.step()

    def month(self) -> Month:
        """Return the state after it."""
        return state.month(self.model)

    def endings(self) -> dict[tuple[int, int], tuple[str, int]]:
        """Return how coalitions that are over ended."""
        return state.endings(self.model)


class Arrays:
    """A run of the engine made of arrays."""

    def __init__(self, p: Parameters, seed: int, replicate: int) -> None:
        from coalsim.field import build
        from coalsim.vectorized.core import Block

        self.block = Block([p], [build(p, seed, replicate)], [replicate], seed)

    def step(self) -> None:
        """Simulate a month."""
        self.block.step()

    def month(self) -> Month:
        """Return the state after it."""
        from coalsim.docking import snapshot

        # Copies: the engine goes on in the same arrays, and the month before is still needed.
        return state.of_snapshot({name: array.copy() for name, array in snapshot(self.block.state).items()})

    def endings(self) -> dict[tuple[int, int], tuple[str, int]]:
        """Return how coalitions that are over ended."""
        return {key: value for rows in self.block.state.ended for key, value in state.ended(rows).items()}


@dataclass(frozen=True)
class Passed:
    """A month that has passed.

    Attributes
    ----------
    now : its number
    before, after : state before and after it
    numbers : serial numbers of the coalitions running after it, by convener
    events : what happened
    """

    now: int
    before: Month
    after: Month
    numbers: dict[int, int]
    events: tuple[Event, ...]


def history(world: World, burn_in: int, months: int, serials: Serials) -> Iterator[Passed]:
    """Step a world through its run and yield the months from 0 on, with what happened in each."""
    for _ in range(burn_in):  # it is not told, but what came of it, and what was given, is there when the story begins
        world.step()
    before = world.month()
    numbers = serials.of(before)
    for now in range(months):
        world.step()
        after = world.month()
        fresh = serials.of(after)
        over: dict[int, tuple[str, int]] = {}
        if set(numbers.values()) - set(fresh.values()):
            launches, ended = serials.launched(0), world.endings()
            over = {serial: ended[launches[serial]] for serial in numbers.values() if launches[serial] in ended}
        yield Passed(now, before, after, fresh, tuple(happened(now, before, after, (numbers, fresh), over)))
        before, numbers = after, fresh
