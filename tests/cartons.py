"""Owns what tests of cartons share: a site, orders by chance, and plans checked anew."""

import random
from collections import Counter
from dataclasses import replace
from math import prod

from controller.plan import Effort
from controller.plan.cartonizing import (
    OWN,
    Carton,
    Packed,
    Piece,
    Plan,
    Problem,
    Tariff,
    faults,
    solve,
)
from controller.plan.placements import Unit

TARIFF = Tariff(base_cents=395, per_kg_cents=62, divisor_cm3_per_kg=5000, step_g=500)
MUG = Piece(ref="mug", length_mm=120, width_mm=90, height_mm=100, mass_g=350, qty=1, upright=True)


def carton(code: str, length_mm: int, width_mm: int, height_mm: int, cost_cents: int) -> Carton:
    return Carton(
        code=code,
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        tare_g=100,
        mass_max_g=15_000,
        cost_cents=cost_cents,
    )


SMALL = carton("S", 200, 150, 100, 28)
MEDIUM = carton("M", 350, 250, 200, 70)
LARGE = carton("L", 600, 400, 400, 215)
LONG = carton("T", 800, 250, 150, 112)
CARTONS = (SMALL, MEDIUM, LARGE, LONG)


def problem(*pieces: Piece, cartons: tuple[Carton, ...] = CARTONS) -> Problem:
    return Problem(pieces=pieces, cartons=cartons, tariff=TARIFF)


def freight(mass_g: int, size: tuple[int, ...]) -> int:
    """The freight of TARIFF, which bills whole steps of 500 g at 31 cents."""
    dim_g = size[0] * size[1] * size[2] / 5000
    steps = max(mass_g, dim_g) / 500
    return 395 + 31 * (int(steps) + (steps > int(steps)))


def checked(given: Problem, effort: Effort | None = None) -> Plan:
    plan = solve(given, effort or Effort())
    check_plan(given, plan)
    return plan


def check_plan(given: Problem, plan: Plan) -> None:
    """Places by the check of placements; costs, masses, sequence and what is missing anew."""
    assert faults(given, plan) == []
    kinds: dict[Packed, int] = Counter(plan.cartons)
    assert plan.cost_cents == sum(cents_of(given, box) * count for box, count in kinds.items())
    assert plan.bound_cents <= plan.cost_cents
    assert plan.proven == (plan.bound_cents == plan.cost_cents)
    packed: Counter[str] = Counter()
    for box in plan.cartons:
        assert Counter(unit.ref for unit in box.units()) == Counter(dict(box.contents))
        packed.update(dict(box.contents))
        check_sequence([*box.units()])
    refused = {ref for ref, _ in plan.refused}
    for piece in given.pieces:
        assert packed[piece.ref] == piece.qty or piece.ref in refused
    assert not packed - Counter({piece.ref: max(0, piece.qty) for piece in given.pieces})


def check_sequence(units: list[Unit]) -> None:
    """Nothing is set down below what lies there already."""
    for at, unit in enumerate(units):
        x0, y0, x1, y1 = unit.area
        for before in units[:at]:
            a0, b0, a1, b1 = before.area
            over = min(x1, a1) > max(x0, a0) and min(y1, b1) > max(y0, b0)
            assert not (over and before.z_mm >= unit.top_mm), "it comes in from below"


def cents_of(given: Problem, packed: Packed) -> int:
    """What one carton costs by hand."""
    pieces = {piece.ref: piece for piece in given.pieces}
    goods_g = sum(pieces[ref].mass_g * qty for ref, qty in packed.contents)
    size = packed.placements[0]
    if packed.carton == OWN:
        assert goods_g <= given.own_mass_max_g
        assert packed.mass_g == goods_g
        return freight(goods_g, (size.dx_mm, size.dy_mm, size.dz_mm))
    used = next(c for c in given.cartons if c.code == packed.carton)
    inner = (used.length_mm, used.width_mm, used.height_mm)
    volume = sum(prod(unit[4:]) for unit in packed.units())
    assert packed.void_mm3 == prod(inner) - volume
    void_l = packed.void_mm3 / 1e6
    assert abs(packed.mass_g - goods_g - used.tare_g - void_l * given.void_g_per_l) < 1
    cents = used.cost_cents + freight(packed.mass_g, inner)
    assert abs(packed.cost_cents - cents - void_l * given.void_cents_per_l) < 1
    return packed.cost_cents


def codes(plan: Plan) -> list[str]:
    return sorted(packed.carton for packed in plan.cartons)


def random_piece(rng: random.Random, number: int) -> Piece:
    return Piece(
        ref=f"L{number:03}",
        length_mm=rng.randint(40, 300),
        width_mm=rng.randint(40, 200),
        height_mm=rng.randint(10, 150),
        mass_g=rng.randint(0, 4000),
        qty=1 if rng.random() < 0.6 else rng.randint(2, 5),
        upright=rng.random() < 0.3,
        fragile=rng.random() < 0.2,
    )


SHOP = (
    SMALL,
    replace(MEDIUM, stock=1),
    LARGE,
    Carton(
        code="BAG",
        length_mm=320,
        width_mm=240,
        height_mm=80,
        tare_g=20,
        mass_max_g=2_000,
        cost_cents=9,
        flexible=True,
    ),
)
