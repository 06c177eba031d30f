"""Sites: what is the same for all orders that are packed by the same rules into the same cartons.

Owns the numbers of cartons and rules, and which carton holds which unit at sight; both are found
once for many orders. Refuses to know an order.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from controller.plan.cartons.arrays import Site as Arrays
from controller.plan.cartons.lots import rooms_of
from controller.plan.cartons.packages import Piece, Problem, carton_cents, orientations

ENDLESS = 1 << 40

Ways = tuple[tuple[int, int, int], ...]


def site_of(problem: Problem) -> "Site":
    """What is known of the site of an order. Raises: ValueError as `Site` does."""
    return _site(replace(problem, pieces=(), apart=()))


@lru_cache(maxsize=4096)
def ways_of(length_mm: int, width_mm: int, height_mm: int, upright: bool, flat: bool) -> Ways:
    """The different ways in which units of these measures may lie."""
    piece = Piece(
        ref="",
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        mass_g=0,
        qty=1,
        upright=upright,
        flat=flat,
    )
    return tuple(orientations(piece))


def ways(piece: Piece) -> Ways:
    """The different ways in which units of a piece may lie."""
    size = piece.length_mm, piece.width_mm, piece.height_mm
    return ways_of(*size, piece.upright, piece.flat)


class Site:
    """Cartons and rules as numbers, and what they say of a unit at sight.

    Raises: ValueError that names a carton or a rule that has no sense.
    """

    def __init__(self, problem: Problem) -> None:
        _check(problem)
        self.arrays = _arrays(problem)
        self.rooms = [rooms_of(carton) for carton in problem.cartons]
        self.least_cents = [
            carton_cents(problem, carton, 0, carton.room_mm3) for carton in problem.cartons
        ]
        """What a carton costs however little is in it."""
        self.limits = (
            [carton.mass_max_g for carton in problem.cartons],
            [carton.room_mm3 * problem.fill_percent // 100 for carton in problem.cartons],
        )
        """The most mass, and the most volume, of each carton's goods."""
        self._held: dict[tuple[int, int, int, bool, bool], frozenset[int]] = {}

    def holding(self, piece: Piece) -> frozenset[int]:
        """The cartons that take one unit, when they are empty, by its measures."""
        key = piece.length_mm, piece.width_mm, piece.height_mm, piece.upright, piece.flat
        if key not in self._held:
            lying = ways_of(*key)
            self._held[key] = frozenset(
                at
                for at, rooms in enumerate(self.rooms)
                if any(
                    way[0] <= room[0] and way[1] <= room[1] and way[2] <= room[2]
                    for way in lying
                    for room in rooms
                )
            )
        return self._held[key]

    def taking(self, mass_g: int, volume_mm3: int) -> frozenset[int]:
        """The cartons that take so much."""
        limits = enumerate(zip(*self.limits, strict=True))
        return frozenset(at for at, most in limits if mass_g <= most[0] and volume_mm3 <= most[1])

    def some(self, piece: Piece) -> bool:
        """Whether some carton takes one unit at sight."""
        mass_g, volume_mm3 = piece.mass_g, piece.volume_mm3
        masses, volumes = self.limits
        for at in self.holding(piece):
            if mass_g <= masses[at] and volume_mm3 <= volumes[at]:
                return True
        return False


@lru_cache(maxsize=8)
def _site(rules: Problem) -> Site:
    return Site(rules)


def _check(problem: Problem) -> None:
    for carton in problem.cartons:
        if min(carton.length_mm, carton.width_mm, carton.height_mm) < 1:
            raise ValueError(f"carton {carton.code!r} has no room; measure its inside")
    if problem.tariff.step_g < 1:
        raise ValueError(f"tariff has step_g {problem.tariff.step_g}; use at least 1")
    if not 1 <= problem.fill_percent <= 100:
        raise ValueError(f"fill_percent is {problem.fill_percent}; use 1 to 100")
    if not 0 <= problem.support_percent <= 100:
        raise ValueError(f"support_percent is {problem.support_percent}; use 0 to 100")


def _arrays(problem: Problem) -> Arrays:
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
    rules = [
        problem.support_percent,
        int(problem.gravity),
        0,
        -1 if problem.hazardous_max is None else problem.hazardous_max,
        tariff.per_kg_cents,
        tariff.step_g,
        problem.void_cents_per_l,
        problem.void_g_per_l,
        1,
    ]
    flat_rooms = [measure for room in rooms for measure in room]
    return Arrays(
        np.array(rows, np.int64).reshape(-1, 7),
        np.array(flat_rooms, np.int64).reshape(-1, 3),
        np.array(first, np.int64),
        np.array(rules, np.int64),
    )
