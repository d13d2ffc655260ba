"""Step 1: windows of opportunity, recessions, challenges to issues, problems that come back, income."""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, reflect, squared_distance
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.streams import normals
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.turnover import turnover
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Values


def environment(s: State, p: Values, draws: Draws) -> None:
    """Let time pass: windows and recessions come and go, problems move and come back, organizations close, income arrives."""
    r = p.runs
    window, recession = p.scheduled("window", s.month), p.scheduled("recession", s.month)
    s.window = months_left(s.window, draws.of_runs("window"), r.window_gap, r.window_length, window)
    s.recession = months_left(s.recession, draws.of_runs("recession"), r.recession_gap, r.recession_length, recession)
    challenge(s, p, draws)
    need_return = r.need_return
    s.need += (np.repeat(need_return, s.shape.issues) if isinstance(need_return, np.ndarray) else need_return) * (1 - s.need)
    turnover(s, p, draws)
    income = s.income
    if (s.recession > 0).any():
        income = income * s.spread(np.where(s.recession > 0, 1 - r.recession_depth, 1.0))
    reserve = s.reserve + income
    s.reserve = np.minimum(reserve, s.reserve_cap)
    s.books["income"] = s.by_run(income).sum(axis=1)
    s.books["overflow"] = s.by_run(reserve - s.reserve).sum(axis=1)


def months_left(left: Ints, uniforms: Floats, gap: Floats | float, length: Ints | int, scheduled: tuple[Bools, Bools]) -> Ints:
    """Return the months left of a spell (this one included) after the turn of the month.

    Parameters
    ----------
    left : (runs,) months left before
    uniforms : (runs,) draws
    gap : mean wait, months
    length : months a spell lasts
    scheduled : (runs,) whether beginnings are scheduled, and whether one is scheduled now
    """
    by_schedule, now = scheduled
    begins = np.where(by_schedule, now, (left == 0) & (uniforms < 1 / np.asarray(gap)))
    return np.where(begins, length, np.maximum(left - 1, 0))


def challenge(s: State, p: Values, draws: Draws) -> None:
    """Move the issues that meet a challenge, each in an isotropic random direction."""
    uniforms = draws.of_issues()
    run, issue = np.nonzero(uniforms[:, :, 0] < np.reshape(p.runs.challenge_rate, (-1, 1)))
    if len(run) == 0:
        return
    direction = normals(uniforms[run, issue, 1 : 1 + s.shape.dimensions]).T
    size = p.runs.challenge_size
    length = np.sqrt(squared_distance(direction, np.zeros_like(direction)))
    step = np.divide(size[run] if isinstance(size, np.ndarray) else size, length, out=np.zeros(len(run)), where=length > 0)
    which = run * s.shape.issues + issue
    s.place[:, which] = reflect(s.place.take(which, axis=1) + step * direction)


ENVIRONMENT = Mechanism(
    "environment",
    parameters=process_sections.Environment,
    state=[
        variable("window", "run", "Months a window of opportunity stays open, this one included.", dtype=int, null=0),
        variable("recession", "run", "Months a recession lasts, this one included.", dtype=int, null=0),
    ],
    steps=at(environment),
)
