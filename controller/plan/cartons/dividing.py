"""Dividing: lots among several cartons, first carton by carton, then parts of it anew.

Owns greedy division and ruin and recreate. Refuses to prove anything.
Source: Schrimpf et al. 2000.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.cartons.arrays import (
    STOCK,
    UNTIL,
    VOLUME_MAX,
    WORK,
    Ints,
    Question,
)
from controller.plan.cartons.choosing import (
    BEAT,
    FOUND,
    FOUND_AT,
    FOUND_CENTS,
    LEAST_CENTS,
    SEVERAL_CENTS,
    Desk,
    cheapest,
    draw,
)
from controller.plan.cartons.filling import (
    BULK,
    LATER,
    MANY,
    NEVER,
    empty_price,
    fill,
    one_least,
    price,
    repeated,
    several_least,
    totals,
)
from controller.plan.cartons.kernels import inlined, kernel
from controller.plan.cartons.placing import DEEP, TOUCH

SPREAD_MAX = 40
"""Cartons up to which an answer is improved."""
REFILLS = 4
"""Rounds until a carton that takes many at once must be filled one by one."""
BY_TRYING = -1
"""Rules down from it are the attempts by which `fits` finds the places of a part again."""


class Parts(NamedTuple):
    """Lots divided among cartons.

    Shapes: rows (most, 4) carton, cents, rule, times; counts, orders (most, lots);
    state: parts, cents, units that no carton takes.
    """

    rows: Ints
    counts: Ints
    orders: Ints
    state: Ints


PARTS, CENTS, LEFT = range(3)
CARTON, PART_CENTS, RULE, TIMES = range(4)


@kernel
def new_parts(most: int, lots: int) -> Parts:
    """Room for so many parts."""
    return Parts(
        np.zeros((most, 4), np.int64),
        np.zeros((most, lots), np.int64),
        np.zeros((most, lots), np.int64),
        np.zeros(3, np.int64),
    )


@kernel
def _push(parts: Parts, row: Ints, counts: Ints, order: Ints) -> None:
    at = parts.state[PARTS]
    for column in range(4):
        parts.rows[at, column] = row[column]
    for lot in range(len(counts)):
        parts.counts[at, lot] = counts[lot]
        parts.orders[at, lot] = order[lot]
    parts.state[PARTS] = at + 1
    parts.state[CENTS] += row[PART_CENTS] * row[TIMES]


@kernel
def copy_parts(source: Parts, target: Parts) -> None:
    """Makes one answer like another."""
    for at in range(3):
        target.state[at] = 0
    for at in range(source.state[PARTS]):
        _push(target, source.rows[at], source.counts[at], source.orders[at])
    target.state[LEFT] = source.state[LEFT]


@inlined
def _repeats(question: Question, desk: Desk, row: Ints, rest: Ints, taken: Ints) -> int:
    """How often a carton can be packed the same way again."""
    times = question.cartons[row[CARTON], STOCK] - desk.used[row[CARTON]]
    for lot in range(len(rest)):
        if taken[lot]:
            times = min(times, rest[lot] // taken[lot])
    return int(times)


@inlined
def _same(one: Ints, other: Ints) -> bool:
    differ = 0
    for at in range(len(one)):
        differ += abs(one[at] - other[at])
    return bool(differ == 0)


@kernel
def _found(desk: Desk) -> Ints:
    """The row of a part for the carton that was found by trying."""
    row = np.zeros(4, np.int64)
    row[CARTON], row[PART_CENTS] = desk.state[FOUND], desk.state[FOUND_CENTS]
    row[RULE], row[TIMES] = BY_TRYING - desk.state[FOUND_AT], 1
    return row


@inlined
def _fill_surely(question: Question, desk: Desk, rest: Ints, order: Ints, choice: Ints) -> Ints:
    """What goes into a carton so that filling it with just that finds the same places again.

    Shapes: choice is (carton, rule); the rule that does it is put there.
    """
    taken = fill(question, desk.pile, choice[0], rest, order, choice[1])
    if choice[1] < MANY:
        return taken
    for _ in range(REFILLS):
        again = fill(question, desk.pile, choice[0], taken, order, choice[1])
        if _same(again, taken):
            return taken
        taken = again
    choice[1] -= MANY
    return fill(question, desk.pile, choice[0], taken, order, choice[1])


@kernel
def _fill_one(
    question: Question, desk: Desk, parts: Parts, rest: Ints, order: Ints, choice: Ints
) -> bool:
    """Fills one more carton and shrinks it; false when it takes nothing.

    Shapes: choice is (carton, rule).
    """
    carton = choice[0]
    if desk.used[carton] >= question.cartons[carton, STOCK]:
        return False
    taken = _fill_surely(question, desk, rest, order, choice)
    sums = totals(question, taken)
    if sums[5] == 0:
        return False
    row = np.array([carton, price(question, carton, sums[0], sums[1]), choice[1], 1])
    if cheapest(question, desk, taken, row[PART_CENTS]):
        row = _found(desk)
    row[TIMES] = _repeats(question, desk, row, rest, taken)
    _push(parts, row, taken, order)
    desk.used[row[CARTON]] += row[TIMES]
    for lot in range(len(rest)):
        rest[lot] -= taken[lot] * row[TIMES]
    return True


@inlined
def _next_lead(desk: Desk, choice: Ints, turn: int) -> int:
    """The carton to fill next: the leader, then the others by turns; by chance without leader."""
    cartons = len(desk.leads)
    if choice[0] >= 0:
        return int(desk.leads[(choice[0] + turn) % cartons])
    return draw(desk, cartons) if turn < 2 * cartons else turn % cartons


@kernel
def _rate_least(question: Question, volume_mm3: int) -> int:
    """What goods cost at least by the room they take, were it sold by the cubic millimetre."""
    best = float(NEVER)
    for carton in range(len(question.cartons)):
        row = question.cartons[carton]
        if row[VOLUME_MAX] > 0:
            best = min(best, empty_price(question, carton) * volume_mm3 / row[VOLUME_MAX])
    return int(best)


@kernel
def _out(desk: Desk) -> bool:
    """Whether the work is done for which more is tried than the first answer."""
    return bool(desk.pile.now[WORK] >= desk.pile.now[UNTIL])


@kernel
def divide(
    question: Question, desk: Desk, parts: Parts, rest: Ints, order: Ints, choice: Ints
) -> bool:
    """Adds parts for the rest; false as soon as they cannot cost less than `desk.state[BEAT]`.

    When the work is over, only what has no answer yet is divided to its end.
    Shapes: choice is (place of the leading carton or -1, rule).
    """
    now = np.zeros(2, np.int64)
    while True:
        sums = totals(question, rest)
        if sums[5] == 0:
            return bool(parts.state[CENTS] < desk.state[BEAT])
        limit = desk.state[BEAT] - parts.state[CENTS]
        answered = desk.state[BEAT] < NEVER
        if (answered and _out(desk)) or limit <= _rate_least(question, sums[1]):
            return False
        if cheapest(question, desk, rest, limit):
            _push(parts, _found(desk), rest, order)
            return True
        filled = False
        for turn in range(3 * len(question.cartons)):
            now[0], now[1] = _next_lead(desk, choice, turn), choice[1]
            if _fill_one(question, desk, parts, rest, order, now):
                filled = True
                break
        if not filled:
            parts.state[LEFT] = sums[5]
            return True


@kernel
def _wipe(desk: Desk, parts: Parts) -> None:
    """Makes an answer empty."""
    for at in range(3):
        parts.state[at] = 0
    for carton in range(len(desk.used)):
        desk.used[carton] = 0


@inlined
def _whole(question: Question, desk: Desk, best: Parts, trial: Parts, counts: Ints) -> bool:
    """Tries one carton for all; whether nothing is cheaper than the best answer."""
    one, several = one_least(question, counts), several_least(question, counts)
    desk.state[LEAST_CENTS], desk.state[SEVERAL_CENTS] = min(one, several), several
    _wipe(desk, trial)
    settled = best.state[PARTS] > 0 and best.state[LEFT] == 0
    desk.state[BEAT] = best.state[CENTS] if settled else NEVER
    if cheapest(question, desk, counts, desk.state[BEAT]):
        _push(trial, _found(desk), counts, question.orders[0])
        copy_parts(trial, best)
        desk.state[BEAT] = best.state[CENTS]
    return bool(desk.state[BEAT] <= min(several, NEVER - 1))


@inlined
def _lead(
    question: Question, desk: Desk, best: Parts, trial: Parts, counts: Ints, choice: Ints
) -> None:
    """Keeps a division led by a carton where it is better than the best answer."""
    _wipe(desk, trial)
    if not divide(question, desk, trial, counts.copy(), question.orders[0], choice):
        return
    fuller = trial.state[LEFT] < best.state[LEFT] or best.state[PARTS] == 0
    if fuller or (
        trial.state[LEFT] == best.state[LEFT] and trial.state[CENTS] < best.state[CENTS]
    ):
        copy_parts(trial, best)
        desk.state[BEAT] = NEVER if best.state[LEFT] else best.state[CENTS]


@inlined
def deepen(
    question: Question, desk: Desk, best: Parts, trial: Parts, counts: Ints, level: int
) -> None:
    """One carton for all where one is found, else the cheapest of divisions led by each carton.

    What `best` holds already is kept where it costs no more. The level in haste takes a rule that
    looks at no neighbours, and of it the first division is enough.
    """
    if _whole(question, desk, best, trial, counts):
        return
    cartons, choice = len(question.cartons), np.zeros(2, np.int64)
    several = repeated(question, counts)
    many = several and totals(question, counts)[5] > BULK
    for turn in range(2 * cartons):
        choice[0], choice[1] = turn % cartons, TOUCH if level else DEEP
        if many or turn >= cartons:
            choice[1] += MANY
        if turn >= cartons and (many or not several):
            break
        if best.state[PARTS] and (level == 0 or _out(desk)):
            break
        if desk.state[BEAT] <= desk.state[LEAST_CENTS]:
            break
        _lead(question, desk, best, trial, counts, choice)


@inlined
def _shaken(question: Question, desk: Desk, order: Ints) -> None:
    """One of the rankings with some lots moved."""
    lots, ranking = len(order), draw(desk, len(question.orders))
    for at in range(lots):
        order[at] = question.orders[ranking, at]
    for at in range(lots - 1):
        pick = draw(desk, 2 * min(lots - at, 4))
        if pick % 2:
            to = at + pick // 2
            order[at], order[to] = order[to], order[at]
    at = draw(desk, 3 * lots)
    if at < lots:
        moved = order[at]
        for later in range(at, 0, -1):
            order[later] = order[later - 1]
        order[0] = moved


@inlined
def _ruin(desk: Desk, now: Parts, trial: Parts, rest: Ints) -> None:
    """Opens one to three cartons; the others stay in the trial."""
    _wipe(desk, trial)
    for lot in range(len(rest)):
        rest[lot] = 0
    parts = now.state[PARTS]
    opened = 1 + draw(desk, min(parts, 3))
    for at in range(parts):
        if draw(desk, parts - at) < opened:
            opened -= 1
            for lot in range(len(rest)):
                rest[lot] += now.counts[at, lot]
        else:
            _push(trial, now.rows[at], now.counts[at], now.orders[at])
            desk.used[now.rows[at, CARTON]] += 1


@kernel
def _spread(parts: Parts) -> bool:
    """Makes parts that are packed several times as many parts; false where they are too many."""
    total = 0
    for at in range(parts.state[PARTS]):
        total += parts.rows[at, TIMES]
    if total > min(SPREAD_MAX, len(parts.rows)):
        return False
    for at in range(parts.state[PARTS]):
        times = parts.rows[at, TIMES]
        parts.rows[at, TIMES] = 1
        for _ in range(times - 1):
            parts.state[CENTS] -= parts.rows[at, PART_CENTS]
            _push(parts, parts.rows[at], parts.counts[at], parts.orders[at])
    return True


@inlined
def improve(question: Question, desk: Desk, now: Parts, trial: Parts, until: int) -> None:
    """Opens some cartons and packs what was in them anew, as long as the work lasts."""
    lots = len(question.lots)
    rest, order = np.zeros(lots, np.int64), np.zeros(lots, np.int64)
    choice = np.zeros(2, np.int64)
    while desk.pile.now[WORK] < until and now.state[CENTS] > desk.state[SEVERAL_CENTS]:
        if not _spread(now):
            break
        desk.pile.now[WORK] += 4
        _ruin(desk, now, trial, rest)
        pick = draw(desk, 2 * len(LATER))
        choice[0], choice[1] = -1, LATER[pick // 2]
        if pick % 2 and repeated(question, rest):
            choice[1] += MANY
        desk.state[BEAT] = now.state[CENTS] + 1
        _shaken(question, desk, order)
        done = divide(question, desk, trial, rest, order, choice)
        if done and trial.state[LEFT] == 0 and trial.state[CENTS] <= now.state[CENTS]:
            copy_parts(trial, now)
