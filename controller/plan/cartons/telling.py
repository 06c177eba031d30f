"""Telling: parts of an answer as packed cartons, and in words why they are these.

Owns the words. Refuses to search.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from controller.plan.cartons.lots import Lot, holds
from controller.plan.cartons.packages import (
    OWN,
    Packed,
    Piece,
    Placement,
    Problem,
    carton_cents,
    freight_cents,
    parcel_mass_g,
)
from controller.plan.cartons.searching import Counts, Part

DOES_NOT_GO = "does not go into it"

Question = tuple[int, Counts]
"""A carton and counts of lots."""


class Teller:
    """Words for the parts of one order; equal parts become one object."""

    def __init__(
        self, problem: Problem, lots: Sequence[Lot], impossible: Collection[Question]
    ) -> None:
        self._problem, self._lots, self._impossible = problem, lots, impossible
        self._told: dict[int, Packed] = {}

    def packed(self, part: Part) -> Packed:
        """A part as a closed carton."""
        if id(part) not in self._told:
            self._told[id(part)] = self._packed(part)
        return self._told[id(part)]

    def _packed(self, part: Part) -> Packed:
        problem, carton = self._problem, self._problem.cartons[part.carton]
        contents, goods_g, goods_mm3 = [], 0, 0
        for lot, count in zip(self._lots, part.counts, strict=True):
            if count:
                contents += [(piece.ref, qty * count) for piece, qty in lot.pieces]
                goods_g += lot.mass_g * count
                goods_mm3 += lot.volume_mm3 * count
        return Packed(
            carton=carton.code,
            contents=tuple(sorted(contents)),
            mass_g=parcel_mass_g(problem, carton, goods_g, goods_mm3),
            placements=part.placements,
            cost_cents=part.cents,
            passed_over=tuple(
                (other.code, self._reason(at, part.counts, goods_g, goods_mm3))
                for at, other in enumerate(problem.cartons)
                if carton_cents(problem, other, goods_g, goods_mm3) < part.cents
            ),
        )

    def _reason(self, at: int, counts: Counts, goods_g: int, goods_mm3: int) -> str:
        """Why a carton does not take these contents."""
        problem, carton = self._problem, self._problem.cartons[at]
        if goods_g > carton.mass_max_g:
            return f"{goods_g} g of goods are more than the {carton.mass_max_g} g it takes"
        if goods_mm3 * 100 > carton.room_mm3 * problem.fill_percent:
            return f"the goods are {100 * goods_mm3 // carton.room_mm3}% of its volume"
        for lot, count in zip(self._lots, counts, strict=True):
            for piece, _ in lot.pieces if count else ():
                if not holds(carton, piece):
                    return f"{piece.ref} {DOES_NOT_GO}"
        if (at, counts) in self._impossible:
            return "proven: there are no places for all of it"
        if carton.stock is not None:
            return "no places for all of it were found, or none is left in stock"
        return "no places for all of it were found"


def own_cents(problem: Problem, piece: Piece) -> int:
    """What a unit costs in its own packaging."""
    return freight_cents(problem.tariff, piece.mass_g, piece.volume_mm3)


def in_own_packaging(problem: Problem, piece: Piece) -> Packed:
    """A unit that ships as it is."""
    lies = Placement(
        ref=piece.ref,
        x_mm=0,
        y_mm=0,
        z_mm=0,
        dx_mm=piece.length_mm,
        dy_mm=piece.width_mm,
        dz_mm=piece.height_mm,
    )
    return Packed(
        carton=OWN,
        contents=((piece.ref, 1),),
        mass_g=piece.mass_g,
        placements=(lies,),
        cost_cents=own_cents(problem, piece),
    )


def why(cartons: Sequence[Packed], cost_cents: int, bound_cents: int) -> str:
    """The cartons, what they cost and how good that is."""
    codes = Counter(packed.carton for packed in cartons)
    names = " + ".join(f"{count} x {code}" for code, count in sorted(codes.items()))
    if cost_cents <= bound_cents:
        return f"{names} for {cost_cents} cents: proven cheapest"
    if not bound_cents:
        return f"{names} for {cost_cents} cents"
    percent = 100 * (cost_cents - bound_cents) / bound_cents
    return (
        f"{names} for {cost_cents} cents: at most {percent:.1f}% above the cheapest, "
        f"which costs {bound_cents} or more"
    )
