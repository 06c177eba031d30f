"""Asking: an order as rows of numbers, which kernels unfold.

Owns the translation of pieces and lots into numbers. Refuses to decide.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from controller.plan.cartons.arrays import Ints
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Problem
from controller.plan.cartons.sites import Ways, ways

WAYS_MAX = 6


def order_of(problem: Problem, lots: Sequence[Lot]) -> tuple[Ints, Ints, Ints]:
    """The numbers of one order.

    Shapes: lots (lots, 4) copies, kinds, sorts, clashes; kinds (kinds, 6) and their ways
    (kinds, 6, 3) as of a question.
    """
    sorts = _sorts(problem) if problem.apart else {}
    rows: list[int] = []
    kinds: list[int] = []
    lying: list[Ways] = []
    for lot in lots:
        bits = clashes = 0
        for piece, qty in lot.pieces:
            if sorts:
                bit, clash = sorts.get(piece.goods, (0, 0))
                bits, clashes = bits | bit, clashes | clash
            bears = -1 if piece.load_max_g is None else piece.load_max_g
            found = ways(piece)
            kinds += (len(found), piece.mass_g, piece.fragile, bears, piece.hazardous, qty)
            lying.append(found + found[:1] * (WAYS_MAX - len(found)))
        rows += (lot.count, len(lot.pieces), bits, clashes)
    return (
        np.array(rows, np.int64).reshape(-1, 4),
        np.array(kinds, np.int64).reshape(-1, 6),
        np.array(lying, np.int64),
    )


def _sorts(problem: Problem) -> Mapping[str, tuple[int, int]]:
    """The bit of each kind of goods that something is kept apart from, and the bits of those."""
    names = sorted({name for pair in problem.apart for name in pair})
    bits = {name: 1 << at for at, name in enumerate(names)}
    clashes = dict.fromkeys(names, 0)
    for one, other in problem.apart:
        clashes[one] |= bits[other]
        clashes[other] |= bits[one]
    return {name: (bits[name], clashes[name]) for name in names}
