"""Cascades on many random graphs: how often they go far, and how far."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import watts_cascades as model

from coalsim.analysis.intervals import wilson

COUNT, PHI, GLOBAL = 10_000, Fraction("0.18"), 0.1


def cascades(z: float, graphs: int, seeds: int, seed: int) -> tuple[dict[str, float], int]:
    """Return what cascades on random graphs of mean degree z do, and in how many runs model and direct computation differ."""
    random = np.random.default_rng([seed, 2002, round(100 * z)])
    sizes, months, different = np.empty((graphs, seeds)), np.empty((graphs, seeds)), 0
    for number in range(graphs):
        graph = model.random_graph(COUNT, z, random)
        conveners = random.choice(COUNT, seeds, replace=False)
        expected = [model.directly(graph, PHI, node) for node in conveners.tolist()]
        # Runs of like length share a block, which lasts as long as its longest.
        order = np.argsort([len(sizes) for sizes in expected], kind="stable")
        found = model.in_the_model(graph, float(PHI), conveners, order)
        different += sum(one != other for one, other in zip(found, expected, strict=True))
        sizes[number] = [one[-1] / COUNT for one in found]
        months[number] = [len(one) - 1 for one in found]
    far = sizes > GLOBAL
    frequency, error = ratio(far.sum(axis=1), np.full(graphs, seeds))
    size, size_error = ratio((sizes * far).sum(axis=1), far.sum(axis=1))
    # Seeds on one graph are not independent: Wilson's interval for as many independent ones as carry the same information (Kish).
    runs = graphs * seeds
    effect = max(1.0, error**2 / (frequency * (1 - frequency) / runs)) if 0 < frequency < 1 else 1.0
    low, high = wilson(frequency * runs / effect, runs / effect)
    # Nor is there less to doubt than in as many independent runs, even if no cascade goes far (Agresti & Coull 1998).
    adjusted = (frequency * runs + 2) / (runs + 4)
    error = max(error, float(np.sqrt(adjusted * (1 - adjusted) / (runs + 4))))
    low = low if frequency else 0.0  # not 1e-19
    return {
        **{"z": z, "graphs": graphs, "seeds": seeds},
        **{"frequency": frequency, "frequency_se": error, "frequency_low": low, "frequency_high": high},
        "theory": model.giant(z, PHI),
        **{"size": size, "size_se": size_error, "smallest": sizes[far].min() if far.any() else np.nan},
        **{"largest_other": sizes[~far].max() if not far.all() else np.nan},
        **{"months": months[far].mean() if far.any() else np.nan, "longest": months.max()},
    }, different


def ratio(total: np.ndarray, count: np.ndarray) -> tuple[float, float]:
    """Return the ratio of two sums over graphs and its standard error by the spread of graphs (NaN, 0 if there is nothing)."""
    if count.sum() == 0:
        return float("nan"), 0.0
    mean = float(total.sum() / count.sum())
    spread = (total - mean * count) / count.mean()
    return mean, float(spread.std(ddof=1) / np.sqrt(len(count)))
