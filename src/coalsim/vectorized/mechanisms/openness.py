"""Embrace emerging challenges: dialogue (step 3), goals and missions that move (step 11)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from coalsim.geometry import Floats, alignment, cut, integer_power, squared_distance
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.everybody import dialogue_with_everybody
from coalsim.vectorized.state import Ints, State
from coalsim.vectorized.values import Values

LEAST_FIT = 1e-9
"""The least fit that is reckoned with when ways are compared."""


def dialogue(s: State, p: Values, draws: Draws) -> None:
    """Move missions towards the mean of the acquaintances whose missions are near enough to be listened to."""
    if np.all(p.dialogue == 0):
        return
    reach = cut(2 * p.confidence * s.openness)
    if s.everybody_known:
        dialogue_with_everybody(s, p, reach)
        return
    order, entries = s.by_length
    mission = s.mission.take(order, axis=1)
    limit = (s.shape.dimensions * reach * reach).take(order)
    total, count = mission.copy(), np.ones(s.shape.all)
    for known in entries:
        many = len(known)
        theirs = s.mission.take(known, axis=1)
        listened = (squared_distance(theirs, mission[:, :many]) <= limit[:many]).astype(float)
        count[:many] += listened
        theirs *= listened
        total[:, :many] += theirs
    total /= count
    mean = np.empty_like(total)
    for axis in range(len(mean)):
        mean[axis, order] = total[axis]
    s.mission = (1 - p.dialogue) * s.mission + p.dialogue * mean


def redefining(s: State, p: Values, draws: Draws) -> None:
    """Move goals towards the problem as seen and the members' missions, then missions towards the goals."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    move_goals(s, p)
    who = m.who
    if s.shape.slots == 1:
        goal = s.goal.take(m.convener, axis=1)
    else:
        number = m.by_organization(np.ones(len(who)))
        who = np.flatnonzero(number)
        number = number[who]
        goal = np.stack([m.by_organization(axis.take(m.convener))[who] / number for axis in s.goal])
    mission = s.mission.take(who, axis=1)
    s.mission[:, who] = mission + p.at(who).mission_adaptation * s.openness[who] * (goal - mission)


def move_goals(s: State, p: Values) -> None:
    """Move the goals of coalitions that have members, at the price of part of their progress, where that is to be done."""
    m = s.members
    c = m.coalitions
    mine = p.of(c, s.focal)
    openness, old, issues = s.coalition_openness[c], s.goal.take(c, axis=1), s.issue[:, c]
    two = issues[1] >= 0
    places = s.place.take(issues, axis=1)  # (D, 2, coalitions)
    middle = np.where(two, (places[:, 0] + places[:, 1]) / 2, places[:, 0])
    error = (1 - mine.insight * s.relation[c].max(axis=1)) * s.error.take(c, axis=1)
    seen = middle + error
    mean_mission = np.stack([m.mean(axis[m.who]) for axis in s.mission])
    goal = cut(old + mine.redefinition * openness * (seen - old) + mine.member_pull * (1 - openness) * (mean_mission - old))
    kept = np.maximum(0.0, 1 - mine.obsolescence * (np.sqrt(squared_distance(goal, old)) / math.sqrt(s.shape.dimensions)))
    moves = m.count > 0
    if np.any(p.weigh_goals):
        problems = places + (seen - middle)[:, None]
        shorter = way(s, c, goal, kept, problems, mine) < way(s, c, old, np.ones(len(c)), problems, mine)
        moves &= shorter | ~np.broadcast_to(mine.weigh_goals, moves.shape).astype(bool)
    c = c[moves]
    s.progress[:, c] *= kept[moves]
    s.goal[:, c] = goal[:, moves]


def way(s: State, c: Ints, goal: Floats, kept: Floats, problems: Floats, p: Any) -> Floats:
    """Return how much is left to do for coalitions that stand at `goal` with this share of their progress.

    Parameters
    ----------
    problems : (D, 2, coalitions) where they see the problems of their goals
    """
    left = (1 - s.progress[:, c] * kept) / fit_as_seen(goal, problems, p.fit_power)
    return np.where(s.issue[1, c] >= 0, left[0] + left[1], left[0])


def fit_as_seen(goal: Floats, problems: Floats, power: Any) -> Floats:
    """Return the fit of goals to problems, to a power, shape (2, coalitions); at least a little."""
    aligned = np.maximum(alignment(goal[:, None], problems), 0.0)
    return np.maximum(integer_power(aligned, power), LEAST_FIT)


OPENNESS = Mechanism(
    "openness",
    parameters=(process_sections.Dialogue, process_sections.Redefining),
    state=[
        variable("goal", "coalition", "Where it wants to go in the issue space.", axes="dimensions"),
        variable("error", "coalition", "How wrongly it saw the problem at the launch.", axes="dimensions"),
    ],
    steps=at(dialogue, redefining),
)
