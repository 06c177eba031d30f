"""Owns what a parcel is insured for: what its goods are worth, where the site insures so much.

Units that are not packed yet count as planned, each at the price of its order line. It refuses to
insure a part: a service that does not insure all of it is out.
"""

from typing import Any, Final

from controller.messages import SiteSettings

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


def told(insured_cents: int) -> dict[str, Any]:
    """What is said of it, where there is anything to say."""
    return {"insured_cents": insured_cents} if insured_cents else {}
