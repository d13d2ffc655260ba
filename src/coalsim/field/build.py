"""`build`: one replicate's field from parameters; what is not given is drawn."""

from __future__ import annotations

import numpy as np

from coalsim.errors import FieldError
from coalsim.field import synthetic
from coalsim.field.model import Field, Floats, Given, Ints, given_or
from coalsim.geometry import cut
from coalsim.parameters import Parameters
from coalsim.parameters.effect import FILE_PARAMETERS, without_effect
from coalsim.streams import SETUP, Source, Streams, normals, streams


def build(p: Parameters, seed: int, replicate: int) -> Field:
    """Return the field of one replicate: a function of parameters, seed and replicate only.

    Raises
    ------
    FieldError
        A table or register cannot be used.
    """
    source = Source(seed, replicate)
    return complete(given(p, source), p, source)


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


def complete(known: Given, p: Parameters, source: Source) -> Field:
    """Draw what is not given (ODD, *Initialization*)."""
    s = streams(p.field.dimensions, p.field.homophily_draws)
    count, dimensions = known.count, p.field.dimensions
    issue = given_or(known.issue, synthetic.places(source, s.issue_place, p.field.issues, dimensions))
    funder = given_or(known.funder, synthetic.places(source, s.funder_place, p.field.funders, dimensions))
    draws = dict(zip(s.attributes.columns, source.table(s.attributes, SETUP, count).T, strict=True))
    home = (draws["home"] * len(issue)).astype(np.intp)
    mission = given_or(known.mission, synthetic.missions(issue[home], source.table(s.mission, SETUP, count)[:, :dimensions], p))

    def attribute(name: str, drawn: Floats) -> Floats:
        return given_or(known.attributes.get(name), drawn)

    capacity = attribute("capacity", synthetic.capacities(draws["capacity"], p))
    reserve = attribute("reserve", synthetic.reserves(draws["reserve"], capacity, p))
    readiness = cut(p.field.readiness_mean + p.field.readiness_spread * normals(draws["readiness"]))
    openness = cut(p.field.openness + p.field.openness_spread * normals(draws["openness"]))
    lists, lengths = _acquaintances(known, mission, p, source, s)
    return Field(
        mission=mission,
        style=np.stack([attribute("style_1", draws["style 0"]), attribute("style_2", draws["style 1"])], axis=1),
        capacity=capacity,
        reserve=np.minimum(reserve, p.field.reserve_cap * (p.field.slack * capacity)),
        base_readiness=attribute("readiness", readiness),
        openness=attribute("openness", openness),
        leadership=attribute("leadership", draws["leadership"].copy()),
        join_threshold=attribute("join_threshold", np.full(count, p.joining.join_threshold)),
        acquaintances=lists,
        known=lengths,
        issue=issue,
        need=given_or(known.need, np.ones(len(issue))),
        funder=funder,
        grant_budget=given_or(known.grant_budget, np.full(len(funder), p.funding.grant_budget)),
        names=known.names,
        unit=known.unit,
        coalitions=known.coalitions,
        called=known.called,
    )


def _acquaintances(known: Given, mission: Floats, p: Parameters, source: Source, s: Streams) -> tuple[Ints, Ints]:
    if p.field.acquaintances == "all":
        return np.empty((known.count, 0), dtype=np.intp), np.zeros(known.count, dtype=np.intp)
    if known.ties is None:
        return synthetic.acquaintances(source, s.acquaintance, mission, p)
    from_, to = known.ties
    lengths = np.bincount(from_, minlength=known.count).astype(np.intp)
    lists = np.repeat(np.arange(known.count)[:, None], p.field.acquaintances_max, axis=1)
    order = np.argsort(from_, kind="stable")
    first = np.cumsum(lengths) - lengths
    place = np.arange(len(from_)) - np.repeat(first, lengths)
    lists[from_[order], place] = to[order]
    return lists, lengths
