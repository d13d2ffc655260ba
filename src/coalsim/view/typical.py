"""Which replicate to show first: a typical one in which something happens, by a rule that can be said in a sentence.

In many replicates little happens, and nothing says that number 0 is an exception. One picked by hand would be a showpiece, and no
help in a field of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.simulation import simulate
from coalsim.tables.columns import REPLICATE

MOST = 16
"""Replicates that are looked at, at most."""

AFFORDED = 1_000_000
"""Organizations times months times replicates that are looked at, at most: some seconds."""


@dataclass(frozen=True)
class Luck:
    """The replicate that is shown.

    Attributes
    ----------
    replicate : its number
    why : the rest of a sentence about it that begins "Replicate 7 is"
    """

    replicate: int
    why: str


def typical(p: Parameters, seed: int = 1) -> Luck:
    """Choose the replicate that is shown of a scenario if nobody asks for another one.

    Of the first replicates (30, or fewer in large fields, so that it takes a second or two) those count in which a problem is
    solved and, after the first year, a coalition is launched; if there are none, those in which a problem is solved; if there
    are none either, those in which a coalition gets enough members to work. Of these it is the one whose impact is nearest to
    their median; of two that are as near, the one with the lower number.

    Parameters
    ----------
    p
        The scenario.
    seed
        Seed of the experiment.

    Raises
    ------
    ParameterError, FieldError
        As for `coalsim.simulate`.

    Examples
    --------
    >>> import coalsim as cs
    >>> print(typical(cs.Parameters.model1().replace(organizations=20, months=60)).why.partition(": ")[0])
    a typical one in which something happens
    """
    months = p.get("months") + p.get("burn_in")
    many = min(MOST, AFFORDED // (build(p, seed, 0).size * months))
    if many < 2:
        return Luck(0, "the first one; the field is too large to look for a typical one in a moment")
    simulated = simulate(p, many, seed)
    runs, coalitions = simulated.outcomes, simulated.coalitions
    solves, forms = runs["problems_solved"] > 0, runs["formed"] > 0
    starts = runs[REPLICATE].isin(coalitions.loc[coalitions["launch"] >= 12, REPLICATE])
    for counts, happens in (
        (solves & starts, "a coalition is launched after the first year and a problem is solved"),
        (solves, "a problem is solved"),
        (forms, "a coalition gets enough members to work"),
    ):
        lively = runs[counts]
        if len(lively) == 1:
            return Luck(int(lively[REPLICATE].iloc[0]), f"the only one of the first {many} replicates in which {happens}")
        if len(lively):
            away = (lively["impact"] - lively["impact"].median()).abs().to_numpy()
            return Luck(
                int(lively[REPLICATE].to_numpy()[away.argmin()]),
                f"a typical one in which something happens: of the first {many} replicates, {happens} in {len(lively)}, and of these "
                "it is in the middle by the share of need that is gone",
            )
    return Luck(0, f"the first one; in none of the first {many} replicates does a coalition get enough members to work")
