"""Boxes: the cartons of an order that starts, of those that are left while a plan is made.

Owns what is left of counted cartons from order to order, and the rules of the site by which goods
are packed. An order whose goods fit nothing that is left gets cartons that have run out: some
will be found. It refuses to choose among cartons: the packing planner does.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from controller.messages import PlannedParcel
from controller.plan import cartonizing
from controller.plan.cartons.blocks import blocks
from controller.plan.cartons.packages import (
    OWN,
    Carton,
    Packed,
    Piece,
    Plan,
    Problem,
    carton_cents,
)
from controller.plan.cartons.telling import DOES_NOT_GO

EFFORT = cartonizing.EFFORTS["fast"]
RUN_OUT = "none is left in stock"

Pack = Callable[[Problem], Plan]


@lru_cache(maxsize=4096)
def pack(problem: Problem) -> Plan:
    """An order that waits is cut with every plan: what it ships in is worked out once."""
    return cartonizing.solve(problem, EFFORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a site packs; `left` counts cartons by code, those that are not named are endless."""

    hazardous_max: int | None = None
    void_cents_per_l: int = 0
    void_g_per_l: int = 0
    apart: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, int], ...] = ()

    def problem(
        self, pieces: Iterable[Piece], cartons: tuple[Carton, ...], tariff: cartonizing.Tariff
    ) -> Problem:
        """An order to be packed by these rules, whatever is left of the cartons.

        Only kinds that it holds are kept apart: without rules more is proven.
        """
        pieces = tuple(pieces)
        kinds = {piece.goods for piece in pieces}
        return Problem(
            pieces=pieces,
            cartons=cartons,
            tariff=tariff,
            apart=tuple(pair for pair in self.apart if kinds.issuperset(pair)),
            hazardous_max=self.hazardous_max,
            void_cents_per_l=self.void_cents_per_l,
            void_g_per_l=self.void_g_per_l,
        )


USUAL = Rules()


@dataclass(slots=True)
class Left:
    """What a plan has left of counted cartons."""

    counts: dict[str, int] = field(default_factory=dict)

    def pack(self, problem: Problem, by: Pack = pack) -> Plan:
        """The plan of an order by what is left, which is less by its cartons from then on."""
        limited = self.limited(problem)
        plan = by(limited)
        if limited.cartons != problem.cartons:
            plan = by(problem) if _lacks(problem, plan) else self._told(problem, plan)
        for code, used in Counter(each.carton for each in plan.cartons).items():
            if code in self.counts:
                self.counts[code] = max(0, self.counts[code] - used)
        return plan

    def limited(self, problem: Problem) -> Problem:
        """An order with the cartons that are left, or all where none is.

        A limit is named only where the order may reach it: without limits more is proven.
        """
        units = sum(piece.qty for piece in problem.pieces)
        there = []
        for carton in problem.cartons:
            left = self.counts.get(carton.code, units)
            if left:
                there.append(carton if left >= units else replace(carton, stock=left))
        return replace(problem, cartons=tuple(there) or problem.cartons)

    def _told(self, problem: Problem, plan: Plan) -> Plan:
        """The plan, which says of each cheaper carton that has run out that it has."""
        gone = [each for each in problem.cartons if self.counts.get(each.code) == 0]
        boxes = tuple(_with_gone(problem, packed, gone) for packed in plan.cartons)
        return replace(plan, cartons=boxes) if gone else plan


def _with_gone(problem: Problem, packed: Packed, gone: Sequence[Carton]) -> Packed:
    of = {piece.ref: piece for piece in problem.pieces}
    goods_g = sum(of[ref].mass_g * qty for ref, qty in packed.contents)
    goods_mm3 = sum(of[ref].volume_mm3 * qty for ref, qty in packed.contents)
    more = tuple(
        (each.code, RUN_OUT)
        for each in gone
        if packed.carton != OWN
        and each.room_mm3 >= goods_mm3
        and each.mass_max_g >= goods_g
        and carton_cents(problem, each, goods_g, goods_mm3) < packed.cost_cents
    )
    return replace(packed, passed_over=packed.passed_over + more) if more else packed


def _lacks(problem: Problem, plan: Plan) -> bool:
    """Whether something is refused, or ships as it is though it should not."""
    own = {piece.ref for piece in problem.pieces if piece.own_carton}
    return bool(plan.refused) or any(
        each.carton == OWN and each.contents[0][0] not in own for each in plan.cartons
    )


def left_of(rules: Rules) -> Left:
    """All that is left before the first order."""
    return Left(dict(rules.left))


def parcel(packed: Packed, order: str) -> PlannedParcel:
    """A packed carton as a parcel of the order whose lines are its pieces."""
    return PlannedParcel(
        order=order,
        carton=packed.carton,
        contents=tuple((int(ref), qty) for ref, qty in packed.contents),
        mass_g=packed.mass_g,
        blocks=blocks(packed),
        passed_over=reasons(packed),
    )


def reasons(packed: Packed) -> tuple[tuple[str, str], ...]:
    """Why each cheaper carton was not taken, where pieces are lines of an order."""
    return tuple(
        (code, f"line {why}" if why.endswith(DOES_NOT_GO) else why)
        for code, why in packed.passed_over
    )


def counts(left: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Counts in the form of `Rules.left`."""
    return tuple(sorted(left.items()))
