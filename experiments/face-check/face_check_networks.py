"""Contact networks: of members of simulated coalitions, and the real ones; and what is measured of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from coalsim.vectorized.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

MEASURES = ("directed_density", "reciprocity", "density", "transitivity", "clustering", "centralization", "connected")
DATA = Path(__file__).resolve().parents[2] / "data"


def contacts(s: State, members: Ints) -> Bools:
    """Return who knows whom among some organizations of a run.

    Parameters
    ----------
    s
        State of a block of runs.
    members
        Their numbers in the block, shape (n,).

    Returns
    -------
    array of shape (n, n) : [i, j] is True if i has j in its list of acquaintances
    """
    known = s.acquaintances[:, members]  # unused places hold one's own number
    adjacency = (known.T[:, :, None] == members).any(axis=1)
    np.fill_diagonal(adjacency, False)
    return adjacency


def measures(adjacency: Bools) -> dict[str, float]:
    """Measure a network.

    Parameters
    ----------
    adjacency
        Shape (n, n), n >= 3, without loops.

    Returns
    -------
    dict with the names of `MEASURES`
        * directed_density: ties / n (n - 1);
        * reciprocity: share of ties that are mutual; NaN without ties;
        and, a pair being in contact if either knows the other,
        * density: pairs in contact / (n (n - 1)/2);
        * transitivity: 3 triangles / paths of length two; NaN without such a path;
        * clustering: transitivity / density, which is about 1 where contacts are random;
        * centralization of degree (Freeman 1979, *Social Networks* 1:215-239): the sum of max d - d_i, over (n - 1)(n - 2), that of a star;
        * connected: share of the organizations in the largest component.
    """
    n = len(adjacency)
    ties = float(adjacency.sum())
    either = (adjacency | adjacency.T).astype(float)
    degree = either.sum(axis=1)
    paths = float((degree * (degree - 1)).sum())
    _, component = connected_components(either, directed=False)
    density = float(degree.sum()) / (n * (n - 1))
    transitivity = float(np.trace(either @ either @ either)) / paths if paths else float("nan")
    return {
        "directed_density": ties / (n * (n - 1)),
        "reciprocity": float((adjacency & adjacency.T).sum()) / ties if ties else float("nan"),
        "density": density,
        "transitivity": transitivity,
        "clustering": transitivity / density if ties else float("nan"),
        "centralization": float((degree.max() - degree).sum()) / ((n - 1) * (n - 2)),
        "connected": float(np.bincount(component).max()) / n,
    }


def real_networks(folder: Path = DATA / "emon_sar") -> pd.DataFrame:
    """Return the real networks: ``network``, ``members`` and measures, a row each."""
    nodes, ties = pd.read_csv(folder / "nodes.csv"), pd.read_csv(folder / "edges.csv")
    rows = []
    for name, group in nodes.groupby("network", sort=True):
        place = pd.Index(group["node_id"])
        of = ties[ties["network"] == name]
        adjacency = np.zeros((len(place), len(place)), dtype=bool)
        adjacency[place.get_indexer(of["source"]), place.get_indexer(of["target"])] = True
        rows.append({"network": name, "members": len(place), **measures(adjacency)})
    return pd.DataFrame(rows)
