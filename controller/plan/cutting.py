"""Owns the cutting of what an order needs into loads: rows, cartons, totes and cages.

Stock rows are used pick face before reserve, first expired first; cartons are chosen before the
pick, and totes hold whole cartons of one order. One-unit orders share a tote; what no tote can
carry goes into cages. It refuses to say which orders start, and who walks where.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from controller.messages import PlannedParcel, PlannedPick
from controller.plan import Effort, cartonizing, toting
from controller.plan.apart import Pairs, together
from controller.plan.channels import Channels, allowed
from controller.plan.consolidating import Wall
from controller.plan.graphs.graph import Graph
from controller.plan.joining import Running
from controller.plan.methods import boxes
from controller.plan.methods.erecting import Erect, Erected
from controller.plan.presenting import Station
from controller.plan.spreading import Ahead
from controller.plan.streams.problem import Pace, Stream
from controller.plan.walks.rectangle import Layout, Stop

USUAL_PACE = Pace()
TOTE_FILL_PERCENT = 85
BULK_FROM_TOTES = 6
HEAVY_G = 3_000  # of one unit: it may crush what is fragile
PACKED_BY = ("upright", "flat", "fragile", "load_max_g", "hazardous", "own_carton")
NOT_AT_A_PLACE = "goods_not_at_a_pick_place"
BATCH, BULK, CLUSTER, SINGLES = "batch", "bulk", "cluster", "singles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    sku: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    upright: bool = False
    fragile: bool = False
    packs: tuple[int, ...] = ()  # units of its cases and pallets, the largest first
    cold: bool = False  # fetched when all else of the cart is there
    kind: str = ""  # of what is kept apart from other goods
    flat: bool = False
    hazardous: bool = False
    own_carton: bool = False
    load_max_g: int | None = None

    @property
    def volume_mm3(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm

    def piece(self, line: int, qty: int) -> cartonizing.Piece:
        """Units of an order line, as the packing planner knows them."""
        names = ("length_mm", "width_mm", "height_mm", "mass_g", *PACKED_BY)
        same = {name: getattr(self, name) for name in names}
        return cartonizing.Piece(ref=str(line), qty=qty, goods=self.kind, **same)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Free units of a SKU at a place, listed in the order in which they should be used."""

    sku: str
    owner: str
    place: str
    stop: Stop
    qty: int
    face: bool
    expiry_ms: int = 0
    zone: int = 0  # on a floor that is no rectangle


@dataclass(frozen=True, slots=True, kw_only=True)
class PodRow:
    """Free units of a SKU in a bin of a pod."""

    sku: str
    owner: str
    place: str
    pod: str
    qty: int


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
class Wave:
    """Limits of a wave's units; what is due by `by_ms` goes with it in any case."""

    units_min: int
    units_max: int
    by_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`needs` in order of urgency, lines of an order together; `orders_max` may start.

    Without a `wave` all orders may start; without a `stream` nobody is known to pick.
    """

    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    goods: tuple[Goods, ...]
    cartons: tuple[cartonizing.Carton, ...]
    tariff: cartonizing.Tariff
    layout: Layout | Graph
    tote: Box
    cage: Box
    cart_slots: int
    singles_max: int
    orders_max: int
    walls: tuple[Wall, ...] = ()
    hand_overs: tuple[Stop, ...] = ()  # of each zone
    zones: tuple[int, ...] = ()  # the first aisle of each zone in use
    zone_picks: tuple[int, ...] = ()  # open picks of each zone
    zone_picks_max: int = 0  # a zone admits no more; 0: no limit
    wall_units_max: int = 0  # orders of 2 to so many units are sorted at a put wall
    wave: Wave | None = None
    stream: Stream | None = None
    heavy_unit_g: int = HEAVY_G  # units of so much lie below all others; 0: none
    precedence_mm: int = 0  # what a tour may walk more for each pick out of turn
    apart: Pairs = frozenset()
    erect: tuple[Erect, ...] = ()  # cartons that carts hold; none: all goods go by tote
    plates: int = 0  # to stick on such cartons
    layering_percent: int = 0
    channels: Channels = ()  # the cartons of shops that do not take all
    running: tuple[Running, ...] = ()  # tours that are being walked
    pace: Pace = USUAL_PACE
    ahead: tuple[Ahead, ...] | None = None  # in narrow aisles: tours that wait for a picker
    stations: tuple[Station, ...] = ()
    pods: tuple[PodRow, ...] = ()  # in the order in which they should be used
    rules: boxes.Rules = boxes.USUAL  # by which goods are packed


Pick = tuple[Need, Row, int]


def planned_pick(pick: Pick, load: int) -> PlannedPick:
    """The units of a row that go into the load of this number."""
    need, row, qty = pick
    return PlannedPick(
        order=need.order, line=need.line, sku=need.sku, place=row.place, qty=qty, load=load
    )


@dataclass(slots=True)
class Work:
    """A load that is being cut: parcels of one container and the picks that fill it."""

    kind: str
    parcels: list[PlannedParcel] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    volume_mm3: int = 0
    mass_g: int = 0
    due_ms: int = 1 << 52
    kinds: set[str] = field(default_factory=set)  # of goods that are kept apart from others
    slots: int = 1
    container: str = "tote"  # cage, carton: the parcel's own


@dataclass(slots=True)
class Stock:
    """The rows, the cartons, and what this plan has left of them."""

    rows: dict[tuple[str, str], list[Row]]
    left: dict[tuple[str, str, str], int]
    cartons: Erected
    boxes: boxes.Left

    def take(self, need: Need, packs: Sequence[int] = ()) -> Iterator[tuple[Row, int]]:
        """Rows and units for a need: full packs from reserve, the rest from the face.

        Whole from one face where one has enough.
        """
        rows = self.rows.get((need.sku, need.owner), [])
        left, qty = self.left, need.qty
        for row, units in self._full_packs(rows, qty, packs):
            qty -= units
            yield row, units
        enough = [r for r in rows if left[r.sku, r.owner, r.place] >= qty]
        for row in [*[r for r in enough if r.face][:1], *rows]:
            units = self._use(row, min(qty, left[row.sku, row.owner, row.place]))
            if units:
                qty -= units
                yield row, units

    def _full_packs(
        self, rows: Sequence[Row], qty: int, packs: Sequence[int]
    ) -> Iterator[tuple[Row, int]]:
        """Whole reserve places, then whole packs of them, the largest first.

        Nothing is taken that expires after other units that are left.
        """
        if not packs:
            return
        there = {id(row): self.left[row.sku, row.owner, row.place] for row in rows}
        first = min((row.expiry_ms for row in rows if there[id(row)]), default=0)
        reserve = [row for row in rows if not row.face and row.expiry_ms == first]
        pallets = [(row, row.qty) for row in reserve if row.qty >= packs[-1]]
        for row, pack in [*pallets, *((row, pack) for pack in packs for row in reserve)]:
            units = min(qty, self.left[row.sku, row.owner, row.place]) // pack * pack
            if units:
                qty -= self._use(row, units)
                yield row, units

    def _use(self, row: Row, units: int) -> int:
        self.left[row.sku, row.owner, row.place] -= units
        return units


def stock_of(problem: Problem) -> Stock:
    """All rows with all their units left, and all cartons."""
    by_sku: dict[tuple[str, str], list[Row]] = {}
    for row in problem.rows:
        by_sku.setdefault((row.sku, row.owner), []).append(row)
    left = {(row.sku, row.owner, row.place): row.qty for row in problem.rows}
    types = {each.code: each for each in problem.erect}
    return Stock(by_sku, left, Erected(types, problem.plates), boxes.left_of(problem.rules))


def cut_order(
    problem: Problem,
    goods: Mapping[str, Goods],
    stock: Stock,
    needs: list[Need],
    pack: boxes.Pack = boxes.pack,
) -> tuple[list[Work], str]:
    """The loads of one order, and why something of it has to wait ("" when nothing has).

    Goods that are kept apart come in loads of their own.
    """
    found = {need.line: [*stock.take(need, goods[need.sku].packs)] for need in needs}
    there = [need for need in needs if found[need.line]]
    if not there:
        return [], NOT_AT_A_PLACE
    works: list[Work] = []
    reason = ""
    for group in together([goods[need.sku].kind for need in there], problem.apart):
        held = {there[at].line: there[at] for at in group}
        pieces = [
            goods[need.sku].piece(line, sum(units for _, units in found[line]))
            for line, need in held.items()
        ]
        cartons = allowed(problem.cartons, problem.channels, needs[0].order)
        plan = stock.boxes.pack(problem.rules.problem(pieces, cartons, problem.tariff), pack)
        parcels = [boxes.parcel(packed, needs[0].order) for packed in plan.cartons]
        for work in _fill_loads(problem, goods, held, parcels, stock.cartons):
            _add_picks(work, held, found)
            work.kinds.update({goods[need.sku].kind for need, _, _ in work.picks} - {""})
            works.append(work)
        reason = reason or (plan.refused[0][1] if plan.refused else "")
    for work in works if len(works) > 1 else ():
        work.kind = CLUSTER if work.kind == SINGLES else work.kind
    return works, reason


def _fill_boxes(
    problem: Problem,
    goods: Mapping[str, Goods],
    by_line: Mapping[int, Need],
    parcels: Sequence[PlannedParcel],
) -> list[Work]:
    """Parcels of one order into totes, or into cages where totes will not do."""
    sizes = [_size(goods, by_line, parcel) for parcel in parcels]
    room = problem.tote.volume_ml * 10 * TOTE_FILL_PERCENT
    fits = all(v <= room and g <= problem.tote.mass_max_g for v, g in sizes)
    bulk = not fits or sum(v for v, _ in sizes) > room * BULK_FROM_TOTES
    box = problem.cage if bulk else problem.tote
    room = box.volume_ml * 10 * TOTE_FILL_PERCENT
    units = sum(qty for parcel in parcels for _, qty in parcel.contents)
    kind = BULK if bulk else SINGLES if units == 1 else CLUSTER
    heavy_g = problem.heavy_unit_g
    parts = tuple(_part(goods, by_line, parcel, box, heavy_g) for parcel in parcels)
    plan = toting.solve(
        toting.Problem(parts=parts, volume_mm3=room, mass_max_g=box.mass_max_g), Effort()
    )
    return [
        Work(
            kind,
            parcels=[parcels[at] for at in tote],
            volume_mm3=sum(sizes[at][0] for at in tote),
            mass_g=sum(sizes[at][1] for at in tote),
            container="cage" if bulk else "tote",
        )
        for tote in plan.totes
    ]


def _fill_loads(
    problem: Problem,
    goods: Mapping[str, Goods],
    by_line: Mapping[int, Need],
    parcels: Sequence[PlannedParcel],
    cartons: Erected,
) -> list[Work]:
    """Totes or cages; what carts hold is picked into its shipping carton."""
    works = _fill_boxes(problem, goods, by_line, parcels)
    if not works or works[0].kind != CLUSTER:
        return works
    erected, rest = list[Work](), list[PlannedParcel]()
    for parcel in parcels:
        if slots := cartons.take(parcel):
            size = _size(goods, by_line, parcel)
            erected.append(Work(CLUSTER, [parcel], [], *size, slots=slots, container="carton"))
        else:
            rest.append(parcel)
    return [*erected, *_fill_boxes(problem, goods, by_line, rest)] if erected else works


def _part(
    goods: Mapping[str, Goods],
    by_line: Mapping[int, Need],
    parcel: PlannedParcel,
    box: Box,
    heavy_g: int,
) -> toting.Part:
    """A parcel's items as they lie in a tote; what is larger than that fills it."""
    volume, mass = _size(goods, by_line, parcel)
    items = [goods[by_line[line].sku] for line, _ in parcel.contents]
    return toting.Part(
        volume_mm3=min(volume, box.volume_ml * 10 * TOTE_FILL_PERCENT),
        mass_g=min(mass, box.mass_max_g),
        heavy=any(0 < heavy_g <= each.mass_g for each in items),
        fragile=any(each.fragile for each in items),
    )


def _size(
    goods: Mapping[str, Goods], by_line: Mapping[int, Need], parcel: PlannedParcel
) -> tuple[int, int]:
    """Volume (mm3) and mass (g) of a parcel's items."""
    items = [(goods[by_line[line].sku], qty) for line, qty in parcel.contents]
    volume_mm3 = sum(each.volume_mm3 * qty for each, qty in items)
    return volume_mm3, sum(each.mass_g * qty for each, qty in items)


def _add_picks(
    work: Work, by_line: Mapping[int, Need], found: Mapping[int, list[tuple[Row, int]]]
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
