"""Pick a day of orders as they come, by several policies in one run; takes about five minutes.

Owns an event-driven floor: pickers walk tours at a set pace, orders come through the day. Refuses
to let a policy see an order before it is placed. Lateness is the share of orders whose tour is
back after their due time.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.picking import clairvoyant, forms
from benchmarks.picking.efforts import Watch
from controller.plan import Effort, batching, streaming, walking
from controller.plan.streaming import Cart, Load, Pace
from controller.plan.walking import Layout, Stop

HOUR = 3_600_000
DAY_MS = 8 * HOUR
LAYOUT = Layout(aisles=20, block_lengths_mm=(31_000, 31_000), aisle_pitch_mm=5_000, depot_aisle=0)
CART = Cart(slots=16, volume_ml=60, mass_g=1 << 40)
PACE = Pace(walk_mm_s=850, stop_ms=10_000, tour_ms=60_000)
BAYS = 30
LINES = ([1, 2, 3, 4, 6, 10], [45, 25, 14, 8, 6, 2])
VOLUMES = [1, 1, 2, 3, 5]
LEADS = ([HOUR // 2, HOUR, 2 * HOUR, 4 * HOUR], [10, 30, 40, 20])
PEAKS_MS = (5 * HOUR // 2, 6 * HOUR)
WAVE_WORK = 300_000

Tours = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Order:
    placed_ms: int
    load: Load


@dataclass(slots=True)
class Floor:
    """The state of the day that a policy may look at."""

    orders: Sequence[Order]
    free_ms: list[int]
    waiting: list[int] = field(default_factory=list)
    now_ms: int = 0


@dataclass(slots=True)
class Decision:
    """Tours that free pickers start now; else when to be asked again (0: at the next order)."""

    tours: Tours
    again_ms: int = 0


Policy = Callable[[Floor], Decision]


def a_day(seed: int, count: int) -> list[Order]:
    """Orders by the time at which they are placed: a steady stream with two peaks."""
    rng = Random(seed)
    places = [
        Stop(aisle=aisle, block=block, y_mm=1_000 + bay * 1_000)
        for aisle in range(LAYOUT.aisles)
        for block in range(2)
        for bay in range(BAYS)
    ]
    rng.shuffle(places)
    demand = [1 / (rank + 1) ** 0.8 for rank in range(len(places))]
    orders = []
    for number, placed_ms in enumerate(sorted(_moment(rng) for _ in range(count))):
        stops = rng.choices(places, demand, k=rng.choices(*LINES)[0])
        load = Load(
            id=f"O{number}",
            stops=tuple(stops),
            volume_ml=sum(rng.choice(VOLUMES) for _ in stops),
            mass_g=0,
            due_ms=placed_ms + rng.choices(*LEADS)[0],
        )
        orders.append(Order(placed_ms, load))
    return orders


def _moment(rng: Random) -> int:
    if rng.random() < 0.6:
        return rng.randrange(DAY_MS)
    return min(DAY_MS - 1, max(0, round(rng.gauss(rng.choice(PEAKS_MS), HOUR / 2))))


# --- policies --------------------------------------------------------------------------------


def fits(loads: Sequence[Load]) -> bool:
    return len(loads) <= CART.slots and sum(load.volume_ml for load in loads) <= CART.volume_ml


def filled(floor: Floor, order: Sequence[int], *, skip: bool) -> list[int]:
    """A cart filled in this order; `skip` passes over what does not fit."""
    members: list[int] = []
    for number in order:
        if fits([floor.orders[each].load for each in [*members, number]]):
            members.append(number)
        elif not skip:
            break
    return members


def first_come(floor: Floor) -> Decision:
    return Decision([filled(floor, floor.waiting, skip=False)])


def by_slack(floor: Floor) -> Decision:
    urgent = sorted(floor.waiting, key=lambda n: (floor.orders[n].load.due_ms, n))
    return Decision([filled(floor, urgent, skip=True)])


class Waves:
    """What has come when a wave starts is batched; tours go by their earliest due time."""

    def __init__(self, every_ms: int) -> None:
        self.every_ms = every_ms
        self._next_ms = every_ms
        self._tours: list[list[int]] = []

    def __call__(self, floor: Floor) -> Decision:
        if floor.now_ms >= self._next_ms:
            self._next_ms = floor.now_ms - floor.now_ms % self.every_ms + self.every_ms
            started = {n for tour in self._tours for n in tour}
            self._batch(floor, [n for n in floor.waiting if n not in started])
        if self._tours:
            return Decision([self._tours.pop(0)])
        return Decision([], self._next_ms)

    def _batch(self, floor: Floor, numbers: list[int]) -> None:
        loads = tuple(floor.orders[n].load for n in numbers)
        problem = batching.Problem(layout=LAYOUT, cart=CART, loads=loads)
        named = {floor.orders[n].load.id: n for n in numbers}
        plan = batching.solve(problem, Effort(work=WAVE_WORK))
        self._tours += [[named[id_] for id_ in tour.loads] for tour in plan.tours]
        self._tours.sort(key=lambda tour: min(floor.orders[n].load.due_ms for n in tour))


def streamed(floor: Floor) -> Decision:
    """The planner of the product, asked as on the floor."""
    named = {floor.orders[n].load.id: n for n in floor.waiting}
    problem = streaming.Problem(
        layout=LAYOUT,
        cart=CART,
        loads=tuple(floor.orders[n].load for n in floor.waiting),
        now_ms=floor.now_ms,
        pickers_ms=tuple(floor.free_ms),
        pace=PACE,
        tours_max=1,
    )
    plan = streaming.solve(problem, Effort())
    return Decision([[named[id_] for id_ in tour.loads] for tour in plan.tours], plan.again_ms)


POLICIES: dict[str, Callable[[], Policy]] = {
    "first come": lambda: first_come,
    "hourly waves": lambda: Waves(HOUR),
    "half-hourly waves": lambda: Waves(HOUR // 2),
    "waveless by slack": lambda: by_slack,
    "streamed": lambda: streamed,
}


# --- the floor -------------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """What a policy brought about in a day."""

    late: int = 0
    late_ms: int = 0
    total_mm: int = 0
    tours: int = 0
    end_ms: int = 0
    decisions_s: list[float] = field(default_factory=list)


def simulated(orders: Sequence[Order], pickers: int, policy: Policy) -> Outcome:
    """The day, from the first order until the last is picked."""
    floor, outcome, come = Floor(orders, [0] * pickers), Outcome(), 0
    asked_ms = 0
    while come < len(orders) or floor.waiting:
        floor.now_ms = max(floor.now_ms, min(floor.free_ms), asked_ms)
        if not floor.waiting:
            floor.now_ms = max(floor.now_ms, orders[come].placed_ms)
        while come < len(orders) and orders[come].placed_ms <= floor.now_ms:
            floor.waiting.append(come)
            come += 1
        watch = Watch()
        decision = policy(floor)
        outcome.decisions_s.append(watch.seconds())
        for members in decision.tours:
            walk(floor, outcome, members)
        if decision.tours:
            asked_ms = 0
            continue
        moments = [orders[come].placed_ms] if come < len(orders) else []
        moments += [decision.again_ms] if decision.again_ms else []
        asked_ms = max(floor.now_ms + 1, min(moments))
    return outcome


def walk(floor: Floor, outcome: Outcome, members: Sequence[int]) -> None:
    """The picker who has been free longest walks a tour."""
    loads = [floor.orders[n].load for n in members]
    if not loads or not fits(loads) or not set(members) <= set(floor.waiting):
        raise ValueError(f"the tour {members} cannot start at {floor.now_ms}")
    stops = tuple(stop for load in loads for stop in load.stops)
    length = walking.solve(walking.Problem(layout=LAYOUT, stops=stops), Effort()).length_mm
    done_ms = floor.now_ms + PACE.duration_ms(length, len(stops))
    floor.free_ms[floor.free_ms.index(min(floor.free_ms))] = done_ms
    floor.waiting = [n for n in floor.waiting if n not in members]
    late = [done_ms - load.due_ms for load in loads if done_ms > load.due_ms]
    outcome.late += len(late)
    outcome.late_ms += sum(late)
    outcome.total_mm += length
    outcome.tours += 1
    outcome.end_ms = max(outcome.end_ms, done_ms)


# --- the command -----------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pickers", default="4,5,6", help="numbers of pickers, by commas")
    parser.add_argument("--orders", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="OUT.json")


def run(arguments: argparse.Namespace) -> int:
    orders = a_day(arguments.seed, arguments.orders)
    simulated(orders[:20], 1, streamed)  # loads the compiled kernels
    count = len(orders)
    sys.stdout.write("| pickers | policy | late | m per order | mean min late | ms |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    rows: list[forms.Json] = []
    numbers = [int(number) for number in arguments.pickers.split(",")]
    day = clairvoyant.Day(
        layout=LAYOUT,
        cart=CART,
        pace=PACE,
        orders=[(each.placed_ms, each.load) for each in orders],
    )
    known = clairvoyant.planned(day, numbers)
    for pickers in numbers:
        for name, policy in POLICIES.items():
            outcome = simulated(orders, pickers, policy())
            rows.append(told(pickers, name, outcome, count))
        plan = known[pickers]
        outcome = Outcome(late=plan.late, late_ms=plan.late_ms, total_mm=plan.total_mm)
        rows.append(told(pickers, "known in the morning", outcome, count))
    known_mm, bound_mm, alone = clairvoyant.bounds(day)
    sys.stdout.write(
        f"all orders known, no due dates: {known_mm / 1_000 / count:.1f} m per order; no plan "
        f"walks less than {bound_mm / 1_000 / count:.1f} m; late even alone: {alone}\n"
    )
    if arguments.out:
        forms.write(arguments.out, {"rows": rows, "known_mm": known_mm, "bound_mm": bound_mm})
    return 0


def told(pickers: int, name: str, outcome: Outcome, count: int) -> forms.Json:
    row: forms.Json = {
        "pickers": pickers,
        "policy": name,
        "late_percent": round(100 * outcome.late / count, 2),
        "m_per_order": round(outcome.total_mm / 1_000 / count, 2),
        "late_min": round(outcome.late_ms / count / 60_000, 2),
        "decision_ms_max": round(1_000 * max(outcome.decisions_s, default=0), 1),
        "tours": outcome.tours,
        "end_h": round(outcome.end_ms / HOUR, 2),
    }
    sys.stdout.write(
        f"| {pickers} | {name} | {row['late_percent']:.2f} % | {row['m_per_order']:.1f} | "
        f"{row['late_min']:.2f} | {row['decision_ms_max']:.0f} |\n"
    )
    sys.stdout.flush()
    return row
