"""Levers in several worlds: the table of main effects that every study has, its values and its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.analysis import ParameterDraws
from coalsim.calibration.posteriors import MODEL_2, drawn, posterior
from coalsim.experiments.experiment import Setting, Value
from coalsim.parameters import Parameters, load
from coalsim.report.plots import COLOURS
from coalsim.shipped import folder
from coalsim.studies.levers import Lever, main_effects, signs_over_draws
from coalsim.studies.paired import standard_error

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

EFFECT = ("mean_baseline", "mean", "effect", "low", "high", "se", "n", "saved")
SIGNS = ("draws", "positive", "negative", "zero", "share", "moved_share", "median", "p10", "p90")


@dataclass(frozen=True)
class World:
    """A field in which levers are moved.

    Attributes
    ----------
    name : what to call it
    base : the scenario in which levers are moved, one at a time
    replicates : of each end of a lever
    draws : draws of all other parameters around `base` in which the effects are asked for again, 0 for none: plausible ones of model 1,
        of model 2 those of its posterior, as many as there are and no more
    """

    name: str
    base: Parameters
    replicates: int
    draws: int = 0


def _draws(world: World, setting: Setting) -> int | ParameterDraws:
    if setting.model == 1:
        return world.draws
    known = posterior(MODEL_2)
    return drawn(known, min(world.draws, len(known)), setting.seed, world.base)


def effects_by_world(worlds: Sequence[World], levers: Sequence[Lever], on: Sequence[str], setting: Setting) -> pd.DataFrame:
    """Return what each lever does to outcomes in each world, and how often the sign holds over plausible parameters.

    Returns
    -------
    DataFrame
        One row per world, lever and outcome: ``world``, ``lever``, ``outcome``; of the paired effect (`coalsim.analysis.effect`)
        ``mean_baseline`` (at the low end), ``mean`` (at the high end), ``effect``, ``low``, ``high`` (95 %), ``se``, ``n``
        replicates, ``saved`` (share of runs that pairing saves); over draws (`coalsim.analysis.signs`; empty without) ``draws``,
        ``positive``, ``negative``, ``zero``, ``share`` with the commoner sign, ``moved_share`` among draws that moved, ``median``,
        ``p10``, ``p90`` of the effect.
    """
    import pandas as pd

    parts = []
    for world in worlds:
        found = main_effects(world.base, levers, on, setting.replicates(world.replicates), setting.seed, setting.workers)
        if world.draws:
            signs = signs_over_draws(world.base, levers, on, _draws(world, setting), seed=setting.seed, workers=setting.workers)
            found = found.merge(signs[["lever", "outcome", *SIGNS]], on=["lever", "outcome"], how="left", validate="1:1")
        found.insert(0, "world", world.name)
        parts.append(found.reindex(columns=["world", "lever", "outcome", *EFFECT, *SIGNS]))
    return pd.concat([part.astype(object) for part in parts], ignore_index=True).infer_objects()


@dataclass(frozen=True)
class Scope:
    """Who moves levers, what is looked at, and where.

    Attributes
    ----------
    name : such as "focal" or "everybody"
    levers, on : levers and outcomes
    worlds : the fields
    """

    name: str
    levers: Sequence[Lever]
    on: Sequence[str]
    worlds: Sequence[World]


def effects_by_scope(scopes: Iterable[Scope], setting: Setting) -> pd.DataFrame:
    """Return the rows of `effects_by_world` for each scope, with the column ``scope`` first."""
    import pandas as pd

    tables = []
    for scope in scopes:
        found = effects_by_world(scope.worlds, scope.levers, scope.on, setting)
        found.insert(0, "scope", scope.name)
        tables.append(found)
    return pd.concat(tables, ignore_index=True)


def both_fields(setting: Setting) -> tuple[Parameters, Parameters]:
    """Return the two fields of the studies, a synthetic one and Vermont's health field: of model 1, or of the calibrated model 2.

    In a field in motion a focal initiative is convened by the free organization that knows most who would found it.
    """
    first = Parameters.model1()
    if setting.model == 1:
        return first, load(folder("experiments") / "vermont-health.toml")
    sizes = {name: first.get(name) for name in ("organizations", "issues", "funders", "months")}
    found = Parameters().replace(**sizes), load(folder("configs") / "vermont-health.toml")
    synthetic, health = (p.replace(focal_convener="most_supported") for p in found)
    return synthetic, health


def usual_worlds(
    base: Parameters, health: Parameters, full: int, few: int, draws: int, own: Mapping[str, Any], alone: Mapping[str, Any] | None = None
) -> list[World]:
    """Return the worlds that studies move levers in.

    Parameters
    ----------
    base, health
        Scenarios in the synthetic field and in the health field.
    full, few
        Replicates in the one and in the other.
    draws
        Plausible draws around `base`.
    own
        Settings in all worlds.
    alone
        Settings under which the focal initiative is the only one: makes a third world of the synthetic field.
    """
    worlds = [World("synthetic", base.replace(**own), full, draws), World("health", health.replace(**own), few)]
    if alone is not None:
        worlds.insert(1, World("alone", base.replace(**own, **alone), full))
    return worlds


def effect_values(table: pd.DataFrame) -> list[Value]:
    """Return the effects of a table of `effects_by_world` as values ``LEVER_on_OUTCOME_in_WORLD``, with names in underscores."""
    return [_value(f"{_plain(row['lever'])}_on_{row['outcome']}_in_{_plain(row['world'])}", row) for row in table.to_dict("records")]


def _value(name: str, row: Mapping[Any, Any]) -> Value:
    """Return the effect of a row as a value; NaN if it was seen in one pair only, which does not tell its error."""
    error = standard_error(row["se"], row["n"], row["outcome"])
    return Value(name, row["effect"] if np.isfinite(error) else float("nan"), error)


def effect_value(name: str, table: pd.DataFrame, **where: Any) -> Value:
    """Return as a value the one effect of a table (`coalsim.analysis.effect`) whose cells are as given.

    Raises
    ------
    ValueError
        No row is like that, or several are.
    """
    for column, wanted in where.items():
        table = table[table[column] == wanted]
    if len(table) != 1:
        raise ValueError(f"{name}: {len(table)} rows have {where}; one is needed")
    (row,) = table.to_dict("records")
    return _value(name, row)


def effects_figure(table: pd.DataFrame, heading: str) -> Figure:
    """Draw a table of `effects_by_world`: one panel per outcome, one row per lever, one mark per world; beside it the signs over draws."""
    from coalsim.report.figures.axes import MARKERS, ROW, panels, points, title
    from coalsim.tables.labels import outcome_label

    outcomes, levers, worlds = (list(dict.fromkeys(table[name])) for name in ("outcome", "lever", "world"))
    figure, axes = panels(len(outcomes), 3.6, 1.7 + ROW * max(1.0, 0.6 * len(worlds)) * len(levers), sharey=True, left=2.4)
    for axis, outcome in zip(axes, outcomes, strict=True):
        for place, world in enumerate(worlds):
            of = table[(table["outcome"] == outcome) & (table["world"] == world)]
            at = np.array([levers.index(lever) for lever in of["lever"]]) + 0.2 * (place - (len(worlds) - 1) / 2)
            colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
            points(axis, of["effect"], of["low"], of["high"], at, colour, marker, horizontal=True, label=world)
            for height, row in zip(at, of.to_dict("records"), strict=True):
                if row["draws"] == row["draws"]:
                    text = f"{row['positive']:.0f}/{row['negative']:.0f}/{row['zero']:.0f}"
                    axis.annotate(text, (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=7, color=colour)
        axis.axvline(0, color="0.5", linewidth=1, zorder=0)
        axis.set_xlabel(outcome_label(outcome, difference=True))
        if table["draws"].notna().any():
            axis.set_title("draws up/down/none", loc="right", fontsize=8, color="0.35")
    axes[0].set_yticks(range(len(levers)), [lever.replace("_", " ") for lever in levers])
    axes[0].set_ylim(len(levers) - 0.4, -0.6)
    if len(worlds) > 1:
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(worlds), frameon=False, fontsize=9)
    title(figure, heading, "paired differences from the first to the second end, 95 % intervals; right: signs over plausible parameters")
    return figure


def _plain(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")
