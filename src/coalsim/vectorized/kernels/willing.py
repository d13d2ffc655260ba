"""Readiness, and who sets out to convene (steps 2 and 5), compiled; see `coalsim.vectorized.mechanisms.willing`."""

from __future__ import annotations

import numpy as np

from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.philox import of_organization
from coalsim.vectorized.kernels.reckoning import RECORD, cut
from coalsim.vectorized.mechanisms import willing
from coalsim.vectorized.state import State
from coalsim.vectorized.values import Values


def readiness(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Move readiness towards what window, acquaintances and reserves make of base readiness."""
    _readiness(kit, everybody=s.everybody_known)


@Kernel
def _readiness(
    parameters, organizations, everybody, noise, source, window, coalition, known, lists, base_readiness, reserve, reserve_cap, readiness
):
    p = parameters.view(RECORD)
    member = np.empty(organizations, np.int8)
    for run in range(len(p)):
        first = run * organizations
        of = source[run] * organizations - first
        q = p[run]
        contagion = q.contagion
        strain = q.strain
        adaptation = q.adaptation
        deviation = q.noise
        opened = q.window_effect * (1.0 if window[run] > 0 else 0.0)
        stay = 1 - adaptation
        members = 0
        for i in range(organizations):
            member[i] = coalition[0, first + i] >= 0
            members += member[i]
        for i in range(first, first + organizations):
            if everybody:
                share = (members - member[i - first]) / (organizations - 1)
            else:
                inside = 0
                for k in range(known[i]):
                    inside += member[np.uint64(lists[i, k] - first)]  # no negative number: that need not be looked for
                share = inside / max(known[i], 1)
            target = base_readiness[i] + opened + contagion * share
            target -= strain * (1 - reserve[i] / reserve_cap[i])
            readiness[i] = cut(stay * readiness[i] + adaptation * target + deviation * noise[of + i])


def intent(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Count cooldowns down, and let some of the ready set out to convene."""
    if (s.focal_begins == s.month).any():
        willing.intent(s, p, draws)
        return
    who = _intent(kit)
    if len(who):
        s.begin_initiatives(who)
        s.launches[who] = s.month + p.at(who).research_months


@Kernel
def _intent(parameters, organizations, keys, source, now, coalition, cooldown, readiness, researching, running):
    p = parameters.view(RECORD)
    last = coalition.shape[0] - 1
    found = np.empty(len(readiness), np.int64)
    many = 0
    for run in range(len(p)):
        first = run * organizations
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        threshold = p[run].launch_threshold
        hazard = p[run].convene_hazard
        for i in range(first, first + organizations):
            if cooldown[i] > 0:
                cooldown[i] -= 1
            if (
                readiness[i] >= threshold
                and cooldown[i] == 0
                and coalition[last, i] < 0
                and not researching[i]
                and not running[i]
                and of_organization(k0, k1, i - first, now, 1)[1] < hazard
            ):
                found[many] = i
                many += 1
    return found[:many].copy()
