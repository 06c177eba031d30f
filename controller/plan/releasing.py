"""Owns which orders start now, and the tours that fetch them.

The most urgent orders that the cap on work in process admits are cut into loads (cutting), and
batching joins the loads into tours. Refuses to touch stock: the plan is a proposal that
ApplyTour checks again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from controller.messages import PlannedKind, PlannedLoad, PlannedPick
from controller.plan import (
    Effort,
    batching,
    starting,
    zoning,
)
from controller.plan.cutting import (
    BATCH,
    BULK,
    CLUSTER,
    SINGLES,
    Box,
    Goods,
    Need,
    Problem,
    Row,
    Work,
    cut_order,
    planned_pick,
    stock_of,
)
from controller.plan.releases import carts, wall_tours, zone_tours
from controller.plan.releases.joins import Join, in_time
from controller.plan.releases.layered import layered
from controller.plan.releases.singles import share_totes
from controller.plan.releases.starts import Start, starts
from controller.plan.releases.stations import Presented, at_stations
from controller.plan.releases.turns import in_turn
from controller.plan.releases.zone_work import zone_work

__all__ = [
    "BATCH",
    "BULK",
    "CLUSTER",
    "SINGLES",
    "Box",
    "Goods",
    "Need",
    "Plan",
    "PlannedTour",
    "Problem",
    "Row",
    "solve",
]

SINGLES_TOTES = 2
CAGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTour:
    kind: str
    loads: tuple[PlannedLoad, ...]
    picks: tuple[PlannedPick, ...]
    length_mm: int
    why: str
    ready_ms: int = 0
    go_ms: int = 0  # its place among those that start next: when it or that place is due
    precedence_mm: int = 0  # of its length: so that nothing is crushed or thaws
    early: int = 0  # visits that come too early all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`waiting`: orders that wait, each with its reason; `ready`: when those may be picked."""

    tours: tuple[PlannedTour, ...]
    waiting: tuple[tuple[str, str], ...]
    total_mm: int
    first_come_mm: int
    kinds: tuple[PlannedKind, ...] = ()
    zones: zoning.Plan | None = None
    ready: tuple[tuple[str, int], ...] = ()
    joins: tuple[Join, ...] = ()
    presented: tuple[Presented, ...] = ()


def solve(problem: Problem, effort: Effort) -> Plan:
    """Tours for the orders that start now.

    Units: effort is spent on batching; cartons get a fixed small share per order.
    """
    stations = at_stations(problem, effort)
    problem = whole = stations.rest
    goods = {each.sku: each for each in problem.goods}
    stock = stock_of(problem)
    loads: list[Work] = []
    singles: list[Work] = []
    joins: list[Join] = []
    started = 0
    wave = starting.of_wave(problem)
    orders = [*_by_order(problem.needs)]
    waiting = [(order, starting.REASON) for order, _ in orders if order not in wave]
    zones = zone_tours.zones(problem)
    admitted = zone_work(problem, zones.firsts if zones else ())
    urgent = problem.stream.urgent if problem.stream else frozenset[str]()
    for order, needs in admitted.fed_first((o for o in orders if o[0] in wave), urgent):
        full = "work_in_process_full" if started >= problem.orders_max else ""
        if full := full or admitted.why_not(needs):
            waiting.append((order, full))
            continue
        work, reason = cut_order(problem, goods, stock, needs)
        if reason:
            waiting.append((order, stations.why(order, reason)))
        started += bool(work)
        admitted.add(needs if work else ())
        join = in_time(problem, work)
        if join is not None:
            joins.append(join)
            taken = (each for each in problem.running if each.tour != join.tour)
            problem = replace(problem, running=tuple(taken))
            continue
        (singles if len(work) == 1 and work[0].kind == SINGLES else loads).extend(work)
    loads += share_totes(problem, singles)
    walls, loads = _at_walls(problem, loads, effort)
    plan = _tours(problem, loads, waiting, effort)
    zoned = _by_zones(
        problem,
        zones,
        replace(
            plan,
            tours=(*walls.tours, *plan.tours),
            total_mm=plan.total_mm + walls.total_mm,
            first_come_mm=plan.first_come_mm + walls.first_come_mm,
            kinds=(*walls.kinds, *plan.kinds, *stations.kinds),
            presented=stations.presented,
        ),
    )
    tours = _fed(_timed(whole, zoned.tours), admitted.fed)
    return replace(zoned, tours=tours, joins=tuple(joins))


def _fed(tours: Sequence[PlannedTour], fed: Mapping[str, int]) -> tuple[PlannedTour, ...]:
    """Tours with an order that went before more urgent ones say why."""

    def told(tour: PlannedTour) -> PlannedTour:
        zones = sorted({fed[pick.order] for pick in tour.picks if pick.order in fed})
        idle = "".join(f"; zone {zone} had nothing to do" for zone in zones)
        return replace(tour, why=tour.why + idle) if idle else tour

    return tuple(told(tour) for tour in tours)


def _by_zones(problem: Problem, zones: zoning.Plan | None, plan: Plan) -> Plan:
    """Carts pass from zone to zone where the site has zones; a truck goes all the way."""
    if zones is None:
        return plan
    tours = []
    for tour in plan.tours:
        if tour.kind != BULK:
            passed = zone_tours.passed(problem, zones.firsts, tour.picks)
            tour = replace(
                tour,
                picks=passed.picks,
                length_mm=passed.length_mm,
                precedence_mm=passed.precedence_mm,
                early=passed.early,
            )
        tours.append(tour)
    return replace(
        plan,
        tours=tuple(tours),
        kinds=tuple(_walked(each, tours) for each in plan.kinds),
        zones=None if zones.firsts == problem.zones else zones,
        total_mm=sum(tour.length_mm for tour in tours),
    )


def _walked(kind: PlannedKind, tours: Sequence[PlannedTour]) -> PlannedKind:
    """What is said of a kind, with what its tours have become."""
    own = [tour for tour in tours if tour.kind == kind.kind]
    return replace(
        kind,
        length_mm=sum(tour.length_mm for tour in own),
        precedence_mm=sum(tour.precedence_mm for tour in own),
        early=sum(tour.early for tour in own),
    )


def _timed(problem: Problem, tours: Sequence[PlannedTour]) -> tuple[PlannedTour, ...]:
    """The tours as they start, with the time at which each should be done."""
    begins = starts(problem, [tour.picks for tour in tours])
    asked = [
        (start.go_ms, tours[start.tour].length_mm, len(tours[start.tour].picks))
        for start in begins
    ]
    times = starting.ready(problem.stream, asked)
    return tuple(
        _started(tours[start.tour], start, at) for start, at in zip(begins, times, strict=True)
    )


def _started(tour: PlannedTour, start: Start, ready_ms: int) -> PlannedTour:
    why = f"{tour.why}; {start.why}" if start.why else tour.why
    return replace(tour, ready_ms=ready_ms, go_ms=start.go_ms, why=why)


def _by_order(needs: Sequence[Need]) -> Iterator[tuple[str, list[Need]]]:
    orders: dict[str, list[Need]] = {}
    for need in needs:
        orders.setdefault(need.order, []).append(need)
    yield from orders.items()


def _at_walls(problem: Problem, works: list[Work], effort: Effort) -> tuple[Plan, list[Work]]:
    """The plan of the small orders that are sorted at put walls, and the loads of all others."""
    of_order = {work.parcels[0].order: work for work in wall_tours.candidates(works, problem)}
    plan = wall_tours.batches(problem, list(of_order.values()), effort)
    tours = []
    for batch in plan.batches:
        for cut in wall_tours.tours(problem, batch, of_order):
            tours.append(
                PlannedTour(
                    kind=BATCH,
                    loads=cut.loads,
                    picks=cut.picks,
                    length_mm=cut.length_mm,
                    why=batch.why,
                    precedence_mm=cut.precedence_mm,
                    early=cut.early,
                )
            )
    if not tours:
        return Plan(tours=(), waiting=(), total_mm=0, first_come_mm=0), works
    first_come_mm, bound_mm = wall_tours.compared(problem, plan, of_order)
    said = PlannedKind(
        kind=BATCH,
        tours=len(tours),
        loads=sum(load.container != "slot" for tour in tours for load in tour.loads),
        length_mm=0,
        first_come_mm=first_come_mm,
        bound_mm=bound_mm,
    )
    said = _walked(said, tours)
    taken = {order for batch in plan.batches for order, _ in batch.slots}
    made = Plan(
        tours=tuple(tours),
        waiting=(),
        total_mm=said.length_mm,
        first_come_mm=first_come_mm,
        kinds=(said,),
    )
    return made, [work for work in works if work.parcels[0].order not in taken]


def _tours(
    problem: Problem, loads: list[Work], waiting: list[tuple[str, str]], effort: Effort
) -> Plan:
    tours: list[PlannedTour] = []
    kinds: list[PlannedKind] = []
    ready: list[tuple[str, int]] = []
    stream = problem.stream
    slots = {CLUSTER: problem.cart_slots, SINGLES: SINGLES_TOTES, BULK: CAGES}
    for kind, most in slots.items():
        works = {str(n): work for n, work in enumerate(loads) if work.kind == kind}
        if not works:
            continue
        share = carts.share(problem, works, most)
        if stream is not None and stream.pool_carts and starting.can_stream(share):
            started = starting.streamed(share, stream, works, effort)
            stream = started.stream
            waiting += started.waiting
            ready += started.ready
            works = {name: works[name] for name in started.loads}
        plan = carts.batched(problem, works, most, effort)
        cut = [_tour(problem, tour, works, plan) for tour in plan.tours]
        tours += cut
        kinds.append(
            PlannedKind(
                kind=kind,
                tours=len(plan.tours),
                loads=len(works),
                length_mm=sum(tour.length_mm for tour in cut),
                first_come_mm=plan.first_come_mm,
                bound_mm=plan.bound_mm,
                precedence_mm=sum(tour.precedence_mm for tour in cut),
                early=sum(tour.early for tour in cut),
            )
        )
    return Plan(
        tours=tuple(tours),
        waiting=tuple(waiting),
        total_mm=sum(tour.length_mm for tour in tours),
        first_come_mm=sum(each.first_come_mm for each in kinds),
        kinds=tuple(kinds),
        ready=tuple(ready),
    )


def _tour(
    problem: Problem, tour: batching.Tour, works: Mapping[str, Work], plan: batching.Plan
) -> PlannedTour:
    index = {name: n for n, name in enumerate(tour.loads)}
    kind = works[tour.loads[0]].kind
    loads = [
        PlannedLoad(
            container=works[name].container,
            parcels=tuple(works[name].parcels),
            slots=works[name].slots,
        )
        for name in tour.loads
    ]
    walked = [(works[name].picks[stop], index[name]) for name, stop in tour.sequence]
    turn = in_turn(
        problem,
        {each.sku: each for each in problem.goods},
        [(need.sku, row.stop, load) for (need, row, _), load in walked],
    )
    walked = [walked[at] for at in turn.sequence]
    length_mm = tour.length_mm + turn.longer_mm
    layers = layered(problem, [works[name] for name in tour.loads], walked, length_mm)
    if layers is not None:
        walked = [walked[at] for at in layers.sequence]
        length_mm = layers.length_mm
    picks = [planned_pick(*each) for each in walked]
    saved = 100 - 100 * plan.total_mm // max(1, plan.first_come_mm)
    less = f"{saved}% less than" if saved else "as far as"
    why = (
        f"{len(loads)} loads, {len(picks)} picks, {length_mm // 1000} m; "
        f"this plan walks {less} first come, first served{carts.proven(plan)}"
    )
    if turn.free_early:
        why += f"; {turn.why}"
    return PlannedTour(
        kind=kind,
        loads=tuple(loads),
        picks=tuple(picks),
        length_mm=length_mm,
        why=why,
        precedence_mm=turn.longer_mm,
        early=turn.early,
    )
