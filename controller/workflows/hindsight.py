"""Owns a look back at carriers: what parcels cost, and what knowing them all would have cost.

The same offers and terms as for a plan; it refuses to change anything.
"""

from dataclasses import dataclass
from typing import Any

from controller.plan import Effort, carriers
from controller.plan.rating import Offer
from controller.store import Db
from controller.workflows import choosing as scale
from controller.workflows import contracting, tendering

_SHIPPED = (
    "SELECT p.id, p.carton, p.mass_g, p.service, p.set_by, p.planned_service, o.shop, o.owner, "
    "o.country, o.postcode, o.arrive_by_ms, o.service AS paid_for, d.leaves_ms, "
    "COALESCE(MAX(i.length_mm), 1) AS length_mm, COALESCE(MAX(i.width_mm), 1) AS width_mm, "
    "COALESCE(MAX(i.height_mm), 1) AS height_mm, COALESCE(MAX(i.hazardous), 0) AS hazardous "
    "FROM departure d JOIN parcel p ON p.departure = d.id AND p.service <> '' "
    "JOIN customer_order o ON o.id = p.order_id LEFT JOIN parcel_line l ON l.parcel = p.id "
    "LEFT JOIN item i ON i.sku = l.sku WHERE d.leaves_ms >= :since AND d.leaves_ms < :until "
    "GROUP BY p.id, o.id, d.id ORDER BY p.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Parcels of departures in a span of time: what they cost, and what others would have.

    `greedy_cents`: each by its cheapest list price; `best_cents`: all known beforehand.
    """

    parcels: int = 0
    cost_cents: int = 0
    greedy_cents: int = 0
    best_cents: int = 0


def look_back(db: Db, since_ms: int, until_ms: int, effort: Effort) -> LookBack:
    """The departures of one local day, by today's offers and terms."""
    rows = db.all(_SHIPPED, since=since_ms, until=until_ms)
    if not rows:
        return LookBack()
    today = scale.market(db, since_ms)
    day = contracting.local_day(today.site.utc_offset_ms, rows[0].leaves_ms)
    parcels = tuple(_parcel(today, row) for row in rows)
    problem = tendering.shared(db, today, day, parcels, {})
    chosen = tuple(
        next((at for at, each in enumerate(parcel.options) if each.service == row.service), None)
        for row, parcel in zip(rows, parcels, strict=True)
    )
    plan = carriers.solve(problem, effort)
    return LookBack(
        parcels=len(rows),
        cost_cents=carriers.cost_cents(problem, chosen),
        greedy_cents=plan.greedy_cents,
        best_cents=plan.cost_cents,
    )


def _parcel(today: scale.Market, row: Any) -> carriers.Parcel:
    """A parcel with the services that would have done, and the one that it went with."""
    found = [*tendering.offers(today, row, row.leaves_ms - 1)]
    if all(each.service != row.service for each in found):
        found += [
            each
            for each in today.answers(row, row, row.leaves_ms - 1)
            if each.service == row.service and isinstance(each, Offer)
        ]
    return tendering.parcel(str(row.id), row, found, today)
