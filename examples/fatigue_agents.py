"""Fatigue among agents: what ``fatigue.py`` does to arrays, each organization does here for itself; both are docked.

    python examples/fatigue_agents.py

runs both engines side by side, says whether they agree, and compares fatigue with none under common random numbers.
"""

from __future__ import annotations

from fatigue import FATIGUE

import coalsim as cs
from coalsim.agents import Coalition


class TiringCoalition(Coalition):
    """Remembers how tired its convener ever was."""

    worst = 0.0


class TiringOrganization(cs.Organization):
    """Tires while it is in a coalition."""

    coalition_class = TiringCoalition
    fatigue = 0.0

    def get_ready(self, shock: float) -> None:
        """Move readiness (step 2); then rest, or tire."""
        super().get_ready(shock)
        p = self.p
        if self.model.draws.own("rest")[self.number] < p.rest_rate:
            self.fatigue = 0.0
            self.model.recorder.flows.rests += 1
        elif self.coalition is not None:
            self.fatigue += p.fatigue_rate * (1 - self.fatigue)
        self.readiness: float = max(self.readiness - p.adaptation * p.fatigue_effect * self.fatigue, 0.0)
        convened = self.initiative.coalition if self.initiative is not None else None
        if isinstance(convened, TiringCoalition):
            convened.worst = max(convened.worst, self.fatigue)


def main() -> None:
    """Dock, and compare."""
    p = cs.Parameters.model1().replace(months=60, fatigue_effect=0.5)
    docking = cs.dock(p, range(3), mechanisms=[FATIGUE], organization_class=TiringOrganization)
    print(f"{docking.runs} runs over {docking.months} months, differences: {[str(found) for found in docking.differences] or 'none'}")
    runs = cs.simulate([p.without("fatigue"), p], 50, mechanisms=[FATIGUE]).outcomes
    print(runs.groupby("scenario_id")[["launched", "formed", "impact", "fatigue", "rests"]].mean().round(3).to_string())


if __name__ == "__main__":
    main()
