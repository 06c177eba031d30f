"""Owns the units in which the house counts: whole numbers of the smallest unit, never floats."""

from typing import NewType

Grams = NewType("Grams", int)
Millimetres = NewType("Millimetres", int)
Cents = NewType("Cents", int)
Milliseconds = NewType("Milliseconds", int)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def clock(local_ms: int) -> str:
    """The time of day, like 14:05."""
    return f"{local_ms % DAY // HOUR:02}:{local_ms % HOUR // MINUTE:02}"
