"""What is counted at the end of a month (step 15), compiled; see `coalsim.vectorized.ledger`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.mechanism import NO_MONTH
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.kit import Kit
from coalsim.vectorized.kernels.reckoning import total
from coalsim.vectorized.state import State

COUNTED = ("coalitions", "formed", "members", "memberships", "researching", "coalition_trust", "trust", "progress", "need", "duplicates",
           "window", "recession")  # fmt: skip


def counted(kit: Kit, s: State) -> dict[str, NDArray[Any]]:
    """Return what there is in each run when a month is over, by column of the monthly record, shape (runs,)."""
    counts = np.zeros((len(COUNTED), s.shape.runs))
    _count(kit, counts=counts)
    return dict(zip(COUNTED, counts, strict=True))


@Kernel
def _count(
    organizations, issues, counts, coalitions, coalitions_from, members_from,
    coalition, researching, trust, formed, issue, progress, need, window, recession,
):  # fmt: skip
    runs = len(window)
    n = np.uint64(organizations)
    on_issue = np.zeros(runs * issues, np.int64)
    for run in range(runs):
        first = np.uint64(run) * n
        members = 0
        busy = 0
        for i in range(first, first + n):
            members += coalition[0, i] >= 0
            busy += researching[i]
        many = coalitions_from[run + 1] - coalitions_from[run]
        found = 0
        trusted = 0.0
        done = 0.0
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            trusted += trust[c]
            two = issue[1, c] >= 0
            done += (progress[0, c] + progress[1, c]) / 2 if two else progress[0, c]
            if formed[c] > NO_MONTH:
                found += 1
                on_issue[issue[0, c]] += 1
                if two:
                    on_issue[issue[1, c]] += 1
        twice = 0
        for a in range(coalitions_from[run], coalitions_from[run + 1]):
            c = coalitions[a]
            if formed[c] > NO_MONTH and (on_issue[issue[0, c]] > 1 or (issue[1, c] >= 0 and on_issue[issue[1, c]] > 1)):
                twice += 1
        counts[0, run] = many
        counts[1, run] = found
        counts[2, run] = members
        counts[3, run] = members_from[run + 1] - members_from[run]
        counts[4, run] = busy
        counts[5, run] = trusted
        counts[6, run] = trusted / many
        counts[7, run] = done / many
        counts[8, run] = total(need, run * issues, issues) / issues
        counts[9, run] = twice
        counts[10, run] = window[run] > 0
        counts[11, run] = recession[run] > 0
