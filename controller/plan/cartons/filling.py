"""Filling: lots into one carton in a sequence, by a rule; and whether a set of lots fits at all.

Owns what may share a carton and the attempts that find places. Refuses to call impossible what
it has not found.
"""

import numpy as np

from controller.plan.cartons.arrays import (
    CLASHES,
    COUNT,
    DIM_G,
    EMPTY,
    FIXED_CENTS,
    HAZARDS,
    HAZARDS_MAX,
    LOADS,
    LOT_MASS,
    LOT_VOLUME,
    MASS_MAX,
    NOW_HAZARDS,
    NOW_MASS,
    NOW_SORTS,
    NOW_VOLUME,
    PER_KG,
    QTY,
    ROOM,
    SORTS,
    STEP,
    TARE,
    UNITS,
    UNTIL,
    VOID_CENTS,
    VOID_G,
    VOLUME_MAX,
    WAYS,
    WORK,
    Ints,
    Pile,
    Question,
)
from controller.plan.cartons.kernels import entry, inlined, kernel
from controller.plan.cartons.placing import place
from controller.plan.cartons.spaces import clear

ATTEMPTS = (12, 20, 42, 50, 1002, 1012, 11, 21, 52, 32, 41, 51, 1000, 1010)
"""What is tried first: rule * 10 + ranking, by how often it fits where others do not."""
LATER = (4, 2, 5, 1)
SPAN = 16
"""Attempts from one ranking on before the next."""
NEVER = 1 << 50
FREE = 8
"""Lots that are looked at in a unit of work."""
MANY = 100
"""By so much more a rule sets down many units of a lot at once."""
BULK = 64
"""Units from which that is always done."""
ML = 1_000_000
"""Cubic millimetres of a litre."""


@kernel
def price(question: Question, carton: int, mass_g: int, volume_mm3: int) -> int:
    """What a carton with these contents costs: itself, what fills its voids, and its freight."""
    row, rules = question.cartons[carton], question.rules
    void = max(0, row[ROOM] - volume_mm3)
    billed = max(row[DIM_G], mass_g + row[TARE] + void * rules[VOID_G] // ML)
    billed += -billed % rules[STEP]
    cents = row[FIXED_CENTS] - (-rules[PER_KG] * billed // 1000)
    return int(cents - (-void * rules[VOID_CENTS] // ML))


@inlined
def _most(question: Question, pile: Pile, carton: int, lot: int, wanted: int) -> int:
    """How many of a lot may join by mass, volume, hazard and company."""
    row, now, limits = question.lots[lot], pile.now, question.cartons[carton]
    if row[SORTS] and row[CLASHES] & now[NOW_SORTS]:
        return 0
    wanted = min(wanted, (limits[VOLUME_MAX] - now[NOW_VOLUME]) // row[LOT_VOLUME])
    if row[LOT_MASS]:
        wanted = min(wanted, (limits[MASS_MAX] - now[NOW_MASS]) // row[LOT_MASS])
    if row[HAZARDS] and question.rules[HAZARDS_MAX] >= 0:
        left = question.rules[HAZARDS_MAX] - now[NOW_HAZARDS]
        wanted = min(wanted, left // row[HAZARDS])
    return max(0, wanted)


@kernel
def _copy_rows(source: Ints, target: Ints, count: int) -> None:
    for at in range(count):
        for column in range(6):
            target[at, column] = source[at, column]


@inlined
def _place_kit(question: Question, pile: Pile, lot: int, choice: Ints, best: Ints) -> int:
    """Sets down all units of a lot, or none."""
    boxes, empty = pile.now[COUNT], pile.now[EMPTY]
    saved = np.empty((empty, 6), np.int64)
    _copy_rows(pile.spaces, saved, empty)
    choice[1] = 1
    for row in range(question.first[lot], question.first[lot + 1]):
        for _ in range(question.kinds[row, QTY]):
            if place(question, pile, row, choice, best) == 0:
                pile.now[COUNT] = boxes
                pile.now[EMPTY] = empty
                _copy_rows(saved, pile.spaces, empty)
                return 0
    return 1


@inlined
def _place_lot(question: Question, pile: Pile, lot: int, choice: Ints, best: Ints) -> int:
    """Sets down one lot, or several of one unit each at once; 0 when it finds no place."""
    first = question.first[lot]
    if question.lots[lot, UNITS] == 1:
        return int(place(question, pile, first, choice, best))
    return int(_place_kit(question, pile, lot, choice, best))


@kernel
def add(question: Question, pile: Pile, carton: int, lot: int, order: Ints) -> int:
    """Sets down up to so many of a lot and answers of how many a place was found.

    Shapes: order is (rule, wanted, whether many at once).
    """
    wanted = _most(question, pile, carton, lot, order[1])
    choice, best, left = np.zeros(2, np.int64), np.zeros(10, np.int64), wanted
    while left > 0:
        choice[0] = order[0]
        choice[1] = left if order[2] else 1
        found = _place_lot(question, pile, lot, choice, best)
        if found == 0:
            break
        left -= found
    done = wanted - left
    row, now = question.lots[lot], pile.now
    now[NOW_MASS] += done * row[LOT_MASS]
    now[NOW_VOLUME] += done * row[LOT_VOLUME]
    now[NOW_HAZARDS] += done * row[HAZARDS]
    if done:
        now[NOW_SORTS] |= row[SORTS]
    return int(done)


@kernel
def fill(
    question: Question, pile: Pile, carton: int, counts: Ints, order: Ints, rule: int
) -> Ints:
    """How many of each lot find a place in a carton.

    Shapes: order (lots,) is the sequence; a rule of `MANY` and more sets down many at once.
    """
    taken = np.zeros(len(counts), np.int64)
    pile.now[WORK] += len(counts) // FREE
    clear(pile, question.rooms[question.room_first[carton]])
    wish = np.array([rule % MANY, 0, int(rule >= MANY and not question.rules[LOADS])])
    for lot in order:
        if counts[lot]:
            wish[1] = counts[lot]
            taken[lot] = add(question, pile, carton, lot, wish)
    return taken


@kernel
def totals(question: Question, counts: Ints) -> Ints:
    """Mass, volume, sorts, clashes, hazards and units of lots together."""
    found = np.zeros(6, np.int64)
    for lot in range(len(counts)):
        if counts[lot]:
            row = question.lots[lot]
            found[0] += counts[lot] * row[LOT_MASS]
            found[1] += counts[lot] * row[LOT_VOLUME]
            found[2] |= row[SORTS]
            found[3] |= row[CLASHES]
            found[4] += counts[lot] * row[HAZARDS]
            found[5] += counts[lot] * row[UNITS]
    return found


@inlined
def _holds_lot(question: Question, room: Ints, lot: int) -> bool:
    """Whether each unit of a lot alone lies in a room in one of its ways."""
    for kind in range(question.first[lot], question.first[lot + 1]):
        held = False
        for way in range(question.kinds[kind, WAYS]):
            size = question.ways[kind, way]
            if size[0] <= room[0] and size[1] <= room[1] and size[2] <= room[2]:
                held = True
        if not held:
            return False
    return True


MAY, MASS_TOO_LARGE, VOLUME_TOO_LARGE, UNIT_TOO_LARGE, NO_COMPANY = range(5)


@kernel
def may_fit(question: Question, carton: int, counts: Ints, sums: Ints) -> int:
    """Why lots together are out of the question for a carton at sight, or `MAY`."""
    limits = question.cartons[carton]
    if sums[0] > limits[MASS_MAX]:
        return MASS_TOO_LARGE
    if sums[1] > limits[VOLUME_MAX]:
        return VOLUME_TOO_LARGE
    if sums[2] & sums[3] or 0 <= question.rules[HAZARDS_MAX] < sums[4]:
        return NO_COMPANY
    for at in range(question.room_first[carton], question.room_first[carton + 1]):
        held = True
        for lot in range(len(counts)):
            if held and counts[lot]:
                held = _holds_lot(question, question.rooms[at], lot)
        if held:
            return MAY
    return UNIT_TOO_LARGE


@inlined
def _stack_all(
    question: Question, pile: Pile, where: Ints, counts: Ints, order: Ints, rule: int
) -> int:
    """-1 when all lots find a place, else the place in the order of the first that finds none.

    Shapes: where is (carton, room).
    """
    clear(pile, question.rooms[where[1]])
    wish = np.array([rule % MANY, 0, int(rule >= MANY and not question.rules[LOADS])])
    for at in range(len(order)):
        lot = order[at]
        wish[1] = counts[lot]
        if counts[lot] and add(question, pile, where[0], lot, wish) < counts[lot]:
            return at
    return -1


@inlined
def _bring_forward(order: Ints, failed: int, to: int) -> None:
    moved = order[failed]
    for at in range(failed, to, -1):
        order[at] = order[at - 1]
    order[to] = moved


@kernel
def repeated(question: Question, counts: Ints) -> bool:
    """Whether some lot of one unit is there more than once, so that many may go in at once."""
    found = False
    for lot in range(len(counts)):
        if counts[lot] > 1 and question.lots[lot, UNITS] == 1:
            found = True
    return found and not question.rules[LOADS]


@entry
def fits(question: Question, pile: Pile, carton: int, counts: Ints, turns: Ints) -> int:
    """The first attempt that finds a place for all, -1 without one; the pile then holds them.

    After the best rules and rankings what finds no place comes earlier in the next attempt.
    Asked to begin at the attempt that was found, it finds the same places again.
    Shapes: turns is (attempt to begin at, attempt to end before).
    Source: Joslin and Clements 1999.
    """
    where = np.array([carton, 0])
    order, at_once = question.orders[0].copy(), repeated(question, counts)
    bulk = totals(question, counts)[5] > BULK
    first, tries = turns
    if first > len(ATTEMPTS):
        first -= (first - len(ATTEMPTS)) % SPAN
    for attempt in range(first, tries):
        if attempt > first and pile.now[WORK] >= pile.now[UNTIL]:
            break
        later = attempt - len(ATTEMPTS)
        ranking = later // SPAN % len(question.orders)
        rule = LATER[attempt % len(LATER)] + MANY * (attempt // len(LATER) % 2)
        if later < 0:
            rule, ranking = ATTEMPTS[attempt] // 10, ATTEMPTS[attempt] % 10
        if rule >= MANY and not at_once:
            if later < 0:
                continue
            rule -= MANY
        if bulk and rule < MANY:
            rule += MANY
        if later < 0 or later % SPAN == 0:
            for at in range(len(order)):
                order[at] = question.orders[ranking, at]
        failed = -1
        for room in range(question.room_first[carton], question.room_first[carton + 1]):
            where[1] = room
            failed = _stack_all(question, pile, where, counts, order, rule)
            if failed < 0:
                return attempt
        _bring_forward(order, failed, failed * (attempt % 3) // 3)
    return -1


@kernel
def one_least(question: Question, counts: Ints) -> int:
    """What lots cost in the cheapest carton that is not out of the question at sight."""
    sums, best = totals(question, counts), NEVER
    for carton in range(len(question.cartons)):
        cents = price(question, carton, sums[0], sums[1])
        if cents < best and may_fit(question, carton, counts, sums) == MAY:
            best = cents
    return best


@kernel
def _shell(question: Question, carton: int, real: int) -> int:
    """The price of a carton without its contents, freight by `real` quarters of its mass."""
    row = question.cartons[carton]
    billed = real * row[TARE] + (4 - real) * row[DIM_G]
    return int(4000 * row[FIXED_CENTS] + question.rules[PER_KG] * billed)


@kernel
def _mixed_least(question: Question, sums: Ints, real: int, count: int) -> int:
    """Freight bills the larger of two masses, so at least any mix of both; cartons offer enough
    volume and mass, so enough of any mix of both.
    """
    freight = real * question.rules[PER_KG] * sums[0]
    shell, best = NEVER, 0
    for carton in range(len(question.cartons)):
        shell = min(shell, _shell(question, carton, real))
    best = freight + count * shell
    for part in range(5):
        rate = float(NEVER)
        for carton in range(len(question.cartons)):
            row = question.cartons[carton]
            offer = (4 - part) * row[VOLUME_MAX] / max(1, sums[1])
            offer += part * row[MASS_MAX] / max(1, sums[0])
            if offer > 0:
                rate = min(rate, _shell(question, carton, real) * 4 / offer)
        best = max(best, freight + int(rate))
    return int(-(-best // 4000))


@kernel
def empty_price(question: Question, carton: int) -> int:
    """What a carton costs however little is in it."""
    row = question.cartons[carton]
    billed = max(row[DIM_G], row[TARE])
    billed += -billed % question.rules[STEP]
    return int(row[FIXED_CENTS] - (-question.rules[PER_KG] * billed // 1000))


@kernel
def several_least(question: Question, counts: Ints) -> int:
    """What no division of lots among two cartons or more costs less than."""
    sums, cartons = totals(question, counts), len(question.cartons)
    room = mass = 0
    least = NEVER
    for carton in range(cartons):
        room = max(room, question.cartons[carton, VOLUME_MAX])
        mass = max(mass, question.cartons[carton, MASS_MAX])
        least = min(least, empty_price(question, carton))
    count = max(2, -(-sums[1] // max(1, room)))
    if mass:
        count = max(count, -(-sums[0] // mass))
    alone, best = np.zeros(len(counts), np.int64), 0
    for lot in range(len(counts)):
        if counts[lot]:
            alone[lot] = 1
            best = max(best, one_least(question, alone) + (count - 1) * least)
            alone[lot] = 0
    for real in range(5):
        best = max(best, _mixed_least(question, sums, real, count))
    return int(best)
