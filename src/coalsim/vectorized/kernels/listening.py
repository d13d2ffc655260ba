"""The sum of the missions that an organization listens to, in three dimensions: the innermost loop of the dialogue, and the longest.

It is said in the compiler's own terms, as the compiler does not find by itself that the four numbers of a row can be reckoned with
together. The order of additions is that of the loop it replaces, and so are the bits.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_REAL, _WHOLE, _PLACE = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
_ROW = ir.VectorType(_REAL, 4)


def _in_all(builder: Any, value: Any) -> Any:
    """Return a row that has a value four times."""
    row = builder.insert_element(ir.Constant(_ROW, ir.Undefined), value, _PLACE(0))
    return builder.shuffle_vector(row, ir.Constant(_ROW, ir.Undefined), ir.Constant(ir.VectorType(_PLACE, 4), [0] * 4))


@intrinsic
def listened(typing: Any, before: Any, i: Any, lists: Any, x: Any, known: Any, first: Any, limit: Any) -> Any:
    """Return the sum of the missions near organization i, its own among them, axis by axis, and how many these are.

    Parameters
    ----------
    before : (organizations, 4) missions in three dimensions; the fourth column is 1, so that it counts
    i : number of the organization in its run, a row of `before`
    lists, x, known : the lists of acquaintances, the organization's row there, and how many it knows
    first : number of the first organization of the run, of which `lists` count on
    limit : largest squared distance of missions that are listened to
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        missions = context.make_array(signature.args[0])(context, builder, args[0])
        table = context.make_array(signature.args[2])(context, builder, args[2])

        def mission(j: Any) -> Any:
            at = builder.gep(missions.data, [builder.shl(j, _WHOLE(2))])
            return builder.load(builder.bitcast(at, _ROW.as_pointer()), align=8)

        own, bound = mission(args[1]), _in_all(builder, args[6])
        step = cgutils.unpack_tuple(builder, table.strides, 2)[0]
        row = builder.inttoptr(builder.add(builder.ptrtoint(table.data, _WHOLE), builder.mul(args[3], step)), _WHOLE.as_pointer())
        total = cgutils.alloca_once_value(builder, own)
        with cgutils.for_range(builder, args[4]) as loop:
            other = mission(builder.sub(builder.load(builder.gep(row, [loop.index])), args[5]))
            apart = builder.fsub(other, own)
            squares = builder.fmul(apart, apart)
            e, f, g = (builder.extract_element(squares, _PLACE(axis)) for axis in range(3))
            near = builder.fcmp_ordered("<=", _in_all(builder, builder.fadd(builder.fadd(e, f), g)), bound)
            heard = builder.select(near, ir.Constant(_ROW, [1.0] * 4), ir.Constant(_ROW, [0.0] * 4))
            builder.store(builder.fadd(builder.load(total), builder.fmul(other, heard)), total)
        sums = builder.load(total)
        return context.make_tuple(builder, signature.return_type, [builder.extract_element(sums, _PLACE(k)) for k in range(4)])

    whole = types.int64
    return types.UniTuple(types.float64, 4)(before, whole, lists, whole, whole, whole, types.float64), generate
