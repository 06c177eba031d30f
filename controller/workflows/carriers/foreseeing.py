"""Owns which parcels may come yet by the cut-off: orders in the book, and what days before had.

Orders that have no parcel yet are rated as they are; parcels yet to come are a sample of those
that days before have brought in the same hours: as many as on the same weekday, or as the site
says of the day, more or fewer as today compares with it so far. It refuses to guess on a site
without history that says nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from controller.messages import SiteSettings
from controller.plan.rates.calendars import weekday
from controller.store import Db
from controller.units import DAY
from controller.workflows import shipping
from controller.workflows.carriers import contracting, insuring
from controller.workflows.nodes import nodes

WEEKS: Final = 4
WEEKS_LEAST: Final = 3
PARCELS_MAX: Final = 20_000
DOUBT: Final = 100  # as if so many parcels had come as usual: few of the morning tell little
BUSY: Final = 2  # busy hours bring so many times what the hours of a day bring on the average
ROOM_PERCENT: Final = 130  # a carton has so much of the volume of its goods

_LEFT = "l.wanted - l.backordered - l.planned - l.away"
_CAME = (  # parcels of this building, of orders placed between two times
    "FROM customer_order o JOIN parcel p ON p.order_id = o.id "
    "WHERE o.placed_ms >= :since AND o.placed_ms < :until AND p.mass_g + p.planned_mass_g > 0 "
    f"AND p.state <> 'cancelled' AND NOT {nodes.OF_A_STORE}"
)
_BOOK = (
    "SELECT o.id, o.shop, o.owner, o.country, o.postcode, o.arrive_by_ms, o.service AS paid_for, "
    f"CAST(SUM(i.mass_g * ({_LEFT})) AS BIGINT) AS mass_g, "
    f"CAST(SUM(i.length_mm * i.width_mm * i.height_mm * ({_LEFT})) AS BIGINT) AS volume_mm3, "
    "MAX(i.length_mm) AS length_mm, MAX(i.width_mm) AS width_mm, MAX(i.height_mm) AS height_mm, "
    "MAX(i.hazardous) AS hazardous, CAST(SUM(DISTINCT i.danger) AS BIGINT) AS dangers, "
    f"CAST(SUM(l.price_cents * ({_LEFT})) AS BIGINT) AS goods_cents "
    "FROM customer_order o "
    "JOIN order_line l ON l.order_id = o.id JOIN item i ON i.sku = l.sku "
    "WHERE o.state = 'open' AND o.due_ms <= :leaves AND o.pulled_until_ms <= :now "
    f"AND {_LEFT} > 0 "
    "GROUP BY o.id ORDER BY o.id LIMIT :most"
)
_BEFORE = (
    "SELECT p.id, p.carton, "
    f"{shipping.MASS_G} AS mass_g, o.shop, "
    "o.owner, o.country, o.postcode, "
    "CASE WHEN o.arrive_by_ms > 0 THEN o.arrive_by_ms + :ago ELSE 0 END AS arrive_by_ms, "
    "o.service AS paid_for, 0 AS length_mm, 0 AS width_mm, 0 AS height_mm, 0 AS hazardous, "
    f"0 AS dangers, {insuring.GOODS.format(parcel='p.id')} "
    f"{_CAME} ORDER BY p.id LIMIT :most"
)
_CARTONS = (
    "SELECT code, length_mm * width_mm * height_mm AS volume_mm3, tare_g, mass_max_g "
    "FROM carton_type ORDER BY length_mm * width_mm * height_mm, code"
)
_PLACED = (  # as parcels; an order of which goods have none yet is to be one more
    f"SELECT (SELECT COUNT(*) {_CAME}) + (SELECT COUNT(*) FROM customer_order o "
    "WHERE o.placed_ms >= :since AND o.placed_ms < :until AND o.state = 'open' "
    f"AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND {_LEFT} > 0))"
)
_FIRST = "SELECT MIN(placed_ms) FROM customer_order"


class Foreseen(NamedTuple):
    """A parcel that may come, as it is rated; its largest measures are those of its goods."""

    shop: str
    owner: str
    country: str
    postcode: str
    arrive_by_ms: int
    paid_for: str
    carton: str
    mass_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    hazardous: int
    dangers: int
    goods_cents: int
    planned_service: str = ""
    set_by: str = ""


def expected(db: Db, site: SiteSettings, now_ms: int) -> list[Foreseen]:
    """Parcels that may yet come for the next departure."""
    return [*_of_the_book(db, site, now_ms), *_of_days_before(db, site, now_ms)]


def _of_the_book(db: Db, site: SiteSettings, now_ms: int) -> Iterator[Foreseen]:
    """One parcel for each order that is due and has none; its carton is one that has the room."""
    cartons = db.all(_CARTONS)
    leaves_ms = shipping.next_departure_ms(site, now_ms)
    for row in db.all(_BOOK, leaves=leaves_ms, now=now_ms, most=PARCELS_MAX):
        needed_mm3 = row.volume_mm3 * ROOM_PERCENT // 100
        fit = (
            each
            for each in cartons
            if each.volume_mm3 >= needed_mm3 and each.mass_max_g >= row.mass_g + each.tare_g
        )
        carton = next(fit, cartons[-1] if cartons else None)
        if carton is None:
            yield _foreseen(row, "")
        else:
            yield _foreseen(row, carton.code, row.mass_g + carton.tare_g)


def told(db: Db, site: SiteSettings, leaves_ms: int) -> int | None:
    """What the site says that the day of a departure brings until its cut-off, where it counts."""
    return _day(db, site, leaves_ms).told


class _Day(NamedTuple):
    """The day of a departure until its cut-off: which days to compare it with, as so many ago."""

    start_ms: int
    cut_off_ms: int
    before: Sequence[int]
    told: int | None


def _day(db: Db, site: SiteSettings, leaves_ms: int) -> _Day:
    cut_off_ms = leaves_ms - site.departure_ms + site.cutoff_ms
    first_ms = db.value(_FIRST)
    start_ms = cut_off_ms - site.cutoff_ms
    before = () if first_ms is None else _days(cut_off_ms - int(first_ms))
    return _Day(start_ms, cut_off_ms, before, _told(site, start_ms, before))


def _told(site: SiteSettings, start_ms: int, before: Sequence[int]) -> int | None:
    """What was said of this very day; of its weekday, on a site that has had none like it."""
    day = contracting.local_day(site.utc_offset_ms, start_ms)
    name = date.fromordinal(contracting.EPOCH + day).isoformat()
    usual = dict(enumerate(site.expected_parcels)) if not any(n % 7 == 0 for n in before) else {}
    return dict(site.expected_on).get(name, usual.get(weekday(day)))


def _of_days_before(db: Db, site: SiteSettings, now_ms: int) -> list[Foreseen]:
    """What parcels of the rest of this day were on days before, thinned to what may come.

    Where that is more than days before had then, they are like those of whole days, or of today.
    """
    day = _day(db, site, shipping.next_departure_ms(site, now_ms))
    if day.cut_off_ms <= now_ms:
        return []
    wanted = min(PARCELS_MAX, max(_wanted(db, day, now_ms), _lacking(db, day, now_ms)))
    if not wanted:
        return []
    rows = _like(db, site, day, now_ms)
    if len(rows) < wanted:
        rows = _like(db, site, day, day.start_ms)
    return [_foreseen(row, row.carton) for row in _spread(sorted(rows, key=_likeness), wanted)]


def _like(db: Db, site: SiteSettings, day: _Day, since_ms: int) -> list[Any]:
    """The parcels of days before, or of today where there was none, from a time to the cut-off."""
    return [
        row
        for ago_ms in [ago * DAY for ago in day.before or (0,)]
        for row in db.all(
            _BEFORE,
            since=since_ms - ago_ms,
            until=day.cut_off_ms - ago_ms,
            ago=ago_ms,
            most=PARCELS_MAX,
            insure_from=site.insure_from_cents,
        )
    ]


def _placed(db: Db, day: _Day, days_ago: int, until_ms: int) -> int:
    """How many parcels orders of so many days ago have brought, from the day's start on."""
    ago_ms = days_ago * DAY
    return int(db.value(_PLACED, since=day.start_ms - ago_ms, until=until_ms - ago_ms))


def _wanted(db: Db, day: _Day, now_ms: int) -> int:
    """How many parcels may come, as days before had them in their hours.

    What the same weekday usually brings in all, or what was said, shared over its hours as on
    these days; more or fewer as today compares with that so far.
    """
    brought = {each: _placed(db, day, each, day.cut_off_ms) for each in day.before}
    weekdays = [each for each in day.before if each % 7 == 0] or day.before
    usually = sum(brought[each] for each in weekdays)
    if day.told is not None:
        usually = day.told * len(weekdays)
    in_all = sum(brought.values())
    so_far = sum(_placed(db, day, each, now_ms) for each in day.before)
    today = _placed(db, day, 0, now_ms)
    as_usual = usually * so_far + DOUBT * len(weekdays) * in_all
    return (in_all - so_far) * usually * (today + DOUBT) // max(1, as_usual)


def _lacking(db: Db, day: _Day, now_ms: int) -> int:
    """What today lacks of what was said of it, as far as busy hours bring that by the cut-off."""
    if day.told is None or day.start_ms == day.cut_off_ms:
        return 0
    most = BUSY * day.told * (day.cut_off_ms - now_ms) // (day.cut_off_ms - day.start_ms)
    return max(0, min(day.told - _placed(db, day, 0, now_ms), most))


def _likeness(row: Any) -> Any:
    """Parcels that carriers price alike stand together, so that thinning keeps their shares."""
    return row.paid_for, row.arrive_by_ms, row.country, row.carton, row.mass_g, row.id


def _spread(rows: Sequence[Any], wanted: int) -> list[Any]:
    """So many of the rows, evenly; some twice where there are too few."""
    return [rows[nth * len(rows) // wanted] for nth in range(wanted)] if rows else []


def _days(history_ms: int) -> Sequence[int]:
    """The days to look at, as so many days ago: the same weekday of some weeks, or all days."""
    weeks = [7 * week for week in range(1, WEEKS + 1) if history_ms > 7 * week * DAY]
    days = [day for day in range(1, 8) if history_ms > day * DAY]
    return weeks if len(weeks) >= WEEKS_LEAST else days


def _foreseen(row: Any, carton: str, mass_g: int = 0) -> Foreseen:
    values = {name: getattr(row, name) for name in Foreseen._fields if hasattr(row, name)}
    return Foreseen(**values | {"carton": carton, "mass_g": mass_g or row.mass_g})
