"""Replace a decision of organizations by subclassing, and compare with the baseline under common random numbers.

    python examples/subclass_organization.py difference.png

Two subclasses of `Organization`: one never joins the coalition of a rival, one imitates its most
successful acquaintance. Each is run in the same fields, with the same shocks and chances, as the
baseline, so that what differs between paired runs is the decision alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from coalsim.agents import Coalition, Organization, run
from coalsim.agents.space import alignment
from coalsim.parameters import Parameters
from coalsim.tables.outcomes import Columns, summarise

REPLICATES = 30


class Wary(Organization):
    """Never joins a rival's coalition: that of a larger organization whose mission is much like its own."""

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Pass the three tests, and a fourth."""
        return super().wants_to_join(coalition) and not self.is_rival(coalition.convener)

    def is_rival(self, other: Organization) -> bool:
        """Say whether `other` competes with it for the same ground, and is stronger."""
        return alignment(self.mission, other.mission) > 0.75 and other.capacity > self.capacity


class Imitator(Organization):
    """Looks only at what its most satisfied acquaintance does, and does the same if it can afford to."""

    def perceive(self, draw: float) -> list[Coalition]:
        """See one coalition: that of the acquaintance most satisfied with its own."""
        members = [other for other in self.acquaintances if other.coalition is not None]
        if not members:
            return []
        best = max(members, key=lambda other: (other.satisfaction, -other.number))
        return [best.coalition] if best.coalition is not None else []

    def wants_to_join(self, coalition: Coalition) -> bool:
        """Ask neither for chance nor for value: somebody it knows is content."""
        return self.accepts_terms_of(coalition)


def outcomes_of(parameters: Parameters, organization_class: type[Organization]) -> list[Columns]:
    """Return the outcomes of all replicates with organizations of this class."""
    runs = (run(parameters, seed=1, replicate=replicate, organization_class=organization_class) for replicate in range(REPLICATES))
    return [summarise(coalitions, monthly, parameters.field.organizations) for coalitions, monthly in runs]


def main(path: Path) -> None:
    """Run the baseline and both subclasses, print the paired differences, and draw them."""
    parameters = Parameters.model1()
    shown = {"participation": "participation (share)", "joins": "joins (organizations)", "impact": "impact (share of need)"}
    baseline = outcomes_of(parameters, Organization)
    figure, axes = plt.subplots(1, len(shown), figsize=(10, 3.6), layout="constrained")
    rng = np.random.default_rng(0)  # spreads points sideways, nothing else
    for place, organization_class in enumerate((Wary, Imitator)):
        other = outcomes_of(parameters, organization_class)
        for axis, (name, label) in zip(axes, shown.items(), strict=True):
            differences = np.array([float(a[name][0]) - float(b[name][0]) for a, b in zip(other, baseline, strict=True)])
            mean, error = differences.mean(), differences.std(ddof=1) / np.sqrt(len(differences))
            print(f"{organization_class.__name__:<9} {name:<14} {mean:+8.3f} +- {1.96 * error:.3f}")
            axis.plot(place + rng.uniform(-0.13, 0.13, len(differences)), differences, "o", color="0.7", ms=4, mec="none")
            axis.errorbar(place, mean, 1.96 * error, fmt="o", color=f"C{place}", capsize=4)
            axis.set_title(label, fontsize=10)
    for axis in axes:
        axis.axhline(0, color="0.4", lw=0.8)
        axis.set_xticks([0, 1], ["wary of rivals", "imitators"])
        axis.set_xlim(-0.6, 1.6)
    axes[0].set_ylabel("difference from the baseline")
    figure.suptitle(f"Same fields, other decisions: {REPLICATES} paired runs each, mean and 95 % interval", fontsize=11)
    figure.savefig(path, dpi=130)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/subclass_organization.py FILE.png")
    main(Path(sys.argv[1]))
