"""The draws of a run, a month at a time, as plain floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coalsim.agents.space import Point
from coalsim.field import Field
from coalsim.streams import SETUP, YEAR, Source, Stream, normals, streams


class Mind(NamedTuple):
    """The draws of a coalition: of the stream *coalition*."""

    retarget: float
    take_on_the_next: float
    seeded: float
    add: float


class Meeting(NamedTuple):
    """The draws of an organization that meets others: of the stream *meeting*."""

    applicant: float
    mutual: float
    which: float
    meets: float
    through_the_lead: float
    who: float
    of_whom: float
    met_is_mutual: float


class Draws:
    """The draws of the current month: what chance brings (see `coalsim.streams` for the meaning of columns).

    The same numbers as its twin `coalsim.vectorized.draws.Draws` has in arrays.

    Attributes
    ----------
    noise : a standard normal for each organization
    mapping, convene, attention, referral : a uniform for each organization
    paths : for each organization three uniforms: through a friend, who, of whom
    referrals : for each organization, should it be a convener, four: to a funder, first, second, third
    window, recession : a uniform each
    """

    noise: list[float]
    mapping: list[float]
    convene: list[float]
    attention: list[float]
    referral: list[float]
    paths: list[tuple[float, float, float]]
    referrals: list[tuple[float, float, float, float]]
    window: float
    recession: float

    def __init__(self, seed: int, replicate: int, field: Field, own: Sequence[tuple[str, Stream]] = ()) -> None:
        self._organizations, self._dimensions, self._issues, _, _ = field.shape
        self._source = Source(seed, replicate)
        self._streams = streams(self._dimensions)
        self._own = {name: (of, stream, place) for of, stream in own for place, name in enumerate(stream.columns)}
        self._rows: dict[Stream, list[list[float]]] = {}
        self._challenges: list[list[list[float]]] = []
        self._closures: list[list[float]] = []
        self._month = 0

    def begin(self, month: int) -> None:
        """Turn to the draws of `month`, counted from the first of the burn-in."""
        self._month = month
        self._rows.clear()
        environment, organization = self._streams.environment, self._streams.organization
        row = dict(zip(environment.columns, self._source.row(environment, SETUP, month).tolist(), strict=False))
        self.window, self.recession = row["window"], row["recession"]
        table = self._source.table(organization, month, self._organizations).T
        columns = dict(zip(organization.columns, table.tolist(), strict=False))
        self.noise = normals(table[organization.columns.index("noise")]).tolist()
        self.mapping, self.convene = columns["mapping"], columns["convene"]
        self.attention, self.referral = columns["attention"], columns["referral"]
        self.paths = list(zip(columns["through a friend"], columns["who"], columns["of whom"], strict=True))
        self.referrals = list(zip(columns["to a funder"], columns["first"], columns["second"], columns["third"], strict=True))

    def challenge(self, issue: int) -> tuple[float, list[float]]:
        """Return the draws of an issue: whether it meets a challenge, and from which side (D uniforms)."""
        year, month = divmod(self._month, YEAR)
        if month == 0 or not self._challenges:
            table = self._source.table(self._streams.challenge, year, self._issues)
            self._challenges = table.reshape(self._issues, YEAR, -1).transpose(1, 0, 2).tolist()
        occurs, *sides = self._challenges[month][issue][: 1 + self._dimensions]
        return occurs, sides

    def first_sight(self, convener: int) -> Point:
        """Return how wrongly a convener sees the problem: D standard normals."""
        return as_normals(self._row(self._streams.launch, convener)[: self._dimensions])

    def sight_of_given(self, convener: int) -> Point:
        """Return the same for a coalition that is given: drawn before the first month."""
        return as_normals(self._source.row(self._streams.launch, SETUP, convener)[: self._dimensions].tolist())

    def change_of_mind(self, convener: int) -> Mind:
        """Return whether a coalition turns to another issue, takes on the next problem or a second one, and is seeded."""
        return Mind(*self._row(self._streams.coalition, convener))

    def meeting(self, organization: int) -> Meeting:
        """Return whom an organization meets, whether that is mutual, and its lot as an applicant."""
        return Meeting(*self._row(self._streams.meeting, organization))

    def closes(self, organization: int) -> float:
        """Return whether an organization closes."""
        year, month = divmod(self._month, YEAR)
        if month == 0 or not self._closures:
            self._closures = self._source.table(self._streams.closure, year, self._organizations).tolist()
        return self._closures[organization][month]

    def turnover(self, organization: int) -> dict[str, float]:
        """Return the attributes of the organization that takes the place of another, by column."""
        return dict(zip(self._streams.turnover.columns, self._row(self._streams.turnover, organization), strict=False))

    def own(self, column: str) -> list[float]:
        """Return a mechanism's own draws of this month: a uniform for each organization, issue, or for the run."""
        of, stream, place = self._own[column]
        entities = {"issue": self._issues, "run": 1}.get(of, self._organizations)
        return [row[place] for row in self._table(stream, entities)]

    def _row(self, stream: Stream, entity: int) -> list[float]:
        """Return the draws of an entity; the stream's table is drawn when it is first needed in a month."""
        return self._table(stream, self._organizations)[entity]

    def _table(self, stream: Stream, entities: int) -> list[list[float]]:
        rows = self._rows.get(stream)
        if rows is None:
            rows = self._rows[stream] = self._source.table(stream, self._month, entities).tolist()
        return rows


def as_normals(uniforms: list[float]) -> Point:
    """Return a standard normal for each uniform."""
    return tuple(normals(np.array(uniforms)).tolist())
