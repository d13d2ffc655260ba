"""Threads over the organizations of one large field; how many there are changes no bit of what is simulated.

Only what is done for each organization by itself is cut into parts. No sum is: it is taken in one order, by one thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import pairwise
from typing import TypeVar

from coalsim.errors import ParameterError

T = TypeVar("T")
R = TypeVar("R")

LARGE = 100_000
"""Organizations of a field from which several threads pay."""

PARTS = 16
"""Parts that organizations are cut into: more than threads, as these are not equally fast."""

VARIABLE = "COALSIM_THREADS"
"""The environment variable that says how many threads to use; without it, as many as there are CPUs for this process."""

_alone: ContextVar[bool] = ContextVar("alone", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Use one thread whatever the size, as in sweeps: they use the CPUs by simulating several blocks at once."""
    before = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(before)


def number(runs: int, organizations: int) -> int:
    """Return how many threads to use for a block of so many runs with so many organizations each."""
    if runs > 1 or organizations < LARGE or _alone.get():
        return 1
    given = os.environ.get(VARIABLE, "")
    if not given:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not given.isdecimal() or int(given) < 1:
        raise ParameterError(f"{VARIABLE} = {given!r}: a whole number from 1 on is needed")
    return int(given)


def parts(organizations: int, threads: int) -> list[tuple[int, int]]:
    """Return the first organization of each part, and the one after its last."""
    many = PARTS if threads > 1 else 1
    bounds = [organizations * part // many for part in range(many + 1)]
    return list(pairwise(bounds))


def each(function: Callable[[T], R], items: Sequence[T], threads: int) -> list[R]:
    """Return what a function gives for each item, in their order; it must release the interpreter's lock to gain by that."""
    if threads == 1:
        return [function(item) for item in items]
    found: dict[int, R] = {}
    left = iter(enumerate(items))

    def work() -> None:
        for place, item in left:
            found[place] = function(item)

    helpers = [_pool(threads).submit(work) for _ in range(threads - 1)]
    work()
    for helper in helpers:
        if not helper.cancel():
            helper.result()
    return [found[place] for place in range(len(items))]


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads - 1, thread_name_prefix="coalsim")
