"""Checking: a plan of cartons against the rules of its problem, by the check of placements.

Owns the translation of pieces, cartons and rules. Refuses to know how a plan came about.
"""

from controller.plan import placements
from controller.plan.cartons.packages import OWN, Carton, Packed, Piece, Plan, Problem


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan by the rules of its problem, in words."""
    goods = {piece.ref: goods_of(piece) for piece in problem.pieces}
    cartons = {carton.code: carton for carton in problem.cartons}
    packed = [each for each in plan.cartons if each.carton != OWN]
    found = [
        f"{each.carton}: {fault}"
        for each in packed
        for fault in packed_faults(problem, cartons[each.carton], each)
    ]
    found += placements.torn(goods, [[*each.units()] for each in packed])
    for code, carton in cartons.items():
        used = sum(each.carton == code for each in packed)
        if carton.stock is not None and used > carton.stock:
            found.append(f"{code}: {used} are used, {carton.stock} are in stock")
    return found


def packed_faults(problem: Problem, carton: Carton, packed: Packed) -> list[str]:
    """What is wrong in one carton."""
    goods = {piece.ref: goods_of(piece) for piece in problem.pieces}
    rules = placements.Rules(
        support_percent=problem.support_percent,
        gravity=problem.gravity,
        apart=frozenset(problem.apart),
        hazardous_max=problem.hazardous_max,
    )
    units = [*packed.units()]
    high = max((unit.top_mm for unit in units), default=0)
    size = (carton.length_mm, carton.width_mm, carton.height_mm)
    if carton.flexible:
        size = (carton.length_mm - high, carton.width_mm - high, carton.height_mm)
    room = placements.Room(
        size=size,
        mass_max_g=carton.mass_max_g,
        volume_max_mm3=carton.room_mm3 * problem.fill_percent // 100,
    )
    return placements.faults(room, goods, units, rules)


def goods_of(piece: Piece) -> placements.Goods:
    """A piece as the check of placements knows it."""
    size = (piece.length_mm, piece.width_mm, piece.height_mm)
    up = [True, True, True]
    if piece.upright:
        up = [False, False, True]
    elif piece.flat:
        up = [measure == min(size) for measure in size]
    return placements.Goods(
        size=size,
        mass_g=piece.mass_g,
        vertical=(up[0], up[1], up[2]),
        fragile=piece.fragile,
        load_max_g=piece.load_max_g,
        kit=piece.kit,
        kind=piece.goods,
        hazardous=piece.hazardous,
    )
