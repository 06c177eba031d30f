"""Owns carriers, what they offer, the labels bought of them, and what is told of parcels."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, some_of, text, text_key, whole, whole_key


class Carrier(SQLModel, table=True):
    """A carrier that is connected: what it `offers` (words, by comma), and its terms.

    `down_ms`: since then it does not answer; 0: it works.
    """

    name: str = text_key()
    offers: str = text()
    dearer_percent: int = whole()  # a label may cost so much more than quoted
    elsewhere_percent: int = whole()  # where it sells none, another may cost so much more
    stuck_days: int = whole()  # without news so long after the promise, a parcel is stuck
    ahead_ms: int = whole()  # its pickups are booked so long before they leave; 0: it comes anyway
    window_ms: int = whole()  # a pickup may come so long before
    down_ms: int = whole()
    why: str = text()


class Purchase(SQLModel, table=True):
    """A label asked of a carrier. `state`: asked, bought, refused (none was sold), house (ours, to
    be replaced), dropped (not to be used; being voided, if the carrier can), voided.
    """

    __table_args__ = (
        Index("purchase_by_parcel", "parcel", "number"),
        Index("purchase_by_reference", "reference", unique=True),
        some_of("purchase_not_bought", ("carrier", "state", "id"), "state <> 'bought'"),
        Index("purchase_by_tracking", "tracking", "id"),
        some_of("purchase_by_shipment", ("shipment", "piece", "id"), "shipment <> ''"),
    )

    id: int = whole_key()
    parcel: int = whole()
    number: int = whole()  # of this parcel
    reference: str = text()  # the same again is the same purchase
    carrier: str = text()
    service: str = text()
    bench: str = text()
    state: str = text("asked")
    quoted_cents: int = whole()
    promised_ms: int = whole()  # when it arrives, as its service was chosen
    cost_cents: int = whole()
    tracking: str = text()
    asked_ms: int = whole()
    answered_ms: int = whole()
    why: str = text()
    shipment: str = text()  # of which it is a piece; "": it goes by itself
    piece: int = whole()  # from 1 on
    billed: int = whole()  # its billed mass, in thousandths of the rate card's unit


class Shipment(SQLModel, table=True):
    """Parcels of an order that a carrier takes as one. `state`: open, closed (one of its pieces
    has left), voided (all of it was given back), refused (the carrier takes no such thing).
    """

    __table_args__ = (
        Index("shipment_by_order", "order_id", "reference"),
        some_of("shipment_by_master", ("master", "reference"), "master <> ''"),
    )

    reference: str = text_key()  # that of the purchase of its first piece
    order_id: str = text()
    carrier: str = text()
    service: str = text()
    state: str = text("open")
    pieces: int = whole()  # as many as its carrier was told
    master: str = text()  # the carrier's number of the whole, once it has sold a piece
    promised_ms: int = whole()
    opened_ms: int = whole()


class ToldPiece(SQLModel, table=True):
    """A parcel of which a carrier was told when its shipment began."""

    __tablename__ = "told_piece"

    shipment: str = text_key()
    parcel: int = whole_key()


class Manifest(SQLModel, table=True):
    """The parcels of a departure as told to their carrier. `state`: asked, accepted, refused."""

    departure: int = whole_key()
    carrier: str = text_key()
    state: str = text("asked")
    number: str = text()  # the carrier's
    parcels: int = whole()
    answered_ms: int = whole()
    why: str = text()


class Pickup(SQLModel, table=True):
    """A pickup of a departure that its carrier makes on call; the parcels are as it was told.

    `state`: asked, booked, refused, cancelled, by_hand (a person has called).
    """

    __table_args__ = (Index("pickup_by_reference", "reference"),)

    carrier: str = text_key()
    leaves_ms: int = whole_key()
    nth: int = whole()  # question of this departure
    reference: str = text()  # the same again is the same question
    state: str = text("asked")
    parcels: int = whole()
    mass_g: int = whole()
    number: str = text()  # what is booked; its carrier has confirmed it, and no cancellation
    from_ms: int = whole()
    until_ms: int = whole()
    asked_ms: int = whole()
    answered_ms: int = whole()
    why: str = text()


class DeliveryCase(SQLModel, table=True):
    """Something about a parcel under way that a person must settle.

    `kind`: exception, attempted, stuck, returned. `state`: open, closed. `step`: "", contacted,
    reshipped, claimed.
    """

    __tablename__ = "delivery_case"
    __table_args__ = (
        Index("delivery_case_once", "parcel", "kind", "since_ms", unique=True),
        Index("delivery_case_by_state", "state", "since_ms", "id"),
    )

    id: int = whole_key()
    parcel: int = whole()
    kind: str = text()
    since_ms: int = whole()
    words: str = text()
    state: str = text("open")
    step: str = text()
    reason: str = text()
    ref: str = text()  # the order that was sent instead, or the number of a claim or a return
    by: str = text()
    changed_ms: int = whole()


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
        some_of(
            "journey_under_way",
            ("carrier", "promised_ms", "parcel"),
            "status NOT IN ('delivered', 'returned')",
        ),
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


class ShippingService(SQLModel, table=True):
    __tablename__ = "shipping_service"

    code: str = text_key()
    carrier: str = text()
    countries: str = text()  # codes joined by commas; "*" is every country
    base_cents: int = whole()
    per_kg_cents: int = whole()
    divisor_cm3_per_kg: int = whole()
    mass_max_g: int = whole()
    girth_max_mm: int = whole()
    transit_days: int = whole()
    lane: str = text()
    capacity: int = whole()
    pickup: str = text()
    pickups_ms: str = text()  # seven numbers joined by commas, or none
    delivery_days: str = text()  # weekdays joined by commas
    arrives_by_ms: int = whole(72_000_000)
    mass_min_g: int = whole()
    length_max_mm: int = whole()
    width_max_mm: int = whole()
    height_max_mm: int = whole()
    length_min_mm: int = whole()
    width_min_mm: int = whole()
    hazardous: int = flag(1)
    dangers: str = text("*")  # words joined by commas
    po_box: int = flag(1)
    insured_max_cents: int = whole()
    pieces_max: int = whole()
    per: str = text("piece")


class RateCard(SQLModel, table=True):
    """A rate card as it was imported; days count from 1970, `until_day` 0: without end."""

    __tablename__ = "rate_card"

    code: str = text_key()
    carrier: str = text()
    owner: str = text()  # whose goods it is for; "": everybody's
    from_day: int = whole()
    until_day: int = whole()
    body: str = text()


class Holiday(SQLModel, table=True):
    """A day on which no carrier works in a country."""

    country: str = text_key()
    day: int = whole_key()
    name: str = text()


class Contract(SQLModel, table=True):
    """What a carrier grants and wants; `tiers` and `pickups` are JSON pairs."""

    carrier: str = text_key()
    period: str = text("day")
    tiers: str = text("[]")
    parcels_min: int = whole()
    missing_cents: int = whole()
    daily_max: int = whole()
    pickups: str = text("[]")


class ServicePreference(SQLModel, table=True):
    """What a shop ("" is all) pays to avoid a service or a carrier, or that it never takes it."""

    __tablename__ = "service_preference"

    shop: str = text_key()
    name: str = text_key()
    penalty_cents: int = whole()
    barred: int = flag()


class CarrierBar(SQLModel, table=True):
    """A carrier that does not come until a time, and who says so."""

    __tablename__ = "carrier_bar"

    carrier: str = text_key()
    until_ms: int = whole()
    barred_by: str = text()
    reason: str = text()


class ServiceDay(SQLModel, table=True):
    """Parcels that left with a service for a departure of a local day, counted from 1970."""

    __tablename__ = "service_day"
    __table_args__ = (Index("service_day_by_day", "day", "service"),)

    service: str = text_key()
    day: int = whole_key()
    parcels: int = whole()
    base_cents: int = whole()
    cost_cents: int = whole()


class CarrierPlan(SQLModel, table=True):
    """A plan of carriers, of which costs are those of the whole cut-off; figures are JSON."""

    __tablename__ = "carrier_plan"
    __table_args__ = (
        Index("carrier_plan_by_time", "at_ms", "id"),
        Index("carrier_plan_by_departure", "leaves_ms", "at_ms", "id"),
    )

    id: int = whole_key()
    at_ms: int = whole()
    leaves_ms: int = whole()
    cost_cents: int = whole()
    greedy_cents: int = whole()
    bound_cents: int = whole()
    parcels: int = whole()
    expected: int = whole()
    left_out: int = whole()
    late: int = whole()
    carriers: str = text("[]")
    pickups: str = text("[]")
