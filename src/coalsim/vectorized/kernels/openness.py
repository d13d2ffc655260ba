"""Dialogue, and goals and missions that move (steps 3 and 11), compiled; see `coalsim.vectorized.mechanisms.openness`."""

from __future__ import annotations

import math

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel, compiled
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.listening import listened
from coalsim.vectorized.kernels.prefetch import AHEAD, FAR, prefetch
from coalsim.vectorized.kernels.reckoning import RECORD, cut, integer_power, own
from coalsim.vectorized.mechanisms import openness
from coalsim.vectorized.mechanisms.openness import LEAST_FIT
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def dialogue(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Move missions towards the mean of the acquaintances whose missions are near enough to be listened to."""
    if s.everybody_known:
        openness.dialogue(s, p, draws)
    else:
        if kit.copied:
            _copy.in_parts(kit)
        _dialogue.in_parts(kit)


@Kernel
def _copy(low, high, mission, before):
    """Copy missions of the only run."""
    for axis in range(mission.shape[0]):
        for i in range(low, high):
            before[i, axis] = mission[axis, i]


@Kernel
def _dialogue(parameters, organizations, low, high, copied, before, known, lists, openness, mission):
    p = parameters.view(RECORD)
    dimensions = mission.shape[0]
    n = np.uint64(organizations)
    end = np.uint64(high)
    far_apart = organizations > FAR
    sum_ = np.empty(dimensions)
    for run in range(len(p)):
        rate = p[run].dialogue
        if rate == 0:
            continue
        stay = 1 - rate
        far = 2 * p[run].confidence
        first = run * organizations
        begin = np.uint64(first)
        for axis in range(0 if copied else dimensions):
            for i in range(n):
                before[i, axis] = mission[axis, begin + i]
        if dimensions == 3:
            for i in range(np.uint64(low), end):
                x = begin + i
                if far_apart and i + np.uint64(AHEAD) < end:
                    for k in range(np.uint64(known[x + np.uint64(AHEAD)])):
                        prefetch(before, lists[x + np.uint64(AHEAD), k] - first)
                reach = cut(far * openness[x])
                limit = 3 * reach * reach
                sum0, sum1, sum2, number = listened(before, i, lists, x, known[x], first, limit)
                mission[0, x] = stay * before[i, 0] + rate * (sum0 / number)
                mission[1, x] = stay * before[i, 1] + rate * (sum1 / number)
                mission[2, x] = stay * before[i, 2] + rate * (sum2 / number)
            continue
        for i in range(first + low, first + high):
            reach = cut(far * openness[i])
            limit = dimensions * reach * reach
            number = 1.0
            for axis in range(dimensions):
                sum_[axis] = before[i - first, axis]
            for k in range(known[i]):
                j = lists[i, k] - first
                e = before[j, 0] - before[i - first, 0]
                apart = e * e
                for axis in range(1, dimensions):
                    e = before[j, axis] - before[i - first, axis]
                    apart += e * e
                if apart <= limit:
                    number += 1.0
                    for axis in range(dimensions):
                        sum_[axis] += before[j, axis]
            for axis in range(dimensions):
                mission[axis, i] = stay * before[i - first, axis] + rate * (sum_[axis] / number)


def redefining(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Move goals towards the problem as seen and the members' missions, then missions towards the goals."""
    if len(s.members.coalitions):
        _redefining(kit)


@compiled
def _way(goal, at, kept, problems, progress, c, two, power):
    """Return how much is left to do for coalition c if it stands at point `at` of `goal` with this share of its progress."""
    left = 0.0
    for k in range(2 if two else 1):
        apart = 0.0
        for axis in range(goal.shape[0]):
            e = goal[axis, at] - problems[axis, k]
            apart = e * e if axis == 0 else apart + e * e
        aligned = max(1 - math.sqrt(apart) / math.sqrt(goal.shape[0]), 0.0)
        way = (1 - progress[k, c] * kept) / max(integer_power(aligned, power), LEAST_FIT)
        left = way if k == 0 else left + way
    return left


@compiled
def _follow(dimensions, rate, first, stop, who, within, coalitions, openness, goal, mission, sums):
    """Move the missions of members towards the mean goal of their coalitions; `sums` has room for a place."""
    m = first
    while m < stop:
        i = who[m]
        number = 0.0
        for axis in range(dimensions):
            sums[axis] = 0.0
        while m < stop and who[m] == i:
            c = coalitions[within[m]]
            number += 1.0
            for axis in range(dimensions):
                sums[axis] += goal[axis, c]
            m += 1
        step = rate * openness[i]
        for axis in range(dimensions):
            x = mission[axis, i]
            mission[axis, i] = x + step * (sums[axis] / number - x)


@Kernel
def _redefining(
    parameters, organizations, who, within, coalitions, count, members_from, coalitions_from,
    coalition, focal, coalition_openness, openness, place, relation, issue, error, progress, goal, mission,
):  # fmt: skip
    p = parameters.view(RECORD)
    dimensions = mission.shape[0]
    root = math.sqrt(dimensions)
    mean = np.zeros((len(coalitions), dimensions))
    problems = np.empty((dimensions, 2))
    moved = np.empty((dimensions, 1))
    sums = np.empty(dimensions)
    for axis in range(dimensions):
        for m in range(np.uint64(len(who))):
            mean[np.uint64(within[m]), axis] += mission[axis, np.uint64(who[m])]
    for run in range(len(p)):
        q = p[run]
        power = int(q.fit_power)
        pull = q.member_pull
        insight = q.insight
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            if count[a] == 0:
                continue
            c = coalitions[a]
            two = issue[1, c] >= 0
            trusted = relation[c, 0]
            for y in range(1, relation.shape[1]):
                trusted = max(trusted, relation[c, y])
            share = 1 - insight * trusted
            to_problem = own(focal[c], q.focal_redefinition, q.redefinition) * coalition_openness[c]
            to_members = pull * (1 - coalition_openness[c])
            apart = 0.0
            for axis in range(dimensions):
                old = goal[axis, c]
                middle = place[axis, issue[0, c]]
                problems[axis, 0] = middle
                if two:
                    problems[axis, 1] = place[axis, issue[1, c]]
                    middle = (middle + problems[axis, 1]) / 2
                seen = middle + share * error[axis, c]
                problems[axis, 0] = problems[axis, 0] + (seen - middle)
                problems[axis, 1] = problems[axis, 1] + (seen - middle)
                to = cut(old + to_problem * (seen - old) + to_members * (mean[a, axis] / count[a] - old))
                moved[axis, 0] = to
                apart = (to - old) * (to - old) if axis == 0 else apart + (to - old) * (to - old)
            kept = max(0.0, 1 - q.obsolescence * (math.sqrt(apart) / root))
            if q.weigh_goals != 0:
                there = _way(moved, 0, kept, problems, progress, c, two, power)
                if not there < _way(goal, c, 1.0, problems, progress, c, two, power):
                    continue
            progress[0, c] *= kept
            progress[1, c] *= kept
            for axis in range(dimensions):
                goal[axis, c] = moved[axis, 0]
        rate = q.mission_adaptation
        m = members_from[run]
        if coalition.shape[0] == 1:
            for axis in range(dimensions):
                for m in range(np.uint64(members_from[run]), np.uint64(members_from[run + 1])):
                    i = np.uint64(who[m])
                    x = mission[axis, i]
                    mission[axis, i] = x + rate * openness[i] * (goal[axis, np.uint64(coalitions[np.uint64(within[m])])] - x)
            m = members_from[run + 1]
        if dimensions == 3:  # said here, the compiler unrolls the loops over dimensions, which takes half the time
            _follow(3, rate, m, members_from[run + 1], who, within, coalitions, openness, goal, mission, sums)
        else:
            _follow(dimensions, rate, m, members_from[run + 1], who, within, coalitions, openness, goal, mission, sums)
