"""Simulated coalitions: when each began and ended, how large it was a year before, who knew whom in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from face_check_networks import MEASURES, contacts, measures
from numpy.typing import NDArray

from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters
from coalsim.simulation import BLOCK_ORGANIZATIONS, blocks, fields
from coalsim.tables.outcomes import ENDINGS, Columns
from coalsim.vectorized.core import Block, Submodel
from coalsim.vectorized.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

MEMBERS = (13, 27)
"""Sizes of the smallest and the largest of the real networks."""
COUNTED = 119
"""Month at whose end running coalitions are counted."""
RUNNING = ENDINGS.index("running")
ACHIEVED = ENDINGS.index("achieved")


@dataclass(frozen=True)
class Lives:
    """What was seen of the coalitions of one scenario.

    Attributes
    ----------
    coalitions : one row per coalition: replicate, launch, formed, end (months), ending (number in `coalsim.tables.outcomes.ENDINGS`)
    landmarks : one row per formed coalition and anniversary of its forming that it lived to see: replicate; ``month``, the first
        of the new year; ``resources`` of the year before (FTE-month: contributions and grants); ``members`` then;
        ``months`` lived of the new year; ``ended`` and ``dissolved``, whether it did in that year
    networks : one row per coalition of 13 to 27 members in one of the months asked for: replicate, month, members, measures,
        and ``field_density``, the share of all pairs of the field in which one knows the other
    replicates, months : how many
    organizations : in a field
    running : formed coalitions that run at the end of the tenth year, or of the run if that is shorter, by replicate
    """

    coalitions: pd.DataFrame
    landmarks: pd.DataFrame
    networks: pd.DataFrame
    replicates: int
    months: int
    organizations: int
    running: Floats


def lives(
    scenarios: Parameters | Sequence[Parameters],
    replicates: int,
    seed: int,
    network_months: Collection[int] = (),
    submodels: Mapping[str, Submodel] | None = None,
) -> list[Lives]:
    """Simulate scenarios and keep what is compared with real coalitions.

    Parameters
    ----------
    scenarios
        One scenario, or several that have the same run length and size of field.
    replicates
        How many replicates of each.
    seed
        Seed of the experiment.
    network_months
        Months at whose ends the networks are taken, 0 to `months` - 1.
    submodels
        Functions that replace steps of the month.

    Returns
    -------
    list
        In the order of the scenarios.
    """
    scenarios = (scenarios,) if isinstance(scenarios, Parameters) else tuple(scenarios)
    coalitions, landmarks, networks = [], [], []
    running = np.zeros((len(scenarios), replicates))
    for block in blocks(scenarios, range(replicates), BLOCK_ORGANIZATIONS[False]):
        scenario, replicate = np.array(block.runs).T
        engine = Block(block.parameters(), fields(block, seed), [int(number) for number in replicate], seed, submodels)
        s = engine.state
        years: list[Columns] = []
        for month in range(s.shape.months):
            engine.step()
            years.append(_anniversaries(s))
            if month in network_months:
                networks += [{"scenario": scenario[run], "replicate": replicate[run], **row} for run, row in _networks(s)]
            if month == min(COUNTED, s.shape.months - 1):
                now = s.members.coalitions
                running[scenario, replicate] = np.bincount(s.run_of(now[s.formed[now] > NO_MONTH]), minlength=s.shape.runs)
        ended, _ = engine.run()
        table = pd.DataFrame({name: ended[name].astype(float) for name in ("run", "convener", "launch", "formed", "end", "ending")})
        run = ended["run"].astype(np.intp)
        table.insert(0, "scenario", scenario[run])
        table.insert(1, "replicate", replicate[run])
        landmarks.append(_landmarks(table, {name: np.concatenate([year[name] for year in years]) for name in years[0]}))
        coalitions.append(table.drop(columns=["run", "convener"]))
    names = ["scenario", "replicate", "month", "members", *MEASURES, "field_density"]
    tables = [pd.concat(coalitions), pd.concat(landmarks), pd.DataFrame(networks, columns=names)]
    apart = [
        [table[table["scenario"] == k].drop(columns="scenario").reset_index(drop=True) for table in tables] for k in range(len(scenarios))
    ]
    return [
        Lives(of, landmarks_of, networks_of, replicates, p.simulation.months, s.shape.organizations, running[k])
        for k, (p, (of, landmarks_of, networks_of)) in enumerate(zip(scenarios, apart, strict=True))
    ]


def _anniversaries(s: State) -> Columns:
    """Return the coalitions that have lived a whole number of years since they formed, at the end of a month."""
    m = s.members
    lived = s.month - s.formed[m.coalitions] + 1
    here = (s.formed[m.coalitions] > NO_MONTH) & (lived % 12 == 0)
    c = m.coalitions[here]
    return {
        "run": s.run_of(c).astype(float),
        "convener": (c % s.shape.organizations).astype(float),
        "launch": s.launch[c].astype(float),
        "month": np.full(len(c), s.month + 1.0),
        "total": s.contributed[c] + s.granted[c],
        "members": m.count[here].astype(float),
    }


def _landmarks(coalitions: pd.DataFrame, years: Columns) -> pd.DataFrame:
    """Return one row per coalition and year: resources of the year before, and what became of it in this one."""
    key = ["run", "convener", "launch"]
    table = pd.DataFrame(years).sort_values([*key, "month"], ignore_index=True)
    # of the first year: all since the launch, which are few months more
    table["resources"] = table["total"] - table.groupby(key)["total"].shift(fill_value=0.0)
    table = table.merge(coalitions, on=key, validate="many_to_one")
    # a coalition that ended in the month of its anniversary is not among them, so all are at risk from the next month on
    left = table["end"] - table["month"] + 1
    table["months"] = np.minimum(left, 12.0)
    table["ended"] = (table["ending"] != RUNNING) & (left <= 12)
    table["dissolved"] = table["ended"] & (table["ending"] != ACHIEVED)
    return table.loc[table["months"] > 0, ["scenario", "replicate", "month", "resources", "members", "months", "ended", "dissolved"]]


def _networks(s: State) -> list[tuple[int, dict[str, float]]]:
    """Return the run and the network of each coalition of comparable size."""
    m = s.members
    comparable = m.coalitions[(m.count >= MEMBERS[0]) & (m.count <= MEMBERS[1])]
    found = []
    for c in comparable:
        run = int(s.run_of(c))
        adjacency = contacts(s, m.who[m.convener == c])
        row = {"month": s.month, "members": len(adjacency), **measures(adjacency), "field_density": _field_density(s, run)}
        found.append((run, row))
    return found


def _field_density(s: State, run: int) -> float:
    n = s.shape.organizations
    known = s.known[run * n : (run + 1) * n]
    return float(known.sum()) / (n * (n - 1))
