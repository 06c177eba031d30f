"""Owns the form in which kernels see an order: numbers of goods, lots, cartons and rules.

A lot is what goes into a carton together: one unit, or the units of a kit. Refuses to know
what the numbers are called outside.
"""

from typing import Any, NamedTuple

Ints = Any
"""A numpy array of int64."""

# Columns of `Question.kinds`, one row for units of one kind.
WAYS, MASS, FRAGILE, BEARS, HAZARDOUS, QTY = range(6)
# Columns of `Question.lots`.
COPIES, ROWS, SORTS, CLASHES, UNITS, LOT_MASS, LOT_VOLUME, HAZARDS = range(8)
# Columns of `Question.cartons`.
MASS_MAX, VOLUME_MAX, STOCK, FIXED_CENTS, TARE, DIM_G, ROOM = range(7)
# Places in `Question.rules`.
SUPPORT, GRAVITY, LOADS, HAZARDS_MAX, PER_KG, STEP, VOID_CENTS, VOID_G, LEAST = range(9)


class Site(NamedTuple):
    """The cartons of a site and the rules of packing; shapes as of a question."""

    cartons: Ints
    rooms: Ints
    room_first: Ints
    rules: Ints


class Question(NamedTuple):
    """One order and the cartons it may ship in.

    Shapes: ways (kinds, 6, 3); orders (rankings, lots) with the lots in the sequence of each
    ranking; lot n has the kinds first[n] to first[n + 1] by their `QTY`; carton n is any of
    rooms[room_first[n] : room_first[n + 1]].
    """

    ways: Ints
    kinds: Ints
    lots: Ints
    first: Ints
    orders: Ints
    cartons: Ints
    rooms: Ints
    room_first: Ints
    rules: Ints


class Pile(NamedTuple):
    """One carton while it is filled.

    Shapes: boxes (most, 10) x0 y0 z0 x1 y1 z1 kind nx ny nz; spaces and fresh (many, 6) the
    largest empty boxes as two corners; now: boxes, spaces, fresh spaces, mass, volume, sorts,
    hazards, work done, work from which only what is needed is done; spot: x y z dx dy dz nx ny nz;
    room: length, width, height.
    """

    boxes: Ints
    spaces: Ints
    fresh: Ints
    now: Ints
    spot: Ints
    room: Ints


# Places in `Pile.now`.
COUNT, EMPTY, FRESH, NOW_MASS, NOW_VOLUME, NOW_SORTS, NOW_HAZARDS, WORK, UNTIL = range(9)
