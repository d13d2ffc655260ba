"""`Traits`: what an organization is born with, in the field before the first month or as a newcomer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coalsim.agents.draws import as_normals
from coalsim.agents.space import Point, cut
from coalsim.field import Field
from coalsim.field.synthetic import capacities, reserves

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel


class Traits(NamedTuple):
    """What an organization is when its life begins; the names are those of `Organization`."""

    name: str
    mission: Point
    style: Point
    capacity: float
    reserve: float
    base_readiness: float
    openness: float
    leadership: float
    join_threshold: float

    @classmethod
    def of_field(cls, field: Field, number: int) -> Traits:
        """Return those of an organization of the field."""
        return cls(
            name=field.names[number] if field.names else str(number),
            mission=tuple(field.mission[number].tolist()),
            style=tuple(field.style[number].tolist()),
            capacity=float(field.capacity[number]),
            reserve=float(field.reserve[number]),
            base_readiness=float(field.base_readiness[number]),
            openness=float(field.openness[number]),
            leadership=float(field.leadership[number]),
            join_threshold=float(field.join_threshold[number]),
        )

    @classmethod
    def of_newcomer(cls, model: CoalitionModel, number: int, name: str) -> Traits:
        """Draw those of the organization that takes the place of number `number`, as in the synthetic field (ODD, step 1)."""
        p, draws = model.p, model.draws.turnover(number)
        home = model.issues[int(draws["home"] * len(model.issues))].place
        shocks = as_normals([draws[f"axis {axis}"] for axis in range(p.dimensions)])
        readiness, openness = as_normals([draws["readiness"], draws["openness"]])
        capacity = capacities(np.array([draws["capacity"]]), model.parameters)
        return cls(
            name=name,
            mission=tuple(cut(z + p.mission_spread * shock) for z, shock in zip(home, shocks, strict=True)),
            style=(draws["style 0"], draws["style 1"]),
            capacity=float(capacity[0]),
            reserve=float(reserves(np.array([draws["reserve"]]), capacity, model.parameters)[0]),
            base_readiness=cut(p.readiness_mean + p.readiness_spread * readiness),
            openness=cut(p.openness + p.openness_spread * openness),
            leadership=draws["leadership"],
            join_threshold=p.join_threshold,
        )
