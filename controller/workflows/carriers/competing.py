"""Owns a parcel as carriers compete for it: the offers that it may take, at their prices.

Parcels that have a label are asked as if they had none. It refuses to choose, and parcels that
stores pack: other services call there.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from controller.messages import SiteSettings
from controller.plan import carriers, choosing
from controller.plan.rating import Offer
from controller.store import Db
from controller.workflows.carriers import insuring, markets
from controller.workflows.carriers.markets import Held, Market
from controller.workflows.nodes import nodes

_SENT = (
    "SELECT p.id, p.carton, p.mass_g, p.service, p.set_by, p.planned_service, o.shop, o.owner, "
    "o.country, o.postcode, o.arrive_by_ms, o.service AS paid_for, "
    "COALESCE(d.leaves_ms, 0) AS leaves_ms, "
    "COALESCE(MAX(i.length_mm), 1) AS length_mm, COALESCE(MAX(i.width_mm), 1) AS width_mm, "
    "COALESCE(MAX(i.height_mm), 1) AS height_mm, COALESCE(MAX(i.hazardous), 0) AS hazardous, "
    "CAST(COALESCE(SUM(DISTINCT i.danger), 0) AS BIGINT) AS dangers, "
    f"{insuring.GOODS.format(parcel='p.id')} "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN departure d ON d.id = p.departure LEFT JOIN parcel_line l ON l.parcel = p.id "
    "LEFT JOIN item i ON i.sku = l.sku WHERE p.service <> '' AND {which} "
    f"AND NOT {nodes.OF_A_STORE} "
    "GROUP BY p.id, o.id, d.id ORDER BY p.id"
)
_LEFT = _SENT.format(
    which="p.state || '' = 'shipped' AND p.departure IN "
    "(SELECT id FROM departure WHERE leaves_ms >= :since AND leaves_ms < :until)"
)
_HERE = _SENT.format(which="p.state IN ('packed', 'labelled', 'sorted')")


def offers(today: Market, row: Any, now_ms: int) -> Sequence[Offer]:
    """The offers that a parcel may take; one that a person has set is the only one."""
    found = [each for each in today.answers(row, Held(row), now_ms) if isinstance(each, Offer)]
    if row.set_by:
        return [each for each in found if each.service == row.planned_service]
    return choosing.suited(found, markets.wish(row))[0]


def parcel(name: str, row: Any, found: Sequence[Offer], today: Market) -> carriers.Parcel:
    """A parcel with the prices of its offers, and what its shop would pay to avoid them."""
    weight = partial(today.weight, row.shop)
    return carriers.Parcel(
        id=name,
        options=tuple(
            carriers.Option(
                carrier=each.carrier,
                service=each.service,
                pickup=each.pickup,
                base_cents=each.base_cents,
                other_cents=weight(each) - each.base_cents,
            )
            for each in found
        ),
    )


def left(db: Db, site: SiteSettings, since_ms: int, until_ms: int) -> list[Any]:
    """Parcels of the departures in a span of time."""
    return db.all(_LEFT, since=since_ms, until=until_ms, insure_from=site.insure_from_cents)


def labelled(db: Db, site: SiteSettings) -> list[Any]:
    """Parcels in the house that have a service for good."""
    return db.all(_HERE, insure_from=site.insure_from_cents)


def as_sent(today: Market, row: Any) -> carriers.Parcel:
    """A parcel with the services that would have done, and the one that it went with."""
    asked_ms = row.leaves_ms - 1 if row.leaves_ms else today.now_ms
    found = [*offers(today, row, asked_ms)]
    if all(each.service != row.service for each in found):
        found += [
            each
            for each in today.answers(row, Held(row), asked_ms)
            if each.service == row.service and isinstance(each, Offer)
        ]
    return parcel(str(row.id), row, found, today)
