"""Statistics of contact networks within coalitions, from counts recorded of each coalition at the end of a run.

Six counts are enough for every measure that the face check takes of real networks (``experiments/face-check``, same definitions). Of
the members of a coalition, with "in contact" meaning that either knows the other:

=============== ====================================================================
``ties``         ordered pairs (i, j) of which i knows j
``mutual_ties``  of these, those of which j knows i too
``contacts``     pairs in contact
``triangles``    triples of which every pair is in contact
``paths``        paths of length two: sum over members of d (d - 1)/2, d their contacts
``most_contacts`` the largest d
=============== ====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.statistics.declare import Option, Options, Range, Seen, one_of, statistic
from coalsim.calibration.statistics.rows import NAN

Floats = NDArray[np.float64]

COUNTS = ("ties", "mutual_ties", "contacts", "triangles", "paths", "most_contacts")
MEASURES = ("density", "reciprocity", "transitivity", "clustering", "centralization")


def count_ties(adjacency: NDArray[np.bool_]) -> dict[str, int]:
    """Return the counts of one network.

    Parameters
    ----------
    adjacency
        Who knows whom, shape (n, n), without loops.
    """
    either = (adjacency | adjacency.T).astype(np.int64)
    degree = either.sum(axis=1)
    return {
        "ties": int(adjacency.sum()),
        "mutual_ties": int((adjacency & adjacency.T).sum()),
        "contacts": int(degree.sum()) // 2,
        "triangles": int(np.trace(either @ either @ either)) // 6,
        "paths": int((degree * (degree - 1)).sum()) // 2,
        "most_contacts": int(degree.max(initial=0)),
    }


def measure(name: str, members: Floats, counts: Mapping[str, Floats]) -> Floats:
    """Return a measure of networks from their counts; NaN where it is not defined.

    Parameters
    ----------
    name
        One of `MEASURES`: density; reciprocity, the share of ties that are mutual; transitivity, 3 triangles/paths; clustering,
        transitivity/density; centralization of degree (Freeman 1979).
    members
        How many, shape (networks,).
    counts
        The columns `COUNTS`, each of that shape.
    """
    n = members
    pairs = n * (n - 1) / 2
    contacts, most = counts["contacts"], counts["most_contacts"]
    with np.errstate(divide="ignore", invalid="ignore"):
        density = contacts / pairs
        transitivity = 3 * counts["triangles"] / counts["paths"]
        found: dict[str, Floats] = {
            "density": density,
            "reciprocity": counts["mutual_ties"] / counts["ties"],
            "transitivity": transitivity,
            "clustering": transitivity / density,
            "centralization": (n * most - 2 * contacts) / ((n - 1) * (n - 2)),
        }
    out = found[name]
    return np.where(np.isfinite(out), out, np.nan)


def _possible(options: Options) -> Range:
    return (0, float("inf")) if options["measure"] == "clustering" else (0, 1)


def _sizes(options: Options) -> str | None:
    smallest, largest = options["smallest"], options["largest"]
    return f"smallest = {smallest:g} is above largest = {largest:g}" if smallest > largest else None


@statistic(
    "network",
    "1",
    "Mean of a measure of the contact networks of running coalitions, over coalitions of a range of sizes, at the end of the run.",
    {"coalitions": ("ending", "members_end", *COUNTS)},
    possible=_possible,
    agree=_sizes,
    measure=one_of(*MEASURES, meaning="Which measure."),
    smallest=Option("whole number", "Fewest members.", 13, 1),
    largest=Option("whole number", "Most members.", 27, 3),
)
def network(seen: Seen, measure: str, smallest: float, largest: float) -> float:
    """Return the mean over coalitions; NaN if there is none of such a size."""
    where: dict[str, Any] = {"ending": "running", "members_end": {"at_least": smallest, "at_most": largest}}
    table = seen.table("coalitions", where)
    values = _measure(measure, table["members_end"].to_numpy(dtype=float), {name: table[name].to_numpy(dtype=float) for name in COUNTS})
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else NAN


_measure = measure
