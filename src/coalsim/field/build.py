"""`build`: one replicate's field from parameters; what is not given is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from coalsim.errors import FieldError
from coalsim.field import synthetic
from coalsim.field.model import Field, Floats, Given, Ints, given_or
from coalsim.geometry import cut
from coalsim.parameters import Parameters
from coalsim.parameters.effect import FILE_PARAMETERS, without_effect
from coalsim.streams import SETUP, Source, Streams, normals, sources, streams, tables


def build(p: Parameters, seed: int, replicate: int) -> Field:
    """Return the field of one replicate: a function of parameters, seed and replicate only.

    Raises
    ------
    FieldError
        A table or register cannot be used.
    """
    return build_all(p, seed, [replicate])[0]


def build_all(p: Parameters, seed: int, replicates: Sequence[int]) -> list[Field]:
    """Return the fields of replicates, each as `build` has it; synthetic ones are drawn together.

    Raises
    ------
    FieldError
        A table or register cannot be used.
    """
    of = sources(seed, replicates)
    if p.field.source == "synthetic":
        return _complete_all(given(p, of[0]), p, of)
    return [complete(given(p, source), p, source) for source in of]


def given(p: Parameters, source: Source) -> Given:
    """Return what the configuration gives of the field.

    Raises
    ------
    FieldError
        A table or register cannot be used, or is named but not used with this `source`.
    """
    unused = [f"{name} {needs}" for name, needs in without_effect(p, FILE_PARAMETERS).items()]
    if unused:
        raise FieldError(unused[0])
    if p.field.source == "tables":
        from coalsim.field.tables import read as read_tables

        return read_tables(p)
    if p.field.source == "register":
        from coalsim.field.register import read as read_register

        return read_register(p, source)
    return Given(p.field.organizations)


def complete(known: Given, p: Parameters, of: Source) -> Field:
    """Draw what is not given of the field of a replicate (ODD, *Initialization*)."""
    return _complete_all(known, p, [of])[0]


def _complete_all(known: Given, p: Parameters, of: Sequence[Source]) -> list[Field]:
    """Draw what is not given, for one replicate, or for several if nothing is given."""
    s = streams(p.field.dimensions, p.field.homophily_draws)
    count, dimensions, runs = known.count, p.field.dimensions, len(of)

    def known_or(value: Floats | None, drawn: Floats) -> Floats:
        return drawn if value is None else given_or(value, drawn[0])[None]

    issue = known_or(known.issue, synthetic.places(of, s.issue_place, p.field.issues, dimensions))
    funder = known_or(known.funder, synthetic.places(of, s.funder_place, p.field.funders, dimensions))
    draws = dict(zip(s.attributes.columns, np.moveaxis(tables(of, s.attributes, SETUP, count), 2, 0), strict=True))
    home = (draws["home"] * issue.shape[1]).astype(np.intp)
    shocks = tables(of, s.mission, SETUP, count)[:, :, :dimensions]
    mission = known_or(known.mission, synthetic.missions(issue[np.arange(runs)[:, None], home], shocks, p))

    def attribute(name: str, drawn: Floats) -> Floats:
        return known_or(known.attributes.get(name), drawn)

    capacity = attribute("capacity", synthetic.capacities(draws["capacity"], p))
    reserve = attribute("reserve", synthetic.reserves(draws["reserve"], capacity, p))
    readiness = cut(p.field.readiness_mean + p.field.readiness_spread * normals(draws["readiness"]))
    openness = cut(p.field.openness + p.field.openness_spread * normals(draws["openness"]))
    lists, lengths = _acquaintances(known, mission, p, of, s)
    columns = {
        "mission": mission,
        "style": np.stack([attribute("style_1", draws["style 0"]), attribute("style_2", draws["style 1"])], axis=-1),
        "capacity": capacity,
        "reserve": np.minimum(reserve, p.field.reserve_cap * (p.field.slack * capacity)),
        "base_readiness": attribute("readiness", readiness),
        "openness": attribute("openness", openness),
        "leadership": attribute("leadership", draws["leadership"].copy()),
        "join_threshold": attribute("join_threshold", np.full((runs, count), p.joining.join_threshold)),
        "acquaintances": lists,
        "known": lengths,
        "issue": issue,
        "need": known_or(known.need, np.ones(issue.shape[:2])),
        "funder": funder,
        "grant_budget": known_or(known.grant_budget, np.full(funder.shape[:2], p.funding.grant_budget)),
    }
    same: dict[str, Any] = {name: getattr(known, name) for name in ("names", "unit", "coalitions", "called")}
    return [Field(**{name: column[run] for name, column in columns.items()}, **same) for run in range(runs)]


def _acquaintances(known: Given, mission: Floats, p: Parameters, of: Sequence[Source], s: Streams) -> tuple[Ints, Ints]:
    runs = len(of)
    if p.field.acquaintances == "all":
        return np.empty((runs, known.count, 0), dtype=np.intp), np.zeros((runs, known.count), dtype=np.intp)
    if known.ties is None:
        return synthetic.acquaintances(of, s.acquaintance, mission, p)
    from_, to = known.ties
    lengths = np.bincount(from_, minlength=known.count).astype(np.intp)
    lists = np.repeat(np.arange(known.count)[:, None], p.field.acquaintances_max, axis=1)
    order = np.argsort(from_, kind="stable")
    first = np.cumsum(lengths) - lengths
    place = np.arange(len(from_)) - np.repeat(first, lengths)
    lists[from_[order], place] = to[order]
    return lists[None], lengths[None]
