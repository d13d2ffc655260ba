"""Work becomes progress (step 12); coalitions succeed, go on or end (step 14), compiled; see `coalsim.vectorized.mechanisms.progress`."""

from __future__ import annotations

import numpy as np

from coalsim.mechanism import NO_MONTH
from coalsim.tables.outcomes import ENDINGS
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.members import release
from coalsim.vectorized.kernels.philox import COALITION, philox
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, best_issue, integer_power, own
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values

_ACHIEVED, _TRUST, _TOO_FEW = (ENDINGS.index(ending) for ending in ("achieved", "trust", "too_few"))


def progress(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Review goals once a cycle; turn work into progress, momentum and routines."""
    if len(s.members.coalitions):
        _progress(kit)


@compiled
def _review(
    q, k0, k1, run, first, issues, now, c, focal, coalition_openness, goal, need, place, formed,
    issue, progress, goals_dropped, goals_redefined, goals_added,
):  # fmt: skip
    """Let a coalition that lost touch drop a goal or turn to another issue, or one with one goal take on a second."""
    two = issue[1, c] >= 0
    here = alignment(goal, c, place, issue[0, c])
    worst = 0
    least = here
    if two:
        other = alignment(goal, c, place, issue[1, c])
        if other < least:
            worst = 1
            least = other
    lost = least < q.retarget_fit
    if not (lost or q.goal_rate > 0):
        return
    retarget, _, _, add = philox(k0, k1, c - first, COALITION, now)
    if lost and retarget < coalition_openness[c]:
        if two:
            issue[0, c] = issue[1 - worst, c]
            progress[0, c] = progress[1 - worst, c]
            issue[1, c] = -1
            progress[1, c] = 0.0
            goals_dropped[c] += 1
            return
        best = best_issue(need, place, run * issues, issues, goal, c, -1)
        turns = best != issue[0, c]
        if turns and q.weigh_goals != 0:
            left = progress[0, c]
            there = alignment(goal, c, place, best)
            kept = (1 - q.retarget_loss) * left
            turns = need[best] * (there * there) / (1 - kept) > need[issue[0, c]] * (here * here) / (1 - left)
        if turns:
            issue[0, c] = best
            progress[0, c] *= 1 - q.retarget_loss
            goals_redefined[c] += 1
            return
    if two or formed[c] == NO_MONTH or not add < q.goal_rate * coalition_openness[c]:
        return
    best = best_issue(need, place, run * issues, issues, goal, c, issue[0, c])
    if best != issue[0, c] and alignment(goal, c, place, best) >= own(focal[c], q.focal_admission, q.admission):
        issue[1, c] = best
        progress[1, c] = 0.0
        goals_added[c] += 1


@Kernel
def _progress(
    parameters, organizations, issues, keys, source, now, month, coalitions, count, coalitions_from,
    focal, coalition_openness, goal, need, place, window, work, trust, launch,
    issue, progress, goals_dropped, goals_redefined, goals_added, fit, formed, highest_progress,
    first_third, first_two_thirds, first_success, momentum, routines,
):  # fmt: skip
    p = parameters.view(RECORD)
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        deciding = month % int(q.grant_cycle) == 0
        power = int(q.fit_power)
        opened = window[run] > 0
        more = 1 + q.window_yield * (1.0 if opened else 0.0)
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            if deciding:
                _review(
                    q, k0, k1, run, first, issues, now, c, focal, coalition_openness, goal, need, place, formed,
                    issue, progress, goals_dropped, goals_redefined, goals_added,
                )  # fmt: skip
            two = issue[1, c] >= 0
            enough = count[a] >= q.min_members
            if enough and formed[c] == NO_MONTH:
                formed[c] = month
            works = work[c] / 2 if two else work[c]
            of_all = 0.0
            highest = -np.inf
            mean = 0.0
            for k in range(2):
                there = k == 0 or two
                step = 0.0
                if there:
                    near = alignment(goal, c, place, issue[k, c])
                    mean = near if k == 0 else (mean + near) / 2
                    if enough:
                        step = trust[c] * integer_power(near, power) * works / q.effort * more
                of_all = step if k == 0 else of_all + step
                reached = progress[k, c] + step
                if q.window_share > 0 and not opened:
                    reached = max(progress[k, c], min(reached, 1 - q.window_share))
                progress[k, c] = reached
                highest = max(highest, reached)
            fit[c] = mean
            highest_progress[c] = max(highest_progress[c], highest)
            if highest >= 1 / 3 and first_third[c] < 0:
                first_third[c] = month - launch[c]
            if highest >= 2 / 3 and first_two_thirds[c] < 0:
                first_two_thirds[c] = month - launch[c]
            if highest >= 1.0 and first_success[c] < 0:
                first_success[c] = month - launch[c]
            momentum[c] += q.momentum_rate * (of_all * q.expected_months - momentum[c])
            if enough:
                routines[c] += q.routine_rate * (1 - routines[c])


def ending(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Let needs fall for successes; coalitions take on the next problem, end, or dissolve."""
    m = kit.members
    if len(m.coalitions) == 0:
        return
    how = _ending(kit)
    ends = how >= 0
    if not ends.any():
        return
    gone = m.coalitions[ends]
    s.record(gone, how[ends], m.count[ends])
    s.running[gone] = False
    _dissolve(kit)
    s.end_initiatives(gone)
    s.members_changed()


@compiled
def _go_on(
    q, chance, run, issues, c, opened, focal, goal, need, place, issue, progress, goals_added, fit,
):  # fmt: skip
    """Let a successful coalition take on other problems (or the same ones again); return whether it has a goal left."""
    admission = own(focal[c], q.focal_admission, q.admission)
    goes_on = chance < opened + q.continuation * (1 - opened)
    left0 = issue[0, c] >= 0
    left1 = issue[1, c] >= 0
    done0 = progress[0, c] >= 1
    done1 = progress[1, c] >= 1
    for k in range(2):
        if not (done0 and left0 if k == 0 else done1 and left1):
            continue
        other_left = left1 if k == 0 else left0
        other = issue[1 - k, c] if other_left else -1
        best = best_issue(need, place, run * issues, issues, goal, c, other)
        if goes_on and best != other and alignment(goal, c, place, best) >= admission:
            issue[k, c] = best
            progress[k, c] = 0.0
            goals_added[c] += 1
        elif k == 0:
            left0 = False
        else:
            left1 = False
    if left1 and not left0:
        issue[0, c] = issue[1, c]
        progress[0, c] = progress[1, c]
    if left0 != left1:
        issue[1, c] = -1
        progress[1, c] = 0.0
    if not (left0 or left1):
        return False
    near = alignment(goal, c, place, issue[0, c])
    fit[c] = (near + alignment(goal, c, place, issue[1, c])) / 2 if issue[1, c] >= 0 else near
    return True


@Kernel
def _ending(
    parameters, organizations, issues, keys, source, now, month, who, within, coalitions, count, coalitions_from,
    focal, openness, goal, place, trust, launch, staffed, need, issue, progress, problems_solved, goals_added, fit,
):  # fmt: skip
    p = parameters.view(RECORD)
    how = np.full(len(coalitions), -1)
    opened = np.zeros(len(coalitions))
    success = np.zeros(len(coalitions), np.bool_)
    some = False
    for a in range(len(coalitions)):
        c = coalitions[a]
        success[a] = progress[0, c] >= 1 or progress[1, c] >= 1
        some |= success[a]
    if some:
        for m in range(len(who)):
            opened[within[m]] += openness[who[m]]
    for run in range(len(p)):
        q = p[run]
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            for k in range(2):
                if progress[k, c] >= 1:
                    need[issue[k, c]] *= 1 - q.impact
                    problems_solved[c] += 1
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            if success[a]:
                chance = philox(keys[source[run], 0], keys[source[run], 1], c - run * organizations, COALITION, now)[1]
                mean = opened[a] / max(count[a], 1)
                if not _go_on(q, chance, run, issues, c, mean, focal, goal, need, place, issue, progress, goals_added, fit):
                    how[a] = _ACHIEVED
            elif trust[c] < q.trust_floor:
                how[a] = _TRUST
            elif count[a] == 0 or (
                count[a] < q.min_members and month - launch[c] >= q.forming_months and not (q.shelter != 0 and staffed[c] > 0)
            ):
                how[a] = _TOO_FEW
    return how


@Kernel
def _dissolve(
    parameters, organizations, coalitions, coalitions_from, running, asked, coalition, joined, satisfaction, pledge, kept, cooldown
):
    """End the memberships of coalitions that run no more."""
    p = parameters.view(RECORD)
    for run in range(len(p)):
        ended = False
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            ended |= not running[coalitions[a]]
        if not ended:
            continue
        months = int(p[run].release_cooldown)
        for i in range(run * organizations, (run + 1) * organizations):
            released = False
            for slot in range(coalition.shape[0] - 1, -1, -1):
                c = coalition[slot, i]
                if c >= 0 and not running[c]:
                    release(coalition, joined, satisfaction, pledge, kept, i, slot)
                    released = True
            if released and coalition[0, i] < 0:
                cooldown[i] = months
            if asked[i] >= 0 and not running[asked[i]]:
                asked[i] = -1
