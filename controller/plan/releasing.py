"""Owns which orders start now, and how their work is cut: rows, cartons, loads, tours.

The most urgent orders that the cap on work in process admits get stock rows (pick face before
reserve, first expired first), cartons before the pick, and totes that hold whole cartons of one
order; one-unit orders share a tote; what no tote can carry goes into cages. Batching then joins
loads into tours. Refuses to touch stock: the plan is a proposal that ApplyTour checks again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from controller.messages import PlannedLoad, PlannedParcel, PlannedPick
from controller.plan import Effort, _cp_sat, batching, cartonizing, packages
from controller.plan._rectangle import Layout, Stop

TOTE_FILL_PERCENT = 85
BULK_FROM_TOTES = 6
SINGLES_TOTES = 2
CAGES = 2
WORK_PER_LOAD = 400  # more finds little: a release plan joins a few loads, and comes often
BULK, CLUSTER, SINGLES = "bulk", "cluster", "singles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    sku: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    upright: bool = False
    fragile: bool = False

    @property
    def volume_mm3(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Free units of a SKU at a place, listed in the order in which they should be used."""

    sku: str
    owner: str
    place: str
    stop: Stop
    qty: int
    face: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Units of an order line that no tour fetches yet."""

    order: str
    line: int
    sku: str
    owner: str
    qty: int
    due_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What a tote or cage can carry."""

    volume_ml: int
    mass_max_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`needs` in order of urgency, lines of an order together; `orders_max` may start."""

    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    goods: tuple[Goods, ...]
    cartons: tuple[packages.Carton, ...]
    tariff: packages.Tariff
    layout: Layout
    tote: Box
    cage: Box
    cart_slots: int
    singles_max: int
    orders_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTour:
    kind: str
    loads: tuple[PlannedLoad, ...]
    picks: tuple[PlannedPick, ...]
    length_mm: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`waiting`: orders of which nothing starts, each with its reason."""

    tours: tuple[PlannedTour, ...]
    waiting: tuple[tuple[str, str], ...]
    total_mm: int
    first_come_mm: int


@dataclass(slots=True)
class _Work:
    """A load that is being cut: parcels of one container and the picks that fill it."""

    kind: str
    parcels: list[PlannedParcel] = field(default_factory=list)
    picks: list[tuple[Need, Row, int]] = field(default_factory=list)
    volume_mm3: int = 0
    mass_g: int = 0
    due_ms: int = 1 << 52


@dataclass(slots=True)
class _Stock:
    """The rows, and what this plan has left of them."""

    rows: dict[tuple[str, str], list[Row]]
    left: dict[tuple[str, str, str], int]

    def take(self, need: Need) -> Iterator[tuple[Row, int]]:
        """Rows and units for a need; whole from one face where one has enough."""
        rows = self.rows.get((need.sku, need.owner), [])
        left, qty = self.left, need.qty
        enough = [r for r in rows if left[r.sku, r.owner, r.place] >= qty]
        for row in [*[r for r in enough if r.face][:1], *rows]:
            key = (row.sku, row.owner, row.place)
            units = min(qty, left[key])
            if units > 0:
                left[key] -= units
                qty -= units
                yield row, units


def warm() -> None:
    """Loads the solvers: a worker process does this while there is nothing to plan yet."""
    _cp_sat.new_model()


def solve(problem: Problem, effort: Effort) -> Plan:
    """Tours for the orders that start now.

    Units: effort is spent on batching; cartons get a fixed small share per order.
    """
    goods = {each.sku: each for each in problem.goods}
    stock = _stock(problem.rows)
    loads: list[_Work] = []
    singles: list[_Work] = []
    waiting: list[tuple[str, str]] = []
    started = 0
    for order, needs in _by_order(problem.needs):
        if started >= problem.orders_max:
            waiting.append((order, "work_in_process_full"))
            continue
        work, reason = _cut_order(problem, goods, stock, needs)
        if reason:
            waiting.append((order, reason))
        started += bool(work)
        (singles if len(work) == 1 and work[0].kind == SINGLES else loads).extend(work)
    loads += _share_totes(problem, singles)
    return _tours(problem, loads, waiting, effort)


def _stock(rows: Sequence[Row]) -> _Stock:
    by_sku: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_sku.setdefault((row.sku, row.owner), []).append(row)
    return _Stock(by_sku, {(row.sku, row.owner, row.place): row.qty for row in rows})


def _by_order(needs: Sequence[Need]) -> Iterator[tuple[str, list[Need]]]:
    orders: dict[str, list[Need]] = {}
    for need in needs:
        orders.setdefault(need.order, []).append(need)
    yield from orders.items()


def _cut_order(
    problem: Problem, goods: Mapping[str, Goods], stock: _Stock, needs: list[Need]
) -> tuple[list[_Work], str]:
    """The loads of one order, and why something of it has to wait ("" when nothing has)."""
    found = {need.line: [*stock.take(need)] for need in needs}
    pieces = [
        _piece(goods[need.sku], need.line, sum(units for _, units in found[need.line]))
        for need in needs
        if found[need.line]
    ]
    if not pieces:
        return [], "goods_not_at_a_pick_place"
    plan = cartonizing.solve(
        packages.Problem(pieces=tuple(pieces), cartons=problem.cartons, tariff=problem.tariff),
        Effort(work=2_000),
    )
    by_line = {need.line: need for need in needs}
    parcels = [_parcel(packed, needs[0].order) for packed in plan.cartons]
    works = _fill_boxes(problem, goods, by_line, parcels)
    for work in works:
        _add_picks(work, by_line, found)
    return works, plan.refused[0][1] if plan.refused else ""


def _piece(goods: Goods, line: int, qty: int) -> packages.Piece:
    return packages.Piece(
        ref=str(line),
        length_mm=goods.length_mm,
        width_mm=goods.width_mm,
        height_mm=goods.height_mm,
        mass_g=goods.mass_g,
        qty=qty,
        upright=goods.upright,
        fragile=goods.fragile,
    )


def _parcel(packed: packages.Packed, order: str) -> PlannedParcel:
    return PlannedParcel(
        order=order,
        carton=packed.carton,
        contents=tuple((int(ref), qty) for ref, qty in packed.contents),
        mass_g=packed.mass_g,
    )


def _fill_boxes(
    problem: Problem,
    goods: Mapping[str, Goods],
    by_line: Mapping[int, Need],
    parcels: Sequence[PlannedParcel],
) -> list[_Work]:
    """Parcels of one order into totes, or into cages where totes will not do."""
    sizes = [_size(goods, by_line, parcel) for parcel in parcels]
    room = problem.tote.volume_ml * 10 * TOTE_FILL_PERCENT
    fits = all(v <= room and g <= problem.tote.mass_max_g for v, g in sizes)
    bulk = not fits or sum(v for v, _ in sizes) > room * BULK_FROM_TOTES
    box = problem.cage if bulk else problem.tote
    room = box.volume_ml * 10 * TOTE_FILL_PERCENT
    units = sum(qty for parcel in parcels for _, qty in parcel.contents)
    kind = BULK if bulk else SINGLES if units == 1 else CLUSTER
    works: list[_Work] = []
    for parcel, (volume, mass) in zip(parcels, sizes, strict=True):
        work = works[-1] if works else None
        if work is None or work.volume_mm3 + volume > room or work.mass_g + mass > box.mass_max_g:
            work = _Work(kind)
            works.append(work)
        work.parcels.append(parcel)
        work.volume_mm3 += volume
        work.mass_g += mass
    return works


def _size(
    goods: Mapping[str, Goods], by_line: Mapping[int, Need], parcel: PlannedParcel
) -> tuple[int, int]:
    """Volume (mm3) and mass (g) of a parcel's items."""
    items = [(goods[by_line[line].sku], qty) for line, qty in parcel.contents]
    return (
        sum(each.volume_mm3 * qty for each, qty in items),
        sum(each.mass_g * qty for each, qty in items),
    )


def _add_picks(
    work: _Work, by_line: Mapping[int, Need], found: Mapping[int, list[tuple[Row, int]]]
) -> None:
    """Gives a load the units of its parcels from the rows found for their lines."""
    wanted: dict[int, int] = {}
    for parcel in work.parcels:
        for line, qty in parcel.contents:
            wanted[line] = wanted.get(line, 0) + qty
    for line, qty in wanted.items():
        need, rows = by_line[line], found[line]
        work.due_ms = min(work.due_ms, need.due_ms)
        while qty:
            row, units = rows.pop(0)
            taken = min(units, qty)
            work.picks.append((need, row, taken))
            qty -= taken
            if taken < units:
                rows.insert(0, (row, units - taken))


def _share_totes(problem: Problem, singles: list[_Work]) -> list[_Work]:
    """One-unit orders that lie close together share a tote."""
    singles.sort(key=lambda w: (_walk_key(w.picks[0][1].stop), w.picks[0][0].order))
    room = problem.tote.volume_ml * 10 * TOTE_FILL_PERCENT
    shared: list[_Work] = []
    for single in singles:
        work = shared[-1] if shared else None
        if (
            work is None
            or len(work.parcels) >= problem.singles_max
            or work.volume_mm3 + single.volume_mm3 > room
            or work.mass_g + single.mass_g > problem.tote.mass_max_g
        ):
            work = _Work(SINGLES)
            shared.append(work)
        work.parcels += single.parcels
        work.picks += single.picks
        work.volume_mm3 += single.volume_mm3
        work.mass_g += single.mass_g
        work.due_ms = min(work.due_ms, single.due_ms)
    return shared


def _walk_key(stop: Stop) -> tuple[int, int, int]:
    """Up one aisle and down the next."""
    up = stop.aisle % 2 == 0
    return (stop.aisle, stop.block if up else -stop.block, stop.y_mm if up else -stop.y_mm)


def _tours(
    problem: Problem, loads: list[_Work], waiting: list[tuple[str, str]], effort: Effort
) -> Plan:
    tours: list[PlannedTour] = []
    total = first_come = 0
    slots = {CLUSTER: problem.cart_slots, SINGLES: SINGLES_TOTES, BULK: CAGES}
    for kind, most in slots.items():
        works = {str(n): work for n, work in enumerate(loads) if work.kind == kind}
        if not works:
            continue
        enough = replace(effort, work=min(effort.work, WORK_PER_LOAD * len(works)))
        plan = batching.solve(_batch(problem, works, most), enough)
        total += plan.total_mm
        first_come += plan.first_come_mm
        tours += [_tour(tour, works, kind, plan) for tour in plan.tours]
    return Plan(
        tours=tuple(tours),
        waiting=tuple(waiting),
        total_mm=total,
        first_come_mm=first_come,
    )


def _batch(problem: Problem, works: Mapping[str, _Work], slots: int) -> batching.Problem:
    loads = tuple(
        batching.Load(
            id=name,
            stops=tuple(row.stop for _, row, _ in work.picks),
            volume_ml=work.volume_mm3 // 1000,
            mass_g=work.mass_g,
            due_ms=work.due_ms,
        )
        for name, work in works.items()
    )
    unlimited = 1 << 40
    cart = batching.Cart(slots=slots, volume_ml=unlimited, mass_g=unlimited)
    return batching.Problem(layout=problem.layout, cart=cart, loads=loads)


def _tour(
    tour: batching.Tour, works: Mapping[str, _Work], kind: str, plan: batching.Plan
) -> PlannedTour:
    index = {name: n for n, name in enumerate(tour.loads)}
    container = "cage" if kind == BULK else "tote"
    loads = [
        PlannedLoad(container=container, parcels=tuple(works[name].parcels)) for name in tour.loads
    ]
    picks = []
    for name, stop in tour.sequence:
        need, row, qty = works[name].picks[stop]
        picks.append(
            PlannedPick(
                order=need.order,
                line=need.line,
                sku=need.sku,
                place=row.place,
                qty=qty,
                load=index[name],
            )
        )
    saved = 100 - 100 * plan.total_mm // max(1, plan.first_come_mm)
    return PlannedTour(
        kind=kind,
        loads=tuple(loads),
        picks=tuple(picks),
        length_mm=tour.length_mm,
        why=f"{len(loads)} loads, {len(picks)} picks, {tour.length_mm // 1000} m; "
        f"this plan walks {saved}% less than first come, first served",
    )
