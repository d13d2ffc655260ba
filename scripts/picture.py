"""Draw the picture of the README again: python scripts/picture.py. It is one run, docs/run.png.

Left, the field in one month; right, the life of every coalition of the run. The month is the one with most to see: the
largest sum of the roots of coalitions' sizes.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import coalsim as cs
from coalsim.report import plots

TARGET = Path(__file__).resolve().parents[1] / "docs" / "run.png"
SEED, REPLICATE, NAMED = 1, 99, 6


def main() -> None:
    """Run the model once, remember who is where, draw."""
    parameters = cs.Parameters()
    model = cs.CoalitionModel(parameters, seed=SEED, replicate=REPLICATE)
    sizes: dict[int, dict[int, int]] = defaultdict(dict)
    lives = {}
    counted: dict[int, int] = defaultdict(int)
    stars: list[tuple[int, int]] = []
    best, scene = -1.0, None
    for _ in range(parameters.get("burn_in") + parameters.get("months")):
        model.step()
        month = model.month
        if month < 0:
            counted.update({id(coalition): coalition.successes for coalition in model.running_coalitions})  # no stars before month 0
            continue
        running = sorted(model.running_coalitions, key=lambda coalition: -len(coalition.members))
        for coalition in running:
            lives[id(coalition)] = coalition
            sizes[id(coalition)][month] = len(coalition.members)
        for key, coalition in lives.items():
            if coalition.successes > counted[key]:
                counted[key] = coalition.successes
                stars.append((month, key))
        together = sum(len(coalition.members) ** 0.5 for coalition in running)  # several middling coalitions rather than one large
        if together > best:
            best = together
            scene = (
                month,
                [(id(c), np.array(c.goal)[:2], [(np.array(m.mission)[:2], m.capacity) for m in c.members]) for c in running[:NAMED]],
            )
            where = [(np.array(o.mission)[:2], o.capacity) for o in model.organizations]
    assert scene is not None
    month, coalitions = scene
    order = sorted(lives, key=lambda key: min(sizes[key]))
    shown = {key: plots.COLOURS[place % len(plots.COLOURS)] for place, (key, _, _) in enumerate(coalitions)}
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.6), width_ratios=(1, 1.35), layout="constrained")
    points = np.array([point for point, _ in where])
    left.scatter(*points.T, s=[60 * capacity for _, capacity in where], color="0.75", edgecolor="white", linewidth=0.6)
    for key, goal, members in coalitions:
        for member, _ in members:
            left.plot(*np.array([goal, member]).T, color=shown[key], linewidth=0.8, alpha=0.5)
        places, large = np.array([member for member, _ in members]), [60 * capacity for _, capacity in members]
        left.scatter(*places.T, s=large, color=shown[key], edgecolor="white", linewidth=0.6, zorder=3)
        left.scatter(*goal, marker="D", s=70, color=shown[key], edgecolor="white", zorder=4)
    left.set(
        title=f"Month {month}: who works with whom",
        xlabel="mission, axis 1",
        ylabel="mission, axis 2",
        xticks=[],
        yticks=[],
        aspect="equal",
    )
    for row, key in enumerate(order):
        then = np.array(sorted(sizes[key]))
        many = np.array([sizes[key][m] for m in then])
        tall = 0.42 * np.sqrt(many / max(max(s.values()) for s in sizes.values()))
        colour = shown.get(key, "0.6")
        right.fill_between(then, row - tall, row + tall, color=colour, linewidth=0, alpha=0.8, step="mid")
    right.scatter([when for when, _ in stars], [order.index(key) for _, key in stars], marker="*", s=80, color="black", zorder=4)
    right.axvline(month, color="0.4", linewidth=0.8, linestyle="--")
    right.set(
        title="Every coalition's life: thicker is more members, a star is success",
        xlabel="month",
        yticks=[],
        ylabel="coalitions, by launch",
    )
    right.set_xlim(0, None)
    right.invert_yaxis()
    figure.savefig(TARGET, dpi=110)
    print(f"{TARGET}: {TARGET.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
