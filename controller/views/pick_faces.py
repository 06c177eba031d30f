"""Owns what slotting is planned from: the pick faces, where else they might be, tours of the past.

A place that two SKUs share is left as it is, and so is whatever an approved move concerns already;
visits to them are stops that stay where they are. Where no tours were walked yet, orders in the
sequence in which they came are taken for tours.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from controller import grounds
from controller.errors import NotFound
from controller.messages import SiteSettings
from controller.plan.graphs.ground import Ground
from controller.plan.slotting import Goods, Problem, Spot, Trip
from controller.plan.walking import Stop
from controller.store import Db
from controller.units import DAY, HOUR
from controller.views import catalogue

TRIPS_MAX = 400

_FACES = (
    "SELECT h.sku, h.place, h.units, COALESCE(f.units_max, 0) AS units_max, i.mass_g, i.storage, "
    "i.length_mm * i.width_mm * i.height_mm AS unit_mm3 FROM (SELECT sku, place, "
    "CAST(SUM(units) AS BIGINT) AS units FROM (SELECT sku, place, 0 AS units FROM face "
    "UNION ALL SELECT sku, place, qty FROM stock WHERE container = '') both_kinds "
    "GROUP BY sku, place) h JOIN place p ON p.name = h.place AND p.kind = 'pick' "
    "JOIN item i ON i.sku = h.sku LEFT JOIN face f ON f.sku = h.sku AND f.place = h.place "
    "ORDER BY h.place, h.sku"
)
_SPOTS = "SELECT * FROM place WHERE kind = 'pick' ORDER BY name"
_MOVING = (
    "SELECT id, sku, from_place, to_place FROM task WHERE kind = 'move' AND state = 'open' "
    "ORDER BY id"
)
_VISITS = (
    "SELECT t.tour, t.sku, p.kind, p.way, p.aisle, p.block, p.y_mm, MIN(t.created_ms) AS at_ms "
    "FROM task t JOIN place p ON p.name = t.from_place WHERE t.kind = 'pick' "
    "AND t.state IN ('done', 'short') AND t.created_ms >= :since "
    "GROUP BY t.tour, t.sku, p.kind, p.way, p.aisle, p.block, p.y_mm, p.name "
    "ORDER BY t.tour, t.sku, p.name"
)
_ORDERED = (
    "SELECT o.id, o.placed_ms AS at_ms, l.sku FROM customer_order o "
    "JOIN order_line l ON l.order_id = o.id WHERE o.placed_ms >= :since AND l.wanted > 0 "
    "ORDER BY o.placed_ms, o.id, l.line"
)
_MOVES = (
    "SELECT id, sku, from_place AS source, to_place AS target, state, worker, qty FROM task "
    "WHERE kind = 'move' AND (state = 'open' OR created_ms >= :since) ORDER BY id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """An approved move: open, done, short, cancelled; `worker` has it in hand."""

    id: str
    sku: str
    source: str
    target: str
    state: str
    worker: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a plan is asked for: tours of the last hours, SKUs that may move (none: all)."""

    hours: int = 28 * 24
    skus: frozenset[str] = frozenset()
    horizon_days: int = 30
    moves_max: int = 20


def slotting_problem(db: Db, now_ms: int, asked: Asked = Asked()) -> Problem:
    """What the slotting planner decides on, from the tours of the last hours.

    Raises: NotFound before set-up, and for SKUs that have no pick place of their own.
    """
    site = catalogue.site(db)
    if site is None:
        raise NotFound("site_not_set_up", fix="set the site up, or import its places first")
    ground = grounds.ground(db, site)
    goods, spots = _movable(db, ground, asked.skus)
    movable = {each.sku for each in goods}
    if unmoved := sorted(asked.skus - movable):
        fix = "name SKUs that have a pick place of their own and are not being moved"
        raise NotFound("no_pick_face", sku=unmoved[0], fix=fix)
    trips, covered = _trips(db, site, (ground, movable), now_ms - asked.hours * HOUR)
    return Problem(
        layout=ground.shape,
        goods=tuple(goods),
        spots=tuple(spots),
        trips=trips,
        days=covered,
        horizon_days=asked.horizon_days,
        moves_max=asked.moves_max,
    )


def visits(problem: Problem) -> dict[str, int]:
    """How many of the tours visit each pick place."""
    count = Counter(sku for trip in problem.trips for sku in trip.skus)
    return {each.place: count[each.sku] for each in problem.goods if count[each.sku]}


def golden(problem: Problem) -> tuple[str, ...]:
    """The places between hip and shoulder; none where nobody has said how high places are."""
    low, high = problem.rules.golden_mm
    return tuple(spot.name for spot in problem.spots if low <= spot.height_mm <= high)


def moves(db: Db, since_ms: int, most: int) -> tuple[MoveRow, ...]:
    """Open moves and those approved since, the latest first."""
    return tuple(
        MoveRow(
            id=str(row.id),
            sku=row.sku,
            source=row.source,
            target=row.target,
            state=row.state,
            worker=row.worker,
            units=row.qty,
        )
        for row in db.all(_MOVES, since=since_ms, most=most)
    )


def _movable(db: Db, ground: Ground, only: frozenset[str]) -> tuple[list[Goods], list[Spot]]:
    """SKUs with a pick place of their own, and the places that they hold or that are empty."""
    busy = {sku for row in db.all(_MOVING) for sku in (row.sku, row.from_place, row.to_place)}
    goods: dict[str, Goods] = {}
    rows = db.all(_SPOTS)
    taken = busy | {row.name for row in rows if _stop(ground, row) is None}
    for place, held in groupby(db.all(_FACES), key=lambda row: row.place):
        first, *others = held
        stays = bool(others) or (only and first.sku not in only)
        if stays or not taken.isdisjoint((place, first.sku)) or first.sku in goods:
            taken.add(place)
        else:
            goods[first.sku] = _goods(first)
    spots = [
        _spot(row, stop)
        for row in rows
        if row.name not in taken and (stop := _stop(ground, row)) is not None
    ]
    return list(goods.values()), spots


def _goods(row: Any) -> Goods:
    full = max(row.units, row.units_max, 1)
    return Goods(
        sku=row.sku,
        place=row.place,
        face_ml=-(-full * row.unit_mm3 // 1_000),
        unit_mass_g=row.mass_g,
        face_units=full,
        units=row.units,
        storage=row.storage,
    )


def _spot(row: Any, stop: Stop) -> Spot:
    return Spot(
        name=row.name,
        stop=stop,
        volume_ml=row.volume_ml,
        mass_max_g=row.mass_max_g,
        height_mm=row.height_mm,
        storage=row.storage,
    )


def _stop(ground: Ground, row: Any) -> Stop | None:
    return ground.stop(row.way, row.aisle, row.block, row.y_mm)


def _trips(
    db: Db, site: SiteSettings, known: tuple[Ground, set[str]], since_ms: int
) -> tuple[tuple[Trip, ...], int]:
    """The latest tours, of whole days where there are more, and how many days they are of."""
    dated = list(_walked(db, *known, since_ms)) or list(_ordered(db, site, known[1], since_ms))
    dated.sort(key=lambda each: -each[0])
    latest = dated[:TRIPS_MAX]
    days = sorted({(at_ms + site.utc_offset_ms) // DAY for at_ms, _ in latest})
    if len(dated) > len(latest) and len(days) > 1:
        whole = days[1] * DAY - site.utc_offset_ms
        latest, days = [each for each in latest if each[0] >= whole], days[1:]
    return tuple(trip for _, trip in latest), max(1, len(days))


def _walked(
    db: Db, ground: Ground, movable: set[str], since_ms: int
) -> Iterator[tuple[int, Trip]]:
    for _, visits in groupby(db.all(_VISITS, since=since_ms), key=lambda row: row.tour):
        rows = list(visits)
        faces = [row for row in rows if row.kind == "pick" and row.sku in movable]
        others = [row for row in rows if row not in faces]
        yield (
            rows[0].at_ms,
            Trip(
                skus=tuple(sorted({row.sku for row in faces})),
                stops=tuple(
                    {stop: None for row in others if (stop := _stop(ground, row)) is not None}
                ),
            ),
        )


def _ordered(
    db: Db, site: SiteSettings, movable: set[str], since_ms: int
) -> Iterator[tuple[int, Trip]]:
    orders = [list(rows) for _, rows in groupby(db.all(_ORDERED, since=since_ms), lambda r: r.id)]
    for start in range(0, len(orders), site.cart_slots):
        cart: Sequence[list[Any]] = orders[start : start + site.cart_slots]
        skus = {row.sku for rows in cart for row in rows} & movable
        if skus:
            yield cart[0][0].at_ms, Trip(skus=tuple(sorted(skus)))
