"""Owns where goods ship from beside this building: nodes, what each ships of an order, and why."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole


class Node(SQLModel, table=True):
    """`kind`: warehouse, store, partner. The node of the site is this building."""

    code: str = text_key()
    name: str = text()
    kind: str = text()
    country: str = text()
    postcode: str = text()
    lat_e6: int = whole()
    lon_e6: int = whole()
    parcels_max: int = whole()  # a working day; 0: any number
    safety_units: int = whole()  # of each SKU, promised to nobody who orders
    handling_cents: int = whole()  # of a parcel
    unit_cents: int = whole()  # of a unit
    cutoff_ms: int = whole()
    days: str = text()  # working days, 1 is Monday
    hours: str = text()  # told to customers who collect
    countries: str = text()  # codes joined by commas; "*" is every country
    services: str = text()  # codes joined by commas; "" is every service
    collects: int = flag()  # customers may collect here
    active: int = flag(1)


class Consignment(SQLModel, table=True):
    """What one node ships of one order, beside its promises.

    `state`: open (it may still be sourced elsewhere), begun, told (a partner packs it), recalled,
    packed, ready (a customer collects it), shipped.
    """

    __table_args__ = (
        Index("consignment_by_node", "node", "state", "ready_ms", "order_id"),
        Index("consignment_by_lpn", "lpn"),
        Index("consignment_by_ready", "node", "ready_ms"),
    )

    order_id: str = text_key()
    node: str = text_key()
    state: str = text()
    ready_ms: int = whole()  # when it leaves the node: its cut-off
    sourced_ms: int = whole()
    cost_cents: int = whole()  # as reckoned when it was sourced
    lpn: str = text()  # the bag or carton that the goods are in
    parcel: int = whole()
    told: int = whole()  # outbox row to the partner


class Sourced(SQLModel, table=True):
    """How an order is sourced now, and what its nearest nodes would cost."""

    __table_args__ = (
        Index("sourced_by_time", "at_ms", "order_id"),
        Index("sourced_by_ready", "here_ready_ms"),
    )

    order_id: str = text_key()
    at_ms: int = whole()
    parcels: int = whole()
    cost_cents: int = whole()
    nearest_cents: int = whole()
    moves: int = whole()
    here_ready_ms: int = whole()  # when this building's part leaves; 0: it ships none
    prices: str = text("{}")  # JSON: cents of a parcel and of a unit by node
    left_out: str = text("{}")  # JSON: why other nodes were not asked
