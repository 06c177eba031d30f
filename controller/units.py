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
