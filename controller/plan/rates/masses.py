"""What mass a carrier bills: the real one or that of the volume, in the units of its rate card.

Owns units, rounding of sides and steps, all in whole numbers. Refuses floats. Masses are rounded
up to a thousandth of the card's unit, then up to its step.
"""

from collections.abc import Iterable
from fractions import Fraction

from controller.messages.rates import RateCard

_POUND_G = Fraction(45_359_237, 100_000)
MASS_UNITS_G = {
    "g": Fraction(1),
    "kg": Fraction(1_000),
    "oz": _POUND_G / 16,
    "lb": _POUND_G,
}
LENGTH_UNITS_MM = {"cm": Fraction(10), "in": Fraction(254, 10)}
_DIVIDED_G = {"cm": Fraction(1_000), "in": _POUND_G}  # a divisor is cm3 per kg, or in3 per lb

Sides = tuple[int, int, int]


class Scale:
    """How one rate card weighs."""

    def __init__(self, card: RateCard) -> None:
        unit_g, side_mm = MASS_UNITS_G[card.mass_unit], LENGTH_UNITS_MM[card.length_unit]
        self._of_g = _pair(1_000 / unit_g)
        self._of_volume = _pair(1_000 * _DIVIDED_G[card.length_unit] / unit_g)
        self._of_mm = _pair(1 / side_mm)
        self._of_mm3 = _pair(1 / side_mm**3)
        self._round_sides = card.round_sides
        self._over = card.dimensional_over
        self._step = card.step

    def billed(self, mass_g: int, sides_mm: Sides, divisors: Iterable[int]) -> tuple[int, ...]:
        """Thousandths of the card's unit of mass, by each of several divisors (0: none)."""
        times, by = self._of_g
        real = -(-mass_g * times // by)
        volume, parts = self._volume(sides_mm)
        times, by = self._of_volume
        large = volume > self._over * parts
        masses = [
            max(real, -(-volume * times // (by * divisor * parts))) if divisor and large else real
            for divisor in divisors
        ]
        step = self._step
        return tuple([-(-mass // step) * step for mass in masses] if step else masses)

    def _volume(self, sides_mm: Sides) -> tuple[int, int]:
        """In the card's unit of length, as a number of parts of it."""
        length_mm, width_mm, height_mm = sides_mm
        if not self._round_sides:
            times, parts = self._of_mm3
            return length_mm * width_mm * height_mm * times, parts
        times, by = self._of_mm
        length, width = -(-length_mm * times // by), -(-width_mm * times // by)
        return length * width * -(-height_mm * times // by), 1


def _pair(number: Fraction) -> tuple[int, int]:
    return number.numerator, number.denominator
