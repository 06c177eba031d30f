"""Asking: an order and its cartons as two rows of numbers, which kernels unfold.

Owns the translation of pieces, lots, cartons and rules into numbers. Refuses to decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from controller.plan.cartons.arrays import Ints
from controller.plan.cartons.lots import Lot, rooms_of
from controller.plan.cartons.packages import Piece, Problem, orientations

ENDLESS = 1 << 40


def site_of(problem: Problem) -> Ints:
    """What is the same for all orders of a site: rules, cartons and their rooms."""
    return _site(replace(problem, pieces=(), apart=()))


@lru_cache(maxsize=8)
def _site(problem: Problem) -> Ints:
    tariff = problem.tariff
    rooms, first, rows = [], [0], []
    for carton in problem.cartons:
        rooms += rooms_of(carton)
        first.append(len(rooms))
        outer = carton.outer_mm3 or carton.room_mm3
        divisor = tariff.divisor_cm3_per_kg
        rows += [
            carton.mass_max_g,
            carton.room_mm3 * problem.fill_percent // 100,
            ENDLESS if carton.stock is None else carton.stock,
            carton.cost_cents + tariff.base_cents,
            carton.tare_g,
            -(-outer // divisor) if divisor else 0,
            carton.room_mm3,
        ]
    hazards = -1 if problem.hazardous_max is None else problem.hazardous_max
    rules = [
        problem.support_percent,
        int(problem.gravity),
        0,
        hazards,
        tariff.per_kg_cents,
        tariff.step_g,
        problem.void_cents_per_l,
        problem.void_g_per_l,
        1,
    ]
    flat_rooms = [measure for room in rooms for measure in room]
    sizes = [len(problem.cartons), len(rooms)]
    return np.array([*sizes, *rules, *rows, *first, *flat_rooms], np.int64)


def order_of(problem: Problem, lots: Sequence[Lot]) -> Ints:
    """The numbers of one order."""
    sorts = _sorts(problem) if problem.apart else {}
    rows: list[int] = []
    kinds: list[int] = []
    loads = 0
    for lot in lots:
        bits = clashes = 0
        for piece, qty in lot.pieces:
            if sorts:
                bit, clash = sorts.get(piece.goods, (0, 0))
                bits, clashes = bits | bit, clashes | clash
            bears = -1 if piece.load_max_g is None else piece.load_max_g
            loads |= bears >= 0 and not piece.fragile
            size = (piece.length_mm, piece.width_mm, piece.height_mm)
            ways = _ways(*size, piece.upright, piece.flat)
            kinds += (ways[0], piece.mass_g, piece.fragile, bears, piece.hazardous, qty)
            kinds += ways[1:]
        rows += (lot.count, len(lot.pieces), bits, clashes)
    return np.array([len(kinds) // 24, len(lots), loads, *rows, *kinds], np.int64)


@lru_cache(maxsize=4096)
def _ways(length: int, width: int, height: int, upright: bool, flat: bool) -> tuple[int, ...]:
    """How many ways there are, and their measures."""
    piece = Piece(
        ref="",
        length_mm=length,
        width_mm=width,
        height_mm=height,
        mass_g=0,
        qty=1,
        upright=upright,
        flat=flat,
    )
    found = list(orientations(piece))
    filled = found + [(0, 0, 0)] * (6 - len(found))
    return (len(found), *(measure for way in filled for measure in way))


def _sorts(problem: Problem) -> Mapping[str, tuple[int, int]]:
    """The bit of each kind of goods that something is kept apart from, and the bits of those."""
    names = sorted({name for pair in problem.apart for name in pair})
    bits = {name: 1 << at for at, name in enumerate(names)}
    clashes = dict.fromkeys(names, 0)
    for one, other in problem.apart:
        clashes[one] |= bits[other]
        clashes[other] |= bits[one]
    return {name: (bits[name], clashes[name]) for name in names}
