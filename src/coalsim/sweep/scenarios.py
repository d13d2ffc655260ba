"""The scenarios of a sweep as a sequence of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coalsim.parameters import Parameters

if TYPE_CHECKING:
    from coalsim.sweep.design import Sweep


class Scenarios(Sequence[Parameters]):
    """The parameters of a sweep's scenarios, each made when it is asked for: a million of them take no memory."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep, self._count = sweep, sweep.count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        return self._sweep.base.replace(**self._sweep.setting(place))
