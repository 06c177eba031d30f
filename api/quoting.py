"""Owns what is told of a packing plan: cartons with their masses and contents, costs, reasons.

The same words serve quotes over HTTP and files of orders. It refuses to plan.
"""

from dataclasses import dataclass
from typing import Any

from controller.plan.cartons.packages import OWN, Packed, Plan, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    item: str
    qty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A cheaper carton, and why it was not taken."""

    carton: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedCarton:
    """One parcel. `carton` OWN: the item ships as it is. Measures are those inside the carton.

    `void_ml` is what the goods leave empty in it, `dimensional_mass_g` what a carrier makes of its
    volume, `billed_mass_g` the larger of the two masses, rounded up to the step of the tariff.
    """

    carton: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    dimensional_mass_g: int
    billed_mass_g: int
    void_ml: int
    contents: tuple[Content, ...]
    passed_over: tuple[PassedOver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpackable:
    item: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """No packing costs less than `bound_cents`; `proven`: this one is the cheapest."""

    cartons: tuple[QuotedCarton, ...]
    mass_g: int
    dimensional_mass_g: int
    billed_mass_g: int
    cost_cents: int
    bound_cents: int
    proven: bool
    unpackable: tuple[Unpackable, ...]
    why: str


def quote(problem: Problem, plan: Plan) -> Quote:
    """What is told of a plan for a problem."""
    boxes = tuple(_carton(problem, packed) for packed in plan.cartons)
    return Quote(
        cartons=boxes,
        mass_g=sum(each.mass_g for each in boxes),
        dimensional_mass_g=sum(each.dimensional_mass_g for each in boxes),
        billed_mass_g=sum(each.billed_mass_g for each in boxes),
        cost_cents=plan.cost_cents,
        bound_cents=plan.bound_cents,
        proven=plan.proven,
        unpackable=tuple(Unpackable(item=item, why=why) for item, why in plan.refused),
        why=plan.why,
    )


def _carton(problem: Problem, packed: Packed) -> QuotedCarton:
    sides, volume_mm3 = _room(problem, packed)
    divisor, step = problem.tariff.divisor_cm3_per_kg, problem.tariff.step_g
    dimensional_g = -(-volume_mm3 // divisor) if divisor else 0
    billed_g = max(packed.mass_g, dimensional_g)
    return QuotedCarton(
        carton=packed.carton,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        mass_g=packed.mass_g,
        dimensional_mass_g=dimensional_g,
        billed_mass_g=billed_g + -billed_g % step,
        void_ml=_void_ml(problem, packed, sides),
        contents=tuple(Content(item=item, qty=qty) for item, qty in packed.contents),
        passed_over=tuple(PassedOver(carton=code, why=why) for code, why in packed.passed_over),
    )


def _void_ml(problem: Problem, packed: Packed, sides: tuple[int, int, int]) -> int:
    """What is to be filled; an envelope or bag lies close to its goods."""
    if any(each.code == packed.carton and each.flexible for each in problem.cartons):
        return 0
    of = {piece.ref: piece.volume_mm3 for piece in problem.pieces}
    goods_mm3 = sum(of[ref] * qty for ref, qty in packed.contents)
    return max(0, sides[0] * sides[1] * sides[2] - goods_mm3) // 1_000


def _room(problem: Problem, packed: Packed) -> tuple[tuple[int, int, int], int]:
    """Inner sides, and the volume that a carrier bills."""
    if packed.carton == OWN:
        ref = packed.contents[0][0]
        item = next(piece for piece in problem.pieces if piece.ref == ref)
        sides = (item.length_mm, item.width_mm, item.height_mm)
        return sides, sides[0] * sides[1] * sides[2]
    carton = next(each for each in problem.cartons if each.code == packed.carton)
    sides = (carton.length_mm, carton.width_mm, carton.height_mm)
    return sides, carton.outer_mm3 or carton.room_mm3


def places(packed: Packed) -> list[list[Any]]:
    """Blocks in the sequence of packing: item, corner, one unit as it lies, units per axis."""
    return [
        [p.ref, p.x_mm, p.y_mm, p.z_mm, p.dx_mm, p.dy_mm, p.dz_mm, p.nx, p.ny, p.nz]
        for p in packed.placements
    ]
