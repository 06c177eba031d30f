"""Owns the tours of a put wall's batch: its bins in walking order, totes filled on the way.

A batch that one cart cannot carry is divided into runs of equal work, so that its tours finish
together and no slot waits half filled for the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from controller.messages import PlannedLoad, PlannedPick
from controller.plan import Effort, consolidating, walking
from controller.plan._sharing import even_runs
from controller.plan.cutting import TOTE_FILL_PERCENT, Goods, Pick, Problem, Work, planned_pick
from controller.plan.releases.turns import in_turn
from controller.plan.walks.rectangle import Stop

VISIT_MS = 15_000
UNIT_MS = 2_500
WALK = Effort(work=20_000)


@dataclass(frozen=True, slots=True)
class Cut:
    """One cart of a batch."""

    loads: tuple[PlannedLoad, ...]
    picks: tuple[PlannedPick, ...]
    length_mm: int
    precedence_mm: int = 0
    early: int = 0


def candidates(works: Sequence[Work], problem: Problem) -> list[Work]:
    """The loads that may go over a wall: whole small orders of several units.

    What is kept apart from other goods has a tote of its own all the way.
    """
    loads_of: dict[str, int] = {}
    for work in works:
        for order in {parcel.order for parcel in work.parcels}:
            loads_of[order] = loads_of.get(order, 0) + 1
    return [
        work
        for work in works
        if loads_of[work.parcels[0].order] == 1
        and 1 < _units(work) <= problem.wall_units_max
        and not work.kinds
    ]


def _units(work: Work) -> int:
    return sum(qty for _, _, qty in work.picks)


def batches(problem: Problem, works: Sequence[Work], effort: Effort) -> consolidating.Plan:
    """Which of the loads go to which wall."""
    orders = tuple(
        consolidating.Order(
            id=work.parcels[0].order,
            volume_ml=-(-work.volume_mm3 // 1_000),
            bins=frozenset(row.place for _, row, _ in work.picks),
        )
        for work in works
    )
    return consolidating.solve(consolidating.Problem(walls=problem.walls, orders=orders), effort)


def tours(
    problem: Problem, batch: consolidating.Batch, works: Mapping[str, Work]
) -> Iterator[Cut]:
    """The carts of one batch; an order's slot comes with the first cart that has goods for it."""
    goods = {each.sku: each for each in problem.goods}
    slots = dict(batch.slots)
    picks = [pick for order in slots for pick in works[order].picks]
    visits = [
        part
        for visit in _visits(problem, goods, picks)
        for part in _totes(problem, goods, [visit])
    ]
    work_ms = [VISIT_MS + UNIT_MS * sum(qty for _, _, qty in visit) for visit in visits]
    carts = 1
    while True:
        runs = [visits[start:end] for start, end in even_runs(work_ms, carts)]
        totes = [_totes(problem, goods, run) for run in runs]
        if carts >= len(visits) or max(map(len, totes)) <= problem.cart_slots:
            break
        carts += 1
    for filled in totes:
        slotted = _parcels(works, slots, filled)
        yield _cart(problem, goods, (batch.wall, slotted), filled)


def compared(
    problem: Problem, plan: consolidating.Plan, works: Mapping[str, Work]
) -> tuple[int, int]:
    """The length first come, first served, and what no tours through these bins fall below.

    First come: the walls' slots are given by due time, and each wall's carts are filled order by
    order. The bound is one walk through all bins with no cart ever full.
    """
    due = sorted(
        (works[order] for batch in plan.batches for order, _ in batch.slots),
        key=lambda work: (work.due_ms, work.parcels[0].order),
    )
    goods = {each.sku: each for each in problem.goods}
    first_come_mm = 0
    for batch in plan.batches:
        here, due = due[: len(batch.slots)], due[len(batch.slots) :]
        carts: list[list[Pick]] = [[]]
        for work in here:
            if len(_totes(problem, goods, [[*carts[-1], *work.picks]])) > problem.cart_slots:
                carts.append([])
            carts[-1] += work.picks
        first_come_mm += sum(_walk(problem, picks).length_mm for picks in carts if picks)
    every = [
        pick for batch in plan.batches for order, _ in batch.slots for pick in works[order].picks
    ]
    return first_come_mm, _walk(problem, every).bound_mm


def _walk(problem: Problem, picks: Sequence[Pick]) -> walking.Plan:
    stops = tuple({row.place: row.stop for _, row, _ in picks}.values())
    return walking.solve(walking.Problem(layout=problem.layout, stops=stops), WALK)


def _visits(
    problem: Problem, goods: Mapping[str, Goods], picks: Sequence[Pick]
) -> list[list[Pick]]:
    """The picks by bin, in walking order; in a bin by SKU, the earliest due first."""
    by_place: dict[str, list[Pick]] = {}
    for pick in sorted(picks, key=lambda p: (p[1].place, p[0].sku, p[0].due_ms, p[0].order)):
        by_place.setdefault(pick[1].place, []).append(pick)
    visits = list(by_place.values())
    stops = tuple(visit[0][1].stop for visit in visits)
    cold = tuple(int(all(goods[need.sku].cold for need, _, _ in visit)) for visit in visits)
    asked = walking.Problem(
        layout=problem.layout,
        stops=stops,
        classes=cold if problem.precedence_mm else (),
        class_mm=problem.precedence_mm,
    )
    walk = walking.solve(asked, WALK)
    return [visits[at] for at in walk.sequence]


def _totes(
    problem: Problem, goods: Mapping[str, Goods], run: Sequence[Sequence[Pick]]
) -> list[list[Pick]]:
    """Totes filled one after another, so that few are open at a time."""
    room, most_g = problem.tote.volume_ml * 10 * TOTE_FILL_PERCENT, problem.tote.mass_max_g
    totes: list[list[Pick]] = []
    volume = mass = 0
    for pick in (pick for visit in run for pick in visit):
        each, qty = goods[pick[0].sku], pick[2]
        volume, mass = volume + each.volume_mm3 * qty, mass + each.mass_g * qty
        if not totes or volume > room or mass > most_g:
            totes.append([])
            volume, mass = each.volume_mm3 * qty, each.mass_g * qty
        totes[-1].append(pick)
    return totes


def _parcels(
    works: Mapping[str, Work], slots: dict[str, str], totes: Sequence[Sequence[Pick]]
) -> list[PlannedLoad]:
    """The slots of the orders that this cart is the first to fetch for."""
    orders = sorted({need.order for tote in totes for need, _, _ in tote} & slots.keys())
    return [
        PlannedLoad(container="slot", lpn=slots.pop(order), parcels=tuple(works[order].parcels))
        for order in orders
    ]


def _cart(
    problem: Problem,
    goods: Mapping[str, Goods],
    to: tuple[str, Sequence[PlannedLoad]],
    totes: Sequence[Sequence[Pick]],
) -> Cut:
    """One cart; its totes fill one after another, each in the sequence that its goods want."""
    wall, slots = to
    loads = [PlannedLoad(container="tote", parcels=(), wall=wall) for _ in totes]
    picks, stops = [], list[Stop]()
    longer = early = 0
    for at, tote in enumerate(totes):
        before = stops[-1] if stops else None
        after = totes[at + 1][0][1].stop if at + 1 < len(totes) else None
        visits = [(need.sku, row.stop, at) for need, row, _ in tote]
        turn = in_turn(problem, goods, visits, (before, after))
        longer, early = longer + turn.longer_mm, early + turn.early
        for pick in (tote[nth] for nth in turn.sequence):
            stop = pick[1].stop
            stops += [stop] if stops[-1:] != [stop] else []
            picks.append(planned_pick(pick, at))
    return Cut(
        loads=(*loads, *slots),
        picks=tuple(picks),
        length_mm=walking.length_of(problem.layout, stops, range(len(stops))),
        precedence_mm=longer,
        early=early,
    )
