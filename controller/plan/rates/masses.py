"""What mass a carrier bills: the real one or that of the volume, in the units of its rate card.

Owns units, rounding of sides and steps, all in whole numbers. Refuses floats. Masses are rounded
up to a thousandth of the card's unit, then up to its step.
"""

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

    def billed(self, mass_g: int, sides_mm: Sides, divisor: int) -> int:
        """Thousandths of the card's unit of mass."""
        times, by = self._of_g
        real = mass = -(-mass_g * times // by)
        if divisor:
            mass = max(real, self._dimensional(sides_mm, divisor))
        step = self._step
        return -(-mass // step) * step if step else mass

    def _dimensional(self, sides_mm: Sides, divisor: int) -> int:
        length, width, height = sides_mm
        if self._round_sides:
            times, by = self._of_mm
            volume, parts = 1, 1
            for side_mm in sides_mm:
                volume *= -(-side_mm * times // by)
        else:
            times, parts = self._of_mm3
            volume = length * width * height * times
        if volume <= self._over * parts:
            return 0
        times, by = self._of_volume
        return -(-volume * times // (by * divisor * parts))


def _pair(number: Fraction) -> tuple[int, int]:
    return number.numerator, number.denominator
