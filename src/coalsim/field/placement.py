"""Place organizations in the issue space by their NTEE codes, and issues where organizations are.

The positions of codes come from a table learned from mission statements (`scripts/code_positions.py`).
Only + - * / and square roots touch them, sums being exact or in a fixed order, so that CPUs agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coalsim.field.model import Floats, Ints
from coalsim.inputs import KEY, Column, File, Sheet, declare

Booleans = NDArray[np.bool_]
Table = dict[str, tuple[float, ...]]

CODE_TABLE = str(Path(__file__).parent / "data" / "ntee_positions.csv")
"""The table of positions that comes with coalsim."""

CODES = declare(
    Sheet(
        "code_table",
        {"code": KEY, "axis_#": Column(low=-1e6, high=1e6, needed=True, blank=False, axis=True)},
        key="code",
        others=True,
    )
)
"""What a table of positions holds."""

_ROUNDS = 5
"""Lloyd's rounds of moving centres into the middle of what is nearest to them; more change little."""


class Positions(NamedTuple):
    """Where codes are, in standard deviations from the middle of a field.

    Attributes
    ----------
    centre : (N, D); 0 where the code says nothing
    known : (N,) whether it says something
    """

    centre: Floats
    known: Booleans

    def missions(self, spread: float, normals: Floats) -> Floats:
        """Return places around the centres, shape (N, D), not yet replaced by ranks.

        Parameters
        ----------
        spread
            Standard deviation around a code's position, in standard deviations of code positions.
        normals
            (N, D). Where the code says nothing, the place is spread as widely as the whole field.
        """
        width = np.where(self.known, spread, math.sqrt(1 + spread * spread))
        return self.centre + width[:, None] * normals


@lru_cache(maxsize=8)
def code_table(file: File, dimensions: int) -> Table:
    """Read the positions of NTEE codes and major groups.

    Parameters
    ----------
    file
        A CSV file with the columns `code` (A to Z for a major group, else three characters) and
        `axis_1`, `axis_2` and so on. Other columns are ignored.
    dimensions
        Number of axes to read.

    Raises
    ------
    FieldError
        The table cannot be read, has too few axes, or has a bad line.
    """
    found = CODES.read(file, dimensions)
    places = [] if found.axes is None else found.axes.tolist()
    return dict(zip(found.text["code"], map(tuple, places), strict=True))


def positions(codes: Sequence[str], others: Sequence[str], table: Table, dimensions: int) -> tuple[Positions, Positions]:
    """Look up the positions of the codes of a field, and of others to be seen on the field's scale.

    A code of which the table knows nothing has the position of its major group (its first letter);
    where the table does not know that either, the code says nothing.

    Parameters
    ----------
    codes, others
        NTEE codes; a blank one says nothing.
    table
        Positions by code, as `code_table` reads them.
    dimensions
        D.
    """
    inside, outside = _look_up(codes, table, dimensions), _look_up(others, table, dimensions)
    for axis in range(dimensions):
        x = inside.centre[inside.known, axis].tolist()
        mean = math.fsum(x) / len(x) if x else 0.0
        sd = math.sqrt(math.fsum((value - mean) * (value - mean) for value in x) / len(x)) if x else 0.0
        for part in (inside, outside):
            part.centre[part.known, axis] -= mean
            part.centre[part.known, axis] /= sd or 1.0  # all codes alike: only the order along the axis counts
    return inside, outside


def _look_up(codes: Sequence[str], table: Table, dimensions: int) -> Positions:
    found = [table.get(code[:3]) or table.get(code[:1]) for code in codes]
    centre = np.array([place or (0.0,) * dimensions for place in found], dtype=float).reshape(len(codes), dimensions)
    return Positions(centre, np.array([place is not None for place in found], dtype=bool))


def ranks(places: Floats, field: Floats) -> Floats:
    """Replace each coordinate by its rank over the field.

    Parameters
    ----------
    places : (M, D)
    field : (N, D), often `places` itself

    Returns
    -------
    ranks
        (M, D), in [0, 1]: the share of the field that lies below, ties counting half.
    """
    result = np.empty_like(places)
    for axis in range(places.shape[1]):
        ordered = np.sort(field[:, axis])
        below = np.searchsorted(ordered, places[:, axis], side="left")
        not_above = np.searchsorted(ordered, places[:, axis], side="right")
        result[:, axis] = (below + not_above) / (2 * len(field))
    return result


def centres(points: Floats, count: int) -> Floats:
    """Return the centres of `count` clusters of points, by k-means without chance.

    The points are cut into `count` cells of equal numbers, each time at right angles to the longest
    side; from the middles of the cells Lloyd's algorithm goes on for a few rounds.

    Parameters
    ----------
    points : (N, D)
    count : clusters, 1 to N

    Returns
    -------
    centres
        (count, D)
    """
    from scipy.spatial import KDTree

    cells = _cells(points, np.arange(len(points)), count)
    centre = np.array([points[cell].sum(axis=0) / len(cell) for cell in cells])
    for _ in range(_ROUNDS):
        nearest = KDTree(centre).query(points)[1]
        size = np.bincount(nearest, minlength=count)
        for axis in range(points.shape[1]):
            total = np.bincount(nearest, weights=points[:, axis], minlength=count)
            centre[:, axis] = np.where(size > 0, total / np.maximum(size, 1), centre[:, axis])
    return centre


def _cells(points: Floats, members: Ints, count: int) -> list[Ints]:
    """Cut `members` into `count` parts of as equal numbers as can be."""
    if count == 1:
        return [members]
    place = points[members]
    axis = int(np.argmax(place.max(axis=0) - place.min(axis=0)))
    ordered = members[np.argsort(place[:, axis], kind="stable")]
    left = count // 2
    cut = len(members) * left // count
    return _cells(points, ordered[:cut], left) + _cells(points, ordered[cut:], count - left)
