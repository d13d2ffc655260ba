"""Asking for memory before it is needed: where a run has so many organizations that those known to one are not in the cache."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FAR = 20_000
"""Organizations of a run from which it pays."""

AHEAD = 6
"""For how many organizations ahead it is done."""


@intrinsic
def prefetch(typing: Any, array: Any, row: Any) -> Any:
    """Have a row of an array brought into the cache, at least its first 64 bytes, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = signature.args[0]
        found = context.make_array(kind)(context, builder, args[0])
        step = cgutils.unpack_tuple(builder, found.strides, kind.ndim)[0]
        whole = ir.IntType(32)
        address = builder.add(builder.ptrtoint(found.data, ir.IntType(64)), builder.mul(args[1], step))
        pointer = builder.inttoptr(address, ir.IntType(8).as_pointer())
        kinds = ir.FunctionType(ir.VoidType(), [pointer.type, whole, whole, whole])
        function = cgutils.get_or_insert_function(builder.module, kinds, "llvm.prefetch.p0i8")
        builder.call(function, [pointer, ir.Constant(whole, 0), ir.Constant(whole, 2), ir.Constant(whole, 1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
