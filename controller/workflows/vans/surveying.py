"""Owns what the planner of own vans is asked: who waits for a visit, where, when, and with what.

Parcels that other nodes pack leave from there. Whoever has no position, no window left, or was
tried too often is told with the reason and left to a person. It refuses to change anything.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from controller.messages import SiteSettings, Spot, VanSettings, from_json
from controller.plan import dispatching
from controller.plan.dangers.points import VEHICLE_MAX as POINTS_MAX
from controller.plan.dispatching import Call, Measure, Point, Rest, Roads
from controller.store import Db
from controller.units import DAY
from controller.workflows.nodes import nodes
from controller.workflows.packing import cartonizing, outside
from controller.workflows.vans import points

NO_LIMIT: Final = 1 << 50  # 1,100 tonnes of category 0 in points; sums stay far within 64 bits
MILLI: Final = 1_000
MEASURES: Final = (
    Measure("parcels"),
    Measure("litres", MILLI),
    Measure("kg", MILLI),
    Measure("points", MILLI),
)
NOTHING: Final = (0,) * len(MEASURES)

_SETTINGS = "SELECT value FROM setting WHERE name = 'vans'"
_VANS = "SELECT * FROM van WHERE state = '' ORDER BY code"
_DEPOTS = "SELECT * FROM van_depot ORDER BY code"
_WAYS = "SELECT origin, target, distance_m, duration_s FROM van_way ORDER BY origin, target"
_BUSY = (
    "SELECT van FROM van_tour WHERE state IN ('loading', 'driving', 'back') "
    "OR (state = 'planned' AND locked_by <> '') ORDER BY id"
)
_VOLUME = (
    f"COALESCE({outside.VOLUME_MM3} / 1000, (SELECT "
    "CAST(SUM(i.length_mm * i.width_mm * i.height_mm * l.planned / 1000) AS BIGINT) "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = p.id), 0) AS volume_ml"
)
_PARCELS = (
    f"SELECT p.id, p.order_id, p.mass_g, {_VOLUME}, o.country, o.postcode, "
    "(SELECT COUNT(*) FROM van_drop d WHERE d.parcel = p.id AND d.state = 'back') AS attempts "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "JOIN shipping_service s ON s.code = p.service "
    "LEFT JOIN carton_type c ON c.code = p.carton "
    "WHERE s.carrier = :carrier AND p.state IN ('packed', 'labelled', 'sorted') "
    f"AND NOT {nodes.OF_A_STORE} "
    "AND NOT EXISTS (SELECT 1 FROM van_drop d JOIN van_stop t ON t.id = d.stop "
    "JOIN van_tour r ON r.id = t.tour WHERE d.parcel = p.id AND d.state = 'planned' "
    "AND (r.state <> 'planned' OR r.locked_by <> '')) ORDER BY p.order_id, p.id"
)
_RETURNS = (
    "SELECT r.rma, COALESCE(o.country, '') AS country, COALESCE(o.postcode, '') AS postcode, "
    "CAST(SUM(l.qty * i.length_mm * i.width_mm * i.height_mm / 1000) AS BIGINT) AS volume_ml, "
    "CAST(SUM(l.qty * i.mass_g) AS BIGINT) AS mass_g "
    "FROM customer_return r JOIN delivery_wish w ON w.kind = 'return' AND w.ref = r.rma "
    "LEFT JOIN customer_order o ON o.id = r.order_id "
    "JOIN return_line l ON l.rma = r.rma JOIN item i ON i.sku = l.sku "
    "WHERE r.state = 'announced' AND NOT EXISTS (SELECT 1 FROM van_stop t JOIN van_tour v "
    "ON v.id = t.tour WHERE t.kind = 'return' AND t.ref = r.rma AND (t.state = 'done' OR "
    "(t.state = 'planned' AND (v.state <> 'planned' OR v.locked_by <> '')))) "
    "GROUP BY r.rma, o.country, o.postcode ORDER BY r.rma"
)
_WISH = (
    "SELECT w.*, COALESCE(p.data, '') AS data FROM delivery_wish w "
    "LEFT JOIN personal p ON p.key = w.personal WHERE w.kind = :kind AND w.ref = :ref"
)
_POSTCODE = (
    "SELECT * FROM postcode WHERE country = :country AND code <> '' "
    "AND substr(:code, 1, length(code)) = code ORDER BY length(code) DESC, code LIMIT 1"
)
_RUNNING = (
    "SELECT t.*, v.ends_ms FROM van_tour t JOIN van v ON v.code = t.van WHERE t.state = 'driving' "
    "AND t.replan = 1 AND v.state = '' ORDER BY t.id"
)
_OPEN_STOPS = (
    "SELECT s.*, CASE s.kind WHEN 'order' THEN o.country ELSE ro.country END AS country, "
    "CASE s.kind WHEN 'order' THEN o.postcode ELSE ro.postcode END AS postcode "
    "FROM van_stop s LEFT JOIN customer_order o ON s.kind = 'order' AND o.id = s.ref "
    "LEFT JOIN customer_return r ON s.kind = 'return' AND r.rma = s.ref "
    "LEFT JOIN customer_order ro ON ro.id = r.order_id "
    "WHERE s.tour = :tour AND s.state = 'planned' ORDER BY s.seq, s.id"
)
_ABOARD = (
    f"SELECT p.id, p.mass_g, {_VOLUME} FROM van_drop d JOIN parcel p ON p.id = d.parcel "
    "LEFT JOIN carton_type c ON c.code = p.carton "
    "WHERE d.stop = :stop AND d.state = 'loaded' ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class _Day:
    """The day that is planned: its local midnight, and what the site says of it.

    Seconds count from the last local midnight: vans under way are of today, also where the day
    that is planned is tomorrow.
    """

    db: Db
    site: SiteSettings
    figures: VanSettings
    base_ms: int
    now_ms: int
    points: Counter[Any]

    def second(self, at_ms: int) -> int:
        """Seconds from the last midnight, rounded up: a window is never entered too early."""
        return -((self.origin_ms - at_ms) // MILLI)

    def until(self, at_ms: int) -> int:
        """Seconds from the last midnight, rounded down: nothing ends too late."""
        return (at_ms - self.origin_ms) // MILLI

    @property
    def origin_ms(self) -> int:
        return base_ms(self.site, self.now_ms)

    @property
    def now_s(self) -> int:
        return self.second(self.now_ms)


def figures(db: Db) -> VanSettings | None:
    """What the site says of its vans; None without any."""
    stored = db.value(_SETTINGS)
    return None if stored is None else from_json(stored, VanSettings)


def base_ms(site: SiteSettings, now_ms: int) -> int:
    """The last local midnight."""
    return (now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms


def shift_ends_ms(site: SiteSettings, tour: Any) -> int:
    """When the shift ends in which a tour left; `ends_ms` is that of its van."""
    return base_ms(site, tour.left_ms) + int(tour.ends_ms)


def spot_of(wish: Any) -> Spot:
    """The personal part of a wish; nowhere where it was erased or never said."""
    data = msgspec.json.decode(wish.data) if wish is not None and wish.data else {}
    return msgspec.convert(data.get("spot", {}), Spot)


def wish_of(db: Db, kind: str, ref: str) -> Any | None:
    return db.one(_WISH, kind=kind, ref=ref)


def point_of(db: Db, wish: Any, country: str, postcode: str) -> Point | None:
    """Where somebody is: as told, else where the postcode is, else unknown."""
    code, spot = plain(postcode), spot_of(wish)
    if spot.lat_e6 or spot.lon_e6:
        return Point(lat_e6=spot.lat_e6, lon_e6=spot.lon_e6, name=code)
    row = db.one(_POSTCODE, country=country, code=code) if code else None
    return row and Point(lat_e6=row.lat_e6, lon_e6=row.lon_e6, name=code)


def plain(postcode: str) -> str:
    """A postcode as it is kept: without spaces, in capitals."""
    return "".join(postcode.split()).upper()


def snapshot(db: Db, now_ms: int) -> dispatching.Problem | None:
    """What the planner of vans decides on: all that waits, and every van that nobody loads yet.

    None before vans are set up.
    """
    site, known = cartonizing.settings(db), figures(db)
    if known is None:
        return None
    rows = db.all(_VANS)
    base = base_ms(site, now_ms)
    if rows and now_ms + known.load_ms >= base + max(row.ends_ms for row in rows):
        base += DAY
    day = _Day(db, site, known, base, now_ms, points.waiting(db))
    refused: list[tuple[str, str]] = []
    calls = [*_orders(day, refused), *_returns(day, refused)]
    depots = {row.code: _depot(row) for row in db.all(_DEPOTS)}
    vans = _free_vans(day, rows, depots)
    for tour in db.all(_RUNNING):
        row = next(each for each in rows if each.code == tour.van)
        van, own = _running(day, tour, _van(day, row, depots))
        vans.append(van)
        calls += own
    ways = tuple((w.origin, w.target, w.distance_m, w.duration_s) for w in db.all(_WAYS))
    return dispatching.Problem(
        vans=tuple(vans),
        calls=tuple(calls),
        measures=MEASURES,
        roads=Roads(speed_kmh=known.speed_kmh, detour_percent=known.detour_percent, ways=ways),
        refused=tuple(refused),
        base_ms=day.origin_ms,
    )


def _depot(row: Any) -> Point:
    return Point(lat_e6=row.lat_e6, lon_e6=row.lon_e6, name=plain(row.code))


def _free_vans(
    day: _Day, rows: Sequence[Any], depots: Mapping[str, Point]
) -> list[dispatching.Van]:
    busy = {row.van for row in day.db.all(_BUSY)}
    vans = [_van(day, row, depots) for row in rows if row.code not in busy]
    return [van for van in vans if van.starts_s < van.ends_s]


def _van(day: _Day, row: Any, depots: Mapping[str, Point]) -> dispatching.Van:
    known = day.figures
    starts_ms = max(day.base_ms + row.starts_ms, day.now_ms + known.load_ms)
    free = 0 if points.equipped(row.skills) else POINTS_MAX
    limits = (row.parcels_max, row.volume_max_ml, row.mass_max_g, free)
    return dispatching.Van(
        code=row.code,
        capacity=tuple(limit or NO_LIMIT for limit in limits),
        start=depots[row.depot],
        home=depots[row.depot],
        starts_s=day.second(starts_ms),
        ends_s=day.until(day.base_ms + row.ends_ms),
        fixed_cost=known.van_cents * MILLI,
        metre_cost=known.km_cents,
        second_cost=known.hour_cents * MILLI // 3_600,
        skills=frozenset(row.skills.split()),
        area=tuple(part for part in row.area.split(",") if part),
        stays=bool(row.stays),
        astray_cost=known.astray_cents * MILLI,
        rest=Rest(after_s=known.rest_after_ms // MILLI, length_s=known.rest_ms // MILLI),
    )


def _orders(day: _Day, refused: list[tuple[str, str]]) -> Iterator[Call]:
    """The parcels of an order are one call."""
    waiting: dict[str, list[Any]] = {}
    for row in day.db.all(_PARCELS, carrier=day.figures.carrier):
        waiting.setdefault(row.order_id, []).append(row)
    for ref, rows in waiting.items():
        call = f"order:{ref}"
        if max(row.attempts for row in rows) >= day.figures.attempts_max:
            refused.append((call, f"came back {day.figures.attempts_max} times"))
            continue
        too_many = _too_many_points(day, rows)
        if too_many:
            refused.append((call, too_many))
            continue
        found = _call(day, call, rows[0], refused)
        if found is not None:
            yield _loaded(day, found, rows)


def _too_many_points(day: _Day, rows: Sequence[Any]) -> str:
    """Why no van of the site carries an order's dangerous goods, or ""."""
    counted = sum(day.points[row.id] for row in rows)
    if counted <= POINTS_MAX or any(points.equipped(van.skills) for van in day.db.all(_VANS)):
        return ""
    return (
        f"its dangerous goods count {points.told(counted):,} points (ADR 1.1.3.6), "
        f"a van without the skill ADR carries {points.told(POINTS_MAX):,}"
    )


def _loaded(day: _Day, window: dict[str, Any], rows: Sequence[Any]) -> Call:
    each = [(1, row.volume_ml, row.mass_g, day.points[row.id]) for row in rows]
    brought = tuple(map(sum, zip(*each, strict=True))) or NOTHING
    service_ms = day.figures.stop_ms + day.figures.parcel_ms * len(rows)
    return Call(
        **window,
        brought=brought,
        taken=NOTHING,
        service_s=service_ms // MILLI,
        parcels=tuple(row.id for row in rows),
    )


def _returns(day: _Day, refused: list[tuple[str, str]]) -> Iterator[Call]:
    for row in day.db.all(_RETURNS):
        found = _call(day, f"return:{row.rma}", row, refused)
        if found is not None:
            taken = (1, row.volume_ml, row.mass_g, day.points[row.rma])
            yield _collected(day, found, taken)


def _collected(day: _Day, window: dict[str, Any], taken: tuple[int, ...]) -> Call:
    service_ms = day.figures.stop_ms + day.figures.parcel_ms
    return Call(**window, brought=NOTHING, taken=taken, service_s=service_ms // MILLI)


def _call(day: _Day, call: str, row: Any, refused: list[tuple[str, str]]) -> dict[str, Any] | None:
    """Where and when to call; None for another day, or with the reason in `refused`."""
    kind, _, ref = call.partition(":")
    wish = wish_of(day.db, kind, ref)
    opens_ms = (wish.opens_ms if wish else 0) or day.base_ms + day.figures.opens_ms
    closes_ms = (wish.closes_ms if wish else 0) or day.base_ms + day.figures.closes_ms
    if opens_ms >= day.base_ms + DAY:
        return None
    point = point_of(day.db, wish, row.country, row.postcode)
    if point is None:
        where = f"{row.country} {row.postcode}".strip() or "its address"
        refused.append((call, f"nobody knows where {where} is: say where on the page Vans"))
        return None
    if closes_ms <= day.now_ms:
        refused.append((call, "its window is over: agree on another"))
        return None
    return {
        "id": call,
        "point": point,
        "opens_s": max(0, day.second(opens_ms)),
        "closes_s": day.until(closes_ms),
        "skill": wish.skill if wish else "",
        "only": wish.van if wish else "",
    }


def _running(day: _Day, tour: Any, van: dispatching.Van) -> tuple[dispatching.Van, list[Call]]:
    """A van under way goes on from the stop that its driver heads for; that one stays first."""
    heads_for, *others = day.db.all(_OPEN_STOPS, tour=tour.id) or [None]
    start, now_s, calls = van.start, day.now_s, list[Call]()
    if heads_for is not None:
        start = _point(day, heads_for) or start
        service_s = (day.figures.stop_ms + day.figures.parcel_ms) // MILLI
        now_s = max(now_s, day.second(heads_for.eta_ms)) + service_s
    for stop in others:
        aboard = day.db.all(_ABOARD, stop=stop.id)
        window = {
            "id": f"{stop.kind}:{stop.ref}",
            "point": _point(day, stop) or start,
            "opens_s": max(0, day.second(stop.opens_ms)),
            "closes_s": day.until(stop.closes_ms),
            "only": van.code,
            "aboard": True,
        }
        if stop.kind == "return":
            calls.append(_collected(day, window, (1, 0, 0, day.points[stop.ref])))
        else:
            calls.append(_loaded(day, window, aboard))
    return _under_way(day, tour, van, start, now_s), calls


def _under_way(
    day: _Day, tour: Any, van: dispatching.Van, start: Point, now_s: int
) -> dispatching.Van:
    """A rest that is overdue is taken before the next way."""
    after_s = day.figures.rest_after_ms // MILLI
    if tour.rested_ms:
        rest = Rest()
    else:
        due_s = max(now_s, day.second(tour.left_ms) + after_s)
        rest = Rest(after_s=after_s, length_s=day.figures.rest_ms // MILLI, due_s=due_s)
    ends_s = day.until(shift_ends_ms(day.site, tour))
    return replace(van, tour=tour.id, start=start, starts_s=now_s, ends_s=ends_s, rest=rest)


def _point(day: _Day, stop: Any) -> Point | None:
    wish = wish_of(day.db, stop.kind, stop.ref)
    return point_of(day.db, wish, stop.country or "", stop.postcode or "")
