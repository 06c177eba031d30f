"""Bounding: a cost that no packing of an order into two cartons or more goes under.

Owns the arithmetic of the bound for orders too large for a proof. It refuses to place units: only
volume, mass and the most awkward unit speak.
"""

from collections.abc import Iterator, Sequence

from controller.plan.fitting import Lot, by_price, mass_of, volume_of
from controller.plan.packages import Carton, Problem, carton_cents

STEPS = 4
"""Steps of each multiplier from 0 to 1."""
SCALE = 1000 * STEPS
"""Parts of a cent, so that every mix of two masses is whole."""


def several_bound(problem: Problem, lots: Sequence[Lot]) -> int:
    """The least that two cartons or more cost.

    Freight bills the larger of two masses, so it costs at least any mix of both. The cartons offer
    enough mass and enough volume, so they offer enough of any mix of both.
    """
    count = _count(problem, lots)
    least = min(carton_cents(problem.tariff, carton, 0) for carton in problem.cartons)
    awkward = max(by_price(problem, [(item, 1)])[0][0] for item, _ in lots)
    bounds = [awkward + (count - 1) * least]
    mixes = list(_mixes(problem, lots))
    for real in range(STEPS + 1):
        freight = real * problem.tariff.per_kg_cents * mass_of(lots)
        shells = [_shell(problem, carton, real) for carton in problem.cartons]
        bounds.append(_cents(freight + count * min(shells)))
        for wanted, offers in mixes:
            pairs = zip(shells, offers, strict=True)
            rates = [shell * wanted // offer for shell, offer in pairs if offer]
            bounds.append(_cents(freight + min(rates)))
    return max(bounds)


def _count(problem: Problem, lots: Sequence[Lot]) -> int:
    """The number of cartons that volume or mass asks for."""
    room_mm3 = max(carton.room_mm3 * problem.fill_percent for carton in problem.cartons)
    mass_g = max(carton.mass_max_g for carton in problem.cartons)
    count = max(2, -(-100 * volume_of(lots) // room_mm3))
    return max(count, -(-mass_of(lots) // mass_g)) if mass_g else count


def _mixes(problem: Problem, lots: Sequence[Lot]) -> Iterator[tuple[int, list[int]]]:
    """What is wanted and what each carton offers, in mixes from volume alone to mass alone."""
    volume, mass_g = 100 * volume_of(lots), mass_of(lots)
    scale_g = max(mass_g, 1)
    for part in range(STEPS + 1 if mass_g else 1):
        wanted = STEPS * volume * scale_g
        yield (
            wanted,
            [
                part * carton.mass_max_g * volume
                + (STEPS - part) * carton.room_mm3 * problem.fill_percent * scale_g
                for carton in problem.cartons
            ],
        )


def _shell(problem: Problem, carton: Carton, real: int) -> int:
    """The price of a carton without its contents, the freight mixed with `real` steps of mass."""
    tariff = problem.tariff
    volume_mm3 = carton.outer_mm3 or carton.room_mm3
    dim_g = volume_mm3 // tariff.divisor_cm3_per_kg if tariff.divisor_cm3_per_kg else 0
    fixed = SCALE * (carton.cost_cents + tariff.base_cents)
    return fixed + tariff.per_kg_cents * (real * carton.tare_g + (STEPS - real) * dim_g)


def _cents(scaled: int) -> int:
    return -(-scaled // SCALE)
