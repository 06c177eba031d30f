"""Telling: parts of an answer as packed cartons, and in words why they are these.

Owns the words. Refuses to search.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import (
    OWN,
    Packed,
    Piece,
    Placement,
    Problem,
    carton_cents,
    freight_cents,
    parcel_mass_g,
    void_of,
)
from controller.plan.cartons.parts import Counts, Found, Part
from controller.plan.cartons.sites import Site
from controller.plan.cartons.sorting import Answer, Refusals

DOES_NOT_GO = "does not go into it"
KINDS = (
    ("are more than", "too_heavy"),
    ("of its volume", "too_small"),
    (DOES_NOT_GO, "too_narrow"),
    ("left in stock", "run_out"),
    ("no places for all", "no_places"),
)
"""What a reason says, and what kind of reason it is."""

Question = tuple[int, Counts]
"""A carton and counts of lots."""


class Teller:
    """Words for the parts of one order; equal parts become one object."""

    def __init__(
        self,
        problem: Problem,
        site: Site,
        lots: Sequence[Lot],
        impossible: Collection[Question],
    ) -> None:
        self._problem, self._site, self._lots = problem, site, lots
        self._impossible = impossible
        self._told: dict[int, Packed] = {}

    def packed(self, part: Part) -> Packed:
        """A part as a closed carton."""
        if id(part) not in self._told:
            self._told[id(part)] = self._packed(part)
        return self._told[id(part)]

    def _packed(self, part: Part) -> Packed:
        problem, carton = self._problem, self._problem.cartons[part.carton]
        pieces, contents, goods_g, goods_mm3 = list[Piece](), [], 0, 0
        for lot, count in zip(self._lots, part.counts, strict=True):
            if count:
                pieces += [piece for piece, _ in lot.pieces]
                contents += [(piece.ref, qty * count) for piece, qty in lot.pieces]
                goods_g += lot.mass_g * count
                goods_mm3 += lot.volume_mm3 * count
        cheaper = [
            at
            for at, least_cents in enumerate(self._site.least_cents)
            if least_cents < part.cents
            and carton_cents(problem, problem.cartons[at], goods_g, goods_mm3) < part.cents
        ]
        return Packed(
            carton=carton.code,
            contents=tuple(sorted(contents)),
            mass_g=parcel_mass_g(problem, carton, goods_g, goods_mm3),
            placements=part.placements,
            cost_cents=part.cents,
            void_mm3=void_of(carton, goods_mm3),
            passed_over=tuple(
                (
                    problem.cartons[at].code,
                    self._too_little(at, goods_g, goods_mm3)
                    or self._too_small(at, pieces)
                    or self._not_found(at, part.counts),
                )
                for at in cheaper
            ),
        )

    def _too_little(self, at: int, goods_g: int, goods_mm3: int) -> str:
        """Why a carton does not take so much."""
        mass_max_g, volume_max_mm3 = self._site.limits[0][at], self._site.limits[1][at]
        if goods_g > mass_max_g:
            return f"{goods_g} g of goods are more than the {mass_max_g} g it takes"
        if goods_mm3 > volume_max_mm3:
            room_mm3 = self._problem.cartons[at].room_mm3
            return f"the goods are {100 * goods_mm3 // room_mm3}% of its volume"
        return ""

    def _too_small(self, at: int, pieces: Sequence[Piece]) -> str:
        """Why a carton does not take one of the pieces at all."""
        for piece in pieces:
            if at not in self._site.holding(piece):
                return f"{piece.ref} {DOES_NOT_GO}"
        return ""

    def _not_found(self, at: int, counts: Counts) -> str:
        """What is known of a carton that might take these contents."""
        if (at, counts) in self._impossible:
            return "proven: there are no places for all of it"
        if self._problem.cartons[at].stock is not None:
            return "no places for all of it were found, or none is left in stock"
        return "no places for all of it were found"


def kind_of(reason: str) -> str:
    """Which kind a reason of this file is of, so that others can say it in other languages."""
    return next((kind for words, kind in KINDS if words in reason), "no_places")


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


def told(
    problem: Problem,
    site: Site,
    lots: Sequence[Lot],
    found: Found,
    impossible: Collection[Question] = frozenset(),
) -> Answer:
    """What was found, in words."""
    cost_cents, refused = found.cents, _left(lots, found.parts)
    bound_cents = 0 if refused else min(found.least_cents, cost_cents)
    teller = Teller(problem, site, lots, impossible)
    cartons = tuple(map(teller.packed, found.parts))
    return Answer(
        cartons=cartons,
        cost_cents=cost_cents,
        bound_cents=bound_cents,
        refused=refused,
        why=why(cartons, cost_cents, bound_cents) if cartons else "",
    )


def _left(lots: Sequence[Lot], parts: Sequence[Part]) -> Refusals:
    """Pieces of lots that found no carton."""
    used = Counter[int]()
    for part in parts:
        used.update(dict(enumerate(part.counts)))
    refused = []
    for at, lot in enumerate(lots):
        short = lot.count - used[at]
        for piece, qty in lot.pieces if short else ():
            units = f"{short * qty} of {lot.count * qty} found no place in a carton"
            refused.append((piece.ref, f"{units}; set up a larger one, or more of them"))
    return tuple(refused)
