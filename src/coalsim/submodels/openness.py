"""Embrace emerging challenges: dialogue (step 3), goals and missions that move (step 11)."""

from __future__ import annotations

import math

import numpy as np

from coalsim.draws import Draws
from coalsim.geometry import cut, squared_distance
from coalsim.state import State
from coalsim.submodels.everybody import dialogue_with_everybody
from coalsim.values import Values


def dialogue(s: State, p: Values, draws: Draws) -> None:
    """Move missions towards the mean of the acquaintances whose missions are near enough to be listened to."""
    if np.all(p.dialogue == 0):
        return
    reach = cut(2 * p.confidence * s.openness)
    if s.everybody_known:
        dialogue_with_everybody(s, p, reach)
        return
    mission = s.mission
    limit = s.shape.dimensions * reach * reach
    total = mission.copy()
    count = np.ones(s.shape.all)
    theirs, gap = np.empty_like(total), np.empty_like(total)
    squared, listened = np.empty_like(count), np.empty_like(count)
    for place in range(s.known.max(initial=0)):
        # Whole arrays, reused, a place in the list at a time: small enough to stay in cache. A place
        # that is not used holds "nobody", who is too far away to be listened to.
        np.take(s.mission_and_nobody, s.acquaintances[place], axis=1, out=theirs, mode="clip")
        np.subtract(theirs, mission, out=gap)
        np.multiply(gap, gap, out=gap)
        np.add(gap[0], gap[1] if len(gap) > 1 else 0.0, out=squared)
        for axis in range(2, len(gap)):
            squared += gap[axis]
        np.copyto(listened, squared <= limit)
        count += listened
        theirs *= listened
        total += theirs
    total /= count
    mission *= 1 - p.dialogue
    mission += p.dialogue * total


def redefining(s: State, p: Values, draws: Draws) -> None:
    """Move goals towards the problem as seen and the members' missions, then missions towards the goal."""
    m = s.members
    if len(m.coalitions) == 0:
        return
    c, who = m.coalitions, m.who
    mine = p.of(c, s.focal)
    omega, old = s.omega[c], s.goal[:, c]
    seen = s.place[:, s.issue[c]] + (1 - mine.insight * s.relation[c].max(axis=1)) * s.error[:, c]
    mean_mission = np.stack([m.mean(axis[who]) for axis in s.mission])
    goal = cut(old + mine.redefinition * omega * (seen - old) + mine.member_pull * (1 - omega) * (mean_mission - old))
    moved = np.sqrt(squared_distance(goal, old)) / math.sqrt(s.shape.dimensions)
    s.progress[c] *= np.maximum(0.0, 1 - mine.obsolescence * moved)
    s.goal[:, c] = goal
    mission = s.mission[:, who]
    s.mission[:, who] = mission + p.at(who).mission_adaptation * s.openness[who] * (goal[:, m.slot] - mission)
