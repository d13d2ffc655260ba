"""A run as a story: who convened, who joined and why, who gave money, what happened, why it ended. Of either engine the same text.

Events are those of the page (`coalsim.view.events`); reasons are read from the state in which they happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from coalsim.counts import listed, so_many
from coalsim.errors import ParameterError, nearest
from coalsim.field import Field, build
from coalsim.geometry import alignment
from coalsim.parameters import Parameters
from coalsim.view import names
from coalsim.view.events import Agents, Arrays, Event, Passed, Serials, World, history
from coalsim.view.names import Names, capital, ordinal

Engine = Literal["numpy", "mesa"]

ENDS = {
    "achieved": "what it was made for is done",
    "too_few": "too few members were left",
    "trust": "trust among its members was gone",
}
"""Why a coalition ended, by the endings of the table of coalitions."""

_EMPTY_RESERVE = 0.02  # share of its cap from which on a reserve is called used up
_NAMED = 3  # organizations named to say where an issue lies


@dataclass
class Chapter:
    """What became of one coalition.

    Attributes
    ----------
    title : whose it is
    convener : number of the organization that convened it
    focal : whether it is the initiative of one's own
    lines : what happened, a paragraph a month
    who : numbers of all that took part
    """

    title: str
    convener: int
    focal: bool
    lines: list[str] = field(default_factory=list)
    who: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Story:
    """A run, told.

    Attributes
    ----------
    opening : where and what
    chapters : a coalition each, in the order of their launches
    ending : what is left
    """

    opening: list[str]
    chapters: list[Chapter]
    ending: list[str]

    def lines(self) -> list[str]:
        """Return the whole text."""
        out = [*self.opening, ""]
        for chapter in self.chapters:
            out += [chapter.title, *(f"  {line}" for line in chapter.lines), ""]
        return [*out, *self.ending]


def story(p: Parameters, seed: int = 1, replicate: int = 0, engine: Engine = "numpy", about: str = "") -> Story:
    """Simulate one run and tell it.

    Parameters
    ----------
    p
        The scenario.
    seed, replicate
        Seed of the experiment and number of the replicate.
    engine
        Which engine simulates; the text is the same.
    about
        Name or id of an organization: only coalitions in which it took part are told.

    Raises
    ------
    ParameterError, FieldError
        As for `coalsim.simulate`; or there is no such organization.

    Examples
    --------
    >>> import coalsim as cs
    >>> small = cs.Parameters().replace(organizations=16, months=60)
    >>> told = story(small)
    >>> told.opening[0]
    'Replicate 0 of seed 1: 60 months in a field of 16 organizations, 4 issues and 3 funders.'
    >>> told == story(small, engine="mesa")
    True
    """
    made = build(p, seed, replicate)
    wanted = organization(made, about)
    world: World = Arrays(p, seed, replicate)
    if engine == "mesa":
        from coalsim.agents import CoalitionModel

        world = Agents(CoalitionModel(p, seed, replicate))
    teller = _Teller(p, made, names.of(p, made.size, len(made.issue), len(made.funder)))
    serials = Serials()
    last: Passed | None = None
    for passed in history(world, p.get("burn_in"), p.get("months"), serials):
        teller.hear(passed, serials)
        last = passed
    assert last is not None
    chapters = [chapter for chapter in teller.chapters.values() if wanted is None or wanted in chapter.who]
    return Story(_opening(p, made, teller.called, seed, replicate), chapters, _ending(last, teller, wanted, chapters))


def organization(made: Field, about: str) -> int | None:
    """Return the number of an organization, by its id, its name, or what it is called in the story; None of none.

    Raises
    ------
    ParameterError
        There is no such organization.
    """
    if not about:
        return None
    try:
        return made.number(about)
    except KeyError:
        known = [made.label(number) for number in range(made.size)]
        if known.count(about) == 1:
            return known.index(about)
        raise ParameterError(f"--about {about}: no such organization{nearest(about, known)}; allowed: a name or an id") from None


def _opening(p: Parameters, made: Field, called: Names, seed: int, replicate: int) -> list[str]:
    count = f"{so_many(made.size, 'organization')}, {so_many(len(made.issue), 'issue')} and {so_many(len(made.funder), 'funder')}"
    lines = [f"Replicate {replicate} of seed {seed}: {so_many(p.get('months'), 'month')} in a field of {count}."]
    if len(made.issue) <= 12:
        for number, name in enumerate(called.issues):
            near = np.argsort(-alignment(made.mission.T, made.issue[number][:, None]), kind="stable")[:_NAMED]
            lines.append(f"{capital(name)}: nearest to it are {listed(called.organizations[k] for k in near)}.")
    return lines


def _ending(last: Passed, teller: _Teller, wanted: int | None, chapters: Sequence[Chapter]) -> list[str]:
    if wanted is not None and not chapters:
        return [f"{teller.begin(wanted)} took part in no coalition."]
    m = last.after
    need = ", ".join(f"{name} {100 * share:.0f} %" for name, share in zip(teller.called.issues, m.need.tolist(), strict=True))
    running = f"{so_many(len(m.running), 'coalition') if len(m.running) else 'no coalition'} still run{'' if len(m.running) > 1 else 's'}"
    return (
        [f"After month {last.now}, {running}. What is left of each need: {need}."]
        if len(m.need) <= 12
        else [f"After month {last.now}, {running}."]
    )


class _Teller:
    """Turns what happened into sentences."""

    def __init__(self, p: Parameters, made: Field, called: Names) -> None:
        self.p, self.made, self.called = p, made, called
        self.chapters: dict[int, Chapter] = {}
        self.research: dict[int, int] = {}

    def hear(self, passed: Passed, serials: Serials) -> None:
        """Add a month."""
        for event in passed.events:
            if event.kind == "researches":
                self.research[event.organization] = passed.now
        by: dict[int, list[Event]] = {}
        for event in passed.events:
            if event.coalition >= 0:
                by.setdefault(event.coalition, []).append(event)
        for serial, events in sorted(by.items()):
            chapter = self._chapter(serial, passed, serials)
            parts = [part for kind, say in self._saying() for part in self._said(kind, say, events, passed, chapter)]
            if parts:
                chapter.lines.append(f"Month {passed.now}: {' '.join(parts)}")

    def _chapter(self, serial: int, passed: Passed, serials: Serials) -> Chapter:
        if serial not in self.chapters:
            convener, launch = serials.launched(serial)[0]
            m = passed.after if convener in passed.after.running else passed.before
            place = int(np.searchsorted(m.running, convener))
            focal = bool(m.focal[place])
            whose = self._name(convener)
            since = f"launched in month {launch}" if launch >= 0 else f"running since {so_many(-launch, 'month')} before the story begins"
            chapter = Chapter(f"The coalition of {whose}{' (your initiative)' if focal else ''}, {since}", convener, focal)
            chapter.who.add(convener)
            self.chapters[serial] = chapter
            at = [who for who, of in passed.before.memberships.tolist() if of == convener] if convener in passed.before.running else []
            chapter.who.update(at)
            if len(at) > 1:  # given, or of the burn-in
                chapter.lines.append(f"Members at the beginning: {listed(self._name(who) for who in at)}.")
        return self.chapters[serial]

    def _saying(self) -> list[tuple[str, Callable[[list[Event], Passed, Chapter], Iterable[str]]]]:
        return [
            ("launches", self._launches),
            ("joins", self._joins),
            ("forms", lambda events, passed, chapter: ["It has enough members to work."]),
            ("grant", self._grants),
            ("grant over", lambda events, passed, chapter: [f"The grant of {listed(map(self._funder, events))} ends."]),
            ("succeeds", lambda events, passed, chapter: [f"It solves its {ordinal(int(events[-1].about))} problem."]),
            ("turns", lambda events, passed, chapter: [f"It turns to {self.called.issues[int(events[-1].about)]}."]),
            ("leaves", self._leaves),
            ("ends", lambda events, passed, chapter: [f"It ends: {ENDS.get(str(events[0].about), str(events[0].about))}."]),
        ]

    def _said(
        self, kind: str, say: Callable[[list[Event], Passed, Chapter], Iterable[str]], events: list[Event], passed: Passed, chapter: Chapter
    ) -> Iterable[str]:
        those = [event for event in events if event.kind == kind]
        chapter.who.update(event.organization for event in those if event.organization >= 0)
        return say(those, passed, chapter) if those else ()

    def _launches(self, events: list[Event], passed: Passed, chapter: Chapter) -> Iterable[str]:
        who, issue = events[0].organization, self.called.issues[int(events[0].about)]
        began = self.research.pop(who, None)
        after = f", after {passed.now - began} months of research," if began is not None and passed.now > began else ""
        others = self._founders(passed, who, events[0].coalition)
        with_ = f" together with {listed(self._name(other) for other in others)}" if others else ""
        yield f"{self.begin(who)} convenes{after} a coalition on {issue}{with_}; its readiness is {passed.after.readiness[who]:.2f}."

    def _founders(self, passed: Passed, convener: int, serial: int) -> list[int]:
        joined = {event.organization for event in passed.events if event.kind == "joins" and event.coalition == serial}
        return [who for who, of in passed.after.memberships.tolist() if of == convener and who not in (convener, *joined)]

    def _joins(self, events: list[Event], passed: Passed, chapter: Chapter) -> Iterable[str]:
        for event in events:
            yield f"{self.begin(event.organization)} joins: {self._why_joined(event.organization, passed, chapter.convener)}."

    def _why_joined(self, who: int, passed: Passed, convener: int) -> str:
        m = passed.after
        known = set(m.acquaintances[who].tolist()) - {who}
        before = passed.before
        known |= set(before.acquaintances[who].tolist()) - {who}
        members = {other for other, of in before.memberships.tolist() if of == convener} - {who, convener}
        if int(before.asked[who]) == convener or int(m.asked[who]) == convener:
            how = "it was asked to"
        elif convener in known:
            how = "it knows the convener"
        elif known & members:
            how = f"it knows {self._name(min(known & members))}, a member"
        else:
            how = "it heard of the coalition"
        return f"{how}, its mission fits the goal ({self._aligned(who, passed, convener):.2f}) and it is ready ({m.readiness[who]:.2f})"

    def _leaves(self, events: list[Event], passed: Passed, chapter: Chapter) -> Iterable[str]:
        for event in events:
            yield f"{self.begin(event.organization)} leaves: {self._why_left(event.organization, passed, chapter)}."

    def _why_left(self, who: int, passed: Passed, chapter: Chapter) -> str:
        m, p = passed.after, self.p
        if chapter.convener in m.running:
            own = p.get("focal_admission") if chapter.focal else None
            asked = p.get("admission") if own is None else own
            if self._aligned(who, passed, chapter.convener) < asked - p.get("drift_tolerance"):
                return "its mission and the goal have grown apart"
        if m.readiness[who] < p.get("exhaustion"):
            return "it is exhausted" + (", its reserve used up" if m.reserve[who] < _EMPTY_RESERVE else "")
        return "it gets too little out of it" + (", and its reserve is used up" if m.reserve[who] < _EMPTY_RESERVE else "")

    def _grants(self, events: list[Event], passed: Passed, chapter: Chapter) -> Iterable[str]:
        for event in events:
            amount = sum(paid for who, funder, paid in passed.after.grants.tolist() if (who, funder) == (chapter.convener, event.about))
            yield f"{capital(self._funder(event))} gives it {self._money(amount)} a month."

    def _funder(self, event: Event) -> str:
        return self.called.funders[int(event.about)]

    def _money(self, amount: float) -> str:
        unit = self.made.unit
        if unit is None:
            return f"{amount:.2f} FTE-months"
        return f"${float(f'{amount * unit.dollars_per_month:.2g}'):,.0f}"

    def _aligned(self, who: int, passed: Passed, convener: int) -> float:
        place = int(np.searchsorted(passed.after.running, convener))
        if place == len(passed.after.running) or passed.after.running[place] != convener:
            return float("nan")
        return float(alignment(passed.after.mission[who][:, None], passed.after.goal[place][:, None])[0])

    def _name(self, number: int) -> str:
        return self.called.organizations[number]

    def begin(self, number: int) -> str:
        """Return an organization as a sentence begins with it: a name that somebody gave it stays as it is."""
        name = self._name(number)
        return capital(name) if name == f"organization {number}" else name
