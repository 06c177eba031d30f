"""Fitting: whether a set of units goes into one carton, and where each lies.

Owns the necessary conditions, the constructive attempts and the exact question to CP-SAT for few
units. An answer is found, impossible or unknown; it never calls a set impossible that only was
not found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from controller.plan.packages import Carton, Placement, Problem, carton_cents
from controller.plan.stacking import Load, Rule, Stack, bulky, deep, flush

Lot = tuple[Load, int]
"""Equal units of one load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Placements when found; else `impossible` tells a proof from a search that gave up."""

    placements: tuple[Placement, ...] = ()
    impossible: bool = False


IMPOSSIBLE = Fit(impossible=True)
UNKNOWN = Fit()


def mass_of(lots: Sequence[Lot]) -> int:
    """Mass of lots in grams."""
    return sum(item.piece.mass_g * qty for item, qty in lots)


def volume_of(lots: Sequence[Lot]) -> int:
    """Volume of lots in cubic millimetres."""
    return sum(item.volume_mm3 * qty for item, qty in lots)


def may_fit(carton: Carton, lots: Sequence[Lot], fill_percent: int) -> bool:
    """False when mass, volume or a single unit alone rules the carton out."""
    return (
        mass_of(lots) <= carton.mass_max_g
        and volume_of(lots) * 100 <= carton.room_mm3 * fill_percent
        and all(holds(carton, item) for item, _ in lots)
    )


def holds(carton: Carton, item: Load) -> bool:
    """Whether the empty carton takes one unit in one of its ways."""
    length_mm, width_mm, height_mm = carton.length_mm, carton.width_mm, carton.height_mm
    return any(dx <= length_mm and dy <= width_mm and dz <= height_mm for dx, dy, dz in item.ways)


def by_price(problem: Problem, lots: Sequence[Lot]) -> list[tuple[int, Carton]]:
    """Cartons that are not ruled out for all lots together, cheapest first."""
    mass_g = mass_of(lots)
    priced = [
        (carton_cents(problem.tariff, carton, mass_g), carton)
        for carton in problem.cartons
        if may_fit(carton, lots, problem.fill_percent)
    ]
    return sorted(priced, key=lambda pair: (pair[0], pair[1].code))


def by_volume(item: Load) -> int:
    """Largest first."""
    return -item.volume_mm3


def by_face(item: Load) -> int:
    """Largest base first."""
    return -max(dx * dy for dx, dy, _ in item.ways)


def by_length(item: Load) -> int:
    """Longest first."""
    return -max(max(way) for way in item.ways)


def by_thickness(item: Load) -> int:
    """Thickest first."""
    return -min(item.piece.length_mm, item.piece.width_mm, item.piece.height_mm)


def smallest(item: Load) -> int:
    """Smallest first."""
    return item.volume_mm3


Order = Callable[[Load], int]
ATTEMPTS: tuple[tuple[Order, Rule], ...] = (
    (by_volume, flush),
    (by_face, flush),
    (by_length, flush),
    (by_volume, deep),
    (by_face, deep),
    (by_volume, bulky),
    (by_thickness, flush),
    (by_length, deep),
)


def in_order(lots: Sequence[Lot], order: Order) -> list[Lot]:
    """Fragile units last, because nothing may stand on them."""
    return sorted(lots, key=lambda lot: (lot[0].piece.fragile, order(lot[0]), lot[0].piece.ref))


def attempt(carton: Carton, lots: Sequence[Lot], fill_percent: int) -> tuple[Fit, int]:
    """Stack everything into one carton by several orders and rules; answer the lots tried too."""
    tries = 0
    for order, rule in ATTEMPTS:
        stack = Stack.empty(carton, fill_percent)
        for item, qty in in_order(lots, order):
            tries += 1
            if stack.add(item, qty, rule) < qty:
                break
        else:
            return Fit(placements=tuple(stack.placements)), tries
    return UNKNOWN, tries
