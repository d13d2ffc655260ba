"""The draws, compiled: Philox4x64-10 as numpy has it, and ndtri as scipy has it (see `coalsim.streams`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from coalsim.streams import streams
from coalsim.vectorized.kernels.compile import Kernel, compiled

_OF = streams(1)
ORGANIZATION, LAUNCH, COALITION = np.uint64(_OF.organization.number), np.uint64(_OF.launch.number), np.uint64(_OF.coalition.number)
TURNOVER, MEETING = np.uint64(_OF.turnover.number), np.uint64(_OF.meeting.number)
CHALLENGE, CLOSURE = np.uint64(_OF.challenge.number), np.uint64(_OF.closure.number)
WIDE, MEETS = _OF.organization.width // 4, _OF.meeting.width // 4  # blocks of a row

_M0, _M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_W0, _W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_ONE, _ELEVEN, _ZERO = np.uint64(1), np.uint64(11), np.uint64(0)
_UNIT = 2.0**-53


@intrinsic
def _high(typing: Any, a: Any, b: Any) -> Any:
    """Return the upper half of a product of two 64-bit numbers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@intrinsic
def _call(typing: Any, address: Any, x: Any) -> Any:
    """Call a function of C, double f(double), at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        double = ir.DoubleType()
        function = builder.inttoptr(args[0], ir.FunctionType(double, [double]).as_pointer())
        return builder.call(function, [args[1]])

    return types.float64(types.int64, types.float64), generate


@compiled
def philox(k0, k1, block, stream, month):
    """Return four uniforms: what numpy's Philox draws from the counter (block, stream, month + 1, 0)."""
    c0 = np.uint64(block) + _ONE  # numpy steps the counter before it draws
    c1 = np.uint64(stream)
    c2 = np.uint64(month + 1)
    c3 = _ZERO
    for _ in range(10):
        h0 = _high(_M0, c0)
        l0 = _M0 * c0
        h1 = _high(_M1, c2)
        l1 = _M1 * c2
        c0 = h1 ^ c1 ^ k0
        c1 = l1
        c2 = h0 ^ c3 ^ k1
        c3 = l0
        k0 = k0 + _W0
        k1 = k1 + _W1
    return (c0 >> _ELEVEN) * _UNIT, (c1 >> _ELEVEN) * _UNIT, (c2 >> _ELEVEN) * _UNIT, (c3 >> _ELEVEN) * _UNIT


@compiled
def of_organization(k0, k1, i, now, block):
    """Return four draws of an organization: block 0 noise, mapping, through a friend, who; 1 of whom, convene, attention,
    referral; 2 to a funder, first, second, third.
    """
    return philox(k0, k1, WIDE * i + block, ORGANIZATION, now)


@compiled
def of_meeting(k0, k1, i, now, block):
    """Return four draws of a member: block 0 applicant, mutual, which, meets; 1 through the lead, who, of whom, met is mutual."""
    return philox(k0, k1, MEETS * i + block, MEETING, now)


@compiled
def row(k0, k1, i, now, stream, out):
    """Fill `out`, as wide as rows of the stream are, with an entity's row."""
    blocks = len(out) // 4
    for block in range(blocks):
        a, b, c, d = philox(k0, k1, blocks * i + block, stream, now)
        out[4 * block] = a
        out[4 * block + 1] = b
        out[4 * block + 2] = c
        out[4 * block + 3] = d


@compiled
def normal(ndtri, u):
    """Return a standard normal for a uniform: of 73 % by Cephes's polynomials for the middle, of the rest by scipy's own code."""
    if 0.13533528323661269189 < u < 1.0 - 0.13533528323661269189:
        y = u - 0.5
        z = y * y
        upper = -5.99633501014107895267e1 * z + 9.80010754185999661536e1
        upper = (upper * z - 5.66762857469070293439e1) * z + 1.39312609387279679503e1
        upper = upper * z - 1.23916583867381258016e0
        lower = (z + 1.95448858338141759834e0) * z + 4.67627912898881538453e0
        lower = (lower * z + 8.63602421390890590575e1) * z - 2.25462687854119370527e2
        lower = (lower * z + 2.00260212380060660359e2) * z - 8.20372256168333339912e1
        lower = (lower * z + 1.59056225126211695515e1) * z - 1.18331621121330003142e0
        x = y + y * (z * upper / lower)
        return x * 2.50662827463100050242e0
    return _call(ndtri, max(u, _UNIT))


@Kernel
def fill(keys, organizations, now, ndtri, noise, drawn):
    """Draw what all organizations need of the stream *organization*: noise, as normals, and the three draws of mapping.

    Parameters
    ----------
    noise : (replicates * organizations,)
    drawn : (replicates * organizations, 3) mapping, through a friend, who
    """
    for source in range(len(keys)):
        k0 = keys[source, 0]
        k1 = keys[source, 1]
        first = source * organizations
        for i in range(organizations):
            a, b, c, d = of_organization(k0, k1, i, now, 0)
            noise[first + i] = a
            drawn[first + i, 0] = b
            drawn[first + i, 1] = c
            drawn[first + i, 2] = d
        for i in range(first, first + organizations):
            noise[i] = normal(ndtri, noise[i])


@Kernel
def closures(keys, organizations, year, drawn):
    """Draw in which months of a year organizations close.

    Parameters
    ----------
    drawn : (12, replicates * organizations)
    """
    for source in range(len(keys)):
        k0 = keys[source, 0]
        k1 = keys[source, 1]
        for i in range(organizations):
            for block in range(3):
                a, b, c, d = philox(k0, k1, 3 * i + block, CLOSURE, year)
                drawn[4 * block, source * organizations + i] = a
                drawn[4 * block + 1, source * organizations + i] = b
                drawn[4 * block + 2, source * organizations + i] = c
                drawn[4 * block + 3, source * organizations + i] = d
