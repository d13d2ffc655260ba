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

MOSTLY_USED = 3
"""Lists of which at least the third part is in use are read to their ends."""


def readiness(kit: Kit, s: State, p: Values, draws: Draws) -> None:
    """Move readiness towards what window, acquaintances and reserves make of base readiness."""
    if kit.copied:
        _inside(kit)
    _readiness.in_parts(kit, everybody=s.everybody_known)


@Kernel
def _inside(organizations, coalition, inside):
    """Note who of the only run is in a coalition."""
    for i in range(organizations):
        inside[i] = coalition[0, i] >= 0


@Kernel
def _readiness(
    parameters, organizations, low, high, copied, inside, everybody, noise, source, window,
    coalition, known, lists, base_readiness, reserve, reserve_cap, readiness,
):  # fmt: skip
    p = parameters.view(RECORD)
    n = np.uint64(organizations)
    places = np.uint64(lists.shape[1])
    begin = np.uint64(low)
    end = np.uint64(high)
    share = np.empty(high)
    for run in range(len(p)):
        first = np.uint64(run) * n
        of = np.uint64(source[run]) * n
        q = p[run]
        contagion = q.contagion
        strain = q.strain
        adaptation = q.adaptation
        deviation = q.noise
        opened = q.window_effect * (1.0 if window[run] > 0 else 0.0)
        stay = 1 - adaptation
        entries = 0
        for i in range(begin, end):
            entries += known[first + i]
        if not copied:
            for i in range(n):
                inside[i] = coalition[0, first + i] >= 0
        if everybody:
            members = 0
            for i in range(n):
                members += inside[i]
            for i in range(begin, end):
                share[i] = (members - inside[i]) / (organizations - 1)
        elif entries * MOSTLY_USED < lists.shape[1] * (high - low):
            for i in range(begin, end):
                found = 0
                for k in range(np.uint64(known[first + i])):
                    found += inside[np.uint64(lists[first + i, k]) - first]
                share[i] = found / max(known[first + i], 1)
        else:  # a loop always as long costs less than one whose end cannot be foreseen; unused places hold its own number
            for i in range(begin, end):
                found = 0
                for k in range(places):
                    found += inside[np.uint64(lists[first + i, k]) - first]
                found -= inside[i] * (lists.shape[1] - known[first + i])
                share[i] = found / max(known[first + i], 1)
        for i in range(begin, end):
            x = first + i
            target = base_readiness[x] + opened + contagion * share[i]
            target -= strain * (1 - reserve[x] / reserve_cap[x])
            readiness[x] = cut(stay * readiness[x] + adaptation * target + deviation * noise[of + i])


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
    n = np.uint64(organizations)
    last = np.uint64(coalition.shape[0] - 1)
    may = np.empty(organizations + 1, np.int64)
    found = np.empty(len(readiness), np.int64)
    many = 0
    for run in range(len(p)):
        first = np.uint64(run) * n
        k0 = keys[source[run], 0]
        k1 = keys[source[run], 1]
        threshold = p[run].launch_threshold
        hazard = p[run].convene_hazard
        for i in range(first, first + n):
            cooldown[i] = max(cooldown[i] - 1, 0)
        free = np.uint64(0)
        for i in range(n):  # written down in any case, which spares a branch
            x = first + i
            may[free] = i
            free += np.uint64((readiness[x] >= threshold) & (cooldown[x] == 0) & (coalition[last, x] < 0) & ~researching[x] & ~running[x])
        for z in range(free):
            if of_organization(k0, k1, may[z], now, 1)[1] < hazard:
                found[many] = run * organizations + may[z]
                many += 1
    return found[:many].copy()
