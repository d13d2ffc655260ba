"""Stability of the coalition structure of a simulated run under its members' own payoffs, and who would leave.

`coalsim.stability.worths` says what a coalition considered is worth to its members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coalsim.counts import MAX_RUNS, SEEDS, said, so_many, whole
from coalsim.errors import ParameterError
from coalsim.field import build
from coalsim.games.games import TOLERANCE
from coalsim.moved import renamed
from coalsim.parameters import Parameters
from coalsim.stability.offers import STAYS, Offers
from coalsim.stability.situation import Situation
from coalsim.stability.worths import Bools
from coalsim.vectorized.core import Block

if TYPE_CHECKING:
    import pandas as pd

_PIECE = 2_000_000  # entries of tables held at once


@dataclass(frozen=True)
class Blocking:
    """A coalition all of whose members would get more in it than they get now.

    Attributes
    ----------
    members : organizations
    carrier : what it has its goal, trust and momentum from: "coalition 5" or "new, convened by 7"
    gains : what each member gains
    """

    members: tuple[int, ...]
    carrier: str
    gains: tuple[float, ...]


@dataclass(frozen=True)
class RunStability:
    """How stable the coalition structure of a run is.

    Attributes
    ----------
    organizations
        One row per organization: `memberships` (how many it has), `coalition` (the convener's number of the coalition that it
        would give up for another, -1 if it would give up none), `payoff` and `satisfaction` in that (NaN without), `would_leave`
        (whether it would rather have left it), and what it would do if nobody's agreement were needed (`nash`), that of those it
        joins (`individual`), or also of those it leaves (`contractual`): "stays", "alone" (leaves that coalition), "coalition 5"
        (joins that coalition) or "organization 7" (joins that organization, which can take up a membership, in a new coalition);
        the best of all allowed. `gain` is that of `nash`.
    blocking
        A coalition that blocks the structure, or None if none was found in `samples` random ones (no proof that there is none).
    samples : random coalitions tried
    month : month of the run
    coalitions : running coalitions that have members
    """

    organizations: pd.DataFrame
    blocking: Blocking | None
    samples: int
    month: int
    coalitions: int

    @property
    def rational(self) -> bool:
        """Whether nobody would rather be alone (individual rationality)."""
        return not self.organizations["would_leave"].any()

    @property
    def nash(self) -> bool:
        """Whether nobody would move (Nash stability)."""
        return bool((self.organizations["nash"] == STAYS).all())

    @property
    def individual(self) -> bool:
        """Whether nobody would move where it is welcome (individual stability)."""
        return bool((self.organizations["individual"] == STAYS).all())

    @property
    def contractual(self) -> bool:
        """Whether nobody would move where it is welcome and from where it is let go (contractual individual stability)."""
        return bool((self.organizations["contractual"] == STAYS).all())

    @property
    def leavers(self) -> list[int]:
        """Organizations that would leave a coalition, for nothing or for another one, if nobody's agreement were needed."""
        table = self.organizations
        return table.index[(table["coalition"] >= 0) & (table["nash"] != STAYS)].tolist()

    def __str__(self) -> str:
        """Return the findings in a few lines."""
        table = self.organizations
        members = table["memberships"] > 0
        lines = [f"month {self.month}: {int(members.sum())} of {len(table)} organizations in {so_many(self.coalitions, 'coalition')}"]
        lines.append(f"rather alone: {int(table['would_leave'].sum())}")
        for name, agreement in (("nash", "nobody's"), ("individual", "whom they join"), ("contractual", "whom they join and leave")):
            moves = table[name] != STAYS
            inside, outside = so_many(int((moves & members).sum()), "member"), so_many(int((moves & ~members).sum()), "other")
            lines.append(f"would move, agreement of {agreement}: {inside}, {outside}".replace("of nobody's", "of nobody"))
        if self.blocking is None:
            lines.append(f"blocking coalition: not found in {so_many(self.samples, 'sample')}")
        else:
            lines.append(f"blocking coalition: {so_many(len(self.blocking.members), 'organization')}, {self.blocking.carrier}")
        return "\n".join(lines)


def stability_of_run(
    parameters: Parameters, seed: int = 1, replicate: int = 0, months: int | None = None, samples: int = 2000, search_seed: int = 1
) -> RunStability:
    """Simulate a run and say how stable the coalition structure is that it ends with.

    Parameters
    ----------
    parameters, seed, replicate
        The run, as in `coalsim.simulate`.
    months
        Months to simulate after the burn-in, 1 to the scenario's; None: all.
    samples, search_seed
        As in `stability_of`.

    Raises
    ------
    ParameterError
        An argument is out of range.

    Examples
    --------
    >>> import coalsim as cs
    >>> from coalsim.stability import stability_of_run
    >>> found = stability_of_run(cs.Parameters.model1(), seed=1, replicate=0)
    >>> found.month, len(found.organizations)
    (119, 60)
    """
    if not isinstance(parameters, Parameters):
        raise ParameterError(f"parameters = {said(parameters)}: Parameters are needed")
    whole("seed", seed, 0, SEEDS)
    whole("replicate", replicate, 0, SEEDS)
    last = parameters.simulation.months
    if months is not None:
        whole("months", months, 1, last)
    _searched(samples, search_seed)
    block = Block([parameters], [build(parameters, seed, replicate)], [replicate], seed)
    for _ in range(parameters.simulation.burn_in + (months or last)):
        block.step()
    return stability_of(Situation.of_block(block, parameters), samples, search_seed)


def _searched(samples: int, search_seed: int) -> None:
    whole("samples", samples, 0, MAX_RUNS)
    whole("search_seed", search_seed, 0, SEEDS)


@renamed(standing="situation")
def stability_of(situation: Situation, samples: int = 2000, search_seed: int = 1) -> RunStability:
    """Say how stable a coalition structure is.

    Parameters
    ----------
    situation
        A run as it stands: `Situation.of_block` or `Situation.of_model`.
    samples
        Random coalitions to try as blocking ones, >= 0.
    search_seed
        Seed of their draws (which are no part of the run).
    """
    import pandas as pd

    _searched(samples, search_seed)
    offers = Offers(situation)
    best = offers.best()
    table = pd.DataFrame(
        {
            "memberships": (situation.coalition >= 0).sum(axis=0),
            "coalition": np.append(situation.conveners, -1)[situation.given],
            "payoff": offers.payoff,
            "satisfaction": situation.satisfaction[situation.worst, np.arange(situation.size)],
            "would_leave": situation.exit_level > offers.payoff + TOLERANCE,
            **{name: [offers.name(to) for to in destination.tolist()] for name, destination in best.destination.items()},
            "gain": best.gain,
        }
    )
    table.index.name = "organization"
    return RunStability(table, _search(situation, samples, search_seed), samples, situation.month, len(situation.conveners))


def _search(situation: Situation, samples: int, seed: int) -> Blocking | None:
    """Return the blocking coalition that the first successful sample leads to."""
    rng = np.random.default_rng(seed)
    rows = max(1, _PIECE // situation.size)
    for start in range(0, samples, rows):
        member = _draw(situation, rng, min(rows, samples - start))
        found = _shrink(situation, member)
        if found is not None:
            who = np.flatnonzero(found)
            carrier = int(situation.carriers(found[None])[0])
            gains = (situation.worth(found[None]) - situation.now(found[None]))[0, who]
            return Blocking(tuple(who.tolist()), _carrier_name(situation, carrier), tuple(gains.tolist()))
    return None


def _draw(situation: Situation, rng: np.random.Generator, count: int) -> Bools:
    """Draw coalitions: every other one around a running coalition, the rest of random organizations.

    Around a running coalition a share of 1/2 to 1 of its members stay, and a share of 0 to 1/2 of the others come.
    """
    shares = rng.random((count, 2))
    around = rng.integers(0, max(len(situation.conveners), 1), count)
    chances = rng.random((count, situation.size))
    near = (np.arange(count) % 2 == 0) & (len(situation.conveners) > 0)
    inside = situation.inside.T[around] if len(situation.conveners) else np.zeros((count, situation.size), dtype=bool)
    limit = np.where(inside, 0.5 + 0.5 * shares[:, :1], 0.5 * shares[:, 1:])
    return np.asarray(chances < np.where(near[:, None], limit, shares[:, :1]))


def _shrink(situation: Situation, member: Bools) -> Bools | None:
    """Take out, again and again, who would not gain; return the first coalition left in which everybody gains."""
    number = np.arange(len(member))
    found: tuple[int, Bools] | None = None
    while len(member):
        gaining = member & (situation.worth(member) > situation.now(member) + TOLERANCE)
        blocks = (gaining == member).all(axis=1) & member.any(axis=1)
        if blocks.any():
            first = int(blocks.argmax())
            if found is None or number[first] < found[0]:
                found = int(number[first]), member[first]
        left = gaining.any(axis=1) & ~blocks
        if found is not None:
            left &= number < found[0]
        member, number = gaining[left], number[left]
    return None if found is None else found[1]


def _carrier_name(situation: Situation, carrier: int) -> str:
    count = len(situation.conveners)
    return f"coalition {situation.conveners[carrier]}" if carrier < count else f"new, convened by {carrier - count}"
