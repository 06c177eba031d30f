"""Owns what a parcel is insured for: what its goods are worth, where the site insures so much.

Units that are not packed yet count as planned, each at the price of its order line. It refuses to
insure a part: a service that does not insure all of it is out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from controller.messages import SiteSettings

Prices = Mapping[str, list[tuple[int, int]]]
"""By SKU: so many units at so many cents each, in the sequence in which they are packed."""

GOODS: Final = (  # worth looking up only where the site insures anything
    "CASE WHEN CAST(:insure_from AS BIGINT) > 0 THEN ("
    "SELECT CAST(COALESCE(SUM(w.price_cents * CASE WHEN b.state IN ('planned', 'packing') "
    "THEN h.planned ELSE h.packed END), 0) AS BIGINT) FROM parcel b "
    "JOIN parcel_line h ON h.parcel = b.id "
    "JOIN order_line w ON w.order_id = b.order_id AND w.line = h.line WHERE b.id = {parcel}) "
    "ELSE 0 END AS goods_cents"
)
"""A column of a query of parcels: cents that the goods of `{parcel}` are worth."""


def due(site: SiteSettings, goods_cents: int) -> int:
    """Cents that goods of such a worth are insured for; 0: they are not."""
    insured = 0 < site.insure_from_cents <= goods_cents
    return goods_cents if insured else 0


def worths(prices: Prices, parcels: Iterable[Iterable[tuple[str, int]]]) -> Iterator[int]:
    """What the goods of each parcel are worth; parcels are SKUs with units."""
    left = {sku: [*each] for sku, each in prices.items()}
    for contents in parcels:
        yield sum(_taken(left.get(sku, []), qty) for sku, qty in contents)


def _taken(priced: list[tuple[int, int]], qty: int) -> int:
    cents = 0
    while priced and qty:
        units, each_cents = priced[0]
        used = min(units, qty)
        cents, qty = cents + used * each_cents, qty - used
        priced[:1] = [(units - used, each_cents)] if units > used else []
    return cents


def told(insured_cents: int) -> dict[str, Any]:
    """What is said of it, where there is anything to say."""
    return {"insured_cents": insured_cents} if insured_cents else {}
