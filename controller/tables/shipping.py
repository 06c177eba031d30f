"""Owns what is known of parcels after they left: what carriers and drivers say of their way."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import text, whole, whole_key


class TrackingEvent(SQLModel, table=True):
    """`status`: announced, accepted, in_transit, out_for_delivery, ready_for_pickup, delivered,
    attempted, exception, returning, returned.
    """

    __tablename__ = "tracking_event"
    __table_args__ = (
        Index("tracking_event_once", "parcel", "status", "at_ms", unique=True),
        Index("tracking_event_by_parcel", "parcel", "at_ms", "id"),
    )

    id: int = whole_key()
    parcel: int = whole()
    at_ms: int = whole()  # as its source says
    status: str = text()
    place: str = text()
    words: str = text()  # the source's own
    source: str = text()


class Journey(SQLModel, table=True):
    """The way of a parcel as last told; times of 0 are not known yet.

    `status` is that of the latest event, "" before the first. `ask_ms`: when its carrier is asked
    for news; 0: it is not asked.
    """

    __table_args__ = (
        Index("journey_by_ask", "carrier", "ask_ms", "parcel"),
        Index("journey_by_status", "status", "parcel"),
        Index("journey_by_left", "left_ms", "parcel"),
    )

    parcel: int = whole_key()
    carrier: str = text()
    service: str = text()
    country: str = text()
    postcode: str = text()
    status: str = text()
    at_ms: int = whole()
    left_ms: int = whole()
    promised_ms: int = whole()
    delivered_ms: int = whole()
    ask_ms: int = whole()
    asks: int = whole()  # without news since the last
