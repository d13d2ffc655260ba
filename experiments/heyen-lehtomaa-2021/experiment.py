"""Heyen & Lehtomaa 2021: values, transitions and absorbing states of four scenarios, played by agents, and the switches between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from heyen_lehtomaa_agents import Played, play
from heyen_lehtomaa_equilibrium import Equilibrium, solve
from heyen_lehtomaa_figure import graphs_and_values
from heyen_lehtomaa_game import SCENARIOS, Game

from coalsim.experiments import Output, Setting, Value

STARTS = 400
REPLICATES, QUICK = 20_000, 2_000
DAMAGES = {"m = (1, 1, 1)": (1.0, 1.0, 1.0), "m = (.75, 1.25, 1)": (0.75, 1.25, 1.0)}


@dataclass(frozen=True)
class Solved:
    """A scenario, its first equilibrium (there is one in all four), how many there are, and the starts that led to none."""

    game: Game
    found: Equilibrium
    count: int
    lost: int


def run(setting: Setting) -> Output:
    """Solve the four scenarios and let agents play them, fewer if `setting.quick`."""
    replicates = QUICK if setting.quick else REPLICATES
    rng = np.random.default_rng([setting.seed, 2021])
    solved = {name: first(game, rng) for name, game in SCENARIOS.items()}
    solved["weak-unanimity/ties leave"] = first(SCENARIOS["weak-unanimity"], rng, "leave")
    played = {name: [play(s.game, s.found, x, replicates, rng) for x in range(len(s.game.states))] for name, s in solved.items()}
    values: list[Value] = []
    for name, s in solved.items():
        values += exact(name, s) + by_agents(name, s, played[name])
    tables = {
        "states": values_table(solved),
        "transitions": transitions_table(solved),
        "agents": agents_table(solved, played),
        "switches": switches(rng),
        "damages": damages(rng),
    }
    return Output(values, tables, {"scenarios": graphs_and_values({name: (s.game, s.found) for name, s in solved.items()}, reported())})


def first(game: Game, rng: np.random.Generator, ties: str = "stay") -> Solved:
    """Solve a game from random starts."""
    found, lost = solve(game, STARTS, rng, ties)
    return Solved(game, found[0], len(found), lost)


def exact(name: str, s: Solved) -> list[Value]:
    """Return what is computed without chance: G, payoffs, values, transitions, absorption."""
    states, actors = s.game.states, s.game.actors
    values = [Value(f"{name}/G{state}", level) for state, level in zip(states, s.game.level, strict=True)]
    for letter, numbers in (("u", s.game.payoff), ("V", s.found.values)):
        values += [Value(f"{name}/{letter}{states[x]}{actors[i]}", float(numbers[x, i])) for x, i in np.ndindex(numbers.shape)]
    known = published_transitions()[name.split("/")[0]]
    differing = (np.abs(s.found.transitions - known) > 1e-9).any(axis=1).sum()
    periods, chances = s.found.absorption
    values.append(Value(f"{name}/rows of P that differ", float(differing)))
    values += [Value(f"{name}/least chance to end in {states[x]}", chances[:, x].min()) for x in np.flatnonzero(s.found.absorbing)]
    values += [Value(f"{name}/exact periods from {state}", number) for state, number in zip(states, periods, strict=True)]
    return [*values, Value(f"{name}/fixed points", float(s.count)), Value(f"{name}/starts without a fixed point", float(s.lost))]


def by_agents(name: str, s: Solved, played: list[Played]) -> list[Value]:
    """Return what came of playing: mean periods until absorption, and the least share that was absorbed."""
    values = []
    for state, runs in zip(s.game.states, played, strict=True):
        values.append(Value(f"{name}/periods from {state}", runs.periods.mean(), error(runs.periods)))
    return [*values, Value(f"{name}/share absorbed", min(float((runs.periods >= 0).mean()) for runs in played))]


def error(x: np.ndarray) -> float:
    """Return the standard error of a mean; 0 if all are equal but for rounding."""
    return 0.0 if np.ptp(x) < 1e-12 else float(x.std(ddof=1) / np.sqrt(len(x)))


def published_transitions() -> dict[str, np.ndarray]:
    """Return the published transition matrices, by scenario."""
    frame = pd.read_csv(Path(__file__).with_name("published_transitions.csv"), dtype=str)
    return {
        str(name): np.array([[float(Fraction(cell)) for cell in row] for row in rows.iloc[:, 2:].to_numpy()])
        for name, rows in frame.groupby("scenario")
    }


def reported() -> dict[str, float]:
    """Return the reported numbers of the targets that have one."""
    frame = pd.read_csv(Path(__file__).with_name("targets.csv"))
    return dict(frame.dropna(subset=["reported"])[["target", "reported"]].itertuples(index=False))


def values_table(solved: Mapping[str, Solved]) -> pd.DataFrame:
    """Return G, payoffs and values: one row per scenario and state."""
    rows = []
    for name, s in solved.items():
        for x, state in enumerate(s.game.states):
            row = {"scenario": name, "state": state, "G": s.game.level[x], "absorbing": bool(s.found.absorbing[x])}
            row |= {f"u_{actor}": s.game.payoff[x, i] for i, actor in enumerate(s.game.actors)}
            rows.append(row | {f"V_{actor}": s.found.values[x, i] for i, actor in enumerate(s.game.actors)})
    return pd.DataFrame(rows)


def transitions_table(solved: Mapping[str, Solved]) -> pd.DataFrame:
    """Return the transition matrices, and what each proposer does: one row per scenario and state."""
    rows = []
    for name, s in solved.items():
        for x, state in enumerate(s.game.states):
            row = {"scenario": name, "from": state} | {to: s.found.transitions[x, y] for y, to in enumerate(s.game.states)}
            rows.append(row | {f"{actor}_proposes": s.game.states[s.found.proposals[i, x]] for i, actor in enumerate(s.game.actors)})
    return pd.DataFrame(rows)


def agents_table(solved: Mapping[str, Solved], played: Mapping[str, list[Played]]) -> pd.DataFrame:
    """Return what agents that play came to beside the exact numbers: one row per scenario and starting state."""
    rows = []
    for name, s in solved.items():
        periods, _ = s.found.absorption
        for x, (state, runs) in enumerate(zip(s.game.states, played[name], strict=True)):
            row = {"scenario": name, "start": state, "replicates": len(runs.periods), "absorbed": (runs.periods >= 0).mean()}
            row |= {
                "periods": runs.periods.mean(),
                "periods_se": error(runs.periods),
                "periods_exact": periods[x],
                "longest": runs.periods.max(),
            }
            for i, actor in enumerate(s.game.actors):
                row |= {f"payoff_{actor}": runs.payoff[:, i].mean(), f"payoff_{actor}_se": error(runs.payoff[:, i])}
                row |= {f"V_{actor}": s.found.values[x, i]}
            rows.append(row)
    return pd.DataFrame(rows)


def switches(rng: np.random.Generator) -> pd.DataFrame:
    """Return what lasts for every combination of governance, approval and damages, of which the paper has four."""
    rows = []
    for decides, approval, (label, damage) in product(("power", "weak"), ("unanimity", "majority"), DAMAGES.items()):
        game = Game(decides=decides, approval=approval, damage=damage)
        rows.append(
            {"decides": decides, "approval": approval, "damages": label, "in_paper": game in SCENARIOS.values(), **lasting(game, rng)}
        )
    return pd.DataFrame(rows)


def damages(rng: np.random.Generator) -> pd.DataFrame:
    """Return what lasts under power and majority as damage goes from W to T, m = (1 - s, 1 + s, 1)."""
    rows = []
    for s in np.round(np.arange(0, 0.501, 0.05), 2):
        game = Game(approval="majority", damage=(1 - s, 1 + s, 1.0))
        rows.append({"s": s, **lasting(game, rng)})
    return pd.DataFrame(rows)


def lasting(game: Game, rng: np.random.Generator) -> dict[str, object]:
    """Return the equilibria found, the states that last in them (`/` between equilibria), and the starts that led to none."""
    found, lost = solve(game, STARTS, rng)
    names = sorted({" ".join(state for state, stays in zip(game.states, one.absorbing, strict=True) if stays) or "none" for one in found})
    return {"equilibria": len(found), "lasting": " / ".join(names), "starts_without": lost}
