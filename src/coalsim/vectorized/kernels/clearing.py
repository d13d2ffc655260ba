"""What goes back to its null when an initiative ends or a coalition is launched, compiled; see `State.clear`."""

from __future__ import annotations

import numpy as np

from coalsim.mechanism import NO_MONTH, Event
from coalsim.vectorized.kernels.compile import Kernel


@Kernel
def end(chosen, began, launches, researching, heard, focal, funders_met, funder, relation, grant, grant_until, gave):
    """Clear what is of initiatives and their relations with funders."""
    for c in chosen:
        began[c] = NO_MONTH
        launches[c] = NO_MONTH
        researching[c] = False
        heard[c] = 0
        focal[c] = False
        funders_met[c] = 0
        for y in range(funder.shape[1]):
            funder[c, y] = -1
            relation[c, y] = 0.0
            grant[c, y] = 0.0
            grant_until[c, y] = NO_MONTH
            gave[c, y] = False


@Kernel
def launch(
    chosen, running, launch, inherited, lead, lead_leadership, lead_openness, lead_capacity, lead_lost, first_leadership,
    seeded, goal, error, trust, coalition_openness, work, communicated, staffed, routines, peak_size, contributed, granted,
    issue, progress, formed, fit, momentum, highest_progress, first_third, first_two_thirds, first_success,
    problems_solved, goals_added, goals_dropped, goals_redefined,
):  # fmt: skip
    """Clear what is of coalitions."""
    for c in chosen:
        running[c] = False
        launch[c] = NO_MONTH
        inherited[c] = False
        lead[c] = -1
        lead_leadership[c] = np.nan
        lead_openness[c] = np.nan
        lead_capacity[c] = np.nan
        lead_lost[c] = 0
        first_leadership[c] = np.nan
        seeded[c] = False
        for axis in range(goal.shape[0]):
            goal[axis, c] = np.nan
            error[axis, c] = np.nan
        trust[c] = np.nan
        coalition_openness[c] = np.nan
        work[c] = np.nan
        communicated[c] = 0.0
        staffed[c] = 0.0
        routines[c] = 0.0
        peak_size[c] = 0
        contributed[c] = 0.0
        granted[c] = 0.0
        for k in range(2):
            issue[k, c] = -1
            progress[k, c] = 0.0
        formed[c] = NO_MONTH
        fit[c] = np.nan
        momentum[c] = np.nan
        highest_progress[c] = 0.0
        first_third[c] = -1
        first_two_thirds[c] = -1
        first_success[c] = -1
        problems_solved[c] = 0
        goals_added[c] = 0
        goals_dropped[c] = 0
        goals_redefined[c] = 0


CLEARED: dict[Event, Kernel] = {"end": end, "launch": launch}
"""Of each event the kernel that clears the built-in variables; those of other mechanisms are cleared by the state."""
