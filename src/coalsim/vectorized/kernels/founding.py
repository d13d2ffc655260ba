"""How coalitions start (step 8), compiled; see `coalsim.vectorized.mechanisms.founding`."""

from __future__ import annotations

import math

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.means import can_afford, committed
from coalsim.vectorized.kernels.members import enrol
from coalsim.vectorized.kernels.philox import COALITION, LAUNCH, normal, philox, row
from coalsim.vectorized.kernels.reckoning import RECORD, alignment, best_issue, cut, own
from coalsim.vectorized.mechanisms import founding
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def launching(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Found the coalitions whose research is over, if there are enough to found them with."""
    if s.everybody_known:
        founding.launching(s, p, draws)
        return
    who, about, enough, error, goal = _found(kit)
    if len(who) == 0:
        return
    s.end_initiatives(who[~enough])
    who, about, error, goal = who[enough], about[enough], error[:, enough], goal[:, enough]
    founding.start(s, p, who, error, goal)
    _begin(kit, conveners=who, about=about)
    s.members_changed()


@Kernel
def _found(
    parameters, organizations, issues, keys, source, now, month, ndtri,
    researching, launches, heard, need, place, mission, openness, focal, asked,
    known, lists, coalition, pledge, cooldown, readiness, join_threshold, reserve, capacity,
):  # fmt: skip
    p = parameters.view(RECORD)
    dimensions = mission.shape[0]
    many = 0
    for i in range(len(researching)):
        many += researching[i] and launches[i] == month
    who = np.empty(many, np.int64)
    about = np.empty(many, np.int64)
    enough = np.ones(many, np.bool_)
    error = np.empty((dimensions, many))
    goal = np.empty((dimensions, many))
    if many == 0:
        return who, about, enough, error, goal
    last = coalition.shape[0] - 1
    u = np.empty(-(-dimensions // 4) * 4)
    nearest = np.full(organizations, -np.inf)
    at = -1
    for run in range(len(p)):
        q = p[run]
        first = run * organizations
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        founders = int(q.founders)
        since = at + 1
        for c in range(first, first + organizations):
            if not (researching[c] and launches[c] == month):
                continue
            at += 1
            who[at] = c
            q0 = best_issue(need, place, run * issues, issues, mission, c, -1)
            about[at] = q0
            row(k0, k1, c - first, now, LAUNCH, u)
            for axis in range(dimensions):
                wrong = q.blindness * normal(ndtri, u[axis]) / math.sqrt(1 + heard[c])
                x = mission[axis, c]
                error[axis, at] = wrong
                goal[axis, at] = cut(x + q.goal_blend * openness[c] * (place[axis, q0] + wrong - x))
            if founders <= 0:
                continue
            admission = own(focal[c], q.focal_admission, q.admission)
            months = own(focal[c], q.focal_commitment_months, q.commitment_months)
            rate = own(focal[c], q.focal_contribution_rate, q.contribution_rate)
            for turn in range(2):  # first they are counted, then they are asked
                willing = 0
                for k in range(known[c]):
                    i = lists[c, k]
                    if coalition[last, i] >= 0 or cooldown[i] != 0 or researching[i] or not readiness[i] >= join_threshold[i]:
                        continue
                    aligned = alignment(mission, i, goal, at)
                    if not aligned >= admission:
                        continue
                    others = committed(coalition, pledge, focal, q.contribution_rate, q.focal_contribution_rate, i, -1)
                    if not can_afford(reserve[i], capacity[i], months, rate, others, q.slack, q.see_through, q.pledge_floor):
                        continue
                    willing += 1
                    if turn == 1 and aligned > nearest[i - first]:
                        nearest[i - first] = aligned
                        asked[i] = c
                if willing < founders and not focal[c]:
                    enough[at] = False
                    break
        if founders > 0 and at >= since:
            for i in range(organizations):
                nearest[i] = -np.inf
    return who, about, enough, error, goal


@Kernel
def _begin(
    parameters, organizations, keys, source, now, month, conveners, about,
    issue, fit, goal, place, focal, seeded, coalition, joined, satisfaction, pledge, kept,
):  # fmt: skip
    p = parameters.view(RECORD)
    for z in range(len(conveners)):
        c = conveners[z]
        run = c // organizations
        q = p[run]
        issue[0, c] = about[z]
        fit[c] = alignment(goal, c, place, about[z])
        drawn = philox(keys[source[run], 0], keys[source[run], 1], c - run * organizations, COALITION, now)[2]
        seeded[c] = own(focal[c], q.focal_seed_grant, q.seed_grant) > 0 and (drawn < q.seed_share or focal[c])
        enrol(coalition, joined, satisfaction, pledge, kept, c, c, month, q.initial_satisfaction, 1.0)
