"""Work becomes progress (step 12); coalitions succeed, take on the next problem, or end (step 14)."""

from __future__ import annotations

import numpy as np

from coalsim.geometry import Floats, alignment, integer_power
from coalsim.mechanism import NO_MONTH, Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.tables.outcomes import ENDINGS
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.state import NOBODY, Bools, Ints, State, pieces
from coalsim.vectorized.values import Values


def progress(s: State, p: Values, draws: Draws) -> None:
    """Review goals once a cycle; turn work into progress, momentum and routines."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c = m.coalitions
    mine = p.at(c)
    review(s, p, draws, c[np.broadcast_to(s.month % np.asarray(mine.grant_cycle) == 0, c.shape)])
    fits = fits_of(s, c)
    two = s.issue[1, c] >= 0
    s.fit[c] = mean_fit(fits, two)
    enough = m.count >= mine.min_members
    s.formed[c[enough & (s.formed[c] == NO_MONTH)]] = s.month
    open_window = s.window[s.run_of(c)] > 0
    work = np.where(two, s.work[c] / 2, s.work[c])
    step = s.trust[c] * integer_power(fits, mine.fit_power) * work / mine.effort * (1 + mine.window_yield * open_window)
    step = np.where(enough & (s.issue[:, c] >= 0), step, 0.0)
    reached = s.progress[:, c] + step
    if np.any(p.window_share > 0):
        shut = ~open_window & np.broadcast_to(mine.window_share > 0, c.shape)
        reached = np.where(shut, np.maximum(s.progress[:, c], np.minimum(reached, 1 - mine.window_share)), reached)
    s.progress[:, c] = reached
    note(s, c, reached.max(axis=0))
    step_of_all = np.where(two, step[0] + step[1], step[0])
    s.momentum[c] += mine.momentum_rate * (step_of_all * mine.expected_months - s.momentum[c])
    s.routines[c] += np.where(enough, mine.routine_rate * (1 - s.routines[c]), 0.0)


def note(s: State, c: Ints, highest: Floats) -> None:
    """Note the highest progress ever, and when a goal was first so far."""
    s.highest_progress[c] = np.maximum(s.highest_progress[c], highest)
    for months, mark in ((s.first_third, 1 / 3), (s.first_two_thirds, 2 / 3), (s.first_success, 1.0)):
        now = c[(highest >= mark) & (months[c] < 0)]
        months[now] = s.month - s.launch[now]


def fits_of(s: State, c: Ints) -> Floats:
    """Return the alignment of coalitions with the issues of their goals, shape (2, coalitions); of no account where there is no second."""
    return alignment(s.goal[:, None, c], s.place.take(s.issue[:, c], axis=1))


def mean_fit(fits: Floats, two: Bools) -> Floats:
    """Return the mean over one or two goals."""
    return np.where(two, (fits[0] + fits[1]) / 2, fits[0])


def review(s: State, p: Values, draws: Draws, c: Ints) -> None:
    """Let coalitions that lost touch drop a goal or turn to another issue, and others take on a second goal."""
    if len(c) == 0:
        return
    fits = np.where(s.issue[:, c] >= 0, fits_of(s, c), np.inf)
    worst = fits.argmin(axis=0)
    lost = fits.min(axis=0) < p.at(c).retarget_fit
    adds = np.any(p.goal_rate > 0)
    if not (adds or lost.any()):
        return
    if not adds:
        c, worst, lost = c[lost], worst[lost], lost[lost]
    retarget, _, _, add = draws.of("coalition", c)[:4]
    gives_up = lost & (retarget < s.coalition_openness[c])
    two = s.issue[1, c] >= 0
    changed = gives_up & two
    drop(s, c[changed], worst[changed])
    only = np.flatnonzero(gives_up & ~two)
    changed[only[turn(s, p, c[only])]] = True
    if adds:
        wants = ~changed & ~two & (s.formed[c] != NO_MONTH) & (add < p.at(c).goal_rate * s.coalition_openness[c])
        take_on_a_second(s, p, c[wants])


def drop(s: State, c: Ints, which: Ints) -> None:
    """Let coalitions with two goals drop one of them."""
    other = 1 - which
    for variable_ in (s.issue, s.progress):
        variable_[0, c] = variable_[other, c]
    s.issue[1, c], s.progress[1, c] = NOBODY, 0.0
    s.goals_dropped[c] += 1


def turn(s: State, p: Values, c: Ints) -> Ints:
    """Turn coalitions with one goal to the issue that appeals most, if it is another; return the positions of those that did."""
    if len(c) == 0:
        return np.empty(0, dtype=np.intp)
    issue, place = best_issue(s, s.goal.take(c, axis=1), c)
    mine, old = p.at(c), s.issue[0, c]
    turns = issue != old
    if np.any(p.weigh_goals):
        goal, left = s.goal.take(c, axis=1), s.progress[0, c]
        here, there = alignment(goal, s.place.take(old, axis=1)), alignment(goal, place)
        kept = (1 - mine.retarget_loss) * left
        pays = s.need[issue] * (there * there) / (1 - kept) > s.need[old] * (here * here) / (1 - left)
        turns &= pays | ~np.broadcast_to(mine.weigh_goals, turns.shape).astype(bool)
    now = c[turns]
    s.issue[0, now] = issue[turns]
    s.progress[0, now] *= 1 - p.at(now).retarget_loss
    s.goals_redefined[now] += 1
    return np.flatnonzero(turns)


def take_on_a_second(s: State, p: Values, c: Ints) -> None:
    """Let coalitions with one goal take on the best other issue, if it is near enough."""
    if len(c) == 0:
        return
    goal = s.goal.take(c, axis=1)
    issue, place = best_issue(s, goal, c, besides=s.issue[0, c])
    near = (issue != s.issue[0, c]) & (alignment(goal, place) >= p.of(c, s.focal).admission)
    s.issue[1, c[near]], s.progress[1, c[near]] = issue[near], 0.0
    s.goals_added[c[near]] += 1


def best_issue(s: State, place: Floats, conveners: Ints, besides: Ints | None = None) -> tuple[Ints, Floats]:
    """Return the issue with the largest need x alignment seen from `place`, and where it is.

    Parameters
    ----------
    place : (D, conveners)
    conveners : whose runs count
    besides : an issue for each that is left out, or NOBODY; if there is no other, it is returned all the same
    """
    best = np.empty(len(conveners), dtype=np.intp)
    for piece in pieces(len(conveners), s.shape.issues):
        issues = s.issues_of(conveners[piece])  # (Q, conveners)
        appeal = s.need[issues] * alignment(place[:, None, piece], s.place.take(issues, axis=1))
        if besides is not None:
            appeal = np.where(issues == besides[piece], -np.inf, appeal)
        best[piece] = issues[appeal.argmax(axis=0), np.arange(issues.shape[1])]
    if besides is not None and s.shape.issues == 1:
        best = np.where(besides >= 0, besides, best)
    return best, s.place.take(best, axis=1)


def begin_goals(s: State, c: Ints, issue: Ints, place: Floats) -> None:
    """Give coalitions that start their first goal."""
    s.issue[0, c] = issue
    s.fit[c] = alignment(s.goal.take(c, axis=1), place)


def ending(s: State, p: Values, draws: Draws) -> None:
    """Let needs fall for successes; coalitions take on the next problem, end, or dissolve."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c = m.coalitions
    mine = p.of(c, s.focal)
    success = (s.progress[:, c] >= 1).any(axis=0)
    stays = np.zeros(len(c), dtype=bool)
    if success.any():
        solve(s, p, c[success])
        stays[success] = go_on(s, p, draws, c[success], m.mean(s.openness[m.who])[success])
    distrust = s.trust[c] < mine.trust_floor
    too_few = (m.count < mine.min_members) & (s.month - s.launch[c] >= mine.forming_months)
    if np.any(p.shelter):
        too_few &= ~(np.broadcast_to(mine.shelter, c.shape).astype(bool) & (s.staffed[c] > 0))
    too_few |= m.count == 0
    ends = np.where(success, ~stays, distrust | too_few)
    if not ends.any():
        return
    how = np.where(success, ENDINGS.index("achieved"), np.where(distrust, ENDINGS.index("trust"), ENDINGS.index("too_few")))
    gone = c[ends]
    s.record(gone, how[ends], m.count[ends])
    released = ends[m.slot]
    s.release(m.who[released], m.place[released], p.at(m.who[released]).release_cooldown)
    s.running[gone] = False
    s.end_initiatives(gone)
    asked = np.flatnonzero(s.asked >= 0)
    s.asked[asked[~s.running[s.asked[asked]]]] = NOBODY
    s.members_changed()


def solve(s: State, p: Values, c: Ints) -> None:
    """Let the need of an issue fall once for each success on it."""
    goal, row = np.nonzero(s.progress[:, c] >= 1)
    impact = np.broadcast_to(p.at(c).impact, c.shape)[row]
    np.multiply.at(s.need, s.issue[goal, c[row]], 1 - impact)
    np.add.at(s.problems_solved, c[row], 1)


def go_on(s: State, p: Values, draws: Draws, c: Ints, openness: Floats) -> Bools:
    """Let successful coalitions take on other problems (or the same ones again); return which have a goal left."""
    mine = p.of(c, s.focal)
    goes_on = draws.of("coalition", c)[1] < openness + mine.continuation * (1 - openness)
    admission = np.broadcast_to(mine.admission, c.shape)
    done = s.progress[:, c] >= 1
    left = s.issue[:, c] >= 0
    for k in (0, 1):
        solved = np.flatnonzero(done[k] & left[k])
        now, other = c[solved], np.where(left[1 - k, solved], s.issue[1 - k, c[solved]], NOBODY)
        goal = s.goal.take(now, axis=1)
        issue, place = best_issue(s, goal, now, besides=other)
        takes = goes_on[solved] & (issue != other) & (alignment(goal, place) >= admission[solved])
        on = now[takes]
        s.issue[k, on], s.progress[k, on] = issue[takes], 0.0
        s.goals_added[on] += 1
        left[k, solved[~takes]] = False
    gone = c[left[1] & ~left[0]]
    s.issue[0, gone], s.progress[0, gone] = s.issue[1, gone], s.progress[1, gone]
    single = c[(left[0] != left[1])]
    s.issue[1, single], s.progress[1, single] = NOBODY, 0.0
    on = c[left.any(axis=0)]
    s.fit[on] = mean_fit(fits_of(s, on), s.issue[1, on] >= 0)
    return np.asarray(left.any(axis=0))


PROGRESS = Mechanism(
    "progress",
    parameters=(process_sections.Progress, process_sections.Ending),
    state=[
        variable("issue", "coalition", "What its goals are about, in the order taken on.", dtype=int, refers="issue", axes=2),
        variable("progress", "coalition", "Of each goal; the problem is solved at 1.", null=0.0, axes=2),
        variable("formed", "coalition", "First month with enough members.", dtype=int, null=NO_MONTH),
        variable("fit", "coalition", "Mean alignment of where it stands with its goals' issues."),
        variable("momentum", "coalition", "Recent progress, as a share of what is expected."),
        variable("highest_progress", "coalition", "Highest progress ever reached.", null=0.0),
        variable("first_third", "coalition", "Months from the launch until a goal was a third done.", dtype=int),
        variable("first_two_thirds", "coalition", "Months from the launch until a goal was two thirds done.", dtype=int),
        variable("first_success", "coalition", "Months from the launch until the first success.", dtype=int),
        variable("problems_solved", "coalition", "Successes.", dtype=int, null=0),
        variable("goals_added", "coalition", "Problems taken on after a success, or besides the first.", dtype=int, null=0),
        variable("goals_dropped", "coalition", "Goals given up while it had two.", dtype=int, null=0),
        variable("goals_redefined", "coalition", "Turns to another issue.", dtype=int, null=0),
    ],
    steps=at(progress, ending),
)
