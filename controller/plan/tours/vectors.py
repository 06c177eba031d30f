"""Owns one instruction that compilers do not find by themselves: a step in sixteen lanes at once.

Refuses to be called uncompiled: it is a piece of kernels.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16


def _relax(_context: Any, values: Any, costs: Any, after: Any, arcs: Any, arc: Any) -> Any:
    """after[state] = min(after[state], values[source] + costs[way]), in every lane.

    Shapes: rows of sixteen int32; arcs[arc] is (source, way, state).
    """
    signature = types.void(values, costs, after, arcs, arc)
    vector, wide = ir.VectorType(ir.IntType(32), LANES), ir.IntType(64)

    def generate(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
        def array(place: int) -> Any:
            return context.make_array(called.args[place])(context, builder, arguments[place])

        begin = builder.mul(arguments[4], ir.Constant(wide, 3))

        def row(place: int) -> Any:
            column = builder.add(begin, ir.Constant(wide, place))
            index = builder.zext(builder.load(builder.gep(array(3).data, [column])), wide)
            first = builder.mul(index, ir.Constant(wide, LANES))
            return builder.bitcast(builder.gep(array(place).data, [first]), vector.as_pointer())

        def load(pointer: Any) -> Any:
            return builder.load(pointer, align=4)

        target = row(2)
        price, known = builder.add(load(row(0)), load(row(1))), load(target)
        less = builder.icmp_signed("<", price, known)
        builder.store(builder.select(less, price, known), target, align=4)
        return context.get_dummy_value()

    return signature, generate


relax: Any = intrinsic(_relax)
