"""A day of orders planned by somebody who knew all of them in the morning.

Owns a plan that could be walked and the bounds that no plan passes; it batches orders due close
to each other, and starts no tour before the last of its orders is placed. Refuses to be best: the
best plan of a day is not known, so the truth lies between this plan and the bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from controller.plan import Effort, batching, walking
from controller.plan.streaming import Load, Pace
from controller.plan.walking import Layout

MINUTE = 60_000
WINDOWS_MS = tuple(minutes * MINUTE for minutes in (5, 10, 20, 30, 45, 60, 90, 120))
WORK = 200_000
ALL_WORK = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Orders as (placed_ms, load), and what walks them."""

    layout: Layout
    cart: batching.Cart
    pace: Pace
    orders: Sequence[tuple[int, Load]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a plan brings about: orders late, minutes that they are late in sum, way."""

    late: int
    late_ms: int
    total_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A tour that can start when its last order is placed."""

    due_ms: int
    ready_ms: int
    takes_ms: int
    dues_ms: tuple[int, ...]


def planned(day: Day, pickers: Sequence[int]) -> dict[int, Walked]:
    """For each number of pickers the plan with the fewest late orders, then the shortest way."""
    best: dict[int, Walked] = {}
    for window_ms in WINDOWS_MS:
        rounds, total = _rounds(day, window_ms)
        for count in pickers:
            walked = _walked(rounds, total, count)
            if count not in best or _rank(walked) < _rank(best[count]):
                best[count] = walked
    return best


def _rank(walked: Walked) -> tuple[int, int, int]:
    return walked.late, walked.total_mm, walked.late_ms


def _rounds(day: Day, window_ms: int) -> tuple[list[Round], int]:
    """Batches of the orders due in each window of so much time, and their way."""
    placed = {load.id: placed_ms for placed_ms, load in day.orders}
    loads = {load.id: load for _, load in day.orders}
    windows: dict[int, list[Load]] = {}
    for load in loads.values():
        windows.setdefault(load.due_ms // window_ms, []).append(load)
    rounds, total = [], 0
    for held in windows.values():
        problem = batching.Problem(layout=day.layout, cart=day.cart, loads=tuple(held))
        plan = batching.solve(problem, Effort(work=WORK))
        total += plan.total_mm
        for tour in plan.tours:
            dues = tuple(loads[id_].due_ms for id_ in tour.loads)
            takes = day.pace.duration_ms(tour.length_mm, len(tour.sequence))
            ready = max(placed[id_] for id_ in tour.loads)
            rounds.append(Round(due_ms=min(dues), ready_ms=ready, takes_ms=takes, dues_ms=dues))
    return rounds, total


def _walked(rounds: Sequence[Round], total_mm: int, pickers: int) -> Walked:
    """Each free picker walks the tour that is due first of those that can start."""
    coming = sorted(rounds, key=lambda each: each.ready_ms, reverse=True)
    free, urgent = [0] * pickers, list[tuple[int, int, Round]]()
    heapify(free)
    late = late_ms = 0
    while coming or urgent:
        now = heappop(free)
        if not urgent:
            now = max(now, coming[-1].ready_ms)
        while coming and coming[-1].ready_ms <= now:
            each = coming.pop()
            heappush(urgent, (each.due_ms, len(coming), each))
        chosen = heappop(urgent)[2]
        done = now + chosen.takes_ms
        over = [done - due for due in chosen.dues_ms if done > due]
        late, late_ms = late + len(over), late_ms + sum(over)
        heappush(free, done)
    return Walked(late=late, late_ms=late_ms, total_mm=total_mm)


def bounds(day: Day) -> tuple[int, int, int]:
    """With no due dates: the way of the batches found and of no less; orders late even alone."""
    loads = tuple(load for _, load in day.orders)
    problem = batching.Problem(layout=day.layout, cart=day.cart, loads=loads)
    plan = batching.solve(problem, Effort(work=ALL_WORK))
    alone = 0
    for placed_ms, load in day.orders:
        walk = walking.solve(walking.Problem(layout=day.layout, stops=load.stops), Effort())
        takes = day.pace.duration_ms(walk.length_mm, len(load.stops))
        alone += placed_ms + takes > load.due_ms
    return plan.total_mm, plan.bound_mm, alone
