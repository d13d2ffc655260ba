"""Have all kernels compiled, and so kept for processes to come."""

from __future__ import annotations

from coalsim.field import build
from coalsim.parameters import Parameters
from coalsim.vectorized.core import Block


def compile_all() -> None:
    """Simulate a few months of a small field, in which every step is taken.

    A kernel is compiled when it is first called, and has one type of each argument whatever the parameters are.
    """
    p = Parameters().replace(
        organizations=12, months=8, memberships_max=2, closure_rate=1.0, launch_threshold=0.0, convene_hazard=1.0,
        research_months=1, founders=0, join_threshold=0.0, forming_months=1,
    )  # fmt: skip
    block = Block([p, p], [build(p, 0, replicate) for replicate in (0, 1)], [0, 1], 0, compiled=True)
    block.run()
