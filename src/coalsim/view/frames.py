"""Frames: a run's months in a compact form, for drawing in the browser and for replays.

A recording is a header and chunks of consecutive months. Numbers that make up the bulk are packed little-endian and base64;
shares are rounded to a byte or to 1/65535. Memberships are pairs (organization, serial number of the coalition) by month, as
many for an organization as it has. `static/run.js` reads it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.view import names, state
from coalsim.view.events import KINDS, Agents, Event, Serials, history
from coalsim.view.state import Month

if TYPE_CHECKING:
    from coalsim.agents import CoalitionModel
    from coalsim.parameters import Parameters

FORMAT = "coalsim-frames-1"

CHUNK = 12
"""Months sent at a time: the first are drawn while the rest is simulated."""

RESEARCHING, RESTING = 1, 2
"""Bits of an organization's flags."""

FORMED, FOCAL = 1, 2
"""Bits of a coalition's flags."""

Chunk = dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """A run as it is drawn.

    Attributes
    ----------
    header : what does not change
    chunks : the months, in order
    """

    header: dict[str, Any]
    chunks: tuple[Chunk, ...]

    def json(self) -> str:
        """Return it as JSON that can stand inside a page (no ``</`` in it)."""
        return json.dumps({"header": self.header, "chunks": self.chunks}, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")


def record(parameters: Parameters, seed: int = 1, replicate: int = 0, title: str = "", why: str = "") -> Recording:
    """Simulate one run and record it.

    Parameters
    ----------
    parameters
        The scenario.
    seed, replicate
        Seed of the experiment and number of the replicate.
    title
        What to call the run.
    why
        Why this replicate is shown: the rest of a sentence that begins "Replicate 7 is".

    Raises
    ------
    ParameterError, FieldError
        As for `coalsim.simulate`.

    Examples
    --------
    >>> import coalsim as cs
    >>> recording = record(cs.Parameters().replace(months=24))
    >>> recording.header["organizations"]["count"], len(recording.chunks)
    (60, 2)
    """
    from coalsim.agents import CoalitionModel

    model = CoalitionModel(parameters, seed, replicate)
    return Recording({**header(model, title), "luck": {"seed": seed, "replicate": replicate, "why": why}}, tuple(chunks(model)))


def header(model: CoalitionModel, title: str = "") -> dict[str, Any]:
    """Return what does not change in a run: who is there, and the scenario."""
    p = model.parameters
    called = names.of(p, len(model.organizations), len(model.issues), len(model.funders))
    return {
        "format": FORMAT,
        "title": title,
        "months": p.get("months"),
        "dimensions": p.get("dimensions"),
        "organizations": {
            "count": len(model.organizations),
            "names": called.organizations,
            "openness": [round(o.openness, 3) for o in model.organizations],
            "leadership": [round(o.leadership, 3) for o in model.organizations],
        },
        "issues": called.issues,
        "funders": {
            "names": called.funders,
            "place": [[round(x, 4) for x in funder.place] for funder in model.funders],
            "budget": [round(funder.budget, 4) for funder in model.funders],
        },
        "kinds": list(KINDS),
        "series": list(state.SERIES),
        "changed": {name: value for name, value in p.changed().items() if not name.endswith("_table")},
    }


def chunks(model: CoalitionModel, size: int = CHUNK) -> Iterator[Chunk]:
    """Step a model to the end of its run and yield its months, some at a time.

    Parameters
    ----------
    model
        A model, of any subclass, that has not been stepped yet.
    size
        Months in a chunk.
    """
    serials = Serials()
    capacity: NDArray[np.float64] | None = None
    passed = history(Agents(model), model.p.burn_in, model.p.months, serials)
    for first in range(0, model.p.months, size):
        packed = _Chunk(first)
        known = len(serials) if first else 0
        for month in islice(passed, size):
            packed.add(month.after, month.numbers, month.events, state.series(model))
            now, after = month.now, month.after
            if capacity is None or not np.array_equal(capacity, after.capacity):
                changed = np.ones(len(after.capacity), dtype=bool) if capacity is None else capacity != after.capacity
                packed.capacity += [[now, number, round(float(after.capacity[number]), 4)] for number in np.flatnonzero(changed).tolist()]
                capacity = after.capacity
        yield packed.close(serials.launched(known))


class _Chunk:
    """Months being packed."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.months: list[Month] = []
        self.numbers: list[dict[int, int]] = []
        self.events: list[list[Any]] = []
        self.series: dict[str, list[float | None]] = {name: [] for name in state.SERIES}
        self.capacity: list[list[float]] = []

    def add(self, month: Month, numbers: dict[int, int], events: Iterable[Event], series: dict[str, float]) -> None:
        """Add a month."""
        self.months.append(month)
        self.numbers.append(numbers)
        self.events += [event.row() for event in events]
        for name, value in series.items():
            self.series[name].append(None if np.isnan(value) else round(value, 4))

    def close(self, launched: list[tuple[int, int]]) -> Chunk:
        """Return the months as they are sent."""
        m = self.months
        flags = [RESEARCHING * month.researching.astype(np.uint8) + RESTING * month.resting.astype(np.uint8) for month in m]
        pairs = [[[number, serial[convener]] for number, convener in month.memberships.tolist()] for month, serial in self._both()]
        rows = [row for month, serial in self._both() for row in _coalitions(month, serial)]
        grants = [
            [self.first + place, serial[int(who)], int(funder), round(amount, 4)]
            for place, (month, serial) in enumerate(self._both())
            for who, funder, amount in month.grants.tolist()
        ]
        return {
            "first": self.first,
            "months": len(m),
            "mission": _packed(np.stack([_fine(month.mission) for month in m])),
            "readiness": _packed(np.stack([_coarse(month.readiness) for month in m])),
            "reserve": _packed(np.stack([_coarse(month.reserve) for month in m])),
            "flags": _packed(np.stack(flags)),
            "capacity": self.capacity,
            "launched": [list(pair) for pair in launched],
            "members": [len(of) for of in pairs],
            "pairs": _packed(np.array([pair for of in pairs for pair in of], dtype="<u4").reshape(-1, 2)),
            "coalitions": [len(month.running) for month in m],
            "rows": _packed(np.array(rows, dtype="<u2")),
            "grants": grants,
            "place": _packed(np.stack([_fine(month.place) for month in m])),
            "need": _packed(np.stack([_coarse(month.need) for month in m])),
            "window": [int(month.window) for month in m],
            "recession": [int(month.recession) for month in m],
            "series": self.series,
            "events": self.events,
        }

    def _both(self) -> Iterator[tuple[Month, dict[int, int]]]:
        yield from zip(self.months, self.numbers, strict=True)


def _coalitions(m: Month, serials: dict[int, int]) -> Iterator[list[int]]:
    """Yield a row for each running coalition: serial number, issue, flags, problems solved, trust, progress, goal."""
    goals = _fine(m.goal).tolist()
    shares = _fine(np.stack([m.trust, m.progress], axis=1)).tolist()
    flags = (FORMED * m.formed + FOCAL * m.focal).tolist()
    rows = zip(serials.values(), m.issue.tolist(), flags, m.successes.tolist(), shares, goals, strict=True)
    for serial, issue, bits, solved, of, goal in rows:
        yield [serial, issue, bits, min(solved, 65535), *of, *goal]


def _fine(shares: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.rint(np.clip(shares, 0, 1) * 65535).astype("<u2")


def _coarse(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)


def _packed(array: NDArray[Any]) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
