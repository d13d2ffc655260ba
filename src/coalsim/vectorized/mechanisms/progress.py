"""Work becomes progress (step 12); coalitions succeed, take on the next problem, or end (step 14)."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalsim.geometry import Floats, alignment
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.tables.outcomes import ENDINGS
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.willing import best_issue
from coalsim.vectorized.state import Bools, Ints, State
from coalsim.vectorized.values import Values


def progress(s: State, p: Values, draws: Draws) -> None:
    """Turn coalitions that lost touch to another issue; turn work into progress and momentum."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c = m.coalitions
    mine = p.at(c)
    s.fit[c] = alignment(s.goal.take(c, axis=1), s.place.take(s.issue[c], axis=1))
    out_of_touch = (s.month % np.asarray(mine.grant_cycle) == 0) & (s.fit[c] < mine.retarget_fit)
    retarget(s, p, draws, c[out_of_touch])
    enough = m.count >= mine.min_members
    s.formed[c[enough & (s.formed[c] < 0)]] = s.month
    fit = integer_power(s.fit[c], mine.fit_power)
    window = 1 + mine.window_yield * (s.window[s.run_of(c)] > 0)
    step = np.where(enough, s.trust[c] * fit * s.work[c] / mine.effort * window, 0.0)
    s.progress[c] += step
    s.highest_progress[c] = np.maximum(s.highest_progress[c], s.progress[c])
    s.momentum[c] += mine.momentum_rate * (step * mine.expected_months - s.momentum[c])


def retarget(s: State, p: Values, draws: Draws, c: Ints) -> None:
    """Turn coalitions, with the probability of their openness, to the issue that appeals most."""
    if len(c) == 0:
        return
    c = c[draws.of("coalition", c)[0] < s.omega[c]]
    issue, place = best_issue(s, s.goal.take(c, axis=1), c)
    turns = issue != s.issue[c]
    c, issue, place = c[turns], issue[turns], place[:, turns]
    s.issue[c] = issue
    s.fit[c] = alignment(s.goal.take(c, axis=1), place)
    s.progress[c] *= 1 - p.at(c).retarget_loss
    s.goals_redefined[c] += 1


def integer_power(x: Floats, power: Any) -> Floats:
    """Return x to a whole power by repeated multiplication (fractional powers differ between CPUs)."""
    result = np.ones_like(x)
    for step in range(np.max(power, initial=0)):
        result = np.where(step < np.asarray(power), result * x, result)
    return result


def ending(s: State, p: Values, draws: Draws) -> None:
    """Let needs fall for successes; coalitions take on the next problem, end, or dissolve."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c = m.coalitions
    mine = p.of(c, s.focal)
    success = s.progress[c] >= 1
    solve(s, p, c[success])
    stays = np.zeros(len(c), dtype=bool)
    stays[success] = take_on_the_next(s, p, draws, c[success], m.mean(s.openness[m.who])[success])
    distrust = s.trust[c] < mine.trust_floor
    too_few = (m.count == 0) | ((m.count < mine.min_members) & (s.month - s.launch[c] >= mine.forming_months))
    ends = np.where(success, ~stays, distrust | too_few)
    how = np.where(success, ENDINGS.index("achieved"), np.where(distrust, ENDINGS.index("trust"), ENDINGS.index("too_few")))
    gone = c[ends]
    s.record(gone, how[ends], m.count[ends])
    released = m.who[ends[m.slot]]
    s.release(released, p.at(released).release_cooldown)
    s.running[gone] = False
    s.end_initiatives(gone)
    s.members_changed()


def solve(s: State, p: Values, c: Ints) -> None:
    """Let the need of an issue fall once for each success on it."""
    impact = np.broadcast_to(p.at(c).impact, c.shape)
    np.multiply.at(s.need, s.issue[c], 1 - impact)
    s.problems_solved[c] += 1
    s.first_success[c[s.first_success[c] < 0]] = s.month


def take_on_the_next(s: State, p: Values, draws: Draws, c: Ints, omega: Floats) -> Bools:
    """Return which of the successful coalitions go on with another problem (or the same one again)."""
    if len(c) == 0:
        return np.zeros(0, dtype=bool)
    issue, place = best_issue(s, s.goal.take(c, axis=1), c)
    fit = alignment(s.goal.take(c, axis=1), place)
    goes_on = (draws.of("coalition", c)[1] < omega) & (fit >= p.of(c, s.focal).admission)
    on = c[goes_on]
    s.issue[on], s.fit[on], s.progress[on] = issue[goes_on], fit[goes_on], 0.0
    s.goals_added[on] += 1
    return goes_on


PROGRESS = Mechanism(
    "progress",
    parameters=(process_sections.Progress, process_sections.Ending),
    state=[
        variable("issue", "coalition", "What it works on.", dtype=int, refers="issue"),
        variable("formed", "coalition", "First month with enough members.", dtype=int),
        variable("fit", "coalition", "Alignment of its goal with the issue."),
        variable("progress", "coalition", "The problem is solved at 1.", null=0.0),
        variable("momentum", "coalition", "Recent progress, as a share of what is expected."),
        variable("highest_progress", "coalition", "Highest progress ever reached.", null=0.0),
        variable("first_success", "coalition", "Month.", dtype=int),
        variable("problems_solved", "coalition", "Successes.", dtype=int, null=0),
        variable("goals_added", "coalition", "Next problems taken on.", dtype=int, null=0),
        variable("goals_redefined", "coalition", "Turns to another issue.", dtype=int, null=0),
    ],
    steps=at(progress, ending),
)
