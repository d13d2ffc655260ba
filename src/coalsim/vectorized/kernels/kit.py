"""What kernels are given besides the state: parameters by run, keys of the draws, the month, who is a member of what."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numba.extending import get_cython_function_address
from numpy.typing import NDArray

from coalsim.streams import YEAR
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.kernels.clearing import CLEARED
from coalsim.vectorized.kernels.compile import Kernel
from coalsim.vectorized.kernels.members import CompiledMembers
from coalsim.vectorized.kernels.philox import closures, fill
from coalsim.vectorized.state import Floats, Ints, State
from coalsim.vectorized.threads import number, parts
from coalsim.vectorized.values import Values

SPELLS = ("window", "recession")
_NDTRI = get_cython_function_address("scipy.special.cython_special", "ndtri")


class Kit:
    """What the kernels of a block share; attributes are what their arguments are called."""

    def __init__(self, state: State, values: Values, draws: Draws) -> None:
        self.state = state
        self.parameters = values.table().reshape(-1)
        self.organizations, self.issues = state.shape.organizations, state.shape.issues
        self.keys, self.source = draws.keys, draws.slots
        self._draws = draws
        self.fixed: dict[Kernel, tuple[int, list[Any]]] = {}
        """Of each kernel the arguments that stay as long as the state's arrays do (`State.bound` tells)."""
        self._filled = -1
        many = len(self.keys) * state.shape.organizations
        self._noise, self._drawn = np.empty(many), np.empty((3, many))
        self.scheduled, self.begins = (np.stack(parts) for parts in zip(*(values.schedules[kind] for kind in SPELLS), strict=True))
        self.spells = draws.environment(SPELLS)
        self.closing = bool(np.any(np.asarray(values.runs.closure_rate) > 0))
        """Whether organizations close in any run."""
        shape = state.shape
        self.threads = number(shape.runs, shape.organizations)
        """How many threads there are."""
        self.parts = parts(shape.organizations, self.threads)
        """The organizations of a run, cut for them."""
        self.copied = self.threads > 1
        # Beside three dimensions a fourth number, 1: a row is in one line of the cache, and sums of rows count them.
        self.before = np.ones((shape.organizations, max(shape.dimensions, 4)))
        self.inside = np.empty(shape.organizations, np.int8)
        self._year = -1
        self._closures: Floats | None = None
        state.members_of = CompiledMembers
        for event, clear in CLEARED.items():
            state.cleared_by(event, clear.names, partial(self._clear, clear))

    ndtri = _NDTRI
    organizations = 0
    """Organizations in a run."""
    issues = 0
    """Issues in a run."""
    copied = False
    """Whether `before` and `inside` are filled before the parts are done, not run by run."""
    before: Floats = np.empty((0, 0))
    """(organizations, dimensions or more) missions before the dialogue; 1 in what there is more."""
    inside: NDArray[np.int8] = np.empty(0, dtype=np.int8)
    """(organizations,) who is in a coalition."""
    parameters: Floats = np.empty(0)
    """(runs * parameters,) in the order of `coalsim.vectorized.values.NUMBERS`."""
    keys: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
    """(replicates, 2) seed and replicate."""
    source: Ints = np.empty(0, dtype=np.intp)
    """(runs,) place of each run's replicate in `keys`."""

    scheduled: NDArray[np.bool_] = np.empty((0, 0), dtype=bool)
    """(2, runs) whether windows, and recessions, come by schedule."""
    begins: NDArray[np.bool_] = np.empty((0, 0, 0), dtype=bool)
    """(2, runs, months) whether one is scheduled to begin."""
    spells: Floats = np.empty((0, 0, 0))
    """(2, months with the burn-in, replicates) the draws of windows and recessions."""

    @property
    def month(self) -> int:
        """The month."""
        return self.state.month

    @property
    def now(self) -> int:
        """The month as the draws count it, from the first of the burn-in."""
        return self._draws.month

    @property
    def lists(self) -> Ints:
        """(runs * organizations, places) who knows whom."""
        return self.state.acquaintances.T

    @property
    def noise(self) -> Floats:
        """(replicates * organizations,) this month's standard normals."""
        self._fill()
        return self._noise

    @property
    def drawn(self) -> Floats:
        """(3, replicates * organizations) this month's draws for mapping."""
        self._fill()
        return self._drawn

    @property
    def closes(self) -> Floats:
        """(replicates * organizations,) this month's draws of closures."""
        year, month = divmod(self.now, YEAR)
        if year != self._year:
            self._year = year
            if self._closures is None:
                self._closures = np.empty((YEAR, len(self._noise)))
            closures(self, year=year, drawn=self._closures)
        assert self._closures is not None
        return self._closures[month]

    LISTED = frozenset({"who", "held", "within", "coalitions", "count", "members_from", "coalitions_from"})
    """Attributes of `members` that kernels may ask for."""

    @property
    def members(self) -> CompiledMembers:
        """Who is in which coalition."""
        members: CompiledMembers = self.state.members  # type: ignore[assignment]
        return members

    def book(self, name: str, amounts: Floats) -> None:
        """Add amounts of runs to this month's books."""
        self.state.books[name] = self.state.books.get(name, 0.0) + amounts

    def _clear(self, clear: Kernel, chosen: Ints) -> None:
        clear(self, chosen=chosen)

    def _fill(self) -> None:
        if self._filled != self.now:
            self._filled = self.now
            fill.in_parts(self, noise=self._noise, drawn=self._drawn)
