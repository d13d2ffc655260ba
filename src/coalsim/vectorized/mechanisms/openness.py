"""Embrace emerging challenges: dialogue (step 3), goals and missions that move (step 11)."""

from __future__ import annotations

import math

import numpy as np

from coalsim.geometry import cut, squared_distance
from coalsim.mechanism import Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.everybody import dialogue_with_everybody
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


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
    """Move goals towards the problem as seen and the members' missions, then missions towards the goal."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c, who = m.coalitions, m.who
    mine = p.of(c, s.focal)
    omega, old = s.omega[c], s.goal.take(c, axis=1)
    seen = s.place.take(s.issue[c], axis=1) + (1 - mine.insight * s.relation[c].max(axis=1)) * s.error.take(c, axis=1)
    mean_mission = np.stack([m.mean(axis[who]) for axis in s.mission])
    goal = cut(old + mine.redefinition * omega * (seen - old) + mine.member_pull * (1 - omega) * (mean_mission - old))
    moved = np.sqrt(squared_distance(goal, old)) / math.sqrt(s.shape.dimensions)
    s.progress[c] *= np.maximum(0.0, 1 - mine.obsolescence * moved)
    s.goal[:, c] = goal
    mission = s.mission.take(who, axis=1)
    s.mission[:, who] = mission + p.at(who).mission_adaptation * s.openness[who] * (goal.take(m.slot, axis=1) - mission)


OPENNESS = Mechanism(
    "openness",
    parameters=(process_sections.Dialogue, process_sections.Redefining),
    state=[
        variable("goal", "coalition", "Where it wants to go in the issue space.", axes="dimensions"),
        variable("error", "coalition", "How wrongly it saw the problem at the launch.", axes="dimensions"),
    ],
    steps=at(dialogue, redefining),
)
