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
_EDGE = 0.13533528323661269189  # exp(-2), as Cephes has it
_TOGETHER = 512  # normals made together


@intrinsic
def _product(typing: Any, a: Any, b: Any) -> Any:
    """Return the upper and the lower half of a product of two 64-bit numbers, of one multiplication."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        upper = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))
        return context.make_tuple(builder, signature.return_type, [upper, builder.trunc(product, ir.IntType(64))])

    return types.UniTuple(types.uint64, 2)(types.uint64, types.uint64), generate


@intrinsic
def _call(typing: Any, address: Any, x: Any) -> Any:
    """Call a function of C, double f(double), at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        double = ir.DoubleType()
        function = builder.inttoptr(args[0], ir.FunctionType(double, [double]).as_pointer())
        return builder.call(function, [args[1]])

    return types.float64(types.int64, types.float64), generate


@compiled
def _uniform(bits):
    """Return a uniform of 53 bits; of a signed number, as CPUs have an instruction to make a float of one."""
    return np.int64(bits >> _ELEVEN) * _UNIT


@compiled
def philox(k0, k1, block, stream, month):
    """Return four uniforms: what numpy's Philox draws from the counter (block, stream, month + 1, 0)."""
    c0 = np.uint64(block) + _ONE  # numpy steps the counter before it draws
    c1 = np.uint64(stream)
    c2 = np.uint64(month + 1)
    c3 = _ZERO
    for _ in range(10):
        h0, l0 = _product(_M0, c0)
        h1, l1 = _product(_M1, c2)
        c0 = h1 ^ c1 ^ k0
        c1 = l1
        c2 = h0 ^ c3 ^ k1
        c3 = l0
        k0 = k0 + _W0
        k1 = k1 + _W1
    return _uniform(c0), _uniform(c1), _uniform(c2), _uniform(c3)


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
def _is_middle(u):
    """Return whether Cephes has a rational function for a uniform's normal, as it has of 73 %."""
    return (u > _EDGE) & (u < 1.0 - _EDGE)


@compiled
def _middle(u):
    """Return the normal of a uniform in the middle."""
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


@compiled
def normal(ndtri, u):
    """Return a standard normal for a uniform: in the middle by Cephes's polynomials, of the rest by scipy's own code."""
    return _middle(u) if _is_middle(u) else _call(ndtri, max(u, _UNIT))


@compiled
def _to_normals(ndtri, x, at, of):
    """Put a standard normal in place of each uniform: of all as if in the middle, several at a time, then of the rest.

    `at` and `of` have room for `_TOGETHER`.
    """
    for first in range(0, len(x), _TOGETHER):
        part = x[first : first + _TOGETHER]
        rest = 0
        for i in range(len(part)):
            at[rest] = i
            of[rest] = part[i]
            rest += not _is_middle(part[i])
        for i in range(len(part)):
            part[i] = _middle(part[i])
        for k in range(rest):
            part[at[k]] = _call(ndtri, max(of[k], _UNIT))


@Kernel
def fill(keys, organizations, low, high, now, ndtri, noise, drawn):
    """Draw what all organizations need of the stream *organization*: noise, as normals, and the three draws of mapping.

    Parameters
    ----------
    noise : (replicates * organizations,)
    drawn : (3, replicates * organizations) mapping, through a friend, who
    """
    at = np.empty(_TOGETHER, np.int64)
    of = np.empty(_TOGETHER)
    for source in range(len(keys)):
        k0 = keys[source, 0]
        k1 = keys[source, 1]
        first = source * organizations
        for i in range(low, high):
            a, b, c, d = of_organization(k0, k1, i, now, 0)
            noise[first + i] = a
            drawn[0, first + i] = b
            drawn[1, first + i] = c
            drawn[2, first + i] = d
        _to_normals(ndtri, noise[first + low : first + high], at, of)


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
